//! `generate`: completions, manual pages, the files in `schema/`, and units for a scheduler.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::{CommandFactory, Subcommand};
use clap_complete::Shell;
use pullquote::schema;

use super::{Cli, exit::Exit, ui::Ui};

/// Write completions, manual pages, schemas, and units for a scheduler
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Completions for a shell, to standard output
    Completions {
        /// Which shell
        shell: Shell,
    },
    /// Manual pages: one to standard output, or one a command into DIR
    Man {
        /// Folder to write them into
        dir: Option<PathBuf>,
    },
    /// JSON Schemas of every JSON shape and the list of the index's fields, into DIR
    Schema {
        /// Folder to write them into
        #[arg(default_value = "schema")]
        dir: PathBuf,
    },
}

/// Runs the command.
pub fn run(args: &Args, ui: &mut Ui) -> anyhow::Result<Exit> {
    let mut command = Cli::command();
    match &args.what {
        What::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut command, "pullquote", &mut script);
            ui.out().write_all(&script)?;
        }
        What::Man { dir: None } => {
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page)?;
            ui.out().write_all(&page)?;
        }
        What::Man { dir: Some(dir) } => {
            make(dir)?;
            clap_mangen::generate_to(command, dir)
                .with_context(|| format!("cannot write to {}", dir.display()))?;
        }
        What::Schema { dir } => {
            make(dir)?;
            for (name, content) in schema::files() {
                let path = dir.join(name);
                fs::write(&path, content).with_context(|| format!("cannot write {}", path.display()))?;
            }
        }
    }
    Ok(Exit::Done)
}

fn make(dir: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(dir).with_context(|| format!("cannot make the folder {}", dir.display()))
}
