//! The bytes of a file, at once or as a stream.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use crate::{crawl, report::FileStamp};

/// All bytes of a file and the stamp it had before and after; nothing when that differed twice.
pub(super) fn whole(path: &Path) -> io::Result<Option<(Vec<u8>, FileStamp)>> {
    for _ in 0..2 {
        let mut file = File::open(path)?;
        let before = crawl::stamp(&file.metadata()?);
        let mut bytes = Vec::with_capacity(usize::try_from(before.len).unwrap_or_default() + 1);
        file.read_to_end(&mut bytes)?;
        if crawl::stamp(&file.metadata()?) == before {
            return Ok(Some((bytes, before)));
        }
    }
    Ok(None)
}

/// A file that is hashed while it is read.
pub(super) struct Hashing {
    input: BufReader<File>,
    hasher: blake3::Hasher,
}

impl Hashing {
    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(Self {
            input: BufReader::with_capacity(1 << 18, File::open(path)?),
            hasher: blake3::Hasher::new(),
        })
    }

    /// The hash of what was read, as [`hash64`](crate::article::hash64) gives it; never 0.
    pub fn hash(&self) -> u64 {
        let hash = self.hasher.finalize();
        let (head, _) = hash.as_bytes().split_first_chunk::<8>().expect("a hash has 32 bytes");
        u64::from_be_bytes(*head).max(1)
    }
}

impl Read for Hashing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut available = self.fill_buf()?;
        let count = available.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Hashing {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.input.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.hasher.update(&self.input.buffer()[..count]);
        self.input.consume(count);
    }
}
