//! Why an index cannot be used.

use std::{io, path::PathBuf};

use crate::packed::Damaged;

/// Why an index cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no index where one was looked for. Exit code 10; `pullquote index ROOT` makes one.
    #[error("no index at {path}: `pullquote index FOLDER` makes one, --index names another")]
    NoIndex {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The folder exists and holds something else than an index.
    #[error("{path} is not an index: {why}")]
    NotAnIndex {
        /// The folder.
        path: PathBuf,
        /// What is missing or strange.
        why: String,
    },
    /// The index was written by another version of the schema. Exit code 11; `pullquote index --upgrade` builds an older
    /// one anew, with what people told it.
    #[error(
        "the index at {path} has schema version {found}, this program reads {expected}: {}",
        if found < expected { "`pullquote index --upgrade` builds it anew" } else { "a newer pullquote wrote it" }
    )]
    OtherVersion {
        /// The folder.
        path: PathBuf,
        /// Its version.
        found: u32,
        /// [`SCHEMA_VERSION`](crate::fields::SCHEMA_VERSION).
        expected: u32,
    },
    /// The index holds other fields than this program's, though its version is the same: one of the two was being
    /// developed. Exit code 11.
    #[error("the index at {path} was written with other fields: `pullquote index --upgrade` builds it anew")]
    OtherFields {
        /// The folder.
        path: PathBuf,
    },
    /// Another run writes. Exit code 75; try later.
    #[error("another run holds the lock of {path}: {owner}")]
    Locked {
        /// The index folder.
        path: PathBuf,
        /// Process, host, start.
        owner: String,
    },
    /// A file cannot be read or written.
    #[error("cannot access {path}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The engine refuses: damage, or a full disk.
    #[error("the index engine failed")]
    Engine(#[from] tantivy::TantivyError),
}

/// Gives an I/O error its path.
pub(crate) trait At<T> {
    /// Names the file that the operation was on.
    fn at(self, path: impl Into<PathBuf>) -> Result<T, Error>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: impl Into<PathBuf>) -> Result<T, Error> {
        self.map_err(|source| Error::Io { path: path.into(), source })
    }
}

impl From<Damaged> for Error {
    fn from(damaged: Damaged) -> Self {
        Self::Engine(tantivy::TantivyError::from(io::Error::other(damaged)))
    }
}
