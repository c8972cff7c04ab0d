//! `generate`: completions, manual pages, the files in `schema/`, templates for a cluster, and units for a scheduler.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::Subcommand;
use clap_complete::Shell;
use pullquote::{cluster, schema};

use super::{
    ArchiveArgs,
    exit::Exit,
    ui::Ui,
    units::{self, Serving, UnitArgs},
};

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
    /// A hardened service and a timer for systemd, or with --serve a service and its socket
    Systemd {
        #[command(flatten)]
        unit: UnitArgs,
        #[command(flatten)]
        serving: Serving,
        /// User to run as; may be left out when the units are for `systemctl --user`
        #[arg(long, value_name = "NAME")]
        user: Option<String>,
        /// Folder for the two units [default: both to standard output]
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
    },
    /// A line for a crontab, to standard output
    Cron(UnitArgs),
    /// A property list for launchd, to standard output
    Launchd(UnitArgs),
    /// Index templates of an OpenSearch cluster, made from the list of the index's fields, into DIR: `push` puts them there
    Opensearch {
        /// Folder to write them into
        dir: PathBuf,
    },
    /// JSON Schemas of every JSON shape, the settings and the list of the index's fields, into DIR
    Schema {
        /// Folder to write them into
        #[arg(default_value = "schema")]
        dir: PathBuf,
    },
}

/// Runs the command.
pub fn run(
    args: &Args,
    archive: &ArchiveArgs,
    mut command: clap::Command,
    ui: &mut Ui,
) -> anyhow::Result<Exit> {
    match &args.what {
        What::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut command, "pullquote", &mut script);
            ui.exact(&script)?;
        }
        What::Man { dir: None } => {
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page)?;
            ui.exact(&page)?;
        }
        What::Man { dir: Some(dir) } => {
            make(dir)?;
            clap_mangen::generate_to(command, dir)
                .with_context(|| format!("cannot write to {}", dir.display()))?;
        }
        What::Systemd { unit, serving, user, dir } if serving.serve => {
            return units::serve(unit, serving, user.as_deref(), dir.as_deref(), archive, ui);
        }
        What::Systemd { unit, user, dir, .. } => {
            return units::systemd(unit, user.as_deref(), dir.as_deref(), archive, ui);
        }
        What::Cron(unit) => return units::cron(unit, archive, ui),
        What::Launchd(unit) => return units::launchd(unit, archive, ui),
        What::Opensearch { dir } => {
            make(dir)?;
            for (name, template) in cluster::templates() {
                let path = dir.join(format!("{name}.json"));
                let text = format!("{}\n", serde_json::to_string_pretty(&template)?);
                fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
            }
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
