//! A person's page: who it is, how often and when, quotes by and about, with whom, on what.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;
use schemars::JsonSchema;
use serde::Serialize;
use tantivy::DocAddress;

use crate::{
    annotation::NameKind,
    answers::{
        archive::Archive,
        hit::QuoteHit,
        names::{Known, NameTable, column},
        repeated::{self, Repeated},
        timeline::{self, Days, Step, Timeline},
    },
    fields::FieldId,
    index::Snapshot,
    name_key::{kind_key, name_key},
    query::{
        Error,
        engine::{columns, postings, stored},
    },
    record::FORMAT,
};

/// A value with its number of articles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Tally {
    /// The value.
    pub label: String,
    /// Articles.
    pub articles: u64,
}

/// What the archive knows of one person, organisation, work, place or event.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PersonPage {
    /// Version of the shape.
    pub format: u32,
    /// Always `person`.
    pub r#type: &'static str,
    /// The name.
    pub name: String,
    /// What it names.
    pub kind: NameKind,
    /// Every fullest form that stories use, with their numbers of articles.
    pub forms: Vec<Tally>,
    /// Articles that name them.
    pub articles: u64,
    /// Earliest date among them.
    pub first_seen: Option<String>,
    /// Latest date among them.
    pub last_seen: Option<String>,
    /// Articles each month.
    pub timeline: Timeline,
    /// Quotes they are credited with, direct and mixed.
    pub quotes_by: u64,
    /// Quotes by others that name them, direct and mixed.
    pub quotes_about: u64,
    /// Their latest quotes, newest first, each once with its appearances.
    pub latest_quotes: Vec<Repeated>,
    /// Their quotes that most stories repeat, of the newest 2,000.
    pub repeated_quotes: Vec<Repeated>,
    /// The latest quotes about them, newest first, each once with its appearances.
    pub latest_quotes_about: Vec<Repeated>,
    /// People they appear with.
    pub people: Vec<Tally>,
    /// Topics of the articles.
    pub topics: Vec<Tally>,
    /// Outlets of the articles.
    pub sources: Vec<Tally>,
}

/// Entries of each list of a page at the most.
const LISTED: usize = 10;

/// Quotes of each list of a page at the most.
const QUOTED: usize = 5;

/// Quotes that are read to see which are the same.
const READ: usize = 2000;

impl Archive {
    /// The page of a person, else of an organisation, work, place or event of that name.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn person(&self, name: &str) -> Result<Option<PersonPage>, Error> {
        let table = self.names()?;
        let known = NameKind::ALL.into_iter().find_map(|kind| table.find(kind, name));
        known.map(|known| page(self.snapshot(), table, known)).transpose()
    }
}

/// Makes the page of a name.
///
/// # Errors
/// When a file of the index cannot be read.
pub fn page(snapshot: &Snapshot, table: &NameTable, known: &Known) -> Result<PersonPage, Error> {
    let docs = articles_naming(snapshot, known)?;
    let days = Days::of(snapshot)?;
    let mut dated: Vec<_> = docs.iter().filter_map(|&doc| days.range(doc)).collect();
    dated.sort_unstable();
    let shown = |day| timeline::label(day, Step::Day);
    let keys = keys(known);
    let by = spoken(snapshot, FieldId::SpeakerKey, &keys)?;
    let about = spoken(snapshot, FieldId::AboutKey, &keys)?;
    let (quotes_by, quotes_about) = (by.len() as u64, about.len() as u64);
    let mut said = repeated::joined(newest(snapshot, &days, by)?);
    let mut repeated: Vec<Repeated> = said.iter().filter(|one| one.appearances > 1).cloned().collect();
    repeated.sort_by_key(|one| std::cmp::Reverse(one.appearances));
    repeated.truncate(QUOTED);
    said.truncate(QUOTED);
    let mut said_about = repeated::joined(newest(snapshot, &days, about)?);
    said_about.truncate(QUOTED);
    Ok(PersonPage {
        format: FORMAT,
        r#type: "person",
        name: known.name.clone(),
        kind: known.kind,
        forms: known
            .forms
            .iter()
            .map(|(label, count)| Tally { label: label.clone(), articles: *count })
            .collect(),
        articles: docs.len() as u64,
        first_seen: dated.first().map(|&(from, _)| shown(from)),
        last_seen: dated.iter().map(|&(_, to)| to).max().map(shown),
        timeline: timeline::timeline(snapshot, &docs, Step::Month)?,
        quotes_by,
        quotes_about,
        latest_quotes: said,
        repeated_quotes: repeated,
        latest_quotes_about: said_about,
        people: people(snapshot, table, known, &docs)?,
        topics: tallies(columns::counts_in(snapshot, &docs, FieldId::TopicName)?),
        sources: tallies(columns::counts_in(snapshot, &docs, FieldId::SourceName)?),
    })
}

/// Articles that name somebody, in the order of their addresses.
pub(crate) fn articles_naming(snapshot: &Snapshot, known: &Known) -> Result<Vec<DocAddress>, Error> {
    let keys: Vec<String> = keys(known).iter().map(|key| kind_key(known.kind, key)).collect();
    postings::with_any(snapshot, FieldId::NameKey, keys.iter().map(String::as_str))
}

/// Keys of every form.
pub(crate) fn keys(known: &Known) -> BTreeSet<String> {
    known.forms.iter().map(|(form, _)| name_key(form)).collect()
}

/// Quotes, direct and mixed, by or about somebody.
fn spoken(snapshot: &Snapshot, field: FieldId, keys: &BTreeSet<String>) -> Result<Vec<DocAddress>, Error> {
    let mut docs = postings::with_any(snapshot, field, keys.iter().map(String::as_str))?;
    let indirect = postings::with_any(snapshot, FieldId::Kind, ["indirect"])?;
    docs.retain(|doc| indirect.binary_search(doc).is_err());
    Ok(docs)
}

/// The newest quotes, newest first, undated last.
fn newest(snapshot: &Snapshot, days: &Days, mut docs: Vec<DocAddress>) -> Result<Vec<QuoteHit>, Error> {
    docs.sort_by_cached_key(|&doc| (std::cmp::Reverse(days.range(doc)), doc));
    docs.truncate(READ);
    docs.sort_unstable();
    let mut quotes = docs
        .into_iter()
        .map(|doc| Ok(QuoteHit::new(0, 0.0, stored::quote(snapshot, doc)?)))
        .collect::<Result<Vec<_>, Error>>()?;
    quotes.sort_by(|a, b| b.published.cmp(&a.published).then(a.id.cmp(&b.id)));
    Ok(quotes)
}

fn people(
    snapshot: &Snapshot,
    table: &NameTable,
    known: &Known,
    docs: &[DocAddress],
) -> Result<Vec<Tally>, Error> {
    let mut joined: FxHashMap<String, u64> = FxHashMap::default();
    for (form, count) in columns::counts_in(snapshot, docs, column(NameKind::Person))? {
        match table.of_form(NameKind::Person, &form) {
            Some(other) if other == known => (),
            Some(other) => *joined.entry(other.name.clone()).or_default() += count,
            None => (),
        }
    }
    Ok(tallies(joined))
}

/// The most frequent values, ties in byte order.
pub(crate) fn tallies(counts: FxHashMap<String, u64>) -> Vec<Tally> {
    let mut tallies: Vec<Tally> =
        counts.into_iter().map(|(label, articles)| Tally { label, articles }).collect();
    tallies.sort_by(|a, b| b.articles.cmp(&a.articles).then(a.label.cmp(&b.label)));
    tallies.truncate(LISTED);
    tallies
}
