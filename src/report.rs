//! What one run did, and what it had to leave out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
