//! Inflections: the forms of a word that a bare word also finds.
//!
//! Words are indexed as they stand. A query's word is turned into the forms it may have, by English endings; a form
//! counts when the Snowball stemmer (Porter 2) takes it for the same word. Those that the index holds are scored as
//! one word.

use frostem::{Algorithm, Stemmer};

/// Endings of English inflection.
const ENDINGS: [&str; 9] = ["", "s", "es", "ed", "d", "ing", "ies", "ied", "y"];

/// The forms of a folded word that are used, itself first. Words that are no English words, or are shorter than three
/// letters, have only themselves. Most forms a word could have are used by nobody, and asking is cheaper than stemming:
/// that comes first.
///
/// # Errors
/// Those of `is_used`.
pub fn forms<E>(word: &str, mut is_used: impl FnMut(&str) -> Result<bool, E>) -> Result<Vec<String>, E> {
    let mut found = Vec::new();
    if is_used(word)? {
        found.push(word.to_owned());
    }
    let stemmer = Stemmer::new(Algorithm::English);
    let stem = stemmer.stem(word);
    if word.len() < 3 || !word.bytes().all(|byte| byte.is_ascii_lowercase()) || stem.len() < 2 {
        return Ok(found);
    }
    // A word longer than its stem (`coordinators`) has inflections of its own.
    let singular = word.strip_suffix('s').unwrap_or(word);
    let mut bases = bases(&stem);
    for base in [word, singular] {
        if !bases.iter().any(|known| known == base) {
            bases.push(base.to_owned());
        }
    }
    let mut form = String::new();
    for base in bases {
        for ending in ENDINGS {
            form.clear();
            form.push_str(&base);
            form.push_str(ending);
            let is_new = form != word && is_used(&form)? && !found.contains(&form);
            if is_new && stemmer.stem(&form) == stem {
                found.push(form.clone());
            }
        }
    }
    Ok(found)
}

/// What inflected forms of a stem may begin with: the stem, with an `e`, without its `i`, its last letter doubled.
fn bases(stem: &str) -> Vec<String> {
    let mut bases = vec![stem.to_owned(), format!("{stem}e")];
    if let Some(short) = stem.strip_suffix('i') {
        bases.push(short.to_owned());
    }
    if let Some(last) = stem.chars().last().filter(|last| !"aeiouwxy".contains(*last)) {
        bases.push(format!("{stem}{last}"));
    }
    bases
}

#[cfg(test)]
mod tests {

    #[test]
    fn finds_forms_of_one_word_and_no_other() {
        let forms = |word: &str| -> Vec<String> {
            super::forms(word, |_| Ok::<_, ()>(true)).expect("nothing to go wrong")
        };
        let has = |word: &str, form: &str| forms(word).iter().any(|found| found == form);
        for (word, form) in [
            ("lawsuits", "lawsuit"),
            ("lawsuit", "lawsuits"),
            ("pulled", "pulling"),
            ("story", "stories"),
            ("stories", "story"),
            ("divorced", "divorce"),
            ("stopped", "stop"),
            ("coordinator", "coordinators"),
            ("making", "make"),
            ("parties", "party"),
        ] {
            assert!(has(word, form), "{word}: {:?}", forms(word));
        }
        assert!(!has("star", "start") && !has("us", "use"));
        assert_eq!(forms("2024"), ["2024"]);
    }
}
