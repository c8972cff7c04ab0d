//! `extract`: names, quotes and topics of the input, no index.

mod print;

use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
};

use anyhow::bail;
use pullquote::{
    article::Article,
    config::{Config, SourceConfig},
    extract::annotate,
    record::ExtractionRecord,
    report::Skipped,
    source::{self, FORMATS, Format, Place, Told},
};
use rayon::prelude::*;

use super::{ArchiveArgs, exit::Exit, ui::Ui};

/// Records of a container that are read before they are spread over the threads, and how much text they may have.
const RECORDS_AT_A_TIME: usize = 256;
const TEXT_AT_A_TIME: usize = 16 << 20;

/// Files that are spread over the threads at a time, when none has more than so many bytes; larger ones, and compressed
/// ones, are read as a stream.
const FILES_AT_A_TIME: usize = 64;
const SMALL: u64 = 1 << 20;

/// Names, quotes and topics of the input, without an index
#[derive(clap::Args)]
pub struct Args {
    /// Files to read; `-` is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    files: Vec<PathBuf>,
    /// Input format
    #[arg(long, default_value = "auto", value_name = "FORMAT", value_parser = format_names())]
    input: String,
}

fn format_names() -> clap::builder::PossibleValuesParser {
    let names = FORMATS.iter().map(|format| format.name());
    std::iter::once("auto").chain(names).collect::<Vec<_>>().into()
}

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let config = archive.config.as_deref().map(Config::read).transpose()?.unwrap_or_default();
    if args.files.iter().filter(|file| is_standard_input(file)).count() > 1 {
        bail!("standard input can be read once: name `-` once");
    }
    let format = source::by_name(&args.input);
    let mut extraction =
        Extraction { ui, reading: Reading { format, config: config.source }, skipped: false };
    let mut files = &args.files[..];
    while !files.is_empty() {
        let small = files.iter().take(FILES_AT_A_TIME).take_while(|file| is_small(file)).count();
        if small > 0 {
            extraction.small(&files[..small])?;
        } else {
            extraction.stream(&files[0])?;
        }
        files = &files[small.max(1)..];
    }
    Ok(if extraction.skipped { Exit::Skipped } else { Exit::Done })
}

fn is_standard_input(file: &Path) -> bool {
    file.as_os_str() == "-"
}

fn is_small(file: &Path) -> bool {
    let compressed = file.extension().is_some_and(|extension| extension == "gz");
    let metadata =
        || std::fs::metadata(file).is_ok_and(|metadata| metadata.is_file() && metadata.len() <= SMALL);
    !compressed && !is_standard_input(file) && metadata()
}

/// How inputs are read, on any thread.
struct Reading {
    format: Option<&'static dyn Format>,
    config: SourceConfig,
}

/// A record as it was read, with its id; or why not.
type Read = Result<(String, Option<String>, Article), Skipped>;

impl Reading {
    /// Reads a file, or standard input.
    fn file(&self, file: &Path, each: &mut dyn FnMut(Read)) {
        if is_standard_input(file) {
            return self.input(&mut io::stdin().lock(), "-", None, each);
        }
        let path = file.display().to_string();
        let opened = File::open(file).and_then(|opened| match opened.metadata()?.is_dir() {
            true => Err(io::Error::other("it is a folder: name its files, or index it")),
            false => Ok(opened),
        });
        match opened {
            Ok(opened) => self.input(&mut BufReader::with_capacity(1 << 16, opened), &path, Some(file), each),
            Err(error) => each(Err(skipped(&path, None, "unreadable", format!("cannot be read: {error}")))),
        }
    }

    fn input(&self, input: &mut dyn BufRead, path: &str, file: Option<&Path>, each: &mut dyn FnMut(Read)) {
        let place = Place { root: "", path, file };
        source::read_as(self.format, input, &place, &self.config, &mut |told, record| {
            each(match record {
                Ok(article) => Ok((id(&article, &place, told), file.map(|_| path.to_owned()), article)),
                Err(error) => Err(skipped(path, error.record, error.reason, error.message)),
            });
        });
    }
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

fn skipped(path: &str, record: Option<u32>, reason: &str, message: String) -> Skipped {
    Skipped { root: String::new(), path: path.to_owned(), record, reason: reason.to_owned(), message }
}

fn extracted((id, path, article): (String, Option<String>, Article)) -> ExtractionRecord {
    ExtractionRecord::new(id, path, &article, &annotate(&article))
}

struct Extraction<'a> {
    ui: &'a mut Ui,
    reading: Reading,
    skipped: bool,
}

impl Extraction<'_> {
    /// Reads small files on all threads, and writes what they hold in order.
    fn small(&mut self, files: &[PathBuf]) -> io::Result<()> {
        let reading = &self.reading;
        let read = |file: &PathBuf| {
            let mut records = Vec::new();
            reading.file(file, &mut |read| records.push(read.map(extracted)));
            records
        };
        let found: Vec<Vec<Result<ExtractionRecord, Skipped>>> = files.par_iter().map(read).collect();
        found.into_iter().flatten().try_for_each(|record| self.write(record))
    }

    /// Reads one input a few records at a time, and extracts those on all threads.
    fn stream(&mut self, file: &Path) -> io::Result<()> {
        let reading = Reading { format: self.reading.format, config: self.reading.config.clone() };
        let (mut waiting, mut text, mut result) = (Vec::new(), 0, Ok(()));
        reading.file(file, &mut |read| {
            text += read.as_ref().map_or(0, |(_, _, article)| article.text.len());
            waiting.push(read);
            if waiting.len() >= RECORDS_AT_A_TIME || text >= TEXT_AT_A_TIME {
                text = 0;
                let waiting = std::mem::take(&mut waiting);
                if result.is_ok() {
                    result = self.waiting(waiting);
                }
            }
        });
        result?;
        self.waiting(waiting)
    }

    fn waiting(&mut self, waiting: Vec<Read>) -> io::Result<()> {
        let found: Vec<_> = waiting.into_par_iter().map(|read| read.map(extracted)).collect();
        found.into_iter().try_for_each(|record| self.write(record))
    }

    fn write(&mut self, record: Result<ExtractionRecord, Skipped>) -> io::Result<()> {
        match record {
            Ok(record) if self.ui.json() => self.ui.record(&record),
            Ok(record) => print::record(&record, self.ui),
            Err(skipped) => {
                self.skipped = true;
                self.ui.skipped(&skipped);
                Ok(())
            }
        }
    }
}
