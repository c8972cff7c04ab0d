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
//! Nothing of this is stored with an article. It follows from the live articles alone, whatever the order they came in. A
//! question reads the names that it is about from what stands beside each segment, see [`crate::index::names`], and joins
//! them then; `oracle` does it for all names at once, and tests compare the two.

mod counted;
mod form_names;
mod groups;
#[cfg(test)]
mod oracle;
mod rule;
mod search;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use rustc_hash::FxHashMap;

use self::{
    form_names::FormNames,
    rule::{Form, Key, Rule},
};
use crate::{
    annotation::NameKind,
    answers::backend::Backend,
    index::{Snapshot, corrections::Corrections, names::SegmentNames},
    name_key::{kind_key, name_key},
    query::{Error, engine::plan::Clause},
};

pub(crate) use self::counted::Counted;
pub use crate::index::names::column;

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
    /// Keys of its forms that are not its own.
    others: Vec<String>,
    /// The key that its forms are joined to.
    group: String,
}

impl Known {
    /// Of a name's forms, its articles not yet counted: as many as its forms have together.
    fn of(kind: NameKind, key: String, mut forms: Vec<Form>, corrections: &Corrections) -> Self {
        forms.sort_by(|a, b| {
            b.stories.cmp(&a.stories).then(b.text.len().cmp(&a.text.len())).then(a.text.cmp(&b.text))
        });
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
        others.retain(|other| *other != own && *other != key);
        let taken_for = forms.iter().map(|form| form.taken_for).collect();
        let forms = forms.into_iter().map(|form| (form.text, form.stories)).collect();
        Self { name, key: own, kind, articles, forms, keys, taken_for, others, group: key }
    }

    /// The folded forms that stand for it where a field has no kinds.
    pub(crate) fn plain_keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = self.forms.iter().map(|(form, _)| name_key(form)).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Whether stories use a form of it, and take that for a kind.
    fn has_form(&self, kind: NameKind, form: &str) -> bool {
        self.forms.iter().zip(&self.taken_for).any(|((other, _), taken)| *taken == kind && other == form)
    }

    /// What orders names that are told one after the other by their key.
    pub(crate) fn order(&self) -> (NameKind, &str) {
        (self.kind, &self.group)
    }
}

/// The most frequent form that has the key itself, else that is as long; a one-word form never stands for a full name.
fn fullest<'a>(key: &str, forms: &'a [Form]) -> &'a str {
    let words = |key: &str| key.split(' ').count();
    let least = words(key);
    let own = forms.iter().find(|form| form.key.is_none());
    let full = own.or_else(|| forms.iter().find(|form| words(form.key.as_deref().unwrap_or(key)) >= least));
    full.or(forms.first()).map_or("", |form| &form.text)
}

/// Who is meant by a name that somebody typed.
#[derive(Clone, Debug, PartialEq)]
pub enum Bearers {
    /// One.
    One(Arc<Known>),
    /// Several that bear it as a part of theirs, those of most stories first.
    Several(Vec<Arc<Known>>),
    /// The archive's corrections say that it is no name of this kind.
    Corrected,
    /// None that the archive knows.
    Nobody,
}

/// A bearer of one word alone is meant by it unless another bears it in more than so many times as many stories.
const OVERSHADOWED: u64 = 10;

/// The names of the archive.
pub struct NameTable {
    /// Of each segment.
    parts: Vec<SegmentNames>,
    /// None where the parts are all there is.
    snapshot: Option<Snapshot>,
    /// Where the stories are, when not here.
    backend: Option<Arc<dyn Backend>>,
    rule: Rule,
    /// Names that were asked for.
    known: Remembered<Key, Option<Arc<Known>>>,
    /// The only bearers of one word.
    bearers: Remembered<String, Option<Key>>,
    /// Of each kind, which names forms belong to.
    form_names: [RwLock<FormNames>; NameKind::ALL.len()],
}

/// Answers that are remembered, so many at most.
struct Remembered<K, V>(Mutex<FxHashMap<K, V>>);

const MOST_REMEMBERED: usize = 16_384;

impl<K: std::hash::Hash + Eq, V: Clone> Remembered<K, V> {
    fn new() -> Self {
        Self(Mutex::default())
    }

    fn get<Q: std::hash::Hash + Eq + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: std::borrow::Borrow<Q>,
    {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    fn keep(&self, key: K, value: V) -> V {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_REMEMBERED {
            known.clear();
        }
        known.insert(key, value.clone());
        value
    }
}

impl NameTable {
    /// The names of all live articles.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn new(snapshot: &Snapshot, corrections: &Corrections) -> Result<Self, Error> {
        Ok(Self::of(snapshot.names().to_vec(), Some(snapshot.clone()), corrections))
    }

    fn of(parts: Vec<SegmentNames>, snapshot: Option<Snapshot>, corrections: &Corrections) -> Self {
        let (known, bearers) = (Remembered::new(), Remembered::new());
        let (rule, form_names) = (Rule::new(corrections.clone()), Default::default());
        Self { parts, snapshot, backend: None, rule, known, bearers, form_names }
    }

    /// The names of an archive that lies elsewhere, all of them.
    ///
    /// # Errors
    /// When it cannot be asked.
    pub(crate) fn elsewhere(backend: Arc<dyn Backend>, corrections: &Corrections) -> Result<Self, Error> {
        let mut forms = Vec::new();
        for kind in NameKind::ALL {
            let values = backend.values(&Clause::All(Vec::new()), column(kind))?;
            forms.extend(values.into_iter().map(|(form, count)| ((kind, form), count)));
        }
        let table = Self::of(vec![part(forms)], None, corrections);
        Ok(Self { backend: Some(backend), ..table })
    }

    /// Names of these forms, each given once with its number of stories.
    #[cfg(test)]
    pub(crate) fn of_forms(forms: Vec<((NameKind, String), u64)>, corrections: &Corrections) -> Self {
        Self::of(vec![part(forms)], None, corrections)
    }

    /// The name of a key, if stories have it and it is joined to no other.
    fn known(&self, key: &Key) -> Result<Option<Arc<Known>>, Error> {
        if let Some(known) = self.known.get(key) {
            return Ok(known);
        }
        let known = match self.draft(key)? {
            Some(mut known) => {
                known.articles = self.articles(&known)?;
                Some(Arc::new(known))
            }
            None => None,
        };
        Ok(self.known.keep(key.clone(), known))
    }

    /// Every name, in the order of kind and key.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn all(&self, kinds: &[NameKind]) -> Result<Vec<Arc<Known>>, Error> {
        let mut all = Vec::new();
        for key in self.every_key(kinds)? {
            all.extend(self.known(&key)?);
        }
        Ok(all)
    }

    fn by_key(&self, kind: NameKind, key: &str) -> Result<Option<Arc<Known>>, Error> {
        let mut groups = vec![(kind, key.to_owned())];
        for taken_for in NameKind::ALL {
            groups.extend(self.owner(taken_for, key)?.filter(|group| group.0 == kind));
        }
        let titled =
            self.rule.corrections.titled().filter(|(group, title)| group.0 == kind && name_key(title) == key);
        groups.extend(titled.map(|(group, _)| group.clone()));
        groups.sort_unstable();
        groups.dedup();
        let mut known = Vec::new();
        for group in groups {
            known.extend(self.known(&group)?);
        }
        let is_own = |known: &&Arc<Known>| known.key == key || known.group == key;
        let other = || known.iter().find(|known| known.others.iter().any(|other| other == key));
        Ok(known.iter().rev().find(is_own).or_else(other).cloned())
    }

    /// The name of the archive behind a form that a story uses, and takes for that kind.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn of_form(&self, kind: NameKind, form: &str) -> Result<Option<Arc<Known>>, Error> {
        let Some(group) = self.owner(kind, &name_key(form))? else { return Ok(None) };
        Ok(self.known(&group)?.filter(|known| known.has_form(kind, form)))
    }

    /// Whom somebody means by a name: whoever bears it, else whoever bears it as the first or the last part of theirs. One
    /// word is nobody's own name when another who bears it has far more stories.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn bearers(&self, kind: NameKind, typed: &str) -> Result<Bearers, Error> {
        let key = name_key(typed);
        if self.is_corrected(kind, &key)? {
            return Ok(Bearers::Corrected);
        }
        let own = match self.by_key(kind, &key)? {
            None => match rule::joined(kind, &key) {
                Some(other) => self.by_key(kind, &other)?,
                None => None,
            },
            own => own,
        };
        let is_whole = |own: &Arc<Known>| key.contains(' ') || own.key != key;
        if let Some(own) = own.clone().filter(is_whole) {
            return Ok(Bearers::One(own));
        }
        let mut bearers = self.with_word(kind, &key)?;
        bearers.extend(own.clone());
        bearers.sort_by(|a, b| b.articles.cmp(&a.articles).then(a.key.cmp(&b.key)));
        let most = bearers.first().map_or(0, |known| known.articles);
        Ok(match (own, bearers.as_slice()) {
            (_, []) => Bearers::Nobody,
            (_, [only]) => Bearers::One(Arc::clone(only)),
            (Some(own), _) if own.articles.saturating_mul(OVERSHADOWED) >= most => Bearers::One(own),
            _ => Bearers::Several(bearers),
        })
    }

    /// Whom somebody means by a name, when it is one alone.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn find(&self, kind: NameKind, typed: &str) -> Result<Option<Arc<Known>>, Error> {
        Ok(match self.bearers(kind, typed)? {
            Bearers::One(known) => Some(known),
            _ => None,
        })
    }

    /// Whether corrections take a key that stories have away from its kind.
    fn is_corrected(&self, kind: NameKind, key: &str) -> Result<bool, Error> {
        let corrections = &self.rule.corrections;
        if corrections.is_empty() {
            return Ok(false);
        }
        let resolved = corrections.resolve(kind, key.to_owned());
        let is_away = resolved.is_none_or(|(other, _)| other != kind);
        Ok(is_away && !self.forms(&(kind, key.to_owned()))?.is_empty())
    }

    /// Kinds that stories take names of one kind for; itself first.
    pub(crate) fn taken_for(&self, kind: NameKind) -> Result<Vec<NameKind>, Error> {
        let mut kinds = vec![kind];
        // Only corrections move a name.
        for own in self.rule.taken_from(kind) {
            if !kinds.contains(&own.0) && !self.forms(own)?.is_empty() {
                kinds.push(own.0);
            }
        }
        kinds[1..].sort_unstable();
        Ok(kinds)
    }
}

/// One segment's names of forms.
fn part(forms: Vec<((NameKind, String), u64)>) -> SegmentNames {
    let mut of_kinds = vec![Vec::new(); NameKind::ALL.len()];
    for ((kind, form), stories) in forms {
        of_kinds[kind as usize].push((form, stories));
    }
    of_kinds.iter_mut().for_each(|forms| forms.sort_unstable());
    SegmentNames::of_forms(&of_kinds)
}
