//! What speaks for each IPTC topic in one article: cues by strength and place, and the weights of its words.

use std::{cell::Cell, sync::LazyLock};

use super::{
    cues::{self, Match},
    lexicon::{Lexicon, SIGNALS, Strength, WordId},
    tokens::{Tokens, Zone, flag},
    words::{WordModel, WordVector},
};
use crate::taxonomy;

/// What one mention of a strong, a plain or a weak cue weighs when topics are compared within an article. Only ratios
/// matter; how the outcome counts is learned.
const STRENGTH_WEIGHT: [f32; Strength::COUNT] = [3.0, 1.0, 0.3];

/// What a mention in the title, the lead or the body weighs in the same comparison.
const ZONE_WEIGHT: [f32; Zone::COUNT] = [4.0, 1.5, 1.0];

/// What speaks for one topic.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evidence {
    /// [`Subject::index`](crate::taxonomy::Subject::index).
    pub subject: u16,
    /// Mentions of cues, by strength, then by zone.
    pub mentions: [[u16; Zone::COUNT]; Strength::COUNT],
    /// Different cues, by strength.
    pub distinct: [u16; Strength::COUNT],
    /// All cues together; many mentions of one cue count by their logarithm.
    pub weight: f32,
}

/// What speaks for the topics of one article.
#[derive(Debug, Default)]
pub struct Gathered {
    /// Topics with at least one cue, in the order of the tree.
    pub subjects: Vec<Evidence>,
    /// Score of every target of the word model, see [`WordModel::targets`].
    pub scores: Vec<f32>,
    /// Words of the article.
    pub length: usize,
    /// Where cues stand, see [`cues::find`].
    pub matches: Vec<Match>,
}

/// Gathers the evidence of an article.
pub fn gather(tokens: &Tokens, lexicon: &Lexicon, model: &WordModel) -> Gathered {
    let vector = vector(tokens, lexicon);
    let matches = cues::find(&tokens.all, lexicon);
    let subjects = subjects(tokens, &matches, lexicon);
    Gathered { subjects, scores: model.scores(&vector), length: tokens.all.len(), matches }
}

/// The topics that cues speak for, in the order of the tree.
fn subjects(tokens: &Tokens, matches: &[Match], lexicon: &Lexicon) -> Vec<Evidence> {
    // Cue and zone in one number, so that sorting brings the mentions of a cue together.
    let zone = |found: &Match| tokens.all[found.at as usize].zone() as u32;
    let mut mentions: Vec<u32> = matches.iter().map(|found| found.cue << 2 | zone(found)).collect();
    mentions.sort_unstable();
    let groups = || mentions.chunk_by(|a, b| a >> 2 == b >> 2);
    // The topics that have a cue, a bit each; then in the order of the tree, with the place of each among them.
    let mut cued = vec![0u64; taxonomy::all().len().div_ceil(64)];
    for cue in groups().flat_map(|group| lexicon.cues(group[0] >> 2)) {
        cued[usize::from(cue.subject / 64)] |= 1 << (cue.subject % 64);
    }
    let mut slots = vec![0u16; taxonomy::all().len()];
    let mut subjects: Vec<Evidence> = Vec::with_capacity(mentions.len());
    for (row, mut bits) in (0..).zip(cued) {
        while bits != 0 {
            let subject = row * 64 + bits.trailing_zeros() as u16;
            slots[usize::from(subject)] = subjects.len() as u16;
            subjects.push(Evidence { subject, ..Evidence::default() });
            bits &= bits - 1;
        }
    }
    for group in groups() {
        let mut counts = [0u16; Zone::COUNT];
        group.iter().for_each(|mention| {
            let count = &mut counts[(mention & 3) as usize];
            *count = count.saturating_add(1);
        });
        let weight: f32 = counts.iter().zip(ZONE_WEIGHT).map(|(&n, weight)| ln_1p(n) * weight).sum();
        for cue in lexicon.cues(group[0] >> 2) {
            let evidence = &mut subjects[slots[cue.subject as usize] as usize];
            let strength = cue.strength as usize;
            evidence.mentions[strength]
                .iter_mut()
                .zip(counts)
                .for_each(|(sum, n)| *sum = sum.saturating_add(n));
            evidence.distinct[strength] += 1;
            evidence.weight += weight * STRENGTH_WEIGHT[strength];
        }
    }
    subjects
}

/// The sum of products, in eight lanes that are added at the end, always in the same order.
pub fn dot(values: &[f32], weights: &[f32]) -> f32 {
    const LANES: usize = 8;
    let mut lanes = [0.0f32; LANES];
    let (value_chunks, weight_chunks) = (values.chunks_exact(LANES), weights.chunks_exact(LANES));
    let rest = value_chunks.remainder().iter().zip(weight_chunks.remainder());
    let rest: f32 = rest.map(|(value, weight)| value * weight).sum();
    for (values, weights) in value_chunks.zip(weight_chunks) {
        for ((lane, value), weight) in lanes.iter_mut().zip(values).zip(weights) {
            *lane += value * weight;
        }
    }
    lanes.iter().sum::<f32>() + rest
}

/// Natural logarithm of one more than a count, from a table for small ones.
pub fn ln_1p(count: u16) -> f32 {
    static SMALL: LazyLock<[f32; 32]> = LazyLock::new(|| std::array::from_fn(|n| (n as f32).ln_1p()));
    SMALL.get(usize::from(count)).copied().unwrap_or_else(|| f32::from(count).ln_1p())
}

thread_local! {
    /// Room for the place of each word of the lexicon, all zero: zeroing the places of one story's words costs less than
    /// those of all words.
    static PLACES: Cell<Vec<u16>> = const { Cell::new(Vec::new()) };
}

/// The article's words and signals with their weights.
pub fn vector(tokens: &Tokens, lexicon: &Lexicon) -> WordVector {
    // The place of each word of the lexicon among those counted; place 0 collects the unknown ones and is left out below.
    // Nothing is asked that a processor would have to foretell.
    let mut places = PLACES.take();
    places.resize(lexicon.len(), 0);
    let mut counted = vec![(0, 0u16, 0u16); (tokens.all.len() + 1).min(lexicon.len())];
    let mut last = 0;
    for token in &tokens.all {
        let place = &mut places[token.word as usize];
        let is_new = (*place == 0) & (token.word != 0);
        last += u16::from(is_new);
        *place = if is_new { last } else { *place };
        let in_title = u16::from(token.has(flag::TITLE));
        let (word, count, title) = &mut counted[usize::from(*place)];
        *title = if is_new { in_title } else { *title };
        *word = token.word;
        *count = count.saturating_add(1);
    }
    let counted = &counted[1..=usize::from(last)];
    counted.iter().for_each(|&(word, ..)| places[word as usize] = 0);
    PLACES.set(places);
    let mut vector: WordVector = vec![(0, 0.0); counted.len() + SIGNALS.len()];
    let (mut kept, mut squares) = (0, 0.0);
    for &(word, count, title) in counted {
        let rarity = lexicon.info(word).rarity;
        let weight = (1.0 + ln_1p(count - 1) + f32::from(title)) * rarity;
        vector[kept] = (word, weight);
        squares += weight * weight;
        kept += usize::from(rarity > 0.0);
    }
    vector.truncate(kept);
    let norm = squares.sqrt().max(1e-6);
    vector.iter_mut().for_each(|(_, weight)| *weight /= norm);
    vector.extend(signals(tokens));
    vector
}

/// Names of each kind as a share of the words, times 5 and at most 1: one word in five is a name in a story that is
/// nothing but names.
fn signals(tokens: &Tokens) -> impl Iterator<Item = (WordId, f32)> {
    let length = tokens.all.len().max(1) as f32;
    let share = move |count: u32| (5.0 * count as f32 / length).min(1.0);
    Lexicon::signals().zip(tokens.named.into_iter().map(share).chain([1.0]))
}
