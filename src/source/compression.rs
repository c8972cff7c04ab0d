//! Compression around an input: told by its first bytes, whatever its name, and undone as it is read.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::{GzDecoder, MultiGzDecoder};
use lzma_rust2::XzReader;
use ruzstd::decoding::{
    BlockDecodingStrategy, FrameDecoder,
    errors::{FrameDecoderError, ReadFrameHeaderError},
};

/// Bytes inflated at a time.
pub const BUFFER: usize = 1 << 16;

/// How web archives begin: WARC and ARC.
pub const WARC: &[u8] = b"WARC/";
pub const ARC: &[u8] = b"filedesc://";

/// How a member of gzip begins, deflated.
const GZIP: &[u8] = &[0x1f, 0x8b, 8];

/// Memory that the dictionary of an xz file may take, in KiB: twice that of `xz -9`.
const XZ_MEMORY: u32 = 160 << 10;

/// What ends the name of a compressed file.
pub const SUFFIXES: [&str; 4] = [".gz", ".zst", ".bz2", ".xz"];

/// How an input is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
    /// Blocks after `BZh`.
    Bzip2,
    /// The xz container of LZMA2.
    Xz,
}

impl Compression {
    /// How bytes that begin so are compressed, if they are.
    pub fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..] => Some(Self::Bzip2),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            _ => None,
        }
    }

    /// The same, to be read a line at a time.
    pub fn buffered<'r>(self, mut input: impl BufRead + 'r) -> Box<dyn BufRead + 'r> {
        // Web archives are compressed record by record, so that damage need not cost what follows it.
        if self == Self::Gzip && is_web_archive(&mut input) {
            return Box::new(BufReader::with_capacity(BUFFER, Members::new(input)));
        }
        Box::new(BufReader::with_capacity(BUFFER, self.reader(input)))
    }

    /// What was compressed, all parts of it where several stand one after the other.
    pub fn reader<'r>(self, input: impl BufRead + 'r) -> Box<dyn Read + 'r> {
        match self {
            Self::Gzip => Box::new(MultiGzDecoder::new(input)),
            Self::Zstd => Box::new(Frames { input, decoder: FrameDecoder::new(), is_open: false }),
            Self::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(input)),
            Self::Xz => Box::new(XzReader::new_mem_limit(input, true, XZ_MEMORY)),
        }
    }
}

/// The name without what says that it is compressed.
pub fn plain_name(name: &str) -> &str {
    let is_suffix = |suffix: &&&str| {
        let at = name.len().checked_sub(suffix.len()).filter(|&at| name.is_char_boundary(at));
        at.is_some_and(|at| name[at..].eq_ignore_ascii_case(suffix))
    };
    let suffix = SUFFIXES.iter().find(is_suffix).map_or(0, |suffix| suffix.len());
    &name[..name.len() - suffix]
}

/// What an input holds, inflated if it is compressed.
pub fn inflated<'r>(mut input: impl BufRead + 'r) -> Box<dyn BufRead + 'r> {
    match input.fill_buf().ok().and_then(Compression::of) {
        Some(compression) => compression.buffered(input),
        None => Box::new(input),
    }
}

/// Whether what is compressed begins as a web archive does.
fn is_web_archive(input: &mut dyn BufRead) -> bool {
    let Ok(head) = input.fill_buf() else { return false };
    let mut begins = Vec::new();
    let _ = GzDecoder::new(head).take(16).read_to_end(&mut begins);
    [WARC, ARC].iter().any(|mark| begins.starts_with(mark))
}

/// Members of gzip, one after the other. Damage is an error once; then reading goes on with the member after it.
struct Members<R> {
    /// The member that is read, or the input between two.
    decoder: Option<GzDecoder<R>>,
    between: Option<R>,
    is_damaged: bool,
}

impl<R: BufRead> Members<R> {
    fn new(input: R) -> Self {
        Self { decoder: None, between: Some(input), is_damaged: false }
    }

    /// Begins the next member; says whether there is one.
    fn begin(&mut self) -> io::Result<bool> {
        let Some(mut input) = self.between.take() else { return Ok(false) };
        loop {
            let buffer = match input.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) => {
                    self.between = Some(input);
                    return Err(error);
                }
            };
            if buffer.is_empty() {
                return Ok(false);
            }
            // A mark across the end of what is buffered is tried, and found to be one or not by the decoder.
            let is_mark = |at: &usize| GZIP.starts_with(&buffer[*at..buffer.len().min(at + GZIP.len())]);
            match memchr::memchr_iter(GZIP[0], buffer).find(is_mark) {
                Some(at) if at == 0 || self.is_damaged => {
                    input.consume(at);
                    self.decoder = Some(GzDecoder::new(input));
                    return Ok(true);
                }
                // What follows the last member and is none is nobody's.
                _ if !self.is_damaged => return Ok(false),
                found => {
                    let count = found.unwrap_or(buffer.len());
                    input.consume(count);
                }
            }
        }
    }
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.decoder.is_none() && !self.begin()? {
                return Ok(0);
            }
            let Some(decoder) = &mut self.decoder else { return Ok(0) };
            match decoder.read(buffer) {
                Ok(0) if !buffer.is_empty() => {
                    self.between = self.decoder.take().map(GzDecoder::into_inner);
                    self.is_damaged = false;
                }
                Ok(count) => {
                    self.is_damaged = false;
                    return Ok(count);
                }
                Err(error)
                    if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) =>
                {
                    self.between = self.decoder.take().map(GzDecoder::into_inner);
                    let is_told = std::mem::replace(&mut self.is_damaged, true);
                    if let Some(input) = self.between.as_mut().filter(|_| is_told) {
                        // A mark that was none.
                        let count = usize::from(!input.fill_buf()?.is_empty());
                        input.consume(count);
                    }
                    if !is_told {
                        return Err(error);
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// Frames of Zstandard, one after the other.
struct Frames<R> {
    input: R,
    decoder: FrameDecoder,
    is_open: bool,
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let damaged = |error: FrameDecoderError| io::Error::new(io::ErrorKind::InvalidData, error);
        loop {
            if !self.is_open {
                if self.input.fill_buf()?.is_empty() {
                    return Ok(0);
                }
                match self.decoder.init(&mut self.input) {
                    Ok(()) => self.is_open = true,
                    Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                        length,
                        ..
                    })) => {
                        io::copy(&mut Read::take(&mut self.input, length.into()), &mut io::sink())?;
                        continue;
                    }
                    Err(error) => return Err(damaged(error)),
                }
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let one = BlockDecodingStrategy::UptoBlocks(1);
                self.decoder.decode_blocks(&mut self.input, one).map_err(damaged)?;
            }
            let count = self.decoder.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            self.is_open = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// `Voss left.\n`, as the programs of these names write it.
    const ZST: &[u8] = b"\x28\xb5\x2f\xfd\x04\x58\x59\x00\x00\x56\x6f\x73\x73\x20\x6c\x65\x66\x74\x2e\x0a";

    fn plain(bytes: &[u8]) -> io::Result<String> {
        let compression = Compression::of(bytes).expect("a mark");
        let mut text = String::new();
        compression.reader(bytes).read_to_string(&mut text).map(|_| text)
    }

    fn bzip2(text: &str) -> Vec<u8> {
        let mut out = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        out.write_all(text.as_bytes()).expect("memory");
        out.finish().expect("memory")
    }

    #[test]
    fn parts_one_after_the_other_are_read() {
        let twice = [bzip2("Voss left.\n"), bzip2("She did.\n")].concat();
        assert_eq!(plain(&twice).expect("two parts"), "Voss left.\nShe did.\n");
        assert!(plain(&twice[..twice.len() - 9]).is_err(), "cut");
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(b"Voss left.\n").expect("memory");
        let gzip = gzip.finish().expect("memory").repeat(2);
        assert_eq!(plain(&gzip).expect("two parts"), "Voss left.\nVoss left.\n");
    }

    #[test]
    fn frames_and_what_is_skipped_between_them() {
        // The check sum is left out of the frame: bit 2 of its descriptor is not set.
        let mut frame = ZST.to_vec();
        frame[4] = 0;
        let skipped = b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc";
        let frames = [&frame[..], skipped, &frame].concat();
        assert_eq!(plain(&frames).expect("two frames"), "Voss left.\nVoss left.\n");
        assert!(plain(&frames[..frames.len() - 4]).is_err(), "cut");
    }

    #[test]
    fn names_lose_what_says_that_they_are_compressed() {
        assert_eq!(
            ["a.txt.GZ", "a.json.zst", "é.xz", "a.gz.txt"].map(plain_name),
            ["a.txt", "a.json", "é", "a.gz.txt"]
        );
    }
}
