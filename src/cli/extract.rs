//! `extract`: names, quotes and topics of the input, no index.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
};

use anyhow::bail;
use pullquote::{
    article::Article,
    config::{Config, SourceConfig},
    extract::annotate,
    record::ExtractionRecord,
    report::Skipped,
    source::{self, FORMATS, Format, Place},
};
use rayon::prelude::*;

use super::{ArchiveArgs, exit::Exit, ui::Ui};

/// Records that are read before they are spread over the threads.
const RECORDS_AT_A_TIME: usize = 256;

/// Names, quotes and topics of the input, without an index
#[derive(clap::Args)]
pub struct Args {
    /// Files to read; `-` is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    files: Vec<PathBuf>,
    /// Input format, or `auto`
    #[arg(long, default_value = "auto", value_name = "FORMAT")]
    input: String,
}

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let format = match args.input.as_str() {
        "auto" => None,
        name => match source::by_name(name) {
            Some(format) => Some(format),
            None => {
                let names: Vec<&str> = FORMATS.iter().map(|format| format.name()).collect();
                bail!("no input format {name:?}: auto, {}", names.join(", "))
            }
        },
    };
    let config = archive.config.as_deref().map(Config::read).transpose()?.unwrap_or_default();
    let mut extraction =
        Extraction { ui, format, config: config.source, skipped: false, waiting: Vec::new() };
    for path in &args.files {
        extraction.file(path)?;
    }
    extraction.write()?;
    Ok(if extraction.skipped { Exit::Skipped } else { Exit::Done })
}

struct Extraction<'a> {
    ui: &'a mut Ui,
    format: Option<&'static dyn Format>,
    config: SourceConfig,
    skipped: bool,
    waiting: Vec<(String, Option<String>, Article)>,
}

impl Extraction<'_> {
    fn file(&mut self, path: &Path) -> anyhow::Result<()> {
        if path.as_os_str() == "-" {
            return self.read(&mut io::stdin().lock(), None);
        }
        match File::open(path) {
            Ok(file) => self.read(&mut BufReader::with_capacity(1 << 16, file), Some(path)),
            Err(error) => {
                self.skip(
                    &path.display().to_string(),
                    None,
                    "unreadable",
                    &format!("cannot be read: {error}"),
                );
                Ok(())
            }
        }
    }

    fn read(&mut self, input: &mut dyn BufRead, file: Option<&Path>) -> anyhow::Result<()> {
        let path = file.map(|file| file.display().to_string());
        let place = Place { root: "", path: path.as_deref().unwrap_or("-"), file };
        let config = self.config.clone();
        let mut failed = Ok(());
        source::read_as(self.format, input, &place, &config, &mut |record| match record {
            Ok(article) => {
                let number = article.origin.record;
                let id = article.record_id.clone().unwrap_or_else(|| match number {
                    0 => place.stem().to_owned(),
                    _ => format!("{}#{number}", place.stem()),
                });
                self.waiting.push((id, path.clone(), article));
                if self.waiting.len() == RECORDS_AT_A_TIME && failed.is_ok() {
                    failed = self.write();
                }
            }
            Err(error) => self.skip(place.path, error.record, error.reason, &error.message),
        });
        failed
    }

    /// Extracts what is waiting, on all threads, and writes it in order.
    fn write(&mut self) -> anyhow::Result<()> {
        let records: Vec<ExtractionRecord> = std::mem::take(&mut self.waiting)
            .into_par_iter()
            .map(|(id, path, article)| ExtractionRecord::new(id, path, &article, &annotate(&article)))
            .collect();
        for record in records {
            if self.ui.json() {
                self.ui.record(&record)?;
            } else {
                print(&record, self.ui)?;
            }
        }
        Ok(())
    }

    fn skip(&mut self, path: &str, record: Option<u32>, reason: &str, message: &str) {
        self.skipped = true;
        self.ui.skipped(&Skipped {
            root: String::new(),
            path: path.to_owned(),
            record,
            reason: reason.to_owned(),
            message: message.to_owned(),
        });
    }
}

/// Writes a record for people.
fn print(record: &ExtractionRecord, ui: &mut Ui) -> io::Result<()> {
    let bold = anstyle::Style::new().bold();
    let faint = anstyle::Style::new().dimmed();
    let out = ui.out();
    let title = record.title.as_deref().unwrap_or(&record.id);
    writeln!(
        out,
        "{bold}{title}{bold:#}  {faint}{}{faint:#}",
        record.published.as_deref().unwrap_or_default()
    )?;
    for kind in pullquote::annotation::NameKind::ALL {
        let names: Vec<String> = (record.names.iter().filter(|name| name.kind == kind))
            .map(|name| format!("{} ({})", name.name, name.mentions.len() + name.title_mentions.len()))
            .collect();
        if !names.is_empty() {
            writeln!(out, "  {faint}{:<6}{faint:#} {}", kind.as_str(), names.join(", "))?;
        }
    }
    let topics: Vec<&str> = record.topics.iter().map(|topic| topic.label.as_str()).collect();
    if !topics.is_empty() {
        writeln!(out, "  {faint}topics{faint:#} {}", topics.join(", "))?;
    }
    for quote in &record.quotes {
        let speaker =
            quote.speaker.as_deref().or(quote.speaker_mention.as_ref().map(|mention| mention.text.as_str()));
        let (kind, confidence) = (quote.kind.as_str(), quote.confidence);
        let speaker = speaker.unwrap_or("?");
        writeln!(
            out,
            "  “{}”\n    {bold}— {speaker}{bold:#} {faint}{kind} {confidence:.2}{faint:#}",
            quote.text
        )?;
    }
    writeln!(out)
}
