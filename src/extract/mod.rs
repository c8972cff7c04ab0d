//! Reading the news: language, sentences, names, quotes, topics.
//!
//! Every stage is a pure function of one article: no input, no output, no clock, and it cannot fail. A stage
//! reads what the stages before it found and adds its own findings.

#[cfg(test)]
mod annotated;
pub(crate) mod language;
pub(crate) mod names;
pub(crate) mod quotes;
pub mod sentences;
pub(crate) mod topics;
mod wrapped;

use crate::{annotation::Annotations, article::Article};

/// The number of what extraction finds. Raise it with every change of code that makes any stage find something else in
/// some story, or that keeps what it found in another shape: every archive is then read again with its next run, which a
/// change of comments or of speed must not cause. A test that compares what is found in the sample archive fails when it
/// was forgotten. A change of tables or models needs no number, see [`DATA`].
pub const EXTRACTION: u32 = 6;

/// Hash of the tables and models that are embedded, their comments and cards left out.
pub const DATA: &str = env!("PULLQUOTE_DATA");

/// A stage: reads the article and what was found so far, adds what it finds.
pub type Stage = fn(&Article, &mut Annotations);

/// All stages, in the order of what they need from each other.
pub const STAGES: &[(&str, Stage)] = &[
    ("language", language::run),
    ("sentences", sentences::run),
    ("names", names::run),
    ("quotes", quotes::run),
    ("topics", topics::run),
];

/// Runs all [`STAGES`] over one article. Lines that were broken to fit a width are read as they were before.
pub fn annotate(article: &Article) -> Annotations {
    let Some(unwrapped) = wrapped::unwrapped(&article.text) else { return staged(article) };
    let plain = Article { text: unwrapped.text.clone(), ..article.clone() };
    let mut found = staged(&plain);
    unwrapped.restore(&mut found);
    found
}

fn staged(article: &Article) -> Annotations {
    let mut found = Annotations::default();
    for (_, stage) in STAGES {
        stage(article, &mut found);
    }
    found
}
