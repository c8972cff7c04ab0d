//! Quotes: spans, speakers, honest nulls, and whether confidence means what it says.

use super::{Figures, Gold, GoldQuote, Tally, key, percent};
use crate::{
    annotation::QuoteKind,
    record::{ExtractionRecord, QuoteRecord},
};

/// Words of the longest name that is a speaker.
const NAME_WORDS: usize = 5;

/// Attributions that make calibration worth measuring.
const LEAST_ATTRIBUTIONS: usize = 30;

/// Scores quotes, whole quotations alone and with fragments. A quote found matches a gold one when they share at least
/// half of each.
pub(super) fn score(records: &[(&Gold, ExtractionRecord)], figures: &mut Figures) {
    if records.iter().all(|(gold, _)| gold.quotes.is_none()) {
        return;
    }
    for direct_only in [true, false] {
        let mut counts = Counts::default();
        for (gold, record) in records {
            counts.add(gold, record, direct_only);
        }
        counts.write(if direct_only { "quotes.direct" } else { "quotes.all" }, figures);
    }
}

#[derive(Default)]
struct Counts {
    spans: Tally,
    attributions: Tally,
    unnamed: f64,
    unnamed_left: f64,
    confidences: Vec<(f32, bool)>,
}

impl Counts {
    fn add(&mut self, gold: &Gold, record: &ExtractionRecord, direct_only: bool) {
        let Some(quotes) = &gold.quotes else { return };
        let text: Vec<char> = gold.text.chars().collect();
        let wanted: Vec<(usize, usize)> =
            quotes.iter().map(|quote| trimmed(&text, quote.start, quote.end)).collect();
        let said: Vec<&QuoteRecord> =
            record.quotes.iter().filter(|quote| quote.kind != QuoteKind::Indirect).collect();
        let found: Vec<(usize, usize)> =
            said.iter().map(|quote| trimmed(&text, quote.start, quote.end)).collect();
        let (of_gold, of_found) = matched(&wanted, &found);
        let counts = |quote: &GoldQuote| !direct_only || quote.is_direct();
        let mut right = vec![false; found.len()];
        for (number, quote) in quotes.iter().enumerate().filter(|(_, quote)| counts(quote)) {
            self.spans.gold += 1.0;
            self.attributions.gold += f64::from(u8::from(quote.speaker().is_some()));
            let Some(at) = of_gold[number] else { continue };
            self.spans.right += 1.0;
            let speaker = said[at].speaker.as_deref();
            match (quote.speaker(), speaker) {
                (Some(name), Some(speaker)) => {
                    right[at] = is_right(name, speaker, gold.identity);
                    self.confidences.push((said[at].confidence, right[at]));
                }
                (None, speaker) if gold.identity => {
                    self.unnamed += 1.0;
                    self.unnamed_left += f64::from(u8::from(speaker.is_none()));
                    self.confidences.extend(speaker.map(|_| (said[at].confidence, false)));
                }
                _ => (),
            }
        }
        for (at, &span) in found.iter().enumerate() {
            let gold_quote = of_found[at].map(|number| &quotes[number]);
            let in_fragment = || {
                quotes.iter().zip(&wanted).any(|(quote, other)| !counts(quote) && shared(span, *other) > 0)
            };
            if gold_quote.is_some_and(|quote| !counts(quote)) || (gold_quote.is_none() && in_fragment()) {
                continue;
            }
            self.spans.found += 1.0;
            let unknown = gold_quote.is_some_and(|quote| quote.speaker().is_none()) && !gold.identity;
            if said[at].speaker.is_some() && !unknown {
                self.attributions.found += 1.0;
                self.attributions.right += f64::from(u8::from(right[at]));
            }
        }
    }

    fn write(mut self, name: &str, figures: &mut Figures) {
        self.spans.write(&format!("{name}.span"), figures);
        self.attributions.write(&format!("{name}.attribution"), figures);
        if self.attributions.gold > 0.0 {
            figures.insert(format!("{name}.speaker"), self.attributions.recall());
        }
        if self.unnamed > 0.0 {
            figures.insert(format!("{name}.unnamed-left"), percent(self.unnamed_left, self.unnamed));
        }
        if self.confidences.len() >= LEAST_ATTRIBUTIONS {
            self.confidences.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            figures.insert(format!("{name}.calibration-error"), calibration_error(&self.confidences));
            figures.insert(format!("{name}.auc"), auc(&self.confidences));
        }
    }
}

/// Gold and found quotes matched one to one, most shared first.
fn matched(wanted: &[(usize, usize)], found: &[(usize, usize)]) -> (Vec<Option<usize>>, Vec<Option<usize>>) {
    let mut pairs = Vec::new();
    for (number, &a) in wanted.iter().enumerate() {
        for (at, &b) in found.iter().enumerate() {
            let both = shared(a, b);
            if both > 0 && 2 * both >= a.1 - a.0 && 2 * both >= b.1 - b.0 {
                pairs.push((usize::MAX - both, number, at));
            }
        }
    }
    pairs.sort_unstable();
    let (mut of_gold, mut of_found) = (vec![None; wanted.len()], vec![None; found.len()]);
    for (_, number, at) in pairs {
        if of_gold[number].is_none() && of_found[at].is_none() {
            (of_gold[number], of_found[at]) = (Some(at), Some(number));
        }
    }
    (of_gold, of_found)
}

fn shared(a: (usize, usize), b: (usize, usize)) -> usize {
    a.1.min(b.1).saturating_sub(a.0.max(b.0))
}

/// A span without marks, blanks and stops at its ends.
fn trimmed(text: &[char], start: u32, end: u32) -> (usize, usize) {
    const ENDS: &str = "\"“”„‟«»＂'‘’` \t\r\n.,;:!?-–—…";
    let (mut start, mut end) = (start as usize, (end as usize).min(text.len()));
    while start < end && ENDS.contains(text[start]) {
        start += 1;
    }
    while end > start && ENDS.contains(text[end - 1]) {
        end -= 1;
    }
    (start, end)
}

/// Whether a speaker is the gold one: the same name, or more of it, or a part that holds its last word; where names are
/// not known to be whole, the last word is enough.
fn is_right(gold: &str, said: &str, known: bool) -> bool {
    let (gold, said) = (key(gold), key(said));
    let said: Vec<&str> = said.split(' ').collect();
    let gold: Vec<&str> = gold.split(' ').collect();
    let is_suffix = |word: &&&str| ["jr", "sr", "ii", "iii", "iv"].contains(*word);
    let Some(last) = gold.iter().rev().find(|word| !is_suffix(word)) else { return false };
    if said.len() > NAME_WORDS {
        return false;
    }
    let has_last = said.contains(last);
    let holds = |a: &[&str], b: &[&str]| b.iter().all(|word| a.contains(word));
    if known { holds(&said, &gold) || (holds(&gold, &said) && has_last) } else { has_last }
}

/// Expected calibration error over bins of equal count: ten, or three when there are few.
fn calibration_error(confidences: &[(f32, bool)]) -> f64 {
    let bins = if confidences.len() >= 1000 { 10 } else { 3 };
    let count = confidences.len();
    let bin = |n: usize| &confidences[count * n / bins..count * (n + 1) / bins];
    let gap = |bin: &[(f32, bool)]| {
        let said: f64 = bin.iter().map(|(confidence, _)| f64::from(*confidence)).sum();
        (said - bin.iter().filter(|(_, right)| *right).count() as f64).abs()
    };
    (0..bins).map(|n| gap(bin(n))).sum::<f64>() / count as f64
}

/// Chance that a right attribution has more confidence than a wrong one.
fn auc(confidences: &[(f32, bool)]) -> f64 {
    let wrong: Vec<f32> =
        confidences.iter().filter(|(_, right)| !right).map(|(confidence, _)| *confidence).collect();
    let right: Vec<f32> =
        confidences.iter().filter(|(_, right)| *right).map(|(confidence, _)| *confidence).collect();
    if wrong.is_empty() || right.is_empty() {
        return 1.0;
    }
    let below = |limit: f32| {
        wrong.partition_point(|&other| other < limit) + wrong.partition_point(|&other| other <= limit)
    };
    let wins: usize = right.iter().map(|&confidence| below(confidence)).sum();
    wins as f64 / (2 * wrong.len() * right.len()) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speakers_are_compared_by_their_words() {
        assert!(is_right("Mia Schachter", "Schachter", true) && !is_right("Mia Schachter", "Mia", true));
        assert!(
            is_right("Mia", "Mia Schachter", true)
                && is_right("The Hollywood Reporter", "Hollywood Reporter", true)
        );
        assert!(
            !is_right("Mia Schachter", "Justin Baldoni", false) && is_right("Sam Voss Jr.", "Voss", false)
        );
    }

    #[test]
    fn auc_counts_ties_half() {
        assert!((auc(&[(0.5, false), (0.5, true)]) - 0.5).abs() < 1e-9);
        assert!((auc(&[(0.1, false), (0.5, true)]) - 1.0).abs() < 1e-9);
    }
}
