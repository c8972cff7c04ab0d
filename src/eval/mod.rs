//! Scoring what the program finds against gold answers, and its ranking against judgements.
//!
//! Extraction is scored on JSON Lines files of articles with their names, quotes and topics ([`gold`]); ranking on
//! folders in the layout of BEIR (Thakur et al. 2021). Every figure is a percentage unless it says otherwise.

mod floors;
mod gold;
mod names;
mod quotes;
mod retrieval;
mod topics;

use std::collections::BTreeMap;

pub use self::{
    floors::{Broken, Floors},
    gold::{Gold, GoldName, GoldQuote, GoldTopics, read},
    retrieval::{Judged, judged},
};
use crate::{article::Article, extract::annotate, record::ExtractionRecord};

/// Figures by name: `names.person.f1`, `quotes.direct.span.f1`, ….
pub type Figures = BTreeMap<String, f64>;

/// Extracts every article of a gold set and scores what was found.
pub fn extraction(gold: &[Gold]) -> Figures {
    let records: Vec<(&Gold, ExtractionRecord)> = gold.iter().map(|gold| (gold, extracted(gold))).collect();
    let mut figures = Figures::new();
    names::score(&records, &mut figures);
    quotes::score(&records, &mut figures);
    topics::score(&records, &mut figures);
    figures
}

fn extracted(gold: &Gold) -> ExtractionRecord {
    let article = Article {
        record_id: Some(gold.id.clone()),
        title: gold.title.clone().filter(|title| !title.is_empty()),
        text: gold.text.clone(),
        ..Article::default()
    };
    ExtractionRecord::new(gold.id.clone(), None, &article, &annotate(&article))
}

/// True positives among what was found and what there is.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    right: f64,
    found: f64,
    gold: f64,
}

impl Tally {
    fn precision(self) -> f64 {
        percent(self.right, self.found)
    }

    fn recall(self) -> f64 {
        percent(self.right, self.gold)
    }

    fn f1(self) -> f64 {
        let (precision, recall) = (self.precision(), self.recall());
        if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 }
    }

    /// Writes precision, recall and F1; nothing when there is nothing to find.
    fn write(self, name: &str, figures: &mut Figures) {
        if self.gold > 0.0 {
            figures.insert(format!("{name}.precision"), self.precision());
            figures.insert(format!("{name}.recall"), self.recall());
            figures.insert(format!("{name}.f1"), self.f1());
        }
    }
}

fn percent(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { 100.0 * part / whole } else { 0.0 }
}

/// A name's words for comparison: letters and digits of each, lower case, a leading article dropped.
fn key(name: &str) -> String {
    let folded: String =
        name.chars().filter(|c| c.is_alphanumeric() || c.is_whitespace() || *c == '_').collect();
    let folded = folded.to_lowercase();
    let words: Vec<&str> = folded.split_whitespace().collect();
    let words = words.strip_prefix(&["the"]).filter(|rest| !rest.is_empty()).unwrap_or(&words);
    words.join(" ")
}
