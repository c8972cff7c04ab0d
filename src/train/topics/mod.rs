//! Trains the topics models: `cargo run --release --features train --bin train -- topics --data ../shared/eval`.
//!
//! Reads the labelled stories of `--data` and of `data/train/`, writes `data/model/topics-*.tsv`, and prints how the
//! same training does in cross-validation. The same stories give the same files, byte for byte.

#![allow(clippy::type_complexity, reason = "instances are plain rows of figures")]

mod frequencies;
mod gold;
mod logistic;
mod phrases;
mod score;
mod subjects;
mod write;

use std::path::{Path, PathBuf};

use crate::extract::topics::{evidence, keyphrases::PhraseModel, lexicon::Lexicon, subjects as find};

use self::gold::Story;

/// What to train on, and where the models go.
#[derive(clap::Args)]
pub struct Args {
    /// Folder with `entertainment_train.jsonl` and `wikinews_train.jsonl`
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Folder of the models
    #[arg(long, value_name = "DIR", default_value = "data/model")]
    out: PathBuf,
    /// Count the words of the stories into `data/topics/frequencies.tsv` and stop: build again before training, as the
    /// table is part of the program
    #[arg(long)]
    frequencies: bool,
    /// Labelled stories to score, never to train on
    #[arg(long, value_name = "FILE")]
    check: Option<PathBuf>,
}

/// Trains and writes the models, or counts words.
pub fn train(args: &Args) -> anyhow::Result<()> {
    if args.frequencies {
        return frequencies::count(&args.data, Path::new("data/topics/frequencies.tsv"));
    }
    let stories = read(args)?;
    println!("{} stories", stories.len());
    let trained = subjects::train(&stories);
    write::words(&args.out.join("topics-words.tsv"), &trained.words, &stories)?;
    write::subjects(&args.out.join("topics-subjects.tsv"), &trained.subjects)?;
    let phrases = phrases::train(&stories, &trained.words, &trained.chances);
    write::phrases(&args.out.join("topics-keyphrases.tsv"), &phrases, &stories)?;
    if let Some(path) = &args.check {
        check(path, &trained, &phrases)?;
    }
    Ok(())
}

/// Entertainment is what archives of this program hold, so its stories count more than other news.
fn read(args: &Args) -> anyhow::Result<Vec<Story>> {
    let gossip = |id: &str| if id.contains("gossip") { 1.5 } else { 1.0 };
    let mut stories = gold::read(&args.data.join("entertainment_train.jsonl"), gossip)?;
    let mut own: Vec<PathBuf> = match std::fs::read_dir("data/train") {
        Ok(entries) => entries.filter_map(|entry| Some(entry.ok()?.path())).collect(),
        Err(_) => Vec::new(),
    };
    own.sort();
    for path in own.iter().filter(|path| path.extension().is_some_and(|end| end == "jsonl")) {
        stories.extend(gold::read(path, |_| 1.0)?);
    }
    stories.extend(gold::read(&args.data.join("wikinews_train.jsonl"), |_| 0.5)?);
    Ok(stories)
}

fn check(path: &Path, trained: &subjects::Trained, model: &PhraseModel) -> anyhow::Result<()> {
    let mut counts = score::Counts::default();
    let mut right: Vec<(f64, f64)> = Vec::new();
    for story in gold::read(path, |_| 1.0)? {
        let gathered = evidence::gather(&story.tokens, Lexicon::get(), &trained.words);
        let candidates = find::candidates(&gathered, &trained.words);
        let chosen = trained.subjects.choose(&candidates, &[]);
        let keyphrases = phrases::choose(&story, &trained.words, &chosen, model);
        let (hits, given, gold) = phrases::check(&story, &keyphrases);
        right.push((hits as f64 / given.max(1) as f64, hits as f64 / gold.max(1) as f64));
        let chosen: Vec<u16> = chosen.into_iter().map(|(subject, _)| subject).collect();
        counts.add(&story.subjects, &chosen);
    }
    let mean = |part: fn(&(f64, f64)) -> f64| right.iter().map(part).sum::<f64>() / right.len().max(1) as f64;
    let (precision, recall) = (mean(|(precision, _)| *precision), mean(|(_, recall)| *recall));
    let f1 = 200.0 * precision * recall / (precision + recall);
    println!("{}: {counts} | keyphrases {f1:.1}", path.display());
    Ok(())
}
