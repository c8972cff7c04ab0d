//! `names` and `topics`: what the archive knows, with counts.

use std::io::Write;

use anyhow::bail;
use clap::ValueEnum;
use pullquote::{
    annotation::NameKind,
    answers::{
        Archive,
        rising::{Related, Rising, Window},
    },
    query, taxonomy,
};
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
    rising: RisingArgs,
    #[command(flatten)]
    listing: Listing,
}

/// Topics the archive knows, with counts
///
/// IPTC topics count with everything below them; keyphrases and the publisher's own tags stand for themselves.
#[derive(clap::Args)]
pub struct TopicsArgs {
    /// Only topics with a word that begins so
    prefix: Option<String>,
    /// Only topics of one kind
    #[arg(long, value_enum)]
    kind: Option<TopicSort>,
    /// Open the IPTC tree at a topic, named by code or label; at the top without one
    #[arg(long, value_name = "TOPIC", num_args = 0..=1, default_missing_value = "", conflicts_with_all = ["kind", "prefix"])]
    under: Option<String>,
    /// Topics that keep company with this one, strongest first
    #[arg(long, value_name = "TOPIC", conflicts_with_all = ["under", "prefix", "kind"])]
    related: Option<String>,
    #[command(flatten)]
    rising: RisingArgs,
    #[command(flatten)]
    listing: Listing,
}

/// What is new: values that rise against their own past.
#[derive(clap::Args)]
pub struct RisingArgs {
    /// What is new: those that rise against their own past, strongest first
    #[arg(long)]
    rising: bool,
    /// Days that are compared with those before
    #[arg(long, value_name = "N", default_value_t = 7, requires = "rising",
        value_parser = clap::value_parser!(u32).range(1..=36_500))]
    days: u32,
    /// Days before them that they are compared with
    #[arg(long, value_name = "N", default_value_t = 365, requires = "rising",
        value_parser = clap::value_parser!(u32).range(1..=36_500))]
    past: u32,
    /// Last of the days [default: the newest article's]
    #[arg(long, value_name = "YYYY-MM-DD", requires = "rising")]
    until: Option<jiff::civil::Date>,
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

/// Kind of a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum TopicSort {
    /// IPTC Media Topics
    Iptc,
    /// The story's own words
    Keyphrase,
    /// The publisher's sections and tags
    Publisher,
}

impl TopicSort {
    const ALL: [Self; 3] = [Self::Iptc, Self::Keyphrase, Self::Publisher];

    fn as_str(self) -> &'static str {
        match self {
            Self::Iptc => "iptc",
            Self::Keyphrase => "keyphrase",
            Self::Publisher => "publisher",
        }
    }
}

/// Runs `names`.
pub fn names(args: &NamesArgs, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let archive = ask::open(archive)?;
    if args.rising.rising {
        let kinds: Vec<&str> = match args.kind {
            Some(kind) => vec![kind.named().as_str()],
            None => NameKind::ALL.iter().map(|kind| kind.as_str()).collect(),
        };
        return rising(&archive, &kinds, args.prefix.as_deref(), &args.rising, &args.listing, ui);
    }
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
    let kinds: Vec<&str> = TopicSort::ALL
        .into_iter()
        .filter(|kind| args.kind.is_none_or(|only| only == *kind))
        .map(TopicSort::as_str)
        .collect();
    if args.rising.rising {
        return rising(&archive, &kinds, args.prefix.as_deref(), &args.rising, &args.listing, ui);
    }
    if let Some(topic) = &args.related {
        return related(&archive, topic, &args.listing, ui);
    }
    if let Some(topic) = &args.under {
        return under(&archive, topic, &args.listing, ui);
    }
    let mut all = Vec::new();
    for kind in kinds {
        for (value, articles) in archive.topic_counts(kind)? {
            let subject = taxonomy::by_code(&value).filter(|_| kind == "iptc");
            let name = subject.map_or(value.as_str(), |subject| subject.label).to_owned();
            all.push((articles, name, kind, subject.map(taxonomy::Subject::qualified)));
        }
    }
    all.retain(|(_, name, ..)| begins(name, args.prefix.as_deref()));
    all.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| (&a.1, a.2).cmp(&(&b.1, b.2))));
    let record = |(articles, name, kind, code)| json!({ "format": 1, "type": "topic", "name": name, "kind": kind, "code": code, "articles": articles });
    list(all.into_iter().map(record).collect(), &["name", "kind", "code", "articles"], &args.listing, ui)
}

/// One level of the IPTC tree.
fn under(archive: &Archive, topic: &str, listing: &Listing, ui: &mut Ui) -> anyhow::Result<Exit> {
    let counts = archive.topic_counts("iptc")?;
    let articles = |subject: &taxonomy::Subject| counts.get(subject.code).copied().unwrap_or(0);
    let mut level: Vec<_> = match topic {
        "" => taxonomy::roots().collect(),
        topic => {
            let Some(subject) = taxonomy::by_code(topic).or_else(|| taxonomy::by_label(topic)) else {
                bail!("{topic:?} is no IPTC topic: pullquote topics --under lists those at the top");
            };
            if !ui.json() && !listing.csv {
                ui.note(&format!(
                    "{} ({}, {})",
                    subject.path(),
                    subject.qualified(),
                    print::articles(articles(subject))
                ));
            }
            subject.children().collect()
        }
    };
    level.retain(|subject| articles(subject) > 0);
    level.sort_by(|a, b| articles(b).cmp(&articles(a)).then(a.label.cmp(b.label)));
    let record = |subject: &taxonomy::Subject| {
        let below = subject.children().filter(|child| articles(child) > 0).count();
        json!({ "format": 1, "type": "topic", "name": subject.label, "kind": "iptc", "code": subject.qualified(),
            "articles": articles(subject), "below": below })
    };
    list(level.into_iter().map(record).collect(), &["name", "kind", "code", "articles", "below"], listing, ui)
}

fn related(archive: &Archive, topic: &str, listing: &Listing, ui: &mut Ui) -> anyhow::Result<Exit> {
    let query = query::read(&format!("topic:\"{}\"", topic.replace('"', "")), false)?;
    let related = archive.related_topics(&query, listing.limit)?;
    if listing.csv {
        ask::csv(&["name", "kind", "code", "articles", "everywhere", "score"], &related, ui)?;
    } else {
        for one in &related {
            if ui.json() {
                ui.record(one)?;
                continue;
            }
            let faint = print::FAINT;
            let Related { name, kind, articles, everywhere, .. } = one;
            writeln!(ui.out(), "{articles:>8}  {name}  {faint}{kind}, of {everywhere}{faint:#}")?;
        }
    }
    Ok(if related.is_empty() { Exit::NotFound } else { Exit::Done })
}

/// What is new.
fn rising(
    archive: &Archive,
    kinds: &[&str],
    prefix: Option<&str>,
    args: &RisingArgs,
    listing: &Listing,
    ui: &mut Ui,
) -> anyhow::Result<Exit> {
    let window = Window { until: args.until, days: args.days, past: args.past };
    let Some((first, last, mut rising)) = archive.rising(kinds, window, usize::MAX)? else {
        ui.note("no article has a date: nothing can be new");
        return Ok(Exit::NotFound);
    };
    rising.retain(|one| begins(&one.name, prefix));
    rising.truncate(listing.limit);
    if listing.csv {
        let columns = ["name", "kind", "code", "articles", "of", "before", "before_of", "times", "score"];
        ask::csv(&columns, &rising, ui)?;
        return Ok(if rising.is_empty() { Exit::NotFound } else { Exit::Done });
    }
    if !ui.json() {
        ui.note(&format!("new from {first} to {last}, against the {} days before", args.past));
    }
    for one in &rising {
        if ui.json() {
            ui.record(one)?;
            continue;
        }
        let faint = print::FAINT;
        let Rising { name, kind, articles, before, .. } = one;
        let grown = match one.times {
            Some(times) => format!("{times:.1} times its share, {before} before"),
            None => "not seen before".to_owned(),
        };
        writeln!(ui.out(), "{articles:>8}  {name}  {faint}{kind} · {grown}{faint:#}")?;
    }
    Ok(if rising.is_empty() { Exit::NotFound } else { Exit::Done })
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
        ask::csv(columns, &shown.collect::<Vec<_>>(), ui)?;
    } else {
        for record in shown {
            if ui.json() {
                ui.record(&record)?;
                continue;
            }
            let faint = print::FAINT;
            let kind = record["kind"].as_str().unwrap_or_default();
            let name = record["name"].as_str().unwrap_or_default();
            let kind = match record["below"].as_u64() {
                Some(0) => String::new(),
                Some(below) => format!("{below} below"),
                None => kind.to_owned(),
            };
            writeln!(ui.out(), "{:>8}  {name}  {faint}{kind}{faint:#}", record["articles"])?;
        }
        if ui.on_terminal() && all > listing.limit {
            ui.note(&format!("{} of {all}: --limit shows more", listing.limit));
        }
    }
    Ok(if all == 0 { Exit::NotFound } else { Exit::Done })
}
