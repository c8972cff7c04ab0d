//! The reading of words and the lexicon against plain implementations that share no code with them: this one looks at one
//! character after the other, [`lexicon`] compares every cue with every place.

mod lexicon;

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use proptest::prelude::*;

use super::{
    lexicon::Lexicon,
    tokens::{Token, flag, split},
};

/// A word, read plainly.
#[derive(Debug, PartialEq)]
struct Plain {
    start: usize,
    end: usize,
    flags: u32,
    ending: u32,
    folded: String,
}

/// What [`split`] says of a word by itself, not by the lexicon.
const WRITTEN: u32 =
    flag::GAP | flag::CAPITAL | flag::FREE_CAPITAL | flag::DIGIT | flag::POSSESSIVE | flag::TITLE;

fn plain_words(text: &str, zone: u32) -> Vec<Plain> {
    let chars: Vec<(usize, char)> = text.char_indices().chain([(text.len(), '\0')]).collect();
    let (mut words, mut at, mut read) = (Vec::new(), 0, None);
    while at + 1 < chars.len() {
        if !chars[at].1.is_alphanumeric() {
            at += 1;
            continue;
        }
        let (start, first) = chars[at];
        let mut word = String::new();
        let mut possessive = false;
        loop {
            let c = chars[at].1;
            let letter = || chars[at + 1].1;
            if c.is_alphanumeric() {
                word.extend(c.to_lowercase());
            } else if matches!(c, '\'' | '’') && letter().is_ascii_alphabetic() {
                possessive = matches!(letter(), 's' | 'S') && !chars[at + 2].1.is_ascii_alphanumeric();
                if possessive {
                    break;
                }
                word.push('\'');
            } else {
                break;
            }
            at += 1;
        }
        let end = chars[at].0;
        let gap = read.map_or(flag::AFTER_STOP, |read| gap(&text[read..start]));
        let free = first.is_uppercase() && zone == 0 && gap != flag::AFTER_STOP;
        words.push(Plain {
            start,
            end,
            flags: zone
                | gap
                | flag::when(flag::CAPITAL, first.is_uppercase())
                | flag::when(flag::FREE_CAPITAL, free)
                | flag::when(flag::DIGIT, first.is_ascii_digit())
                | flag::when(flag::POSSESSIVE, possessive),
            ending: ending(&text[start..end]),
            folded: singular(&word),
        });
        at += if possessive { 2 } else { 0 };
        read = Some(chars[at].0);
    }
    words
}

/// What parts two words, from all that stands between them.
fn gap(between: &str) -> u32 {
    match between {
        "-" => flag::AFTER_HYPHEN,
        _ if between.contains(['.', '!', '?', '\n', ':', ';']) => flag::AFTER_STOP,
        _ if between.chars().all(|c| matches!(c, ' ' | '\t' | '\r')) => flag::AFTER_BLANK,
        _ => flag::AFTER_MARK,
    }
}

fn singular(word: &str) -> String {
    let plural = word.len() >= 4 && word.ends_with('s') && word != "news";
    word[..word.len() - usize::from(plural)].to_owned()
}

/// Five bits of each of the last three bytes, then whether there are more; a plural's small s is none of them.
fn ending(word: &str) -> u32 {
    let bytes = word.as_bytes();
    let bytes = if bytes.len() >= 4 { bytes.strip_suffix(b"s").unwrap_or(bytes) } else { bytes };
    let last = bytes.iter().rev().take(3).rev();
    let letters = last.fold(0, |letters, byte| letters << 5 | u32::from(byte & 0x1F));
    letters << 1 | u32::from(bytes.len() > 3)
}

fn words(text: &str, zone: u32) -> Vec<Token> {
    let mut tokens = Vec::new();
    split(text, 0..text.len(), zone, Lexicon::get(), &mut tokens);
    tokens
}

/// Which hash each folded word has, and the other way round.
#[derive(Default)]
struct Hashes {
    of: HashMap<String, u64>,
    word: HashMap<u64, String>,
}

impl Hashes {
    /// Reads a text both ways; says where they differ.
    fn check(&mut self, text: &str, zone: u32) -> Result<(), String> {
        let (plain, tokens) = (plain_words(text, zone), words(text, zone));
        let read =
            |token: &Token| (token.start as usize, token.end as usize, token.flags & WRITTEN, token.ending);
        for (plain, token) in plain.iter().zip(&tokens) {
            let expected = (plain.start, plain.end, plain.flags, plain.ending);
            if read(token) != expected {
                return Err(format!("{plain:?} is read as {token:?}"));
            }
            let hash = *self.of.entry(plain.folded.clone()).or_insert(token.hash);
            let word = self.word.entry(token.hash).or_insert_with(|| plain.folded.clone());
            if hash != token.hash || *word != plain.folded {
                return Err(format!("{plain:?} has the hash of {word:?}, not its own"));
            }
        }
        let counts = (plain.len(), tokens.len());
        if counts.0 == counts.1 { Ok(()) } else { Err(format!("{counts:?} words")) }
    }
}

/// The files of the sample archive as they lie there, markup and all.
fn archive() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/data/archive");
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let texts: Vec<String> = files
        .filter(|file| file.file_type().is_file())
        .filter_map(|file| std::fs::read_to_string(file.path()).ok())
        .collect();
    assert!(texts.len() > 50);
    texts
}

#[test]
fn words_of_the_sample_archive_are_read_as_plainly() {
    let mut hashes = Hashes::default();
    for text in archive() {
        for zone in [0, flag::TITLE] {
            hashes.check(&text, zone).unwrap_or_else(|message| panic!("{message}"));
        }
    }
    assert!(hashes.of.len() > 2000);
}

/// Words of letters of one byte and of more, of one case, two and three, and of what a word may hold; between them what
/// parts words, and what does not.
fn text() -> impl Strategy<Value = String> {
    let letters = prop::sample::select(vec![
        "a",
        "s",
        "S",
        "Z",
        "new",
        "NEWS",
        "es",
        "abcdefg",
        "ABCDEFGH",
        "ijklmnopq",
        "0",
        "9",
        "é",
        "É",
        "ß",
        "İ",
        "ǅ",
        "ﬁ",
        "日",
        "\u{301}",
        "'",
        "’",
        "’s",
        "'S",
        "'t",
        "’é",
        "_",
    ]);
    let marks = prop::sample::select(vec![
        "", "-", " ", "\t", "\r", "\n", ".", "…", ":", ";", "!", "?", ",", "“", "”", "(", "@", "[", "`", "{",
        "/", "\u{a0}", "\u{0}", "\u{7f}", "🎬", "'", "’",
    ]);
    let joined = |pieces: Vec<&str>| pieces.concat();
    let word = prop::collection::vec(letters, 1..4).prop_map(joined);
    let gap = prop_oneof![
        prop::collection::vec(marks, 0..3).prop_map(joined),
        prop::sample::select(vec![" ", "-", "- ", " -", "--"]).prop_map(str::to_owned),
    ];
    let words = (word, gap).prop_map(|(word, gap)| word + &gap);
    prop_oneof![
        4 => prop::collection::vec(words, 0..20).prop_map(|words| words.concat()),
        1 => prop::collection::vec(any::<char>(), 0..40).prop_map(String::from_iter),
    ]
}

/// The hashes of all random texts: two words that should differ rarely stand in one.
static HASHES: LazyLock<Mutex<Hashes>> = LazyLock::new(Mutex::default);

proptest! {
    #[test]
    fn any_text_is_read_as_plainly(text in text()) {
        for zone in [0, flag::TITLE] {
            let mut hashes = HASHES.lock().unwrap_or_else(PoisonError::into_inner);
            hashes.check(&text, zone).map_err(TestCaseError::fail)?;
        }
    }
}
