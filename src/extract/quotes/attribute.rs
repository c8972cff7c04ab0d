//! Who said it: the cue, the words that point to the speaker, and the person behind them.

use super::{
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
    /// Token of the pointer, for later pronouns.
    pointer: Option<u32>,
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

/// Tokens between who speaks and the cue.
const GAP: usize = 9;

/// Attributes every quote, in order.
pub fn all(story: &Story<'_>, stretches: &[Stretch], pending: &[Pending]) -> Vec<Attribution> {
    let mut reader = Reader { story, stretches, done: Vec::with_capacity(pending.len()) };
    for (number, quote) in pending.iter().enumerate() {
        let attribution = reader.attribute(pending, number, quote);
        reader.done.push(attribution);
    }
    reader.done
}

struct Reader<'a> {
    story: &'a Story<'a>,
    stretches: &'a [Stretch],
    done: Vec<Attribution>,
}

/// A cue with the pointer it goes with.
struct Told {
    pointer: u32,
    cue: usize,
    rule: &'static str,
}

impl Reader<'_> {
    fn attribute(&self, pending: &[Pending], number: usize, quote: &Pending) -> Attribution {
        let paragraph = self.stretches[quote.stretch].paragraph;
        let previous = number.checked_sub(1).map(|before| (&pending[before], &self.done[before]));
        let same_paragraph =
            previous.filter(|(before, _)| self.stretches[before.stretch].paragraph == paragraph);
        if let Some(told) = self.after(quote) {
            return self.resolve(told);
        }
        if let Some(told) = self.before(quote) {
            return self.resolve(told);
        }
        if let Some(told) = self.turn(quote) {
            return told;
        }
        if let Some((_, before)) = same_paragraph {
            return Attribution { rule: "carried-on", ..before.clone() };
        }
        let last = previous.filter(|(before, _)| self.stretches[before.stretch].paragraph + 1 == paragraph);
        if let Some((before, attribution)) = last {
            let open = !self.stretches[before.stretch].closed;
            let rule = if open { "paragraph-goes-on" } else { "next-paragraph" };
            if quote.kind == QuoteKind::Direct {
                return Attribution { rule, ..attribution.clone() };
            }
        }
        if let Some(told) = self.sentence_subject(quote) {
            return self.resolve(told);
        }
        if let Some((_, before)) = previous.filter(|_| quote.kind == QuoteKind::Direct) {
            return Attribution { rule: "last-speaker", cue: None, ..before.clone() };
        }
        Attribution { rule: "nobody", ..Attribution::default() }
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

    /// Who does what the verb at `cue` says.
    fn subject_before(&self, cue: usize, from: usize) -> Option<u32> {
        let story = self.story;
        let mut fallback = None;
        let mut at = cue;
        while at > from {
            at -= 1;
            let Some(number) = story.tokens[at].pointer else { continue };
            let pointer = story.pointers[number as usize];
            at = pointer.first as usize;
            if pointer.possessive {
                continue;
            }
            let near = cue - pointer.last as usize <= GAP;
            if !pointer.oblique && near {
                return Some(number);
            }
            fallback = fallback.or(Some(number).filter(|_| !pointer.oblique));
        }
        fallback
    }

    /// `NAME: words` of an interview.
    fn turn(&self, quote: &Pending) -> Option<Attribution> {
        let story = self.story;
        let start = story.paragraph(self.stretches[quote.stretch].paragraph).start;
        let colon =
            quote.token.checked_sub(1).filter(|&n| n > start && story.tokens[n].kind == TokenKind::Colon)?;
        let number = (start..colon).rev().find_map(|n| {
            story.tokens[n].pointer.filter(|&number| !story.pointers[number as usize].oblique)
        })?;
        Some(self.resolve(Told { pointer: number, cue: colon, rule: "before-colon" }))
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

    fn resolve(&self, told: Told) -> Attribution {
        let story = self.story;
        let pointer = story.pointers[told.pointer as usize];
        let is_cue = story.tokens[told.cue].cue.is_some() || told.rule == "according-to";
        let mut attribution = Attribution {
            speaker: None,
            mention: Some(pointer.span),
            cue: is_cue.then(|| story.tokens[told.cue].span),
            rule: told.rule,
            pointer: Some(told.pointer),
        };
        match pointer.by {
            By::Name(number) => attribution.speaker = Some(number),
            By::Pronoun(sex) => {
                attribution.speaker = self.antecedent(told.pointer, sex);
                attribution.rule = match told.rule {
                    "speaker-after" => "pronoun-after",
                    "cue-before-speaker" => "cue-before-pronoun",
                    "subject-of-sentence" => "pronoun-subject",
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
                attribution.speaker =
                    self.apposed(told.pointer).or_else(|| self.described(told.pointer, noun));
                attribution.rule = "description";
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
    fn described(&self, number: u32, noun: Noun) -> Option<u32> {
        let sex = match noun {
            Noun::Female => Some(Sex::Female),
            Noun::Male => Some(Sex::Male),
            _ => None,
        };
        let pointer = self.story.pointers[number as usize];
        let words = pointer.span.of(self.story.text).to_lowercase();
        if words.starts_with("a ")
            || words.starts_with("an ")
            || words.starts_with("one ")
            || words.starts_with("another ")
        {
            return None;
        }
        self.antecedent(number, sex)
    }

    /// The person a pronoun stands for: subjects before objects, near before far, who spoke last before others.
    fn antecedent(&self, number: u32, sex: Option<Sex>) -> Option<u32> {
        let story = self.story;
        let here = story.pointers[number as usize];
        let last_speaker = self.done.iter().rev().find_map(|done| done.speaker);
        let mut best: Option<(f32, u32)> = None;
        let mut seen = [0u16; 64];
        for other in story.pointers[..number as usize].iter().rev() {
            let distance = here.sentence.saturating_sub(other.sentence);
            if distance > 12 {
                break;
            }
            let (name, weight) = match other.by {
                By::Name(name) => (name, 0.0),
                By::Pronoun(other_sex) if other_sex == sex => match self.known(other.span) {
                    Some(name) => (name, 0.3),
                    None => continue,
                },
                _ => continue,
            };
            if story.found.names[name as usize].kind != NameKind::Person {
                continue;
            }
            let fits = match (sex, story.sex[name as usize]) {
                (Some(a), Some(b)) if a != b => continue,
                (Some(_), Some(_)) => 1.0,
                _ => 0.0,
            };
            let mut score = weight + fits - 0.8 * (distance as f32);
            score += if other.subject { 1.2 } else { 0.0 };
            score -= if other.oblique { 0.4 } else { 0.0 } + if other.possessive { 0.3 } else { 0.0 };
            score += if last_speaker == Some(name) { 0.8 } else { 0.0 };
            let times = &mut seen[name as usize % 64];
            *times += 1;
            score += 0.15 * f32::from((*times).min(4));
            if best.is_none_or(|(most, _)| score > most) {
                best = Some((score, name));
            }
        }
        best.map(|(_, name)| name).or_else(|| self.only_person(sex))
    }

    /// Whom a pronoun was found to mean when it pointed to a speaker.
    fn known(&self, span: Span) -> Option<u32> {
        self.done.iter().rev().find(|done| done.mention == Some(span)).and_then(|done| done.speaker)
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
