//! `remove`: take a story down for good.

use jiff::Timestamp;
use pullquote::{
    index::{StoredPlace, Waiting},
    ingest,
};
use serde::Serialize;

use super::{ArchiveArgs, archive, exit::Exit, ui::Ui};

/// Take a story down for good: it stays out through every run and rebuild
///
/// Every article with the same id or the very same text goes with it. `compact` then purges the words from the disk.
#[derive(clap::Args)]
pub struct Args {
    /// Id of an article, or path of a file
    #[arg(value_name = "ID|PATH")]
    what: String,
    /// Why, for the record
    #[arg(long, value_name = "WHY")]
    reason: String,
}

#[derive(Serialize)]
struct RemovedLine<'a> {
    format: u32,
    r#type: &'static str,
    #[serde(flatten)]
    article: &'a StoredPlace,
    reason: &'a str,
}

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let path = archive::find(archive)?;
    let now_ns = i64::try_from(Timestamp::now().as_nanosecond())?;
    let waiting = Waiting { patience: std::time::Duration::ZERO, now_ns };
    let done = match ingest::remove(&path, &args.what, &args.reason, 1, waiting) {
        Err(ingest::Error::Index(error)) => return Err(error.into()),
        done => done?,
    };
    for article in &done.articles {
        if ui.json() {
            ui.record(&RemovedLine { format: 1, r#type: "removed", article, reason: &args.reason })?;
        } else {
            let StoredPlace { id, root, path, title, .. } = article;
            let title = title.as_deref().unwrap_or("untitled");
            ui.note(&format!("took down {} ({root}/{path}): {title}", id.as_str()));
        }
    }
    if done.articles.is_empty() && !done.remembered {
        ui.warn(&format!("the index holds no article or file {}", args.what));
        return Ok(Exit::NotFound);
    }
    if !ui.json() {
        ui.note("pullquote compact purges the words from the disk");
    }
    Ok(Exit::Done)
}
