//! Counting values of a column over documents.

use rustc_hash::FxHashMap;
use tantivy::{DocAddress, SegmentReader, columnar::StrColumn};

use crate::{fields::FieldId, index::Snapshot, query::Error};

/// How many of the given documents, in the order of their addresses, have each value of a column.
pub(crate) fn counts_in(
    snapshot: &Snapshot,
    docs: &[DocAddress],
    field: FieldId,
) -> Result<FxHashMap<String, u64>, Error> {
    let mut counts = FxHashMap::default();
    for run in docs.chunk_by(|a, b| a.segment_ord == b.segment_ord) {
        let Some(first) = run.first() else { continue };
        let segment = snapshot.searcher().segment_reader(first.segment_ord);
        let Some(column) = column(segment, field)? else { continue };
        let mut ords = vec![0u64; column.num_terms()];
        for doc in run {
            column.term_ords(doc.doc_id).for_each(|ord| ords[ord as usize] += 1);
        }
        add(&column, &ords, &mut counts)?;
    }
    Ok(counts)
}

/// How many articles have each value of some columns, the values joined by a rule, each article counted once for what they
/// join to. Given are articles with the documents whose columns are read: themselves, or their quotes.
pub(crate) fn counts_of(
    snapshot: &Snapshot,
    docs: impl Iterator<Item = (DocAddress, DocAddress)>,
    fields: &[FieldId],
    joined: impl Fn(FieldId, &str) -> Result<Option<String>, Error>,
) -> Result<FxHashMap<String, u64>, Error> {
    let segments = snapshot.searcher().segment_readers();
    let of_segment =
        |segment| fields.iter().map(|&field| column(segment, field)).collect::<Result<Vec<_>, _>>();
    let columns = segments.iter().map(of_segment).collect::<Result<Vec<_>, _>>()?;
    let mut names: FxHashMap<(u32, FieldId, u64), Option<String>> = FxHashMap::default();
    let mut counts: FxHashMap<String, u64> = FxHashMap::default();
    let mut seen: (Option<DocAddress>, Vec<String>) = (None, Vec::new());
    let mut form = String::new();
    for (article, doc) in docs {
        if seen.0 != Some(article) {
            seen = (Some(article), Vec::new());
        }
        let here = fields.iter().zip(&columns[doc.segment_ord as usize]);
        let here = here.filter_map(|(&field, column)| Some((field, column.as_ref()?)));
        for (field, column, ord) in
            here.flat_map(|(field, column)| column.term_ords(doc.doc_id).map(move |ord| (field, column, ord)))
        {
            let name = match names.entry((doc.segment_ord, field, ord)) {
                std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
                std::collections::hash_map::Entry::Vacant(unknown) => {
                    let found = column.ord_to_str(ord, &mut form).map_err(tantivy::TantivyError::from)?;
                    unknown.insert(if found { joined(field, &form)? } else { None })
                }
            };
            if let Some(name) = name
                && !seen.1.contains(name)
            {
                seen.1.push(name.clone());
                *counts.entry(name.clone()).or_default() += 1;
            }
        }
    }
    Ok(counts)
}

/// The column of a field in one segment.
pub(crate) fn column(segment: &SegmentReader, field: FieldId) -> Result<Option<StrColumn>, Error> {
    Ok(segment.fast_fields().str(field.row().name)?)
}

fn add(column: &StrColumn, ords: &[u64], counts: &mut FxHashMap<String, u64>) -> Result<(), Error> {
    let (held, times): (Vec<u64>, Vec<u64>) = (0..).zip(ords).filter(|(_, count)| **count > 0).unzip();
    let mut times = times.into_iter();
    let value = |value: &[u8]| {
        let count = times.next().unwrap_or(0);
        *counts.entry(String::from_utf8_lossy(value).into_owned()).or_default() += count;
    };
    column.dictionary().sorted_ords_to_term_cb(&held, value).map_err(tantivy::TantivyError::from)?;
    Ok(())
}
