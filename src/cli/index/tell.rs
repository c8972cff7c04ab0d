//! What a run tells while it goes on: inputs left out, warnings, how far it is.

use std::{
    collections::BTreeMap,
    io::{self, IsTerminal},
    time::Duration,
};

use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use pullquote::{
    ingest::{Event, Total},
    record::Line,
    report::{NAMED_SKIPS, Planned, Skipped},
    visible::line,
};

use super::print;
use crate::cli::ui::{Counts, LogFormat, Ui};

/// Inputs left out for one reason that are told one by one, without `-v`.
const TOLD_EACH: u64 = 3;

/// Whoever listens to a run.
pub struct Listener<'a> {
    ui: &'a mut Ui,
    bar: ProgressBar,
    total: &'a Total,
    /// Files that were found, and bytes of those that are done with.
    passed: (u64, u64),
    /// Inputs left out, by reason.
    skipped: Counts,
    /// What would be done, and with how many.
    planned: BTreeMap<&'static str, u64>,
    /// Warnings that `--quiet` keeps back, unless the run fails.
    kept_back: Vec<String>,
    written: io::Result<()>,
}

/// Whether somebody looks at a progress bar.
pub fn is_watched(ui: &Ui) -> bool {
    let is_text = !ui.json() && ui.args.log_format == LogFormat::Text;
    is_text && !ui.args.quiet && io::stderr().is_terminal()
}

impl<'a> Listener<'a> {
    /// Begins to listen, with a progress bar where somebody looks at it; how much there is to do may be counted meanwhile.
    pub fn new(ui: &'a mut Ui, total: &'a Total) -> Self {
        let bar = if is_watched(ui) { ProgressBar::no_length() } else { ProgressBar::hidden() };
        let bar = bar.with_style(style("{spinner} {elapsed_precise} {msg}"));
        if !bar.is_hidden() {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        Self {
            ui,
            bar,
            total,
            passed: (0, 0),
            skipped: Counts::new(),
            planned: BTreeMap::new(),
            kept_back: Vec::new(),
            written: Ok(()),
        }
    }

    /// Passes on what the run tells.
    pub fn hear(&mut self, event: Event<'_>) {
        match event {
            Event::Skipped(skipped) => self.skipped(skipped),
            Event::Warning(text) if self.ui.args.quiet => self.kept_back.push(text),
            Event::Warning(text) => self.say(|ui| ui.warn(&text)),
            Event::Reading { root, path, why } if self.ui.args.verbose > 0 => {
                self.say(|ui| ui.note(&format!("reading {root}/{} ({why})", line(path))));
            }
            Event::Reading { .. } => (),
            // What was guessed for a whole table is said; what was mended in a story, that story says.
            Event::Remarked { root, path, remark }
                if remark.code == "columns" || self.ui.args.verbose > 0 =>
            {
                self.say(|ui| ui.note(&format!("{root}/{}: {}", line(path), remark.message)));
            }
            Event::Remarked { .. } => (),
            Event::Planned(planned) => self.planned(planned),
            Event::Progress { files, bytes, articles } => {
                self.passed = (files, bytes);
                self.progress(0, articles);
            }
            Event::Within { bytes, articles } => self.progress(bytes, articles),
        }
    }

    /// Ends with the run, which may have failed; fails when something could not be written.
    pub fn end(mut self, failed: bool) -> io::Result<()> {
        self.bar.finish_and_clear();
        if failed {
            std::mem::take(&mut self.kept_back).iter().for_each(|text| self.ui.fault(text));
        }
        self.sum_skipped();
        if !self.planned.is_empty() {
            let counts: Vec<String> =
                self.planned.iter().map(|(action, count)| format!("{action} {count}")).collect();
            let figures = self.planned.iter().map(|(action, &count)| ((*action).to_owned(), count)).collect();
            self.ui.counted(&format!("nothing was done; a run would {}", counts.join(", ")), &figures);
        }
        self.written
    }

    /// Shows how far the run is, so many bytes of a large file among it.
    fn progress(&self, within: u64, articles: u64) {
        let (files, bytes) = (self.passed.0, self.passed.1 + within);
        let (files, articles) = (HumanCount(files), HumanCount(articles));
        match self.total.whole() {
            Some(total) => {
                if self.bar.length().is_none() {
                    self.bar.set_style(style("{bar:24} {percent:>3} % {msg}, {eta} left"));
                }
                self.bar.set_length(total.bytes.max(bytes));
                self.bar.set_position(bytes);
                let of = HumanCount(total.files);
                self.bar.set_message(format!("{files} of {of} files, {articles} articles"));
            }
            None => self.bar.set_message(format!("{files} files, {articles} articles")),
        }
    }

    fn planned(&mut self, planned: &Planned) {
        *self.planned.entry(planned.action).or_default() += 1;
        if self.written.is_ok() {
            self.written = print::planned(planned, self.ui);
        }
    }

    fn skipped(&mut self, skipped: &Skipped) {
        let Skipped { root, path, record, reason, message, count: more } = skipped;
        let count = self.skipped.entry(reason.clone()).or_default();
        *count += more.map_or(1, |all| all.saturating_sub(NAMED_SKIPS));
        if self.ui.json() {
            if self.written.is_ok() {
                self.written = self.ui.record(&Line::of(skipped));
            }
        } else if *count <= TOLD_EACH || self.ui.args.verbose > 0 {
            let record = record.map_or_else(String::new, |record| format!(", record {record}"));
            let text = format!("skipped {root}/{}{record}: {message} ({reason})", line(path));
            self.say(|ui| ui.warn(&text));
        }
    }

    /// Sums up by reason what was not told one by one.
    fn sum_skipped(&mut self) {
        if self.ui.json() || self.ui.args.verbose > 0 {
            return;
        }
        let more: Vec<String> = (self.skipped.iter())
            .filter(|(_, count)| **count > TOLD_EACH)
            .map(|(reason, count)| format!("{} more {reason}", count - TOLD_EACH))
            .collect();
        if !more.is_empty() {
            let text = format!(
                "skipped {}: pullquote status --skipped lists all of them, -v tells each",
                more.join(", ")
            );
            self.ui.warn_counted(&text, &self.skipped);
        }
    }

    /// Says something above the progress bar.
    fn say(&mut self, say: impl FnOnce(&mut Ui)) {
        let ui = &mut *self.ui;
        self.bar.suspend(|| say(ui));
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
