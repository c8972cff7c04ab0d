//! JSON Lines: one record a line.

use std::io::BufRead;

use serde_json::Value;

use super::{Error, Format, Place, Record};
use crate::{
    article::{Article, Origin, Published},
    config::SourceConfig,
};

/// One JSON object a line.
pub struct JsonLines;

impl Format for JsonLines {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["jsonl", "ndjson"]
    }

    fn sniff(&self, head: &[u8]) -> bool {
        head.starts_with(b"{")
    }

    fn read(&self, input: &mut dyn BufRead, at: &Place<'_>, _: &SourceConfig, each: &mut dyn FnMut(Record)) {
        for (number, line) in (0..).zip(input.lines()) {
            let bad = |message: String| Error { record: Some(number), reason: "bad-record", message };
            match line {
                Ok(line) if line.trim().is_empty() => (),
                Ok(line) => {
                    each(serde_json::from_str(&line).map_err(|error| bad(error.to_string())).and_then(
                        |value: Value| article(&value, at, number).ok_or_else(|| bad("no text".into())),
                    ))
                }
                Err(error) => each(Err(bad(error.to_string()))),
            }
        }
    }
}

fn article(value: &Value, at: &Place<'_>, number: u32) -> Option<Article> {
    let field = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| match value.get(name)? {
                Value::String(text) => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            })
            .filter(|text| !text.is_empty())
    };
    Some(Article {
        origin: Origin { root: at.root.to_owned(), path: at.path.to_owned(), record: number },
        record_id: field(&["id", "_id"]),
        title: field(&["title"]),
        text: field(&["text", "body"])?,
        published: field(&["published", "date"])
            .map(|value| Published { value, source: "record".to_owned() }),
        source: field(&["source"]),
        byline: field(&["byline"]),
        url: field(&["url"]),
        section: field(&["section"]),
        ..Default::default()
    })
}
