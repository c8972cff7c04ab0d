//! Names that the archive knows, with counts; and those of one article.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
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
        let mut known: Vec<&Known> = self.names()?.all().iter().collect();
        known.retain(|known| request.kind.is_none_or(|kind| kind == known.kind));
        known.retain(|known| begins(&known.name, request.prefix.as_deref()));
        known.sort_by(|a, b| b.articles.cmp(&a.articles).then(a.name.cmp(&b.name)).then(a.kind.cmp(&b.kind)));
        let Listed { entries, all, complete } = Listed::first(request.limit, known, true);
        Ok(Listed { entries: entries.into_iter().map(KnownName::of_archive).collect(), all, complete })
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
