//! Tables of spellings: words written together, and words written in several ways.

use std::{borrow::Cow, sync::LazyLock};

use rustc_hash::FxHashMap;

/// Stems are this long at least, in bytes.
const SHORTEST_STEM: usize = 4;

/// Rows of a table, each as its columns.
pub(super) fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

/// Where the first of two words ends that are written together, and what the two stand for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Joined {
    /// Bytes of the first.
    pub first: usize,
    /// The two words.
    pub words: (&'static str, &'static str),
}

static JOINED: LazyLock<FxHashMap<String, Joined>> = LazyLock::new(|| {
    let row = |columns: Vec<&'static str>| {
        let [written, words] = columns[..] else { return None };
        let joined = Joined { first: written.find('|')?, words: words.split_once(' ')? };
        Some((written.replace('|', ""), joined))
    };
    rows(include_str!("../../data/lexicon/contractions.tsv")).filter_map(row).collect()
});

/// The two words that a folded word is written for, if it is.
pub(super) fn joined(word: &str) -> Option<Joined> {
    JOINED.get(word).copied()
}

#[derive(Default)]
struct Spellings {
    words: FxHashMap<&'static str, &'static str>,
    stems: FxHashMap<&'static str, &'static str>,
}

static SPELLINGS: LazyLock<Spellings> = LazyLock::new(|| {
    let mut spellings = Spellings::default();
    for columns in rows(include_str!("../../data/lexicon/spellings.tsv")) {
        match columns[..] {
            ["word", spelling, usual] => spellings.words.insert(spelling, usual),
            ["stem", spelling, usual] => spellings.stems.insert(spelling, usual),
            _ => None,
        };
    }
    spellings
});

/// The spelling that stands for all of a folded word's.
pub(super) fn usual(word: &str) -> Cow<'_, str> {
    let Spellings { words, stems } = &*SPELLINGS;
    if let Some(usual) = words.get(word) {
        return (*usual).into();
    }
    let stem = (SHORTEST_STEM..=word.len()).rev().find_map(|end| Some((end, stems.get(word.get(..end)?)?)));
    match stem {
        Some((end, usual)) => format!("{usual}{}", &word[end..]).into(),
        None => word.into(),
    }
}

/// What each clitic may stand for that stands for several words.
const CLITICS: [(&str, &[&str]); 3] = [
    ("’s", &["is", "has", "us"]),
    ("’d", &["would", "had", "did"]),
    ("ain", &["am", "is", "are", "has", "have"]),
];

/// Whether one of two words is a clitic that may stand for the other.
pub(super) fn stands_for(one: &str, other: &str) -> bool {
    let is_one = |(clitic, words): &(&str, &[&str])| {
        (one == *clitic && words.contains(&other)) || (other == *clitic && words.contains(&one))
    };
    CLITICS.iter().any(is_one)
}

/// What the letters behind an apostrophe stand for; themselves where that may be several words.
pub(super) fn clitic(letters: &str) -> Option<&'static str> {
    match letters {
        "s" => Some("’s"),
        "d" => Some("’d"),
        "re" => Some("are"),
        "ve" => Some("have"),
        "ll" => Some("will"),
        "m" => Some("am"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_and_words_have_one_spelling() {
        for (word, other) in [
            ("colours", "colors"),
            ("neighbourhood", "neighborhood"),
            ("organised", "organized"),
            ("travelled", "traveled"),
            ("centres", "centers"),
            ("grey", "gray"),
            ("whilst", "while"),
        ] {
            assert_eq!(usual(word), usual(other));
        }
        for word in ["four", "hour", "wise", "promise", "filled", "theory", "check", "organism"] {
            assert_eq!(usual(word), word);
        }
    }

    #[test]
    fn every_row_is_read() {
        let count = |table: &str| table.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(JOINED.len(), count(include_str!("../../data/lexicon/contractions.tsv")));
        let Spellings { words, stems } = &*SPELLINGS;
        assert_eq!(words.len() + stems.len(), count(include_str!("../../data/lexicon/spellings.tsv")));
    }
}
