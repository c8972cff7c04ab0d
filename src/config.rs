//! Settings: `pullquote.toml`, with documented defaults.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    article::{Article, hash64},
    taxonomy::{self, Subject, folded_tag},
};

/// All settings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Which files are read.
    pub crawl: CrawlConfig,
    /// How inputs are read.
    pub source: SourceConfig,
}

/// Which files are read. Globs are matched with the path below the root; `*` also crosses `/`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CrawlConfig {
    /// When not empty, only files that match one of these are read.
    pub include: Vec<String>,
    /// Files and folders that match one of these are left out.
    pub exclude: Vec<String>,
    /// What becomes of symbolic links to folders. One that leads to a folder it lies in is never followed; one that is
    /// left out is told as a skipped input, unless `exclude` names it. Links to files are read like the files.
    pub links: Links,
    /// Whether hidden files and folders, and what systems and editors leave behind (locks, swap files, thumbnails,
    /// caches), are read too.
    pub hidden: bool,
}

/// What becomes of symbolic links to folders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Links {
    /// They are left out.
    #[default]
    Skip,
    /// What is in the folder is read, under the path of the link; what several links lead to, under each of them.
    Follow,
}

/// How inputs are read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SourceConfig {
    /// Largest story that is read, in bytes: of its file, or of its record in a container. 16 MiB is several times
    /// the longest novel, so what is longer is no story.
    pub max_bytes: u64,
    /// Names of the fields of a JSON record.
    pub json: JsonFields,
    /// Names of the columns of a table (CSV, TSV). What none of them names is guessed, and said.
    pub csv: JsonFields,
    /// IPTC Media Topics that articles of the publisher's own sections and tags are filed under, whatever they say: a
    /// section or tag, and codes (`medtop:20000505`) or labels (`film industry`). Case, `-` and `_` do not matter.
    pub sections: BTreeMap<String, Vec<String>>,
}

impl Default for SourceConfig {
    fn default() -> Self {
        Self {
            max_bytes: 16 << 20,
            json: JsonFields::default(),
            csv: JsonFields::default(),
            sections: BTreeMap::new(),
        }
    }
}

impl SourceConfig {
    /// The codes that these settings file a section and tags under, each once.
    pub(crate) fn filed(&self, article: &Article) -> Vec<String> {
        let mut filed: Vec<String> = Vec::new();
        for tag in article.section.iter().chain(&article.tags).map(|tag| folded_tag(tag)) {
            let named = self.sections.iter().filter(|(section, _)| folded_tag(section) == tag);
            for code in named.flat_map(|(_, topics)| topics).filter_map(|topic| subject(topic)) {
                if !filed.iter().any(|known| known == code.code) {
                    filed.push(code.code.to_owned());
                }
            }
        }
        filed
    }
}

/// The subject that a code or a label names.
fn subject(topic: &str) -> Option<&'static Subject> {
    taxonomy::by_code(topic).or_else(|| taxonomy::by_label(topic))
}

/// Names of the fields of a record in JSON, or of the columns of a table; of several, the first that says something is
/// taken. A dot leads into an object. Case, `_` and `-` do not matter where no name is exactly so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct JsonFields {
    /// The record's own id.
    pub id: Vec<String>,
    /// The running text. A record without it is left out. That of a field `text` is taken exactly as it stands; others may
    /// be HTML, and lists of paragraphs.
    pub text: Vec<String>,
    /// The headline.
    pub title: Vec<String>,
    /// The publication date.
    pub published: Vec<String>,
    /// The outlet.
    pub source: Vec<String>,
    /// Who wrote it.
    pub byline: Vec<String>,
    /// The canonical address.
    pub url: Vec<String>,
    /// The publisher's section.
    pub section: Vec<String>,
    /// The publisher's tags: a list, or words with commas between them.
    pub tags: Vec<String>,
    /// The language.
    pub lang: Vec<String>,
}

impl Default for JsonFields {
    fn default() -> Self {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        Self {
            id: names(&["id", "_id", "id_str", "guid", "uri", "uuid", "uid", "record_id", "nid", "sys.id"]),
            text: names(&[
                "text",
                "body",
                "content_html",
                "body_html",
                "body_xhtml",
                "bodies",
                "html",
                "rich_content",
                "content",
                "full_text",
                "fulltext",
                "article_body",
                "article_text",
                "story_text",
                "body_text",
                "content_text",
                "plain_text",
                "plain_content",
                "article",
                "story",
                "fields.body",
                "blocks.body",
                "content_elements",
                "body_nitf",
                "core.text",
                "lexical",
            ]),
            title: names(&[
                "title",
                "headline",
                "headlines",
                "headlines.basic",
                "post_title",
                "web_title",
                "fields.headline",
                "fields.title",
                "name",
            ]),
            published: names(&[
                "published",
                "date",
                "published_at",
                "date_published",
                "publish_date",
                "published_date",
                "published_on",
                "publication_date",
                "pub_date",
                "first_published_at",
                "web_publication_date",
                "content_created",
                "first_created",
                "date_gmt",
                "post_date",
                "created_at",
                "created",
                "version_created",
                "fields.publish_date",
                "fields.publication_date",
                "fields.published",
                "fields.date",
                "display_date",
                "sys.published_at",
            ]),
            source: names(&[
                "source",
                "outlet",
                "publication",
                "publisher",
                "site_name",
                "provider",
                "infosource",
                "infosources",
                "copyrightholder",
            ]),
            byline: names(&[
                "byline",
                "by",
                "author",
                "authors",
                "creator",
                "custom_byline",
                "primary_author",
                "author_name",
                "_embedded.author",
                "credits.by",
                "user.name",
                "contributors",
            ]),
            url: names(&[
                "url",
                "canonical_url",
                "link",
                "permalink",
                "web_url",
                "live_url",
                "post_page_url",
            ]),
            section: names(&[
                "section",
                "section_name",
                "category",
                "main_category",
                "primary_tag",
                "service",
            ]),
            tags: names(&["tags", "keywords", "labels", "categories", "content_tags", "subjects", "subject"]),
            lang: names(&["lang", "language", "in_language", "locale", "locale_code"]),
        }
    }
}

impl Config {
    /// Reads a settings file.
    ///
    /// # Errors
    /// When it cannot be read, is no TOML, or has an unknown key or a value of the wrong type.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| Error::Unreadable { path: path.to_owned(), source })?;
        let config: Self = toml::from_str(&text)
            .map_err(|source| Error::Invalid { path: path.to_owned(), source: Box::new(source) })?;
        let globs = [("include", &config.crawl.include), ("exclude", &config.crawl.exclude)];
        for (key, glob) in
            globs.into_iter().flat_map(|(key, globs)| globs.iter().map(move |glob| (key, glob)))
        {
            if let Err(source) = globset::Glob::new(glob) {
                let line = line_of(&text, glob);
                return Err(Error::BadGlob { path: path.to_owned(), line, key, source: Box::new(source) });
            }
        }
        if config.source.max_bytes == 0 {
            let line = line_of(&text, "max_bytes");
            return Err(Error::NothingFits { path: path.to_owned(), line });
        }
        for (section, topics) in &config.source.sections {
            if let Some(topic) = topics.iter().find(|topic| subject(topic).is_none()) {
                let (line, topic) = (line_of(&text, topic), topic.clone());
                return Err(Error::NoTopic { path: path.to_owned(), line, section: section.clone(), topic });
            }
        }
        Ok(config)
    }

    /// Hash of every setting that what is stored for an article depends on.
    pub fn fingerprint(&self) -> u64 {
        let settings = serde_json::to_string(&self.source).expect("settings are plain data");
        hash64(settings.as_bytes())
    }
}

/// The line, from 1, where a value is written.
fn line_of(text: &str, value: &str) -> usize {
    text.lines().position(|line| line.contains(value)).map_or(1, |at| at + 1)
}

/// Why settings cannot be used. Exit code 78.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is no valid TOML, or has an unknown key or a value of the wrong type.
    #[error("{} is not a valid configuration", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
    /// A glob in the file is none.
    #[error("{}, line {line}: `{key}` under [crawl] holds no valid glob", path.display())]
    BadGlob {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The setting.
        key: &'static str,
        /// What is wrong with it.
        source: Box<globset::Error>,
    },
    /// The largest size of a story is nothing.
    #[error("{}, line {line}: `max_bytes` under [source] is 0, so that nothing could be read", path.display())]
    NothingFits {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// A section stands for a topic that is none.
    #[error(
        "{}, line {line}: section {section:?} stands for {topic:?}, which is no IPTC code or label; pullquote topics \
         --under lists them",
        path.display()
    )]
    NoTopic {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The section.
        section: String,
        /// What it should stand for.
        topic: String,
    },
    /// A glob is none.
    #[error("a glob in [crawl] is not valid")]
    Glob(#[from] globset::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_say_what_is_wrong_and_where() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("pullquote.toml");
        std::fs::write(&path, "[source]\nmax_byte = 3\n").expect("a file");
        let error = Config::read(&path).expect_err("an unknown key");
        let cause = std::error::Error::source(&error).expect("a cause").to_string();
        assert!(cause.contains("line 2") && cause.contains("max_byte"), "{cause}");
        std::fs::write(&path, "[crawl]\nexclude = [\n  '{a']\n").expect("a file");
        let error = Config::read(&path).expect_err("no glob").to_string();
        assert!(error.contains("line 3") && error.contains("exclude"), "{error}");
        std::fs::write(&path, "[source]\nmax_bytes = 0\n").expect("a file");
        assert!(Config::read(&path).expect_err("no size").to_string().contains("line 2"));
        std::fs::write(&path, "[source.sections]\nScoop = ['celebrity']\nFilm = ['flim']\n").expect("a file");
        let error = Config::read(&path).expect_err("no topic").to_string();
        assert!(error.contains("line 3") && error.contains("flim"), "{error}");
        std::fs::write(&path, "[crawl]\nexclude = ['drafts']\n").expect("a file");
        let config = Config::read(&path).expect("valid settings");
        assert_eq!(
            config.fingerprint(),
            Config::default().fingerprint(),
            "what is crawled changes no article"
        );
    }
}
