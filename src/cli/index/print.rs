//! What came of a run, or would come of it.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use pullquote::{
    ingest::{Outcome, Plan},
    record::Line,
    report::{self, Report, Skipped, Summary},
};

use crate::cli::{print, ui::Ui};

/// Writes what a run did.
pub fn summary(outcome: &Outcome, ui: &mut Ui) -> io::Result<()> {
    let report = &outcome.report;
    if ui.json() {
        return ui.record(&Summary::new(outcome.name(), report));
    }
    for (why, what) in [("settings", "the settings"), ("program", "the program's readers or extraction")] {
        if let Some(count) = report.read_because.get(why) {
            ui.note(&format!("{count} files were read again because {what} changed"));
        }
    }
    let (changes, more) = (changes(report), more(report));
    ui.note(&format!("{changes}{more} ({:.1} s)", report.elapsed_ms as f64 / 1000.0));
    Ok(())
}

fn changes(report: &Report) -> String {
    let held =
        format!("{}, {}", print::articles(report.articles), print::counted(report.quotes, "quote", "quotes"));
    let Report { added, updated, removed, .. } = report;
    if report.is_idle() {
        format!("nothing new: {held}")
    } else {
        format!("{added} added, {updated} updated, {removed} removed: {held}")
    }
}

fn more(report: &Report) -> String {
    let counts = [
        (report.skipped, "inputs skipped"),
        (report.skipped_known, "skipped as before"),
        (report.hidden, "hidden"),
        (report.taken_down, "kept out"),
        (report.shared_ids, "articles share the id of another"),
        (report.left, "files left for the next run"),
        (report.withheld, "files gone and kept"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    counts.map(|(count, what)| format!("; {count} {what}")).collect()
}

/// Writes what a run would do, and counts it.
#[derive(Default)]
pub struct Planned {
    read: u64,
    left_out: BTreeMap<String, u64>,
    hidden: u64,
}

impl Planned {
    /// Writes what would become of one path.
    pub fn tell(&mut self, plan: &Plan, ui: &mut Ui) -> io::Result<()> {
        let json = ui.json();
        match plan {
            Plan::Read(planned) => {
                self.read += 1;
                let report::Planned { root, path, reason, input } = planned;
                if json {
                    ui.record(&Line::of(planned))
                } else {
                    writeln!(ui.out(), "{reason}\t{root}/{path}\t{input}")
                }
            }
            Plan::LeftOut(skipped) => {
                *self.left_out.entry(skipped.reason.clone()).or_default() += 1;
                left_out(skipped, ui)
            }
            Plan::Scratch { root, path } => {
                self.hidden += 1;
                let message = "hidden, or left behind by a system or an editor: read with `hidden` under [crawl]";
                left_out(
                    &Skipped {
                        root: root.clone(),
                        path: path.clone(),
                        record: None,
                        reason: "hidden".to_owned(),
                        message: message.to_owned(),
                    },
                    ui,
                )
            }
        }
    }

    /// Says how many there were of each.
    pub fn end(&self, ui: &mut Ui) {
        let Self { read, left_out, hidden } = self;
        let mut note = format!("{} to read", print::counted(*read, "file", "files"));
        if !left_out.is_empty() {
            let reasons: Vec<String> =
                left_out.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
            let count = left_out.values().sum::<u64>();
            note += &format!("; {count} left out: {}", reasons.join(", "));
        }
        if *hidden > 0 {
            note += &format!("; {hidden} hidden");
        }
        ui.note(&note);
    }
}

fn left_out(skipped: &Skipped, ui: &mut Ui) -> io::Result<()> {
    if ui.json() {
        return ui.record(&Line::of(skipped));
    }
    let Skipped { root, path, reason, message, .. } = skipped;
    writeln!(ui.out(), "{reason}\t{root}/{path}\t{message}")
}
