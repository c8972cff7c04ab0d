//! What the words around a quote tell of its speaker: the cue, and the words that point to who speaks.

use super::{
    kind::{self, Pending},
    lexicon::{self, Cue, Noun},
    scan::Stretch,
    story::{By, Story, TokenKind},
};
use crate::annotation::QuoteKind;

/// Tokens after a quotation within which its speaker is told.
const AFTER: usize = 24;

/// Tokens behind a verb within which its subject stands, when it comes first.
const INVERTED: usize = 6;

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

    /// Who is told to speak, by what leads into a quote or follows it, and who may be besides.
    pub fn told(&self, quote: &Pending) -> (Option<Told>, Option<Told>) {
        let (before, after) = (self.before(quote), self.after(quote));
        // A fragment is part of the sentence it stands in: what leads into it tells more than what follows.
        let leads = match quote.kind {
            _ if self.is_led_in(quote) => true,
            QuoteKind::Mixed => !self.is_told_after(quote),
            _ => !after.as_ref().is_some_and(|after| self.is_tight(quote, after)),
        };
        let (first, second) = if leads { (before, after) } else { (after, before) };
        match first {
            Some(_) => (first, second),
            None => (second.or_else(|| self.turn(quote)), None),
        }
    }

    /// The verb that leads into a quote and whose subject nobody knows: `a second voice is heard to say: “…`.
    pub fn unknown_subject(&self, quote: &Pending) -> Option<usize> {
        let cue =
            (quote.token.saturating_sub(2)..quote.token).find(|&n| self.story.tokens[n].cue.is_some())?;
        let story = self.story;
        let sentence = story.tokens[cue].sentence;
        let begins = cue.checked_sub(1).is_none_or(|n| story.tokens[n].sentence != sentence);
        // A second verb of a subject that said something else: `“A,” Mia said, and added: “B”`.
        let goes_on = (0..cue).rev().take_while(|&n| story.tokens[n].sentence == sentence).any(|n| {
            matches!(story.tokens[n].kind, TokenKind::Quoted(_))
                || n + 1 == cue && matches!(story.word(n), "and" | "but")
        });
        (self.is_led_in(quote) && !begins && !goes_on && !story.word(cue).ends_with("ing")).then_some(cue)
    }

    /// Whether what tells who speaks stands right behind the comma, question or exclamation mark of a quote.
    fn is_tight(&self, quote: &Pending, told: &Told) -> bool {
        let inner = self.stretches[quote.stretch].inner.of(self.story.text);
        let pointer = self.story.pointers[told.pointer as usize];
        let first = (pointer.first as usize).min(told.cue.max(quote.token + 1));
        let begins = |n: usize| {
            self.story.word(n).starts_with(char::is_lowercase) && !is_conjunction(self.story.word(n))
        };
        inner.ends_with([',', '?', '!', '…', '—', '-'])
            && (quote.token + 1..first).all(|n| begins(n) && n < quote.token + 4)
            && !is_conjunction(self.story.word(quote.token + 1))
    }

    /// `He grew more serious. “…`: whoever the sentence right before is about.
    pub fn sentence_before(&self, quote: &Pending) -> Option<Told> {
        let story = self.story;
        let start = story.paragraph(self.paragraph(quote)).start;
        let last = quote.token.checked_sub(1).filter(|&n| n >= start)?;
        let before = story.tokens[last].sentence;
        let first = (start..=last).rev().take_while(|&n| story.tokens[n].sentence == before).last()?;
        let pointer = self.actor(first, last)?;
        let around = before == story.tokens[quote.token].sentence;
        let rule = if around { "sentence-around" } else { "sentence-before" };
        Some(Told { pointer, cue: quote.token, rule, qualifier: false })
    }

    /// `Mia Schachter looked tired.`, and in the next paragraph nothing but the quote: whoever the sentence before is about.
    pub fn paragraph_before(&self, quote: &Pending) -> Option<Told> {
        let story = self.story;
        let number = self.paragraph(quote);
        let before = story.paragraph(number.checked_sub(1)?);
        let is_first = story.paragraph(number).start == quote.token;
        let last = before.end.checked_sub(1).filter(|_| is_first && quote.kind == QuoteKind::Direct)?;
        let sentence = story.tokens.get(last)?.sentence;
        let first = before.rev().take_while(|&n| story.tokens[n].sentence == sentence).last()?;
        if story.tokens[first..=last].iter().any(|token| matches!(token.kind, TokenKind::Quoted(_))) {
            return None;
        }
        let pointer = self.actor(first, last)?;
        Some(Told { pointer, cue: quote.token, rule: "paragraph-before", qualifier: false })
    }

    /// The first person among tokens who acts.
    fn actor(&self, first: usize, last: usize) -> Option<u32> {
        let acts = |&number: &u32| {
            let pointer = self.story.pointers[number as usize];
            self.is_person(number) && !pointer.oblique && !pointer.possessive
        };
        (first..=last).find_map(|n| self.story.tokens[n].pointer.filter(acts))
    }

    /// `…,” she said`, `…,” said Mia Schachter, a coordinator`.
    pub fn after(&self, quote: &Pending) -> Option<Told> {
        let story = self.story;
        let end = story.paragraph(self.stretches[quote.stretch].paragraph).end;
        let start = quote.token + 1;
        if start < end && self.is_finished(quote, start, end) {
            return None;
        }
        // `“…” when B was found guilty`: what else happened.
        let inner = self.stretches[quote.stretch].inner.of(story.text);
        if start < end && is_conjunction(story.word(start)) && !inner.ends_with([',', '?', '!']) {
            return None;
        }
        let mut pointer: Option<u32> = None;
        let mut fresh = start;
        // `“…” and B said`: another clause, whose verb reports something else.
        let mut joined = false;
        for n in start..end.min(start + AFTER) {
            let token = story.tokens[n];
            match token.kind {
                TokenKind::Stop | TokenKind::Colon | TokenKind::Quoted(_) => break,
                TokenKind::Comma => {
                    fresh = n + 1;
                    joined = false;
                    // `“…” in the Hamptons with Affleck, a source said`: a new clause, whose subject is another.
                    pointer = pointer.filter(|&number| !story.pointers[number as usize].oblique);
                }
                _ => (),
            }
            if pointer.is_none() && matches!(story.word(n), "and" | "but") {
                joined = !inner.ends_with([',', '?', '!', '…', '—', '-']);
            }
            if joined {
                continue;
            }
            if let Some(source) = self.source(n, end) {
                let number = story.tokens[source..end.min(source + INVERTED)]
                    .iter()
                    .find_map(|token| token.pointer)?;
                let pointer = self.head(number, end);
                return Some(Told { pointer, cue: n, rule: "according-to", qualifier: false });
            }
            let reached = n <= fresh + 4;
            if let Some(number) = token.pointer.filter(|_| pointer.is_none() && reached)
                && !story.pointers[number as usize].possessive
            {
                pointer = Some(number);
            }
            // `“…,” when B was found guilty, A said`
            let thinks = token.cue == Some(Cue::Think) && quote.kind != QuoteKind::Mixed;
            if token.cue.is_some() && !(thinks && n > start + 2) {
                if self.is_passive(n) {
                    return self.agent(n, end).or(pointer.map(|pointer| self.nobody(pointer, n)));
                }
                if let Some(first) = pointer {
                    let pointer = self.subject_of(first, n);
                    let qualifier = self.only_qualifies(pointer, n);
                    return Some(Told { pointer, cue: n, rule: "speaker-after", qualifier });
                }
                if let Some(owner) = self.owner_before(n, start) {
                    return Some(Told { pointer: owner, cue: n, rule: "speaker-after", qualifier: true });
                }
                return if n > fresh + 2 { None } else { self.inverted(n, end) };
            }
        }
        self.signed(start, end)
            .or_else(|| self.named_behind(quote, start, end))
            .or_else(|| self.signed_below(quote))
    }

    /// Whether a quote ends its sentence, so that what follows tells of something else: a full stop inside the marks, or any
    /// mark that ends sentences where the sentence began before the quote.
    fn is_finished(&self, quote: &Pending, start: usize, end: usize) -> bool {
        let story = self.story;
        let inner =
            self.stretches[quote.stretch].inner.of(story.text).trim_end_matches(['’', '\'', '”', ')', ']']);
        let is_new = story.word(start).starts_with(char::is_uppercase)
            && story.tokens[start].sentence != story.tokens[quote.token].sentence;
        let goes_before = quote.token.checked_sub(1).is_some_and(|before| {
            story.tokens[before].sentence == story.tokens[quote.token].sentence
                && !matches!(story.tokens[before].kind, TokenKind::Quoted(_))
        });
        if !is_new || !inner.ends_with(['.', '!', '?', '…']) {
            return false;
        }
        match goes_before {
            true => true,
            false => inner.ends_with('.') && !self.only_tells(start, end),
        }
    }

    /// Where the source stands that the words at `n` lead to: `according to Mia`, `per Mia`, but not `per week`.
    fn source(&self, n: usize, end: usize) -> Option<usize> {
        let story = self.story;
        let is = |word: &str| story.word(n).eq_ignore_ascii_case(word);
        let is_name = |n: usize| {
            let pointer = story.tokens[n].pointer.map(|number| story.pointers[number as usize].by);
            matches!(pointer, Some(By::Name(_)))
        };
        if is("according") && n + 2 < end && story.word(n + 1) == "to" {
            return Some(n + 2);
        }
        (is("per") && n + 1 < end && is_name(n + 1)).then_some(n + 1)
    }

    /// Whether the verb at `cue` is in the passive: `was told`, `is said`.
    fn is_passive(&self, cue: usize) -> bool {
        let is_adverb = |n: &usize| self.story.word(*n).ends_with("ly");
        let before = (cue.saturating_sub(2)..cue).rev().find(|n| !is_adverb(n));
        let is_being = |n: usize| {
            matches!(
                self.story.word(n),
                "is" | "was" | "are" | "were" | "be" | "been" | "being" | "’s" | "gets" | "got"
            )
        };
        before
            .is_some_and(|n| is_being(n) && self.story.tokens[n].sentence == self.story.tokens[cue].sentence)
            && !self.story.word(cue).ends_with("ing")
    }

    /// By whom a verb in the passive is done: `was told by Mia`.
    fn agent(&self, cue: usize, end: usize) -> Option<Told> {
        const WITHIN: usize = 4;
        let by = (cue + 1..end.min(cue + WITHIN)).find(|&n| self.story.word(n) == "by")?;
        let number =
            self.story.tokens[by + 1..end.min(by + WITHIN)].iter().find_map(|token| token.pointer)?;
        Some(Told { pointer: self.head(number, end), cue, rule: "passive-agent", qualifier: false })
    }

    /// Somebody speaks who is not told.
    fn nobody(&self, pointer: u32, cue: usize) -> Told {
        Told { pointer, cue, rule: "passive", qualifier: true }
    }

    /// A line below that signs: `― Mia Schachter`.
    fn signed_below(&self, quote: &Pending) -> Option<Told> {
        const LONGEST: usize = 10;
        let story = self.story;
        let number = self.paragraph(quote);
        let below = number + 1;
        if story.paragraph(number).end != quote.token + 1 || below + 1 >= story.starts.len() {
            return None;
        }
        let line = story.paragraph(below);
        let is_dash = line.clone().next().is_some_and(|n| kind::is_dash(story.word(n)));
        if !is_dash || line.len() > LONGEST {
            return None;
        }
        self.signed(line.start, line.end).map(|told| Told { cue: quote.token, ..told })
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
        let dash = start + 1 < end && kind::is_dash(self.story.word(start));
        let number = self.story.tokens.get(start + 1).filter(|_| dash)?.pointer?;
        let pointer = self.story.pointers[number as usize];
        let is_name = matches!(pointer.by, By::Name(_)) && self.is_person(number) && !pointer.possessive;
        is_name.then_some(Told { pointer: number, cue: start - 1, rule: "name-after-dash", qualifier: false })
    }

    /// `said Mia Schachter`: who stands right behind the verb. `told Variety` behind other words names the one spoken to.
    fn inverted(&self, cue: usize, end: usize) -> Option<Told> {
        let story = self.story;
        if lexicon::has_hearer(story.word(cue)) {
            return None;
        }
        let pointer = (cue + 1..end.min(cue + INVERTED))
            .take_while(|&n| !matches!(story.tokens[n].kind, TokenKind::Stop | TokenKind::Quoted(_)))
            .find_map(|n| story.tokens[n].pointer.filter(|&p| !story.pointers[p as usize].possessive))?;
        Some(Told { pointer: self.head(pointer, end), cue, rule: "cue-before-speaker", qualifier: false })
    }

    /// Whether a short sentence tells no more than who speaks: `“….” Mia Schachter said.`
    fn only_tells(&self, start: usize, end: usize) -> bool {
        let story = self.story;
        let cue = (start..end.min(start + 4))
            .take_while(|&n| !matches!(story.tokens[n].kind, TokenKind::Comma | TokenKind::Quoted(_)))
            .find(|&n| story.tokens[n].cue.is_some());
        let Some(cue) = cue.filter(|&n| matches!(story.tokens[n].cue, Some(Cue::Say | Cue::Write))) else {
            return false;
        };
        let heard = lexicon::has_hearer(story.word(cue));
        for n in cue + 1..=cue + LEFT {
            let Some(token) = story.tokens.get(n).filter(|_| n < end) else { return true };
            let follows = |n: usize| story.tokens.get(n).filter(|_| n < end).map(|token| token.kind);
            match token.kind {
                TokenKind::Stop => return true,
                TokenKind::Comma => return !matches!(follows(n + 1), Some(TokenKind::Quoted(_))),
                TokenKind::Quoted(_) | TokenKind::Colon | TokenKind::That | TokenKind::Auxiliary => {
                    return false;
                }
                _ if token.cue.is_some() => return false,
                // `said she was tired` reports something else; `told the paper`, `said on Monday` do not.
                TokenKind::Word if n == cue + 1 && !heard && token.pointer.is_some() => return false,
                _ => (),
            }
        }
        false
    }

    /// Whether a verb of speech and a comma or colon stand right before a quote: `and added, “…`.
    pub fn is_led_in(&self, quote: &Pending) -> bool {
        let tokens = &self.story.tokens[self.lead(quote)..quote.token];
        let speaks = |token: &super::story::Token| token.cue.is_some_and(|cue| cue != Cue::Think);
        match tokens {
            [.., verb, mark] if matches!(mark.kind, TokenKind::Comma | TokenKind::Colon) => speaks(verb),
            [.., verb] => speaks(verb),
            [] => false,
        }
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
        let according = (from..quote.token).rev().find_map(|n| Some((n, self.source(n, quote.token)?)));
        // `According to her suit, he told her, “…”`: another clause, that tells who spoke.
        let nearer = |from: usize| {
            let comma = (from..quote.token).find(|&n| story.tokens[n].kind == TokenKind::Comma);
            let behind = comma.map_or(from + INVERTED, |comma| comma.min(from + INVERTED));
            (behind + 1..quote.token).any(|n| matches!(story.tokens[n].cue, Some(Cue::Say | Cue::Write)))
        };
        if let Some((cue, source)) = according.filter(|&(cue, _)| !nearer(cue))
            && let Some(first) = (source..quote.token).find_map(|n| story.tokens[n].pointer)
        {
            // `according to Harbour editor Mia Schachter`
            let pointer = self.head(first, quote.token);
            return Some(Told { pointer, cue, rule: "according-to", qualifier: false });
        }
        let wanted = |n: &usize| match story.tokens[*n].cue {
            Some(Cue::Think) => quote.kind == QuoteKind::Mixed,
            // `agreed to go to “…”` tells of no speech, `agreed: “…” does.
            Some(Cue::Act) => n + 2 >= quote.token,
            other => other.is_some(),
        };
        let cue = (from..quote.token).rev().find(wanted)?;
        let from = self.behind_fronted(from, cue);
        let cue = self.reporting(cue, from);
        // `Mia was said to have made him feel “stupid”`: who says so is not told.
        let said_of = (from..cue).find(|&n| {
            story.tokens[n].cue.is_some()
                && self.is_passive(n)
                && story.tokens.get(n + 1).is_some_and(|_| story.word(n + 1) == "to")
        });
        if let Some((said_of, subject)) = said_of.and_then(|n| Some((n, self.subject_before(n, from)?))) {
            return Some(self.nobody(subject, said_of));
        }
        let subject = self.subject_before(cue, from);
        if self.is_passive(cue) && !colon {
            return self.agent(cue, quote.token).or(subject.map(|subject| self.nobody(subject, cue)));
        }
        let is_comma = |n: usize| story.tokens[n].kind == TokenKind::Comma;
        let pointer = subject.or_else(|| {
            if lexicon::has_hearer(story.word(cue)) {
                return None;
            }
            let after = (cue + 1..quote.token.min(cue + 4)).find_map(|n| story.tokens[n].pointer);
            // `Reports claim Mia is “furious”` is about her, and not hers.
            let is_told_of = |number: u32| {
                let pointer = story.pointers[number as usize];
                let goes_on = story.tokens.get(pointer.last as usize).map(|token| token.kind);
                goes_on == Some(TokenKind::Auxiliary)
                    || (cue..pointer.first as usize).any(|n| story.tokens[n].kind == TokenKind::That)
            };
            // `and said Mia “might as well have sent a card”` is of her, `and said Mia: “…` hers.
            let joined = cue.checked_sub(1).is_some_and(|n| matches!(story.word(n), "and" | "but"));
            after
                .filter(|_| {
                    !joined || matches!(story.tokens[previous].kind, TokenKind::Comma | TokenKind::Colon)
                })
                // `posted on Harbour:` tells where, `Writes Mia:` who.
                .filter(|&after| {
                    let pointer = story.pointers[after as usize];
                    let is_body = matches!(pointer.by, By::Name(_)) && !self.is_person(after);
                    !pointer.oblique || colon && !is_body
                })
                .filter(|&after| (cue <= from + 1 || is_comma(cue - 1)) && !is_told_of(after))
                // `Counters Rook Records counsel Mia Schachter: “…`
                .map(|after| self.head(after, quote.token))
        })?;
        Some(Told { pointer, cue, rule: "speaker-before", qualifier: self.only_qualifies(pointer, cue) })
    }

    /// The verb of speech on which the verb of thought at `cue` hangs: `An insider claims Mia wanted the “real thing”` is in
    /// the words of the insider.
    fn reporting(&self, cue: usize, from: usize) -> usize {
        let story = self.story;
        if story.tokens[cue].cue != Some(Cue::Think) {
            return cue;
        }
        let parts = |n: usize| {
            story.tokens[n].kind == TokenKind::Comma || matches!(story.word(n), "and" | "but" | "as" | "who")
        };
        let is_subject = |n: usize| {
            let pointer = story.tokens[n].pointer.map(|number| story.pointers[number as usize]);
            pointer.is_some_and(|pointer| !pointer.oblique && !pointer.possessive)
        };
        let reports = |n: &usize| matches!(story.tokens[*n].cue, Some(Cue::Say | Cue::Write));
        (from..cue)
            .rev()
            .take_while(|&n| !parts(n))
            .filter(reports)
            .filter(|&n| (n + 1..cue).any(is_subject) && self.subject_before(n, from).is_some())
            .last()
            .unwrap_or(cue)
    }

    /// First token of the main clause where another stands before it: `When A left, B said`.
    fn behind_fronted(&self, from: usize, cue: usize) -> usize {
        if !is_conjunction(&self.story.word(from).to_lowercase()) {
            return from;
        }
        let comma = (from..cue).find(|&n| self.story.tokens[n].kind == TokenKind::Comma);
        let has_subject = |comma: &usize| {
            (*comma..cue).any(|n| {
                let pointer = self.story.tokens[n].pointer.map(|number| self.story.pointers[number as usize]);
                pointer.is_some_and(|pointer| !pointer.oblique && !pointer.possessive)
            })
        };
        comma.filter(has_subject).map_or(from, |comma| comma + 1)
    }

    /// `NAME: words` of an interview.
    pub fn turn(&self, quote: &Pending) -> Option<Told> {
        let story = self.story;
        let start = self.lead(quote);
        let colon =
            quote.token.checked_sub(1).filter(|&n| n > start && story.tokens[n].kind == TokenKind::Colon)?;
        let is_paper =
            |number: u32| matches!(story.pointers[number as usize].by, By::Noun(Noun::Paper | Noun::Outlet));
        let sentence = story.tokens[colon].sentence;
        // `And of Rafe Montclair, who plays him: “…”` tells of whom, not who.
        let first = (start..colon).rev().take_while(|&n| story.tokens[n].sentence == sentence).last()?;
        let opens = first + usize::from(matches!(story.word(first), "And" | "But"));
        let is_about_somebody = story
            .tokens
            .get(opens + 1)
            .is_some_and(|token| token.pointer.is_some_and(|number| self.is_person(number)));
        if matches!(story.word(opens), "Of" | "On" | "About" | "of" | "on" | "about") && is_about_somebody {
            return None;
        }
        let pointers = || {
            let tokens = (start..colon).rev().take_while(|&n| story.tokens[n].sentence == sentence);
            tokens.filter_map(|n| story.tokens[n].pointer)
        };
        // `Mia released a statement:`, `And from Mia:`
        let speaks = |number: &u32| {
            let pointer = story.pointers[*number as usize];
            !pointer.oblique && !pointer.possessive && !is_paper(*number)
        };
        let signs = |number: &u32| {
            let pointer = story.pointers[*number as usize];
            self.is_person(*number)
                && pointer.first.checked_sub(1).is_some_and(|n| story.word(n as usize) == "from")
        };
        // `Mia shared a photo of Rafe and Orla with the caption:`, but `Mia was quoting Orla, who told him:`
        let relates = |number: &u32| {
            (story.pointers[*number as usize].last as usize..colon).any(|n| story.word(n) == "who")
        };
        let is_related = pointers().find(speaks).is_some_and(|number| relates(&number));
        let acts = |number: &u32| story.pointers[*number as usize].subject && speaks(number) && !is_related;
        let number = pointers()
            .find(acts)
            .or_else(|| pointers().find(speaks))
            .or_else(|| pointers().find(signs))
            .or_else(|| pointers().find(|&number| !story.pointers[number as usize].oblique))?;
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
            .find_map(|n| story.tokens[n].pointer.filter(|&p| story.pointers[p as usize].subject))
            .filter(|&p| {
                self.is_person(p) || matches!(story.pointers[p as usize].by, By::Name(_) | By::Plural)
            })?;
        // `Reports claim Mia is “furious”`: a verb of speech whose subject nobody knows.
        let speaks = |n: usize| matches!(story.tokens[n].cue, Some(Cue::Say | Cue::Write));
        if (first..story.pointers[pointer as usize].first as usize).any(speaks) {
            return None;
        }
        Some(Told { pointer, cue: quote.token, rule: "subject-of-sentence", qualifier: false })
    }
}

/// Whether a word begins a clause that hangs on another: `when B was found guilty`.
pub(super) fn is_conjunction(word: &str) -> bool {
    matches!(
        word,
        "when"
            | "after"
            | "because"
            | "while"
            | "before"
            | "if"
            | "since"
            | "although"
            | "though"
            | "where"
            | "which"
            | "who"
            | "whose"
            | "once"
            | "until"
            | "whether"
    )
}
