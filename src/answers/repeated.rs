//! The same words again: quotes of one person that several stories repeat are one quote with its appearances.
//!
//! Quotes are the same when they have the same words, or when most four-word runs of the shorter one stand in the other:
//! a story that quotes half a sentence, or leaves a word out, still quotes that sentence.

use rustc_hash::{FxHashMap, FxHashSet};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{analysis, answers::hit::QuoteHit, article::hash64};

/// Words in a run.
const RUN: usize = 4;

/// Share of the shorter quote's runs that the longer one has.
const MOST: f32 = 0.6;

/// A quote with its appearances.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Repeated {
    /// The quote as the newest of the stories has it.
    #[serde(flatten)]
    pub quote: QuoteHit,
    /// Stories that have it.
    pub appearances: u64,
    /// Date of the earliest of them; null when none is dated.
    pub first_published: Option<String>,
    /// Id of the earliest of them.
    pub first_article: String,
}

/// Joins quotes that are the same. Given and returned newest first, undated last.
pub(crate) fn joined(quotes: Vec<QuoteHit>) -> Vec<Repeated> {
    let mut groups: Vec<(Repeated, FxHashSet<u64>, FxHashSet<String>)> = Vec::new();
    let mut with_run: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
    for quote in quotes {
        let runs = runs(&quote.text);
        let mut shared: FxHashMap<usize, usize> = FxHashMap::default();
        for group in runs.iter().filter_map(|run| with_run.get(run)).flatten() {
            *shared.entry(*group).or_default() += 1;
        }
        let is_same = |&(group, shared): &(usize, usize)| {
            shared as f32 >= MOST * runs.len().min(groups[group].1.len()) as f32
        };
        let same =
            shared.into_iter().filter(is_same).max_by_key(|&(group, shared)| (shared, usize::MAX - group));
        let at = match same {
            Some((group, _)) => {
                let (repeated, _, articles) = &mut groups[group];
                articles.insert(quote.article_id.as_str().to_owned());
                repeated.appearances = articles.len() as u64;
                // The older of two dated ones; an undated one is never the first.
                if quote.published.is_some() || repeated.first_published.is_none() {
                    repeated.first_published.clone_from(&quote.published);
                    quote.article_id.as_str().clone_into(&mut repeated.first_article);
                }
                group
            }
            None => {
                let articles = FxHashSet::from_iter([quote.article_id.as_str().to_owned()]);
                let repeated = Repeated {
                    appearances: 1,
                    first_published: quote.published.clone(),
                    first_article: quote.article_id.as_str().to_owned(),
                    quote,
                };
                groups.push((repeated, FxHashSet::default(), articles));
                groups.len() - 1
            }
        };
        // The runs of a group are those of its first quote, so that a chain of changes does not join what is far apart.
        if groups[at].1.is_empty() {
            for &run in &runs {
                with_run.entry(run).or_default().push(at);
            }
            groups[at].1 = runs;
        }
    }
    groups.into_iter().map(|(repeated, ..)| repeated).collect()
}

/// Hashes of the four-word runs of a quote; of a shorter one, of all its words.
fn runs(text: &str) -> FxHashSet<u64> {
    let words = analysis::words(text);
    let hash = |run: &[String]| hash64(run.join(" ").as_bytes());
    if words.len() < RUN {
        FxHashSet::from_iter([hash(&words)])
    } else {
        words.windows(RUN).map(hash).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{article::ArticleId, view::StoredQuote};

    fn quote(article: u64, published: Option<&str>, text: &str) -> QuoteHit {
        let stored = StoredQuote {
            article_id: ArticleId::read(&format!("{article:016x}")).expect("an id"),
            number: 0,
            root: "news".into(),
            path: "a.txt".into(),
            url: None,
            title: None,
            published: published.map(str::to_owned),
            quote: serde_json::from_value(serde_json::json!({
                "text": text, "start": 0, "end": 1, "kind": "direct", "stance": "said",
                "speaker": "Ines Valcourt", "speaker_guess": null,
                "speaker_mention": null, "cue": null, "confidence": 0.9, "rule": "test", "piece": 1, "pieces": 1,
                "context": { "text": text, "start": 0, "end": 1 },
            }))
            .expect("a quote"),
        };
        QuoteHit::unranked(stored)
    }

    #[test]
    fn one_quote_of_several_stories_is_one() {
        let whole = "You cannot schedule grief, you can only make room for it.";
        let found = joined(vec![
            quote(4, Some("2024-05-01"), "You cannot schedule grief"),
            quote(3, Some("2022-01-01"), "Nobody told the horse"),
            quote(2, Some("2021-01-01"), "“you cannot schedule grief, you can only make room for it”"),
            quote(1, Some("2019-01-01"), whole),
            quote(5, None, whole),
        ]);
        let told: Vec<_> = found
            .iter()
            .map(|one| (one.appearances, one.first_published.as_deref(), one.first_article.as_str()))
            .collect();
        assert_eq!(
            told,
            [(4, Some("2019-01-01"), "0000000000000001"), (1, Some("2022-01-01"), "0000000000000003")]
        );
    }
}
