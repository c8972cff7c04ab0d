//! Names, quotes and topics of inputs that are in no index: files as they lie, a draft as it is written.

mod input;

use std::{io::BufRead, ops::ControlFlow, path::PathBuf, sync::Arc};

use rayon::prelude::*;

use self::input::{Bytes, Input};
use crate::{
    article::{Article, INSIDE},
    config::{CrawlConfig, SourceConfig},
    crawl::{Inside, Rules},
    extract::annotate,
    record::ExtractionRecord,
    report::Skipped,
    source::{
        self, Format, Place, Told,
        archive::{self, Budget, DEEPEST, Kind, Member},
    },
};

/// Records of a container that are read before they are spread over the threads, and how much text they may have.
const RECORDS_AT_A_TIME: usize = 256;
const TEXT_AT_A_TIME: usize = 16 << 20;

/// Files that are spread over the threads at a time, when none has more than so many bytes; larger ones, and compressed
/// ones, are read as a stream.
const FILES_AT_A_TIME: usize = 64;
const SMALL: u64 = 1 << 20;

/// Bytes of members of an archive that are spread over the threads at a time.
const MEMBERS_AT_A_TIME: u64 = 8 << 20;

/// How inputs are read.
#[derive(Clone)]
pub struct Reading {
    /// Their format; when there is none, each input tells its own.
    pub format: Option<&'static dyn Format>,
    /// How articles are read from them.
    pub config: SourceConfig,
}

/// What was found in a record; or why the record, or the rest of its input, is left out.
pub type Extracted = Result<ExtractionRecord, Skipped>;

/// A record as it was read, with its id and its file; or why not.
type Read = Result<(String, Option<String>, Article), Skipped>;

impl Reading {
    /// Reads files, and gives every record with what was found in it, in their order, to `each`. Extraction is spread
    /// over the threads of the pool that this is called in. A file that cannot be opened is told as left out.
    ///
    /// # Errors
    /// Those of `each`: nothing is given to it after the first.
    pub fn files<E>(
        &self,
        files: &[PathBuf],
        each: &mut dyn FnMut(Extracted) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut files = files;
        while let Some(first) = files.first() {
            let inputs = files.iter().map(|file| Input::of(file));
            let lot: Vec<Input> =
                inputs.take(FILES_AT_A_TIME).take_while(|input| input.is_at_most(SMALL)).collect();
            let read = lot.len().max(1);
            if lot.is_empty() {
                self.large(&Input::of(first), None, each)?
            } else {
                self.lot(&lot, None, each)?
            }
            files = &files[read..];
        }
        Ok(())
    }

    /// Reads an input that is no file, as [`files`](Self::files) does. Its records have no path; their ids, where they
    /// bring none, and what is left out go by `name`.
    ///
    /// # Errors
    /// Those of `each`: nothing is given to it after the first.
    pub fn stream<E>(
        &self,
        name: &str,
        input: &mut dyn BufRead,
        each: &mut dyn FnMut(Extracted) -> Result<(), E>,
    ) -> Result<(), E> {
        let place = Place { root: "", path: name, again: None };
        match self.kind(input, &place) {
            Some(kind) => match input::copied(input) {
                Ok(bytes) => {
                    let input = Input { path: name.to_owned(), inner: None, bytes };
                    self.archive(&input, kind, None, each)
                }
                Err(error) => each(Err(left_out(name, None, source::Error::io(&error)))),
            },
            None => in_lots(|each| self.read(input, &place, None, false, each), each),
        }
    }

    /// What archive an input is, if it is one and is not said to be something else.
    fn kind(&self, input: &mut dyn BufRead, place: &Place<'_>) -> Option<Kind> {
        let head = input.fill_buf().ok().filter(|_| self.format.is_none())?;
        Kind::of(place, source::head(head))
    }

    /// Reads small inputs on all threads.
    fn lot<E>(&self, lot: &[Input], around: Option<&Around>, each: Each<'_, E>) -> Result<(), E> {
        let found: Vec<Given> = lot.par_iter().map(|input| self.given(input)).collect();
        for (input, given) in lot.iter().zip(found) {
            match given {
                Given::Records(records) => records.into_iter().try_for_each(&mut *each)?,
                Given::Archive(kind) => self.archive(input, kind, around, each)?,
            }
        }
        Ok(())
    }

    fn given(&self, input: &Input) -> Given {
        let mut opened = match input.open() {
            Ok(opened) => opened,
            Err(error) => {
                return Given::Records(vec![Err(left_out(&input.path, None, source::Error::io(&error)))]);
            }
        };
        if let Some(kind) = self.kind(&mut opened, &input.place()) {
            return Given::Archive(kind);
        }
        let mut records = Vec::new();
        let again = || input.again();
        let place = Place { again: Some(&again), ..input.place() };
        self.read(&mut opened, &place, input.inner.as_deref(), true, &mut |read| {
            records.push(read.map(extracted));
        });
        Given::Records(records)
    }

    /// Reads an input of any size, a lot of records at a time.
    fn large<E>(&self, input: &Input, around: Option<&Around>, each: Each<'_, E>) -> Result<(), E> {
        let mut opened = match input.open() {
            Ok(opened) => opened,
            Err(error) => return each(Err(left_out(&input.path, None, source::Error::io(&error)))),
        };
        match self.kind(&mut opened, &input.place()) {
            Some(kind) => self.archive(input, kind, around, each),
            None => {
                let again = || input.again();
                let place = Place { again: Some(&again), ..input.place() };
                let inner = input.inner.as_deref();
                in_lots(|each| self.read(&mut opened, &place, inner, true, each), each)
            }
        }
    }

    /// Reads what is in an archive, hidden files aside.
    fn archive<E>(
        &self,
        input: &Input,
        kind: Kind,
        around: Option<&Around>,
        each: Each<'_, E>,
    ) -> Result<(), E> {
        let depth = around.map_or(1, |around| around.depth + 1);
        if depth > DEEPEST {
            return each(Err(left_out(&input.path, None, archive::too_deep())));
        }
        let (file, size) = match input.file() {
            Ok(file) => file,
            Err(error) => return each(Err(left_out(&input.path, None, source::Error::io(&error)))),
        };
        let budget = around.map_or_else(|| Budget::of(size), |around| around.budget.clone());
        let around = Around { budget: budget.clone(), depth };
        let rules = Rules::new(&CrawlConfig::default()).expect("no globs");
        let (mut lot, mut bytes, mut done) = (Vec::new(), 0, Ok(()));
        let end = archive::members(file, kind, &budget, &mut |member| {
            if rules.inside("", &member.path) == Inside::Hidden {
                return ControlFlow::Continue(());
            }
            done = match member_of(input, member) {
                Ok((member, len)) if len > SMALL => self
                    .lot(&std::mem::take(&mut lot), Some(&around), each)
                    .and_then(|()| self.large(&member, Some(&around), each)),
                Ok((member, len)) => {
                    lot.push(member);
                    bytes += len;
                    match lot.len() >= FILES_AT_A_TIME || bytes >= MEMBERS_AT_A_TIME {
                        true => {
                            bytes = 0;
                            self.lot(&std::mem::take(&mut lot), Some(&around), each)
                        }
                        false => Ok(()),
                    }
                }
                Err(skipped) => {
                    self.lot(&std::mem::take(&mut lot), Some(&around), each).and_then(|()| each(Err(skipped)))
                }
            };
            if done.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        done?;
        self.lot(&lot, Some(&around), each)?;
        end.or_else(|error| each(Err(left_out(&input.path, None, error))))
    }

    fn read(
        &self,
        input: &mut dyn BufRead,
        place: &Place<'_>,
        inner: Option<&str>,
        is_file: bool,
        each: &mut dyn FnMut(Read),
    ) {
        source::read_as(self.format, input, place, &self.config, &mut |told, record| {
            each(match record {
                Ok(article) => {
                    let id = id(&article, inner.unwrap_or_else(|| place.stem()), told);
                    Ok((id, is_file.then(|| place.path.to_owned()), article))
                }
                Err(error) => Err(left_out(place.path, error.record, error)),
            });
        });
    }
}

/// Who is given what was found.
type Each<'e, E> = &'e mut dyn FnMut(Extracted) -> Result<(), E>;

/// What an input turned out to be.
enum Given {
    Records(Vec<Extracted>),
    Archive(Kind),
}

/// The archive that inputs lie in.
struct Around {
    budget: Arc<Budget>,
    /// In how many archives they lie.
    depth: usize,
}

/// A member as an input, with its bytes' number; or why it is left out.
fn member_of(archive: &Input, member: Member<'_>) -> Result<(Input, u64), Skipped> {
    let path = format!("{}{INSIDE}{}", archive.path, member.path);
    let inner = match &archive.inner {
        Some(outer) => format!("{outer}{INSIDE}{}", member.path),
        None => member.path,
    };
    let bytes = member.content.and_then(|content| Bytes::of(content, member.len, SMALL));
    match bytes {
        Ok(bytes) => Ok((Input { path, inner: Some(inner), bytes }, member.len)),
        Err(error) => Err(left_out(&path, None, error)),
    }
}

/// Reads one input a lot of records at a time, and extracts from each lot on all threads.
fn in_lots<E>(
    read: impl FnOnce(&mut dyn FnMut(Read)),
    each: &mut dyn FnMut(Extracted) -> Result<(), E>,
) -> Result<(), E> {
    let (mut waiting, mut text, mut done) = (Vec::new(), 0, Ok(()));
    read(&mut |read| {
        text += read.as_ref().map_or(0, |(_, _, article)| article.text.len());
        waiting.push(read);
        if waiting.len() >= RECORDS_AT_A_TIME || text >= TEXT_AT_A_TIME {
            text = 0;
            let lot = std::mem::take(&mut waiting);
            if done.is_ok() {
                done = extract(lot, each);
            }
        }
    });
    done?;
    extract(waiting, each)
}

fn extract<E>(lot: Vec<Read>, each: &mut dyn FnMut(Extracted) -> Result<(), E>) -> Result<(), E> {
    let found: Vec<Extracted> = lot.into_par_iter().map(|read| read.map(extracted)).collect();
    found.into_iter().try_for_each(each)
}

fn extracted((id, path, article): (String, Option<String>, Article)) -> ExtractionRecord {
    ExtractionRecord::new(id, path, &article, &annotate(&article))
}

/// The record's own id; else the name of its input, with the record's number in a container.
fn id(article: &Article, name: &str, told: Told) -> String {
    let number = article.origin.record;
    match &article.record_id {
        Some(id) => id.clone(),
        None if told.container || number > 0 => format!("{name}#{number}"),
        None => name.to_owned(),
    }
}

fn left_out(
    path: &str,
    record: Option<u32>,
    source::Error { reason, message, .. }: source::Error,
) -> Skipped {
    let (path, reason) = (path.to_owned(), reason.to_owned());
    Skipped { path, record, reason, message, ..Skipped::default() }
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write};

    use super::*;

    fn plain() -> Reading {
        Reading { format: None, config: SourceConfig::default() }
    }

    #[test]
    fn a_draft_has_no_path_and_goes_by_its_name() {
        let mut found = Vec::new();
        let mut draft = "“It was a long night,” Mara Voss said on Friday.".as_bytes();
        let done: Result<(), ()> = plain().stream("draft", &mut draft, &mut |record| {
            found.push(record.expect("a readable draft"));
            Ok(())
        });
        assert_eq!((done, found.len()), (Ok(()), 1));
        assert_eq!((found[0].id.as_str(), &found[0].path), ("draft", &None));
        assert_eq!(found[0].quotes[0].speaker.as_deref(), Some("Mara Voss"));
    }

    #[test]
    fn records_come_in_order_whatever_the_threads() {
        let folder = tempfile::tempdir().expect("a folder");
        let line = |number: usize| format!("{{\"id\":\"{number}\",\"text\":\"Story {number}.\"}}\n");
        let many = folder.path().join("many.jsonl");
        fs::write(&many, (0..600).map(line).collect::<String>() + "{oops\n").expect("a file");
        let single = folder.path().join("one.txt");
        fs::write(&single, "One story.").expect("a file");
        let gone = folder.path().join("gone.txt");
        let (mut ids, mut reasons) = (Vec::new(), Vec::new());
        let done: Result<(), ()> = plain().files(&[single, many, gone], &mut |record| {
            match record {
                Ok(record) => ids.push(record.id),
                Err(skipped) => reasons.push((skipped.record, skipped.reason)),
            }
            Ok(())
        });
        assert_eq!(done, Ok(()));
        let wanted: Vec<String> =
            ["one".to_owned()].into_iter().chain((0..600).map(|it| it.to_string())).collect();
        assert_eq!(ids, wanted);
        assert_eq!(reasons, [(Some(600), "bad-record".to_owned()), (None, "unreadable".to_owned())]);
    }

    #[test]
    fn nothing_is_given_after_the_first_failure() {
        let mut lines = "{\"text\":\"A story.\"}\n".repeat(600);
        lines.push('\n');
        let mut given = 0;
        let done = plain().stream("-", &mut lines.as_bytes(), &mut |_| {
            given += 1;
            Err("closed")
        });
        assert_eq!((done, given), (Err("closed"), 1));
    }

    #[test]
    fn what_is_in_archives_goes_by_its_path_inside() {
        let zipped = |members: &[(&str, &[u8])]| {
            let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
            for (path, bytes) in members {
                zip.start_file(*path, zip::write::SimpleFileOptions::default()).expect("a member");
                zip.write_all(bytes).expect("its bytes");
            }
            zip.finish().expect("an archive").into_inner()
        };
        let inner = zipped(&[
            ("b.jsonl", b"{\"text\":\"One.\"}\n{\"text\":\"Two.\"}\n"),
            ("c.png", b"\x89PNG\r\n\x1a\n"),
        ]);
        let outer =
            zipped(&[("2019/a.txt", b"She left the stage."), ("__MACOSX/a.txt", b"x"), ("in.zip", &inner)]);
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("o.zip");
        fs::write(&file, &outer).expect("a file");
        let (mut as_file, mut as_stream) = (Vec::new(), Vec::new());
        let told = |record: Extracted| match record {
            Ok(record) => (record.id, record.path.is_some()),
            Err(skipped) => {
                (format!("{} {}", skipped.reason, skipped.path.rsplit('/').next().unwrap_or_default()), true)
            }
        };
        let done: Result<(), ()> = plain().files(&[file], &mut |record| {
            as_file.push(told(record));
            Ok(())
        });
        assert_eq!(done, Ok(()));
        let ids: Vec<&str> = as_file.iter().map(|(id, _)| &**id).collect();
        assert_eq!(ids, ["2019/a.txt", "in.zip!/b.jsonl#0", "in.zip!/b.jsonl#1", "image c.png"]);
        let done: Result<(), ()> = plain().stream("-", &mut &outer[..], &mut |record| {
            as_stream.push(told(record));
            Ok(())
        });
        assert_eq!((done, as_stream), (Ok(()), as_file));
    }
}
