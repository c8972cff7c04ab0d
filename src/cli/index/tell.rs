//! What a run tells while it goes on: inputs left out, warnings, how far it is.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressStyle};
use pullquote::{ingest::Event, record::Line, report::Skipped};

use crate::cli::ui::Ui;

/// Whoever listens to a run.
pub struct Listener<'a> {
    ui: &'a mut Ui,
    bar: ProgressBar,
    written: io::Result<()>,
}

impl<'a> Listener<'a> {
    /// Begins to listen, with a progress bar where somebody looks at it.
    pub fn new(ui: &'a mut Ui) -> Self {
        let hidden = ui.args.quiet || ui.json() || !io::stderr().is_terminal();
        let style = ProgressStyle::with_template("{spinner} {elapsed_precise} {msg}");
        let bar = match hidden {
            true => ProgressBar::hidden(),
            false => ProgressBar::new_spinner()
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner())),
        };
        Self { ui, bar, written: Ok(()) }
    }

    /// Passes on what the run tells.
    pub fn hear(&mut self, event: Event<'_>) {
        match event {
            Event::Skipped(skipped) => self.skipped(skipped),
            Event::Warning(text) => self.warn(&text),
            Event::Progress { files, articles } => {
                self.bar.set_message(format!("{files} files, {articles} articles read"));
                self.bar.tick();
            }
        }
    }

    /// Ends with the run; fails when something could not be written.
    pub fn end(self) -> io::Result<()> {
        self.bar.finish_and_clear();
        self.written
    }

    fn skipped(&mut self, skipped: &Skipped) {
        if self.ui.json() {
            if self.written.is_ok() {
                self.written = self.ui.record(&Line::of(skipped));
            }
            return;
        }
        let Skipped { root, path, record, reason, message, .. } = skipped;
        let record = record.map_or_else(String::new, |record| format!(", record {record}"));
        self.warn(&format!("skipped {root}/{path}{record}: {message} ({reason})"));
    }

    fn warn(&mut self, text: &str) {
        self.bar.suspend(|| self.ui.warn(text));
    }
}
