//! `person`: everything the archive knows of somebody.

use std::io::Write;

use pullquote::{
    answers::{PersonAnswer, PersonPage, Repeated, Tally, timeline::Timeline},
    visible::line,
};

use super::{ArchiveArgs, ask, exit::Exit, print, ui::Ui};

/// Who somebody is: written forms, first and last seen, timeline, quotes by and about, with whom, on what
#[derive(clap::Args)]
pub struct Args {
    /// The name, or a part of it that only one name has
    #[arg(value_name = "NAME", required = true)]
    name: Vec<String>,
}

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let archive = ask::open(archive)?;
    let name = args.name.join(" ");
    match archive.person(&name)? {
        PersonAnswer::Found(page) => {
            if ui.json() {
                ui.record(&page)?;
            } else {
                write(&page, ui)?;
            }
            if let Some(Tally { label, articles }) = page.near.first() {
                ui.hint(&format!("did you mean {label}? {}", print::articles(*articles)));
            }
            if !page.others.is_empty() {
                ui.hint(&format!("others bear this name: {}", counted(&page.others)));
            }
            return Ok(Exit::Done);
        }
        PersonAnswer::Several(bearers) => {
            ui.note(&format!("nobody of that name: {name}"));
            ui.hint(&format!("there are several: {}", counted(&bearers)));
        }
        PersonAnswer::Nobody(near) => {
            ui.note(&format!("nobody of that name: {name}"));
            if let Some(first) = near.first() {
                ui.hint(&format!("did you mean {first}?"));
            }
        }
    }
    Ok(Exit::NotFound)
}

/// Values with their numbers of articles.
fn counted(tallies: &[Tally]) -> String {
    let shown: Vec<String> =
        tallies.iter().map(|tally| format!("{} {}", line(&tally.label), tally.articles)).collect();
    shown.join(", ")
}

/// Writes a page for people.
pub fn write(page: &PersonPage, ui: &mut Ui) -> anyhow::Result<()> {
    let width = ui.width();
    let out = ui.out();
    let (strong, faint) = (print::STRONG, print::FAINT);
    writeln!(out, "{strong}{}{strong:#}  {faint}{}{faint:#}", line(&page.name), page.kind.as_str())?;
    let seen = match (&page.first_seen, &page.last_seen) {
        (Some(first), Some(last)) => format!(", {first} to {last}"),
        _ => String::new(),
    };
    writeln!(
        out,
        "{}{seen} · {} by, {} about",
        print::articles(page.articles),
        print::counted(page.quotes_by, "quote", "quotes"),
        page.quotes_about
    )?;
    list("written", &page.forms, width, out)?;
    chart(&page.timeline, width, out)?;
    list("with", &page.people, width, out)?;
    list("topics", &page.topics, width, out)?;
    list("sources", &page.sources, width, out)?;
    for (heading, quotes) in [
        ("said", &page.latest_quotes),
        ("said, as most stories repeat", &page.repeated_quotes),
        ("said about", &page.latest_quotes_about),
    ] {
        if !quotes.is_empty() {
            writeln!(out, "\n{faint}{heading}{faint:#}")?;
        }
        for one in quotes {
            said(one, heading == "said about", width, out)?;
        }
    }
    Ok(())
}

/// A quote with its date, who said it when that is not whose page it is, how many stories have it, and its own story.
fn said(one: &Repeated, by_others: bool, width: usize, out: &mut impl Write) -> std::io::Result<()> {
    let faint = print::FAINT;
    let text: String = one.quote.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines = print::wrapped(&format!("“{text}”"), width.saturating_sub(15));
    for (number, words) in lines.into_iter().enumerate() {
        let date = one.quote.published.as_deref().map_or("", |date| date.get(..10).unwrap_or(date));
        let date = if number == 0 { date } else { "" };
        writeln!(out, "  {faint}{date:<11}{faint:#} {words}")?;
    }
    if by_others {
        writeln!(out, "  {:<11} — {}", "", print::speaker(&one.quote))?;
    }
    if one.appearances > 1 {
        let (stories, first) = (one.appearances, one.first_published.as_deref().unwrap_or("undated"));
        let first = first.get(..10).unwrap_or(first);
        writeln!(out, "  {:<11} {faint}in {stories} stories, first {first}{faint:#}", "")?;
    }
    let story = line(one.quote.title.as_deref().unwrap_or(&one.quote.path));
    writeln!(out, "  {:<11} {faint}{story} · {}{faint:#}", "", one.quote.id)
}

fn list(heading: &str, tallies: &[Tally], width: usize, out: &mut impl Write) -> std::io::Result<()> {
    if tallies.is_empty() {
        return Ok(());
    }
    let faint = print::FAINT;
    for (number, part) in print::wrapped(&counted(tallies), width.saturating_sub(12)).into_iter().enumerate()
    {
        writeln!(out, "  {faint}{:<9}{faint:#} {part}", if number == 0 { heading } else { "" })?;
    }
    Ok(())
}

/// Columns of the chart at most.
const COLUMNS: usize = 60;

/// Articles over time as one line of bars, several months to a bar where they are many.
fn chart(timeline: &Timeline, width: usize, out: &mut impl Write) -> std::io::Result<()> {
    const BARS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let counts = &timeline.counts;
    let (Some(first), Some(last)) = (counts.first(), counts.last()) else { return Ok(()) };
    let columns = COLUMNS.min(width.saturating_sub(30)).max(10);
    let step = counts.len().div_ceil(columns);
    let sums: Vec<u64> =
        counts.chunks(step).map(|chunk| chunk.iter().map(|count| count.articles).sum()).collect();
    let most = sums.iter().copied().max().unwrap_or(1).max(1);
    let bars: String = sums.iter().map(|&sum| BARS[(sum * 8).div_ceil(most) as usize]).collect();
    let faint = print::FAINT;
    writeln!(out, "  {faint}{:<9}{faint:#} {} {bars} {}", "over time", first.period, last.period)
}
