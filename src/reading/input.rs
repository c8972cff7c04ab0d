//! One input: a file, or what lies in an archive.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Cursor, Read, Seek},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use crate::source::{
    self, Place,
    archive::{Content, Packed},
};

/// Bytes read at a time.
const BUFFER: usize = 1 << 16;

/// An input.
pub(super) struct Input {
    /// Its path, as it was named; that of a member behind that of its archive.
    pub path: String,
    /// The path inside the outermost archive.
    pub inner: Option<String>,
    pub bytes: Bytes,
}

/// Where the bytes of an input are.
pub(super) enum Bytes {
    Own(PathBuf),
    Packed(Packed),
    Held(Vec<u8>),
    /// In a file that has no name.
    Spilled(File),
}

/// A file that is read by its places.
struct Placed<'f> {
    file: &'f File,
    at: u64,
}

impl Read for Placed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(buffer, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

/// Copies an input into a file without a name.
pub(super) fn copied(input: &mut dyn Read) -> io::Result<Bytes> {
    let mut file = tempfile::tempfile()?;
    io::copy(input, &mut file)?;
    Ok(Bytes::Spilled(file))
}

impl Bytes {
    /// Those of a member: in memory up to so many.
    pub fn of(content: Content<'_>, len: u64, small: u64) -> Result<Self, source::Error> {
        let bytes = match content {
            Content::Packed(packed) => Ok(Self::Packed(packed)),
            Content::Stream(input) if len > small => copied(input),
            Content::Stream(input) => {
                let mut bytes = Vec::new();
                input.read_to_end(&mut bytes).map(|_| Self::Held(bytes))
            }
        };
        bytes.map_err(|error| source::Error::io(&error))
    }
}

impl Input {
    /// A file.
    pub fn of(file: &Path) -> Self {
        Self { path: file.display().to_string(), inner: None, bytes: Bytes::Own(file.to_owned()) }
    }

    pub fn place(&self) -> Place<'_> {
        Place { root: "", path: &self.path, again: None }
    }

    /// Whether it is a file of at most so many bytes that is not compressed.
    pub fn is_at_most(&self, small: u64) -> bool {
        let Bytes::Own(file) = &self.bytes else { return false };
        let is_small =
            || fs::metadata(file).is_ok_and(|metadata| metadata.is_file() && metadata.len() <= small);
        source::plain_name(&self.path) == self.path && is_small()
    }

    /// Opens it, to be read from its beginning.
    pub fn open(&self) -> io::Result<Box<dyn BufRead + '_>> {
        Ok(match &self.bytes {
            Bytes::Own(_) | Bytes::Spilled(_) => Box::new(BufReader::with_capacity(BUFFER, self.file()?.0)),
            Bytes::Packed(packed) => Box::new(BufReader::with_capacity(BUFFER, packed.open()?)),
            Bytes::Held(bytes) => Box::new(Cursor::new(&bytes[..])),
        })
    }

    /// Opens it while it is being read.
    pub fn again(&self) -> io::Result<Box<dyn BufRead + '_>> {
        match &self.bytes {
            Bytes::Spilled(file) => Ok(Box::new(BufReader::with_capacity(BUFFER, Placed { file, at: 0 }))),
            _ => self.open(),
        }
    }

    /// Its bytes as a file that stands at its beginning, and how many they are.
    pub fn file(&self) -> io::Result<(File, u64)> {
        let mut file = match &self.bytes {
            Bytes::Own(path) => {
                let file = File::open(path)?;
                if file.metadata()?.is_dir() {
                    return Err(io::Error::other("it is a folder: name its files, or index it"));
                }
                file
            }
            Bytes::Spilled(file) => file.try_clone()?,
            Bytes::Packed(_) | Bytes::Held(_) => match copied(&mut *self.open()?)? {
                Bytes::Spilled(file) => file,
                _ => unreachable!("a copy is a file"),
            },
        };
        file.rewind()?;
        let size = file.metadata()?.len();
        Ok((file, size))
    }
}
