//! What is known of a whole archive by a snapshot that holds a part of it.
//!
//! Stories that are gathered from elsewhere are looked at as any others are, and scored by how rare words are in the whole
//! archive. Whoever asks for a count that is not known yet is told none, and it is written down as wanted: the counts are
//! fetched together, and the question is asked again.

use std::{
    hash::{BuildHasher, RandomState},
    sync::{Mutex, MutexGuard, PoisonError},
};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::fields::FieldId;

/// How many documents of each kind an index holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Stories.
    pub articles: u64,
    /// Quotes of all kinds.
    pub quotes: u64,
    /// Files that were read or skipped.
    pub files: u64,
}

/// Something that a whole archive may be asked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Asked {
    /// How many documents hold a term.
    Term(FieldId, String),
    /// How many documents hold words one after the other.
    Phrase(FieldId, Vec<String>),
    /// Which terms begin so.
    Beginning(FieldId, String),
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answered {
    /// So many documents.
    Documents(u64),
    /// These terms, in order.
    Terms(Vec<String>),
}

/// What is known of a whole archive.
#[derive(Debug)]
pub(crate) struct Whole {
    /// Articles and quotes.
    pub(crate) counts: Counts,
    /// Words of all articles and of all quotes, as scores count them.
    pub(crate) words: (u64, u64),
    /// Tells it from every other that was read, of the same archive too.
    pub(crate) token: u64,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    answers: FxHashMap<Asked, Answered>,
    wanted: FxHashSet<Asked>,
}

/// Answers that are remembered.
const MOST_KNOWN: usize = 200_000;

impl Whole {
    /// An archive of which nothing but its size is known.
    pub(crate) fn new(counts: Counts, words: (u64, u64)) -> Self {
        Self { counts, words, token: RandomState::new().hash_one(0), known: Mutex::default() }
    }

    /// How many documents hold a term or a phrase; none while that is not known.
    pub(crate) fn documents(&self, asked: Asked) -> u64 {
        match self.answer(asked) {
            Some(Answered::Documents(count)) => count,
            _ => 0,
        }
    }

    /// The terms that begin so; none while that is not known.
    pub(crate) fn beginning(&self, field: FieldId, prefix: &str) -> Vec<String> {
        match self.answer(Asked::Beginning(field, prefix.to_owned())) {
            Some(Answered::Terms(terms)) => terms,
            _ => Vec::new(),
        }
    }

    fn answer(&self, asked: Asked) -> Option<Answered> {
        let mut known = self.known();
        let answer = known.answers.get(&asked).cloned();
        if answer.is_none() {
            known.wanted.insert(asked);
        }
        answer
    }

    /// What was asked and is not known.
    pub(crate) fn take_wanted(&self) -> Vec<Asked> {
        std::mem::take(&mut self.known().wanted).into_iter().collect()
    }

    /// Takes answers.
    pub(crate) fn learn(&self, answers: impl Iterator<Item = (Asked, Answered)>) {
        let mut known = self.known();
        if known.answers.len() > MOST_KNOWN {
            known.answers.clear();
        }
        known.answers.extend(answers);
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
