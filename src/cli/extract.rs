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
    let reading = Reading { format: source::by_name(&args.input), config: config.source };
    let (mut exit, mut guessed) = (Exit::Done, None);
    let mut each = |record: Extracted| match record {
        Ok(record) if ui.json() => {
            remarked(&record, &mut guessed, ui);
            ui.record(&record)
        }
        Ok(record) => {
            remarked(&record, &mut guessed, ui);
            print::record(&record, ui)
        }
        Err(skipped) => {
            exit = Exit::Skipped;
            ui.skipped(&skipped);
            Ok(())
        }
    };
    for files in args.files.chunk_by(|a, b| !is_standard_input(a) && !is_standard_input(b)) {
        if is_standard_input(&files[0]) {
            reading.stream("-", &mut io::stdin().lock(), &mut each)?;
        } else {
            reading.files(files, &mut each)?;
        }
    }
    Ok(exit)
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
