//! Counts over time: how many of the matching articles each day, month or year has.

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date};
use rustc_hash::FxHashMap;
use schemars::JsonSchema;
use serde::Serialize;
use tantivy::{DocAddress, Term};

use crate::{
    answers::{
        archive::Archive,
        backend::{Backend, DayCount},
    },
    fields::{DOC_ARTICLE, FieldId},
    index::Snapshot,
    query::{
        Error, Note, NoteCode,
        engine::{plan::Clause, postings},
        language::ast::Query,
    },
    record::FORMAT,
};

/// Width of one step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Step {
    /// A day.
    Day,
    /// A month.
    #[default]
    Month,
    /// A year.
    Year,
}

/// One step of a timeline.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Count {
    /// `2024-05-17`, `2024-05` or `2024`.
    pub period: String,
    /// Matching articles.
    pub articles: u64,
    /// Articles of the archive in that period.
    pub of: u64,
    /// Matching articles for each 1,000 of the archive.
    pub per_thousand: f64,
}

/// Empty steps in a row that a timeline has at the most, a year of days: more, such as those behind one stray date, are
/// left out.
const MOST_EMPTY: usize = 366;

/// Days that are read at once.
const READ: usize = 256;

/// Matching articles over time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Timeline {
    /// Every step from the first matching article to the last, empty ones too, but no more than 366 empty ones in a row:
    /// where there are more, none of them is here.
    pub counts: Vec<Count>,
    /// Matching articles whose date is unknown, or wider than a step.
    pub undated: u64,
}

/// One step of a timeline as a line of its own.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Period {
    /// Version of the shape.
    pub format: u32,
    /// Always `period`.
    pub r#type: &'static str,
    /// The step.
    #[serde(flatten)]
    pub count: Count,
}

/// What a timeline cannot place, and whether it is whole.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Undated {
    /// Version of the shape.
    pub format: u32,
    /// Always `undated`.
    pub r#type: &'static str,
    /// Matching articles whose date is unknown, or wider than a step.
    pub articles: u64,
    /// False when a deadline came before all articles were counted; else left out.
    #[serde(skip_serializing_if = "is_true")]
    #[schemars(default = "whole")]
    pub complete: bool,
}

fn is_true(complete: &bool) -> bool {
    *complete
}

fn whole() -> bool {
    true
}

/// A question for counts over time.
#[derive(Clone, Debug)]
pub struct TimelineRequest {
    /// What is searched for, under the strict reading.
    pub query: Query,
    /// Width of a step.
    pub step: Step,
}

/// Counts over time.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineAnswer {
    /// Every step from the first matching article to the last, empty ones too, but no more than 366 empty ones in a row:
    /// where there are more, none of them is here.
    pub periods: Vec<Period>,
    /// The rest.
    pub undated: Undated,
    /// What was left out.
    pub notes: Vec<Note>,
}

impl Archive {
    /// Counts the articles of a query over time, under the strict reading.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn timeline(&self, request: &TimelineRequest) -> Result<TimelineAnswer, Error> {
        let found = match self.elsewhere() {
            Some(backend) => elsewhere(backend, &self.strict_clause(&request.query)?, request.step)?,
            None => timeline(self, &self.matching(&request.query)?, request.step)?,
        };
        let gaps =
            found.counts.windows(2).filter(|pair| is_gap(&pair[0].period, &pair[1].period, request.step));
        let notes = gaps.map(|pair| {
            let (from, to) = (&pair[0].period, &pair[1].period);
            Note::new(NoteCode::EmptyStepsLeftOut, format!("nothing between {from} and {to}: left out"))
        });
        let notes = notes.collect();
        let period = |count| Period { format: FORMAT, r#type: "period", count };
        let (r#type, complete) = ("undated", self.is_complete());
        Ok(TimelineAnswer {
            periods: found.counts.into_iter().map(period).collect(),
            undated: Undated { format: FORMAT, r#type, articles: found.undated, complete },
            notes,
        })
    }

    /// The days of some articles, in the order of their addresses, and those of all; the days of each are read once.
    fn with_days(&self, docs: &[DocAddress]) -> Result<(Vec<DayCount>, &[DayCount]), Error> {
        let snapshot = self.snapshot();
        let days = Days::of(snapshot)?;
        if let Some(all) = self.counted_days().get() {
            return Ok((days.counts(docs), all));
        }
        let articles = Term::from_field_u64(FieldId::Doc.field(), DOC_ARTICLE);
        let [all, found] = days.counts_with(&postings::with_term(snapshot, &articles)?, docs);
        Ok((found, self.counted_days().get_or_init(|| all)))
    }
}

/// Counts the given articles over time.
///
/// # Errors
/// When a file of the index cannot be read.
pub(crate) fn timeline(archive: &Archive, docs: &[DocAddress], step: Step) -> Result<Timeline, Error> {
    let (found, all) = archive.with_days(docs)?;
    Ok(of_days(&found, all, step))
}

/// Counts over time of an archive that lies elsewhere.
pub(crate) fn elsewhere(backend: &dyn Backend, clause: &Clause, step: Step) -> Result<Timeline, Error> {
    Ok(of_days(&backend.days(clause)?, &backend.days(&Clause::All(Vec::new()))?, step))
}

/// Counts over time of days with their numbers of articles: those that match, and all.
fn of_days(found: &[DayCount], all: &[DayCount], step: Step) -> Timeline {
    let ((found, undated), (all, _)) = (periods(found, step), periods(all, step));
    Timeline { counts: steps(&found, &all, step), undated }
}

fn steps(found: &BTreeMap<Date, u64>, all: &BTreeMap<Date, u64>, step: Step) -> Vec<Count> {
    let (Some((&first, _)), Some((&last, _))) = (found.first_key_value(), found.last_key_value()) else {
        return Vec::new();
    };
    let mut counts: Vec<Count> = Vec::new();
    let (mut at, mut empty) = (first, 0);
    while at <= last {
        let articles = found.get(&at).copied().unwrap_or(0);
        if articles > 0 && empty > MOST_EMPTY {
            counts.truncate(counts.len() - empty);
        }
        empty = if articles > 0 { 0 } else { empty + 1 };
        let of = all.get(&at).copied().unwrap_or(0);
        let per_thousand = if of == 0 { 0.0 } else { 1000.0 * articles as f64 / of as f64 };
        counts.push(Count { period: label(at, step), articles, of, per_thousand });
        let Some(next) = next(at, step) else { break };
        at = next;
    }
    counts
}

/// The first day of the next step.
fn next(at: Date, step: Step) -> Option<Date> {
    let next = match step {
        Step::Day => at.checked_add(1.day()),
        Step::Month => at.checked_add(1.month()),
        Step::Year => at.checked_add(1.year()),
    };
    next.ok()
}

/// Whether steps were left out between two that follow each other.
fn is_gap(one: &str, other: &str, step: Step) -> bool {
    // Labels are dates, the first day of months and years left out.
    let first = |label: &str| {
        format!("{label}{}", &"-01-01"[label.len().saturating_sub(4).min(6)..]).parse::<Date>().ok()
    };
    first(one).and_then(|one| next(one, step)) != first(other)
}

/// A period as it is written.
pub(crate) fn label(first: Date, step: Step) -> String {
    match step {
        Step::Day => format!("{:04}-{:02}-{:02}", first.year(), first.month(), first.day()),
        Step::Month => format!("{:04}-{:02}", first.year(), first.month()),
        Step::Year => format!("{:04}", first.year()),
    }
}

/// The days of articles, read from their columns.
pub(crate) struct Days {
    columns: Vec<(tantivy::columnar::Column<i64>, tantivy::columnar::Column<i64>)>,
}

impl Days {
    /// Opens the columns.
    pub(crate) fn of(snapshot: &Snapshot) -> Result<Self, Error> {
        let columns = snapshot
            .searcher()
            .segment_readers()
            .iter()
            .map(|segment| {
                let fast = segment.fast_fields();
                Ok((fast.i64(FieldId::DayFrom.row().name)?, fast.i64(FieldId::DayTo.row().name)?))
            })
            .collect::<Result<_, Error>>()?;
        Ok(Self { columns })
    }

    /// First and last day an article's date can mean.
    pub(crate) fn range(&self, doc: DocAddress) -> Option<(Date, Date)> {
        let (from, to) = self.numbers(doc)?;
        Some((date(from)?, date(to)?))
    }

    /// The same as numbers of days since 1970.
    pub(crate) fn numbers(&self, doc: DocAddress) -> Option<(i64, i64)> {
        let (from, to) = &self.columns[doc.segment_ord as usize];
        Some((from.first(doc.doc_id)?, to.first(doc.doc_id)?))
    }

    /// How many articles, in the order of their addresses, have each first and last day. There are far fewer of them than
    /// articles, and dates are dear.
    pub(crate) fn counts(&self, docs: &[DocAddress]) -> Vec<DayCount> {
        let [counts, _] = self.counts_with(docs, &[]);
        counts
    }

    /// The same, and of some of them, in the same order.
    fn counts_with(&self, docs: &[DocAddress], some: &[DocAddress]) -> [Vec<DayCount>; 2] {
        let mut counts = [DayCounts::default(), DayCounts::default()];
        let mut some = some.iter().copied().peekable();
        let (mut ids, mut from, mut to) = (Vec::with_capacity(READ), [None; READ], [None; READ]);
        for run in docs.chunk_by(|a, b| a.segment_ord == b.segment_ord) {
            let (from_column, to_column) = &self.columns[run[0].segment_ord as usize];
            for read in run.chunks(READ) {
                ids.clear();
                ids.extend(read.iter().map(|doc| doc.doc_id));
                // What an article has no value for stays as it was.
                from.fill(None);
                to.fill(None);
                from_column.first_vals(&ids, &mut from[..ids.len()]);
                to_column.first_vals(&ids, &mut to[..ids.len()]);
                for (doc, (from, to)) in read.iter().zip(from.iter().zip(&to)) {
                    let range = from.zip(*to);
                    counts[0].add(range);
                    while some.next_if(|one| one < doc).is_some() {}
                    if some.next_if(|one| one == doc).is_some() {
                        counts[1].add(range);
                    }
                }
            }
        }
        counts.map(DayCounts::all)
    }
}

/// Days that are counted by their place: from 1970 to 2149.
const PLACES: usize = 1 << 16;

/// Counts of first and last days.
#[derive(Default)]
struct DayCounts {
    /// Of dates that mean one day, by the day.
    single: Vec<u64>,
    others: FxHashMap<Option<(i64, i64)>, u64>,
}

impl DayCounts {
    fn add(&mut self, range: Option<(i64, i64)>) {
        let place = range.filter(|(from, to)| from == to).and_then(|(day, _)| usize::try_from(day).ok());
        let Some(place) = place.filter(|&place| place < PLACES) else {
            *self.others.entry(range).or_default() += 1;
            return;
        };
        if self.single.len() <= place {
            self.single.resize(place + 1, 0);
        }
        self.single[place] += 1;
    }

    fn all(self) -> Vec<DayCount> {
        let single = (0..).zip(self.single).filter(|(_, count)| *count > 0);
        single.map(|(day, count)| (Some((day, day)), count)).chain(self.others).collect()
    }
}

/// How many articles lie in each step, by its first day, and how many in none: without a date, or with a wider one.
pub(crate) fn periods(days: &[DayCount], step: Step) -> (BTreeMap<Date, u64>, u64) {
    let (mut periods, mut undated) = (BTreeMap::new(), 0);
    for (range, count) in days {
        match range.and_then(dates).and_then(|range| period(range, step)) {
            Some(first) => *periods.entry(first).or_default() += count,
            None => undated += count,
        }
    }
    (periods, undated)
}

/// First day of the step that days lie in; nothing when they are further apart.
pub(crate) fn period((from, to): (Date, Date), step: Step) -> Option<Date> {
    let start = |date: Date| match step {
        Step::Day => date,
        Step::Month => date.first_of_month(),
        Step::Year => date.first_of_year(),
    };
    (start(from) == start(to)).then(|| start(from))
}

/// Days from their numbers since 1970.
pub(crate) fn dates((from, to): (i64, i64)) -> Option<(Date, Date)> {
    Some((date(from)?, date(to)?))
}

/// A day from its number since 1970.
pub(crate) fn date(day: i64) -> Option<Date> {
    Date::constant(1970, 1, 1).checked_add(day.days()).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_are_counted_wherever_they_are() {
        let mut counts = DayCounts::default();
        let days = [Some((3, 3)), None, Some((-9, -9)), Some((3, 3)), Some((3, 9)), Some((1 << 20, 1 << 20))];
        days.into_iter().for_each(|range| counts.add(range));
        let mut counted = counts.all();
        counted.sort_unstable();
        let far = Some((1 << 20, 1 << 20));
        assert_eq!(counted, [(None, 1), (Some((-9, -9)), 1), (Some((3, 3)), 2), (Some((3, 9)), 1), (far, 1)]);
    }

    #[test]
    fn a_stray_date_makes_no_long_row_of_empty_steps() {
        let counted = |days: &[Date], step| {
            let found: BTreeMap<Date, u64> = days.iter().map(|&day| (day, 1)).collect();
            steps(&found, &found, step)
        };
        let stray = counted(&[date(1970, 1, 1), date(2024, 5, 1), date(2024, 5, 3)], Step::Day);
        let shown: Vec<&str> = stray.iter().map(|count| count.period.as_str()).collect();
        assert_eq!(shown, ["1970-01-01", "2024-05-01", "2024-05-02", "2024-05-03"]);
        assert!(is_gap(shown[0], shown[1], Step::Day) && !is_gap(shown[1], shown[2], Step::Day));
        assert_eq!(counted(&[date(2023, 1, 1), date(2024, 1, 1)], Step::Day).len(), 366);
        assert_eq!(counted(&[date(1970, 1, 1), date(2024, 1, 1)], Step::Year).len(), 55);
        assert!(!is_gap("2023-12", "2024-01", Step::Month) && is_gap("1970", "1972", Step::Year));
    }
}
