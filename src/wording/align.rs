//! The stretch of a text that has most of the words asked for, and the comparison word by word.

use std::ops::Range;

use schemars::JsonSchema;
use serde::Serialize;

use super::words::{Relation, Step, Word};

/// One piece of the comparison between the words asked for and those found, as they are written with their marks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "change", content = "text")]
pub enum Piece {
    /// Words on both sides.
    Same(String),
    /// Words on both sides that are spelt otherwise, as they are found: a contraction, a number in digits, a name in
    /// brackets for a pronoun.
    Respelt(String),
    /// Words found that a `…` in those asked for stands for.
    Skipped(String),
    /// Words found that were not asked for.
    Added(String),
    /// Words asked for that are not found.
    Dropped(String),
}

/// What a word replaced, put in or left out costs.
const EDIT: u32 = 1000;
/// What another spelling costs: less than any edit, and more than none.
const RESPELT: u32 = 10;
/// What a word costs that a `…` stands for.
const SKIP: u32 = 1;
/// Words that one word may be written as, `U S A`, and words that a bracket may stand for.
const MERGED: usize = 3;

/// Words that a name in brackets may stand for, and words that turn a sentence round, which no bracket may bring.
const PRONOUNS: [&str; 26] = [
    "he", "she", "it", "they", "him", "her", "them", "his", "hers", "its", "their", "theirs", "this", "that",
    "these", "those", "we", "us", "our", "i", "me", "my", "you", "your", "who", "there",
];
const NEGATIONS: [&str; 6] = ["not", "no", "never", "nobody", "nothing", "none"];

/// What was done to get from some words asked for to some found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Same,
    Respelt,
    Skipped,
    Edited,
}

/// Steps asked for and steps found that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub change: Change,
    pub wanted: Range<usize>,
    pub found: Range<usize>,
}

/// The move that a cell of the table was reached by: steps of either side, and what was done.
#[derive(Clone, Copy)]
struct Move {
    wanted: u8,
    found: u8,
    change: Change,
}

/// The stretch of `found` with the fewest edits to `wanted` (Sellers 1980), the first of equals, in order.
pub(super) fn align(wanted: &[Step], found: &[Step]) -> Vec<Pair> {
    let (rows, columns) = (wanted.len() + 1, found.len() + 1);
    let stay = Move { wanted: 0, found: 0, change: Change::Edited };
    let mut costs = vec![0u32; rows * columns];
    let mut moves = vec![stay; rows * columns];
    for row in 1..rows {
        for column in 0..columns {
            let mut best = (u32::MAX, stay);
            let mut offer = |steps: (usize, usize), cost: u32, change: Change| {
                let before = costs[(row - steps.0) * columns + column - steps.1];
                let cost = before.saturating_add(cost);
                if cost < best.0 {
                    let step = |count: usize| u8::try_from(count).expect("few steps at a time");
                    best = (cost, Move { wanted: step(steps.0), found: step(steps.1), change });
                }
            };
            let (asked, seen) = (&wanted[..row], &found[..column]);
            pairs(asked, seen, &mut offer);
            let (cost, change) = dropped(&asked[row - 1]);
            offer((1, 0), cost, change);
            if let Some(last) = seen.last() {
                let (cost, change) = match &asked[row - 1] {
                    Step::Gap(_) => (SKIP, Change::Skipped),
                    _ => dropped(last),
                };
                offer((0, 1), cost, change);
            }
            (costs[row * columns + column], moves[row * columns + column]) = best;
        }
    }
    let last = &costs[(rows - 1) * columns..];
    let end = (0..columns).min_by_key(|&column| last[column]).unwrap_or(0);
    back(&moves, columns, (rows - 1, end))
}

/// What it costs to leave a step out of one side.
fn dropped(step: &Step) -> (u32, Change) {
    match step {
        Step::Gap(_) => (0, Change::Skipped),
        Step::Bracket(words) if !words.iter().any(turns_round) => (RESPELT, Change::Respelt),
        Step::Bracket(words) => (EDIT * words.len() as u32, Change::Edited),
        Step::Word(_) => (EDIT, Change::Edited),
    }
}

/// Offers everything that the last steps of both sides may be together.
fn pairs(wanted: &[Step], found: &[Step], offer: &mut impl FnMut((usize, usize), u32, Change)) {
    let (Some(asked), Some(seen)) = (wanted.last(), found.last()) else { return };
    match (asked, seen) {
        (Step::Word(asked), Step::Word(seen)) => {
            let (cost, change) = match asked.relation(seen) {
                Relation::Same => (0, Change::Same),
                Relation::Respelt => (RESPELT, Change::Respelt),
                Relation::Different => (EDIT, Change::Edited),
            };
            offer((1, 1), cost, change);
            for count in 2..=MERGED {
                if is_merged(asked, found, count) {
                    offer((1, count), RESPELT, Change::Respelt);
                }
                if is_merged(seen, wanted, count) {
                    offer((count, 1), RESPELT, Change::Respelt);
                }
            }
        }
        (Step::Bracket(words), _) => {
            bracket(words, found, &mut |count, cost, change| offer((1, count), cost, change));
        }
        (_, Step::Bracket(words)) => {
            bracket(words, wanted, &mut |count, cost, change| offer((count, 1), cost, change));
        }
        (Step::Gap(_), _) | (_, Step::Gap(_)) => (),
    }
}

/// Offers the last steps of the other side that a bracket may stand for.
fn bracket(words: &[Word], other: &[Step], offer: &mut impl FnMut(usize, u32, Change)) {
    match other.last() {
        Some(Step::Bracket(others)) => {
            let same = words.len() == others.len()
                && words.iter().zip(others).all(|(a, b)| a.relation(b) != Relation::Different);
            offer(1, if same { 0 } else { EDIT }, if same { Change::Same } else { Change::Edited });
        }
        Some(Step::Word(word)) if PRONOUNS.contains(&word.key.as_str()) && !words.iter().any(turns_round) => {
            offer(1, RESPELT, Change::Respelt);
        }
        _ => (),
    }
    let Some(tail) = other.len().checked_sub(words.len()).map(|start| &other[start..]) else { return };
    let same =
        words.iter().zip(tail).all(|(a, b)| b.word().is_some_and(|b| a.relation(b) != Relation::Different));
    if same && words.len() < usize::from(u8::MAX) {
        offer(words.len(), RESPELT, Change::Respelt);
    }
}

fn turns_round(word: &Word) -> bool {
    NEGATIONS.contains(&word.key.as_str())
}

/// Whether the last steps are one word written in pieces.
fn is_merged(word: &Word, steps: &[Step], count: usize) -> bool {
    let Some(start) = steps.len().checked_sub(count) else { return false };
    let mut rest = word.key.as_str();
    for step in &steps[start..] {
        let Some(piece) = step.word() else { return false };
        let Some(behind) = rest.strip_prefix(piece.plain.as_str()) else { return false };
        rest = behind;
    }
    rest.is_empty()
}

/// The moves that led to a cell, in order.
fn back(moves: &[Move], columns: usize, (mut row, mut column): (usize, usize)) -> Vec<Pair> {
    let mut pairs = Vec::new();
    while row > 0 {
        let Move { wanted, found, change } = moves[row * columns + column];
        let before = (row - usize::from(wanted), column - usize::from(found));
        pairs.push(Pair { change, wanted: before.0..row, found: before.1..column });
        (row, column) = before;
    }
    pairs.reverse();
    // Words found before the first that was asked for are none of the stretch.
    let outside = |pair: &Pair| pair.wanted.is_empty();
    while pairs.first().is_some_and(outside) {
        pairs.remove(0);
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::{super::words::steps, *};

    /// The changes other than none, as `asked>found`.
    fn changes(wanted: &str, found: &str) -> Vec<String> {
        let (asked, seen) = (steps(wanted, 0..wanted.len(), &[]), steps(found, 0..found.len(), &[]));
        let words = |text: &str, steps: &[Step]| match steps {
            [] => String::new(),
            [first, .., last] => text[first.range().start..last.range().end].to_owned(),
            [one] => text[one.range()].to_owned(),
        };
        let pairs = align(&asked, &seen);
        let shown = |pair: &Pair| {
            let (asked, seen) =
                (words(wanted, &asked[pair.wanted.clone()]), words(found, &seen[pair.found.clone()]));
            let sign = match pair.change {
                Change::Same => "=",
                Change::Respelt => "~",
                Change::Skipped => "…",
                Change::Edited => ">",
            };
            format!("{asked}{sign}{seen}")
        };
        pairs.iter().filter(|pair| pair.change != Change::Same).map(shown).collect()
    }

    #[test]
    fn changes_are_told_apart() {
        for (wanted, found, told) in [
            ("We do not pay", "said “we don’t pay” again", &["not~n’t"][..]),
            ("we pay … in June", "we pay the band in June", &["……", "…the", "…band"]),
            ("[Mara Voss] never paid", "he never paid", &["Mara Voss~he"]),
            ("they [the band] paid", "they paid", &["the band~"]),
            ("we [never] paid", "we paid", &["never>"]),
            ("a co-star of the theatre", "a costar of the theater", &["co-star~costar", "theatre~theater"]),
            ("we paid twelve", "we paid 12", &["twelve~12"]),
            ("we paid 12 in June", "we paid 13 in June", &["12>13"]),
            ("we were paid late in June", "we were not paid in June", &["paid>not", "late>paid"]),
            ("the US band", "the U.S. band", &["US~U.S"]),
            ("it's late", "it is late", &["'s~is"]),
        ] {
            assert_eq!(changes(wanted, found), told, "{wanted}");
        }
    }
}
