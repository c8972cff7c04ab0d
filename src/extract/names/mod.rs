//! Names: people, organisations, titles of works, places, events, with every mention and who it is.
//!
//! [`Story`] tokenises the text and gathers evidence from the whole of it, [`features`] says what the model sees of
//! each token, [`model`] weighs it, `decode` finds the best labels where names can be, `carry` takes sure names to their parts, and
//! `resolve` joins mentions into names. How the model was trained is told in `data/model/names.md`.

use std::borrow::Cow;

use crate::{
    annotation::{Annotations, Language},
    article::{Article, Span},
};

mod carry;
mod clean;
mod decode;
pub mod features;
mod foreign;
pub mod lexicon;
pub mod model;
mod nicknames;
pub mod quoted;
mod resolve;
mod segments;
pub mod story;
#[cfg(test)]
mod tests;
pub mod tokens;

use model::{MODEL, Model};
use story::Story;

/// Finds the names of the article. Reads paragraphs and sentences; writes [`Annotations::names`].
pub fn run(article: &Article, found: &mut Annotations) {
    find(&MODEL, article, found);
}

/// Finds the names of the article with the given weights.
pub fn find(model: &Model, article: &Article, found: &mut Annotations) {
    let (text, sentences) = with_title(article, &found.sentences);
    let story = Story::read(&text, &sentences, &article.emphasis);
    let mut by_names = Vec::new();
    let mentions = if found.language == Language::English {
        let (mut mentions, scores) = decode::mentions(model, &story, &text);
        nicknames::join(&story, &text, &mut mentions);
        clean::clean(&story, &text, &mut mentions);
        carry::carry(&story, &scores, &mut mentions);
        by_names = nicknames::by_names(&story, &mut mentions);
        mentions
    } else {
        foreign::mentions(&story, &text, found.language)
    };
    found.names = resolve::names(&story, &text, article.text.len(), &mentions, &by_names);
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
