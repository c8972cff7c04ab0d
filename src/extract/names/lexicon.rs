//! What everybody on the desk knows about words: first names, surnames, classes of words, lists of known names.
//!
//! All of it is evidence for the model and never a decision. The lists are data files, embedded, and read once.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::tokens::word_hash;
use crate::annotation::Sex;

/// Classes of words, in the order of their bits in [`Word`].
pub const CLASSES: [&str; 16] = [
    "title",
    "role",
    "kin",
    "speech",
    "work",
    "orgnoun",
    "orghead",
    "placenoun",
    "placehead",
    "eventhead",
    "month",
    "nation",
    "connector",
    "particle",
    "function",
    "headline",
];

/// Bits of the classes that code asks for by name.
pub mod class {
    /// `Mr.`, `Dame`.
    pub const TITLE: u16 = 1;
    /// `singer`, `agent`.
    pub const ROLE: u16 = 1 << 1;
    /// `wife`, `pal`.
    pub const KIN: u16 = 1 << 2;
    /// `said`, `tweeted`.
    pub const SPEECH: u16 = 1 << 3;
    /// `Records`, `Party`.
    pub const ORG_HEAD: u16 = 1 << 6;
    /// `Street`, `Lake`.
    pub const PLACE_HEAD: u16 = 1 << 8;
    /// `Festival`, `Awards`.
    pub const EVENT_HEAD: u16 = 1 << 9;
    /// Months and weekdays.
    pub const MONTH: u16 = 1 << 10;
    /// `British`.
    pub const NATION: u16 = 1 << 11;
    /// Words that may stand inside a name in lower case.
    pub const CONNECTOR: u16 = 1 << 12;
    /// `de`, `van`.
    pub const PARTICLE: u16 = 1 << 13;
    /// Words that begin sentences and seldom names.
    pub const FUNCTION: u16 = 1 << 14;
    /// Verbs of headlines: `weds`, `slams`.
    pub const HEADLINE: u16 = 1 << 15;
}

/// What is known about a word, packed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Word(u64);

impl Word {
    /// The classes it belongs to.
    pub fn classes(self) -> u16 {
        self.0 as u16
    }

    /// Whether it belongs to one of the classes in `mask`.
    pub fn is(self, mask: u16) -> bool {
        self.classes() & mask != 0
    }

    /// How common it is as a first name: 0 not at all, 1 to 5.
    pub fn first_name(self) -> u64 {
        self.0 >> 16 & 7
    }

    /// How common it is as a surname: 0 not at all, 1 to 5.
    pub fn surname(self) -> u64 {
        self.0 >> 21 & 7
    }

    /// How common it is as a word in lower case: 0 not at all, 1 to 3.
    pub fn common(self) -> u64 {
        self.0 >> 24 & 3
    }

    /// The sex of who bears it as a first name.
    pub fn sex(self) -> Option<Sex> {
        match self.0 >> 19 & 3 {
            1 => Some(Sex::Female),
            2 => Some(Sex::Male),
            _ => None,
        }
    }

    /// Tokens of the longest listed name that begins with it; 0 when there is none.
    pub fn listed(self) -> usize {
        (self.0 >> 28 & 15) as usize
    }
}

/// First names: name, how common, sex.
pub const FIRST_NAMES: &str = include_str!("../../../data/lexicon/first-names.tsv");

/// Surnames, by how common they are.
pub const SURNAMES: &str = include_str!("../../../data/lexicon/surnames.tsv");

/// The lists of known names, by file; their place is their bit in a mask.
pub const LISTS: &[(&str, &str)] = &[
    ("outlets", include_str!("../../../data/lexicon/outlets.txt")),
    ("broadcasters", include_str!("../../../data/lexicon/broadcasters.txt")),
    ("companies", include_str!("../../../data/lexicon/companies.txt")),
    ("institutions", include_str!("../../../data/lexicon/institutions.txt")),
    ("teams", include_str!("../../../data/lexicon/teams.txt")),
    ("bands", include_str!("../../../data/lexicon/bands.txt")),
    ("events", include_str!("../../../data/lexicon/events.txt")),
    ("stars", include_str!("../../../data/lexicon/stars.txt")),
    ("works", include_str!("../../../data/lexicon/works.txt")),
    ("places", include_str!("../../../data/lexicon/places.txt")),
];

/// The bits of the lists of outlets and of broadcasters, which are the first of [`LISTS`].
pub const OUTLETS: u32 = 1;
/// See [`OUTLETS`].
pub const BROADCASTERS: u32 = 1 << 1;

/// The bit of the list of places, which is the last of [`LISTS`].
pub const PLACES: u32 = 1 << (LISTS.len() - 1);

/// Most tokens of a listed name.
const LISTED_TOKENS: usize = 8;

/// All lists, ready for look-up.
pub struct Lexicon {
    /// Open addressing, by the low bits of the hash; key 0 is empty.
    words: Vec<(u64, Word)>,
    listed: FxHashMap<u64, u32>,
}

/// The lexicon of the program.
pub static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::embedded);

impl Lexicon {
    /// What is known about the word with this hash.
    #[inline]
    pub fn word(&self, hash: u64) -> Word {
        let mask = self.words.len() - 1;
        let mut at = (hash >> 20) as usize & mask;
        loop {
            let (key, word) = self.words[at];
            if key == hash {
                return word;
            }
            if key == 0 {
                return Word::default();
            }
            at = (at + 1) & mask;
        }
    }

    /// The lists that hold the phrase with this hash, see [`phrase_hash`].
    pub fn phrase(&self, hash: u64) -> u32 {
        self.listed.get(&hash).copied().unwrap_or(0)
    }

    fn embedded() -> Self {
        let mut words: FxHashMap<u64, u64> = FxHashMap::default();
        read_first_names(FIRST_NAMES, &mut words);
        read_surnames(SURNAMES, &mut words);
        read_classes(include_str!("../../../data/lexicon/name-words.tsv"), &mut words);
        read_common(include_str!("../../../data/lexicon/common-words.tsv"), &mut words);
        let mut listed = FxHashMap::default();
        for (bit, (_, list)) in LISTS.iter().enumerate() {
            read_list(list, 1 << bit, &mut words, &mut listed);
        }
        Self { words: table(&words), listed }
    }
}

/// Spreads the words over a table at most half full.
fn table(words: &FxHashMap<u64, u64>) -> Vec<(u64, Word)> {
    let size = (words.len() * 2).next_power_of_two().max(2);
    let mut table = vec![(0, Word::default()); size];
    for (&hash, &word) in words {
        let mut at = (hash >> 20) as usize & (size - 1);
        while table[at].0 != 0 {
            at = (at + 1) & (size - 1);
        }
        table[at] = (hash, Word(word));
    }
    table
}

/// The lines of a data file, without its header and comments.
pub fn rows(file: &str) -> impl Iterator<Item = &str> {
    file.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

fn read_first_names(file: &str, words: &mut FxHashMap<u64, u64>) {
    for row in rows(file) {
        let mut cells = row.split('\t');
        let (Some(name), Some(common), Some(sex)) = (cells.next(), cells.next(), cells.next()) else {
            continue;
        };
        let common: u64 = common.parse().unwrap_or(1);
        let sex = match sex {
            "f" => 1,
            "m" => 2,
            _ => 3,
        };
        *words.entry(word_hash(name)).or_default() |= common << 16 | sex << 19;
    }
}

fn read_surnames(file: &str, words: &mut FxHashMap<u64, u64>) {
    for row in rows(file) {
        let Some((common, names)) = row.split_once('\t') else { continue };
        let common: u64 = common.parse().unwrap_or(1);
        for name in names.split(' ') {
            *words.entry(word_hash(name)).or_default() |= common << 21;
        }
    }
}

fn read_classes(file: &str, words: &mut FxHashMap<u64, u64>) {
    for row in rows(file) {
        let Some((class, members)) = row.split_once('\t') else { continue };
        let Some(bit) = CLASSES.iter().position(|&name| name == class) else { continue };
        for member in members.split(' ') {
            *words.entry(word_hash(member)).or_default() |= 1 << bit;
        }
    }
}

fn read_common(file: &str, words: &mut FxHashMap<u64, u64>) {
    for row in rows(file) {
        let Some((common, members)) = row.split_once('\t') else { continue };
        let common: u64 = common.parse().unwrap_or(1);
        for member in members.split(' ') {
            *words.entry(word_hash(member)).or_default() |= common << 24;
        }
    }
}

fn read_list(list: &str, bit: u32, words: &mut FxHashMap<u64, u64>, listed: &mut FxHashMap<u64, u32>) {
    for name in rows(list) {
        let tokens = super::tokens::words_of(name);
        let Some(&first) = tokens.first() else { continue };
        if tokens.len() > LISTED_TOKENS {
            continue;
        }
        let entry = words.entry(first).or_default();
        let longest = (*entry >> 28 & 15).max(tokens.len() as u64);
        *entry = *entry & !(15 << 28) | longest << 28;
        *listed.entry(phrase_hash(tokens)).or_default() |= bit;
    }
}

/// The hash of several words in order.
pub fn phrase_hash(words: impl IntoIterator<Item = u64>) -> u64 {
    words
        .into_iter()
        .fold(0x51_7c_c1, |hash, word| (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29))
}

static NICKNAMES: LazyLock<FxHashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    rows(include_str!("../../../data/lexicon/nicknames.tsv"))
        .filter_map(|row| row.split_once('\t'))
        .map(|(short, long)| (short, long.split(' ').collect()))
        .collect()
});

/// Whether a first name, in lower case, is short for another: its initial, its beginning, or a known short form.
pub fn is_short_for(short: &str, long: &str) -> bool {
    if short == long {
        return false;
    }
    let letters = short.chars().count();
    let begins = (letters == 1 || letters >= 3) && long.starts_with(short);
    begins || NICKNAMES.get(short).is_some_and(|names| names.contains(&long))
}

static ABBREVIATED: LazyLock<FxHashMap<&'static str, Vec<u64>>> = LazyLock::new(|| {
    rows(include_str!("../../../data/lexicon/abbreviated.tsv"))
        .filter_map(|row| row.split_once('\t'))
        .map(|(short, long)| (short, long.split(' ').map(word_hash).collect()))
        .collect()
});

/// The words that an abbreviation in capitals, without full stops, stands for wherever it is written.
pub fn abbreviated(short: &str) -> Option<&'static [u64]> {
    ABBREVIATED.get(short).map(Vec::as_slice)
}

/// The sex a word before a name tells: `Mr.`, `actress`, `husband`.
pub fn sex_of(word: &str) -> Option<Sex> {
    const MALE: &[&str] = &[
        "mr",
        "sir",
        "lord",
        "king",
        "prince",
        "duke",
        "father",
        "brother",
        "uncle",
        "actor",
        "husband",
        "son",
        "dad",
        "boyfriend",
        "grandfather",
        "nephew",
        "congressman",
        "spokesman",
        "chairman",
        "frontman",
        "himself",
    ];
    const FEMALE: &[&str] = &[
        "mrs",
        "ms",
        "miss",
        "dame",
        "lady",
        "queen",
        "princess",
        "duchess",
        "mother",
        "sister",
        "aunt",
        "actress",
        "wife",
        "daughter",
        "mom",
        "mum",
        "girlfriend",
        "grandmother",
        "niece",
        "congresswoman",
        "spokeswoman",
        "chairwoman",
        "songstress",
        "frontwoman",
        "herself",
    ];
    let word = word.to_lowercase();
    match word.as_str() {
        word if FEMALE.contains(&word) => Some(Sex::Female),
        word if MALE.contains(&word) => Some(Sex::Male),
        _ => None,
    }
}
