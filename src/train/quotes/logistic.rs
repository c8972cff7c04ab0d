//! A logistic model over named facts, checked on stories it was not fitted on.

use std::collections::BTreeMap;

use crate::extract::quotes::confidence::Fact;

/// Rounds over all examples.
const ROUNDS: usize = 80;

/// Step of a round, falling with their number.
const STEP: f64 = 0.1;

/// Pull of weights towards zero, per step.
const DECAY: f64 = 3e-4;

/// The same for the weights of groups that are fitted alone, per round.
const PULL: f64 = 3.0;

/// Parts that the stories are dealt into; each is judged by a model of the others.
pub const FOLDS: usize = 8;

/// Bins of the reliability table.
const BINS: usize = 10;

/// A candidate: its story and quote, what it rests on, whether it is right.
pub struct Example {
    /// Number of the story.
    pub story: usize,
    /// Where the quote stands in the story.
    pub quote: u32,
    /// Whether the quote is a fragment.
    pub mixed: bool,
    /// The facts.
    pub facts: Vec<Fact>,
    /// Whether it is right.
    pub right: bool,
    /// Whether the story was in the news, not invented.
    pub real: bool,
}

/// Weight of each fact, by group and value.
pub type Weights = BTreeMap<(&'static str, &'static str), f64>;

/// Fits the weights, and scales them by what held-out examples of real news say (of all, if none is real); prints how
/// reliable the chances are for all and for real ones.
pub fn fit_scaled(examples: &[Example]) -> Weights {
    let (mut held_out, mut real) = (Vec::new(), Vec::new());
    let mut logits = vec![0.0; examples.len()];
    for fold in 0..FOLDS {
        let weights = fit(examples.iter().filter(|example| example.story % FOLDS != fold));
        for (example, logit) in
            examples.iter().zip(&mut logits).filter(|(example, _)| example.story % FOLDS == fold)
        {
            *logit = sum(&weights, &example.facts);
        }
    }
    // Only the best candidate of a quote is ever credited.
    let mut chosen: Vec<usize> = Vec::new();
    let mut first = Vec::new();
    for (at, example) in examples.iter().enumerate() {
        match chosen.last_mut() {
            Some(best)
                if (examples[*best].story, examples[*best].quote) == (example.story, example.quote) =>
            {
                if logits[at] > logits[*best] {
                    *best = at;
                }
            }
            _ => {
                chosen.push(at);
                first.push(at);
            }
        }
    }
    for &at in &chosen {
        let judged = (logits[at], examples[at].right);
        held_out.push(judged);
        real.extend(examples[at].real.then_some(judged));
    }
    let right = |which: &[usize]| which.iter().filter(|&&at| examples[at].right).count();
    println!(
        "{} quotes with candidates: the first is right in {}, the best in {}",
        chosen.len(),
        right(&first),
        right(&chosen)
    );
    let (scale, shift) = line(if real.is_empty() { &held_out } else { &real });
    let (scale_of_all, shift_of_all) = line(&held_out);
    let half_right = chance(scale * -shift_of_all / scale_of_all + shift);
    println!("scale {scale:.3}, shift {shift:.3}; half of all are right at {half_right:.2}");
    for mixed in [false, true] {
        let of_kind = chosen.iter().filter(|&&at| examples[at].mixed == mixed);
        let judged: Vec<_> = of_kind
            .map(|&at| (chance(scale * logits[at] + shift), examples[at].right, examples[at].real))
            .collect();
        println!(
            "{}: least chance | all: credited, right | real: credited, right",
            if mixed { "fragments" } else { "direct" }
        );
        for step in 8..20 {
            let least = f64::from(step) * 0.05;
            let count = |only_real: bool| {
                let kept =
                    judged.iter().filter(|(chance, _, real)| *chance >= least && (*real || !only_real));
                let right = kept.clone().filter(|(_, right, _)| *right).count();
                (kept.clone().count(), right as f64 / kept.count().max(1) as f64)
            };
            let ((all, right), (real, right_real)) = (count(false), count(true));
            println!("{least:.2} | {all} {right:.3} | {real} {right_real:.3}");
        }
    }
    for judged in [&held_out, &real] {
        report(judged.iter().map(|&(logit, right)| (chance(scale * logit + shift), right)).collect());
    }
    let mut weights = fit(examples.iter());
    weights.values_mut().for_each(|weight| *weight *= scale);
    *weights.entry(("bias", "")).or_default() += shift;
    weights
}

/// Fits the weights of some groups of facts upon those that stand for all others, and gives both. For facts that came
/// after the others were fitted, and of which few examples speak: they are held to nothing more tightly.
pub fn fit_groups(examples: &[Example], standing: &Weights, groups: &[String]) -> Weights {
    let is_new = |group: &str| groups.iter().any(|wanted| wanted == group);
    let old = standing.iter().filter(|((group, _), _)| !is_new(group));
    let mut weights: Weights = old.map(|(fact, weight)| (*fact, *weight)).collect();
    let speaks = |example: &&Example| example.facts.iter().any(|(group, ..)| is_new(group));
    let examples: Vec<&Example> = examples.iter().filter(speaks).collect();
    println!(
        "{} candidates with {groups:?}, {} of them right",
        examples.len(),
        examples.iter().filter(|example| example.right).count()
    );
    for round in 0..ROUNDS {
        let step = STEP / (1.0 + 0.1 * round as f64);
        for example in &examples {
            let error = f64::from(u8::from(example.right)) - chance(sum(&weights, &example.facts));
            for (group, value, amount) in example.facts.iter().filter(|(group, ..)| is_new(group)) {
                let weight = weights.entry((*group, *value)).or_default();
                *weight += step * error * f64::from(*amount);
            }
        }
        let new = weights.iter_mut().filter(|((group, _), _)| is_new(group));
        new.for_each(|(_, weight)| *weight *= 1.0 - step * PULL);
    }
    weights
}

fn chance(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}

fn sum(weights: &Weights, facts: &[Fact]) -> f64 {
    facts
        .iter()
        .map(|(group, value, amount)| {
            weights.get(&(*group, *value)).copied().unwrap_or(0.0) * f64::from(*amount)
        })
        .sum()
}

fn fit<'a>(examples: impl Iterator<Item = &'a Example>) -> Weights {
    let examples: Vec<&Example> = examples.collect();
    let mut weights = Weights::new();
    let mut total = Weights::new();
    for round in 0..ROUNDS {
        let step = STEP / (1.0 + 0.1 * round as f64);
        for example in &examples {
            let error = f64::from(u8::from(example.right)) - chance(sum(&weights, &example.facts));
            for (group, value, amount) in &example.facts {
                let weight = weights.entry((*group, *value)).or_default();
                *weight += step * (error * f64::from(*amount) - DECAY * *weight);
            }
        }
        // The mean of the later rounds is steadier than the last.
        if round >= ROUNDS / 2 {
            weights.iter().for_each(|(fact, weight)| *total.entry(*fact).or_default() += weight);
        }
    }
    total.values_mut().for_each(|weight| *weight /= (ROUNDS - ROUNDS / 2) as f64);
    total
}

/// The line through held-out logits that makes them honest.
fn line(held_out: &[(f64, bool)]) -> (f64, f64) {
    let (mut scale, mut shift) = (1.0, 0.0);
    for _ in 0..2_000 {
        let (mut by_scale, mut by_shift) = (0.0, 0.0);
        for &(logit, right) in held_out {
            let error = f64::from(u8::from(right)) - chance(scale * logit + shift);
            by_scale += error * logit;
            by_shift += error;
        }
        let all = held_out.len().max(1) as f64;
        scale += 0.3 * by_scale / all;
        shift += 0.3 * by_shift / all;
    }
    (scale, shift)
}

/// Prints the reliability table, the calibration error, the area under the curve.
fn report(mut judged: Vec<(f64, bool)>) {
    judged.sort_by(|a, b| a.0.total_cmp(&b.0));
    let all = judged.len();
    let mut error = 0.0;
    println!("chance said | right | attributions");
    for bin in 0..BINS {
        let bin = &judged[all * bin / BINS..all * (bin + 1) / BINS];
        let said: f64 = bin.iter().map(|(chance, _)| chance).sum();
        let right = bin.iter().filter(|(_, right)| *right).count() as f64;
        error += (said - right).abs();
        let count = bin.len().max(1) as f64;
        println!("{:.2} | {:.2} | {}", said / count, right / count, bin.len());
    }
    let (mut above, mut wrong) = (0.0, 0.0);
    for (_, right) in &judged {
        if *right {
            above += wrong;
        } else {
            wrong += 1.0;
        }
    }
    let right = all as f64 - wrong;
    println!("held out: calibration error {:.3}, AUC {:.3}", error / all as f64, above / (wrong * right));
}
