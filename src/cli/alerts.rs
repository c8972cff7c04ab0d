//! `alerts`: matches of the saved searches among articles that are new.

use std::{
    io::{self, Write},
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, bail};
use jiff::Timestamp;
use pullquote::{
    answers::{
        alerts::{AlertDesk, AlertRequest, AlertRound, Delivery},
        saved::SavedLine,
    },
    state::Alert,
    visible::line,
};

use super::{ArchiveArgs, ask, exit::Exit, print, ui::Ui};

/// Matches of the saved searches among articles that are new since the last time
///
/// Each match is written once to state/alerts.jsonl in the index folder and to the Atom feed state/alerts.xml, then
/// delivered: to standard output, or to the command of --exec as JSON Lines on its standard input. What was not
/// delivered, because of a crash or because the command failed, is delivered again next time, with the same
/// delivery_id. A changed, moved or rebuilt article is not new. Exits with 0 whether there were matches or not.
#[derive(clap::Args)]
pub struct Args {
    /// Command that gets the matches, run by sh; unless it exits with 0, it gets them again next time
    #[arg(long, value_name = "COMMAND")]
    exec: Option<String>,
    /// Take everything up to now as seen, and deliver nothing
    #[arg(long, conflicts_with_all = ["exec", "log"])]
    from_now: bool,
    /// Show every alert there ever was; look for none
    #[arg(long, conflicts_with = "exec")]
    log: bool,
    /// Entries of the feed: the newest
    #[arg(long, default_value_t = 200, value_name = "N")]
    feed_entries: usize,
}

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let request = AlertRequest { needs_searches: archive.saved.is_some(), feed_entries: args.feed_entries };
    // Whether there is an index at all is told before a lock is looked for in it.
    let archive = ask::open_here(archive)?;
    let desk = AlertDesk::open(&archive, Timestamp::now())
        .with_context(|| format!("cannot keep alerts in {}", archive.folder().display()))?;
    if args.log {
        show(desk.log()?, ui)?;
        return Ok(Exit::Done);
    }
    if args.from_now {
        let seen = desk.take_as_seen(&request)?;
        ui.note(&format!("{seen} articles taken as seen"));
        return Ok(Exit::Done);
    }
    let looked = desk.look(&request)?;
    say_left_out(looked.round(), archive.saved().path(), ui);
    let round = match &args.exec {
        Some(command) => looked.deliver(|alerts| hand_over(command, alerts))?,
        None => {
            let round = looked.deliver(|alerts| show(alerts, ui))?;
            say_found(&round, ui);
            round
        }
    };
    Ok(if round.is_whole() { Exit::Done } else { Exit::Skipped })
}

/// Tells of the searches that are not watched.
fn say_left_out(round: &AlertRound, path: &Path, ui: &mut Ui) {
    for SavedLine { name, fault, .. } in &round.left_out {
        ui.fault(&format!("search {name} is not watched: {}", fault.as_deref().unwrap_or_default()));
    }
    for line in &round.faulty_lines {
        ui.fault(&format!("{}, line {line}: expected a name, a tab and a query", path.display()));
    }
    if round.watched == 0 {
        ui.note("no search is watched: pullquote saved add NAME QUERY");
    }
}

fn say_found(round: &AlertRound, ui: &mut Ui) {
    if !ui.json() {
        ui.note(&format!(
            "{} in {}, {} watched",
            print::counted(round.matches, "match", "matches"),
            print::counted(round.new_articles, "new article", "new articles"),
            print::counted(round.watched, "search", "searches")
        ));
    }
}

/// Writes alerts to standard output.
fn show(alerts: Delivery, ui: &mut Ui) -> anyhow::Result<()> {
    if ui.json() {
        ui.records(alerts.lines)?;
    } else {
        for alert in alerts.alerts() {
            print(&alert?, ui.out())?;
        }
    }
    // Delivered is what has left this program.
    Ok(ui.flush()?)
}

fn print(alert: &Alert, out: &mut impl Write) -> io::Result<()> {
    let (strong, faint) = (print::STRONG, print::FAINT);
    let Alert { search, title, path, published, source, id, url, .. } = alert;
    let title = line(title.as_deref().unwrap_or(path));
    writeln!(out, "{strong}{search}{strong:#}  {title}")?;
    let date = published.as_deref().map(|date| date.get(..10).unwrap_or(date));
    let facts = [date, source.as_deref(), Some(id.as_str()), url.as_deref().or(Some(path))];
    let facts: Vec<&str> = facts.into_iter().flatten().collect();
    writeln!(out, "     {faint}{}{faint:#}", line(&facts.join(" · ")))
}

/// Gives alerts to a command, a line of JSON each.
fn hand_over(command: &str, mut alerts: Delivery) -> anyhow::Result<()> {
    let mut child = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {command}"))?;
    let mut input = child.stdin.take().context("the command has no standard input")?;
    // A command that does not read everything tells by its exit whether that was enough.
    let _ = io::copy(&mut alerts.lines, &mut input);
    drop(input);
    let status = child.wait().with_context(|| format!("cannot wait for {command}"))?;
    if !status.success() {
        bail!("{command} failed ({status}): its {} alerts are delivered again next time", alerts.count);
    }
    Ok(())
}
