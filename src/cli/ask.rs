//! What the commands that ask an index share: the query on the command line, its faults, listings.

use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::Path,
    sync::Arc,
};

use anyhow::Context;
use pullquote::{
    answers::Archive,
    query::{self, Helpers, Idle},
    record::FORMAT,
    state::Saved,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::{ArchiveArgs, archive, ui::Ui};

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
pub fn batch(path: &Path) -> anyhow::Result<Vec<(String, String)>> {
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

/// The line that ends the hits of one query of a batch.
pub fn answered(id: &str, strict: u64, ranked: u64, took: u64) -> Value {
    json!({ "format": FORMAT, "type": "query", "query_id": id, "hits": strict, "hits_ranked": ranked, "took_us": took })
}

/// The line for a query of a batch that cannot be read.
pub fn unreadable(id: &str, error: &query::Error) -> Value {
    let mut line = answered(id, 0, 0, 0);
    line["error"] = error.to_string().into();
    line
}

/// Fields that are asked for by name are fields of the record.
pub fn known_fields<T: JsonSchema>(fields: &[String]) -> anyhow::Result<()> {
    let schema = schemars::schema_for!(T);
    let Some(known) = schema.get("properties").and_then(Value::as_object) else { return Ok(()) };
    if let Some(unknown) = fields.iter().find(|field| !known.contains_key(*field) && *field != "query_id") {
        let known: Vec<&str> = known.keys().map(String::as_str).collect();
        anyhow::bail!("a hit has no field {unknown:?}: {}", known.join(", "));
    }
    Ok(())
}

/// A record with only some of its fields, in the order asked for.
pub fn with_fields(record: Value, fields: &[String]) -> Value {
    if fields.is_empty() {
        return record;
    }
    let always = ["format", "type", "query_id", "rank"].map(str::to_owned);
    let wanted = always.iter().chain(fields);
    wanted.filter_map(|field| Some((field.clone(), record.get(field)?.clone()))).collect()
}

/// A record as its cells are taken from.
pub fn value(record: &impl Serialize) -> Value {
    serde_json::to_value(record).unwrap_or_default()
}

/// Writes records as CSV: a line of column names, then a line each. Lists are joined with `; `.
pub fn csv(columns: &[&str], records: impl Iterator<Item = Value>, ui: &mut Ui) -> anyhow::Result<()> {
    let mut writer = csv::Writer::from_writer(ui.out());
    writer.write_record(columns)?;
    for record in records {
        writer.write_record(columns.iter().map(|column| cell(record.get(column).unwrap_or(&Value::Null))))?;
    }
    writer.flush()?;
    Ok(())
}

/// Writes one record as a line of CSV.
pub fn csv_row(columns: &[&str], record: &Value, ui: &mut Ui) -> anyhow::Result<()> {
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
