//! Which keys are one name: the table of aliases and the archive's own corrections.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::{annotation::NameKind, index::corrections::Corrections, name_key::name_key};

/// A `name_key` with what it names.
pub(super) type Key = (NameKind, String);

/// A written form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Form {
    pub text: String,
    /// Stories that use it.
    pub stories: u64,
    /// Its own key, where the name it belongs to has another.
    pub key: Option<String>,
    /// What the stories take it for.
    pub taken_for: NameKind,
}

/// Names that are written in several ways, by kind and key.
static ALIASES: LazyLock<FxHashMap<NameKind, FxHashMap<String, String>>> = LazyLock::new(|| {
    let mut aliases: FxHashMap<NameKind, FxHashMap<String, String>> = FxHashMap::default();
    let rows = include_str!("../../../data/query/aliases.tsv").lines().filter(|row| !row.starts_with('#'));
    for row in rows {
        let mut columns = row.split('\t');
        let kind = columns.next().and_then(|kind| NameKind::ALL.into_iter().find(|it| it.as_str() == kind));
        let (Some(kind), Some(name)) = (kind, columns.next()) else { continue };
        aliases.entry(kind).or_default().extend(columns.map(|form| (name_key(form), name_key(name))));
    }
    aliases
});

/// What joins keys.
pub(super) struct Rule {
    /// The archive's own corrections.
    pub corrections: Corrections,
    /// The keys that belong to a name of another key, by that; those apart from what follows from the letters alone.
    merged: FxHashMap<Key, Vec<Key>>,
}

impl Rule {
    pub fn new(corrections: Corrections) -> Self {
        let aliases = ALIASES.iter().flat_map(|(kind, forms)| forms.keys().map(|key| (*kind, key.clone())));
        let mut others: Vec<Key> = aliases.chain(corrections.changed().cloned()).collect();
        let apart: Vec<Key> = others.iter().filter_map(apart).collect();
        others.extend(apart);
        others.sort_unstable();
        others.dedup();
        let mut rule = Self { corrections, merged: FxHashMap::default() };
        for own in others {
            if let Some(group) = rule.group(own.0, &own.1).filter(|group| *group != own) {
                rule.merged.entry(group).or_default().push(own);
            }
        }
        rule
    }

    /// The key of the name that a form's own key belongs to; `None` when it is no name.
    pub fn group(&self, kind: NameKind, own: &str) -> Option<Key> {
        if self.corrections.is_empty() {
            return Some((kind, joined(kind, own).unwrap_or_else(|| own.to_owned())));
        }
        resolved(kind, own, &self.corrections)
    }

    /// Whether a key is surely its own name's.
    pub fn is_plain(&self, kind: NameKind, own: &str) -> bool {
        self.corrections.is_empty() && (kind == NameKind::Person || joined(kind, own).is_none())
    }

    /// Every key whose forms belong to a name.
    pub fn sources(&self, group: &Key) -> Vec<Key> {
        let mut sources = self.merged.get(group).cloned().unwrap_or_default();
        for own in apart(group).into_iter().chain([group.clone()]) {
            if self.group(own.0, &own.1).as_ref() == Some(group) && !sources.contains(&own) {
                sources.push(own);
            }
        }
        sources
    }

    /// Keys of names that have forms of other keys, or that corrections show otherwise.
    pub fn unusual(&self) -> impl Iterator<Item = &Key> {
        self.merged.keys().chain(self.corrections.titled().map(|(key, _)| key))
    }

    /// Whether stories take for another kind what is of this one, and for which.
    pub fn taken_from(&self, kind: NameKind) -> impl Iterator<Item = &Key> {
        let of_kind = self.merged.iter().filter(move |(group, _)| group.0 == kind);
        of_kind.flat_map(|(_, sources)| sources).filter(move |own| own.0 != kind)
    }
}

/// The key that a form's own key is joined to; `None` when it is no name.
pub(super) fn resolved(kind: NameKind, own: &str, corrections: &Corrections) -> Option<Key> {
    let corrected = corrections.resolve(kind, own.to_owned())?;
    match joined(kind, own).filter(|_| corrected == (kind, own.to_owned())) {
        Some(other) => corrections.resolve(kind, other),
        None => Some(corrected),
    }
}

/// The key that another has in the table of aliases; that of capitals is the same with and without stops.
pub(super) fn joined(kind: NameKind, key: &str) -> Option<String> {
    let is_apart =
        kind != NameKind::Person && key.contains(' ') && key.split(' ').all(|part| part.len() == 1);
    let aliases = ALIASES.get(&kind);
    if !is_apart {
        return aliases?.get(key).cloned();
    }
    let together = key.replace(' ', "");
    aliases.and_then(|aliases| aliases.get(&together)).cloned().or(Some(together))
}

/// The key of capitals with stops, of one without.
fn apart((kind, key): &Key) -> Option<Key> {
    let is_together = *kind != NameKind::Person && key.len() > 1 && key.is_ascii() && !key.contains(' ');
    let letters = || key.chars().map(String::from).collect::<Vec<_>>().join(" ");
    is_together.then(|| (*kind, letters()))
}

/// The last word of a name of several, suffixes aside.
pub(super) fn last_word(key: &str) -> Option<&str> {
    crate::index::names::without_suffix(key).rsplit_once(' ').map(|(_, last)| last)
}
