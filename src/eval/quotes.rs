//! Quotes and their speakers, against gold.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    calibration::Calibration,
    gold::GoldQuote,
    judged::Judged,
    measure::{Counts, Prf, rate},
    normal::{self, MOST_WORDS},
};
use crate::{annotation::QuoteKind, record::QuoteRecord};

/// How well quotes were found and credited.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct QuoteScore {
    /// Gold quotes.
    pub gold: usize,
    /// Quotes found: the spans overlap by at least half of each, one to one.
    pub span: Prf,
    /// Gold quotes whose speaker has a name.
    pub speaker: SpeakerScore,
    /// Quotes found whose speaker has no name; only where the gold answers know that.
    pub unnamed: UnnamedScore,
    /// Pairs of a quote and the right name.
    pub attribution: Prf,
    /// The confidences of the names given; nothing for fewer than 30.
    pub calibration: Option<Calibration>,
}

/// Speakers by name, in per cent.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SpeakerScore {
    /// Gold quotes with a named speaker.
    pub gold: usize,
    /// Share of them that were found and credited to that name.
    pub end2end: Option<f64>,
    /// Share of those found that were credited to that name.
    pub given_match: Option<f64>,
    /// By how the speaker is written: `named`, `pronoun`, `nominal`, `implicit`.
    pub by: BTreeMap<String, WrittenScore>,
}

/// Speakers written in one way.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct WrittenScore {
    /// Gold quotes.
    pub gold: usize,
    /// Share found and credited rightly, in per cent.
    pub end2end: Option<f64>,
}

/// Quotes of nobody with a name.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct UnnamedScore {
    /// Such quotes that were found.
    pub found: usize,
    /// Share of them that were left without a name, in per cent.
    pub null: Option<f64>,
}

#[derive(Clone, Copy, Default)]
struct Written {
    gold: usize,
    matched: usize,
    right: usize,
}

#[derive(Default)]
pub(super) struct QuoteCounts {
    spans: Counts,
    by: BTreeMap<String, Written>,
    unnamed: usize,
    unnamed_null: usize,
    named_found: usize,
    named_right: usize,
    judged: Vec<(f64, bool)>,
}

type Range = (usize, usize);

impl QuoteCounts {
    /// Counts an article's quotes; without `fragments`, gold fragments and what matches them count nowhere.
    pub(super) fn add(&mut self, one: &Judged<'_>, gold: &[GoldQuote], fragments: bool) {
        let wanted: Vec<(Range, &GoldQuote)> =
            gold.iter().map(|quote| (normal::quote_span(&one.chars, quote.span), quote)).collect();
        let found: Vec<(Range, &QuoteRecord)> = (one.found.quotes.iter())
            .filter(|quote| quote.kind != QuoteKind::Indirect)
            .map(|quote| (normal::quote_span(&one.chars, (quote.start as usize, quote.end as usize)), quote))
            .filter(|((start, end), _)| end > start)
            .collect();
        let wanted_spans: Vec<Range> = wanted.iter().map(|one| one.0).collect();
        let found_spans: Vec<Range> = found.iter().map(|one| one.0).collect();
        let matches = matches(&wanted_spans, &found_spans);
        let identity = one.gold.identity;
        let right = self.wanted(&wanted, &found, &matches, identity, fragments);
        let of: BTreeMap<usize, usize> = matches.iter().map(|(&i, &j)| (j, i)).collect();
        for (j, &(span, quote)) in found.iter().enumerate() {
            let matched = of.get(&j).map(|&i| wanted[i].1);
            let near_fragment = || {
                wanted.iter().any(|&(other, gold)| {
                    !counts(gold, fragments) && span.1.min(other.1) > span.0.max(other.0)
                })
            };
            match matched {
                Some(gold) if !counts(gold, fragments) => continue,
                None if near_fragment() => continue,
                _ => (),
            }
            self.spans.found += 1;
            let unjudged = matched.is_some_and(|gold| gold.speaker.is_none()) && !identity;
            if quote.speaker.as_deref().is_some_and(|name| !name.is_empty()) && !unjudged {
                self.named_found += 1;
                self.named_right += usize::from(right.contains(&j));
            }
        }
    }

    /// Counts the gold quotes; gives those found that are credited to the right name.
    fn wanted(
        &mut self,
        wanted: &[(Range, &GoldQuote)],
        found: &[(Range, &QuoteRecord)],
        matches: &BTreeMap<usize, usize>,
        identity: bool,
        fragments: bool,
    ) -> BTreeSet<usize> {
        let mut right = BTreeSet::new();
        for (i, &(_, gold)) in wanted.iter().enumerate().filter(|(_, (_, gold))| counts(gold, fragments)) {
            self.spans.gold += 1;
            let matched = matches.get(&i).map(|&j| (j, found[j].1));
            self.spans.right += usize::from(matched.is_some());
            let said =
                matched.and_then(|(_, quote)| quote.speaker.as_deref().filter(|name| !name.is_empty()));
            let confidence = matched.map(|(_, quote)| f64::from(quote.confidence)).unwrap_or_default();
            match &gold.speaker {
                Some(name) => {
                    let is_right = said.is_some_and(|said| is_right(name, said, identity));
                    let written = self.by.entry(gold.written.clone()).or_default();
                    written.gold += 1;
                    written.matched += usize::from(matched.is_some());
                    written.right += usize::from(is_right);
                    self.judged.extend(said.map(|_| (confidence, is_right)));
                    right.extend(matched.filter(|_| is_right).map(|(j, _)| j));
                }
                None if identity && matched.is_some() => {
                    self.unnamed += 1;
                    self.unnamed_null += usize::from(said.is_none());
                    self.judged.extend(said.map(|_| (confidence, false)));
                }
                None => (),
            }
        }
        right
    }

    pub(super) fn score(self) -> QuoteScore {
        let total = self.by.values().fold(Written::default(), |sum, one| Written {
            gold: sum.gold + one.gold,
            matched: sum.matched + one.matched,
            right: sum.right + one.right,
        });
        let attribution = Counts { right: self.named_right, found: self.named_found, gold: total.gold };
        QuoteScore {
            gold: self.spans.gold,
            span: self.spans.prf(),
            speaker: SpeakerScore {
                gold: total.gold,
                end2end: rate(total.right, total.gold),
                given_match: rate(total.right, total.matched),
                by: (self.by.into_iter())
                    .map(|(kind, one)| {
                        (kind, WrittenScore { gold: one.gold, end2end: rate(one.right, one.gold) })
                    })
                    .collect(),
            },
            unnamed: UnnamedScore { found: self.unnamed, null: rate(self.unnamed_null, self.unnamed) },
            attribution: attribution.prf(),
            calibration: Calibration::of(self.judged),
        }
    }
}

fn counts(gold: &GoldQuote, fragments: bool) -> bool {
    fragments || gold.direct
}

/// Pairs gold spans with found ones, those with most characters in common first; each goes into one pair.
fn matches(wanted: &[Range], found: &[Range]) -> BTreeMap<usize, usize> {
    let mut pairs = Vec::new();
    for (i, &(start, end)) in wanted.iter().enumerate() {
        for (j, &(from, to)) in found.iter().enumerate() {
            let common = end.min(to).saturating_sub(start.max(from));
            if common > 0 && 2 * common >= end - start && 2 * common >= to - from {
                pairs.push((std::cmp::Reverse(common), i, j));
            }
        }
    }
    pairs.sort_unstable();
    let (mut of, mut taken) = (BTreeMap::new(), BTreeSet::new());
    for (_, i, j) in pairs {
        if !of.contains_key(&i) && taken.insert(j) {
            of.insert(i, j);
        }
    }
    of
}

/// Whether the name given is the gold one. Where the gold answers know identities: equal, or more of it, or a part of
/// it with its last word; elsewhere the last word is enough. Never more than five words.
fn is_right(gold: &str, said: &str, identity: bool) -> bool {
    let (given, wanted) = (normal::words(said), normal::words(gold));
    let Some(last) = normal::last(&wanted) else { return false };
    if given.len() > MOST_WORDS {
        return false;
    }
    if !identity {
        return given.iter().any(|word| word == last);
    }
    let given: BTreeSet<String> = normal::words(&normal::key(said)).into_iter().collect();
    let wanted: BTreeSet<String> = normal::words(&normal::key(gold)).into_iter().collect();
    !given.is_empty() && (given.is_superset(&wanted) || (given.is_subset(&wanted) && given.contains(last)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_name() {
        assert!(is_right("Ines Valcourt", "Valcourt", true));
        assert!(!is_right("Ines Valcourt", "Ines", true));
        assert!(is_right("Valcourt", "Ines Valcourt", true));
        assert!(!is_right("Ines Valcourt", "Hester Valcourt", true));
        assert!(is_right("Ines Valcourt", "Hester Valcourt", false));
    }

    #[test]
    fn spans_pair_off_by_most_overlap() {
        let pairs = matches(&[(0, 10), (10, 20)], &[(0, 9), (4, 10), (12, 30)]);
        assert_eq!(pairs, BTreeMap::from([(0, 0)]));
    }
}
