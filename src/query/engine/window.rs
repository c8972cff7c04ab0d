//! The posting lists of a query's words read from end to end, window by window of documents: what the words of each
//! document add up to, and how many of them it holds.

use std::{cell::Cell, ops::Range};

use tantivy::{DocId, TERMINATED, Term, postings::BlockSegmentPostings};

use crate::query::{
    Error,
    engine::{matcher::Segment, plan::WordGroup, statistics::Scorer},
};

/// Documents whose scores are added up together; fewer in tests, whose archives are small.
pub(crate) const WINDOW: usize = if cfg!(test) { 128 } else { 8192 };

/// Parts of a point in which scores of words are added up: whole numbers have the same sum in any order, so that a
/// score does not depend on the segment its document stands in, nor on the way it was reached.
pub(crate) const POINT: f32 = 65_536.0;

/// What one word that must be there adds to the count of words; those that only count add 1.
pub(crate) const MUST: u16 = 256;

/// A score in parts of a point, at most 65,535 points.
#[inline]
pub(crate) fn points(score: f32) -> u32 {
    (score * POINT) as u32
}

/// One document of a window.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Total {
    /// What its words add up to, in parts of a point.
    pub(crate) score: u32,
    /// How many words it holds, those that must be there counted as [`MUST`].
    pub(crate) matched: u16,
    /// How often it holds the word that is being read, in any of its forms.
    frequency: u16,
}

/// A window of documents. No order of reading or of giving is kept, so that no step waits for the one before.
pub(crate) struct Window {
    totals: Vec<Total>,
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
    pub(crate) fn take() -> Self {
        let new = || Self {
            totals: vec![Total::default(); WINDOW],
            touched: Touched::new(),
            forms: Touched::new(),
        };
        SPARE.take().unwrap_or_else(new)
    }

    /// Keeps it for the next search of this thread; it must be empty.
    pub(crate) fn put_back(self) {
        SPARE.set(Some(self));
    }

    /// Gives every document that holds a word, and empties the window.
    #[inline]
    pub(crate) fn drain(&mut self, mut each: impl FnMut(usize, Total)) {
        for &at in self.touched.drain() {
            let at = usize::from(at);
            each(at, std::mem::take(&mut self.totals[at]));
        }
    }
}

/// What a word is among those of a query.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) weight: f32,
    /// What it adds to [`Total::matched`].
    pub(crate) count: u16,
    /// What of [`Total::matched`] must be there before it for a document to become a hit.
    pub(crate) before: u16,
    /// What it and those after it can add to a score at most.
    pub(crate) most: f32,
}

/// A word whose lists are read from end to end.
pub(crate) struct Read {
    /// The longest last.
    lists: Vec<List>,
    /// Where the parts of a compound word were found, and how often.
    found: std::vec::IntoIter<(DocId, u32)>,
    place: Place,
}

impl Read {
    /// Opens the lists of a word; of a compound word it is given where it was found.
    pub(crate) fn open(
        segment: &Segment<'_>,
        word: &WordGroup,
        found: Vec<(DocId, u32)>,
        place: Place,
    ) -> Result<Self, Error> {
        let mut lists = Vec::with_capacity(word.terms.len());
        for term in word.terms.iter().filter(|_| !word.is_compound) {
            let term = Term::from_field_text(word.field.field(), term);
            if let Some(mut block) = segment.blocks(&term)? {
                let at = if segment.from > 0 { block.seek(segment.from) } else { 0 };
                lists.push(List { block, at });
            }
        }
        lists.sort_by_key(|list| list.block.doc_freq());
        Ok(Self { lists, found: found.into_iter(), place })
    }

    pub(crate) fn doc(&self) -> DocId {
        let found = self.found.as_slice().first().map_or(TERMINATED, |(doc, _)| *doc);
        self.lists.iter().map(List::doc).min().unwrap_or(TERMINATED).min(found)
    }

    /// Adds the word to a window of those documents: to their counts, and to the scores that could reach `worst`.
    pub(crate) fn add_to(
        &mut self,
        window: &mut Window,
        docs: Range<DocId>,
        scorer: &Scorer<'_>,
        worst: f32,
    ) {
        let Window { totals, touched, forms } = window;
        let with_word = self.with_word(docs.start, scorer, worst);
        self.each_in(docs, totals, forms, |at, total, frequency| {
            touched.add(at, total.matched == 0);
            with_word(at, total, frequency)
        });
    }

    /// Adds the word as the last one to the window, and gives the documents that hold it.
    pub(crate) fn end_with(
        &mut self,
        window: &mut Window,
        docs: Range<DocId>,
        scorer: &Scorer<'_>,
        worst: f32,
        mut end: impl FnMut(usize, Total),
    ) {
        let Window { totals, forms, .. } = window;
        let with_word = self.with_word(docs.start, scorer, worst);
        self.each_in(docs, totals, forms, |at, total, frequency| {
            end(at, with_word(at, total, frequency));
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
        let Place { weight, count, most, .. } = self.place;
        let is_enough = most >= worst;
        move |at, Total { mut score, matched, .. }, frequency| {
            if is_enough || score > 0 {
                score = score.saturating_add(points(weight * scorer.score(start + at as u32, frequency)));
            }
            Total { score, matched: matched + count, frequency: 0 }
        }
    }

    /// Changes those documents that can become a hit, given how often they hold the word.
    #[inline]
    fn each_in(
        &mut self,
        docs: Range<DocId>,
        totals: &mut [Total],
        forms: &mut Touched,
        mut change: impl FnMut(usize, Total, u32) -> Total,
    ) {
        let Self { lists, found, place } = self;
        let totals = &mut totals[..WINDOW];
        let before = place.before;
        let Range { start, end } = docs;
        if let Some((longest, lists)) = lists.split_last_mut() {
            for list in lists {
                list.each_below(end, |doc, frequency| {
                    let at = (doc - start) as usize % WINDOW;
                    let total = &mut totals[at];
                    if total.matched >= before {
                        forms.add(at, total.frequency == 0);
                        let frequency = u16::try_from(frequency).unwrap_or(u16::MAX);
                        total.frequency = total.frequency.saturating_add(frequency);
                    }
                });
            }
            longest.each_below(end, |doc, frequency| {
                let at = (doc - start) as usize % WINDOW;
                let total = totals[at];
                if total.matched >= before {
                    totals[at] = change(at, total, frequency.saturating_add(total.frequency.into()));
                }
            });
        }
        for &at in forms.drain() {
            let at = usize::from(at) % WINDOW;
            let total = totals[at];
            if total.frequency > 0 {
                totals[at] = change(at, total, total.frequency.into());
            }
        }
        while let Some(&(doc, times)) = found.as_slice().first().filter(|(doc, _)| *doc < end) {
            found.next();
            let at = (doc - start) as usize;
            if totals[at].matched >= before {
                totals[at] = change(at, totals[at], times);
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
