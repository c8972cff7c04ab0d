//! Ranking: cheap candidates first, then a closer look at the best of them.
//!
//! Equal scores are ordered by date, newest first, undated last, then by id; the choice of the best obeys that too, so
//! threads, segments and merges never show.

use std::{cmp::Reverse, ops::Range, sync::Arc};

use tantivy::{DocAddress, DocId};

use crate::{
    index::Snapshot,
    query::{
        Error,
        bounds::{Clock, Helpers},
        engine::{
            evidence,
            matcher::{Kinds, Segment},
            plan::{Clause, Plan, WordGroup},
            shares::{self, Share},
            statistics::{Statistics, Target},
            words::{Offers, Words},
        },
    },
};

/// Candidates that are looked at closely. 50 and 100 change no figure on the development halves, 30 lose .006 on people.
const CLOSELY: usize = 40;

/// Candidates that are gathered besides twice those wanted before the worst are dropped.
const ROOM: usize = 64;

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
    /// The best of those that match only in part; none where enough others match.
    pub(crate) partial: Vec<(f32, DocAddress)>,
    /// Matches under the strict reading: every word.
    pub(crate) strict: u64,
    /// Matches under the ranked reading, those in part aside.
    pub(crate) ranked: u64,
}

/// One of the best matches.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placed {
    /// Its place, from 1.
    pub(crate) rank: u64,
    pub(crate) score: f32,
    pub(crate) doc: DocAddress,
    /// Whether it holds too few of the words.
    pub(crate) is_partial: bool,
}

impl Ranked {
    /// The best matches, those in part behind all others.
    pub(crate) fn placed(&self) -> impl Iterator<Item = Placed> + '_ {
        let whole = self.best.iter().map(|found| (found, false));
        let all = whole.chain(self.partial.iter().map(|found| (found, true)));
        (1..).zip(all).map(|(rank, (&(score, doc), is_partial))| Placed { rank, score, doc, is_partial })
    }
}

/// A document that may be among the best.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    /// What orders it: more is better.
    first: i64,
    score: f32,
    doc: DocAddress,
}

/// What orders candidates that are alike in the first thing: less is better.
type Tie = (Reverse<Option<i64>>, (u64, u64));

/// Tells which of two documents comes first. What orders equal ones is read only where it decides.
#[derive(Clone, Copy)]
struct Order<'s, 'a> {
    sort: Sort,
    segments: &'s [Segment<'a>],
}

impl Order<'_, '_> {
    fn first(&self, score: f32, doc: DocAddress) -> i64 {
        match self.sort {
            Sort::Relevance => order_of(score),
            Sort::Newest => self.date(doc).unwrap_or(i64::MIN),
            Sort::Oldest => self.date(doc).map_or(i64::MIN, |date| !date),
        }
    }

    fn date(&self, doc: DocAddress) -> Option<i64> {
        self.segments[doc.segment_ord as usize].columns.date.first(doc.doc_id)
    }

    fn tie(&self, doc: DocAddress) -> Tie {
        (Reverse(self.date(doc)), self.id(doc))
    }

    /// The id of the article as a number, and the number of a quote.
    fn id(&self, doc: DocAddress) -> (u64, u64) {
        let Segment { target, columns, .. } = self.segments[doc.segment_ord as usize];
        let number = match target {
            Target::Articles => 0,
            Target::Quotes => columns.number.first(doc.doc_id).unwrap_or(0),
        };
        (columns.key(doc.doc_id).unwrap_or(u64::MAX), number)
    }

    /// What orders documents whose articles claim one id.
    fn claimant(&self, doc: DocAddress) -> (u64, DocAddress) {
        (self.segments[doc.segment_ord as usize].claimant(doc.doc_id), doc)
    }

    /// Whether a document comes after another whose tie is known, when both are alike in the first thing.
    fn is_after(&self, doc: DocAddress, (tie, other): (Tie, DocAddress)) -> bool {
        let order = self.tie(doc).cmp(&tie);
        order.then_with(|| self.claimant(doc).cmp(&self.claimant(other))).is_gt()
    }

    /// Brings candidates in their order.
    fn apply(&self, candidates: &mut [Candidate]) {
        candidates.sort_unstable_by_key(|one| Reverse(one.first));
        for alike in candidates.chunk_by_mut(|a, b| a.first == b.first).filter(|alike| alike.len() > 1) {
            let mut dated: Vec<_> = alike.iter().map(|one| (Reverse(self.date(one.doc)), *one)).collect();
            dated.sort_by_key(|(date, _)| *date);
            for same_day in dated.chunk_by_mut(|a, b| a.0 == b.0).filter(|same_day| same_day.len() > 1) {
                same_day.sort_by_cached_key(|(_, one)| self.id(one.doc));
                for same_id in same_day.chunk_by_mut(|a, b| self.id(a.1.doc) == self.id(b.1.doc)) {
                    if same_id.len() > 1 {
                        same_id.sort_by_cached_key(|(_, one)| self.claimant(one.doc));
                    }
                }
            }
            alike.iter_mut().zip(dated).for_each(|(place, (_, one))| *place = one);
        }
    }
}

/// The best so far.
struct Top<'s, 'a> {
    most: usize,
    order: Order<'s, 'a>,
    /// Less than `room`, in no order.
    kept: Vec<Candidate>,
    /// Room in it: when it is full all but the best `most` are dropped.
    room: usize,
    /// The worst of `most` that were kept when others were dropped.
    worst: Option<(i64, Option<(Tie, DocAddress)>)>,
}

impl<'s, 'a> Top<'s, 'a> {
    fn new(order: Order<'s, 'a>, most: usize) -> Self {
        let room = most.saturating_mul(2).saturating_add(ROOM);
        Self { most, order, kept: Vec::new(), room, worst: None }
    }

    /// A score below this cannot be among the best.
    fn worst(&self) -> f32 {
        match (self.order.sort, self.worst) {
            (Sort::Relevance, Some((first, _))) => score_of(first),
            _ => f32::NEG_INFINITY,
        }
    }

    fn add(&mut self, score: f32, doc: DocAddress) {
        let candidate = Candidate { first: self.order.first(score, doc), score, doc };
        if let Some((worst, tie)) = self.worst
            && (candidate.first < worst
                || candidate.first == worst && tie.is_some_and(|tie| self.order.is_after(doc, tie)))
        {
            return;
        }
        self.kept.push(candidate);
        if self.kept.len() >= self.room {
            self.drop_worst();
        }
    }

    /// Drops all below the best; those that are equal to the last of these are chosen when they are many.
    fn drop_worst(&mut self) {
        let (_, worst, _) = self.kept.select_nth_unstable_by_key(self.most - 1, |one| Reverse(one.first));
        let worst = worst.first;
        self.kept.retain(|one| one.first >= worst);
        let mut tie = None;
        if self.kept.len() > self.room / 4 * 3 {
            self.order.apply(&mut self.kept);
            self.kept.truncate(self.most);
            tie = self.kept.last().map(|last| (self.order.tie(last.doc), last.doc));
        }
        self.worst = Some((worst, tie));
    }

    /// The best, in their order.
    fn into_best(mut self) -> Vec<Candidate> {
        if self.kept.len() > self.most {
            self.drop_worst();
        }
        self.order.apply(&mut self.kept);
        self.kept.truncate(self.most);
        self.kept
    }
}

/// A score as a number in the same order, as [`f32::total_cmp`] has it.
fn order_of(score: f32) -> i64 {
    let bits = score.to_bits().cast_signed();
    i64::from(bits ^ ((bits >> 31).cast_unsigned() >> 1).cast_signed())
}

/// The score with that number.
fn score_of(order: i64) -> f32 {
    let bits = order as i32;
    f32::from_bits((bits ^ ((bits >> 31).cast_unsigned() >> 1).cast_signed()).cast_unsigned())
}

/// One index, and what looking through it may cost.
#[derive(Clone, Copy)]
pub(crate) struct Engine<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) statistics: &'a Statistics,
    pub(crate) helpers: &'a Arc<Helpers>,
    pub(crate) clock: &'a Clock,
}

impl<'a> Engine<'a> {
    /// A segment, ready to be asked for documents of one kind.
    pub(crate) fn segment(self, ord: u32, target: Target) -> Result<Segment<'a>, Error> {
        Segment::new(self.snapshot, self.statistics, self.clock, ord, target)
    }

    /// All segments in their order.
    fn segments(self, target: Target) -> Result<Vec<Segment<'a>>, Error> {
        let count = self.snapshot.searcher().segment_readers().len() as u32;
        (0..count).map(|ord| self.segment(ord, target)).collect()
    }
}

/// Finds the best `most` matches of a plan; where fewer match, they are followed by those that match only in part. A
/// deadline leaves out what was not looked at by then.
pub(crate) fn rank(
    engine: Engine<'_>,
    plan: &Plan,
    any_word: bool,
    sort: Sort,
    most: usize,
) -> Result<Ranked, Error> {
    let mut ranked = holding(engine, plan, &plan.enough(any_word), sort, most)?;
    let room = most - ranked.best.len();
    if let Some(fewer) = plan.fewer(any_word).filter(|_| room > 0) {
        ranked.partial = holding(engine, plan, &fewer, sort, room)?.best;
    }
    Ok(ranked)
}

/// Finds the best `most` matches that hold so many of the words that count.
fn holding(
    engine: Engine<'_>,
    plan: &Plan,
    held: &Range<usize>,
    sort: Sort,
    most: usize,
) -> Result<Ranked, Error> {
    let kept = if sort == Sort::Relevance { most.max(CLOSELY) } else { most };
    let segments = engine.segments(plan.target)?;
    let order = Order { sort, segments: &segments };
    let shares = shares::deal(&segments, shares::postings(engine.snapshot, plan)?, engine.helpers.threads());
    let look_through = |share: &Share<'_>| -> Result<(Top<'_, '_>, Ranked), Error> {
        let mut top = Top::new(order, kept.max(1));
        let mut ranked = Ranked::default();
        for (ord, segment) in share {
            in_segment(*ord, segment, plan, held, &mut top, &mut ranked)?;
        }
        Ok((top, ranked))
    };
    let mut found = engine.helpers.each_at_once(&shares, look_through).into_iter();
    let (mut top, mut ranked) = found.next().expect("at least one share")?;
    for more in found {
        let (others, more) = more?;
        ranked.ranked += more.ranked;
        ranked.strict += more.strict;
        others.kept.iter().for_each(|one| top.add(one.score, one.doc));
    }
    let mut best = top.into_best();
    if sort == Sort::Relevance {
        let close = best.len().min(CLOSELY);
        let helpers = Some(engine.helpers).filter(|_| shares.len() > 1);
        closer(&segments, plan, helpers, &mut best[..close])?;
        order.apply(&mut best[..close]);
    }
    best.truncate(most);
    ranked.best = best.into_iter().map(|candidate| (candidate.score, candidate.doc)).collect();
    Ok(ranked)
}

/// Documents that match every clause and every word.
pub(crate) fn matching(engine: Engine<'_>, plan: Plan) -> Result<Vec<DocAddress>, Error> {
    let mut found = Vec::new();
    let target = plan.target;
    let all = Clause::All(plan.strict().required);
    for (segment_ord, segment) in (0..).zip(engine.segments(target)?) {
        let matches = segment.matches(&all)?;
        found.extend(matches.docs.into_iter().map(|doc_id| DocAddress { segment_ord, doc_id }));
    }
    Ok(found)
}

fn in_segment(
    segment_ord: u32,
    segment: &Segment<'_>,
    plan: &Plan,
    held: &Range<usize>,
    top: &mut Top<'_, '_>,
    ranked: &mut Ranked,
) -> Result<(), Error> {
    // Kinds are looked at where others say which quotes, and read as lists where nothing else does.
    let is_kinds = |clause: &Clause| matches!(clause, Clause::Kinds(_));
    let others: Vec<&Clause> = plan.required.iter().filter(|clause| !is_kinds(clause)).collect();
    let kinds = plan.required.iter().find_map(|clause| match clause {
        Clause::Kinds(kinds) if !(plan.words.is_empty() && others.is_empty()) => Some(kinds),
        _ => None,
    });
    let kinds = kinds.map(|kinds| Kinds::of(segment.reader, kinds)).transpose()?;
    let segment = &segment.of_kinds(kinds.as_ref());
    let required = match kinds {
        Some(_) => segment.all(others)?,
        None => segment.all(&plan.required)?,
    };
    let mut offers = Candidates { segment_ord, top, ranked };
    if plan.words.is_empty() {
        let found = match required {
            Some(found) => found,
            None => segment.matches(&Clause::All(Vec::new()))?,
        };
        offers.count(found.docs.len() as u64, found.docs.len() as u64);
        found.docs.iter().zip(&found.scores).for_each(|(&doc, &score)| offers.add(doc, score));
        return Ok(());
    }
    let mut words = Words::open(segment, &plan.words, held.clone(), plan.is_any)?;
    match required {
        None => words.run(&mut offers)?,
        Some(required) => words.run_in(&required, &mut offers)?,
    }
    Ok(())
}

/// Takes matches of one segment: counts them, and gives the best to the top.
struct Candidates<'o, 's, 'a> {
    segment_ord: u32,
    top: &'o mut Top<'s, 'a>,
    ranked: &'o mut Ranked,
}

impl Offers for Candidates<'_, '_, '_> {
    fn worst(&self) -> f32 {
        self.top.worst()
    }

    fn count(&mut self, ranked: u64, strict: u64) {
        self.ranked.ranked += ranked;
        self.ranked.strict += strict;
    }

    fn add(&mut self, doc_id: DocId, score: f32) {
        self.top.add(score, DocAddress { segment_ord: self.segment_ord, doc_id });
    }
}

/// Adds to the scores of the best candidates what a closer look at them says, in a large search with the help of the
/// threads that have just looked through it.
fn closer(
    segments: &[Segment<'_>],
    plan: &Plan,
    helpers: Option<&Arc<Helpers>>,
    best: &mut [Candidate],
) -> Result<(), Error> {
    let is_there = |word: &&WordGroup| !word.is_stop_word && !word.is_unknown;
    let words: Vec<&WordGroup> = plan.words.iter().filter(is_there).collect();
    if words.is_empty() {
        return Ok(());
    }
    best.sort_by_key(|candidate| candidate.doc);
    let runs: Vec<&[Candidate]> = best.chunk_by(|a, b| a.doc.segment_ord == b.doc.segment_ord).collect();
    let look = |run: &&[Candidate]| {
        let docs: Vec<DocId> = run.iter().map(|candidate| candidate.doc.doc_id).collect();
        let segment_ord = run[0].doc.segment_ord;
        let more = evidence::of(&segments[segment_ord as usize], &words, &docs)?;
        Ok((DocAddress { segment_ord, doc_id: docs[0] }, more))
    };
    let more = match helpers {
        Some(helpers) => helpers.each_at_once(&runs, look),
        None => runs.iter().map(look).collect(),
    };
    let mut more = more.into_iter().collect::<Result<Vec<_>, Error>>()?;
    more.sort_by_key(|(first, _)| *first);
    for (candidate, more) in best.iter_mut().zip(more.into_iter().flat_map(|(_, more)| more)) {
        candidate.score += more;
        candidate.first = order_of(candidate.score);
    }
    Ok(())
}
