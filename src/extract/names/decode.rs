//! The labels of a story's segments by a model, and the mentions they spell.

use super::{
    features,
    model::{self, Model, Scores},
    story::Story,
};
use crate::annotation::NameKind;

/// A stretch of tokens that names something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// First token.
    pub start: usize,
    /// One past the last token.
    pub end: usize,
    pub kind: NameKind,
}

/// Labels the segments of the story and reads the mentions off the labels; gives the scores of all tokens besides.
pub fn mentions(model: &Model, story: &Story, text: &str) -> (Vec<Mention>, Vec<Scores>) {
    let mut mentions = Vec::new();
    let mut scores: Vec<Scores> = Vec::new();
    let (mut back, mut labels) = (Vec::new(), Vec::new());
    let mut all = vec![Scores::default(); story.tokens.len()];
    let mut seen = [0u64; features::MOST];
    for (range, sentence) in &story.segments {
        let view = features::View::new(story, text, *sentence);
        scores.clear();
        for at in range.clone() {
            // All look-ups of a token stand together, so that the memory can serve several at once.
            let mut count = 0;
            view.features(at, |feature| {
                seen[count] = feature;
                count += 1;
            });
            let mut row = Scores::default();
            seen[..count].iter().for_each(|&feature| model.add(feature, &mut row));
            scores.push(row);
        }
        all[range.clone()].copy_from_slice(&scores);
        model.best_path(&scores, &mut back, &mut labels);
        for (at, &label) in range.clone().zip(&labels) {
            let Some(kind) = model::kind_of(label.into()) else { continue };
            match mentions.last_mut() {
                Some(Mention { end, .. }) if label % 2 == 0 => *end = at + 1,
                _ => mentions.push(Mention { start: at, end: at + 1, kind }),
            }
        }
    }
    (mentions, all)
}
