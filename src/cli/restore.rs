//! `restore`: an index takes over the state that a backup holds.

use std::path::PathBuf;

use pullquote::{ingest, record::Line};

use super::{ArchiveArgs, archive, backup, exit::Exit, print, ui::Ui};

/// Give an index the state of a backup
///
/// Where there is no index, its folder is made, and `pullquote index` then reads the roots that the backup remembers.
/// Takedowns of both hold; stories that the backup says were taken down leave the index. Settings and corrections are
/// put back into roots that have none; others are named and left as they are.
#[derive(clap::Args)]
pub struct Args {
    /// File that `backup` wrote
    file: PathBuf,
    /// Give up the saved searches and the log of alerts that the index has
    #[arg(long)]
    replace: bool,
}

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let index = archive::find_or_here(archive)?;
    let restored = ingest::restore(&index, &args.file, args.replace, archive::at_once()?)?;
    if ui.json() {
        ui.record(&Line::of(&restored))?;
        return Ok(Exit::Done);
    }
    let (held, made) = (backup::held(&restored.backup), &restored.backup.made);
    ui.note(&format!("{} has the state of {made}: {held}", index.display()));
    for path in &restored.written {
        ui.note(&format!("put back {}", path.display()));
    }
    for path in &restored.differing {
        ui.warn(&format!("{} says something else than the backup, and was left as it is", path.display()));
    }
    if restored.taken_down > 0 {
        ui.note(&format!("took down {}", print::articles(restored.taken_down as u64)));
    }
    if !restored.indexed {
        let alerts = if restored.backup.searches + restored.backup.alerts > 0 {
            "; then pullquote alerts --from-now, or every story counts as new"
        } else {
            ""
        };
        ui.hint(&format!("pullquote index reads the archive{alerts}"));
    }
    Ok(Exit::Done)
}
