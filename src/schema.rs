//! The files in `schema/`: a JSON Schema of every JSON shape, and the list of the index's fields. They are written
//! from the code by `pullquote generate schema`; a test keeps them equal.

use std::fmt::Write;

use schemars::{JsonSchema, schema_for};

use crate::{
    answers::{
        Appearance, ArticleHit, QuoteHit, Status,
        facets::Facet,
        person::PersonPage,
        rising::{Related, Rising},
        similar::Significant,
        timeline::Count,
    },
    config::Config,
    fields::{Analysis, FIELDS, SCHEMA_VERSION},
    index::Finding,
    record::ExtractionRecord,
    report::{Skipped, Summary},
    state::Alert,
};

/// Every file, as name and content, in the order of the names.
pub fn files() -> Vec<(&'static str, String)> {
    vec![
        ("alert.json", json::<Alert>()),
        ("appearance.json", json::<Appearance>()),
        ("article.json", json::<ArticleHit>()),
        ("config.json", json::<Config>()),
        ("extraction.json", json::<ExtractionRecord>()),
        ("facet.json", json::<Facet>()),
        ("fields.md", fields()),
        ("finding.json", json::<Finding>()),
        ("period.json", json::<Count>()),
        ("person.json", json::<PersonPage>()),
        ("quote.json", json::<QuoteHit>()),
        ("related.json", json::<Related>()),
        ("rising.json", json::<Rising>()),
        ("significant.json", json::<Significant>()),
        ("skipped.json", json::<Skipped>()),
        ("status.json", json::<Status>()),
        ("summary.json", json::<Summary>()),
    ]
}

fn json<T: JsonSchema>() -> String {
    let mut text = serde_json::to_string_pretty(&schema_for!(T)).expect("a schema is plain data");
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
        Analysis::ExactNumber => "number, searched, column",
        Analysis::Stored => "given back",
    }
}
