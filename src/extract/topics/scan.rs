//! Letters into hashes: one word read from the bytes of a text, eight at a time.

use std::{hash::Hasher, ops::Range};

use rustc_hash::FxHasher;

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

/// A word as it was read.
pub struct Scan {
    /// Hash of the folded word.
    pub hash: u64,
    /// See [`ending`].
    pub ending: u32,
    /// End of the word without a possessive ending.
    pub end: usize,
    /// Where reading goes on.
    pub next: usize,
}

/// Reads a word. Letters and digits of ASCII are taken eight at a time; a word with others is folded apart.
#[inline(always)]
pub fn scan_word(text: &str, bytes: &[u8], start: usize) -> Scan {
    let chunk = eight(bytes, start);
    let run = plain_run(chunk);
    // Most words end within the first eight bytes.
    if (1..EIGHT).contains(&run) && is_end(Some(&((chunk >> (8 * run)) as u8))) {
        let word = lower(chunk) & first_bytes(run);
        let is_plural = run >= 4 && (word >> (8 * (run - 1))) as u8 == b's' && word != NEWS;
        let word = word & first_bytes(run - usize::from(is_plural));
        let mut hasher = FxHasher::default();
        hasher.write_u64(word);
        let last = (chunk << (8 * (EIGHT - run)) >> 32) as u32;
        let ending = ending_of(last.swap_bytes(), run);
        return Scan { hash: hasher.finish(), ending, end: start + run, next: start + run };
    }
    scan_long_word(text, bytes, start, start + run)
}

/// Goes on with a word of which eight bytes are read, or fewer where a mark or a letter beyond ASCII follows.
#[inline(never)]
fn scan_long_word(text: &str, bytes: &[u8], start: usize, mut at: usize) -> Scan {
    while bytes.get(at).is_some_and(u8::is_ascii_alphanumeric) {
        at += plain_run(eight(bytes, at));
    }
    match is_end(bytes.get(at)) {
        true => {
            Scan { hash: hash_plural(bytes, start..at), ending: ending(&bytes[start..at]), end: at, next: at }
        }
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
    Scan { hash, ending: ending(&bytes[start..at]), end: at, next: next.unwrap_or(at) }
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

/// The hash of a word that is folded already: "busines" is what is left of "business". A signal, see
/// [`SIGNALS`](super::lexicon::SIGNALS), is one too; no word has its first character.
pub fn hash_folded(word: &str) -> u64 {
    hash_range(word.as_bytes(), 0..word.len())
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
}
