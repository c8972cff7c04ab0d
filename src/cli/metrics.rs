//! The metrics file of a run, for the text-file collector of Prometheus' node exporter.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use jiff::Timestamp;
use pullquote::{
    answers::metrics::{RunEnd, RunMetrics},
    index,
};

use super::exit::Exit;

/// Exit code of a program that panicked.
const PANICKED: u8 = 101;

/// The metrics file of a run under way: written when the run begins and, whatever happens but SIGKILL, when it ends.
pub struct Metrics {
    path: PathBuf,
    index: PathBuf,
    started: Timestamp,
    begun: Instant,
    ended: bool,
}

impl Metrics {
    /// Writes that a run has begun.
    pub fn begin(path: &Path, index: &Path) -> anyhow::Result<Self> {
        let index = std::path::absolute(index)?;
        let (started, begun) = (Timestamp::now(), Instant::now());
        let metrics = Self { path: path.to_owned(), index, started, begun, ended: false };
        metrics.write(None)?;
        Ok(metrics)
    }

    /// Writes how the run ended.
    pub fn end(mut self, exit: Exit) -> anyhow::Result<()> {
        self.ended = true;
        Ok(self.write(Some(exit as u8))?)
    }

    fn write(&self, exit: Option<u8>) -> Result<(), index::Error> {
        let page = RunMetrics {
            index: &self.index,
            started_s: self.started.as_second(),
            pid: std::process::id(),
            ended: exit.map(|exit| RunEnd { exit, seconds: self.begun.elapsed().as_secs_f64() }),
        }
        .page();
        index::replace(&self.path, page.as_bytes())
    }
}

impl Drop for Metrics {
    fn drop(&mut self) {
        if !self.ended {
            // The panic is what the user hears of.
            let _ = self.write(Some(PANICKED));
        }
    }
}
