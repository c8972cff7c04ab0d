//! Several queries, answered one after the other: whose hit is whose, and the line that ends those of one query.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    answers::hit::{ArticleHit, Page, QuoteHit, TitleHit},
    query::Error,
    record::FORMAT,
};

/// A hit that can tell which of several queries it answers.
pub trait Answering {
    /// Where it tells that.
    fn query_id(&mut self) -> &mut Option<String>;
}

impl Answering for ArticleHit {
    fn query_id(&mut self) -> &mut Option<String> {
        &mut self.query_id
    }
}

impl Answering for TitleHit {
    fn query_id(&mut self) -> &mut Option<String> {
        &mut self.query_id
    }
}

impl Answering for QuoteHit {
    fn query_id(&mut self) -> &mut Option<String> {
        &mut self.query_id
    }
}

impl<H: Answering> Page<H> {
    /// The page, each of its hits with the id of the query that it answers.
    #[must_use]
    pub fn of_query(mut self, query_id: &str) -> Self {
        for hit in &mut self.hits {
            *hit.query_id() = Some(query_id.to_owned());
        }
        self
    }
}

/// What ends the hits of one of several queries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct QueryLine {
    /// Version of the shape.
    pub format: u32,
    /// Always `query`.
    pub r#type: &'static str,
    /// The query's id: as the batch gives it, else the number of its line; the name of a saved search.
    pub query_id: String,
    /// Matches under the strict reading: every bare word.
    pub hits: u64,
    /// Matches under the ranked reading: most bare words.
    pub hits_ranked: u64,
    /// Words that nothing holds, and that were set aside; left out when there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub unknown: Vec<String>,
    /// Microseconds from parsing to ranked ids with stored titles; left out for saved searches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub took_us: Option<u64>,
    /// `false` where the time was over before everything was looked at; else left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complete: Option<bool>,
    /// Why the query could not be read; else left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The kind of that error; else left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
}

impl QueryLine {
    /// The line of a query that was answered, and how many microseconds that took where it was measured.
    pub fn answered<H>(query_id: &str, page: &Page<H>, took_us: Option<u64>) -> Self {
        Self {
            format: FORMAT,
            r#type: "query",
            query_id: query_id.to_owned(),
            hits: page.strict,
            hits_ranked: page.ranked,
            unknown: page.unknown.clone(),
            took_us,
            complete: (!page.complete).then_some(false),
            error: None,
            code: None,
        }
    }

    /// The line of a query that cannot be read.
    pub fn unreadable(query_id: &str, error: &Error) -> Self {
        Self {
            format: FORMAT,
            r#type: "query",
            query_id: query_id.to_owned(),
            hits: 0,
            hits_ranked: 0,
            unknown: Vec::new(),
            took_us: Some(0),
            complete: None,
            error: Some(error.to_string()),
            code: Some(error.code()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page<H>(hits: Vec<H>) -> Page<H> {
        Page { hits, strict: 1, ranked: 1, unknown: Vec::new(), notes: Vec::new(), complete: true }
    }

    fn written(line: &impl Serialize) -> String {
        serde_json::to_string(line).expect("plain data")
    }

    #[test]
    fn a_hit_of_several_queries_ends_with_its_query() {
        let alone = page(vec![TitleHit::new(1, 12.5, "00ff\tRain")]);
        let hit = r#"{"format":1,"type":"article","rank":1,"score":12.5,"id":"00ff","title":"Rain""#;
        assert_eq!(written(&alone.hits[0]), format!("{hit}}}"));
        assert_eq!(written(&alone.of_query("q7").hits[0]), format!(r#"{hit},"query_id":"q7"}}"#));
    }

    #[test]
    fn a_line_tells_no_more_than_there_is_to_tell() {
        let page = Page { ranked: 2, ..page(vec![0]) };
        assert_eq!(
            written(&QueryLine::answered("ada", &page, None)),
            r#"{"format":1,"type":"query","query_id":"ada","hits":1,"hits_ranked":2}"#
        );
        let cut = Page { complete: false, unknown: vec!["zzyx".into()], ..page };
        assert_eq!(
            written(&QueryLine::answered("3", &cut, Some(55))),
            r#"{"format":1,"type":"query","query_id":"3","hits":1,"hits_ranked":2,"unknown":["zzyx"],"took_us":55,"complete":false}"#
        );
        assert_eq!(
            written(&QueryLine::unreadable("4", &Error::TooFewWords)),
            r#"{"format":1,"type":"query","query_id":"4","hits":0,"hits_ranked":0,"took_us":0,"error":"give at least two words","code":"too-few-words"}"#
        );
    }
}
