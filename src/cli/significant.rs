//! `significant`: what sets the articles of a query apart.

use std::io::Write;

use pullquote::{query, visible::line};

use super::{ArchiveArgs, ask, exit::Exit, print, ui::Ui};

/// What sets the articles of a query apart
#[derive(clap::Args)]
pub struct Args {
    /// What to look for: every word must match
    #[arg(value_name = "QUERY", required = true)]
    query: Vec<String>,
    /// Words shown
    #[arg(long, default_value_t = 20, value_name = "N")]
    limit: usize,
}

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let archive = ask::open(archive)?;
    let found = archive.significant(&query::read(&args.query.join(" "), false)?, args.limit)?;
    for word in &found {
        if ui.json() {
            ui.record(word)?;
            continue;
        }
        let faint = print::FAINT;
        let (articles, everywhere, word) = (word.articles, word.everywhere, line(&word.word));
        writeln!(ui.out(), "{articles:>8}  {word}  {faint}{everywhere} in the archive{faint:#}")?;
    }
    Ok(if found.is_empty() { Exit::NotFound } else { Exit::Done })
}
