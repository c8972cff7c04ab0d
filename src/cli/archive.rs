//! Which index a command works on.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use jiff::Timestamp;
use pullquote::index::{self, Waiting};

use super::cluster::ClusterArgs;

/// Which index, and which settings.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct ArchiveArgs {
    /// Folder of the index [default: .pullquote in the ROOT; for queries the nearest one upward]
    #[arg(long, global = true, env = "PULLQUOTE_INDEX", value_name = "DIR", help_heading = "Archive")]
    pub index: Option<PathBuf>,
    /// Settings [default: pullquote.toml in the ROOT]
    #[arg(long, global = true, value_name = "FILE", help_heading = "Archive")]
    pub config: Option<PathBuf>,
    /// Saved searches [default: state/saved.tsv in the index folder]
    #[arg(long, global = true, env = "PULLQUOTE_SAVED", value_name = "FILE", help_heading = "Archive")]
    pub saved: Option<PathBuf>,
    /// How a cluster is reached
    #[command(flatten)]
    pub cluster: ClusterArgs,
}

/// Name of the folder that an index lives in by default.
pub const FOLDER: &str = ".pullquote";

/// The index a query asks: `--index`, the environment's, else the nearest `.pullquote` from the working directory up.
pub fn find(archive: &ArchiveArgs) -> anyhow::Result<PathBuf> {
    if let Some(index) = &archive.index {
        return Ok(index.clone());
    }
    let here = std::env::current_dir().context("cannot tell the working directory")?;
    here.ancestors()
        .map(|folder| folder.join(FOLDER))
        .find(|folder| folder.is_dir())
        .ok_or_else(|| index::Error::NoIndex { path: here.join(FOLDER) }.into())
}

/// The same, or where there is none a new one in the working directory.
pub fn find_or_here(archive: &ArchiveArgs) -> anyhow::Result<PathBuf> {
    match find(archive) {
        Err(error) if matches!(error.downcast_ref(), Some(index::Error::NoIndex { .. })) => {
            Ok(std::env::current_dir().context("cannot tell the working directory")?.join(FOLDER))
        }
        found => found,
    }
}

/// The index of a ROOT: `--index`, the environment's, else the one in the ROOT.
pub fn of_root(archive: &ArchiveArgs, root: &Path) -> PathBuf {
    archive.index.clone().unwrap_or_else(|| root.join(FOLDER))
}

/// What to do when another run writes: nothing, and say so.
pub fn at_once() -> anyhow::Result<Waiting> {
    Ok(Waiting { patience: Duration::ZERO, now_ns: i64::try_from(Timestamp::now().as_nanosecond())? })
}
