//! A query as clauses over posting lists, for one kind of document.

use std::ops::Range;

use super::statistics::Target;
use crate::{fields::FieldId, query::Note};

/// One word of a query: the terms that count as it.
#[derive(Clone, Debug)]
pub(crate) struct WordGroup {
    /// Where it is looked for.
    pub(crate) field: FieldId,
    /// Its terms that the index holds.
    pub(crate) terms: Vec<String>,
    /// Its weight: the inverse frequency of its terms together.
    pub(crate) idf: f32,
    /// Documents its terms stand in, each term's added up.
    pub(crate) found: u64,
    /// Whether it is a stop word.
    pub(crate) is_stop_word: bool,
    /// Whether a hit must hold it: `+word`, `word AND …`.
    pub(crate) is_must: bool,
    /// Whether its terms are to stand one after the other: a word that the index takes for several, as `co-star`.
    pub(crate) is_compound: bool,
    /// Whether nothing holds it: it is set aside, and said, unless a hit must hold it.
    pub(crate) is_unknown: bool,
    /// How often it stands in the query.
    pub(crate) times: u32,
    /// As typed, folded.
    pub(crate) typed: String,
}

/// A condition on documents of one kind.
#[derive(Clone, Debug)]
pub(crate) enum Clause {
    /// Holds a word.
    Word(WordGroup),
    /// Holds words in order, up to `slop` others between them.
    Phrase { field: FieldId, words: Vec<String>, slop: u32, idf: f32 },
    /// Holds both within so many words of each other. A side of several groups is a phrase.
    Near { field: FieldId, sides: Box<[Vec<WordGroup>; 2]>, within: u32 },
    /// Has the whole value.
    Exact { field: FieldId, term: String },
    /// Of quotes: stands in the story in one of these ways.
    Kinds(Vec<&'static str>),
    /// Names somebody: has one of the keys. It scores as the best of the forms that it holds.
    Named { field: FieldId, keys: Vec<String>, forms: Vec<Clause> },
    /// Published in these days, from 1970.
    Date { from: i64, to: i64 },
    /// Without a date.
    Undated,
    /// The speaker is right with at least this chance, in thousandths.
    Confidence { least: u64 },
    /// Of articles: holds a quote that matches. Of quotes: stands in an article that matches.
    Other(Box<Clause>),
    /// Does not match.
    Not(Box<Clause>),
    /// All match; everything when there are none.
    All(Vec<Clause>),
    /// One matches; nothing when there are none.
    Any(Vec<Clause>),
}

impl Clause {
    /// Kinds of quotes as values of their field.
    pub(crate) fn of_kinds(kinds: &[&str]) -> Self {
        let exact = |kind: &&str| Self::Exact { field: FieldId::Kind, term: (*kind).to_owned() };
        Self::Any(kinds.iter().map(exact).collect())
    }

    /// The same condition, of which no score comes where it is about somebody.
    pub(crate) fn unscored(self) -> Self {
        match self {
            Self::Named { field, keys, .. } => Self::Named { field, keys, forms: Vec::new() },
            other => other,
        }
    }
}

/// A query planned for one kind of document.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// What it looks for.
    pub(crate) target: Target,
    /// Bare words, in the order typed, each once.
    pub(crate) words: Vec<WordGroup>,
    /// Whether one of the words is enough, whatever the reading: `a OR b`.
    pub(crate) is_any: bool,
    /// What must match besides.
    pub(crate) required: Vec<Clause>,
    /// What was left out or widened, for the user.
    pub(crate) notes: Vec<Note>,
}

impl Plan {
    /// A plan of one condition.
    pub(crate) fn of(target: Target, clause: Clause) -> Self {
        Self { target, words: Vec::new(), is_any: false, required: vec![clause], notes: Vec::new() }
    }

    /// The strict reading: every bare word must match, as any other part.
    pub(crate) fn strict(mut self) -> Self {
        let words = self.words.drain(..).filter(|word| !word.is_stop_word).map(Clause::Word);
        match self.is_any {
            true => self.required.push(Clause::Any(words.collect())),
            false => self.required.extend(words),
        }
        self
    }

    /// Bare words that a hit may lack: neither stop words nor words that it must hold, nor those that nothing holds.
    pub(crate) fn counting(&self) -> usize {
        let counts = |word: &&WordGroup| !word.is_stop_word && !word.is_must && !word.is_unknown;
        self.words.iter().filter(counts).count()
    }

    /// Words that nothing holds and that were set aside, as typed.
    pub(crate) fn unknown(&self) -> impl Iterator<Item = &str> {
        self.words.iter().filter(|word| word.is_unknown).map(|word| word.typed.as_str())
    }

    /// Whether there are words that nothing holds, and besides them at most stop words.
    pub(crate) fn asks_only_for_unknown(&self) -> bool {
        let mut unknown = self.words.iter().filter(|word| word.is_unknown);
        unknown.next().is_some() && self.words.iter().all(|word| word.is_unknown || word.is_stop_word)
    }

    /// How many of those that count a hit holds which comes first.
    pub(crate) fn enough(&self, any: bool) -> Range<usize> {
        self.least_words(any)..usize::MAX
    }

    /// How many of them a hit holds which comes after those: fewer, but one of the query's words at least. `None` where
    /// there is no such number.
    pub(crate) fn fewer(&self, any: bool) -> Option<Range<usize>> {
        let has_must = self.words.iter().any(|word| word.is_must);
        let fewer = usize::from(!has_must)..self.least_words(any);
        (!fewer.is_empty()).then_some(fewer)
    }

    /// Of these, how many a hit of the ranked reading matches: 60 %, of one or two all; with `any` one.
    pub(crate) fn least_words(&self, any: bool) -> usize {
        match self.counting() {
            0 => 0,
            _ if any || self.is_any => 1,
            words @ (1 | 2) => words,
            words => (words * 3).div_ceil(5),
        }
    }
}
