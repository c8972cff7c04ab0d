//! Words as the index knows them: folded to lower case without accents, and nothing else.
//!
//! A word is a run of letters and digits. Apostrophes, dashes and quotation marks of every kind end a word, so a phrase
//! finds its text whichever of them was typed; what nobody sees (soft hyphens, spaces without width) is no part of a word
//! and ends none. Scripts that put no blanks between words stand as pairs of characters that overlap, `東京都` as `東京`
//! and `京都`, so that every stretch of two or more is a phrase. Inflections are the query's business: words are indexed as
//! they stand.

use tantivy::tokenizer::{AsciiFoldingFilter, TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The analyzer's name in the schema.
pub const NAME: &str = "words";

/// Longest word kept, in bytes; what a longer one has beyond is dropped. The longest word of any dictionary is far
/// below; addresses and encoded data are above.
pub(crate) const MAX_BYTES: usize = 120;

/// Splits text into folded words.
pub fn analyzer() -> TextAnalyzer {
    TextAnalyzer::builder(Words::default()).filter(AsciiFoldingFilter).build()
}

/// Tokenizers for an index: Tantivy's own, and ours.
pub fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(NAME, analyzer());
    manager
}

/// Folded words of a text, in order.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    each_word(text, |word| words.push(word.to_owned()));
    words
}

/// Tells the folded words of a text, in order.
pub fn each_word(text: &str, mut tell: impl FnMut(&str)) {
    let (mut folded, mut folding) = (String::new(), None);
    let mut at = 0;
    while let Some(Word { start, end, next, kind }) = next_word(text, at) {
        at = next;
        match kind {
            Kind::Small => tell(&text[start..end.min(start + MAX_BYTES)]),
            Kind::Ascii => {
                folded.clear();
                folded.push_str(&text[start..end.min(start + MAX_BYTES)]);
                folded.make_ascii_lowercase();
                tell(&folded);
            }
            // What the analyzer does to the others is much, and it is costly to set up.
            Kind::Folded | Kind::Pair => {
                let mut stream = folding.get_or_insert_with(analyzer).token_stream(&text[start..end]);
                while stream.advance() {
                    tell(&stream.token().text);
                }
            }
        }
    }
}

#[derive(Clone, Default)]
struct Words {
    token: Token,
}

struct WordStream<'a> {
    text: &'a str,
    at: usize,
    token: &'a mut Token,
}

impl Tokenizer for Words {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.token.reset();
        WordStream { text, at: 0, token: &mut self.token }
    }
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        self.token.text.clear();
        self.token.position = self.token.position.wrapping_add(1);
        let Some(Word { start, end, next, kind }) = next_word(self.text, self.at) else { return false };
        self.at = next;
        self.token.offset_from = start;
        self.token.offset_to = end;
        let word = &self.text[start..self.text.floor_char_boundary(end.min(start + MAX_BYTES))];
        match kind {
            Kind::Small => self.token.text.push_str(word),
            Kind::Ascii => {
                self.token.text.push_str(word);
                self.token.text.make_ascii_lowercase();
            }
            Kind::Folded => self.token.text.extend(
                word.nfkd()
                    .filter(|&c| !is_combining_mark(c) && !is_invisible(c))
                    .flat_map(char::to_lowercase)
                    .filter(|&c| !is_combining_mark(c)),
            ),
            // Their marks make other characters of them.
            Kind::Pair => self.token.text.extend(word.nfkc().filter(|&c| !is_invisible(c))),
        }
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

/// A word of a text.
struct Word {
    start: usize,
    end: usize,
    /// Where the next one is looked for: pairs overlap.
    next: usize,
    kind: Kind,
}

/// How a word is folded.
enum Kind {
    /// Small letters and digits of ASCII, as most are: not at all.
    Small,
    Ascii,
    Folded,
    Pair,
}

/// The next word at or after byte `at`.
fn next_word(text: &str, at: usize) -> Option<Word> {
    let bytes = text.as_bytes();
    let mut start = at;
    loop {
        match BYTES[usize::from(*bytes.get(start)?)] {
            MARK => start += 1,
            BEYOND => {
                let c = text[start..].chars().next()?;
                if stands_without_blanks(c) {
                    return Some(pair(text, start));
                }
                if c.is_alphanumeric() {
                    break;
                }
                start += c.len_utf8();
            }
            _ => break,
        }
    }
    let mut end = start;
    let mut kinds = 0;
    let behind = loop {
        let kind = bytes.get(end).map_or(MARK, |&byte| BYTES[usize::from(byte)]);
        if kind >= MARK {
            break kind;
        }
        kinds |= kind;
        end += 1;
    };
    if behind == MARK {
        let kind = if kinds == SMALL { Kind::Small } else { Kind::Ascii };
        return Some(Word { start, end, next: end, kind });
    }
    let mut at = end;
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii() {
            if !byte.is_ascii_alphanumeric() {
                break;
            }
            at += 1;
            end = at;
            continue;
        }
        let Some(c) = text[at..].chars().next().filter(|&c| !stands_without_blanks(c)) else { break };
        at += c.len_utf8();
        if c.is_alphanumeric() || is_combining_mark(c) {
            end = at;
        } else if !is_invisible(c) {
            break;
        }
    }
    // What is invisible inside has to be left out.
    let kind = if text[start..end].is_ascii() { Kind::Ascii } else { Kind::Folded };
    Some(Word { start, end, next: end, kind })
}

/// What a byte is to words: parts of words come first.
const SMALL: u8 = 0;
const CAPITAL: u8 = 1;
const MARK: u8 = 2;
/// Part of a character beyond ASCII.
const BEYOND: u8 = 3;

const BYTES: [u8; 256] = {
    let mut bytes = [BEYOND; 256];
    let mut byte = 0;
    while byte < 0x80 {
        bytes[byte as usize] = match byte {
            b'a'..=b'z' | b'0'..=b'9' => SMALL,
            b'A'..=b'Z' => CAPITAL,
            _ => MARK,
        };
        byte += 1;
    }
    bytes
};

/// The character at `start` with the one behind it, if one of their kind is.
fn pair(text: &str, start: usize) -> Word {
    let middle = unit(text, start);
    let follows = |at: usize| text[at..].chars().next().is_some_and(stands_without_blanks);
    let kind = Kind::Pair;
    if !follows(middle) {
        return Word { start, end: middle, next: middle, kind };
    }
    let end = unit(text, middle);
    Word { start, end, next: if follows(end) { middle } else { end }, kind }
}

/// The end of the character at `start`, with the marks that stand on it.
fn unit(text: &str, start: usize) -> usize {
    let mut chars = text[start..].char_indices();
    chars.next();
    let end = chars.find(|&(_, c)| !is_combining_mark(c) && !is_invisible(c));
    end.map_or(text.len(), |(at, _)| start + at)
}

/// Whether a character is of a script without blanks between words, or is written with as few letters as those.
pub(crate) fn stands_without_blanks(c: char) -> bool {
    matches!(c,
        // Thai and Lao without their digits, Burmese, Khmer.
        '\u{e01}'..='\u{e4e}' | '\u{e81}'..='\u{ecd}' | '\u{edc}'..='\u{edf}' | '\u{1000}'..='\u{103f}'
        | '\u{1780}'..='\u{17d3}'
        // Korean.
        | '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' | '\u{ac00}'..='\u{d7a3}'
        // Japanese.
        | '\u{3041}'..='\u{3096}' | '\u{309d}'..='\u{309f}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}'
        | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}'
        // Chinese.
        | '\u{3005}'..='\u{3007}' | '\u{3105}'..='\u{312f}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// Whether nobody sees a character: soft hyphens, joiners, spaces without width, signs of direction.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_case_accents_and_marks() {
        assert_eq!(
            words("Beyoncé’s “CO-STAR” naïve Straße Ørsted"),
            ["beyonce", "s", "co", "star", "naive", "strasse", "orsted"]
        );
        assert_eq!(words("cafe\u{301} Cafe\u{301}"), ["cafe", "cafe"]);
        assert_eq!(words("Baldoni‘s"), words("Baldoni's"));
        assert!(words("—…!").is_empty());
    }

    #[test]
    fn what_nobody_sees_ends_no_word() {
        assert_eq!(
            words("su\u{ad}per\u{ad}star tele\u{200b}vision caf\u{2060}\u{e9}"),
            ["superstar", "television", "cafe"]
        );
        assert_eq!(words("\u{feff}Rain\u{200b} fell\u{ad}, then"), ["rain", "fell", "then"]);
        let mut analyzer = analyzer();
        let mut stream = analyzer.token_stream("a su\u{ad}n\u{ad}.");
        stream.advance();
        stream.advance();
        assert_eq!((stream.token().offset_from, stream.token().offset_to), (2, 7));
    }

    #[test]
    fn scripts_without_blanks_stand_in_pairs() {
        assert_eq!(words("東京都で映画"), ["東京", "京都", "都で", "で映", "映画"]);
        assert_eq!(words("BTS는 2024年、서울"), ["bts", "는", "2024", "年", "서울"]);
        assert_eq!(words("ガーデン"), ["ガー", "ーデ", "デン"]);
        assert_eq!(words("カ\u{3099}ーデン"), words("ガーデン"));
        // Marks belong to the character they stand on.
        assert_eq!(words("ที่นี่"), ["ที่นี่"]);
        assert_eq!(words("นักร้อง"), ["นัก", "กร้", "ร้อ", "อง"]);
    }

    #[test]
    fn words_are_told_as_they_are_indexed() {
        let text = "Beyoncé’s CO-STAR, 東京都で2024年、su\u{ad}per\u{ad} cafe\u{301} ที่นี่ ガ é— x\u{200b}";
        for (from, _) in text.char_indices() {
            let mut analyzer = analyzer();
            let mut stream = analyzer.token_stream(&text[from..]);
            let mut indexed = Vec::new();
            while stream.advance() {
                indexed.push(stream.token().text.clone());
            }
            assert_eq!(words(&text[from..]), indexed);
        }
    }

    #[test]
    fn long_words_are_cut() {
        assert_eq!(words(&"x".repeat(200))[0].len(), MAX_BYTES);
        assert_eq!(words(&"é".repeat(100))[0].len(), 60);
    }
}
