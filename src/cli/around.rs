//! `timeline`, `significant`, `similar`, `cite`, `export`: around a result.

use std::io::Write;

use anyhow::bail;
use clap::ValueEnum;
use pullquote::{
    answers::{cite, timeline::Step},
    query,
    record::ExtractionRecord,
};
use serde_json::{Value, json};

use super::{ArchiveArgs, ask, exit::Exit, print, ui::Ui};

/// How many articles match a query over time
#[derive(clap::Args)]
pub struct TimelineArgs {
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

/// What sets the articles of a query apart
#[derive(clap::Args)]
pub struct SignificantArgs {
    /// What to look for: every word must match
    #[arg(value_name = "QUERY", required = true)]
    query: Vec<String>,
    /// Words shown
    #[arg(long, default_value_t = 20, value_name = "N")]
    limit: usize,
}

/// Articles like one
#[derive(clap::Args)]
pub struct SimilarArgs {
    /// Id of the article
    id: String,
    /// Hits shown
    #[arg(long, default_value_t = 10, value_name = "N")]
    limit: usize,
}

/// A citation of an article
#[derive(clap::Args)]
pub struct CiteArgs {
    /// Id of the article
    id: String,
    /// How it is written
    #[arg(long, value_enum, default_value_t)]
    style: CiteStyle,
}

/// How a citation is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum CiteStyle {
    /// A line of Markdown
    #[default]
    Markdown,
    /// A BibTeX entry
    Bibtex,
    /// CSL-JSON
    Csl,
}

/// Everything, or what matches a query, streaming and unlimited
#[derive(clap::Args)]
pub struct ExportArgs {
    /// What to export
    #[arg(value_enum)]
    what: What,
    /// Only of articles that match: every word must
    #[arg(long, value_name = "QUERY")]
    query: Option<String>,
    /// How records are written
    #[arg(long, value_enum, default_value_t)]
    format: ExportFormat,
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

/// How records are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ExportFormat {
    /// One JSON object a line
    #[default]
    Jsonl,
    /// Comma-separated values
    Csv,
}

/// Runs `timeline`.
pub fn timeline(args: &TimelineArgs, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let archive = ask::open(archive)?;
    let step = match args.by {
        Width::Day => Step::Day,
        Width::Month => Step::Month,
        Width::Year => Step::Year,
    };
    let found = archive.timeline(&query::read(&args.query.join(" "), false)?, step)?;
    let record = |count| -> Value {
        let mut record = json!({ "format": 1, "type": "period" });
        if let (Value::Object(record), Ok(Value::Object(count))) = (&mut record, serde_json::to_value(count))
        {
            record.extend(count);
        }
        record
    };
    if ui.json() {
        for count in &found.counts {
            ui.record(&record(count))?;
        }
        ui.record(&json!({ "format": 1, "type": "undated", "articles": found.undated }))?;
    } else if args.csv {
        ask::csv(&["period", "articles", "of", "per_thousand"], &found.counts, ui)?;
    } else {
        let most = found.counts.iter().map(|count| count.articles).max().unwrap_or(1).max(1);
        let width = (ui.width().saturating_sub(40)).clamp(10, 60) as u64;
        for count in &found.counts {
            let bar = "█".repeat((count.articles * width).div_ceil(most) as usize);
            writeln!(
                ui.out(),
                "{:<10} {:>7} {:>8.2} ‰  {bar}",
                count.period,
                count.articles,
                count.per_thousand
            )?;
        }
        if found.undated > 0 {
            writeln!(ui.out(), "{:<10} {:>7}", "undated", found.undated)?;
        }
    }
    let nothing = found.counts.is_empty() && found.undated == 0;
    Ok(if nothing { Exit::NotFound } else { Exit::Done })
}

/// Runs `significant`.
pub fn significant(args: &SignificantArgs, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let archive = ask::open(archive)?;
    let found = archive.significant(&query::read(&args.query.join(" "), false)?, args.limit)?;
    for word in &found {
        if ui.json() {
            ui.record(word)?;
        } else {
            let faint = print::FAINT;
            writeln!(
                ui.out(),
                "{:>8}  {}  {faint}{} in the archive{faint:#}",
                word.articles,
                word.word,
                word.everywhere
            )?;
        }
    }
    Ok(if found.is_empty() { Exit::NotFound } else { Exit::Done })
}

/// Runs `similar`.
pub fn similar(args: &SimilarArgs, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let archive = ask::open(archive)?;
    let Some(page) = archive.similar(&args.id, args.limit)? else {
        bail!("there is no article {}: ids are shown by `search`", args.id);
    };
    let width = ui.width();
    for hit in &page.hits {
        if ui.json() {
            ui.record(hit)?;
        } else {
            print::article(hit, width, ui.out())?;
        }
    }
    Ok(if page.hits.is_empty() { Exit::NotFound } else { Exit::Done })
}

/// Runs `cite`.
pub fn cite(args: &CiteArgs, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let archive = ask::open(archive)?;
    let Some(stored) = archive.article(&args.id)? else {
        bail!("there is no article {}: ids are shown by `search`", args.id);
    };
    let style = match args.style {
        CiteStyle::Markdown => cite::Style::Markdown,
        CiteStyle::Bibtex => cite::Style::Bibtex,
        CiteStyle::Csl => cite::Style::Csl,
    };
    let text = cite::cite(&stored.id, &stored.article, style);
    if ui.json() {
        ui.record(&json!({ "format": 1, "type": "citation", "id": stored.id, "text": text }))?;
    } else {
        writeln!(ui.out(), "{text}")?;
    }
    Ok(Exit::Done)
}

/// Runs `export`.
pub fn export(args: &ExportArgs, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let archive = ask::open(archive)?;
    let query = query::read(args.query.as_deref().unwrap_or_default(), false)?;
    let columns: &[&str] = match args.what {
        What::Articles => {
            &["id", "root", "path", "record", "title", "published", "source", "byline", "url", "text"]
        }
        What::Quotes => {
            &["id", "article_id", "published", "speaker", "kind", "confidence", "text", "title", "path"]
        }
        What::Names => &["article_id", "name", "kind", "mentions"],
    };
    if args.format == ExportFormat::Csv {
        csv::Writer::from_writer(ui.out()).write_record(columns)?;
    }
    let mut any = false;
    archive.each_article(&query, |stored| -> anyhow::Result<()> {
        let article = &stored.article;
        let id = stored.id.as_str();
        let found = ExtractionRecord::new(id.to_owned(), Some(article.origin.path.clone()), article, &stored.found);
        let records: Vec<Value> = match args.what {
            What::Articles => {
                let mut record = serde_json::to_value(&found)?;
                record["type"] = json!("article");
                for (field, fact) in [
                    ("record_id", json!(article.record_id)), ("root", json!(article.origin.root)),
                    ("record", json!(article.origin.record)), ("source", json!(article.source)),
                    ("byline", json!(article.byline)), ("url", json!(article.url)),
                    ("section", json!(article.section)), ("tags", json!(article.tags)), ("lang", json!(article.lang)),
                ] {
                    record[field] = fact;
                }
                vec![record]
            }
            What::Quotes => (found.quotes.iter().enumerate())
                .map(|(number, quote)| {
                    let mut record = serde_json::to_value(quote).unwrap_or_default();
                    for (field, fact) in [
                        ("format", json!(1)), ("type", json!("quote")), ("id", json!(format!("{id}-{number}"))),
                        ("article_id", json!(id)), ("root", json!(article.origin.root)),
                        ("path", json!(article.origin.path)), ("url", json!(article.url)),
                        ("title", json!(article.title)), ("published", json!(found.published)),
                    ] {
                        record[field] = fact;
                    }
                    record
                })
                .collect(),
            What::Names => (found.names.iter())
                .map(|name| json!({ "format": 1, "type": "name", "article_id": id, "name": name.name, "kind": name.kind,
                    "mentions": name.mentions, "title_mentions": name.title_mentions }))
                .collect(),
        };
        any |= !records.is_empty();
        for record in records {
            match args.format {
                ExportFormat::Jsonl => ui.record(&record)?,
                ExportFormat::Csv => ask::csv_row(columns, &record, ui)?,
            }
        }
        Ok(())
    })?;
    Ok(if any { Exit::Done } else { Exit::NotFound })
}
