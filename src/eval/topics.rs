//! Topics: IPTC codes, the same with everything above them in the tree, and keyphrases.

use std::collections::BTreeSet;

use super::{Figures, Gold, Tally, percent};
use crate::{annotation::TopicKind, record::ExtractionRecord, taxonomy};

/// Keyphrases of an article that are scored, best first.
const KEYPHRASES: usize = 6;

/// The code that nearly every celebrity story bears.
const CELEBRITY: &str = "20000505";

pub(super) fn score(records: &[(&Gold, ExtractionRecord)], figures: &mut Figures) {
    let (mut codes, mut others, mut tree) = (Tally::default(), Tally::default(), Tally::default());
    let (mut precision, mut recall, mut articles) = (0.0, 0.0, 0.0);
    for (gold, record) in records {
        let Some(topics) = &gold.topics else { continue };
        articles += 1.0;
        let wanted: BTreeSet<&str> = topics.iptc.iter().map(String::as_str).collect();
        let found: BTreeSet<&str> = record
            .topics
            .iter()
            .filter_map(|topic| topic.code.as_deref())
            .map(|code| code.rsplit(':').next().unwrap_or(code))
            .collect();
        add(&mut codes, &wanted, &found);
        let without = |codes: &BTreeSet<&str>| -> BTreeSet<String> {
            codes.iter().filter(|code| **code != CELEBRITY).map(ToString::to_string).collect()
        };
        add(&mut others, &without(&wanted), &without(&found));
        add(&mut tree, &with_ancestors(&wanted), &with_ancestors(&found));
        let wanted: BTreeSet<String> = topics.keyphrases.iter().map(|phrase| folded(phrase)).collect();
        let mut phrases: Vec<_> =
            record.topics.iter().filter(|topic| topic.kind == TopicKind::Keyphrase).collect();
        phrases.sort_by(|a, b| b.score.total_cmp(&a.score));
        let mut best: Vec<String> = Vec::new();
        for phrase in phrases.iter().map(|topic| folded(&topic.label)) {
            if !best.contains(&phrase) && best.len() < KEYPHRASES {
                best.push(phrase);
            }
        }
        let hits = best.iter().filter(|phrase| wanted.contains(*phrase)).count() as f64;
        precision += if best.is_empty() { 0.0 } else { hits / best.len() as f64 };
        recall += if wanted.is_empty() { 0.0 } else { hits / wanted.len() as f64 };
    }
    if articles == 0.0 {
        return;
    }
    codes.write("topics.iptc", figures);
    others.write("topics.iptc-without-celebrity", figures);
    tree.write("topics.iptc-tree", figures);
    let (precision, recall) = (percent(precision, articles), percent(recall, articles));
    let f1 = if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
    figures.insert("topics.keyphrases.f1".to_owned(), f1);
}

fn add<T: Ord>(tally: &mut Tally, wanted: &BTreeSet<T>, found: &BTreeSet<T>) {
    tally.gold += wanted.len() as f64;
    tally.found += found.len() as f64;
    tally.right += wanted.intersection(found).count() as f64;
}

/// Lower case, hyphens as blanks, a plural s dropped.
fn folded(phrase: &str) -> String {
    let words = phrase.to_lowercase().replace('-', " ");
    let singular = |word: &str| match word.strip_suffix('s') {
        Some(stem) if stem.chars().count() >= 3 => stem.to_owned(),
        _ => word.to_owned(),
    };
    words.split_whitespace().map(singular).collect::<Vec<_>>().join(" ")
}

fn with_ancestors<'a>(codes: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let above =
        codes.iter().filter_map(|code| taxonomy::by_code(code)).flat_map(|subject| subject.ancestors());
    codes.iter().copied().chain(above.map(|subject| subject.code)).collect()
}
