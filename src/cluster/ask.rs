//! Questions to a cluster.

use std::{
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use base64::prelude::{BASE64_STANDARD, Engine};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::{Value, json};

use super::{
    Client, Error,
    compile::{self, MOST_IDS},
    document::term,
    indices::{self, Filling},
    mapping::{Kind, QUOTES},
    push::greet,
};
use crate::{
    answers::{
        Archive,
        backend::{Backend, DayCount, Found, Wanted},
    },
    fields::{FieldId, Values},
    index::{
        self, Counts,
        whole::{Answered, Asked, Whole},
    },
    packed::Damaged,
    query::{
        self,
        engine::{
            plan::{Clause, Plan},
            rank::Sort,
            statistics::{Target, idf},
        },
    },
    view::StoredArticle,
};

/// Candidates of which the best are found by a closer look.
const CANDIDATES: usize = 200;

/// Hits of one answer, at most: the limit of a cluster that nobody has changed.
const MOST_HITS: usize = 10_000;

/// Searches in one request.
const AT_ONCE: usize = 200;

/// Terms that begin in some way, at most.
const MOST_TERMS: usize = 20_000;

/// Values of a field that are counted, at most.
const MOST_VALUES: usize = 2_000_000;

/// Values in one answer.
const VALUES: usize = 10_000;

/// A cluster that is asked.
struct Cluster {
    client: Client,
    roots: Vec<String>,
    /// Documents of the articles and of the quotes.
    counts: Counts,
    /// Terms with their counts, for scores.
    terms: Mutex<FxHashMap<(FieldId, String), u64>>,
}

/// The archive that a cluster holds, ready to be asked.
///
/// # Errors
/// Each of [`Error`].
pub fn archive(client: Client) -> Result<Archive, Error> {
    greet(&client)?;
    let live: Vec<Filling> =
        indices::fillings(&client)?.into_iter().filter(|filling| filling.is_live).collect();
    live.iter().try_for_each(Filling::check)?;
    if live.is_empty() {
        return Err(Error::Empty);
    }
    let roots = live.into_iter().map(|filling| filling.meta.root).collect();
    let mut cluster = Cluster { client, roots, counts: Counts::default(), terms: Mutex::default() };
    cluster.counts = cluster.size()?.0;
    Ok(Archive::of_backend(Arc::new(cluster))?)
}

impl From<Error> for query::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Query(error) => error,
            other => Self::Elsewhere(Box::new(other)),
        }
    }
}

impl Cluster {
    fn search(&self, kind: Kind, body: &Value) -> Result<Value, Error> {
        let path = format!("/{}/_search?allow_partial_search_results=false", kind.alias());
        self.client.ask("POST", &path, Some(body))
    }

    /// Many searches in one request.
    fn searches(&self, searches: &[(Kind, Value)]) -> Result<Vec<Value>, Error> {
        let mut answers = Vec::with_capacity(searches.len());
        for some in searches.chunks(AT_ONCE) {
            let mut body = Vec::new();
            for (kind, search) in some {
                let header = json!({ "index": kind.alias(), "allow_partial_search_results": false });
                for line in [&header, search] {
                    serde_json::to_writer(&mut body, line).expect("a buffer can be written");
                    body.push(b'\n');
                }
            }
            let answer = self.client.patiently("POST", "/_msearch", Some(&body))?;
            if !(200..300).contains(&answer.status) {
                return Err(self.client.refusal(answer, Kind::Articles.alias()));
            }
            for answer in answer.body["responses"].as_array().into_iter().flatten() {
                if answer["error"].is_object() {
                    let status = answer["status"].as_u64().unwrap_or_default() as u16;
                    let fault = super::client::Answer { status, body: answer.clone() };
                    return Err(self.client.refusal(fault, Kind::Articles.alias()));
                }
                answers.push(answer.clone());
            }
        }
        Ok(answers)
    }

    /// Articles and quotes, and words of both.
    fn size(&self) -> Result<(Counts, (u64, u64)), Error> {
        let body = json!({ "size": 0, "track_total_hits": true, "aggs": { "words": { "sum": { "field": "length" } } } });
        let of = |kind| -> Result<(u64, u64), Error> {
            let answer = self.search(kind, &body)?;
            Ok((total(&answer), answer["aggregations"]["words"]["value"].as_f64().unwrap_or_default() as u64))
        };
        let ((articles, words), (quotes, quoted)) = (of(Kind::Articles)?, of(Kind::Quotes)?);
        Ok((Counts { articles, quotes, files: 0 }, (words, quoted)))
    }

    fn known_terms(&self) -> std::sync::MutexGuard<'_, FxHashMap<(FieldId, String), u64>> {
        self.terms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Which of some words a field has, or had once.
    fn used(&self, asked: &[Asked]) -> Result<FxHashSet<(String, String)>, Error> {
        let mut by_field: FxHashMap<&str, Vec<String>> = FxHashMap::default();
        for asked in asked {
            if let Asked::Term(field, word) = asked {
                by_field.entry(field.row().name).or_default().push(term(word));
            }
        }
        let mut used = FxHashSet::default();
        for (field, words) in by_field {
            for words in words.chunks(MOST_HITS) {
                let query = json!({ "bool": { "filter": [{ "term": { "field": field } }, { "terms": { "word": words } }] } });
                let aggs = json!({ "words": { "terms": { "field": "word", "size": words.len() } } });
                let answer = self.search(Kind::Words, &json!({ "size": 0, "query": query, "aggs": aggs }))?;
                let buckets = answer["aggregations"]["words"]["buckets"].as_array().into_iter().flatten();
                used.extend(
                    buckets.filter_map(|bucket| Some((field.to_owned(), bucket["key"].as_str()?.to_owned()))),
                );
            }
        }
        Ok(used)
    }

    /// Words of a field that begin so, in order.
    fn beginning(&self, field: FieldId, prefix: &str) -> Result<Vec<String>, Error> {
        let mut found: Vec<String> = Vec::new();
        let mut query = json!({ "bool": { "filter": [
            { "term": { "field": field.row().name } }, { "prefix": { "word": term(prefix) } }] } });
        if prefix.is_empty() {
            query = json!({ "term": { "field": field.row().name } });
        }
        // Roots may have the same word, each once.
        let words = json!([{ "word": { "terms": { "field": "word" } } }]);
        let mut after = Value::Null;
        loop {
            let mut composite = json!({ "size": VALUES, "sources": words });
            if !after.is_null() {
                composite["after"] = after;
            }
            let body = json!({ "size": 0, "query": query, "aggs": { "words": { "composite": composite } } });
            let answer = self.search(Kind::Words, &body)?;
            let words = &answer["aggregations"]["words"];
            let buckets = words["buckets"].as_array().map(Vec::as_slice).unwrap_or_default();
            found.extend(
                buckets.iter().filter_map(|bucket| bucket["key"]["word"].as_str().map(str::to_owned)),
            );
            after = words["after_key"].clone();
            if after.is_null() || buckets.len() < VALUES || found.len() >= MOST_TERMS {
                return Ok(found);
            }
        }
    }

    /// Stories of a search.
    fn stories_of(&self, body: &Value) -> Result<Vec<StoredArticle>, Error> {
        let answer = self.search(Kind::Articles, body)?;
        hits(&answer).iter().map(story).collect()
    }

    /// The stories of quotes that were found, by id and root.
    fn stories_of_quotes(&self, quotes: &[Value]) -> Result<Vec<StoredArticle>, Error> {
        let place = |hit: &Value| {
            let id = hit["_id"].as_str()?.rsplit_once('-')?.0.to_owned();
            Some((id, hit["_source"]["root"].as_str()?.to_owned()))
        };
        let wanted: FxHashSet<(String, String)> = quotes.iter().filter_map(place).collect();
        let ids: Vec<&String> = wanted.iter().map(|(id, _)| id).collect();
        let mut stories = Vec::with_capacity(wanted.len());
        for ids in ids.chunks(500) {
            let query = json!({ "terms": { FieldId::ArticleId.row().name: ids } });
            stories
                .extend(self.stories_of(&json!({ "size": MOST_HITS, "query": query, "_source": SOURCE }))?);
        }
        stories.retain(|story| {
            wanted.contains(&(story.id.as_str().to_owned(), story.article.origin.root.clone()))
        });
        Ok(stories)
    }

    /// Every value of a composite aggregation.
    fn composite(&self, query: &Value, source: &Value, is_nested: bool) -> Result<Vec<(Value, u64)>, Error> {
        let mut found = Vec::new();
        let mut after = Value::Null;
        loop {
            let mut composite = json!({ "size": VALUES, "sources": [{ "value": { "terms": source } }] });
            if !after.is_null() {
                composite["after"] = after;
            }
            let mut aggs = json!({ "values": { "composite": composite } });
            if is_nested {
                aggs["values"]["aggs"] = json!({ "stories": { "reverse_nested": {} } });
                aggs = json!({ "quotes": { "nested": { "path": QUOTES }, "aggs": aggs } });
            }
            let answer = self.search(Kind::Articles, &json!({ "size": 0, "query": query, "aggs": aggs }))?;
            let answered = &answer["aggregations"];
            let values = if is_nested { &answered["quotes"]["values"] } else { &answered["values"] };
            let buckets = values["buckets"].as_array().map(Vec::as_slice).unwrap_or_default();
            for bucket in buckets {
                let count = if is_nested { &bucket["stories"]["doc_count"] } else { &bucket["doc_count"] };
                found.push((bucket["key"]["value"].clone(), count.as_u64().unwrap_or_default()));
            }
            if found.len() > MOST_VALUES {
                return Err(Error::Query(query::Error::NotThere {
                    what: "a count of more than two million different values",
                }));
            }
            after = values["after_key"].clone();
            if after.is_null() || buckets.len() < VALUES {
                return Ok(found);
            }
        }
    }
}

/// What is given back of a story.
const SOURCE: [&str; 2] = ["stored", "stored_text"];

fn total(answer: &Value) -> u64 {
    answer["hits"]["total"]["value"].as_u64().unwrap_or_default()
}

fn hits(answer: &Value) -> &[Value] {
    answer["hits"]["hits"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn story(hit: &Value) -> Result<StoredArticle, Error> {
    let source = &hit["_source"];
    let packed = source[FieldId::Stored.row().name].as_str().unwrap_or_default();
    let text = source[FieldId::StoredText.row().name].as_str().unwrap_or_default().to_owned();
    let packed = BASE64_STANDARD.decode(packed).map_err(|_| Damaged).map_err(index::Error::from)?;
    Ok(StoredArticle::read(&packed, text).map_err(index::Error::from)?)
}

fn kind_of(target: Target) -> Kind {
    if target == Target::Articles { Kind::Articles } else { Kind::Quotes }
}

impl compile::Known for Cluster {
    fn idf(&self, field: FieldId, word: &str) -> f32 {
        let found = self.known_terms().get(&(field, word.to_owned())).copied().unwrap_or_default();
        let quotes = Target::of(field) == Some(Target::Quotes);
        idf(if quotes { self.counts.quotes } else { self.counts.articles }, found)
    }

    fn ids(&self, clause: &Clause) -> Result<Vec<String>, query::Error> {
        let query = compile::filter(self, Target::Articles, clause)?;
        let mut ids = Vec::new();
        for (value, _) in self.composite(&query, &json!({ "field": FieldId::ArticleId.row().name }), false)? {
            ids.extend(value.as_str().map(str::to_owned));
            if ids.len() > MOST_IDS {
                return Err(query::Error::NotThere {
                    what: "a search for quotes by words of more than 65,536 stories",
                });
            }
        }
        Ok(ids)
    }
}

impl Backend for Cluster {
    fn whole(&self) -> Result<Whole, query::Error> {
        let (counts, words) = self.size()?;
        Ok(Whole::new(counts, words))
    }

    fn known(&self, asked: &[Asked]) -> Result<Vec<Answered>, query::Error> {
        let used = self.used(asked)?;
        let mut searches = Vec::new();
        for asked in asked {
            let count = |query: Value| json!({ "size": 0, "track_total_hits": true, "query": query });
            let of = |field: &FieldId| kind_of(Target::of(*field).unwrap_or(Target::Articles));
            match asked {
                Asked::Term(field, word) if used.contains(&(field.row().name.to_owned(), term(word))) => {
                    searches.push((of(field), count(json!({ "term": { field.row().name: term(word) } }))));
                }
                Asked::Phrase(field, words) => {
                    let words: Vec<String> = words.iter().map(|word| term(word)).collect();
                    let phrase = json!({ "query": words.join(" "), "analyzer": "whitespace" });
                    searches
                        .push((of(field), count(json!({ "match_phrase": { field.row().name: phrase } }))));
                }
                Asked::Term(..) | Asked::Beginning(..) => (),
            }
        }
        let mut counts = self.searches(&searches)?.into_iter().map(|answer| total(&answer));
        let mut next = || Answered::Documents(counts.next().unwrap_or_default());
        let mut answers = Vec::with_capacity(asked.len());
        for asked in asked {
            answers.push(match asked {
                Asked::Term(field, word) if used.contains(&(field.row().name.to_owned(), term(word))) => {
                    let answer = next();
                    if let Answered::Documents(count) = answer {
                        self.known_terms().insert((*field, word.clone()), count);
                    }
                    answer
                }
                Asked::Term(..) => Answered::Documents(0),
                Asked::Phrase(..) => next(),
                Asked::Beginning(field, prefix) => Answered::Terms(self.beginning(*field, prefix)?),
            });
        }
        Ok(answers)
    }

    fn candidates(
        &self,
        plan: &Plan,
        held: &Range<usize>,
        sort: Sort,
        most: usize,
    ) -> Result<Found, query::Error> {
        let size = match (most, sort) {
            (0, _) => 0,
            (most, Sort::Relevance) => CANDIDATES.max(most.saturating_mul(2)),
            (most, _) => most,
        };
        if most > MOST_HITS {
            return Err(query::Error::NotThere { what: "more than 10,000 hits of one question" });
        }
        let date = FieldId::Date.row().name;
        let first = match sort {
            Sort::Relevance => json!({ "_score": "desc" }),
            Sort::Newest => json!({ date: { "order": "desc", "missing": "_last" } }),
            Sort::Oldest => json!({ date: { "order": "asc", "missing": "_last" } }),
        };
        let newest = json!({ date: { "order": "desc", "missing": "_last" } });
        let mut order = vec![first, newest, json!({ FieldId::Key.row().name: "asc" })];
        if plan.target == Target::Quotes {
            order.push(json!({ FieldId::QuoteNumber.row().name: "asc" }));
        }
        let mut query = compile::holding(self, plan, held)?;
        if sort == Sort::Relevance && size > 0 {
            query["bool"]["should"] = Value::Array(compile::scoring(self, plan));
        }
        let source: &[&str] = if plan.target == Target::Articles { &SOURCE } else { &["root"] };
        let body = json!({
            "size": size.min(MOST_HITS), "track_total_hits": true, "query": query, "sort": order, "_source": source,
            "aggs": { "strict": { "filter": compile::strict(self, plan)? } },
        });
        let answer = self.search(kind_of(plan.target), &body)?;
        let stories = match plan.target {
            Target::Articles => hits(&answer).iter().map(story).collect::<Result<_, _>>()?,
            Target::Quotes => self.stories_of_quotes(hits(&answer))?,
        };
        let strict = answer["aggregations"]["strict"]["doc_count"].as_u64().unwrap_or_default();
        Ok(Found { strict, ranked: total(&answer), stories })
    }

    fn stories(&self, wanted: &Wanted, most: usize) -> Result<Vec<StoredArticle>, query::Error> {
        let key = FieldId::Key.row().name;
        let mut order = json!([{ key: "asc" }, { "root": "asc" }]);
        let mut least = None;
        let query = match wanted {
            Wanted::Ids(ids) => json!({ "terms": { FieldId::ArticleId.row().name: ids } }),
            Wanted::Files(files) => json!({ "terms": { FieldId::File.row().name: files } }),
            Wanted::Matching(clause) => compile::filter(self, Target::Articles, clause)?,
            Wanted::Holding(words, weight) => {
                let text = FieldId::Text.row().name;
                let each = words.iter().map(|(word, weight)| {
                    json!({ "constant_score": { "filter": { "term": { text: term(word) } }, "boost": weight } })
                });
                least = Some(*weight);
                order = json!([{ "_score": "desc" }, { FieldId::Date.row().name: { "order": "asc", "missing": "_last" } }, { key: "asc" }]);
                json!({ "bool": { "should": each.collect::<Vec<_>>() } })
            }
            Wanted::Alike(sketches) => {
                let shingle = FieldId::Shingle.row().name;
                let alike = sketches.iter().map(|(bins, least)| {
                    let bins: Vec<Value> =
                        bins.iter().map(|bin| json!({ "term": { shingle: bin } })).collect();
                    json!({ "bool": { "should": bins, "minimum_should_match": least } })
                });
                json!({ "bool": { "should": alike.collect::<Vec<_>>(), "minimum_should_match": 1 } })
            }
        };
        let mut body =
            json!({ "size": most.min(MOST_HITS), "query": query, "sort": order, "_source": SOURCE });
        if let Some(least) = least {
            body["min_score"] = json!(least);
            body["track_scores"] = json!(true);
        }
        Ok(self.stories_of(&body)?)
    }

    fn counts(&self, target: Target, clauses: &[Clause]) -> Result<Vec<u64>, query::Error> {
        let mut searches = Vec::with_capacity(clauses.len());
        for clause in clauses {
            let query = compile::filter(self, target, clause)?;
            searches.push((kind_of(target), json!({ "size": 0, "track_total_hits": true, "query": query })));
        }
        Ok(self.searches(&searches)?.iter().map(total).collect())
    }

    fn values(&self, clause: &Clause, field: FieldId) -> Result<Vec<(String, u64)>, query::Error> {
        let query = compile::filter(self, Target::Articles, clause)?;
        let is_nested = matches!(field.row().values, Values::Quote(_));
        let name =
            if is_nested { format!("{QUOTES}.{}", field.row().name) } else { field.row().name.to_owned() };
        let values = self.composite(&query, &json!({ "field": name }), is_nested)?;
        Ok(values
            .into_iter()
            .filter_map(|(value, count)| Some((value.as_str()?.to_owned(), count)))
            .collect())
    }

    fn days(&self, clause: &Clause) -> Result<Vec<DayCount>, query::Error> {
        let query = compile::filter(self, Target::Articles, clause)?;
        let days = self.composite(&query, &json!({ "field": "days", "missing_bucket": true }), false)?;
        let range = |value: &Value| {
            let (first, last) = value.as_str()?.split_once('/')?;
            Some((first.parse().ok()?, last.parse().ok()?))
        };
        Ok(days.into_iter().map(|(value, count)| (range(&value), count)).collect())
    }

    fn roots(&self) -> Result<Vec<String>, query::Error> {
        Ok(self.roots.clone())
    }
}
