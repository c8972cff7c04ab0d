//! Commands that run before and after a run.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, bail};
use pullquote::{
    answers::maintenance,
    state::{Arrivals, Mark},
};

use super::exit::Exit;

/// Commands that run around a run, by `sh`, with `PULLQUOTE_INDEX` set to the index folder.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct HookArgs {
    /// Command to run first; unless it exits with 0, nothing is read
    #[arg(long, value_name = "COMMAND", help_heading = "Hooks")]
    before_run: Option<String>,
    /// Command to run afterwards, whatever the outcome: ids of new articles on its standard input, a line each;
    /// PULLQUOTE_EXIT holds the exit code
    #[arg(long, value_name = "COMMAND", help_heading = "Hooks")]
    after_run: Option<String>,
}

/// What a run was asked to run around it.
pub struct Hooks<'a> {
    args: &'a HookArgs,
    index: &'a Path,
    mark: Mark,
}

impl<'a> Hooks<'a> {
    /// Runs the command that comes first.
    pub fn before(args: &'a HookArgs, index: &'a Path) -> anyhow::Result<Self> {
        if let Some(command) = &args.before_run {
            let status = shell(command, index).status().with_context(|| format!("cannot run {command}"))?;
            if !status.success() {
                bail!("--before-run {command} failed ({status}): nothing was read");
            }
        }
        let mark = Arrivals::of(index).end()?;
        Ok(Self { args, index, mark })
    }

    /// Runs the command that comes last.
    pub fn after(self, exit: Exit) -> anyhow::Result<()> {
        let Some(command) = &self.args.after_run else { return Ok(()) };
        let arrived = maintenance::arrived(self.index, self.mark)?;
        let lines: String = arrived.iter().flat_map(|id| [id.as_str(), "\n"]).collect();
        let mut child = shell(command, self.index)
            .env("PULLQUOTE_EXIT", (exit as u8).to_string())
            .stdin(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot run {command}"))?;
        let mut input = child.stdin.take().context("the command has no standard input")?;
        // A command need not read what it has no use for.
        let _ = input.write_all(lines.as_bytes());
        drop(input);
        let status = child.wait().with_context(|| format!("cannot wait for {command}"))?;
        if !status.success() {
            bail!("--after-run {command} failed ({status}); the index is as the run left it");
        }
        Ok(())
    }
}

fn shell(command: &str, index: &Path) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).env("PULLQUOTE_INDEX", index);
    shell
}
