//! When an index was last brought up to date, and how that ended.

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::file;
use crate::{
    index::{Error, folder::Folder},
    report::Report,
};

/// One run.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    /// Start, RFC 3339, UTC.
    pub started: String,
    /// How it ended: `done`, `time-limit`, `interrupted`, `terminated`, `failed`; `running` when it has not, or was
    /// killed.
    pub outcome: String,
    /// Why it failed, or what it warned of where it did not do all there was to do.
    pub error: Option<String>,
    /// Its process.
    pub pid: u32,
    /// Version of the program.
    pub version: String,
    /// What it did.
    pub report: Option<Report>,
}

/// The last run and the last one that did all there was to do.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Runs {
    format: u32,
    /// The last run.
    pub last_run: Option<Run>,
    /// The last run that ended `done`.
    pub last_success: Option<Run>,
}

impl Runs {
    /// The runs of the index in that folder.
    ///
    /// # Errors
    /// When the log is there and cannot be read.
    pub fn load(index: &Path) -> Result<Self, Error> {
        file::load(&Folder::at(index).state("runs.json"))
    }

    /// Writes down how the newest run stands.
    ///
    /// # Errors
    /// When the log cannot be written.
    pub fn record(&mut self, index: &Path, run: Run) -> Result<(), Error> {
        self.format = 1;
        if run.outcome == "done" {
            self.last_success = Some(run.clone());
        }
        self.last_run = Some(run);
        file::save(&Folder::at(index).state("runs.json"), self)
    }
}
