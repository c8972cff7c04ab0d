//! A directory that can be looked at as a power cut would have left it, at any moment.
//!
//! Only what was synced survives: the bytes of a file when it was terminated, its entry when its folder was synced
//! afterwards. Removals happen at once. [`Durable`](super::directory) replaces files with both syncs, so here that
//! happens at once too.

use std::{
    collections::HashMap,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use tantivy::directory::{
    AntiCallToken, Directory, DirectoryLock, FileHandle, Lock, RamDirectory, TerminatingWrite, WatchCallback,
    WatchHandle, WritePtr,
    error::{DeleteError, LockError, OpenReadError, OpenWriteError},
};

use crate::{
    article::{Article, ArticleId, Origin},
    extract::annotate,
    index::{Batch, Budget, Opening, Snapshot, Waiting, Writer, check, schema::open_or_create},
    report::{FileStamp, LeftOut},
    view::{ArticleView, FileView, content_hash, file_key},
};

#[derive(Clone, Debug)]
enum Step {
    Synced(PathBuf, Vec<u8>),
    Replaced(PathBuf, Vec<u8>),
    Deleted(PathBuf),
    FolderSynced,
    Acknowledged(usize),
}

#[derive(Clone, Debug)]
struct Journaled {
    inner: RamDirectory,
    journal: Arc<Mutex<Vec<Step>>>,
}

impl Journaled {
    fn note(&self, step: Step) {
        self.journal.lock().expect("a journal").push(step);
    }
}

struct JournaledFile {
    path: PathBuf,
    bytes: Vec<u8>,
    inner: WritePtr,
    directory: Journaled,
}

impl Write for JournaledFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.bytes.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl TerminatingWrite for JournaledFile {
    fn terminate_ref(&mut self, token: AntiCallToken) -> io::Result<()> {
        self.inner.terminate_ref(token)?;
        self.directory.note(Step::Synced(self.path.clone(), std::mem::take(&mut self.bytes)));
        Ok(())
    }
}

impl Directory for Journaled {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.inner.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.inner.delete(path)?;
        self.note(Step::Deleted(path.to_owned()));
        Ok(())
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let inner = self.inner.open_write(path)?;
        let file = JournaledFile { path: path.to_owned(), bytes: Vec::new(), inner, directory: self.clone() };
        Ok(BufWriter::new(Box::new(file)))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.inner.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.inner.atomic_write(path, bytes)?;
        self.note(Step::Replaced(path.to_owned(), bytes.to_vec()));
        Ok(())
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.note(Step::FolderSynced);
        Ok(())
    }

    // On disk, locks are the kernel's and go with the process; a file would stay.
    fn acquire_lock(&self, _: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}

/// What is left when the power is cut after those steps, and the last commit that was acknowledged by then.
fn left_of(steps: &[Step]) -> (RamDirectory, usize) {
    let mut lasting = HashMap::new();
    let mut without_entry = HashMap::new();
    let mut commit = 0;
    for step in steps.iter().cloned() {
        match step {
            Step::Synced(path, bytes) => drop(without_entry.insert(path, bytes)),
            Step::Replaced(path, bytes) => {
                lasting.insert(path, bytes);
                lasting.extend(without_entry.drain());
            }
            Step::Deleted(path) => {
                lasting.remove(&path);
                without_entry.remove(&path);
            }
            Step::FolderSynced => lasting.extend(without_entry.drain()),
            Step::Acknowledged(number) => commit = number,
        }
    }
    let directory = RamDirectory::create();
    for (path, bytes) in lasting {
        directory.atomic_write(&path, &bytes).expect("memory");
    }
    (directory, commit)
}

/// Replaces one of a few files by a story of that number.
pub(super) fn write(writer: &Writer, number: u64) {
    let path = format!("{}.txt", number * 7 % 11);
    let key = file_key("root", &path);
    let article = Article {
        origin: Origin { root: "root".into(), path: path.clone(), record: 0 },
        text: format!("“Take {number} was the one,” Ada Lovelace said."),
        ..Article::default()
    };
    let (id, found) = (ArticleId::claimed(&article), annotate(&article));
    let mut batch = Batch::default();
    batch.remove_file(key);
    batch.add_article(&ArticleView::new(&id, &article, &found, key, content_hash(&article)));
    batch.add_record(&FileView {
        key,
        root: "root",
        path: &path,
        content: number,
        stamp: FileStamp::default(),
        read_ns: 0,
        config: 0,
        within: 0,
        left_out: &LeftOut::default(),
        unfinished: None,
    });
    writer.apply(batch).expect("a batch");
}

/// Cuts of the power that are tried.
const CUTS: usize = 200;

#[test]
fn after_a_power_cut_the_last_acknowledged_commit_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let directory = Journaled { inner: RamDirectory::create(), journal: Arc::default() };
    let opening = Opening {
        budget: Budget { threads: 2, memory: 60 << 20 },
        rebuild: false,
        waiting: Waiting { patience: std::time::Duration::ZERO, now_ns: 0 },
    };
    let index = open_or_create(directory.clone()).expect("an index");
    let mut writer = Writer::open(folder.path(), opening).expect("a writer").over(index);
    writer.start().expect("an engine");
    let mut states = vec![Vec::new()];
    for commit in 1..=24 {
        (0..3).for_each(|number| write(&writer, commit as u64 * 3 + number));
        writer.commit(true).expect("a commit");
        directory.note(Step::Acknowledged(commit));
        states.push(writer.snapshot().and_then(|snapshot| snapshot.inventory()).expect("documents"));
    }
    writer.close(true).expect("an end");
    let steps = directory.journal.lock().expect("a journal").clone();
    let begun = steps.iter().position(|step| matches!(step, Step::Acknowledged(1))).expect("a commit");
    for cut in 0..CUTS {
        let steps = &steps[..begun + 1 + cut * (steps.len() - begun - 1) / (CUTS - 1)];
        let (left, commit) = left_of(steps);
        let index = open_or_create(left).expect("what is left opens");
        let snapshot = Snapshot::of(&index).expect("a readable index");
        assert_eq!(check(&snapshot).expect("a readable index"), []);
        let inventory = snapshot.inventory().expect("documents");
        // A commit that was written and not yet acknowledged may be there too.
        let next = states.get(commit + 1);
        assert!(inventory == states[commit] || Some(&inventory) == next, "cut {cut}, commit {commit}");
    }
}
