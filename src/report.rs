//! What one run did, and what it had to leave out.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::record::Shape;

/// What the file system says of a file. Two equal stamps mean the same bytes, once the file is older than the run
/// that read it by the grain of the clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FileStamp {
    /// Size in bytes.
    pub len: u64,
    /// Last change of the content, nanoseconds from 1970.
    pub mtime_ns: i64,
    /// Last change of the entry, nanoseconds from 1970.
    pub ctime_ns: i64,
    /// Number of the entry in its file system.
    pub inode: u64,
}

/// An input that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Skipped {
    /// Name of the root.
    pub root: String,
    /// Path below the root.
    pub path: String,
    /// Number of the record, when only that one was left out.
    pub record: Option<u32>,
    /// A stable code: `unreadable`, `binary`, `bad-record`, …
    pub reason: String,
    /// What happened and what to do.
    pub message: String,
}

impl Shape for Skipped {
    const TYPE: &'static str = "skipped";
}

/// What a run would do with an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Planned {
    /// Name of its root.
    pub root: String,
    /// Path below the root.
    pub path: String,
    /// Number of the record, when only that one is left out.
    pub record: Option<u32>,
    /// What would be done: `read`, `skip`, `remove`; `keep` what seems gone and is kept.
    pub action: &'static str,
    /// Why it would be read: `new`, `changed`, `recent`, `settings`, `program`, `retry`, `verify`, `rebuild`; skipped:
    /// the code of its skip; removed: `gone`, `forgotten`; kept: `unreadable`, `too-many-gone`.
    pub reason: String,
}

impl Shape for Planned {
    const TYPE: &'static str = "plan";
}

/// A code that the program exits with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ExitCode {
    /// The code.
    pub code: u8,
    /// What it means.
    pub meaning: &'static str,
}

impl Shape for ExitCode {
    const TYPE: &'static str = "exit-code";
}

/// A message on standard error, where these are JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LogLine<'a> {
    /// When, RFC 3339, UTC.
    pub time: String,
    /// `note`, `warning`, `error` or `hint`.
    pub level: &'a str,
    /// What is said.
    pub message: &'a str,
    /// What it counts, by name: of a run, every figure of its report; of skipped inputs, how many for each reason.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub counts: &'a BTreeMap<String, u64>,
}

/// Reason codes that may pass without the file changing: such inputs are tried again by every run.
pub const PASSING: [&str; 6] =
    ["unreadable", "changing", "vanished", "dangling-link", "folder-link", "link-loop"];

/// What one run did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Report {
    /// Articles that are new.
    pub added: u64,
    /// Articles whose record was changed.
    pub updated: u64,
    /// Articles that are gone.
    pub removed: u64,
    /// Articles left as they were.
    pub unchanged: u64,
    /// Inputs left out for the first time, or for a new reason.
    pub skipped: u64,
    /// Inputs left out as before.
    pub skipped_known: u64,
    /// Articles kept out because they were taken down.
    pub taken_down: u64,
    /// Articles in the index now.
    pub articles: u64,
    /// Quotes in the index now.
    pub quotes: u64,
    /// Files found.
    pub files: u64,
    /// Files read.
    pub files_read: u64,
    /// Why they were read: `new`, `changed`, `recent`, `settings`, `program`, `retry`, `verify`.
    pub read_because: BTreeMap<String, u64>,
    /// Files that still wait to be read, when the run stopped early.
    pub left: u64,
    /// Files that seem gone and were kept, because too many are.
    pub withheld: u64,
    /// Articles that claim an id another one has, in the index now.
    pub shared_ids: u64,
    /// Bytes read from files.
    pub bytes_read: u64,
    /// Wall time.
    pub elapsed_ms: u64,
}

impl Report {
    /// Whether the run changed nothing.
    pub fn is_idle(&self) -> bool {
        self.added + self.updated + self.removed == 0
    }

    /// Its figures by their names.
    pub fn counts(&self) -> BTreeMap<String, u64> {
        let report = serde_json::to_value(self).expect("a report is plain data");
        let figures = report.as_object().into_iter().flatten();
        figures.filter_map(|(name, value)| Some((name.clone(), value.as_u64()?))).collect()
    }
}

/// The last line of `index --json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Summary {
    /// Version of the shape.
    pub format: u32,
    /// Always `summary`.
    pub r#type: &'static str,
    /// How the run ended: `done`, `time-limit`, `interrupted`, `terminated`, `failed`.
    pub outcome: String,
    /// What it did.
    #[serde(flatten)]
    pub report: Report,
}

impl Summary {
    /// The summary of a run that ended in that way.
    pub fn new(outcome: &str, report: &Report) -> Self {
        Self { format: 1, r#type: "summary", outcome: outcome.to_owned(), report: report.clone() }
    }
}
