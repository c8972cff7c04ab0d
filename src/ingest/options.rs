//! How a run is to go, and what surrounds it.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use crate::{
    article::Remark,
    config::{self, Config},
    report::{Planned, Skipped},
};

/// How a run is to go.
#[derive(Clone, Debug)]
pub struct Options {
    /// Folder of the index.
    pub index: PathBuf,
    /// Roots to read; when there are none, every root the index remembers.
    pub roots: Vec<PathBuf>,
    /// Name for the one root.
    pub root_name: Option<String>,
    /// Roots to leave, with all their articles.
    pub forget: Vec<String>,
    /// Build everything anew beside the live index, and swap.
    pub rebuild: bool,
    /// Trust no stamp.
    pub verify_content: bool,
    /// Remove what is gone however much it is.
    pub allow_shrink: bool,
    /// Threads that read and extract.
    pub threads: usize,
    /// Bytes for the engine's unwritten segments.
    pub memory: usize,
    /// When to stop cleanly.
    pub max_runtime: Option<Duration>,
    /// How long to wait for another run to end.
    pub wait_lock: Duration,
    /// How long what was read may wait for its commit.
    pub commit_every: Duration,
    /// Files that are spread over the threads at a time; a commit or a stop comes between two lots.
    pub chunk_files: usize,
    /// Files from this size, in bytes, are read as a stream, each by itself, and committed on the way.
    pub large_file: u64,
    /// Start of the run, nanoseconds from 1970.
    pub now_ns: i64,
}

/// Asks a run to stop, from anywhere: the number of a signal, 0 while there is none.
#[derive(Clone, Debug, Default)]
pub struct Stop(pub Arc<AtomicUsize>);

impl Stop {
    /// The signal, if one came.
    pub(super) fn signal(&self) -> Option<usize> {
        Some(self.0.load(Ordering::Relaxed)).filter(|&signal| signal != 0)
    }
}

/// What a run tells while it goes on.
#[derive(Debug)]
pub enum Event<'a> {
    /// An input was left out, for the first time or for a new reason.
    Skipped(&'a Skipped),
    /// Something should be looked at.
    Warning(String),
    /// A file is about to be read.
    Reading {
        /// Name of its root.
        root: &'a str,
        /// Path below the root.
        path: &'a str,
        /// Why it is read, see [`Why`](super::Why).
        why: &'static str,
    },
    /// Something was mended or guessed in a file; once for each kind.
    Remarked {
        /// Name of its root.
        root: &'a str,
        /// Path below the root.
        path: &'a str,
        /// What was done.
        remark: &'a Remark,
    },
    /// What a run would do with an input.
    Planned(&'a Planned),
    /// How far it is in a large file.
    Within {
        /// Bytes of the file that are done with.
        bytes: u64,
        /// Articles written so far.
        articles: u64,
    },
    /// How far it is.
    Progress {
        /// Files found so far.
        files: u64,
        /// Bytes of those that are done with.
        bytes: u64,
        /// Articles written so far.
        articles: u64,
    },
}

/// What surrounds a run.
pub struct Surroundings<'a> {
    /// Settings for a root.
    pub settings: &'a dyn Fn(&Path) -> Result<Config, config::Error>,
    /// The way to stop it.
    pub stop: Stop,
    /// Who listens.
    pub tell: &'a mut dyn FnMut(Event<'_>),
}

/// Extraction costs more than indexing: half of the threads keep up with the other half, and fewer make fewer segments.
pub(super) fn engine_threads(threads: usize) -> usize {
    (threads / 2).clamp(1, 4)
}
