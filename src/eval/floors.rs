//! Floors: figures that must not fall.

use std::{collections::BTreeMap, io, path::Path};

use serde::{Deserialize, Serialize};

use super::Figures;

/// The least figure allowed, by set and figure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Floors(pub BTreeMap<String, Figures>);

/// A figure below its floor.
#[derive(Clone, Debug, PartialEq)]
pub struct Broken {
    /// The set.
    pub set: String,
    /// The figure.
    pub figure: String,
    /// Its floor.
    pub floor: f64,
    /// What was measured; nothing when it was not.
    pub measured: Option<f64>,
}

impl Floors {
    /// Reads floors from a JSON file.
    ///
    /// # Errors
    /// When the file cannot be read or holds something else.
    pub fn read(path: &Path) -> io::Result<Self> {
        Ok(serde_json::from_str(&std::fs::read_to_string(path)?)?)
    }

    /// Floors of a set that its figures break.
    pub fn broken(&self, set: &str, figures: &Figures) -> Vec<Broken> {
        let floors = self.0.get(set).into_iter().flatten();
        let below =
            floors.filter(|(figure, floor)| figures.get(*figure).is_none_or(|measured| measured < *floor));
        below
            .map(|(figure, &floor)| Broken {
                set: set.to_owned(),
                figure: figure.clone(),
                floor,
                measured: figures.get(figure).copied(),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_that_falls_or_is_gone_breaks_its_floor() {
        let floors: Floors = serde_json::from_str(r#"{"a": {"x": 80.0, "y": 10.0}}"#).expect("floors");
        let figures = Figures::from([("x".to_owned(), 79.9)]);
        let broken = floors.broken("a", &figures);
        assert_eq!(broken.len(), 2);
        assert_eq!(broken[1].measured, None);
        assert!(floors.broken("b", &figures).is_empty());
    }
}
