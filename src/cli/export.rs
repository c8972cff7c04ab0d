//! `export`: everything, or what matches a query.

#[cfg(feature = "parquet")]
mod parquet;

use anyhow::bail;
use clap::ValueEnum;
use pullquote::{
    answers::{ExportRequest, Exports},
    query,
};

use super::{ArchiveArgs, ask, exit::Exit, ui::Ui};

/// Everything, or what matches a query, streaming and unlimited
#[derive(clap::Args)]
pub struct Args {
    /// What to export
    #[arg(value_enum)]
    what: What,
    /// Only of articles that match: every word must
    #[arg(long, value_name = "QUERY")]
    query: Option<String>,
    /// How records are written
    #[arg(long, value_enum, default_value_t)]
    format: Form,
}

/// What is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// Articles with all that was found in them
    Articles,
    /// Quotes
    Quotes,
    /// Names with their mentions, an article's names a record each
    Names,
    /// Every place where a name stands, a record each
    Mentions,
}

impl What {
    fn exports(self) -> Exports {
        match self {
            Self::Articles => Exports::Articles,
            Self::Quotes => Exports::Quotes,
            Self::Names => Exports::Names,
            Self::Mentions => Exports::Mentions,
        }
    }

    /// Columns of the CSV.
    fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Articles => {
                &["id", "root", "path", "record", "title", "published", "source", "byline", "url", "text"]
            }
            Self::Quotes => &[
                "id",
                "quote_at",
                "article_id",
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
            ],
            Self::Names => &["article_id", "name", "kind", "mentions"],
            Self::Mentions => &[
                "article_id",
                "name",
                "kind",
                "text",
                "start",
                "end",
                "in_title",
                "published",
                "root",
                "path",
            ],
        }
    }

    /// Columns of the Parquet table.
    #[cfg(feature = "parquet")]
    fn typed(self) -> Vec<parquet::Column> {
        use parquet::Kind::{Count, FirstDay, Flag, LastDay, Real, Text, Texts, Whole};
        let dates = [
            ("published", "published", Text),
            ("published_from", "published", FirstDay),
            ("published_to", "published", LastDay),
        ];
        let of = |columns: &[(&'static str, parquet::Kind)]| {
            columns.iter().map(|&(name, kind)| (name, name, kind)).collect::<Vec<_>>()
        };
        let place = of(&[("root", Text), ("path", Text)]);
        let own = match self {
            Self::Articles => of(&[
                ("id", Text),
                ("record_id", Text),
                ("title", Text),
                ("source", Text),
                ("byline", Text),
                ("section", Text),
                ("url", Text),
                ("lang", Text),
                ("status", Text),
                ("version", Text),
                ("copy_of", Text),
                ("tags", Texts),
                ("people", Texts),
                ("orgs", Texts),
                ("works", Texts),
                ("places", Texts),
                ("events", Texts),
                ("topics", Texts),
                ("quotes", Count),
                ("record", Whole),
                ("text", Text),
            ]),
            Self::Quotes => of(&[
                ("id", Text),
                ("quote_at", Text),
                ("article_id", Text),
                ("text", Text),
                ("speaker", Text),
                ("kind", Text),
                ("stance", Text),
                ("confidence", Real),
                ("cue", Text),
                ("rule", Text),
                ("start", Whole),
                ("end", Whole),
                ("piece", Whole),
                ("pieces", Whole),
                ("title", Text),
                ("url", Text),
            ]),
            Self::Names => {
                let mut columns =
                    of(&[("article_id", Text), ("name", Text), ("kind", Text), ("forms", Texts)]);
                columns
                    .extend([("mentions", "mentions", Count), ("title_mentions", "title_mentions", Count)]);
                return columns;
            }
            Self::Mentions => of(&[
                ("article_id", Text),
                ("name", Text),
                ("kind", Text),
                ("text", Text),
                ("start", Whole),
                ("end", Whole),
                ("in_title", Flag),
            ]),
        };
        [own, dates.to_vec(), place].concat()
    }
}

/// How records are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    /// One JSON object a line
    #[default]
    Jsonl,
    /// Comma-separated values; what a spreadsheet would take for a formula stands behind an apostrophe
    Csv,
    /// A Parquet file, for DuckDB, pandas and the like
    Parquet,
}

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let archive = ask::open(archive)?;
    let query = query::read(args.query.as_deref().unwrap_or_default(), false)?;
    ask::undated(archive.undated_articles(&query)?, ui);
    let columns = args.what.columns();
    let request = ExportRequest { what: args.what.exports(), query };
    let exported = match args.format {
        Form::Jsonl => archive.export(&request, |record| ui.record(&record).map_err(anyhow::Error::from))?,
        Form::Csv => {
            ask::csv::<()>(columns, &[], ui)?;
            archive.export(&request, |record| ask::csv_row(columns, &record, ui))?
        }
        #[cfg(feature = "parquet")]
        Form::Parquet => {
            if ui.on_terminal() {
                bail!("a Parquet file is not for a terminal: write it into one, with > FILE");
            }
            let mut table = parquet::Table::new(&args.what.typed(), ui.bytes())?;
            let exported = archive.export(&request, |record| table.add(&serde_json::to_value(record)?))?;
            table.finish()?;
            exported
        }
        #[cfg(not(feature = "parquet"))]
        Form::Parquet => bail!(
            "this program was built without Parquet: releases have it, or build it with --features parquet"
        ),
    };
    Ok(if exported.records == 0 { Exit::NotFound } else { Exit::Done })
}
