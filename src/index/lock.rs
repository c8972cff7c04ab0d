//! One writer at a time.

use std::{
    fs,
    io::{Read, Seek, Write},
    path::Path,
};

use rustix::fs::{FlockOperation, flock};

use super::{Error, error::At};

/// The writer's lock on an index folder. The kernel gives it up with the process, so that the lock of a dead run holds
/// nobody back; what is written in the file is for people.
#[derive(Debug)]
pub(super) struct WriterLock {
    _file: fs::File,
}

impl WriterLock {
    /// Takes the lock.
    ///
    /// # Errors
    /// [`Error::Locked`] names the run that holds it.
    pub fn take(path: &Path, index: &Path) -> Result<Self, Error> {
        let mut file =
            fs::OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).at(path)?;
        if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
            let mut owner = String::new();
            file.read_to_string(&mut owner).at(path)?;
            return Err(Error::Locked { path: index.to_owned(), owner: owner.trim_end().to_owned() });
        }
        let host = rustix::system::uname();
        let owner = format!(
            "process {} on {}, since {}\n",
            std::process::id(),
            host.nodename().to_string_lossy(),
            jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M:%S UTC")
        );
        file.rewind().at(path)?;
        file.set_len(0).at(path)?;
        file.write_all(owner.as_bytes()).at(path)?;
        Ok(Self { _file: file })
    }
}
