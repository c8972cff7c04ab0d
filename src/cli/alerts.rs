//! `alerts`: matches of the saved searches among articles that are new.

use std::{
    io::{BufRead, Write},
    ops::Range,
    process::{Command, Stdio},
};

use anyhow::{Context, bail};
use jiff::Timestamp;
use pullquote::{
    answers::feed,
    index::Waiting,
    query::{ArticleHead, Query},
    state::{Alert, Alerts, SavedSearch, delivery_id},
};

use super::{ArchiveArgs, archive, ask, exit::Exit, print, saved, ui::Ui};

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
    // Whether there is an index at all is told before a lock is looked for in it.
    archive::snapshot(archive)?;
    let mut alerts = Alerts::open(&index, waiting)
        .with_context(|| format!("cannot keep alerts in {}", index.display()))?;
    if args.log {
        deliver(&alerts, alerts.all(), ui)?;
        return Ok(Exit::Done);
    }
    // News that nobody watched would be taken as told.
    if let Some(path) = archive.saved.as_ref().filter(|path| !path.exists()) {
        anyhow::bail!("there are no saved searches at {}: the news stays for the next time", path.display());
    }
    // Before the snapshot: what is written down later is left for the next time.
    let news = alerts.news()?;
    let open = ask::open(archive)?;
    let mut exit = Exit::Done;
    if !args.from_now {
        let (names, queries) = searches(archive, &mut exit, ui)?;
        let at = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let found = open.watch(&queries, &news.ids)?;
        let found: Vec<Alert> =
            found.iter().map(|found| alert(&names[found.search], &found.article, &at)).collect();
        alerts.add(&found)?;
        let waiting = alerts.undelivered();
        if !waiting.is_empty() || !Alerts::feed_of(&index).exists() {
            alerts.write_feed(&feed::atom(&alerts.newest(args.feed_entries)?))?;
        }
        match &args.exec {
            Some(command) if !waiting.is_empty() => hand_over(command, &alerts, waiting.clone())?,
            Some(_) => (),
            None => deliver(&alerts, waiting.clone(), ui)?,
        }
        if !ui.json() && args.exec.is_none() {
            ui.note(&format!(
                "{} in {}, {} watched",
                print::counted(waiting.len() as u64, "match", "matches"),
                print::counted(news.ids.len() as u64, "new article", "new articles"),
                print::counted(queries.len() as u64, "search", "searches")
            ));
        }
    }
    let (looked, now_seen) = (news.ids.len(), open.snapshot());
    alerts.delivered(news, now_seen)?;
    if args.from_now {
        ui.note(&format!("{looked} articles taken as seen"));
    }
    alerts.tidy(waiting)?;
    Ok(exit)
}

/// The searches to watch for; those that cannot be read are told and left out.
fn searches(
    archive: &ArchiveArgs,
    exit: &mut Exit,
    ui: &mut Ui,
) -> anyhow::Result<(Vec<SavedSearch>, Vec<Query>)> {
    let saved = saved::load(archive)?;
    let (mut names, mut queries) = (Vec::new(), Vec::new());
    for search in saved.iter() {
        match saved::read(search) {
            Ok(query) => {
                names.push(search.clone());
                queries.push(query);
            }
            Err(fault) => {
                *exit = Exit::Skipped;
                ui.warn(&format!("search {} is not watched: {fault}", search.name));
            }
        }
    }
    for line in saved.faults() {
        *exit = Exit::Skipped;
        ui.warn(&format!("{}, line {line}: expected a name, a tab and a query", saved.path().display()));
    }
    if names.is_empty() {
        ui.note("no search is watched: pullquote saved add NAME QUERY");
    }
    Ok((names, queries))
}

fn alert(search: &SavedSearch, head: &ArticleHead, at: &str) -> Alert {
    let facts = &head.article;
    Alert {
        format: 1,
        r#type: "alert".to_owned(),
        delivery_id: delivery_id(&search.name, &head.id),
        at: at.to_owned(),
        search: search.name.clone(),
        query: search.query.clone(),
        id: head.id.clone(),
        root: facts.origin.root.clone(),
        path: facts.origin.path.clone(),
        record: facts.origin.record,
        title: facts.title.clone(),
        published: facts.published.as_ref().map(|published| published.value.clone()),
        source: facts.source.clone(),
        url: facts.url.clone(),
    }
}

/// Writes alerts of the log to standard output.
fn deliver(alerts: &Alerts, which: Range<usize>, ui: &mut Ui) -> anyhow::Result<()> {
    let mut lines = alerts.lines(which)?;
    if ui.json() {
        std::io::copy(&mut lines, ui.out())?;
    } else {
        for line in lines.lines() {
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

/// Gives alerts to a command, a line of JSON each.
fn hand_over(command: &str, alerts: &Alerts, which: Range<usize>) -> anyhow::Result<()> {
    let count = which.len();
    let mut lines = alerts.lines(which)?;
    let mut child = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {command}"))?;
    let mut input = child.stdin.take().context("the command has no standard input")?;
    // A command that does not read everything tells by its exit whether that was enough.
    let _ = std::io::copy(&mut lines, &mut input);
    drop(input);
    let status = child.wait().with_context(|| format!("cannot wait for {command}"))?;
    if !status.success() {
        bail!("{command} failed ({status}): its {count} alerts are delivered again next time");
    }
    Ok(())
}
