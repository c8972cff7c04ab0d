//! The figures that scores are made of.

use schemars::JsonSchema;
use serde::Serialize;

/// Precision, recall and their harmonic mean, in per cent, to one decimal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Prf {
    /// Share of what was found that is right.
    pub precision: f64,
    /// Share of the gold answers that were found.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
}

impl Prf {
    /// From shares.
    pub fn of(precision: f64, recall: f64) -> Self {
        let sum = precision + recall;
        let f1 = if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 };
        Self { precision: percent(precision), recall: percent(recall), f1: percent(f1) }
    }
}

/// What precision and recall are made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Found and right.
    pub right: usize,
    /// Found.
    pub found: usize,
    /// Wanted.
    pub gold: usize,
}

impl Counts {
    /// What they amount to.
    pub fn prf(self) -> Prf {
        Prf::of(share(self.right, self.found), share(self.right, self.gold))
    }

    /// Adds those of another story.
    pub fn add(&mut self, other: Self) {
        self.right += other.right;
        self.found += other.found;
        self.gold += other.gold;
    }
}

/// A part of a whole; 0 of nothing.
pub fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// A share as per cent, to one decimal.
pub fn percent(share: f64) -> f64 {
    (share * 1000.0).round() / 10.0
}

/// A share of a count as per cent; nothing when there is nothing to count.
pub fn rate(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| percent(share(part, whole)))
}
