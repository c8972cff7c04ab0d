//! `export`: everything, or what matches a query.

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
}

impl What {
    fn exports(self) -> Exports {
        match self {
            Self::Articles => Exports::Articles,
            Self::Quotes => Exports::Quotes,
            Self::Names => Exports::Names,
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
        }
    }
}

/// How records are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    /// One JSON object a line
    #[default]
    Jsonl,
    /// Comma-separated values
    Csv,
}

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let archive = ask::open(archive)?;
    let query = query::read(args.query.as_deref().unwrap_or_default(), false)?;
    ask::undated(archive.undated_articles(&query)?, ui);
    let columns = args.what.columns();
    if args.format == Form::Csv {
        ask::csv::<()>(columns, &[], ui)?;
    }
    let request = ExportRequest { what: args.what.exports(), query };
    let exported = archive.export(&request, |record| match args.format {
        Form::Jsonl => ui.record(&record).map_err(anyhow::Error::from),
        Form::Csv => ask::csv_row(columns, &record, ui),
    })?;
    Ok(if exported.records == 0 { Exit::NotFound } else { Exit::Done })
}
