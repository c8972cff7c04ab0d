//! `alerts`: matches of the saved searches among articles that are new.

use std::{
    io::{BufRead, Write},
    process::{Command, Stdio},
};

use anyhow::{Context, bail};
use jiff::Timestamp;
use pullquote::{
    answers::alerts::{AlertDesk, AlertRequest, Delivery, Told},
    index::Waiting,
    query,
    state::Alert,
};

use super::{ArchiveArgs, archive, ask, exit::Exit, print, ui::Ui};

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
    let index = archive::find(archive)?;
    let now = Timestamp::now();
    let waiting =
        Waiting { patience: std::time::Duration::ZERO, now_ns: i64::try_from(now.as_nanosecond())? };
    let mut desk = AlertDesk::open(&index, waiting).map_err(|error| unkept(error, &index))?;
    if args.log {
        write(desk.log()?, ui)?;
        return Ok(Exit::Done);
    }
    // News that nobody watched would be taken as told.
    if let Some(path) = archive.saved.as_ref().filter(|path| !path.exists()) {
        bail!("there are no saved searches at {}: the news stays for the next time", path.display());
    }
    if args.from_now {
        let looked = desk.take_as_seen(waiting, || ask::open(archive))?;
        ui.note(&format!("{looked} articles taken as seen"));
        return Ok(Exit::Done);
    }
    let at = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let request = AlertRequest { at: &at, feed_entries: args.feed_entries, waiting };
    let saved = archive.saved.clone().unwrap_or_else(|| pullquote::state::Saved::file_of(&index));
    let told = desk.tell(
        request,
        || ask::open(archive),
        |delivery, told| {
            left_out(told, &saved, ui);
            match &args.exec {
                Some(command) => hand_over(command, delivery),
                None => {
                    write(delivery, ui)?;
                    summary(told, ui);
                    Ok(())
                }
            }
        },
    )?;
    Ok(if told.is_whole() { Exit::Done } else { Exit::Skipped })
}

/// Says which index cannot keep alerts, unless there is none.
fn unkept(error: query::Error, index: &std::path::Path) -> anyhow::Error {
    let is_there = pullquote::index::Snapshot::open(index).is_ok();
    let error = anyhow::Error::from(error);
    if is_there { error.context(format!("cannot keep alerts in {}", index.display())) } else { error }
}

/// Tells which searches are not watched, and why.
fn left_out(told: &Told, saved: &std::path::Path, ui: &mut Ui) {
    for search in &told.unusable {
        ui.warn(&format!("search {} is not watched: {}", search.name, search.fault));
    }
    for line in &told.faults {
        ui.warn(&format!("{}, line {line}: expected a name, a tab and a query", saved.display()));
    }
    if told.watched == 0 {
        ui.note("no search is watched: pullquote saved add NAME QUERY");
    }
}

fn summary(told: &Told, ui: &mut Ui) {
    if !ui.json() {
        ui.note(&format!(
            "{} in {}, {} watched",
            print::counted(told.matches, "match", "matches"),
            print::counted(told.new_articles, "new article", "new articles"),
            print::counted(told.watched, "search", "searches")
        ));
    }
}

/// Writes alerts to standard output.
fn write(mut delivery: Delivery, ui: &mut Ui) -> anyhow::Result<()> {
    if ui.json() {
        std::io::copy(&mut delivery.lines, ui.out())?;
    } else {
        for line in delivery.lines.lines() {
            print(&serde_json::from_str(&line?)?, ui.out())?;
        }
    }
    // Delivered is what has left this program.
    Ok(ui.flush()?)
}

fn print(alert: &Alert, out: &mut impl Write) -> std::io::Result<()> {
    let (strong, faint) = (print::STRONG, print::FAINT);
    let Alert { search, title, path, published, source, id, url, .. } = alert;
    let title = title.as_deref().unwrap_or(path);
    writeln!(out, "{strong}{search}{strong:#}  {title}")?;
    let date = published.as_deref().map(|date| date.get(..10).unwrap_or(date));
    let facts = [date, source.as_deref(), Some(id.as_str()), url.as_deref().or(Some(path))];
    let facts: Vec<&str> = facts.into_iter().flatten().collect();
    writeln!(out, "     {faint}{}{faint:#}", facts.join(" · "))
}

/// Gives alerts to a command, a line of JSON each; runs none when there are none.
fn hand_over(command: &str, mut delivery: Delivery) -> anyhow::Result<()> {
    if delivery.count == 0 {
        return Ok(());
    }
    let mut child = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {command}"))?;
    let mut input = child.stdin.take().context("the command has no standard input")?;
    // A command that does not read everything tells by its exit whether that was enough.
    let _ = std::io::copy(&mut delivery.lines, &mut input);
    drop(input);
    let status = child.wait().with_context(|| format!("cannot wait for {command}"))?;
    if !status.success() {
        bail!("{command} failed ({status}): its {} alerts are delivered again next time", delivery.count);
    }
    Ok(())
}
