//! `names`: whom and what the archive names, with counts.

use clap::ValueEnum;
use pullquote::{
    annotation::NameKind,
    answers::{NamesRequest, Values},
};

use super::{
    ArchiveArgs, ask,
    exit::Exit,
    listing::Listing,
    rising::{self, RisingArgs},
    ui::Ui,
};

/// Names the archive knows, with counts
#[derive(clap::Args)]
pub struct Args {
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

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let archive = ask::open(archive)?;
    let (kind, prefix) = (args.kind.map(Kind::named), args.prefix.clone());
    if args.rising.rising {
        let request = args.rising.request(Values::Names(kind), prefix, &args.listing);
        return rising::write(&archive, &request, args.listing.csv, ui);
    }
    let typed = prefix.clone();
    let request = NamesRequest { prefix, kind, limit: args.listing.limit };
    // Only a terminal is told how many there are.
    let names =
        if ui.on_terminal() { archive.known_names(&request)? } else { archive.first_names(&request)? };
    if let Some(typed) = typed.filter(|_| names.all == 0) {
        let kinds = kind.map_or_else(|| NameKind::ALL.to_vec(), |kind| vec![kind]);
        ask::meant(archive.suggest_name(&kinds, &typed)?.first(), ui);
    }
    args.listing.write(&names, &["name", "kind", "articles", "forms"], ui, |name| {
        (name.articles, name.name.as_str(), name.kind.as_str().to_owned())
    })
}
