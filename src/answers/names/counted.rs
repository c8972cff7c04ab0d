//! How many of some articles have each name.

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
    groups: Vec<(Key, u64)>,
}

/// What a number of a form in its column stands for.
const UNKNOWN: u32 = u32::MAX;
const OTHER: u32 = u32::MAX - 1;

impl NameTable {
    /// Counts the names of a kind in articles, each article once for a name.
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
        let alike = self.shown_alike()?;
        let mut names: FxHashMap<(String, String), u32> = FxHashMap::default();
        let mut groups: Vec<(Key, u64)> = Vec::new();
        for run in docs.chunk_by(|a, b| a.segment_ord == b.segment_ord) {
            let ord = run[0].segment_ord;
            let segment = snapshot.searcher().segment_reader(ord);
            let of_kind = |&kind: &NameKind| -> Result<Option<(NameKind, StrColumn, Vec<u32>)>, Error> {
                let Some(column) = columns::column(segment, column(kind))? else { return Ok(None) };
                let numbers = vec![UNKNOWN; column.num_terms()];
                Ok(Some((kind, column, numbers)))
            };
            let mut columns = kinds.iter().map(of_kind).collect::<Result<Vec<_>, _>>()?;
            let mut here: Vec<u32> = Vec::new();
            for doc in run {
                here.clear();
                for (taken_for, column, numbers) in columns.iter_mut().flatten() {
                    for form in column.term_ords(doc.doc_id) {
                        let number = &mut numbers[form as usize];
                        if *number == UNKNOWN {
                            *number = match self.group_of_form(ord, *taken_for, form)? {
                                Some(group) if group.0 == kind => {
                                    let shown = if alike.contains(&group) {
                                        self.name_of(&group)?
                                    } else {
                                        String::new()
                                    };
                                    let own = if shown.is_empty() { group.1.clone() } else { String::new() };
                                    *names.entry((own, shown)).or_insert_with(|| {
                                        groups.push((group, 0));
                                        groups.len() as u32 - 1
                                    })
                                }
                                _ => OTHER,
                            };
                        }
                        if *number != OTHER && !here.contains(number) {
                            here.push(*number);
                            groups[*number as usize].1 += 1;
                        }
                    }
                }
            }
        }
        Ok(Counted { table: self, groups })
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
    fn group_of_form(&self, segment: u32, kind: NameKind, form: u64) -> Result<Option<Key>, Error> {
        let names = self.parts[segment as usize].of_kind(kind);
        self.owner(kind, names.keys().get(names.of_form(form)))
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
