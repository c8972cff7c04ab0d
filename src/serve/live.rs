//! The archive that answers, behind one pointer: a newer commit is opened beside it, and its names read, before it takes its
//! place.

use std::sync::{Mutex, PoisonError};

use crate::{answers::Archive, query::Error};

/// The archive that answers now.
pub struct Live {
    now: Mutex<Current>,
    /// Held by whoever looks for a newer one.
    renewal: Mutex<()>,
    /// Held by whoever writes: two forms at once lose nothing.
    writing: Mutex<()>,
}

/// An archive with what tells that its answers are the same.
#[derive(Clone)]
pub struct Current {
    /// The archive.
    pub archive: Archive,
    /// See [`Archive::version`].
    pub version: String,
    /// Why a newer commit could not be opened, when it was last looked for.
    pub fault: Option<String>,
}

impl Live {
    /// Begins with an archive.
    pub fn new(archive: Archive) -> Self {
        let version = archive.version();
        Self {
            now: Mutex::new(Current { archive, version, fault: None }),
            renewal: Mutex::new(()),
            writing: Mutex::new(()),
        }
    }

    /// What answers now.
    pub fn current(&self) -> Current {
        self.now.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Does something that writes, one after the other.
    pub fn writing<T>(&self, write: impl FnOnce() -> T) -> T {
        let _one = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        write()
    }

    /// Looks for a newer commit, for changed corrections and saved searches. Where these cannot be read, what is open goes on
    /// answering.
    ///
    /// # Errors
    /// When there is no index any more, or it cannot be read.
    pub fn renew(&self) -> Result<(), Error> {
        let _one = self.renewal.lock().unwrap_or_else(PoisonError::into_inner);
        let mut archive = self.current().archive;
        // Names are read here, so that no question waits for them.
        let renewed = archive.refresh().and_then(|_| archive.names().map(drop));
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        match renewed {
            Ok(()) => {
                let version = archive.version();
                *now = Current { archive, version, fault: None };
                Ok(())
            }
            Err(error) => {
                now.fault = Some(error.to_string());
                Err(error)
            }
        }
    }
}
