//! Ranking: cheap candidates first, then a closer look at the best of them.
//!
//! Equal scores are ordered by date, newest first, undated last, then by id; the choice of the best obeys that too, so
//! threads, segments and merges never show.

use std::{cmp::Reverse, collections::BinaryHeap};

use tantivy::{DocAddress, DocId, TERMINATED, schema::IndexRecordOption};

use super::{
    evidence,
    matcher::{Matches, Scorer, Segment, WordStream},
    plan::{Clause, Plan, WordGroup},
    statistics::{Columns, Statistics, Target},
};
use crate::index::{Error, Snapshot};

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

/// A document on its way to the top. What orders equal scores is read when scores are equal.
#[derive(Clone, Copy)]
struct Candidate<'a> {
    score: f32,
    doc: DocAddress,
    target: Target,
    sort: Sort,
    columns: &'a Columns,
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
        self.columns.date.first(self.doc.doc_id)
    }

    fn id(&self) -> (u64, u64) {
        let number = match self.target {
            Target::Articles => 0,
            Target::Quotes => self.columns.number.first(self.doc.doc_id).unwrap_or(0),
        };
        (self.columns.key.first(self.doc.doc_id).unwrap_or(u64::MAX), number)
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
    let mut offers = Offers { segment, segment_ord, top, ranked };
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
        None => words.run(&mut offers),
        Some(required) => words.run_in(&required, &mut offers),
    }
    Ok(())
}

/// Takes matches of one segment: counts them, and gives the best to the top.
struct Offers<'o, 'a> {
    segment: &'o Segment<'a>,
    segment_ord: u32,
    top: &'o mut Top<'a>,
    ranked: &'o mut Ranked,
}

impl Offers<'_, '_> {
    #[inline]
    fn add(&mut self, doc_id: DocId, score: f32, is_strict: bool) {
        self.ranked.ranked += 1;
        self.ranked.strict += u64::from(is_strict);
        if !self.top.is_hopeless(score) {
            let Segment { target, columns, .. } = *self.segment;
            let doc = DocAddress { segment_ord: self.segment_ord, doc_id };
            let sort = self.top.sort;
            self.top.add(Candidate { score, doc, target, sort, columns });
        }
    }
}

/// What a word is to a hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    /// It must be there.
    Must,
    /// It is one of those of which enough must be there.
    Counts,
    /// It only adds to the score.
    Adds,
}

/// One word over a segment.
struct Lane {
    stream: WordStream,
    weight: f32,
    role: Role,
}

/// Documents whose scores are added up together, word by word.
const WINDOW: u32 = 4096;

/// Parts of a point in which scores of words are added up: whole numbers have the same sum in any order, so that a
/// score does not depend on the segment its document stands in.
const POINT: f32 = 65_536.0;

/// The bare words of a query over one segment.
struct Words<'a> {
    lanes: Vec<Lane>,
    /// The lanes in the order in which they are tried: those first that rule out most.
    order: Vec<usize>,
    scorer: Scorer<'a>,
    /// Words of those that count which a hit has, and how many make it a strict one.
    least: usize,
    strict: usize,
    counting: usize,
    /// How many of `order` together have every possible hit.
    leads: usize,
}

impl<'a> Words<'a> {
    fn open(segment: &Segment<'a>, words: &[WordGroup], least: usize, is_any: bool) -> Result<Self, Error> {
        let mut lanes = Vec::with_capacity(words.len());
        for word in words {
            let role = match word {
                word if word.is_must => Role::Must,
                word if word.is_stop_word => Role::Adds,
                _ => Role::Counts,
            };
            let stream = segment.stream(word, IndexRecordOption::WithFreqs)?;
            lanes.push(Lane { stream, weight: evidence::weight(word), role });
        }
        let mut order: Vec<usize> = (0..lanes.len()).collect();
        order.sort_by_key(|&n| (lanes[n].role, lanes[n].stream.len(), n));
        let count = |role| lanes.iter().filter(|lane| lane.role == role).count();
        let counting = count(Role::Counts);
        let strict = if is_any { 1.min(counting) } else { counting };
        // A hit has each word that must be there; else at least `least` of those that count, and so one of the rarest
        // `counting - least + 1`.
        let leads = match count(Role::Must) {
            0 => (counting + 1).saturating_sub(least.max(1)).min(counting),
            _ => 1,
        };
        let scorer = segment.scorer(segment.target.words())?;
        Ok(Self { lanes, order, scorer, least, strict, counting, leads })
    }

    /// Offers every hit of the segment.
    fn run(&mut self, offers: &mut Offers<'_, '_>) {
        match (self.lanes.as_mut_slice(), self.leads) {
            ([lane], _) => {
                while lane.stream.doc() != TERMINATED {
                    let doc = lane.stream.doc();
                    if offers.segment.is_alive(doc) {
                        offers.add(doc, lane.score(doc, &self.scorer) as f32 / POINT, true);
                    }
                    lane.stream.advance();
                }
            }
            (_, 1) => {
                let lead = self.order[0];
                while self.lanes[lead].stream.doc() != TERMINATED {
                    let doc = self.lanes[lead].stream.doc();
                    if offers.segment.is_alive(doc) {
                        self.at(doc, 0, 0, 0, offers);
                    }
                    self.lanes[lead].stream.advance();
                }
            }
            _ => self.run_in_windows(offers),
        }
    }

    /// Adds up the scores of the leading words over a window of documents, word by word; then tries the rest on those
    /// that have any.
    fn run_in_windows(&mut self, offers: &mut Offers<'_, '_>) {
        let mut sums = vec![(0u32, 0u16); WINDOW as usize];
        let mut touched = [0u64; WINDOW as usize / 64];
        loop {
            let leads = &self.order[..self.leads];
            let start = leads.iter().map(|&n| self.lanes[n].stream.doc()).min().unwrap_or(TERMINATED);
            if start == TERMINATED {
                return;
            }
            let end = start.saturating_add(WINDOW);
            for &n in leads {
                let lane = &mut self.lanes[n];
                while lane.stream.doc() < end {
                    let doc = lane.stream.doc();
                    let at = (doc - start) as usize;
                    let (sum, matched) = &mut sums[at];
                    *sum = sum.saturating_add(lane.score(doc, &self.scorer));
                    *matched += 1;
                    touched[at / 64] |= 1 << (at % 64);
                    lane.stream.advance();
                }
            }
            for block in 0..touched.len() {
                let mut bits = std::mem::take(&mut touched[block]);
                while bits != 0 {
                    let at = block * 64 + bits.trailing_zeros() as usize;
                    bits &= bits - 1;
                    let (sum, matched) = std::mem::take(&mut sums[at]);
                    let doc = start + at as u32;
                    if offers.segment.is_alive(doc) {
                        self.at(doc, self.leads, sum, usize::from(matched), offers);
                    }
                }
            }
        }
    }

    /// Offers those hits that the rest of the query matches, with their scores from there.
    fn run_in(&mut self, required: &Matches, offers: &mut Offers<'_, '_>) {
        for (&doc, &score) in required.docs.iter().zip(&required.scores) {
            self.at(doc, 0, points(score), 0, offers);
        }
    }

    /// Scores one document, of which the first `tried` words are known with their sum and how many matched, and offers
    /// it if it has enough of the words.
    #[inline]
    fn at(&mut self, doc: DocId, tried: usize, sum: u32, matched: usize, offers: &mut Offers<'_, '_>) {
        let (mut sum, mut matched, mut left) = (sum, matched, self.counting.saturating_sub(tried));
        if tried < self.order.len() {
            for &n in &self.order[tried..] {
                let lane = &mut self.lanes[n];
                let is_there = lane.stream.seek(doc) == doc;
                if is_there {
                    sum = sum.saturating_add(lane.score(doc, &self.scorer));
                }
                match lane.role {
                    Role::Must if !is_there => return,
                    Role::Counts => {
                        left -= 1;
                        matched += usize::from(is_there);
                        if matched + left < self.least {
                            return;
                        }
                    }
                    _ => (),
                }
            }
        }
        if matched >= self.least {
            offers.add(doc, sum as f32 / POINT, matched >= self.strict);
        }
    }
}

impl Lane {
    /// What the word adds to the document it stands at.
    #[inline]
    fn score(&self, doc: DocId, scorer: &Scorer<'_>) -> u32 {
        points(self.weight * scorer.score(doc, self.stream.frequency()))
    }
}

/// A score in parts of a point, at most 65,535 points.
#[inline]
fn points(score: f32) -> u32 {
    (score * POINT) as u32
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
