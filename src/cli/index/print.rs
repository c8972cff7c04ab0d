//! What came of a run, or would come of it.

use std::io::{self, Write};

use pullquote::{
    ingest::Outcome,
    record::Line,
    report::{Planned, Report, Summary},
    visible::line,
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
    if report.waiting > 0 {
        let waiting = print::articles(report.waiting);
        ui.note(&format!(
            "the rebuild is not done: {waiting} wait beside the index, which stays as it was; \
             pullquote index --rebuild goes on with it"
        ));
    }
    if !report.remarks.is_empty() {
        let remarks: Vec<String> =
            report.remarks.iter().map(|(code, count)| format!("{code} {count}")).collect();
        ui.counted(
            &format!("mended or guessed in stories: {}; each says so in `show --json`", remarks.join(", ")),
            &report.remarks,
        );
    }
    let (changes, more) = (changes(report), more(report));
    let failed = if outcome.name() == "failed" { "the run failed: " } else { "" };
    let text = format!("{failed}{changes}{more} ({:.1} s)", report.elapsed_ms as f64 / 1000.0);
    ui.counted(&text, &report.counts());
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

/// What else it did.
pub fn more(report: &Report) -> String {
    let counts = [
        (report.skipped, "input skipped", "inputs skipped"),
        (report.skipped_known, "skipped as before", "skipped as before"),
        (report.hidden, "hidden", "hidden"),
        (report.taken_down, "kept out", "kept out"),
        (report.shared_ids, "article shares the id of another", "articles share the id of another"),
        // What a run that was stopped had not found yet is not counted.
        (report.left, "or more files left for the next run", "or more files left for the next run"),
        (report.withheld, "file gone and kept", "files gone and kept"),
        (report.withheld_articles, "article gone and kept", "articles gone and kept"),
    ];
    let counts = counts.iter().filter(|(count, ..)| *count > 0);
    counts.map(|&(count, one, many)| format!("; {}", print::counted(count, one, many))).collect()
}

/// Writes what a run would do with an input.
pub fn planned(planned: &Planned, ui: &mut Ui) -> io::Result<()> {
    if ui.json() {
        return ui.record(&Line::of(planned));
    }
    let Planned { root, path, record, action, reason, input } = planned;
    let record = record.map_or_else(String::new, |record| format!("#{record}"));
    let input = input.map_or_else(String::new, |input| format!("\t{input}"));
    writeln!(ui.out(), "{action}\t{reason}\t{root}/{}{record}{input}", line(path))
}
