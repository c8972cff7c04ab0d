//! `verify`: whether the archive bears out what a draft quotes.

mod page;
mod print;

use std::{fs, path::PathBuf};

use anyhow::{Context, bail};
use clap::builder::PossibleValuesParser;
use pullquote::{
    answers::{Archive, Claim, Code, Verdict},
    config::Config,
    query,
    reading::{Extracted, Reading},
    source,
};

use super::{ArchiveArgs, ask, exit::Exit, extract, ui::Ui};

/// Hold every quotation of a draft against the archive
///
/// A draft is any file that `index` and `extract` read. Each quotation gets one verdict, which speaks of this archive
/// and of nothing else.
#[derive(clap::Args)]
#[command(after_help = codes())]
pub struct Args {
    /// Drafts to read; `-` is standard input [default: -]
    #[arg(value_name = "FILE", conflicts_with = "quote")]
    files: Vec<PathBuf>,
    /// Input format
    #[arg(long, default_value = "auto", value_name = "FORMAT", value_parser = extract::format_names())]
    input: String,
    /// Words to hold against the archive, instead of a draft
    #[arg(long, value_name = "WORDS")]
    quote: Option<String>,
    /// Who is said to have said them
    #[arg(long, value_name = "NAME", requires = "quote")]
    by: Option<String>,
    /// Also write one self-contained page with the drafts, their quotations marked and the proof beside them
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Verdicts that end with exit code 1 [default: all but stands, minor, too-short]
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = code_names())]
    fail_on: Vec<String>,
}

fn code_names() -> PossibleValuesParser {
    Code::ALL.map(Code::as_str).into()
}

/// What each verdict means.
fn codes() -> String {
    let meaning = |code: Code| match code {
        Code::Stands => "the same words, credited to the same person",
        Code::Minor => {
            "the same but for contractions, “…”, [name] for a pronoun, spelling, hyphens, numerals"
        }
        Code::TooShort => "fewer than four telling words, and no quotation that is just these",
        Code::OtherSpeaker => "the words, credited to somebody else",
        Code::Uncredited => "the words, credited to nobody, or not surely enough",
        Code::Denied => "a story says that they were not said, were false or imagined",
        Code::NotQuoted => "the words stand in a story, but as the reporter's own",
        Code::Altered => "words replaced, left out without a mark or put in, or passages joined",
        Code::NotFound => "none of these: the nearest passage, and how near",
    };
    let line = |code: Code| format!("  {:<14}{}", code.as_str(), meaning(code));
    format!("Verdicts:\n{}", Code::ALL.map(line).join("\n"))
}

/// Runs the command.
pub fn run(args: &Args, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let config = archive.config.as_deref().map(Config::read).transpose()?.unwrap_or_default();
    let archive = ask::open(archive)?;
    if let Some(words) = &args.quote {
        return quote(args, words, &archive, ui);
    }
    let reading = Reading { format: source::by_name(&args.input), config: config.source };
    let mut exit = Exit::Done;
    let mut checked: Vec<page::Checked> = Vec::new();
    let mut total = print::Total::default();
    let mut each = |record: Extracted| -> anyhow::Result<()> {
        let record = match record {
            Ok(record) => record,
            Err(skipped) => {
                exit = Exit::Skipped;
                ui.skipped(&skipped);
                return Ok(());
            }
        };
        let answer = archive.verify_draft(&record)?;
        if exit == Exit::Done && answer.verdicts.iter().any(|verdict| fails(args, verdict)) {
            exit = Exit::NotFound;
        }
        if ui.json() {
            answer.verdicts.iter().try_for_each(|verdict| ui.record(verdict))?;
            ui.record(&answer.draft)?;
        } else {
            print::draft(&answer, ui)?;
            total.add(&answer.draft);
        }
        if args.html.is_some() {
            checked.push((record, answer));
        }
        Ok(())
    };
    extract::read(&reading, &args.files, &mut each)?;
    if !ui.json() {
        total.write(ui)?;
    }
    if let Some(path) = &args.html {
        let page = page::of(&checked);
        fs::write(path, page).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(exit)
}

/// Holds words against the archive.
fn quote(args: &Args, words: &str, archive: &Archive, ui: &mut Ui) -> anyhow::Result<Exit> {
    if args.html.is_some() {
        bail!("--html writes drafts: it needs FILE instead of --quote");
    }
    let claim = Claim::new(words.trim().trim_matches(['“', '”', '"']), args.by.as_deref());
    if claim.quote.split_whitespace().nth(1).is_none() {
        return Err(query::Error::TooFewWords.into());
    }
    let verdict = archive.verify(&claim)?;
    if ui.json() {
        ui.record(&verdict)?;
    } else {
        print::verdict(&verdict, ui)?;
    }
    Ok(if fails(args, &verdict) { Exit::NotFound } else { Exit::Done })
}

/// Whether a verdict ends with exit code 1.
fn fails(args: &Args, verdict: &Verdict) -> bool {
    match args.fail_on.as_slice() {
        [] => !verdict.verdict.is_fine(),
        codes => codes.iter().any(|code| code == verdict.verdict.as_str()),
    }
}
