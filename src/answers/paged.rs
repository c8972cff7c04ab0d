//! The envelope of a page's JSON: what was asked, what the rows come to, and the rows, which are lines of their own types.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::{
    answers::facets::Facet,
    query::{Error, Note},
    record::FORMAT,
};

/// A page of rows.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Paged {
    /// Version of the shape.
    pub format: u32,
    /// Always `page`.
    pub r#type: &'static str,
    /// What was asked for, as it was typed.
    pub query: String,
    /// How many there are: of a search, under the strict reading.
    pub total: u64,
    /// Of a search, how many come first: under the ranked reading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hits_ranked: Option<u64>,
    /// Whether everything was looked at, and every row is here or reached by `next`.
    pub complete: bool,
    /// The commit of the index that answered.
    pub index_commit: String,
    /// What `after` takes to give the rows that follow; null behind the last.
    pub next: Option<String>,
    /// What was left out or widened; left out when nothing was.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub notes: Vec<Note>,
    /// Counts over everything that matches; left out where nothing is counted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub facets: Vec<Facet>,
    /// The rows: objects with a `type` of their own.
    pub results: Vec<Value>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Refusal {
    /// Version of the shape.
    pub format: u32,
    /// Always `error`.
    pub r#type: &'static str,
    /// The kind of error for machines; a code never changes its meaning.
    pub code: &'static str,
    /// The same for people.
    pub text: String,
}

impl Refusal {
    /// A refusal.
    pub fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self { format: FORMAT, r#type: "error", code, text: text.into() }
    }
}

impl From<&Error> for Refusal {
    fn from(error: &Error) -> Self {
        Self::new(error.code(), error.to_string())
    }
}
