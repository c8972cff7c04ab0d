//! The bytes of a segment's names.

use super::read::{MOST_FREQUENT, SECTIONS, is_capitalised, without_suffix};
use crate::{analysis, annotation::NameKind, name_key::name_key};

/// Forms of one kind in byte order, with the number of stories that use them.
type Forms = Vec<(String, u64)>;

/// The file of those forms, by kind: where each section ends, as 64-bit numbers, then the sections. All numbers are
/// little-endian.
pub(super) fn written(forms: &[Forms]) -> Vec<u8> {
    let sections: Vec<Vec<u8>> = forms.iter().flat_map(sections).collect();
    let mut bytes = Vec::new();
    let mut end = 8 * sections.len() as u64;
    for section in &sections {
        end += section.len() as u64;
        bytes.extend(end.to_le_bytes());
    }
    bytes.extend(sections.into_iter().flatten());
    debug_assert!(forms.len() <= NameKind::ALL.len());
    bytes
}

fn sections(forms: &Forms) -> [Vec<u8>; SECTIONS] {
    let mut keys: Vec<(String, u32)> =
        (0..).zip(forms).map(|(ord, (form, _))| (name_key(form), ord)).collect();
    keys.sort_unstable();
    let mut of_ord = vec![0u32; forms.len()];
    let mut table = Table::default();
    let (mut stories, mut totals, mut sum) = (Vec::new(), Vec::new(), 0);
    // Each word of a key, whether it is another than the last, and the key's number.
    let mut words: Vec<(&str, bool, u32)> = Vec::with_capacity(3 * keys.len());
    let mut other_words: Vec<(String, u32)> = Vec::new();
    let (mut entry, mut own, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for group in keys.chunk_by(|a, b| a.0 == b.0) {
        let (number, key) = (stories.len() as u32, group[0].0.as_str());
        let is_plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b' ');
        let mut total = 0;
        entry.clear();
        for &(_, ord) in group {
            let (form, count) = &forms[ord as usize];
            of_ord[ord as usize] = number;
            total += count;
            varint(&mut entry, *count);
            let is_capitalised = is_capitalised(key, form);
            if is_capitalised {
                varint(&mut entry, 0);
            } else {
                varint(&mut entry, form.len() as u64 + 1);
                entry.extend(form.as_bytes());
            }
            // A key of plain words written with capitals has no word but its own.
            if !is_plain || !is_capitalised {
                analysis::each_word(form, |word| others.push(word.to_owned()));
            }
        }
        table.push(key, &entry);
        sum += total;
        let so_far = u32::try_from(sum).expect("a column has fewer than 4 billion values");
        totals.extend(so_far.to_le_bytes());
        stories.push(total);
        let last = without_suffix(key).rsplit_once(' ').map(|(_, last)| last);
        own.clear();
        own.extend(key.split(' '));
        own.sort_unstable();
        own.dedup();
        words.extend(own.iter().map(|word| (*word, Some(*word) != last, number)));
        others.sort_unstable();
        others.dedup();
        let new = others.drain(..).filter(|word| own.binary_search(&word.as_str()).is_err());
        other_words.extend(new.map(|word| (word, number)));
    }
    words.extend(other_words.iter().map(|(word, number)| (word.as_str(), true, *number)));
    words.sort_unstable();
    let mut of_words = Table::default();
    let mut list = Vec::new();
    for same in words.chunk_by(|a, b| a.0 == b.0) {
        let (last, others) = same.split_at(same.partition_point(|(_, is_other, _)| !is_other));
        list.clear();
        varint(&mut list, last.len() as u64);
        deltas(&mut list, last.iter().map(|(.., number)| *number));
        deltas(&mut list, others.iter().map(|(.., number)| *number));
        of_words.push(same[0].0, &list);
    }
    let mut frequent: Vec<u32> = (0..stories.len() as u32).collect();
    frequent.sort_by_key(|&number| std::cmp::Reverse(stories[number as usize]));
    frequent.truncate(MOST_FREQUENT);
    let frequent = frequent.into_iter().flat_map(u32::to_le_bytes).collect();
    let of_ord = of_ord.into_iter().flat_map(u32::to_le_bytes).collect();
    [table.ends, table.bytes, totals, of_ord, of_words.ends, of_words.bytes, frequent]
}

/// Strings, each behind its length and before what is told of it.
#[derive(Default)]
struct Table {
    ends: Vec<u8>,
    bytes: Vec<u8>,
}

impl Table {
    fn push(&mut self, string: &str, told: &[u8]) {
        varint(&mut self.bytes, string.len() as u64);
        self.bytes.extend(string.as_bytes());
        self.bytes.extend(told);
        let end = u32::try_from(self.bytes.len()).expect("the names of a segment are fewer than 4 GB");
        self.ends.extend(end.to_le_bytes());
    }
}

/// A number, seven bits a byte, the least first.
fn varint(bytes: &mut Vec<u8>, mut number: u64) {
    while number > 127 {
        bytes.push(number as u8 | 128);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Numbers in their order, each as its distance from the one before.
fn deltas(bytes: &mut Vec<u8>, numbers: impl Iterator<Item = u32>) {
    let mut before = 0;
    for number in numbers {
        varint(bytes, u64::from(number - before));
        before = number;
    }
}
