//! The bare words of a query over one segment: which documents hold enough of them, and how much each word adds.
//!
//! Two ways lead to the same hits with the same scores. Where some words are rare, their documents are walked through
//! and the others are looked up in each. Where all are about as frequent, their lists are read from end to end, window
//! by window of documents.

use std::ops::Range;

use tantivy::{DocId, TERMINATED, schema::IndexRecordOption};

use crate::query::{
    Error,
    engine::{
        evidence,
        matcher::{Matches, Segment},
        plan::WordGroup,
        statistics::{K1, Scorer},
        streams::WordStream,
        window::{MUST, POINT, Place, Read, Total, WINDOW, Window, points},
    },
};

/// More than any loss by rounding in a sum of scores.
const ROUNDED: f32 = 1.0001;

/// What a look-up in a list costs against reading the next entry of one.
const LOOK_UP: usize = 16;

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
    held: Range<usize>,
    strict: usize,
    counting: usize,
    /// How many of `order` together have every possible hit.
    leads: usize,
}

impl<'s, 'a, 'w> Words<'s, 'a, 'w> {
    /// Opens the lists of the words. A hit has so many of those that count as `held` says; with `is_any` one makes it a
    /// strict one.
    pub(crate) fn open(
        segment: &'s Segment<'a>,
        words: &'w [WordGroup],
        held: Range<usize>,
        is_any: bool,
    ) -> Result<Self, Error> {
        let mut lanes = Vec::with_capacity(words.len());
        for word in words {
            let role = match word {
                word if word.is_must => Role::Must,
                word if word.is_stop_word || word.is_unknown => Role::Adds,
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
        // A word that nothing holds makes no hit a strict one.
        let strict = match is_any {
            true => 1.min(counting),
            false => counting + words.iter().filter(|word| word.is_unknown).count(),
        };
        // A hit has each word that must be there; else at least so many of those that count, and so one of the rarest
        // of all but these.
        let leads = match musts {
            0 => (counting + 1).saturating_sub(held.start.max(1)).min(counting),
            _ => 1,
        };
        let scorer = segment.scorer(segment.target.words())?;
        Ok(Self { segment, lanes, order, scorer, musts, held, strict, counting, leads })
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
        let mut looked_at = 0;
        loop {
            let leads = self.order[..self.leads].iter().filter_map(|&n| self.lanes[n].stream.as_ref());
            let doc = leads.map(WordStream::doc).min().unwrap_or(TERMINATED);
            looked_at += 1;
            if doc >= self.segment.until || (looked_at % WINDOW == 0 && self.segment.clock.is_over()) {
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
        let mut looked_at = 0;
        for (&doc, &score) in required.docs.iter().zip(&required.scores) {
            looked_at += 1;
            if looked_at % WINDOW == 0 && self.segment.clock.is_over() {
                break;
            }
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
                    if matched + left < self.held.start {
                        return;
                    }
                }
                _ => (),
            }
        }
        if matched >= self.held.end {
            return;
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
            let Lane { word, weight, role, ref stream, .. } = self.lanes[n];
            let found = stream.as_ref().map(WordStream::found).unwrap_or_default();
            let count = if role == Role::Must { MUST } else { 1 };
            let (before, most) = (self.before(place), most(&self.order[place..]));
            read.push(Read::open(self.segment, word, found, Place { weight, count, before, most })?);
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
            if self.segment.clock.is_over() {
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
                let held = usize::from(matched % MUST);
                if matched < enough || held >= self.held.end || !self.segment.is_alive(doc) {
                    return;
                }
                ranked += 1;
                strict += u64::from(held >= self.strict);
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
        musts as u16 * MUST + self.held.start.saturating_sub(missing) as u16
    }
}
