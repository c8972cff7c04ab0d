//! The one writer of an index: replaces files with everything read from them, and commits.

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use tantivy::{
    Index, IndexWriter, Term,
    index::SegmentId,
    indexer::{IndexWriterOptions, UserOperation},
    merge_policy::NoMergePolicy,
};

use crate::{
    article::ArticleId,
    fields::{self, FieldId},
    index::{
        Error, Snapshot,
        directory::Durable,
        error::At,
        folder::{Folder, line},
        in_flight::{InFlight, Tracked},
        lock::{Waiting, WriterLock},
        merging::{self, Bounded},
        schema::open_or_create,
        snapshot::Payload,
    },
    view::{ArticleView, FileView},
};

/// Bytes of text that may wait for the engine's threads. Four of the largest usual stories a thread would be enough;
/// this keeps the threads busy and the memory bounded on machines that extract faster than they index.
const IN_FLIGHT: usize = 16 << 20;

/// Documents a run must have added for each that it merges at its end. Merging takes a tenth of the time of reading.
const ADDED_TO_MERGED: u32 = 2;

/// Merges at a time, at most.
const MOST_MERGES: usize = 4;

/// What a run may use.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Threads that turn documents into segments, at least 1.
    pub threads: usize,
    /// Bytes for segments that are not written out yet, over all threads. Below 15 MB a thread Tantivy refuses; below
    /// 60 MB in all its processor time grows.
    pub memory: usize,
}

/// Changes that belong together: they reach the index in one segment, in their order.
#[derive(Default)]
pub struct Batch {
    operations: Vec<UserOperation<Tracked>>,
    bytes: usize,
}

impl Batch {
    /// Takes out a file with its articles and their quotes.
    pub fn remove_file(&mut self, key: u64) {
        self.remove(Term::from_field_u64(FieldId::File.field(), key));
    }

    /// Takes out what is recorded of a file, not its articles.
    pub fn remove_record(&mut self, key: u64) {
        self.remove(Term::from_field_u64(FieldId::File.field(), fields::record_key(key)));
    }

    /// Takes out an article with its quotes.
    pub fn remove_article(&mut self, id: &ArticleId) {
        self.remove(Term::from_field_text(FieldId::ArticleId.field(), id.as_str()));
    }

    /// Adds an article with its quotes.
    pub fn add_article(&mut self, article: &ArticleView<'_>) {
        let documents = super::document::documents(article);
        self.bytes += article.article.text.len();
        self.operations.extend(documents.into_iter().map(|document| UserOperation::Add(document.into())));
    }

    /// Adds what is recorded of a file.
    pub fn add_record(&mut self, file: &FileView<'_>) {
        self.operations.push(UserOperation::Add(super::document::record(file).into()));
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    fn remove(&mut self, term: Term) {
        self.operations.push(UserOperation::Delete(term));
    }
}

/// How an index is opened for writing.
#[derive(Clone, Copy, Debug)]
pub struct Opening {
    /// What the engine may use.
    pub budget: Budget,
    /// Whether to build beside what is there; it is swapped in by [`Writer::close`].
    pub rebuild: bool,
    /// How long to wait for another run's lock.
    pub waiting: Waiting,
}

/// The one writer of an index.
pub struct Writer {
    folder: Folder,
    generation: u64,
    live: bool,
    index: Index,
    budget: Budget,
    writer: Option<IndexWriter<Tracked>>,
    in_flight: InFlight,
    /// Documents added.
    added: AtomicU32,
    _lock: WriterLock,
}

impl Writer {
    /// Opens the index in that folder for writing, and makes it if there is none. What dead runs left is cleaned.
    ///
    /// # Errors
    /// [`Error::Locked`] when another run writes, [`Error::NotAnIndex`], [`Error::OtherVersion`] unless rebuilding.
    pub fn open(path: &Path, opening: Opening) -> Result<Self, Error> {
        let folder = Folder::at(path);
        current(&folder, opening.rebuild)?;
        folder.create()?;
        let lock = WriterLock::take(&folder.lock(), path, opening.waiting)?;
        // Only now does it hold still.
        let live = current(&folder, opening.rebuild)?;
        let generation = match live {
            Some(live) if !opening.rebuild => live,
            Some(live) => {
                folder.all_generations()?.into_iter().find(|&number| number > live).unwrap_or(live + 1)
            }
            None => 1,
        };
        folder.clean(&[live.unwrap_or(generation), generation])?;
        let path = folder.generation(generation);
        let index = match open_or_create(Durable::open(&path)?) {
            // What another program left of a rebuild is of no use.
            Err(_) if live.is_some_and(|live| live != generation) => {
                folder.remove_generation(generation)?;
                open_or_create(Durable::open(&path)?)?
            }
            index => index?,
        };
        if live.is_none() {
            folder.make_current(generation)?;
        }
        Ok(Self {
            generation,
            live: live.is_none_or(|live| live == generation),
            index,
            budget: opening.budget,
            writer: None,
            in_flight: InFlight::new(IN_FLIGHT),
            added: AtomicU32::new(0),
            folder,
            _lock: lock,
        })
    }

    /// Opens an index that is there.
    ///
    /// # Errors
    /// [`Error::NoIndex`] when it is not, and as [`open`](Self::open).
    pub fn open_existing(path: &Path, opening: Opening) -> Result<Self, Error> {
        Folder::at(path).current()?;
        Self::open(path, opening)
    }

    /// Starts the engine's threads; without it only [`snapshot`](Self::snapshot) and [`close`](Self::close) can be
    /// called. Idle runs never start them.
    ///
    /// # Errors
    /// When the index cannot be written.
    pub fn start(&mut self) -> Result<(), Error> {
        if self.writer.is_none() {
            let Budget { threads, memory } = self.budget;
            // What a merge holds in memory comes on top, so that no more of them run at a time than threads that write.
            let options = IndexWriterOptions::builder()
                .num_worker_threads(threads)
                .memory_budget_per_thread(memory / threads)
                .num_merge_threads(threads.min(MOST_MERGES))
                .build();
            let writer = self.index.writer_with_options(options)?;
            writer.set_merge_policy(Box::new(Bounded::default()));
            self.writer = Some(writer);
        }
        Ok(())
    }

    /// Sends changes on their way. They can be seen after the next [`commit`](Self::commit), all at once.
    ///
    /// # Errors
    /// When a thread of the engine failed: the disk is full, or cannot be written.
    pub fn apply(&self, batch: Batch) -> Result<(), Error> {
        let Batch { mut operations, bytes } = batch;
        if let Some(UserOperation::Add(document)) = operations.last_mut() {
            document.weigh(self.in_flight.enter(bytes));
        }
        let added = operations.iter().filter(|operation| matches!(operation, UserOperation::Add(_))).count();
        self.added.fetch_add(added as u32, Ordering::Relaxed);
        self.started().run(operations)?;
        Ok(())
    }

    fn started(&self) -> &IndexWriter<Tracked> {
        self.writer.as_ref().expect("the engine is started before changes are made")
    }

    /// Makes all changes so far last. `settled` says that every article has the id that a fresh build gives it.
    ///
    /// # Errors
    /// When they cannot be written; the commit before stands.
    pub fn commit(&mut self, settled: bool) -> Result<(), Error> {
        let Some(writer) = &mut self.writer else { return Ok(()) };
        let mut commit = writer.prepare_commit()?;
        commit.set_payload(String::from_utf8_lossy(&line(&Payload { settled })).trim_end());
        commit.commit()?;
        Ok(())
    }

    /// Gives up everything since the last commit.
    pub fn roll_back(&mut self) {
        self.writer = None;
    }

    /// Merges everything into as few segments as memory allows, so that nothing of what was removed remains on disk.
    ///
    /// # Errors
    /// When the index cannot be written.
    pub fn compact(&mut self) -> Result<(), Error> {
        // Files of a segment stay as long as anybody holds its description.
        let lots: Vec<Vec<SegmentId>> = {
            let segments = self.index.searchable_segment_metas()?;
            let is_old =
                |id: &SegmentId| segments.iter().any(|segment| segment.id() == *id && segment.has_deletes());
            let lots = merging::lots(segments.iter().map(|segment| (segment.id(), segment.max_doc())));
            lots.filter(|lot| lot.len() > 1 || lot.iter().any(is_old)).collect()
        };
        self.merge(&lots)?.garbage_collect_files().wait()?;
        Ok(())
    }

    /// Merges the segments of each lot into one, and no others.
    fn merge(&mut self, lots: &[Vec<SegmentId>]) -> Result<&IndexWriter<Tracked>, Error> {
        self.start()?;
        let writer = self.writer.as_mut().expect("it was started");
        writer.set_merge_policy(Box::new(NoMergePolicy));
        lots.iter().try_for_each(|lot| writer.merge(lot).wait().map(drop))?;
        Ok(writer)
    }

    /// Ends the writing. With `whole`, waits for merges under way and, after a rebuild, swaps the new index in;
    /// without, a rebuild stays beside the live index until the next one goes on with it.
    ///
    /// # Errors
    /// When a merge failed, or the swap cannot be written.
    pub fn close(mut self, whole: bool) -> Result<(), Error> {
        if let (Some(writer), true) = (self.writer.take(), whole) {
            writer.wait_merging_threads()?;
            self.merge_small()?;
        }
        if whole && !self.live {
            self.folder.make_current(self.generation)?;
            self.folder.clean(&[self.generation])?;
        }
        Ok(())
    }

    /// Merges the smallest segments as far as the run that ends has added a multiple of what they hold: every query
    /// opens each segment, and merging costs a small part of what reading those stories did.
    fn merge_small(&mut self) -> Result<(), Error> {
        let mut left = self.added.load(Ordering::Relaxed) / ADDED_TO_MERGED;
        let mut small = Vec::new();
        let mut segments = self.index.searchable_segment_metas()?;
        segments.sort_by_key(|segment| segment.max_doc());
        for segment in &segments {
            let Some(rest) = left.checked_sub(segment.max_doc()) else { break };
            left = rest;
            small.push((segment.id(), segment.max_doc()));
        }
        drop(segments);
        let lots: Vec<_> = merging::lots(small).filter(|lot| lot.len() > 1).collect();
        if !lots.is_empty() {
            self.merge(&lots)?;
            self.writer.take().map_or(Ok(()), IndexWriter::wait_merging_threads)?;
        }
        Ok(())
    }

    /// The last commit.
    ///
    /// # Errors
    /// When a file of the index cannot be opened.
    pub fn snapshot(&self) -> Result<Snapshot, Error> {
        Snapshot::of(&self.index)
    }

    /// The same writer over another index.
    #[cfg(test)]
    pub(super) fn over(self, index: Index) -> Self {
        Self { index, ..self }
    }

    /// Whether it is written beside the live index.
    pub fn is_beside(&self) -> bool {
        !self.live
    }

    /// Where the generation lies that is written.
    pub fn path(&self) -> PathBuf {
        self.folder.generation(self.generation)
    }
}

/// The live generation, if there is one; of another schema version only when rebuilding.
fn current(folder: &Folder, rebuild: bool) -> Result<Option<u64>, Error> {
    let current = if rebuild { folder.current_of_any_version() } else { folder.current() };
    match current {
        Ok(current) => Ok(Some(current.generation)),
        Err(Error::NoIndex { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

impl Folder {
    /// Removes generations that are not to be kept, and temporary files of dead runs. Called under the lock.
    fn clean(&self, keep: &[u64]) -> Result<(), Error> {
        for number in self.all_generations()? {
            if !keep.contains(&number) {
                self.remove_generation(number)?;
            }
        }
        let mut folders = vec![self.path().to_owned(), self.state("")];
        folders.extend(keep.iter().map(|&number| self.generation(number)));
        for folder in folders.iter().filter(|folder| folder.is_dir()) {
            for entry in std::fs::read_dir(folder).at(folder)? {
                let entry = entry.at(folder)?;
                if entry.file_name().to_string_lossy().starts_with(super::folder::TEMPORARY) {
                    std::fs::remove_file(entry.path()).at(entry.path())?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::power_cut::write;

    #[test]
    fn the_end_of_a_run_merges_as_much_as_half_of_what_it_added() {
        let folder = tempfile::tempdir().expect("a folder");
        let opening = Opening {
            budget: Budget { threads: 1, memory: 15 << 20 },
            rebuild: false,
            waiting: Waiting { patience: std::time::Duration::ZERO, now_ns: 0 },
        };
        let mut writer = Writer::open(folder.path(), opening).expect("a writer");
        writer.start().expect("an engine");
        for number in 0..6 {
            write(&writer, number);
            writer.commit(true).expect("a commit");
        }
        let before = writer.snapshot().expect("a snapshot");
        assert_eq!(before.searcher().segment_readers().len(), 6);
        writer.close(true).expect("an end");
        let after = Snapshot::open(folder.path()).expect("a snapshot");
        // Three of the six alike hold half of what was added.
        assert_eq!(after.searcher().segment_readers().len(), 4);
        assert_eq!(after.inventory().expect("documents"), before.inventory().expect("documents"));

        // A run that changes nothing merges nothing.
        let mut writer = Writer::open(folder.path(), opening).expect("a writer");
        writer.start().expect("an engine");
        writer.close(true).expect("an end");
        let idle = Snapshot::open(folder.path()).expect("a snapshot");
        assert_eq!(idle.searcher().segment_readers().len(), 4);
    }
}
