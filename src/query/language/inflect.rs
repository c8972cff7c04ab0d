//! Inflections: the forms of a word that a bare word also finds.
//!
//! Words are indexed as they stand. A query's word is turned into the forms it may have: those that English makes by rule,
//! those that `data/query/irregular.txt` lists, and those with an ending that the Snowball stemmer (Porter 2) takes for
//! the same word. Those that the index holds are scored as one word. What finds a form is found by it.

use std::sync::LazyLock;

use frostem::{Algorithm, Stemmer};
use rustc_hash::{FxHashMap, FxHashSet};

/// Endings of English inflection.
const ENDINGS: [&str; 9] = ["", "s", "es", "ed", "d", "ing", "ies", "ied", "y"];

/// What no rule makes.
static IRREGULAR: LazyLock<Irregular> =
    LazyLock::new(|| Irregular::read(include_str!("../../../data/query/irregular.txt")));

/// Forms that no rule makes, and pairs that rules would make wrongly.
#[derive(Default)]
struct Irregular {
    /// The forms of a word, its plain form first.
    families: Vec<Vec<&'static str>>,
    /// The families that a word finds.
    of: FxHashMap<&'static str, Vec<usize>>,
    unrelated: FxHashSet<(&'static str, &'static str)>,
}

impl Irregular {
    fn read(table: &'static str) -> Self {
        let mut read = Self::default();
        for row in table.lines().filter(|row| !row.starts_with('#')) {
            if let Some((one, other)) = row.strip_prefix("! ").and_then(|pair| pair.split_once(' ')) {
                read.unrelated.extend([(one, other), (other, one)]);
                continue;
            }
            let words =
                row.split(' ').map(|word| word.strip_prefix('>').map_or((word, true), |word| (word, false)));
            for (word, _) in words.clone().filter(|(_, finds)| *finds) {
                read.of.entry(word).or_default().push(read.families.len());
            }
            read.families.push(words.map(|(word, _)| word).collect());
        }
        read
    }

    fn families(&self, word: &str) -> impl Iterator<Item = &[&'static str]> {
        self.of.get(word).into_iter().flatten().map(|&family| self.families[family].as_slice())
    }

    /// Whether a past that rules make of a plain form is one: not where the table has only others.
    fn has_past(&self, plain: &str, past: &str) -> bool {
        self.families(plain).filter(|family| family[0] == plain).all(|family| family.contains(&past))
    }

    fn is_related(&self, one: &str, other: &str) -> bool {
        !self.unrelated.contains(&(one, other))
    }
}

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
    if word.len() < 2 || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Ok(found);
    }
    for form in by_rule(word) {
        if form != word && !found.contains(&form) && is_used(&form)? {
            found.push(form);
        }
    }
    let stemmer = Stemmer::new(Algorithm::English);
    let stem = stemmer.stem(word);
    if word.len() < 3 || stem.len() < 2 {
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
            let is_new = form != word && !found.contains(&form) && is_used(&form)?;
            if is_new && stemmer.stem(&form) == stem && IRREGULAR.is_related(word, &form) {
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

/// Forms that rules make of a word and of those that it may be a form of, and those that no rule makes.
fn by_rule(word: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let plain = plain_forms(word);
    for plain in &plain {
        found.push(plain.clone());
        if is_inflected(plain) {
            found.extend(regular(plain));
        }
        let families = IRREGULAR.families(plain);
        for family in families.filter(|family| plain == word || family[0] == plain) {
            found.extend(family.iter().map(|&form| form.to_owned()));
            found.extend(regular(family[0]));
        }
    }
    found.retain(|form| IRREGULAR.is_related(word, form));
    found
}

/// What a word may be a form of, itself first: whatever makes it by rule.
fn plain_forms(word: &str) -> Vec<String> {
    let mut tried: Vec<String> = vec![word.to_owned()];
    let mut cut = |ending: &str, instead: &[&str]| {
        if let Some(rest) = word.strip_suffix(ending) {
            tried.extend(instead.iter().map(|instead| format!("{rest}{instead}")));
        }
    };
    cut("s", &[""]);
    cut("es", &[""]);
    cut("ies", &["y"]);
    cut("ed", &["", "e"]);
    cut("ied", &["y"]);
    cut("ing", &["", "e"]);
    cut("ying", &["ie"]);
    cut("ked", &[""]);
    cut("king", &[""]);
    for ending in ["ed", "ing", "es"] {
        if let Some(rest) = word.strip_suffix(ending)
            && let [.., a, b] = rest.as_bytes()
            && a == b
        {
            tried.push(rest[..rest.len() - 1].to_owned());
        }
    }
    tried.retain(|plain| {
        plain == word
            || is_inflected(plain)
                && IRREGULAR.is_related(plain, word)
                && regular(plain).iter().any(|form| form == word)
    });
    tried
}

/// Whether rules may make forms of a word: it is long enough, and can be spoken without a mute `e`.
fn is_inflected(plain: &str) -> bool {
    let spoken = plain.strip_suffix('e').unwrap_or(plain);
    (plain.len() > 2 || plain.ends_with('o')) && spoken.bytes().any(|letter| b"aeiouy".contains(&letter))
}

/// Plural, past and participle of a plain form, as rules make them; no past where a table has another.
fn regular(plain: &str) -> Vec<String> {
    let bytes = plain.as_bytes();
    let [.., before, last] = bytes else { return Vec::new() };
    let is_vowel = |at: usize| {
        // The `u` of `qu` is none.
        b"aeiou".contains(&bytes[at]) && !(bytes[at] == b'u' && at > 0 && bytes[at - 1] == b'q')
    };
    let vowel_before = is_vowel(bytes.len() - 2);
    let mut forms = Vec::new();
    let mut add = |stem: &str, ending: &str| forms.push(format!("{stem}{ending}"));
    let shorter = &plain[..plain.len() - 1];
    let y = *last == b'y' && !vowel_before;
    let hisses = matches!(last, b's' | b'x' | b'z') || *last == b'h' && matches!(before, b'c' | b's');
    if y {
        add(shorter, "ies");
    } else if hisses || *last == b'o' {
        add(plain, "es");
    }
    if !y && (!hisses || *before == b'c') {
        add(plain, "s");
    }
    // A single vowel before a single consonant doubles it: always in one syllable, in several when it is stressed.
    let one_vowel = vowel_before && bytes.len() > 2 && !is_vowel(bytes.len() - 3);
    let doubles = one_vowel && !is_vowel(bytes.len() - 1) && !b"wxy".contains(last);
    let syllables = (0..bytes.len()).filter(|&at| is_vowel(at) && (at == 0 || !is_vowel(at - 1))).count();
    let doubled = format!("{plain}{}", *last as char);
    if doubles && matches!(last, b's' | b'z') {
        add(&doubled, "es");
    }
    let mut stems = Vec::new();
    if doubles {
        stems.push(doubled.as_str());
    }
    if !doubles || syllables > 1 || *last == b's' {
        stems.push(plain);
    }
    let with_k = format!("{plain}k");
    if *last == b'c' {
        stems = vec![with_k.as_str()];
    }
    for stem in stems {
        match last {
            b'e' => add(stem, "d"),
            _ if y => add(shorter, "ied"),
            _ => add(stem, "ed"),
        }
        match (before, last) {
            (b'i', b'e') => add(&plain[..plain.len() - 2], "ying"),
            (b'e' | b'o' | b'y', b'e') => add(plain, "ing"),
            (_, b'e') => add(shorter, "ing"),
            _ => add(stem, "ing"),
        }
    }
    if plain.ends_with("ge") {
        add(plain, "ing");
    }
    forms.retain(|form| {
        IRREGULAR.is_related(plain, form) && (!form.ends_with('d') || IRREGULAR.has_past(plain, form))
    });
    forms
}

#[cfg(test)]
mod tests {

    fn forms(word: &str) -> Vec<String> {
        super::forms(word, |_| Ok::<_, ()>(true)).expect("nothing to go wrong")
    }

    fn has(word: &str, form: &str) -> bool {
        forms(word).iter().any(|found| found == form)
    }

    #[test]
    fn finds_forms_of_one_word_and_no_other() {
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

    #[test]
    fn what_finds_a_form_is_found_by_it() {
        let families = "date dates dated dating|sue sues sued suing|celebrity celebrities|bus buses|die dies died dying\
            |woman women|wife wives|child children|sing sings sang sung singing|stop stops stopped stopping|hero heroes\
            |quiz quizzes quizzed|panic panics panicked panicking|travel travels travelled traveled travelling\
            |agree agrees agreed agreeing|age ages aged aging ageing|lie lies lied lying|tie ties tied tying|box boxes\
            |church churches|watch watches watched watching|star stars starred starring|marry marries married marrying\
            |write writes wrote written writing|break breaks broke broken breaking|movie movies|knife knives\
            |crisis crises|admit admits admitted admitting|play plays played playing|vote votes voted voting\
            |release releases released releasing|go goes went gone going|shoe shoes|gas gases|boss bosses";
        for family in families.split('|').map(|family| family.split_whitespace().collect::<Vec<_>>()) {
            for word in &family {
                for form in &family {
                    assert!(has(word, form), "{word} finds no {form}: {:?}", forms(word));
                }
            }
        }
    }

    #[test]
    fn words_that_are_only_alike_do_not_find_each_other() {
        for (one, other) in [
            ("new", "news"),
            ("see", "seed"),
            ("fee", "feed"),
            ("seeing", "seed"),
            ("star", "stared"),
            ("stare", "starred"),
            ("hop", "hoped"),
            ("car", "caring"),
            ("even", "evening"),
            ("bus", "bu"),
            ("her", "herring"),
            ("planes", "planned"),
            ("singe", "sing"),
            ("wounded", "wind"),
            ("human", "humen"),
            ("the", "thing"),
        ] {
            assert!(!has(one, other) && !has(other, one), "{one} and {other}");
        }
        // A name is not a form of a word, though the word finds it.
        assert!(has("draw", "drew") && !has("drew", "draw"));
    }
}
