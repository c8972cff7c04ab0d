//! The records of a web archive, one after the other: WARC (ISO 28500) and ARC (version 1), as they are found and not as
//! they are named. What is damaged costs no more than itself: reading goes on where the next record begins.

use std::io::{self, BufRead, Read};

use crate::source::{
    Error,
    compression::{ARC, WARC},
};

/// Bytes of the headers of a record, and of the longest line of them.
const HEADERS: u64 = 1 << 20;

/// What is kept of a record's headers.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// `response`, `resource`, `revisit`, `request`, …
    pub kind: String,
    /// The address it was fetched from.
    pub url: Option<String>,
    /// When it was fetched, RFC 3339.
    pub date: Option<String>,
    /// The type of the record's own bytes.
    pub mime: String,
    /// How many bytes it has.
    pub length: u64,
}

/// Of ten bytes of a record that the archive's end cuts off, so many must be there for it to be read.
const ENOUGH_OF_TEN: u64 = 9;

/// Which of the two it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Warc,
    Arc,
}

/// A web archive that is read record by record.
pub struct Records<'i> {
    input: &'i mut dyn BufRead,
    kind: Kind,
    /// Bytes of the last record that were not taken.
    left: u64,
    /// Whether the archive ends before its last record does.
    cut: bool,
}

/// Why there is no next record.
pub enum Fault {
    /// The record is damaged: the next one may be read.
    Damaged(String),
    /// Nothing more can be read.
    Ended(Error),
}

impl<'i> Records<'i> {
    pub fn new(kind: Kind, input: &'i mut dyn BufRead) -> Self {
        Self { input, kind, left: 0, cut: false }
    }

    /// The headers of the next record; nothing at the end.
    pub fn next(&mut self) -> Result<Option<Head>, Fault> {
        if self.cut {
            return Ok(None);
        }
        if self.left > 0 {
            let left = std::mem::take(&mut self.left);
            let skipped = io::copy(&mut Read::take(&mut self.input, left), &mut io::sink()).map_err(fault)?;
            if skipped < left {
                return Err(Fault::Ended(cut()));
            }
        }
        let mut line = Vec::new();
        loop {
            if !self.line(&mut line)? {
                return Ok(None);
            }
            if !line.trim_ascii().is_empty() {
                break;
            }
        }
        let head = match self.kind {
            Kind::Warc => self.warc(&mut line),
            Kind::Arc => arc(&line),
        };
        match head {
            Ok(head) => {
                self.left = head.length;
                Ok(Some(head))
            }
            Err(Fault::Damaged(why)) => {
                self.find_next()?;
                Err(Fault::Damaged(why))
            }
            Err(ended) => Err(ended),
        }
    }

    /// The bytes of the record whose headers came last, as many as are wanted at most. Of one that the archive's end cuts
    /// off, what is there, if that is nearly all.
    pub fn body(&mut self, most: u64) -> Result<Vec<u8>, Fault> {
        let wanted = self.left.min(most);
        let mut bytes = Vec::new();
        let read = Read::take(&mut self.input, wanted).read_to_end(&mut bytes);
        let found = bytes.len() as u64;
        self.left -= found.min(self.left);
        match read {
            Ok(_) if found == wanted => Ok(bytes),
            // What follows the damage is no part of this record.
            Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
                self.left = 0;
                Err(fault(error))
            }
            _ => {
                self.left = 0;
                self.cut = found > 0 && found * 10 >= wanted * ENOUGH_OF_TEN;
                if self.cut { Ok(bytes) } else { Err(Fault::Ended(cut())) }
            }
        }
    }

    /// Whether the archive ended before the record whose bytes were taken last.
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// Reads a line; says whether there is one.
    fn line(&mut self, line: &mut Vec<u8>) -> Result<bool, Fault> {
        line.clear();
        let read = Read::take(&mut self.input, HEADERS).read_until(b'\n', line).map_err(fault)?;
        Ok(read > 0)
    }

    /// Goes on to a line that begins a record.
    fn find_next(&mut self) -> Result<(), Fault> {
        loop {
            let buffer = self.input.fill_buf().map_err(fault)?;
            if buffer.is_empty() || begins(self.kind, buffer) {
                return Ok(());
            }
            let end = memchr::memchr(b'\n', buffer).map_or(buffer.len(), |end| end + 1);
            self.input.consume(end);
        }
    }

    /// The headers that follow the line `WARC/1.0`.
    fn warc(&mut self, line: &mut Vec<u8>) -> Result<Head, Fault> {
        if !line.starts_with(WARC) {
            return Err(Fault::Damaged("it does not begin as a record does".to_owned()));
        }
        let (mut head, mut length, mut bytes) = (Head::default(), None, 0);
        loop {
            if !self.line(line)? {
                return Err(Fault::Ended(cut()));
            }
            let text = line.trim_ascii();
            if text.is_empty() {
                break;
            }
            bytes += line.len() as u64;
            let Some(colon) = memchr::memchr(b':', text).filter(|_| bytes <= HEADERS) else {
                return Err(Fault::Damaged("its headers are none".to_owned()));
            };
            let value = String::from_utf8_lossy(text[colon + 1..].trim_ascii()).into_owned();
            match &*text[..colon].to_ascii_lowercase() {
                b"warc-type" => head.kind = value.to_ascii_lowercase(),
                // Some programs write the address as headers do others.
                b"warc-target-uri" => {
                    head.url = Some(value.trim_start_matches('<').trim_end_matches('>').to_owned());
                }
                b"warc-date" => head.date = Some(value),
                b"content-type" => head.mime = value.to_ascii_lowercase(),
                b"content-length" => length = value.parse().ok(),
                _ => (),
            }
        }
        let length = length.ok_or_else(|| Fault::Damaged("it does not say how long it is".to_owned()))?;
        Ok(Head { length, ..head })
    }
}

/// Whether a record begins there.
fn begins(kind: Kind, bytes: &[u8]) -> bool {
    match kind {
        Kind::Warc => bytes.starts_with(WARC),
        Kind::Arc => arc(&bytes[..memchr::memchr(b'\n', bytes).unwrap_or(0)]).is_ok(),
    }
}

/// `http://a.example/x 192.0.2.1 20120102030405 text/html 4711`: an address may hold blanks.
fn arc(line: &[u8]) -> Result<Head, Fault> {
    let damaged = || Fault::Damaged("it does not begin as a record does".to_owned());
    let line = std::str::from_utf8(line.trim_ascii()).map_err(|_| damaged())?;
    let mut fields = line.rsplitn(5, ' ');
    let (Some(length), Some(mime), Some(date), Some(_), Some(url)) =
        (fields.next(), fields.next(), fields.next(), fields.next(), fields.next())
    else {
        return Err(damaged());
    };
    let length = length.parse().map_err(|_| damaged())?;
    if date.len() < 8 || !date.bytes().all(|byte| byte.is_ascii_digit()) || !url.contains(':') {
        return Err(damaged());
    }
    let is_first = url.as_bytes().starts_with(ARC);
    let kind = if is_first { "warcinfo" } else { "response" }.to_owned();
    let part = |from: usize, to: usize| date.get(from..to).unwrap_or("00");
    let day = format!("{}-{}-{}", part(0, 4), part(4, 6), part(6, 8));
    let date = format!("{day}T{}:{}:{}Z", part(8, 10), part(10, 12), part(12, 14));
    let mime = mime.to_ascii_lowercase();
    Ok(Head { kind, url: Some(url.to_owned()), date: Some(date), mime, length })
}

fn cut() -> Error {
    Error {
        record: None,
        reason: "truncated",
        message: "it ends in the middle of a record: fetch it again".to_owned(),
    }
}

/// Damaged data may be followed by what is not; whatever else fails ends the reading.
fn fault(error: io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            Fault::Damaged(format!("its compressed data is damaged ({error})"))
        }
        io::ErrorKind::UnexpectedEof => Fault::Ended(cut()),
        _ => Fault::Ended(Error::io(&error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub fn record(kind: &str, more: &str, body: &str) -> String {
        format!("WARC/1.0\r\nWARC-Type: {kind}\r\n{more}Content-Length: {}\r\n\r\n{body}\r\n\r\n", body.len())
    }

    fn read(kind: Kind, mut bytes: &[u8]) -> Vec<String> {
        let mut records = Records::new(kind, &mut bytes);
        let mut found = Vec::new();
        loop {
            match records.next().and_then(|head| match head {
                Some(head) => Ok(Some((records.body(1000)?, head))),
                None => Ok(None),
            }) {
                Ok(Some((body, head))) => {
                    found.push(format!(
                        "{} {}",
                        head.url.unwrap_or(head.kind),
                        String::from_utf8_lossy(&body)
                    ));
                }
                Ok(None) => return found,
                Err(Fault::Damaged(_)) => found.push("damaged".to_owned()),
                Err(Fault::Ended(error)) => {
                    found.push(error.reason.to_owned());
                    return found;
                }
            }
        }
    }

    #[test]
    fn what_is_damaged_costs_only_itself() {
        let warc = [
            record("warcinfo", "", "software: x"),
            record("response", "WARC-Target-URI: <http://a.example/>\r\n", "one"),
            "WARC/1.0\r\nWARC-Type: response\r\n\r\nno length\r\n".to_owned(),
            record("response", "WARC-Target-URI: http://b.example/ c\r\n", "two"),
            "nonsense\nWARC-Type\n".to_owned(),
            record("response", "WARC-Target-URI: http://d.example/\r\n", "three"),
        ]
        .concat();
        let expected = [
            "warcinfo software: x",
            "http://a.example/ one",
            "damaged",
            "http://b.example/ c two",
            "damaged",
            "http://d.example/ three",
        ];
        assert_eq!(read(Kind::Warc, warc.as_bytes()), expected);
        let cut = warc.len() - 8;
        assert_eq!(read(Kind::Warc, &warc.as_bytes()[..cut])[5..], ["truncated"]);
        let long = record("resource", "WARC-Target-URI: http://e.example/\r\n", "0123456789");
        assert_eq!(read(Kind::Warc, &long.as_bytes()[..long.len() - 5]), ["http://e.example/ 012345678"]);
        assert_eq!(read(Kind::Warc, &long.as_bytes()[..long.len() - 6]), ["truncated"]);
    }

    #[test]
    fn arc_has_a_line_a_record() {
        let arc = "filedesc://x.arc 0.0.0.0 20120102030405 text/plain 4\nabc\n\n\
                   http://a.example/b c 192.0.2.1 20120102030405 text/html 3\none\n\
                   nonsense\nhttp://d.example/ 192.0.2.1 20120102 text/html 3\ntwo\n";
        let found = read(Kind::Arc, arc.as_bytes());
        assert_eq!(
            found,
            ["filedesc://x.arc abc\n", "http://a.example/b c one", "damaged", "http://d.example/ two"]
        );
        let mut input = arc.as_bytes();
        let mut records = Records::new(Kind::Arc, &mut input);
        let head = records.next().ok().flatten().expect("a record");
        assert_eq!(head.date.as_deref(), Some("2012-01-02T03:04:05Z"));
    }
}
