//! What is new: topics and names that rise against their own past; and topics that keep company with one.
//!
//! The days of a window are compared with those before it by Dunning's log-likelihood ratio (1993): how surprising the
//! share of articles with a value would be, had nothing changed.

use jiff::{ToSpan, civil::Date};
use schemars::JsonSchema;
use serde::Serialize;
use tantivy::DocAddress;

use crate::{
    annotation::{NameKind, TopicKind},
    answers::{
        archive::Archive,
        listed::{Listed, begins},
        names,
        similar::log_likelihood,
        timeline::Days,
    },
    fields::{DOC_ARTICLE, FieldId},
    query::{self, Error, language::ast::Query},
    record::FORMAT,
    taxonomy,
};

/// Articles of the window that a value must have to be told: one story is no trend.
const LEAST_ARTICLES: u64 = 2;

/// Least ratio that is told: chi-squared with one degree of freedom exceeds it by chance once in a hundred.
const LEAST_SCORE: f64 = 6.63;

/// Kinds of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// Names of one kind, or of all.
    Names(Option<NameKind>),
    /// Topics of one kind, or of all.
    Topics(Option<TopicKind>),
}

/// A question for what rises.
#[derive(Clone, Debug)]
pub struct RisingRequest {
    /// Kinds of values looked at.
    pub values: Values,
    /// What the value, or a word of it, begins with, whatever the case.
    pub prefix: Option<String>,
    /// Days compared with those before.
    pub window: Window,
    /// Values wanted.
    pub limit: usize,
}

/// What is new.
#[derive(Clone, Debug, PartialEq)]
pub struct RisingAnswer {
    /// First day of the window.
    pub first: Date,
    /// Its last day.
    pub last: Date,
    /// What rises, strongest first.
    pub rising: Listed<Rising>,
}

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
    /// Values of some kinds that rise, strongest first. Articles whose date is wider than a day take no part. `None`
    /// when the archive has no dated article.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn rising(&self, request: &RisingRequest) -> Result<Option<RisingAnswer>, Error> {
        self.is_here("what rises")?;
        let dated = self.dated()?;
        let Window { until, days, past } = request.window;
        let Some(last) = until.or(dated.iter().map(|&(day, _)| day).max()) else { return Ok(None) };
        let earlier = |day: Date, days: u32| day.checked_sub(i64::from(days).days()).unwrap_or(Date::MIN);
        let before = earlier(last, days.max(1));
        let oldest = earlier(before, past.max(1));
        let between = |from: Date, to: Date| -> Vec<DocAddress> {
            dated.iter().filter(|(day, _)| from < *day && *day <= to).map(|&(_, doc)| doc).collect()
        };
        let (now, past) = (between(before, last), between(oldest, before));
        let mut rising = Vec::new();
        // Without a past nothing rises.
        for (field, kind) in request.values.fields().into_iter().filter(|_| !past.is_empty()) {
            if self.is_over() {
                break;
            }
            self.rising_in(field, kind, [&now, &past], &mut rising)?;
        }
        rising.retain(|one| begins(&one.name, request.prefix.as_deref()));
        rising.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.name.cmp(&b.name)).then(a.kind.cmp(b.kind)));
        let first = before.checked_add(1.day()).unwrap_or(before);
        let rising = Listed::first(request.limit, rising, self.is_complete());
        Ok(Some(RisingAnswer { first, last, rising }))
    }

    /// Values of one field that rise.
    fn rising_in(
        &self,
        field: FieldId,
        kind: &'static str,
        [now, past]: [&[DocAddress]; 2],
        rising: &mut Vec<Rising>,
    ) -> Result<(), Error> {
        let earlier = self.counts(field, past)?;
        let (of, before_of) = (now.len() as u64, past.len() as u64);
        for (value, articles) in self.counts(field, now)? {
            let before = earlier.get(&value).copied().unwrap_or(0);
            let share = |count: u64, of: u64| count as f64 / of.max(1) as f64;
            let (share_now, share_then) = (share(articles, of), share(before, before_of));
            let score = log_likelihood(articles, of, articles + before, of + before_of);
            if articles < LEAST_ARTICLES || share_now <= share_then || score < LEAST_SCORE {
                continue;
            }
            let (name, code) = named(value);
            let times = (before > 0).then(|| share_now / share_then);
            let r#type = "rising";
            rising.push(Rising {
                format: FORMAT,
                r#type,
                name,
                kind,
                code,
                articles,
                of,
                before,
                before_of,
                times,
                score,
            });
        }
        Ok(())
    }

    /// Topics that keep company with one, strongest first: those that stand in its articles more often than elsewhere.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn related_topics(&self, topic: &str, limit: usize) -> Result<Listed<Related>, Error> {
        let docs = self.matching(&query::read(&format!("topic:\"{}\"", topic.replace('"', "")), false)?)?;
        let every = self.matching(&Query::All(Vec::new()))?;
        let mut related = Vec::new();
        for kind in TopicKind::ALL {
            self.related_in(kind, [&docs, &every], &mut related)?;
        }
        related
            .sort_by(|a, b| b.score.total_cmp(&a.score).then(a.name.cmp(&b.name)).then(a.kind.cmp(b.kind)));
        Ok(Listed::first(limit, related, self.is_complete()))
    }

    /// Topics of one kind that keep company with a set of articles.
    fn related_in(
        &self,
        kind: TopicKind,
        [docs, every]: [&[DocAddress]; 2],
        related: &mut Vec<Related>,
    ) -> Result<(), Error> {
        let all = self.counts(topic_field(kind), every)?;
        let (set, total) = (docs.len() as u64, every.len() as u64);
        for (value, articles) in self.counts(topic_field(kind), docs)? {
            let everywhere = all.get(&value).copied().unwrap_or(articles);
            let score = log_likelihood(articles, set, everywhere, total);
            // What every article of the set has is the topic itself, or stands above it.
            let more = articles as f64 * total as f64 > everywhere as f64 * set as f64;
            if articles >= LEAST_ARTICLES && articles < set && more && score >= LEAST_SCORE {
                let (name, code) = named(value);
                let (r#type, kind) = ("related", kind.as_str());
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
        Ok(())
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

impl Values {
    /// The fields that hold them, with what their values are called.
    fn fields(self) -> Vec<(FieldId, &'static str)> {
        let name = |kind: NameKind| (names::column(kind), kind.as_str());
        let topic = |kind: TopicKind| (topic_field(kind), kind.as_str());
        match self {
            Self::Names(Some(kind)) => vec![name(kind)],
            Self::Names(None) => NameKind::ALL.map(name).to_vec(),
            Self::Topics(Some(kind)) => vec![topic(kind)],
            Self::Topics(None) => TopicKind::ALL.map(topic).to_vec(),
        }
    }
}

/// The column of one kind of topic.
pub(crate) fn topic_field(kind: TopicKind) -> FieldId {
    match kind {
        TopicKind::Iptc => FieldId::TopicCode,
        TopicKind::Keyphrase => FieldId::KeyphraseName,
        TopicKind::Publisher => FieldId::TagName,
    }
}

/// What a value is called, and its code when it is one.
fn named(value: String) -> (String, Option<String>) {
    match taxonomy::by_code(&value) {
        Some(subject) => (subject.label.to_owned(), Some(subject.qualified())),
        None => (value, None),
    }
}
