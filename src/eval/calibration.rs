//! Whether a confidence means what it says.

use schemars::JsonSchema;
use serde::Serialize;

/// Fewest judged answers that calibration is measured on.
const FEWEST: usize = 30;

/// Answers from which on ten bins are used instead of three.
const MANY: usize = 1000;

/// How well confidences fit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Calibration {
    /// Judged answers.
    pub answers: usize,
    /// Expected calibration error over bins of equal counts, 0 to 1; less is better.
    pub ece: f64,
    /// Chance that a right answer has more confidence than a wrong one; nothing when all are right, or all wrong.
    pub auc: Option<f64>,
}

impl Calibration {
    /// Measures pairs of a confidence and whether the answer was right; nothing for fewer than 30.
    pub fn of(mut judged: Vec<(f64, bool)>) -> Option<Self> {
        let answers = judged.len();
        if answers < FEWEST {
            return None;
        }
        judged.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let bins = if answers >= MANY { 10 } else { 3 };
        let error: f64 = (0..bins)
            .map(|bin| {
                let bin = &judged[answers * bin / bins..answers * (bin + 1) / bins];
                let (said, right): (f64, f64) = bin
                    .iter()
                    .fold((0.0, 0.0), |sums, one| (sums.0 + one.0, sums.1 + f64::from(u8::from(one.1))));
                (said - right).abs()
            })
            .sum();
        let thousandth = |x: f64| (x * 1000.0).round() / 1000.0;
        Some(Self { answers, ece: thousandth(error / answers as f64), auc: auc(&judged).map(thousandth) })
    }
}

/// The share of pairs of a right and a wrong answer that are in the right order, ties counted by half.
fn auc(sorted: &[(f64, bool)]) -> Option<f64> {
    let wrong: Vec<f64> = sorted.iter().filter(|one| !one.1).map(|one| one.0).collect();
    let right = sorted.len() - wrong.len();
    let wins: f64 = (sorted.iter().filter(|one| one.1))
        .map(|one| {
            let below = wrong.partition_point(|&x| x < one.0);
            let up_to = wrong.partition_point(|&x| x <= one.0);
            (below + up_to) as f64 / 2.0
        })
        .sum();
    (right > 0 && !wrong.is_empty()).then(|| wins / (right as f64 * wrong.len() as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn honest_confidences_have_little_error() {
        let honest = (0..40).map(|i| (0.75, i % 4 != 0)).collect();
        let measured = Calibration::of(honest).expect("forty answers");
        assert!(measured.ece < 0.51 && measured.auc == Some(0.5), "{measured:?}");
        let ordered = (0..40).map(|i| (f64::from(i) / 40.0, i >= 20)).collect();
        assert_eq!(Calibration::of(ordered).expect("forty answers").auc, Some(1.0));
        assert_eq!(Calibration::of(vec![(0.5, true); 29]), None);
    }
}
