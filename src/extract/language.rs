//! Whether a story is in English, by its small words and its script.
//!
//! What a page says of itself is not asked: templates call everything English. The stages after this one know English
//! grammar alone, and would find names and speakers in any text whatever.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::names::{lexicon::rows, tokens::word_hash};
use crate::{
    annotation::{Annotations, Language},
    article::Article,
};

/// Bytes of a text that are read, and of how many small words one language must be ahead to be sure before.
const READ: usize = 3000;
const AHEAD: u32 = 40;

/// Fewer small words of a language are chance.
const LEAST: u32 = 2;

/// One in so many words in lower case must be a small word of the language at least.
const SHARE: u32 = 6;

/// Small words of each language, English first.
const WORDS: &str = include_str!("../../data/lexicon/languages.tsv");

/// Most languages.
const LANGUAGES: usize = 32;

/// The languages of each small word, as a mask, and the bits of those that write nouns with capitals.
static SMALL: LazyLock<(FxHashMap<u64, u32>, u32)> = LazyLock::new(|| {
    let (mut small, mut nouns) = (FxHashMap::default(), 0);
    for (bit, (language, words)) in rows(WORDS).filter_map(|row| row.split_once('\t')).enumerate() {
        nouns |= u32::from(language == "de") << bit;
        for word in words.split(' ') {
            *small.entry(word_hash(word)).or_default() |= 1 << bit;
        }
    }
    (small, nouns)
});

/// Tells the language of the article.
pub fn run(article: &Article, found: &mut Annotations) {
    let title = article.title.as_deref().filter(|_| !article.title_in_text).unwrap_or_default();
    found.language = of(&article.text, title);
}

/// The language of a story: the one most of whose small words stand in it.
pub fn of(text: &str, title: &str) -> Language {
    let (small, nouns) = &*SMALL;
    let mut count = Count::default();
    for part in [text, title] {
        let end = (READ.min(part.len())..).find(|&at| part.is_char_boundary(at)).unwrap_or(part.len());
        if count.read(&part[..end], small) {
            break;
        }
    }
    let [english, others @ ..] = count.words;
    let (best, most) = (1..).zip(others).max_by_key(|&(bit, count)| (count, -bit)).unwrap_or_default();
    match () {
        () if count.other_letters > count.latin_letters => Language::Other,
        // Tables and lists of names have next to no small words of any language.
        () if most < LEAST || most <= english || most * SHARE < count.lower => Language::English,
        () if nouns >> best & 1 == 1 => Language::NounsInCapitals,
        () => Language::Other,
    }
}

/// What speaks for which language.
#[derive(Default)]
struct Count {
    words: [u32; LANGUAGES],
    /// Words in lower case.
    lower: u32,
    latin_letters: u32,
    other_letters: u32,
}

impl Count {
    /// Counts the small words in lower case; says whether English is far enough ahead.
    fn read(&mut self, text: &str, small: &FxHashMap<u64, u32>) -> bool {
        for word in text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’')) {
            let Some(first) = word.chars().next() else { continue };
            // The blocks up to the phonetic letters, and the additions for Vietnamese.
            let latin = matches!(first, '\0'..='\u{2af}' | '\u{1e00}'..='\u{1eff}') || !first.is_alphabetic();
            let letters = word.chars().count() as u32;
            *if latin { &mut self.latin_letters } else { &mut self.other_letters } += letters;
            if !first.is_lowercase() {
                continue;
            }
            self.lower += 1;
            let mut languages = small.get(&word_hash(word)).copied().unwrap_or(0);
            while languages != 0 {
                self.words[languages.trailing_zeros() as usize] += 1;
                languages &= languages - 1;
            }
            if self.words[0] > AHEAD && self.words[1..].iter().all(|&other| self.words[0] > other + AHEAD) {
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_english_from_others() {
        let english = [
            "Orla Quist has left the tour, her manager said on Friday.",
            "Orla de la Cruz met Rafe van der Berg at “Das Haus der Kunst” in La Paz.",
            "ORLA QUIST LEAVES TOUR",
            "Orla Quist",
            "Orla Quist met Rafe Montclair",
            "Orla Quist et Rafe Montclair",
            "",
            "“C’est la vie, mes amis,” she said to the crowd as it was getting dark.",
        ];
        for text in english {
            assert_eq!(of(text, ""), Language::English, "{text}");
        }
        let german = [
            "Orla Quist hat die Tour nach Angaben ihres Managers am Freitag verlassen.",
            "So schön ist ihre Villa",
        ];
        for text in german {
            assert_eq!(of(text, ""), Language::NounsInCapitals, "{text}");
        }
        let others = [
            "Orla Quist a quitté la tournée vendredi, selon son agent qui n’a pas voulu en dire plus.",
            "Orla Quist dejó la gira el viernes, según su representante, que no quiso decir más.",
            "Orla Quist ha lasciato il tour venerdì, secondo il suo agente, che non ha detto altro.",
            "Orla Quist heeft de tournee vrijdag verlaten, zegt haar manager, die verder niets wil zeggen.",
            "Orla Quist har lämnat turnén, säger hennes manager, som inte vill säga mer om det.",
            "Орла Квист покинула турне в пятницу, сообщил её менеджер.",
            "オルラ・クイストは金曜日にツアーを離れた。",
        ];
        for text in others {
            assert_eq!(of(text, ""), Language::Other, "{text}");
        }
        assert_eq!(of("", "So schön ist ihre Villa"), Language::NounsInCapitals);
    }
}
