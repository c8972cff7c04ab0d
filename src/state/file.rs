//! A state file: one JSON value, replaced as a whole.

use std::{fs, io, path::Path};

use serde::{Serialize, de::DeserializeOwned};

use crate::index::{
    Error,
    error::At,
    folder::{line, replace},
};

/// Reads a state file; its default when there is none yet.
pub(super) fn load<T: DeserializeOwned + Default>(path: &Path) -> Result<T, Error> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(T::default()),
        Err(error) => return Err(error).at(path),
    };
    serde_json::from_slice(&bytes).map_err(io::Error::from).at(path)
}

/// Writes a state file, whole or not at all.
pub(super) fn save(path: &Path, value: &impl Serialize) -> Result<(), Error> {
    replace(path, &line(value))
}

/// Keeps other processes from changing files of a folder between reading and writing them, until it is dropped.
pub(crate) fn alone(folder: &Path) -> Result<fs::File, Error> {
    fs::create_dir_all(folder).at(folder)?;
    let folder_itself = fs::File::open(folder).at(folder)?;
    folder_itself.lock().at(folder)?;
    Ok(folder_itself)
}
