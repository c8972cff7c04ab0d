//! Which name each form of a segment belongs to, remembered from question to question.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::{DocAddress, columnar::StrColumn};

use super::rule::Key;
use crate::annotation::NameKind;

/// What a number of a form in its column stands for.
const UNKNOWN: u32 = u32::MAX;
const OTHER: u32 = u32::MAX - 1;

/// Names that are remembered at most, about 100 bytes each.
const MOST_REMEMBERED: usize = 500_000;

/// Which name each form of one kind belongs to, as far as it was asked: remembered from question to question.
#[derive(Default)]
pub(super) struct FormNames {
    /// A name's number by a form's number in its column, for each segment and what its stories take the form for.
    numbers: FxHashMap<(u32, NameKind), Vec<u32>>,
    names: Vec<Arc<Key>>,
    /// The number of a name by its key, or by what it is shown as where another is shown alike.
    by_name: FxHashMap<(Option<Arc<Key>>, String), u32>,
}

/// A form of a segment: the segment, what its stories take the form for, the form's number in its column.
pub(super) type FormAt = (u32, NameKind, u32);

impl FormNames {
    /// How many of some articles have each name; or, where that is not known of all their forms, those.
    pub(super) fn count(
        &self,
        columns: &Columns,
        docs: &[DocAddress],
    ) -> Result<Vec<(Arc<Key>, u64)>, FxHashSet<FormAt>> {
        let mut counts = vec![0u64; self.names.len()];
        let mut unknown: FxHashSet<FormAt> = FxHashSet::default();
        let mut here: Vec<u32> = Vec::new();
        for run in docs.chunk_by(|a, b| a.segment_ord == b.segment_ord) {
            let ord = run[0].segment_ord;
            let columns: Vec<_> = columns
                .iter()
                .filter(|(segment, ..)| *segment == ord)
                .map(|(_, kind, column)| (*kind, column, self.numbers.get(&(ord, *kind))))
                .collect();
            for doc in run {
                here.clear();
                for (kind, column, numbers) in &columns {
                    for form in column.term_ords(doc.doc_id) {
                        match numbers.map_or(UNKNOWN, |numbers| numbers[form as usize]) {
                            UNKNOWN => {
                                unknown.insert((ord, *kind, form as u32));
                            }
                            OTHER => (),
                            number if here.contains(&number) => (),
                            number => {
                                here.push(number);
                                counts[number as usize] += 1;
                            }
                        }
                    }
                }
            }
        }
        if !unknown.is_empty() {
            return Err(unknown);
        }
        let counted = self.names.iter().zip(counts).filter(|(_, count)| *count > 0);
        Ok(counted.map(|(name, count)| (Arc::clone(name), count)).collect())
    }

    /// Remembers which names forms belong to, none where it is of another kind; and what those are shown as that others may
    /// be shown alike.
    pub(super) fn learn(&mut self, columns: &Columns, found: Vec<(FormAt, Option<Arc<Key>>, String)>) {
        if self.names.len() + found.len() > MOST_REMEMBERED.max(2 * found.len()) {
            *self = Self::default();
        }
        for (segment, taken_for, column) in columns {
            self.numbers.entry((*segment, *taken_for)).or_insert_with(|| vec![UNKNOWN; column.num_terms()]);
        }
        for ((segment, taken_for, form), group, shown) in found {
            let number = group.map_or(OTHER, |group| {
                let own = shown.is_empty().then(|| Arc::clone(&group));
                *self.by_name.entry((own, shown)).or_insert_with(|| {
                    self.names.push(group);
                    self.names.len() as u32 - 1
                })
            });
            if let Some(numbers) = self.numbers.get_mut(&(segment, taken_for)) {
                numbers[form as usize] = number;
            }
        }
    }
}

/// Columns of forms, each with its segment and what its stories take the forms for.
pub(super) type Columns = Vec<(u32, NameKind, StrColumn)>;
