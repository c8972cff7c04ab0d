//! The command line: one file a sub-command, each an `Args` whose doc comments are its help, and a `run`.

mod alerts;
mod archive;
mod arguments;
mod ask;
mod backup;
mod check;
mod cite;
mod cluster;
mod compact;
mod demo;
mod eval;
mod examples;
mod exit;
mod export;
mod extract;
mod generate;
mod hooks;
mod index;
mod listing;
mod mcp;
mod metrics;
mod names;
mod origin;
mod page;
#[cfg(feature = "pdf")]
mod pdf;
mod person;
mod print;
mod push;
mod quotes;
mod remove;
mod restore;
mod rising;
mod saved;
mod search;
mod serve;
mod show;
mod significant;
mod similar;
mod status;
mod timeline;
mod topics;
mod ui;
mod units;
mod verify;

use std::{env, ffi::OsString, io, process::ExitCode};

use anyhow::Context;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

pub use self::archive::ArchiveArgs;
use self::{
    exit::Exit,
    ui::{Ui, UiArgs},
};

/// Full-text search for entertainment-news archives that knows who said what
#[derive(Parser)]
#[command(name = "pullquote", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    ui: UiArgs,
    #[command(flatten)]
    archive: ArchiveArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Extract(extract::Args),
    Generate(generate::Args),
    Eval(eval::Args),
    Demo(demo::Args),
    Index(index::Args),
    Search(search::Args),
    Quotes(quotes::Args),
    Show(show::Args),
    Person(person::Args),
    Names(names::Args),
    Topics(topics::Args),
    Origin(origin::Args),
    Timeline(timeline::Args),
    Similar(similar::Args),
    Significant(significant::Args),
    Cite(cite::Args),
    Verify(verify::Args),
    Serve(serve::Args),
    Mcp(mcp::Args),
    Export(export::Args),
    Saved(saved::Args),
    Alerts(alerts::Args),
    Status(status::Args),
    Check(check::Args),
    Compact(compact::Args),
    Remove(remove::Args),
    Backup(backup::Args),
    Restore(restore::Args),
    Push(push::Args),
    /// What each exit code means
    #[command(after_help = exit::table())]
    ExitCodes,
}

/// Parses the command line, runs the command, and says how it ended.
pub fn main() -> ExitCode {
    #[cfg(feature = "pdf")]
    if let Some(exit) = pdf::answered() {
        return exit;
    }
    let command = examples::with_examples(Cli::command());
    let line = arguments::with_words(env::args_os(), &command);
    let matches = command.get_matches_from(line);
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let mut ui = Ui::new(cli.ui.clone());
    let done = run(&cli, &mut ui).and_then(|exit| Ok(ui.flush().map(|()| exit)?));
    match done {
        Ok(exit) => {
            if exit == Exit::NotFound {
                ui.nothing_found();
            }
            exit.into()
        }
        Err(error) if is_broken_pipe(&error) => Exit::Done.into(),
        Err(error) => {
            ui.error(&error);
            Exit::of(&error).into()
        }
    }
}

fn run(cli: &Cli, ui: &mut Ui) -> anyhow::Result<Exit> {
    match &cli.command {
        Command::Extract(args) => extract::run(args, &cli.archive, ui),
        Command::Generate(args) => {
            generate::run(args, &cli.archive, examples::with_examples(Cli::command()), ui)
        }
        Command::Eval(args) => eval::run(args, &again, ui),
        Command::Demo(args) => demo::run(args, &again, ui),
        Command::Index(args) => index::run(args, &cli.archive, ui),
        Command::Search(args) => search::run(args, &cli.archive, ui),
        Command::Quotes(args) => quotes::run(args, &cli.archive, ui),
        Command::Show(args) => show::run(args, &cli.archive, ui),
        Command::Person(args) => person::run(args, &cli.archive, ui),
        Command::Names(args) => names::run(args, &cli.archive, ui),
        Command::Topics(args) => topics::run(args, &cli.archive, ui),
        Command::Origin(args) => origin::run(args, &cli.archive, ui),
        Command::Timeline(args) => timeline::run(args, &cli.archive, ui),
        Command::Similar(args) => similar::run(args, &cli.archive, ui),
        Command::Significant(args) => significant::run(args, &cli.archive, ui),
        Command::Cite(args) => cite::run(args, &cli.archive, ui),
        Command::Verify(args) => verify::run(args, &cli.archive, ui),
        Command::Serve(args) => serve::run(args, &cli.archive, ui),
        Command::Mcp(args) => mcp::run(args, &cli.archive, ui),
        Command::Export(args) => export::run(args, &cli.archive, ui),
        Command::Saved(args) => saved::run(args, &cli.archive, ui),
        Command::Alerts(args) => alerts::run(args, &cli.archive, ui),
        Command::Status(args) => status::run(args, &cli.archive, ui),
        Command::Check(args) => check::run(args, &cli.archive, ui),
        Command::Compact(args) => compact::run(args, &cli.archive, ui),
        Command::Remove(args) => remove::run(args, &cli.archive, ui),
        Command::Backup(args) => backup::run(args, &cli.archive, ui),
        Command::Restore(args) => restore::run(args, &cli.archive, ui),
        Command::Push(args) => push::run(args, &cli.archive, ui),
        Command::ExitCodes => exit::run(ui),
    }
}

/// Runs one of the commands for another one.
fn again(line: Vec<OsString>, ui: &mut Ui) -> anyhow::Result<Exit> {
    let cli = Cli::try_parse_from(line).context("a command inside this one is wrong")?;
    run(&cli, ui)
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
            || cause
                .downcast_ref::<serde_json::Error>()
                .is_some_and(|error| error.io_error_kind() == Some(io::ErrorKind::BrokenPipe))
    })
}
