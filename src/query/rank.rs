//! Ranking: cheap candidates first, then a closer look at the best of them.
//!
//! Equal scores are ordered by date, newest first, undated last, then by id; the choice of the best obeys that too, so
//! threads, segments and merges never show.

use std::{cell::OnceCell, cmp::Reverse, collections::BinaryHeap};

use tantivy::{DocAddress, DocId};

use super::{
    evidence,
    matcher::Segment,
    plan::{Clause, Plan, WordGroup},
    statistics::{Columns, Statistics, Target},
    words::{Offers, Words},
};
use crate::index::{Error, Snapshot};

/// Candidates that are looked at closely. 100 change no figure on the development halves.
const CLOSELY: usize = 50;

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

/// A document on its way to the top. What orders equal scores is read when scores are equal.
#[derive(Clone)]
struct Candidate<'a> {
    score: f32,
    doc: DocAddress,
    target: Target,
    sort: Sort,
    columns: &'a Columns,
    date: OnceCell<Option<i64>>,
    id: OnceCell<(u64, u64)>,
}

impl Candidate<'_> {
    /// Order of results: less is better.
    fn rank(&self, other: &Self) -> std::cmp::Ordering {
        let newest = || Reverse(self.date()).cmp(&Reverse(other.date()));
        let oldest = || {
            let (date, others) = (self.date(), other.date());
            date.is_none().cmp(&others.is_none()).then(date.cmp(&others))
        };
        let by_sort = match self.sort {
            Sort::Relevance => other.score.total_cmp(&self.score).then_with(newest),
            Sort::Newest => newest(),
            Sort::Oldest => oldest(),
        };
        by_sort.then_with(|| self.id().cmp(&other.id())).then(self.doc.cmp(&other.doc))
    }

    fn date(&self) -> Option<i64> {
        *self.date.get_or_init(|| self.columns.date.first(self.doc.doc_id))
    }

    fn id(&self) -> (u64, u64) {
        *self.id.get_or_init(|| {
            let number = match self.target {
                Target::Articles => 0,
                Target::Quotes => self.columns.number.first(self.doc.doc_id).unwrap_or(0),
            };
            (self.columns.key.first(self.doc.doc_id).unwrap_or(u64::MAX), number)
        })
    }
}

impl PartialEq for Candidate<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Candidate<'_> {}

impl PartialOrd for Candidate<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Candidate<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank(other)
    }
}

/// The best so far, the worst of them on top.
struct Top<'a> {
    most: usize,
    sort: Sort,
    heap: BinaryHeap<Candidate<'a>>,
}

impl<'a> Top<'a> {
    /// Whether a score cannot be among the best.
    #[inline]
    fn is_hopeless(&self, score: f32) -> bool {
        self.sort == Sort::Relevance
            && self.heap.len() == self.most
            && self.heap.peek().is_some_and(|worst| score < worst.score)
    }

    fn add(&mut self, candidate: Candidate<'a>) {
        if self.heap.len() < self.most {
            self.heap.push(candidate);
        } else if let Some(mut worst) = self.heap.peek_mut()
            && candidate.rank(&worst).is_lt()
        {
            *worst = candidate;
        }
    }
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
    for ord in segments(snapshot) {
        let segment = Segment::new(snapshot, statistics, ord, plan.target)?;
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

/// Numbers of the segments.
fn segments(snapshot: &Snapshot) -> impl Iterator<Item = u32> {
    (0..).zip(snapshot.searcher().segment_readers()).map(|(ord, _)| ord)
}

/// Documents that match every clause and every word.
pub(crate) fn matching(
    snapshot: &Snapshot,
    statistics: &Statistics,
    plan: Plan,
) -> Result<Vec<DocAddress>, Error> {
    let mut found = Vec::new();
    let target = plan.target;
    let all = Clause::All(plan.strict().required);
    for segment_ord in segments(snapshot) {
        let segment = Segment::new(snapshot, statistics, segment_ord, target)?;
        let matches = segment.matches(&all)?;
        found.extend(matches.docs.into_iter().map(|doc_id| DocAddress { segment_ord, doc_id }));
    }
    Ok(found)
}

fn in_segment<'a>(
    segment: &Segment<'a>,
    segment_ord: u32,
    plan: &Plan,
    least: usize,
    top: &mut Top<'a>,
    ranked: &mut Ranked,
) -> Result<(), Error> {
    let required = segment.all(&plan.required)?;
    let mut offers = Candidates { segment, segment_ord, top, ranked };
    if plan.words.is_empty() {
        let found = match required {
            Some(found) => found,
            None => segment.matches(&Clause::All(Vec::new()))?,
        };
        found.docs.iter().zip(&found.scores).for_each(|(&doc, &score)| offers.add(doc, score, true));
        return Ok(());
    }
    let mut words = Words::open(segment, &plan.words, least, plan.is_any)?;
    match required {
        None => words.run(&mut offers)?,
        Some(required) => words.run_in(&required, &mut offers),
    }
    Ok(())
}

/// Takes matches of one segment: counts them, and gives the best to the top.
struct Candidates<'o, 'a> {
    segment: &'o Segment<'a>,
    segment_ord: u32,
    top: &'o mut Top<'a>,
    ranked: &'o mut Ranked,
}

impl Offers for Candidates<'_, '_> {
    fn could_be_best(&self, score: f32) -> bool {
        !self.top.is_hopeless(score)
    }

    #[inline]
    fn add(&mut self, doc_id: DocId, score: f32, is_strict: bool) {
        self.ranked.ranked += 1;
        self.ranked.strict += u64::from(is_strict);
        if !self.top.is_hopeless(score) {
            let Segment { target, columns, .. } = *self.segment;
            let doc = DocAddress { segment_ord: self.segment_ord, doc_id };
            let sort = self.top.sort;
            self.top.add(Candidate {
                score,
                doc,
                target,
                sort,
                columns,
                date: OnceCell::new(),
                id: OnceCell::new(),
            });
        }
    }
}

/// Adds to the scores of the best candidates what a closer look at them says.
fn closer(
    snapshot: &Snapshot,
    statistics: &Statistics,
    plan: &Plan,
    best: &mut [Candidate<'_>],
) -> Result<(), Error> {
    let words: Vec<&WordGroup> = plan.words.iter().filter(|word| !word.is_stop_word).collect();
    if words.is_empty() {
        return Ok(());
    }
    best.sort_by_key(|candidate| candidate.doc);
    for run in best.chunk_by_mut(|a, b| a.doc.segment_ord == b.doc.segment_ord) {
        let Some(first) = run.first() else { continue };
        let segment = Segment::new(snapshot, statistics, first.doc.segment_ord, plan.target)?;
        let docs: Vec<DocId> = run.iter().map(|candidate| candidate.doc.doc_id).collect();
        let more = evidence::of(&segment, &words, &docs)?;
        run.iter_mut().zip(more).for_each(|(candidate, more)| candidate.score += more);
    }
    Ok(())
}
