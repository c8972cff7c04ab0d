//! Names that the archive knows, with counts; and those of one article.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    analysis,
    annotation::NameKind,
    answers::{
        archive::Archive,
        listed::{Listed, begins},
        names::Known,
    },
    article::ArticleId,
    query::Error,
    record::{FORMAT, MentionRecord, NameRecord},
};

/// A question for names.
#[derive(Clone, Debug)]
pub struct NamesRequest {
    /// What the name, or a word of it, begins with, whatever the case.
    pub prefix: Option<String>,
    /// The only kind wanted.
    pub kind: Option<NameKind>,
    /// Names wanted.
    pub limit: usize,
}

impl NamesRequest {
    fn kinds(&self) -> Vec<NameKind> {
        self.kind.map_or_else(|| NameKind::ALL.to_vec(), |kind| vec![kind])
    }

    /// What the name begins with, if that is anything.
    fn prefix(&self) -> Option<&str> {
        self.prefix.as_deref().filter(|prefix| !analysis::words(prefix).is_empty())
    }
}

/// A name of the archive, or of one article of it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct KnownName {
    /// Version of the shape.
    pub format: u32,
    /// Always `name`.
    pub r#type: &'static str,
    /// The article, where the name is that of one article.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article_id: Option<ArticleId>,
    /// The name.
    pub name: String,
    /// What it names.
    pub kind: NameKind,
    /// Articles that name it; 1 where the name is that of one article.
    pub articles: u64,
    /// In the archive every fullest form that stories use, most frequent first; in one article every form it writes, in
    /// their order.
    pub forms: Vec<String>,
    /// Where it stands in the article's text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mentions: Option<Vec<MentionRecord>>,
    /// Where it stands in a title apart from the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title_mentions: Option<Vec<MentionRecord>>,
}

impl Archive {
    /// Names the archive knows, those of most articles first.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn known_names(&self, request: &NamesRequest) -> Result<Listed<KnownName>, Error> {
        let listed = self.first_names(request)?;
        let is_counted = listed.all > listed.entries.len() && !self.is_over();
        let all = if is_counted { self.count_names(request)? } else { listed.all };
        Ok(Listed { all, ..listed })
    }

    /// The same, where nobody wants to know how many there are: where there are more than were asked for, they are said to
    /// be one more.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn first_names(&self, request: &NamesRequest) -> Result<Listed<KnownName>, Error> {
        let (table, kinds, is_over) = (self.names()?, request.kinds(), || self.is_over());
        let most = request.limit.saturating_add(1);
        let known = match request.prefix() {
            Some(prefix) => {
                let begins = |known: &Known| begins(&known.name, Some(prefix));
                table.best(table.beginning(&kinds, prefix)?, most, &begins, &is_over)?
            }
            None => table.most_frequent(&kinds, most, &is_over)?,
        };
        let all = known.len();
        let entries = known.iter().take(request.limit).map(|known| KnownName::of_archive(known)).collect();
        Ok(Listed { entries, all, complete: self.is_complete() })
    }

    fn count_names(&self, request: &NamesRequest) -> Result<usize, Error> {
        let (table, kinds) = (self.names()?, request.kinds());
        match request.prefix() {
            Some(prefix) => {
                let named = table.shown(table.beginning(&kinds, prefix)?)?;
                Ok(named.iter().filter(|name| begins(name, Some(prefix))).count())
            }
            None => table.count(&kinds),
        }
    }
}

impl KnownName {
    fn of_archive(known: &Known) -> Self {
        Self {
            format: FORMAT,
            r#type: "name",
            article_id: None,
            name: known.name.clone(),
            kind: known.kind,
            articles: known.articles,
            forms: known.forms.iter().map(|(form, _)| form.clone()).collect(),
            mentions: None,
            title_mentions: None,
        }
    }

    /// A name of one article.
    pub(crate) fn of_article(id: &ArticleId, name: NameRecord) -> Self {
        let mut forms: Vec<String> = Vec::new();
        for mention in name.mentions.iter().chain(&name.title_mentions) {
            if !forms.contains(&mention.text) {
                forms.push(mention.text.clone());
            }
        }
        Self {
            format: FORMAT,
            r#type: "name",
            article_id: Some(id.clone()),
            name: name.name,
            kind: name.kind,
            articles: 1,
            forms,
            mentions: Some(name.mentions),
            title_mentions: Some(name.title_mentions),
        }
    }
}
