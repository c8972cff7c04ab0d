//! How an article and its quotes become documents of a cluster.

use std::collections::BTreeSet;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Map, Value, json};

use super::mapping::{LONGEST_VALUE, QUOTES, has_words, is_short};
use crate::{
    analysis,
    article::hash64,
    fields::{Analysis, FIELDS, FieldId, Row, Values},
    name_key::name_key,
    query::engine::statistics::counted_length,
    view::{ArticleView, QuoteView, Sink},
};

/// A word as a term of the cluster: blanks part terms there, and a few characters fold to several words.
pub(super) fn term(word: &str) -> String {
    if word.contains(char::is_whitespace) {
        word.split_whitespace().collect::<Vec<_>>().join("\u{2423}")
    } else {
        word.to_owned()
    }
}

/// A story as it goes to a cluster.
pub(super) struct Documents {
    /// The story with its quotes in it.
    pub(super) article: Value,
    /// Its quotes as documents of their own, by their ids.
    pub(super) quotes: Vec<(String, Value)>,
    /// Words that it brings, as field and word.
    pub(super) words: BTreeSet<(&'static str, String)>,
}

impl Documents {
    /// The documents of a story.
    pub(super) fn of(view: &ArticleView<'_>, fingerprint: u64) -> Self {
        let mut words = BTreeSet::new();
        let mut article = Map::new();
        for row in FIELDS {
            if let Values::Article(add) | Values::Both(add, _) | Values::All(add, _, _) = &row.values {
                put(row, &mut article, &mut words, |sink| add(view, sink));
            }
        }
        let origin = &view.article.origin;
        article.insert("root".to_owned(), json!(origin.root));
        if let Some((first, last)) = view.days {
            article.insert("days".to_owned(), json!(format!("{first}/{last}")));
        }
        article.insert("length".to_owned(), json!(length(&article, FieldId::Text)));
        let mut short = Map::new();
        for row in FIELDS.iter().filter(|row| is_short(row)) {
            if let Some(value) = article.get(row.name) {
                short.insert(row.name.to_owned(), value.clone());
            }
        }
        for name in ["root", "days"] {
            if let Some(value) = article.get(name) {
                short.insert(name.to_owned(), value.clone());
            }
        }
        let (mut nested, mut quotes) = (Vec::new(), Vec::new());
        for (number, quote) in (0..).zip(&view.found.quotes) {
            let quote = QuoteView { article: view, quote, number };
            let (mut own, mut alone) = (Map::new(), short.clone());
            for row in FIELDS {
                match &row.values {
                    Values::Quote(add) => put(row, &mut own, &mut words, |sink| add(&quote, sink)),
                    Values::Both(_, add) | Values::All(_, add, _) => {
                        put(row, &mut alone, &mut words, |sink| add(&quote, sink))
                    }
                    Values::Article(_) | Values::File(_) => (),
                }
            }
            let length = length(&own, FieldId::Quote);
            alone.extend(own.iter().map(|(name, value)| (name.clone(), value.clone())));
            alone.insert("length".to_owned(), json!(length));
            nested.push(Value::Object(own));
            quotes.push((format!("{}-{number}", view.id.as_str()), Value::Object(alone)));
        }
        article.insert("name_ends".to_owned(), json!(name_ends(view)));
        article.insert("fingerprint".to_owned(), json!(fingerprint));
        article.insert("quotes_held".to_owned(), json!(nested.len()));
        article.insert(QUOTES.to_owned(), Value::Array(nested));
        Self { article: Value::Object(article), quotes, words }
    }
}

/// Puts the values of one field into a document.
fn put(
    row: &'static Row,
    document: &mut Map<String, Value>,
    words: &mut BTreeSet<(&'static str, String)>,
    add: impl FnOnce(&mut dyn Sink),
) {
    let mut values = Gathered { row, words, values: Vec::new() };
    add(&mut values);
    let Gathered { mut values, .. } = values;
    match values.len() {
        0 => (),
        1 => drop(document.insert(row.name.to_owned(), values.remove(0))),
        _ => drop(document.insert(row.name.to_owned(), Value::Array(values))),
    }
}

/// The values of one field.
struct Gathered<'a> {
    row: &'static Row,
    words: &'a mut BTreeSet<(&'static str, String)>,
    values: Vec<Value>,
}

impl Sink for Gathered<'_> {
    fn text(&mut self, value: &str) {
        let value = match self.row.analysis {
            Analysis::Words | Analysis::ShortWords => {
                let words: Vec<String> = analysis::words(value).iter().map(|word| term(word)).collect();
                self.words.extend(words.iter().map(|word| (self.row.name, word.clone())));
                words.join(" ")
            }
            Analysis::Stored => value.to_owned(),
            _ => {
                if has_words(self.row) {
                    self.words.insert((self.row.name, value.to_owned()));
                }
                value.to_owned()
            }
        };
        self.values.push(Value::String(value));
    }

    fn record(&mut self, packed: &[u8]) {
        self.values.push(Value::String(BASE64_STANDARD.encode(packed)));
    }

    fn number(&mut self, value: u64) {
        self.values.push(value.into());
    }

    fn signed(&mut self, value: i64) {
        self.values.push(value.into());
    }
}

/// Words of a field of a document, as scores count them.
fn length(document: &Map<String, Value>, field: FieldId) -> u64 {
    let words = |value: &Value| {
        value.as_str().map_or(0, |text| text.split(' ').filter(|word| !word.is_empty()).count())
    };
    let count: usize = match document.get(field.row().name) {
        Some(Value::Array(values)) => values.iter().map(words).sum(),
        Some(value) => words(value),
        None => 0,
    };
    counted_length(u32::try_from(count).unwrap_or(u32::MAX))
}

/// First and last word of each name, with its kind and form.
fn name_ends(view: &ArticleView<'_>) -> BTreeSet<String> {
    let mut ends = BTreeSet::new();
    for name in &view.found.names {
        let key = name_key(&name.name);
        let words: Vec<&str> = key.split(' ').collect();
        for word in [words.first(), words.last()].into_iter().flatten() {
            let end = format!("{}:{word}:{}", name.kind.as_str(), name.name);
            if end.len() <= LONGEST_VALUE {
                ends.insert(end);
            }
        }
    }
    ends
}

/// Hash of all that is pushed of a story.
pub(super) fn fingerprint(packed: &[u8], text: &str) -> u64 {
    let version = super::MAPPING_VERSION.to_string();
    hash64(&[version.as_bytes(), packed, text.as_bytes()].join(&0))
}
