//! Keyphrases: the phrases of a story that say what it is about, in its own words.
//!
//! Every candidate of [`phrases`] is scored by a logistic model: where it stands, how often and how far apart, how rare
//! its words are, what they look like, and what stands before and after it.

use std::sync::LazyLock;

use super::{
    evidence::Gathered,
    features::{ENDINGS, FEATURES, Features, NUMBERS, ROLES, Setting},
    lexicon::Lexicon,
    phrases::{self, Phrase},
    subjects::{chance, rounded},
    tokens::{Tokens, flag},
};
use crate::{
    annotation::{Topic, TopicKind},
    article::Article,
};

static MODEL: LazyLock<PhraseModel> =
    LazyLock::new(|| PhraseModel::read(include_str!("../../../data/model/topics-keyphrases.tsv")));

/// Most keyphrases given to an article; people give 3 to 8, mostly 6.
const MOST: usize = 6;

/// The logistic model over the candidates.
#[derive(Clone, Debug)]
pub struct PhraseModel {
    /// Weights of [`FEATURES`].
    pub weights: [f32; FEATURES.len()],
    /// Weights of each word of the lexicon in each role.
    pub words: Vec<[f32; ROLES.len()]>,
    /// Weights of endings, by slot.
    pub endings: Vec<f32>,
    /// Least chance at which a phrase is given.
    pub threshold: f32,
    /// What every eight flags add together, by their bits.
    sums: Vec<[f32; 256]>,
}

impl PhraseModel {
    /// The shipped model.
    pub fn get() -> &'static Self {
        &MODEL
    }

    /// A model with those weights, which knows no word and no ending.
    pub fn new(weights: [f32; FEATURES.len()]) -> Self {
        let sum = |weights: &[f32], bits: usize| -> f32 {
            weights
                .iter()
                .enumerate()
                .map(|(bit, weight)| if bits >> bit & 1 == 1 { *weight } else { 0.0 })
                .sum()
        };
        Self {
            weights,
            words: vec![[0.0; ROLES.len()]; Lexicon::get().len()],
            endings: vec![0.0; ENDINGS],
            threshold: 0.0,
            sums: weights[NUMBERS..]
                .chunks(8)
                .map(|weights| std::array::from_fn(|bits| sum(weights, bits)))
                .collect(),
        }
    }

    /// Reads lines of a feature's name and its weight, or of a role, a word and its weight, or of `ending`, a slot and
    /// its weight, with tabs between.
    pub fn read(file: &str) -> Self {
        let lines = || file.lines().filter(|line| !line.starts_with('#'));
        let weight = |feature: &str| {
            let row = lines().filter_map(|line| line.split_once('\t')).find(|(name, _)| *name == feature);
            row.and_then(|(_, value)| value.parse().ok()).unwrap_or(0.0)
        };
        let mut model = Self::new(FEATURES.map(weight));
        let lexicon = Lexicon::get();
        for line in lines() {
            let cells: Vec<&str> = line.split('\t').collect();
            match cells[..] {
                ["threshold", value] => model.threshold = value.parse().unwrap_or(0.0),
                ["ending", slot, value] => {
                    if let Some(weight) =
                        slot.parse().ok().and_then(|slot: usize| model.endings.get_mut(slot))
                    {
                        *weight = value.parse().unwrap_or(0.0);
                    }
                }
                [role, word, value] => {
                    let word = lexicon.word(super::scan::hash(word)) as usize;
                    if let Some(role) = ROLES.iter().position(|name| *name == role).filter(|_| word != 0) {
                        model.words[word][role] = value.parse().unwrap_or(0.0);
                    }
                }
                _ => (),
            }
        }
        model
    }

    /// The log odds of a candidate.
    pub fn log_odds(&self, features: &Features) -> f32 {
        let numbers: f32 =
            features.numbers.iter().zip(&self.weights).map(|(value, weight)| value * weight).sum();
        let flags: f32 = (self.sums.iter().enumerate())
            .map(|(at, sums)| sums[(features.flags >> (8 * at) & 0xFF) as usize])
            .sum();
        let words: f32 = (0..ROLES.len()).map(|role| self.words[features.words[role] as usize][role]).sum();
        let endings: f32 = features.endings.iter().map(|&slot| self.endings[slot as usize]).sum();
        numbers + flags + words + endings
    }

    /// The phrases to give with their chances, best first.
    pub fn choose(&self, tokens: &Tokens, setting: &Setting<'_>, phrases: &[Phrase]) -> Vec<(Phrase, f32)> {
        let least = (self.threshold / (1.0 - self.threshold)).ln();
        let mut scored: Vec<(f32, &Phrase)> = Vec::new();
        for phrase in phrases {
            let log_odds = self.log_odds(&setting.features(phrase));
            if log_odds >= least {
                scored.push((log_odds, phrase));
            }
        }
        scored
            .sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.at.cmp(&b.1.at)).then(a.1.length.cmp(&b.1.length)));
        let mut chosen: Vec<(Phrase, f32)> = Vec::with_capacity(MOST);
        for (log_odds, phrase) in scored {
            if chosen.len() == MOST {
                break;
            }
            if !chosen.iter().any(|(other, _)| is_variant(other, phrase, tokens)) {
                chosen.push((phrase.clone(), chance(log_odds)));
            }
        }
        chosen
    }
}

/// Whether one of two phrases is within the other and says no more than it: the same head, or the same place.
fn is_variant(a: &Phrase, b: &Phrase, tokens: &Tokens) -> bool {
    let (long, short) = if a.length >= b.length { (a, b) } else { (b, a) };
    let (long, short) = (long.tokens(tokens), short.tokens(tokens));
    long.windows(short.len()).any(|part| part.iter().zip(short).all(|(a, b)| a.hash == b.hash))
}

/// The keyphrases of an article.
pub fn find(article: &Article, tokens: &Tokens, gathered: &Gathered, topics: &[(u16, f32)]) -> Vec<Topic> {
    let lexicon = Lexicon::get();
    let setting = Setting::new(tokens, lexicon, gathered, topics);
    let chosen = PhraseModel::get().choose(tokens, &setting, &phrases::find(tokens));
    chosen
        .into_iter()
        .map(|(phrase, chance)| Topic {
            label: label(article, tokens, &phrase),
            code: None,
            kind: TopicKind::Keyphrase,
            score: rounded(chance),
        })
        .collect()
}

/// A phrase as it is shown: as it stands at its first mention, without the capitals of a headline or of a sentence's
/// first word.
fn label(article: &Article, tokens: &Tokens, phrase: &Phrase) -> String {
    let source = tokens.source(article, phrase.at as usize);
    let mut label = String::new();
    for (number, token) in phrase.tokens(tokens).iter().enumerate() {
        if number > 0 {
            label.push(if token.has(flag::AFTER_HYPHEN) { '-' } else { ' ' });
        }
        let word = &source[token.start as usize..token.end as usize];
        let is_acronym = word.len() > 1 && word.chars().all(|c| !c.is_lowercase());
        let lowers = !token.has(flag::PERSON | flag::NAMED) && token.has(flag::TITLE | flag::AFTER_STOP);
        if lowers && !is_acronym {
            label.extend(word.chars().flat_map(char::to_lowercase));
        } else {
            label.push_str(word);
        }
        if token.has(flag::POSSESSIVE) && number + 1 < phrase.length as usize {
            label.push_str("'s");
        }
    }
    label
}
