//! The cues of an article: where words and phrases stand that point to topics.

use super::{
    lexicon::Lexicon,
    tokens::{Token, flag},
};

/// Longest phrase among the cues, in words.
const LONGEST_CUE: usize = 6;

/// A place where a cue stands.
#[derive(Clone, Copy, Debug, Default)]
pub struct Match {
    /// Number of its first word.
    pub at: u32,
    /// Its number, see [`Lexicon::cues`].
    pub cue: u32,
    /// How many words it has.
    pub length: u8,
}

/// The cues in an article: those of one word first, then the others, both in the order of the text.
pub fn find(tokens: &[Token], lexicon: &Lexicon) -> Vec<Match> {
    let mut found = vec![Match::default(); tokens.len() + 1];
    let mut begins = vec![0u32; tokens.len() + 1];
    let (mut singles, mut longer) = (0, 0);
    // Every word is written down, and kept if a cue stands there: writing costs less than guessing wrongly.
    let next = tokens.iter().skip(1).map(|token| token.flags).chain([0]);
    for ((at, token), next) in (0..).zip(tokens).zip(next) {
        found[singles] = Match { at, cue: token.word, length: 1 };
        singles += usize::from(token.has(flag::CUE));
        begins[longer] = at;
        longer += usize::from(token.has(flag::BEGINS_CUE) & (next & flag::CONTINUES_CUE != 0));
    }
    found.truncate(singles);
    for single in &mut found {
        single.cue = lexicon.first_state(single.cue);
    }
    for &at in &begins[..longer] {
        longer_cues(&tokens[at as usize..], lexicon, |cue, length| {
            found.push(Match { at, cue, length: length as u8 });
        });
    }
    found
}

/// Calls `each` with the number and the length in words of every cue of several words that begins at the first of
/// `tokens`.
fn longer_cues(tokens: &[Token], lexicon: &Lexicon, mut each: impl FnMut(u32, usize)) {
    let mut state = lexicon.first_state(tokens[0].word);
    for (length, token) in (2..=LONGEST_CUE).zip(&tokens[1..]) {
        if !token.has(flag::CONTINUES_CUE) {
            return;
        }
        let Some(next) = lexicon.next_state(state, token.word) else { return };
        state = next;
        if !lexicon.cues(state).is_empty() {
            each(state, length);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{extract::topics::tokens, taxonomy};

    #[test]
    fn cues_of_one_word_and_of_several_are_found() {
        let lexicon = Lexicon::get();
        let text = "the plastic surgery; plastic, not surgery";
        let mut words = Vec::new();
        tokens::split(text, 0..text.len(), 0, lexicon, &mut words);
        let surgery = |found: &&Match| {
            lexicon.cues(found.cue).iter().any(|cue| taxonomy::all()[cue.subject as usize].label == "surgery")
        };
        let found = find(&words, lexicon);
        let places: Vec<(u32, u8)> = found.iter().filter(surgery).map(|it| (it.at, it.length)).collect();
        assert_eq!(places, [(2, 1), (5, 1), (1, 2)]);
        assert_eq!(found.iter().filter(|found| found.length > 1).count(), 1);
    }
}
