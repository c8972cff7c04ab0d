//! The one writer of an index: replaces files with everything read from them, and commits.

use std::path::Path;

use tantivy::{Index, IndexWriter, TantivyDocument, Term, directory::MmapDirectory, indexer::UserOperation};

use super::{
    Error, Snapshot, analyzer,
    document::{ArticleView, FileView},
    error::At,
    fields::{self, FieldId},
    folder::Folder,
    lock::WriterLock,
};
use crate::article::ArticleId;

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
    operations: Vec<UserOperation<TantivyDocument>>,
}

impl Batch {
    /// Takes out a file with its articles and their quotes.
    pub fn remove_file(&mut self, key: u64) {
        self.remove(Term::from_field_u64(FieldId::File.field(), key));
    }

    /// Takes out what is recorded of a file, not its articles.
    pub fn remove_record(&mut self, key: u64) {
        self.remove(Term::from_field_text(FieldId::ArticleId.field(), &fields::file_id(key)));
    }

    /// Takes out an article with its quotes.
    pub fn remove_article(&mut self, id: &ArticleId) {
        self.remove(Term::from_field_text(FieldId::ArticleId.field(), id.as_str()));
    }

    /// Adds an article with its quotes.
    pub fn add_article(&mut self, article: &ArticleView<'_>) {
        self.operations.extend(article.documents().into_iter().map(UserOperation::Add));
    }

    /// Adds what is recorded of a file.
    pub fn add_record(&mut self, file: &FileView<'_>) {
        self.operations.push(UserOperation::Add(file.document()));
    }

    fn remove(&mut self, term: Term) {
        self.operations.push(UserOperation::Delete(term));
    }
}

/// The one writer of an index.
pub struct Writer {
    index: Index,
    writer: IndexWriter,
    _lock: WriterLock,
}

impl Writer {
    /// Opens the index in that folder for writing, and makes it if there is none.
    ///
    /// # Errors
    /// [`Error::Locked`] when another run writes, [`Error::NotAnIndex`], [`Error::OtherVersion`].
    pub fn open(path: &Path, budget: Budget) -> Result<Self, Error> {
        let folder = Folder::at(path);
        let current = match folder.current() {
            Ok(current) => Some(current),
            Err(Error::NoIndex { .. }) => None,
            Err(error) => return Err(error),
        };
        folder.create()?;
        let lock = WriterLock::take(&folder.lock(), path)?;
        let generation = match current {
            Some(current) => current.generation,
            None => folder.all_generations()?.last().map_or(1, |last| last + 1),
        };
        let index = open_or_create(&folder.generation(generation))?;
        if current.is_none() {
            folder.make_current(generation)?;
        }
        let writer = index.writer_with_num_threads(budget.threads, budget.memory)?;
        Ok(Self { index, writer, _lock: lock })
    }

    /// Sends changes on their way. They can be seen after the next [`commit`](Self::commit), all at once.
    ///
    /// # Errors
    /// When a thread of the engine failed: the disk is full, or cannot be written.
    pub fn apply(&self, batch: Batch) -> Result<(), Error> {
        self.writer.run(batch.operations)?;
        Ok(())
    }

    /// Makes all changes so far last.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn commit(&mut self) -> Result<(), Error> {
        self.writer.commit()?;
        Ok(())
    }

    /// Waits for merges that are under way.
    ///
    /// # Errors
    /// When a merge failed.
    pub fn close(self) -> Result<(), Error> {
        self.writer.wait_merging_threads()?;
        Ok(())
    }

    /// The last commit.
    ///
    /// # Errors
    /// When a file of the index cannot be opened.
    pub fn snapshot(&self) -> Result<Snapshot, Error> {
        Snapshot::of(&self.index)
    }
}

fn open_or_create(path: &Path) -> Result<Index, Error> {
    std::fs::create_dir_all(path).at(path)?;
    let directory = MmapDirectory::open(path).map_err(tantivy::TantivyError::from)?;
    let mut index = Index::open_or_create(directory, fields::schema())?;
    index.set_tokenizers(analyzer::tokenizers());
    Ok(index)
}
