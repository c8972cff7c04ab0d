//! Who is found to have said a quote, and by what.

use crate::article::Span;

/// An attribution.
#[derive(Clone, Debug, Default)]
pub struct Attribution {
    /// Number of the speaker in the story's names.
    pub speaker: Option<u32>,
    /// The words that point to the speaker.
    pub mention: Option<Span>,
    /// The cue.
    pub cue: Option<Span>,
    /// Token of the verb of speech, of this quote itself.
    pub verb: Option<u32>,
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
    /// Rules that give the same name, besides.
    pub votes: u16,
    /// Chance that it is right, where it names somebody.
    pub sure: f32,
}

impl Attribution {
    /// Nobody's, by a rule.
    pub fn of_nobody(rule: &'static str) -> Self {
        Self { rule, first_rule: rule, ..Self::default() }
    }

    /// The same speaker for a later quote, by a rule of carrying over.
    pub fn carry(&self, rule: &'static str) -> Self {
        Self { rule, verb: None, carried: self.carried.saturating_add(1), votes: 0, ..self.clone() }
    }
}
