//! Scoring extraction and ranking against gold answers.
//!
//! The measures are those of the evaluation data's own scorers, so that a figure means the same wherever it is read:
//! exact spans of names, quotes that overlap by at least half of both, speakers from end to end.

pub mod bootstrap;
mod calibration;
mod evaluation;
pub mod floors;
pub mod gold;
mod judged;
mod measure;
mod names;
mod normal;
mod quotes;
pub mod retrieval;
mod topics;

use schemars::JsonSchema;
use serde::Serialize;

pub use self::{
    calibration::Calibration,
    evaluation::{Evaluation, Ranking},
    judged::{Judged, judge},
    measure::Prf,
    names::{IdentityScore, KindScore, NameScore},
    quotes::{QuoteScore, SpeakerScore, UnnamedScore, WrittenScore},
    topics::TopicScore,
};
use self::{names::NameCounts, quotes::QuoteCounts, topics::TopicCounts};

/// How well names, quotes and topics of some articles were found. A part is missing when no gold article has answers
/// for it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExtractionScore {
    /// Articles that were scored.
    pub articles: usize,
    /// Names.
    pub names: Option<NameScore>,
    /// Direct quotes: gold fragments inside reported speech are neither wanted nor counted against.
    pub quotes_direct: Option<QuoteScore>,
    /// Direct quotes and fragments.
    pub quotes_all: Option<QuoteScore>,
    /// Topics.
    pub topics: Option<TopicScore>,
}

/// Scores what was found in articles against their gold answers.
pub fn score<'a>(judged: impl IntoIterator<Item = &'a Judged<'a>>) -> ExtractionScore {
    let mut articles = 0;
    let mut names: Option<NameCounts> = None;
    let mut quotes: Option<[QuoteCounts; 2]> = None;
    let mut topics: Option<TopicCounts> = None;
    for one in judged {
        articles += 1;
        if let Some(gold) = &one.gold.names {
            names.get_or_insert_default().add(one, gold);
        }
        if let Some(gold) = &one.gold.quotes {
            let [direct, all] = quotes.get_or_insert_default();
            direct.add(one, gold, false);
            all.add(one, gold, true);
        }
        if let Some(gold) = &one.gold.topics {
            topics.get_or_insert_default().add(gold, &one.found.topics);
        }
    }
    let [direct, all] = quotes.map_or([None, None], |counts| counts.map(|counts| Some(counts.score())));
    ExtractionScore {
        articles,
        names: names.map(|counts| counts.score()),
        quotes_direct: direct,
        quotes_all: all,
        topics: topics.map(|counts| counts.score()),
    }
}
