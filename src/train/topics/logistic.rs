//! Logistic regression by AdaGrad (Duchi, Hazan and Singer, JMLR 2011), in a fixed order: the same data give the same
//! weights.

/// Parts that cross-validation cuts the stories into.
pub const FOLDS: usize = 5;

/// How the weights are fitted.
#[derive(Clone, Copy)]
pub struct Settings {
    /// Passes over the data.
    pub passes: usize,
    /// Size of the first steps.
    pub rate: f32,
    /// Pull towards 0, per instance.
    pub decay: f32,
}

/// One instance: feature numbers with values, whether it is positive, and how much it counts.
pub struct Instance {
    /// Feature numbers with values.
    pub features: Vec<(u32, f32)>,
    /// What to predict.
    pub positive: bool,
    /// How much it counts.
    pub weight: f32,
}

/// The chance behind log odds.
pub fn chance(log_odds: f32) -> f32 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// Fits one weight a feature. `decay` may differ by feature.
pub fn fit<'a>(
    instances: impl Iterator<Item = &'a Instance> + Clone,
    size: usize,
    settings: Settings,
    decay: impl Fn(u32) -> f32,
) -> Vec<f32> {
    let mut weights = vec![0.0f32; size];
    let mut squares = vec![1e-6f32; size];
    for _ in 0..settings.passes {
        for instance in instances.clone() {
            let sum: f32 = instance.features.iter().map(|&(at, value)| weights[at as usize] * value).sum();
            let target = if instance.positive { 1.0 } else { 0.0 };
            let error = (chance(sum) - target) * instance.weight;
            for &(at, value) in &instance.features {
                let weight = &mut weights[at as usize];
                let gradient = error * value + settings.decay * decay(at) * *weight;
                let square = &mut squares[at as usize];
                *square += gradient * gradient;
                *weight -= settings.rate * gradient / square.sqrt();
            }
        }
    }
    weights
}

/// Fits many models over the same instances at once: `weights[feature * targets + target]`.
pub fn fit_many(
    instances: &[(&[(u32, f32)], &[bool], f32)],
    size: usize,
    targets: usize,
    settings: Settings,
) -> Vec<f32> {
    let mut weights = vec![0.0f32; size * targets];
    let mut squares = vec![1e-4f32; size * targets];
    let mut errors = vec![0.0f32; targets];
    for _ in 0..settings.passes {
        for (features, positive, weight) in instances {
            errors.fill(0.0);
            for &(at, value) in *features {
                let row = &weights[at as usize * targets..][..targets];
                errors.iter_mut().zip(row).for_each(|(sum, weight)| *sum += weight * value);
            }
            for (error, &positive) in errors.iter_mut().zip(*positive) {
                *error = (chance(*error) - if positive { 1.0 } else { 0.0 }) * weight;
            }
            for &(at, value) in *features {
                let row = &mut weights[at as usize * targets..][..targets];
                let squares = &mut squares[at as usize * targets..][..targets];
                for ((weight, square), error) in row.iter_mut().zip(squares).zip(&errors) {
                    let gradient = error * value + settings.decay * *weight;
                    *square += gradient * gradient;
                    *weight -= settings.rate * gradient / square.sqrt();
                }
            }
        }
    }
    weights
}
