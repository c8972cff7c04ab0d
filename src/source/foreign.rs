//! What is not read, and what it is: told by a file's first bytes, by its extension, or by the look of its text. Nothing
//! is a story because it is nothing else.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::{Error, charset};

/// A kind of file that is no story, or none that can be read.
#[derive(Debug)]
pub struct Kind {
    reason: &'static str,
    what: &'static str,
    advice: &'static str,
    marks: Vec<Mark>,
}

#[derive(Debug)]
struct Mark {
    at: usize,
    bytes: Vec<u8>,
}

/// The rows of `data/kinds/foreign.tsv`, and which of them an extension means.
struct Table {
    kinds: Vec<Kind>,
    extensions: FxHashMap<&'static str, usize>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table { kinds: Vec::new(), extensions: FxHashMap::default() };
    let rows = include_str!("../../data/kinds/foreign.tsv").lines().filter(|line| !line.starts_with('#'));
    for row in rows {
        let mut columns = row.split('\t');
        let mut column = || columns.next().unwrap_or_default();
        let (reason, what, advice, extensions, marks) = (column(), column(), column(), column(), column());
        for extension in extensions.split(' ').filter(|extension| !extension.is_empty()) {
            table.extensions.insert(extension, table.kinds.len());
        }
        let marks = marks.split(' ').filter(|mark| !mark.is_empty()).map(Mark::read).collect();
        table.kinds.push(Kind { reason, what, advice, marks });
    }
    table
});

impl Mark {
    /// Reads `8:WEBP`, `%PDF-`, `\xff\xd8`.
    fn read(written: &str) -> Self {
        let numbered = written.split_once(':').and_then(|(at, rest)| Some((at.parse().ok()?, rest)));
        let (at, mut rest) = numbered.unwrap_or((0, written));
        let mut bytes = Vec::new();
        while let Some(c) = rest.chars().next() {
            let escaped = rest.strip_prefix("\\x").and_then(|hex| u8::from_str_radix(hex.get(..2)?, 16).ok());
            match escaped {
                Some(byte) => bytes.push(byte),
                None => bytes.extend_from_slice(&rest.as_bytes()[..c.len_utf8()]),
            }
            rest = &rest[if escaped.is_some() { 4 } else { c.len_utf8() }..];
        }
        Self { at, bytes }
    }

    fn is_element(&self) -> bool {
        self.bytes.starts_with(b"<") && self.bytes.get(1).is_some_and(u8::is_ascii_alphabetic)
    }

    /// Whether so few letters may also begin a text.
    fn is_word(&self) -> bool {
        self.bytes.len() < 5 && self.bytes.iter().all(u8::is_ascii_alphanumeric)
    }

    fn fits(&self, head: &[u8], binary: bool) -> bool {
        if self.is_element() {
            return first_element(head).is_some_and(|name| name == &self.bytes[1..]);
        }
        (binary || !self.is_word()) && head.get(self.at..).is_some_and(|rest| rest.starts_with(&self.bytes))
    }
}

impl Kind {
    /// Why a file of this kind is left out.
    pub fn error(&self) -> Error {
        Error::file(self.reason, format!("{}: not supported; {}", self.what, self.advice))
    }
}

/// The kind of bytes that begin with `head`.
pub fn by_bytes(head: &[u8]) -> Option<&'static Kind> {
    let binary = charset::is_binary(head);
    TABLE.kinds.iter().find(|kind| kind.marks.iter().any(|mark| mark.fits(head, binary)))
}

/// The kind that a file's extension, in lower case, means.
pub fn by_extension(extension: &str) -> Option<&'static Kind> {
    TABLE.extensions.get(extension).map(|&at| &TABLE.kinds[at])
}

/// The name of the first element of a document in XML or HTML, as it is written.
pub fn first_element(head: &[u8]) -> Option<&[u8]> {
    let mut rest = head.trim_ascii_start();
    loop {
        let inner = rest.strip_prefix(b"<")?;
        let end: &[u8] = match inner.first()? {
            b'?' => b"?>",
            b'!' if inner.starts_with(b"!--") => b"-->",
            b'!' => return doctype(inner),
            _ => {
                let end =
                    inner.iter().position(|&byte| byte.is_ascii_whitespace() || b"/>".contains(&byte))?;
                return Some(&inner[..end]).filter(|name| !name.is_empty());
            }
        };
        let at = memchr::memmem::find(inner, end)?;
        rest = inner[at + end.len()..].trim_ascii_start();
    }
}

/// The same without its prefix.
pub fn first_local_name(head: &[u8]) -> Option<&[u8]> {
    let name = first_element(head)?;
    Some(name.iter().rposition(|&byte| byte == b':').map_or(name, |at| &name[at + 1..]))
}

/// The element that a document type declares.
fn doctype(declaration: &[u8]) -> Option<&[u8]> {
    let (keyword, rest) = declaration.split_at_checked("!DOCTYPE".len())?;
    let rest = rest.trim_ascii_start();
    let end = rest.iter().position(|&byte| byte.is_ascii_whitespace() || b"[>".contains(&byte))?;
    keyword.eq_ignore_ascii_case(b"!DOCTYPE").then_some(&rest[..end])
}

/// Why text that no name and no mark tells is left out; nothing when it is prose.
pub fn by_look(head: &str) -> Option<Error> {
    let look = Look::of(head);
    if look.is_prose() {
        return None;
    }
    let (reason, what) = look.name(head);
    let advice = "leave it out with `exclude` under [crawl], or name it .txt if it is a story";
    Some(Error::file(reason, format!("{what}: not supported; {advice}")))
}

/// What a text's characters and lines are like.
#[derive(Default)]
struct Look {
    shown: usize,
    letters: usize,
    digits: usize,
    /// Characters that code is full of, and prose is not.
    code: usize,
    lines: usize,
    /// Lines of the kind `key: value`.
    keyed: usize,
    /// Lines of some words, as sentences are.
    sentences: usize,
    /// Lines that end as statements and blocks do.
    statements: usize,
}

impl Look {
    /// Words, or letters of a script without blanks, in a line that may be a sentence.
    const WORDS: usize = 5;
    const LETTERS_UNSPACED: usize = 15;

    fn of(head: &str) -> Self {
        let mut look = Self::default();
        for c in head.chars().filter(|c| !c.is_whitespace()) {
            look.shown += 1;
            // What could not be decoded yet is a letter of some other encoding.
            look.letters += usize::from(c.is_alphabetic() || c == '\u{fffd}' || is_mark(c));
            look.digits += usize::from(c.is_numeric());
            look.code += usize::from("{}[]<>=;_$#\\|^~@*+&/".contains(c));
        }
        for line in head.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()) {
            look.lines += 1;
            look.keyed += usize::from(is_keyed(line));
            look.statements += usize::from(line.ends_with([';', '{', '}']));
            let words = line.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count();
            let unspaced = || line.chars().filter(|c| !c.is_ascii() && c.is_alphabetic()).count();
            look.sentences += usize::from(words >= Self::WORDS || unspaced() >= Self::LETTERS_UNSPACED);
        }
        look
    }

    fn is_prose(&self) -> bool {
        self.sentences > 0
            && self.letters * 10 >= self.shown * 7
            && self.digits * 7 <= self.shown
            && self.code * 25 <= self.shown
            && self.keyed * 2 <= self.lines
            && self.statements * 4 <= self.lines
    }

    /// What text that is no prose seems to be.
    fn name(&self, head: &str) -> (&'static str, &'static str) {
        if head.trim_start().starts_with('<') {
            ("markup", "markup of no kind that is read")
        } else if self.keyed * 2 > self.lines {
            ("settings", "settings, or keys and values")
        } else if self.statements * 4 > self.lines || self.code * 25 > self.shown {
            ("source-code", "source code or markup")
        } else if self.digits * 7 > self.shown {
            ("figures", "figures, or a log")
        } else {
            ("no-prose", "text without a sentence")
        }
    }
}

/// `key: value`, `some_key=value`: a key as programs write it.
fn is_keyed(line: &str) -> bool {
    let Some((key, _)) = line.split_once([':', '=']) else { return false };
    let key = key.trim_end().trim_start_matches("- ").trim_matches('"');
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-.".contains(c);
    !key.is_empty() && key.chars().all(is_part)
}

/// Combining marks, which scripts of India and others write vowels with.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(kind: Option<&Kind>) -> &'static str {
        kind.map_or("", |kind| kind.reason)
    }

    #[test]
    fn first_bytes_tell_what_a_file_is() {
        for (bytes, expected) in [
            (&b"\x89PNG\r\n\x1a\n"[..], "image"),
            (b"{\\rtf1\\ansi Voss left.}", "rtf"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "office"),
            (b"SQLite format 3\0", "database"),
            (b"PK\x03\x04\x14\0", "archive"),
            (b"<?xml version='1.0'?>\n<!-- x --><urlset xmlns='x'>", "sitemap"),
            (b"#!/bin/sh\nexit", "source-code"),
            (b"Received: from mx.example", "mail"),
            (b"BMW gave Voss a car.", ""),
            (b"MZ said that ORC films are over.", ""),
            (b"<html><svg>", ""),
        ] {
            assert_eq!(reason(by_bytes(bytes)), expected, "{}", String::from_utf8_lossy(bytes));
        }
        assert_eq!(reason(by_extension("xlsx")), "spreadsheet");
        let message = by_extension("css").expect("a kind").error().message;
        assert!(message.starts_with("a style sheet: not supported; "), "{message}");
    }

    #[test]
    fn marks_are_written_in_bytes_and_places() {
        let mark = Mark::read("4:f\\x00\\x20é");
        assert_eq!((mark.at, mark.bytes.as_slice()), (4, "f\0 é".as_bytes()));
        assert_eq!(first_element(b"<?xml?><!DOCTYPE alto [<!ENTITY a 'b'>]><x>"), Some(&b"alto"[..]));
        assert_eq!(first_element(b"<rss version='2'>"), Some(&b"rss"[..]));
        assert_eq!(first_element(b"no markup"), None);
    }

    #[test]
    fn prose_is_prose_in_every_script() {
        for text in [
            "Mara Voss left the tour on Friday.\n\n“I am done,” she said. It was 3 a.m. (or later).",
            "Q: Are you done with the road now?\nA: I am. I told the band last week; they knew.",
            "沃斯周五在利兹宣布退出巡演，她说自己已经厌倦了巴士和巴士上的汤。",
            "वॉस ने शुक्रवार को लीड्स में कहा कि वह दौरा छोड़ रही है और घर जाएगी।",
            "La chanteuse a d\u{fffd}clar\u{fffd} qu’elle ne reviendrait plus jamais.",
        ] {
            assert_eq!(by_look(text).map(|error| error.reason), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_prose_is_named() {
        for (text, expected) in [
            ("body { color: red; }\n.head { margin: 0 auto; }\n", "source-code"),
            ("def leave(self, tour):\n    self.tour_ = {}\n    return [x for x in tour]\n", "source-code"),
            ("title: Voss\nlayout: post\nbase_url: /x\n", "settings"),
            ("2014-08-19 10:00:01 404 17\n2014-08-19 10:00:02 200 9213\n", "figures"),
            ("aardvark\nabacus\nabbey\n", "no-prose"),
            ("<p>\n", "markup"),
        ] {
            assert_eq!(by_look(text).map(|error| error.reason), Some(expected), "{text}");
        }
    }
}
