//! Why a run fails.

use std::path::PathBuf;

use crate::{config, index, state};

/// Why a run failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The index cannot be used.
    #[error(transparent)]
    Index(#[from] index::Error),
    /// The settings cannot be used.
    #[error(transparent)]
    Config(#[from] config::Error),
    /// A backup cannot be used.
    #[error(transparent)]
    Backup(#[from] state::BackupError),
    /// No root was named, and the index remembers none. `pullquote index ROOT`.
    #[error("the index at {} remembers no roots: name one", index.display())]
    NoRoots {
        /// The index.
        index: PathBuf,
    },
    /// A root to forget is none. `pullquote status` lists them.
    #[error("the index has no root {name:?}")]
    NoSuchRoot {
        /// The name.
        name: String,
    },
    /// A root is known under another name, which its files bear.
    #[error("{} is root {name:?}: to give it another name, add --forget-root {name}", path.display())]
    OtherName {
        /// Its name.
        name: String,
        /// Where it is.
        path: PathBuf,
    },
    /// A root that is not known holds what one that is gone held. `--root-name` says which of the two it is.
    #[error(
        "{} seems to be root {name:?}, which is no longer at {}: {alike} of {looked_for} of its files lie there. If it \
         moved, add --root-name {name}; if it is an archive of its own, give it another name so",
        path.display(),
        was.display()
    )]
    Moved {
        /// Where it lies now.
        path: PathBuf,
        /// The name it would keep.
        name: String,
        /// Where it was.
        was: PathBuf,
        /// Files that are the same.
        alike: usize,
        /// Files that were looked for.
        looked_for: usize,
    },
    /// A rebuild reads everything, and one root is not there. `--forget-root` if it is gone for good.
    #[error("cannot rebuild: root {name:?} is not at {}", path.display())]
    RootMissing {
        /// Its name.
        name: String,
        /// Where it was.
        path: PathBuf,
    },
}
