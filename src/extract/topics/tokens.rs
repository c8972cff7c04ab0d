//! Words of an article as this stage reads them: each once, with its place in the lexicon.

use std::ops::Range;

use super::lexicon::{Lexicon, WordId};
use crate::{
    annotation::{Annotations, NameKind},
    article::{Article, Span},
};

/// Words of the text, from its beginning, that count as the lead: the first two or three sentences, where a news
/// story says what it is about.
const LEAD_WORDS: usize = 70;

/// Where in the article a word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Zone {
    /// In the headline.
    Title,
    /// Among the first 70 words of the text.
    Lead,
    /// Further down.
    Body,
}

impl Zone {
    /// How many zones there are.
    pub const COUNT: usize = 3;
}

/// What stands between a word and the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// Blanks only.
    Blank,
    /// A hyphen, without blanks.
    Hyphen,
    /// A comma, a quotation mark, a bracket: a phrase does not reach across.
    Mark,
    /// The end of a sentence or of a line.
    Stop,
}

/// What a word is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamePart {
    /// No name.
    None,
    /// A person's name.
    Person,
    /// The first word of another name.
    Begins(NameKind),
    /// A later word of another name.
    Inside(NameKind),
}

/// One word.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// First byte, in the title for words of a separate title, else in the text.
    pub start: u32,
    /// One past the last byte, without a possessive ending.
    pub end: u32,
    /// Hash of the folded word.
    pub hash: u64,
    /// Its place in the lexicon; 0 when it is not there.
    pub word: WordId,
    /// What stands before it.
    pub gap: Gap,
    /// Where it stands.
    pub zone: Zone,
    /// The name it is part of.
    pub name: NamePart,
    /// Whether it begins with a capital.
    pub capital: bool,
    /// Whether it begins with a digit.
    pub digit: bool,
    /// Whether a possessive ending follows.
    pub possessive: bool,
    /// Its last letters, see [`ending`].
    pub ending: u32,
}

/// The words of an article.
#[derive(Debug, Default)]
pub struct Tokens {
    /// Words of the title if it stands apart, then of the text.
    pub all: Vec<Token>,
    /// How many of them belong to a title that stands apart.
    pub separate: usize,
}

impl Tokens {
    /// Reads the words of title and text and marks those of names.
    pub fn read(article: &Article, found: &Annotations, lexicon: &Lexicon) -> Self {
        let mut tokens = Self { all: Vec::with_capacity(article.text.len() / 5 + 16), separate: 0 };
        let title = article.title.as_deref().unwrap_or_default();
        if !article.title_in_text {
            split(title, 0..title.len(), Zone::Title, lexicon, &mut tokens.all);
            tokens.separate = tokens.all.len();
        }
        let body = match article.title_in_text {
            true => article.text.find('\n').unwrap_or(article.text.len()),
            false => 0,
        };
        split(&article.text, 0..body, Zone::Title, lexicon, &mut tokens.all);
        let lead = tokens.all.len();
        split(&article.text, body..article.text.len(), Zone::Body, lexicon, &mut tokens.all);
        tokens.all.iter_mut().skip(lead).take(LEAD_WORDS).for_each(|token| token.zone = Zone::Lead);
        tokens.mark_names(found);
        tokens
    }

    fn mark_names(&mut self, found: &Annotations) {
        let (title, text) = self.all.split_at_mut(self.separate);
        let mut spans: Vec<(Span, NameKind)> = Vec::new();
        for name in &found.names {
            spans.extend(name.title_mentions.iter().map(|&span| (span, name.kind)));
        }
        mark(title, &mut spans);
        spans.clear();
        for name in &found.names {
            spans.extend(name.mentions.iter().map(|&span| (span, name.kind)));
        }
        mark(text, &mut spans);
    }

    /// The article's text that a token's offsets count in.
    pub fn source<'a>(&self, article: &'a Article, index: usize) -> &'a str {
        if index < self.separate { article.title.as_deref().unwrap_or_default() } else { &article.text }
    }
}

fn mark(tokens: &mut [Token], spans: &mut [(Span, NameKind)]) {
    spans.sort_unstable();
    let mut at = 0;
    for &mut (span, kind) in spans {
        while tokens.get(at).is_some_and(|token| token.start < span.start) {
            at += 1;
        }
        let mut part = NamePart::Begins(kind);
        while let Some(token) = tokens.get_mut(at).filter(|token| token.start < span.end) {
            token.name = if kind == NameKind::Person { NamePart::Person } else { part };
            part = NamePart::Inside(kind);
            at += 1;
        }
    }
}

/// Reads the words of `range` of a text.
pub fn split(text: &str, range: Range<usize>, zone: Zone, lexicon: &Lexicon, tokens: &mut Vec<Token>) {
    let bytes = &text.as_bytes()[..range.end];
    let mut at = range.start;
    let mut gap = Gap::Stop;
    let first = tokens.len();
    while let Some(&byte) = bytes.get(at) {
        if !is_word_byte(byte, text, at) {
            let (widened, length) = widen(gap, text, at);
            gap = widened;
            at += length;
            continue;
        }
        let start = at;
        let scan = scan_word(text, bytes, at);
        at = scan.next;
        tokens.push(Token {
            start: start as u32,
            end: scan.end as u32,
            hash: scan.hash,
            word: 0,
            gap,
            zone,
            name: NamePart::None,
            capital: if byte.is_ascii() {
                byte.is_ascii_uppercase()
            } else {
                text[start..].starts_with(char::is_uppercase)
            },
            digit: byte.is_ascii_digit(),
            possessive: scan.end != scan.next,
            ending: ending(&bytes[start..scan.end]),
        });
        gap = Gap::Blank;
        if bytes.get(at) == Some(&b'-') {
            gap = Gap::Hyphen;
            at += 1;
        }
    }
    // Apart, so that the look-ups wait for memory together.
    tokens[first..].iter_mut().for_each(|token| token.word = lexicon.word(token.hash));
}

/// The gap so far, and what the character at `at` makes of it; with the character's length.
fn widen(gap: Gap, text: &str, at: usize) -> (Gap, usize) {
    let byte = text.as_bytes()[at];
    match byte {
        b' ' | b'\t' | b'\r' => (if gap == Gap::Hyphen { Gap::Mark } else { gap }, 1),
        b'.' | b'!' | b'?' | b'\n' | b':' | b';' => (Gap::Stop, 1),
        0..=0x7F => (if gap == Gap::Stop { gap } else { Gap::Mark }, 1),
        _ => {
            let length = text[at..].chars().next().map_or(1, char::len_utf8);
            (if gap == Gap::Stop { gap } else { Gap::Mark }, length)
        }
    }
}

fn is_word_byte(byte: u8, text: &str, at: usize) -> bool {
    byte.is_ascii_alphanumeric()
        || (!byte.is_ascii() && text[at..].chars().next().is_some_and(char::is_alphanumeric))
}

/// The last three letters of a word, without a plural's, five bits each, and in the lowest bit whether there are more
/// than three.
pub const fn ending(word: &[u8]) -> u32 {
    let mut end = word.len();
    if end >= 4 && word[end - 1] == b's' {
        end -= 1;
    }
    let start = end.saturating_sub(3);
    let mut letters = 0u32;
    let mut at = start;
    while at < end {
        letters = letters << 5 | (word[at] & 0x1F) as u32;
        at += 1;
    }
    letters << 1 | (start > 0) as u32
}

struct Scan {
    hash: u64,
    /// End of the word without a possessive ending.
    end: usize,
    /// Where reading goes on.
    next: usize,
}

fn scan_word(text: &str, bytes: &[u8], start: usize) -> Scan {
    let mut hasher = Folder::default();
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii_alphanumeric() {
            hasher.add(byte | if byte.is_ascii_uppercase() { 0x20 } else { 0 });
            at += 1;
        } else if byte == b'\'' || bytes[at..].starts_with("’".as_bytes()) {
            let mark = if byte == b'\'' { 1 } else { '’'.len_utf8() };
            let letter = bytes.get(at + mark).copied().filter(|next| next.is_ascii_alphabetic());
            let Some(letter) = letter else { break };
            let after = bytes.get(at + mark + 1);
            let ends = after.is_none_or(|after| !after.is_ascii_alphanumeric());
            if letter.eq_ignore_ascii_case(&b's') && ends {
                return Scan { hash: hasher.finish(), end: at, next: at + mark + 1 };
            }
            hasher.add(b'\'');
            at += mark;
        } else if byte.is_ascii() {
            break;
        } else {
            let c = text[at..].chars().next().filter(|c| c.is_alphanumeric());
            let Some(c) = c else { break };
            for folded in c.to_lowercase() {
                folded.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| hasher.add(byte));
            }
            at += c.len_utf8();
        }
    }
    Scan { hash: hasher.finish(), end: at, next: at }
}

/// Hash of a folded word: FNV-1a (Fowler, Noll and Vo) over its lower-case bytes, a final `s` left out of words of
/// four and more so that singular and plural meet ("news" is no plural).
#[derive(Clone, Copy)]
pub struct Folder {
    hash: u64,
    before: u64,
    last: u8,
    length: u32,
}

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

impl Default for Folder {
    fn default() -> Self {
        Self { hash: FNV_OFFSET, before: FNV_OFFSET, last: 0, length: 0 }
    }
}

impl Folder {
    fn add(&mut self, byte: u8) {
        self.before = self.hash;
        self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME);
        self.last = byte;
        self.length += 1;
    }

    fn finish(self) -> u64 {
        const NEWS: u64 = raw(b"news");
        if self.last == b's' && self.length >= 4 && self.hash != NEWS { self.before } else { self.hash }
    }
}

const fn raw(word: &[u8]) -> u64 {
    let mut hash = FNV_OFFSET;
    let mut at = 0;
    while at < word.len() {
        hash = (hash ^ word[at] as u64).wrapping_mul(FNV_PRIME);
        at += 1;
    }
    hash
}

/// The hash of one word.
pub fn hash(word: &str) -> u64 {
    scan_word(word, word.as_bytes(), 0).hash
}

/// The hash of a word that is folded already: "busines" is what is left of "business".
pub fn hash_folded(word: &str) -> u64 {
    raw(word.as_bytes())
}

/// The hash of a signal, see [`SIGNALS`](super::lexicon::SIGNALS): of all its bytes, and no word has its first.
pub fn hash_signal(signal: &str) -> u64 {
    raw(signal.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_meet() {
        assert_eq!(hash("Divorces"), hash("divorce"));
        assert_eq!(hash("actor’s"), hash("actor"));
        assert_eq!(hash("DON’T"), hash("don't"));
        assert_eq!(hash("BEYONCÉ"), hash("beyoncé"));
        assert_ne!(hash("news"), hash("new"));
        assert_ne!(hash("us"), hash("u"));
        assert_eq!(hash("business"), hash_folded("busines"));
    }

    #[test]
    fn gaps_tell_where_phrases_end() {
        let mut tokens = Vec::new();
        let text = "The co-host’s exit, “sudden” it was. Then";
        split(text, 0..text.len(), Zone::Body, Lexicon::get(), &mut tokens);
        let gaps: Vec<Gap> = tokens.iter().map(|token| token.gap).collect();
        use Gap::{Blank, Hyphen, Mark, Stop};
        assert_eq!(gaps, [Stop, Blank, Hyphen, Blank, Mark, Mark, Blank, Stop]);
        assert!(tokens[2].possessive);
        assert_eq!(&text[tokens[2].start as usize..tokens[2].end as usize], "host");
    }
}
