//! JSON: one record a line (JSON Lines), or one record, a list of records, or records that follow each other. Records are
//! read one at a time, however large the file is. Lists that exports and feeds wrap their records in are opened. Which
//! field is what is a setting, see [`JsonFields`].

pub(super) mod fields;
mod gather;
mod split;
mod words;

use std::io::{self, BufRead, Read};

use serde_json::Value;

use self::{
    fields::Around,
    split::{Cut, Values},
};
use super::{Error, Format, Place, Record, Resume, charset, format::HEAD};
use crate::{
    article::Article,
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
        3
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
            let text = charset::decode(line.trim_ascii_end(), None);
            if let Some(record) =
                record(&text, at, number, &place, &config.json, &Around::default()).transpose()
            {
                each(record);
            }
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

/// Reads one record; nothing when it is a draft. `place` says in messages where it stands.
fn record(
    text: &str,
    at: &Place<'_>,
    number: u32,
    place: &str,
    fields: &JsonFields,
    around: &Around,
) -> Result<Option<Article>, Error> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let why = error.to_string().replace("line 1 column", "column");
        Error::record(number, "bad-record", format!("{place} is no valid JSON: {why}"))
    })?;
    fields::article(&value, at, number, fields, around)
}

/// What the files of an archive of X begin with.
const ASSIGNED: &[u8] = b"window.YTD.";

/// How many times as large as a story what wraps records may be.
const WRAPPED: u64 = 16;

/// One JSON object, a list of them, or several that follow each other.
pub struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn version(&self) -> u32 {
        4
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["json"]
    }

    fn sniff(&self, head: &[u8]) -> bool {
        let head = head.trim_ascii_start();
        if head.starts_with(ASSIGNED) {
            return true;
        }
        let opened = head.strip_prefix(b"[").unwrap_or(head).trim_ascii_start();
        opened
            .strip_prefix(b"{")
            .is_some_and(|rest| matches!(rest.trim_ascii_start().first(), Some(b'"' | b'}')))
    }

    fn may_be_txt(&self) -> bool {
        false
    }

    fn is_container(&self, head: &[u8]) -> bool {
        gather::is_wrapped(head)
    }

    fn read(
        &self,
        input: &mut dyn BufRead,
        at: &Place<'_>,
        config: &SourceConfig,
        each: &mut dyn FnMut(Record),
    ) {
        // An archive of X assigns its records to a variable.
        let assigned = |head: &[u8]| head.starts_with(ASSIGNED).then(|| memchr::memchr(b'=', head)).flatten();
        if let Some(at) = input.fill_buf().ok().and_then(assigned) {
            input.consume(at + 1);
        }
        // A text of words is not cut into as many broken records.
        let begins = |head: &[u8]| {
            let head = &head[..head.len().min(HEAD)];
            head.iter().any(|byte| b"{[]".contains(byte)) || head.iter().all(u8::is_ascii_whitespace)
        };
        if !input.fill_buf().is_ok_and(begins) {
            return each(Err(Error::file("bad-record", "the file is no JSON: no record begins in it")));
        }
        // What wraps records may be larger than any of them.
        let mut values = Values::new(input, config.max_bytes.saturating_mul(WRAPPED));
        let mut value = Vec::new();
        let mut number = 0;
        let mut stories = 0;
        let mut tell = |record: Record| {
            stories += 1;
            each(record);
        };
        loop {
            match values.next(&mut value) {
                Ok(Some(Cut::Whole)) => {
                    let text = charset::decode(&value, None);
                    gather::records(&text, &config.json, &mut |text, around| {
                        let place = format!("record {number}");
                        let record = match text.len() as u64 > config.max_bytes {
                            true => Err(Error::too_large(config).of_record(number)),
                            false => record(text, at, number, &place, &config.json, around),
                        };
                        record.transpose().into_iter().for_each(&mut tell);
                        number += 1;
                    });
                }
                Ok(Some(Cut::TooLong)) => {
                    tell(Err(Error::too_large(config).of_record(number)));
                    number += 1;
                }
                Ok(Some(Cut::Unfinished)) => {
                    tell(Err(Error::record(
                        number,
                        "bad-record",
                        format!("the file ends in the middle of record {number}: fetch it again"),
                    )));
                    number += 1;
                }
                Ok(None) => break,
                Err(error) => {
                    tell(Err(Error::io(&error)));
                    break;
                }
            }
        }
        match number {
            _ if stories > 0 => (),
            0 => each(Err(Error::file("empty", "the file holds no records"))),
            _ => each(Err(Error::file("no-story", "the file holds drafts only"))),
        }
    }
}
