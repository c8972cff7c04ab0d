//! Whether one ranking is better than another, or lucky: the paired bootstrap over queries.

use schemars::JsonSchema;
use serde::Serialize;

/// Resamples drawn.
const RESAMPLES: usize = 10_000;

/// The mean difference between two rankings over the same queries.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Difference {
    /// Mean of the second less mean of the first.
    pub mean: f64,
    /// Lower end of the interval that holds 95 % of the resampled means.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// Two-sided: how often, when there is no difference, resampling strays as far as the mean, 0 to 1.
    pub p: f64,
}

/// Compares two rankings by their figures for each query, in the same order. The draws are the same every time.
///
/// Nothing when there are no queries, or not as many on both sides.
pub fn paired(first: &[f64], second: &[f64]) -> Option<Difference> {
    if first.is_empty() || first.len() != second.len() {
        return None;
    }
    let differences: Vec<f64> = first.iter().zip(second).map(|(a, b)| b - a).collect();
    let mean = differences.iter().sum::<f64>() / differences.len() as f64;
    let mut draws = Draws(0x9e37_79b9_7f4a_7c15);
    let mut means: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let sum: f64 = (0..differences.len()).map(|_| differences[draws.below(differences.len())]).sum();
            sum / differences.len() as f64
        })
        .collect();
    means.sort_by(f64::total_cmp);
    let as_far = means.iter().filter(|&&drawn| (drawn - mean).abs() >= mean.abs()).count();
    let at = |share: f64| means[((RESAMPLES - 1) as f64 * share).round() as usize];
    Some(Difference { mean, low: at(0.025), high: at(0.975), p: as_far as f64 / RESAMPLES as f64 })
}

/// Pseudo-random numbers (SplitMix64; Steele, Lea and Flood, 2014).
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`.
    fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.next()) * limit as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_difference_is_sure_and_no_difference_is_not() {
        let first: Vec<f64> = (0..50).map(|i| f64::from(i % 7) / 10.0).collect();
        let better: Vec<f64> =
            first.iter().enumerate().map(|(i, x)| x + 0.1 + (i % 3) as f64 / 100.0).collect();
        let sure = paired(&first, &better).expect("fifty queries");
        assert!(sure.low > 0.09 && sure.high < 0.13 && sure.p < 0.01, "{sure:?}");
        let same = paired(&first, &first).expect("fifty queries");
        assert_eq!((same.mean, same.p), (0.0, 1.0));
        assert_eq!(paired(&first, &better[1..]), None);
    }
}
