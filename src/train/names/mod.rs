//! Trains the recogniser of names from labelled stories, and scores it. Deterministic.
//!
//! `cargo run --release --features train --bin train -- names --data ../shared/eval` writes `data/model/names.bin`.

mod augment;
mod corpus;
mod crf;
mod score;

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    ops::Range,
    path::{Path, PathBuf},
};

use crate::{
    annotation::Annotations,
    extract::{
        names::{
            features::View,
            lexicon::LISTS,
            model::{LABELS, Model, Trained, begins},
            story::{Story, Style},
        },
        sentences,
    },
};
use anyhow::Context;
use clap::{Args as _, FromArgMatches};
use rustc_hash::FxHashMap;

use corpus::Story as Labelled;
use crf::{Crf, Segment, Settings};
use score::Tally;

/// What to train on, and how.
#[derive(clap::Args)]
pub struct Args {
    /// Folder with `wikinews_train.jsonl`, `entertainment_train.jsonl` and `train/`
    #[arg(long)]
    data: PathBuf,
    /// Folder with labelled stories of the project's own
    #[arg(long, default_value = "data/train")]
    own: PathBuf,
    /// Where the weights go
    #[arg(long, default_value = "data/model/names.bin")]
    out: PathBuf,
    /// Sets and their weights, `NAME=WEIGHT`, in place of the usual
    #[arg(long)]
    set: Vec<String>,
    /// Labelled files to score afterwards
    #[arg(long, num_args = 0..)]
    score: Vec<PathBuf>,
    /// Cross-validate: read each of so many parts of the stories with a model of the others, and write no weights
    #[arg(long, default_value_t = 0)]
    folds: usize,
    /// Print the commonest errors of each scored file
    #[arg(long, default_value_t = 0)]
    errors: usize,
    /// Passes over the data
    #[arg(long, default_value_t = 6)]
    epochs: usize,
    /// Step of AdaGrad
    #[arg(long, default_value_t = 0.15)]
    rate: f32,
    /// L2 penalty
    #[arg(long, default_value_t = 0.001)]
    decay: f32,
    /// Share of features left out of each step
    #[arg(long, default_value_t = 0.4)]
    dropout: f32,
    /// Trainings of which the mean counts
    #[arg(long, default_value_t = 4)]
    runs: usize,
    /// Buckets of the table, as a power of two; a bucket has four rows of 15 bytes
    #[arg(long, default_value_t = 15)]
    bits: u32,
    /// Copies of each entertainment story with other names
    #[arg(long, default_value_t = 3)]
    renamed: usize,
    /// Copies of each news story with other names
    #[arg(long, default_value_t = 1)]
    renamed_news: usize,
    /// Copies of each story with headlines
    #[arg(long, default_value_t = 0)]
    headlined: usize,
    /// How much a renamed copy counts
    #[arg(long, default_value_t = 0.3)]
    copy_weight: f32,
    /// How much a headlined copy counts
    #[arg(long, default_value_t = 0.3)]
    headline_weight: f32,
    /// Leave out features by their place in the list, `FIRST-LAST`: what is a group worth?
    #[arg(long)]
    without: Option<String>,
    /// Features seen fewer times are left out
    #[arg(long, default_value_t = 2)]
    least: u32,
}

/// The usual sets and how much each counts; chosen on the development sets, see `data/model/names.md`.
const SETS: [(&str, f32); 5] = [
    ("wikinews_train.jsonl", 1.0),
    ("entertainment_train.jsonl", 1.0),
    ("train/gum_ccby.conll", 0.0),
    ("train/btc.conll", 0.2),
    ("train/wnut17.conll", 0.1),
];

/// Trains, writes the weights, and scores them.
pub fn train(args: &Args) -> anyhow::Result<()> {
    let stories = gather(args)?;
    if args.folds > 1 {
        cross_validate(args, stories);
        return Ok(());
    }
    let stories = multiply(args, stories);
    let model = fit(args, &stories);
    fs::write(&args.out, model.encode()).with_context(|| format!("cannot write {}", args.out.display()))?;
    for path in &args.score {
        let mut tally = Tally::default();
        corpus::read(path)?.iter().for_each(|story| tally.add(story, &model));
        tally.print(&path.file_stem().unwrap_or_default().to_string_lossy(), args.errors);
    }
    Ok(())
}

/// Reads every story with a model that knows neither it nor copies of it, and prints how each set fares. Stories without
/// labels of their own kinds, the tweets, are learnt from and not asked.
fn cross_validate(args: &Args, stories: Vec<(Labelled, f32)>) {
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    let stories: Vec<_> = stories.into_iter().enumerate().collect();
    for fold in 0..args.folds {
        let asked = |number: usize, story: &Labelled| number % args.folds == fold && story.ignored.is_empty();
        let learnt = stories.iter().filter(|(number, (story, _))| !asked(*number, story));
        let learnt = learnt.map(|(_, (story, weight))| (story.clone(), *weight)).collect();
        let model = fit(args, &multiply(args, learnt));
        for (_, (story, _)) in stories.iter().filter(|(number, (story, _))| asked(*number, story)) {
            let set = story.article.source.as_deref().unwrap_or("own");
            for set in [set, "together"] {
                tallies.entry(set.to_owned()).or_default().add(story, &model);
            }
        }
    }
    for (set, tally) in &tallies {
        tally.print(set, if set == "together" { args.errors } else { 0 });
    }
}

/// Models of the usual training of which each has not seen one part of the stories: names in a story are as hard for its
/// model as they are in one that nobody trained on.
pub struct Unseen {
    models: Vec<Model>,
}

impl Unseen {
    /// Trains as many models as there are parts.
    pub fn train(data: &Path, parts: usize) -> anyhow::Result<Self> {
        let command = Args::augment_args(clap::Command::new("names"));
        let given = [OsStr::new("names"), OsStr::new("--data"), data.as_os_str()];
        let args = Args::from_arg_matches(&command.try_get_matches_from(given)?)?;
        let stories = gather(&args)?;
        let seen = |part: usize| {
            let is_seen = |(story, _): &&(Labelled, f32)| part_of(&story.article.text, parts) != part;
            stories.iter().filter(is_seen).cloned().collect()
        };
        Ok(Self { models: (0..parts).map(|part| fit(&args, &multiply(&args, seen(part)))).collect() })
    }

    /// The model that has not seen a story.
    pub fn model(&self, text: &str) -> &Model {
        &self.models[part_of(text, self.models.len())]
    }
}

/// The part that a story is in, by its words.
fn part_of(text: &str, parts: usize) -> usize {
    usize::from(blake3::hash(text.as_bytes()).as_bytes()[0]) % parts
}

/// All training stories with their weights.
fn gather(args: &Args) -> anyhow::Result<Vec<(Labelled, f32)>> {
    let mut stories = Vec::new();
    for (name, usual) in SETS {
        let given = args.set.iter().find_map(|set| set.strip_prefix(name)?.strip_prefix('=')?.parse().ok());
        let weight = given.unwrap_or(usual);
        if weight > 0.0 {
            for mut story in corpus::read(&args.data.join(name))? {
                story.article.source = name.strip_suffix("_train.jsonl").map(str::to_owned);
                stories.push((story, weight));
            }
        }
    }
    let mut own: Vec<PathBuf> = match fs::read_dir(&args.own) {
        Ok(entries) => entries.filter_map(|entry| Some(entry.ok()?.path())).collect(),
        Err(_) => Vec::new(),
    };
    own.sort();
    for path in own.iter().filter(|path| path.extension().is_some_and(|extension| extension == "jsonl")) {
        stories.extend(corpus::read(path)?.into_iter().map(|story| (story, 1.0)));
    }
    Ok(stories)
}

/// Marks copies of which only the headlines are learnt.
const HEADLINES: &str = "headlines";

/// Adds copies with other names and with headlines.
fn multiply(args: &Args, mut stories: Vec<(Labelled, f32)>) -> Vec<(Labelled, f32)> {
    let stock = augment::Stock::embedded();
    let mut random = crf::Random(0x0dd_ba11_5eed);
    let mut copies = Vec::new();
    for (story, weight) in stories.iter().filter(|(story, _)| story.ignored.is_empty()) {
        let entertainment = story.article.source.as_deref() != Some("wikinews");
        for _ in 0..if entertainment { args.renamed } else { args.renamed_news } {
            copies.push((augment::renamed(story, &stock, &mut random), weight * args.copy_weight));
        }
        for _ in 0..args.headlined {
            let mut copy = augment::headlined(story, &mut random);
            copy.article.section = Some(HEADLINES.to_owned());
            copies.push((copy, weight * args.headline_weight));
        }
    }
    stories.extend(copies);
    stories
}

/// The labels of all tokens.
fn labels(story: &Story, text: &str, labelled: &Labelled) -> Vec<u8> {
    let mut labels = vec![0u8; story.tokens.len()];
    for &(span, kind) in &labelled.gold {
        let start = story.tokens.partition_point(|token| token.span.end <= span.start);
        let mut first = start;
        let end = story.tokens.partition_point(|token| token.span.start < span.end);
        let the = |at: usize| story.tokens[at].span.of(text).eq_ignore_ascii_case("the");
        if kind != crate::annotation::NameKind::Work && first + 1 < end && the(first) {
            first += 1;
        }
        for (place, label) in labels[first..end.max(first)].iter_mut().enumerate() {
            *label = (begins(kind) + usize::from(place > 0)) as u8;
        }
    }
    labels
}

/// Trains on the stories.
fn fit(args: &Args, stories: &[(Labelled, f32)]) -> Model {
    let mut examples = Examples::default();
    let without = args.without.as_deref().and_then(|range| range.split_once('-'));
    let without = without
        .and_then(|(first, last)| Some(first.parse().ok()?..last.parse::<usize>().ok()? + 1))
        .unwrap_or(0..0);
    for (labelled, weight) in stories {
        examples.add(labelled, *weight, &without);
    }
    let Examples { hashes, counts, mut segments, inside, outside, .. } = examples;
    for features in segments.iter_mut().flat_map(|segment| &mut segment.features) {
        features.retain(|&feature| counts[feature as usize] >= args.least);
    }
    let tokens: usize = segments.iter().map(|segment| segment.labels.len()).sum();
    eprintln!(
        "{} stories, {} segments, {tokens} tokens, {} features; labelled tokens in segments {inside}, outside {outside}",
        stories.len(),
        segments.len(),
        hashes.len(),
    );
    let Args { epochs, rate, decay, dropout, runs, .. } = *args;
    let settings = Settings { epochs, rate, decay, dropout, runs };
    let crf = Crf::train(hashes.len(), &segments, settings, |epoch, loss| {
        eprintln!("epoch {epoch}: loss {loss:.0}");
    });
    pack(args, &crf, &hashes)
}

/// Segments to learn from, with their features numbered.
#[derive(Default)]
struct Examples {
    numbers: FxHashMap<u64, u32>,
    hashes: Vec<u64>,
    counts: Vec<u32>,
    segments: Vec<Segment>,
    /// Labelled tokens in segments.
    inside: usize,
    /// Labelled tokens no segment holds: names that can never be found.
    outside: usize,
}

impl Examples {
    /// Adds the segments of a story; `without` are features to leave out.
    fn add(&mut self, labelled: &Labelled, weight: f32, without: &Range<usize>) {
        let mut found = Annotations::default();
        sentences::run(&labelled.article, &mut found);
        let text = &labelled.article.text;
        let story = Story::read(text, &found.sentences, &[]);
        let labels = labels(&story, text, labelled);
        let mut uncovered = labels.iter().filter(|label| **label > 0).count();
        for (range, sentence) in &story.segments {
            let here = labels[range.clone()].iter().filter(|label| **label > 0).count();
            self.inside += here;
            uncovered -= here;
            let skipped = story.styles[*sentence] == Style::Plain
                && labelled.article.section.as_deref() == Some(HEADLINES);
            let view = View::new(&story, text, *sentence);
            let features = range.clone().map(|at| self.features(&view, at, without)).collect();
            let mut segment = Segment { features, labels: labels[range.clone()].to_vec(), weight };
            mend(&mut segment.labels);
            if !skipped && !may_mislead(&story, range, &labels, labelled) {
                self.segments.push(segment);
            }
        }
        self.outside += uncovered;
    }

    /// The numbers of a token's features.
    fn features(&mut self, view: &View<'_>, at: usize, without: &Range<usize>) -> Vec<u32> {
        let mut row = Vec::with_capacity(64);
        let mut place = 0;
        view.features(at, |feature| {
            place += 1;
            if without.contains(&(place - 1)) {
                return;
            }
            let next = self.hashes.len() as u32;
            let number = *self.numbers.entry(feature).or_insert(next);
            if number == next {
                self.hashes.push(feature);
                self.counts.push(0);
            }
            self.counts[number as usize] += 1;
            row.push(number);
        });
        row
    }
}

/// Whether a segment may hold a name of a kind that the labels of this story leave out.
fn may_mislead(story: &Story, range: &Range<usize>, labels: &[u8], labelled: &Labelled) -> bool {
    let ignored = |kind: &str| labelled.ignored.iter().any(|other| other == kind);
    let lists = LISTS.iter().enumerate().filter(|(_, (name, _))| {
        *name == "works" && ignored("work") || *name == "events" && ignored("event")
    });
    let mask = lists.fold(0u32, |mask, (bit, _)| mask | 1 << bit);
    let nameless = range.clone().all(|at| labels[at] == 0);
    !labelled.ignored.is_empty() && nameless
        || range.clone().any(|at| {
            labels[at] == 0
                && (story.listed_first[at] & mask != 0 || ignored("work") && story.quoted[at].capitals >= 2)
        })
}

/// A label inside a name without its beginning, where a segment cuts a name, becomes the beginning.
fn mend(labels: &mut [u8]) {
    let mut before = 0;
    for label in labels {
        if *label > 0 && *label % 2 == 0 && before != *label && before + 1 != *label {
            *label -= 1;
        }
        before = *label;
    }
}

/// Rounds the weights to bytes and lays them out, the weightiest features first.
fn pack(args: &Args, crf: &Crf, hashes: &[u64]) -> Model {
    let weight = |row: &crf::Row| row.iter().fold(0f32, |most, value| most.max(value.abs()));
    let mut order: Vec<usize> = (0..hashes.len()).collect();
    order.sort_by(|&a, &b| {
        weight(&crf.rows[b]).total_cmp(&weight(&crf.rows[a])).then(hashes[a].cmp(&hashes[b]))
    });
    let room = (4usize << args.bits) * 85 / 100;
    let top = weight(&crf.rows[order[order.len() / 2000]]);
    let scale = 127.0 / top;
    let rows: Vec<Trained> = (order.iter().take(room))
        .map(|&number| Trained {
            feature: hashes[number],
            weights: crf.rows[number].map(|value| (value * scale).round().clamp(-127.0, 127.0) as i8),
        })
        .filter(|row| row.weights.iter().any(|&weight| weight != 0))
        .collect();
    let whole = |row: &crf::Row| row.map(|value| (value * scale).round().clamp(-9000.0, 9000.0) as i16);
    let transitions = std::array::from_fn::<_, LABELS, _>(|from| whole(&crf.transitions[from]));
    let (model, left) = Model::build(args.bits, &rows, transitions, whole(&crf.starts));
    eprintln!("{} rows kept of {}, {left} without room, scale {scale:.1}", rows.len(), hashes.len());
    model
}
