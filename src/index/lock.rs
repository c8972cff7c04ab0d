//! One writer at a time.

use std::{
    fs,
    io::{Read, Seek, Write},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use rustix::fs::{FlockOperation, flock};

use crate::index::{Error, error::At};

/// How often a waiting run looks whether the lock is free.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// What to do when another run holds the lock.
#[derive(Clone, Copy, Debug)]
pub struct Waiting {
    /// How long to wait for it.
    pub patience: Duration,
    /// Start of this run, nanoseconds from 1970: told to those who find it locked.
    pub now_ns: i64,
}

/// The writer's lock on an index folder. The kernel gives it up with the process, so that the lock of a dead run holds
/// nobody back; what is written in the file is for people.
#[derive(Debug)]
pub(crate) struct WriterLock {
    file: fs::File,
}

impl WriterLock {
    /// Takes the lock.
    ///
    /// # Errors
    /// [`Error::Locked`] names the run that holds it.
    pub fn take(path: &Path, index: &Path, waiting: Waiting) -> Result<Self, Error> {
        let mut file =
            fs::OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).at(path)?;
        let begun = Instant::now();
        while flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
            if begun.elapsed() >= waiting.patience {
                let mut owner = String::new();
                file.read_to_string(&mut owner).at(path)?;
                return Err(Error::Locked { path: index.to_owned(), owner: owner.trim_end().to_owned() });
            }
            thread::sleep(LOOK_EVERY.min(waiting.patience));
        }
        let since = jiff::Timestamp::from_nanosecond(i128::from(waiting.now_ns)).unwrap_or_default();
        let owner = format!(
            "process {} on {}, since {}\n",
            std::process::id(),
            rustix::system::uname().nodename().to_string_lossy(),
            since.strftime("%Y-%m-%d %H:%M:%S UTC")
        );
        file.rewind().at(path)?;
        file.set_len(0).at(path)?;
        file.write_all(owner.as_bytes()).at(path)?;
        Ok(Self { file })
    }
}

impl Drop for WriterLock {
    fn drop(&mut self) {
        // Nobody holds it any more; what is said of the owner would be wrong.
        let _ = self.file.set_len(0);
    }
}

/// Who writes to the index in that folder, if anybody does.
pub fn owner(index: &Path) -> Option<String> {
    let mut file = fs::File::open(super::folder::Folder::at(index).lock()).ok()?;
    if flock(&file, FlockOperation::NonBlockingLockShared).is_ok() {
        return None;
    }
    let mut owner = String::new();
    file.read_to_string(&mut owner).ok()?;
    Some(owner.trim_end().to_owned())
}
