//! The metrics file of a run, for the text-file collector of Prometheus' node exporter.

use std::{
    fmt::Write,
    path::{Path, PathBuf},
    time::Instant,
};

use jiff::Timestamp;
use pullquote::{
    index::{self},
    state::Runs,
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
        index::replace(&self.path, self.text(exit).as_bytes())
    }

    fn text(&self, exit: Option<u8>) -> String {
        // A list that cannot be read is no reason to say nothing.
        let runs = Runs::load(&self.index).unwrap_or_default();
        let success = runs.last_success.as_ref().and_then(|run| run.started.parse::<Timestamp>().ok());
        let success = success.map_or(0, Timestamp::as_second);
        let mut page = Page { text: String::new(), label: escaped(&self.index.to_string_lossy()) };
        page.gauge(
            "last_run_timestamp_seconds",
            "Start of the last run, also of one that failed.",
            self.started.as_second(),
        );
        page.gauge(
            "last_success_timestamp_seconds",
            "Start of the last run that did all there was to do; 0: none.",
            success,
        );
        page.gauge("running", "Whether that run has not ended, or was killed.", i64::from(exit.is_none()));
        if let Some(exit) = exit {
            page.gauge("last_run_exit_code", "How it ended; pullquote help exit-codes.", i64::from(exit));
            let seconds = self.begun.elapsed().as_secs_f64();
            page.gauge("last_run_duration_seconds", "How long it took.", format_args!("{seconds:.3}"));
        }
        let ours = runs.last_run.filter(|run| run.pid == std::process::id());
        if let Some(report) = ours.as_ref().and_then(|run| run.report.as_ref()) {
            for (name, help, value) in [
                ("articles", "Articles in the index.", report.articles),
                ("quotes", "Quotes in the index.", report.quotes),
                ("last_run_added", "Articles the last run added.", report.added),
                ("last_run_updated", "Articles the last run changed.", report.updated),
                ("last_run_removed", "Articles the last run removed.", report.removed),
                ("last_run_skipped", "Inputs left out for the first time.", report.skipped),
                ("last_run_skipped_known", "Inputs left out as before.", report.skipped_known),
                ("last_run_left", "Files left for the next run.", report.left),
                ("last_run_bytes_read", "Bytes read from files.", report.bytes_read),
            ] {
                page.gauge(name, help, value);
            }
        }
        page.text
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

struct Page {
    text: String,
    label: String,
}

impl Page {
    fn gauge(&mut self, name: &str, help: &str, value: impl std::fmt::Display) {
        let Self { text, label } = self;
        let _ = write!(
            text,
            "# HELP pullquote_{name} {help}\n# TYPE pullquote_{name} gauge\npullquote_{name}{{index=\"{label}\"}} {value}\n"
        );
    }
}

/// A label's value as the text format wants it.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
