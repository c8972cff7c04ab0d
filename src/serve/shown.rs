//! What a page came to: its rows and its markup.

use maud::Markup;
use serde::Serialize;
use serde_json::Value;

use crate::{answers::facets::Facet, query::Note};

/// What a page came to. The page and its twins say the same: the markup shows these rows, and no others.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// Title of the page.
    pub title: String,
    /// What was asked for.
    pub query: String,
    /// What stands in the middle of the page.
    pub main: Markup,
    /// The rows, as the command line writes them.
    pub rows: Vec<Value>,
    /// Columns of the table.
    pub columns: &'static [&'static str],
    /// How many rows there are in all.
    pub total: u64,
    /// Of a search, how many come first.
    pub ranked: Option<u64>,
    /// Whether everything was looked at.
    pub complete: bool,
    /// What `after` takes for the rows that follow.
    pub next: Option<String>,
    /// What was left out or widened.
    pub notes: Vec<Note>,
    /// Counts over everything that matches.
    pub facets: Vec<Facet>,
    /// Whether the same address gives the same until the archive changes.
    pub is_lasting: bool,
}

/// What a request comes to.
pub enum Answer {
    /// A page.
    Shown(Box<Shown>),
    /// Another address.
    SeeOther(String),
    /// A feed.
    Feed(String),
    /// Every row, one after the other.
    All(All),
}

/// Gives every row to a function that fails when nobody takes them any more.
pub type Each = Box<dyn FnOnce(&mut dyn FnMut(Value) -> bool) -> Result<bool, crate::query::Error> + Send>;

/// Every row of a question.
pub struct All {
    /// Columns of the table.
    pub columns: &'static [&'static str],
    /// Gives them; then whether that is all.
    pub each: Each,
}

impl Shown {
    /// A page whose rows are all there are.
    pub fn new(title: impl Into<String>, main: Markup) -> Self {
        Self { title: title.into(), main, complete: true, is_lasting: true, ..Self::default() }
    }

    /// The same with these rows, which are all there are.
    #[must_use]
    pub fn with_rows<T: Serialize>(mut self, rows: &[T], columns: &'static [&'static str]) -> Self {
        self.rows = rows.iter().map(value).collect();
        self.total = self.rows.len() as u64;
        self.columns = columns;
        self
    }
}

/// A row as JSON.
pub fn value(row: &impl Serialize) -> Value {
    serde_json::to_value(row).expect("rows are plain data")
}

impl From<Shown> for Answer {
    fn from(shown: Shown) -> Self {
        Self::Shown(Box::new(shown))
    }
}
