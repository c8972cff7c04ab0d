//! A view of the index as one commit left it.

use std::{
    cmp::Ordering,
    fs, io,
    path::Path,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use tantivy::{
    DocAddress, DocId, DocSet, Index, InvertedIndexReader, ReloadPolicy, Searcher, Term,
    columnar::Column,
    directory::RamDirectory,
    merge_policy::NoMergePolicy,
    postings::TermInfo,
    schema::{
        IndexRecordOption, OwnedValue,
        document::{DeserializeError, DocumentDeserialize, DocumentDeserializer},
    },
};

use crate::{
    analysis,
    annotation::Annotations,
    article::{Article, ArticleHead, ArticleId, hash64},
    fields::{DOC_ARTICLE, DOC_FILE, DOC_QUOTE, FIELDS, FieldId, SCHEMA_VERSION},
    index::{
        Error,
        directory::ReadOnly,
        folder::Folder,
        names::SegmentNames,
        segment::{next_alive, number, of_kind},
        whole::{Asked, Counts, Whole},
    },
    packed::{Damaged, unpack_first},
    record::CharOffsets,
    report::Skipped,
    view::{ArticleView, StoredArticle, StoredFile, StoredQuote, file_key},
};

/// A view of the index as one commit left it: later commits do not change it.
#[derive(Clone)]
pub struct Snapshot {
    searcher: Searcher,
    /// The names of each segment.
    names: Arc<[SegmentNames]>,
    /// Of each segment the documents that are deleted and not merged away yet.
    deleted: Arc<OnceLock<Vec<Vec<DocId>>>>,
    /// Which commit it is of: generation, and hash of what the engine says of it; none in memory.
    commit: Option<(u64, u64)>,
    /// What is known of the archive that it holds a part of.
    whole: Option<Arc<Whole>>,
    /// Terms that were looked up.
    entries: Arc<Mutex<FxHashMap<Term, Arc<Entries>>>>,
}

/// What the dictionaries have of a term.
pub(crate) struct Entries {
    /// Of each segment.
    pub(crate) infos: Vec<Option<TermInfo>>,
    documents: OnceLock<u64>,
}

/// Terms whose entries are remembered, those that no segment has too; a query asks several times for each form of each
/// word.
const MOST_ENTRIES: usize = 16_384;

/// Whether the index in that folder must be built anew before this program can use it; not where there is none.
///
/// # Errors
/// [`Error::OtherVersion`] when a newer program wrote it, [`Error::NotAnIndex`].
pub fn is_outdated(path: &Path) -> Result<bool, Error> {
    let folder = Folder::at(path);
    let current = match folder.current_of_any_version() {
        Ok(current) => current,
        Err(Error::NoIndex { .. }) => return Ok(false),
        Err(error) => return Err(error),
    };
    match current.schema.cmp(&SCHEMA_VERSION) {
        Ordering::Less => Ok(true),
        Ordering::Equal => Ok(matches!(Snapshot::open(path), Err(Error::OtherFields { .. }))),
        Ordering::Greater => folder.current().map(|_| false),
    }
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
            let whole = opened.as_ref().is_ok_and(|(_, missed)| !missed);
            // A file that is gone was merged away meanwhile if there is a newer commit, and is damage otherwise.
            let moved_on = || {
                folder.current().is_ok_and(|now| now != current)
                    || fs::read(generation.join("meta.json")).ok() != commit
            };
            if whole || !moved_on() {
                let commit = commit.map(|commit| (current.generation, hash64(&commit)));
                return opened.map(|(snapshot, _)| Self { commit, ..snapshot });
            }
        }
    }

    /// Whether the index in that folder has no other commit than this one.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn is_current(&self, path: &Path) -> Result<bool, Error> {
        let folder = Folder::at(path);
        let generation = folder.current()?.generation;
        let commit = fs::read(folder.generation(generation).join("meta.json")).ok();
        Ok(commit.is_some_and(|commit| self.commit == Some((generation, hash64(&commit)))))
    }

    /// Which commit it is: the same for the same commit, wherever the index is opened; `memory` for one that lies nowhere.
    pub fn commit(&self) -> String {
        match self.commit {
            Some((generation, hash)) => format!("{generation}-{hash:016x}"),
            None => "memory".to_owned(),
        }
    }

    /// Opens a generation, and tells whether a file of it was missing meanwhile.
    fn open_generation(path: &Path) -> Result<(Self, bool), Error> {
        let directory = ReadOnly::open(path).map_err(tantivy::TantivyError::from)?;
        let mut index = Index::open(directory.clone())?;
        if index.schema() != super::schema::schema() {
            return Err(Error::OtherFields { path: path.to_owned() });
        }
        index.set_tokenizers(analysis::tokenizers());
        Ok((Self::of(&index)?, directory.missed()))
    }

    /// An index without articles.
    ///
    /// # Errors
    /// When the engine cannot build it.
    pub fn empty() -> Result<Self, Error> {
        Self::in_memory(&[], |_| Annotations::default())
    }

    /// An index in memory, every part in a segment of its own, for tests and for trying things out. Articles that claim
    /// one id are numbered as they come.
    ///
    /// # Errors
    /// When the engine cannot build it.
    pub fn in_memory(parts: &[&[Article]], annotate: fn(&Article) -> Annotations) -> Result<Self, Error> {
        let index = Self::in_ram()?;
        let mut writer = index.writer_with_num_threads(1, 20 << 20)?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        let mut claimed: FxHashMap<ArticleId, usize> = FxHashMap::default();
        for part in parts {
            for article in *part {
                let id = ArticleId::claimed(article);
                let claimants = claimed.entry(id.clone()).or_default();
                *claimants += 1;
                let id = if *claimants > 1 { id.suffixed(*claimants) } else { id };
                let found = annotate(article);
                let view = ArticleView::new(&id, article, &found, 0, 0);
                for document in super::document::documents(&view) {
                    writer.add_document(document)?;
                }
            }
            writer.commit()?;
        }
        Self::of(&index)
    }

    /// The index's last commit.
    ///
    /// # Errors
    /// When a file of the index cannot be opened.
    pub(crate) fn of(index: &Index) -> Result<Self, Error> {
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let (searcher, deleted, entries) = (reader.searcher(), Arc::default(), Arc::default());
        // All files are opened now: a writer may merge them away.
        let names = searcher.segment_readers().iter().map(SegmentNames::open).collect::<Result<_, _>>()?;
        Ok(Self { searcher, names, deleted, commit: None, whole: None, entries })
    }

    /// An index in memory of stories that were gathered from a larger archive.
    ///
    /// # Errors
    /// When the engine cannot build it.
    pub(crate) fn of_stories(stories: &[StoredArticle], whole: Arc<Whole>) -> Result<Self, Error> {
        let index = Self::in_ram()?;
        let mut writer = index.writer_with_num_threads(1, 20 << 20)?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        for StoredArticle { id, article, found } in stories {
            let file = file_key(&article.origin.root, &article.origin.path);
            for document in super::document::documents(&ArticleView::new(id, article, found, file, 0)) {
                writer.add_document(document)?;
            }
        }
        writer.commit()?;
        Ok(Self { whole: Some(whole), ..Self::of(&index)? })
    }

    fn in_ram() -> Result<Index, Error> {
        super::schema::open_or_create(RamDirectory::create())
    }

    /// What is known of the archive that it holds a part of; nothing where it holds all.
    pub(crate) fn whole(&self) -> Option<&Arc<Whole>> {
        self.whole.as_ref()
    }

    /// What is stored of a document.
    pub(super) fn stored(&self, at: DocAddress) -> Result<Stored, Error> {
        Ok(self.searcher.doc(at)?)
    }

    /// An article.
    ///
    /// # Errors
    /// When the index cannot be read, or what is stored there is no article.
    pub(crate) fn article(&self, at: DocAddress) -> Result<StoredArticle, Error> {
        let Stored { packed, text } = self.stored(at)?;
        Ok(StoredArticle::read(&packed, text)?)
    }

    /// The text of an article.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn text(&self, at: DocAddress) -> Result<String, Error> {
        Ok(self.stored(at)?.text)
    }

    /// What tells which article it is.
    ///
    /// # Errors
    /// As [`article`](Self::article).
    pub(crate) fn head(&self, at: DocAddress) -> Result<ArticleHead, Error> {
        Ok(unpack_first(&self.stored(at)?.packed)?)
    }

    /// A quote.
    ///
    /// # Errors
    /// As [`article`](Self::article).
    pub(crate) fn quote(&self, at: DocAddress) -> Result<StoredQuote, Error> {
        self.quotes().read(at)
    }

    /// Reads quotes one after the other; those of one article, asked for in a row, cost one reading of it.
    pub(crate) fn quotes(&self) -> QuoteReader<'_> {
        QuoteReader { snapshot: self, kinds: None, article: None }
    }

    /// A file.
    pub(super) fn file_record(&self, at: DocAddress) -> Result<StoredFile, Error> {
        Ok(StoredFile::read(&self.stored(at)?.packed)?)
    }

    /// Whether the last commit left every article with the id that a fresh build gives it.
    pub(crate) fn is_settled(&self) -> Result<bool, Error> {
        let payload = self.searcher.index().load_metas()?.payload;
        Ok(payload
            .and_then(|payload| serde_json::from_str::<Payload>(&payload).ok())
            .is_none_or(|it| it.settled))
    }

    /// How many articles, quotes and files there are.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn counts(&self) -> Result<Counts, Error> {
        if let Some(whole) = &self.whole {
            return Ok(whole.counts);
        }
        let count = |kind| self.documents_with(&Term::from_field_u64(FieldId::Doc.field(), kind));
        Ok(Counts { articles: count(DOC_ARTICLE)?, quotes: count(DOC_QUOTE)?, files: count(DOC_FILE)? })
    }

    /// How many documents hold a term. Deleted ones do not count, merged away or not: however an index came about, it
    /// answers alike.
    pub(crate) fn documents_with(&self, term: &Term) -> Result<u64, Error> {
        if let (Some(whole), Some(text)) = (&self.whole, term.value().as_str()) {
            let field = FIELDS[term.field().field_id() as usize].id;
            return Ok(whole.documents(Asked::Term(field, text.to_owned())));
        }
        let entries = self.entries(term)?;
        if let Some(&known) = entries.documents.get() {
            return Ok(known);
        }
        let mut count = 0;
        for (ord, info) in entries.infos.iter().enumerate() {
            if let Some(info) = info {
                let inverted = self.searcher.segment_reader(ord as u32).inverted_index(term.field())?;
                count += self.documents_in(ord, &inverted, info)?;
            }
        }
        Ok(*entries.documents.get_or_init(|| count))
    }

    /// The entries of a term in the dictionaries of the segments.
    pub(crate) fn entries(&self, term: &Term) -> Result<Arc<Entries>, Error> {
        let known = || self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entries) = known().get(term) {
            return Ok(Arc::clone(entries));
        }
        let segments = self.searcher.segment_readers().iter();
        let infos: Result<_, Error> = segments
            .map(|segment| segment.inverted_index(term.field())?.get_term_info(term).map_err(engine))
            .collect();
        let entries = Arc::new(Entries { infos: infos?, documents: OnceLock::new() });
        let mut known = known();
        if known.len() >= MOST_ENTRIES {
            known.clear();
        }
        known.insert(term.clone(), Arc::clone(&entries));
        Ok(entries)
    }

    /// How many documents of one segment, by its number, hold the term with that entry in the dictionary.
    pub(crate) fn documents_in(
        &self,
        ord: usize,
        inverted: &InvertedIndexReader,
        info: &TermInfo,
    ) -> Result<u64, Error> {
        let mut count = u64::from(info.doc_freq);
        let deleted = &self.deleted()[ord];
        if !deleted.is_empty() {
            let mut documents =
                inverted.read_postings_from_terminfo(info, IndexRecordOption::Basic).map_err(engine)?;
            for &doc in deleted {
                if documents.doc() < doc {
                    documents.seek(doc);
                }
                count -= u64::from(documents.doc() == doc);
            }
        }
        Ok(count)
    }

    fn deleted(&self) -> &[Vec<DocId>] {
        self.deleted.get_or_init(|| {
            let in_segment = |segment: &tantivy::SegmentReader| {
                let alive = segment.alive_bitset()?;
                Some((0..segment.max_doc()).filter(|&doc| alive.is_deleted(doc)).collect())
            };
            self.searcher.segment_readers().iter().map(|it| in_segment(it).unwrap_or_default()).collect()
        })
    }

    /// What was left out, in the order of roots and paths: of many inputs of one file, the first and a count.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn skipped(&self) -> Result<Vec<Skipped>, Error> {
        let mut skipped: Vec<Skipped> = Vec::new();
        for (number, segment) in (0..).zip(self.searcher.segment_readers()) {
            let Some(codes) = segment.fast_fields().str(FieldId::FileSkip.row().name)? else { continue };
            let mut documents = of_kind(segment, DOC_FILE)?;
            while let Some(doc) = next_alive(documents.as_mut(), segment) {
                if codes.term_ords(doc).next().is_some() {
                    skipped.extend(self.file_record(DocAddress::new(number, doc))?.skipped);
                }
            }
        }
        let place = |line: &Skipped| (line.root.clone(), line.path.clone(), line.count, line.record);
        skipped.sort_by_cached_key(place);
        Ok(skipped)
    }

    /// How many inputs were left out.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn count_skipped(&self) -> Result<u64, Error> {
        let mut count = 0;
        for segment in self.searcher.segment_readers() {
            let skips = number(segment, FieldId::FileSkips)?;
            let mut documents = of_kind(segment, DOC_FILE)?;
            while let Some(doc) = next_alive(documents.as_mut(), segment) {
                count += skips.first(doc).unwrap_or_default();
            }
        }
        Ok(count)
    }

    /// Everything that is stored, one JSON line a document, sorted: equal for two indexes that answer alike. Of files,
    /// only what does not depend on when they were read.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn inventory(&self) -> Result<Vec<String>, Error> {
        let mut lines = Vec::new();
        for (ord, segment) in (0..).zip(self.searcher.segment_readers()) {
            let kinds = number(segment, FieldId::Doc)?;
            for doc in segment.doc_ids_alive() {
                let at = DocAddress::new(ord, doc);
                let line = match kinds.first(doc) {
                    Some(DOC_ARTICLE) => {
                        let article = self.article(at)?;
                        serde_json::json!([article, article.article.text])
                    }
                    Some(DOC_QUOTE) => serde_json::json!([self.quote(at)?, ""]),
                    _ => serde_json::json!([self.file_record(at)?, ""]),
                };
                lines.push(line.to_string());
            }
        }
        lines.sort_unstable();
        Ok(lines)
    }

    /// The names of each segment.
    pub(crate) fn names(&self) -> &[SegmentNames] {
        &self.names
    }

    /// Tantivy's searcher over it.
    pub(crate) fn searcher(&self) -> &Searcher {
        &self.searcher
    }
}

/// Reads quotes: none is stored, each is made from the article behind it.
pub(crate) struct QuoteReader<'s> {
    snapshot: &'s Snapshot,
    /// The kinds of documents of the segment that was read last.
    kinds: Option<(u32, Column<u64>)>,
    /// The article that was read last.
    article: Option<(DocAddress, StoredArticle)>,
}

impl QuoteReader<'_> {
    /// The quote at an address: those of an article stand before it, none missing.
    ///
    /// # Errors
    /// When the index cannot be read, or what is stored there is no quote.
    pub(crate) fn read(&mut self, at: DocAddress) -> Result<StoredQuote, Error> {
        let segment = self.snapshot.searcher.segment_reader(at.segment_ord);
        let (_, kinds) = match self.kinds.take() {
            Some(known) if known.0 == at.segment_ord => self.kinds.insert(known),
            _ => self.kinds.insert((at.segment_ord, number(segment, FieldId::Doc)?)),
        };
        let mut behind = at.doc_id + 1..segment.max_doc();
        let article = behind.find(|&doc| kinds.first(doc) != Some(DOC_QUOTE)).ok_or(Damaged)?;
        let number_from_last = article - at.doc_id;
        let article = DocAddress::new(at.segment_ord, article);
        let stored = match self.article.take() {
            Some((known, stored)) if known == article => stored,
            _ => self.snapshot.article(article)?,
        };
        let (_, stored) = self.article.insert((article, stored));
        let number = (stored.found.quotes.len() as u32).checked_sub(number_from_last).ok_or(Damaged)?;
        let quote = &stored.found.quotes[number as usize];
        Ok(stored.quote(number, quote, &CharOffsets::new(&stored.article.text)))
    }
}

/// What is stored of a document.
#[derive(Debug, Default)]
pub(super) struct Stored {
    /// Its record.
    pub packed: Vec<u8>,
    /// The text of an article.
    pub text: String,
}

impl DocumentDeserialize for Stored {
    fn deserialize<'de, D: DocumentDeserializer<'de>>(mut document: D) -> Result<Self, DeserializeError> {
        let mut stored = Self::default();
        while let Some((_, value)) = document.next_field()? {
            match value {
                OwnedValue::Bytes(packed) => stored.packed = packed,
                OwnedValue::Str(text) => stored.text = text,
                _ => (),
            }
        }
        Ok(stored)
    }
}

/// What a commit says of itself; Tantivy writes it again with every merge, so it stays small.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Payload {
    /// Whether every article has the id that a fresh build gives it.
    pub settled: bool,
}

/// An engine error that began as one of input and output.
fn engine(error: io::Error) -> Error {
    Error::Engine(tantivy::TantivyError::from(error))
}
