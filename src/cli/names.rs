//! `names` and `topics`: what the archive knows, with counts.

use std::io::Write;

use clap::ValueEnum;
use pullquote::{annotation::NameKind, query::person::Tally};
use serde_json::{Value, json};

use super::{ArchiveArgs, ask, exit::Exit, print, ui::Ui};

/// Names the archive knows, with counts
#[derive(clap::Args)]
pub struct NamesArgs {
    /// Only names with a word that begins so
    prefix: Option<String>,
    /// Only names of one kind
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    #[command(flatten)]
    listing: Listing,
}

/// Topics the archive knows, with counts
#[derive(clap::Args)]
pub struct TopicsArgs {
    /// Only topics with a word that begins so
    prefix: Option<String>,
    #[command(flatten)]
    listing: Listing,
}

/// How a list is written.
#[derive(clap::Args)]
pub struct Listing {
    /// Entries shown
    #[arg(long, default_value_t = 50, value_name = "N")]
    limit: usize,
    /// Write the list as CSV
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

/// Kind of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// People
    Person,
    /// Organisations
    Org,
    /// Titles of works
    Work,
    /// Places
    Place,
    /// Events
    Event,
}

impl Kind {
    fn named(self) -> NameKind {
        NameKind::ALL[self as usize]
    }
}

/// Runs `names`.
pub fn names(args: &NamesArgs, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let archive = ask::open(archive)?;
    let mut known: Vec<_> = archive.names()?.all().iter().collect();
    known.retain(|known| args.kind.is_none_or(|kind| kind.named() == known.kind));
    known.retain(|known| begins(&known.name, args.prefix.as_deref()));
    known.sort_by(|a, b| b.articles.cmp(&a.articles).then(a.name.cmp(&b.name)).then(a.kind.cmp(&b.kind)));
    let records = known.into_iter().map(|known| {
        let forms: Vec<&str> = known.forms.iter().map(|(form, _)| form.as_str()).collect();
        json!({ "format": 1, "type": "name", "name": known.name, "kind": known.kind, "articles": known.articles, "forms": forms })
    });
    list(records.collect(), &["name", "kind", "articles", "forms"], &args.listing, ui)
}

/// Runs `topics`.
pub fn topics(args: &TopicsArgs, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let archive = ask::open(archive)?;
    let topics = archive.topics()?;
    let wanted = topics.into_iter().filter(|topic| begins(&topic.label, args.prefix.as_deref()));
    let record = |Tally { label, articles }: Tally| json!({ "format": 1, "type": "topic", "name": label, "articles": articles });
    list(wanted.map(record).collect(), &["name", "articles"], &args.listing, ui)
}

fn begins(label: &str, prefix: Option<&str>) -> bool {
    let Some(prefix) = prefix.map(str::to_lowercase) else { return true };
    let label = label.to_lowercase();
    label.starts_with(&prefix) || label.split_whitespace().any(|word| word.starts_with(&prefix))
}

fn list(records: Vec<Value>, columns: &[&str], listing: &Listing, ui: &mut Ui) -> anyhow::Result<Exit> {
    let all = records.len();
    let shown = records.into_iter().take(listing.limit);
    if listing.csv {
        ask::csv(columns, shown, ui)?;
    } else {
        for record in shown {
            if ui.json() {
                ui.record(&record)?;
                continue;
            }
            let faint = print::FAINT;
            let kind = record["kind"].as_str().unwrap_or_default();
            let name = record["name"].as_str().unwrap_or_default();
            writeln!(ui.out(), "{:>8}  {name}  {faint}{kind}{faint:#}", record["articles"])?;
        }
        if ui.on_terminal() && all > listing.limit {
            ui.note(&format!("{} of {all}: --limit shows more", listing.limit));
        }
    }
    Ok(if all == 0 { Exit::NotFound } else { Exit::Done })
}
