//! How many of some articles have each name.

use std::sync::{Arc, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::DocAddress;

use super::{
    NameTable, column,
    form_names::{Columns, FormAt},
    rule::Key,
};
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
                    Ok(groups) => return Ok(Counted { table: self, groups }),
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
        names.learn(columns, found);
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
