//! The address of words in a story, which outlives better extraction: where they stood, and a hash of what they were.

use std::{borrow::Cow, fmt};

use unicase::UniCase;
use unicode_normalization::{
    IsNormalized, UnicodeNormalization, char::canonical_combining_class, is_nfkc_quick,
};

use crate::article::{ArticleId, Span};

/// Stretches of a text that are looked at for words that have moved, the nearest first. Beyond, they are not found.
const MOST_STRETCHES: usize = 200_000;

/// Characters that words may have gained or lost and still have the same hash, beside a quarter of them: marks, blanks.
const SLACK: u32 = 16;

/// The words at an address: `ARTICLE?at=START-END&h=H`.
///
/// `START` and `END` count Unicode scalar values of the article's text, `H` is the [`words_hash`] of the words as eight
/// lower-case hex digits. The words need not be a quote that extraction finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuoteAt {
    /// The article.
    pub article: ArticleId,
    /// First character of the words.
    pub start: u32,
    /// One past their last.
    pub end: u32,
    /// The [`words_hash`] of the words.
    pub hash: u32,
}

impl QuoteAt {
    /// The address of words that stand at `start..end` of an article's text.
    pub fn of(article: &ArticleId, start: u32, end: u32, words: &str) -> Self {
        Self { article: article.clone(), start, end, hash: words_hash(words) }
    }

    /// An address as it is written; `None` when the text is none.
    pub fn read(text: &str) -> Option<Self> {
        let (article, rest) = text.split_once("?at=")?;
        let (place, hash) = rest.split_once("&h=")?;
        let (start, end) = place.split_once('-')?;
        let is_hash = hash.len() == 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        let found = Self {
            article: ArticleId::read(article)?,
            start: start.parse().ok()?,
            end: end.parse().ok()?,
            hash: u32::from_str_radix(hash, 16).ok().filter(|_| is_hash)?,
        };
        (found.start < found.end).then_some(found)
    }

    /// The words in the article's text, where they stand now: at the address, else at the nearest place that has them.
    /// `None` when they are nowhere.
    pub fn find(&self, text: &str) -> Option<Span> {
        self.stands(text).or_else(|| self.moved(text))
    }

    /// The words at the very address, if they are the same.
    pub fn stands(&self, text: &str) -> Option<Span> {
        let mut starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        let start = starts.nth(self.start as usize)?;
        let end = starts.nth((self.end - self.start) as usize - 1)?;
        (words_hash(&text[start..end]) == self.hash).then(|| Span::new(start, end))
    }

    /// The nearest words with the same hash: stretches that are about as long, from those that begin nearest outwards.
    fn moved(&self, text: &str) -> Option<Span> {
        let words = words(text);
        let length = self.end - self.start;
        let slack = length / 4 + SLACK;
        let lengths = length.saturating_sub(slack)..=length.saturating_add(slack);
        let mut order: Vec<usize> = (0..words.len()).collect();
        order.sort_by_key(|&word| words[word].start.abs_diff(self.start));
        let mut stretches = 0;
        for first in order {
            let mut hasher = blake3::Hasher::new();
            for (number, word) in words[first..].iter().enumerate() {
                let length = word.end - words[first].start;
                if length > *lengths.end() || stretches > MOST_STRETCHES {
                    break;
                }
                if number > 0 {
                    hasher.update(b" ");
                }
                hasher.update(word.folded.as_bytes());
                if lengths.contains(&length) {
                    stretches += 1;
                    if head(&hasher.finalize()) == self.hash {
                        return Some(Span::new(words[first].from, word.to));
                    }
                }
            }
        }
        None
    }
}

impl fmt::Display for QuoteAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { article, start, end, hash } = self;
        write!(f, "{}?at={start}-{end}&h={hash:08x}", article.as_str())
    }
}

/// The hash of words whatever their marks, case and blanks: the first 32 bits of the BLAKE3 hash, big-endian, of the
/// UTF-8 of [`plain_words`].
pub fn words_hash(words: &str) -> u32 {
    head(&blake3::hash(plain_words(words).as_bytes()))
}

/// Words as they are hashed, in this order:
/// 1. Normalization Form KC.
/// 2. Full case folding (CaseFolding.txt, status C and F; nothing Turkic): `Straße` is `strasse`.
/// 3. Characters that are alphabetic (Unicode property `Alphabetic`) or numeric (general category N) stay; every run of
///    others, such as quotation marks, apostrophes, hyphens, soft hyphens and blanks, is one blank, and none at the ends.
pub fn plain_words(words: &str) -> String {
    let composed: Cow<'_, str> = match is_nfkc_quick(words.chars()) {
        IsNormalized::Yes => words.into(),
        IsNormalized::No | IsNormalized::Maybe => words.nfkc().collect(),
    };
    let folded = UniCase::new(composed).to_folded_case();
    let mut plain = String::with_capacity(folded.len());
    for run in folded.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty()) {
        if !plain.is_empty() {
            plain.push(' ');
        }
        plain.push_str(run);
    }
    plain
}

fn head(hash: &blake3::Hash) -> u32 {
    let (head, _) = hash.as_bytes().split_first_chunk::<4>().expect("a hash has 32 bytes");
    u32::from_be_bytes(*head)
}

/// A stretch of a text that no character parts which [`plain_words`] drops.
struct Word {
    folded: String,
    /// First byte, and one past the last.
    from: usize,
    to: usize,
    /// The same in characters.
    start: u32,
    end: u32,
}

/// The words of a text, each as it is hashed.
fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut inside = false;
    for (at, (from, c)) in (0..).zip(text.char_indices()) {
        let is_inside = belongs(c);
        let to = from + c.len_utf8();
        match words.last_mut().filter(|_| inside && is_inside) {
            Some(word) => (word.to, word.end) = (to, at + 1),
            None if is_inside => {
                words.push(Word { folded: String::new(), from, to, start: at, end: at + 1 });
            }
            None => (),
        }
        inside = is_inside;
    }
    for word in &mut words {
        word.folded = plain_words(&text[word.from..word.to]);
    }
    words.retain(|word| !word.folded.is_empty());
    words
}

/// Whether a character is a part of a word: it stays, or normalization joins it to its neighbours or makes letters of it.
fn belongs(c: char) -> bool {
    c.is_alphanumeric()
        || !c.is_ascii() && (canonical_combining_class(c) != 0 || c.nfkc().any(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> ArticleId {
        ArticleId::read("0123456789abcdef").expect("an id")
    }

    #[test]
    fn words_are_the_same_whatever_their_marks() {
        for (words, plain) in [
            ("You cannot schedule grief", "you cannot schedule grief"),
            ("“You can’t —\nschedule grief!”", "you can t schedule grief"),
            ("Café, cafe\u{301}", "café café"),
            ("STRASSE Straße", "strasse strasse"),
            ("ΟΔΟΣ Οδός", "οδοσ οδόσ"),
            ("show\u{ad}biz co-star", "show biz co star"),
            ("ﬁlm ① ½ x\u{2122}", "film 1 1 2 xtm"),
            ("彼女は「はい」と言った", "彼女は はい と言った"),
            ("ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
            (" … ", ""),
        ] {
            assert_eq!(plain_words(words), plain, "{words}");
        }
    }

    #[test]
    fn a_hash_is_the_same_for_ever() {
        assert_eq!(format!("{:08x}", words_hash("You cannot schedule grief.")), "34cedb52");
        assert_eq!(words_hash("“YOU cannot schedule grief”"), words_hash("You cannot schedule grief."));
        assert_eq!(format!("{:08x}", words_hash("…")), "af1349b9");
    }

    #[test]
    fn an_address_is_read_as_it_is_written() {
        let at = QuoteAt::of(&id(), 6, 14, "Straße 7");
        assert_eq!(QuoteAt::read(&at.to_string()), Some(at));
        for text in [
            "0123456789abcdef",
            "0123456789abcdef?at=6-14",
            "0123456789abcdef?at=14-6&h=00000000",
            "0123456789abcdef?at=6-14&h=+0000000",
            "0123456789abcdef?at=6-14&h=000",
            "news/a.txt?at=6-14&h=00000000",
        ] {
            assert_eq!(QuoteAt::read(text), None, "{text}");
        }
    }

    #[test]
    fn words_are_found_where_they_have_moved_the_nearest_first() {
        let text =
            "“Never again,” he said. Cafe\u{301}s! “Never again,” said she. He said never; again she left.";
        let words = "Never again,";
        let first = QuoteAt::of(&id(), 1, 13, words);
        assert_eq!(first.find(text).map(|span| span.start), Some("“".len() as u32));
        let moved = QuoteAt { start: 30, end: 42, ..first.clone() };
        assert_eq!(moved.stands(text), None);
        let found = moved.find(text).expect("the words");
        assert_eq!(
            (found.of(text), text[..found.range().start].matches("Never").count()),
            ("Never again", 1)
        );
        let later = QuoteAt { start: 90, end: 102, ..first.clone() };
        assert_eq!(later.find(text).map(|span| span.of(text)), Some("never; again"));
        assert_eq!(
            first.find("He said “never”. Again she left.").map(Span::len),
            Some("never”. Again".len())
        );
        assert_eq!(first.find("Nobody said a word."), None);
        assert_eq!(QuoteAt { start: 0, end: u32::MAX, ..first.clone() }.find("never say never"), None);
    }

    #[test]
    fn words_one_by_one_are_the_words_of_the_whole() {
        for text in
            ["a e\u{301}t\u{2122} ½.①-ﬁn \u{ad}x", "彼女は「はい」", "don’t\u{200b}stop", "Ἀχιλλεύς ᾳ Σ"]
        {
            let each: Vec<String> = words(text).into_iter().map(|word| word.folded).collect();
            assert_eq!(each.join(" "), plain_words(text), "{text}");
        }
    }
}
