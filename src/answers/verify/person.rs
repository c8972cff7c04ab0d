//! Whether two names are of one person, where both are credited with the same words.

use crate::{annotation::NameKind, answers::archive::Archive, name_key::name_key, query::Error};

/// What stands before a name and is none of it.
const TITLES: [&str; 8] = ["mr", "mrs", "ms", "miss", "mx", "dr", "sir", "dame"];
const SUFFIXES: [&str; 5] = ["jr", "sr", "ii", "iii", "iv"];

/// Whether two written forms of a name are of the same person. A surname alone, a first name alone and an initial stand
/// for a full name that has them: two people of one surname who said the same sentence are rarer than a story that
/// calls somebody by the surname. A junior is not his father.
pub(super) fn is_same(archive: &Archive, one: &str, other: &str) -> Result<bool, Error> {
    let (a, b) = (name_key(one), name_key(other));
    let (a, b) = (words(&a), words(&b));
    if fits(&a, &b) || fits(&b, &a) {
        return Ok(true);
    }
    let table = archive.names()?;
    let known = |name: &str| -> Result<_, Error> {
        for kind in NameKind::ALL {
            if let Some(known) = table.find(kind, name)? {
                return Ok(Some(known));
            }
        }
        Ok(None)
    };
    let (one, other) = (known(one)?, known(other)?);
    Ok(one.zip(other).is_some_and(|(a, b)| a.key == b.key && a.kind == b.kind))
}

fn words(key: &str) -> Vec<&str> {
    let mut words: Vec<&str> = key.split(' ').collect();
    while words.len() > 1 && TITLES.contains(&words[0]) {
        words.remove(0);
    }
    words
}

/// Whether the shorter of two names may be a form of the longer.
fn fits(short: &[&str], long: &[&str]) -> bool {
    if short == long {
        return true;
    }
    let suffix =
        |words: &[&str]| words.last().copied().filter(|word| SUFFIXES.contains(word)).map(str::to_owned);
    let bare = |words: &[&str]| words.len() - usize::from(words.len() > 1 && suffix(words).is_some());
    let differ = suffix(short) != suffix(long);
    let (short, long) = (&short[..bare(short)], &long[..bare(long)]);
    if differ && short.len() > 1 && long.len() > 1 {
        return false;
    }
    match (short, long) {
        ([], _) | (_, []) => false,
        ([only], [first, .., last]) => only == first || only == last,
        ([only], [other]) => only == other,
        ([first, .., last], [other, .., surname]) => last == surname && is_form(first, other),
        ([_, _, ..], [_]) => false,
    }
}

/// Whether one first name may be short for the other.
fn is_form(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    long.starts_with(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(one: &str, other: &str) -> bool {
        let archive =
            Archive::of_snapshot(crate::index::Snapshot::empty().expect("an index")).expect("an archive");
        is_same(&archive, one, other).expect("an answer")
    }

    #[test]
    fn forms_of_a_name_are_one_person() {
        for (one, other) in [
            ("Mara Voss", "Voss"),
            ("Mr. Voss", "Anselm Voss"),
            ("Beyla", "Beyla Rowan-Kane"),
            ("Anselm J. Voss", "Anselm Voss"),
            ("A. Voss", "Anselm Voss"),
            ("Ben Voss", "Benjamin Voss"),
            ("MARA VOSS", "Mara Voss"),
            ("Voss Jr.", "Anselm Voss Jr."),
        ] {
            assert!(same(one, other) && same(other, one), "{one}, {other}");
        }
        for (one, other) in [
            ("Mara Voss", "Anselm Voss"),
            ("Anselm Voss Jr.", "Anselm Voss Sr."),
            ("Anselm Voss Jr.", "Anselm Voss"),
            ("Mara Voss", "Mara Kane"),
            ("Voss", "Kane"),
        ] {
            assert!(!same(one, other), "{one}, {other}");
        }
    }
}
