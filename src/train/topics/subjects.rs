//! Trains the two models behind the IPTC topics: words first, then what all topics share, on scores that the words
//! model gave to stories it was not trained on.

use std::collections::BTreeMap;

use crate::{
    extract::topics::{
        evidence,
        lexicon::Lexicon,
        subjects::{self, Candidate, FEATURES, SubjectModel},
        words::{Target, WordModel, WordVector},
    },
    taxonomy,
};

use super::{
    gold::Story,
    logistic::{self, FOLDS, Instance, Settings},
    score::Counts,
};

/// Stories that must bear a topic before words are weighed for it.
const LEAST_STORIES: usize = 3;

/// Weights below this size are left out of the words model.
const LEAST_WEIGHT: f32 = 1.2;

const WORDS: Settings = Settings { passes: 25, rate: 0.35, decay: 2e-4 };
const SHARED: Settings = Settings { passes: 30, rate: 0.15, decay: 2e-6 };

/// How much harder the bias of a single topic is pulled to 0 than a shared weight.
const BIAS_DECAY: f32 = 200.0;

/// The trained models and how they did in cross-validation.
pub struct Trained {
    /// Words.
    pub words: WordModel,
    /// What all topics share.
    pub subjects: SubjectModel,
    /// For each story the topics that models without it gave.
    pub chances: Vec<Vec<(u16, f32)>>,
}

/// Trains on all stories; prints how the same training does in cross-validation.
pub fn train(stories: &[Story]) -> Trained {
    let lexicon = Lexicon::get();
    let vectors: Vec<WordVector> =
        stories.iter().map(|story| evidence::vector(&story.tokens, lexicon)).collect();
    let all: Vec<usize> = (0..stories.len()).collect();
    let mut candidates: Vec<Vec<Candidate>> = vec![Vec::new(); stories.len()];
    for fold in 0..FOLDS {
        let (inside, outside) = split(&all, fold);
        let words = train_words(stories, &vectors, &inside);
        for story in outside {
            let gathered = evidence::gather(&stories[story].tokens, lexicon, &words);
            candidates[story] = subjects::candidates(&gathered, &words);
        }
    }
    let mut chances: Vec<Vec<(u16, f32)>> = vec![Vec::new(); stories.len()];
    for fold in 0..FOLDS {
        let (inside, outside) = split(&all, fold);
        let mut model = train_shared(stories, &candidates, &inside);
        model.threshold = 0.01;
        for story in outside {
            chances[story] = model.choose(&candidates[story], &[]);
        }
    }
    let threshold = choose_threshold(stories, &chances);
    let mut model = train_shared(stories, &candidates, &all);
    model.threshold = threshold;
    chances.iter_mut().for_each(|chances| chances.retain(|(_, chance)| *chance >= threshold));
    Trained { words: train_words(stories, &vectors, &all), subjects: model, chances }
}

fn split(all: &[usize], fold: usize) -> (Vec<usize>, Vec<usize>) {
    all.iter().partition(|story| *story % FOLDS != fold)
}

fn train_words(stories: &[Story], vectors: &[WordVector], inside: &[usize]) -> WordModel {
    let tree = taxonomy::all();
    let mut counts: BTreeMap<Target, usize> = BTreeMap::new();
    for &story in inside {
        for target in targets(&stories[story]) {
            *counts.entry(target).or_default() += 1;
        }
    }
    let kept: Vec<Target> =
        counts.into_iter().filter(|(_, n)| *n >= LEAST_STORIES).map(|(target, _)| target).collect();
    let positives: Vec<Vec<bool>> = inside
        .iter()
        .map(|&story| {
            let own = targets(&stories[story]);
            kept.iter().map(|target| own.contains(target)).collect()
        })
        .collect();
    let instances: Vec<(&[(u32, f32)], &[bool], f32)> = inside
        .iter()
        .zip(&positives)
        .map(|(&story, positive)| (vectors[story].as_slice(), positive.as_slice(), stories[story].weight))
        .collect();
    let size = Lexicon::get().len();
    let weights = logistic::fit_many(&instances, size, kept.len(), WORDS);
    debug_assert!(kept.iter().all(|target| (target.subject as usize) < tree.len()));
    let columns = kept.len();
    let rows = (0..size as u32).map(move |word| {
        let row = &weights[word as usize * columns..][..columns];
        let kept = row.iter().enumerate().filter(|(_, weight)| weight.abs() >= LEAST_WEIGHT);
        (word, kept.map(|(column, weight)| (column as u16, (weight * 100.0).round() / 100.0)).collect())
    });
    WordModel::new(kept, rows)
}

/// The topics of a story, and the top of the tree above each.
fn targets(story: &Story) -> Vec<Target> {
    let mut found: Vec<Target> = Vec::new();
    for &subject in &story.subjects {
        found.push(Target { subject, wide: false });
        let subject = &taxonomy::all()[subject as usize];
        let root = subject.ancestors().last().unwrap_or(subject).index() as u16;
        found.push(Target { subject: root, wide: true });
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn train_shared(stories: &[Story], candidates: &[Vec<Candidate>], inside: &[usize]) -> SubjectModel {
    let mut instances = Vec::new();
    for &story in inside {
        for candidate in &candidates[story] {
            let values = candidate.features.iter().enumerate().filter(|(_, value)| **value != 0.0);
            let mut features: Vec<(u32, f32)> = values.map(|(at, value)| (at as u32, *value)).collect();
            features.push((FEATURES.len() as u32 + u32::from(candidate.subject), 1.0));
            let positive = stories[story].subjects.contains(&candidate.subject);
            instances.push(Instance { features, positive, weight: stories[story].weight });
        }
    }
    let size = FEATURES.len() + taxonomy::all().len();
    let shared = FEATURES.len() as u32;
    let weights =
        logistic::fit(instances.iter(), size, SHARED, |at| if at < shared { 1.0 } else { BIAS_DECAY });
    let mut model = SubjectModel::empty();
    model.weights.copy_from_slice(&weights[..FEATURES.len()]);
    model.biases.copy_from_slice(&weights[FEATURES.len()..]);
    model
}

/// The threshold with the best F1 over codes and over the tree together, on chances that cross-validation gave.
fn choose_threshold(stories: &[Story], chances: &[Vec<(u16, f32)>]) -> f32 {
    let at = |threshold: f32| {
        let mut counts = Counts::default();
        for (story, chances) in stories.iter().zip(chances).filter(|(story, _)| story.weight >= 1.0) {
            let chosen: Vec<u16> = chances.iter().filter(|(_, c)| *c >= threshold).map(|(s, _)| *s).collect();
            counts.add(&story.subjects, &chosen);
        }
        counts
    };
    let steps = (10..70).map(|step| step as f32 / 100.0);
    let best = steps.max_by(|a, b| at(*a).objective().total_cmp(&at(*b).objective())).unwrap_or(0.5);
    println!("cross-validation, entertainment, threshold {best}: {}", at(best));
    best
}
