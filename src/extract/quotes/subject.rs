//! Who does what a verb says: the noun phrase before it or behind it, and its head.

use super::{
    clues::Clues,
    lexicon::{self, Noun},
    story::{By, TokenKind},
};
use crate::annotation::NameKind;

/// Words between two names of one noun phrase.
const MODIFIERS: usize = 3;

impl Clues<'_> {
    /// Of the pointers from `first` up to the verb at `cue`, the one that does what it says: the last, when nothing parts
    /// it from the verb, else the first.
    pub(super) fn subject_of(&self, first: u32, cue: usize) -> u32 {
        let story = self.story;
        let from = story.pointers[first as usize].last as usize;
        let clause = (from..cue).any(|n| matches!(story.word(n), "who" | "whose" | "which" | "that" | "and"));
        let last = story.tokens[..cue].iter().rev().find_map(|token| token.pointer).unwrap_or(first);
        let pointer = story.pointers[last as usize];
        let fits = !pointer.possessive && !pointer.oblique && !self.parted(pointer.last as usize, cue);
        if last > first && fits && !clause { last } else { self.head(first, cue) }
    }

    /// The last pointer of the noun phrase that `first` begins: `Sanders campaign manager Jeff Weaver` is Weaver, `South
    /// Carolina Democratic Party Chairman Jaime Harrison` Harrison.
    pub(super) fn head(&self, first: u32, limit: usize) -> u32 {
        let story = self.story;
        let mut head = first;
        while let Some(next) = story.pointers.get(head as usize + 1) {
            let current = story.pointers[head as usize];
            let between = current.last as usize..next.first as usize;
            let joined = between.len() <= MODIFIERS
                && next.last as usize <= limit
                && !next.possessive
                && between.into_iter().all(|n| self.qualifies(n, !self.is_person(head)));
            let ends = matches!(current.by, By::Noun(Noun::Unnamed | Noun::Hidden))
                || matches!(next.by, By::Pronoun(_) | By::Plural);
            if !joined || ends || next.sentence != current.sentence {
                break;
            }
            head += 1;
        }
        head
    }

    /// Whether a word may stand inside a noun phrase, before its last noun.
    pub(super) fn qualifies(&self, n: usize, capital: bool) -> bool {
        let word = self.story.word(n);
        self.story.tokens[n].kind == TokenKind::Word
            && self.story.tokens[n].cue.is_none()
            && !matches!(word, "and" | "or" | "but" | "who" | "as" | "while" | "when")
            && (capital || word.starts_with(char::is_lowercase))
    }

    /// Whether an organisation only qualifies a noun that no list knows, before the verb at `cue` or after it: `the RNC
    /// member said`, `said one former GOP leadership aide`.
    pub(super) fn only_qualifies(&self, number: u32, cue: usize) -> bool {
        let story = self.story;
        let pointer = story.pointers[number as usize];
        if !matches!(pointer.by, By::Name(_)) {
            return false;
        }
        let next = pointer.last as usize;
        // `the Voss campaign said`, `the Voss family`, but `Voss also said`
        let is_person = self.is_person(number);
        let has_article =
            pointer.first.checked_sub(1).is_some_and(|n| story.tokens[n as usize].known.is_article);
        if is_person && (!has_article || pointer.span.of(story.text).starts_with("The")) {
            return false;
        }
        // `Harbour magazine claims`: the noun says what the name is.
        let is_kind =
            |n: usize| matches!(lexicon::noun(story.word(n)), Some(Noun::Outlet | Noun::Firm | Noun::Body));
        if next + 1 == cue && is_kind(next) {
            return false;
        }
        // `Northlight further claimed`
        let is_adverb = |n: usize| {
            let word = story.word(n);
            word.ends_with("ly") || story.tokens[n].known.is_adverb
        };
        let is_noun =
            |n: usize| self.qualifies(n, false) && !is_adverb(n) && story.tokens[n].pointer.is_none();
        // `the Voss campaign denied it all, accusing her of “…”`
        if is_person && next < cue && is_noun(next) {
            return true;
        }
        next < cue
            && is_noun(next)
            && (next..cue).all(|n| is_noun(n) || story.tokens[n].kind == TokenKind::Auxiliary)
    }

    /// Who does what the verb at `cue` says: the words right before it, or, where a comma or a clause about the subject
    /// stands between, the sentence's first that could.
    pub(super) fn subject_before(&self, cue: usize, from: usize) -> Option<u32> {
        let story = self.story;
        let comma = cue.checked_sub(1).is_some_and(|n| n >= from && story.tokens[n].kind == TokenKind::Comma);
        let participle = comma && story.word(cue).ends_with("ing");
        let mut person = None;
        let mut found = None;
        let mut at = cue;
        while at > from {
            at -= 1;
            let Some(number) = story.tokens[at].pointer else { continue };
            let pointer = story.pointers[number as usize];
            at = pointer.first as usize;
            if pointer.possessive || pointer.oblique {
                continue;
            }
            let last = pointer.last as usize;
            let adjacent =
                !comma && cue.saturating_sub(last) <= 3 && !self.parted(last, cue) && !self.joined(last, cue);
            // `…, Mia nodded, telling them`: whoever the clause before is about.
            let begins = at.checked_sub(1).filter(|&n| n >= from).is_none_or(|n| {
                story.tokens[n].kind == TokenKind::Comma || matches!(story.word(n), "and" | "but" | "as")
            });
            if adjacent && let Some(member) = self.member_of(number, from) {
                return Some(member);
            }
            if adjacent || participle && begins && self.is_person(number) {
                return Some(number);
            }
            found = Some(number);
            person = self.is_person(number).then_some(number).or(person);
        }
        person.or(found)
    }

    /// Who is of the organisation that a pointer means, where that ends the phrase: `Mia Schachter of the trade body Rook
    /// Records said`, `a spokesman for the label Rook Records said`.
    pub(super) fn member_of(&self, number: u32, from: usize) -> Option<u32> {
        let story = self.story;
        let mut before = number.checked_sub(1).filter(|_| !self.is_person(number))?;
        // `the label Rook Records`
        let what = story.pointers[before as usize];
        if matches!(what.by, By::Noun(Noun::Firm | Noun::Outlet))
            && what.last == story.pointers[number as usize].first
        {
            before = before.checked_sub(1)?;
        }
        let (person, body) = (story.pointers[before as usize], story.pointers[number as usize]);
        let is_name = |pointer: &super::story::Pointer| matches!(pointer.by, By::Name(_));
        let is_member = self.is_person(before) || person.by == By::Noun(Noun::Mouthpiece);
        let mut between = person.last as usize..body.first as usize;
        let leads =
            between.next().is_some_and(|n| matches!(story.word(n), "of" | "from" | "at" | "with" | "for"));
        (leads
            && is_name(&body)
            && is_member
            && !matches!(person.by, By::Pronoun(_))
            && person.first as usize >= from
            && person.sentence == body.sentence
            && !person.possessive
            && !person.oblique
            && between.all(|n| self.qualifies(n, true)))
        .then_some(before)
    }

    /// Whether a pointer is to a person.
    pub(super) fn is_person(&self, number: u32) -> bool {
        match self.story.pointers[number as usize].by {
            By::Name(name) => self.story.found.names[name as usize].kind == NameKind::Person,
            By::Pronoun(_) => true,
            By::Noun(noun) => {
                matches!(noun, Noun::Person | Noun::Female | Noun::Male | Noun::Unnamed | Noun::Hidden)
            }
            By::Plural => false,
        }
    }

    /// Whether two tokens belong to two verbs of one subject: `Bush urged her to hug Trump and added`.
    pub(super) fn joined(&self, from: usize, to: usize) -> bool {
        (from..to).any(|n| matches!(self.story.word(n), "and" | "but" | "before" | "then"))
    }

    /// Whether a comma stands between two tokens.
    pub(super) fn parted(&self, from: usize, to: usize) -> bool {
        (from..to).any(|n| self.story.tokens[n].kind == TokenKind::Comma)
    }
}
