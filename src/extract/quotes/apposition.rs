//! Names beside descriptions: `her co-star Rafe Montclair`, `the mayor of Cork, Rafe Montclair`.

use super::{
    lexicon,
    story::{By, Story, TokenKind},
};
use crate::annotation::NameKind;

impl Story<'_> {
    /// The name right behind a description, or behind its comma: `her co-star Rafe Montclair`, `a doctor in Leeds, Hugh Hill`.
    pub(super) fn apposed(&self, number: u32) -> Option<u32> {
        let story = self;
        let pointer = story.pointers[number as usize];
        let next = story.pointers.get(number as usize + 1)?;
        let gap = next.first.checked_sub(pointer.last)?;
        if let Some(name) = self.apposed_far(number) {
            return Some(name);
        }
        // `its author, the critic Rafe Montclair`
        let is_comma = |n: u32| story.tokens[n as usize].kind == TokenKind::Comma;
        if matches!(next.by, By::Noun(_))
            && gap == 1
            && is_comma(pointer.last)
            && self.is_beside_name(number + 1)
        {
            return self.apposed(number + 1);
        }
        let By::Name(name) = next.by else { return None };
        let is_person = story.found.names[name as usize].kind == NameKind::Person;
        // `her husband, chef Ray Burr`: behind the comma up to three words may say what he is.
        let between = pointer.last as usize..next.first as usize;
        let is_job = between.len() <= 4
            && story.tokens.get(between.start).is_some_and(|token| token.kind == TokenKind::Comma)
            && between.clone().skip(1).all(|n| {
                story.tokens[n].kind == TokenKind::Word
                    && story.tokens[n].cue.is_none()
                    && story.word(n).starts_with(char::is_lowercase)
            });
        // `a senior Cruz adviser` is not Cruz.
        let behind = next.last as usize;
        let qualifies = story.tokens.get(behind).is_some_and(|token| {
            token.kind == TokenKind::Word && lexicon::noun(story.word(behind)).is_some()
        });
        let is_near = gap <= 1 && between.clone().all(|n| story.tokens[n].cue.is_none()) || is_job;
        (is_person
            && is_near
            && !qualifies
            && !next.possessive
            && !next.oblique
            && next.sentence == pointer.sentence)
            .then_some(name)
    }

    /// The name between commas behind a description and what it is of: `the mayor of Cork, Rafe Montclair, said`.
    pub(super) fn apposed_far(&self, number: u32) -> Option<u32> {
        const WITHIN: usize = 14;
        let story = self;
        let pointer = story.pointers[number as usize];
        let start = pointer.last as usize;
        let here = |n: usize| story.tokens.get(n).filter(|token| token.sentence == pointer.sentence);
        here(start).filter(|_| matches!(story.word(start), "of" | "at" | "for"))?;
        let is_comma = |n: usize| here(n).is_some_and(|token| token.kind == TokenKind::Comma);
        let stops = |n: usize| {
            here(n).is_none_or(|token| {
                token.cue.is_some()
                    || matches!(token.kind, TokenKind::Quoted(_) | TokenKind::Stop | TokenKind::Auxiliary)
            })
        };
        let named = |n: usize| {
            let pointer = story.pointers[here(n)?.pointer? as usize];
            match pointer.by {
                By::Name(name) if pointer.first as usize == n && !pointer.possessive && !pointer.oblique => {
                    let is_person = story.found.names[name as usize].kind == NameKind::Person;
                    Some(name).filter(|_| is_person && is_comma(pointer.last as usize))
                }
                _ => None,
            }
        };
        (start + 1..start + WITHIN)
            .take_while(|&n| !stops(n))
            .find_map(|n| named(n + 1).filter(|_| is_comma(n)))
    }

    /// Whether who speaks for somebody was spoken of before: `the lawyer`, not `a lawyer` or `his lawyer`.
    pub(super) fn is_known_mouth(&self, number: u32) -> bool {
        let pointer = self.pointers[number as usize];
        pointer.last - pointer.first > 1 && self.is_definite(number) && !self.is_owned(number)
    }

    /// Whether a name stands right behind a description: `the critic Rafe Montclair`.
    pub(super) fn is_beside_name(&self, number: u32) -> bool {
        let (here, next) = (self.pointers[number as usize], self.pointers.get(number as usize + 1));
        next.is_some_and(|next| next.first == here.last && matches!(next.by, By::Name(_)))
    }
}
