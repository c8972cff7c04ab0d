//! Verifying an index: every byte against its checksum, every tie between files, articles and quotes.

use std::{collections::HashSet, path::Path, sync::Arc};

use rustc_hash::FxHashSet;
use schemars::JsonSchema;
use serde::Serialize;
use tantivy::{
    DocAddress, DocId, InvertedIndexReader, SegmentReader, TantivyError, Term, columnar::Column,
    directory::error::OpenReadError, schema::IndexRecordOption,
};

use crate::{
    article::{ArticleId, hash64},
    fields::{DOC_ARTICLE, DOC_FILE, DOC_QUOTE, FieldId},
    index::{
        Error, Snapshot, names,
        segment::{next_alive, number},
    },
};

/// Something wrong in an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Finding {
    /// A stable code: `checksum`, `missing-file`, `stray-quote`, `lost-quote`, `stray-article`, `shared-id`,
    /// `unreadable-document`, `unknown-kind`, `other-names`.
    pub code: String,
    /// Where and what.
    pub message: String,
}

/// Verifies an index; finds nothing in a sound one.
///
/// # Errors
/// When the index cannot be read at all.
pub fn check(snapshot: &Snapshot) -> Result<Vec<Finding>, Error> {
    let mut findings = checksums(snapshot)?;
    if findings.is_empty() {
        let mut ties = Ties::default();
        for (number, segment) in (0..).zip(snapshot.searcher().segment_readers()) {
            ties.follow(snapshot, number, segment)?;
            if !names::is_sound(segment)? {
                let id = segment.segment_id().uuid_string();
                ties.found
                    .push(finding("other-names", format!("the names beside segment {id} are not its own")));
            }
        }
        findings = ties.findings();
    }
    Ok(findings)
}

fn finding(code: &str, message: String) -> Finding {
    Finding { code: code.to_owned(), message }
}

/// Endings of the files a segment has besides its list of deleted documents.
const FILES: [&str; 7] = ["idx", "pos", "term", "store", "fast", "fieldnorm", names::EXTENSION];

/// Files are taken by the handles that the snapshot holds, so a writer that merges them away meanwhile does not matter.
fn checksums(snapshot: &Snapshot) -> Result<Vec<Finding>, Error> {
    let directory = snapshot.searcher().index().directory();
    let mut findings = Vec::new();
    for segment in snapshot.searcher().segment_readers() {
        let id = segment.segment_id().uuid_string();
        let deleted = segment.delete_opstamp().map(|opstamp| format!("{id}.{opstamp}.del"));
        for file in FILES.iter().map(|ending| format!("{id}.{ending}")).chain(deleted) {
            match directory.validate_checksum(Path::new(&file)) {
                Ok(true) => (),
                Ok(false) => {
                    findings.push(finding("checksum", format!("{file} is damaged: its checksum is wrong")))
                }
                Err(OpenReadError::FileDoesNotExist(_)) => {
                    findings.push(finding("missing-file", format!("{file} is not there")));
                }
                Err(error) => return Err(TantivyError::from(error).into()),
            }
        }
    }
    findings.sort_by(|a, b| a.message.cmp(&b.message));
    Ok(findings)
}

#[derive(Default)]
struct Ties {
    files: FxHashSet<u64>,
    articles: Vec<(u64, String)>,
    ids: HashSet<u64>,
    found: Vec<Finding>,
}

/// What ties the documents of a segment to each other.
struct Columns {
    kind: Column<u64>,
    file: Column<u64>,
    number: Column<u64>,
    /// Documents by the id of their article.
    ids: Arc<InvertedIndexReader>,
}

impl Columns {
    fn of(segment: &SegmentReader) -> Result<Self, Error> {
        Ok(Self {
            kind: number(segment, FieldId::Doc)?,
            file: number(segment, FieldId::FileKey)?,
            number: number(segment, FieldId::QuoteNumber)?,
            ids: segment.inverted_index(FieldId::ArticleId.field())?,
        })
    }

    /// The live documents that bear the id of an article.
    fn bearing(&self, segment: &SegmentReader, id: &ArticleId) -> Result<Vec<DocId>, Error> {
        let term = Term::from_field_text(FieldId::ArticleId.field(), id.as_str());
        let documents = self.ids.read_postings(&term, IndexRecordOption::Basic);
        let mut documents = documents.map_err(TantivyError::from)?;
        Ok(std::iter::from_fn(|| next_alive(documents.as_mut(), segment)).collect())
    }
}

impl Ties {
    fn follow(&mut self, snapshot: &Snapshot, at: u32, segment: &SegmentReader) -> Result<(), Error> {
        let columns = Columns::of(segment)?;
        let mut quotes: Vec<DocId> = Vec::new();
        for doc in segment.doc_ids_alive() {
            match columns.kind.first(doc) {
                Some(DOC_QUOTE) => quotes.push(doc),
                Some(DOC_ARTICLE) => {
                    self.article(snapshot, DocAddress::new(at, doc), &columns, &std::mem::take(&mut quotes))?;
                }
                Some(DOC_FILE) => self.file(snapshot, at, doc, &columns),
                kind => self
                    .found
                    .push(finding("unknown-kind", format!("document {at}/{doc} is of kind {kind:?}"))),
            }
        }
        for doc in quotes {
            self.found.push(finding("stray-quote", format!("quote {at}/{doc} has no article behind it")));
        }
        Ok(())
    }

    fn article(
        &mut self,
        snapshot: &Snapshot,
        DocAddress { segment_ord: at, doc_id: doc }: DocAddress,
        columns: &Columns,
        quotes: &[DocId],
    ) -> Result<(), Error> {
        let Ok(stored) = snapshot.article(DocAddress::new(at, doc)) else {
            self.found.push(unreadable(at, doc));
            return Ok(());
        };
        let origin = &stored.article.origin;
        let place =
            format!("{} ({}, {}, record {})", stored.id.as_str(), origin.root, origin.path, origin.record);
        if !self.ids.insert(hash64(stored.id.as_str().as_bytes())) {
            self.found.push(finding("shared-id", format!("two articles have the id of {place}")));
        }
        if quotes.len() != stored.found.quotes.len() {
            let (has, of) = (quotes.len(), stored.found.quotes.len());
            self.found.push(finding("lost-quote", format!("article {place} has {has} of its {of} quotes")));
        }
        let bearing = columns.bearing(snapshot.searcher().segment_reader(at), &stored.id)?;
        for (number, &quote) in (0..).zip(quotes) {
            let tied = columns.number.first(quote) == Some(number) && bearing.binary_search(&quote).is_ok();
            if !tied {
                let what =
                    format!("quote {at}/{quote} stands before article {place} and is not its quote {number}");
                self.found.push(finding("stray-quote", what));
            }
        }
        if bearing.len() > quotes.len() + 1 {
            let what = format!("documents that do not stand before article {place} bear its id");
            self.found.push(finding("stray-quote", what));
        }
        self.articles.push((columns.file.first(doc).unwrap_or_default(), place));
        Ok(())
    }

    fn file(&mut self, snapshot: &Snapshot, at: u32, doc: DocId, columns: &Columns) {
        let key = columns.file.first(doc).unwrap_or_default();
        if snapshot.file_record(DocAddress::new(at, doc)).is_err() {
            self.found.push(unreadable(at, doc));
        }
        if !self.files.insert(key) {
            self.found.push(finding("shared-id", format!("file {key:016x} is recorded twice")));
        }
    }

    fn findings(mut self) -> Vec<Finding> {
        for (file, place) in &self.articles {
            if !self.files.contains(file) {
                self.found.push(finding("stray-article", format!("article {place} has no file on record")));
            }
        }
        self.found
    }
}

fn unreadable(at: u32, doc: DocId) -> Finding {
    finding("unreadable-document", format!("document {at}/{doc} cannot be understood"))
}
