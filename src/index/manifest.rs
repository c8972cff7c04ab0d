//! What the index knows of the files it was read from.
//!
//! Each file has a document beside its articles, committed together with them. Stamps are columns of that document, so
//! that an unchanged archive is recognised without opening one stored document.

use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::{
    DocAddress, DocId, SegmentReader, Term,
    columnar::{Column, StrColumn},
    schema::IndexRecordOption,
};

use crate::{
    annotation::Annotations,
    article::{ArticleHead, ArticleId},
    fields::{DOC_ARTICLE, DOC_FILE, FieldId},
    index::{
        Error, Snapshot,
        claims::{Claimed, claimed},
        segment::{next_alive, number, of_kind},
    },
    report::{FileStamp, PASSING},
    view::StoredFile,
};

/// How much older than the run that read it a file must be for its stamp to be trusted, in nanoseconds. Two seconds is
/// the grain of FAT's clock, the coarsest in use.
const GRAIN_NS: i64 = 2_000_000_000;

/// What is known of one file.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// Its stamp when it was read.
    pub stamp: FileStamp,
    /// Hash of its bytes.
    pub content: u64,
    /// Fingerprint of settings and program that read it.
    pub config: u64,
    /// How many of its inputs were skipped.
    pub skips: u64,
    /// Whether one of them may do better without any change, or its reading was not finished.
    pub passing: bool,
    /// Whether the stamp alone tells that it is unchanged.
    pub settled: bool,
    /// Key of the archive that it lies in; 0 for a file of its own.
    pub within: u64,
    at: DocAddress,
}

/// Where a file's document lies; all that is held of each file. The rest is read from its columns when asked for.
struct Place {
    key: u64,
    at: DocAddress,
    root: u16,
    seen: bool,
}

/// Every file the index knows.
pub struct Manifest {
    snapshot: Snapshot,
    /// In the order of their keys.
    files: Vec<Place>,
    /// Of each segment.
    columns: Vec<FileColumns>,
    /// Keys of what lies in each archive.
    members: FxHashMap<u64, Vec<u64>>,
    roots: Vec<String>,
}

/// How many files lie in an archive, and in those inside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Within {
    /// All of them.
    pub files: u64,
    /// Those among them that were not [`see`](Manifest::see)n before.
    pub unseen: u64,
    /// How many inputs of the latter were skipped.
    pub skips: u64,
}

/// An article of a file.
#[derive(Clone, Debug)]
pub struct KnownArticle {
    /// Its id.
    pub id: ArticleId,
    /// Hash of its record.
    pub content: u64,
    /// Number of the record in the file.
    pub record: u32,
    at: DocAddress,
}

impl Manifest {
    /// Finds all files.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn load(snapshot: Snapshot) -> Result<Self, Error> {
        let (files, columns, members, roots) = Default::default();
        let mut manifest = Self { files, columns, members, roots, snapshot: snapshot.clone() };
        for (number, segment) in (0..).zip(snapshot.searcher().segment_readers()) {
            manifest.load_segment(number, segment)?;
        }
        manifest.files.sort_unstable_by_key(|place| place.key);
        manifest.files.shrink_to_fit();
        Ok(manifest)
    }

    fn load_segment(&mut self, number: u32, segment: &SegmentReader) -> Result<(), Error> {
        let columns = FileColumns::open(segment)?;
        let roots = self.root_numbers(columns.root.as_ref())?;
        let mut documents = of_kind(segment, DOC_FILE)?;
        while let Some(doc) = next_alive(&mut documents, segment) {
            let Some(key) = columns.key.first(doc) else { continue };
            let root = columns.root.as_ref().and_then(|root| root.term_ords(doc).next());
            let root = root.and_then(|root| roots.get(root as usize).copied()).unwrap_or(u16::MAX);
            let within = columns.within.first(doc).unwrap_or_default();
            if within != 0 {
                self.members.entry(within).or_default().push(key);
            }
            self.files.push(Place { key, at: DocAddress::new(number, doc), root, seen: false });
        }
        self.columns.push(columns);
        Ok(())
    }

    fn place(&self, key: u64) -> Option<usize> {
        self.files.binary_search_by_key(&key, |place| place.key).ok()
    }

    fn known(&self, at: DocAddress) -> Known {
        let (columns, doc) = (&self.columns[at.segment_ord as usize], at.doc_id);
        let stamp = columns.stamp(doc);
        let skips = columns.skip.iter().flat_map(|skip| skip.term_ords(doc));
        Known {
            stamp,
            content: columns.content.first(doc).unwrap_or_default(),
            config: columns.config.first(doc).unwrap_or_default(),
            skips: columns.skips.first(doc).unwrap_or_default(),
            passing: skips.into_iter().any(|code| columns.passing.contains(&code)),
            settled: stamp.mtime_ns.saturating_add(GRAIN_NS) <= columns.read.first(doc).unwrap_or(i64::MIN),
            within: columns.within.first(doc).unwrap_or_default(),
            at,
        }
    }

    fn root_numbers(&mut self, column: Option<&StrColumn>) -> Result<Vec<u16>, Error> {
        let mut numbers = Vec::new();
        let Some(column) = column else { return Ok(numbers) };
        let mut name = String::new();
        for ord in 0..column.num_terms() as u64 {
            name.clear();
            column.ord_to_str(ord, &mut name).map_err(tantivy::TantivyError::from)?;
            let number = self.roots.iter().position(|known| *known == name).unwrap_or_else(|| {
                self.roots.push(name.clone());
                self.roots.len() - 1
            });
            numbers.push(u16::try_from(number).unwrap_or(u16::MAX));
        }
        Ok(numbers)
    }

    /// What is known of a file; notes that it is still there.
    pub fn see(&mut self, key: u64) -> Option<Known> {
        let place = self.place(key)?;
        self.files[place].seen = true;
        Some(self.known(self.files[place].at))
    }

    /// What lies in an archive, and in those inside it.
    pub fn members(&self, archive: u64) -> Vec<Known> {
        self.places_within(archive).into_iter().map(|place| self.known(self.files[place].at)).collect()
    }

    /// How much lies in an archive.
    pub fn within(&self, archive: u64) -> Within {
        let mut all = Within::default();
        self.places_within(archive).into_iter().for_each(|place| self.add(place, &mut all));
        all
    }

    /// As [`within`](Self::within); notes that all of it is still there.
    pub fn see_within(&mut self, archive: u64) -> Within {
        let mut all = Within::default();
        for place in self.places_within(archive) {
            self.add(place, &mut all);
            self.files[place].seen = true;
        }
        all
    }

    fn add(&self, place: usize, all: &mut Within) {
        let Place { at, seen, .. } = self.files[place];
        all.files += 1;
        if !seen {
            all.unseen += 1;
            all.skips += self.known(at).skips;
        }
    }

    fn places_within(&self, archive: u64) -> Vec<usize> {
        let (mut places, mut keys) = (Vec::new(), vec![archive]);
        while let Some(key) = keys.pop() {
            let members = self.members.get(&key).into_iter().flatten();
            keys.extend(members.clone());
            places.extend(members.filter_map(|&member| self.place(member)));
        }
        places
    }

    /// What is known of a file.
    pub fn get(&self, key: u64) -> Option<Known> {
        self.place(key).map(|place| self.known(self.files[place].at))
    }

    /// How many files of a root are known.
    pub fn count(&self, root: &str) -> usize {
        let Some(number) = self.roots.iter().position(|known| known == root) else { return 0 };
        self.files.iter().filter(|place| usize::from(place.root) == number).count()
    }

    /// Files of a root that were not [`see`](Self::see)n, in the order of their keys.
    pub fn unseen(&self, root: &str) -> Vec<u64> {
        let Some(number) = self.roots.iter().position(|known| known == root) else { return Vec::new() };
        let unseen = self.files.iter().filter(|place| !place.seen && usize::from(place.root) == number);
        unseen.map(|place| place.key).collect()
    }

    /// Names of all roots that hold files.
    pub fn roots(&self) -> &[String] {
        &self.roots
    }

    /// What is stored of a file.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn record(&self, known: &Known) -> Result<StoredFile, Error> {
        self.snapshot.file_record(known.at)
    }

    /// The articles of a file, in the order they lie in the index.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn articles(&self, key: u64) -> Result<Vec<KnownArticle>, Error> {
        let mut articles = Vec::new();
        self.snapshot.each_of_file(key, &mut |columns, at| {
            let ArticleHead { id, article } = self.snapshot.head(at)?;
            let content = columns.content.first(at.doc_id).unwrap_or_default();
            articles.push(KnownArticle { id, content, record: article.origin.record, at });
            Ok(())
        })?;
        Ok(articles)
    }

    /// The articles of a file that claim an id.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn claimants(&self, file: u64, id: &ArticleId) -> Result<Vec<KnownArticle>, Error> {
        let of_file = claimed(&self.snapshot, id.key())?.into_iter().filter(|claimed| claimed.file == file);
        of_file
            .map(|Claimed { id, at, content, .. }| {
                let ArticleHead { article, .. } = self.snapshot.head(at)?;
                Ok(KnownArticle { id, content, record: article.origin.record, at })
            })
            .collect()
    }

    /// How many articles of a root there are, and how many of them lie in those files.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn articles_of_root(&self, root: &str, files: &FxHashSet<u64>) -> Result<(u64, u64), Error> {
        let Some(root) = self.roots.iter().position(|known| known == root) else { return Ok((0, 0)) };
        let (mut all, mut among) = (0, 0);
        for segment in self.snapshot.searcher().segment_readers() {
            let column = number(segment, FieldId::FileKey)?;
            let mut documents = of_kind(segment, DOC_ARTICLE)?;
            while let Some(doc) = next_alive(documents.as_mut(), segment) {
                let file = column.first(doc).unwrap_or_default();
                if self.place(file).is_some_and(|place| usize::from(self.files[place].root) == root) {
                    all += 1;
                    among += u64::from(files.contains(&file));
                }
            }
        }
        Ok((all, among))
    }

    /// How many articles of a file there are.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn count_articles(&self, key: u64) -> Result<u64, Error> {
        let mut count = 0;
        self.snapshot.each_of_file(key, &mut |_, _| {
            count += 1;
            Ok(())
        })?;
        Ok(count)
    }

    /// What was found in an article, as it is stored.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn found(&self, article: &KnownArticle) -> Result<Annotations, Error> {
        Ok(self.snapshot.article(article.at)?.found)
    }
}

impl Snapshot {
    /// The articles of a file that claim none of the ids, of which `claims` tells whether one is among them.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn others_of_file(
        &self,
        key: u64,
        claims: &mut dyn FnMut(u64) -> bool,
    ) -> Result<Vec<ArticleId>, Error> {
        let mut others = Vec::new();
        self.each_of_file(key, &mut |columns, at| {
            if !claims(columns.key.first(at.doc_id).unwrap_or_default()) {
                others.push(self.head(at)?.id);
            }
            Ok(())
        })?;
        Ok(others)
    }

    /// Goes through the articles of a file.
    fn each_of_file(
        &self,
        key: u64,
        each: &mut dyn FnMut(&ArticleColumns, DocAddress) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let term = Term::from_field_u64(FieldId::File.field(), key);
        for (at, segment) in (0..).zip(self.searcher().segment_readers()) {
            let inverted = segment.inverted_index(FieldId::File.field())?;
            let documents = inverted.read_postings(&term, IndexRecordOption::Basic);
            let Some(mut documents) = documents.map_err(tantivy::TantivyError::from)? else { continue };
            let columns = ArticleColumns::open(segment)?;
            while let Some(doc) = next_alive(&mut documents, segment) {
                if columns.kind.first(doc) == Some(DOC_ARTICLE) {
                    each(&columns, DocAddress::new(at, doc))?;
                }
            }
        }
        Ok(())
    }
}

/// What tells an article of a file from the others.
struct ArticleColumns {
    kind: Column<u64>,
    key: Column<u64>,
    content: Column<u64>,
}

impl ArticleColumns {
    fn open(segment: &SegmentReader) -> Result<Self, Error> {
        Ok(Self {
            kind: number(segment, FieldId::Doc)?,
            key: number(segment, FieldId::Key)?,
            content: number(segment, FieldId::Content)?,
        })
    }
}

struct FileColumns {
    key: Column<u64>,
    content: Column<u64>,
    config: Column<u64>,
    within: Column<u64>,
    len: Column<u64>,
    inode: Column<u64>,
    modified: Column<i64>,
    changed: Column<i64>,
    read: Column<i64>,
    skips: Column<u64>,
    root: Option<StrColumn>,
    skip: Option<StrColumn>,
    /// What stands in `skip` where something may do better without any change.
    passing: Vec<u64>,
}

impl FileColumns {
    fn open(segment: &SegmentReader) -> Result<Self, Error> {
        let signed = |field: FieldId| segment.fast_fields().i64(field.row().name);
        let text = |field: FieldId| segment.fast_fields().str(field.row().name);
        let skip = text(FieldId::FileSkip)?;
        Ok(Self {
            passing: passing_codes(skip.as_ref())?,
            key: number(segment, FieldId::FileKey)?,
            content: number(segment, FieldId::Content)?,
            config: number(segment, FieldId::FileConfig)?,
            within: number(segment, FieldId::FileWithin)?,
            len: number(segment, FieldId::FileLen)?,
            inode: number(segment, FieldId::FileInode)?,
            modified: signed(FieldId::FileModified)?,
            changed: signed(FieldId::FileChanged)?,
            read: signed(FieldId::FileRead)?,
            skips: number(segment, FieldId::FileSkips)?,
            root: text(FieldId::FileRoot)?,
            skip,
        })
    }

    fn stamp(&self, doc: DocId) -> FileStamp {
        FileStamp {
            len: self.len.first(doc).unwrap_or_default(),
            mtime_ns: self.modified.first(doc).unwrap_or_default(),
            ctime_ns: self.changed.first(doc).unwrap_or_default(),
            inode: self.inode.first(doc).unwrap_or_default(),
        }
    }
}

fn passing_codes(column: Option<&StrColumn>) -> Result<Vec<u64>, Error> {
    let mut codes = Vec::new();
    for code in PASSING {
        if let Some(column) = column {
            codes.extend(column.dictionary().term_ord(code).map_err(tantivy::TantivyError::from)?);
        }
    }
    Ok(codes)
}
