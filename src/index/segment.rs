//! Reading one segment: its columns, and its documents of a kind.

use tantivy::{
    DocId, DocSet, SegmentReader, TERMINATED, Term, columnar::Column, postings::SegmentPostings,
    schema::IndexRecordOption,
};

use super::Error;
use crate::fields::FieldId;

/// A column of whole numbers.
pub(super) fn number(segment: &SegmentReader, field: FieldId) -> Result<Column<u64>, Error> {
    Ok(segment.fast_fields().u64(field.row().name)?)
}

/// All documents of a kind, deleted ones too.
pub(super) fn of_kind(segment: &SegmentReader, kind: u64) -> Result<Option<SegmentPostings>, Error> {
    let term = Term::from_field_u64(FieldId::Doc.field(), kind);
    let inverted = segment.inverted_index(FieldId::Doc.field())?;
    Ok(inverted.read_postings(&term, IndexRecordOption::Basic).map_err(tantivy::TantivyError::from)?)
}

/// The next document that is not deleted.
pub(super) fn next_alive<'a>(
    documents: impl Into<Option<&'a mut SegmentPostings>>,
    segment: &SegmentReader,
) -> Option<DocId> {
    let documents = documents.into()?;
    loop {
        let doc = documents.doc();
        if doc == TERMINATED {
            return None;
        }
        documents.advance();
        if !segment.is_deleted(doc) {
            return Some(doc);
        }
    }
}
