//! Reading the news: sentences, names, quotes, topics.
//!
//! Every stage is a pure function of one article: no input, no output, no clock, and it cannot fail. A stage
//! reads what the stages before it found and adds its own findings.

pub(crate) mod names;
pub(crate) mod quotes;
pub mod sentences;
pub(crate) mod topics;

use crate::{annotation::Annotations, article::Article};

/// A stage: reads the article and what was found so far, adds what it finds.
pub type Stage = fn(&Article, &mut Annotations);

/// All stages, in the order of what they need from each other.
pub const STAGES: &[(&str, Stage)] =
    &[("sentences", sentences::run), ("names", names::run), ("quotes", quotes::run), ("topics", topics::run)];

/// Runs all [`STAGES`] over one article.
pub fn annotate(article: &Article) -> Annotations {
    let mut found = Annotations::default();
    for (_, stage) in STAGES {
        stage(article, &mut found);
    }
    found
}
