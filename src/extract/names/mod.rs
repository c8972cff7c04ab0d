//! Names: people, organisations, titles of works, places, events, with every mention and who it is.
//!
//! [`Story`] tokenises the text and gathers evidence from the whole of it, [`features`] says what the model sees of
//! each token, [`model`] finds the best labels where names can be, `carry` takes sure names to their parts, and
//! `resolve` joins mentions into names. How the model was trained is told in `data/model/names.md`.

use std::borrow::Cow;

use crate::{
    annotation::{Annotations, NameKind},
    article::{Article, Span},
};

mod carry;
mod clean;
pub mod features;
pub mod lexicon;
pub mod model;
pub mod quoted;
mod resolve;
mod segments;
pub mod story;
pub mod tokens;

use model::{MODEL, Model, Scores};
use story::Story;

/// A stretch of tokens that names something.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mention {
    /// First token.
    start: usize,
    /// One past the last token.
    end: usize,
    kind: NameKind,
}

/// Finds the names of the article. Reads paragraphs and sentences; writes [`Annotations::names`].
pub fn run(article: &Article, found: &mut Annotations) {
    find(&MODEL, article, found);
}

/// Finds the names of the article with the given weights.
pub fn find(model: &Model, article: &Article, found: &mut Annotations) {
    let (text, sentences) = with_title(article, &found.sentences);
    let story = Story::read(&text, &sentences, &article.emphasis);
    let mut mentions = decode(model, &story, &text);
    clean::clean(&story, &text, &mut mentions);
    carry::carry(&story, &mut mentions);
    found.names = resolve::names(&story, &text, article.text.len(), &mentions);
}

/// The text with a separate title behind it, and the sentences of both. Offsets of the text stay what they are.
pub fn with_title<'a>(article: &'a Article, sentences: &[Span]) -> (Cow<'a, str>, Vec<Span>) {
    let mut sentences = sentences.to_vec();
    let title = article.title.as_deref().filter(|title| !article.title_in_text && !title.is_empty());
    let Some(title) = title else { return (Cow::Borrowed(&article.text), sentences) };
    let mut text = String::with_capacity(article.text.len() + title.len() + 1);
    text.push_str(&article.text);
    text.push('\n');
    let start = text.len();
    text.push_str(title);
    sentences.extend(super::sentences::sentences(&text, Span::new(start, text.len())));
    (Cow::Owned(text), sentences)
}

/// Labels the segments of the story and reads the mentions off the labels.
fn decode(model: &Model, story: &Story, text: &str) -> Vec<Mention> {
    let mut mentions = Vec::new();
    let mut scores: Vec<Scores> = Vec::new();
    let (mut back, mut labels) = (Vec::new(), Vec::new());
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
        model.best_path(&scores, &mut back, &mut labels);
        for (at, &label) in range.clone().zip(&labels) {
            let Some(kind) = model::kind_of(label.into()) else { continue };
            match mentions.last_mut() {
                Some(Mention { end, .. }) if label % 2 == 0 => *end = at + 1,
                _ => mentions.push(Mention { start: at, end: at + 1, kind }),
            }
        }
    }
    mentions
}
