//! What an answer has to say beside its hits.

use schemars::JsonSchema;
use serde::Serialize;

/// What was left out or widened: a code for machines, and a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Note {
    /// What kind of note it is; a code never changes its meaning.
    pub code: NoteCode,
    /// The same for people.
    pub text: String,
}

/// Kinds of notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NoteCode {
    /// A query names a saved search that there is not, or that cannot be read.
    NoSuchSearch,
    /// A part of the query cannot stand where it stands, and matches nothing.
    Misplaced,
    /// Phrases came too many, and the last of them are not looked for.
    PhrasesCut,
    /// Prefixes and misspelt words stand for too many words, and the last of them are not looked for.
    ExpansionsCut,
    /// A prefix or a misspelt word stands for too many words: only the most frequent are looked for.
    ExpansionsKept,
    /// A name stands for several people.
    SeveralBearers,
    /// Words no longer stand where their address says: the nearest are given.
    MovedWords,
    /// A stretch of time without a match is too long to be shown step by step.
    EmptyStepsLeftOut,
    /// The time was over before everything was looked at.
    DeadlineReached,
}

impl Note {
    /// A note.
    pub(crate) fn new(code: NoteCode, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }
}
