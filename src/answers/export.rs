//! Everything, or what a query matches, one record after another.

use schemars::JsonSchema;
use serde::Serialize;
use tantivy::DocAddress;

use crate::{
    annotation::NameKind,
    answers::{archive::Archive, hit::QuoteHit, known_names::KnownName, story::Story},
    article::ArticleId,
    query::{Error, engine::stored, language::ast::Query},
    record::{ExtractionRecord, FORMAT, MentionRecord, NameRecord},
    view::StoredArticle,
};

/// What is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exports {
    /// Stories with all that was found in them.
    Articles,
    /// Quotes of all kinds.
    Quotes,
    /// Names with their mentions, an article's names a record each.
    Names,
    /// Mentions of names, a record each.
    Mentions,
}

/// A place where an article names somebody or something.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct NameMention {
    /// Version of the shape.
    pub format: u32,
    /// Always `mention`.
    pub r#type: &'static str,
    /// The article's id.
    pub article_id: ArticleId,
    /// The name: the fullest form that the article uses.
    pub name: String,
    /// What it names.
    pub kind: NameKind,
    /// The words that stand there.
    pub text: String,
    /// Their first character in the article's text, or in its title.
    pub start: u32,
    /// One past their last character.
    pub end: u32,
    /// Whether they stand in a title apart from the text.
    pub in_title: bool,
    /// The article's date.
    pub published: Option<String>,
    /// Name of the article's root.
    pub root: String,
    /// Path below the root.
    pub path: String,
}

/// A question for everything.
#[derive(Clone, Debug)]
pub struct ExportRequest {
    /// What is exported.
    pub what: Exports,
    /// Only of articles that match, under the strict reading.
    pub query: Query,
}

/// One record.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum ExportRecord {
    /// A story.
    Story(Box<Story>),
    /// A quote.
    Quote(Box<QuoteHit>),
    /// A name of an article.
    Name(Box<KnownName>),
    /// A mention of a name.
    Mention(Box<NameMention>),
}

/// What an export came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exported {
    /// Records given.
    pub records: u64,
    /// Whether that is all; not where a deadline came first.
    pub complete: bool,
}

impl Archive {
    /// Gives every record that is asked for, in the order of the index, until `each` fails.
    ///
    /// # Errors
    /// When a file of the index cannot be read, or `each` fails.
    pub fn export<E: From<Error>>(
        &self,
        request: &ExportRequest,
        mut each: impl FnMut(ExportRecord) -> Result<(), E>,
    ) -> Result<Exported, E> {
        let mut records = 0;
        for doc in self.matching(&request.query)? {
            if self.is_over() {
                break;
            }
            for record in self.records(request.what, doc)? {
                records += 1;
                each(record)?;
            }
        }
        Ok(Exported { records, complete: self.is_complete() })
    }

    fn records(&self, what: Exports, doc: DocAddress) -> Result<Vec<ExportRecord>, Error> {
        let stored = stored::article(self.snapshot(), doc)?;
        Ok(match what {
            Exports::Articles => vec![ExportRecord::Story(Box::new(self.story_of(doc, &stored)?))],
            Exports::Quotes => {
                let quotes = QuoteHit::all_of(&stored).into_iter();
                quotes.map(|quote| ExportRecord::Quote(Box::new(quote))).collect()
            }
            Exports::Mentions => {
                let names = names_of(&stored);
                let mentions = names.iter().flat_map(|name| NameMention::all_of(&stored, name));
                mentions.map(|mention| ExportRecord::Mention(Box::new(mention))).collect()
            }
            Exports::Names => {
                let names = names_of(&stored).into_iter().map(|name| KnownName::of_article(&stored.id, name));
                names.map(|name| ExportRecord::Name(Box::new(name))).collect()
            }
        })
    }
}

fn names_of(stored: &StoredArticle) -> Vec<NameRecord> {
    ExtractionRecord::new(String::new(), None, &stored.article, &stored.found).names
}

impl NameMention {
    /// Every mention of a name, in the title first.
    fn all_of(stored: &StoredArticle, name: &NameRecord) -> Vec<Self> {
        let of = |mention: &MentionRecord, in_title| Self {
            format: FORMAT,
            r#type: "mention",
            article_id: stored.id.clone(),
            name: name.name.clone(),
            kind: name.kind,
            text: mention.text.clone(),
            start: mention.start,
            end: mention.end,
            in_title,
            published: stored.article.published.as_ref().map(|published| published.value.clone()),
            root: stored.article.origin.root.clone(),
            path: stored.article.origin.path.clone(),
        };
        let titles = name.title_mentions.iter().map(|mention| of(mention, true));
        titles.chain(name.mentions.iter().map(|mention| of(mention, false))).collect()
    }
}
