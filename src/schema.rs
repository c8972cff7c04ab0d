//! The files in `schema/`: a JSON Schema of every JSON shape, the list of the index's fields, and the settings. They are written
//! from the code by `pullquote generate schema`; a test keeps them equal, and another holds every line that a command
//! prints against them.

mod settings;

use std::fmt::Write;

use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde_json::{Value, json};

use crate::{
    answers::{
        Appearance, ArticleHit, Citation, Correction, Draft, KnownName, KnownTopic, NameMention, Origin,
        Paged, Period, QueryLine, QuoteHit, Refusal, Related, Rising, Significant, Status, Story, Undated,
        Verdict,
        facets::Facet,
        maintenance::{Checked, Compacted, Removed},
        person::PersonPage,
        saved::SavedLine,
    },
    cluster::Pushed,
    config::Config,
    eval::Evaluation,
    fields::{Analysis, FIELDS, SCHEMA_VERSION},
    index::Finding,
    ingest::Restored,
    record::{ExtractionRecord, FORMAT, Line},
    report::{ExitCode, LogLine, Planned, Skipped, Summary, Visit},
    state::{Alert, Backup},
};

/// A line of JSON: its `type`, which is the name of its file, and how its schema is made.
type LineShape = (&'static str, fn() -> Schema);

/// Every line of JSON that a command prints.
const LINES: &[LineShape] = &[
    ("alert", schema::<Alert>),
    ("appearance", schema::<Appearance>),
    ("article", schema::<ArticleHit>),
    ("backup", schema::<Backup>),
    ("check", schema::<Line<Checked>>),
    ("citation", schema::<Citation>),
    ("compact", schema::<Line<Compacted>>),
    ("correction", schema::<Correction>),
    ("draft", schema::<Draft>),
    ("error", schema::<Refusal>),
    ("evaluation", schema::<Evaluation>),
    ("exit-code", schema::<Line<ExitCode>>),
    ("extraction", schema::<ExtractionRecord>),
    ("facet", schema::<Facet>),
    ("finding", schema::<Line<Finding>>),
    ("mention", schema::<NameMention>),
    ("name", schema::<KnownName>),
    ("origin", schema::<Origin>),
    ("page", schema::<Paged>),
    ("period", schema::<Period>),
    ("person", schema::<PersonPage>),
    ("plan", schema::<Line<Planned>>),
    ("pushed", schema::<Line<Pushed>>),
    ("query", schema::<QueryLine>),
    ("quote", schema::<QuoteHit>),
    ("related", schema::<Related>),
    ("removed", schema::<Line<Removed>>),
    ("restored", schema::<Line<Restored>>),
    ("rising", schema::<Rising>),
    ("saved", schema::<SavedLine>),
    ("significant", schema::<Significant>),
    ("skipped", schema::<Line<Skipped>>),
    ("status", schema::<Status>),
    ("story", schema::<Story>),
    ("summary", schema::<Summary>),
    ("topic", schema::<KnownTopic>),
    ("undated", schema::<Undated>),
    ("verdict", schema::<Verdict>),
    ("visit", schema::<Line<Visit>>),
];

/// Every file, as name and content, in the order of the names.
pub fn files() -> Vec<(String, String)> {
    let lines = LINES.iter().map(|(name, schema)| (format!("{name}.json"), json(&of_line(name, schema()))));
    let mut files: Vec<(String, String)> = lines.collect();
    files.push(("config.json".to_owned(), json(schemars::schema_for!(Config).as_value())));
    files.push(("log.json".to_owned(), json(schema::<LogLine<'static>>().as_value())));
    files.push(("settings.md".to_owned(), settings::page(schemars::schema_for!(Config).as_value())));
    files.push(("fields.md".to_owned(), fields()));
    files.sort();
    files
}

/// The schema of the lines of a `type`; nothing when no line has it.
pub fn of_type(name: &str) -> Option<Value> {
    let (name, schema) = LINES.iter().find(|(line, _)| *line == name)?;
    Some(of_line(name, schema()))
}

/// The schema of a type as it is written: what is always written is required.
fn schema<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}

/// The schema of a line, with its version and its type pinned.
fn of_line(name: &str, schema: Schema) -> Value {
    let mut schema = schema.to_value();
    schema["properties"]["format"]["const"] = json!(FORMAT);
    schema["properties"]["type"]["const"] = json!(name);
    schema
}

fn json(schema: &Value) -> String {
    let mut text = serde_json::to_string_pretty(schema).expect("a schema is plain data");
    text.push('\n');
    text
}

fn fields() -> String {
    let mut page = format!(
        "# Fields of the index\n\nSchema version {SCHEMA_VERSION}. Written by `pullquote generate schema`.\n\n\
         | field | analysis | in a query | facet | what it holds |\n|---|---|---|---|---|\n"
    );
    for row in FIELDS {
        let prefix = row.prefix.map(|prefix| format!("`{prefix}:`")).unwrap_or_default();
        let facet = row.facet.map(|facet| format!("`{facet}`")).unwrap_or_default();
        let analysis = analysis(row.analysis);
        writeln!(page, "| `{}` | {analysis} | {prefix} | {facet} | {} |", row.name, row.doc)
            .expect("writing to a string cannot fail");
    }
    page
}

fn analysis(analysis: Analysis) -> &'static str {
    match analysis {
        Analysis::Words => "words, length counted",
        Analysis::ShortWords => "words",
        Analysis::Exact => "whole value",
        Analysis::Column => "column",
        Analysis::ExactColumn => "whole value, column",
        Analysis::Number | Analysis::Signed => "number, column",
        Analysis::ExactNumber => "number, searched",
        Analysis::ExactNumberColumn => "number, searched, column",
        Analysis::Stored => "given back",
        Analysis::Packed => "given back, packed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_there_once_and_pins_what_it_is() {
        let mut names: Vec<&str> = LINES.iter().map(|(name, _)| *name).collect();
        names.dedup();
        assert!(names.is_sorted() && names.len() == LINES.len(), "{names:?}");
        for name in names {
            let schema = of_type(name).expect("a listed type");
            let required: Vec<&str> =
                schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            for (key, value) in [("format", json!(FORMAT)), ("type", json!(name))] {
                assert_eq!(schema["properties"][key]["const"], value, "{name}");
                assert!(required.contains(&key), "{name} may lack {key}");
            }
        }
        assert_eq!(of_type("fields"), None);
    }
}
