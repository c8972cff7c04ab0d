//! Posting lists read together: the forms of a word, the words of a phrase.

use tantivy::{
    DocId, DocSet, TERMINATED,
    postings::{Postings, SegmentPostings},
};

/// The posting lists of one word's forms, read as one; of a compound word, what was found of it.
pub(crate) struct WordStream {
    lists: Vec<SegmentPostings>,
    /// Which of the lists is that of the form that was typed.
    typed: Option<usize>,
    found: Vec<(DocId, Vec<u32>)>,
    at: usize,
    doc: DocId,
}

impl WordStream {
    pub(crate) fn new(lists: Vec<SegmentPostings>, typed: Option<usize>) -> Self {
        let mut stream = Self { lists, typed, found: Vec::new(), at: 0, doc: 0 };
        stream.settle();
        stream
    }

    pub(crate) fn of_found(found: Vec<(DocId, Vec<u32>)>) -> Self {
        let mut stream = Self { lists: Vec::new(), typed: None, found, at: 0, doc: 0 };
        stream.settle();
        stream
    }

    fn settle(&mut self) {
        let found = self.found.get(self.at).map(|(doc, _)| *doc);
        self.doc = self.lists.iter().map(DocSet::doc).chain(found).min().unwrap_or(TERMINATED);
    }

    #[inline]
    pub(crate) fn doc(&self) -> DocId {
        self.doc
    }

    #[inline]
    pub(crate) fn advance(&mut self) {
        if let [only] = self.lists.as_mut_slice() {
            self.doc = only.advance();
            return;
        }
        let at = self.doc;
        for list in self.lists.iter_mut().filter(|list| list.doc() == at) {
            list.advance();
        }
        self.at += 1;
        self.settle();
    }

    /// Goes to the first document at or after `target`.
    pub(crate) fn seek(&mut self, target: DocId) -> DocId {
        if self.doc < target {
            if let [only] = self.lists.as_mut_slice() {
                self.doc = only.seek(target);
                return self.doc;
            }
            for list in &mut self.lists {
                if list.doc() < target {
                    list.seek(target);
                }
            }
            self.at = self.found.partition_point(|(doc, _)| *doc < target);
            self.settle();
        }
        self.doc
    }

    /// How often the word stands in the current document.
    #[inline]
    pub(crate) fn frequency(&self) -> u32 {
        if let [only] = self.lists.as_slice() {
            return only.term_freq();
        }
        match self.found.get(self.at) {
            Some((_, positions)) => positions.len() as u32,
            None => self.lists.iter().filter(|list| list.doc() == self.doc).map(Postings::term_freq).sum(),
        }
    }

    /// How often the form that was typed stands in the current document.
    pub(crate) fn typed_frequency(&self) -> u32 {
        let typed = self.typed.map(|typed| &self.lists[typed]);
        typed.filter(|list| list.doc() == self.doc).map_or(0, Postings::term_freq)
    }

    /// Where it stands in the current document, in order.
    pub(crate) fn positions(&mut self, positions: &mut Vec<u32>) {
        positions.clear();
        if let Some((_, starts)) = self.found.get(self.at) {
            positions.extend(starts);
            return;
        }
        let at = self.doc;
        let mut several = 0;
        for list in self.lists.iter_mut().filter(|list| list.doc() == at) {
            list.append_positions_with_offset(0, positions);
            several += 1;
        }
        if several > 1 {
            positions.sort_unstable();
        }
    }

    /// Documents that hold a compound word, and how often.
    pub(crate) fn found(&self) -> Vec<(DocId, u32)> {
        self.found.iter().map(|(doc, positions)| (*doc, positions.len() as u32)).collect()
    }

    /// Documents its lists hold together, at most.
    pub(crate) fn len(&self) -> u32 {
        self.lists.iter().map(SegmentPostings::doc_freq).sum::<u32>() + self.found.len() as u32
    }
}

/// Brings all streams to the first document, at or after `doc`, that they share.
pub(crate) fn meet<'s>(streams: impl Iterator<Item = &'s mut WordStream>, mut doc: DocId) -> DocId {
    let mut streams: Vec<&mut WordStream> = streams.collect();
    loop {
        let mut highest = doc;
        for stream in &mut streams {
            highest = highest.max(stream.seek(highest));
        }
        if highest == TERMINATED || streams.iter().all(|stream| stream.doc() == highest) {
            return highest;
        }
        doc = highest;
    }
}

/// Where the phrase of these words begins in the current document.
pub(crate) fn starts(words: &mut [WordStream], found: &mut Vec<u32>) {
    let mut next = Vec::new();
    for (offset, word) in (0..).zip(words) {
        if offset == 0 {
            word.positions(found);
        } else {
            word.positions(&mut next);
            found.retain(|start| next.binary_search(&(start + offset)).is_ok());
        }
    }
}

/// Starts on the left that have one on the right with at most `within` words between.
pub(crate) fn pairs_within(a: &[u32], b: &[u32], lengths: (u32, u32), within: u32) -> u32 {
    // What lies over each other is not near.
    let between = |start: u32, other: u32| match other >= start {
        true => other.checked_sub(start + lengths.0),
        false => start.checked_sub(other + lengths.1),
    };
    let near = |&&start: &&u32| b.iter().any(|&other| between(start, other).is_some_and(|gap| gap < within));
    a.iter().filter(near).count() as u32
}

/// Reads the documents that hold words in order.
pub(crate) struct PhraseReader {
    /// Lists with their word's place in the phrase, the shortest first.
    lists: Vec<(u32, SegmentPostings)>,
    slop: u32,
    doc: DocId,
    until: DocId,
    words: usize,
    /// Where each word stands in the current document; of the first, where the phrase begins.
    pub(crate) positions: Vec<Vec<u32>>,
}

impl PhraseReader {
    pub(crate) fn new(lists: Vec<SegmentPostings>, slop: u32, until: DocId) -> Self {
        let words = lists.len();
        let mut lists: Vec<(u32, SegmentPostings)> = (0..).zip(lists).collect();
        lists.sort_by_key(|(place, list)| (list.doc_freq(), *place));
        Self { lists, slop, doc: 0, until, words, positions: vec![Vec::new(); words] }
    }

    /// The next wanted document and how often it holds the phrase.
    pub(crate) fn next(&mut self, wanted: impl Fn(DocId) -> bool) -> Option<(DocId, u32)> {
        loop {
            let doc = self.meet()?;
            self.doc = doc + 1;
            if wanted(doc) {
                let times = self.count();
                if times > 0 {
                    return Some((doc, times));
                }
            }
        }
    }

    fn meet(&mut self) -> Option<DocId> {
        let mut doc = self.doc;
        'again: loop {
            for (_, list) in &mut self.lists {
                let at = if list.doc() < doc { list.seek(doc) } else { list.doc() };
                if at > doc {
                    if at >= self.until {
                        return None;
                    }
                    doc = at;
                    continue 'again;
                }
            }
            return (doc < self.until).then_some(doc);
        }
    }

    fn count(&mut self) -> u32 {
        if self.slop > 0 {
            for (place, list) in &mut self.lists {
                list.positions(&mut self.positions[*place as usize]);
            }
            return self.loose();
        }
        let mut starts: Vec<u32> = std::mem::take(&mut self.positions[0]);
        let mut next = std::mem::take(&mut self.positions[self.words - 1]);
        for (number, (place, list)) in self.lists.iter_mut().enumerate() {
            if number == 0 {
                list.positions(&mut starts);
                let place = *place;
                starts.retain_mut(|position| {
                    let fits = *position >= place;
                    *position = position.wrapping_sub(place);
                    fits
                });
            } else {
                list.positions(&mut next);
                keep_meeting(&mut starts, &next, *place);
            }
            if starts.is_empty() {
                break;
            }
        }
        let times = starts.len() as u32;
        self.positions[0] = starts;
        self.positions[self.words - 1] = next;
        times
    }

    /// Starts from which the other words follow in order with at most `slop` other words between them in all.
    fn loose(&self) -> u32 {
        let follows = |&start: &u32| {
            let mut at = start;
            for positions in &self.positions[1..] {
                let next = positions.partition_point(|&position| position <= at);
                let Some(&position) = positions.get(next) else { return false };
                at = position;
            }
            at - start < self.words as u32 + self.slop
        };
        self.positions[0].iter().copied().filter(follows).count() as u32
    }
}

/// Keeps the starts whose word at `place` stands at its position.
fn keep_meeting(starts: &mut Vec<u32>, positions: &[u32], place: u32) {
    let mut at = 0;
    starts.retain(|start| {
        let wanted = start + place;
        while at < positions.len() && positions[at] < wanted {
            at += 1;
        }
        at < positions.len() && positions[at] == wanted
    });
}
