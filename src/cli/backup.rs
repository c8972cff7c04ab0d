//! `backup`: what people told an index, in one file.

use std::path::PathBuf;

use jiff::Timestamp;
use pullquote::state::{self, BackedRoot, Backup};

use super::{ArchiveArgs, archive, exit::Exit, print, ui::Ui};

/// Write what reading the archive again would not bring back into one file
///
/// That is: saved searches, alerts with what was told already, takedowns, roots by name, and of each root its settings
/// and corrections (pullquote.toml, names.tsv). The file is a zip. A run may be at work meanwhile. Saved searches that
/// --saved keeps elsewhere are not in it.
#[derive(clap::Args)]
pub struct Args {
    /// File to write; what it held goes
    file: PathBuf,
}

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let index = archive::find(archive)?;
    let backup =
        state::back_up(&index, &args.file, Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string())?;
    let lies_in = |root: &BackedRoot| {
        let file = args.file.canonicalize().ok();
        file.is_some_and(|file| file.starts_with(&root.path) && !file.starts_with(&index))
    };
    if let Some(root) = backup.roots.iter().find(|root| lies_in(root)) {
        ui.warn(&format!(
            "{} lies in {}, which is read with everything in it",
            args.file.display(),
            root.path
        ));
    }
    if ui.json() {
        ui.record(&backup)?;
    } else {
        ui.note(&format!("wrote {}: {}", args.file.display(), held(&backup)));
    }
    Ok(Exit::Done)
}

/// What a backup holds, in a line.
pub fn held(backup: &Backup) -> String {
    let Backup { searches, alerts, takedowns, roots, .. } = backup;
    let corrected = roots.iter().map(|root| root.files.len()).sum::<usize>();
    [
        print::counted(*searches as u64, "saved search", "saved searches"),
        print::counted(*alerts as u64, "alert", "alerts"),
        print::counted(*takedowns as u64, "takedown", "takedowns"),
        print::counted(roots.len() as u64, "root", "roots"),
        print::counted(
            corrected as u64,
            "file of settings and corrections",
            "files of settings and corrections",
        ),
    ]
    .join(", ")
}
