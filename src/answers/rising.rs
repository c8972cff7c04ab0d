//! What is new: topics and names that rise against their own past; and topics that keep company with one.
//!
//! The days of a window are compared with those before it by Dunning's log-likelihood ratio (1993): how surprising the
//! share of articles with a value would be, had nothing changed.

use jiff::{ToSpan, civil::Date};
use rustc_hash::FxHashMap;
use schemars::JsonSchema;
use serde::Serialize;
use tantivy::DocAddress;

use crate::{
    answers::{archive::Archive, similar::log_likelihood, timeline::Days},
    fields::{DOC_ARTICLE, FieldId},
    query::{Error, language::ast::Query},
    record::FORMAT,
    taxonomy,
};

/// Articles of the window that a value must have to be told: one story is no trend.
const LEAST_ARTICLES: u64 = 2;

/// Least ratio that is told: chi-squared with one degree of freedom exceeds it by chance once in a hundred.
const LEAST_SCORE: f64 = 6.63;

/// Fields whose values can rise or keep company, with what their values are called.
const FIELDS: [(FieldId, &str); 8] = [
    (FieldId::PersonName, "person"),
    (FieldId::OrgName, "org"),
    (FieldId::WorkName, "work"),
    (FieldId::PlaceName, "place"),
    (FieldId::EventName, "event"),
    (FieldId::TopicCode, "iptc"),
    (FieldId::KeyphraseName, "keyphrase"),
    (FieldId::TagName, "publisher"),
];

/// Days compared with those before them.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Last day of the window; the newest article's when there is none.
    pub until: Option<Date>,
    /// Days in the window, at least 1.
    pub days: u32,
    /// Days before it that it is compared with, at least 1.
    pub past: u32,
}

/// A value that rises.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Rising {
    /// Version of the shape.
    pub format: u32,
    /// Always `rising`.
    pub r#type: &'static str,
    /// The name or topic.
    pub name: String,
    /// `person`, `org`, `work`, `place`, `event`, `iptc`, `keyphrase` or `publisher`.
    pub kind: &'static str,
    /// IPTC code, `medtop:…`.
    pub code: Option<String>,
    /// Articles with it in the window, and articles of the window.
    pub articles: u64,
    /// Articles of the window.
    pub of: u64,
    /// Articles with it in the days before.
    pub before: u64,
    /// Articles of the days before.
    pub before_of: u64,
    /// How many times its share has grown; null when it was not there before.
    pub times: Option<f64>,
    /// Log-likelihood ratio.
    pub score: f64,
}

/// A topic that keeps company with another.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Related {
    /// Version of the shape.
    pub format: u32,
    /// Always `related`.
    pub r#type: &'static str,
    /// The topic.
    pub name: String,
    /// `iptc`, `keyphrase` or `publisher`.
    pub kind: &'static str,
    /// IPTC code, `medtop:…`.
    pub code: Option<String>,
    /// Articles with both.
    pub articles: u64,
    /// Articles with this one.
    pub everywhere: u64,
    /// Log-likelihood ratio.
    pub score: f64,
}

impl Archive {
    /// Values of some kinds that rise, strongest first; and the first and last day of the window. Articles whose date is
    /// wider than a day take no part. `None` when the archive has no dated article.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn rising(
        &self,
        kinds: &[&str],
        window: Window,
        limit: usize,
    ) -> Result<Option<(Date, Date, Vec<Rising>)>, Error> {
        let dated = self.dated()?;
        let Some(until) = window.until.or(dated.iter().map(|&(day, _)| day).max()) else { return Ok(None) };
        let earlier = |day: Date, days: u32| day.checked_sub(i64::from(days).days()).unwrap_or(Date::MIN);
        let before = earlier(until, window.days.max(1));
        let oldest = earlier(before, window.past.max(1));
        let between = |from: Date, to: Date| -> Vec<DocAddress> {
            dated.iter().filter(|(day, _)| from < *day && *day <= to).map(|&(_, doc)| doc).collect()
        };
        let (now, past) = (between(before, until), between(oldest, before));
        let mut rising = Vec::new();
        // Without a past nothing rises.
        for (field, kind) in fields(kinds).filter(|_| !past.is_empty()) {
            if self.is_over() {
                break;
            }
            let earlier = self.counts(field, &past)?;
            for (value, articles) in self.counts(field, &now)? {
                let was = earlier.get(&value).copied().unwrap_or(0);
                let share = |count: u64, of: usize| count as f64 / of.max(1) as f64;
                let (share_now, share_then) = (share(articles, now.len()), share(was, past.len()));
                let score = log_likelihood(
                    articles,
                    now.len() as u64,
                    articles + was,
                    (now.len() + past.len()) as u64,
                );
                if articles >= LEAST_ARTICLES && share_now > share_then && score >= LEAST_SCORE {
                    let (name, code) = named(value);
                    rising.push(Rising {
                        format: FORMAT,
                        r#type: "rising",
                        name,
                        kind,
                        code,
                        articles,
                        of: now.len() as u64,
                        before: was,
                        before_of: past.len() as u64,
                        times: (was > 0).then(|| share_now / share_then),
                        score,
                    });
                }
            }
        }
        rising.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.name.cmp(&b.name)).then(a.kind.cmp(b.kind)));
        rising.truncate(limit);
        let first = before.checked_add(1.day()).unwrap_or(before);
        Ok(Some((first, until, rising)))
    }

    /// Topics that stand in the articles of a query more often than elsewhere, strongest first.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn related_topics(&self, query: &Query, limit: usize) -> Result<Vec<Related>, Error> {
        let docs = self.matching(query)?;
        let every = self.matching(&Query::All(Vec::new()))?;
        let mut related = Vec::new();
        for (field, kind) in fields(&["iptc", "keyphrase", "publisher"]) {
            let all = self.counts(field, &every)?;
            for (value, articles) in self.counts(field, &docs)? {
                let everywhere = all.get(&value).copied().unwrap_or(articles);
                let (set, total) = (docs.len() as u64, every.len() as u64);
                let score = log_likelihood(articles, set, everywhere, total);
                // What every article of the set has is the topic itself, or stands above it.
                let more = articles as f64 * total as f64 > everywhere as f64 * set as f64;
                if articles >= LEAST_ARTICLES && articles < set && more && score >= LEAST_SCORE {
                    let (name, code) = named(value);
                    let r#type = "related";
                    related.push(Related {
                        format: FORMAT,
                        r#type,
                        name,
                        kind,
                        code,
                        articles,
                        everywhere,
                        score,
                    });
                }
            }
        }
        related
            .sort_by(|a, b| b.score.total_cmp(&a.score).then(a.name.cmp(&b.name)).then(a.kind.cmp(b.kind)));
        related.truncate(limit);
        Ok(related)
    }

    /// Articles of each value of a kind of topic: `iptc` codes with those above them, `keyphrase`, `publisher`.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn topic_counts(&self, kind: &str) -> Result<FxHashMap<String, u64>, Error> {
        let every = self.matching(&Query::All(Vec::new()))?;
        let mut counts = FxHashMap::default();
        for (field, _) in fields(&[kind]) {
            counts.extend(self.counts(field, &every)?);
        }
        Ok(counts)
    }

    /// Articles whose date is one day, with it.
    fn dated(&self) -> Result<Vec<(Date, DocAddress)>, Error> {
        let days = Days::of(self.snapshot())?;
        let mut dated = Vec::new();
        for (segment_ord, segment) in (0..).zip(self.snapshot().searcher().segment_readers()) {
            let columns = self.statistics().columns(segment_ord, segment)?;
            for doc_id in segment.doc_ids_alive().filter(|&doc| columns.kind.first(doc) == Some(DOC_ARTICLE))
            {
                let doc = DocAddress { segment_ord, doc_id };
                if let Some((from, to)) = days.range(doc).filter(|(from, to)| from == to) {
                    dated.push((from.min(to), doc));
                }
            }
        }
        Ok(dated)
    }
}

fn fields(kinds: &[&str]) -> impl Iterator<Item = (FieldId, &'static str)> {
    FIELDS.into_iter().filter(|(_, kind)| kinds.contains(kind))
}

/// What a value is called, and its code when it is one.
fn named(value: String) -> (String, Option<String>) {
    match taxonomy::by_code(&value) {
        Some(subject) => (subject.label.to_owned(), Some(subject.qualified())),
        None => (value, None),
    }
}
