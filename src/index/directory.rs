//! How readers and the writer see the files of a generation.
//!
//! Readers write nothing, not even a lock.
//! Tantivy's reader takes a lock file while it opens the segments that `meta.json` names, so that no writer removes
//! them in between. That needs leave to write, which a reader of somebody else's archive does not have. Ours takes no
//! lock; [`Snapshot::open`](super::Snapshot::open) starts over when a file vanished because a newer commit is there.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::index::{Error, error::At, folder::replace};

use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, WatchCallback, WatchHandle, WritePtr,
    error::{DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError},
};

/// A folder that is only read.
#[derive(Clone, Debug)]
pub(super) struct ReadOnly {
    inner: MmapDirectory,
    missed: Arc<AtomicBool>,
}

impl ReadOnly {
    pub fn open(path: &Path) -> Result<Self, OpenDirectoryError> {
        Ok(Self { inner: MmapDirectory::open(path)?, missed: Arc::default() })
    }

    /// Whether a file was asked for that is not there. Tantivy takes a segment's missing positions for a segment that
    /// never had any, so a file that a writer removed meanwhile need not show as an error.
    pub fn missed(&self) -> bool {
        self.missed.load(Ordering::Relaxed)
    }
}

fn refused() -> io::Error {
    io::Error::new(io::ErrorKind::ReadOnlyFilesystem, "readers never write")
}

impl Directory for ReadOnly {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let handle = self.inner.get_file_handle(path);
        if matches!(handle, Err(OpenReadError::FileDoesNotExist(_))) {
            self.missed.store(true, Ordering::Relaxed);
        }
        handle
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        Err(DeleteError::IoError { io_error: Arc::new(refused()), filepath: path.to_owned() })
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        Err(OpenWriteError::wrap_io_error(refused(), path.to_owned()))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.inner.atomic_read(path)
    }

    fn atomic_write(&self, _: &Path, _: &[u8]) -> io::Result<()> {
        Err(refused())
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn acquire_lock(&self, _: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}

/// A folder that is written so that what was acknowledged lasts: files that are replaced are synced together with
/// their folder, and may be read by whoever may read the index. Tantivy's own makes `meta.json` readable by its owner
/// alone.
#[derive(Clone, Debug)]
pub(super) struct Durable {
    path: PathBuf,
    inner: MmapDirectory,
}

impl Durable {
    pub fn open(path: &Path) -> Result<Self, Error> {
        std::fs::create_dir_all(path).at(path)?;
        let inner = MmapDirectory::open(path).map_err(tantivy::TantivyError::from)?;
        Ok(Self { path: path.to_owned(), inner })
    }
}

impl Directory for Durable {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.inner.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.inner.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.inner.open_write(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.inner.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        replace(&self.path.join(path), data).map_err(|error| match error {
            Error::Io { source, .. } => source,
            other => io::Error::other(other),
        })
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.inner.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        self.inner.acquire_lock(lock)
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}
