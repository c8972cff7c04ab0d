//! Where names can be: stretches around words with capitals and inside quoted titles. Nothing else is labelled.

use std::ops::Range;

use super::{
    lexicon::class,
    story::{Small, Story},
    tokens::shape,
};

/// Lower-case words that may stand between two capitalised ones of a segment.
const GAP: usize = 3;

impl Story {
    /// Whether a name can begin or end at the token.
    fn is_candidate(&self, small: &Small, sentence: &Range<usize>, at: usize) -> bool {
        if !self.is_capital(at) {
            let listed = self.listed_first[at] != 0 && self.tokens[at].any(shape::DIGIT);
            return listed || self.listed_inside[at] != 0 && self.tokens[at].any(shape::DIGIT | shape::BREAK);
        }
        if self.tokens[at].hash == small.i {
            return self.quoted[at].capitals >= 2;
        }
        let next_is_capital = at + 1 < sentence.end && self.is_capital(at + 1);
        !(self.words[at].is(class::FUNCTION)
            && !next_is_capital
            && self.is_initial(sentence, at)
            && self.quoted[at].capitals < 2)
    }

    /// Whether a token may stand in the midst of a name.
    fn is_inner(&self, at: usize) -> bool {
        let token = &self.tokens[at];
        !token.is(shape::WORD)
            || token.is(shape::NUMBER)
            || self.words[at].is(class::CONNECTOR | class::PARTICLE)
    }

    pub(super) fn find_segments(&mut self, small: &Small) {
        for number in 0..self.sentences.len() {
            let sentence = self.sentences[number].clone();
            let mut open: Option<Range<usize>> = None;
            for at in sentence.clone() {
                if !self.is_candidate(small, &sentence, at) && self.quoted[at].capitals < 2 {
                    continue;
                }
                let joined = open.as_ref().is_some_and(|range| {
                    at - range.end <= GAP && (range.end..at).all(|between| self.is_inner(between))
                });
                match &mut open {
                    Some(range) if joined => range.end = at + 1,
                    _ => {
                        let range = open.replace(at..at + 1);
                        self.push_segment(range, &sentence, number);
                    }
                }
            }
            self.push_segment(open, &sentence, number);
        }
    }

    /// Widens a segment by particles and numbers around it, and keeps it.
    fn push_segment(&mut self, range: Option<Range<usize>>, sentence: &Range<usize>, number: usize) {
        let Some(mut range) = range else { return };
        let floor = self.segments.last().map_or(0, |(before, _)| before.end).max(sentence.start);
        range.start = range.start.max(floor);
        while range.start > floor && self.extends_left(range.start - 1) {
            range.start -= 1;
        }
        while range.end < sentence.end && self.extends_right(range.end) {
            range.end += 1;
        }
        if !range.is_empty() {
            self.segments.push((range, number));
        }
    }

    fn extends_left(&self, at: usize) -> bool {
        let token = &self.tokens[at];
        token.is(shape::NUMBER)
            || self.words[at].is(class::PARTICLE)
            || token.is(shape::HYPHEN | shape::GLUED)
    }

    fn extends_right(&self, at: usize) -> bool {
        let token = &self.tokens[at];
        token.is(shape::NUMBER)
            || token.is(shape::GLUED) && !token.is(shape::WORD) && token.shape == shape::GLUED
    }
}
