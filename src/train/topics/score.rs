//! Precision, recall and F1, counted as the evaluation counts them.

use std::fmt;

use crate::taxonomy;

#[derive(Clone, Copy, Default)]
struct Count {
    right: usize,
    found: usize,
    gold: usize,
}

impl Count {
    fn add(&mut self, gold: &[u16], found: &[u16]) {
        self.right += found.iter().filter(|subject| gold.contains(subject)).count();
        self.found += found.len();
        self.gold += gold.len();
    }

    fn f1(self) -> f64 {
        200.0 * self.right as f64 / (self.found + self.gold).max(1) as f64
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share = |whole: usize| 100.0 * self.right as f64 / whole.max(1) as f64;
        write!(f, "P {:.1} R {:.1} F1 {:.1}", share(self.found), share(self.gold), self.f1())
    }
}

/// Counts over IPTC topics: as given, without "celebrity", and with everything above them.
#[derive(Clone, Copy, Default)]
pub struct Counts {
    own: Count,
    without_celebrity: Count,
    tree: Count,
}

impl Counts {
    /// Adds a story.
    pub fn add(&mut self, gold: &[u16], found: &[u16]) {
        let celebrity = taxonomy::by_code("20000505").map_or(0, |subject| subject.index() as u16);
        let others = |subjects: &[u16]| -> Vec<u16> {
            subjects.iter().copied().filter(|subject| *subject != celebrity).collect()
        };
        self.own.add(gold, found);
        self.without_celebrity.add(&others(gold), &others(found));
        self.tree.add(&with_ancestors(gold), &with_ancestors(found));
    }

    /// What thresholds are chosen by: F1 over codes, F1 without "celebrity", and F1 over the tree, added up.
    pub fn objective(&self) -> f64 {
        self.own.f1() + self.without_celebrity.f1() + self.tree.f1()
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "iptc {} | no celebrity {} | tree {}", self.own, self.without_celebrity, self.tree)
    }
}

fn with_ancestors(subjects: &[u16]) -> Vec<u16> {
    let tree = taxonomy::all();
    let mut all: Vec<u16> = subjects
        .iter()
        .flat_map(|&subject| {
            let subject = &tree[subject as usize];
            std::iter::once(subject).chain(subject.ancestors()).map(|subject| subject.index() as u16)
        })
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}
