//! Trains the model behind the keyphrases.

use crate::extract::topics::{
    evidence,
    features::{ENDINGS, FEATURES, Features, ROLES, Setting},
    keyphrases::PhraseModel,
    lexicon::Lexicon,
    phrases::{self, Phrase},
    tokens::{self, Token},
    words::WordModel,
};

use super::{
    gold::Story,
    logistic::{self, FOLDS, Instance, Settings},
};

const PHRASES: Settings = Settings { passes: 20, rate: 0.05, decay: 1e-6 };

/// How much harder the weight of a single word, or of an ending, is pulled to 0 than that of a shared feature.
const WORD_DECAY: f32 = 1000.0;
const ENDING_DECAY: f32 = 1000.0;

/// Trains on all stories, whose topics came from cross-validation; prints how the same training does in
/// cross-validation.
pub fn train(stories: &[Story], words: &WordModel, topics: &[Vec<(u16, f32)>]) -> PhraseModel {
    let read: Vec<Read> =
        stories.iter().zip(topics).map(|(story, topics)| Read::new(story, words, topics)).collect();
    let mut scored: Vec<(f32, Vec<(bool, f32)>, usize)> = Vec::new();
    for fold in 0..FOLDS {
        let model = fit(stories, &read, |story| story % FOLDS != fold);
        for (at, story) in stories.iter().enumerate().filter(|(at, _)| at % FOLDS == fold) {
            let chosen = choose(story, words, &topics[at], &model);
            let gold = gold_keys(story);
            let hits =
                chosen.iter().map(|(phrase, chance)| (gold.contains(&key(story, phrase)), *chance)).collect();
            scored.push((story.weight, hits, gold.len()));
        }
    }
    let f1 = |threshold: f32| f1(&scored, threshold);
    let steps = (0..50).map(|step| step as f32 / 100.0);
    let threshold = steps.max_by(|a, b| f1(*a).total_cmp(&f1(*b))).unwrap_or(0.0);
    println!("cross-validation, entertainment, keyphrases, threshold {threshold}: F1 {:.1}", f1(threshold));
    let reachable: usize = read.iter().map(|read| read.instances.iter().filter(|i| i.positive).count()).sum();
    let gold: usize = stories.iter().map(|story| gold_keys(story).len()).sum();
    let all: usize = read.iter().map(|read| read.instances.len()).sum();
    println!("candidates {all}, of {gold} keyphrases {reachable} are candidates");
    let mut model = fit(stories, &read, |_| true);
    model.threshold = threshold;
    model
}

/// Macro F1 of the first six phrases over the stories that count, as the evaluation counts.
fn f1(scored: &[(f32, Vec<(bool, f32)>, usize)], threshold: f32) -> f64 {
    let (mut precision, mut recall, mut count) = (0.0, 0.0, 0.0);
    for (_, hits, gold) in scored.iter().filter(|(weight, ..)| *weight >= 1.0) {
        let given: Vec<bool> = hits.iter().filter(|(_, c)| *c >= threshold).map(|(hit, _)| *hit).collect();
        let right = given.iter().filter(|hit| **hit).count() as f64;
        precision += right / given.len().max(1) as f64;
        recall += right / (*gold).max(1) as f64;
        count += 1.0;
    }
    let (precision, recall): (f64, f64) = (precision / count, recall / count);
    200.0 * precision * recall / (precision + recall).max(1e-9)
}

/// The phrases a model gives a story.
pub fn choose(
    story: &Story,
    words: &WordModel,
    topics: &[(u16, f32)],
    model: &PhraseModel,
) -> Vec<(Phrase, f32)> {
    let lexicon = Lexicon::get();
    let gathered = evidence::gather(&story.tokens, lexicon, words);
    let setting = Setting::new(&story.tokens, lexicon, &gathered, topics);
    model.choose(&story.tokens, &setting, &phrases::find(&story.tokens))
}

/// How a model does on a story: phrases that are right, given, and labelled.
pub fn check(story: &Story, chosen: &[(Phrase, f32)]) -> (usize, usize, usize) {
    let gold = gold_keys(story);
    (chosen.iter().filter(|(phrase, _)| gold.contains(&key(story, phrase))).count(), chosen.len(), gold.len())
}

fn gold_keys(story: &Story) -> Vec<u64> {
    let of = |phrase: &String| {
        let mut words = Vec::new();
        tokens::split(phrase, 0..phrase.len(), 0, Lexicon::get(), &mut words);
        key_of(&words)
    };
    let mut keys: Vec<u64> = story.phrases.iter().map(of).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// What tells a candidate from others: its folded words.
fn key(story: &Story, phrase: &Phrase) -> u64 {
    key_of(phrase.tokens(&story.tokens))
}

fn key_of(words: &[Token]) -> u64 {
    words.iter().fold(0, |key, word| phrases::join(key, word.hash))
}

struct Read {
    instances: Vec<Instance>,
}

impl Read {
    fn new(story: &Story, words: &WordModel, topics: &[(u16, f32)]) -> Self {
        let lexicon = Lexicon::get();
        let gathered = evidence::gather(&story.tokens, lexicon, words);
        let setting = Setting::new(&story.tokens, lexicon, &gathered, topics);
        let gold = gold_keys(story);
        let found = phrases::find(&story.tokens);
        let instances = found.iter().map(|phrase| Instance {
            features: numbered(&setting.features(phrase)),
            positive: gold.contains(&key(story, phrase)),
            weight: story.weight,
        });
        Self { instances: instances.collect() }
    }
}

/// Numbers of all features: the shared ones, then the endings, then each word in each role.
fn numbered(features: &Features) -> Vec<(u32, f32)> {
    let shared = (0..).zip(features.values()).filter(|(_, value)| *value != 0.0);
    let mut numbered: Vec<(u32, f32)> = shared.collect();
    let endings = FEATURES.len() as u32;
    numbered.extend(features.endings.iter().filter(|slot| **slot != 0).map(|slot| (endings + slot, 1.0)));
    let words = endings + ENDINGS as u32;
    let roles = ROLES.len() as u32;
    for (role, word) in (0..).zip(features.words).filter(|(_, word)| *word != 0) {
        numbered.push((words + word * roles + role, 1.0));
    }
    numbered
}

fn fit(stories: &[Story], read: &[Read], inside: impl Fn(usize) -> bool + Copy) -> PhraseModel {
    let (endings, roles) = (FEATURES.len(), ROLES.len());
    let words = endings + ENDINGS;
    let size = words + Lexicon::get().len() * roles;
    let instances =
        (0..stories.len()).filter(|story| inside(*story)).flat_map(|story| &read[story].instances);
    let weights = logistic::fit(instances, size, PHRASES, |at| match at as usize {
        at if at < endings => 1.0,
        at if at < words => ENDING_DECAY,
        _ => WORD_DECAY,
    });
    let mut model = PhraseModel::new(std::array::from_fn(|at| weights[at]));
    model.endings.copy_from_slice(&weights[endings..words]);
    for (row, weights) in model.words.iter_mut().zip(weights[words..].chunks(roles)) {
        row.copy_from_slice(weights);
    }
    model
}
