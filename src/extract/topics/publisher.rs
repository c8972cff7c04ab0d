//! The publisher's own section and tags, and the IPTC subjects they stand for.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::{
    annotation::{Topic, TopicKind},
    article::Article,
    taxonomy::{self, Subject},
};

/// Longest tag that is kept, in characters: publishers' tags are a few words, what is longer is a sentence or an
/// address that got into the wrong field.
const LONGEST_TAG: usize = 80;

static MAPPING: LazyLock<Mapping> = LazyLock::new(|| {
    Mapping::read(include_str!("../../../data/topics/sections.tsv")).expect("a test reads the file")
});

/// The section and the tags as they are written, each once.
pub fn find(article: &Article) -> Vec<Topic> {
    let mut found = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    for tag in own(article) {
        let folded = tag.to_lowercase();
        if tag.is_empty() || tag.chars().count() > LONGEST_TAG || seen.contains(&folded) {
            continue;
        }
        found.push(Topic { label: tag.to_owned(), code: None, kind: TopicKind::Publisher, score: 1.0 });
        seen.push(folded);
    }
    found
}

/// The IPTC subjects that the article's section and tags stand for, each once: what the settings say of them first.
pub fn subjects(article: &Article) -> Vec<&'static Subject> {
    let mut found: Vec<&'static Subject> =
        article.filed.iter().filter_map(|code| taxonomy::by_code(code)).collect();
    for tag in own(article) {
        for subject in MAPPING.subjects(tag) {
            if !found.contains(&subject) {
                found.push(subject);
            }
        }
    }
    found
}

fn own(article: &Article) -> impl Iterator<Item = &str> {
    article.section.iter().chain(&article.tags).map(|tag| tag.trim())
}

/// Sections and tags with the IPTC subjects they stand for.
#[derive(Debug, Default)]
pub struct Mapping {
    rows: FxHashMap<String, Vec<&'static Subject>>,
}

impl Mapping {
    /// Reads lines of a tag, a tab, and codes with blanks between; `#` begins a comment.
    ///
    /// # Errors
    /// The number of the first line (from 1) that has no tab or an unknown code.
    pub fn read(file: &str) -> Result<Self, usize> {
        let mut mapping = Self::default();
        for (number, line) in (1usize..).zip(file.lines()) {
            if line.starts_with('#') || line.trim().is_empty() {
                continue;
            }
            let (tag, codes) = line.split_once('\t').ok_or(number)?;
            let subjects: Option<Vec<_>> = codes.split_whitespace().map(taxonomy::by_code).collect();
            mapping.rows.insert(taxonomy::folded_tag(tag), subjects.ok_or(number)?);
        }
        Ok(mapping)
    }

    /// What a section or tag stands for: its row, else the subject with exactly that label. Of a section's path
    /// (`Entertainment/TV`, `Entertainment > TV`) every part counts.
    pub fn subjects(&self, tag: &str) -> Vec<&'static Subject> {
        let whole = self.lookup(tag);
        if !whole.is_empty() {
            return whole;
        }
        tag.split(['/', '>', '|', ',']).flat_map(|part| self.lookup(part)).collect()
    }

    fn lookup(&self, tag: &str) -> Vec<&'static Subject> {
        let tag = taxonomy::folded_tag(tag);
        match self.rows.get(&tag) {
            Some(subjects) => subjects.clone(),
            None => taxonomy::by_label(&tag).into_iter().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(tag: &str) -> Vec<&'static str> {
        MAPPING.subjects(tag).into_iter().map(|subject| subject.label).collect()
    }

    #[test]
    fn sections_and_tags_stand_for_subjects() {
        assert_eq!(labels("Movies"), ["cinema"]);
        assert_eq!(labels("tv-news"), ["television"]);
        assert_eq!(labels("Entertainment/Music"), ["arts and entertainment", "music"]);
        assert_eq!(labels("divorce"), ["divorce"]);
        assert!(labels("Monday").is_empty());
    }

    #[test]
    fn a_bad_line_is_named() {
        assert_eq!(Mapping::read("# x\nfilm\t20000005\nfoo\t123\n").unwrap_err(), 3);
        assert_eq!(Mapping::read("film 20000005").unwrap_err(), 1);
    }

    #[test]
    fn tags_are_kept_as_written_and_once() {
        let article = Article {
            section: Some("TV".into()),
            tags: vec!["tv".into(), "Red Carpet".into(), String::new()],
            ..Default::default()
        };
        let found = find(&article);
        let labels: Vec<&str> = found.iter().map(|topic| topic.label.as_str()).collect();
        assert_eq!(labels, ["TV", "Red Carpet"]);
    }
}
