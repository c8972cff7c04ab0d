//! Topics: the publisher's own, IPTC Media Topics, keyphrases.

pub mod evidence;
pub mod keyphrases;
pub mod lexicon;
pub mod phrases;
pub mod publisher;
pub mod subjects;
pub mod tokens;
pub mod words;

pub use crate::taxonomy;

use self::{lexicon::Lexicon, tokens::Tokens, words::WordModel};
use crate::{annotation::Annotations, article::Article};

/// Finds the topics of the article. Reads everything found before; writes [`Annotations::topics`].
pub fn run(article: &Article, found: &mut Annotations) {
    let lexicon = Lexicon::get();
    let tokens = Tokens::read(article, found, lexicon);
    let gathered = evidence::gather(&tokens, lexicon, WordModel::get());
    let mut topics = publisher::find(article);
    let subjects = subjects::find(&gathered, &publisher::subjects(article));
    topics.extend(subjects.iter().map(|&(subject, chance)| subjects::topic(subject, chance)));
    topics.extend(keyphrases::find(article, &tokens, &gathered, &subjects));
    found.topics = topics;
}
