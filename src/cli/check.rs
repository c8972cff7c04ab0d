//! `check`: verify the index.

use std::io::Write;

use pullquote::index::{self, Finding, Snapshot};
use serde::Serialize;

use super::{ArchiveArgs, archive, exit::Exit, ui::Ui};

/// Verify every checksum, and the ties between files, articles and quotes
#[derive(clap::Args)]
pub struct Args {}

#[derive(Serialize)]
struct FindingLine<'a> {
    format: u32,
    r#type: &'static str,
    #[serde(flatten)]
    finding: &'a Finding,
}

#[derive(Serialize)]
struct CheckLine {
    format: u32,
    r#type: &'static str,
    sound: bool,
    findings: usize,
}

/// Runs the command.
pub fn run(_args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let path = archive::find(archive)?;
    let findings = index::check(&Snapshot::open(&path)?)?;
    for finding in &findings {
        if ui.json() {
            ui.record(&FindingLine { format: 1, r#type: "finding", finding })?;
        } else {
            writeln!(ui.out(), "{}: {}", finding.code, finding.message)?;
        }
    }
    let sound = findings.is_empty();
    if ui.json() {
        ui.record(&CheckLine { format: 1, r#type: "check", sound, findings: findings.len() })?;
    } else if sound {
        ui.note("the index is sound");
    } else {
        ui.hint("build it anew: pullquote index --rebuild");
    }
    Ok(if sound { Exit::Done } else { Exit::Failed })
}
