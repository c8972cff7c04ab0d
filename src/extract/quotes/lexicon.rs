//! Words that report speech, and nouns that point to who speaks.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// What a cue says of the words it goes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cue {
    /// Spoken.
    Say,
    /// Written or posted.
    Write,
    /// Thought or claimed: goes with fragments.
    Think,
}

/// What a noun says of who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noun {
    /// A source without a name.
    Unnamed,
    /// Speaks for somebody, and is not them.
    Mouthpiece,
    /// Somebody who may be named elsewhere.
    Person,
    /// A woman who may be named elsewhere.
    Female,
    /// A man who may be named elsewhere.
    Male,
    /// A body that speaks as one.
    Body,
    /// What words stand in.
    Paper,
}

static CUES: LazyLock<FxHashMap<&str, Cue>> = LazyLock::new(|| {
    rows(include_str!("../../../data/lexicon/cues.tsv"), |class| match class {
        "say" => Some(Cue::Say),
        "write" => Some(Cue::Write),
        "think" => Some(Cue::Think),
        _ => None,
    })
});

static NOUNS: LazyLock<FxHashMap<&str, Noun>> = LazyLock::new(|| {
    rows(include_str!("../../../data/lexicon/speakers.tsv"), |class| match class {
        "unnamed" => Some(Noun::Unnamed),
        "mouthpiece" => Some(Noun::Mouthpiece),
        "person" => Some(Noun::Person),
        "female" => Some(Noun::Female),
        "male" => Some(Noun::Male),
        "body" => Some(Noun::Body),
        "paper" => Some(Noun::Paper),
        _ => None,
    })
});

fn rows<T: Copy>(table: &'static str, class: impl Fn(&str) -> Option<T>) -> FxHashMap<&'static str, T> {
    let rows = table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
    let mut words = FxHashMap::default();
    for (name, forms) in rows {
        let Some(class) = class(name) else { continue };
        for form in forms.split_whitespace() {
            words.entry(form).or_insert(class);
        }
    }
    words
}

/// The cue a lower-case word is.
pub fn cue(word: &str) -> Option<Cue> {
    CUES.get(word).copied()
}

/// The noun a lower-case word is.
pub fn noun(word: &str) -> Option<Noun> {
    NOUNS.get(word).copied()
}
