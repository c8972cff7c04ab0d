//! The bare words of a query over one segment: which documents hold enough of them, and how much each word adds.
//!
//! Two ways lead to the same hits with the same scores. Where some words are rare, their documents are walked through
//! and the others are looked up in each. Where all are about as frequent, their lists are read from end to end, window
//! by window of documents.

use tantivy::{DocId, TERMINATED, Term, postings::BlockSegmentPostings, schema::IndexRecordOption};

use super::{
    evidence,
    matcher::{Matches, Scorer, Segment, WordStream},
    plan::WordGroup,
    statistics::K1,
};
use crate::index::Error;

/// Documents whose scores are added up together.
const WINDOW: usize = 8192;

/// Parts of a point in which scores of words are added up: whole numbers have the same sum in any order, so that a
/// score does not depend on the segment its document stands in, nor on the way it was reached.
const POINT: f32 = 65_536.0;

/// What a look-up in a list costs against reading the next entry of one.
const LOOK_UP: usize = 3;

/// What one word that must be there adds to the count of words; those that only count add 1.
const MUST: u16 = 256;

/// Takes the hits of a segment.
pub(crate) trait Offers {
    /// Whether a hit with that score could be among the best.
    fn could_be_best(&self, score: f32) -> bool;
    /// Counts a live hit, and takes it if it is among the best.
    fn add(&mut self, doc: DocId, score: f32, is_strict: bool);
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
struct Lane<'w> {
    word: &'w WordGroup,
    stream: WordStream,
    weight: f32,
    role: Role,
}

/// The bare words of a query over one segment.
pub(crate) struct Words<'s, 'a, 'w> {
    segment: &'s Segment<'a>,
    lanes: Vec<Lane<'w>>,
    /// The lanes in the order in which they are tried: those first that rule out most.
    order: Vec<usize>,
    scorer: Scorer<'a>,
    /// Words that must be there; of the others that count how many a hit has, how many make it strict, and how many
    /// there are.
    musts: usize,
    least: usize,
    strict: usize,
    counting: usize,
    /// How many of `order` together have every possible hit.
    leads: usize,
}

impl<'s, 'a, 'w> Words<'s, 'a, 'w> {
    /// Opens the lists of the words. A hit has `least` of those that count; with `is_any` one makes it a strict one.
    pub(crate) fn open(
        segment: &'s Segment<'a>,
        words: &'w [WordGroup],
        least: usize,
        is_any: bool,
    ) -> Result<Self, Error> {
        let mut lanes = Vec::with_capacity(words.len());
        for word in words {
            let role = match word {
                word if word.is_must => Role::Must,
                word if word.is_stop_word => Role::Adds,
                _ => Role::Counts,
            };
            let stream = segment.stream(word, IndexRecordOption::WithFreqs)?;
            lanes.push(Lane { word, stream, weight: evidence::weight(word), role });
        }
        let mut order: Vec<usize> = (0..lanes.len()).collect();
        order.sort_by_key(|&n| (lanes[n].role, lanes[n].stream.len(), n));
        let count = |role| lanes.iter().filter(|lane| lane.role == role).count();
        let (musts, counting) = (count(Role::Must), count(Role::Counts));
        let strict = if is_any { 1.min(counting) } else { counting };
        // A hit has each word that must be there; else at least `least` of those that count, and so one of the rarest
        // `counting - least + 1`.
        let leads = match musts {
            0 => (counting + 1).saturating_sub(least.max(1)).min(counting),
            _ => 1,
        };
        let scorer = segment.scorer(segment.target.words())?;
        Ok(Self { segment, lanes, order, scorer, musts, least, strict, counting, leads })
    }

    /// Offers every hit of the segment.
    pub(crate) fn run(&mut self, offers: &mut impl Offers) -> Result<(), Error> {
        let all = self.musts + self.counting;
        let length = |n: &usize| self.lanes[*n].stream.len() as usize;
        let read: usize = self.order[..all].iter().map(length).sum();
        let led: usize = self.order[..self.leads].iter().map(length).sum();
        let looked_up = led * (1 + LOOK_UP * (all - self.leads));
        if read <= looked_up && all < usize::from(MUST) {
            return self.run_in_windows(offers);
        }
        loop {
            let leads = &self.order[..self.leads];
            let doc = leads.iter().map(|&n| self.lanes[n].stream.doc()).min().unwrap_or(TERMINATED);
            if doc == TERMINATED {
                return Ok(());
            }
            if self.segment.is_alive(doc) {
                self.at(doc, 0, offers);
            }
            for &n in &self.order[..self.leads] {
                let stream = &mut self.lanes[n].stream;
                if stream.doc() == doc {
                    stream.advance();
                }
            }
        }
    }

    /// Offers those hits that the rest of the query matches, with their scores from there.
    pub(crate) fn run_in(&mut self, required: &Matches, offers: &mut impl Offers) {
        for (&doc, &score) in required.docs.iter().zip(&required.scores) {
            self.at(doc, points(score), offers);
        }
    }

    /// Looks every word up in one document, and offers it if it has enough of them.
    fn at(&mut self, doc: DocId, mut sum: u32, offers: &mut impl Offers) {
        let (mut matched, mut left) = (0, self.counting);
        for &n in &self.order {
            let lane = &mut self.lanes[n];
            let is_there = lane.stream.seek(doc) == doc;
            if is_there {
                let score = self.scorer.score(doc, lane.stream.frequency());
                sum = sum.saturating_add(points(lane.weight * score));
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
        offers.add(doc, sum as f32 / POINT, matched >= self.strict);
    }

    fn run_in_windows(&mut self, offers: &mut impl Offers) -> Result<(), Error> {
        let all = self.musts + self.counting;
        let lanes = self.order[..all].iter().map(|&n| &self.lanes[n]);
        let mut read: Vec<Read> =
            lanes.map(|lane| Read::open(self.segment, lane)).collect::<Result<_, _>>()?;
        if let ([only], 1) = (read.as_mut_slice(), self.order.len()) {
            only.each(&self.scorer, |doc, score| {
                if self.segment.is_alive(doc) {
                    offers.add(doc, score as f32 / POINT, true);
                }
            });
            return Ok(());
        }
        let most_added: f32 = self.order[all..].iter().map(|&n| self.lanes[n].weight * (K1 + 1.0)).sum();
        let mut window = Window::new();
        loop {
            let start = read.iter().map(Read::doc).min().unwrap_or(TERMINATED);
            if start == TERMINATED {
                return Ok(());
            }
            for read in &mut read {
                read.add_to(&mut window, start, &self.scorer);
            }
            window.totals.each(|at, sum, matched| {
                let doc = start + at as u32;
                let (musts, matched) = (usize::from(matched / MUST), usize::from(matched % MUST));
                if musts < self.musts || matched < self.least || !self.segment.is_alive(doc) {
                    return;
                }
                let mut sum = sum;
                // Words that only add are looked up where that can matter.
                if all < self.order.len() && offers.could_be_best(sum as f32 / POINT + most_added) {
                    for &n in &self.order[all..] {
                        let Lane { stream, weight, .. } = &mut self.lanes[n];
                        if stream.seek(doc) == doc {
                            let score = self.scorer.score(doc, stream.frequency());
                            sum = sum.saturating_add(points(*weight * score));
                        }
                    }
                }
                offers.add(doc, sum as f32 / POINT, matched >= self.strict);
            });
        }
    }
}

/// A score in parts of a point, at most 65,535 points.
#[inline]
fn points(score: f32) -> u32 {
    (score * POINT) as u32
}

/// A window of documents.
struct Window {
    totals: Totals,
    forms: Forms,
}

type Bits = [u64; WINDOW / 64];

/// Scores of the documents of a window, and how many words each holds.
struct Totals {
    sums: Vec<u32>,
    matched: Vec<u16>,
    touched: Bits,
}

impl Totals {
    #[inline]
    fn add(&mut self, at: usize, score: u32, count: u16) {
        self.sums[at] = self.sums[at].saturating_add(score);
        self.matched[at] += count;
        self.touched[at / 64] |= 1 << (at % 64);
    }

    /// Gives every document that holds a word, in order, and empties the window.
    fn each(&mut self, mut each: impl FnMut(usize, u32, u16)) {
        for block in 0..self.touched.len() {
            let bits = std::mem::take(&mut self.touched[block]);
            set_bits(bits, |bit| {
                let at = block * 64 + bit;
                each(at, std::mem::take(&mut self.sums[at]), std::mem::take(&mut self.matched[at]));
            });
        }
    }
}

/// How often a word of several forms stands in each document of a window.
struct Forms {
    frequencies: Vec<u16>,
    held: Bits,
}

impl Forms {
    fn new() -> Self {
        Self { frequencies: vec![0; WINDOW], held: [0; WINDOW / 64] }
    }

    #[inline]
    fn add(&mut self, at: usize, frequency: u32) {
        let frequency = u16::try_from(frequency).unwrap_or(u16::MAX);
        self.frequencies[at] = self.frequencies[at].saturating_add(frequency);
        self.held[at / 64] |= 1 << (at % 64);
    }

    /// Gives every document that holds a form, in order, and empties the window.
    #[inline]
    fn each(&mut self, mut each: impl FnMut(usize, u32)) {
        for block in 0..self.held.len() {
            let bits = std::mem::take(&mut self.held[block]);
            set_bits(bits, |bit| {
                let at = block * 64 + bit;
                each(at, u32::from(std::mem::take(&mut self.frequencies[at])));
            });
        }
    }
}

impl Window {
    fn new() -> Self {
        let totals = Totals { sums: vec![0; WINDOW], matched: vec![0; WINDOW], touched: [0; WINDOW / 64] };
        Self { totals, forms: Forms::new() }
    }
}

#[inline]
fn set_bits(mut bits: u64, mut each: impl FnMut(usize)) {
    while bits != 0 {
        each(bits.trailing_zeros() as usize);
        bits &= bits - 1;
    }
}

/// A word whose lists are read from end to end.
struct Read {
    lists: Vec<List>,
    /// Where the parts of a compound word were found, and how often.
    found: std::vec::IntoIter<(DocId, u32)>,
    weight: f32,
    count: u16,
}

impl Read {
    fn open(segment: &Segment<'_>, lane: &Lane<'_>) -> Result<Self, Error> {
        let Lane { word, stream, weight, role } = lane;
        let mut lists = Vec::new();
        for term in word.terms.iter().filter(|_| !word.is_compound) {
            let term = Term::from_field_text(word.field.field(), term);
            let inverted = segment.reader.inverted_index(term.field())?;
            let block = inverted.read_block_postings(&term, IndexRecordOption::WithFreqs);
            lists.extend(block.map_err(tantivy::TantivyError::from)?.map(|block| List { block, at: 0 }));
        }
        let count = if *role == Role::Must { MUST } else { 1 };
        Ok(Self { lists, found: stream.found().into_iter(), weight: *weight, count })
    }

    fn doc(&self) -> DocId {
        let found = self.found.as_slice().first().map_or(TERMINATED, |(doc, _)| *doc);
        self.lists.iter().map(List::doc).min().unwrap_or(TERMINATED).min(found)
    }

    /// Adds the word to the window of documents from `start`.
    fn add_to(&mut self, window: &mut Window, start: DocId, scorer: &Scorer<'_>) {
        let Window { totals, forms } = window;
        let count = self.count;
        self.each_in(start, forms, scorer, |doc, score| totals.add((doc - start) as usize, score, count));
    }

    /// Gives every document that holds the word, with what the word adds there.
    fn each(&mut self, scorer: &Scorer<'_>, mut each: impl FnMut(DocId, u32)) {
        let mut forms = Forms::new();
        loop {
            let start = self.doc();
            if start == TERMINATED {
                return;
            }
            self.each_in(start, &mut forms, scorer, &mut each);
        }
    }

    /// Gives those of a window from `start`, in no order where the word was found part by part.
    fn each_in(
        &mut self,
        start: DocId,
        forms: &mut Forms,
        scorer: &Scorer<'_>,
        mut each: impl FnMut(DocId, u32),
    ) {
        let Self { lists, found, weight, .. } = self;
        let end = start.saturating_add(WINDOW as u32);
        if let [list] = lists.as_mut_slice() {
            list.each_below(end, |doc, frequency| each(doc, points(*weight * scorer.score(doc, frequency))));
            return;
        }
        for list in lists {
            list.each_below(end, |doc, frequency| forms.add((doc - start) as usize, frequency));
        }
        forms.each(|at, frequency| {
            let doc = start + at as u32;
            each(doc, points(*weight * scorer.score(doc, frequency)));
        });
        while let Some(&(doc, times)) = found.as_slice().first().filter(|(doc, _)| *doc < end) {
            found.next();
            each(doc, points(*weight * scorer.score(doc, times)));
        }
    }
}

/// A list that is read block by block.
struct List {
    block: BlockSegmentPostings,
    at: usize,
}

impl List {
    fn doc(&self) -> DocId {
        self.block.docs().get(self.at).copied().unwrap_or(TERMINATED)
    }

    /// Gives the documents below `end`, with their frequencies.
    #[inline]
    fn each_below(&mut self, end: DocId, mut each: impl FnMut(DocId, u32)) {
        loop {
            let (docs, frequencies) = (self.block.docs(), self.block.freqs());
            if docs.is_empty() {
                return;
            }
            let mut at = self.at;
            for (&doc, &frequency) in docs.iter().zip(frequencies).skip(self.at) {
                if doc >= end {
                    break;
                }
                each(doc, frequency);
                at += 1;
            }
            if at < docs.len() {
                self.at = at;
                return;
            }
            self.block.advance();
            self.at = 0;
        }
    }
}
