//! `remove`: take a story down for good.

use pullquote::{answers::maintenance::Removed, index::StoredPlace, ingest, record::Line, visible::line};

use super::{ArchiveArgs, archive, exit::Exit, ui::Ui};

/// Take a story down for good: it stays out through every run and rebuild
///
/// Every article with the same id or the very same text goes with it. `compact` then purges the words from the disk.
#[derive(clap::Args)]
pub struct Args {
    /// Id of an article or of a quote in it, or path of a file
    #[arg(value_name = "ID|PATH")]
    what: String,
    /// Why, for the record
    #[arg(long, value_name = "WHY")]
    reason: String,
}

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let path = archive::find(archive)?;
    let done = ingest::remove(&path, &args.what, &args.reason, 1, archive::at_once()?)?;
    let is_known = done.remembered || !done.articles.is_empty();
    if done.whole_story {
        ui.note(&format!("{} is a part of a story: the whole story goes", args.what));
    }
    for article in done.articles {
        let removed = Removed { article, reason: args.reason.clone() };
        if ui.json() {
            ui.record(&Line::of(&removed))?;
        } else {
            let StoredPlace { id, root, path, title, .. } = &removed.article;
            let title = title.as_deref().unwrap_or("untitled");
            ui.note(&format!("took down {} ({root}/{}): {}", id.as_str(), line(path), line(title)));
        }
    }
    if !is_known {
        ui.warn(&format!("the index holds no article or file {}", args.what));
        return Ok(Exit::NotFound);
    }
    if !ui.json() {
        ui.note("pullquote compact purges the words from the disk");
    }
    Ok(Exit::Done)
}
