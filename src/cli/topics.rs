//! `topics`: what the archive's stories are about, with counts.

use std::io::Write;

use clap::ValueEnum;
use pullquote::{
    annotation::TopicKind,
    answers::{Archive, KnownTopic, Listed, Related, TopicsRequest, Values},
    visible::line,
};

use super::{
    ArchiveArgs, ask,
    exit::Exit,
    listing::Listing,
    print,
    rising::{self, RisingArgs},
    ui::Ui,
};

/// Topics the archive knows, with counts
///
/// IPTC topics count with everything below them; keyphrases and the publisher's own tags stand for themselves.
#[derive(clap::Args)]
pub struct Args {
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
    fn kind(self) -> TopicKind {
        match self {
            Self::Iptc => TopicKind::Iptc,
            Self::Keyphrase => TopicKind::Keyphrase,
            Self::Publisher => TopicKind::Publisher,
        }
    }
}

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let archive = ask::open(archive)?;
    let (kind, prefix) = (args.kind.map(TopicSort::kind), args.prefix.clone());
    if args.rising.rising {
        let request = args.rising.request(Values::Topics(kind), prefix, &args.listing);
        return rising::write(&archive, &request, args.listing.csv, ui);
    }
    if let Some(topic) = &args.related {
        return related(&archive, topic, &args.listing, ui);
    }
    if let Some(topic) = &args.under {
        return under(&archive, topic, &args.listing, ui);
    }
    let request = TopicsRequest { prefix, kind, limit: args.listing.limit };
    // Only a terminal is told how many there are.
    let topics =
        if ui.on_terminal() { archive.known_topics(&request)? } else { archive.first_topics(&request)? };
    list(&topics, &["name", "kind", "code", "articles"], &args.listing, ui)
}

/// One level of the IPTC tree.
fn under(archive: &Archive, topic: &str, listing: &Listing, ui: &mut Ui) -> anyhow::Result<Exit> {
    let level = archive.topics_under(Some(topic).filter(|topic| !topic.is_empty()), listing.limit)?;
    if let Some((path, topic)) = level.opened.filter(|_| !ui.json() && !listing.csv) {
        let code = topic.code.unwrap_or_default();
        ui.note(&format!("{path} ({code}, {})", print::articles(topic.articles)));
    }
    list(&level.topics, &["name", "kind", "code", "articles", "below"], listing, ui)
}

/// Topics that keep company with one.
fn related(archive: &Archive, topic: &str, listing: &Listing, ui: &mut Ui) -> anyhow::Result<Exit> {
    let related = archive.related_topics(topic, listing.limit)?.entries;
    if listing.csv {
        let columns = ["name", "kind", "code", "articles", "everywhere", "score"];
        ask::csv(&columns, &related, ui)?;
        return Ok(if related.is_empty() { Exit::NotFound } else { Exit::Done });
    }
    for one in &related {
        if ui.json() {
            ui.record(one)?;
            continue;
        }
        let faint = print::FAINT;
        let Related { name, kind, articles, everywhere, .. } = one;
        writeln!(ui.out(), "{articles:>8}  {}  {faint}{kind}, of {everywhere}{faint:#}", line(name))?;
    }
    Ok(if related.is_empty() { Exit::NotFound } else { Exit::Done })
}

fn list(
    topics: &Listed<KnownTopic>,
    columns: &[&str],
    listing: &Listing,
    ui: &mut Ui,
) -> anyhow::Result<Exit> {
    listing.write(topics, columns, ui, |topic| {
        let beside = match topic.below {
            Some(0) => String::new(),
            Some(below) => format!("{below} below"),
            None => topic.kind.as_str().to_owned(),
        };
        (topic.articles, topic.name.as_str(), beside)
    })
}
