//! Who is who in the archive: written forms of one name joined across stories.
//!
//! The rule, in this order, and never by likeness alone:
//! 1. Forms with the same [`name_key`] are one name: case, accents, hyphens and dots aside, `Last, First` turned round,
//!    initials set apart, a leading article dropped. Suffixes stay: a junior is not his father.
//! 2. A person known to some story by one word only is joined to the one person of the archive whose last word
//!    it is, when there is exactly one.
//! 3. What the archive's own corrections say, see [`Corrections`], comes before both.
//!
//! Nothing of this is stored with an article. It follows from the live articles alone, whatever the order they came in.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::index::corrections::Corrections;
use crate::{
    annotation::NameKind,
    index::{Snapshot, document::name_key, fields::FieldId},
};

/// A [`name_key`] with what it names.
type Key = (NameKind, String);

/// Written forms, each with its stories.
type Forms = Vec<(String, u64)>;

/// One person, organisation, work, place or event of the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The form most stories use; of equals the longest, then the first in byte order.
    pub name: String,
    /// Its [`name_key`].
    pub key: String,
    /// What it names.
    pub kind: NameKind,
    /// Stories it is named in. A story that is known to use two forms counts for each.
    pub articles: u64,
    /// Every fullest form that stories use, most frequent first.
    pub forms: Vec<(String, u64)>,
}

/// Every name of the archive.
#[derive(Clone, Debug, Default)]
pub struct NameTable {
    known: Vec<Known>,
    by_form: FxHashMap<(NameKind, String), u32>,
    by_key: FxHashMap<(NameKind, String), u32>,
}

impl NameTable {
    /// Reads the names of all live articles, and joins their forms.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn new(snapshot: &Snapshot, corrections: &Corrections) -> Result<Self, crate::index::Error> {
        let mut forms = Vec::new();
        for kind in NameKind::ALL {
            let counts = super::columns::counts(snapshot, column(kind))?;
            forms.extend(counts.into_iter().map(|(name, count)| ((kind, name), count)));
        }
        Ok(Self::of_forms(forms, corrections))
    }

    /// Joins forms, each given once with its number of stories.
    pub fn of_forms(forms: Vec<((NameKind, String), u64)>, corrections: &Corrections) -> Self {
        let resolve = |((kind, form), count): ((NameKind, String), u64)| {
            Some((corrections.resolve(kind, &form)?, (form, count)))
        };
        let mut resolved: Vec<(Key, (String, u64))> = forms.into_par_iter().filter_map(resolve).collect();
        // The tree takes them faster in order.
        resolved.par_sort_unstable();
        let mut groups: BTreeMap<Key, Forms> = BTreeMap::new();
        for (key, form) in resolved {
            groups.entry(key).or_default().push(form);
        }
        join_short_forms(&mut groups, corrections);
        let mut table = Self::default();
        for ((kind, key), forms) in groups {
            table.add(kind, key, forms, corrections);
        }
        table
    }

    fn add(&mut self, kind: NameKind, key: String, mut forms: Vec<(String, u64)>, corrections: &Corrections) {
        forms.sort_by(|a, b| b.1.cmp(&a.1).then(b.0.len().cmp(&a.0.len())).then(a.0.cmp(&b.0)));
        let number = u32::try_from(self.known.len()).expect("an archive has fewer than 4 billion names");
        for (form, _) in &forms {
            self.by_form.insert((kind, form.clone()), number);
            self.by_key.entry((kind, name_key(form))).or_insert(number);
        }
        let name = corrections.title(kind, &key).unwrap_or_else(|| fullest(&key, &forms));
        let own = name_key(&name);
        self.by_key.insert((kind, own.clone()), number);
        let articles = forms.iter().map(|(_, count)| count).sum();
        self.by_key.insert((kind, key), number);
        self.known.push(Known { name, key: own, kind, articles, forms });
    }

    /// Every name, in the order of kind and key.
    pub fn all(&self) -> &[Known] {
        &self.known
    }

    /// The name of the archive behind a form that a story uses.
    pub fn of_form(&self, kind: NameKind, form: &str) -> Option<&Known> {
        self.by_form.get(&(kind, form.to_owned())).map(|&number| &self.known[number as usize])
    }

    /// The name a person at the keyboard means: by key, else the only person whose last word was typed.
    pub fn find(&self, kind: NameKind, typed: &str) -> Option<&Known> {
        let key = name_key(typed);
        if let Some(&number) = self.by_key.get(&(kind, key.clone())) {
            return Some(&self.known[number as usize]);
        }
        let mut same = self.with_word(kind, &key);
        let found = same.next()?;
        same.next().is_none().then_some(found)
    }

    /// Names one word of which is `key`, one word or several in a row at an end of the name.
    pub fn with_word<'a, 'k>(
        &'a self,
        kind: NameKind,
        key: &'k str,
    ) -> impl Iterator<Item = &'a Known> + use<'a, 'k> {
        self.known.iter().filter(move |known| {
            let own = &known.key;
            known.kind == kind
                && !key.is_empty()
                && (own.strip_suffix(key).is_some_and(|rest| rest.ends_with(' '))
                    || own.strip_prefix(key).is_some_and(|rest| rest.starts_with(' ')))
        })
    }
}

/// The column of fullest forms of one kind of name.
pub fn column(kind: NameKind) -> FieldId {
    match kind {
        NameKind::Person => FieldId::PersonName,
        NameKind::Org => FieldId::OrgName,
        NameKind::Work => FieldId::WorkName,
        NameKind::Place => FieldId::PlaceName,
        NameKind::Event => FieldId::EventName,
    }
}

/// The most frequent form that is as long as the key; a one-word form never stands for a full name.
fn fullest(key: &str, forms: &[(String, u64)]) -> String {
    let words = key.split(' ').count();
    if let [(only, _)] = forms {
        return only.clone();
    }
    let full = forms.iter().find(|(form, _)| name_key(form).split(' ').count() >= words);
    full.or(forms.first()).map(|(form, _)| form.clone()).unwrap_or_default()
}

/// Joins a person known by one word to the only one whose last word it is (rule 2).
fn join_short_forms(groups: &mut BTreeMap<Key, Forms>, corrections: &Corrections) {
    let mut full: FxHashMap<&str, Option<&str>> = FxHashMap::default();
    for (kind, key) in groups.keys() {
        let Some((_, last)) = without_suffix(key).rsplit_once(' ') else { continue };
        if *kind == NameKind::Person {
            full.entry(last).and_modify(|only| *only = None).or_insert(Some(key));
        }
    }
    let joined: Vec<(String, String)> = groups
        .keys()
        .filter(|(kind, key)| {
            *kind == NameKind::Person && !key.contains(' ') && !corrections.keeps_apart(key)
        })
        .filter_map(|(_, key)| Some((key.clone(), (*full.get(key.as_str())?)?.to_owned())))
        .collect();
    for (short, key) in joined {
        if let Some(forms) = groups.remove(&(NameKind::Person, short)) {
            groups.entry((NameKind::Person, key)).or_default().extend(forms);
        }
    }
}

fn without_suffix(key: &str) -> &str {
    const SUFFIXES: [&str; 6] = [" jr", " sr", " ii", " iii", " iv", " v"];
    SUFFIXES.iter().find_map(|suffix| key.strip_suffix(suffix)).unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(people: &[(&str, u64)], corrections: &str) -> NameTable {
        let forms =
            people.iter().map(|&(form, count)| ((NameKind::Person, form.to_owned()), count)).collect();
        NameTable::of_forms(forms, &Corrections::parse(corrections).expect("valid corrections"))
    }

    fn names(table: &NameTable) -> Vec<(&str, u64)> {
        table.all().iter().map(|known| (known.name.as_str(), known.articles)).collect()
    }

    #[test]
    fn one_key_is_one_name() {
        let table = table(&[("Zoé Voss", 2), ("Zoe Voss", 5), ("ZOE VOSS", 1), ("Voss, Zoe", 1)], "");
        assert_eq!(names(&table), [("Zoe Voss", 9)]);
    }

    #[test]
    fn a_surname_joins_the_only_bearer() {
        let one = table(&[("Zoe Voss", 5), ("Voss", 2)], "");
        assert_eq!(names(&one), [("Zoe Voss", 7)]);
        let two = table(&[("Zoe Voss", 5), ("Abel Voss", 1), ("Voss", 2)], "");
        assert_eq!(names(&two).len(), 3);
        assert!(two.find(NameKind::Person, "voss").is_some_and(|known| known.articles == 2));
    }

    #[test]
    fn first_names_never_join_and_juniors_stay_apart() {
        let table = table(&[("Zoe Voss", 5), ("Zoe", 2), ("Rafe Mont Jr.", 1), ("Rafe Mont", 1)], "");
        assert_eq!(names(&table).len(), 4);
        assert!(table.find(NameKind::Person, "Rafe Mont Jr").is_some());
    }

    #[test]
    fn corrections_come_first() {
        let text = "merge\tperson\tDel Voss\tDelaney Voss\nnot\tperson\tSay What\nkind\tperson\tCold Harbor\twork\n\
                    rename\tperson\tBob Banks\tRobert Banks\nsplit\tperson\tReyes\n";
        let people = [
            ("Del Voss", 1),
            ("Delaney Voss", 3),
            ("Say What", 9),
            ("Cold Harbor", 2),
            ("Bob Banks", 1),
            ("Ana Reyes", 4),
            ("Reyes", 2),
        ];
        let table = table(&people, text);
        assert_eq!(
            names(&table),
            [("Ana Reyes", 4), ("Robert Banks", 1), ("Delaney Voss", 4), ("Reyes", 2), ("Cold Harbor", 2)]
        );
    }
}
