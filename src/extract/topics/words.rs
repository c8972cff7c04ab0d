//! The linear model over words: for each topic that the training stories bear, how much each word speaks for it.

use std::sync::LazyLock;

use super::{
    lexicon::{Lexicon, WordId},
    scan,
};
use crate::taxonomy;

/// The article's words as the word model takes them: each once, with its weight, whose squares sum to 1; then the
/// [`SIGNALS`](super::lexicon::SIGNALS).
pub type WordVector = Vec<(WordId, f32)>;

static MODEL: LazyLock<WordModel> =
    LazyLock::new(|| WordModel::read(include_str!("../../../data/model/topics-words.tsv")));

/// Weights are whole numbers of this part.
const PART: f32 = 100.0;

/// What a column of the model predicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// [`Subject::index`](crate::taxonomy::Subject::index).
    pub subject: u16,
    /// Whether the topic or anything below it counts, not just the topic itself.
    pub wide: bool,
}

/// The linear model over words.
#[derive(Clone, Debug, Default)]
pub struct WordModel {
    /// What the columns predict, in order.
    pub targets: Vec<Target>,
    /// The column of each topic, by index, by itself and with everything below it.
    columns: Vec<[Option<u16>; 2]>,
    /// For each word of the lexicon the range of its weights.
    ranges: Vec<(u32, u32)>,
    weights: Vec<(u16, i16)>,
}

impl WordModel {
    /// The shipped model.
    pub fn get() -> &'static Self {
        &MODEL
    }

    /// Makes a model of the weights of each word, by column; they are rounded to hundredths.
    pub fn new(targets: Vec<Target>, rows: impl IntoIterator<Item = (WordId, Vec<(u16, f32)>)>) -> Self {
        let mut columns = vec![[None; 2]; taxonomy::all().len()];
        for (column, target) in (0..).zip(&targets) {
            columns[target.subject as usize][usize::from(target.wide)] = Some(column);
        }
        let ranges = vec![(0, 0); Lexicon::get().len()];
        let mut model = Self { targets, columns, ranges, weights: Vec::new() };
        for (word, weights) in rows {
            let start = model.weights.len() as u32;
            let hundredths =
                weights.into_iter().map(|(column, weight)| (column, (weight * PART).round() as i16));
            model.weights.extend(hundredths.filter(|(_, weight)| *weight != 0));
            model.ranges[word as usize] = (start, model.weights.len() as u32);
        }
        model
    }

    /// Reads a line of targets (`20000505`, `+14000000` for a topic with everything below it), then a line a word:
    /// the word, a tab, `column:weight` in hundredths.
    pub fn read(file: &str) -> Self {
        let mut lines = file.lines().filter(|line| !line.starts_with('#'));
        let targets = lines.next().unwrap_or_default().split_whitespace().filter_map(|target| {
            let code = target.trim_start_matches('+');
            let subject = taxonomy::by_code(code)?.index() as u16;
            Some(Target { subject, wide: code != target })
        });
        let targets = targets.collect();
        let lexicon = Lexicon::get();
        let rows = lines.filter_map(|line| {
            let (word, weights) = line.split_once('\t')?;
            let hash = if word.starts_with('#') || word.starts_with('~') {
                scan::hash_folded(&word.replace('~', "#"))
            } else {
                scan::hash(word)
            };
            let weights = weights.split(' ').filter_map(|cell| {
                let (column, weight) = cell.split_once(':')?;
                Some((column.parse().ok()?, weight.parse::<f32>().ok()? / PART))
            });
            Some((lexicon.word(hash), weights.collect()))
        });
        Self::new(targets, rows.filter(|(word, _)| *word != 0))
    }

    /// The column of a target.
    pub fn column(&self, target: Target) -> Option<usize> {
        let [own, wide] = *self.columns.get(usize::from(target.subject))?;
        (if target.wide { wide } else { own }).map(usize::from)
    }

    /// The score of every target: log odds.
    pub fn scores(&self, vector: &WordVector) -> Vec<f32> {
        let mut scores = vec![0.0; self.targets.len()];
        for &(word, value) in vector {
            let value = value / PART;
            for &(column, weight) in self.weights(word) {
                scores[column as usize] += value * f32::from(weight);
            }
        }
        scores
    }

    /// The weights of a word in hundredths, by column.
    pub fn weights(&self, word: WordId) -> &[(u16, i16)] {
        let (start, end) = self.ranges[word as usize];
        &self.weights[start as usize..end as usize]
    }
}
