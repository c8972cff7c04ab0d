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
    /// A body that is spoken of again as what it is: the label, the studio.
    Firm,
    /// What publishes words as its own: a magazine, a site.
    Outlet,
    /// What words stand in: a letter, a post.
    Paper,
    /// What is laid before a court, in the words of lawyers: a suit.
    Filing,
}

/// What a small word does in its clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Small {
    /// A preposition.
    Preposition,
    /// `to be`, `to have`, a modal, or an adverb: may stand between a subject and its cue.
    Auxiliary,
    /// `that`.
    That,
    /// `he`, `she`, `they`, `it`.
    Pronoun,
}

const PREPOSITIONS: &str = "of to with for by from in on at about against between near over like after before into behind \
     alongside including than per via";

const AUXILIARIES: &str = "has have had is was were are be been also then later would will did can";

const PRONOUNS: &str = "he she they it";

/// Articles, possessives and numbers that begin the phrase of a noun.
const ARTICLES: &str = "the a an her his their its one another our my some several multiple two";

/// Why words may not have been said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doubt {
    Deny,
    Fake,
    Wish,
}

/// What all lists say of a lower-case word: it is looked up once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The cue it is.
    pub cue: Option<Cue>,
    /// The noun it is.
    pub noun: Option<Noun>,
    /// What it does as a small word.
    pub small: Option<Small>,
    /// Whether it begins the phrase of a noun: `the`, `her`, `several`.
    pub is_article: bool,
    /// Whether a verb of speech may as well be a noun: `post`, `claims`.
    pub may_be_noun: bool,
    /// Whether a noun follows it: `the`, `her`, `instagram`.
    pub leads_noun: bool,
    /// Whether it is what is done with a statement, besides writing it: `released`, `issued`.
    pub issues: bool,
    /// Whether it is an adverb before a verb that does not end as most do: `further`, `never`.
    pub is_adverb: bool,
    doubt: Option<Doubt>,
}

static KNOWN: LazyLock<FxHashMap<&str, Known>> = LazyLock::new(|| {
    let mut words: FxHashMap<&str, Known> = FxHashMap::default();
    for (class, forms) in rows(include_str!("../../../data/lexicon/cues.tsv")) {
        let cue = match class {
            "say" => Some(Cue::Say),
            "write" => Some(Cue::Write),
            "think" => Some(Cue::Think),
            "act" => Some(Cue::Act),
            _ => None,
        };
        for form in forms.split_whitespace() {
            let word = words.entry(form).or_default();
            let is_free = !word.may_be_noun && !word.leads_noun;
            word.cue = word.cue.or(cue);
            word.may_be_noun |= is_free && class == "noun";
            word.leads_noun |= is_free && class == "determiner";
            word.issues |= class == "issue";
            word.is_adverb |= class == "adverb";
        }
    }
    for (class, forms) in rows(include_str!("../../../data/lexicon/speakers.tsv")) {
        let noun = match class {
            "unnamed" => Noun::Unnamed,
            "hidden" => Noun::Hidden,
            "mouthpiece" => Noun::Mouthpiece,
            "person" => Noun::Person,
            "female" => Noun::Female,
            "male" => Noun::Male,
            "body" => Noun::Body,
            "firm" => Noun::Firm,
            "outlet" => Noun::Outlet,
            "paper" => Noun::Paper,
            "filing" => Noun::Filing,
            _ => continue,
        };
        forms.split_whitespace().for_each(|form| {
            words.entry(form).or_default().noun.get_or_insert(noun);
        });
    }
    for (class, forms) in rows(include_str!("../../../data/lexicon/stances.tsv")) {
        let doubt = match class {
            "deny" => Doubt::Deny,
            "fake" => Doubt::Fake,
            "wish" => Doubt::Wish,
            _ => continue,
        };
        forms.split_whitespace().for_each(|form| {
            words.entry(form).or_default().doubt.get_or_insert(doubt);
        });
    }
    for (small, forms) in [
        (Small::Preposition, PREPOSITIONS),
        (Small::Auxiliary, AUXILIARIES),
        (Small::That, "that"),
        (Small::Pronoun, PRONOUNS),
    ] {
        forms.split_whitespace().for_each(|form| words.entry(form).or_default().small = Some(small));
    }
    ARTICLES.split_whitespace().for_each(|form| words.entry(form).or_default().is_article = true);
    words
});

/// Classes and their words.
fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'))
}

/// What all lists say of a lower-case word.
pub fn known(word: &str) -> Known {
    KNOWN.get(word).copied().unwrap_or_default()
}

/// The cue a lower-case word is.
pub fn cue(word: &str) -> Option<Cue> {
    known(word).cue
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

/// Whether a lower-case verb says of the next that it did not happen: `denied`, `refused`.
pub fn denies(word: &str) -> bool {
    known(word).doubt == Some(Doubt::Deny)
}

/// Whether a lower-case word says of words that they are false: `fake`, `falsely`.
pub fn fakes(word: &str) -> bool {
    known(word).doubt == Some(Doubt::Fake)
}

/// Whether a lower-case verb wishes, fears or orders what another is to say.
pub fn wishes(word: &str) -> bool {
    known(word).doubt == Some(Doubt::Wish)
}

/// The noun a lower-case word is.
pub fn noun(word: &str) -> Option<Noun> {
    known(word).noun
}
