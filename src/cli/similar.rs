//! `similar`: more like this.

use super::{ArchiveArgs, ask, exit::Exit, print, ui::Ui};

/// Articles like one
#[derive(clap::Args)]
pub struct Args {
    /// Id of the article or of a quote in it, or path of its file
    #[arg(value_name = "ID|PATH")]
    id: String,
    /// Hits shown
    #[arg(long, default_value_t = 10, value_name = "N")]
    limit: usize,
}

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let archive = ask::open(archive)?;
    let page = archive.similar(&args.id, args.limit)?;
    let width = ui.width();
    for note in &page.notes {
        ui.note(&note.text);
    }
    for hit in &page.hits {
        if ui.json() {
            ui.record(hit)?;
        } else {
            print::article(hit, width, ui.out())?;
        }
    }
    Ok(if page.hits.is_empty() { Exit::NotFound } else { Exit::Done })
}
