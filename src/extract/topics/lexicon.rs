//! The words this stage knows: how rare they are, what class they are of, and which topics they and phrases of them
//! point to.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    sync::LazyLock,
};

use super::tokens::{self, Token};
use crate::taxonomy;

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::build);

/// Number of a word; 0 is every word the lexicon does not have.
pub type WordId = u32;

/// Longest phrase among the cues, in words.
const LONGEST_CUE: usize = 6;

/// Words that stand for what was found before, not for a word of the text: how much of the story is names of a kind.
pub const SIGNALS: [&str; 6] = ["#person", "#org", "#work", "#place", "#event", "#bias"];

/// Classes of a word; one word may be of several.
pub mod class {
    /// Pronouns, prepositions, auxiliaries, numerals, days: never at the edge of a phrase.
    pub const CLOSED: u8 = 1;
    /// May stand inside a phrase all the same: "of", "the".
    pub const INSIDE: u8 = 2;
    /// Adverbs.
    pub const ADVERB: u8 = 4;
    /// Adjectives.
    pub const ADJECTIVE: u8 = 8;
    /// Base forms of verbs, which are often nouns too.
    pub const VERB: u8 = 16;
    /// Forms of verbs that are no nouns.
    pub const VERB_FORM: u8 = 32;
    /// Forms of verbs on -ing.
    pub const GERUND: u8 = 64;
}

/// How strongly a cue points to its topic, as `data/topics/cues.tsv` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    /// One mention nearly decides.
    Strong,
    /// Several mentions tell.
    Plain,
    /// Only tips the balance.
    Weak,
}

impl Strength {
    /// How many there are.
    pub const COUNT: usize = 3;
}

/// A word or phrase that points to a topic.
#[derive(Clone, Copy, Debug)]
pub struct Cue {
    /// [`Subject::index`](crate::taxonomy::Subject::index).
    pub subject: u16,
    /// How strongly.
    pub strength: Strength,
}

/// What is known of one word.
#[derive(Clone, Copy, Debug, Default)]
pub struct Word {
    /// Stories of the frequency table that have it; 0 or 1 when it is not in the table.
    pub stories: u16,
    /// Its classes, see [`class`].
    pub class: u8,
    /// How much less common it is than the words of every story: 0 for words of a third of the stories and more, 1 for
    /// the rarest.
    pub rarity: f32,
    /// Where phrases of cues that begin with it go on; 0 when none does.
    state: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// Range of its cues.
    start: u32,
    end: u32,
    goes_on: bool,
}

/// The words this stage knows.
pub struct Lexicon {
    ids: HashMap<u64, WordId, BuildHasherDefault<Hashed>>,
    words: Vec<Word>,
    states: Vec<State>,
    cues: Vec<Cue>,
    steps: HashMap<u64, u32, BuildHasherDefault<Hashed>>,
    /// Stories behind the frequency table.
    pub stories: u16,
}

impl Lexicon {
    /// The lexicon built from `data/topics/`.
    pub fn get() -> &'static Self {
        &LEXICON
    }

    fn build() -> Self {
        let mut lexicon = Self {
            ids: HashMap::default(),
            words: vec![Word::default()],
            states: vec![State::default()],
            cues: Vec::new(),
            steps: HashMap::default(),
            stories: 1,
        };
        SIGNALS.into_iter().for_each(|signal| {
            lexicon.add(tokens::hash_signal(signal));
        });
        lexicon.read_frequencies(include_str!("../../../data/topics/frequencies.tsv"));
        lexicon.read_classes(include_str!("../../../data/topics/word-classes.txt"));
        lexicon.read_cues(include_str!("../../../data/topics/cues.tsv"));
        let stories = f32::from(lexicon.stories);
        for word in &mut lexicon.words {
            let ratio = 3.0 * (f32::from(word.stories) + 1.0) / stories;
            word.rarity = (-ratio.ln() / (stories / 3.0).ln()).clamp(0.0, 1.0);
        }
        lexicon
    }

    fn add(&mut self, hash: u64) -> WordId {
        let next = self.words.len() as WordId;
        let id = *self.ids.entry(hash).or_insert(next);
        if id == next {
            self.words.push(Word::default());
        }
        id
    }

    /// Lines of a count, a tab, and the words that so many stories have, folded; the first line has the number of stories.
    fn read_frequencies(&mut self, file: &str) {
        for line in rows(file) {
            let Some((count, words)) = line.split_once('\t') else { continue };
            let count = count.parse().unwrap_or(0);
            if words == "stories" {
                self.stories = count;
                continue;
            }
            for word in words.split(' ') {
                let id = self.add(tokens::hash_folded(word));
                self.words[id as usize].stories = count;
            }
        }
    }

    fn read_classes(&mut self, file: &str) {
        let mut section = "";
        for line in rows(file) {
            if let Some(name) = line.strip_prefix('[') {
                section = name.trim_end_matches(']');
                continue;
            }
            for word in line.split_whitespace() {
                match section {
                    "closed" => self.classify(word, class::CLOSED),
                    "function-inside" => self.classify(word, class::INSIDE),
                    "adverb" => self.classify(word, class::ADVERB),
                    "adjective" => self.classify(word, class::ADJECTIVE),
                    "verb" => self.classify_verb(word),
                    _ => self.classify(word, class::VERB_FORM),
                }
            }
        }
    }

    fn classify(&mut self, word: &str, class: u8) {
        let id = self.add(tokens::hash(word));
        self.words[id as usize].class |= class;
    }

    fn classify_verb(&mut self, base: &str) {
        self.classify(base, class::VERB);
        let stem = stem(base);
        let past = if base.ends_with('e') { format!("{base}d") } else { format!("{stem}ed") };
        self.classify(&past, class::VERB_FORM);
        if let Some(stem) = base.strip_suffix('y').filter(|stem| !stem.ends_with(is_vowel)) {
            self.classify(&format!("{stem}ied"), class::VERB_FORM);
        }
        self.classify(&format!("{stem}ing"), class::GERUND);
    }

    fn read_cues(&mut self, file: &str) {
        let mut added: Vec<(u32, Cue)> = Vec::new();
        let mut seen = vec![false; taxonomy::all().len()];
        for line in rows(file) {
            let mut cells = line.split('\t');
            let Some(subject) = cells.next().and_then(taxonomy::by_code) else { continue };
            seen[subject.index()] = true;
            for (strength, cues) in
                [Strength::Strong, Strength::Plain, Strength::Weak].into_iter().zip(cells.skip(1))
            {
                added.extend(cues.split("; ").filter_map(|cue| self.add_cue(cue, subject.index(), strength)));
            }
        }
        for (subject, _) in taxonomy::all().iter().zip(seen).filter(|(_, seen)| !seen) {
            let label = subject.label.split(" (").next().unwrap_or_default();
            for part in label.split([',', '/']).flat_map(|part| part.split(" and ")) {
                added.extend(self.add_cue(part, subject.index(), Strength::Strong));
            }
        }
        added.sort_by_key(|(state, _)| *state);
        for (at, (state, cue)) in (0..).zip(added) {
            let state = &mut self.states[state as usize];
            if state.end == 0 {
                state.start = at;
            }
            state.end = at + 1;
            self.cues.push(cue);
        }
    }

    /// Adds a cue's words; returns where they end with the cue, unless it has no words.
    fn add_cue(&mut self, cue: &str, subject: usize, strength: Strength) -> Option<(u32, Cue)> {
        let mut state = 0;
        for word in cue.split([' ', '-']).filter(|word| word.starts_with(char::is_alphanumeric)) {
            let id = self.add(tokens::hash(word));
            state = self.step_or_add(state, id);
        }
        (state != 0).then_some((state, Cue { subject: subject as u16, strength }))
    }

    fn step_or_add(&mut self, state: u32, word: WordId) -> u32 {
        let next = self.states.len() as u32;
        let place = if state == 0 {
            &mut self.words[word as usize].state
        } else {
            self.states[state as usize].goes_on = true;
            self.steps.entry(step_key(state, word)).or_default()
        };
        if *place == 0 {
            *place = next;
            self.states.push(State::default());
        }
        *place
    }

    /// The number of the word with a hash; 0 when the lexicon does not have it.
    pub fn word(&self, hash: u64) -> WordId {
        self.ids.get(&hash).copied().unwrap_or(0)
    }

    /// How many words there are, with the unknown one.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Always false: the unknown word is there.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// What is known of a word.
    pub fn info(&self, word: WordId) -> &Word {
        &self.words[word as usize]
    }

    /// Calls `each` with the number and the length in words of every cue that begins at the first of `tokens`.
    pub fn cues_at(&self, tokens: &[Token], mut each: impl FnMut(u32, usize)) {
        let Some(first) = tokens.first() else { return };
        let mut state = self.words[first.word as usize].state;
        let mut at = 1;
        while state != 0 {
            let here = self.states[state as usize];
            if here.start != here.end {
                each(state, at);
            }
            let next = tokens.get(at).filter(|token| token.word != 0);
            if !here.goes_on || at == LONGEST_CUE {
                return;
            }
            let Some(next) = next else { return };
            state = self.steps.get(&step_key(state, next.word)).copied().unwrap_or(0);
            at += 1;
        }
    }

    /// The topics a cue points to, by the number [`cues_at`](Self::cues_at) gave.
    pub fn cues(&self, state: u32) -> &[Cue] {
        let state = self.states[state as usize];
        &self.cues[state.start as usize..state.end as usize]
    }
}

fn step_key(state: u32, word: WordId) -> u64 {
    (u64::from(state) << 32 | u64::from(word)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn rows(file: &str) -> impl Iterator<Item = &str> {
    file.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u')
}

/// What -ing is added to, and -ed where there is no final "e": without a final "e", with a consonant doubled after a single vowel in short words.
fn stem(base: &str) -> String {
    if let Some(stem) = base.strip_suffix('e').filter(|stem| !stem.ends_with(['e', 'o', 'y'])) {
        return stem.to_owned();
    }
    let mut last: Vec<char> = base.chars().rev().take(3).collect();
    last.resize(3, 'a');
    let doubles = base.len() <= 4
        && !is_vowel(last[0])
        && !matches!(last[0], 'w' | 'x' | 'y')
        && is_vowel(last[1])
        && !is_vowel(last[2]);
    if doubles { format!("{base}{}", last[0]) } else { base.to_owned() }
}

/// Hashes that are spread already are taken as they are.
#[derive(Clone, Copy, Default)]
pub struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _bytes: &[u8]) {
        unreachable!("only whole numbers are keys here");
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash ^ (hash >> 29);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(word: &str) -> u8 {
        let lexicon = Lexicon::get();
        lexicon.info(lexicon.word(tokens::hash(word))).class
    }

    #[test]
    fn verbs_are_known_in_their_forms() {
        assert_eq!(classes("dropped"), class::VERB_FORM);
        assert_eq!(classes("denied") & class::VERB_FORM, class::VERB_FORM);
        assert_eq!(classes("celebrating"), class::GERUND);
        assert_eq!(classes("agreed"), class::VERB_FORM);
        assert_eq!(classes("of"), class::CLOSED | class::INSIDE);
        assert_eq!(classes("gorgeous"), class::ADJECTIVE);
    }

    #[test]
    fn every_row_of_cues_has_a_code_with_its_label() {
        for line in rows(include_str!("../../../data/topics/cues.tsv")) {
            let mut cells = line.split('\t');
            let subject = cells.next().and_then(taxonomy::by_code).expect(line);
            assert_eq!(cells.next(), Some(subject.label));
        }
    }

    #[test]
    fn phrases_are_found() {
        let mut found = Vec::new();
        let text = "plastic surgery";
        let mut words = Vec::new();
        tokens::split(text, 0..text.len(), tokens::Zone::Body, Lexicon::get(), &mut words);
        Lexicon::get().cues_at(&words, |state, _| {
            found.extend(
                Lexicon::get().cues(state).iter().map(|cue| taxonomy::all()[cue.subject as usize].label),
            );
        });
        assert!(found.contains(&"surgery"), "{found:?}");
    }
}
