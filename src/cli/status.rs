//! `status`: what the index holds and when it last ran.

use std::io::{self, Write};

use jiff::Timestamp;
use pullquote::{
    answers::{RootStatus, Status, left_out},
    record::Line,
    report::{Report, Skipped},
    state::Run,
    visible::line,
};

use super::{ArchiveArgs, archive, exit::Exit, index::more, ui::Ui};

/// What the index holds, and when it was last brought up to date
#[derive(clap::Args)]
pub struct Args {
    /// List every input that is left out, and why
    #[arg(long)]
    skipped: bool,
}

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let path = archive::find(archive)?;
    if args.skipped {
        return list(&left_out(&path)?, ui);
    }
    let status = Status::of(&path, i64::try_from(Timestamp::now().as_nanosecond())?)?;
    if ui.json() {
        ui.record(&status)?;
        return Ok(Exit::Done);
    }
    Ok(print(&status, ui.out()).map(|()| Exit::Done)?)
}

fn list(skipped: &[Skipped], ui: &mut Ui) -> anyhow::Result<Exit> {
    for skipped in skipped {
        if ui.json() {
            ui.record(&Line::of(skipped))?;
        } else {
            let record = skipped.record.map_or_else(String::new, |record| format!("#{record}"));
            let Skipped { root, path, reason, message, .. } = skipped;
            writeln!(ui.out(), "{reason}\t{root}/{}{record}\t{}", line(path), line(message))?;
        }
    }
    Ok(Exit::Done)
}

fn print(status: &Status, out: &mut impl Write) -> io::Result<()> {
    let megabytes = status.bytes as f64 / 1e6;
    writeln!(out, "index         {} ({megabytes:.1} MB, schema {})", status.index, status.schema)?;
    writeln!(out, "articles      {}", status.articles)?;
    writeln!(out, "quotes        {}", status.quotes)?;
    writeln!(out, "files         {} ({} inputs skipped)", status.files, status.skipped)?;
    if status.takedowns > 0 {
        writeln!(out, "taken down    {}", status.takedowns)?;
    }
    if status.corrections > 0 {
        writeln!(out, "corrections   {} of names", status.corrections)?;
    }
    if status.speaker_corrections > 0 {
        writeln!(out, "corrections   {} of speakers", status.speaker_corrections)?;
    }
    for RootStatus { name, path, present } in &status.roots {
        writeln!(out, "root          {name} = {path}{}", if *present { "" } else { " (not there now)" })?;
    }
    if let Some(run) = &status.last_run {
        print_run(run, out)?;
    }
    if let (Some(run), Some(age)) = (&status.last_success, status.last_success_age_s) {
        writeln!(out, "last success  {} ({} ago)", moment(run), span(age))?;
    }
    if let Some(owner) = &status.running {
        writeln!(out, "running       {owner}")?;
    }
    Ok(())
}

fn print_run(run: &Run, out: &mut impl Write) -> io::Result<()> {
    write!(out, "last run      {} {}", moment(run), run.outcome)?;
    if let Some(report) = &run.report {
        let Report { added, updated, removed, unchanged, .. } = report;
        let (seconds, more) = (report.elapsed_ms as f64 / 1000.0, more(report));
        write!(
            out,
            " in {seconds:.1} s: {added} added, {updated} updated, {removed} removed, {unchanged} unchanged{more}"
        )?;
    }
    writeln!(out)?;
    run.error
        .iter()
        .flat_map(|error| error.lines())
        .try_for_each(|said| writeln!(out, "              {}", line(said)))
}

fn moment(run: &Run) -> String {
    let moment = run.started.parse::<Timestamp>().map(|at| at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string());
    moment.unwrap_or_else(|_| run.started.clone())
}

/// A span of time in its largest whole unit.
fn span(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}
