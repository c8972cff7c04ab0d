//! Tar: blocks of 512 bytes, a header and then the bytes of each member (POSIX.1-1988 `ustar`, pax of POSIX.1-2001, GNU's
//! long names). Read front to back, with nothing held but the path of the member that comes.

use std::io::{self, Read};

use super::{
    budget::damaged,
    member::{Content, Each, Member, written},
};
use crate::source::Error;

/// Bytes of a header, and what members are filled up to.
pub const BLOCK: usize = 512;

/// Bytes of the longest path inside an archive.
const LONGEST_PATH: u64 = 1 << 14;

/// Whether bytes begin with the header of a member: its check sum tells.
pub fn begins(head: &[u8]) -> bool {
    head.get(..BLOCK).is_some_and(|block| block[0] != 0 && Header(block).is_sound())
}

struct Header<'b>(&'b [u8]);

impl Header<'_> {
    /// Whether the header adds up. The sum counts its own place as blanks.
    fn is_sound(&self) -> bool {
        let sum = |byte: fn(u8) -> i64| -> i64 {
            let own = 148..156;
            (self.0.iter().enumerate()).map(|(at, &b)| if own.contains(&at) { 32 } else { byte(b) }).sum()
        };
        let written = number(&self.0[148..156]).and_then(|sum| i64::try_from(sum).ok());
        // Some old programs added signed bytes.
        written.is_some_and(|written| {
            written == sum(i64::from) || written == sum(|b| i64::from(b.cast_signed()))
        })
    }

    fn size(&self) -> Option<u64> {
        number(&self.0[124..136])
    }

    fn kind(&self) -> u8 {
        self.0[156]
    }

    fn path(&self) -> Vec<u8> {
        let until_nul = |field: &[u8]| field.split(|&byte| byte == 0).next().unwrap_or_default().to_vec();
        let name = until_nul(&self.0[..100]);
        let prefix =
            if self.0[257..].starts_with(b"ustar\0") { until_nul(&self.0[345..500]) } else { Vec::new() };
        if prefix.is_empty() { name } else { [prefix, name].join(&b'/') }
    }
}

/// A number in octal digits; or, where it is too large for those, in bytes after one of 0x80.
fn number(field: &[u8]) -> Option<u64> {
    if field[0] & 0x80 != 0 {
        let bytes = &field[1..];
        let (high, low) = bytes.split_at(bytes.len().saturating_sub(8));
        let fits = field[0] == 0x80 && high.iter().all(|&byte| byte == 0);
        return fits.then(|| low.iter().fold(0, |number, &byte| (number << 8) | u64::from(byte)));
    }
    let digits = field.iter().copied().filter(|byte| !matches!(byte, 0 | b' '));
    digits.into_iter().try_fold(0_u64, |number, digit| {
        let digit = digit.checked_sub(b'0').filter(|digit| *digit < 8)?;
        number.checked_mul(8)?.checked_add(digit.into())
    })
}

/// What a header before the next one says of it.
#[derive(Default)]
struct Extended {
    path: Option<Vec<u8>>,
    size: Option<u64>,
}

/// Gives each file in a tar archive.
pub fn members(input: &mut dyn Read, each: Each<'_>) -> Result<(), Error> {
    let mut block = [0; BLOCK];
    let mut extended = Extended::default();
    let (mut reached, mut is_any) = (0_u64, false);
    loop {
        if !filled(input, &mut block).map_err(|error| failed(&error))? {
            // Two empty blocks should stand at the end; some programs leave them out.
            return if is_any { Ok(()) } else { Err(damaged("it is empty")) };
        }
        if block.iter().all(|&byte| byte == 0) {
            return Ok(());
        }
        let header = Header(&block);
        if !header.is_sound() {
            return Err(damaged("a header does not add up"));
        }
        let size = header.size().ok_or_else(|| damaged("a member has no size"))?;
        is_any = true;
        match header.kind() {
            b'x' => read_pax(&bounded(input, size)?, &mut extended),
            b'L' => extended.path = Some(bounded(input, size)?),
            kind => {
                let Extended { path, size: long } = std::mem::take(&mut extended);
                let size = long.unwrap_or(size);
                let path = path.unwrap_or_else(|| header.path());
                reached = reached.saturating_add(size);
                let mut left = Taken { input, left: size };
                if let Some(path) = written(&path) {
                    let is_folder = |path: &[u8]| path.ends_with(b"/");
                    let content = match kind {
                        0 | b'0' | b'7' if !is_folder(&header.path()) => Some(Ok(Content::Stream(&mut left))),
                        b'1' | b'2' => {
                            Some(Err(Error::file("link", "a link inside an archive: not followed")))
                        }
                        b'S' => Some(Err(Error::file(
                            "unknown-packing",
                            "a file with holes, as GNU tar writes them: unpack the archive",
                        ))),
                        _ => None,
                    };
                    if let Some(content) = content
                        && each(Member { path, len: size, check: None, reached, content })?.is_break()
                    {
                        return Ok(());
                    }
                }
                left.skip()?;
                skip(input, padding(size))?;
                continue;
            }
        }
        skip(input, padding(size))?;
    }
}

/// Reads a whole block; says whether there is one.
fn filled(input: &mut dyn Read, block: &mut [u8; BLOCK]) -> io::Result<bool> {
    let mut at = 0;
    while at < BLOCK {
        match input.read(&mut block[at..]) {
            Ok(0) if at == 0 => return Ok(false),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => at += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => (),
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

/// The bytes of a header that goes on.
fn bounded(input: &mut dyn Read, size: u64) -> Result<Vec<u8>, Error> {
    if size > LONGEST_PATH * 4 {
        return Err(damaged(format!("a header of {size} bytes")));
    }
    let mut bytes = Vec::new();
    let read = input.take(size).read_to_end(&mut bytes).map_err(|error| failed(&error))?;
    if (read as u64) < size { Err(damaged("it ends in a header")) } else { Ok(bytes) }
}

/// Reads `17 path=a/b.html\n` and the like.
fn read_pax(mut bytes: &[u8], extended: &mut Extended) {
    while let Some(blank) = memchr::memchr(b' ', bytes) {
        let length =
            std::str::from_utf8(&bytes[..blank]).ok().and_then(|digits| digits.parse::<usize>().ok());
        let Some(record) = length.and_then(|length| bytes.get(blank + 1..length)) else { return };
        let Some(equals) = memchr::memchr(b'=', record) else { return };
        let value = record[equals + 1..].strip_suffix(b"\n").unwrap_or(&record[equals + 1..]);
        match &record[..equals] {
            b"path" => extended.path = Some(value.to_vec()),
            b"size" => extended.size = std::str::from_utf8(value).ok().and_then(|size| size.parse().ok()),
            _ => (),
        }
        bytes = &bytes[blank + 1 + record.len()..];
    }
}

fn padding(size: u64) -> u64 {
    size.wrapping_neg() % BLOCK as u64
}

fn skip(input: &mut dyn Read, count: u64) -> Result<(), Error> {
    let skipped = io::copy(&mut input.take(count), &mut io::sink()).map_err(|error| failed(&error))?;
    if skipped < count { Err(damaged("it ends in the middle of a member")) } else { Ok(()) }
}

/// The bytes of a member; an error when the archive ends before them.
struct Taken<'i> {
    input: &'i mut dyn Read,
    left: u64,
}

impl Taken<'_> {
    fn skip(&mut self) -> Result<(), Error> {
        io::copy(self, &mut io::sink()).map(|_| ()).map_err(|error| failed(&error))
    }
}

impl Read for Taken<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let count = self.input.read(&mut buffer[..most])?;
        if count == 0 && most > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= count as u64;
        Ok(count)
    }
}

fn failed(error: &io::Error) -> Error {
    match Error::io(error) {
        Error { reason: "truncated", .. } => damaged("it ends in the middle"),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;

    pub fn header(path: &str, kind: u8, size: usize) -> Vec<u8> {
        let mut block = vec![0; BLOCK];
        block[..path.len()].copy_from_slice(path.as_bytes());
        block[124..135].copy_from_slice(format!("{size:011o}").as_bytes());
        block[148..156].fill(b' ');
        block[156] = kind;
        block[257..263].copy_from_slice(b"ustar\0");
        let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
        block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        block
    }

    fn packed(members: &[(&str, u8, &str)]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (path, kind, content) in members {
            bytes.extend(header(path, *kind, content.len()));
            bytes.extend(content.as_bytes());
            bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
        }
        bytes
    }

    type Read = (Vec<(String, Result<String, &'static str>)>, Result<(), &'static str>);

    fn read(bytes: &[u8]) -> Read {
        let mut found = Vec::new();
        let done = members(&mut &bytes[..], &mut |member| {
            let content = member.content.and_then(|content| {
                let Content::Stream(input) = content else { unreachable!("a stream") };
                io::read_to_string(input).map_err(|error| failed(&error))
            });
            found.push((member.path, content.map_err(|error| error.reason)));
            Ok(ControlFlow::Continue(()))
        });
        (found, done.map_err(|error| error.reason))
    }

    #[test]
    fn files_long_names_and_links() {
        let pax = "30 path=deep/é and so on.html\n";
        assert_eq!(pax.len(), 31);
        let bytes = packed(&[
            ("news/", b'5', ""),
            ("news/a.txt", b'0', "Voss left."),
            ("x", b'x', &format!("31{}", &pax[2..])),
            ("short", b'0', "One."),
            ("x", b'L', "long/name.txt\0"),
            ("short", 0, "Two."),
            ("b", b'2', ""),
        ]);
        assert!(begins(&bytes) && !begins(&[0; 1024]) && !begins(b"news"));
        let (found, done) = read(&bytes);
        assert_eq!(done, Ok(()), "without the blocks at the end");
        let found: Vec<(&str, Result<&str, &str>)> = found
            .iter()
            .map(|(path, content)| (&**path, content.as_deref().map_err(|reason| *reason)))
            .collect();
        assert_eq!(
            found,
            [
                ("news/a.txt", Ok("Voss left.")),
                ("deep/é and so on.html", Ok("One.")),
                ("long/name.txt", Ok("Two.")),
                ("b", Err("link"))
            ]
        );
    }

    #[test]
    fn what_is_cut_or_does_not_add_up_is_damaged() {
        let mut bytes = packed(&[("a.txt", b'0', "Voss left."), ("b.txt", b'0', "She did.")]);
        let (found, done) = read(&bytes[..BLOCK * 3 + 3]);
        assert_eq!((found.len(), done), (2, Err("damaged")));
        assert_eq!(found[1].1, Err("damaged"));
        bytes[BLOCK * 2 + 5] ^= 1;
        let (found, done) = read(&bytes);
        assert_eq!((found.len(), done), (1, Err("damaged")));
        assert_eq!(number(b"\x80\0\0\0\0\0\0\0\0\0\x01\0"), Some(256));
        assert_eq!(number(b"0000644 "), Some(0o644));
        assert_eq!(read(&packed(&[("x", b'L', &"n".repeat(100_000))])).1, Err("damaged"));
    }
}
