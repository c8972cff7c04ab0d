//! Everything, or what a query matches, one record after another.

use schemars::JsonSchema;
use serde::Serialize;
use tantivy::DocAddress;

use crate::{
    answers::{archive::Archive, hit::QuoteHit, known_names::KnownName, story::Story},
    query::{Error, engine::stored, language::ast::Query},
    record::ExtractionRecord,
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
            Exports::Names => {
                let found = ExtractionRecord::new(String::new(), None, &stored.article, &stored.found);
                let names = found.names.into_iter().map(|name| KnownName::of_article(&stored.id, name));
                names.map(|name| ExportRecord::Name(Box::new(name))).collect()
            }
        })
    }
}
