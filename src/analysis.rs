//! Words as the index knows them: folded to lower case without accents, and nothing else.
//!
//! A word is a run of letters and digits. Apostrophes, dashes and quotation marks of every kind end a word, so a phrase
//! finds its text whichever of them was typed. Inflections are the query's business: words are indexed as they stand.

use tantivy::tokenizer::{AsciiFoldingFilter, TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The analyzer's name in the schema.
pub const NAME: &str = "words";

/// Longest word kept, in bytes; what a longer one has beyond is dropped. The longest word of any dictionary is far
/// below; addresses and encoded data are above.
const MAX_BYTES: usize = 120;

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
    if text.is_ascii() {
        // What the analyzer does to these is little, and it is costly to set up.
        let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        return words.map(|word| word[..word.len().min(MAX_BYTES)].to_ascii_lowercase()).collect();
    }
    let mut analyzer = analyzer();
    let mut stream = analyzer.token_stream(text);
    let mut found = Vec::new();
    while stream.advance() {
        found.push(stream.token().text.clone());
    }
    found
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
        let Some((start, end, ascii)) = next_word(self.text, self.at) else { return false };
        self.at = end;
        self.token.offset_from = start;
        self.token.offset_to = end;
        let mut cut = end.min(start + MAX_BYTES);
        while !self.text.is_char_boundary(cut) {
            cut -= 1;
        }
        let word = &self.text[start..cut];
        if ascii {
            self.token.text.push_str(word);
            self.token.text.make_ascii_lowercase();
        } else {
            self.token.text.extend(
                word.nfkd()
                    .filter(|&c| !is_combining_mark(c))
                    .flat_map(char::to_lowercase)
                    .filter(|&c| !is_combining_mark(c)),
            );
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

/// Start and end of the next word at or after byte `at`, and whether it is ASCII.
fn next_word(text: &str, at: usize) -> Option<(usize, usize, bool)> {
    let bytes = text.as_bytes();
    let mut start = at;
    loop {
        let &byte = bytes.get(start)?;
        if byte.is_ascii() {
            if byte.is_ascii_alphanumeric() {
                break;
            }
            start += 1;
        } else {
            let c = text[start..].chars().next()?;
            if c.is_alphanumeric() {
                break;
            }
            start += c.len_utf8();
        }
    }
    let mut end = start;
    let mut ascii = true;
    while let Some(&byte) = bytes.get(end) {
        if byte.is_ascii() {
            if !byte.is_ascii_alphanumeric() {
                break;
            }
            end += 1;
        } else {
            let Some(c) = text[end..].chars().next().filter(|&c| c.is_alphanumeric() || is_combining_mark(c))
            else {
                break;
            };
            ascii = false;
            end += c.len_utf8();
        }
    }
    Some((start, end, ascii))
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
    fn long_words_are_cut() {
        assert_eq!(words(&"x".repeat(200))[0].len(), MAX_BYTES);
        assert_eq!(words(&"é".repeat(100))[0].len(), 60);
    }
}
