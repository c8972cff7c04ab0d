//! Who said it: the person behind the words that point to the speaker.

use super::{
    antecedent::{self, Question},
    clues::{Clues, Told},
    kind::Pending,
    lexicon::{self, Noun},
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
    /// The rule that found the speaker of the first of the quotes it was carried over.
    pub first_rule: &'static str,
    /// Quotes it was carried over.
    pub carried: u16,
}

impl Attribution {
    /// The same speaker for a later quote, by a rule of carrying over.
    fn carry(&self, rule: &'static str) -> Self {
        Self { rule, carried: self.carried.saturating_add(1), ..self.clone() }
    }
}

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
        clues: Clues { story, stretches },
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
    clues: Clues<'a>,
    done: Vec<Attribution>,
    /// Speakers so far, each with whether a pronoun pointed to them.
    speakers: Vec<(u32, bool)>,
    /// Whom pronouns were found to mean: pointer and name.
    known: Vec<(u32, u32)>,
    /// The pointer that was last looked behind.
    asked: Option<(u32, Option<Sex>)>,
}

impl Reader<'_> {
    fn attribute(&mut self, pending: &[Pending], number: usize, quote: &Pending) -> Attribution {
        let paragraph = self.clues.paragraph(quote);
        let previous = number.checked_sub(1);
        let same_paragraph = previous.filter(|&before| self.clues.paragraph(&pending[before]) == paragraph);
        // A fragment is part of the sentence it stands in: what leads into it tells more than what follows.
        let told = match quote.kind {
            _ if self.clues.is_led_in(quote) => self.clues.before(quote).or_else(|| self.clues.after(quote)),
            QuoteKind::Mixed if self.clues.is_told_after(quote) => {
                self.clues.after(quote).or_else(|| self.clues.before(quote))
            }
            QuoteKind::Mixed => self.clues.before(quote).or_else(|| self.clues.after(quote)),
            _ => self.clues.after(quote).or_else(|| self.clues.before(quote)),
        };
        let told = told.or_else(|| self.clues.turn(quote));
        if let Some(told) = told {
            return self.resolve(told, quote);
        }
        let near = same_paragraph.is_some_and(|before| quote.token - pending[before].token <= CARRIED);
        if let Some(before) = same_paragraph.filter(|_| near) {
            return self.done[before].carry("carried-on");
        }
        if let Some(told) = self.clues.sentence_before(quote) {
            return self.resolve(told, quote);
        }
        if let Some(before) = same_paragraph {
            return self.done[before].carry("carried-far");
        }
        if let Some(before) =
            previous.filter(|&before| self.clues.paragraph(&pending[before]) + 1 == paragraph)
            && quote.kind == QuoteKind::Direct
        {
            let open = !self.stretches[pending[before].stretch].closed;
            let rule = if open { "paragraph-goes-on" } else { "next-paragraph" };
            return self.done[before].carry(rule);
        }
        if let Some(told) = self.clues.sentence_subject(quote) {
            return self.resolve(told, quote);
        }
        if let Some(before) = previous.filter(|_| quote.kind == QuoteKind::Direct) {
            return Attribution { cue: None, ..self.done[before].carry("last-speaker") };
        }
        Attribution { rule: "nobody", first_rule: "nobody", ..Attribution::default() }
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
            ..Attribution::default()
        };
        match pointer.by {
            _ if told.qualifier => attribution.rule = "unnamed-source",
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
            By::Noun(Noun::Unnamed) => {
                attribution.speaker = self.apposed(told.pointer);
                attribution.rule =
                    if attribution.speaker.is_some() { "apposition" } else { "unnamed-source" };
            }
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
        attribution.first_rule = attribution.rule;
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
        // `her mother` is somebody else than she, and hardly anybody the story speaks of otherwise.
        if ["his ", "her ", "their "].iter().any(|owner| said.starts_with(owner)) {
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
