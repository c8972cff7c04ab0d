//! Words that are looked for in texts, and the passages that come nearest.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::{
    align::{Change, Pair, Piece, align},
    words::{Step, Token, steps, tokens},
};
use crate::analysis;

/// Words that a passage may have more than those asked for, beside half of them: an attribution in the middle.
const SLACK: usize = 16;

/// Words that a `…` may stand for.
const SKIPPED: usize = 60;

/// Words around a stretch of a text that are compared too.
const MARGIN: usize = 6;

/// Passages of one text.
const PASSAGES: usize = 4;

/// Share of the weight of the words asked for that a stretch of a text must hold to be compared word by word.
const HELD: f32 = 0.35;

/// The same where only the nearest is asked for, however far.
const HELD_NEAREST: f32 = 0.2;

/// A word of a text that is not asked for.
const OTHER: u16 = u16::MAX;

/// Words that are looked for.
pub struct Wording {
    text: String,
    steps: Vec<Step>,
    tokens: Vec<Token>,
    /// Different words as the index has them, and what each weighs.
    terms: Vec<(String, u32)>,
    ids: FxHashMap<String, u16>,
}

/// A passage of a text beside the words asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage {
    /// Where it stands.
    pub range: Range<usize>,
    /// Words replaced, put in or left out.
    pub edits: usize,
    /// Words spelt otherwise.
    pub respelt: usize,
    /// Words that a `…` stands for.
    pub skipped: usize,
    /// Weight of the words asked for that are found, as a share: 0 to 1.
    pub near: f32,
    /// Words in a row that are the same, at most.
    pub run: usize,
    /// The comparison.
    pub pieces: Vec<Piece>,
}

impl Passage {
    /// Whether the words are the same, spelling and marked omissions aside.
    pub fn is_same(&self) -> bool {
        self.edits == 0
    }

    /// Whether the words are the very same, marks and case aside.
    pub fn is_exact(&self) -> bool {
        self.edits + self.respelt + self.skipped == 0
    }
}

impl Wording {
    /// Prepares words. At `joints`, places between two of them, others may be left out without a mark.
    pub fn new(text: &str, joints: &[usize]) -> Self {
        let tokens = tokens(text, 0..text.len());
        let mut terms: Vec<(String, u32)> = Vec::new();
        let mut ids = FxHashMap::default();
        for token in &tokens {
            let next = u16::try_from(terms.len()).unwrap_or(OTHER);
            if next != OTHER && !ids.contains_key(&token.plain) {
                ids.insert(token.plain.clone(), next);
                terms.push((token.plain.clone(), 1000));
            }
        }
        Self { steps: steps(text, 0..text.len(), joints), text: text.to_owned(), tokens, terms, ids }
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// The words as the index has them, in order.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().map(|token| token.plain.as_str())
    }

    /// The different words as the index has them, with what each weighs, in thousandths.
    pub fn terms(&self) -> &[(String, u32)] {
        &self.terms
    }

    /// Weighs the different words. Without that all weigh the same.
    ///
    /// # Errors
    /// Those of `weigh`.
    pub fn weigh<E>(&mut self, mut weigh: impl FnMut(&str) -> Result<f32, E>) -> Result<(), E> {
        for (term, weight) in &mut self.terms {
            *weight = (weigh(term)? * 1000.0).round().max(1.0) as u32;
        }
        Ok(())
    }

    /// Passages of a text that have most of the words, the nearest first. `between` are stretches between two pieces of
    /// one quotation, which are passed over where that brings the words nearer.
    pub fn passages(&self, text: &str, between: &[Range<usize>]) -> Vec<Passage> {
        self.passages_with(text, between, HELD)
    }

    /// The passage of a text that has most of the words, though they be few.
    pub fn nearest(&self, text: &str, between: &[Range<usize>]) -> Option<Passage> {
        self.passages_with(text, between, HELD_NEAREST).into_iter().next()
    }

    fn passages_with(&self, text: &str, between: &[Range<usize>], least: f32) -> Vec<Passage> {
        let mut words = self.scan(text);
        let mut found: Vec<Passage> = Vec::new();
        while found.len() < PASSAGES
            && let Some(stretch) = self.best_stretch(&words, least)
            && let Some(passage) = self.compare(text, stretch, between)
        {
            for word in &mut words {
                if passage.range.start < word.1 as usize && (word.0 as usize) < passage.range.end {
                    word.2 = OTHER;
                }
            }
            found.push(passage);
        }
        found.sort_by(|a, b| {
            let order =
                |passage: &Passage| (passage.edits, passage.respelt + passage.skipped, passage.range.start);
            order(a).cmp(&order(b))
        });
        found
    }

    /// Every word of a text: where it stands, and which of those asked for it is.
    fn scan(&self, text: &str) -> Vec<(u32, u32, u16)> {
        let mut analyzer = analysis::analyzer();
        let mut stream = analyzer.token_stream(text);
        let mut words = Vec::with_capacity(text.len() / 6);
        while stream.advance() {
            let token = stream.token();
            let id = self.ids.get(&token.text).copied().unwrap_or(OTHER);
            words.push((token.offset_from as u32, token.offset_to as u32, id));
        }
        words
    }

    /// The stretch of a text that holds most of the words, if it is enough.
    fn best_stretch(&self, words: &[(u32, u32, u16)], least: f32) -> Option<Range<usize>> {
        let gaps = self.steps.iter().filter(|step| matches!(step, Step::Gap(_))).count();
        let length = self.len() + SLACK.max(self.len() / 2) + gaps * SKIPPED;
        let mut times = vec![0u32; self.terms.len()];
        let (mut held, mut best, mut first) = (0, (0, 0, 0), 0);
        for (last, &(_, _, id)) in words.iter().enumerate() {
            if last - first >= length {
                let left = words[first].2;
                if left != OTHER {
                    times[usize::from(left)] -= 1;
                    held -= if times[usize::from(left)] == 0 { self.terms[usize::from(left)].1 } else { 0 };
                }
                first += 1;
            }
            if id != OTHER {
                held += if times[usize::from(id)] == 0 { self.terms[usize::from(id)].1 } else { 0 };
                times[usize::from(id)] += 1;
                if held > best.0 {
                    best = (held, first, last);
                }
            }
        }
        let all: u32 = self.terms.iter().map(|(_, weight)| weight).sum();
        if best.0 == 0 || (best.0 as f32) < least * all as f32 {
            return None;
        }
        let (first, last) = (best.1.saturating_sub(MARGIN), (best.2 + MARGIN).min(words.len() - 1));
        Some(words[first].0 as usize..words[last].1 as usize)
    }

    /// Compares the words with a stretch of a text; nothing where none of them is found in order.
    fn compare(&self, text: &str, stretch: Range<usize>, between: &[Range<usize>]) -> Option<Passage> {
        let mut found = steps(text, stretch, &[]);
        found.retain(|step| !matches!(step, Step::Gap(_)));
        let mut best = self.passage(text, &found, align(&self.steps, &found));
        let inside = |step: &Step| {
            let range = step.range();
            between.iter().any(|gap| gap.start <= range.start && range.end <= gap.end)
        };
        if best.as_ref().is_none_or(|best| best.edits + best.skipped > 0) && found.iter().any(inside) {
            found.retain(|step| !inside(step));
            let joined = self.passage(text, &found, align(&self.steps, &found));
            let cost = |passage: &Option<Passage>| {
                passage.as_ref().map_or((usize::MAX, 0), |passage| (passage.edits, passage.skipped))
            };
            if cost(&joined) < cost(&best) {
                best = joined;
            }
        }
        best
    }

    /// What an alignment comes to.
    fn passage(&self, text: &str, found: &[Step], pairs: Vec<Pair>) -> Option<Passage> {
        let seen = |pair: &&Pair| !pair.found.is_empty();
        let first = pairs.iter().find(seen)?.found.start;
        let last = pairs.iter().rev().find(seen)?.found.end;
        let range = found[first].range().start..found[last - 1].range().end;
        let mut passage =
            Passage { range, edits: 0, respelt: 0, skipped: 0, near: 0.0, run: 0, pieces: Vec::new() };
        let (mut kept, mut run) = (0, 0);
        for pair in &pairs {
            match pair.change {
                Change::Same => run += pair.wanted.len(),
                Change::Respelt => {
                    passage.respelt += 1;
                    run += pair.wanted.len();
                }
                Change::Skipped => passage.skipped += pair.found.len(),
                Change::Edited => {
                    passage.edits += pair.wanted.len().max(pair.found.len());
                    run = 0;
                }
            }
            passage.run = passage.run.max(run);
            if matches!(pair.change, Change::Same | Change::Respelt) {
                kept += self.weight(&pair.wanted);
            }
        }
        let all = self.weight(&(0..self.steps.len()));
        passage.near = if all == 0 { 0.0 } else { kept as f32 / all as f32 };
        passage.pieces = self.pieces(text, found, &pairs);
        Some(passage)
    }

    /// What some steps of those asked for weigh.
    fn weight(&self, wanted: &Range<usize>) -> u64 {
        let Some(first) = self.steps.get(wanted.start).filter(|_| !wanted.is_empty()) else { return 0 };
        // A word asked for may be less than a word of the index, `n’t`, or more, `5 million`.
        let end = self.steps.get(wanted.end).map_or(self.text.len(), |step| step.range().start);
        let within = first.range().start..end;
        let start = self.tokens.partition_point(|token| token.range.start < within.start);
        let tokens = self.tokens[start..].iter().take_while(|token| token.range.start < within.end);
        tokens
            .filter_map(|token| self.ids.get(&token.plain))
            .map(|&id| u64::from(self.terms[usize::from(id)].1))
            .sum()
    }

    fn pieces(&self, text: &str, found: &[Step], pairs: &[Pair]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for run in pairs.chunk_by(|a, b| a.change == b.change) {
            let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
            let seen = slice(text, found, first.found.start..last.found.end);
            match first.change {
                Change::Same => pieces.extend(seen.map(Piece::Same)),
                Change::Respelt => match seen {
                    Some(seen) => pieces.push(Piece::Respelt(seen)),
                    // A gloss in brackets.
                    None => pieces.extend(
                        slice(&self.text, &self.steps, first.wanted.start..last.wanted.end)
                            .map(Piece::Respelt),
                    ),
                },
                Change::Skipped => pieces.extend(seen.map(Piece::Skipped)),
                Change::Edited => {
                    let asked = slice(&self.text, &self.steps, first.wanted.start..last.wanted.end);
                    pieces.extend(asked.map(Piece::Dropped));
                    pieces.extend(seen.map(Piece::Added));
                }
            }
        }
        pieces
    }
}

/// Steps as they are written, with the marks behind them where others follow.
fn slice(text: &str, steps: &[Step], wanted: Range<usize>) -> Option<String> {
    let (first, last) = (steps.get(wanted.start)?, steps.get(wanted.end.checked_sub(1)?)?);
    if wanted.is_empty() {
        return None;
    }
    let end = steps.get(wanted.end).map_or(last.range().end, |next| {
        // Brackets and opening marks belong to what follows; over more than marks nothing is taken.
        let between = &text[last.range().end..next.range().start.max(last.range().end)];
        let marks = between.find(char::is_whitespace).unwrap_or(between.len());
        let plain =
            between[..marks].chars().all(|c| !c.is_alphanumeric() && !matches!(c, '[' | '(' | '“' | '‘'));
        last.range().end + if plain && between.chars().any(char::is_whitespace) { marks } else { 0 }
    });
    let words: Vec<&str> = text[first.range().start..end].split_whitespace().collect();
    Some(words.join(" ")).filter(|words| !words.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(words: &str, text: &str) -> Option<(String, usize)> {
        let passage = Wording::new(words, &[]).passages(text, &[]).into_iter().next()?;
        Some((text[passage.range].to_owned(), passage.edits))
    }

    #[test]
    fn finds_words_changed_added_and_dropped() {
        let words = "they clearly have not talked about that ahead of time";
        let found = near(words, "“They have not talked about it ahead of time,” she said.");
        assert_eq!(found, Some(("They have not talked about it ahead of time".into(), 2)));
        assert_eq!(
            near("keep pulling away", "He would KEEP PULLING AWAY, twice."),
            Some(("KEEP PULLING AWAY".into(), 0))
        );
        assert_eq!(near("keep pulling away", "Nobody stayed."), None);
    }

    #[test]
    fn every_place_is_found_the_nearest_first() {
        let text = "We never sell a song, Voss said.\n\nLater: “We will never sell a song,” she said.";
        let found = Wording::new("we will never sell a song", &[]).passages(text, &[]);
        let told: Vec<(&str, usize)> =
            found.iter().map(|one| (&text[one.range.clone()], one.edits)).collect();
        assert_eq!(told, [("We will never sell a song", 0), ("We never sell a song", 1)]);
    }

    #[test]
    fn passes_over_what_parts_a_sentence() {
        let text =
            "“You cannot schedule grief,” she told a friend on the phone. “You can only make room for it.”";
        let wanted = Wording::new("you cannot schedule grief you can only make room for it", &[]);
        let said = text.find(" she").expect("a gap")..text.find(" “You can only").expect("an end");
        let passages = wanted.passages(text, &[said]);
        assert_eq!(
            (passages[0].edits, &text[passages[0].range.clone()]),
            (0, text.trim_matches(['“', '”', '.']))
        );
    }

    #[test]
    fn shows_what_changed_as_it_is_written() {
        let wanted = Wording::new("I never said that to him at all", &[]);
        let passages = wanted.passages("I never, once, said that to her at all.", &[]);
        assert_eq!(
            passages[0].pieces,
            [
                Piece::Same("I never,".into()),
                Piece::Added("once,".into()),
                Piece::Same("said that to".into()),
                Piece::Dropped("him".into()),
                Piece::Added("her".into()),
                Piece::Same("at all".into()),
            ]
        );
        let gap = Wording::new("I never said … at all, don’t you see", &[]);
        let passages = gap.passages("I never said that to her at all, do not you see?", &[]);
        assert_eq!((passages[0].edits, passages[0].respelt, passages[0].skipped), (0, 1, 3));
        assert!(
            passages[0].pieces.contains(&Piece::Skipped("that to her".into())),
            "{:?}",
            passages[0].pieces
        );
    }

    #[test]
    fn weight_follows_the_words() {
        let mut wanted = Wording::new("the lantern of the harbour", &[]);
        let weighed: Result<(), ()> = wanted.weigh(|word| Ok(if word.len() > 3 { 5.0 } else { 0.5 }));
        assert_eq!(weighed, Ok(()));
        let found = wanted.passages("the lantern of the theatre", &[]);
        assert!((found[0].near - 6.5 / 11.5).abs() < 0.01, "{}", found[0].near);
    }
}
