//! Names: exact spans with their kind, and who people are.

use std::collections::BTreeMap;

use super::{Figures, Gold, Tally, key, percent};
use crate::{annotation::NameKind, record::ExtractionRecord};

/// Words of the longest name that says who somebody is.
const NAME_WORDS: usize = 5;

/// Scores mentions: equal start, end and kind, a leading "the" and a possessive ending aside. Identity is the share of
/// people found whose name is the gold one, or holds all of it.
pub(super) fn score(records: &[(&Gold, ExtractionRecord)], figures: &mut Figures) {
    let mut tallies: BTreeMap<NameKind, Tally> = BTreeMap::new();
    let (mut known, mut right) = (0.0, 0.0);
    for (gold, record) in records {
        let Some(names) = &gold.names else { continue };
        let text: Vec<char> = gold.text.chars().collect();
        let (mut wanted, mut open) = (BTreeMap::new(), Vec::new());
        for name in names {
            let kind = name.kind().filter(|_| !gold.ignore_kinds.contains(&name.kind));
            for mention in &name.mentions {
                let span = bare(&text, mention.start as usize, mention.end as usize);
                match kind {
                    Some(kind) => drop(wanted.insert(span, (kind, name.name.as_str()))),
                    None => open.push(span),
                }
            }
        }
        let mut found = BTreeMap::new();
        for name in &record.names {
            for mention in &name.mentions {
                let span = bare(&text, mention.start as usize, mention.end as usize);
                let ignored = gold.ignore_kinds.iter().any(|kind| kind == name.kind.as_str())
                    || (!wanted.contains_key(&span)
                        && open.iter().any(|other| other.0 < span.1 && span.0 < other.1));
                if !ignored {
                    found.insert(span, (name.kind, name.name.as_str()));
                }
            }
        }
        for (span, (kind, name)) in &wanted {
            let tally = tallies.entry(*kind).or_default();
            tally.gold += 1.0;
            let Some((said, said_name)) = found.get(span).filter(|(said, _)| said == kind) else { continue };
            tally.right += 1.0;
            if gold.identity && *said == NameKind::Person {
                known += 1.0;
                right += f64::from(u8::from(is_same(name, said_name)));
            }
        }
        for (kind, _) in found.values() {
            tallies.entry(*kind).or_default().found += 1.0;
        }
    }
    let mut all = Tally::default();
    for (kind, tally) in tallies {
        tally.write(&format!("names.{}", kind.as_str()), figures);
        all = Tally {
            right: all.right + tally.right,
            found: all.found + tally.found,
            gold: all.gold + tally.gold,
        };
    }
    all.write("names.all", figures);
    if known > 0.0 {
        figures.insert("names.identity".to_owned(), percent(right, known));
    }
}

fn is_same(gold: &str, said: &str) -> bool {
    let (gold, said) = (key(gold), key(said));
    let words: Vec<&str> = said.split(' ').collect();
    words.len() <= NAME_WORDS && gold.split(' ').all(|word| words.contains(&word))
}

/// A span without a leading "the" and without a possessive ending.
fn bare(text: &[char], start: usize, end: usize) -> (usize, usize) {
    let (mut start, mut end) = (start, end.min(text.len()));
    let begins: String = text[start..end.min(start + 4)].iter().collect::<String>().to_lowercase();
    if begins.starts_with("the") && begins.ends_with(char::is_whitespace) && end > start + 4 {
        start += 4;
    }
    let is_mark = |c: char| matches!(c, '\'' | '’' | '‘' | '`');
    let words = &text[start..end];
    match words {
        [.., mark, last] if is_mark(*mark) && last.eq_ignore_ascii_case(&'s') => end -= 2,
        [.., last, mark] if is_mark(*mark) && *last == 's' => end -= 1,
        _ => (),
    }
    (start, end)
}
