//! Counting values of a column over documents.

use rustc_hash::{FxHashMap, FxHashSet};
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

/// Values that are looked at first in each segment for the most frequent ones, and how many times as many then.
const FREQUENT: usize = 64;
const FREQUENT_FOR_EACH: usize = 4;

/// The values of a column that most of the given documents have, in the order of their addresses: so many, and those that
/// are as frequent as the last of them; in no order. Only values that are frequent somewhere are read.
pub(crate) fn most_in(
    snapshot: &Snapshot,
    docs: &[DocAddress],
    field: FieldId,
    most: usize,
) -> Result<Vec<(String, u64)>, Error> {
    let mut counted = Vec::new();
    for run in docs.chunk_by(|a, b| a.segment_ord == b.segment_ord) {
        let segment = snapshot.searcher().segment_reader(run[0].segment_ord);
        let Some(column) = column(segment, field)? else { continue };
        let mut counts = vec![0u64; column.num_terms()];
        for doc in run {
            column.term_ords(doc.doc_id).for_each(|ord| counts[ord as usize] += 1);
        }
        let mut order: Vec<u32> = (0..counts.len() as u32).collect();
        order.sort_unstable_by_key(|&ord| std::cmp::Reverse(counts[ord as usize]));
        counted.push((column, counts, order));
    }
    let mut depth = FREQUENT.max(most.saturating_mul(2));
    loop {
        let mut values: FxHashSet<String> = FxHashSet::default();
        let mut unseen = 0;
        for (column, counts, order) in &counted {
            let mut first: Vec<u64> = order.iter().take(depth).map(|&ord| u64::from(ord)).collect();
            let rest = order.get(depth).map_or(0, |&ord| counts[ord as usize]);
            unseen += rest;
            first.retain(|&ord| counts[ord as usize] > 0);
            first.sort_unstable();
            let value = |value: &[u8]| {
                values.insert(String::from_utf8_lossy(value).into_owned());
            };
            column.dictionary().sorted_ords_to_term_cb(&first, value).map_err(tantivy::TantivyError::from)?;
        }
        let mut sums = Vec::with_capacity(values.len());
        for value in values {
            let mut sum = 0;
            for (column, counts, _) in &counted {
                let ord = column.dictionary().term_ord(&value).map_err(tantivy::TantivyError::from)?;
                sum += ord.map_or(0, |ord| counts[ord as usize]);
            }
            sums.push((value, sum));
        }
        sums.sort_unstable_by_key(|(_, sum)| std::cmp::Reverse(*sum));
        let least = most.checked_sub(1).and_then(|last| sums.get(last)).map_or(0, |(_, sum)| *sum);
        if unseen == 0 || least > unseen {
            sums.retain(|(_, sum)| *sum >= least);
            return Ok(sums);
        }
        depth = depth.saturating_mul(FREQUENT_FOR_EACH);
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{annotation::Annotations, article::Article};

    #[test]
    fn the_most_frequent_values_are_those_of_all_segments_together() {
        // Of 500 values each segment has others most often, and some stand in one alone.
        let story = |part: usize, number: usize| Article {
            source: Some(format!("Outlet {}", (number * number + part * 37) % (50 + 150 * part))),
            text: format!("Story {number} of {part}."),
            ..Article::default()
        };
        let parts: Vec<Vec<Article>> =
            (0..3).map(|part| (0..400).map(|number| story(part, number)).collect()).collect();
        let parts: Vec<&[Article]> = parts.iter().map(Vec::as_slice).collect();
        let snapshot = Snapshot::in_memory(&parts, |_| Annotations::default()).expect("an index");
        let all: Vec<DocAddress> =
            (0..3).flat_map(|part| (0..400).map(move |doc| DocAddress::new(part, doc))).collect();
        let mut counts: Vec<(String, u64)> =
            counts_in(&snapshot, &all, FieldId::SourceName).expect("counts").into_iter().collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        for most in [1, 2, 10, 60, 1000] {
            let mut found = most_in(&snapshot, &all, FieldId::SourceName, most).expect("counts");
            found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            let most = most.min(counts.len());
            assert_eq!(found[..most], counts[..most]);
        }
    }
}
