//! The bare words of a query over one segment: which documents hold enough of them, and how much each word adds.
//!
//! Two ways lead to the same hits with the same scores. Where some words are rare, their documents are walked through
//! and the others are looked up in each. Where all are about as frequent, their lists are read from end to end, window
//! by window of documents.

use std::{cell::Cell, ops::Range};

use tantivy::{DocId, TERMINATED, Term, postings::BlockSegmentPostings, schema::IndexRecordOption};

use super::{
    evidence,
    matcher::{Matches, Scorer, Segment, WordStream},
    plan::WordGroup,
    statistics::K1,
};
use crate::index::Error;

/// Documents whose scores are added up together; fewer in tests, whose archives are small.
const WINDOW: usize = if cfg!(test) { 128 } else { 8192 };

/// Parts of a point in which scores of words are added up: whole numbers have the same sum in any order, so that a
/// score does not depend on the segment its document stands in, nor on the way it was reached.
const POINT: f32 = 65_536.0;

/// More than any loss by rounding in a sum of scores.
const ROUNDED: f32 = 1.0001;

/// What a look-up in a list costs against reading the next entry of one.
const LOOK_UP: usize = 16;

/// What one word that must be there adds to the count of words; those that only count add 1.
const MUST: u16 = 256;

/// Takes the hits of a segment.
pub(crate) trait Offers {
    /// A hit with a lower score could not be among the best.
    fn worst(&self) -> f32;
    /// Takes a live hit if it is among the best.
    fn add(&mut self, doc: DocId, score: f32);
    /// Counts live hits, and those of them that hold every word.
    fn count(&mut self, ranked: u64, strict: u64);
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
    weight: f32,
    role: Role,
    /// Documents that hold it, at most.
    length: usize,
    /// Its lists, once it is looked up.
    stream: Option<WordStream>,
    /// How often it stands in the document that was looked at last.
    frequency: u32,
}

impl Lane<'_> {
    fn open(&mut self, segment: &Segment<'_>) -> Result<(), Error> {
        if self.stream.is_none() {
            self.stream = Some(segment.stream(self.word, IndexRecordOption::WithFreqs)?);
        }
        Ok(())
    }

    /// How often it stands in a document, none before the last one asked for; 0 where it was not opened.
    #[inline]
    fn frequency_in(&mut self, doc: DocId) -> u32 {
        let Some(stream) = &mut self.stream else { return 0 };
        if stream.seek(doc) == doc { stream.frequency() } else { 0 }
    }
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
            let (length, stream) = match word.is_compound {
                false => (segment.length(word)?, None),
                true => {
                    let found = segment.stream(word, IndexRecordOption::WithFreqs)?;
                    (found.len() as usize, Some(found))
                }
            };
            lanes.push(Lane { word, weight: evidence::weight(word), role, length, stream, frequency: 0 });
        }
        let mut order: Vec<usize> = (0..lanes.len()).collect();
        order.sort_by_key(|&n| (lanes[n].role, lanes[n].length, n));
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
        let length = |n: &usize| self.lanes[*n].length;
        let read: usize = self.order[..all].iter().map(length).sum();
        let led: usize = self.order[..self.leads].iter().map(length).sum();
        let looked_up = led * (1 + LOOK_UP * (all - self.leads));
        if led == 0 {
            return Ok(());
        }
        if read <= looked_up && all < usize::from(MUST) {
            return self.run_in_windows(offers);
        }
        self.lanes.iter_mut().try_for_each(|lane| lane.open(self.segment))?;
        loop {
            let leads = self.order[..self.leads].iter().filter_map(|&n| self.lanes[n].stream.as_ref());
            let doc = leads.map(WordStream::doc).min().unwrap_or(TERMINATED);
            if doc >= self.segment.until {
                return Ok(());
            }
            if self.segment.is_alive(doc) {
                self.at(doc, 0, offers);
            }
            for &n in &self.order[..self.leads] {
                if let Some(stream) = self.lanes[n].stream.as_mut().filter(|stream| stream.doc() == doc) {
                    stream.advance();
                }
            }
        }
    }

    /// Offers those hits that the rest of the query matches, with their scores from there.
    pub(crate) fn run_in(&mut self, required: &Matches, offers: &mut impl Offers) -> Result<(), Error> {
        if !required.docs.is_empty() {
            self.lanes.iter_mut().try_for_each(|lane| lane.open(self.segment))?;
        }
        for (&doc, &score) in required.docs.iter().zip(&required.scores) {
            self.at(doc, points(score), offers);
        }
        Ok(())
    }

    /// Looks every word up in one document, and offers it if it has enough of them.
    fn at(&mut self, doc: DocId, mut sum: u32, offers: &mut impl Offers) {
        let (mut matched, mut left) = (0, self.counting);
        for &n in &self.order {
            let lane = &mut self.lanes[n];
            lane.frequency = lane.frequency_in(doc);
            let is_there = lane.frequency > 0;
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
        let norm = self.scorer.norm(doc);
        for lane in self.lanes.iter().filter(|lane| lane.frequency > 0) {
            sum = sum.saturating_add(points(lane.weight * Scorer::score_of(lane.frequency, norm)));
        }
        offers.count(1, u64::from(matched >= self.strict));
        offers.add(doc, sum as f32 / POINT);
    }

    fn run_in_windows(&mut self, offers: &mut impl Offers) -> Result<(), Error> {
        let all = self.musts + self.counting;
        let most = |lanes: &[usize]| -> f32 {
            lanes.iter().map(|&n| self.lanes[n].weight * (K1 + 1.0)).sum::<f32>() * ROUNDED
        };
        let mut read = Vec::with_capacity(all);
        for (place, &n) in self.order[..all].iter().enumerate() {
            let (before, most) = (self.before(place), most(&self.order[place..]));
            read.push(Read::open(self.segment, &self.lanes[n], before, most)?);
        }
        let most_added = most(&self.order[all..]);
        let enough = self.before(all).max(1);
        let Some((last, read)) = read.split_last_mut() else { return Ok(()) };
        let mut window = Window::take();
        let mut looked_at = Vec::new();
        loop {
            let start = read.iter().map(Read::doc).fold(last.doc(), DocId::min);
            if start >= self.segment.until {
                window.put_back();
                return Ok(());
            }
            let here = start..self.segment.until.min(start + WINDOW as u32);
            let before = offers.worst();
            for read in &mut *read {
                read.add_to(&mut window, here.clone(), &self.scorer, before);
            }
            let (mut ranked, mut strict, mut worst) = (0, 0, before);
            let mut end = |at: usize, Total { score, matched, .. }| {
                let doc = start + at as u32;
                if matched < enough || !self.segment.is_alive(doc) {
                    return;
                }
                ranked += 1;
                strict += u64::from(usize::from(matched % MUST) >= self.strict);
                if score as f32 / POINT + most_added < worst {
                    return;
                }
                if all == self.order.len() {
                    offers.add(doc, score as f32 / POINT);
                    worst = offers.worst();
                } else {
                    looked_at.push((doc, score));
                }
            };
            last.end_with(&mut window, here, &self.scorer, before, &mut end);
            window.drain(end);
            offers.count(ranked, strict);
            // Words that only add are looked up where that can matter.
            looked_at.sort_unstable();
            for (doc, score) in looked_at.drain(..) {
                let mut score = score;
                for &n in &self.order[all..] {
                    let lane = &mut self.lanes[n];
                    lane.open(self.segment)?;
                    let more = self.scorer.score(doc, lane.frequency_in(doc));
                    score = score.saturating_add(points(lane.weight * more));
                }
                offers.add(doc, score as f32 / POINT);
            }
        }
    }

    /// What a hit has of the first `place` words in their order, at least; as in [`Total::matched`].
    fn before(&self, place: usize) -> u16 {
        let musts = place.min(self.musts);
        let missing = self.musts + self.counting - place.max(self.musts);
        musts as u16 * MUST + self.least.saturating_sub(missing) as u16
    }
}

/// A score in parts of a point, at most 65,535 points.
#[inline]
fn points(score: f32) -> u32 {
    (score * POINT) as u32
}

/// One document of a window.
#[derive(Clone, Copy, Debug, Default)]
struct Total {
    /// What its words add up to, in parts of a point.
    score: u32,
    /// How many words it holds, those that must be there counted as [`MUST`].
    matched: u16,
    /// How often it holds the word that is being read, in any of its forms.
    frequency: u16,
}

/// A window of documents. No order of reading or of giving is kept, so that no step waits for the one before.
struct Window {
    cells: Vec<Total>,
    /// Those that hold a word, and those that hold the word that is being read.
    touched: Touched,
    forms: Touched,
}

/// Places in a window.
struct Touched {
    places: Vec<u16>,
    count: usize,
}

impl Touched {
    fn new() -> Self {
        Self { places: vec![0; WINDOW + 1], count: 0 }
    }

    /// Adds a place if it is new.
    #[inline]
    fn add(&mut self, at: usize, is_new: bool) {
        self.places[self.count] = at as u16;
        self.count += usize::from(is_new);
    }

    #[inline]
    fn drain(&mut self) -> &[u16] {
        &self.places[..std::mem::take(&mut self.count)]
    }
}

thread_local! {
    /// An empty window, so that not every search has to clear one.
    static SPARE: Cell<Option<Window>> = const { Cell::new(None) };
}

impl Window {
    fn take() -> Self {
        let new =
            || Self { cells: vec![Total::default(); WINDOW], touched: Touched::new(), forms: Touched::new() };
        SPARE.take().unwrap_or_else(new)
    }

    /// Keeps it for the next search of this thread; it must be empty.
    fn put_back(self) {
        SPARE.set(Some(self));
    }

    /// Gives every document that holds a word, and empties the window.
    #[inline]
    fn drain(&mut self, mut each: impl FnMut(usize, Total)) {
        for &at in self.touched.drain() {
            let at = usize::from(at);
            each(at, std::mem::take(&mut self.cells[at]));
        }
    }
}

/// A word whose lists are read from end to end.
struct Read {
    /// The longest last.
    lists: Vec<List>,
    /// Where the parts of a compound word were found, and how often.
    found: std::vec::IntoIter<(DocId, u32)>,
    weight: f32,
    /// What it adds to [`Total::matched`], and what must be there before it for a document to become a hit.
    count: u16,
    before: u16,
    /// What it and those after it can add at most.
    most: f32,
}

impl Read {
    fn open(segment: &Segment<'_>, lane: &Lane<'_>, before: u16, most: f32) -> Result<Self, Error> {
        let Lane { word, stream, weight, role, .. } = lane;
        let mut lists = Vec::with_capacity(word.terms.len());
        for term in word.terms.iter().filter(|_| !word.is_compound) {
            let term = Term::from_field_text(word.field.field(), term);
            if let Some(mut block) = segment.blocks(&term)? {
                let at = if segment.from > 0 { block.seek(segment.from) } else { 0 };
                lists.push(List { block, at });
            }
        }
        lists.sort_by_key(|list| list.block.doc_freq());
        let count = if *role == Role::Must { MUST } else { 1 };
        let found = stream.as_ref().map(WordStream::found).unwrap_or_default().into_iter();
        Ok(Self { lists, found, weight: *weight, count, before, most })
    }

    fn doc(&self) -> DocId {
        let found = self.found.as_slice().first().map_or(TERMINATED, |(doc, _)| *doc);
        self.lists.iter().map(List::doc).min().unwrap_or(TERMINATED).min(found)
    }

    /// Adds the word to the window of documents from `start`, where the score could reach `worst`.
    fn add_to(&mut self, window: &mut Window, docs: Range<DocId>, scorer: &Scorer<'_>, worst: f32) {
        let Window { cells, touched, forms } = window;
        let with_word = self.with_word(docs.start, scorer, worst);
        self.each_in(docs, cells, forms, |at, cell, frequency| {
            touched.add(at, cell.matched == 0);
            with_word(at, cell, frequency)
        });
    }

    /// Adds the word as the last one to the window, and gives the documents that hold it.
    fn end_with(
        &mut self,
        window: &mut Window,
        docs: Range<DocId>,
        scorer: &Scorer<'_>,
        worst: f32,
        mut end: impl FnMut(usize, Total),
    ) {
        let Window { cells, forms, .. } = window;
        let with_word = self.with_word(docs.start, scorer, worst);
        self.each_in(docs, cells, forms, |at, cell, frequency| {
            end(at, with_word(at, cell, frequency));
            Total::default()
        });
    }

    /// Adds the word to one document. Those that hold none of the words before it are only counted when this one and
    /// those after it are not enough to be among the best.
    fn with_word<'f>(
        &self,
        start: DocId,
        scorer: &'f Scorer<'_>,
        worst: f32,
    ) -> impl Fn(usize, Total, u32) -> Total + use<'f> {
        let Self { weight, count, .. } = *self;
        let is_enough = self.most >= worst;
        move |at, Total { mut score, matched, .. }, frequency| {
            if is_enough || score > 0 {
                score = score.saturating_add(points(weight * scorer.score(start + at as u32, frequency)));
            }
            Total { score, matched: matched + count, frequency: 0 }
        }
    }

    /// Changes those of a window from `start` that can become a hit, given how often they hold the word.
    #[inline]
    fn each_in(
        &mut self,
        docs: Range<DocId>,
        cells: &mut [Total],
        forms: &mut Touched,
        mut change: impl FnMut(usize, Total, u32) -> Total,
    ) {
        let Self { lists, found, before, .. } = self;
        let cells = &mut cells[..WINDOW];
        let before = *before;
        let Range { start, end } = docs;
        if let Some((longest, lists)) = lists.split_last_mut() {
            for list in lists {
                list.each_below(end, |doc, frequency| {
                    let at = (doc - start) as usize % WINDOW;
                    let cell = &mut cells[at];
                    if cell.matched >= before {
                        forms.add(at, cell.frequency == 0);
                        let frequency = u16::try_from(frequency).unwrap_or(u16::MAX);
                        cell.frequency = cell.frequency.saturating_add(frequency);
                    }
                });
            }
            longest.each_below(end, |doc, frequency| {
                let at = (doc - start) as usize % WINDOW;
                let cell = cells[at];
                if cell.matched >= before {
                    cells[at] = change(at, cell, frequency.saturating_add(cell.frequency.into()));
                }
            });
        }
        for &at in forms.drain() {
            let at = usize::from(at) % WINDOW;
            let cell = cells[at];
            if cell.frequency > 0 {
                cells[at] = change(at, cell, cell.frequency.into());
            }
        }
        while let Some(&(doc, times)) = found.as_slice().first().filter(|(doc, _)| *doc < end) {
            found.next();
            let at = (doc - start) as usize;
            if cells[at].matched >= before {
                cells[at] = change(at, cells[at], times);
            }
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
            let Some(&last) = docs.last() else { return };
            let entries = docs[self.at..].iter().zip(&frequencies[self.at..]);
            if last >= end {
                let mut read = 0;
                for (&doc, &frequency) in entries.take_while(|(doc, _)| **doc < end) {
                    each(doc, frequency);
                    read += 1;
                }
                self.at += read;
                return;
            }
            for (&doc, &frequency) in entries {
                each(doc, frequency);
            }
            self.block.advance();
            self.at = 0;
        }
    }
}
