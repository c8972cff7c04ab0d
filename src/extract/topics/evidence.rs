//! What speaks for each IPTC topic in one article: cues by strength and place, and the weights of its words.

use std::sync::LazyLock;

use super::{
    lexicon::{Lexicon, SIGNALS, Strength, WordId},
    tokens::{self, NamePart, Tokens, Zone},
    words::WordModel,
};
use crate::{annotation::NameKind, taxonomy};

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
    /// Where cues stand, in the order of the text.
    pub matches: Vec<Match>,
}

/// A place where a cue stands.
#[derive(Clone, Copy, Debug)]
pub struct Match {
    /// Number of its first word.
    pub at: u32,
    /// How many words it has.
    pub length: u8,
    /// The cue, see [`Lexicon::cues`].
    pub cue: u32,
}

/// The article's words as the word model takes them: each once, with its weight; the weights' squares sum to 1.
pub type WordVector = Vec<(WordId, f32)>;

/// Gathers the evidence of an article.
pub fn gather(tokens: &Tokens, lexicon: &Lexicon, model: &WordModel) -> Gathered {
    let vector = vector(tokens, lexicon);
    let matches = matches(tokens, lexicon);
    let subjects = cues(tokens, &matches, lexicon);
    Gathered { subjects, scores: model.scores(&vector), length: tokens.all.len(), matches }
}

fn matches(tokens: &Tokens, lexicon: &Lexicon) -> Vec<Match> {
    let mut matches = Vec::with_capacity(tokens.all.len() / 2);
    for (at, _) in tokens.all.iter().enumerate().filter(|(_, token)| token.word != 0) {
        lexicon.cues_at(&tokens.all[at..], |cue, length| {
            matches.push(Match { at: at as u32, length: length as u8, cue });
        });
    }
    matches
}

fn cues(tokens: &Tokens, matches: &[Match], lexicon: &Lexicon) -> Vec<Evidence> {
    // Cue and zone in one number, so that sorting brings the mentions of a cue together.
    let zone = |found: &Match| tokens.all[found.at as usize].zone as u32;
    let mut mentions: Vec<u32> = matches.iter().map(|found| found.cue << 2 | zone(found)).collect();
    mentions.sort_unstable();
    let mut slots = vec![0u16; taxonomy::all().len()];
    let mut subjects: Vec<Evidence> = Vec::new();
    for group in mentions.chunk_by(|a, b| a >> 2 == b >> 2) {
        let mut counts = [0u16; Zone::COUNT];
        group.iter().for_each(|mention| counts[(mention & 3) as usize] += 1);
        let weight: f32 = counts.iter().zip(ZONE_WEIGHT).map(|(&n, weight)| ln_1p(n) * weight).sum();
        for cue in lexicon.cues(group[0] >> 2) {
            let slot = &mut slots[cue.subject as usize];
            if *slot == 0 {
                subjects.push(Evidence { subject: cue.subject, ..Evidence::default() });
                *slot = subjects.len() as u16;
            }
            let evidence = &mut subjects[*slot as usize - 1];
            let strength = cue.strength as usize;
            evidence.mentions[strength].iter_mut().zip(counts).for_each(|(sum, n)| *sum += n);
            evidence.distinct[strength] += 1;
            evidence.weight += weight * STRENGTH_WEIGHT[strength];
        }
    }
    subjects.sort_unstable_by_key(|evidence| evidence.subject);
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

/// The article's words and signals with their weights.
pub fn vector(tokens: &Tokens, lexicon: &Lexicon) -> WordVector {
    // Place of each word of the lexicon in the vector, from 1.
    let mut places = vec![0u16; lexicon.len()];
    let mut counted: Vec<(WordId, u16, bool)> = Vec::with_capacity(tokens.all.len() / 2);
    for token in tokens.all.iter().filter(|token| token.word != 0) {
        let place = &mut places[token.word as usize];
        if *place == 0 && counted.len() < usize::from(u16::MAX) {
            counted.push((token.word, 0, token.zone == Zone::Title));
            *place = counted.len() as u16;
        }
        if let Some((_, count, _)) = counted.get_mut(usize::from(*place).wrapping_sub(1)) {
            *count = count.saturating_add(1);
        }
    }
    let mut vector: WordVector = Vec::with_capacity(counted.len() + SIGNALS.len());
    for (word, count, in_title) in counted {
        let rarity = lexicon.info(word).rarity;
        if rarity > 0.0 {
            let count = 1.0 + ln_1p(count - 1);
            vector.push((word, (count + if in_title { 1.0 } else { 0.0 }) * rarity));
        }
    }
    let norm = vector.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt().max(1e-6);
    vector.iter_mut().for_each(|(_, weight)| *weight /= norm);
    vector.extend(signals(tokens, lexicon));
    vector
}

/// Names of each kind as a share of the words, times 5 and at most 1: one word in five is a name in a story that is
/// nothing but names.
fn signals(tokens: &Tokens, lexicon: &Lexicon) -> Vec<(WordId, f32)> {
    let mut counts = [0usize; NameKind::ALL.len()];
    for token in &tokens.all {
        match token.name {
            NamePart::Person => counts[NameKind::Person as usize] += 1,
            NamePart::Begins(kind) => counts[kind as usize] += 1,
            NamePart::None | NamePart::Inside(_) => (),
        }
    }
    let length = tokens.all.len().max(1) as f32;
    let share = |count: usize| (5.0 * count as f32 / length).min(1.0);
    let values = counts.into_iter().map(share).chain([1.0]);
    SIGNALS.iter().map(|signal| lexicon.word(tokens::hash_signal(signal))).zip(values).collect()
}
