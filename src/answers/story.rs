//! One story, whole: what was read, and everything found in it.

use schemars::JsonSchema;
use serde::Serialize;
use tantivy::DocAddress;

use crate::{
    annotation::{NameKind, Topic},
    answers::{
        archive::Archive,
        hit::{QuoteHit, named},
    },
    article::{ArticleId, Remark, Status},
    query::{Error, Note},
    record::{ExtractionRecord, FORMAT, NameRecord},
    view::StoredArticle,
};

/// A story with its text, its names with every mention, its quotes and its topics.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Story {
    /// Version of the shape.
    pub format: u32,
    /// Always `story`.
    pub r#type: &'static str,
    /// Place among results; null, since nothing is ranked here.
    pub rank: Option<u64>,
    /// Score; null, since nothing is ranked here.
    pub score: Option<f32>,
    /// The article's id.
    pub id: ArticleId,
    /// Its own id in its source.
    pub record_id: Option<String>,
    /// Name of its root.
    pub root: String,
    /// Path below the root.
    pub path: String,
    /// Number of its record in the file.
    pub record: u32,
    /// The headline.
    pub title: Option<String>,
    /// Publication date, as exact as the source says.
    pub published: Option<String>,
    /// Where the date stood.
    pub published_source: Option<String>,
    /// The outlet.
    pub source: Option<String>,
    /// Who wrote it.
    pub byline: Option<String>,
    /// Canonical address.
    pub url: Option<String>,
    /// The publisher's section.
    pub section: Option<String>,
    /// The publisher's own tags.
    pub tags: Vec<String>,
    /// Language.
    pub lang: Option<String>,
    /// Until when the agency that sent it asks not to print it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embargo: Option<String>,
    /// When a crawler fetched it, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captured: Option<String>,
    /// What became of it after it was sent: `killed`, `withheld`, `corrected`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Which version of the story it is, as its source counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What was mended or guessed when it was read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Remark>,
    /// People named, most mentioned first.
    pub people: Vec<String>,
    /// Organisations named.
    pub orgs: Vec<String>,
    /// Works named.
    pub works: Vec<String>,
    /// Places named.
    pub places: Vec<String>,
    /// Events named.
    pub events: Vec<String>,
    /// The article this is a near-copy of.
    pub copy_of: Option<ArticleId>,
    /// The text that every offset counts in.
    pub text: String,
    /// Names with all mentions.
    pub names: Vec<NameRecord>,
    /// Quotes of all kinds; `rank` and `score` are null.
    pub quotes: Vec<QuoteHit>,
    /// Topics, by kind, best first.
    pub topics: Vec<Topic>,
}

/// The story that an address names.
#[derive(Clone, Debug)]
pub struct StoryAnswer {
    /// The story.
    pub story: Story,
    /// The quote, if the address names one, or words that stand in one.
    pub quote: Option<QuoteHit>,
    /// Whether the words that the address names have moved.
    pub notes: Vec<Note>,
}

impl Archive {
    /// The story that an address names, see [`locate`](Self::locate).
    ///
    /// # Errors
    /// As [`locate`](Self::locate).
    pub fn show(&self, address: &str) -> Result<StoryAnswer, Error> {
        let here = self.with_addressed(address)?;
        let located = here.locate(address)?;
        let story = here.story_of(located.doc, &located.stored)?;
        Ok(StoryAnswer { story, quote: located.quote, notes: located.notes })
    }

    /// A stored article as a story.
    pub(crate) fn story_of(&self, doc: DocAddress, stored: &StoredArticle) -> Result<Story, Error> {
        let original = self.original_of(doc)?;
        let copy_of = original.map(|original| self.id_of(original)).transpose()?.flatten();
        Ok(Story::new(stored, copy_of))
    }
}

impl Story {
    fn new(stored: &StoredArticle, copy_of: Option<ArticleId>) -> Self {
        let StoredArticle { id, article, found } = stored;
        let path = article.origin.path.clone();
        let record = ExtractionRecord::new(id.as_str().to_owned(), Some(path.clone()), article, found);
        Self {
            format: FORMAT,
            r#type: "story",
            rank: None,
            score: None,
            id: id.clone(),
            record_id: article.record_id.clone(),
            root: article.origin.root.clone(),
            path,
            record: article.origin.record,
            title: record.title,
            published: record.published,
            published_source: article.published.as_ref().map(|published| published.source.clone()),
            source: article.source.clone(),
            byline: article.byline.clone(),
            url: article.url.clone(),
            section: article.section.clone(),
            tags: article.tags.clone(),
            lang: article.lang.clone(),
            embargo: article.embargo.clone(),
            captured: article.captured.clone(),
            status: article.status,
            version: article.version.clone(),
            remarks: article.remarks.clone(),
            people: named(stored, NameKind::Person),
            orgs: named(stored, NameKind::Org),
            works: named(stored, NameKind::Work),
            places: named(stored, NameKind::Place),
            events: named(stored, NameKind::Event),
            copy_of,
            text: record.text,
            names: record.names,
            quotes: QuoteHit::all_of(stored),
            topics: record.topics,
        }
    }
}
