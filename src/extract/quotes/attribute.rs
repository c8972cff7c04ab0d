//! Who said it: the cue, the words that point to the speaker, and the person behind them.

use super::{
    antecedent::{self, Question},
    lexicon::{Cue, Noun},
    scan::Stretch,
    story::{By, Story, TokenKind},
};
use crate::{
    annotation::{NameKind, QuoteKind, Sex},
    article::Span,
};

/// An attribution.
#[derive(Clone, Debug, Default)]
pub struct Attribution {
    /// Number of the speaker in the story's names.
    pub speaker: Option<u32>,
    /// The words that point to the speaker.
    pub mention: Option<Span>,
    /// The cue.
    pub cue: Option<Span>,
    /// The rule.
    pub rule: &'static str,
    /// Chance of the choice among people, where there was one.
    pub chance: f32,
    /// Number of the pointer.
    pub pointer: Option<u32>,
}

/// A quote on its way to be attributed.
pub struct Pending {
    /// Number of its stretch.
    pub stretch: usize,
    /// Its token.
    pub token: usize,
    /// Its kind.
    pub kind: QuoteKind,
}

/// Tokens after a quotation within which its speaker is told.
const AFTER: usize = 16;

/// Tokens between two quotations of one speaker that no cue parts.
const CARRIED: usize = 14;

/// Attributes every quote, in order.
pub fn all(story: &Story<'_>, stretches: &[Stretch], pending: &[Pending]) -> Vec<Attribution> {
    read(story, stretches, pending, &mut |_, _| None)
}

/// Attributes every quote, in order; `told` may say which person stands behind a pointer, as a trainer knows it.
pub fn read(
    story: &Story<'_>,
    stretches: &[Stretch],
    pending: &[Pending],
    told: &mut dyn FnMut(&Pending, &Question<'_>) -> Option<u32>,
) -> Vec<Attribution> {
    let mut reader = Reader {
        story,
        stretches,
        done: Vec::with_capacity(pending.len()),
        speakers: Vec::new(),
        known: Vec::new(),
        asked: None,
    };
    for (number, quote) in pending.iter().enumerate() {
        let mut attribution = reader.attribute(pending, number, quote);
        if let Some((pointer, sex)) = reader.asked.take()
            && attribution.pointer == Some(pointer)
        {
            let question = reader.question(pointer, sex, stretches[quote.stretch].inner);
            attribution.speaker = told(quote, &question).or(attribution.speaker);
        }
        reader.learn(&attribution);
        reader.done.push(attribution);
    }
    reader.done
}

struct Reader<'a> {
    story: &'a Story<'a>,
    stretches: &'a [Stretch],
    done: Vec<Attribution>,
    /// Speakers so far, each with whether a pronoun pointed to them.
    speakers: Vec<(u32, bool)>,
    /// Whom pronouns were found to mean: pointer and name.
    known: Vec<(u32, u32)>,
    /// The pointer that was last looked behind.
    asked: Option<(u32, Option<Sex>)>,
}

/// A cue with the pointer it goes with.
struct Told {
    pointer: u32,
    cue: usize,
    rule: &'static str,
}

impl Reader<'_> {
    fn attribute(&mut self, pending: &[Pending], number: usize, quote: &Pending) -> Attribution {
        let paragraph = self.stretches[quote.stretch].paragraph;
        let previous = number.checked_sub(1);
        let same_paragraph = previous.filter(|&before| self.paragraph(&pending[before]) == paragraph);
        // A fragment is part of the sentence it stands in: what leads into it tells more than what follows.
        let told = match quote.kind {
            QuoteKind::Mixed => self.before(quote).or_else(|| self.after(quote)),
            _ => self.after(quote).or_else(|| self.before(quote)),
        };
        let told = told.or_else(|| self.turn(quote));
        if let Some(told) = told {
            return self.resolve(told, quote);
        }
        let near = same_paragraph.is_some_and(|before| quote.token - pending[before].token <= CARRIED);
        if let Some(before) = same_paragraph.filter(|_| near) {
            return Attribution { rule: "carried-on", ..self.done[before].clone() };
        }
        if let Some(told) = self.sentence_before(quote) {
            return self.resolve(told, quote);
        }
        if let Some(before) = same_paragraph {
            return Attribution { rule: "carried-far", ..self.done[before].clone() };
        }
        if let Some(before) = previous.filter(|&before| self.paragraph(&pending[before]) + 1 == paragraph)
            && quote.kind == QuoteKind::Direct
        {
            let open = !self.stretches[pending[before].stretch].closed;
            let rule = if open { "paragraph-goes-on" } else { "next-paragraph" };
            return Attribution { rule, ..self.done[before].clone() };
        }
        if let Some(told) = self.sentence_subject(quote) {
            return self.resolve(told, quote);
        }
        if let Some(before) = previous.filter(|_| quote.kind == QuoteKind::Direct) {
            return Attribution { rule: "last-speaker", cue: None, ..self.done[before].clone() };
        }
        Attribution { rule: "nobody", ..Attribution::default() }
    }

    fn paragraph(&self, quote: &Pending) -> usize {
        self.stretches[quote.stretch].paragraph
    }

    /// `He grew more serious. “…`: whoever the sentence right before is about.
    fn sentence_before(&self, quote: &Pending) -> Option<Told> {
        let story = self.story;
        let start = story.paragraph(self.paragraph(quote)).start;
        let last = quote.token.checked_sub(1).filter(|&n| n >= start)?;
        let before = story.tokens[last].sentence;
        let first = (start..=last).rev().take_while(|&n| story.tokens[n].sentence == before).last()?;
        let is_person = |&number: &u32| {
            let pointer = story.pointers[number as usize];
            let named = match pointer.by {
                By::Name(name) => story.found.names[name as usize].kind == NameKind::Person,
                By::Pronoun(_) => true,
                By::Noun(noun) => matches!(noun, Noun::Person | Noun::Female | Noun::Male | Noun::Unnamed),
                By::Plural => false,
            };
            named && !pointer.oblique && !pointer.possessive
        };
        let pointer = (first..=last).find_map(|n| story.tokens[n].pointer.filter(is_person))?;
        Some(Told { pointer, cue: quote.token, rule: "sentence-before" })
    }

    /// `…,” she said`, `…,” said Mia Schachter, a coordinator`.
    fn after(&self, quote: &Pending) -> Option<Told> {
        let story = self.story;
        let end = story.paragraph(self.stretches[quote.stretch].paragraph).end;
        let start = quote.token + 1;
        let inner = self.stretches[quote.stretch].inner.of(story.text);
        // A full stop inside the marks ends the sentence: what follows belongs to something else, unless it begins low.
        if inner.ends_with('.')
            && start < end
            && story.word(start).chars().next().is_some_and(char::is_uppercase)
            && !self.cue_soon(start, end)
        {
            return None;
        }
        let mut pointer = None;
        let mut cue = None;
        for n in start..end.min(start + AFTER) {
            let token = story.tokens[n];
            match token.kind {
                TokenKind::Stop | TokenKind::Colon | TokenKind::Quoted(_) => break,
                _ => (),
            }
            if let Some(number) = token.pointer
                && pointer.is_none()
                && !story.pointers[number as usize].possessive
                && (cue.is_some() || n <= start + 4)
            {
                pointer = Some(number);
            }
            if token.cue.is_some() && cue.is_none() {
                if pointer.is_none() && n > start + 2 {
                    break;
                }
                cue = Some(n);
            }
            if let (Some(pointer), Some(cue)) = (pointer, cue) {
                let first = story.pointers[pointer as usize].first as usize;
                let inverted = first > cue;
                if inverted && first > cue + 4 {
                    return None;
                }
                return Some(Told {
                    pointer,
                    cue,
                    rule: if inverted { "cue-before-speaker" } else { "speaker-after" },
                });
            }
        }
        None
    }

    fn cue_soon(&self, start: usize, end: usize) -> bool {
        (start..end.min(start + 4))
            .take_while(|&n| !matches!(self.story.tokens[n].kind, TokenKind::Comma | TokenKind::Quoted(_)))
            .any(|n| self.story.tokens[n].cue.is_some())
    }

    /// `Mia Schachter said, “…`, `According to Mia, …`, `She told Variety: “…`.
    fn before(&self, quote: &Pending) -> Option<Told> {
        let story = self.story;
        let start = story.paragraph(self.stretches[quote.stretch].paragraph).start;
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
            return Some(Told { pointer, cue, rule: "according-to" });
        }
        let wanted = |n: &usize| {
            story.tokens[*n].cue.is_some_and(|cue| cue != Cue::Think || quote.kind == QuoteKind::Mixed)
        };
        let cue = (from..quote.token).rev().find(wanted)?;
        let subject = self.subject_before(cue, from);
        let pointer = subject.or_else(|| {
            let after = (cue + 1..quote.token.min(cue + 4)).find_map(|n| story.tokens[n].pointer);
            after
                .filter(|&after| colon || !story.pointers[after as usize].oblique)
                .filter(|_| cue <= from + 1)
        })?;
        Some(Told { pointer, cue, rule: "speaker-before" })
    }

    /// Who does what the verb at `cue` says: the words right before it, or, where a comma or a clause about the subject
    /// stands between, the sentence's first that could.
    fn subject_before(&self, cue: usize, from: usize) -> Option<u32> {
        let story = self.story;
        let comma = cue.checked_sub(1).is_some_and(|n| n >= from && story.tokens[n].kind == TokenKind::Comma);
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
            let adjacent = !comma
                && cue.saturating_sub(pointer.last as usize) <= 3
                && !self.parted(pointer.last as usize, cue);
            if adjacent {
                return Some(number);
            }
            found = Some(number);
        }
        found
    }

    /// Whether a comma stands between two tokens.
    fn parted(&self, from: usize, to: usize) -> bool {
        (from..to).any(|n| self.story.tokens[n].kind == TokenKind::Comma)
    }

    /// `NAME: words` of an interview.
    fn turn(&self, quote: &Pending) -> Option<Told> {
        let story = self.story;
        let start = story.paragraph(self.stretches[quote.stretch].paragraph).start;
        let colon =
            quote.token.checked_sub(1).filter(|&n| n > start && story.tokens[n].kind == TokenKind::Colon)?;
        let number = (start..colon).rev().find_map(|n| {
            story.tokens[n].pointer.filter(|&number| !story.pointers[number as usize].oblique)
        })?;
        Some(Told { pointer: number, cue: colon, rule: "before-colon" })
    }

    /// The subject of the sentence around a fragment.
    fn sentence_subject(&self, quote: &Pending) -> Option<Told> {
        if quote.kind != QuoteKind::Mixed {
            return None;
        }
        let story = self.story;
        let here = story.tokens[quote.token].sentence;
        let start = story.paragraph(self.stretches[quote.stretch].paragraph).start;
        let first = (start..quote.token).rev().take_while(|&n| story.tokens[n].sentence == here).last()?;
        let pointer = (first..quote.token)
            .find_map(|n| story.tokens[n].pointer.filter(|&p| story.pointers[p as usize].subject))?;
        Some(Told { pointer, cue: quote.token, rule: "subject-of-sentence" })
    }

    fn resolve(&mut self, told: Told, quote: &Pending) -> Attribution {
        let words = self.stretches[quote.stretch].inner;
        let story = self.story;
        let pointer = story.pointers[told.pointer as usize];
        let is_cue = story.tokens[told.cue].cue.is_some() || told.rule == "according-to";
        let mut attribution = Attribution {
            speaker: None,
            mention: Some(pointer.span),
            cue: is_cue.then(|| story.tokens[told.cue].span),
            rule: told.rule,
            chance: 1.0,
            pointer: Some(told.pointer),
        };
        match pointer.by {
            By::Name(number) => attribution.speaker = Some(number),
            By::Pronoun(sex) => {
                (attribution.speaker, attribution.chance) = self.antecedent(told.pointer, sex, words);
                attribution.rule = match told.rule {
                    "speaker-after" => "pronoun-after",
                    "cue-before-speaker" => "cue-before-pronoun",
                    "subject-of-sentence" => "pronoun-subject",
                    "sentence-before" => "pronoun-sentence-before",
                    _ => "pronoun-before",
                };
            }
            By::Plural => attribution.rule = "they",
            By::Noun(Noun::Unnamed) => attribution.rule = "unnamed-source",
            By::Noun(Noun::Mouthpiece) => {
                attribution.speaker = self.apposed(told.pointer);
                attribution.rule = "spokesperson";
            }
            By::Noun(Noun::Body | Noun::Paper) => attribution.rule = "body",
            By::Noun(noun) => {
                attribution.speaker = self.apposed(told.pointer);
                attribution.rule = "apposition";
                if attribution.speaker.is_none() {
                    (attribution.speaker, attribution.chance) = self.described(told.pointer, noun, words);
                    attribution.rule = "description";
                }
            }
        }
        attribution
    }

    /// The name right behind a description, or behind its comma: `her co-star Rafe Montclair`, `a doctor in Leeds, Hugh Hill`.
    fn apposed(&self, number: u32) -> Option<u32> {
        let story = self.story;
        let pointer = story.pointers[number as usize];
        let next = story.pointers.get(number as usize + 1)?;
        let gap = next.first.checked_sub(pointer.last)?;
        let By::Name(name) = next.by else { return None };
        let is_person = story.found.names[name as usize].kind == NameKind::Person;
        (is_person && gap <= 1 && !next.possessive && !next.oblique && next.sentence == pointer.sentence)
            .then_some(name)
    }

    /// Whom a description may mean: the person last spoken of who could be it.
    fn described(&mut self, number: u32, noun: Noun, words: Span) -> (Option<u32>, f32) {
        let sex = match noun {
            Noun::Female => Some(Sex::Female),
            Noun::Male => Some(Sex::Male),
            _ => None,
        };
        let pointer = self.story.pointers[number as usize];
        let said = pointer.span.of(self.story.text).to_lowercase();
        if ["a ", "an ", "one ", "another ", "some ", "several "]
            .iter()
            .any(|article| said.starts_with(article))
        {
            return (None, 1.0);
        }
        self.antecedent(number, sex, words)
    }

    fn question(&self, pointer: u32, sex: Option<Sex>, words: Span) -> Question<'_> {
        Question { pointer, sex, words, speakers: &self.speakers, known: &self.known }
    }

    /// The person a pronoun stands for, and the chance of the choice.
    fn antecedent(&mut self, number: u32, sex: Option<Sex>, words: Span) -> (Option<u32>, f32) {
        if let Some(&(_, name)) = self.known.iter().find(|(known, _)| *known == number) {
            return (Some(name), 1.0);
        }
        self.asked = Some((number, sex));
        match antecedent::best(self.story, &self.question(number, sex, words)) {
            Some((name, chance)) => (Some(name), chance),
            None => (self.only_person(sex), 0.5),
        }
    }

    fn learn(&mut self, attribution: &Attribution) {
        let Some(name) = attribution.speaker else { return };
        let Some(number) = attribution.pointer else { return };
        let by = self.story.pointers[number as usize].by;
        self.speakers.push((name, matches!(by, By::Pronoun(_))));
        if !matches!(by, By::Name(_)) && !self.known.iter().any(|(known, _)| *known == number) {
            self.known.push((number, name));
        }
    }

    /// The only person of the story of that sex.
    fn only_person(&self, sex: Option<Sex>) -> Option<u32> {
        let mut fitting = (0..).zip(&self.story.found.names).filter(|(number, name)| {
            name.kind == NameKind::Person
                && self.story.sex[*number as usize].is_none_or(|own| sex.is_none_or(|sex| own == sex))
        });
        let (number, _) = fitting.next()?;
        fitting.next().is_none().then_some(number)
    }
}
