//! A person's page: who it is, how often and when, quotes by and about, with whom, on what.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use schemars::JsonSchema;
use serde::Serialize;
use tantivy::DocAddress;

use crate::{
    annotation::NameKind,
    answers::{
        archive::Archive,
        backend::Backend,
        hit::QuoteHit,
        names::{Bearers, Known},
        repeated::{self, Repeated},
        suggest, there,
        timeline::{self, Days, Step, Timeline},
    },
    fields::FieldId,
    index::Snapshot,
    name_key::name_key,
    query::{
        Error,
        engine::{
            columns,
            plan::{Clause, Plan},
            postings,
            rank::Sort,
            statistics::Target,
            stored,
        },
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
    /// Their quotes that most stories repeat, of the newest 200.
    pub repeated_quotes: Vec<Repeated>,
    /// The latest quotes about them, newest first, each once with its appearances.
    pub latest_quotes_about: Vec<Repeated>,
    /// People they appear with.
    pub people: Vec<Tally>,
    /// Topics of the articles.
    pub topics: Vec<Tally>,
    /// Outlets of the articles.
    pub sources: Vec<Tally>,
    /// People who bear the name that was asked for and are not this one, those of most articles first.
    pub others: Vec<Tally>,
    /// Names that are spelt nearly as the one that was asked for, and that far more articles have.
    pub near: Vec<Tally>,
}

/// Who is meant by a name.
#[derive(Clone, Debug)]
pub enum PersonAnswer {
    /// One person, organisation, work, place or event.
    Found(Box<PersonPage>),
    /// People who bear it as a part of theirs, those of most articles first: nobody can tell which is meant.
    Several(Vec<Tally>),
    /// Nobody; with the names of people that were probably meant, the nearest first.
    Nobody(Vec<String>),
}

/// Entries of each list of a page at the most.
const LISTED: usize = 10;

/// People who bear a name that are listed at the most.
const BEARERS: usize = 5;

/// Quotes of each list of a page at the most.
const QUOTED: usize = 5;

/// Quotes by somebody, and about them, that are read to see which are the same.
const READ_BY: usize = 200;
const READ_ABOUT: usize = 50;

impl Archive {
    /// The page of a person, else of an organisation, work, place or event of that name; else who may be meant.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn person(&self, name: &str) -> Result<PersonAnswer, Error> {
        match self.bearers(NameKind::Person, name)? {
            Bearers::One(known) => return self.page_of(&known, name),
            Bearers::Several(bearers) => {
                // Whoever is known by this one word alone has a page too; the others stand beside it.
                let own = bearers.iter().find(|known| known.key == name_key(name));
                return match own {
                    Some(known) => self.page_of(known, name),
                    None => Ok(PersonAnswer::Several(listed(&bearers))),
                };
            }
            Bearers::Corrected | Bearers::Nobody => (),
        }
        let mut several = Vec::new();
        for kind in NameKind::ALL.into_iter().filter(|kind| *kind != NameKind::Person) {
            match self.bearers(kind, name)? {
                Bearers::One(known) => return self.page_of(&known, name),
                Bearers::Several(bearers) => several.extend(bearers),
                Bearers::Corrected | Bearers::Nobody => (),
            }
        }
        if !several.is_empty() {
            return Ok(PersonAnswer::Several(listed(&several)));
        }
        let near = suggest::near(self.names()?, &NameKind::ALL, name)?.into_iter();
        Ok(PersonAnswer::Nobody(near.map(|known| known.name.clone()).collect()))
    }

    /// The page of somebody who was asked for by a name, with those who may have been meant instead.
    fn page_of(&self, known: &Known, name: &str) -> Result<PersonAnswer, Error> {
        let table = self.names()?;
        let key = name_key(name);
        let mut others = table.with_word(NameKind::Person, &key)?;
        others.retain(|other| **other != *known);
        others.sort_by(|a, b| b.articles.cmp(&a.articles).then(a.key.cmp(&b.key)));
        let near = suggest::near(table, &[known.kind], name)?;
        let page = page(self, known)?;
        let page = PersonPage { others: listed(&others), near: listed(&near), ..page };
        Ok(PersonAnswer::Found(Box::new(page)))
    }
}

/// The first of some names.
fn listed(known: &[Arc<Known>]) -> Vec<Tally> {
    let tally = |known: &Arc<Known>| Tally { label: known.name.clone(), articles: known.articles };
    known.iter().take(BEARERS).map(tally).collect()
}

/// Makes the page of a name.
fn page(archive: &Archive, known: &Known) -> Result<PersonPage, Error> {
    if let Some(backend) = archive.elsewhere() {
        return page_elsewhere(archive, backend, known);
    }
    let snapshot = archive.snapshot();
    let docs = articles_naming(snapshot, known)?;
    let days = Days::of(snapshot)?;
    let (first_seen, last_seen) = seen(&days, &docs);
    let keys = known.plain_keys();
    let by = spoken(snapshot, FieldId::SpeakerKey, &keys)?;
    let about = spoken(snapshot, FieldId::AboutKey, &keys)?;
    let (quotes_by, quotes_about) = (by.len() as u64, about.len() as u64);
    let mut latest_quotes = repeated::joined(newest(archive, &days, by, READ_BY)?);
    let repeated_quotes = most_repeated(&latest_quotes);
    latest_quotes.truncate(QUOTED);
    let mut latest_quotes_about = repeated::joined(newest(archive, &days, about, READ_ABOUT)?);
    latest_quotes_about.truncate(QUOTED);
    let forms = known.forms.iter().map(|(label, count)| Tally { label: label.clone(), articles: *count });
    Ok(PersonPage {
        format: FORMAT,
        r#type: "person",
        name: known.name.clone(),
        kind: known.kind,
        forms: forms.collect(),
        articles: docs.len() as u64,
        first_seen,
        last_seen,
        timeline: timeline::timeline(archive, &docs, Step::Month)?,
        quotes_by,
        quotes_about,
        latest_quotes,
        repeated_quotes,
        latest_quotes_about,
        people: people(archive, known, &docs)?,
        topics: tallies(columns::counts_in(snapshot, &docs, FieldId::TopicName)?),
        sources: tallies(columns::counts_in(snapshot, &docs, FieldId::SourceName)?),
        others: Vec::new(),
        near: Vec::new(),
    })
}

/// The same of an archive that lies elsewhere.
fn page_elsewhere(archive: &Archive, backend: &dyn Backend, known: &Known) -> Result<PersonPage, Error> {
    let named = Clause::Named { field: FieldId::NameKey, keys: known.keys.clone(), forms: Vec::new() };
    let days = backend.days(&named)?;
    let dated: Vec<_> = days.iter().filter_map(|(days, _)| days.and_then(timeline::dates)).collect();
    let shown = |day| timeline::label(day, Step::Day);
    let spoken = |field, most| {
        let any = Clause::Named { field, keys: known.plain_keys(), forms: Vec::new() };
        let indirect = Clause::Exact { field: FieldId::Kind, term: "indirect".to_owned() };
        newest_elsewhere(archive, Clause::All(vec![any, Clause::Not(Box::new(indirect))]), most)
    };
    let ((quotes_by, by), (quotes_about, about)) =
        (spoken(FieldId::SpeakerKey, READ_BY)?, spoken(FieldId::AboutKey, READ_ABOUT)?);
    let (mut latest_quotes, mut latest_quotes_about) = (repeated::joined(by), repeated::joined(about));
    let repeated_quotes = most_repeated(&latest_quotes);
    latest_quotes.truncate(QUOTED);
    latest_quotes_about.truncate(QUOTED);
    let values = |field| there::values(&|| archive.names(), backend, &named, field);
    let mut people = values(FieldId::PersonName)?;
    people.remove(&known.name);
    let forms = known.forms.iter().map(|(label, count)| Tally { label: label.clone(), articles: *count });
    Ok(PersonPage {
        format: FORMAT,
        r#type: "person",
        name: known.name.clone(),
        kind: known.kind,
        forms: forms.collect(),
        articles: days.iter().map(|(_, count)| count).sum(),
        first_seen: dated.iter().map(|&(from, _)| from).min().map(shown),
        last_seen: dated.iter().map(|&(_, to)| to).max().map(shown),
        timeline: timeline::elsewhere(backend, &named, Step::Month)?,
        quotes_by,
        quotes_about,
        latest_quotes,
        repeated_quotes,
        latest_quotes_about,
        people: tallies(people),
        topics: tallies(values(FieldId::TopicName)?),
        sources: tallies(values(FieldId::SourceName)?),
        others: Vec::new(),
        near: Vec::new(),
    })
}

/// The newest quotes that match, newest first, and how many match.
fn newest_elsewhere(archive: &Archive, clause: Clause, most: usize) -> Result<(u64, Vec<QuoteHit>), Error> {
    let (here, ranked) = archive.rank(&Plan::of(Target::Quotes, clause), false, Sort::Newest, most)?;
    let quotes =
        ranked.placed().map(|placed| Ok(QuoteHit::unranked(stored::quote(here.snapshot(), placed.doc)?)));
    let mut quotes = quotes.collect::<Result<Vec<_>, Error>>()?;
    quotes.sort_by(|a, b| b.published.cmp(&a.published).then(a.id.cmp(&b.id)));
    Ok((ranked.ranked, quotes))
}

/// Earliest and latest day of some articles.
fn seen(days: &Days, docs: &[DocAddress]) -> (Option<String>, Option<String>) {
    let dated: Vec<_> = docs.iter().filter_map(|&doc| days.numbers(doc)).collect();
    let shown = |day| timeline::date(day).map(|day| timeline::label(day, Step::Day));
    let (first, last) = (dated.iter().map(|&(from, _)| from).min(), dated.iter().map(|&(_, to)| to).max());
    (first.and_then(shown), last.and_then(shown))
}

/// The quotes that most stories have, of those that several have.
fn most_repeated(said: &[Repeated]) -> Vec<Repeated> {
    let mut repeated: Vec<&Repeated> = said.iter().filter(|one| one.appearances > 1).collect();
    repeated.sort_by_key(|one| std::cmp::Reverse(one.appearances));
    repeated.into_iter().take(QUOTED).cloned().collect()
}

/// Articles that name somebody, in the order of their addresses.
pub(crate) fn articles_naming(snapshot: &Snapshot, known: &Known) -> Result<Vec<DocAddress>, Error> {
    postings::with_any(snapshot, FieldId::NameKey, known.keys.iter().map(String::as_str))
}

/// Quotes, direct and mixed, by or about somebody.
fn spoken(snapshot: &Snapshot, field: FieldId, keys: &[String]) -> Result<Vec<DocAddress>, Error> {
    let mut docs = postings::with_any(snapshot, field, keys.iter().map(String::as_str))?;
    let indirect = postings::with_any(snapshot, FieldId::Kind, ["indirect"])?;
    docs.retain(|doc| indirect.binary_search(doc).is_err());
    Ok(docs)
}

/// The newest quotes, newest first, undated last; those that there is time for.
fn newest(
    archive: &Archive,
    days: &Days,
    mut docs: Vec<DocAddress>,
    most: usize,
) -> Result<Vec<QuoteHit>, Error> {
    docs.sort_by_cached_key(|&doc| (std::cmp::Reverse(days.numbers(doc)), doc));
    docs.truncate(most);
    docs.sort_unstable();
    let mut reader = archive.snapshot().quotes();
    let mut quotes = docs
        .into_iter()
        .take_while(|_| !archive.is_over())
        .map(|doc| Ok(QuoteHit::unranked(reader.read(doc)?)))
        .collect::<Result<Vec<_>, Error>>()?;
    quotes.sort_by(|a, b| b.published.cmp(&a.published).then(a.id.cmp(&b.id)));
    Ok(quotes)
}

fn people(archive: &Archive, known: &Known, docs: &[DocAddress]) -> Result<Vec<Tally>, Error> {
    let people = archive.names_in(NameKind::Person, docs)?.most(LISTED + 1)?;
    let others = people.into_iter().filter(|(name, _)| *name != known.name).take(LISTED);
    Ok(others.map(|(label, articles)| Tally { label, articles }).collect())
}

/// The most frequent values, ties in byte order.
pub(crate) fn tallies(counts: FxHashMap<String, u64>) -> Vec<Tally> {
    let mut tallies: Vec<Tally> =
        counts.into_iter().map(|(label, articles)| Tally { label, articles }).collect();
    tallies.sort_by(|a, b| b.articles.cmp(&a.articles).then(a.label.cmp(&b.label)));
    tallies.truncate(LISTED);
    tallies
}
