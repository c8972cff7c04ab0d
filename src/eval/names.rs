//! Names in running text, against gold.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    gold::GoldName,
    judged::Judged,
    measure::{Counts, Prf, rate},
    normal::{self, MOST_WORDS},
};
use crate::annotation::NameKind;

/// How well names were found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NameScore {
    /// Each kind that the gold answers have.
    pub kinds: BTreeMap<String, KindScore>,
    /// All kinds: start, end and kind are right.
    pub all: KindScore,
    /// All kinds: start and end are right.
    pub any_kind: KindScore,
    /// People: whether the mention is known as the right person.
    pub identity: Option<IdentityScore>,
}

/// How well the names of one kind were found.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct KindScore {
    /// Gold mentions.
    pub gold: usize,
    /// Exact spans; a leading "the" and a trailing possessive aside.
    #[serde(flatten)]
    pub spans: Prf,
}

/// Whether people are known by their full names.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct IdentityScore {
    /// Gold mentions of people that were found as people.
    pub mentions: usize,
    /// Share of them, in per cent, whose name in the article is the gold one, or holds it and more.
    pub accuracy: f64,
}

impl From<Counts> for KindScore {
    fn from(counts: Counts) -> Self {
        Self { gold: counts.gold, spans: counts.prf() }
    }
}

#[derive(Default)]
pub(super) struct NameCounts {
    kinds: BTreeMap<String, Counts>,
    any_right: usize,
    identified: usize,
    identified_right: usize,
}

impl NameCounts {
    pub(super) fn add(&mut self, one: &Judged<'_>, gold: &[GoldName]) {
        let ignored = &one.gold.ignore_kinds;
        let asked =
            |kind: &str| NameKind::ALL.iter().any(|known| known.as_str() == kind) && !ignored.contains(kind);
        let mut wanted: BTreeMap<(usize, usize), (&str, &str)> = BTreeMap::new();
        let mut free = BTreeSet::new();
        for name in gold {
            for &mention in &name.mentions {
                let span = normal::name_span(&one.chars, mention);
                if asked(&name.kind) {
                    wanted.insert(span, (&name.kind, &name.name));
                } else {
                    free.insert(span);
                }
            }
        }
        let mut found: BTreeMap<(usize, usize), (&str, &str)> = BTreeMap::new();
        for name in one.found.names.iter().filter(|name| asked(name.kind.as_str())) {
            for mention in &name.mentions {
                let span = normal::name_span(&one.chars, (mention.start as usize, mention.end as usize));
                let touches = free.iter().any(|free| free.0 < span.1 && span.0 < free.1);
                if wanted.contains_key(&span) || !touches {
                    found.insert(span, (name.kind.as_str(), &name.name));
                }
            }
        }
        self.count(&wanted, &found, one.gold.identity);
    }

    fn count(
        &mut self,
        wanted: &BTreeMap<(usize, usize), (&str, &str)>,
        found: &BTreeMap<(usize, usize), (&str, &str)>,
        identity: bool,
    ) {
        for (span, &(kind, name)) in wanted {
            let counts = self.kinds.entry(kind.to_owned()).or_default();
            counts.gold += 1;
            let Some(&(found_kind, found_name)) = found.get(span) else { continue };
            self.any_right += 1;
            counts.right += usize::from(found_kind == kind);
            if identity && kind == "person" && found_kind == "person" {
                self.identified += 1;
                self.identified_right += usize::from(same_person(name, found_name));
            }
        }
        for &(kind, _) in found.values() {
            self.kinds.entry(kind.to_owned()).or_default().found += 1;
        }
    }

    pub(super) fn score(self) -> NameScore {
        let mut all = Counts::default();
        self.kinds.values().for_each(|&counts| all.add(counts));
        let any = Counts { right: self.any_right, ..all };
        let identity = rate(self.identified_right, self.identified)
            .map(|accuracy| IdentityScore { mentions: self.identified, accuracy });
        NameScore {
            kinds: (self.kinds.into_iter().filter(|(_, counts)| counts.gold > 0))
                .map(|(kind, counts)| (kind, counts.into()))
                .collect(),
            all: all.into(),
            any_kind: any.into(),
            identity,
        }
    }
}

/// Whether the name found is the gold one, or holds all of it and little more.
fn same_person(gold: &str, found: &str) -> bool {
    let (gold, found) = (normal::key(gold), normal::key(found));
    let words: BTreeSet<&str> = found.split_whitespace().collect();
    gold.split_whitespace().all(|word| words.contains(word)) && found.split_whitespace().count() <= MOST_WORDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_kinds_and_people_are_counted() {
        let wanted = BTreeMap::from([
            ((0, 4), ("person", "Ines Valcourt")),
            ((9, 12), ("work", "The Chair")),
            ((20, 22), ("org", "Orbis")),
        ]);
        let found = BTreeMap::from([
            ((0, 4), ("person", "Ines")),
            ((9, 12), ("org", "The Chair")),
            ((30, 31), ("org", "x")),
        ]);
        let mut counts = NameCounts::default();
        counts.count(&wanted, &found, true);
        let score = counts.score();
        assert_eq!(score.kinds["person"].spans.f1, 100.0);
        assert_eq!((score.all.gold, score.all.spans.recall, score.all.spans.precision), (3, 33.3, 33.3));
        assert_eq!(score.any_kind.spans.recall, 66.7);
        assert_eq!(score.identity.expect("one person").accuracy, 0.0);
    }
}
