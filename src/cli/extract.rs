//! `extract`: names, quotes and topics of the input, no index.

use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use pullquote::{
    article::Article,
    config::SourceConfig,
    extract::annotate,
    record::ExtractionRecord,
    source::{self, Format, Place},
};

use super::{ArchiveArgs, exit::Exit, ui::Ui};

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
pub fn run(args: &Args, _archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let Some(format) = source::by_name(&args.input) else { bail!("no input format {:?}", args.input) };
    let mut exit = Exit::Done;
    for path in &args.files {
        if path.as_os_str() == "-" {
            exit = read(format, &mut io::stdin().lock(), None, ui)?.unwrap_or(exit);
        } else {
            let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
            exit = read(format, &mut BufReader::new(file), Some(path), ui)?.unwrap_or(exit);
        }
    }
    Ok(exit)
}

fn read(
    format: &dyn Format,
    input: &mut dyn BufRead,
    file: Option<&Path>,
    ui: &mut Ui,
) -> anyhow::Result<Option<Exit>> {
    let path = file.map(|file| file.display().to_string());
    let place = Place { root: "", path: path.as_deref().unwrap_or("-"), file };
    let mut skipped = None;
    let mut written = Ok(());
    format.read(input, &place, &SourceConfig::default(), &mut |record| match record {
        Ok(article) => {
            let id = article.record_id.clone().unwrap_or_else(|| stem(file, &article));
            let record = ExtractionRecord::new(id, path.clone(), &article, &annotate(&article));
            if written.is_ok() {
                written = ui.record(&record);
            }
        }
        Err(error) => {
            ui.warn(&format!("{}: {error}", place.path));
            skipped = Some(Exit::Skipped);
        }
    });
    written?;
    Ok(skipped)
}

fn stem(file: Option<&Path>, article: &Article) -> String {
    let name = file.and_then(Path::file_stem).map_or("-".into(), |stem| stem.to_string_lossy());
    if article.origin.record == 0 { name.into_owned() } else { format!("{name}#{}", article.origin.record) }
}
