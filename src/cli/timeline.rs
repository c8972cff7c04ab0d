//! `timeline`: how many articles match over time.

use std::io::{self, Write};

use clap::ValueEnum;
use pullquote::{
    answers::{TimelineAnswer, TimelineRequest, timeline::Step},
    query,
};

use super::{ArchiveArgs, ask, exit::Exit, ui::Ui};

/// How many articles match a query over time
#[derive(clap::Args)]
pub struct Args {
    /// What to look for: every word must match
    #[arg(value_name = "QUERY", required = true)]
    query: Vec<String>,
    /// Width of a step
    #[arg(long, value_enum, default_value_t)]
    by: Width,
    /// Write the counts as CSV
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

/// Width of a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Width {
    /// Days
    Day,
    /// Months
    #[default]
    Month,
    /// Years
    Year,
}

impl Width {
    fn step(self) -> Step {
        match self {
            Self::Day => Step::Day,
            Self::Month => Step::Month,
            Self::Year => Step::Year,
        }
    }
}

/// Columns of the CSV.
const COLUMNS: [&str; 4] = ["period", "articles", "of", "per_thousand"];

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let archive = ask::open(archive)?;
    let query = query::read(&args.query.join(" "), false)?;
    let undated = archive.undated_articles(&query)?;
    let found = archive.timeline(&TimelineRequest { query, step: args.by.step() })?;
    found.notes.iter().for_each(|note| ui.note(&note.text));
    ask::undated(undated, ui);
    if ui.json() {
        for period in &found.periods {
            ui.record(period)?;
        }
        ui.record(&found.undated)?;
    } else if args.csv {
        ask::csv(&COLUMNS, &found.periods, ui)?;
    } else {
        let width = ui.width();
        bars(&found, width, ui.out())?;
    }
    let nothing = found.periods.is_empty() && found.undated.articles == 0;
    Ok(if nothing { Exit::NotFound } else { Exit::Done })
}

/// Writes a bar for each step.
fn bars(found: &TimelineAnswer, width: usize, out: &mut impl Write) -> io::Result<()> {
    let counts = || found.periods.iter().map(|period| &period.count);
    let most = counts().map(|count| count.articles).max().unwrap_or(1).max(1);
    let width = (width.saturating_sub(40)).clamp(10, 60) as u64;
    for count in counts() {
        let bar = "█".repeat((count.articles * width).div_ceil(most) as usize);
        writeln!(out, "{:<10} {:>7} {:>8.2} ‰  {bar}", count.period, count.articles, count.per_thousand)?;
    }
    if found.undated.articles > 0 {
        writeln!(out, "{:<10} {:>7}", "undated", found.undated.articles)?;
    }
    Ok(())
}
