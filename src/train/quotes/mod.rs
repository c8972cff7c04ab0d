//! Fits what attribution has to learn, from stories whose speakers are known: the weights by which the person behind a
//! pronoun is chosen, and the chance that each rule is right.
//!
//! `cargo run --release --features train --bin train -- quotes OUT GOLD.jsonl...` writes `quotes-antecedents.tsv` and `quotes-confidence.tsv` into OUT. The same files give
//! the same weights.

mod logistic;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;

use logistic::Example;

use crate::{
    annotation::{Annotations, NameKind, QuoteKind},
    article::{Article, Span},
    eval::gold::{self, GoldArticle, GoldQuote},
    extract::{
        language,
        names::{
            self,
            model::{MODEL, Model},
        },
        quotes::{
            antecedent::{self, FEATURES, Figures},
            attribute::{self, Judge},
            attribution::Attribution,
            confidence,
            kind::Pending,
            quotations,
            scan::{self, Stretch},
            story::Story,
        },
        sentences,
    },
    train::names::Unseen,
};

/// Rounds over all questions.
const ROUNDS: usize = 60;

/// Step of a round, falling with their number.
const STEP: f32 = 0.3;

/// Pull of weights towards zero.
const DECAY: f32 = 1e-4;

/// One question with its answer's place among the candidates.
type Question = (Vec<(u32, Figures)>, usize);

/// What to fit on, and where the weights go.
#[derive(clap::Args)]
pub struct Args {
    /// Folder of the models
    out: PathBuf,
    /// Folder with the training data of the recogniser of names: each story is read with a model that has not seen it
    #[arg(long)]
    names: Option<PathBuf>,
    /// Fit the weights of this group of facts alone, upon those that ship; may be repeated
    #[arg(long, value_name = "GROUP")]
    only: Vec<String>,
    /// Stories whose speakers are known
    #[arg(required = true)]
    gold: Vec<PathBuf>,
}

/// Models of names, each for the stories that it has not seen.
const PARTS: usize = 4;

/// Fits and writes the weights.
pub fn train(args: &Args) -> anyhow::Result<()> {
    let unseen = args.names.as_ref().map(|data| Unseen::train(data, PARTS)).transpose()?;
    let mut questions = Vec::new();
    let mut examples: Vec<Example> = Vec::new();
    let mut story = 0;
    for path in &args.gold {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        for gold in gold::read(&text)? {
            let names = unseen.as_ref().map_or(&*MODEL, |unseen| unseen.model(&gold.article.text));
            let found = read(&gold.article, names);
            ask(&gold, &found, (story, is_real(path)), &mut questions, &mut examples);
            story += 1;
        }
    }
    if !args.only.is_empty() {
        let standing =
            confidence::weights().iter().map(|(fact, weight)| (*fact, f64::from(*weight))).collect();
        return write_confidence(&args.out, &logistic::fit_groups(&examples, &standing, &args.only));
    }
    let weights = fit(&questions);
    let right = questions
        .iter()
        .filter(|(candidates, answer)| {
            antecedent::choose(candidates, &weights).map(|best| best.0) == Some(candidates[*answer].0)
        })
        .count();
    println!(
        "{} questions, {:.1} % right",
        questions.len(),
        100.0 * right as f64 / questions.len().max(1) as f64
    );
    write_weights(&args.out, &weights)?;
    write_confidence(&args.out, &logistic::fit_scaled(&examples))
}

/// Whether a file holds stories that were in the news; all others are invented, and written to be hard.
fn is_real(path: &Path) -> bool {
    path.to_string_lossy().contains("wikinews")
}

/// What the stages before quotes find in a story, names with a given model.
fn read(article: &Article, names: &Model) -> Annotations {
    let mut found = Annotations::default();
    language::run(article, &mut found);
    sentences::run(article, &mut found);
    names::find(names, article, &mut found);
    found
}

/// Collects the questions of one story, and how each attribution fared.
fn ask(
    gold: &GoldArticle,
    found: &Annotations,
    (number, real): (usize, bool),
    questions: &mut Vec<Question>,
    examples: &mut Vec<Example>,
) {
    let Some(quotes) = &gold.quotes else { return };
    let article = &gold.article;
    let stretches = scan::stretches(&article.text, &found.paragraphs);
    let story = Story::read(&article.text, found, &stretches);
    let pending = quotations(&story, &stretches);
    let offsets: Vec<u32> =
        article.text.char_indices().map(|(at, _)| at as u32).chain([article.text.len() as u32]).collect();
    let mut teacher = Teacher {
        gold: quotes,
        offsets: &offsets,
        found,
        number,
        real,
        questions: Some(questions),
        examples,
    };
    attribute::read(&story, &stretches, &pending, &mut teacher);
    teacher.questions = None;
    attribute::read(&story, &stretches, &pending, &mut teacher);
}

/// Knows the answers of one story, and takes down what was asked.
struct Teacher<'a> {
    gold: &'a [GoldQuote],
    offsets: &'a [u32],
    found: &'a Annotations,
    number: usize,
    real: bool,
    /// Where questions for people behind pointers go, which are then answered; nothing when candidates are judged.
    questions: Option<&'a mut Vec<Question>>,
    examples: &'a mut Vec<Example>,
}

impl Judge for Teacher<'_> {
    fn person(&mut self, question: &antecedent::Question<'_>) -> Option<u32> {
        let questions = self.questions.as_mut()?;
        let story = question.story;
        let speaker = answer(self.gold, self.offsets, question.words)?.speaker.as_deref()?;
        let candidates = antecedent::candidates(story, question);
        let at = candidates.iter().position(|(name, _)| is_same(self.found, *name, speaker))?;
        let name = candidates[at].0;
        questions.push((candidates, at));
        Some(name)
    }

    fn best(
        &mut self,
        story: &Story<'_>,
        stretches: &[Stretch],
        quote: &Pending,
        candidates: &[Attribution],
    ) -> (usize, f32) {
        if self.questions.is_some() {
            return (0, 1.0);
        }
        let Some(gold) = answer(self.gold, self.offsets, stretches[quote.stretch].inner) else {
            return (0, 1.0);
        };
        let is_right =
            |name: u32| gold.speaker.as_deref().is_some_and(|speaker| is_same(self.found, name, speaker));
        for (at, candidate) in candidates.iter().enumerate() {
            let Some(name) = candidate.speaker else { continue };
            // The invented stories seldom say of an organisation's words whose they are.
            let is_body = self.found.names[name as usize].kind != NameKind::Person;
            if is_body && gold.speaker.is_none() && !self.real {
                continue;
            }
            let facts = confidence::facts(story, stretches, quote, candidates, at);
            self.examples.push(Example {
                story: self.number,
                quote: stretches[quote.stretch].inner.start,
                mixed: quote.kind == QuoteKind::Mixed,
                facts,
                right: is_right(name)
                    || is_body
                        && gold
                            .speaker
                            .as_deref()
                            .is_some_and(|speaker| is_part(speaker, &self.found.names[name as usize].name)),
                real: self.real,
            });
        }
        (0, 1.0)
    }
}

/// The gold quote that covers most of a span.
fn answer<'a>(quotes: &'a [GoldQuote], offsets: &[u32], inner: Span) -> Option<&'a GoldQuote> {
    let byte = |at: usize| offsets.get(at).copied().unwrap_or(u32::MAX);
    quotes.iter().find(|quote| {
        let (start, end) = (byte(quote.span.0), byte(quote.span.1));
        let shared = end.min(inner.end).saturating_sub(start.max(inner.start));
        2 * shared >= inner.end - inner.start && 2 * shared >= end - start
    })
}

fn is_same(found: &Annotations, name: u32, speaker: &str) -> bool {
    shares_last(speaker, &found.names[name as usize].name)
}

/// Whether an organisation is named with fewer words than its whole name, or with their first letters: `Ford`, `AEW`.
fn is_part(gold: &str, said: &str) -> bool {
    let words = |name: &str| -> Vec<String> {
        let words = name.split_whitespace().map(|word| word.trim_end_matches('.').to_lowercase());
        words.filter(|word| word != "the" && word != "of").collect()
    };
    let initials = |name: &str| -> String { name.chars().filter(|c| c.is_uppercase()).collect() };
    let (long, short) = (words(gold), words(said));
    short.iter().all(|word| long.contains(word))
        || long.iter().all(|word| short.contains(word))
        || initials(gold) == said
        || initials(said) == gold
}

fn shares_last(gold: &str, said: &str) -> bool {
    let last =
        gold.split_whitespace().rev().find(|word| !["Jr.", "Sr.", "Jr", "Sr", "II", "III"].contains(word));
    last.is_some_and(|last| said.split_whitespace().any(|word| word.eq_ignore_ascii_case(last)))
}

/// Maximises the chance of the right candidates, by gradient ascent over all questions.
fn fit(questions: &[Question]) -> Figures {
    let mut weights = Figures::default();
    for round in 0..ROUNDS {
        let step = STEP / (1.0 + 0.1 * round as f32);
        for (candidates, answer) in questions {
            let scores: Vec<f32> = candidates
                .iter()
                .map(|(_, figures)| {
                    figures.iter().zip(&weights).map(|(figure, weight)| figure * weight).sum()
                })
                .collect();
            let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let all: f32 = scores.iter().map(|score| (score - most).exp()).sum();
            for (at, (_, figures)) in candidates.iter().enumerate() {
                let chance = (scores[at] - most).exp() / all;
                let error = f32::from(u8::from(at == *answer)) - chance;
                weights.iter_mut().zip(figures).for_each(|(weight, figure)| *weight += step * error * figure);
            }
            weights.iter_mut().for_each(|weight| *weight *= 1.0 - step * DECAY);
        }
    }
    weights
}

fn write_weights(out: &Path, weights: &Figures) -> anyhow::Result<()> {
    let mut text = "# Weights by which the person behind a pronoun is chosen. Columns: figure, weight.\n\
                    # Origin: fitted by `train quotes`, see quotes.md. Licence: as the project.\n"
        .to_owned();
    for (name, weight) in FEATURES.iter().zip(weights) {
        text.push_str(&format!("{name}\t{weight:.4}\n"));
    }
    Ok(fs::write(out.join("quotes-antecedents.tsv"), text)?)
}

fn write_confidence(out: &Path, weights: &logistic::Weights) -> anyhow::Result<()> {
    let mut text =
        "# Weights of the facts that tell how sure an attribution is. Columns: group, fact, weight.\n\
                    # Origin: fitted by `train quotes`, see quotes.md. Licence: as the project.\n"
            .to_owned();
    for ((group, value), weight) in weights {
        text.push_str(&format!("{group}\t{value}\t{weight:.4}\n"));
    }
    Ok(fs::write(out.join("quotes-confidence.tsv"), text)?)
}
