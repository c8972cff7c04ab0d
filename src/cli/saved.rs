//! `saved`: searches that are kept under a name.

use std::io::Write;

use clap::Subcommand;
use pullquote::{
    answers::{
        Archive, ArticleHit, Page, QueryLine, check_fields,
        saved::{self, SavedLine},
    },
    state::{Saved, SavedSearch},
    visible::line,
};

use super::{ArchiveArgs, ask, exit::Exit, print, ui::Ui};

/// Keep searches under a name, to run again, to watch for, and to use in queries as query:NAME
///
/// They stand in a plain file, a line each: name, tab, query. By default that is state/saved.tsv in the index folder;
/// --saved or PULLQUOTE_SAVED name another, such as one in a git checkout. Comments and the order of lines are kept.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Keep a search, or give the one of that name another query
    Add {
        /// Letters, digits, `-`, `_` and `.`
        name: String,
        /// The query, in the language of `search`
        #[arg(required = true)]
        query: Vec<String>,
    },
    /// List them, with what is wrong with those that cannot be used
    List,
    /// Forget a search
    Remove {
        /// Its name
        name: String,
    },
    /// Articles that match, newest first; every word must match, nothing is ranked
    Run {
        /// Names [default: all]
        names: Vec<String>,
        /// Articles shown for each search
        #[arg(long, default_value_t = 10, value_name = "N")]
        limit: usize,
        /// Fields of each hit, in this order
        #[arg(long, value_delimiter = ',', value_name = "LIST")]
        fields: Vec<String>,
    },
}

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let mut saved = ask::saved(archive)?;
    match &args.what {
        What::Add { name, query } => add(&mut saved, name, query, ui),
        What::Remove { name } => remove(&mut saved, name, ui),
        What::List => list(&saved, ui),
        What::Run { names, limit, fields } => {
            check_fields::<ArticleHit>(fields)?;
            let chosen = saved::chosen(&saved, names)?;
            again(&ask::open_here(archive)?, &chosen, *limit, fields, ui)
        }
    }
}

fn add(saved: &mut Saved, name: &str, query: &[String], ui: &mut Ui) -> anyhow::Result<Exit> {
    let search = SavedSearch { name: name.to_owned(), query: query.join(" ") };
    let what = if saved::keep(saved, search)? { "changed" } else { "saved" };
    ui.note(&format!("{what} {name} in {}; use it as query:{name}", saved.path().display()));
    Ok(Exit::Done)
}

fn remove(saved: &mut Saved, name: &str, ui: &mut Ui) -> anyhow::Result<Exit> {
    if !saved::forget(saved, name)? {
        ui.warn(&format!("{} holds no search {name:?}", saved.path().display()));
        return Ok(Exit::NotFound);
    }
    ui.note(&format!("removed {name}"));
    Ok(Exit::Done)
}

fn list(saved: &Saved, ui: &mut Ui) -> anyhow::Result<Exit> {
    let (lines, path) = (saved::list(saved), saved.path().display());
    let width = lines.iter().map(|saved| saved.name.chars().count()).max().unwrap_or(0);
    for saved in &lines {
        if ui.json() {
            ui.record(saved)?;
            continue;
        }
        let SavedLine { name, query, fault, .. } = saved;
        writeln!(ui.out(), "{name:width$}  {}", line(query))?;
        if let Some(fault) = fault {
            ui.warn(&format!("{name} cannot be used: {fault}"));
        }
    }
    for number in saved.faults() {
        ui.warn(&format!("{path}, line {number}: expected a name, a tab and a query"));
    }
    if lines.is_empty() {
        ui.note(&format!("{path} holds no searches yet: pullquote saved add NAME QUERY"));
    }
    Ok(Exit::Done)
}

fn again(
    archive: &Archive,
    chosen: &[&SavedSearch],
    limit: usize,
    fields: &[String],
    ui: &mut Ui,
) -> anyhow::Result<Exit> {
    let (mut found, mut faulty) = (false, false);
    for search in chosen {
        match saved::read(search) {
            Ok(query) => {
                let page = archive.strict(&query, limit)?;
                found |= page.strict > 0;
                ask::undated(archive.undated_articles(&query)?, ui);
                print(search, &page.of_query(&search.name), fields, ui)?;
            }
            Err(fault) => {
                faulty = true;
                ui.warn(&format!("{} is left out: {fault}", search.name));
            }
        }
    }
    Ok(match (faulty, found) {
        (true, _) => Exit::Skipped,
        (false, true) => Exit::Done,
        (false, false) => Exit::NotFound,
    })
}

fn print(
    search: &SavedSearch,
    page: &Page<ArticleHit>,
    fields: &[String],
    ui: &mut Ui,
) -> anyhow::Result<()> {
    let SavedSearch { name, query } = search;
    page.notes.iter().for_each(|note| ui.note(&note.text));
    if ui.json() {
        ask::hits(page, fields, ui)?;
        ui.record(&QueryLine::answered(name, page, None))?;
        return Ok(());
    }
    let (strong, faint, found) = (print::STRONG, print::FAINT, print::articles(page.strict));
    writeln!(ui.out(), "{strong}{name}{strong:#} {faint}{} · {found}{faint:#}", line(query))?;
    let width = ui.width();
    page.hits.iter().try_for_each(|hit| print::article(hit, width, ui.out()))?;
    Ok(())
}
