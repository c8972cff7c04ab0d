//! Quotes and who said them.

use crate::{annotation::Annotations, article::Article};

/// Finds the quotes of the article. Reads paragraphs, sentences and names; writes [`Annotations::quotes`].
pub fn run(_article: &Article, _found: &mut Annotations) {}
