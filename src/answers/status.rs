//! What an index holds, and when it was last brought up to date.

use std::{fs, path::Path};

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    fields::SCHEMA_VERSION,
    index::{
        Error, Snapshot,
        corrections::{Corrections, speakers::Speakers},
        lock::owner,
    },
    report::Skipped,
    state::{Roots, Run, Runs, Takedowns},
};

/// What `status --json` says.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Status {
    /// Version of the shape.
    pub format: u32,
    /// Always `status`.
    pub r#type: String,
    /// Folder of the index.
    pub index: String,
    /// Schema version of the index.
    pub schema: u32,
    /// Articles in it.
    pub articles: u64,
    /// Quotes of all kinds in it.
    pub quotes: u64,
    /// Files on record.
    pub files: u64,
    /// Inputs that are left out; `status --skipped` lists them.
    pub skipped: u64,
    /// Stories taken down for good.
    pub takedowns: u64,
    /// Corrections of names in force.
    pub corrections: u64,
    /// Corrections of speakers in force.
    pub speaker_corrections: u64,
    /// Bytes on disk.
    pub bytes: u64,
    /// Where the articles come from.
    pub roots: Vec<RootStatus>,
    /// The last run; its outcome is `killed` when it could not say how it ended.
    pub last_run: Option<Run>,
    /// The last run that did all there was to do.
    pub last_success: Option<Run>,
    /// Seconds since that began.
    pub last_success_age_s: Option<i64>,
    /// Who writes to the index now.
    pub running: Option<String>,
}

/// One root.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RootStatus {
    /// Its name.
    pub name: String,
    /// Where it lies.
    pub path: String,
    /// Whether it is there now.
    pub present: bool,
}

impl Status {
    /// The status of the index in that folder at a moment, in nanoseconds from 1970.
    ///
    /// # Errors
    /// When there is no index, or it cannot be read.
    pub fn of(path: &Path, now_ns: i64) -> Result<Self, Error> {
        let snapshot = Snapshot::open(path)?;
        let counts = snapshot.counts()?;
        let Runs { mut last_run, last_success, .. } = Runs::load(path)?;
        let running = owner(path);
        if let (Some(run), None) = (&mut last_run, &running)
            && run.outcome == "running"
        {
            "killed".clone_into(&mut run.outcome);
        }
        let roots = Roots::load(path)?
            .iter()
            .map(|root| RootStatus {
                name: root.name.clone(),
                path: root.path.display().to_string(),
                present: root.path.exists(),
            })
            .collect();
        Ok(Self {
            format: 1,
            r#type: "status".to_owned(),
            index: path.display().to_string(),
            schema: SCHEMA_VERSION,
            articles: counts.articles,
            quotes: counts.quotes,
            files: counts.files,
            skipped: snapshot.count_skipped()?,
            takedowns: Takedowns::load(path)?.iter().count() as u64,
            corrections: Corrections::load(path)?.len() as u64,
            speaker_corrections: Speakers::load(path)?.len() as u64,
            bytes: bytes(path),
            roots,
            last_run,
            last_success_age_s: last_success.as_ref().and_then(|run| age(run, now_ns)),
            last_success,
            running,
        })
    }
}

/// The inputs that the index in that folder leaves out, and why.
///
/// # Errors
/// When there is no index, or it cannot be read.
pub fn left_out(index: &Path) -> Result<Vec<Skipped>, Error> {
    Snapshot::open(index)?.skipped()
}

fn age(run: &Run, now_ns: i64) -> Option<i64> {
    let started: jiff::Timestamp = run.started.parse().ok()?;
    Some(now_ns / 1_000_000_000 - started.as_second())
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
