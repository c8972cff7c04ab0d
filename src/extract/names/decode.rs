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
    let mut known = features::Known::new(model, story);
    for (range, sentence) in &story.segments {
        let view = features::View::new(story, text, *sentence);
        scores.clear();
        for at in range.clone() {
            // All look-ups of a token stand together, so that the memory can serve several at once.
            let mut count = 0;
            let mut row = Scores::default();
            view.rest(at, &mut known, &mut row, &mut |feature| {
                seen[count] = feature;
                count += 1;
            });
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{article::Span, extract::names::model::MODEL, extract::sentences};

    #[test]
    fn what_is_remembered_of_words_changes_no_score() {
        let text = "Mia Schachter, 41, met Orla de la Quist of Northlight Pictures in New York. “The Long Night of \
                    MIA,” a film by Quist’s brother Rafe, opens at the Cannes Film Festival, Schachter told E! News.\n\
                    ORLA QUIST LEAVES THE BBC\nMia and `Mia` and mia’s The New York Times, Venn & Sons.";
        let paragraphs = sentences::paragraphs(text);
        let spans: Vec<Span> =
            paragraphs.into_iter().flat_map(|paragraph| sentences::sentences(text, paragraph)).collect();
        let story = Story::read(text, &spans, &[]);
        let (_, scores) = mentions(&MODEL, &story, text);
        let mut looked_at = 0;
        for (range, sentence) in &story.segments {
            let view = features::View::new(&story, text, *sentence);
            for at in range.clone() {
                let mut all = Scores::default();
                view.features(at, |feature| MODEL.add(feature, &mut all));
                assert_eq!(scores[at], all, "{}", story.tokens[at].span.of(text));
                looked_at += 1;
            }
        }
        assert!(looked_at > 30, "{looked_at}");
    }
}
