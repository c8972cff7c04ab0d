//! `saved`: searches that are kept under a name.

use std::io::Write;

use anyhow::bail;
use clap::Subcommand;
use pullquote::{
    query::{self, Query},
    record::FORMAT,
    state::{Saved, SavedSearch, is_name},
};
use serde::Serialize;

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

#[derive(Serialize)]
struct SavedLine<'a> {
    format: u32,
    r#type: &'static str,
    name: &'a str,
    query: &'a str,
    fault: Option<String>,
}

#[derive(Serialize)]
struct RunLine<'a> {
    format: u32,
    r#type: &'static str,
    query_id: &'a str,
    hits: u64,
    hits_ranked: u64,
}

/// The saved searches a command uses.
pub fn load(archive: &ArchiveArgs) -> anyhow::Result<Saved> {
    let path = match &archive.saved {
        Some(path) => path.clone(),
        None => Saved::file_of(&archive::find(archive)?),
    };
    Ok(Saved::load(&path)?)
}

/// A search with its query read, or with what is wrong with it.
pub fn read(search: &SavedSearch) -> Result<Query, String> {
    if !is_name(&search.name) {
        return Err(format!("{:?} is no name: letters, digits, - _ .", search.name));
    }
    query::read(&search.query, false).map_err(|error| error.to_string())
}

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let mut saved = load(archive)?;
    match &args.what {
        What::Add { name, query } => {
            let search = SavedSearch { name: name.clone(), query: query.join(" ") };
            if !is_name(name) {
                bail!("{name:?} cannot be the name of a search: use letters, digits, - _ .");
            }
            query::read(&search.query, false)?;
            let known = saved.add(search);
            saved.save()?;
            let what = if known { "changed" } else { "saved" };
            ui.note(&format!("{what} {name} in {}; use it as query:{name}", saved.path().display()));
            Ok(Exit::Done)
        }
        What::Remove { name } => {
            if !saved.remove(name) {
                ui.warn(&format!("{} holds no search {name:?}", saved.path().display()));
                return Ok(Exit::NotFound);
            }
            saved.save()?;
            ui.note(&format!("removed {name}"));
            Ok(Exit::Done)
        }
        What::List => list(&saved, ui),
        What::Run { names, limit, fields } => again(&saved, names, *limit, fields, archive, ui),
    }
}

fn list(saved: &Saved, ui: &mut Ui) -> anyhow::Result<Exit> {
    let searches: Vec<&SavedSearch> = saved.iter().collect();
    let width = searches.iter().map(|search| search.name.chars().count()).max().unwrap_or(0);
    for search in &searches {
        let fault = read(search).err();
        let SavedSearch { name, query } = search;
        if ui.json() {
            ui.record(&SavedLine { format: 1, r#type: "saved", name, query, fault })?;
            continue;
        }
        writeln!(ui.out(), "{name:width$}  {query}")?;
        if let Some(fault) = fault {
            ui.warn(&format!("{name} cannot be used: {fault}"));
        }
    }
    for line in saved.faults() {
        ui.warn(&format!("{}, line {line}: expected a name, a tab and a query", saved.path().display()));
    }
    if searches.is_empty() {
        ui.note(&format!("{} holds no searches yet: pullquote saved add NAME QUERY", saved.path().display()));
    }
    Ok(Exit::Done)
}

fn again(
    saved: &Saved,
    names: &[String],
    limit: usize,
    fields: &[String],
    archive: &ArchiveArgs,
    ui: &mut Ui,
) -> anyhow::Result<Exit> {
    let mut chosen: Vec<&SavedSearch> = saved.iter().collect();
    if !names.is_empty() {
        if let Some(unknown) = names.iter().find(|name| saved.named(name).is_none()) {
            bail!("there is no saved search {unknown:?}: pullquote saved list");
        }
        chosen = names.iter().filter_map(|name| saved.named(name)).collect();
    }
    let archive = ask::open(archive)?;
    let (mut found, mut faulty) = (false, false);
    let width = ui.width();
    for search in chosen {
        let query = match read(search) {
            Ok(query) => query,
            Err(fault) => {
                faulty = true;
                ui.warn(&format!("{} is left out: {fault}", search.name));
                continue;
            }
        };
        let page = archive.strict(&query, limit)?;
        found |= page.strict > 0;
        page.notes.iter().for_each(|note| ui.note(&note.text));
        if ui.json() {
            for hit in &page.hits {
                let mut record = serde_json::to_value(hit)?;
                record["query_id"] = search.name.clone().into();
                ui.record(&ask::with_fields(record, fields))?;
            }
            let hits = page.strict;
            ui.record(&RunLine {
                format: FORMAT,
                r#type: "query",
                query_id: &search.name,
                hits,
                hits_ranked: hits,
            })?;
            continue;
        }
        let (strong, faint) = (print::STRONG, print::FAINT);
        let SavedSearch { name, query } = search;
        writeln!(
            ui.out(),
            "{strong}{name}{strong:#} {faint}{query} · {}{faint:#}",
            print::articles(page.strict)
        )?;
        for hit in &page.hits {
            print::article(hit, width, ui.out())?;
        }
    }
    Ok(match (faulty, found) {
        (true, _) => Exit::Skipped,
        (false, true) => Exit::Done,
        (false, false) => Exit::NotFound,
    })
}
