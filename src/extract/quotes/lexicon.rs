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
    /// Done, beside a quotation: `“Never!” she laughed`.
    Act,
}

/// What a noun says of who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noun {
    /// A source whose name the story may give.
    Unnamed,
    /// A source whose name no story gives: an insider.
    Hidden,
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
    /// What publishes words as its own: a magazine, a site.
    Outlet,
    /// What words stand in: a letter, a post.
    Paper,
}

static CUES: LazyLock<FxHashMap<&str, Cue>> = LazyLock::new(|| {
    rows(include_str!("../../../data/lexicon/cues.tsv"), |class| match class {
        "say" => Some(Cue::Say),
        "write" => Some(Cue::Write),
        "think" => Some(Cue::Think),
        "act" => Some(Cue::Act),
        _ => None,
    })
});

static NOUNS: LazyLock<FxHashMap<&str, Noun>> = LazyLock::new(|| {
    rows(include_str!("../../../data/lexicon/speakers.tsv"), |class| match class {
        "unnamed" => Some(Noun::Unnamed),
        "hidden" => Some(Noun::Hidden),
        "mouthpiece" => Some(Noun::Mouthpiece),
        "person" => Some(Noun::Person),
        "female" => Some(Noun::Female),
        "male" => Some(Noun::Male),
        "body" => Some(Noun::Body),
        "outlet" => Some(Noun::Outlet),
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

static NOUNLIKE: LazyLock<FxHashMap<&str, bool>> = LazyLock::new(|| {
    rows(include_str!("../../../data/lexicon/cues.tsv"), |class| match class {
        "noun" => Some(true),
        "determiner" => Some(false),
        _ => None,
    })
});

/// Whether a lower-case verb of speech may as well be a noun: `post`, `claims`.
pub fn may_be_noun(word: &str) -> bool {
    NOUNLIKE.get(word) == Some(&true)
}

/// Whether a noun follows a lower-case word: `the`, `her`, `instagram`.
pub fn leads_noun(word: &str) -> bool {
    NOUNLIKE.get(word) == Some(&false)
}

/// Verbs of speech behind which stands who hears.
const HEARD: [&str; 14] = [
    "tell",
    "tells",
    "told",
    "telling",
    "inform",
    "informs",
    "informed",
    "informing",
    "assure",
    "assures",
    "assured",
    "assuring",
    "reminded",
    "texted",
];

/// Whether who hears stands behind a verb of speech: `told Mia`.
pub fn has_hearer(verb: &str) -> bool {
    HEARD.contains(&verb)
}

static DOUBTS: LazyLock<FxHashMap<&str, Doubt>> = LazyLock::new(|| {
    rows(include_str!("../../../data/lexicon/stances.tsv"), |class| match class {
        "deny" => Some(Doubt::Deny),
        "fake" => Some(Doubt::Fake),
        "wish" => Some(Doubt::Wish),
        _ => None,
    })
});

/// Why words may not have been said.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Doubt {
    Deny,
    Fake,
    Wish,
}

/// Whether a lower-case verb says of the next that it did not happen: `denied`, `refused`.
pub fn denies(word: &str) -> bool {
    DOUBTS.get(word) == Some(&Doubt::Deny)
}

/// Whether a lower-case word says of words that they are false: `fake`, `falsely`.
pub fn fakes(word: &str) -> bool {
    DOUBTS.get(word) == Some(&Doubt::Fake)
}

/// Whether a lower-case verb wishes, fears or orders what another is to say.
pub fn wishes(word: &str) -> bool {
    DOUBTS.get(word) == Some(&Doubt::Wish)
}

/// The noun a lower-case word is.
pub fn noun(word: &str) -> Option<Noun> {
    NOUNS.get(word).copied()
}
