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

/// Words that are looked up between two looks at whether any other can be among the strongest.
const LOOKED_UP: usize = 64;

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

    /// Words that set the articles of a query apart from the archive, strongest first. Of many articles 500 are read.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn significant(&self, query: &Query, limit: usize) -> Result<Vec<Significant>, Error> {
        let read = self.sample(self.matching(query)?)?;
        let (set, all) = (read.len() as u64, self.articles());
        // A word scores most where no other article of the archive has it.
        let mut words: Vec<(f64, u64, String)> = (self.words_in(&read)?.into_iter())
            .filter(|&(_, articles)| articles >= LEAST_ARTICLES)
            .map(|(word, articles)| (log_likelihood(articles, set, articles, all), articles, word))
            .collect();
        words.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        let mut found: Vec<Significant> = Vec::new();
        for some in words.chunks(LOOKED_UP) {
            let least = found.get(limit.saturating_sub(1)).map(|last| last.score);
            if least.is_some_and(|least| some[0].0 < least) {
                break;
            }
            for &(_, articles, ref word) in some {
                let everywhere = self.articles_with(word)?;
                if articles * all > everywhere * set {
                    let score = log_likelihood(articles, set, everywhere, all);
                    let (r#type, word) = ("significant", word.clone());
                    found.push(Significant { format: FORMAT, r#type, word, articles, everywhere, score });
                }
            }
            found.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.word.cmp(&b.word)));
            found.truncate(limit);
        }
        Ok(found)
    }

    /// As many articles as are read: those with the least ids, wherever they lie. Ids are hashes, so it is an even share.
    fn sample(&self, docs: Vec<DocAddress>) -> Result<Vec<DocAddress>, Error> {
        if docs.len() <= ARTICLES_READ {
            return Ok(docs);
        }
        let keyed: Result<Vec<_>, Error> = docs.into_iter().map(|doc| Ok((self.key(doc)?, doc))).collect();
        let mut keyed = keyed?;
        let (_, &mut (last, _), _) = keyed.select_nth_unstable_by_key(ARTICLES_READ - 1, |(key, _)| *key);
        // Articles that claim one id share its digits: all of them, or none.
        let mut read: Vec<_> =
            keyed.into_iter().filter(|(key, _)| *key <= last).map(|(_, doc)| doc).collect();
        // Neighbours share what is read.
        read.sort_unstable();
        Ok(read)
    }

    /// The article's id as a number.
    fn key(&self, doc: DocAddress) -> Result<u64, Error> {
        let segment = self.snapshot().searcher().segment_reader(doc.segment_ord);
        let columns = self.statistics().columns(doc.segment_ord, segment)?;
        Ok(columns.key(doc.doc_id).unwrap_or(u64::MAX))
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
    use crate::{annotation::Annotations, article::Article, index::Snapshot};

    /// Stories of a fire, of which some words stand in some, and one in all.
    fn stories() -> Vec<Article> {
        let story = |number: usize| Article {
            record_id: Some(number.to_string()),
            text: match number % 4 {
                0 => format!("Rain fell on street{}.", number % 7),
                _ => format!("A fire burnt in ward{} and street{} in autumn.", number % 31, number % 7),
            },
            ..Article::default()
        };
        (0..1_500).map(story).collect()
    }

    fn archive(parts: &[&[Article]]) -> Archive {
        let snapshot = Snapshot::in_memory(parts, |_| Annotations::default()).expect("an index");
        Archive::of_snapshot(snapshot).expect("an archive")
    }

    #[test]
    fn where_articles_lie_does_not_tell_which_are_read() {
        let mut stories = stories();
        let answer = |parts: &[&[Article]]| {
            archive(parts).significant(&Query::Word("fire".to_owned()), 20).expect("an answer")
        };
        let whole = answer(&[&stories]);
        assert_eq!(whole[0].word, "autumn");
        assert_eq!(whole[0].articles, ARTICLES_READ as u64);
        stories.reverse();
        let (first, rest) = stories.split_at(300);
        assert_eq!(answer(&[first, rest]), whole);
    }

    #[test]
    fn the_strongest_are_the_first_of_all() {
        let stories = stories();
        let archive = archive(&[&stories]);
        let query = Query::Word("fire".to_owned());
        let all = archive.significant(&query, usize::MAX).expect("an answer");
        assert!(all.len() > 10, "{}", all.len());
        for limit in [0, 1, 3, 10] {
            assert_eq!(archive.significant(&query, limit).expect("an answer"), all[..limit]);
        }
    }

    #[test]
    fn what_is_usual_everywhere_is_not_significant() {
        assert!(log_likelihood(50, 100, 500, 1000).abs() < 1e-6);
        assert!(log_likelihood(90, 100, 100, 1000) > log_likelihood(60, 100, 100, 1000));
    }
}
