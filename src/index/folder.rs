//! The folder of an index: which generation is live, and what else lies beside it.
//!
//! ```text
//! .pullquote/CURRENT          the live generation and its schema version
//! .pullquote/generations/N/   one whole Tantivy index each
//! .pullquote/state/           roots, run log, takedowns, saved searches, alerts: survives a rebuild
//! .pullquote/lock             held by the one writer
//! ```

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    fields::SCHEMA_VERSION,
    index::{Error, error::At},
};

/// What a folder of ours may hold before its first commit, when a first run was killed early.
const OURS: [&str; 3] = ["generations", "state", "lock"];

/// How names of files begin that are not whole yet.
pub(crate) const TEMPORARY: &str = ".new-";

/// What `CURRENT` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Current {
    /// Version of this file's shape.
    pub format: u32,
    /// Number of the live generation, from 1.
    pub generation: u64,
    /// Schema version it was written with.
    pub schema: u32,
}

/// An index folder, there or not yet there.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// The folder at that path; nothing is looked at yet.
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where a generation lies.
    pub fn generation(&self, number: u64) -> PathBuf {
        self.generations().join(number.to_string())
    }

    fn generations(&self) -> PathBuf {
        self.path.join("generations")
    }

    /// A file that survives rebuilds.
    pub fn state(&self, name: &str) -> PathBuf {
        self.path.join("state").join(name)
    }

    /// The writer's lock.
    pub fn lock(&self) -> PathBuf {
        self.path.join("lock")
    }

    /// The live generation.
    ///
    /// # Errors
    /// [`Error::NoIndex`] where there is nothing or only what a first run left that was killed before it could commit,
    /// [`Error::NotAnIndex`] where there is something else, [`Error::OtherVersion`].
    pub fn current(&self) -> Result<Current, Error> {
        let current = self.current_of_any_version()?;
        if current.schema == SCHEMA_VERSION {
            return Ok(current);
        }
        Err(Error::OtherVersion { path: self.path.clone(), found: current.schema, expected: SCHEMA_VERSION })
    }

    /// The live generation, whatever its schema.
    pub fn current_of_any_version(&self) -> Result<Current, Error> {
        let file = self.path.join("CURRENT");
        match fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map_err(|error| self.not_an_index(format!("CURRENT cannot be understood ({error})"))),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                Err(self.absent()?)
            }
            Err(error) => Err(error).at(file),
        }
    }

    fn absent(&self) -> Result<Error, Error> {
        let foreign = match fs::read_dir(&self.path) {
            Ok(entries) => entries.filter_map(Result::ok).map(|entry| entry.file_name()).find(|name| {
                let unfinished = name.to_string_lossy().starts_with(TEMPORARY);
                !unfinished && !OURS.iter().any(|ours| name == ours)
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                return Ok(self.not_an_index("it is a file".to_owned()));
            }
            Err(error) => return Err(error).at(&self.path),
        };
        Ok(match foreign {
            Some(name) => self.not_an_index(format!(
                "it holds {} and no CURRENT; name another folder with --index",
                name.to_string_lossy()
            )),
            None => Error::NoIndex { path: self.path.clone() },
        })
    }

    fn not_an_index(&self, why: String) -> Error {
        Error::NotAnIndex { path: self.path.clone(), why }
    }

    /// Makes the folder and its parts.
    pub fn create(&self) -> Result<(), Error> {
        for part in ["generations", "state"] {
            let path = self.path.join(part);
            fs::create_dir_all(&path).at(path)?;
        }
        sync_folder(&self.path)?;
        self.path.parent().filter(|parent| !parent.as_os_str().is_empty()).map_or(Ok(()), sync_folder)
    }

    /// Makes a generation the live one: written, synced, renamed, and the folder synced.
    pub fn make_current(&self, generation: u64) -> Result<(), Error> {
        sync_folder(&self.generation(generation))?;
        sync_folder(&self.generations())?;
        let current = Current { format: 1, generation, schema: SCHEMA_VERSION };
        replace(&self.path.join("CURRENT"), &line(&current))
    }

    /// Every generation there is, whole or not, in order.
    pub fn all_generations(&self) -> Result<Vec<u64>, Error> {
        let path = self.generations();
        let mut numbers = Vec::new();
        for entry in fs::read_dir(&path).at(&path)? {
            let name = entry.at(&path)?.file_name();
            numbers.extend(name.to_str().and_then(|name| name.parse::<u64>().ok()));
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Removes a generation. Readers that opened it keep what they have.
    pub fn remove_generation(&self, number: u64) -> Result<(), Error> {
        let path = self.generation(number);
        fs::remove_dir_all(&path).at(path)
    }
}

/// A value as one line of JSON.
pub(crate) fn line(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(value).expect("state files are plain data");
    bytes.push(b'\n');
    bytes
}

/// Replaces a file so that after a crash either the old bytes or the new ones are there, whole.
///
/// # Errors
/// When its folder cannot be written.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut file = tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(folder).at(folder)?;
    file.write_all(bytes).at(path)?;
    readable_like_a_new_file(file.as_file()).at(path)?;
    file.as_file().sync_all().at(path)?;
    file.persist(path).map_err(|error| error.error).at(path)?;
    sync_folder(folder)
}

/// Temporary files are made for their owner alone; ours are read by whoever may read the index.
fn readable_like_a_new_file(file: &fs::File) -> io::Result<()> {
    let mask = rustix::process::umask(rustix::fs::Mode::empty());
    rustix::process::umask(mask);
    let mode = rustix::fs::Mode::from_bits_truncate(0o666) & !mask;
    rustix::fs::fchmod(file, mode).map_err(Into::into)
}

/// Makes a folder's entries last.
pub(crate) fn sync_folder(path: &Path) -> Result<(), Error> {
    fs::File::open(path).and_then(|folder| folder.sync_all()).at(path)
}
