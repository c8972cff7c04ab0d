//! `extract`: names, quotes and topics of the input, no index.

mod print;

use std::{
    io,
    path::{Path, PathBuf},
};

use anyhow::bail;
use pullquote::{
    article::Remark,
    config::Config,
    reading::{Extracted, Reading},
    record::ExtractionRecord,
    source::{self, FORMATS},
};

use super::{ArchiveArgs, exit::Exit, ui::Ui};

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

/// The formats that an input can be said to have.
pub fn format_names() -> clap::builder::PossibleValuesParser {
    let names = FORMATS.iter().map(|format| format.name());
    std::iter::once("auto").chain(names).collect::<Vec<_>>().into()
}

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let config = archive.config.as_deref().map(Config::read).transpose()?.unwrap_or_default();
    let reading = Reading { format: source::by_name(&args.input), config: config.source };
    let (mut exit, mut guessed) = (Exit::Done, None);
    let mut each = |record: Extracted| -> io::Result<()> {
        match record {
            Ok(record) => {
                remarked(&record, &mut guessed, ui);
                if ui.json() { ui.record(&record) } else { print::record(&record, ui) }
            }
            Err(skipped) => {
                exit = Exit::Skipped;
                ui.skipped(&skipped);
                Ok(())
            }
        }
    };
    read(&reading, &args.files, &mut each)?;
    Ok(exit)
}

/// Reads files, and standard input where it is named or nothing is.
pub fn read<E>(
    reading: &Reading,
    files: &[PathBuf],
    each: &mut dyn FnMut(Extracted) -> Result<(), E>,
) -> anyhow::Result<()>
where
    anyhow::Error: From<E>,
{
    if files.iter().filter(|file| is_standard_input(file)).count() > 1 {
        bail!("standard input can be read once: name `-` once");
    }
    if files.is_empty() {
        reading.stream("-", &mut io::stdin().lock(), each)?;
    }
    for files in files.chunk_by(|a, b| !is_standard_input(a) && !is_standard_input(b)) {
        if is_standard_input(&files[0]) {
            reading.stream("-", &mut io::stdin().lock(), each)?;
        } else {
            reading.files(files, each)?;
        }
    }
    Ok(())
}

/// Says what was mended or guessed in a record; of a table's columns once.
fn remarked(record: &ExtractionRecord, guessed: &mut Option<(Option<String>, Remark)>, ui: &mut Ui) {
    for remark in &record.remarks {
        let told = (record.path.clone(), remark.clone());
        if remark.code == "columns" && guessed.replace(told.clone()) == Some(told) {
            continue;
        }
        ui.note(&format!("{}: {}", record.path.as_deref().unwrap_or(&record.id), remark.message));
    }
}

fn is_standard_input(file: &Path) -> bool {
    file.as_os_str() == "-"
}
