//! Words and marks of a text, with their shapes and hashes.
//!
//! A token is a word (inner apostrophes, dots of `U.S.`, `&` of `R&B` and decimal marks inside) or a single mark.
//! Hyphens and possessive endings are tokens of their own, so that `London-based` and `Blake’s` hold a whole name.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use crate::article::Span;

/// Facts about how a token is written, as bits of [`Token::shape`].
pub mod shape {
    /// A word, not a mark.
    pub const WORD: u16 = 1;
    /// Begins with an upper-case letter.
    pub const INITIAL: u16 = 1 << 1;
    /// All its letters are upper case, and it has two or more.
    pub const CAPITALS: u16 = 1 << 2;
    /// Has an upper-case letter after a lower-case one.
    pub const INNER: u16 = 1 << 3;
    /// Has a digit.
    pub const DIGIT: u16 = 1 << 4;
    /// Is a number.
    pub const NUMBER: u16 = 1 << 5;
    /// Has a dot: `U.S.`, `J.`, `Jr.`.
    pub const DOTTED: u16 = 1 << 6;
    /// One letter.
    pub const SINGLE: u16 = 1 << 7;
    /// Stands without a blank behind the token before it.
    pub const GLUED: u16 = 1 << 8;
    /// A quotation mark or an apostrophe.
    pub const QUOTE: u16 = 1 << 9;
    /// A possessive ending or a shortened verb: `’s`.
    pub const CLITIC: u16 = 1 << 10;
    /// A hyphen.
    pub const HYPHEN: u16 = 1 << 11;
    /// Has an upper-case letter anywhere.
    pub const UPPER: u16 = 1 << 12;
    /// A bracket or a dash.
    pub const BREAK: u16 = 1 << 13;
    /// Has a mark inside that only names have: `V!bes`, `wil.o.mar`, `Fada$$`.
    pub const MARKED: u16 = 1 << 14;
}

/// A word or mark.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// Where it stands.
    pub span: Span,
    /// Hash of it in lower case, see [`word_hash`].
    pub hash: u64,
    /// Bits of [`shape`].
    pub shape: u16,
}

impl Token {
    /// Whether all of `bits` hold.
    pub fn is(&self, bits: u16) -> bool {
        self.shape & bits == bits
    }

    /// Whether one of `bits` holds.
    pub fn any(&self, bits: u16) -> bool {
        self.shape & bits != 0
    }
}

static ABBREVIATIONS: LazyLock<FxHashSet<u64>> = LazyLock::new(|| {
    include_str!("../../../data/lexicon/abbreviations.txt")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .chain(["jr", "sr", "bros", "inc", "corp", "ltd", "co"])
        .map(word_hash)
        .collect()
});

const SEED: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

#[inline]
fn step(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(PRIME)
}

/// Finishes a hash: spreads the bits; never 0.
#[inline]
fn finish(hash: u64) -> u64 {
    (hash ^ hash >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1
}

/// The hash of a word in lower case, typographic apostrophes as `'`. Never 0.
pub fn word_hash(word: &str) -> u64 {
    let mut hash = SEED;
    for c in word.chars() {
        hash = step_char(hash, c);
    }
    finish(hash)
}

#[inline]
fn step_char(hash: u64, c: char) -> u64 {
    if c.is_ascii() {
        return step(hash, c.to_ascii_lowercase() as u8);
    }
    if is_apostrophe(c) {
        return step(hash, b'\'');
    }
    let mut hash = hash;
    let mut bytes = [0; 4];
    for lower in c.to_lowercase() {
        for &byte in lower.encode_utf8(&mut bytes).as_bytes() {
            hash = step(hash, byte);
        }
    }
    hash
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`' | '´' | 'ʼ')
}

/// The hashes of the words and marks of a short text.
pub fn words_of(text: &str) -> Vec<u64> {
    let mut tokens = Vec::new();
    tokenise(text, Span::new(0, text.len()), &mut tokens);
    tokens.iter().map(|token| token.hash).collect()
}

/// Adds the tokens of a stretch of the text, which should be a sentence.
pub fn tokenise(text: &str, within: Span, tokens: &mut Vec<Token>) {
    let end = within.end as usize;
    let mut at = within.start as usize;
    let mut glued = false;
    while at < end {
        let c = char_at(text, at);
        if c.is_whitespace() {
            glued = false;
            at += c.len_utf8();
            continue;
        }
        let mut token = if c.is_alphanumeric() || c == '$' && begins_with_dollar(text, at, end, glued) {
            word(text, at, end)
        } else if is_apostrophe(c) {
            clitic(text, at, end, glued).unwrap_or_else(|| mark(at, c))
        } else {
            mark(at, c)
        };
        if glued {
            token.shape |= shape::GLUED;
        }
        glued = true;
        at = token.span.end as usize;
        tokens.push(token);
    }
}

#[inline]
fn char_at(text: &str, at: usize) -> char {
    match text.as_bytes()[at] {
        byte if byte < 128 => byte as char,
        _ => text[at..].chars().next().expect("the offset lies inside the text"),
    }
}

fn mark(at: usize, c: char) -> Token {
    let kind = match c {
        '"' | '“' | '”' | '„' | '«' | '»' => shape::QUOTE,
        '-' | '‐' | '‑' => shape::HYPHEN,
        '(' | ')' | '[' | ']' | '–' | '—' | '/' | '|' => shape::BREAK,
        c if is_apostrophe(c) => shape::QUOTE,
        _ => 0,
    };
    Token { span: Span::new(at, at + c.len_utf8()), hash: finish(step_char(SEED, c)), shape: kind }
}

/// A possessive ending or a shortened verb behind a word.
fn clitic(text: &str, at: usize, end: usize, glued: bool) -> Option<Token> {
    if !glued {
        return None;
    }
    let ending = &text[at..end];
    let mut chars = ending.chars();
    let apostrophe = chars.next()?;
    let letters: usize = chars.take_while(|c| c.is_alphanumeric()).map(char::len_utf8).sum();
    let stop = at + apostrophe.len_utf8() + letters;
    let word = &text[at + apostrophe.len_utf8()..stop];
    matches!(word, "s" | "S" | "d" | "ll" | "re" | "ve" | "m").then(|| Token {
        span: Span::new(at, stop),
        hash: word_hash(&text[at..stop]),
        shape: shape::CLITIC,
    })
}

/// The word at `at`, if it has letters of ASCII alone, none but the first a capital, and a blank or a comma behind it, as
/// most words do.
fn plain_word(text: &str, at: usize, end: usize) -> Option<Token> {
    let bytes = &text.as_bytes()[at..end];
    let (&first, rest) = bytes.split_first()?;
    let length = 1 + rest.iter().position(|byte| !byte.is_ascii_lowercase())?;
    if !first.is_ascii_alphabetic() || !matches!(bytes[length], b' ' | b',') {
        return None;
    }
    let begun = step(SEED, first.to_ascii_lowercase());
    let hash = bytes[1..length].iter().fold(begun, |hash, &byte| step(hash, byte));
    let case = if first.is_ascii_uppercase() { shape::INITIAL | shape::UPPER } else { 0 };
    let single = if length == 1 { shape::SINGLE } else { 0 };
    Some(Token { span: Span::new(at, at + length), hash: finish(hash), shape: shape::WORD | case | single })
}

/// The word at `at`.
fn word(text: &str, at: usize, end: usize) -> Token {
    if let Some(plain) = plain_word(text, at, end) {
        return plain;
    }
    any_word(text, at, end)
}

/// The word at `at`, whatever it is made of.
fn any_word(text: &str, at: usize, end: usize) -> Token {
    let mut stop = at;
    let mut hash = SEED;
    let (mut uppers, mut lowers, mut digits, mut dots) = (0u32, 0u32, 0u32, false);
    let mut bits = shape::WORD;
    let dotted = at + dotted_name(&text[at..end]).unwrap_or(0);
    if dotted > at || text.as_bytes()[at] == b'$' {
        bits |= shape::MARKED | shape::UPPER;
    }
    while stop < end {
        let c = char_at(text, stop);
        let next = stop + c.len_utf8();
        if c.is_ascii_lowercase() {
            lowers += 1;
        } else if c.is_ascii_digit() {
            digits += 1;
        } else if c.is_alphabetic() {
            if c.is_uppercase() {
                if stop == at {
                    bits |= shape::INITIAL;
                } else if lowers > 0 {
                    bits |= shape::INNER;
                }
                uppers += 1;
            } else {
                lowers += 1;
            }
        } else if c.is_alphanumeric() {
            digits += 1;
        } else if is_name_mark(text, at, stop, end, c) {
            bits |= shape::MARKED;
        } else if !(stop < dotted || stop == at || inner_mark(text, at, stop, end, c, digits)) {
            break;
        } else if c == '.' {
            dots |= stop == at + 1 && uppers + lowers == 1;
        }
        hash = step_char(hash, c);
        stop = next;
    }
    let letters = uppers + lowers;
    if stop < end
        && text.as_bytes()[stop] == b'.'
        && dot_belongs(text, stop, end, letters, uppers, digits, dots, hash)
    {
        if letters == 1 || dots {
            hash = step(hash, b'.');
        }
        bits |= shape::DOTTED;
        stop += 1;
    }
    if uppers >= 2 && lowers == 0 {
        bits |= shape::CAPITALS;
    }
    if uppers > 0 {
        bits |= shape::UPPER;
    }
    if digits > 0 {
        bits |= shape::DIGIT;
    }
    if letters == 0 {
        bits |= shape::NUMBER;
    }
    if letters == 1 && digits == 0 {
        bits |= shape::SINGLE;
    }
    if dots {
        bits |= shape::DOTTED;
    }
    Token { span: Span::new(at, stop), hash: finish(hash), shape: bits }
}

/// Whether the mark `c` at `stop` belongs inside the word that began at `at`.
fn inner_mark(text: &str, at: usize, stop: usize, end: usize, c: char, digits: u32) -> bool {
    let after = stop + c.len_utf8();
    if after >= end {
        return false;
    }
    let next = char_at(text, after);
    match c {
        '_' => next.is_alphanumeric() || next == '_',
        '$' => next.is_alphabetic(),
        '&' => next.is_uppercase() && text[at..stop].chars().all(char::is_uppercase),
        '.' if digits > 0 && next.is_ascii_digit() => text.as_bytes()[stop - 1].is_ascii_digit(),
        ',' => digits > 0 && next.is_ascii_digit() && text.as_bytes()[stop - 1].is_ascii_digit(),
        '.' if is_domain(&text[after..end]) => true,
        '.' => {
            let single = stop - at == 1 || text.as_bytes()[stop.saturating_sub(2)] == b'.';
            single
                && next.is_alphabetic()
                && text.as_bytes()[stop - 1].is_ascii_alphabetic()
                && text.as_bytes().get(after + 1) == Some(&b'.')
        }
        c if is_apostrophe(c) => next.is_alphabetic() && clitic(text, stop, end, true).is_none(),
        _ => false,
    }
}

/// Whether the mark `c` at `stop` is one that names alone have inside: `V!bes`, `4EH!2`, `Fada$$`.
fn is_name_mark(text: &str, at: usize, stop: usize, end: usize, c: char) -> bool {
    let capital = text.as_bytes()[at].is_ascii_uppercase() || text.as_bytes()[at].is_ascii_digit();
    if stop == at || !capital || !matches!(c, '!' | '$') {
        return false;
    }
    let before = text.as_bytes()[stop - 1];
    let rest = &text.as_bytes()[stop + 1..end];
    let next = rest.iter().find(|&&byte| byte != b'$' || c != b'$' as char).copied().unwrap_or(b' ');
    match c {
        '$' => (before.is_ascii_lowercase() || before == b'$') && !next.is_ascii_alphanumeric(),
        _ => {
            next.is_ascii_lowercase() && stop - at < 5 || next.is_ascii_digit() && before.is_ascii_uppercase()
        }
    }
}

/// Whether the dollar sign begins a name, `$ign`, and no sum.
fn begins_with_dollar(text: &str, at: usize, end: usize, glued: bool) -> bool {
    let mut after = text[at + 1..end].chars();
    !glued && after.next().is_some_and(char::is_lowercase) && after.next().is_some_and(char::is_lowercase)
}

/// The length of a name of small letters parted by full stops, `wil.o.mar`, with which a text begins; addresses and
/// abbreviations are none.
fn dotted_name(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    // Nearly all words fail here.
    let first = bytes.iter().take(5).position(|byte| !byte.is_ascii_lowercase())?;
    if bytes[first] != b'.' || first == 0 || !bytes.get(first + 1)?.is_ascii_lowercase() {
        return None;
    }
    let length =
        bytes.iter().position(|&byte| !(byte.is_ascii_lowercase() || byte == b'.')).unwrap_or(bytes.len());
    let name = text[..length].trim_end_matches('.');
    let free =
        !text[length..].starts_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '@' | '-' | '_'));
    let parts: Vec<&str> = name.split('.').collect();
    let short =
        parts.iter().all(|part| (1..=5).contains(&part.len())) && parts.iter().any(|part| part.len() > 1);
    let address = parts[0] == "www" || is_domain(parts[parts.len() - 1]);
    (free && short && !address && (3..=4).contains(&parts.len())).then_some(name.len())
}

/// Whether a text begins with the end of a host name.
fn is_domain(text: &str) -> bool {
    let letters = text.bytes().take_while(u8::is_ascii_lowercase).count();
    matches!(&text[..letters], "com" | "org" | "net" | "co" | "tv" | "gov" | "edu" | "io")
        && !text[letters..].starts_with(|c: char| c.is_alphanumeric())
}

/// Whether the full stop behind a word is part of it.
#[allow(clippy::too_many_arguments)]
fn dot_belongs(
    text: &str,
    stop: usize,
    end: usize,
    letters: u32,
    uppers: u32,
    digits: u32,
    dots: bool,
    hash: u64,
) -> bool {
    if dots {
        return true;
    }
    let last = text[stop + 1..end].chars().all(|c| !c.is_alphanumeric());
    if letters == 1 && digits == 0 && uppers == 1 {
        return !last;
    }
    ABBREVIATIONS.contains(&finish(hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let mut tokens = Vec::new();
        tokenise(text, Span::new(0, text.len()), &mut tokens);
        let found: Vec<&str> = tokens.iter().map(|token| token.span.of(text)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn keeps_names_whole_and_endings_apart() {
        check("Baldoni‘s team", &["Baldoni", "‘s", "team"]);
        check("Conan O’Brien’s U.S. tour", &["Conan", "O’Brien", "’s", "U.S.", "tour"]);
        check("London-based R&B act A$AP", &["London", "-", "based", "R&B", "act", "A$AP"]);
        check(
            "Robert Downey Jr. paid $1,000.50.",
            &["Robert", "Downey", "Jr.", "paid", "$", "1,000.50", "."],
        );
    }

    #[test]
    fn plain_words_are_what_any_word_is() {
        let text = "a singer, Mia, met wil.o.mar and I don’t e.g. ab1 mia’s, V!bes, A, McKay X ok";
        for (at, _) in text.match_indices(|c: char| c.is_ascii_alphabetic()) {
            for end in at + 1..=text.len() {
                let Some(plain) = text.get(..end).and_then(|_| plain_word(text, at, end)) else { continue };
                let any = any_word(text, at, end);
                assert_eq!((plain.span, plain.hash, plain.shape), (any.span, any.hash, any.shape));
            }
        }
    }

    #[test]
    fn initials_keep_their_stop_unless_the_sentence_ends() {
        check("Samuel L. Jackson at Plan B.", &["Samuel", "L.", "Jackson", "at", "Plan", "B", "."]);
    }

    #[test]
    fn marks_that_names_have_stand_inside() {
        check("V!bes met 4EH!2 and Kory Fada$$.", &["V!bes", "met", "4EH!2", "and", "Kory", "Fada$$", "."]);
        check("wil.o.mar. Ty $olo", &["wil.o.mar", ".", "Ty", "$olo"]);
        check("Wow!Then US$5 to $10m", &["Wow", "!", "Then", "US", "$", "5", "to", "$", "10m"]);
        check("a.m. e.g. end.the", &["a.m.", "e.g.", "end", ".", "the"]);
    }

    #[test]
    fn marks_stand_alone() {
        check("‘It Ends With Us‘, ok", &["‘", "It", "Ends", "With", "Us", "‘", ",", "ok"]);
    }
}
