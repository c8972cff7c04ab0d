//! Inflections: the forms of a word that a bare word also finds.
//!
//! Words are indexed as they stand. A query's word is turned into the forms it may have, by English endings; a form
//! counts when the Snowball stemmer (Porter 2) takes it for the same word. Those that the index holds are scored as
//! one word.

use frostem::{Algorithm, Stemmer};

/// Endings of English inflection.
const ENDINGS: [&str; 9] = ["", "s", "es", "ed", "d", "ing", "ies", "ied", "y"];

/// What is known of a word's inflections.
pub struct Inflections {
    stemmer: Stemmer,
    stem: String,
    candidates: Vec<String>,
}

impl Inflections {
    /// Those of a folded word. Words that are no English words, or are shorter than three letters, have only themselves.
    pub fn of(word: &str) -> Self {
        let stemmer = Stemmer::new(Algorithm::English);
        let stem = stemmer.stem(word).into_owned();
        let mut candidates = vec![word.to_owned()];
        if word.len() < 3 || !word.bytes().all(|byte| byte.is_ascii_lowercase()) || stem.len() < 2 {
            return Self { stemmer, stem, candidates };
        }
        // A word longer than its stem (`coordinators`) has inflections of its own.
        let singular = word.strip_suffix('s').unwrap_or(word);
        let mut bases = bases(&stem);
        for base in [word, singular] {
            if !bases.iter().any(|known| known == base) {
                bases.push(base.to_owned());
            }
        }
        for base in bases {
            for ending in ENDINGS {
                let form = format!("{base}{ending}");
                if !candidates.contains(&form) {
                    candidates.push(form);
                }
            }
        }
        Self { stemmer, stem, candidates }
    }

    /// Forms it may have, itself first.
    pub fn candidates(&self) -> &[String] {
        &self.candidates
    }

    /// Whether one of these is a form of the word. It is worth asking first whether anybody uses it.
    pub fn has(&self, candidate: &str) -> bool {
        candidate == self.candidates[0] || self.stemmer.stem(candidate) == self.stem.as_str()
    }
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
    use super::*;

    #[test]
    fn finds_forms_of_one_word_and_no_other() {
        let forms = |word: &str| -> Vec<String> {
            let known = Inflections::of(word);
            known.candidates().iter().filter(|form| known.has(form)).cloned().collect()
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
