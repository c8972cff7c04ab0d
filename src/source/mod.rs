//! Reading articles: one file per input format, one registry of them.

pub mod json;

use std::{io::BufRead, path::Path};

use crate::{article::Article, config::SourceConfig};

/// Where an input lies, and what it is called.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Name of the root.
    pub root: &'a str,
    /// Path below the root, `/` between components.
    pub path: &'a str,
    /// The file on this machine; nothing for standard input.
    pub file: Option<&'a Path>,
}

/// What goes wrong with an input, or with one record of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// Number of the record, from 0, when only that one is lost; nothing when the rest of the file is.
    pub record: Option<u32>,
    /// A stable code: `unreadable`, `binary`, `bad-record`, `too-large`, `truncated`, `empty`, …
    pub reason: &'static str,
    /// What happened and what to do.
    pub message: String,
}

/// What a format gives for each record.
pub type Record = Result<Article, Error>;

/// An input format.
pub trait Format: Sync {
    /// Its name, for `--input`.
    fn name(&self) -> &'static str;
    /// File extensions that mark it, lower case, without the dot.
    fn extensions(&self) -> &'static [&'static str];
    /// Whether bytes that begin with `head` (up to 4 KiB) are of this format, when no extension told.
    fn sniff(&self, head: &[u8]) -> bool;
    /// Reads every record, in order.
    fn read(
        &self,
        input: &mut dyn BufRead,
        at: &Place<'_>,
        config: &SourceConfig,
        each: &mut dyn FnMut(Record),
    );
}

/// Every format, in the order they are tried.
pub const FORMATS: &[&dyn Format] = &[&json::JsonLines];

/// The format of that name.
pub fn by_name(name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.name() == name)
}
