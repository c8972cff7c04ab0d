//! `status`: what the index holds and when it last ran.

use std::{fs, io::Write, path::Path};

use jiff::Timestamp;
use pullquote::{
    index::{
        self, Snapshot,
        fields::SCHEMA_VERSION,
        state::{Roots, Run, Runs, Takedowns},
    },
    report::Skipped,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{ArchiveArgs, archive, exit::Exit, ui::Ui};

/// What the index holds, and when it was last brought up to date
#[derive(clap::Args)]
pub struct Args {
    /// List every input that is left out, and why
    #[arg(long)]
    skipped: bool,
}

/// What `status --json` says.
#[derive(Serialize, JsonSchema)]
struct Status {
    format: u32,
    r#type: String,
    index: String,
    schema: u32,
    articles: u64,
    quotes: u64,
    files: u64,
    skipped: u64,
    takedowns: u64,
    bytes: u64,
    roots: Vec<RootStatus>,
    last_run: Option<Run>,
    last_success: Option<Run>,
    last_success_age_s: Option<i64>,
    running: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct RootStatus {
    name: String,
    path: String,
    present: bool,
}

#[derive(Serialize)]
struct SkippedLine {
    format: u32,
    r#type: &'static str,
    #[serde(flatten)]
    skipped: Skipped,
}

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let path = archive::find(archive)?;
    let snapshot = Snapshot::open(&path)?;
    let skipped = snapshot.skipped()?;
    if args.skipped {
        return list(skipped, ui);
    }
    let status = status(&path, &snapshot, skipped.len() as u64)?;
    if ui.json() {
        ui.record(&status)?;
        return Ok(Exit::Done);
    }
    Ok(print(&status, ui).map(|()| Exit::Done)?)
}

fn list(skipped: Vec<Skipped>, ui: &mut Ui) -> anyhow::Result<Exit> {
    for skipped in skipped {
        if ui.json() {
            ui.record(&SkippedLine { format: 1, r#type: "skipped", skipped })?;
        } else {
            let record = skipped.record.map_or_else(String::new, |record| format!("#{record}"));
            let Skipped { root, path, reason, message, .. } = &skipped;
            writeln!(ui.out(), "{reason}\t{root}/{path}{record}\t{message}")?;
        }
    }
    Ok(Exit::Done)
}

fn status(path: &Path, snapshot: &Snapshot, skipped: u64) -> anyhow::Result<Status> {
    let counts = snapshot.counts()?;
    let runs = Runs::load(path)?;
    let roots = Roots::load(path)?
        .iter()
        .map(|root| RootStatus {
            name: root.name.clone(),
            path: root.path.display().to_string(),
            present: root.path.exists(),
        })
        .collect();
    let age = runs.last_success.as_ref().and_then(|run| {
        let started: Timestamp = run.started.parse().ok()?;
        Some(Timestamp::now().duration_since(started).as_secs())
    });
    let running = index::owner(path);
    let mut last_run = runs.last_run;
    if let (Some(run), None) = (&mut last_run, &running)
        && run.outcome == "running"
    {
        "killed".clone_into(&mut run.outcome);
    }
    Ok(Status {
        format: 1,
        r#type: "status".to_owned(),
        index: path.display().to_string(),
        schema: SCHEMA_VERSION,
        articles: counts.articles,
        quotes: counts.quotes,
        files: counts.files,
        skipped,
        takedowns: Takedowns::load(path)?.iter().count() as u64,
        bytes: bytes(path),
        roots,
        last_run,
        last_success: runs.last_success,
        last_success_age_s: age,
        running,
    })
}

/// Bytes of all files below a folder. A writer may remove some while they are counted.
fn bytes(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries
        .filter_map(Result::ok)
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => bytes(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}

fn print(status: &Status, ui: &mut Ui) -> std::io::Result<()> {
    let out = ui.out();
    writeln!(
        out,
        "index         {} ({:.1} MB, schema {})",
        status.index,
        status.bytes as f64 / 1e6,
        status.schema
    )?;
    writeln!(out, "articles      {}", status.articles)?;
    writeln!(out, "quotes        {}", status.quotes)?;
    writeln!(out, "files         {} ({} inputs skipped)", status.files, status.skipped)?;
    if status.takedowns > 0 {
        writeln!(out, "taken down    {}", status.takedowns)?;
    }
    for root in &status.roots {
        let absent = if root.present { "" } else { " (not there now)" };
        writeln!(out, "root          {} = {}{absent}", root.name, root.path)?;
    }
    if let Some(run) = &status.last_run {
        let took = run.report.as_ref().map_or(0.0, |report| report.elapsed_ms as f64 / 1000.0);
        writeln!(out, "last run      {} {} ({took:.1} s)", run.started, run.outcome)?;
        if let Some(report) = &run.report {
            writeln!(
                out,
                "              {} added, {} updated, {} removed, {} unchanged",
                report.added, report.updated, report.removed, report.unchanged
            )?;
        }
        if let Some(error) = &run.error {
            writeln!(out, "              {error}")?;
        }
    }
    if let Some(run) = &status.last_success {
        writeln!(
            out,
            "last success  {} ({} s ago)",
            run.started,
            status.last_success_age_s.unwrap_or_default()
        )?;
    }
    if let Some(owner) = &status.running {
        writeln!(out, "running       {owner}")?;
    }
    Ok(())
}
