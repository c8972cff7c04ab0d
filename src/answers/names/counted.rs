//! How many of some articles have each name.

use std::sync::{Arc, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::{DocAddress, columnar::StrColumn};

use super::{NameTable, column, rule::Key};
use crate::{
    annotation::NameKind,
    index::Snapshot,
    name_key::name_key,
    query::{Error, engine::columns},
};

/// Names of one kind with the number of articles that have them.
pub(crate) struct Counted<'a> {
    table: &'a NameTable,
    groups: Vec<(Arc<Key>, u64)>,
}

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
type FormAt = (u32, NameKind, u32);

impl FormNames {
    /// How many of some articles have each name; or, where that is not known of all their forms, those.
    fn count(&self, columns: &Columns, docs: &[DocAddress]) -> Result<Vec<u64>, FxHashSet<FormAt>> {
        let mut counts = vec![0; self.names.len()];
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
        if unknown.is_empty() { Ok(counts) } else { Err(unknown) }
    }
}

/// Columns of forms, each with its segment and what its stories take the forms for.
type Columns = Vec<(u32, NameKind, StrColumn)>;

impl NameTable {
    /// Counts the names of a kind in articles, in the order of their addresses, each article once for a name.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub(crate) fn counted(
        &self,
        snapshot: &Snapshot,
        kind: NameKind,
        docs: &[DocAddress],
    ) -> Result<Counted<'_>, Error> {
        // Stories may take for another kind what is of this one.
        let kinds = self.taken_for(kind)?;
        let mut columns = Columns::new();
        for run in docs.chunk_by(|a, b| a.segment_ord == b.segment_ord) {
            let ord = run[0].segment_ord;
            let segment = snapshot.searcher().segment_reader(ord);
            for &kind in &kinds {
                columns.extend(columns::column(segment, column(kind))?.map(|column| (ord, kind, column)));
            }
        }
        let of_kind = &self.form_names[kind as usize];
        loop {
            let unknown = {
                let names = of_kind.read().unwrap_or_else(PoisonError::into_inner);
                match names.count(&columns, docs) {
                    Ok(counts) => {
                        let counted = names.names.iter().zip(counts).filter(|(_, count)| *count > 0);
                        let groups = counted.map(|(name, count)| (Arc::clone(name), count)).collect();
                        return Ok(Counted { table: self, groups });
                    }
                    Err(unknown) => unknown,
                }
            };
            self.learn(kind, &columns, unknown)?;
        }
    }

    /// Finds out which names forms belong to.
    fn learn(&self, kind: NameKind, columns: &Columns, forms: FxHashSet<FormAt>) -> Result<(), Error> {
        let alike = self.shown_alike()?;
        let mut found = Vec::with_capacity(forms.len());
        for form in forms {
            let group = self.group_of_form(form)?.filter(|group| group.0 == kind);
            let shown = match &group {
                Some(group) if alike.contains(group) => self.name_of(group)?,
                _ => String::new(),
            };
            found.push((form, group.map(Arc::new), shown));
        }
        let mut names = self.form_names[kind as usize].write().unwrap_or_else(PoisonError::into_inner);
        if names.names.len() + found.len() > MOST_REMEMBERED.max(2 * found.len()) {
            *names = FormNames::default();
        }
        let FormNames { numbers, names, by_name } = &mut *names;
        for (segment, taken_for, column) in columns {
            numbers.entry((*segment, *taken_for)).or_insert_with(|| vec![UNKNOWN; column.num_terms()]);
        }
        for ((segment, taken_for, form), group, shown) in found {
            let number = group.map_or(OTHER, |group| {
                let own = shown.is_empty().then(|| Arc::clone(&group));
                *by_name.entry((own, shown)).or_insert_with(|| {
                    names.push(group);
                    names.len() as u32 - 1
                })
            });
            if let Some(numbers) = numbers.get_mut(&(segment, taken_for)) {
                numbers[form as usize] = number;
            }
        }
        Ok(())
    }

    /// Names that corrections may show by the same words as another.
    fn shown_alike(&self) -> Result<FxHashSet<Key>, Error> {
        let mut alike = FxHashSet::default();
        for (group, shown) in self.rule.corrections.titled() {
            alike.insert(group.clone());
            for kind in NameKind::ALL {
                alike.extend(self.owner(kind, &name_key(shown))?);
            }
        }
        Ok(alike)
    }

    /// What a name is shown as.
    fn name_of(&self, group: &Key) -> Result<String, Error> {
        if let Some(Some(known)) = self.known.get(group) {
            return Ok(known.name.clone());
        }
        Ok(self.draft(group)?.map_or_else(String::new, |known| known.name))
    }

    /// The key of the name that a form of a segment belongs to, by the form's number in its column.
    fn group_of_form(&self, (segment, kind, form): FormAt) -> Result<Option<Key>, Error> {
        let names = self.parts[segment as usize].of_kind(kind);
        self.owner(kind, names.keys().get(names.of_form(form.into())))
    }
}

impl Counted<'_> {
    /// How many different names there are.
    pub fn len(&self) -> usize {
        self.groups.len()
    }

    /// All names, each with the number of its articles.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn all(&self) -> Result<FxHashMap<String, u64>, Error> {
        let mut all: FxHashMap<String, u64> = FxHashMap::default();
        for (group, count) in &self.groups {
            *all.entry(self.table.name_of(group)?).or_default() += count;
        }
        Ok(all)
    }

    /// The most frequent names, ties in byte order.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn most(mut self, most: usize) -> Result<Vec<(String, u64)>, Error> {
        self.groups.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let least = self.groups.get(most.saturating_sub(1)).map_or(0, |(_, count)| *count);
        let mut named = Vec::new();
        for (group, count) in self.groups.iter().take_while(|(_, count)| *count >= least) {
            named.push((self.table.name_of(group)?, *count));
        }
        named.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        named.truncate(most);
        Ok(named)
    }
}
