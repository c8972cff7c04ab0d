//! `quotes`: ranked quotes.

use std::path::PathBuf;

use clap::ValueEnum;
use pullquote::{
    annotation::QuoteKind,
    answers::{Page, QuoteHit, QuoteRequest},
    query,
};

use super::{
    ArchiveArgs, ask,
    exit::Exit,
    print,
    search::{LANGUAGE, Order},
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

const CSV: [&str; 13] = [
    "rank",
    "id",
    "quote_at",
    "published",
    "speaker",
    "kind",
    "confidence",
    "text",
    "title",
    "root",
    "path",
    "url",
    "stance",
];

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let archive = ask::open(archive)?;
    if let Some(path) = &args.batch {
        return ask::batch(path, &[], ui, |text| archive.quotes(&request(args, text)?));
    }
    let request = request(args, &args.query.join(" "))?;
    let undated = archive.undated_quotes(&request.query)?;
    let page = archive.quotes(&request)?;
    let meant = ask::notes(&page, &archive, &request.whole(), undated, ui)?;
    print(&page, args, ui)?;
    ask::meant(meant.as_ref(), ui);
    Ok(if page.ranked == 0 { Exit::NotFound } else { Exit::Done })
}

fn request(args: &Args, text: &str) -> Result<QuoteRequest, query::Error> {
    let request = QuoteRequest::new(query::read(text, args.plain)?);
    let kinds = match args.kind {
        None => request.kinds,
        Some(Kind::Direct) => vec![QuoteKind::Direct],
        Some(Kind::Mixed) => vec![QuoteKind::Mixed],
        Some(Kind::Indirect) => vec![QuoteKind::Indirect],
        Some(Kind::All) => vec![QuoteKind::Direct, QuoteKind::Mixed, QuoteKind::Indirect],
    };
    Ok(QuoteRequest {
        query: request.query,
        by: args.by.clone(),
        about: args.about.clone(),
        kinds,
        min_confidence: args.min_confidence,
        any_word: args.plain,
        limit: args.limit,
        offset: args.offset,
        sort: args.sort.into(),
    })
}

fn print(page: &Page<QuoteHit>, args: &Args, ui: &mut Ui) -> anyhow::Result<()> {
    let whole = page.hits.partition_point(|hit| !hit.partial);
    if args.csv {
        ask::csv(&CSV, &page.hits[..whole], ui)?;
    } else if ui.json() {
        page.hits.iter().try_for_each(|hit| ui.record(hit))?;
    } else {
        let width = ui.width();
        for (number, hit) in page.hits.iter().enumerate() {
            print::partial(number == whole, ui.out())?;
            print::quote(hit, width, ui.out())?;
        }
    }
    if ui.on_terminal() && !ui.json() && !args.csv {
        match page.ranked {
            0 => ui.note("nothing found"),
            found => ui.note(&print::counted(found, "quote", "quotes")),
        }
    }
    ask::more(whole, page.ranked.saturating_sub(args.offset as u64), args.csv, ui);
    Ok(())
}
