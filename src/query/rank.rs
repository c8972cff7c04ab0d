//! Ranking: cheap candidates first, then a closer look at the best of them.
//!
//! Equal scores are ordered by date, newest first, undated last, then by id; the choice of the best obeys that too, so
//! threads, segments and merges never show.

use std::{cmp::Reverse, collections::BinaryHeap};

use tantivy::{DocAddress, DocId, TERMINATED, columnar::Column, schema::IndexRecordOption};

use super::{
    evidence,
    matcher::{Matches, Scorer, Segment, WordStream},
    plan::{Plan, WordGroup},
    statistics::{Statistics, Target},
};
use crate::index::{Error, Snapshot, fields::FieldId};

/// Candidates that are looked at closely.
const CLOSELY: usize = 100;

/// How results are ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Best first.
    #[default]
    Relevance,
    /// Newest first, undated last.
    Newest,
    /// Oldest first, undated last.
    Oldest,
}

/// The best matches and how many there are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ranked {
    /// Best first.
    pub(crate) best: Vec<(f32, DocAddress)>,
    /// Matches under the strict reading: every word.
    pub(crate) strict: u64,
    /// Matches under the ranked reading.
    pub(crate) ranked: u64,
}

/// A document on its way to the top.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Candidate {
    score: f32,
    date: Option<i64>,
    key: u64,
    number: u64,
    doc: DocAddress,
    sort: Sort,
}

impl Candidate {
    /// Order of results: less is better.
    fn rank(&self, other: &Self) -> std::cmp::Ordering {
        let newest = || Reverse(self.date).cmp(&Reverse(other.date));
        let oldest = || self.date.is_none().cmp(&other.date.is_none()).then(self.date.cmp(&other.date));
        let by_sort = match self.sort {
            Sort::Relevance => other.score.total_cmp(&self.score).then_with(newest),
            Sort::Newest => newest(),
            Sort::Oldest => oldest(),
        };
        by_sort
            .then(self.key.cmp(&other.key))
            .then(self.number.cmp(&other.number))
            .then(self.doc.cmp(&other.doc))
    }
}

impl Eq for Candidate {}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank(other)
    }
}

/// The best so far, the worst of them on top.
struct Top {
    most: usize,
    sort: Sort,
    heap: BinaryHeap<Candidate>,
}

impl Top {
    /// Whether a score cannot be among the best.
    fn is_hopeless(&self, score: f32) -> bool {
        self.sort == Sort::Relevance
            && self.heap.len() == self.most
            && self.heap.peek().is_some_and(|worst| score < worst.score)
    }

    fn add(&mut self, candidate: Candidate) {
        if self.heap.len() < self.most {
            self.heap.push(candidate);
        } else if let Some(mut worst) = self.heap.peek_mut()
            && candidate.rank(&worst).is_lt()
        {
            *worst = candidate;
        }
    }
}

/// The columns that order equal scores.
struct Ties {
    date: Column<i64>,
    key: Column<u64>,
    number: Option<Column<u64>>,
}

/// Finds the best `most` matches of a plan.
pub(crate) fn rank(
    snapshot: &Snapshot,
    statistics: &Statistics,
    plan: &Plan,
    any_word: bool,
    sort: Sort,
    most: usize,
) -> Result<Ranked, Error> {
    let kept = if sort == Sort::Relevance { most.max(CLOSELY) } else { most };
    let mut top = Top { most: kept.max(1), sort, heap: BinaryHeap::new() };
    let mut ranked = Ranked::default();
    for (ord, reader) in (0..).zip(snapshot.searcher().segment_readers()) {
        let segment = Segment::new(reader, statistics, plan.target)?;
        in_segment(&segment, ord, plan, plan.least_words(any_word), &mut top, &mut ranked)?;
    }
    let mut best = top.heap.into_sorted_vec();
    if sort == Sort::Relevance {
        let close = best.len().min(CLOSELY);
        closer(snapshot, statistics, plan, &mut best[..close])?;
        best[..close].sort();
    }
    best.truncate(most);
    ranked.best = best.into_iter().map(|candidate| (candidate.score, candidate.doc)).collect();
    Ok(ranked)
}

/// Documents that match every clause and every word.
pub(crate) fn matching(
    snapshot: &Snapshot,
    statistics: &Statistics,
    plan: &Plan,
) -> Result<Vec<DocAddress>, Error> {
    let mut found = Vec::new();
    let words = plan.words.iter().filter(|word| !word.is_stop_word).cloned().map(super::plan::Clause::Word);
    let clauses: Vec<_> = plan.required.iter().cloned().chain(words).collect();
    for (segment_ord, reader) in (0..).zip(snapshot.searcher().segment_readers()) {
        let segment = Segment::new(reader, statistics, plan.target)?;
        let matches = segment.matches(&super::plan::Clause::All(clauses.clone()))?;
        found.extend(matches.docs.into_iter().map(|doc_id| DocAddress { segment_ord, doc_id }));
    }
    Ok(found)
}

fn in_segment(
    segment: &Segment<'_>,
    segment_ord: u32,
    plan: &Plan,
    least: usize,
    top: &mut Top,
    ranked: &mut Ranked,
) -> Result<(), Error> {
    let fast = segment.reader.fast_fields();
    let number = FieldId::QuoteNumber.row().name;
    let ties = Ties {
        date: fast.i64(FieldId::Date.row().name)?,
        key: fast.u64(FieldId::Key.row().name)?,
        number: (plan.target == Target::Quotes).then(|| fast.u64(number)).transpose()?,
    };
    let sort = top.sort;
    let mut offer = |doc_id: DocId, score: f32| {
        if !top.is_hopeless(score) {
            let doc = DocAddress { segment_ord, doc_id };
            let date = ties.date.first(doc_id);
            let key = ties.key.first(doc_id).unwrap_or(u64::MAX);
            let number = ties.number.as_ref().and_then(|column| column.first(doc_id)).unwrap_or(0);
            top.add(Candidate { score, date, key, number, doc, sort });
        }
    };
    let required = segment.all(&plan.required)?;
    if plan.words.is_empty() {
        let found = match required {
            Some(found) => found,
            None => segment.matches(&super::plan::Clause::All(Vec::new()))?,
        };
        ranked.strict += found.docs.len() as u64;
        ranked.ranked += found.docs.len() as u64;
        found.docs.iter().zip(&found.scores).for_each(|(&doc, &score)| offer(doc, score));
        return Ok(());
    }
    let mut words = Words::open(segment, &plan.words)?;
    words.run(segment, required.as_ref(), least, |doc, score, is_strict| {
        ranked.ranked += 1;
        ranked.strict += u64::from(is_strict);
        offer(doc, score);
    });
    Ok(())
}

/// The bare words of a query over one segment.
struct Words {
    streams: Vec<WordStream>,
    weights: Vec<f32>,
    counts: Vec<bool>,
    scorer: Scorer,
}

impl Words {
    fn open(segment: &Segment<'_>, words: &[WordGroup]) -> Result<Self, Error> {
        let streams = words
            .iter()
            .map(|word| segment.stream(word, IndexRecordOption::WithFreqs))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            streams,
            weights: words.iter().map(evidence::weight).collect(),
            counts: words.iter().map(|word| !word.is_stop_word).collect(),
            scorer: segment.scorer(segment.target.words())?,
        })
    }

    /// Gives every document with at least `least` of the words that count, its score, and whether it has all of them.
    ///
    /// Any such document holds one of the rarest `n - least + 1` words, so only theirs are walked through.
    fn run(
        &mut self,
        segment: &Segment<'_>,
        required: Option<&Matches>,
        least: usize,
        mut found: impl FnMut(DocId, f32, bool),
    ) {
        let mut counting: Vec<usize> = (0..self.streams.len()).filter(|&n| self.counts[n]).collect();
        let all = counting.len();
        counting.sort_by_key(|&n| (self.streams[n].len(), n));
        let leads = &counting[..(all + 1).saturating_sub(least.max(1)).min(all)];
        let total: usize = leads.iter().map(|&n| self.streams[n].len() as usize).sum();
        match required {
            Some(matches) if least == 0 || matches.docs.len() <= total => {
                for (&doc, &score) in matches.docs.iter().zip(&matches.scores) {
                    self.at(doc, score, least, all, &mut found);
                }
            }
            _ => {
                let mut at = 0;
                loop {
                    let Some(doc) = leads.iter().map(|&n| self.streams[n].doc()).min() else { return };
                    if doc == TERMINATED {
                        return;
                    }
                    if segment.is_alive(doc) {
                        match required {
                            None => self.at(doc, 0.0, least, all, &mut found),
                            Some(matches) => {
                                at += matches.docs[at..].partition_point(|&other| other < doc);
                                if matches.docs.get(at) == Some(&doc) {
                                    self.at(doc, matches.scores[at], least, all, &mut found);
                                }
                            }
                        }
                    }
                    for &n in leads {
                        if self.streams[n].doc() == doc {
                            self.streams[n].advance();
                        }
                    }
                }
            }
        }
    }

    /// Scores one document, and gives it if it has enough of the words.
    fn at(
        &mut self,
        doc: DocId,
        base: f32,
        least: usize,
        all: usize,
        found: &mut impl FnMut(DocId, f32, bool),
    ) {
        let (mut score, mut matched) = (base, 0);
        for (n, stream) in self.streams.iter_mut().enumerate() {
            if stream.seek(doc) == doc {
                score += self.weights[n] * self.scorer.score(doc, stream.frequency());
                matched += usize::from(self.counts[n]);
            }
        }
        if matched >= least {
            found(doc, score, matched == all);
        }
    }
}

/// Adds to the scores of the best candidates what a closer look at them says.
fn closer(
    snapshot: &Snapshot,
    statistics: &Statistics,
    plan: &Plan,
    best: &mut [Candidate],
) -> Result<(), Error> {
    let words: Vec<&WordGroup> = plan.words.iter().filter(|word| !word.is_stop_word).collect();
    if words.is_empty() {
        return Ok(());
    }
    best.sort_by_key(|candidate| candidate.doc);
    for run in best.chunk_by_mut(|a, b| a.doc.segment_ord == b.doc.segment_ord) {
        let Some(first) = run.first() else { continue };
        let reader = snapshot.searcher().segment_reader(first.doc.segment_ord);
        let segment = Segment::new(reader, statistics, plan.target)?;
        let docs: Vec<DocId> = run.iter().map(|candidate| candidate.doc.doc_id).collect();
        let more = evidence::of(&segment, &words, &docs)?;
        run.iter_mut().zip(more).for_each(|(candidate, more)| candidate.score += more);
    }
    Ok(())
}
