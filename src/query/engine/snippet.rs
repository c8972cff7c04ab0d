//! Snippets: the stretch of a text that shows best why it was found.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    analysis::{self, stands_without_blanks},
    query::engine::plan::{Clause, Plan, WordGroup},
};

/// Words of a snippet.
const WORDS: usize = 36;

/// A stretch of text with the words that were searched for.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Snippet {
    /// The stretch.
    pub text: String,
    /// Words in it that were searched for: ranges of Unicode scalar values.
    pub highlights: Vec<(u32, u32)>,
}

/// What to highlight: single words with their weights, and phrases.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    words: FxHashMap<String, f32>,
    phrases: Vec<Vec<String>>,
}

impl Wanted {
    /// What a plan looks for in running text.
    pub(crate) fn of(plan: &Plan) -> Self {
        let mut wanted = Self::default();
        for word in plan.words.iter().filter(|word| !word.is_stop_word) {
            wanted.add_word(word);
        }
        plan.required.iter().for_each(|clause| wanted.add(clause));
        wanted
    }

    fn add_word(&mut self, group: &WordGroup) {
        if group.is_compound {
            self.phrases.push(group.terms.clone());
            return;
        }
        self.words.extend(group.terms.iter().map(|term| (term.clone(), group.idf)));
    }

    fn add(&mut self, clause: &Clause) {
        match clause {
            Clause::Word(group) => {
                self.add_word(group);
            }
            Clause::Phrase { words, .. } => self.phrases.push(words.clone()),
            Clause::Near { sides, .. } => {
                for side in sides.iter() {
                    match side.as_slice() {
                        [one] => self.add_word(one),
                        several => {
                            self.phrases.push(several.iter().map(|group| group.typed.clone()).collect())
                        }
                    }
                }
            }
            Clause::All(parts) | Clause::Any(parts) | Clause::Named { forms: parts, .. } => {
                parts.iter().for_each(|part| self.add(part));
            }
            Clause::Other(inner) => self.add(inner),
            Clause::Exact { .. }
            | Clause::Kinds(_)
            | Clause::Date { .. }
            | Clause::Undated
            | Clause::Confidence { .. }
            | Clause::Not(_) => (),
        }
    }

    /// The best stretch of a text; its beginning when nothing is found in it.
    pub(crate) fn snippet(&self, text: &str) -> Snippet {
        let tokens = tokens(text);
        if tokens.is_empty() {
            return Snippet::default();
        }
        let weights = self.weights(&tokens);
        let first = best_window(&tokens, &weights, WORDS);
        let last = (first + WORDS).min(tokens.len());
        let start = sentence_start(text, tokens[first].start, tokens[first.saturating_sub(8)].start);
        let end = tokens[last - 1].end;
        let end = end
            + text[end..]
                .chars()
                .take_while(|&c| !c.is_whitespace() && !stands_without_blanks(c))
                .map(char::len_utf8)
                .sum::<usize>();
        cut(text, start, end, &tokens, &weights)
    }

    /// Where a text holds what is wanted, words side by side as one stretch: ranges of its bytes, in their order.
    pub(crate) fn places(&self, text: &str) -> Vec<Range<usize>> {
        let tokens = tokens(text);
        let mut places: Vec<Range<usize>> = Vec::new();
        let mut before = None;
        for (number, (token, weight)) in tokens.iter().zip(self.weights(&tokens)).enumerate() {
            if weight <= 0.0 {
                continue;
            }
            let is_next = before.is_some_and(|before| before + 1 == number);
            match places.last_mut().filter(|last| is_next && !text[last.end..token.start].contains('\n')) {
                Some(last) => last.end = last.end.max(token.end),
                None => places.push(token.start..token.end),
            }
            before = Some(number);
        }
        places
    }

    /// How much of what is wanted a text holds: weights added up, each word once.
    pub(crate) fn weight(&self, text: &str) -> f32 {
        let tokens = tokens(text);
        let weights = self.weights(&tokens);
        let mut seen = FxHashSet::default();
        tokens
            .iter()
            .zip(weights)
            .filter(|(token, _)| seen.insert(token.word.as_str()))
            .map(|(_, weight)| weight)
            .sum()
    }

    /// Each token's weight: 0 where it was not searched for.
    fn weights(&self, tokens: &[Token]) -> Vec<f32> {
        let mut weights: Vec<f32> =
            tokens.iter().map(|token| self.words.get(&token.word).copied().unwrap_or(0.0)).collect();
        for phrase in &self.phrases {
            for start in 0..tokens.len().saturating_sub(phrase.len() - 1) {
                let here = &tokens[start..start + phrase.len()];
                if here.iter().zip(phrase).all(|(token, word)| token.word == *word) {
                    weights[start..start + phrase.len()]
                        .iter_mut()
                        .for_each(|weight| *weight = weight.max(10.0));
                }
            }
        }
        weights
    }
}

struct Token {
    word: String,
    start: usize,
    end: usize,
}

fn tokens(text: &str) -> Vec<Token> {
    let mut analyzer = analysis::analyzer();
    let mut stream = analyzer.token_stream(text);
    let mut found = Vec::new();
    while stream.advance() {
        let token = stream.token();
        found.push(Token { word: token.text.clone(), start: token.offset_from, end: token.offset_to });
    }
    found
}

/// First token of the window with the most weight, each word counted once and a little for each time more.
fn best_window(tokens: &[Token], weights: &[f32], words: usize) -> usize {
    let mut best = (0.0, 0);
    let marked: Vec<usize> = (0..tokens.len()).filter(|&n| weights[n] > 0.0).collect();
    for &first in &marked {
        let mut seen = FxHashSet::default();
        let mut sum = 0.0;
        for &n in marked.iter().skip_while(|&&n| n < first).take_while(|&&n| n < first + words) {
            sum += if seen.insert(tokens[n].word.as_str()) { weights[n] } else { 0.1 * weights[n] };
        }
        if sum > best.0 {
            best = (sum, first);
        }
    }
    best.1.saturating_sub(6)
}

/// A sentence's beginning at most a few words before `at`, else `at` itself.
fn sentence_start(text: &str, at: usize, earliest: usize) -> usize {
    let before = &text[earliest..at];
    let found = before.rfind(['\n', '.', '!', '?']).map(|end| {
        let rest = &before[end + 1..];
        earliest
            + end
            + 1
            + (rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == '”').len())
    });
    let start = found.filter(|&start| start <= at).unwrap_or(at);
    // Opening marks belong to their word.
    let opening = text[..start]
        .chars()
        .rev()
        .take_while(|c| matches!(c, '“' | '‘' | '"' | '\'' | '('))
        .map(char::len_utf8);
    start - opening.sum::<usize>()
}

fn cut(text: &str, start: usize, end: usize, tokens: &[Token], weights: &[f32]) -> Snippet {
    let mut snippet = Snippet::default();
    if start > 0 {
        snippet.text.push('…');
    }
    let mut count = snippet.text.chars().count() as u32;
    let mut inside = tokens
        .iter()
        .zip(weights)
        .filter(|(token, weight)| **weight > 0.0 && token.start >= start)
        .peekable();
    let mut blank = false;
    for (offset, c) in text[start..end].char_indices() {
        let at = start + offset;
        while inside.next_if(|(token, _)| token.end <= at).is_some() {}
        if c.is_whitespace() {
            blank = !snippet.text.is_empty();
            continue;
        }
        if blank {
            snippet.text.push(' ');
            count += 1;
            blank = false;
        }
        if inside.peek().is_some_and(|(token, _)| token.start <= at && at < token.end) {
            match snippet.highlights.last_mut() {
                Some(last) if last.1 == count => last.1 += 1,
                _ => snippet.highlights.push((count, count + 1)),
            }
        }
        snippet.text.push(c);
        count += 1;
    }
    if end < text.trim_end().len() {
        snippet.text.push('…');
    }
    snippet
}
