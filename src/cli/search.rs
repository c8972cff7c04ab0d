//! `search`: ranked articles.

use std::{
    collections::HashSet,
    io::Write,
    path::{Path, PathBuf},
};

use clap::ValueEnum;
use pullquote::{
    answers::{
        Archive, ArticleHit, ArticleRequest, ExplainedWord, Explanation, Page, check_fields,
        facets::{self, Facet},
    },
    query::{self, Sort},
    visible::line,
};

use super::{ArchiveArgs, ask, exit::Exit, print, ui::Ui};

/// Ranked articles that match a query
#[derive(clap::Args)]
#[command(after_help = LANGUAGE)]
pub struct Args {
    /// What to look for; several words are one query
    #[arg(value_name = "QUERY", required_unless_present = "batch")]
    query: Vec<String>,
    /// Hits shown
    #[arg(long, default_value_t = 10, value_name = "N")]
    limit: usize,
    /// Hits left out before them
    #[arg(long, default_value_t = 0, value_name = "N")]
    offset: usize,
    /// Order of the hits
    #[arg(long, value_enum, default_value_t)]
    sort: Order,
    /// Show only the best of near-identical copies [default: copies on a terminal, else none]
    #[arg(long, value_enum, value_name = "HOW")]
    group: Option<Group>,
    /// Count the values of a field over all matches; may be given several times
    #[arg(long, value_name = "FIELD")]
    facet: Vec<String>,
    /// Fields of each hit, in this order
    #[arg(long, value_delimiter = ',', value_name = "LIST")]
    fields: Vec<String>,
    /// Take the query as plain words: no operators, no fields; any word is enough
    #[arg(long)]
    plain: bool,
    /// Say how the query was understood
    #[arg(long)]
    explain: bool,
    /// One query a line, `ID<TAB>QUERY` or `QUERY`; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "query")]
    batch: Option<PathBuf>,
    /// Write the hits as CSV
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Write only absolute paths, each file once and ended by a zero byte, for `xargs -0`
    #[arg(short = '0', conflicts_with_all = ["csv", "json"])]
    null: bool,
}

/// The query language in short, below the help of the commands that take it.
pub const LANGUAGE: &str = "Queries: words (also their inflections), \"exact phrases\", AND OR NOT + - ( ), \
\"a b\"~5, a NEAR/10 b, word*, word~1, and fields: title: body: person: org: work: place: event: speaker: \
quote: about: kind: stance: topic: source: byline: section: lang: path: date:2024-01..2024-06 query:SAVED\n\n\
What holds at least 60 % of the words (of one or two all) comes first, the rest behind it. A name in person: or speaker: \
means whoever bears it, in whatever form stories write it. Marks that can be no syntax are text.\n\n\
A query has at most 64 KiB and 50 levels. Prefixes and misspelt words stand for 4,096 words in all, and the places of \
phrases are looked at in ten million articles; what comes after that is left out, and said.";

/// Order of hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Order {
    /// Best first
    #[default]
    Relevance,
    /// Newest first
    Newest,
    /// Oldest first
    Oldest,
}

impl From<Order> for Sort {
    fn from(order: Order) -> Self {
        match order {
            Order::Relevance => Self::Relevance,
            Order::Newest => Self::Newest,
            Order::Oldest => Self::Oldest,
        }
    }
}

/// What is shown as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Group {
    /// Near-identical copies of a story
    Copies,
    /// Nothing: every article by itself
    None,
}

/// Values of a facet that are shown.
const FACET_VALUES: usize = 20;

const CSV: [&str; 9] = ["rank", "score", "id", "published", "source", "title", "root", "path", "url"];

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    args.facet.iter().try_for_each(|field| facets::known_facet(field))?;
    check_fields::<ArticleHit>(&args.fields)?;
    let archive = ask::open(archive)?;
    match &args.batch {
        Some(path) => many(args, &archive, path, ui),
        None => one(args, &archive, &args.query.join(" "), ui),
    }
}

fn many(args: &Args, archive: &Archive, path: &Path, ui: &mut Ui) -> anyhow::Result<Exit> {
    let grouped = args.group == Some(Group::Copies);
    let asked = |text: &str| request(args, text, grouped);
    if is_bare(args, grouped) {
        ask::batch(path, &args.fields, ui, |text| archive.ids_and_titles(&asked(text)?))
    } else {
        ask::batch(path, &args.fields, ui, |text| archive.search(&asked(text)?))
    }
}

fn one(args: &Args, archive: &Archive, text: &str, ui: &mut Ui) -> anyhow::Result<Exit> {
    let grouped = args.group.map_or(is_for_people(args, ui), |group| group == Group::Copies);
    let request = request(args, text, grouped)?;
    if args.explain {
        ui.note(&explained(&archive.explain(&request)?));
    }
    let undated = archive.undated_articles(&request.query)?;
    let (strict, ranked, meant) = if ui.json() && is_bare(args, grouped) {
        let page = archive.ids_and_titles(&request)?;
        let meant = ask::notes(&page, archive, &request.query, undated, ui)?;
        ask::hits(&page, &args.fields, ui)?;
        (page.strict, page.ranked, meant)
    } else {
        let page = archive.search(&request)?;
        let meant = ask::notes(&page, archive, &request.query, undated, ui)?;
        match ui.json() {
            true => ask::hits(&page, &args.fields, ui)?,
            false => listed(&page, args, archive, ui)?,
        }
        (page.strict, page.ranked, meant)
    };
    for field in &args.facet {
        print_facet(&archive.facet(&request.query, field, FACET_VALUES)?, args, ui)?;
    }
    if is_for_people(args, ui) {
        ui.note(&summary(strict, ranked));
    }
    ask::meant(meant.as_ref(), ui);
    Ok(if ranked == 0 { Exit::NotFound } else { Exit::Done })
}

fn request(args: &Args, text: &str, group_copies: bool) -> Result<ArticleRequest, query::Error> {
    let query = query::read(text, args.plain)?;
    let (limit, offset) = (args.limit, args.offset);
    Ok(ArticleRequest { query, any_word: args.plain, limit, offset, sort: args.sort.into(), group_copies })
}

/// Whether a person reads the hits, and no program.
fn is_for_people(args: &Args, ui: &Ui) -> bool {
    ui.on_terminal() && !ui.json() && !args.csv && !args.null
}

/// Whether nothing but ids and headlines is wanted, which need no look at the stories.
fn is_bare(args: &Args, grouped: bool) -> bool {
    let is_head = |field: &String| field == "id" || field == "title";
    !grouped && !args.fields.is_empty() && args.fields.iter().all(is_head)
}

/// Writes the hits as CSV, as paths, or for people. Programs get none that match only in part.
fn listed(page: &Page<ArticleHit>, args: &Args, archive: &Archive, ui: &mut Ui) -> anyhow::Result<()> {
    let whole = page.hits.partition_point(|hit| !hit.partial);
    if args.csv {
        let fields: Vec<&str> = args.fields.iter().map(String::as_str).collect();
        ask::csv(if fields.is_empty() { &CSV } else { &fields }, &page.hits[..whole], ui)?;
        ask::more(whole, page.ranked.saturating_sub(args.offset as u64), true, ui);
    } else if args.null {
        let mut written = HashSet::new();
        let places = page.hits[..whole].iter().map(|hit| place(hit, archive));
        for place in places.filter(|place| written.insert(place.clone())) {
            let place = [place, vec![0]].concat();
            match ui.on_terminal() {
                true => ui.exact(line(&String::from_utf8_lossy(&place)).as_bytes())?,
                false => ui.exact(&place)?,
            }
        }
    } else {
        let width = ui.width();
        for (number, hit) in page.hits.iter().enumerate() {
            print::partial(number == whole, ui.out())?;
            print::article(hit, width, ui.out())?;
        }
    }
    let left_out: u32 = page.hits.iter().filter_map(|hit| hit.copies).sum();
    if left_out > 0 && is_for_people(args, ui) {
        ui.note(&format!("{left_out} near-copies left out: --group none lists them"));
    }
    Ok(())
}

/// The path of a hit's file for other programs: absolute, unless the archive does not know where its root lies.
fn place(hit: &ArticleHit, archive: &Archive) -> Vec<u8> {
    match archive.path_of(&hit.root, &hit.path) {
        Some(path) => path.into_os_string().into_encoded_bytes(),
        None => hit.path.clone().into_bytes(),
    }
}

fn print_facet(facet: &Facet, args: &Args, ui: &mut Ui) -> anyhow::Result<()> {
    if ui.json() {
        ui.record(facet)?;
    } else if !args.csv && !args.null {
        let (strong, faint, of) = (print::STRONG, print::FAINT, print::articles(facet.of));
        writeln!(ui.out(), "{strong}{}{strong:#} {faint}over {of}{faint:#}", facet.field)?;
        for count in &facet.counts {
            writeln!(ui.out(), "{:>8}  {}", count.articles, line(&count.label))?;
        }
    }
    Ok(())
}

/// How a query is understood, in lines.
fn explained(explanation: &Explanation) -> String {
    let Explanation { query, required, least, counting, words, .. } = explanation;
    let mut said = vec![format!("{query} read as {required}")];
    if *counting > 0 {
        said.push(format!("at least {least} of {counting} words"));
    }
    said.extend(words.iter().map(explained_word));
    said.join("\n  ")
}

fn explained_word(word: &ExplainedWord) -> String {
    let ExplainedWord { typed, forms, found, weight, is_stop_word, is_required } = word;
    let stop = match (is_stop_word, is_required) {
        (true, _) => ", a stop word: it only adds to the score",
        (false, true) => ", required",
        (false, false) => "",
    };
    if forms.is_empty() {
        return format!("{typed}: in no article");
    }
    if *found == 0 {
        return format!("{typed}: “{}”, one after the other (weight {weight:.2}{stop})", forms.join(" "));
    }
    // Articles that hold two forms were counted for each.
    let most = if forms.len() > 1 && *found > 1 { "at most " } else { "" };
    let (forms, articles) = (forms.join(", "), print::articles(*found));
    format!("{typed}: {forms} (in {most}{articles}, weight {weight:.2}{stop})")
}

/// How many there are.
fn summary(strict: u64, ranked: u64) -> String {
    match ranked {
        0 => "nothing found".to_owned(),
        _ if ranked == strict => print::articles(ranked),
        _ => format!("{} with most of the words, {strict} with all of them", print::articles(ranked)),
    }
}
