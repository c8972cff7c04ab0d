//! Titles between quotation marks of every style, closed or not alike, and in italics.

use std::ops::Range;

use super::{
    lexicon::class,
    story::{Quoted, Story},
    tokens::shape,
};
use crate::article::Span;

/// Words a quoted title has at most.
const QUOTED_WORDS: usize = 9;

impl Story {
    /// Marks words between quotation marks that are few enough to be a title.
    pub(super) fn find_quoted(&mut self, text: &str) {
        for number in 0..self.sentences.len() {
            let sentence = self.sentences[number].clone();
            let mut at = sentence.start;
            while at < sentence.end {
                let opens = self.tokens[at].is(shape::QUOTE) && self.opens(&sentence, at);
                if let Some(close) = opens.then(|| self.closing(text, &sentence, at)).flatten() {
                    self.mark_quoted(at + 1..close);
                    at = close;
                }
                at += 1;
            }
        }
    }

    /// Whether the mark opens: glued to what follows, not to a word before.
    fn opens(&self, sentence: &Range<usize>, at: usize) -> bool {
        let glued_behind = self.tokens.get(at + 1).is_some_and(|next| next.any(shape::GLUED));
        let free_before = !self.tokens[at].any(shape::GLUED)
            || at == sentence.start
            || !self.tokens[at - 1].is(shape::WORD) && !self.tokens[at - 1].any(shape::CLITIC);
        at + 1 < sentence.end && glued_behind && free_before
    }

    fn closing(&self, text: &str, sentence: &Range<usize>, open: usize) -> Option<usize> {
        let double = is_double(self.tokens[open].span.of(text));
        let last = sentence.end.min(open + 2 + QUOTED_WORDS * 2);
        (open + 2..last).find(|&at| {
            let token = &self.tokens[at];
            token.is(shape::QUOTE | shape::GLUED)
                && is_double(token.span.of(text)) == double
                && !(at + 1 < sentence.end && self.tokens[at + 1].is(shape::GLUED | shape::WORD))
        })
    }

    fn mark_quoted(&mut self, inside: Range<usize>) {
        let (mut words, mut capitals, mut small) = (0u8, 0u8, 0u8);
        for at in inside.clone() {
            if self.tokens[at].is(shape::WORD) {
                words = words.saturating_add(1);
                if self.tokens[at].any(shape::UPPER | shape::NUMBER) {
                    capitals += 1;
                } else if self.words[at].is(class::CONNECTOR | class::FUNCTION) {
                    small += 1;
                }
            }
        }
        if words == 0 || usize::from(words) > QUOTED_WORDS {
            return;
        }
        let capitals = match capitals {
            0 => 0,
            n if n == words => 3,
            n if n + small >= words && n >= small => 2,
            _ => 1,
        };
        for (place, at) in inside.enumerate() {
            self.quoted[at] = Quoted { words, place: place.min(250) as u8, capitals };
        }
    }

    pub(super) fn find_emphasis(&mut self, text: &str, emphasis: &[Span]) {
        for &span in emphasis {
            let start = self.tokens.partition_point(|token| token.span.start < span.start);
            let end = self.tokens.partition_point(|token| token.span.end <= span.end);
            if start < end && span.of(text).len() < 80 && self.quoted[start].words == 0 {
                self.mark_quoted(start..end);
            }
        }
    }
}

fn is_double(mark: &str) -> bool {
    matches!(mark, "\"" | "“" | "”" | "„" | "«" | "»")
}
