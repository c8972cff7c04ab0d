//! `compact`: merge the index.

use pullquote::{answers::maintenance, record::Line};

use super::{ArchiveArgs, archive, exit::Exit, ui::Ui};

/// Merge the index into one piece; what was removed leaves the disk
#[derive(clap::Args)]
pub struct Args {}

/// Runs the command.
pub fn run(_args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let merged = maintenance::compact(&archive::find(archive)?, archive::at_once()?)?;
    if ui.json() {
        ui.record(&Line::of(&merged))?;
    } else {
        ui.note(&format!("merged: {} articles, {} quotes", merged.articles, merged.quotes));
    }
    Ok(Exit::Done)
}
