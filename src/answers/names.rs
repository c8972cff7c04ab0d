//! Who is who in the archive: written forms of one name joined across stories.
//!
//! The rule, in this order, and never by likeness alone:
//! 1. Forms with the same `name_key` are one name: case, accents, hyphens and dots aside, `Last, First` turned round,
//!    initials set apart, a leading article dropped. Suffixes stay: a junior is not his father.
//! 2. A person known to some story by one word only is joined to the one person of the archive whose last word
//!    it is, when there is exactly one, and when it is not a first name that others bear about as often.
//! 3. Places, organisations and events that have two names have them in `data/query/aliases.tsv`; those in capitals are
//!    one with and without stops.
//! 4. What the archive's own corrections say, see [`Corrections`], comes before all.
//!
//! Whoever asks for a name, by whichever command, means by it what [`NameTable::bearers`] says.
//!
//! Nothing of this is stored with an article. It follows from the live articles alone, whatever the order they came in.

use std::{hash::BuildHasher, sync::LazyLock};

use hashbrown::{HashTable, hash_table::Entry};
use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use crate::{
    annotation::NameKind,
    fields::FieldId,
    index::{Snapshot, corrections::Corrections},
    name_key::{kind_key, name_key},
    query::{Error, engine::postings},
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
    /// What the stories take it for.
    taken_for: NameKind,
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
    /// Stories it is named in, each once.
    pub articles: u64,
    /// Every fullest form that stories use, most frequent first.
    pub forms: Vec<(String, u64)>,
    /// What stands for it in the field `name_key`.
    pub keys: Vec<String>,
    /// What stories take each of the forms for.
    taken_for: Vec<NameKind>,
}

impl Known {
    /// The folded forms that stand for it where a field has no kinds.
    pub(crate) fn plain_keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = self.forms.iter().map(|(form, _)| name_key(form)).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

/// Who is meant by a name that somebody typed.
#[derive(Clone, Debug, PartialEq)]
pub enum Bearers<'a> {
    /// One.
    One(&'a Known),
    /// Several that bear it as a part of theirs, those of most stories first.
    Several(Vec<&'a Known>),
    /// The archive's corrections say that it is no name of this kind.
    Corrected,
    /// None that the archive knows.
    Nobody,
}

/// A bearer of one word alone is meant by it unless another bears it in more than so many times as many stories.
const OVERSHADOWED: u64 = 10;

/// People who bear a word as their first name keep it from being joined to the one whose last it is, when they have
/// together more than one in so many of that one's stories.
const AS_OFTEN: u64 = 10;

/// Every name of the archive.
#[derive(Clone, Debug, Default)]
pub struct NameTable {
    known: Vec<Known>,
    /// Places of forms in `known` and in the name's forms, by kind and form.
    by_form: HashTable<(u32, u32)>,
    by_key: HashTable<Keyed>,
    /// Keys that corrections take away from their kind.
    corrected: FxHashSet<Key>,
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
    pub fn new(snapshot: &Snapshot, corrections: &Corrections) -> Result<Self, Error> {
        let counts = |kind| -> Result<_, Error> {
            let counts = crate::query::engine::columns::counts(snapshot, column(kind))?;
            Ok(counts.into_iter().map(|(name, count)| ((kind, name), count)).collect::<Vec<_>>())
        };
        let forms = NameKind::ALL.into_par_iter().map(counts).collect::<Result<Vec<_>, _>>()?;
        let mut table = Self::of_forms(forms.into_iter().flatten().collect(), corrections);
        // A story that uses two forms is one story.
        for known in table.known.iter_mut().filter(|known| known.forms.len() > 1) {
            let keys = known.keys.iter().map(String::as_str);
            known.articles = postings::with_any(snapshot, FieldId::NameKey, keys)?.len() as u64;
        }
        Ok(table)
    }

    /// Joins forms, each given once with its number of stories.
    pub fn of_forms(forms: Vec<((NameKind, String), u64)>, corrections: &Corrections) -> Self {
        let corrected = |kind: NameKind, key: &str| {
            let resolved = corrections.resolve(kind, key.to_owned());
            resolved.is_none_or(|(other, _)| other != kind).then(|| (kind, key.to_owned()))
        };
        let corrected = match corrections.is_empty() {
            true => FxHashSet::default(),
            false => forms.iter().filter_map(|((kind, text), _)| corrected(*kind, &name_key(text))).collect(),
        };
        let resolve = |((kind, text), stories): ((NameKind, String), u64)| {
            let own = name_key(&text);
            let key = resolved(kind, &own, corrections)?;
            let own = Some(own).filter(|own| (kind, own) != (key.0, &key.1));
            Some((key, Form { text, stories, key: own, taken_for: kind }))
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
        let mut table = Self { known: Vec::with_capacity(groups.len()), corrected, ..Self::default() };
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
        let stored = |form: &Form| kind_key(form.taken_for, &name_key(&form.text));
        let mut keys: Vec<String> = forms.iter().map(stored).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut others: Vec<String> = forms.iter_mut().filter_map(|form| form.key.take()).collect();
        let taken_for = forms.iter().map(|form| form.taken_for).collect();
        let forms = forms.into_iter().map(|form| (form.text, form.stories)).collect();
        self.known.push(Known { name, key: own.clone(), kind, articles, forms, keys, taken_for });
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
            (known.taken_for[form as usize], known.forms[form as usize].0.as_str())
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

    /// The name of the archive behind a form that a story uses, and takes for that kind.
    pub fn of_form(&self, kind: NameKind, form: &str) -> Option<&Known> {
        let is_it = |&(name, at): &(u32, u32)| {
            let known = &self.known[name as usize];
            known.taken_for[at as usize] == kind && known.forms[at as usize].0 == form
        };
        self.by_form.find(hash((kind, form)), is_it).map(|&(name, _)| &self.known[name as usize])
    }

    /// Whom somebody means by a name: whoever bears it, else whoever bears it as the first or the last part of theirs. One
    /// word is nobody's own name when another who bears it has far more stories.
    pub fn bearers(&self, kind: NameKind, typed: &str) -> Bearers<'_> {
        let key = name_key(typed);
        if self.corrected.contains(&(kind, key.clone())) {
            return Bearers::Corrected;
        }
        let own = self.by_key(kind, &key).or_else(|| self.by_key(kind, &joined(kind, &key)?));
        let is_whole = |own: &Known| key.contains(' ') || own.key != key;
        if let Some(own) = own.filter(|own| is_whole(own)) {
            return Bearers::One(own);
        }
        let mut bearers: Vec<&Known> = self.with_word(kind, &key).chain(own).collect();
        bearers.sort_by(|a, b| b.articles.cmp(&a.articles).then(a.key.cmp(&b.key)));
        let most = bearers.first().map_or(0, |known| known.articles);
        match (own, bearers.as_slice()) {
            (_, []) => Bearers::Nobody,
            (_, [only]) => Bearers::One(only),
            (Some(own), _) if own.articles.saturating_mul(OVERSHADOWED) >= most => Bearers::One(own),
            _ => Bearers::Several(bearers),
        }
    }

    /// Whom somebody means by a name, when it is one alone.
    pub fn find(&self, kind: NameKind, typed: &str) -> Option<&Known> {
        match self.bearers(kind, typed) {
            Bearers::One(known) => Some(known),
            _ => None,
        }
    }

    /// Kinds that stories take names of one kind for; itself first.
    pub(crate) fn taken_for(&self, kind: NameKind) -> Vec<NameKind> {
        let mut kinds = vec![kind];
        // Only corrections move a name.
        if !self.corrected.is_empty() {
            let of_kind = self.known.iter().filter(|known| known.kind == kind);
            kinds.extend(of_kind.flat_map(|known| &known.taken_for).filter(|&&taken| taken != kind));
            kinds.sort_by_key(|&taken| (taken != kind, taken));
            kinds.dedup();
        }
        kinds
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

/// Names that are written in several ways, by kind and key.
static ALIASES: LazyLock<FxHashMap<Key, String>> = LazyLock::new(|| {
    let mut aliases = FxHashMap::default();
    let rows = include_str!("../../data/query/aliases.tsv").lines().filter(|row| !row.starts_with('#'));
    for row in rows {
        let mut columns = row.split('\t');
        let kind = columns.next().and_then(|kind| NameKind::ALL.into_iter().find(|it| it.as_str() == kind));
        let (Some(kind), Some(name)) = (kind, columns.next()) else { continue };
        aliases.extend(columns.map(|form| ((kind, name_key(form)), name_key(name))));
    }
    aliases
});

/// The key that a form's own key is joined to; `None` when it is no name.
fn resolved(kind: NameKind, own: &str, corrections: &Corrections) -> Option<Key> {
    let corrected = corrections.resolve(kind, own.to_owned())?;
    match joined(kind, own).filter(|_| corrected == (kind, own.to_owned())) {
        Some(other) => corrections.resolve(kind, other),
        None => Some(corrected),
    }
}

/// The key that another has in the table of aliases; that of capitals is the same with and without stops.
fn joined(kind: NameKind, key: &str) -> Option<String> {
    let is_apart =
        kind != NameKind::Person && key.contains(' ') && key.split(' ').all(|part| part.len() == 1);
    let together = if is_apart { key.replace(' ', "") } else { key.to_owned() };
    let known = ALIASES.get(&(kind, together.clone())).cloned();
    known.or_else(|| is_apart.then_some(together))
}

/// The hash of a form or a key.
fn hash(key: (NameKind, &str)) -> u64 {
    FxBuildHasher.hash_one(key)
}

/// The most frequent form that has the key itself, else that is as long; a one-word form never stands for a full name.
fn fullest<'a>(key: &str, forms: &'a [Form]) -> &'a str {
    let words = |key: &str| key.split(' ').count();
    let least = words(key);
    let own = forms.iter().find(|form| form.key.is_none());
    let full = own.or_else(|| forms.iter().find(|form| words(form.key.as_deref().unwrap_or(key)) >= least));
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
    // How many stories have the people whose first name it is.
    let mut as_first: FxHashMap<&str, u64> = FxHashMap::default();
    let stories = |forms: &[Form]| forms.iter().map(|form| form.stories).sum::<u64>();
    for (at, ((_, key), forms)) in people.iter().enumerate() {
        let Some((_, last)) = without_suffix(key).rsplit_once(' ') else { continue };
        if let Some(first) = key.split(' ').next().filter(|first| full.contains_key(first)) {
            *as_first.entry(first).or_default() += stories(forms);
        }
        match full.get_mut(last) {
            Some(only @ None) => *only = Some(at),
            Some(Some(_)) => {
                several.insert(last);
            }
            None => (),
        }
    }
    let is_only = |(short, at): (&str, Option<usize>)| {
        let others = as_first.get(short).copied().unwrap_or(0);
        let at = at?;
        let is_rare = others.saturating_mul(AS_OFTEN) <= stories(&people[at].1);
        is_rare.then(|| (short.to_owned(), at))
    };
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
    fn a_first_name_of_others_is_nobodys_surname() {
        let people = [("Luckily Kim", 1), ("Kim", 2), ("Kim Karr", 30), ("Kim Catt", 9)];
        let table = table(&people, "");
        assert_eq!(names(&table).len(), 4);
        let Bearers::Several(bearers) = table.bearers(NameKind::Person, "KIM") else { panic!("several") };
        let shown: Vec<&str> = bearers.iter().map(|known| known.name.as_str()).collect();
        assert_eq!(shown, ["Kim Karr", "Kim Catt", "Kim", "Luckily Kim"]);
        let one = table_of_more("Kim", 5);
        assert_eq!(one.find(NameKind::Person, "kim").map(|known| known.articles), Some(5));
    }

    /// Who is known by one word, and somebody with many stories whose first name it is.
    fn table_of_more(name: &str, stories: u64) -> NameTable {
        table(&[(name, stories), (&format!("{name} Karr"), 30)], "")
    }

    #[test]
    fn a_leading_article_and_stops_make_no_other_name() {
        let kinds = [(NameKind::Person, "The Weekday", 4), (NameKind::Person, "Weekday", 2)];
        let places = [("US", 9), ("U.S.", 5), ("United States", 2), ("U.S.A.", 1), ("Leeds", 1)];
        let orgs = [("N.W.Q.", 2), ("NWQ", 1), ("F.B.I.", 1), ("FBI", 1)];
        let mut forms: Vec<((NameKind, String), u64)> =
            kinds.map(|(kind, form, count)| ((kind, form.to_owned()), count)).to_vec();
        forms.extend(places.map(|(form, count)| ((NameKind::Place, form.to_owned()), count)));
        forms.extend(orgs.map(|(form, count)| ((NameKind::Org, form.to_owned()), count)));
        let table = NameTable::of_forms(forms, &Corrections::default());
        let mut all = names(&table);
        all.sort_unstable();
        let expected = [("FBI", 2), ("Leeds", 1), ("NWQ", 3), ("The Weekday", 6), ("United States", 17)];
        let mut shown: Vec<(&str, u64)> = all;
        shown.iter_mut().filter(|(name, _)| *name == "F.B.I.").for_each(|entry| entry.0 = "FBI");
        assert_eq!(shown, expected);
        for (kind, typed, name) in [
            (NameKind::Place, "u.s.", "United States"),
            (NameKind::Place, "USA", "United States"),
            (NameKind::Person, "weekday", "The Weekday"),
            (NameKind::Org, "n.w.q", "NWQ"),
        ] {
            assert_eq!(table.find(kind, typed).map(|known| known.name.as_str()), Some(name), "{typed}");
        }
    }

    #[test]
    fn what_corrections_take_away_is_known_to_be_gone() {
        let text = "not\tperson\tSay What\nkind\tperson\tCold Harbor\twork\n";
        let table = table(&[("Say What", 9), ("Cold Harbor", 2)], text);
        assert_eq!(table.bearers(NameKind::Person, "say what"), Bearers::Corrected);
        assert_eq!(table.bearers(NameKind::Person, "Cold Harbor"), Bearers::Corrected);
        let work = table.find(NameKind::Work, "Cold Harbor").expect("a work");
        assert_eq!(work.keys, ["person:cold harbor"]);
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
