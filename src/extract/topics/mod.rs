//! Topics: the publisher's own, IPTC Media Topics, keyphrases.

mod publisher;

pub use crate::taxonomy;

use crate::{annotation::Annotations, article::Article};

/// Finds the topics of the article. Reads everything found before; writes [`Annotations::topics`].
pub fn run(article: &Article, found: &mut Annotations) {
    publisher::run(article, found);
}
