//! `quotes`: ranked quotes.

use std::{path::PathBuf, time::Instant};

use clap::ValueEnum;
use pullquote::{
    annotation::QuoteKind,
    answers::{Archive, QuoteRequest},
    query::{self, Query},
};

use super::{
    ArchiveArgs, ask,
    exit::Exit,
    print,
    search::{LANGUAGE, Order, write_hits},
    ui::Ui,
};

/// Ranked quotes, by their words, their speaker, and whom they name
#[derive(clap::Args)]
#[command(after_help = LANGUAGE)]
pub struct Args {
    /// Words of the quote, and fields of it and its story
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Who said it
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Who or what its words or its lead-in name
    #[arg(long, value_name = "NAME")]
    about: Option<String>,
    /// How the words stand in the story [default: direct and mixed]
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// Least chance that the speaker is right
    #[arg(long, default_value_t = 0.0, value_name = "P")]
    min_confidence: f32,
    /// Hits shown
    #[arg(long, default_value_t = 10, value_name = "N")]
    limit: usize,
    /// Hits left out before them
    #[arg(long, default_value_t = 0, value_name = "N")]
    offset: usize,
    /// Order of the hits
    #[arg(long, value_enum, default_value_t)]
    sort: Order,
    /// Take the query as plain words: no operators, no fields; any word is enough
    #[arg(long)]
    plain: bool,
    /// One query a line, `ID<TAB>QUERY` or `QUERY`; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "query")]
    batch: Option<PathBuf>,
    /// Write the hits as CSV
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

/// How the words stand in the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Clauses and sentences between quotation marks
    Direct,
    /// Fragments between marks inside the reporter's own sentence
    Mixed,
    /// Reported speech without marks
    Indirect,
    /// All of them
    All,
}

const CSV: [&str; 9] = ["rank", "id", "published", "speaker", "kind", "confidence", "text", "title", "path"];

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let archive = ask::open(archive)?;
    let Some(path) = &args.batch else { return one(args, &archive, ui) };
    ask::each_of_batch(path, ui, |id, text, ui| {
        let start = Instant::now();
        let page = archive.quotes(&request(args, query::read(text, args.plain)?))?;
        write_hits(page, start, id, &[], |hit| &mut hit.query_id, ui)
    })
}

fn request(args: &Args, query: Query) -> QuoteRequest {
    let kinds = match args.kind {
        None => vec![QuoteKind::Direct, QuoteKind::Mixed],
        Some(Kind::Direct) => vec![QuoteKind::Direct],
        Some(Kind::Mixed) => vec![QuoteKind::Mixed],
        Some(Kind::Indirect) => vec![QuoteKind::Indirect],
        Some(Kind::All) => vec![QuoteKind::Direct, QuoteKind::Mixed, QuoteKind::Indirect],
    };
    QuoteRequest {
        query,
        by: args.by.clone(),
        about: args.about.clone(),
        kinds,
        min_confidence: args.min_confidence,
        any_word: args.plain,
        limit: args.limit,
        offset: args.offset,
        sort: args.sort.into(),
    }
}

fn one(args: &Args, archive: &Archive, ui: &mut Ui) -> anyhow::Result<Exit> {
    let page = archive.quotes(&request(args, query::read(&args.query.join(" "), args.plain)?))?;
    page.notes.iter().for_each(|note| ui.note(&note.text));
    if args.csv {
        ask::csv(&CSV, &page.hits, ui)?;
    } else {
        let width = ui.width();
        for hit in &page.hits {
            if ui.json() {
                ui.record(hit)?;
            } else {
                print::quote(hit, width, ui.out())?;
            }
        }
    }
    if ui.on_terminal() && !ui.json() && !args.csv {
        match page.ranked {
            0 => ui.note("nothing found"),
            1 => ui.note("1 quote"),
            found => ui.note(&format!("{found} quotes")),
        }
    }
    Ok(if page.ranked == 0 { Exit::NotFound } else { Exit::Done })
}
