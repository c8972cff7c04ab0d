//! A view of the index as one commit left it.

use std::{fs, path::Path};

use tantivy::{Index, ReloadPolicy, Searcher};

use super::{Error, analyzer, directory::ReadOnly, document::ArticleView, fields, folder::Folder};
use crate::{
    article::{Article, ArticleId},
    extract::annotate,
};

/// A view of the index as one commit left it: later commits do not change it.
#[derive(Clone)]
pub struct Snapshot {
    searcher: Searcher,
}

impl Snapshot {
    /// The last commit of the index in that folder. Takes no lock and writes nothing; a writer at work neither waits
    /// for it nor is waited for.
    ///
    /// # Errors
    /// [`Error::NoIndex`], [`Error::NotAnIndex`], [`Error::OtherVersion`]; others when files are damaged.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let folder = Folder::at(path);
        loop {
            let current = folder.current()?;
            let generation = folder.generation(current.generation);
            let commit = fs::read(generation.join("meta.json")).ok();
            let opened = Self::open_generation(&generation);
            // A file that is gone was merged away meanwhile if there is a newer commit, and is damage otherwise.
            let moved_on = || {
                folder.current().is_ok_and(|now| now != current)
                    || fs::read(generation.join("meta.json")).ok() != commit
            };
            if opened.is_ok() || !moved_on() {
                return opened;
            }
        }
    }

    fn open_generation(path: &Path) -> Result<Self, Error> {
        let directory = ReadOnly::open(path).map_err(tantivy::TantivyError::from)?;
        let mut index = Index::open(directory)?;
        index.set_tokenizers(analyzer::tokenizers());
        Self::of(&index)
    }

    /// An index in memory of the given articles, for tests and for trying things out.
    ///
    /// # Errors
    /// When Tantivy's writer cannot be made.
    pub fn in_memory(articles: &[Article]) -> Result<Self, Error> {
        let index = Index::create_in_ram(fields::schema());
        let index =
            Index::builder().schema(index.schema()).tokenizers(analyzer::tokenizers()).create_in_ram()?;
        let mut writer = index.writer_with_num_threads(1, 20 << 20)?;
        for article in articles {
            let id = ArticleId::claimed(article);
            let found = annotate(article);
            let view = ArticleView::new(&id, article, &found, 0, 0);
            for document in view.documents() {
                writer.add_document(document)?;
            }
        }
        writer.commit()?;
        Self::of(&index)
    }

    /// The index's last commit.
    ///
    /// # Errors
    /// When a file of the index cannot be opened.
    pub(crate) fn of(index: &Index) -> Result<Self, Error> {
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { searcher: reader.searcher() })
    }

    /// Tantivy's searcher over it.
    pub(crate) fn searcher(&self) -> &Searcher {
        &self.searcher
    }
}
