//! The forms of one name, from what stands beside the segments.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;
use tantivy::{DocSet, TERMINATED, Term, schema::IndexRecordOption};

use super::{
    Known, NameTable, column,
    rule::{Form, Key, last_word},
};
use crate::{
    annotation::NameKind,
    fields::FieldId,
    index::{
        Snapshot,
        names::{SUFFIXES, SegmentNames, without_suffix},
    },
    name_key::kind_key,
    query::{
        Error,
        engine::{columns, plan::Clause, postings, statistics::Target},
    },
};

/// People who bear a word as their first name keep it from being joined to the one whose last it is, when they have
/// together more than one in so many of that one's stories.
const AS_OFTEN: u64 = 10;

impl NameTable {
    /// The forms of a key that live stories use.
    pub(super) fn forms(&self, (kind, key): &Key) -> Result<Vec<(String, u64)>, Error> {
        let mut all: Vec<(String, u64)> = Vec::new();
        for (ord, part) in self.parts.iter().enumerate() {
            let names = part.of_kind(*kind);
            let Some(number) = names.keys().find(key) else { continue };
            let mut forms: Vec<(String, u64)> =
                names.forms(number).map(|(form, stories)| (form.into_owned(), stories)).collect();
            if let Some(snapshot) = self.with_deleted(ord) {
                recount(snapshot, ord, *kind, key, &mut forms)?;
            }
            for (form, stories) in forms.into_iter().filter(|(_, stories)| *stories > 0) {
                match all.iter_mut().find(|(other, _)| *other == form) {
                    Some((_, sum)) => *sum += stories,
                    None => all.push((form, stories)),
                }
            }
        }
        Ok(all)
    }

    /// The snapshot, where a segment has stories that were deleted since its names were written.
    pub(super) fn with_deleted(&self, ord: usize) -> Option<&Snapshot> {
        let snapshot = self.snapshot.as_ref()?;
        snapshot.searcher().segment_reader(ord as u32).has_deletes().then_some(snapshot)
    }

    /// Stories of a key's forms, one counted for each form; those deleted since too.
    pub(super) fn at_most(&self, (kind, key): &Key) -> u64 {
        let of_part = |part: &SegmentNames| {
            let names = part.of_kind(*kind);
            names.keys().find(key).map_or(0, |number| names.stories(number..number + 1))
        };
        self.parts.iter().map(of_part).sum()
    }

    /// The forms of a name, before it is joined to another.
    fn group(&self, group: &Key) -> Result<Vec<Form>, Error> {
        let mut forms = Vec::new();
        for own in self.rule.sources(group) {
            let key = (own != *group).then(|| own.1.clone());
            let form = |(text, stories)| Form { text, stories, key: key.clone(), taken_for: own.0 };
            forms.extend(self.forms(&own)?.into_iter().map(form));
        }
        forms.sort_unstable();
        Ok(forms)
    }

    /// A name with its forms; as its articles, what its forms have together.
    pub(super) fn draft(&self, key: &Key) -> Result<Option<Known>, Error> {
        let mut forms = self.group(key)?;
        if forms.is_empty() {
            return Ok(None);
        }
        if key.0 == NameKind::Person {
            if !key.1.contains(' ') {
                if self.bearer(&key.1)?.is_some() {
                    return Ok(None);
                }
            } else if let Some(short) = last_word(&key.1) {
                let theirs = self.group(&(NameKind::Person, short.to_owned()))?;
                if !theirs.is_empty() && self.bearer(short)?.as_ref() == Some(key) {
                    forms.extend(theirs.into_iter().map(|form| Form {
                        key: Some(form.key.unwrap_or_else(|| short.to_owned())),
                        ..form
                    }));
                }
            }
        }
        Ok(Some(Known::of(key.0, key.1.clone(), forms, &self.rule.corrections)))
    }

    /// How many stories name somebody: one that uses two forms is one story.
    pub(super) fn articles(&self, known: &Known) -> Result<u64, Error> {
        if let Some(backend) = self.backend.as_ref().filter(|_| known.forms.len() > 1) {
            let keys = known.keys.clone();
            let named = Clause::Named { field: FieldId::NameKey, keys, forms: Vec::new() };
            return Ok(backend.counts(Target::Articles, &[named])?.first().copied().unwrap_or_default());
        }
        let Some(snapshot) = self.snapshot.as_ref().filter(|_| known.forms.len() > 1) else {
            return Ok(known.articles);
        };
        if let [key] = known.keys.as_slice() {
            return Ok(snapshot.documents_with(&Term::from_field_text(FieldId::NameKey.field(), key))?);
        }
        let keys = known.keys.iter().map(String::as_str);
        Ok(postings::with_any(snapshot, FieldId::NameKey, keys)?.len() as u64)
    }

    /// The key of the name that a form's own key belongs to.
    pub(super) fn owner(&self, kind: NameKind, own: &str) -> Result<Option<Key>, Error> {
        let Some(group) = self.rule.group(kind, own) else { return Ok(None) };
        if group.0 == NameKind::Person
            && !group.1.contains(' ')
            && let Some(bearer) = self.bearer(&group.1)?
        {
            return Ok(Some(bearer));
        }
        Ok(Some(group))
    }

    /// The one person that a word stands for, whose last word it is (rule 2).
    pub(super) fn bearer(&self, short: &str) -> Result<Option<Key>, Error> {
        if self.rule.corrections.keeps_apart(short) {
            return Ok(None);
        }
        if let Some(known) = self.bearers.get(short) {
            return Ok(known);
        }
        let found = self.only_bearer(short)?;
        Ok(self.bearers.keep(short.to_owned(), found))
    }

    fn only_bearer(&self, short: &str) -> Result<Option<Key>, Error> {
        let mut seen: FxHashSet<Key> = FxHashSet::default();
        let mut only: Option<(Key, u64)> = None;
        let unusual = self.rule.unusual().filter(|group| last_word(&group.1) == Some(short)).cloned();
        let people = self.parts.iter().flat_map(|part| {
            let names = part.of_kind(NameKind::Person);
            let keys = names.words().find(short).map(|word| names.with_word(word).0).unwrap_or_default();
            keys.into_iter().filter_map(move |key| self.rule.group(NameKind::Person, names.keys().get(key)))
        });
        for group in unusual.chain(people) {
            let is_person = group.0 == NameKind::Person && last_word(&group.1) == Some(short);
            if !is_person || !seen.insert(group.clone()) {
                continue;
            }
            let stories: u64 = self.group(&group)?.iter().map(|form| form.stories).sum();
            if stories > 0 && only.replace((group, stories)).is_some() {
                return Ok(None);
            }
        }
        let Some((key, stories)) = only else { return Ok(None) };
        let is_rare = |others: u64| others.saturating_mul(AS_OFTEN) <= stories;
        let (others, is_exact) = self.as_first_at_most(short);
        let is_rare = is_rare(others) || !is_exact && is_rare(self.as_first(short)?);
        Ok(is_rare.then_some(key))
    }

    /// Stories at most that have people whose first name a word is, and whether it is no more than have them.
    fn as_first_at_most(&self, first: &str) -> (u64, bool) {
        let of_part = |part: &SegmentNames| {
            let names = part.of_kind(NameKind::Person);
            names.stories(names.keys().starting(&format!("{first} ")))
        };
        let all = self.parts.iter().map(of_part).sum::<u64>();
        let is_exact = self.rule.corrections.is_empty()
            && (0..self.parts.len()).all(|ord| self.with_deleted(ord).is_none());
        if is_exact {
            // A first name alone with a suffix is no name of several words.
            let alone = SUFFIXES.iter().map(|suffix| (NameKind::Person, format!("{first}{suffix}")));
            return (all - alone.map(|key| self.at_most(&key)).sum::<u64>(), true);
        }
        let unusual = self.rule.unusual().filter(|group| starts(group, first));
        let merged = unusual.flat_map(|group| self.rule.sources(group));
        (all + merged.map(|own| self.at_most(&own)).sum::<u64>(), false)
    }

    /// Stories that have people whose first name a word is.
    fn as_first(&self, first: &str) -> Result<u64, Error> {
        let mut groups: BTreeSet<Key> = self.rule.unusual().cloned().collect();
        for part in &self.parts {
            let keys = part.of_kind(NameKind::Person).keys();
            let keys = keys.starting(&format!("{first} ")).map(|key| keys.get(key));
            groups.extend(keys.filter_map(|key| self.rule.group(NameKind::Person, key)));
        }
        let mut sum = 0;
        for group in groups.iter().filter(|group| starts(group, first)) {
            sum += self.group(group)?.iter().map(|form| form.stories).sum::<u64>();
        }
        Ok(sum)
    }
}

/// Whether a name is of a person of several words, suffixes aside, of which this is the first.
fn starts((kind, key): &Key, first: &str) -> bool {
    let full = without_suffix(key);
    *kind == NameKind::Person && full.contains(' ') && key.split(' ').next() == Some(first)
}

/// Counts the live stories of a key's forms in one segment.
fn recount(
    snapshot: &Snapshot,
    ord: usize,
    kind: NameKind,
    key: &str,
    forms: &mut [(String, u64)],
) -> Result<(), Error> {
    let segment = snapshot.searcher().segment_reader(ord as u32);
    let inverted = segment.inverted_index(FieldId::NameKey.field())?;
    let term = Term::from_field_text(FieldId::NameKey.field(), &kind_key(kind, key));
    let info = inverted.get_term_info(&term).map_err(tantivy::TantivyError::from)?;
    let column = columns::column(segment, column(kind))?;
    let (Some(info), Some(column)) = (info, column) else { return Ok(()) };
    if let [(_, stories)] = forms {
        *stories = snapshot.documents_in(ord, &inverted, &info)?;
        return Ok(());
    }
    let mut ords = Vec::with_capacity(forms.len());
    for (form, stories) in forms.iter_mut() {
        *stories = 0;
        ords.push(column.dictionary().term_ord(form.as_bytes()).map_err(tantivy::TantivyError::from)?);
    }
    let documents = inverted.read_postings_from_terminfo(&info, IndexRecordOption::Basic);
    let mut documents = documents.map_err(tantivy::TantivyError::from)?;
    while documents.doc() != TERMINATED {
        if !segment.is_deleted(documents.doc()) {
            for form in column.term_ords(documents.doc()) {
                let at = ords.iter().position(|ord| *ord == Some(form));
                at.into_iter().for_each(|at| forms[at].1 += 1);
            }
        }
        documents.advance();
    }
    Ok(())
}
