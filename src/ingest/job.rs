//! One file that must be read.

use std::{
    borrow::Cow,
    fs::{self, File},
    io::{self, BufRead, BufReader, Read, Seek},
};

use super::{
    bytes::{Stream, whole},
    decide::Why,
    ending::Limit,
    error::Error,
    options::Options,
};
use crate::{
    config::Config,
    crawl,
    index::Known,
    report::FileStamp,
    source::{
        self, Place,
        archive::{self, Packed},
        plain_name,
    },
    state::{Root, Roots},
};

/// Bytes that tell what a file is.
const LOOKED_AT: usize = 4 << 10;

/// How much larger a compressed file is taken to be than it says: text shrinks to an eighth or so.
const INFLATES: u64 = 8;

/// The stamp of a member: its length and a check sum or hash, which alone tell that it is unchanged.
pub(super) fn member_stamp(len: u64, check: u64) -> FileStamp {
    FileStamp { len, ctime_ns: check.cast_signed(), ..FileStamp::default() }
}

/// A root with its settings.
pub(super) struct Target {
    pub root: Root,
    pub config: Config,
}

/// The roots that a run is about: those that are named, remembered where they are new, else all that are remembered but
/// those that are to be forgotten.
pub(super) fn chosen(roots: &mut Roots, options: &Options) -> Result<Vec<Root>, Error> {
    let named: Vec<Root> =
        options.roots.iter().map(|path| roots.remember(path, options.root_name.as_deref())).collect();
    let is_about_all = options.rebuild || (named.is_empty() && options.forget.is_empty());
    if !is_about_all {
        return Ok(named);
    }
    let all: Vec<Root> = roots.iter().filter(|root| !options.forget.contains(&root.name)).cloned().collect();
    if all.is_empty() { Err(Error::NoRoots { index: options.index.clone() }) } else { Ok(all) }
}

/// A file that must be read.
pub(super) struct Job<'t> {
    pub target: &'t Target,
    pub key: u64,
    pub found: crawl::Found,
    pub known: Option<Known>,
    pub why: Why,
    pub fingerprint: u64,
    pub bytes: Bytes,
    /// Key of the archive that it lies in; 0 for a file of its own.
    pub within: u64,
}

/// Where the bytes of an input are.
pub(super) enum Bytes {
    /// In its own file.
    Own,
    /// In an archive, where they can be unpacked at any time.
    Packed(Packed),
    /// Unpacked, in memory.
    Held(Vec<u8>),
    /// Unpacked, in a file that has no name.
    Spilled(File),
}

/// A file as its record names it.
#[derive(Clone, Debug)]
pub(super) struct Filed {
    pub key: u64,
    pub root: String,
    pub path: String,
    /// Fingerprint of the settings and the program that read it.
    pub config: u64,
    /// Key of the archive that it lies in; 0 for a file of its own.
    pub within: u64,
}

/// A file as it was read: its stamp, which held all the while, and the hash of its bytes; 0 when that is not known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    pub stamp: FileStamp,
    pub content: u64,
}

impl Job<'_> {
    /// The file as its record names it.
    pub fn filed(&self) -> Filed {
        Filed {
            key: self.key,
            root: self.target.root.name.clone(),
            path: self.found.relative.clone(),
            config: self.fingerprint,
            within: self.within,
        }
    }

    /// All bytes and the stamp they had before and after; nothing when that differed twice.
    pub fn whole(&self) -> io::Result<Option<(Cow<'_, [u8]>, FileStamp)>> {
        let unpacked = |input: &mut dyn Read| {
            let mut bytes =
                Vec::with_capacity(usize::try_from(self.found.stamp.len.min(1 << 20)).unwrap_or_default());
            input.read_to_end(&mut bytes).map(|_| Some((bytes.into(), self.found.stamp)))
        };
        match &self.bytes {
            Bytes::Own => Ok(whole(&self.found.path)?.map(|(bytes, stamp)| (bytes.into(), stamp))),
            Bytes::Packed(packed) => unpacked(&mut packed.open()?),
            Bytes::Held(bytes) => Ok(Some((bytes.into(), self.found.stamp))),
            Bytes::Spilled(_) => unpacked(&mut self.open()?),
        }
    }

    /// Where its records lie.
    pub fn place(&self) -> Place<'_> {
        Place { root: &self.target.root.name, path: &self.found.relative, again: None }
    }

    /// What archive its file is, if it is one.
    pub fn archive(&self) -> Option<archive::Kind> {
        let mut file = BufReader::with_capacity(LOOKED_AT, self.open().ok()?);
        archive::Kind::of(&self.place(), source::head(file.fill_buf().ok()?))
    }

    /// Opens it once more, from its beginning, until the run must end.
    pub fn again(&self, limit: &Limit) -> io::Result<Box<dyn BufRead + '_>> {
        let limited = |file| Box::new(Stream::open(file, None, limit));
        match &self.bytes {
            Bytes::Own | Bytes::Spilled(_) => Ok(limited(self.open()?)),
            Bytes::Packed(packed) => Ok(Box::new(BufReader::new(packed.open()?))),
            Bytes::Held(bytes) => Ok(Box::new(&bytes[..])),
        }
    }

    /// Opens its file, at the beginning; that of a member only when it was unpacked into one.
    pub fn open(&self) -> io::Result<File> {
        match &self.bytes {
            Bytes::Own => File::open(&self.found.path),
            Bytes::Spilled(file) => {
                let mut file = file.try_clone()?;
                file.rewind().map(|()| file)
            }
            Bytes::Packed(_) | Bytes::Held(_) => Err(io::Error::other("it was not unpacked into a file")),
        }
    }

    /// The stamp it has now.
    pub fn stamp(&self) -> io::Result<FileStamp> {
        match self.bytes {
            Bytes::Own => Ok(crawl::stamp(&fs::metadata(&self.found.path)?)),
            _ => Ok(self.found.stamp),
        }
    }

    /// Whether it is read as a stream, where files from so many bytes on are.
    pub fn is_large(&self, large: u64) -> bool {
        let is_compressed = plain_name(&self.found.relative) != self.found.relative;
        let times = if is_compressed { INFLATES } else { 1 };
        self.found.stamp.len.saturating_mul(times) >= large
    }
}
