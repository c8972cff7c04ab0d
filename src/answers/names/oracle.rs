//! The rule of names applied to all names at once: what the names of an archive are, for comparing with.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Known,
    rule::{Form, Key, last_word, resolved},
};
use crate::{annotation::NameKind, index::corrections::Corrections, name_key::name_key};

/// Every name of some forms, each given once with its number of stories; in the order of kind and key.
pub(super) fn names(forms: Vec<((NameKind, String), u64)>, corrections: &Corrections) -> Vec<Known> {
    let resolve = |((kind, text), stories): ((NameKind, String), u64)| {
        let own = name_key(&text);
        let key = resolved(kind, &own, corrections)?;
        let own = Some(own).filter(|own| (kind, own) != (key.0, &key.1));
        Some((key, Form { text, stories, key: own, taken_for: kind }))
    };
    let mut resolved: Vec<(Key, Form)> = forms.into_iter().filter_map(resolve).collect();
    resolved.sort_unstable();
    let mut groups: Vec<(Key, Vec<Form>)> = Vec::with_capacity(resolved.len());
    for (key, form) in resolved {
        match groups.last_mut().filter(|(last, _)| *last == key) {
            Some((_, forms)) => forms.push(form),
            None => groups.push((key, vec![form])),
        }
    }
    join_short_forms(&mut groups, corrections);
    let groups = groups.into_iter().filter(|(_, forms)| !forms.is_empty());
    groups.map(|((kind, key), forms)| Known::of(kind, key, forms, corrections)).collect()
}

/// Joins a person known by one word to the only one whose last word it is (rule 2). Groups are in the order of their
/// keys; one that was joined is left without a form.
fn join_short_forms(groups: &mut [(Key, Vec<Form>)], corrections: &Corrections) {
    const AS_OFTEN: u64 = 10;
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
        let Some(last) = last_word(key) else { continue };
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
