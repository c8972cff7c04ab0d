//! Finding articles by what they are, not by what they say: by id, by file, by the very same text.

use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
};

use rustc_hash::FxHashMap;
use schemars::JsonSchema;
use serde::Serialize;
use tantivy::{
    DocAddress, Index, ReloadPolicy, Searcher, TantivyError, Term,
    schema::{Field, IndexRecordOption},
};

use crate::{
    article::ArticleId,
    fields::{DOC_ARTICLE, DOC_FILE, FieldId},
    index::{
        Error, Snapshot,
        directory::ReadOnly,
        folder::Folder,
        segment::{next_alive, number},
    },
    sketch::sketch,
    view::{StoredArticle, file_key, telling_text},
};

/// The articles of an index whatever its schema version, for telling what a rebuild brings that was not there.
pub struct Standing {
    searcher: Searcher,
    ids: Field,
}

impl Standing {
    /// The articles of the live index in that folder; `None` when there is none that can be read.
    pub fn open(path: &Path) -> Option<Self> {
        let folder = Folder::at(path);
        let generation = folder.generation(folder.current_of_any_version().ok()?.generation);
        let index = Index::open(ReadOnly::open(&generation).ok()?).ok()?;
        let ids = index.schema().get_field(FieldId::ArticleId.row().name).ok()?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().ok()?;
        Some(Self { searcher: reader.searcher(), ids })
    }

    /// Whether there is an article with that id.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn holds(&self, id: &ArticleId) -> Result<bool, Error> {
        Ok(holds(&self.searcher, self.ids, id)?)
    }

    /// How many files it holds of a root.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn files(&self, root: &str) -> Result<u64, Error> {
        let mut files = 0;
        for segment in self.searcher.segment_readers() {
            let Some(roots) = segment.fast_fields().str(FieldId::FileRoot.row().name)? else { continue };
            let Some(root) = roots.dictionary().term_ord(root.as_bytes()).map_err(TantivyError::from)? else {
                continue;
            };
            files +=
                segment.doc_ids_alive().filter(|&doc| roots.term_ords(doc).any(|ord| ord == root)).count()
                    as u64;
        }
        Ok(files)
    }

    /// How many articles it holds of each root.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn articles(&self) -> Result<BTreeMap<String, u64>, Error> {
        articles_of_roots(&self.searcher)
    }
}

/// How many live articles there are of each root.
fn articles_of_roots(searcher: &Searcher) -> Result<BTreeMap<String, u64>, Error> {
    let mut roots: BTreeMap<String, u64> = BTreeMap::new();
    let mut files: FxHashMap<u64, String> = FxHashMap::default();
    for segment in searcher.segment_readers() {
        let Some(names) = segment.fast_fields().str(FieldId::FileRoot.row().name)? else { continue };
        let keys = number(segment, FieldId::FileKey)?;
        for doc in segment.doc_ids_alive() {
            let Some(ord) = names.term_ords(doc).next() else { continue };
            let mut name = String::new();
            names.ord_to_str(ord, &mut name).map_err(TantivyError::from)?;
            files.insert(keys.first(doc).unwrap_or_default(), name);
        }
    }
    for segment in searcher.segment_readers() {
        let (kinds, keys) = (number(segment, FieldId::Doc)?, number(segment, FieldId::FileKey)?);
        for doc in segment.doc_ids_alive().filter(|&doc| kinds.first(doc) == Some(DOC_ARTICLE)) {
            if let Some(root) = keys.first(doc).and_then(|file| files.get(&file)) {
                *roots.entry(root.clone()).or_default() += 1;
            }
        }
    }
    Ok(roots)
}

/// Whether a live document has that article's id: the article, and its quotes with it.
fn holds(searcher: &Searcher, ids: Field, id: &ArticleId) -> tantivy::Result<bool> {
    let term = Term::from_field_text(ids, id.as_str());
    for segment in searcher.segment_readers() {
        let inverted = segment.inverted_index(ids)?;
        let mut documents = inverted.read_postings(&term, IndexRecordOption::Basic)?;
        if next_alive(documents.as_mut(), segment).is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// An article and where it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StoredPlace {
    /// Its id.
    pub id: ArticleId,
    /// Name of its root.
    pub root: String,
    /// Path below the root.
    pub path: String,
    /// Number of the record in its file.
    pub record: u32,
    /// The headline.
    pub title: Option<String>,
    /// Hash of its text, when that is long enough to tell it from others.
    #[serde(skip)]
    pub text: Option<u64>,
    #[serde(skip)]
    at: (u32, u32),
}

impl Snapshot {
    /// The article with that id; several never have it.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn with_id(&self, id: &str) -> Result<Vec<StoredPlace>, Error> {
        self.places(&Term::from_field_text(FieldId::ArticleId.field(), id), DOC_ARTICLE)
    }

    /// Whether there is an article with that id.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn holds(&self, id: &ArticleId) -> Result<bool, Error> {
        Ok(holds(self.searcher(), FieldId::ArticleId.field(), id)?)
    }

    /// How many articles there are of each root.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn articles_by_root(&self) -> Result<BTreeMap<String, u64>, Error> {
        articles_of_roots(self.searcher())
    }

    /// Every article that claims the same id.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn claimants(&self, id: &ArticleId) -> Result<Vec<StoredPlace>, Error> {
        let claimants = super::claims::claimants(self, id.key())?;
        claimants.into_iter().map(|claimant| self.place(claimant.at)).collect()
    }

    /// The first of the files, by root and path, that the index knows.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn file(&self, files: &[(String, String)]) -> Result<Option<(String, String)>, Error> {
        for (root, path) in files {
            let term = Term::from_field_u64(FieldId::File.field(), file_key(root, path));
            if !self.addresses(&term, DOC_FILE)?.is_empty() {
                return Ok(Some((root.clone(), path.clone())));
            }
        }
        Ok(None)
    }

    /// The articles of a file.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn of_file(&self, (root, path): &(String, String)) -> Result<Vec<StoredPlace>, Error> {
        self.places(&Term::from_field_u64(FieldId::File.field(), file_key(root, path)), DOC_ARTICLE)
    }

    /// Every article with the very same text, if that is long enough to tell: those share every hash of its sketch.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn with_text_of(&self, article: &StoredPlace) -> Result<Vec<StoredPlace>, Error> {
        let text = self.text(DocAddress::new(article.at.0, article.at.1))?;
        let (Some(hash), Some(&shingle)) = (article.text, sketch(&text).first()) else {
            return Ok(Vec::new());
        };
        let mut places =
            self.places(&Term::from_field_u64(FieldId::Shingle.field(), shingle.into()), DOC_ARTICLE)?;
        places.retain(|place| place.text == Some(hash));
        Ok(places)
    }

    /// Every article with one of these texts, told by their hashes; looks at all there are.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn with_texts(&self, texts: &HashSet<u64>) -> Result<Vec<StoredPlace>, Error> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        let mut places =
            self.places(&Term::from_field_u64(FieldId::Doc.field(), DOC_ARTICLE), DOC_ARTICLE)?;
        places.retain(|place| place.text.is_some_and(|text| texts.contains(&text)));
        Ok(places)
    }

    fn places(&self, term: &Term, kind: u64) -> Result<Vec<StoredPlace>, Error> {
        self.addresses(term, kind)?.into_iter().map(|at| self.place(at)).collect()
    }

    fn place(&self, at: DocAddress) -> Result<StoredPlace, Error> {
        let StoredArticle { id, article, .. } = self.article(at)?;
        Ok(StoredPlace {
            id,
            text: telling_text(&article),
            root: article.origin.root,
            path: article.origin.path,
            record: article.origin.record,
            title: article.title,
            at: (at.segment_ord, at.doc_id),
        })
    }

    fn addresses(&self, term: &Term, kind: u64) -> Result<Vec<DocAddress>, Error> {
        let mut addresses = Vec::new();
        for (at, segment) in (0..).zip(self.searcher().segment_readers()) {
            let inverted = segment.inverted_index(term.field())?;
            let kinds = number(segment, FieldId::Doc)?;
            let mut documents = inverted
                .read_postings(term, IndexRecordOption::Basic)
                .map_err(tantivy::TantivyError::from)?;
            while let Some(doc) = next_alive(documents.as_mut(), segment) {
                if kinds.first(doc) == Some(kind) {
                    addresses.push(DocAddress::new(at, doc));
                }
            }
        }
        Ok(addresses)
    }
}
