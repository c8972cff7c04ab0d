//! Words of an article as this stage reads them: each once, with its place in the lexicon.

use std::{hash::Hasher, ops::Range};

use rustc_hash::FxHasher;

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
            ending: ending_at(bytes, start..scan.end),
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
    let mut last = 0;
    let mut at = word.len().saturating_sub(4);
    while at < word.len() {
        last = last << 8 | word[at] as u32;
        at += 1;
    }
    ending_of(last, word.len())
}

/// The same of a word's length and its last four bytes, the last one lowest.
const fn ending_of(last: u32, length: usize) -> u32 {
    let is_plural = length >= 4 && last as u8 == b's';
    let (last, length) = if is_plural { (last >> 8, length - 1) } else { (last, length) };
    let letters = (last >> 16 & 0x1F) << 10 | (last >> 8 & 0x1F) << 5 | last & 0x1F;
    letters << 1 | (length > 3) as u32
}

/// [`ending`] of a word in a text.
#[inline]
fn ending_at(bytes: &[u8], word: Range<usize>) -> u32 {
    match word.end.checked_sub(4).map(|at| [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]) {
        Some(last) => {
            let length = word.len();
            let kept = if length < 4 { (1 << (8 * length)) - 1 } else { u32::MAX };
            ending_of(u32::from_be_bytes(last) & kept, length)
        }
        None => ending(&bytes[word]),
    }
}

struct Scan {
    hash: u64,
    /// End of the word without a possessive ending.
    end: usize,
    /// Where reading goes on.
    next: usize,
}

/// Reads a word. Letters and digits of ASCII are taken eight at a time; a word with others is folded apart.
#[inline]
fn scan_word(text: &str, bytes: &[u8], start: usize) -> Scan {
    let chunk = eight(bytes, start);
    let run = plain_run(chunk);
    // Most words end within the first eight bytes.
    if (1..EIGHT).contains(&run) && is_end(Some(&((chunk >> (8 * run)) as u8))) {
        let word = lower(chunk) & first_bytes(run);
        let is_plural = run >= 4 && (word >> (8 * (run - 1))) as u8 == b's' && word != NEWS;
        let word = word & first_bytes(run - usize::from(is_plural));
        let mut hasher = FxHasher::default();
        hasher.write_u64(word);
        return Scan { hash: hasher.finish(), end: start + run, next: start + run };
    }
    scan_long_word(text, bytes, start, start + run)
}

/// Goes on with a word of which eight bytes are read, or fewer where a mark or a letter beyond ASCII follows.
fn scan_long_word(text: &str, bytes: &[u8], start: usize, mut at: usize) -> Scan {
    while bytes.get(at).is_some_and(u8::is_ascii_alphanumeric) {
        at += 1;
    }
    match is_end(bytes.get(at)) {
        true => Scan { hash: hash_plural(bytes, start..at), end: at, next: at },
        false => scan_marked_word(text, bytes, start, at),
    }
}

/// Whether a byte that is no letter or digit ends a word whatever follows.
fn is_end(byte: Option<&u8>) -> bool {
    !matches!(byte, Some(b'\'' | 0x80..))
}

/// Goes on with a word that is read up to `at`, where an apostrophe or a letter beyond ASCII may stand.
fn scan_marked_word(text: &str, bytes: &[u8], start: usize, mut at: usize) -> Scan {
    let mut folded: Option<Vec<u8>> = None;
    let mut next = None;
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii_alphanumeric() {
            at += 1;
            folded.iter_mut().for_each(|word| word.push(byte));
        } else if byte == b'\'' || bytes[at..].starts_with("’".as_bytes()) {
            let mark = if byte == b'\'' { 1 } else { '’'.len_utf8() };
            let letter = bytes.get(at + mark).copied().filter(|next| next.is_ascii_alphabetic());
            let Some(letter) = letter else { break };
            let after = bytes.get(at + mark + 1);
            let ends = after.is_none_or(|after| !after.is_ascii_alphanumeric());
            if letter.eq_ignore_ascii_case(&b's') && ends {
                next = Some(at + mark + 1);
                break;
            }
            folded.get_or_insert_with(|| bytes[start..at].to_vec()).push(b'\'');
            at += mark;
        } else if byte.is_ascii() {
            break;
        } else {
            let c = text[at..].chars().next().filter(|c| c.is_alphanumeric());
            let Some(c) = c else { break };
            let folded = folded.get_or_insert_with(|| bytes[start..at].to_vec());
            for lower in c.to_lowercase() {
                folded.extend_from_slice(lower.encode_utf8(&mut [0; 4]).as_bytes());
            }
            at += c.len_utf8();
        }
    }
    let hash = match &folded {
        None => hash_plural(bytes, start..at),
        Some(folded) => hash_plural(folded, 0..folded.len()),
    };
    Scan { hash, end: at, next: next.unwrap_or(at) }
}

const EIGHT: usize = 8;
const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x80 * ONES;
/// The bit in which lower-case letters of ASCII differ from upper-case ones, and which digits have too.
const BLANKS: u64 = 0x20 * ONES;
const NEWS: u64 = u32::from_le_bytes(*b"news") as u64;

/// Eight bytes, the first one lowest; zero where the text has ended.
#[inline]
fn eight(bytes: &[u8], at: usize) -> u64 {
    match bytes.get(at..at + EIGHT).and_then(|chunk| chunk.try_into().ok()) {
        Some(chunk) => u64::from_le_bytes(chunk),
        None => {
            let rest = bytes.get(at..).unwrap_or_default();
            rest.iter().rev().fold(0, |chunk, &byte| chunk << 8 | u64::from(byte))
        }
    }
}

/// How many of eight bytes, from the first, are letters and digits of ASCII.
#[inline]
fn plain_run(chunk: u64) -> usize {
    // In each byte the highest bit tells; seven bits are compared, so that no sum reaches into the next byte.
    let within = |bytes: u64, first: u8, last: u8| {
        let seven = bytes & !HIGH;
        let from_first = seven + u64::from(0x80 - first) * ONES;
        let after_last = seven + u64::from(0x7F - last) * ONES;
        from_first & !after_last
    };
    let plain = (within(chunk | BLANKS, b'a', b'z') | within(chunk, b'0', b'9')) & !chunk & HIGH;
    ((plain ^ HIGH).trailing_zeros() / 8) as usize
}

/// Eight bytes with letters of ASCII in lower case; digits and bytes of other letters stay as they are.
#[inline]
fn lower(chunk: u64) -> u64 {
    chunk | (BLANKS & !((chunk & HIGH) >> 2))
}

/// A mask of so many bytes, from the first, at most eight.
#[inline]
fn first_bytes(count: usize) -> u64 {
    if count < EIGHT { (1 << (8 * count)) - 1 } else { u64::MAX }
}

/// Hash of a word in lower case, whose letters beyond ASCII are folded; a final `s` is left out of words of four and
/// more so that singular and plural meet ("news" is no plural).
#[inline]
fn hash_plural(bytes: &[u8], word: Range<usize>) -> u64 {
    let Range { start, end } = word;
    let is_plural = end >= start + 4 && bytes[end - 1] | 0x20 == b's';
    if is_plural && lower(eight(bytes, start)) & first_bytes(end - start) != NEWS {
        return hash_range(bytes, start..end - 1);
    }
    hash_range(bytes, word)
}

/// Hash of a stretch of bytes, letters of ASCII in lower case.
#[inline]
fn hash_range(bytes: &[u8], range: Range<usize>) -> u64 {
    let mut hasher = FxHasher::default();
    let mut at = range.start;
    while at < range.end {
        hasher.write_u64(lower(eight(bytes, at)) & first_bytes(range.end - at));
        at += EIGHT;
    }
    hasher.finish()
}

/// The hash of one word.
pub fn hash(word: &str) -> u64 {
    scan_word(word, word.as_bytes(), 0).hash
}

/// The hash of a word that is folded already: "busines" is what is left of "business".
pub fn hash_folded(word: &str) -> u64 {
    hash_range(word.as_bytes(), 0..word.len())
}

/// The hash of a signal, see [`SIGNALS`](super::lexicon::SIGNALS): of all its bytes, and no word has its first.
pub fn hash_signal(signal: &str) -> u64 {
    hash_range(signal.as_bytes(), 0..signal.len())
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
        assert_eq!(hash("COORDINATORS"), hash("coordinator"));
        assert_eq!(hash("Representatives’s"), hash("representative"));
        assert_eq!(hash("L’Oréals"), hash("l'oréal"));
        assert_ne!(hash("xāx"), hash("xġx"));
        assert_ne!(hash("abcdefgh"), hash("abcdefghi"));
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
