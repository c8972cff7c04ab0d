//! What every input format shares: where an input lies, what goes wrong with it, what a reader does.

use std::{
    fmt,
    io::{self, BufRead, Read},
};

use super::compression::plain_name;
use crate::{
    article::{Article, Origin},
    config::SourceConfig,
    report::Begin,
};

/// Bytes looked at to tell a format.
pub(super) const HEAD: usize = 4096;

/// Opens an input once more, from its beginning.
pub type Again<'a> = dyn Fn() -> io::Result<Box<dyn BufRead + 'a>> + Sync + 'a;

/// Where an input lies, and what it is called.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// Name of the root.
    pub root: &'a str,
    /// Path below the root, `/` between components.
    pub path: &'a str,
    /// Opens it once more, for formats that must look through it before they read it; nothing for standard input.
    pub again: Option<&'a Again<'a>>,
}

impl fmt::Debug for Place<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.root, self.path)
    }
}

impl Place<'_> {
    /// The name of the file without its folders.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(self.path)
    }

    /// The name without what says that it is compressed and without its last extension; `-` for standard input.
    pub fn stem(&self) -> &str {
        let name = plain_name(self.name());
        match name.rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() => stem,
            _ => name,
        }
    }

    /// The last extension of the name, without what says that it is compressed, in lower case.
    pub fn extension(&self) -> String {
        let name = plain_name(self.name()).to_ascii_lowercase();
        name.rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_owned())
    }

    pub(super) fn origin(&self, record: u32) -> Origin {
        Origin { root: self.root.to_owned(), path: self.path.to_owned(), record }
    }
}

/// What goes wrong with an input, or with one record of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// Number of the record, from 0, when only that one is lost; nothing when the rest of the file is.
    pub record: Option<u32>,
    /// A stable code: `unreadable`, `truncated`, `empty`, `binary`, `too-large`, `bad-record`, `bad-front-matter`,
    /// `no-article`, `unknown-format`, `encrypted`, `damaged`, `bomb`, `too-deep`, `unknown-packing`, `link`,
    /// `same-name`, `entities`; or what the file is instead of a story, as in `data/kinds/foreign.tsv`.
    pub reason: &'static str,
    /// What happened and what to do.
    pub message: String,
}

impl Error {
    pub(super) fn file(reason: &'static str, message: impl Into<String>) -> Self {
        Self { record: None, reason, message: message.into() }
    }

    pub(super) fn record(number: u32, reason: &'static str, message: impl Into<String>) -> Self {
        Self { record: Some(number), reason, message: message.into() }
    }

    /// Why an input cannot be read any further: the fault that its reader found, else the file system's.
    pub fn io(error: &io::Error) -> Self {
        if let Some(fault) = error.get_ref().and_then(|inner| inner.downcast_ref::<Self>()) {
            return fault.clone();
        }
        match error.kind() {
            io::ErrorKind::UnexpectedEof => {
                Self::file("truncated", "the compressed data ends in the middle: fetch the file again")
            }
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => Self::file(
                "truncated",
                format!("the compressed data is damaged ({error}): fetch the file again"),
            ),
            _ => Self::file("unreadable", format!("cannot be read: {error}")),
        }
    }

    /// The same, of one record.
    pub(super) fn of_record(self, number: u32) -> Self {
        Self { record: Some(number), ..self }
    }

    pub(super) fn too_large(config: &SourceConfig) -> Self {
        Self::file(
            "too-large",
            format!(
                "larger than {} bytes: raise `max_bytes` under [source] if it is a story",
                config.max_bytes
            ),
        )
    }
}

/// What a format gives for each record.
pub type Record = Result<Article, Error>;

/// A record as a format found it.
#[allow(clippy::large_enum_variant, reason = "they are handed on one by one, and few wait at a time")]
pub enum Unread {
    /// It was read, too.
    Ready(Record),
    /// It is still to be read: apart from its input and the other records, on any thread.
    Later {
        /// Bytes that it holds meanwhile.
        bytes: usize,
        /// Reads it.
        read: Box<dyn FnOnce(&Place<'_>) -> Record + Send>,
    },
}

impl Unread {
    /// One of so many bytes that is read later.
    pub fn later(bytes: usize, read: impl FnOnce(&Place<'_>) -> Record + Send + 'static) -> Self {
        Self::Later { bytes, read: Box::new(read) }
    }

    /// Reads it.
    pub(super) fn read(self, at: &Place<'_>) -> Record {
        match self {
            Self::Ready(record) => record,
            Self::Later { read, .. } => read(at),
        }
    }

    /// Bytes that it holds.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Ready(Ok(article)) => article.text.len(),
            Self::Ready(Err(_)) => 0,
            Self::Later { bytes, .. } => *bytes,
        }
    }
}

/// An input format.
pub trait Format: Sync {
    /// Its name, for `--input`.
    fn name(&self) -> &'static str;
    /// The number of what it reads. Raise it with every change that makes it read something else from some input, be it
    /// only a date: every archive is then read again.
    fn version(&self) -> u32;
    /// File extensions that mark it, lower case, without the dot.
    fn extensions(&self) -> &'static [&'static str];
    /// Whether bytes that begin with `head` (up to 4 KiB) are of this format, when no extension told, or `.txt` did.
    fn sniff(&self, _head: &[u8]) -> bool {
        false
    }
    /// Whether a file named `.txt` may be one; if not, that is text, whatever it begins with.
    fn may_be_txt(&self) -> bool {
        true
    }
    /// Whether its bytes are no text: such a format is told by [`sniff`](Self::sniff) before anything is decoded.
    fn is_binary(&self) -> bool {
        false
    }
    /// Whether its first bytes say beyond doubt that an input is of this format, so that its extension is not asked.
    fn claims(&self, _at: &Place<'_>, head: &[u8]) -> bool {
        self.is_binary() && self.sniff(head)
    }
    /// Whether an input that begins with `head` holds records, not one story.
    fn is_container(&self, _head: &[u8]) -> bool {
        false
    }
    /// Reads every record, in order.
    fn read(
        &self,
        input: &mut dyn BufRead,
        at: &Place<'_>,
        config: &SourceConfig,
        each: &mut dyn FnMut(Record),
    );
    /// Finds every record, in order, and leaves to be read what can be read later.
    fn find(
        &self,
        input: &mut dyn BufRead,
        at: &Place<'_>,
        config: &SourceConfig,
        each: &mut dyn FnMut(Unread),
    ) {
        self.read(input, at, config, &mut |record| each(Unread::Ready(record)));
    }
    /// The way to begin in the middle of an input, if there is one.
    fn resume(&self) -> Option<&dyn Resume> {
        None
    }
}

/// A format that can be read from any record on. Whenever a record of it is given, the input stands where the next begins.
pub trait Resume: Sync {
    /// Reads every record from the one on that `input` begins with; `begin` says which that is.
    fn read_on(
        &self,
        begin: &Begin,
        input: &mut dyn BufRead,
        at: &Place<'_>,
        config: &SourceConfig,
        each: &mut dyn FnMut(Record),
    );
}

/// Reads all of an input that is one story.
pub(crate) fn whole(input: &mut dyn BufRead, config: &SourceConfig) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let limit = config.max_bytes.saturating_add(1);
    input.take(limit).read_to_end(&mut bytes).map_err(|error| Error::io(&error))?;
    if bytes.len() as u64 >= limit { Err(Error::too_large(config)) } else { Ok(bytes) }
}

/// A text without blanks around it, if something is left.
pub(crate) fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
