//! What the words around a quote tell of its speaker: the cue, and the words that point to who speaks.

use super::{
    kind::Pending,
    lexicon::{Cue, Noun},
    scan::Stretch,
    story::{By, Story, TokenKind},
};
use crate::annotation::{NameKind, QuoteKind};

/// Tokens after a quotation within which its speaker is told.
const AFTER: usize = 24;

/// Tokens behind a verb within which its subject stands, when it comes first.
const INVERTED: usize = 6;

/// Words between two names of one noun phrase.
const MODIFIERS: usize = 3;

/// A cue with the pointer it goes with.
pub(super) struct Told {
    /// Number of the pointer.
    pub pointer: u32,
    /// Token of the cue, or of the quote where there is none.
    pub cue: usize,
    /// The rule that found them.
    pub rule: &'static str,
    /// Whether the pointer only qualifies who speaks: nobody is named.
    pub qualifier: bool,
}

/// Words that may follow the verb of a sentence that only tells who speaks, besides: `said on Friday`.
const LEFT: usize = 4;

/// Reads the words around quotes.
pub(super) struct Clues<'a> {
    /// The story.
    pub story: &'a Story<'a>,
    /// Its quoted stretches.
    pub stretches: &'a [Stretch],
}

impl Clues<'_> {
    /// Number of the paragraph a quote stands in.
    pub fn paragraph(&self, quote: &Pending) -> usize {
        self.stretches[quote.stretch].paragraph
    }

    /// `He grew more serious. “…`: whoever the sentence right before is about.
    pub fn sentence_before(&self, quote: &Pending) -> Option<Told> {
        let story = self.story;
        let start = story.paragraph(self.paragraph(quote)).start;
        let last = quote.token.checked_sub(1).filter(|&n| n >= start)?;
        let before = story.tokens[last].sentence;
        let first = (start..=last).rev().take_while(|&n| story.tokens[n].sentence == before).last()?;
        let acts = |&number: &u32| {
            let pointer = story.pointers[number as usize];
            self.is_person(number) && !pointer.oblique && !pointer.possessive
        };
        let pointer = (first..=last).find_map(|n| story.tokens[n].pointer.filter(acts))?;
        Some(Told { pointer, cue: quote.token, rule: "sentence-before", qualifier: false })
    }

    /// `…,” she said`, `…,” said Mia Schachter, a coordinator`.
    pub fn after(&self, quote: &Pending) -> Option<Told> {
        let story = self.story;
        let end = story.paragraph(self.stretches[quote.stretch].paragraph).end;
        let start = quote.token + 1;
        let inner = self.stretches[quote.stretch].inner.of(story.text);
        // A full stop inside the marks ends the sentence: what follows belongs to something else, unless it begins low.
        if inner.ends_with('.')
            && start < end
            && story.word(start).chars().next().is_some_and(char::is_uppercase)
            && !self.only_tells(start, end)
        {
            return None;
        }
        let mut pointer: Option<u32> = None;
        let mut fresh = start;
        for n in start..end.min(start + AFTER) {
            let token = story.tokens[n];
            match token.kind {
                TokenKind::Stop | TokenKind::Colon | TokenKind::Quoted(_) => break,
                TokenKind::Comma => {
                    fresh = n + 1;
                    // `“…” in the Hamptons with Affleck, a source said`: a new clause, whose subject is another.
                    pointer = pointer.filter(|&number| !story.pointers[number as usize].oblique);
                }
                _ => (),
            }
            if story.word(n) == "according" && n + 2 < end && story.word(n + 1) == "to" {
                let number =
                    story.tokens[n + 2..end.min(n + INVERTED + 2)].iter().find_map(|token| token.pointer)?;
                let pointer = self.head(number, end);
                return Some(Told { pointer, cue: n, rule: "according-to", qualifier: false });
            }
            let reached = n <= fresh + 4;
            if let Some(number) = token.pointer.filter(|_| pointer.is_none() && reached)
                && !story.pointers[number as usize].possessive
            {
                pointer = Some(number);
            }
            if token.cue.is_some() {
                if let Some(first) = pointer {
                    let pointer = self.subject_of(first, n);
                    let qualifier = self.only_qualifies(pointer, n);
                    return Some(Told { pointer, cue: n, rule: "speaker-after", qualifier });
                }
                if let Some(owner) = self.owner_before(n, start) {
                    return Some(Told { pointer: owner, cue: n, rule: "speaker-after", qualifier: true });
                }
                return if n > fresh + 2 { None } else { self.inverted(n, start, end) };
            }
        }
        self.signed(start, end).or_else(|| self.named_behind(quote, start, end))
    }

    /// `“…,” Mia Schachter shot back`: the name right behind the comma of a whole quote, whatever its verb.
    fn named_behind(&self, quote: &Pending, start: usize, end: usize) -> Option<Told> {
        let inner = self.stretches[quote.stretch].inner.of(self.story.text);
        let number = self.story.tokens[start..end].first()?.pointer?;
        let pointer = self.story.pointers[number as usize];
        let is_name = matches!(pointer.by, By::Name(_)) && self.is_person(number);
        let acts = !pointer.possessive && !pointer.oblique && pointer.first as usize == start;
        (quote.kind == QuoteKind::Direct && inner.ends_with(',') && is_name && acts).then_some(Told {
            pointer: number,
            cue: quote.token,
            rule: "speaker-after",
            qualifier: false,
        })
    }

    /// Whose somebody is that no list knows, right before the verb at `cue`: `Schachter's older brother said`.
    fn owner_before(&self, cue: usize, start: usize) -> Option<u32> {
        let story = self.story;
        let number = (start..cue).rev().find_map(|n| story.tokens[n].pointer)?;
        let pointer = story.pointers[number as usize];
        let next = pointer.last as usize;
        let is_noun = |n: usize| self.qualifies(n, false) && story.tokens[n].pointer.is_none();
        (pointer.possessive && next < cue && cue - next <= 3 && (next..cue).all(is_noun)).then_some(number)
    }

    /// `“…” — Mia Schachter, best actress`.
    fn signed(&self, start: usize, end: usize) -> Option<Told> {
        let dash = start + 1 < end && matches!(self.story.word(start), "—" | "–");
        let number = self.story.tokens.get(start + 1).filter(|_| dash)?.pointer?;
        let pointer = self.story.pointers[number as usize];
        let is_name = matches!(pointer.by, By::Name(_)) && self.is_person(number) && !pointer.possessive;
        is_name.then_some(Told { pointer: number, cue: start - 1, rule: "name-after-dash", qualifier: false })
    }

    /// `said Mia Schachter`: who stands right behind the verb. `told Variety` behind other words names the one spoken to.
    fn inverted(&self, cue: usize, start: usize, end: usize) -> Option<Told> {
        let story = self.story;
        if cue > start && matches!(story.word(cue), "told" | "tells" | "telling" | "informed" | "assured") {
            return None;
        }
        let pointer = (cue + 1..end.min(cue + INVERTED))
            .take_while(|&n| !matches!(story.tokens[n].kind, TokenKind::Stop | TokenKind::Quoted(_)))
            .find_map(|n| story.tokens[n].pointer.filter(|&p| !story.pointers[p as usize].possessive))?;
        Some(Told { pointer: self.head(pointer, end), cue, rule: "cue-before-speaker", qualifier: false })
    }

    /// Of the pointers from `first` up to the verb at `cue`, the one that does what it says: the last, when nothing parts
    /// it from the verb, else the first.
    fn subject_of(&self, first: u32, cue: usize) -> u32 {
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
    fn head(&self, first: u32, limit: usize) -> u32 {
        let story = self.story;
        let mut head = first;
        while let Some(next) = story.pointers.get(head as usize + 1) {
            let current = story.pointers[head as usize];
            let between = current.last as usize..next.first as usize;
            let joined = between.len() <= MODIFIERS
                && next.last as usize <= limit
                && !next.possessive
                && between.into_iter().all(|n| self.qualifies(n, !self.is_person(head)));
            let ends = matches!(current.by, By::Noun(Noun::Unnamed))
                || matches!(next.by, By::Pronoun(_) | By::Plural);
            if !joined || ends || next.sentence != current.sentence {
                break;
            }
            head += 1;
        }
        head
    }

    /// Whether a word may stand inside a noun phrase, before its last noun.
    fn qualifies(&self, n: usize, capital: bool) -> bool {
        let word = self.story.word(n);
        self.story.tokens[n].kind == TokenKind::Word
            && self.story.tokens[n].cue.is_none()
            && !matches!(word, "and" | "or" | "but" | "who" | "as" | "while" | "when")
            && (capital || word.starts_with(char::is_lowercase))
    }

    /// Whether an organisation only qualifies a noun that no list knows, before the verb at `cue` or after it: `the RNC
    /// member said`, `said one former GOP leadership aide`.
    fn only_qualifies(&self, number: u32, cue: usize) -> bool {
        let story = self.story;
        let pointer = story.pointers[number as usize];
        if !matches!(pointer.by, By::Name(_)) || self.is_person(number) {
            return false;
        }
        let next = pointer.last as usize;
        let is_noun = |n: usize| {
            self.qualifies(n, false) && !story.word(n).ends_with("ly") && story.tokens[n].pointer.is_none()
        };
        next < cue
            && is_noun(next)
            && (next..cue).all(|n| is_noun(n) || story.tokens[n].kind == TokenKind::Auxiliary)
    }

    /// Whether a short sentence tells no more than who speaks: `“….” Mia Schachter said.`
    fn only_tells(&self, start: usize, end: usize) -> bool {
        let cue = (start..end.min(start + 4))
            .take_while(|&n| !matches!(self.story.tokens[n].kind, TokenKind::Comma | TokenKind::Quoted(_)))
            .find(|&n| self.story.tokens[n].cue.is_some());
        let Some(cue) = cue else { return false };
        let ends = |n: usize| {
            let kind = self.story.tokens.get(n).filter(|_| n < end).map(|token| token.kind);
            kind.is_none_or(|kind| matches!(kind, TokenKind::Stop | TokenKind::Comma | TokenKind::Quoted(_)))
        };
        (cue + 1..=cue + LEFT).any(ends)
    }

    /// Whether a verb of speech and a comma or colon stand right before a quote: `and added, “…`.
    pub fn is_led_in(&self, quote: &Pending) -> bool {
        let tokens = &self.story.tokens[self.lead(quote)..quote.token];
        let [.., verb, mark] = tokens else { return false };
        verb.cue.is_some_and(|cue| cue != Cue::Think)
            && matches!(mark.kind, TokenKind::Comma | TokenKind::Colon)
    }

    /// Whether a fragment ends its clause and what follows tells who speaks: `“not Christian,” the pope said`, `building
    /// “bridges” to Mr. Sanders, said David Axelrod`.
    pub fn is_told_after(&self, quote: &Pending) -> bool {
        let story = self.story;
        let inner = self.stretches[quote.stretch].inner.of(story.text);
        self.after(quote).is_some_and(|told| {
            let pointer = story.pointers[told.pointer as usize];
            let first = (pointer.first as usize).min(told.cue);
            let parted = match first.checked_sub(1) {
                Some(before) if before == quote.token => inner.ends_with(','),
                Some(before) => {
                    story.tokens[before].kind == TokenKind::Comma
                        && matches!(told.rule, "cue-before-speaker" | "according-to")
                }
                None => false,
            };
            let next = told.cue.max(pointer.last as usize - 1) + 1;
            let ends = story.tokens.get(next).is_none_or(|token| token.kind != TokenKind::That);
            parted && ends
        })
    }

    /// First token of what may lead into a quote: of its paragraph, or of the one before if that ends with a colon.
    fn lead(&self, quote: &Pending) -> usize {
        let number = self.paragraph(quote);
        let paragraph = self.story.paragraph(number);
        let is_first = quote.token == paragraph.start;
        let before = number.checked_sub(1).filter(|_| is_first).map(|before| self.story.paragraph(before));
        before
            .filter(|before| {
                before.clone().next_back().is_some_and(|n| self.story.tokens[n].kind == TokenKind::Colon)
            })
            .map_or(paragraph.start, |before| before.start)
    }

    /// `Mia Schachter said, “…`, `According to Mia, …`, `She told Variety: “…`.
    pub fn before(&self, quote: &Pending) -> Option<Told> {
        let story = self.story;
        let start = self.lead(quote);
        let previous = quote.token.checked_sub(1).filter(|&n| n >= start)?;
        let colon = story.tokens[previous].kind == TokenKind::Colon;
        let here = story.tokens[quote.token].sentence;
        let same = |n: usize| {
            story.tokens[n].sentence == here
                || (colon && story.tokens[n].sentence == story.tokens[previous].sentence)
        };
        let ended = story.tokens[previous].kind == TokenKind::Stop;
        if ended {
            return None;
        }
        let first = (start..quote.token).rev().take_while(|&n| same(n)).last()?;
        let last_quote =
            (first..quote.token).rev().find(|&n| matches!(story.tokens[n].kind, TokenKind::Quoted(_)));
        let from = last_quote.map_or(first, |n| n + 1);
        let according = (from..quote.token.saturating_sub(1))
            .rev()
            .find(|&n| story.word(n).eq_ignore_ascii_case("according") && story.word(n + 1) == "to");
        if let Some(cue) = according
            && let Some(pointer) = (cue + 2..quote.token).find_map(|n| story.tokens[n].pointer)
        {
            return Some(Told { pointer, cue, rule: "according-to", qualifier: false });
        }
        let wanted = |n: &usize| {
            story.tokens[*n].cue.is_some_and(|cue| cue != Cue::Think || quote.kind == QuoteKind::Mixed)
        };
        let cue = (from..quote.token).rev().find(wanted)?;
        let subject = self.subject_before(cue, from);
        let pointer = subject.or_else(|| {
            let after = (cue + 1..quote.token.min(cue + 4)).find_map(|n| story.tokens[n].pointer);
            // `Reports claim Mia is “furious”` is about her, and not hers.
            let is_told_of = |number: u32| {
                let pointer = story.pointers[number as usize];
                let goes_on = story.tokens.get(pointer.last as usize).map(|token| token.kind);
                goes_on == Some(TokenKind::Auxiliary)
                    || (cue..pointer.first as usize).any(|n| story.tokens[n].kind == TokenKind::That)
            };
            after
                .filter(|&after| colon || !story.pointers[after as usize].oblique)
                .filter(|&after| cue <= from + 1 && !is_told_of(after))
        })?;
        Some(Told { pointer, cue, rule: "speaker-before", qualifier: self.only_qualifies(pointer, cue) })
    }

    /// Who does what the verb at `cue` says: the words right before it, or, where a comma or a clause about the subject
    /// stands between, the sentence's first that could.
    fn subject_before(&self, cue: usize, from: usize) -> Option<u32> {
        let story = self.story;
        let comma = cue.checked_sub(1).is_some_and(|n| n >= from && story.tokens[n].kind == TokenKind::Comma);
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
            if adjacent {
                return Some(number);
            }
            found = Some(number);
            person = self.is_person(number).then_some(number).or(person);
        }
        person.or(found)
    }

    /// Whether a pointer is to a person.
    fn is_person(&self, number: u32) -> bool {
        match self.story.pointers[number as usize].by {
            By::Name(name) => self.story.found.names[name as usize].kind == NameKind::Person,
            By::Pronoun(_) => true,
            By::Noun(noun) => matches!(noun, Noun::Person | Noun::Female | Noun::Male | Noun::Unnamed),
            By::Plural => false,
        }
    }

    /// Whether two tokens belong to two verbs of one subject: `Bush urged her to hug Trump and added`.
    fn joined(&self, from: usize, to: usize) -> bool {
        (from..to).any(|n| matches!(self.story.word(n), "and" | "but" | "before" | "then"))
    }

    /// Whether a comma stands between two tokens.
    fn parted(&self, from: usize, to: usize) -> bool {
        (from..to).any(|n| self.story.tokens[n].kind == TokenKind::Comma)
    }

    /// `NAME: words` of an interview.
    pub fn turn(&self, quote: &Pending) -> Option<Told> {
        let story = self.story;
        let start = self.lead(quote);
        let colon =
            quote.token.checked_sub(1).filter(|&n| n > start && story.tokens[n].kind == TokenKind::Colon)?;
        let number = (start..colon).rev().find_map(|n| {
            story.tokens[n].pointer.filter(|&number| !story.pointers[number as usize].oblique)
        })?;
        Some(Told { pointer: number, cue: colon, rule: "before-colon", qualifier: false })
    }

    /// The subject of the sentence around a fragment.
    pub fn sentence_subject(&self, quote: &Pending) -> Option<Told> {
        if quote.kind != QuoteKind::Mixed {
            return None;
        }
        let story = self.story;
        let here = story.tokens[quote.token].sentence;
        let start = story.paragraph(self.stretches[quote.stretch].paragraph).start;
        let first = (start..quote.token).rev().take_while(|&n| story.tokens[n].sentence == here).last()?;
        let pointer = (first..quote.token)
            .find_map(|n| story.tokens[n].pointer.filter(|&p| story.pointers[p as usize].subject))?;
        Some(Told { pointer, cue: quote.token, rule: "subject-of-sentence", qualifier: false })
    }
}
