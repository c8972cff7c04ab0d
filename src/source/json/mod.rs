//! JSON: one record a line (JSON Lines), or one record, a list of records, or records that follow each other. Records are
//! read one at a time, however large the file is. Which field is what is a setting, see [`JsonFields`].

mod fields;
mod split;

use std::io::{self, BufRead, Read};

use serde_json::Value;

use self::split::{Cut, Values};
use super::{Error, Format, Place, Record, Resume, charset};
use crate::{
    config::{JsonFields, SourceConfig},
    report::Begin,
};

/// One JSON object a line.
pub struct JsonLines;

impl Format for JsonLines {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn version(&self) -> u32 {
        1
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["jsonl", "ndjson"]
    }

    fn sniff(&self, head: &[u8]) -> bool {
        let mut lines = head.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
        let line = lines.next().unwrap_or_default();
        line.starts_with(b"{")
            && line.ends_with(b"}")
            && lines.next().is_some_and(|line| line.starts_with(b"{"))
    }

    fn may_be_txt(&self) -> bool {
        false
    }

    fn is_container(&self, _: &[u8]) -> bool {
        true
    }

    fn read(
        &self,
        input: &mut dyn BufRead,
        at: &Place<'_>,
        config: &SourceConfig,
        each: &mut dyn FnMut(Record),
    ) {
        self.read_on(&Begin::default(), input, at, config, each);
    }

    fn resume(&self) -> Option<&dyn Resume> {
        Some(self)
    }
}

impl Resume for JsonLines {
    fn read_on(
        &self,
        begin: &Begin,
        input: &mut dyn BufRead,
        at: &Place<'_>,
        config: &SourceConfig,
        each: &mut dyn FnMut(Record),
    ) {
        if let Err(error) = lines(begin, input, at, config, each) {
            each(Err(Error::io(&error)));
        }
    }
}

fn lines(
    begin: &Begin,
    input: &mut dyn BufRead,
    at: &Place<'_>,
    config: &SourceConfig,
    each: &mut dyn FnMut(Record),
) -> io::Result<()> {
    let limit = config.max_bytes.saturating_add(1);
    let mut line = Vec::new();
    let mut number = begin.record;
    for line_number in begin.lines + 1.. {
        line.clear();
        let read = Read::take(&mut *input, limit).read_until(b'\n', &mut line)? as u64;
        if read == 0 {
            break;
        }
        if read == limit && !line.ends_with(b"\n") {
            skip_line(input)?;
            each(Err(Error::too_large(config).of_record(number)));
        } else if line.trim_ascii().is_empty() {
            continue;
        } else {
            let place = format!("line {line_number}");
            each(record(&line, at, number, &place, &config.json));
        }
        number += 1;
    }
    Ok(())
}

fn skip_line(input: &mut dyn BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        let (used, found) = match memchr::memchr(b'\n', buffer) {
            Some(at) => (at + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        input.consume(used);
        if found {
            return Ok(());
        }
    }
}

/// Reads one record; `place` says in messages where it stands.
fn record(bytes: &[u8], at: &Place<'_>, number: u32, place: &str, fields: &JsonFields) -> Record {
    let text = charset::decode(bytes.trim_ascii_end(), None);
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
        let why = error.to_string().replace("line 1 column", "column");
        Error::record(number, "bad-record", format!("{place} is no valid JSON: {why}"))
    })?;
    fields::article(&value, at, number, fields)
}

/// One JSON object, a list of them, or several that follow each other.
pub struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn version(&self) -> u32 {
        1
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["json"]
    }

    fn sniff(&self, head: &[u8]) -> bool {
        let head = head.trim_ascii_start();
        let opened = head.strip_prefix(b"[").unwrap_or(head).trim_ascii_start();
        opened
            .strip_prefix(b"{")
            .is_some_and(|rest| matches!(rest.trim_ascii_start().first(), Some(b'"' | b'}')))
    }

    fn may_be_txt(&self) -> bool {
        false
    }

    fn is_container(&self, head: &[u8]) -> bool {
        head.trim_ascii_start().starts_with(b"[")
    }

    fn read(
        &self,
        input: &mut dyn BufRead,
        at: &Place<'_>,
        config: &SourceConfig,
        each: &mut dyn FnMut(Record),
    ) {
        let mut values = Values::new(input, config.max_bytes);
        let mut value = Vec::new();
        for number in 0.. {
            let cut = match values.next(&mut value) {
                Ok(Some(cut)) => cut,
                Ok(None) => return,
                Err(error) => return each(Err(Error::io(&error))),
            };
            each(match cut {
                Cut::Whole => record(&value, at, number, &format!("record {number}"), &config.json),
                Cut::TooLong => Err(Error::too_large(config).of_record(number)),
                Cut::Unfinished => Err(Error::record(
                    number,
                    "bad-record",
                    format!("the file ends in the middle of record {number}: fetch it again"),
                )),
            });
        }
    }
}
