//! Topics: the publisher's own, IPTC Media Topics, keyphrases.

pub mod cues;
pub mod evidence;
pub mod features;
pub mod keyphrases;
pub mod lexicon;
#[cfg(test)]
mod oracle;
pub mod phrases;
pub mod publisher;
pub mod scan;
pub mod subjects;
pub mod tokens;
pub mod words;

use self::{lexicon::Lexicon, tokens::Tokens, words::WordModel};
use crate::{annotation::Annotations, article::Article, taxonomy};

/// Finds the topics of the article. Reads everything found before; writes [`Annotations::topics`].
pub fn run(article: &Article, found: &mut Annotations) {
    let lexicon = Lexicon::get();
    let tokens = Tokens::read(article, found, lexicon);
    let gathered = evidence::gather(&tokens, lexicon, WordModel::get());
    let mut topics = publisher::find(article);
    let mut subjects = subjects::find(&gathered, &publisher::subjects(article));
    // What the settings file a section under is no evidence but a decision.
    for filed in article.filed.iter().filter_map(|code| taxonomy::by_code(code)) {
        let filed = filed.index() as u16;
        match subjects.iter_mut().find(|(subject, _)| *subject == filed) {
            Some((_, chance)) => *chance = 1.0,
            None => subjects.push((filed, 1.0)),
        }
    }
    topics.extend(subjects.iter().map(|&(subject, chance)| subjects::topic(subject, chance)));
    topics.extend(keyphrases::find(article, &tokens, &gathered, &subjects));
    found.topics = topics;
}
