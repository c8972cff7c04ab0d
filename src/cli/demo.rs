//! `demo`: the main job on the sample archive, in a temporary folder, in one command.

use std::{io::Write, time::Duration};

use anyhow::Context;
use include_dir::{Dir, include_dir};
use jiff::Timestamp;
use pullquote::{
    annotation::QuoteKind,
    config::Config,
    index::Snapshot,
    ingest::{self, Options, Stop, Surroundings},
    query::{Archive, ArticleRequest, Query, QuoteRequest, Sort, parse},
};

use super::{exit::Exit, person, print, ui::Ui};

/// The sample archive: invented stories about invented people.
static SAMPLES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/data/archive");

/// Hits shown of each search.
const SHOWN: usize = 2;

/// Try everything on a small archive of invented stories
#[derive(clap::Args)]
pub struct Args {
    /// Keep the archive and its index in this folder
    #[arg(long, value_name = "DIR")]
    keep: Option<std::path::PathBuf>,
}

/// Runs the command.
pub fn run(args: &Args, ui: &mut Ui) -> anyhow::Result<Exit> {
    let temporary;
    let root = match &args.keep {
        Some(dir) => dir.clone(),
        None => {
            temporary = tempfile::Builder::new()
                .prefix("pullquote-demo-")
                .tempdir()
                .context("cannot make a folder")?;
            temporary.path().join("sample-archive")
        }
    };
    std::fs::create_dir_all(&root).with_context(|| format!("cannot make {}", root.display()))?;
    SAMPLES
        .extract(&root)
        .with_context(|| format!("cannot write the sample archive to {}", root.display()))?;
    let archive = indexed(&root, ui)?;
    let person = speaker(&archive)?;
    heading(ui, &format!("pullquote person \"{person}\""))?;
    if let Some(page) = archive.person(&person)? {
        person::write(&page, ui)?;
    }
    articles(ui, &archive, "divorce OR split")?;
    if let Some(words) = phrase(&archive, &person)? {
        articles(ui, &archive, &format!("\"{words}\""))?;
    }
    quotes(ui, &archive, &person)?;
    next(args, ui)?;
    Ok(Exit::Done)
}

fn indexed(root: &std::path::Path, ui: &mut Ui) -> anyhow::Result<Archive> {
    heading(ui, "pullquote index sample-archive")?;
    let options = Options {
        index: root.join(super::archive::FOLDER),
        roots: vec![root.to_owned()],
        root_name: None,
        forget: Vec::new(),
        rebuild: false,
        verify_content: false,
        allow_shrink: false,
        threads: std::thread::available_parallelism().map_or(1, Into::into),
        memory: 64 << 20,
        max_runtime: None,
        wait_lock: Duration::ZERO,
        commit_every: Duration::from_secs(30),
        chunk_files: 64,
        now_ns: i64::try_from(Timestamp::now().as_nanosecond()).unwrap_or(i64::MAX),
    };
    let settings = |_: &std::path::Path| Ok(Config::default());
    let mut tell = |_: ingest::Event<'_>| ();
    let outcome = ingest::run(
        &options,
        &mut Surroundings { settings: &settings, stop: Stop::default(), tell: &mut tell },
    )?;
    let report = &outcome.report;
    let milliseconds = report.elapsed_ms;
    writeln!(ui.out(), "{} articles, {} quotes in {milliseconds} ms\n", report.articles, report.quotes)?;
    Ok(Archive::new(Snapshot::open(&options.index)?)?)
}

/// Whoever is quoted most.
fn speaker(archive: &Archive) -> anyhow::Result<String> {
    let facet = archive.facet(&Query::All(Vec::new()), "speaker", 1)?;
    let first = facet.and_then(|facet| facet.counts.into_iter().next());
    Ok(first.map(|tally| tally.label).unwrap_or_default())
}

fn request(by: Option<&str>, limit: usize) -> QuoteRequest {
    QuoteRequest {
        query: Query::All(Vec::new()),
        by: by.map(str::to_owned),
        about: None,
        kinds: vec![QuoteKind::Direct, QuoteKind::Mixed],
        min_confidence: 0.0,
        any_word: false,
        limit,
        offset: 0,
        sort: Sort::Newest,
    }
}

/// Some words of a quote, to be searched for.
fn phrase(archive: &Archive, person: &str) -> anyhow::Result<Option<String>> {
    let page = archive.quotes(&request(Some(person), 20))?;
    let words = page.hits.iter().find_map(|hit| {
        let clause = hit
            .text
            .split([',', '.', '—', '!', '?', ';'])
            .map(str::trim)
            .find(|clause| clause.split(' ').count() >= 4)?;
        Some(clause.split(' ').take(5).collect::<Vec<_>>().join(" "))
    });
    Ok(words)
}

fn articles(ui: &mut Ui, archive: &Archive, text: &str) -> anyhow::Result<()> {
    heading(ui, &format!("pullquote search '{text}'"))?;
    let query = parse(text).map_err(|error| anyhow::anyhow!(error))?;
    let request = ArticleRequest { query, any_word: false, limit: SHOWN, offset: 0, sort: Sort::Relevance };
    let page = archive.search(&request)?;
    let width = ui.width();
    for hit in &page.hits {
        print::article(hit, width, ui.out())?;
    }
    writeln!(ui.out(), "{} articles in all\n", page.ranked)?;
    Ok(())
}

fn quotes(ui: &mut Ui, archive: &Archive, person: &str) -> anyhow::Result<()> {
    heading(ui, &format!("pullquote quotes --by \"{person}\" --sort newest"))?;
    let page = archive.quotes(&request(Some(person), SHOWN + 1))?;
    let width = ui.width();
    for hit in &page.hits {
        print::quote(hit, width, ui.out())?;
    }
    writeln!(ui.out(), "{} quotes in all\n", page.ranked)?;
    Ok(())
}

fn heading(ui: &mut Ui, command: &str) -> anyhow::Result<()> {
    let (strong, faint) = (print::STRONG, print::FAINT);
    writeln!(ui.out(), "{faint}${faint:#} {strong}{command}{strong:#}")?;
    Ok(())
}

fn next(args: &Args, ui: &mut Ui) -> anyhow::Result<()> {
    let faint = print::FAINT;
    let keep = match &args.keep {
        Some(dir) => format!("cd {}", dir.display()),
        None => "pullquote demo --keep samples && cd samples".to_owned(),
    };
    writeln!(ui.out(), "{faint}Try it yourself:{faint:#}")?;
    for (command, what) in [
        (keep.as_str(), "the archive you have just seen"),
        ("pullquote search 'premiere date:2021'", "articles, by words, phrases, people, dates"),
        ("pullquote origin \"WORDS\"", "where words first appeared, and who was credited"),
        ("pullquote index ~/archive", "your own stories: text, HTML, JSON, Markdown"),
        ("pullquote help", "everything else"),
    ] {
        writeln!(ui.out(), "  {command:<46} {faint}{what}{faint:#}")?;
    }
    Ok(())
}
