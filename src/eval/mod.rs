//! Scoring extraction and ranking against gold answers.
//!
//! The measures are those of the evaluation data's own scorers, so that a figure means the same wherever it is read:
//! exact spans of names, quotes that overlap by at least half of both, speakers from end to end.

pub mod bootstrap;
mod calibration;
pub mod floors;
pub mod gold;
mod names;
mod normal;
mod quotes;
pub mod retrieval;
mod topics;

use rayon::prelude::*;
use serde::Serialize;

pub use self::{
    calibration::Calibration,
    names::{IdentityScore, KindScore, NameScore},
    quotes::{QuoteScore, SpeakerScore, UnnamedScore, WrittenScore},
    topics::TopicScore,
};
use self::{gold::GoldArticle, names::NameCounts, quotes::QuoteCounts, topics::TopicCounts};
use crate::{extract::annotate, record::ExtractionRecord};

/// Precision, recall and their harmonic mean, in per cent, to one decimal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Prf {
    /// Share of what was found that is right.
    pub precision: f64,
    /// Share of the gold answers that were found.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
}

impl Prf {
    fn of(precision: f64, recall: f64) -> Self {
        let sum = precision + recall;
        let f1 = if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 };
        Self { precision: percent(precision), recall: percent(recall), f1: percent(f1) }
    }
}

/// What precision and recall are made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    right: usize,
    found: usize,
    gold: usize,
}

impl Counts {
    fn prf(self) -> Prf {
        Prf::of(share(self.right, self.found), share(self.right, self.gold))
    }

    fn add(&mut self, other: Self) {
        self.right += other.right;
        self.found += other.found;
        self.gold += other.gold;
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// A share as per cent, to one decimal.
fn percent(share: f64) -> f64 {
    (share * 1000.0).round() / 10.0
}

/// A share of a count as per cent; nothing when there is nothing to count.
fn rate(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| percent(share(part, whole)))
}

/// How well names, quotes and topics of some articles were found. A part is missing when no gold article has answers
/// for it.
#[derive(Clone, Debug, Serialize)]
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

/// One gold article with what the program finds in it.
pub struct Judged<'a> {
    gold: &'a GoldArticle,
    chars: Vec<char>,
    found: ExtractionRecord,
}

impl<'a> Judged<'a> {
    /// Extracts names, quotes and topics from the text of a gold article.
    pub fn new(gold: &'a GoldArticle) -> Self {
        let found = annotate(&gold.article);
        let found = ExtractionRecord::new(gold.id.clone(), None, &gold.article, &found);
        Self { gold, chars: gold.article.text.chars().collect(), found }
    }

    /// The gold article.
    pub fn gold(&self) -> &'a GoldArticle {
        self.gold
    }
}

/// Extracts from every gold article, on all threads.
pub fn judge(gold: &[GoldArticle]) -> Vec<Judged<'_>> {
    gold.par_iter().map(Judged::new).collect()
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
