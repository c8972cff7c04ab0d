//! `index`: crawl and bring the index up to date.

use std::path::PathBuf;

use pullquote::{config::Config, ingest};

use super::{ArchiveArgs, archive, exit::Exit, ui::Ui};

/// Crawl folders and bring their index up to date
#[derive(clap::Args)]
pub struct Args {
    /// Folders or files to read
    #[arg(value_name = "ROOT", required = true)]
    roots: Vec<PathBuf>,
}

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    for root in &args.roots {
        let count = ingest::run(&archive::of_root(archive, root), root, &Config::default())?;
        ui.note(&format!("{count} articles"));
    }
    Ok(Exit::Done)
}
