//! Who is who in the archive: written forms of one name joined across stories.
//!
//! The rule, in this order, and never by likeness alone:
//! 1. Forms with the same `name_key` are one name: case, accents, hyphens and dots aside, `Last, First` turned round,
//!    initials set apart, a leading article dropped. Suffixes stay: a junior is not his father.
//! 2. A person known to some story by one word only is joined to the one person of the archive whose last word
//!    it is, when there is exactly one.
//! 3. What the archive's own corrections say, see [`Corrections`], comes before both.
//!
//! Nothing of this is stored with an article. It follows from the live articles alone, whatever the order they came in.

use std::hash::BuildHasher;

use hashbrown::{HashTable, hash_table::Entry};
use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use crate::{
    annotation::NameKind,
    fields::FieldId,
    index::{Snapshot, corrections::Corrections},
    name_key::name_key,
};

/// A `name_key` with what it names.
type Key = (NameKind, String);

/// A written form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Form {
    text: String,
    /// Stories that use it.
    stories: u64,
    /// Its own key, where the name it belongs to has another.
    key: Option<String>,
}

/// One person, organisation, work, place or event of the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The form most stories use; of equals the longest, then the first in byte order.
    pub name: String,
    /// Its `name_key`.
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
    /// Places of forms in `known` and in the name's forms, by kind and form.
    by_form: HashTable<(u32, u32)>,
    by_key: HashTable<Keyed>,
}

/// A name under one of its keys.
#[derive(Clone, Debug)]
struct Keyed {
    /// Place in [`NameTable::all`].
    name: u32,
    /// The key, where it is not that of the name.
    other: Option<Box<str>>,
}

impl NameTable {
    /// Reads the names of all live articles, and joins their forms.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn new(snapshot: &Snapshot, corrections: &Corrections) -> Result<Self, crate::query::Error> {
        let counts = |kind| -> Result<_, crate::query::Error> {
            let counts = crate::query::engine::columns::counts(snapshot, column(kind))?;
            Ok(counts.into_iter().map(|(name, count)| ((kind, name), count)).collect::<Vec<_>>())
        };
        let forms = NameKind::ALL.into_par_iter().map(counts).collect::<Result<Vec<_>, _>>()?;
        Ok(Self::of_forms(forms.into_iter().flatten().collect(), corrections))
    }

    /// Joins forms, each given once with its number of stories.
    pub fn of_forms(forms: Vec<((NameKind, String), u64)>, corrections: &Corrections) -> Self {
        let resolve = |((kind, text), stories): ((NameKind, String), u64)| {
            let own = name_key(&text);
            let key = corrections.resolve(kind, own.clone())?;
            let own = Some(own).filter(|own| (kind, own) != (key.0, &key.1));
            Some((key, Form { text, stories, key: own }))
        };
        let mut resolved: Vec<(Key, Form)> = forms.into_par_iter().filter_map(resolve).collect();
        resolved.par_sort_unstable();
        let mut groups: Vec<(Key, Vec<Form>)> = Vec::with_capacity(resolved.len());
        for (key, form) in resolved {
            match groups.last_mut().filter(|(last, _)| *last == key) {
                Some((_, forms)) => forms.push(form),
                None => groups.push((key, vec![form])),
            }
        }
        join_short_forms(&mut groups, corrections);
        let mut table = Self { known: Vec::with_capacity(groups.len()), ..Self::default() };
        for ((kind, key), forms) in groups.into_iter().filter(|(_, forms)| !forms.is_empty()) {
            table.add(kind, key, forms, corrections);
        }
        table
    }

    fn add(&mut self, kind: NameKind, key: String, mut forms: Vec<Form>, corrections: &Corrections) {
        forms.sort_by(|a, b| {
            b.stories.cmp(&a.stories).then(b.text.len().cmp(&a.text.len())).then(a.text.cmp(&b.text))
        });
        let number = u32::try_from(self.known.len()).expect("an archive has fewer than 4 billion names");
        let name = corrections.title(kind, &key).unwrap_or_else(|| fullest(&key, &forms).to_owned());
        let own = match forms.iter().find(|form| form.text == name) {
            Some(Form { key: own, .. }) => own.clone().unwrap_or_else(|| key.clone()),
            None => name_key(&name),
        };
        let articles = forms.iter().map(|form| form.stories).sum();
        let mut others: Vec<String> = forms.iter_mut().filter_map(|form| form.key.take()).collect();
        let forms = forms.into_iter().map(|form| (form.text, form.stories)).collect();
        self.known.push(Known { name, key: own.clone(), kind, articles, forms });
        for at in 0..self.known[number as usize].forms.len() as u32 {
            self.insert_form((number, at));
        }
        others.retain(|other| *other != own && *other != key);
        for other in others {
            if self.by_key(kind, &other).is_none() {
                self.insert_key(number, &other);
            }
        }
        self.insert_key(number, &own);
        self.insert_key(number, &key);
    }

    fn insert_form(&mut self, place: (u32, u32)) {
        let Self { known, by_form, .. } = self;
        let form = |&(name, form): &(u32, u32)| {
            let known = &known[name as usize];
            (known.kind, known.forms[form as usize].0.as_str())
        };
        let own = form(&place);
        match by_form.entry(hash(own), |other| form(other) == own, |other| hash(form(other))) {
            Entry::Occupied(mut known) => *known.get_mut() = place,
            Entry::Vacant(free) => {
                free.insert(place);
            }
        }
    }

    fn insert_key(&mut self, name: u32, key: &str) {
        let Self { known, by_key, .. } = self;
        let own = &known[name as usize];
        let keyed = Keyed { name, other: (own.key != key).then(|| key.into()) };
        let key = (own.kind, key);
        match by_key.entry(hash(key), |other| other.key(known) == key, |other| hash(other.key(known))) {
            Entry::Occupied(mut known) => *known.get_mut() = keyed,
            Entry::Vacant(free) => {
                free.insert(keyed);
            }
        }
    }

    fn by_key(&self, kind: NameKind, key: &str) -> Option<&Known> {
        let found = self.by_key.find(hash((kind, key)), |other| other.key(&self.known) == (kind, key))?;
        Some(&self.known[found.name as usize])
    }

    /// Every name, in the order of kind and key.
    pub fn all(&self) -> &[Known] {
        &self.known
    }

    /// The name of the archive behind a form that a story uses.
    pub fn of_form(&self, kind: NameKind, form: &str) -> Option<&Known> {
        let is_it = |&(name, at): &(u32, u32)| {
            let known = &self.known[name as usize];
            known.kind == kind && known.forms[at as usize].0 == form
        };
        self.by_form.find(hash((kind, form)), is_it).map(|&(name, _)| &self.known[name as usize])
    }

    /// The name a person at the keyboard means: by key, else the only person whose last word was typed.
    pub fn find(&self, kind: NameKind, typed: &str) -> Option<&Known> {
        let key = name_key(typed);
        if let Some(known) = self.by_key(kind, &key) {
            return Some(known);
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

impl Keyed {
    /// The kind and the key.
    fn key<'a>(&'a self, known: &'a [Known]) -> (NameKind, &'a str) {
        let known = &known[self.name as usize];
        (known.kind, self.other.as_deref().unwrap_or(&known.key))
    }
}

/// The hash of a form or a key.
fn hash(key: (NameKind, &str)) -> u64 {
    FxBuildHasher.hash_one(key)
}

/// The most frequent form that is as long as the key; a one-word form never stands for a full name.
fn fullest<'a>(key: &str, forms: &'a [Form]) -> &'a str {
    let words = |key: &str| key.split(' ').count();
    let least = words(key);
    let full = forms.iter().find(|form| words(form.key.as_deref().unwrap_or(key)) >= least);
    full.or(forms.first()).map_or("", |form| &form.text)
}

/// Joins a person known by one word to the only one whose last word it is (rule 2). Groups are in the order of their
/// keys; one that was joined is left without a form.
fn join_short_forms(groups: &mut [(Key, Vec<Form>)], corrections: &Corrections) {
    let end = groups.partition_point(|((kind, _), _)| *kind <= NameKind::Person);
    let people = &mut groups[..end];
    // The people that each one-word name may stand for: none yet, one, or several.
    let mut full: FxHashMap<&str, Option<usize>> = FxHashMap::default();
    let mut several: FxHashSet<&str> = FxHashSet::default();
    let short = |key: &str| !key.contains(' ') && !corrections.keeps_apart(key);
    full.extend(people.iter().filter(|((_, key), _)| short(key)).map(|((_, key), _)| (key.as_str(), None)));
    for (at, ((_, key), _)) in people.iter().enumerate() {
        let Some((_, last)) = without_suffix(key).rsplit_once(' ') else { continue };
        match full.get_mut(last) {
            Some(only @ None) => *only = Some(at),
            Some(Some(_)) => {
                several.insert(last);
            }
            None => (),
        }
    }
    let is_only = |(short, at): (&str, Option<usize>)| Some((short.to_owned(), at?));
    let joined: Vec<(String, usize)> =
        full.into_iter().filter(|(short, _)| !several.contains(short)).filter_map(is_only).collect();
    for (short, at) in joined {
        let place = people.binary_search_by(|((_, key), _)| key.as_str().cmp(&short));
        let Ok(place) = place else { continue };
        for mut form in std::mem::take(&mut people[place].1) {
            form.key.get_or_insert_with(|| short.clone());
            people[at].1.push(form);
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
