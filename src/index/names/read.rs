//! Reading a segment's names.

use std::{borrow::Cow, ops::Range};

use tantivy::directory::OwnedBytes;

use crate::annotation::NameKind;

/// Sections of each kind.
pub(super) const SECTIONS: usize = 7;

/// Keys of each kind that stand in the list of the most frequent ones.
pub(super) const MOST_FREQUENT: usize = 1024;

/// The names of one segment. What of it is damaged reads as nothing; checksums tell.
#[derive(Clone)]
pub(crate) struct SegmentNames {
    bytes: OwnedBytes,
}

impl SegmentNames {
    pub(super) fn of(bytes: OwnedBytes) -> Self {
        Self { bytes }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Those of one kind.
    pub fn of_kind(&self, kind: NameKind) -> NamesOfKind<'_> {
        let first = kind as usize * SECTIONS;
        let sections = NameKind::ALL.len() * SECTIONS;
        let end = |section: usize| match section.checked_sub(1) {
            Some(before) => wide(&self.bytes, before) as usize,
            None => 8 * sections,
        };
        let section = |at: usize| self.bytes.get(end(first + at)..end(first + at + 1)).unwrap_or_default();
        NamesOfKind { sections: std::array::from_fn(section) }
    }
}

/// Names of one kind. Each `name_key` has a number, in byte order of the keys.
#[derive(Clone, Copy)]
pub(crate) struct NamesOfKind<'a> {
    sections: [&'a [u8]; SECTIONS],
}

impl<'a> NamesOfKind<'a> {
    /// The keys.
    pub fn keys(&self) -> Strings<'a> {
        Strings { ends: self.sections[0], bytes: self.sections[1] }
    }

    /// Stories that use the forms of some keys, one counted for each form.
    pub fn stories(&self, keys: Range<u32>) -> u64 {
        let until = |end: u32| (end as usize).checked_sub(1).map_or(0, |last| narrow(self.sections[2], last));
        u64::from(until(keys.end).saturating_sub(until(keys.start)))
    }

    /// The forms of a key in byte order, with the stories that use them.
    pub fn forms(&self, key: u32) -> impl Iterator<Item = (Cow<'a, str>, u64)> + use<'a> {
        let keys = self.keys();
        let (own, mut entry) = (keys.get(key), keys.behind(key));
        std::iter::from_fn(move || {
            let stories = varint(&mut entry)?;
            let form = match varint(&mut entry)?.checked_sub(1) {
                None => Cow::Owned(capitalised(own)),
                Some(len) => {
                    let (form, rest) = entry.split_at_checked(len as usize)?;
                    entry = rest;
                    Cow::Borrowed(std::str::from_utf8(form).unwrap_or_default())
                }
            };
            Some((form, stories))
        })
    }

    /// The key of a form, by the form's number in its column.
    pub fn of_form(&self, ord: u64) -> u32 {
        narrow(self.sections[3], ord as usize)
    }

    /// Every word of a key or a form.
    pub fn words(&self) -> Strings<'a> {
        Strings { ends: self.sections[4], bytes: self.sections[5] }
    }

    /// The keys that have a word, by its number: those of which it is the last of several, suffixes aside, then those that
    /// have it elsewhere, or in a form.
    pub fn with_word(&self, word: u32) -> (Vec<u32>, Vec<u32>) {
        let mut list = self.words().behind(word);
        let last = varint(&mut list).unwrap_or(0);
        let mut number = 0;
        let mut next = |list: &mut &[u8]| {
            number += varint(list)? as u32;
            Some(number)
        };
        let last = (0..last).map_while(|_| next(&mut list)).collect();
        number = 0;
        let others = std::iter::from_fn(|| {
            number += varint(&mut list)? as u32;
            Some(number)
        });
        (last, others.collect())
    }

    /// The keys of most stories, those first; at least so many, unless there are fewer.
    pub fn frequent(&self, most: usize) -> Vec<u32> {
        let list = self.sections[6];
        let (listed, all) = (list.len() / 4, self.keys().len());
        if most <= listed || listed == all as usize {
            return (0..listed.min(most)).map(|at| narrow(list, at)).collect();
        }
        let mut keys: Vec<u32> = (0..all).collect();
        keys.sort_by_key(|&key| std::cmp::Reverse(self.stories(key..key + 1)));
        keys.truncate(most);
        keys
    }
}

/// Strings in byte order, and behind each what is told of it.
#[derive(Clone, Copy)]
pub(crate) struct Strings<'a> {
    ends: &'a [u8],
    bytes: &'a [u8],
}

impl<'a> Strings<'a> {
    /// How many there are.
    pub fn len(&self) -> u32 {
        (self.ends.len() / 4) as u32
    }

    /// The string of that number.
    pub fn get(&self, number: u32) -> &'a str {
        std::str::from_utf8(self.bytes(number)).unwrap_or_default()
    }

    fn bytes(&self, number: u32) -> &'a [u8] {
        self.parts(number).0
    }

    /// What is told of the string of that number.
    fn behind(&self, number: u32) -> &'a [u8] {
        self.parts(number).1
    }

    fn parts(&self, number: u32) -> (&'a [u8], &'a [u8]) {
        let start = (number as usize).checked_sub(1).map_or(0, |before| narrow(self.ends, before));
        let end = narrow(self.ends, number as usize);
        let mut both = self.bytes.get(start as usize..end as usize).unwrap_or_default();
        let length = varint(&mut both).unwrap_or(0);
        both.split_at_checked(length as usize).unwrap_or_default()
    }

    /// The number of a string.
    pub fn find(&self, string: &str) -> Option<u32> {
        let at = self.partition_point(0, |other| other < string.as_bytes());
        (at < self.len() && self.bytes(at) == string.as_bytes()).then_some(at)
    }

    /// The strings that begin so.
    pub fn starting(&self, prefix: &str) -> Range<u32> {
        let start = self.partition_point(0, |other| other < prefix.as_bytes());
        start..self.after(start, prefix)
    }

    /// The first from a number on that does not begin so, where all that do stand together there.
    pub fn after(&self, start: u32, prefix: &str) -> u32 {
        self.partition_point(start, |other| other.starts_with(prefix.as_bytes()))
    }

    /// The first from a number on of which something is not true, where it is true of all before it. What is near is found
    /// soonest.
    fn partition_point(&self, start: u32, is_before: impl Fn(&[u8]) -> bool) -> u32 {
        let (mut low, mut step) = (start, 1);
        while low + step <= self.len() && is_before(self.bytes(low + step - 1)) {
            low += step;
            step *= 2;
        }
        let mut high = (low + step - 1).min(self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if is_before(self.bytes(middle)) { low = middle + 1 } else { high = middle }
        }
        low
    }
}

/// A key as a name is written that has nothing unusual: each word with a capital.
pub(super) fn capitalised(key: &str) -> String {
    let mut begins = true;
    let letter = |c: char| {
        let capital = if begins { c.to_ascii_uppercase() } else { c };
        begins = c == ' ';
        capital
    };
    key.chars().map(letter).collect()
}

/// Whether a form is a key with its words capitalised.
pub(super) fn is_capitalised(key: &str, form: &str) -> bool {
    let mut begins = true;
    let fits = |(letter, written): (u8, u8)| {
        let capital = if begins { letter.to_ascii_uppercase() } else { letter };
        begins = letter == b' ';
        capital == written
    };
    key.len() == form.len() && key.bytes().zip(form.bytes()).all(fits)
}

/// What tells a junior from his father.
pub(crate) const SUFFIXES: [&str; 6] = [" jr", " sr", " ii", " iii", " iv", " v"];

/// A key without what tells a junior from his father.
pub(crate) fn without_suffix(key: &str) -> &str {
    SUFFIXES.iter().find_map(|suffix| key.strip_suffix(suffix)).unwrap_or(key)
}

fn narrow(numbers: &[u8], at: usize) -> u32 {
    numbers.get(at * 4..at * 4 + 4).and_then(|it| it.try_into().ok()).map_or(0, u32::from_le_bytes)
}

fn wide(numbers: &[u8], at: usize) -> u64 {
    numbers.get(at * 8..at * 8 + 8).and_then(|it| it.try_into().ok()).map_or(0, u64::from_le_bytes)
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let (mut number, mut shift) = (0u64, 0u32);
    loop {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 127).checked_shl(shift)?;
        if byte < 128 {
            return Some(number);
        }
        shift += 7;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(forms: &[(&str, u64)]) -> SegmentNames {
        let mut people: Vec<(String, u64)> =
            forms.iter().map(|&(form, count)| (form.to_owned(), count)).collect();
        people.sort();
        SegmentNames::of_forms(&[people, vec![], vec![], vec![], vec![]])
    }

    #[test]
    fn names_are_found_by_key_by_word_and_by_frequency() {
        let names =
            people(&[("Zoé Voss", 2), ("Zoe Voss", 5), ("Abel Voss Jr.", 1), ("Voss", 300), ("Kim", 4)]);
        let people = names.of_kind(NameKind::Person);
        let keys = people.keys();
        let all: Vec<&str> = (0..keys.len()).map(|number| keys.get(number)).collect();
        assert_eq!(all, ["abel voss jr", "kim", "voss", "zoe voss"]);
        let zoe: Vec<_> = people.forms(3).collect();
        assert_eq!(zoe, [("Zoe Voss".into(), 5), ("Zoé Voss".into(), 2)]);
        assert_eq!(people.stories(1..4), 311);
        assert_eq!((keys.starting("zo"), keys.starting("x"), keys.find("voss")), (3..4, 3..3, Some(2)));
        let voss = people.words().find("voss").expect("a word");
        assert_eq!(people.with_word(voss), (vec![0, 3], vec![2]));
        assert_eq!(people.frequent(2), [2, 3]);
        assert_eq!(names.of_kind(NameKind::Org).keys().len(), 0);
    }

    #[test]
    fn the_nearby_is_found_like_the_far() {
        let forms: Vec<String> = (0..300).map(|number| format!("N{number:03}")).collect();
        let names = people(&forms.iter().map(|form| (form.as_str(), 1)).collect::<Vec<_>>());
        let keys = names.of_kind(NameKind::Person).keys();
        for number in 0..300 {
            let key = format!("n{number:03}");
            assert_eq!(keys.find(&key), Some(number));
            assert_eq!(keys.after(number, &key[..3]), (number / 10 + 1) * 10);
        }
        assert_eq!(keys.find("o"), None);
    }

    #[test]
    fn damage_reads_as_nothing() {
        let names = SegmentNames::of(OwnedBytes::new(vec![255; 100]));
        for kind in NameKind::ALL {
            assert_eq!(names.of_kind(kind).keys().find("voss"), None);
        }
    }
}
