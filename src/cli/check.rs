//! `check`: verify the index.

use std::io::Write;

use pullquote::{answers::maintenance, record::Line};

use super::{ArchiveArgs, archive, exit::Exit, ui::Ui};

/// Verify every checksum, and the ties between files, articles and quotes
#[derive(clap::Args)]
pub struct Args {}

/// Runs the command.
pub fn run(_args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let (findings, checked) = maintenance::check(&archive::find(archive)?)?;
    for finding in &findings {
        if ui.json() {
            ui.record(&Line::of(finding))?;
        } else {
            writeln!(ui.out(), "{}: {}", finding.code, finding.message)?;
        }
    }
    if ui.json() {
        ui.record(&Line::of(&checked))?;
    } else if checked.sound {
        ui.note("the index is sound");
    } else {
        ui.hint("build it anew: pullquote index --rebuild");
    }
    Ok(if checked.sound { Exit::Done } else { Exit::Failed })
}
