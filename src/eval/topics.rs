//! Topics of articles, against gold.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    gold::{GoldTopics, bare},
    measure::{Counts, Prf, share},
};
use crate::{
    annotation::{Topic, TopicKind},
    taxonomy,
};

/// The topic "celebrity", which nearly every story of this trade bears.
const CELEBRITY: &str = "20000505";

/// Keyphrases of an article that are scored.
const KEYPHRASES: usize = 6;

/// How well topics were given.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct TopicScore {
    /// IPTC codes, over all articles together.
    pub iptc: Prf,
    /// The same without "celebrity".
    pub iptc_no_celebrity: Prf,
    /// The same after adding everything above each topic, on both sides.
    pub iptc_tree: Prf,
    /// The first six keyphrases, averaged over articles.
    pub keyphrases: Prf,
}

#[derive(Default)]
pub(super) struct TopicCounts {
    articles: usize,
    iptc: Counts,
    plain: Counts,
    tree: Counts,
    precision: f64,
    recall: f64,
}

impl TopicCounts {
    pub(super) fn add(&mut self, gold: &GoldTopics, found: &[Topic]) {
        self.articles += 1;
        let codes: BTreeSet<String> = (found.iter().filter(|topic| topic.kind == TopicKind::Iptc))
            .filter_map(|topic| topic.code.as_deref())
            .map(|code| bare(code).to_owned())
            .collect();
        let without =
            |codes: &BTreeSet<String>| codes.iter().filter(|code| *code != CELEBRITY).cloned().collect();
        self.iptc.add(compared(&gold.iptc, &codes));
        self.plain.add(compared(&without(&gold.iptc), &without(&codes)));
        self.tree.add(compared(&with_above(&gold.iptc), &with_above(&codes)));
        let wanted: BTreeSet<String> = gold.keyphrases.iter().map(|phrase| normal(phrase)).collect();
        let given = phrases(found);
        let right = given.iter().filter(|phrase| wanted.contains(*phrase)).count();
        self.precision += share(right, given.len());
        self.recall += share(right, wanted.len());
    }

    pub(super) fn score(self) -> TopicScore {
        let articles = self.articles.max(1) as f64;
        TopicScore {
            iptc: self.iptc.prf(),
            iptc_no_celebrity: self.plain.prf(),
            iptc_tree: self.tree.prf(),
            keyphrases: Prf::of(self.precision / articles, self.recall / articles),
        }
    }
}

fn compared(gold: &BTreeSet<String>, found: &BTreeSet<String>) -> Counts {
    Counts { right: gold.intersection(found).count(), found: found.len(), gold: gold.len() }
}

fn with_above(codes: &BTreeSet<String>) -> BTreeSet<String> {
    let above = codes.iter().filter_map(|code| taxonomy::by_code(code)).flat_map(|topic| topic.ancestors());
    above.map(|topic| topic.code.to_owned()).chain(codes.iter().cloned()).collect()
}

/// The keyphrases given, best first, in their normal form, each once.
fn phrases(found: &[Topic]) -> Vec<String> {
    let mut given: Vec<&Topic> = found.iter().filter(|topic| topic.kind == TopicKind::Keyphrase).collect();
    given.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut seen = BTreeSet::new();
    let forms = given.iter().map(|topic| normal(&topic.label)).filter(|form| seen.insert(form.clone()));
    forms.take(KEYPHRASES).collect()
}

/// Lower case, hyphens as blanks, without the plural s of words of more than three letters.
fn normal(phrase: &str) -> String {
    let lower = phrase.to_lowercase().replace('-', " ");
    let mut out = String::with_capacity(lower.len());
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut letters = 0;
    let mut rest = lower.chars().peekable();
    while let Some(c) = rest.next() {
        let ends = !rest.peek().copied().is_some_and(is_word);
        if !(c == 's' && letters >= 3 && ends) {
            out.push(c);
        }
        letters = if is_word(c) { letters + 1 } else { 0 };
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_equal_but_for_plural_case_and_hyphen() {
        assert_eq!(normal("Smoke-Machines"), "smoke machine");
        assert_eq!(normal("gas bus’s boats"), "gas bus’s boat");
        assert_eq!(normal("ends"), "end");
    }

    #[test]
    fn near_misses_earn_credit_in_the_tree_only() {
        let gold =
            GoldTopics { iptc: BTreeSet::from(["20000005".to_owned()]), keyphrases: vec!["fires".into()] };
        let topic = |label: &str, code: Option<&str>, kind| Topic {
            label: label.into(),
            code: code.map(|code| format!("medtop:{code}")),
            kind,
            score: 0.5,
        };
        let mut counts = TopicCounts::default();
        let found = [
            topic("film festival", Some("20000006"), TopicKind::Iptc),
            topic("Fire", None, TopicKind::Keyphrase),
        ];
        counts.add(&gold, &found);
        let score = counts.score();
        assert!(score.iptc.f1 == 0.0 && score.iptc_tree.f1 > 0.0);
        assert_eq!(score.keyphrases.f1, 100.0);
    }
}
