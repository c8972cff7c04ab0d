//! `eval`: scores of extraction and ranking against gold answers.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use pullquote::{
    answers::ArticleRequest,
    eval::{
        self, Evaluation, ExtractionScore, Prf, QuoteScore, Ranking,
        bootstrap::{self, Difference},
        floors::Floors,
        gold,
        retrieval::{self, Run},
    },
    query::{self, Sort},
};

use super::{
    demo::{self, Again},
    exit::Exit,
    print,
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
    let mut floors = args.floors.as_deref().map(read_floors).transpose()?.unwrap_or_default();
    let scores = match &args.what {
        None => extraction(&ExtractionArgs { files: sets(args.shared.as_deref())?, each: false }, ui)?,
        Some(What::Extraction(args)) => extraction(args, ui)?,
        Some(What::Retrieval(args)) => ranking(args, again, ui)?,
    };
    let mut fallen = Vec::new();
    for (set, score) in &scores {
        fallen.extend(floors.fallen(set, score));
        floors.raise(set, score);
    }
    for one in &fallen {
        let now = one.now.map_or("not measured".to_owned(), |now| now.to_string());
        ui.warn(&format!("{}: {} is {now}, below its floor of {}", one.set, one.figure, one.floor));
    }
    if let Some(path) = args.floors.as_deref().filter(|_| args.update) {
        let text = serde_json::to_string_pretty(&floors)? + "\n";
        fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(if fallen.is_empty() { Exit::Done } else { Exit::Failed })
}

fn read_floors(path: &Path) -> anyhow::Result<Floors> {
    if !path.exists() {
        return Ok(Floors::default());
    }
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} holds no floors", path.display()))
}

/// Name of a set: its file's or folder's name without the extension.
fn set(path: &Path) -> String {
    path.file_stem().map_or_else(|| path.display().to_string(), |stem| stem.to_string_lossy().into_owned())
}

fn extraction(args: &ExtractionArgs, ui: &mut Ui) -> anyhow::Result<Vec<(String, Evaluation)>> {
    let files = if args.files.is_empty() { own_gold()? } else { args.files.clone() };
    let mut scores = Vec::new();
    for path in &files {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let gold = gold::read(&text).with_context(|| format!("{} holds no gold answers", path.display()))?;
        let judged = eval::judge(&gold);
        let name = set(path);
        if args.each {
            judged.iter().try_for_each(|one| story(one, &name, ui))?;
        }
        let score = eval::score(&judged);
        if !ui.json() {
            table(&name, &score, ui)?;
        }
        let evaluation = Evaluation::of_extraction(&name, score);
        if ui.json() {
            ui.record(&evaluation)?;
        }
        scores.push((name, evaluation));
    }
    Ok(scores)
}

/// The sets of a folder that others share with us.
fn sets(shared: Option<&Path>) -> anyhow::Result<Vec<PathBuf>> {
    let Some(folder) = shared else { return own_gold() };
    let mut files = listed(folder)?;
    files.retain(|path| set(path).ends_with("_dev"));
    let names = folder.join("names_dev");
    if names.is_dir() {
        files.extend(listed(&names)?);
    }
    if files.is_empty() {
        bail!("{} holds no *_dev.jsonl", folder.display());
    }
    Ok(files)
}

/// The JSON Lines files of a folder, in order.
fn listed(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    Ok(files)
}

/// The gold files next to the working directory.
fn own_gold() -> anyhow::Result<Vec<PathBuf>> {
    let here = std::env::current_dir().context("cannot tell the working directory")?;
    let Some(folder) = here.ancestors().map(|folder| folder.join(GOLD)).find(|folder| folder.is_dir()) else {
        bail!("no {GOLD} here or above: name a file, `pullquote eval extraction GOLD.jsonl`");
    };
    let files = listed(&folder)?;
    if files.is_empty() {
        bail!("{} holds no *.jsonl", folder.display());
    }
    Ok(files)
}

/// Writes one story's score.
fn story(one: &eval::Judged<'_>, set: &str, ui: &mut Ui) -> anyhow::Result<()> {
    let (score, gold) = (eval::score([one]), one.gold());
    if ui.json() {
        let whole = Evaluation::of_extraction(set, score);
        return Ok(ui.record(&Evaluation {
            id: Some(gold.id.clone()),
            traps: Some(gold.traps.clone()),
            ..whole
        })?);
    }
    let faint = print::FAINT;
    let figure = |figure: Option<f64>| figure.map_or("    –".to_owned(), |figure| format!("{figure:5.1}"));
    let names = figure(score.names.as_ref().map(|names| names.all.spans.f1));
    let quotes = score.quotes_all.as_ref();
    let spans = figure(quotes.filter(|quotes| quotes.gold > 0).map(|quotes| quotes.span.f1));
    let speakers = figure(quotes.and_then(|quotes| quotes.speaker.end2end));
    let traps = gold.traps.as_deref().unwrap_or_default();
    writeln!(
        ui.out(),
        "names {names}  quotes {spans}  speakers {speakers}  {}  {faint}{traps}{faint:#}",
        gold.id
    )?;
    Ok(())
}

/// Writes a set's score for people.
fn table(set: &str, score: &ExtractionScore, ui: &mut Ui) -> anyhow::Result<()> {
    let (strong, faint) = (print::STRONG, print::FAINT);
    let out = ui.out();
    writeln!(out, "{strong}{set}{strong:#}  {faint}{} articles{faint:#}", score.articles)?;
    let line = |name: &str, gold: usize, prf: &Prf, more: String| {
        let Prf { precision, recall, f1 } = prf;
        format!("  {name:<22}{gold:>6}  P {precision:5.1}  R {recall:5.1}  F1 {f1:5.1}  {more}")
            .trim_end()
            .to_owned()
    };
    if let Some(names) = &score.names {
        let known = names
            .identity
            .map_or(String::new(), |one| format!("who it is {:.1} % of {}", one.accuracy, one.mentions));
        for (kind, one) in &names.kinds {
            writeln!(out, "{}", line(kind, one.gold, &one.spans, String::new()))?;
        }
        writeln!(out, "{}", line("names", names.all.gold, &names.all.spans, known))?;
        writeln!(
            out,
            "{}",
            line("names, any kind", names.any_kind.gold, &names.any_kind.spans, String::new())
        )?;
    }
    for (name, quotes) in [("quotes, direct", &score.quotes_direct), ("quotes, all", &score.quotes_all)] {
        if let Some(quotes) = quotes {
            writeln!(out, "{}", line(name, quotes.gold, &quotes.span, speakers(quotes)))?;
            writeln!(
                out,
                "{}",
                line("  with the name", quotes.speaker.gold, &quotes.attribution, calibrated(quotes))
            )?;
        }
    }
    if let Some(topics) = &score.topics {
        let topics = [
            ("topics", topics.iptc),
            ("topics, no celebrity", topics.iptc_no_celebrity),
            ("topics, in the tree", topics.iptc_tree),
            ("keyphrases", topics.keyphrases),
        ];
        for (name, prf) in topics {
            writeln!(out, "{}", line(name, score.articles, &prf, String::new()))?;
        }
    }
    writeln!(out)?;
    Ok(())
}

fn speakers(quotes: &QuoteScore) -> String {
    let per_cent = |share: Option<f64>| share.map_or("–".to_owned(), |share| format!("{share:.1} %"));
    let unnamed = &quotes.unnamed;
    let mut text = format!("speaker right {}", per_cent(quotes.speaker.end2end));
    if unnamed.found > 0 {
        text += &format!(", no name for the unnamed {} of {}", per_cent(unnamed.null), unnamed.found);
    }
    text
}

fn calibrated(quotes: &QuoteScore) -> String {
    quotes.calibration.map_or(String::new(), |one| {
        let auc = one.auc.map_or(String::new(), |auc| format!(", AUC {auc:.3}"));
        format!("calibration error {:.3}{auc}", one.ece)
    })
}

fn ranking(args: &RetrievalArgs, again: Again<'_>, ui: &mut Ui) -> anyhow::Result<Vec<(String, Evaluation)>> {
    let baseline = args.baseline.as_deref().map(read).transpose()?.map(|text| retrieval::run(&text));
    let mut scores = Vec::new();
    let mut indexed: Option<(PathBuf, tempfile::TempDir)> = None;
    for folder in &args.folders {
        let corpus = args.corpus.clone().unwrap_or_else(|| folder.join("corpus.jsonl"));
        let questions = retrieval::questions(&read(&folder.join("queries.jsonl"))?)
            .with_context(|| folder.join("queries.jsonl").display().to_string())?;
        let judgements = retrieval::judgements(&read(&folder.join("qrels.tsv"))?)
            .with_context(|| folder.join("qrels.tsv").display().to_string())?;
        if indexed.as_ref().is_none_or(|(of, _)| *of != corpus) {
            let index = tempfile::tempdir().context("cannot make a temporary folder")?;
            demo::command(&["index".as_ref(), corpus.as_os_str()], index.path(), again, ui)?;
            indexed = Some((corpus, index));
        }
        let index = indexed.as_ref().map(|(_, index)| index.path()).expect("the corpus was just indexed");
        let run = ask(index, &questions)?;
        let score = retrieval::score(&judgements, &run);
        let name = set(folder);
        let before = baseline.as_ref().map(|baseline| retrieval::score(&judgements, baseline));
        let ndcg_10_difference = before.and_then(|before| bootstrap::paired(&before.each, &score.each));
        let ranking = Ranking { score, ndcg_10_difference };
        if !ui.json() {
            ranked(&name, &ranking, ui)?;
        }
        let evaluation = Evaluation::of_retrieval(&name, ranking);
        if ui.json() {
            ui.record(&evaluation)?;
        }
        scores.push((name, evaluation));
    }
    Ok(scores)
}

fn ranked(name: &str, ranking: &Ranking, ui: &mut Ui) -> anyhow::Result<()> {
    let strong = print::STRONG;
    let score = &ranking.score;
    let (queries, ndcg, map, recall) = (score.queries, score.ndcg_10, score.map, score.recall_100);
    writeln!(
        ui.out(),
        "{strong}{name:<18}{strong:#} {queries:>5} queries  nDCG@10 {ndcg:.4}  MAP {map:.4}  R@100 {recall:.4}"
    )?;
    if let Some(Difference { mean, low, high, p, .. }) = &ranking.ndcg_10_difference {
        writeln!(ui.out(), "  nDCG@10 against the baseline {mean:+.4} ({low:+.4} to {high:+.4}), p {p:.4}")?;
    }
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Asks every question as plain words.
fn ask(index: &Path, questions: &[retrieval::Question]) -> anyhow::Result<Run> {
    let archive = pullquote::answers::Archive::of_snapshot(pullquote::index::Snapshot::open(index)?)?;
    let mut run = Run::new();
    for question in questions {
        let request = ArticleRequest {
            query: query::plain(&question.text),
            any_word: true,
            limit: retrieval::DEPTH,
            offset: 0,
            sort: Sort::Relevance,
            group_copies: false,
        };
        for hit in archive.heads(&request)?.hits {
            if let Some(record) = &hit.article.record_id {
                retrieval::add(&mut run, &question.id, record);
            }
        }
    }
    Ok(run)
}
