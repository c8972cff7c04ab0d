//! `eval`: scores of extraction and ranking against gold answers.

mod print;

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use pullquote::{
    answers::Archive,
    eval::{
        Evaluation,
        benchmark::{self, Benchmark},
        floors::Floors,
        sets::{self, SetScore},
    },
};

use super::{
    demo::{self, Again},
    exit::Exit,
    ui::Ui,
};

/// Where gold answers lie in the project's own folder.
const GOLD: &str = "data/gold";

/// Score extraction or ranking against gold answers
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: Option<What>,
    /// Score extraction on a folder of sets: every *_dev.jsonl in it and every names_dev/*.jsonl
    #[arg(long, value_name = "DIR")]
    shared: Option<PathBuf>,
    /// Least figures, as JSON; exit with 2 when one is not reached
    #[arg(long, value_name = "FILE", global = true)]
    floors: Option<PathBuf>,
    /// Raise the floors to what is reached; none is ever lowered
    #[arg(long, requires = "floors", global = true)]
    update: bool,
}

#[derive(clap::Subcommand)]
enum What {
    /// Names, quotes and topics [default: every file in data/gold]
    Extraction(ExtractionArgs),
    /// Ranking, for folders with queries.jsonl and qrels.tsv
    Retrieval(RetrievalArgs),
}

/// Score extraction
#[derive(clap::Args)]
struct ExtractionArgs {
    /// Gold answers, one article a line
    #[arg(value_name = "GOLD.jsonl")]
    files: Vec<PathBuf>,
    /// Score every story by itself as well
    #[arg(long)]
    each: bool,
}

/// Score ranking
#[derive(clap::Args)]
struct RetrievalArgs {
    /// Folders with queries.jsonl and qrels.tsv
    #[arg(value_name = "DIR", required = true)]
    folders: Vec<PathBuf>,
    /// The records that are searched [default: corpus.jsonl in the folder]
    #[arg(long, value_name = "FILE")]
    corpus: Option<PathBuf>,
    /// Compare with hits that `search --batch --json` wrote before
    #[arg(long, value_name = "HITS.jsonl")]
    baseline: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: &Args, again: Again<'_>, ui: &mut Ui) -> anyhow::Result<Exit> {
    let mut floors = args.floors.as_deref().map(Floors::read).transpose()?.unwrap_or_default();
    let scores = match &args.what {
        None => extraction(&gold(args.shared.as_deref())?, false, ui)?,
        Some(What::Extraction(args)) if args.files.is_empty() => extraction(&own_gold()?, args.each, ui)?,
        Some(What::Extraction(args)) => extraction(&args.files, args.each, ui)?,
        Some(What::Retrieval(args)) => ranking(args, again, ui)?,
    };
    let mut fallen = Vec::new();
    for score in &scores {
        fallen.extend(floors.fallen(&score.set, score));
        floors.raise(&score.set, score);
    }
    for one in &fallen {
        let now = one.now.map_or("not measured".to_owned(), |now| now.to_string());
        ui.fault(&format!("{}: {} is {now}, below its floor of {}", one.set, one.figure, one.floor));
    }
    if let Some(path) = args.floors.as_deref().filter(|_| args.update) {
        floors.write(path)?;
    }
    Ok(if fallen.is_empty() { Exit::Done } else { Exit::Failed })
}

/// The sets that are scored when none is named.
fn gold(shared: Option<&Path>) -> anyhow::Result<Vec<PathBuf>> {
    shared.map_or_else(own_gold, |folder| Ok(sets::of_evaluation_data(folder)?))
}

/// The gold files next to the working directory.
fn own_gold() -> anyhow::Result<Vec<PathBuf>> {
    let here = std::env::current_dir().context("cannot tell the working directory")?;
    let Some(folder) = here.ancestors().map(|folder| folder.join(GOLD)).find(|folder| folder.is_dir()) else {
        bail!("no {GOLD} here or above: name a file, `pullquote eval extraction GOLD.jsonl`");
    };
    Ok(sets::in_folder(&folder)?)
}

fn extraction(files: &[PathBuf], each: bool, ui: &mut Ui) -> anyhow::Result<Vec<Evaluation>> {
    let mut scores = Vec::new();
    for file in files {
        let SetScore { stories, whole } = SetScore::of(file, each)?;
        stories.iter().chain([&whole]).try_for_each(|score| write(score, ui))?;
        scores.push(whole);
    }
    Ok(scores)
}

fn ranking(args: &RetrievalArgs, again: Again<'_>, ui: &mut Ui) -> anyhow::Result<Vec<Evaluation>> {
    let baseline = args.baseline.as_deref().map(benchmark::hits).transpose()?;
    let mut scores = Vec::new();
    let mut indexed: Option<(PathBuf, tempfile::TempDir)> = None;
    for folder in &args.folders {
        let benchmark = Benchmark::read(folder)?;
        let corpus = args.corpus.clone().unwrap_or_else(|| folder.join("corpus.jsonl"));
        let index = match indexed.take() {
            Some((of, index)) if of == corpus => index,
            _ => index(&corpus, again, ui)?,
        };
        let run = benchmark.ask(&Archive::open(index.path())?)?;
        let score = benchmark.score(&run, baseline.as_ref());
        write(&score, ui)?;
        scores.push(score);
        indexed = Some((corpus, index));
    }
    Ok(scores)
}

/// An index of records in a temporary folder.
fn index(corpus: &Path, again: Again<'_>, ui: &mut Ui) -> anyhow::Result<tempfile::TempDir> {
    let index = tempfile::tempdir().context("cannot make a temporary folder")?;
    demo::command(&[OsStr::new("index"), corpus.as_os_str()], index.path(), again, ui)?;
    Ok(index)
}

fn write(score: &Evaluation, ui: &mut Ui) -> std::io::Result<()> {
    if ui.json() { ui.record(score) } else { print::evaluation(score, ui) }
}
