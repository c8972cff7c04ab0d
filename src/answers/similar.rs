//! More like this, and what sets a set of articles apart.

use rustc_hash::FxHashMap;
use schemars::JsonSchema;
use serde::Serialize;
use tantivy::{DocAddress, Term};

use crate::{
    analysis,
    answers::{
        archive::Archive,
        articles::ArticleRequest,
        hit::{ArticleHit, Page},
        listed::Listed,
        located::Located,
    },
    fields::FieldId,
    query::{
        Error,
        engine::{
            rank::{Ranked, Sort},
            stored,
        },
        language::{ast::Query, stop_words},
    },
    record::FORMAT,
};

/// Words of an article that stand for it when others like it are looked for.
const WORDS_OF_AN_ARTICLE: usize = 25;

/// Articles of a set that are read to see what sets it apart.
const ARTICLES_READ: usize = 500;

/// Articles of a set a word must stand in to set it apart.
const LEAST_ARTICLES: u64 = 2;

/// A word that stands in these articles more often than elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Significant {
    /// Version of the shape.
    pub format: u32,
    /// Always `significant`.
    pub r#type: &'static str,
    /// The word, folded.
    pub word: String,
    /// Articles of the set it stands in, of those read.
    pub articles: u64,
    /// Articles of the archive it stands in.
    pub everywhere: u64,
    /// Dunning's log-likelihood ratio (1993).
    pub score: f64,
}

impl Archive {
    /// Articles like the one that an address names, best first.
    ///
    /// # Errors
    /// As [`locate`](Self::locate).
    pub fn similar(&self, address: &str, limit: usize) -> Result<Page<ArticleHit>, Error> {
        let Located { stored, notes, .. } = self.locate(address)?;
        let words = self.knowing(|| self.telling_words(&stored.article.text))?;
        if words.is_empty() {
            return Ok(self.page_with(Vec::new(), &Ranked::default(), notes));
        }
        let request = ArticleRequest {
            query: Query::All(words.into_iter().map(Query::Word).collect()),
            any_word: true,
            limit: limit.saturating_add(1),
            offset: 0,
            sort: Sort::Relevance,
            group_copies: false,
        };
        let mut page = self.search(&request)?;
        page.hits.retain(|hit| hit.id != stored.id);
        page.hits.truncate(limit);
        (1..).zip(&mut page.hits).for_each(|(rank, hit)| hit.rank = rank);
        page.notes.splice(0..0, notes);
        Ok(page)
    }

    /// The words of a text that tell it from others, best first; none that no other article has.
    fn telling_words(&self, text: &str) -> Result<Vec<String>, Error> {
        let mut words: FxHashMap<String, u32> = FxHashMap::default();
        for word in analysis::words(text) {
            if !stop_words::contains(&word) && word.len() > 2 {
                *words.entry(word).or_default() += 1;
            }
        }
        let mut weighed = Vec::new();
        for (word, count) in words {
            let found = self.articles_with(&word)?;
            if found > 1 {
                weighed.push((f64::from(count).ln_1p() * self.rarity(found), word));
            }
        }
        weighed.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        Ok(weighed.into_iter().take(WORDS_OF_AN_ARTICLE).map(|(_, word)| word).collect())
    }

    /// Words that set the articles of a query apart from the archive, strongest first.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn significant(&self, query: &Query, limit: usize) -> Result<Listed<Significant>, Error> {
        let docs = self.matching(query)?;
        let step = docs.len().div_ceil(ARTICLES_READ).max(1);
        let read: Vec<DocAddress> = docs.into_iter().step_by(step).collect();
        let counts = self.words_in(&read)?;
        let (set, all) = (read.len() as u64, self.articles());
        let mut found = Vec::new();
        for (word, articles) in counts.into_iter().filter(|(_, count)| *count >= LEAST_ARTICLES) {
            let everywhere = self.articles_with(&word)?;
            if articles * all > everywhere * set {
                let score = log_likelihood(articles, set, everywhere, all);
                let r#type = "significant";
                found.push(Significant { format: FORMAT, r#type, word, articles, everywhere, score });
            }
        }
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.word.cmp(&b.word)));
        Ok(Listed::first(limit, found, self.is_complete()))
    }

    /// Words of some articles, with how many of these each stands in.
    fn words_in(&self, read: &[DocAddress]) -> Result<FxHashMap<String, u64>, Error> {
        // Of each word also the last article that it was seen in.
        let mut counts: FxHashMap<String, (u64, usize)> = FxHashMap::default();
        for (number, &doc) in (1..).zip(read) {
            if self.is_over() {
                break;
            }
            analysis::each_word(&stored::text(self.snapshot(), doc)?, |word| match counts.get_mut(word) {
                Some((_, last)) if *last == number => (),
                Some(seen) => *seen = (seen.0 + 1, number),
                None => {
                    counts.insert(word.to_owned(), (1, number));
                }
            });
        }
        let tells = |(word, (count, _)): (String, (u64, usize))| {
            (word.len() > 2 && !stop_words::contains(&word)).then_some((word, count))
        };
        Ok(counts.into_iter().filter_map(tells).collect())
    }

    fn articles_with(&self, word: &str) -> Result<u64, Error> {
        Ok(self.snapshot().documents_with(&Term::from_field_text(FieldId::Text.field(), word))?)
    }

    fn rarity(&self, found: u64) -> f64 {
        (1.0 + self.articles() as f64 / found.max(1) as f64).ln()
    }
}

/// How surprising it is that `a` of `set` articles hold a word that `b` of `all` hold.
pub(crate) fn log_likelihood(a: u64, set: u64, b: u64, all: u64) -> f64 {
    let (a, set, b, all) = (a as f64, set as f64, b.max(a) as f64, all.max(set) as f64);
    let (rest, rest_of) = (b - a, (all - set).max(1.0));
    let term = |count: f64, of: f64, rate: f64| {
        let (yes, no) = (count, of - count);
        let part = |count: f64, rate: f64| if count > 0.0 { count * rate.max(1e-12).ln() } else { 0.0 };
        part(yes, rate) + part(no, 1.0 - rate)
    };
    let together = b / all;
    2.0 * (term(a, set, a / set) + term(rest, rest_of, (rest / rest_of).min(1.0))
        - term(a, set, together)
        - term(rest, rest_of, together))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_usual_everywhere_is_not_significant() {
        assert!(log_likelihood(50, 100, 500, 1000).abs() < 1e-6);
        assert!(log_likelihood(90, 100, 100, 1000) > log_likelihood(60, 100, 100, 1000));
    }
}
