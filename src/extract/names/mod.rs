//! Names: people, organisations, titles of works, places, events, with every mention and who it is.

use crate::{annotation::Annotations, article::Article};

/// Finds the names of the article. Reads paragraphs and sentences; writes [`Annotations::names`].
pub fn run(_article: &Article, _found: &mut Annotations) {}
