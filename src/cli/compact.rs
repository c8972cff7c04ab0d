//! `compact`: merge the index.

use jiff::Timestamp;
use pullquote::index::{Budget, Opening, Waiting, Writer};
use serde::Serialize;

use super::{ArchiveArgs, archive, exit::Exit, ui::Ui};

/// Merge the index into one piece; what was removed leaves the disk
#[derive(clap::Args)]
pub struct Args {}

#[derive(Serialize)]
struct CompactLine {
    format: u32,
    r#type: &'static str,
    articles: u64,
    quotes: u64,
}

/// Runs the command.
pub fn run(_args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let path = archive::find(archive)?;
    let now_ns = i64::try_from(Timestamp::now().as_nanosecond())?;
    let opening = Opening {
        budget: Budget { threads: 1, memory: 64 << 20 },
        rebuild: false,
        waiting: Waiting { patience: std::time::Duration::ZERO, now_ns },
    };
    let mut writer = Writer::open_existing(&path, opening)?;
    writer.compact()?;
    let counts = writer.snapshot()?.counts()?;
    writer.close(true)?;
    if ui.json() {
        let (articles, quotes) = (counts.articles, counts.quotes);
        ui.record(&CompactLine { format: 1, r#type: "compact", articles, quotes })?;
    } else {
        ui.note(&format!("merged: {} articles, {} quotes", counts.articles, counts.quotes));
    }
    Ok(Exit::Done)
}
