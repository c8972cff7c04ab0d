//! How fast each stage of extraction reads, on one thread: `cargo bench --bench stages [FILE.jsonl]…`.
//!
//! Without a file the stories in `data/train` are read. The best of several rounds counts, since a machine is never
//! faster than it is; compare two builds in one run.

#![allow(clippy::print_stdout, reason = "a bench tells its figures")]

use std::{
    fs,
    hint::black_box,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use pullquote::{annotation::Annotations, article::Article, config::SourceConfig, extract::STAGES, source};

/// Rounds of which the best counts.
const ROUNDS: usize = 7;

fn main() {
    let mut files: Vec<PathBuf> =
        std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).map(PathBuf::from).collect();
    if files.is_empty() {
        let stories = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/train");
        let entries = fs::read_dir(stories).expect("the stories").filter_map(Result::ok);
        files = entries
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|it| it == "jsonl"))
            .collect();
        files.sort();
    }
    let articles: Vec<Article> = files.iter().flat_map(|file| read(file)).collect();
    let megabytes = articles.iter().map(|article| article.text.len()).sum::<usize>() as f64 / 1e6;
    println!("{} articles, {megabytes:.2} MB of text, one thread, best of {ROUNDS}", articles.len());
    let mut best = vec![Duration::MAX; STAGES.len()];
    for _ in 0..ROUNDS {
        let mut found: Vec<Annotations> = articles.iter().map(|_| Annotations::default()).collect();
        for ((_, stage), best) in STAGES.iter().zip(&mut best) {
            let start = Instant::now();
            for (article, found) in articles.iter().zip(&mut found) {
                stage(article, found);
            }
            *best = (*best).min(start.elapsed());
        }
        black_box(&found);
    }
    for ((name, _), time) in STAGES.iter().zip(&best) {
        println!("{name:>10}  {:7.1} MB/s", megabytes / time.as_secs_f64());
    }
    let all: f64 = best.iter().map(Duration::as_secs_f64).sum();
    println!("{:>10}  {:7.1} MB/s, {:.0} articles/s", "all", megabytes / all, articles.len() as f64 / all);
}

fn read(file: &Path) -> Vec<Article> {
    let bytes = fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let place = source::Place { root: "", path: &file.display().to_string(), again: None };
    let mut articles = Vec::new();
    let format = source::by_name("jsonl");
    source::read_as(format, &mut &bytes[..], &place, &SourceConfig::default(), &mut |_, record| {
        articles.extend(record.ok());
    });
    articles
}
