//! What the commands that ask an index share: the query on the command line, its faults, listings.

use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::Path,
    sync::Arc,
};

use anyhow::Context;
use pullquote::{
    answers::{Archive, QueryLine},
    query::{self, Helpers, Idle},
    state::Saved,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{ArchiveArgs, archive, exit::Exit, ui::Ui};

/// Opens the archive a command asks.
pub fn open(args: &ArchiveArgs) -> anyhow::Result<Archive> {
    let archive = Archive::open(&archive::find(args)?)?;
    let archive = match &args.saved {
        Some(file) => archive.with_saved(Saved::load(file)?),
        None => archive,
    };
    Ok(archive.with_helpers(Arc::new(Helpers::of_this_machine(Idle::Awake))))
}

/// Lines of a batch file: `ID<TAB>QUERY`, or `QUERY` with its number as id.
fn batch(path: &Path) -> anyhow::Result<Vec<(String, String)>> {
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

/// Fields that are asked for by name are fields of the record.
pub fn known_fields<T: JsonSchema>(fields: &[String]) -> Result<(), query::Error> {
    let schema = schemars::schema_for!(T);
    let Some(known) = schema.get("properties").and_then(Value::as_object) else { return Ok(()) };
    match fields.iter().find(|field| !known.contains_key(*field)) {
        None => Ok(()),
        Some(unknown) => Err(query::Error::NoSuchField {
            field: unknown.clone(),
            known: known.keys().filter(|field| *field != "query_id").cloned().collect(),
        }),
    }
}

/// Writes a hit as a line of JSON: all of it, or only some of its fields in the order asked for.
pub fn hit(hit: &impl Serialize, fields: &[String], ui: &mut Ui) -> anyhow::Result<()> {
    let record = serde_json::to_value(hit)?;
    if fields.is_empty() {
        return Ok(ui.record(&record)?);
    }
    let always = ["format", "type", "query_id", "rank"].map(str::to_owned);
    let wanted = always.iter().chain(fields);
    let chosen: Value =
        wanted.filter_map(|field| Some((field.clone(), record.get(field)?.clone()))).collect();
    Ok(ui.record(&chosen)?)
}

/// Asks one query after the other of a batch file; `ask` writes the hits of one and gives the line that ends them.
pub fn each_of_batch(
    path: &Path,
    ui: &mut Ui,
    mut ask: impl FnMut(&str, &str, &mut Ui) -> anyhow::Result<QueryLine>,
) -> anyhow::Result<Exit> {
    let mut any = false;
    for (id, text) in batch(path)? {
        let line = match ask(&id, &text, ui) {
            Ok(line) => line,
            Err(error) => match error.downcast::<query::Error>()? {
                fault @ query::Error::BadQuery { .. } => {
                    ui.warn(&format!("query {id}: {fault}"));
                    QueryLine::unreadable(&id, &fault)
                }
                other => return Err(other.into()),
            },
        };
        any |= line.hits_ranked > 0;
        ui.record(&line)?;
    }
    Ok(if any { Exit::Done } else { Exit::NotFound })
}

/// Writes records as CSV: a line of column names, then a line each. Lists are joined with `; `.
pub fn csv<T: Serialize>(columns: &[&str], records: &[T], ui: &mut Ui) -> anyhow::Result<()> {
    csv::Writer::from_writer(ui.out()).write_record(columns)?;
    records.iter().try_for_each(|record| csv_row(columns, record, ui))
}

/// Writes one record as a line of CSV.
pub fn csv_row(columns: &[&str], record: &impl Serialize, ui: &mut Ui) -> anyhow::Result<()> {
    let record = serde_json::to_value(record)?;
    let mut writer = csv::Writer::from_writer(ui.out());
    writer.write_record(columns.iter().map(|column| cell(record.get(column).unwrap_or(&Value::Null))))?;
    writer.flush()?;
    Ok(())
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(cell).collect::<Vec<_>>().join("; "),
        Value::Object(object) => object.get("text").map(cell).unwrap_or_default(),
        other => other.to_string(),
    }
}
