//! Facets: how many of the matching articles have each value of a field.

use rustc_hash::FxHashMap;
use schemars::JsonSchema;
use serde::Serialize;
use tantivy::DocAddress;

use crate::{
    annotation::NameKind,
    answers::{
        archive::Archive,
        backend::{Backend, DayCount},
        names::{Counted, column},
        person::Tally,
        there,
        timeline::{self, Days, Step},
    },
    fields::{FIELDS, FieldId},
    query::{
        Error,
        engine::{columns, plan::Clause, statistics::Target},
        language::ast::Query,
    },
    record::FORMAT,
};

/// Values of one field over a set of articles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Facet {
    /// Version of the shape.
    pub format: u32,
    /// Always `facet`.
    pub r#type: &'static str,
    /// The field.
    pub field: String,
    /// Matching articles.
    pub of: u64,
    /// Different values.
    pub values: u64,
    /// The most frequent values, ties in byte order.
    pub counts: Vec<Tally>,
    /// Only where something was left out: `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complete: Option<bool>,
}

/// Facets that are no field of their own, and the step of time that each counts by.
const DERIVED: [(&str, Step); 2] = [("year", Step::Year), ("month", Step::Month)];

/// Every facet there is.
pub fn known() -> Vec<&'static str> {
    FIELDS.iter().filter_map(|row| row.facet).chain(DERIVED.map(|(name, _)| name)).collect()
}

/// Whether there is a facet of that name.
///
/// # Errors
/// [`Error::NoSuchFacet`] when there is none.
pub fn known_facet(field: &str) -> Result<(), Error> {
    if known().contains(&field) { Ok(()) } else { Err(no_such(field)) }
}

fn no_such(field: &str) -> Error {
    Error::NoSuchFacet { field: field.to_owned(), known: known() }
}

impl Archive {
    /// Counts a field's values over the articles that match a query under the strict reading.
    ///
    /// # Errors
    /// [`Error::NoSuchFacet`]; others when a file of the index cannot be read.
    pub fn facet(&self, query: &Query, field: &str, most: usize) -> Result<Facet, Error> {
        known_facet(field)?;
        match self.elsewhere() {
            Some(backend) => self.facet_elsewhere(backend, &self.strict_clause(query)?, field, most),
            None => self.facet_of(&self.matching(query)?, field, most),
        }
    }

    /// Counts the values of several fields over the articles that match a query, which are looked for once. Where the time
    /// is over before the next field is counted, that and those after it are left out.
    ///
    /// # Errors
    /// As [`facet`](Self::facet).
    pub fn facets(&self, query: &Query, fields: &[&str], most: usize) -> Result<Vec<Facet>, Error> {
        fields.iter().try_for_each(|field| known_facet(field))?;
        if self.elsewhere().is_some() {
            return fields.iter().map(|field| self.facet(query, field, most)).collect();
        }
        let docs = self.matching(query)?;
        let mut facets = Vec::new();
        for field in fields {
            if self.is_over() {
                break;
            }
            facets.push(self.facet_of(&docs, field, most)?);
        }
        Ok(facets)
    }

    fn facet_of(&self, docs: &[DocAddress], field: &str, most: usize) -> Result<Facet, Error> {
        let of = docs.len() as u64;
        let facet = |values: u64, counts: Vec<Tally>| self.facet_with(field, of, values, counts);
        let tally = |(label, articles)| Tally { label, articles };
        if let Some(kind) = NameKind::ALL.into_iter().find(|kind| column(*kind).row().facet == Some(field)) {
            let names = self.names_in(kind, docs)?;
            return Ok(facet(names.len() as u64, names.most(most)?.into_iter().map(tally).collect()));
        }
        let counts = match asked(field)? {
            Ok(field) => self.counts(field, docs)?,
            Err(step) => periods(&Days::of(self.snapshot())?.counts(docs), step),
        };
        let (values, tallies) = most_of(counts, most);
        Ok(facet(values, tallies))
    }

    /// The same of an archive that lies elsewhere.
    fn facet_elsewhere(
        &self,
        backend: &dyn Backend,
        clause: &Clause,
        field: &str,
        most: usize,
    ) -> Result<Facet, Error> {
        let of = backend.counts(Target::Articles, std::slice::from_ref(clause))?;
        let counts = match asked(field)? {
            Ok(field) => there::values(&|| self.names(), backend, clause, field)?,
            Err(step) => periods(&backend.days(clause)?, step),
        };
        let (values, tallies) = most_of(counts, most);
        Ok(self.facet_with(field, of.first().copied().unwrap_or_default(), values, tallies))
    }

    fn facet_with(&self, field: &str, of: u64, values: u64, counts: Vec<Tally>) -> Facet {
        let complete = (!self.is_complete()).then_some(false);
        Facet { format: FORMAT, r#type: "facet", field: field.to_owned(), of, values, counts, complete }
    }

    /// How many of the articles have each value of a field.
    pub(crate) fn counts(
        &self,
        field: FieldId,
        docs: &[DocAddress],
    ) -> Result<FxHashMap<String, u64>, Error> {
        if let Some(kind) = NameKind::ALL.into_iter().find(|&kind| column(kind) == field) {
            return self.names_in(kind, docs)?.all();
        }
        if matches!(field, FieldId::SpeakerName | FieldId::Kind | FieldId::Stance) {
            return self.quoted_in(docs, field);
        }
        columns::counts_in(self.snapshot(), docs, field)
    }

    /// Names with their written forms joined, each article counted once for a name.
    pub(crate) fn names_in(&self, kind: NameKind, docs: &[DocAddress]) -> Result<Counted<'_>, Error> {
        self.names()?.counted(self.snapshot(), kind, docs)
    }

    /// Speakers or kinds of the articles' quotes, each article counted once for a value.
    fn quoted_in(&self, docs: &[DocAddress], field: FieldId) -> Result<FxHashMap<String, u64>, Error> {
        let mut quotes = Vec::new();
        for &article in docs {
            let first = self.first_quote(article)?;
            quotes.extend((first..article.doc_id).map(|doc_id| (article, DocAddress { doc_id, ..article })));
        }
        let table = self.names()?;
        let joined = |_, form: &str| {
            let known = match field {
                FieldId::SpeakerName => table.of_form(NameKind::Person, form)?,
                _ => None,
            };
            Ok(Some(known.map_or_else(|| form.to_owned(), |known| known.name.clone())))
        };
        columns::counts_of(self.snapshot(), quotes.into_iter(), &[field], joined)
    }
}

/// The field that a facet counts, or the step of time.
fn asked(field: &str) -> Result<Result<FieldId, Step>, Error> {
    if let Some((_, step)) = DERIVED.into_iter().find(|(name, _)| *name == field) {
        return Ok(Err(step));
    }
    let row = FIELDS.iter().find(|row| row.facet == Some(field));
    row.map(|row| Ok(row.id)).ok_or_else(|| no_such(field))
}

/// How many values there are, and the most frequent, ties in byte order.
fn most_of(counts: FxHashMap<String, u64>, most: usize) -> (u64, Vec<Tally>) {
    let tally = |(label, articles)| Tally { label, articles };
    let mut tallies: Vec<Tally> = counts.into_iter().map(tally).collect();
    tallies.sort_by(|a, b| b.articles.cmp(&a.articles).then(a.label.cmp(&b.label)));
    let values = tallies.len() as u64;
    tallies.truncate(most);
    (values, tallies)
}

/// Articles by the label of their month or year.
fn periods(days: &[DayCount], step: Step) -> FxHashMap<String, u64> {
    let (periods, _) = timeline::periods(days, step);
    periods.into_iter().map(|(first, count)| (timeline::label(first, step), count)).collect()
}
