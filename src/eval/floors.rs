//! Floors: figures that must not fall.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// For each set the least value of each figure, named by its path in the score: `names.all.f1`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Floors(pub BTreeMap<String, BTreeMap<String, f64>>);

/// A figure below its floor.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fallen {
    /// The set.
    pub set: String,
    /// The figure.
    pub figure: String,
    /// Its floor.
    pub floor: f64,
    /// What it is now; nothing when it is no longer measured.
    pub now: Option<f64>,
}

/// Figures that get a floor.
const WATCHED: [&str; 16] = [
    "names.all.f1",
    "names.any_kind.f1",
    "names.kinds.person.f1",
    "names.identity.accuracy",
    "quotes_direct.span.f1",
    "quotes_direct.speaker.end2end",
    "quotes_direct.unnamed.null",
    "quotes_direct.attribution.f1",
    "quotes_all.span.f1",
    "quotes_all.speaker.end2end",
    "quotes_all.attribution.f1",
    "topics.iptc.f1",
    "topics.iptc_tree.f1",
    "topics.keyphrases.f1",
    "ndcg_10",
    "recall_100",
];

impl Floors {
    /// Figures of a set that are below their floor.
    pub fn fallen(&self, set: &str, score: &impl Serialize) -> Vec<Fallen> {
        let score = figures(score);
        let floors = self.0.get(set).into_iter().flatten();
        let fallen = floors.filter_map(|(figure, &floor)| {
            let now = at(&score, figure);
            let holds = now.is_some_and(|now| now >= floor);
            (!holds).then(|| Fallen { set: set.to_owned(), figure: figure.clone(), floor, now })
        });
        fallen.collect()
    }

    /// Raises the floors of a set to what was reached, and adds those that are missing. A floor is never lowered.
    pub fn raise(&mut self, set: &str, score: &impl Serialize) {
        let score = figures(score);
        let floors = self.0.entry(set.to_owned()).or_default();
        for figure in WATCHED {
            if let Some(now) = at(&score, figure) {
                let floor = floors.entry(figure.to_owned()).or_insert(now);
                *floor = floor.max(now);
            }
        }
    }
}

/// The figures of a score by their names.
fn figures(score: &impl Serialize) -> Value {
    serde_json::to_value(score).unwrap_or_default()
}

/// A number in a score, by its path.
fn at(score: &Value, figure: &str) -> Option<f64> {
    figure.split('.').try_fold(score, |value, key| value.get(key))?.as_f64()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn floors_rise_and_never_fall() {
        let mut floors = Floors::default();
        floors.raise("a", &json!({"names": {"all": {"f1": 70.0}}, "topics": null}));
        assert_eq!(floors.0["a"], BTreeMap::from([("names.all.f1".to_owned(), 70.0)]));
        let lower = json!({"names": {"all": {"f1": 69.9}}});
        assert_eq!(floors.fallen("a", &lower)[0].now, Some(69.9));
        floors.raise("a", &lower);
        assert_eq!(floors.0["a"]["names.all.f1"], 70.0);
        assert_eq!(floors.fallen("a", &json!({}))[0].now, None);
        assert!(floors.fallen("b", &lower).is_empty());
    }
}
