//! What a metrics page says of a run, in the text format of Prometheus (version 0.0.4).

use std::{fmt::Write, path::Path};

use jiff::Timestamp;

use crate::{report::Report, state::Runs};

/// A run as it tells of itself: under way, or ended.
#[derive(Clone, Copy, Debug)]
pub struct RunMetrics<'a> {
    /// Folder of the index, which labels every figure.
    pub index: &'a Path,
    /// When it began, seconds from 1970.
    pub started_s: i64,
    /// Its process: what the log of runs says of another one is not told as this one's.
    pub pid: u32,
    /// How it ended, if it has.
    pub ended: Option<RunEnd>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug)]
pub struct RunEnd {
    /// Its exit code.
    pub exit: u8,
    /// How long it took, in seconds.
    pub seconds: f64,
}

impl RunMetrics<'_> {
    /// The page. What the log of runs would add is left out when that cannot be read.
    pub fn page(&self) -> String {
        let runs = Runs::load(self.index).unwrap_or_default();
        let success = runs.last_success.as_ref().and_then(|run| run.started.parse::<Timestamp>().ok());
        let mut page = Page { text: String::new(), label: escaped(&self.index.to_string_lossy()) };
        let help = "Start of the last run, also of one that failed.";
        page.gauge("last_run_timestamp_seconds", help, self.started_s);
        let help = "Start of the last run that did all there was to do; 0: none.";
        page.gauge("last_success_timestamp_seconds", help, success.map_or(0, Timestamp::as_second));
        let help = "Whether that run has not ended, or was killed.";
        page.gauge("running", help, i64::from(self.ended.is_none()));
        if let Some(RunEnd { exit, seconds }) = self.ended {
            page.gauge("last_run_exit_code", "How it ended; pullquote help exit-codes.", exit);
            page.gauge("last_run_duration_seconds", "How long it took.", format_args!("{seconds:.3}"));
        }
        let ours = runs.last_run.filter(|run| run.pid == self.pid);
        if let Some(report) = ours.and_then(|run| run.report) {
            page.report(&report);
        }
        page.text
    }
}

struct Page {
    text: String,
    label: String,
}

impl Page {
    fn report(&mut self, report: &Report) {
        for (name, help, value) in [
            ("articles", "Articles in the index.", report.articles),
            ("quotes", "Quotes in the index.", report.quotes),
            ("last_run_added", "Articles the last run added.", report.added),
            ("last_run_updated", "Articles the last run changed.", report.updated),
            ("last_run_removed", "Articles the last run removed.", report.removed),
            ("last_run_skipped", "Inputs left out for the first time.", report.skipped),
            ("last_run_skipped_known", "Inputs left out as before.", report.skipped_known),
            ("last_run_left", "Files left for the next run, of those that were found.", report.left),
            ("last_run_bytes_read", "Bytes read from files.", report.bytes_read),
        ] {
            self.gauge(name, help, value);
        }
    }

    fn gauge(&mut self, name: &str, help: &str, value: impl std::fmt::Display) {
        let Self { text, label } = self;
        write!(
            text,
            "# HELP pullquote_{name} {help}\n# TYPE pullquote_{name} gauge\n\
             pullquote_{name}{{index=\"{label}\"}} {value}\n"
        )
        .expect("writing to a string cannot fail");
    }
}

/// A label's value as the text format wants it.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_under_way_and_one_that_ended() {
        let index = Path::new("/nowhere/\"a\"");
        let begun = RunMetrics { index, started_s: 1_700_000_000, pid: 1, ended: None };
        let ended = RunMetrics { ended: Some(RunEnd { exit: 3, seconds: 1.25 }), ..begun }.page();
        let begun = begun.page();
        let line =
            |name: &str, value: &str| format!("\npullquote_{name}{{index=\"/nowhere/\\\"a\\\"\"}} {value}\n");
        assert!(begun.contains(&line("running", "1")), "{begun}");
        assert!(begun.contains(&line("last_run_timestamp_seconds", "1700000000")), "{begun}");
        assert!(!begun.contains("exit_code"), "{begun}");
        for (name, value) in
            [("running", "0"), ("last_run_exit_code", "3"), ("last_run_duration_seconds", "1.250")]
        {
            assert!(ended.contains(&line(name, value)), "{name} in {ended}");
        }
    }
}
