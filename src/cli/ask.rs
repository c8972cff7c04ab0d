//! What the commands that ask an index share: the query on the command line, its faults, listings.

use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::Path,
    sync::Arc,
    time::Instant,
};

use anyhow::Context;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use pullquote::{
    answers::{Answering, Archive, Page, QueryLine, suggest::Suggestion, table},
    query::{Error, Helpers, Idle, Query},
    state::Saved,
};
use serde::Serialize;
use serde_json::Value;

use super::{ArchiveArgs, archive, cluster, exit::Exit, print, ui::Ui};

/// Opens the archive a command asks: an index on this machine, or a cluster.
pub fn open(args: &ArchiveArgs) -> anyhow::Result<Archive> {
    match &args.cluster.backend {
        Some(url) => {
            let archive = pullquote::cluster::archive(cluster::client(&args.cluster, url)?)?;
            Ok(archive.with_helpers(helpers()).on(today()))
        }
        None => open_here(args),
    }
}

/// Opens the index on this machine, whether or not a cluster is asked otherwise.
pub fn open_here(args: &ArchiveArgs) -> anyhow::Result<Archive> {
    let folder = archive::find(args)?;
    let archive = match &args.saved {
        Some(searches) => Archive::open_with_searches(&folder, searches)?,
        None => Archive::open(&folder)?,
    };
    Ok(archive.with_helpers(helpers()).on(today()))
}

/// Threads that help with a question.
fn helpers() -> Arc<Helpers> {
    Arc::new(Helpers::of_this_machine(Idle::Awake))
}

/// The day it is here.
pub fn today() -> Date {
    Timestamp::now().to_zoned_datetime(TimeZone::system()).date()
}

/// The saved searches a command uses; there may be no index.
pub fn saved(args: &ArchiveArgs) -> anyhow::Result<Saved> {
    let path = match &args.saved {
        Some(path) => path.clone(),
        None => Saved::file_of(&archive::find(args)?),
    };
    Ok(Saved::load(&path)?)
}

/// Asks every query of a batch file, and writes the hits of each as JSON Lines with the line that ends them.
pub fn batch<H: Answering + Serialize>(
    path: &Path,
    fields: &[String],
    ui: &mut Ui,
    mut ask: impl FnMut(&str) -> Result<Page<H>, Error>,
) -> anyhow::Result<Exit> {
    let mut any = false;
    for (id, text) in queries(path)? {
        let start = Instant::now();
        let line = match ask(&text) {
            Ok(page) => {
                let took = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
                let page = page.of_query(&id);
                hits(&page, fields, ui)?;
                any |= page.ranked > 0;
                QueryLine::answered(&id, &page, Some(took))
            }
            Err(error @ Error::BadQuery { .. }) => {
                ui.warn(&format!("query {id}: {error}"));
                QueryLine::unreadable(&id, &error)
            }
            Err(error) => return Err(error.into()),
        };
        ui.record(&line)?;
    }
    Ok(if any { Exit::Done } else { Exit::NotFound })
}

/// Matches that are so few that another name may have been meant.
const FEW: u64 = 3;

/// Says what was set aside or left out of an answer: of the words, and for want of a date. Gives the name that was
/// probably meant, where little or nothing is found.
pub fn notes<H>(
    page: &Page<H>,
    archive: &Archive,
    query: &Query,
    undated: u64,
    ui: &mut Ui,
) -> anyhow::Result<Option<Suggestion>> {
    let meant = if page.ranked <= FEW { archive.suggest(query)?.into_iter().next() } else { None };
    for word in &page.unknown {
        let instead = if meant.is_none() { archive.suggest_word(word)? } else { None };
        let instead = instead.map(|instead| format!("; did you mean {instead}?")).unwrap_or_default();
        ui.note(&format!("nothing holds {word}: it is set aside{instead}"));
    }
    page.notes.iter().for_each(|note| ui.note(&note.text));
    self::undated(undated, ui);
    Ok(meant)
}

/// Says that a table, or what a person reads, is not everything that was found.
pub fn more(shown: usize, found: u64, csv: bool, ui: &mut Ui) {
    if (csv || ui.on_terminal()) && !ui.json() && found > shown as u64 {
        ui.note(&format!("{shown} of {found}: --limit shows more"));
    }
}

/// Says which name was probably meant.
pub fn meant(meant: Option<&Suggestion>, ui: &mut Ui) {
    if let Some(Suggestion { name, articles, .. }) = meant {
        ui.hint(&format!("did you mean {name}? {}", print::articles(*articles)));
    }
}

/// Says how many matches the dates of a query leave out for want of one of their own.
pub fn undated(left_out: u64, ui: &mut Ui) {
    if left_out > 0 {
        let without = print::counted(left_out, "match without a date is", "matches without a date are");
        ui.note(&format!("{without} left out: date:none finds what has none"));
    }
}

/// Writes hits as JSON Lines, see [`record`].
pub fn hits<H: Serialize>(page: &Page<H>, fields: &[String], ui: &mut Ui) -> io::Result<()> {
    page.hits.iter().try_for_each(|hit| record(hit, fields, ui))
}

/// Lines of a batch file: `ID<TAB>QUERY`, or `QUERY` with its number as id.
fn queries(path: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let lines: Vec<String> = if path.as_os_str() == "-" {
        io::stdin().lock().lines().collect::<Result<_, _>>().context("cannot read standard input")?
    } else {
        let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
        BufReader::new(file)
            .lines()
            .collect::<Result<_, _>>()
            .with_context(|| format!("cannot read {}", path.display()))?
    };
    let named = (1..).zip(lines).filter(|(_, line)| !line.trim().is_empty()).map(
        |(number, line): (usize, String)| match line.split_once('\t') {
            Some((id, query)) => (id.to_owned(), query.to_owned()),
            None => (number.to_string(), line),
        },
    );
    Ok(named.collect())
}

/// Writes a record as a line of JSON: all of it, or these of its fields in the order asked for, behind those that tell what
/// it is.
pub fn record(record: &impl Serialize, fields: &[String], ui: &mut Ui) -> io::Result<()> {
    let record = serde_json::to_value(record)?;
    if fields.is_empty() {
        return ui.record(&record);
    }
    let always = ["format", "type", "query_id", "rank", "partial"].map(str::to_owned);
    let wanted = always.iter().chain(fields);
    let chosen: Value =
        wanted.filter_map(|field| Some((field.clone(), table::short(record.get(field)?)))).collect();
    ui.record(&chosen)
}

/// Writes records as CSV: a line of column names, then a line each. Lists are joined with `; `.
pub fn csv<T: Serialize>(columns: &[&str], records: &[T], ui: &mut Ui) -> anyhow::Result<()> {
    cells(columns.iter().map(|&column| column.to_owned()), ui)?;
    records.iter().try_for_each(|record| csv_row(columns, record, ui))
}

/// Writes one record as a line of CSV. No text is a formula, see [`table`].
pub fn csv_row(columns: &[&str], record: &impl Serialize, ui: &mut Ui) -> anyhow::Result<()> {
    cells(table::cells(columns, &serde_json::to_value(record)?).into_iter(), ui)
}

/// Writes a line of cells. What is buffered stays so: a writer of its own over standard output would flush each line.
fn cells(cells: impl Iterator<Item = String>, ui: &mut Ui) -> anyhow::Result<()> {
    let mut line = csv::Writer::from_writer(Vec::new());
    line.write_record(cells)?;
    Ok(ui.exact(&line.into_inner()?)?)
}
