//! What an index keeps beside its documents, in `state/`: it survives a rebuild.

mod alerts;
mod arrivals;
mod roots;
mod runs;
mod saved;
mod takedown;

pub use self::{
    alerts::{Alert, Alerts, News, delivery_id},
    arrivals::{Arrivals, Mark},
    roots::{Root, Roots},
    runs::{Run, Runs},
    saved::{Saved, SavedSearch, is_name},
    takedown::{Takedown, Takedowns},
};

use std::{fs, io, path::Path};

use serde::{Serialize, de::DeserializeOwned};

use crate::index::{
    Error,
    error::At,
    folder::{line, replace},
};

/// Reads a state file; its default when there is none yet.
fn load<T: DeserializeOwned + Default>(path: &Path) -> Result<T, Error> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(T::default()),
        Err(error) => return Err(error).at(path),
    };
    serde_json::from_slice(&bytes).map_err(io::Error::from).at(path)
}

fn save(path: &Path, value: &impl Serialize) -> Result<(), Error> {
    replace(path, &line(value))
}
