//! Zip: members packed one by one, and a list of them at the end (PKWARE's APPNOTE 6.3.10). The list is read as a stream,
//! and each member by its place in the file, so that nothing grows with the archive and any thread can read any member.

use std::{
    fs::File,
    io::{self, BufReader, Read},
    os::unix::fs::FileExt,
    sync::Arc,
};

use super::{
    budget::{Budget, damaged},
    member::{Content, Each, Member, written},
    packed::{DEFLATED, Packed, Part, STORED, compression, u16_at},
};
use crate::source::{Error, compression::BUFFER, package::encrypted};

/// How an archive without members begins.
pub const EMPTY: &[u8] = b"PK\x05\x06";

/// Marks of the list's entries, of what stands behind the list, and of that in the form for large files (4.3.12 to 4.3.16).
const ENTRY: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";
const END_64: &[u8] = b"PK\x06\x06";
const LOCATOR_64: &[u8] = b"PK\x06\x07";

/// Bytes of these without what has no fixed length.
const ENTRY_BYTES: usize = 46;
const END_BYTES: usize = 22;
const END_64_BYTES: usize = 56;
const LOCATOR_BYTES: usize = 20;

/// The longest comment that may stand at the end.
const COMMENT: u64 = 0xffff;

/// What a number says that does not fit, and stands in the extra field with that id instead (4.5.3).
const TOO_LARGE: u64 = 0xffff_ffff;
const EXTRA_64: u16 = 1;

fn u32_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32::from_le_bytes(*bytes[at..].first_chunk().expect("four bytes")))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(*bytes[at..].first_chunk().expect("eight bytes"))
}

/// Where the list of members is.
struct List {
    at: u64,
    size: u64,
    entries: u64,
    /// Bytes before the archive's own, which no place in it counts.
    before: u64,
}

fn read_at(file: &File, at: u64, len: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = vec![0; usize::try_from(len).unwrap_or_default()];
    file.read_exact_at(&mut bytes, at).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => damaged("it ends in the middle"),
        _ => Error::io(&error),
    })?;
    Ok(bytes)
}

impl List {
    fn find(file: &File) -> Result<Self, Error> {
        let length = file.metadata().map_err(|error| Error::io(&error))?.len();
        let from = length.saturating_sub(END_BYTES as u64 + COMMENT);
        let tail = read_at(file, from, length - from)?;
        let fits = |at: &usize| {
            let comment = tail.get(at + 20..at + END_BYTES).map(|bytes| usize::from(u16_at(bytes, 0)));
            comment.is_some_and(|comment| at + END_BYTES + comment <= tail.len())
        };
        let end = memchr::memmem::rfind_iter(&tail, END).find(fits);
        let end = end.ok_or_else(|| damaged("the list of its members is missing"))?;
        let (mut entries, mut size, mut at) =
            (u64::from(u16_at(&tail, end + 10)), u32_at(&tail, end + 12), u32_at(&tail, end + 16));
        let mut behind = from + end as u64;
        let locator =
            behind.checked_sub(LOCATOR_BYTES as u64).map(|at| read_at(file, at, LOCATOR_BYTES as u64));
        if let Some(locator) = locator.transpose()?.filter(|locator| locator.starts_with(LOCATOR_64)) {
            let place = behind - (LOCATOR_BYTES + END_64_BYTES) as u64;
            // It stands right before its locator, but where something stands between.
            let found = [place, u64_at(&locator, 8)].into_iter().find_map(|at| {
                let bytes = read_at(file, at, END_64_BYTES as u64).ok()?;
                bytes.starts_with(END_64).then_some((at, bytes))
            });
            let (place, bytes) = found.ok_or_else(|| damaged("the list of its members is missing"))?;
            (entries, size, at, behind) = (u64_at(&bytes, 32), u64_at(&bytes, 40), u64_at(&bytes, 48), place);
        }
        let starts = behind.checked_sub(size);
        let before = starts.and_then(|starts| starts.checked_sub(at));
        let before = before.ok_or_else(|| damaged("the list of its members is not in its place"))?;
        Ok(Self { at: at + before, size, entries, before })
    }
}

/// Gives each file in a zip archive.
pub fn members(file: Arc<File>, budget: &Arc<Budget>, each: Each<'_>) -> Result<(), Error> {
    let list = List::find(&file)?;
    let part = Part { file: file.clone(), at: list.at, left: list.size };
    let mut input = BufReader::with_capacity(BUFFER, part);
    let cut = |_| damaged("the list of its members is cut");
    let (mut rest, mut name) = (Vec::new(), Vec::new());
    for _ in 0..list.entries {
        let mut entry = [0; ENTRY_BYTES];
        input.read_exact(&mut entry).map_err(cut)?;
        if !entry.starts_with(ENTRY) {
            return Err(damaged("the list of its members is broken"));
        }
        name.resize(u16_at(&entry, 28).into(), 0);
        input.read_exact(&mut name).map_err(cut)?;
        rest.resize(usize::from(u16_at(&entry, 30)) + usize::from(u16_at(&entry, 32)), 0);
        input.read_exact(&mut rest).map_err(cut)?;
        let extra = &rest[..u16_at(&entry, 30).into()];
        let Some(path) = written(&name).filter(|_| !name.ends_with(b"/")) else { continue };
        let entry = Entry::read(&entry, extra);
        let content = entry.check().map(|()| {
            Content::Packed(Packed {
                part: Part {
                    file: file.clone(),
                    at: entry.at.saturating_add(list.before),
                    left: entry.packed,
                },
                method: entry.method,
                len: entry.len,
                check: entry.check,
                budget: budget.clone(),
            })
        });
        let reached = entry.at.saturating_add(entry.packed);
        let member = Member { path, len: entry.len, check: Some(entry.check), reached, content };
        if each(member)?.is_break() {
            return Ok(());
        }
    }
    Ok(())
}

/// What the list says of a member.
struct Entry {
    flags: u16,
    method: u16,
    check: u32,
    packed: u64,
    len: u64,
    at: u64,
    is_link: bool,
}

impl Entry {
    fn read(entry: &[u8; ENTRY_BYTES], extra: &[u8]) -> Self {
        let mut numbers = [u32_at(entry, 24), u32_at(entry, 20), u32_at(entry, 42)];
        let mut large = field(extra, EXTRA_64).unwrap_or_default();
        for number in numbers.iter_mut().filter(|number| **number == TOO_LARGE) {
            let Some((value, rest)) = large.split_first_chunk() else { break };
            (*number, large) = (u64::from_le_bytes(*value), rest);
        }
        let [len, packed, at] = numbers;
        // Made on a Unix (4.4.2), its mode says what it is.
        let is_link = entry[5] == 3 && u16_at(entry, 40) & 0o170_000 == 0o120_000;
        let check = u32::try_from(u32_at(entry, 16)).unwrap_or_default();
        Self { flags: u16_at(entry, 8), method: u16_at(entry, 10), check, packed, len, at, is_link }
    }

    /// Why it cannot be unpacked, if it cannot.
    fn check(&self) -> Result<(), Error> {
        if self.is_link {
            return Err(Error::file("link", "a link inside an archive: not followed"));
        }
        // Bit 0: encrypted; bit 13: the list itself is (4.4.4).
        if self.flags & 0x2001 != 0 {
            return Err(encrypted());
        }
        if ![STORED, DEFLATED].contains(&self.method) && compression(self.method).is_none() {
            let message = format!("packed in a way that is not read (method {}): pack it again", self.method);
            return Err(Error::file("unknown-packing", message));
        }
        Ok(())
    }
}

/// An extra field by its id (4.5.1).
fn field(mut extra: &[u8], id: u16) -> Option<&[u8]> {
    while extra.len() >= 4 {
        let (head, rest) = extra.split_at(4);
        let value = rest.get(..u16_at(head, 2).into())?;
        if u16_at(head, 0) == id {
            return Some(value);
        }
        extra = &rest[value.len()..];
    }
    None
}

#[cfg(test)]
mod tests {
    use std::{io::Write, ops::ControlFlow};

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    fn packed(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(io::Cursor::new(Vec::new()));
        for (name, bytes) in members {
            // Sizes in the form for large files.
            let large = SimpleFileOptions::default().large_file(name.starts_with("large"));
            zip.start_file(*name, large).expect("a member");
            zip.write_all(bytes).expect("its bytes");
        }
        zip.finish().expect("an archive").into_inner()
    }

    type Found = (String, Result<Vec<u8>, &'static str>);

    fn read(bytes: &[u8]) -> (Vec<Found>, Result<(), &'static str>) {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(bytes).expect("its bytes");
        let budget = Budget::of(bytes.len() as u64);
        let mut found = Vec::new();
        let done = members(Arc::new(file), &budget, &mut |member| {
            let content = member.content.and_then(|content| {
                let Content::Packed(packed) = content else { unreachable!("a place") };
                let mut bytes = Vec::new();
                let read = packed.open().and_then(|mut input| input.read_to_end(&mut bytes));
                read.map(|_| bytes).map_err(|error| Error::io(&error))
            });
            found.push((member.path, content.map_err(|error| error.reason)));
            Ok(ControlFlow::Continue(()))
        });
        (found, done.map_err(|error| error.reason))
    }

    #[test]
    fn members_are_read_by_their_place() {
        let bytes =
            packed(&[("a/b.txt", b"Voss left."), ("large.txt", &b"She did. ".repeat(900)), ("c/", b"")]);
        for before in [0, 700] {
            let (found, done) = read(&[vec![b'#'; before], bytes.clone()].concat());
            assert_eq!(done, Ok(()));
            assert_eq!(found[0], ("a/b.txt".to_owned(), Ok(b"Voss left.".to_vec())));
            assert_eq!((found.len(), found[1].1.as_ref().map(Vec::len)), (2, Ok(8100)));
        }
    }

    #[test]
    fn one_bad_member_leaves_the_rest_alone() {
        let mut bytes = packed(&[("a.txt", &b"Voss left. ".repeat(60)), ("b.txt", b"She did.")]);
        bytes[50] ^= 0x55;
        let (found, done) = read(&bytes);
        assert_eq!(
            (done, found[0].1.clone(), found[1].1.clone()),
            (Ok(()), Err("damaged"), Ok(b"She did.".to_vec()))
        );
        let cut = bytes.len() - 9;
        assert_eq!(read(&bytes[..cut]).1, Err("damaged"));
        let list = memchr::memmem::find(&bytes, ENTRY).expect("a list");
        bytes[list + 8] |= 1;
        bytes[list + 10] = 99;
        assert_eq!(read(&bytes).0[0].1, Err("encrypted"));
        bytes[list + 8] = 0;
        assert_eq!(read(&bytes).0[0].1, Err("unknown-packing"));
    }

    #[test]
    fn a_bomb_is_refused_with_the_figure() {
        let bytes = packed(&[("a.txt", &vec![b'x'; 70 << 20])]);
        let (found, done) = read(&bytes);
        assert_eq!((done, found[0].1.clone()), (Ok(()), Err("bomb")));
    }
}
