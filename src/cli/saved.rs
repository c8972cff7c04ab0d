//! `saved`: searches that are kept under a name.

use std::io::Write;

use clap::Subcommand;
use pullquote::{
    answers::{
        QueryLine,
        saved::{self, SavedRun},
    },
    state::{Saved, SavedSearch},
};

use super::{ArchiveArgs, archive, ask, exit::Exit, print, ui::Ui};

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

/// The saved searches a command uses.
fn load(archive: &ArchiveArgs) -> anyhow::Result<Saved> {
    let path = match &archive.saved {
        Some(path) => path.clone(),
        None => Saved::file_of(&archive::find(archive)?),
    };
    Ok(Saved::load(&path)?)
}

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let mut saved = load(archive)?;
    match &args.what {
        What::Add { name, query } => {
            let search = SavedSearch { name: name.clone(), query: query.join(" ") };
            let what = if saved::keep(&mut saved, search)? { "changed" } else { "saved" };
            ui.note(&format!("{what} {name} in {}; use it as query:{name}", saved.path().display()));
            Ok(Exit::Done)
        }
        What::Remove { name } => {
            if !saved::forget(&mut saved, name)? {
                ui.warn(&format!("{} holds no search {name:?}", saved.path().display()));
                return Ok(Exit::NotFound);
            }
            ui.note(&format!("removed {name}"));
            Ok(Exit::Done)
        }
        What::List => list(&saved, ui),
        What::Run { names, limit, fields } => again(names, *limit, fields, archive, ui),
    }
}

fn list(saved: &Saved, ui: &mut Ui) -> anyhow::Result<Exit> {
    let listed = saved::list(saved);
    let width = listed.searches.iter().map(|search| search.name.chars().count()).max().unwrap_or(0);
    for search in &listed.searches {
        if ui.json() {
            ui.record(search)?;
            continue;
        }
        writeln!(ui.out(), "{:width$}  {}", search.name, search.query)?;
        if let Some(fault) = &search.fault {
            ui.warn(&format!("{} cannot be used: {fault}", search.name));
        }
    }
    for line in listed.faults {
        ui.warn(&format!("{}, line {line}: expected a name, a tab and a query", saved.path().display()));
    }
    if listed.searches.is_empty() {
        ui.note(&format!("{} holds no searches yet: pullquote saved add NAME QUERY", saved.path().display()));
    }
    Ok(Exit::Done)
}

fn again(
    names: &[String],
    limit: usize,
    fields: &[String],
    archive: &ArchiveArgs,
    ui: &mut Ui,
) -> anyhow::Result<Exit> {
    let (mut found, mut faulty) = (false, false);
    for run in ask::open(archive)?.run_saved(names, limit)? {
        match &run.outcome {
            Ok(page) => found |= page.strict > 0,
            Err(unusable) => {
                faulty = true;
                ui.warn(&format!("{} is left out: {}", unusable.name, unusable.fault));
                continue;
            }
        }
        write(run, fields, ui)?;
    }
    Ok(match (faulty, found) {
        (true, _) => Exit::Skipped,
        (false, true) => Exit::Done,
        (false, false) => Exit::NotFound,
    })
}

/// Writes the articles of one search.
fn write(run: SavedRun, fields: &[String], ui: &mut Ui) -> anyhow::Result<()> {
    let (SavedSearch { name, query }, Ok(mut page)) = (run.search, run.outcome) else { return Ok(()) };
    page.notes.iter().for_each(|note| ui.note(&note.text));
    if ui.json() {
        for hit in &mut page.hits {
            hit.query_id = Some(name.clone());
            ask::hit(hit, fields, ui)?;
        }
        return Ok(ui.record(&QueryLine::after(&name, &page, None))?);
    }
    let (strong, faint) = (print::STRONG, print::FAINT);
    let found = print::articles(page.strict);
    writeln!(ui.out(), "{strong}{name}{strong:#} {faint}{query} · {found}{faint:#}")?;
    let width = ui.width();
    page.hits.iter().try_for_each(|hit| print::article(hit, width, ui.out()))?;
    Ok(())
}
