//! A member of a zip archive in its place: any thread can unpack any member.

use std::{
    fs::File,
    io::{self, BufReader, Read},
    os::unix::fs::FileExt,
    sync::Arc,
};

use flate2::bufread::DeflateDecoder;

use super::budget::{Budget, Counted, damaged};
use crate::source::compression::{BUFFER, Compression};

/// How an archive begins, and each member of it.
pub const MAGIC: &[u8] = b"PK\x03\x04";

/// Bytes before the name of a member (4.3.7).
const LOCAL_BYTES: usize = 30;

/// How members are packed (4.4.5); of the others the names are known alone.
pub(super) const STORED: u16 = 0;
pub(super) const DEFLATED: u16 = 8;

/// A part of a file, read by its place and whatever else is read of the file.
#[derive(Clone)]
pub(super) struct Part {
    pub file: Arc<File>,
    pub at: u64,
    pub left: u64,
}

impl Read for Part {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let count = self.file.read_at(&mut buffer[..most], self.at)?;
        self.at += count as u64;
        self.left -= count as u64;
        Ok(count)
    }
}

/// A member in its place.
#[derive(Clone)]
pub struct Packed {
    pub(super) part: Part,
    pub(super) method: u16,
    pub(super) len: u64,
    pub(super) check: u32,
    pub(super) budget: Arc<Budget>,
}

impl Packed {
    /// Its bytes. What they do not add up to is an error at their end.
    ///
    /// # Errors
    /// When it is not where the list says.
    pub fn open(&self) -> io::Result<impl Read + use<>> {
        let mut part = self.part.clone();
        let packed = part.left;
        part.left = LOCAL_BYTES as u64;
        let mut local = [0; LOCAL_BYTES];
        part.read_exact(&mut local).map_err(|_| io::Error::other(damaged("a member is not in its place")))?;
        if !local.starts_with(MAGIC) {
            return Err(io::Error::other(damaged("a member is not in its place")));
        }
        part.at += u64::from(u16_at(&local, 26)) + u64::from(u16_at(&local, 28));
        part.left = packed;
        let input =
            BufReader::with_capacity(BUFFER.min(usize::try_from(packed).unwrap_or(BUFFER).max(64)), part);
        let inner: Box<dyn Read> = match self.method {
            STORED => Box::new(input),
            DEFLATED => Box::new(DeflateDecoder::new(input)),
            method => compression(method)
                .map_or_else(|| Box::new(io::empty()) as Box<dyn Read>, |it| it.reader(input)),
        };
        let hasher = crc32fast::Hasher::new();
        Ok(Checked {
            inner: Counted { inner, budget: self.budget.clone() },
            left: self.len,
            check: self.check,
            hasher,
        })
    }
}

/// Compression of a member by its number (4.4.5).
pub(super) fn compression(method: u16) -> Option<Compression> {
    match method {
        12 => Some(Compression::Bzip2),
        93 => Some(Compression::Zstd),
        95 => Some(Compression::Xz),
        _ => None,
    }
}

/// Bytes that are as many, and of the check sum, that the list says.
struct Checked<R> {
    inner: R,
    left: u64,
    check: u32,
    hasher: crc32fast::Hasher,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wrong = |what: &str| io::Error::other(damaged(what));
        let count = match self.inner.read(buffer) {
            Err(error) if error.kind() != io::ErrorKind::Other => {
                return Err(wrong("a member cannot be unpacked"));
            }
            read => read?,
        };
        self.hasher.update(&buffer[..count]);
        let Some(left) = self.left.checked_sub(count as u64) else {
            return Err(wrong("a member is too long"));
        };
        self.left = left;
        if count == 0 && !buffer.is_empty() && (left > 0 || self.hasher.clone().finalize() != self.check) {
            return Err(wrong("a member's check sum is wrong"));
        }
        Ok(count)
    }
}

/// A number of two bytes.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}
