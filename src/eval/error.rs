//! Why something cannot be scored.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{gold, retrieval};

/// Why something cannot be scored.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file holds something else than gold answers, one article a line.
    #[error("{} holds no gold answers", path.display())]
    NoGold {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: gold::Error,
    },
    /// A file holds something else than questions or judgements as BEIR lays them out.
    #[error("{}", path.display())]
    NoJudgements {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: retrieval::Error,
    },
    /// A file holds something else than floors. Remove it, and have them written anew.
    #[error("{} holds no floors", path.display())]
    NoFloors {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A folder has no files of the names that are looked for.
    #[error("{} holds no {wanted}", folder.display())]
    NoSets {
        /// The folder.
        folder: PathBuf,
        /// What they are called, with a star.
        wanted: &'static str,
    },
}

/// Reads a file of text.
pub(super) fn text(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })
}
