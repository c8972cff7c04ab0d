//! JSON: one record a line (JSON Lines), or one record or a list of records a file. Which field is what is a setting,
//! see [`JsonFields`].

use std::io::{self, BufRead, Read};

use serde_json::Value;

use super::{Error, Format, Place, Record, dates, filled, whole};
use crate::{
    article::Article,
    config::{JsonFields, SourceConfig},
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
        let line = head.split(|&byte| byte == b'\n').next().unwrap_or_default().trim_ascii();
        line.starts_with(b"{") && line.ends_with(b"}")
    }

    fn read(
        &self,
        input: &mut dyn BufRead,
        at: &Place<'_>,
        config: &SourceConfig,
        each: &mut dyn FnMut(Record),
    ) {
        let mut line = Vec::new();
        let mut number = 0;
        loop {
            line.clear();
            let limit = config.max_bytes.saturating_add(1);
            let read = match Read::take(&mut *input, limit).read_until(b'\n', &mut line) {
                Ok(read) => read as u64,
                Err(error) => return each(Err(Error::io(&error))),
            };
            if read == 0 {
                return;
            }
            if read == limit && !line.ends_with(b"\n") {
                each(Err(Error { record: Some(number), ..Error::too_large(config) }));
                if let Err(error) = skip_line(input) {
                    return each(Err(Error::io(&error)));
                }
            } else if line.trim_ascii().is_empty() {
                continue;
            } else {
                each(record(&line, at, number, &config.json));
            }
            number += 1;
        }
    }
}

fn skip_line(input: &mut dyn BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        let (used, found) = match buffer.iter().position(|&byte| byte == b'\n') {
            Some(at) => (at + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        input.consume(used);
        if found {
            return Ok(());
        }
    }
}

fn record(line: &[u8], at: &Place<'_>, number: u32, fields: &JsonFields) -> Record {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let value = serde_json::from_slice(line).map_err(|error| {
        Error::record(number, "bad-record", format!("record {number} is no valid JSON: {error}"))
    })?;
    article(&value, at, number, fields)
}

/// One JSON object, or a list of them.
pub struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["json"]
    }

    fn sniff(&self, head: &[u8]) -> bool {
        let head = head.trim_ascii_start();
        head.starts_with(b"{") || head.starts_with(b"[{") || head.starts_with(b"[\n")
    }

    fn read(
        &self,
        input: &mut dyn BufRead,
        at: &Place<'_>,
        config: &SourceConfig,
        each: &mut dyn FnMut(Record),
    ) {
        let bytes = match whole(input, config) {
            Ok(bytes) => bytes,
            Err(error) => return each(Err(error)),
        };
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf".as_slice()).unwrap_or(&bytes);
        match serde_json::from_slice(bytes) {
            Ok(Value::Array(values)) => {
                for (number, value) in (0..).zip(&values) {
                    each(article(value, at, number, &config.json));
                }
            }
            Ok(value) => each(article(&value, at, 0, &config.json)),
            Err(error) => each(Err(Error::file("bad-record", format!("no valid JSON: {error}")))),
        }
    }
}

fn article(value: &Value, at: &Place<'_>, number: u32, fields: &JsonFields) -> Record {
    let field = |names: &[String]| names.iter().find_map(|name| plain(look_up(value, name)?));
    let text = field(&fields.text).ok_or_else(|| {
        let wanted = fields.text.join("` or `");
        Error::record(number, "bad-record", format!("record {number} has no text in `{wanted}`"))
    })?;
    Ok(Article {
        origin: at.origin(number),
        record_id: field(&fields.id),
        title: field(&fields.title),
        published: field(&fields.published).and_then(|date| dates::published(&date, "record")),
        source: field(&fields.source),
        byline: field(&fields.byline),
        url: field(&fields.url),
        section: field(&fields.section),
        tags: fields.tags.iter().find_map(|name| look_up(value, name)).map(tags).unwrap_or_default(),
        lang: field(&fields.lang),
        text,
        ..Default::default()
    })
}

fn look_up<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.get(name).or_else(|| {
        let (outer, inner) = name.split_once('.')?;
        look_up(value.get(outer)?, inner)
    })
}

/// A field as text, exactly as it stands; an empty one is none.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => (!text.is_empty()).then(|| text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(values) => {
            let parts: Vec<String> = values.iter().filter_map(plain).collect();
            (!parts.is_empty()).then(|| parts.join(", "))
        }
        _ => None,
    }
}

fn tags(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().filter_map(plain).filter_map(|tag| filled(&tag)).collect(),
        Value::String(list) => list.split(',').filter_map(filled).collect(),
        _ => Vec::new(),
    }
}
