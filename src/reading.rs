//! Names, quotes and topics of inputs that are in no index: files as they lie, a draft as it is written.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
};

use rayon::prelude::*;

use crate::{
    article::Article,
    config::SourceConfig,
    extract::annotate,
    record::ExtractionRecord,
    report::Skipped,
    source::{self, Format, Place, Told},
};

/// Records of a container that are read before they are spread over the threads, and how much text they may have.
const RECORDS_AT_A_TIME: usize = 256;
const TEXT_AT_A_TIME: usize = 16 << 20;

/// Files that are spread over the threads at a time, when none has more than so many bytes; larger ones, and compressed
/// ones, are read as a stream.
const FILES_AT_A_TIME: usize = 64;
const SMALL: u64 = 1 << 20;

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
            let small = files.iter().take(FILES_AT_A_TIME).take_while(|file| is_small(file)).count();
            if small > 0 {
                self.small(&files[..small], each)?;
            } else {
                in_lots(|each| self.open(first, each), each)?;
            }
            files = &files[small.max(1)..];
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
        in_lots(|each| self.read(input, name, None, each), each)
    }

    /// Reads small files on all threads.
    fn small<E>(&self, files: &[PathBuf], each: &mut dyn FnMut(Extracted) -> Result<(), E>) -> Result<(), E> {
        let read = |file: &PathBuf| {
            let mut records = Vec::new();
            self.open(file, &mut |read| records.push(read.map(extracted)));
            records
        };
        let found: Vec<Vec<Extracted>> = files.par_iter().map(read).collect();
        found.into_iter().flatten().try_for_each(each)
    }

    fn open(&self, file: &Path, each: &mut dyn FnMut(Read)) {
        let path = file.display().to_string();
        let opened = File::open(file).and_then(|opened| match opened.metadata()?.is_dir() {
            true => Err(io::Error::other("it is a folder: name its files, or index it")),
            false => Ok(opened),
        });
        match opened {
            Ok(opened) => self.read(&mut BufReader::with_capacity(1 << 16, opened), &path, Some(file), each),
            Err(error) => each(Err(left_out(&path, None, "unreadable", format!("cannot be read: {error}")))),
        }
    }

    fn read(&self, input: &mut dyn BufRead, path: &str, file: Option<&Path>, each: &mut dyn FnMut(Read)) {
        let place = Place { root: "", path, file };
        source::read_as(self.format, input, &place, &self.config, &mut |told, record| {
            each(match record {
                Ok(article) => Ok((id(&article, &place, told), file.map(|_| path.to_owned()), article)),
                Err(error) => Err(left_out(path, error.record, error.reason, error.message)),
            });
        });
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

fn is_small(file: &Path) -> bool {
    let compressed = file.extension().is_some_and(|extension| extension == "gz");
    let is_small = || fs::metadata(file).is_ok_and(|metadata| metadata.is_file() && metadata.len() <= SMALL);
    !compressed && is_small()
}

/// The record's own id; else the file's name without its extension, with the record's number in a container.
fn id(article: &Article, place: &Place<'_>, told: Told) -> String {
    let number = article.origin.record;
    match &article.record_id {
        Some(id) => id.clone(),
        None if told.container || number > 0 => format!("{}#{number}", place.stem()),
        None => place.stem().to_owned(),
    }
}

fn left_out(path: &str, record: Option<u32>, reason: &str, message: String) -> Skipped {
    let (path, reason) = (path.to_owned(), reason.to_owned());
    Skipped { path, record, reason, message, ..Skipped::default() }
}

#[cfg(test)]
mod tests {
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
}
