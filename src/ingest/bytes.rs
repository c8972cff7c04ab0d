//! The bytes of a file, at once or as a stream.

use std::{
    cell::Cell,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    os::unix::fs::FileExt,
    path::Path,
    rc::Rc,
};

use super::ending::Limit;
use crate::{
    crawl,
    report::{Begin, FileStamp},
};

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

/// How far a stream was read, for whoever watches its reader.
#[derive(Clone, Default)]
pub(super) struct Way {
    at: Rc<Cell<u64>>,
    lines: Rc<Cell<u64>>,
    cut: Rc<Cell<bool>>,
}

impl Way {
    /// Bytes from the file's beginning that were taken.
    pub fn at(&self) -> u64 {
        self.at.get()
    }

    /// Line ends among them.
    pub fn lines(&self) -> u64 {
        self.lines.get()
    }

    /// Whether the stream was ended before its end, because the run must end.
    pub fn is_cut(&self) -> bool {
        self.cut.get()
    }
}

/// Hashes bytes as they come, to what [`hash64`](crate::article::hash64) gives for all of them; never to 0.
#[derive(Default)]
pub(super) struct Hasher(blake3::Hasher);

impl Hasher {
    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash of all of them.
    pub fn hash(&self) -> u64 {
        let hash = self.0.finalize();
        let (head, _) = hash.as_bytes().split_first_chunk::<8>().expect("a hash has 32 bytes");
        u64::from_be_bytes(*head).max(1)
    }
}

/// A file that is read by its places, so that it may be read twice at a time.
struct Placed {
    file: File,
    at: u64,
}

impl Read for Placed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(buffer, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

/// A file that is hashed while it is read, and ends with an error when the run must end: so every reader stops wherever
/// it is, and need not know that a run can be stopped.
pub(super) struct Stream {
    input: BufReader<Placed>,
    hasher: Hasher,
    limit: Limit,
    way: Way,
}

impl Stream {
    /// Begins where a record does, or at the file's beginning.
    pub fn open(file: File, begin: Option<&Begin>, limit: &Limit) -> Self {
        let file = Placed { file, at: begin.map_or(0, |begin| begin.offset) };
        let way = Way::default();
        if let Some(begin) = begin {
            way.at.set(begin.offset);
            way.lines.set(begin.lines);
        }
        let input = BufReader::with_capacity(1 << 18, file);
        Self { input, hasher: Hasher::default(), limit: limit.clone(), way }
    }

    /// How far it is read.
    pub fn way(&self) -> Way {
        self.way.clone()
    }

    /// The hash of what was read.
    pub fn hash(&self) -> u64 {
        self.hasher.hash()
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut available = self.fill_buf()?;
        let count = available.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Stream {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.input.buffer().is_empty() && self.limit.ended().is_some() {
            self.way.cut.set(true);
            return Err(io::Error::other("the run ends"));
        }
        self.input.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        let taken = &self.input.buffer()[..count];
        self.hasher.update(taken);
        self.way.lines.set(self.way.lines.get() + memchr::memchr_iter(b'\n', taken).count() as u64);
        self.way.at.set(self.way.at.get() + count as u64);
        self.input.consume(count);
    }
}
