//! The line that ends the hits of one query where several are asked.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{answers::hit::Page, query::Error, record::FORMAT};

/// What ends the hits of one query of a batch, or of a saved search.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct QueryLine {
    /// Version of the shape.
    pub format: u32,
    /// Always `query`.
    pub r#type: &'static str,
    /// The query's own id in the batch, else its number from 1; the name of a saved search.
    pub query_id: String,
    /// Matches under the strict reading: every bare word.
    pub hits: u64,
    /// Matches under the ranked reading.
    pub hits_ranked: u64,
    /// From parsing to ranked ids with stored titles, in microseconds; only in batches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub took_us: Option<u64>,
    /// Only where something was left out: `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complete: Option<bool>,
    /// Why the query could not be read; only then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl QueryLine {
    /// The line behind a page of hits.
    pub fn after<H>(query_id: &str, page: &Page<H>, took_us: Option<u64>) -> Self {
        Self {
            hits: page.strict,
            hits_ranked: page.ranked,
            took_us,
            complete: (!page.complete).then_some(false),
            ..Self::empty(query_id)
        }
    }

    /// The line for a query that cannot be read.
    pub fn unreadable(query_id: &str, error: &Error) -> Self {
        Self { took_us: Some(0), error: Some(error.to_string()), ..Self::empty(query_id) }
    }

    fn empty(query_id: &str) -> Self {
        Self {
            format: FORMAT,
            r#type: "query",
            query_id: query_id.to_owned(),
            hits: 0,
            hits_ranked: 0,
            took_us: None,
            complete: None,
            error: None,
        }
    }
}
