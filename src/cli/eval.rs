//! `eval`: score extraction against gold answers, and ranking against judgements.

use std::{
    collections::BTreeMap,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use pullquote::{
    eval::{self, Figures, Floors},
    index::Snapshot,
    query::{self, Archive, ArticleRequest, Sort},
};
use serde_json::json;

use super::{exit::Exit, print, ui::Ui};

/// Score extraction against gold answers, or ranking against judgements
#[derive(clap::Args)]
pub struct Args {
    /// Files of gold answers [default: data/gold/*.jsonl]
    #[arg(value_name = "GOLD")]
    gold: Vec<PathBuf>,
    /// A folder with queries.jsonl and qrels.tsv to rank for; needs --of
    #[arg(long, value_name = "DIR", requires = "of")]
    retrieval: Option<PathBuf>,
    /// Index the questions are asked of
    #[arg(long, value_name = "DIR")]
    of: Option<PathBuf>,
    /// A folder of evaluation sets: each *_dev.jsonl and names_dev/*.jsonl in it is scored
    #[arg(long, value_name = "DIR", conflicts_with = "GOLD")]
    shared: Option<PathBuf>,
    /// Figures that must not be undercut: exit with 2 when one is
    #[arg(long, value_name = "FILE")]
    floors: Option<PathBuf>,
}

/// Where gold answers of the project lie.
const GOLD: &str = "data/gold";

/// Runs the command.
pub fn run(args: &Args, ui: &mut Ui) -> anyhow::Result<Exit> {
    let floors = match &args.floors {
        Some(path) => {
            Floors::read(path).with_context(|| format!("cannot read the floors in {}", path.display()))?
        }
        None => Floors::default(),
    };
    let mut broken = Vec::new();
    if let Some(dir) = &args.retrieval {
        let name = name_of(dir);
        let index = args.of.as_deref().context("--retrieval needs --of INDEX")?;
        let figures = ranking(dir, index)?;
        write(&name, &figures, ui)?;
        broken.extend(floors.broken(&name, &figures));
    } else {
        for path in files(args)? {
            let gold = eval::read(&path)
                .with_context(|| format!("cannot read gold answers in {}", path.display()))?;
            let figures = eval::extraction(&gold);
            let name = name_of(&path);
            write(&name, &figures, ui)?;
            broken.extend(floors.broken(&name, &figures));
        }
    }
    for fall in &broken {
        let measured = fall.measured.map_or("not measured".to_owned(), |measured| format!("{measured:.2}"));
        ui.warn(&format!("{} {} is {measured}, its floor is {:.2}", fall.set, fall.figure, fall.floor));
    }
    if !broken.is_empty() {
        bail!("{} figures are below their floor", broken.len());
    }
    Ok(Exit::Done)
}

fn name_of(path: &Path) -> String {
    path.file_stem().map_or_else(|| path.display().to_string(), |stem| stem.to_string_lossy().into_owned())
}

fn files(args: &Args) -> anyhow::Result<Vec<PathBuf>> {
    if !args.gold.is_empty() {
        return Ok(args.gold.clone());
    }
    let mut found = Vec::new();
    match &args.shared {
        Some(dir) => {
            found.extend(listed(dir)?.into_iter().filter(|path| name_of(path).ends_with("_dev")));
            found.extend(listed(&dir.join("names_dev"))?);
        }
        None => found.extend(listed(Path::new(GOLD))?),
    }
    if found.is_empty() {
        bail!("no gold answers here: name a file, or run this where {GOLD} is");
    }
    Ok(found)
}

/// The JSON Lines files of a folder, in order.
fn listed(dir: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(dir).with_context(|| format!("cannot list {}", dir.display()))?;
    let mut paths: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    paths.sort();
    Ok(paths)
}

fn ranking(dir: &Path, index: &Path) -> anyhow::Result<Figures> {
    const DEPTH: usize = 100;
    let judged =
        eval::judged(dir).with_context(|| format!("cannot read the judgements in {}", dir.display()))?;
    let archive = Archive::new(Snapshot::open(index)?)?;
    let mut run = BTreeMap::new();
    for (id, words) in &judged.questions {
        let request = ArticleRequest {
            query: query::plain(words),
            any_word: true,
            limit: DEPTH,
            offset: 0,
            sort: Sort::Relevance,
        };
        let hits = archive.ids_and_titles(&request)?.hits;
        run.insert(id.clone(), hits.into_iter().filter_map(|hit| hit.record_id).collect());
    }
    let mut figures = Figures::new();
    judged.score("retrieval", &run, &mut figures);
    Ok(figures)
}

fn write(name: &str, figures: &Figures, ui: &mut Ui) -> anyhow::Result<()> {
    if ui.json() {
        ui.record(&json!({ "format": 1, "type": "evaluation", "set": name, "figures": figures }))?;
        return Ok(());
    }
    if ui.args.quiet {
        return Ok(());
    }
    let (strong, faint) = (print::STRONG, print::FAINT);
    writeln!(ui.out(), "{strong}{name}{strong:#}")?;
    for (figure, value) in figures {
        let shown = if *value <= 1.0 && !figure.ends_with("f1") {
            format!("{value:>7.3}")
        } else {
            format!("{value:>7.1}")
        };
        writeln!(ui.out(), "  {faint}{figure:<36}{faint:#}{shown}")?;
    }
    Ok(())
}
