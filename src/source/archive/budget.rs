//! How much an archive may come to when it is unpacked.

use std::{
    io::{self, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use crate::source::Error;

/// Members of one file, those of archives inside it among them.
const MOST_MEMBERS: u64 = 5_000_000;

/// All that is inflated of a file may come to so many times its size, and may always come to so much.
const MOST_RATIO: u64 = 400;
const RATIO_COUNTS_FROM: u64 = 64 << 20;

/// How much may be inflated of a file, with all that is in it, and how many members it may have.
pub struct Budget {
    size: u64,
    left: AtomicU64,
    members: AtomicU64,
}

impl Budget {
    /// That of a file of so many bytes.
    pub fn of(size: u64) -> Arc<Self> {
        let left = size.saturating_mul(MOST_RATIO).max(RATIO_COUNTS_FROM);
        Arc::new(Self { size, left: left.into(), members: AtomicU64::new(0) })
    }

    pub(super) fn inflate(&self, bytes: u64) -> Result<(), Error> {
        let took = self.left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(bytes));
        took.map(|_| ()).map_err(|_| {
            let message = format!(
                "it inflates to more than {MOST_RATIO} times its {} bytes: leave it out with `exclude` under [crawl]",
                self.size
            );
            Error::file("bomb", message)
        })
    }

    pub(super) fn count(&self) -> Result<(), Error> {
        if self.members.fetch_add(1, Relaxed) < MOST_MEMBERS {
            return Ok(());
        }
        let message =
            format!("it holds more than {MOST_MEMBERS} members: leave it out with `exclude` under [crawl]");
        Err(Error::file("bomb", message))
    }
}

/// What is inflated, as far as the budget goes.
pub(super) struct Counted<R> {
    pub inner: R,
    pub budget: Arc<Budget>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.budget.inflate(count as u64).map_err(io::Error::other)?;
        Ok(count)
    }
}

/// Damage that ends the reading of an archive.
pub(super) fn damaged(what: impl std::fmt::Display) -> Error {
    Error::file("damaged", format!("the archive is damaged ({what}): fetch it again"))
}
