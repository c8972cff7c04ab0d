//! Looking after an index: verifying it, merging it, taking stories down.

use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    index::{self, Budget, Finding, Opening, Snapshot, StoredPlace, Waiting, Writer},
    record::Shape,
};

/// What came of verifying an index; each finding is a line of its own before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Checked {
    /// Whether nothing is wrong.
    pub sound: bool,
    /// How many findings there are.
    pub findings: usize,
}

impl Shape for Checked {
    const TYPE: &'static str = "check";
}

impl Shape for Finding {
    const TYPE: &'static str = "finding";
}

/// What a merged index holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Compacted {
    /// Articles in it.
    pub articles: u64,
    /// Quotes of all kinds in it.
    pub quotes: u64,
}

impl Shape for Compacted {
    const TYPE: &'static str = "compact";
}

/// A story that was taken down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Removed {
    /// Which, and where it was read.
    #[serde(flatten)]
    pub article: StoredPlace,
    /// Why, as given.
    pub reason: String,
}

impl Shape for Removed {
    const TYPE: &'static str = "removed";
}

/// Verifies every checksum of an index, and the ties between its files, articles and quotes.
///
/// # Errors
/// When there is no index, or it cannot be read at all.
pub fn check(index: &Path) -> Result<(Vec<Finding>, Checked), index::Error> {
    let findings = index::check(&Snapshot::open(index)?)?;
    let checked = Checked { sound: findings.is_empty(), findings: findings.len() };
    Ok((findings, checked))
}

/// Bytes for the engine while it merges.
const MEMORY: usize = 64 << 20;

/// Merges an index into one piece; what was removed leaves the disk.
///
/// # Errors
/// When there is no index, another run writes, or it cannot be written.
pub fn compact(index: &Path, waiting: Waiting) -> Result<Compacted, index::Error> {
    let budget = Budget { threads: 1, memory: MEMORY };
    let mut writer = Writer::open_existing(index, Opening { budget, rebuild: false, waiting })?;
    writer.compact()?;
    let counts = writer.snapshot()?.counts()?;
    writer.close(true)?;
    Ok(Compacted { articles: counts.articles, quotes: counts.quotes })
}
