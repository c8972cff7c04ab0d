//! Phrases that may be keyphrases: runs of words that look like a noun phrase, by the classes of their words alone.

use std::{collections::HashMap, hash::BuildHasherDefault};

use super::{
    lexicon::Hashed,
    scan::ending,
    tokens::{Token, Tokens, flag},
};

/// Longest candidate, in words: of the training stories' keyphrases one in 300 has five, none more.
pub const LONGEST: usize = 5;

/// A candidate: every place where the same words stand, whatever their case and number.
#[derive(Clone, Debug)]
pub struct Phrase {
    /// Number of its first word at its first mention; in the text rather than in the title if it stands in both.
    pub at: u32,
    /// How many words it has.
    pub length: u8,
    /// How often it stands in title and text.
    pub count: u16,
    /// Number of its first word at its last mention.
    pub last: u32,
    /// Whether it stands in the title.
    pub in_title: bool,
}

impl Phrase {
    /// Its words at the first mention.
    pub fn tokens<'a>(&self, tokens: &'a Tokens) -> &'a [Token] {
        &tokens.all[self.at as usize..][..self.length as usize]
    }
}

/// The candidates of an article, in the order of their first mention.
pub fn find(tokens: &Tokens) -> Vec<Phrase> {
    let (parts, begins) = parts(&tokens.all);
    let mut found: Vec<Phrase> = Vec::with_capacity(tokens.all.len() / 2);
    let mut known: HashMap<u64, u32, BuildHasherDefault<Hashed>> =
        HashMap::with_capacity_and_hasher(tokens.all.len() / 2, BuildHasherDefault::default());
    for at in begins {
        let words = &tokens.all[at as usize..];
        let title = words[0].has(flag::TITLE);
        let (mut key, mut length) = (0, 0);
        for end in ends(&parts[at as usize..]) {
            for token in &words[length..end] {
                key = join(key, token.hash);
            }
            length = end;
            let slot = *known.entry(key).or_insert(found.len() as u32) as usize;
            match found.get_mut(slot) {
                None => found.push(Phrase { at, length: length as u8, count: 1, last: at, in_title: title }),
                Some(phrase) => {
                    if tokens.all[phrase.at as usize].has(flag::TITLE) && !title {
                        phrase.at = at;
                    }
                    phrase.count = phrase.count.saturating_add(1);
                    phrase.last = at;
                    phrase.in_title |= title;
                }
            }
        }
    }
    found
}

/// What part a word may play in a phrase, a bit each.
mod part {
    /// Be the last word.
    pub const ENDS: u8 = 1;
    /// Not follow the word before it.
    pub const BARRED: u8 = 2;
    /// Stand inside only: "of", "the".
    pub const INSIDE: u8 = 4;

    /// The part if it may be played, else none.
    #[inline]
    pub fn when(part: u8, may: bool) -> u8 {
        part * u8::from(may)
    }
}

/// Words whose parts are read at once: more than a phrase has.
const WINDOW: usize = 8;
const _: () = assert!(WINDOW > LONGEST);

/// The [`part`]s of every word, a window of none behind the last one, and the numbers of the words that may be
/// first in a phrase. Free of branches, which no processor could foretell.
fn parts(tokens: &[Token]) -> (Vec<u8>, Vec<u32>) {
    let mut parts = vec![0u8; tokens.len() + WINDOW];
    let mut begins = vec![0u32; tokens.len() + 1];
    let mut count = 0;
    let mut before = 0;
    for (at, token) in tokens.iter().enumerate() {
        let named = token.has(flag::NAMED);
        let closed = !named & token.has(flag::CLOSED);
        let inside = closed & token.has(flag::INSIDE);
        let ends = !token.has(flag::PERSON) & (named | may_end(token));
        let barred = token.has(flag::AFTER_MARK | flag::AFTER_STOP | flag::PERSON) | (closed & !inside);
        parts[at] = part::when(part::ENDS, ends)
            | part::when(part::BARRED, barred)
            | part::when(part::INSIDE, inside);
        let goes_on = token.has(flag::AFTER_HYPHEN) | (token.has(flag::LATER) & (before & flag::NAMED != 0));
        parts[at.saturating_sub(1)] &= !part::when(part::ENDS, goes_on & (at > 0));
        before = token.flags;
        begins[count] = at as u32;
        count += usize::from(may_begin(token));
    }
    begins.truncate(count);
    (parts, begins)
}

/// The lengths in words, ascending, of the phrases that begin at the first of the words with those parts.
fn ends(parts: &[u8]) -> impl Iterator<Item = usize> + use<> {
    const EVERY: u64 = 0x0101_0101_0101_0101;
    const FIRST: u64 = 0xFF;
    /// Words that stand inside only, at most two of a phrase. When the second, third and fourth all are such, it stops
    /// there; the first never is one, and a third one in fifth place cannot be the last.
    const THREE_INSIDE: u64 = 0x0101_0100 * part::INSIDE as u64;
    let window: [u8; WINDOW] = parts[..WINDOW].try_into().unwrap_or_default();
    let parts = u64::from_le_bytes(window);
    let barred = parts & (EVERY * u64::from(part::BARRED)) & !FIRST;
    let most = if parts & THREE_INSIDE == THREE_INSIDE { LONGEST - 1 } else { LONGEST };
    let reach = (barred | u64::from(part::BARRED) << (8 * most)).trailing_zeros() / 8;
    let mut ends = parts & (EVERY * u64::from(part::ENDS)) & ((1 << (8 * reach)) - 1);
    std::iter::from_fn(move || {
        let end = (ends != 0).then(|| ends.trailing_zeros() as usize / 8 + 1);
        ends &= ends.wrapping_sub(1);
        end
    })
}

/// The key of a phrase so far and its next word.
pub fn join(key: u64, hash: u64) -> u64 {
    (key.rotate_left(7) ^ hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Whether a word may be the first of a phrase.
fn may_begin(token: &Token) -> bool {
    let fits = !token.has(flag::PERSON | flag::LATER | flag::AFTER_HYPHEN | flag::CLOSED | flag::ADVERB);
    token.has(flag::WORK) | fits
}

/// Whether a word that is in no name may be the last of a phrase.
fn may_end(token: &Token) -> bool {
    const NEVER: u32 = flag::CLOSED | flag::ADVERB | flag::ADJECTIVE | flag::VERB_FORM | flag::DIGIT;
    !token.has(NEVER) & (token.end > token.start + 1) & (token.has(flag::GRAMMAR) | !looks_unlike_noun(token))
}

/// Whether a word of no known class ends as participles, adjectives and adverbs do. A final "s" is not looked at.
fn looks_unlike_noun(token: &Token) -> bool {
    /// Two letters, in the bits that [`ending`] has for the last two, past the lowest.
    const TWO: [u32; 2] = [ending(b"ed") >> 1, ending(b"ou") >> 1];
    const THREE: [u32; 4] = [ending(b"-ful"), ending(b"-ely"), ending(b"-tly"), ending(b"-lly")];
    let long = token.end - token.start >= 6;
    let two = TWO.iter().fold(false, |found, two| found | (token.ending >> 1 & 0x3FF == *two));
    let three = THREE.iter().fold(false, |found, three| found | (token.ending == *three));
    long & (two | three)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{annotation::Annotations, article::Article, extract::topics::lexicon::Lexicon};

    /// The candidates of a text, in order, in lower case.
    fn phrases(text: &str) -> Vec<String> {
        let article = Article { text: text.to_owned(), ..Article::default() };
        let tokens = Tokens::read(&article, &Annotations::default(), Lexicon::get());
        let words = |phrase: &Phrase| {
            let words = phrase.tokens(&tokens);
            text[words[0].start as usize..words[words.len() - 1].end as usize].to_lowercase()
        };
        find(&tokens).iter().map(words).collect()
    }

    #[test]
    fn candidates_begin_and_end_like_noun_phrases() {
        assert_eq!(
            phrases("the budget of the film festival"),
            [
                "budget",
                "budget of the film",
                "budget of the film festival",
                "film",
                "film festival",
                "festival"
            ]
        );
        // No phrase reaches across a mark, ends within a compound or holds three words that only join others.
        assert_eq!(phrases("the film, the co-director"), ["film", "co-director"]);
        assert_eq!(phrases("budget of the of festival"), ["budget", "festival"]);
        assert_eq!(phrases(""), [""; 0]);
    }

    #[test]
    fn mentions_of_a_candidate_are_counted_together() {
        let text = "Festivals end. The festival ended, and a festival begins.";
        let article = Article { text: text.to_owned(), ..Article::default() };
        let tokens = Tokens::read(&article, &Annotations::default(), Lexicon::get());
        let found = find(&tokens);
        let festival = found.iter().find(|phrase| phrase.at == 0 && phrase.length == 1).expect("the word");
        assert_eq!((festival.count, festival.last, festival.in_title), (3, 7, false));
    }
}
