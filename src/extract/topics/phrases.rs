//! Phrases that may be keyphrases: runs of words that look like a noun phrase, by the classes of their words alone.

use std::{collections::HashMap, hash::BuildHasherDefault};

use super::{
    lexicon::{Hashed, Lexicon, class},
    tokens::{Gap, NamePart, Token, Tokens, Zone, ending},
};
use crate::annotation::NameKind;

/// Longest candidate, in words: of the training stories' keyphrases one in 300 has five, none more.
pub const LONGEST: usize = 5;

/// A candidate: every place where the same words stand, whatever their case and number.
#[derive(Clone, Debug)]
pub struct Phrase {
    /// Hash of its folded words.
    pub key: u64,
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
pub fn find(tokens: &Tokens, lexicon: &Lexicon) -> Vec<Phrase> {
    let mut found: Vec<Phrase> = Vec::with_capacity(tokens.all.len() / 2);
    let mut known: HashMap<u64, u32, BuildHasherDefault<Hashed>> =
        HashMap::with_capacity_and_hasher(tokens.all.len() / 2, BuildHasherDefault::default());
    for at in 0..tokens.all.len() {
        for_each_at(&tokens.all, at, lexicon, |key, length| {
            let title = tokens.all[at].zone == Zone::Title;
            let slot = *known.entry(key).or_insert(found.len() as u32) as usize;
            match found.get_mut(slot) {
                None => found.push(Phrase {
                    key,
                    at: at as u32,
                    length: length as u8,
                    count: 1,
                    last: at as u32,
                    in_title: title,
                }),
                Some(phrase) => {
                    if tokens.all[phrase.at as usize].zone == Zone::Title && !title {
                        phrase.at = at as u32;
                    }
                    phrase.count = phrase.count.saturating_add(1);
                    phrase.last = at as u32;
                    phrase.in_title |= title;
                }
            }
        });
    }
    found
}

/// Calls `each` with the key and the length of every candidate that begins at a word.
fn for_each_at(tokens: &[Token], at: usize, lexicon: &Lexicon, mut each: impl FnMut(u64, usize)) {
    if !may_begin(tokens, at, lexicon) {
        return;
    }
    let mut key = 0;
    let mut inside = 0;
    for (length, token) in (1..=LONGEST).zip(&tokens[at..]) {
        if length > 1 && matches!(token.gap, Gap::Mark | Gap::Stop) || token.name == NamePart::Person {
            return;
        }
        key = join(key, token.hash);
        let class = lexicon.info(token.word).class;
        if class & class::CLOSED != 0 && !in_name(token) {
            inside += 1;
            if class & class::INSIDE == 0 || inside > 2 {
                return;
            }
        } else if may_end(tokens, at + length - 1, lexicon) {
            each(key, length);
        }
    }
}

/// The key of a phrase so far and its next word.
pub fn join(key: u64, hash: u64) -> u64 {
    (key.rotate_left(7) ^ hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn in_name(token: &Token) -> bool {
    matches!(token.name, NamePart::Begins(_) | NamePart::Inside(_))
}

fn may_begin(tokens: &[Token], at: usize, lexicon: &Lexicon) -> bool {
    let token = &tokens[at];
    match token.name {
        NamePart::Begins(NameKind::Work) => return true,
        NamePart::Person | NamePart::Inside(_) => return false,
        NamePart::Begins(_) | NamePart::None => (),
    }
    let class = lexicon.info(token.word).class;
    token.gap != Gap::Hyphen && class & (class::CLOSED | class::ADVERB) == 0
}

fn may_end(tokens: &[Token], at: usize, lexicon: &Lexicon) -> bool {
    let token = &tokens[at];
    let next = tokens.get(at + 1);
    if next.is_some_and(|next| next.gap == Gap::Hyphen) {
        return false;
    }
    if in_name(token) {
        return !next.is_some_and(|next| matches!(next.name, NamePart::Inside(_)));
    }
    let class = lexicon.info(token.word).class;
    let never = class::CLOSED | class::ADVERB | class::ADJECTIVE | class::VERB_FORM;
    class & never == 0
        && !token.digit
        && token.end > token.start + 1
        && (class != 0 || !looks_unlike_noun(token))
}

/// Whether a word of no known class ends as participles, adjectives and adverbs do. A final "s" is not looked at.
fn looks_unlike_noun(token: &Token) -> bool {
    /// Two letters, in the bits that [`ending`] has for the last two, past the lowest.
    const TWO: [u32; 2] = [ending(b"ed") >> 1, ending(b"ou") >> 1];
    const THREE: [u32; 4] = [ending(b"-ful"), ending(b"-ely"), ending(b"-tly"), ending(b"-lly")];
    let long = token.end - token.start >= 6;
    long && (TWO.contains(&(token.ending >> 1 & 0x3FF)) || THREE.contains(&token.ending))
}
