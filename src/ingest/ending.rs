//! When a run ends, and what came of it.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use super::options::Stop;
use crate::report::Report;

/// How a run ended, failures aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// With everything done.
    Done,
    /// At its time limit.
    TimeLimit,
    /// By a signal.
    Signal(usize),
}

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What it did.
    pub report: Report,
    /// How it ended.
    pub ended: Ended,
    /// Roots that are gone or cannot be read; what the index holds of them stays.
    pub missing: Vec<PathBuf>,
    /// Whether so much seems gone that it was kept.
    pub shrunk: bool,
    /// What makes the run a failed one although it went on to its end, for people.
    pub faults: Vec<String>,
}

impl Outcome {
    /// How it ended, in one word.
    pub fn name(&self) -> &'static str {
        match self.ended {
            Ended::Done if !self.missing.is_empty() || self.shrunk => "failed",
            Ended::Done => "done",
            Ended::TimeLimit => "time-limit",
            Ended::Signal(2) => "interrupted",
            Ended::Signal(_) => "terminated",
        }
    }
}

/// What may end a run before everything is done.
#[derive(Clone)]
pub(super) struct Limit {
    pub stop: Stop,
    pub begun: Instant,
    pub runtime: Option<Duration>,
}

impl Limit {
    /// Why the run must end now, if it must.
    pub fn ended(&self) -> Option<Ended> {
        if let Some(signal) = self.stop.signal() {
            return Some(Ended::Signal(signal));
        }
        (self.begun.elapsed() >= self.runtime?).then_some(Ended::TimeLimit)
    }
}
