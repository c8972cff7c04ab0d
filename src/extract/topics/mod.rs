//! Topics: the publisher's own, IPTC Media Topics, keyphrases.

use crate::{annotation::Annotations, article::Article};

/// Finds the topics of the article. Reads everything found before; writes [`Annotations::topics`].
pub fn run(_article: &Article, _found: &mut Annotations) {}
