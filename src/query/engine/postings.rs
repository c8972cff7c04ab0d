//! Documents that hold one of several exact terms.

use tantivy::{DocAddress, DocSet, TERMINATED, Term, schema::IndexRecordOption};

use crate::{fields::FieldId, index::Snapshot, query::Error};

/// Live documents that hold one of the terms, each once, in the order of their addresses.
pub(crate) fn with_any<'a>(
    snapshot: &Snapshot,
    field: FieldId,
    terms: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<DocAddress>, Error> {
    let mut found = Vec::new();
    for term in terms {
        found.extend(with_term(snapshot, &Term::from_field_text(field.field(), term))?);
    }
    // Lists in order, one behind the other: the stable sort merges them.
    found.sort();
    found.dedup();
    Ok(found)
}

/// Live documents that hold a term, in the order of their addresses.
pub(crate) fn with_term(snapshot: &Snapshot, term: &Term) -> Result<Vec<DocAddress>, Error> {
    let mut found = Vec::new();
    let entries = snapshot.entries(term)?;
    for ((segment_ord, segment), entry) in
        (0..).zip(snapshot.searcher().segment_readers()).zip(&entries.infos)
    {
        let Some(entry) = entry else { continue };
        let inverted = segment.inverted_index(term.field())?;
        let alive = segment.alive_bitset();
        let postings = inverted.read_postings_from_terminfo(entry, IndexRecordOption::Basic);
        let mut postings = postings.map_err(tantivy::TantivyError::from)?;
        let mut doc_id = postings.doc();
        while doc_id != TERMINATED {
            if alive.is_none_or(|alive| alive.is_alive(doc_id)) {
                found.push(DocAddress { segment_ord, doc_id });
            }
            doc_id = postings.advance();
        }
    }
    Ok(found)
}
