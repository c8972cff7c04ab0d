//! The words this stage knows: how rare they are, what class they are of, and which topics they and phrases of them
//! point to.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    sync::LazyLock,
};

use super::scan;
use crate::taxonomy;

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::build);

/// Number of a word; 0 is every word the lexicon does not have.
pub type WordId = u32;

/// Words that stand for what was found before, not for a word of the text: how much of the story is names of a kind.
pub const SIGNALS: [&str; 6] = ["#person", "#org", "#work", "#place", "#event", "#bias"];

/// Classes of a word, those of grammar and what else the lexicon knows of it; one word may be of several.
pub mod class {
    /// Pronouns, prepositions, auxiliaries, numerals, days: never at the edge of a phrase.
    pub const CLOSED: u32 = 1;
    /// May stand inside a phrase all the same: "of", "the".
    pub const INSIDE: u32 = 2;
    /// Adverbs.
    pub const ADVERB: u32 = 4;
    /// Adjectives.
    pub const ADJECTIVE: u32 = 8;
    /// Base forms of verbs, which are often nouns too.
    pub const VERB: u32 = 16;
    /// Forms of verbs that are no nouns.
    pub const VERB_FORM: u32 = 32;
    /// Forms of verbs on -ing.
    pub const GERUND: u32 = 64;
    /// All classes of grammar.
    pub const GRAMMAR: u32 = CLOSED | INSIDE | ADVERB | ADJECTIVE | VERB | VERB_FORM | GERUND;
    /// Two stories of the frequency table have it, or more.
    pub const KNOWN: u32 = 128;
    /// It is a cue.
    pub const CUE: u32 = 256;
    /// A cue of several words begins with it.
    pub const BEGINS_CUE: u32 = 512;
    /// A cue goes on with it.
    pub const CONTINUES_CUE: u32 = 1024;
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
    /// How much less common it is than the words of every story: 0 for words of a third of the stories and more, 1 for
    /// the rarest.
    pub rarity: f32,
    /// The state after it: the cue that it is, and where longer ones go on; 0 when no cue begins with it.
    state: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// Range of its cues.
    start: u32,
    end: u32,
    goes_on: bool,
}

/// A word in the table in which words are looked up.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    /// The lower half of its hash, spread. It stands for the whole hash: a word that is not in the lexicon is taken for
    /// one that is about once in ten thousand million.
    tag: u32,
    /// Its number; 0 in an empty slot.
    word: u16,
    /// See [`class`], whose bits are the lowest sixteen.
    class: u16,
}

/// A hash spread over all bits: of the upper half the table takes a word's place, the lower half is its tag.
#[inline]
fn spread(hash: u64) -> u64 {
    let product = u128::from(hash) * 0x9e37_79b9_7f4a_7c15;
    product as u64 ^ (product >> 64) as u64
}

/// The words this stage knows.
pub struct Lexicon {
    /// A power of two, at least twice as many as words; a word stands in its place or in the next free one.
    slots: Vec<Slot>,
    words: Vec<Word>,
    states: Vec<State>,
    cues: Vec<Cue>,
    steps: HashMap<u64, u32, BuildHasherDefault<Hashed>>,
}

/// A lexicon while its files are read.
struct Builder {
    lexicon: Lexicon,
    ids: HashMap<u64, WordId, BuildHasherDefault<Hashed>>,
    /// Stories behind the frequency table.
    stories: u16,
    /// For every word, stories of the table that have it, 0 when it is not there; and its classes.
    read: Vec<(u16, u32)>,
}

impl Lexicon {
    /// The lexicon built from `data/topics/`.
    pub fn get() -> &'static Self {
        &LEXICON
    }

    fn build() -> Self {
        let lexicon = Self {
            slots: Vec::new(),
            words: vec![Word::default()],
            states: vec![State::default()],
            cues: Vec::new(),
            steps: HashMap::default(),
        };
        let mut builder = Builder { lexicon, ids: HashMap::default(), stories: 1, read: vec![(0, 0)] };
        SIGNALS.into_iter().for_each(|signal| {
            builder.add(scan::hash_folded(signal));
        });
        builder.read_frequencies(include_str!("../../../data/topics/frequencies.tsv"));
        builder.read_classes(include_str!("../../../data/topics/word-classes.txt"));
        builder.read_cues(include_str!("../../../data/topics/cues.tsv"));
        builder.finish()
    }

    /// The number of the word with a hash; 0 when the lexicon does not have it.
    pub fn word(&self, hash: u64) -> WordId {
        self.look_up(hash).0
    }

    /// The number and the classes of the word with a hash; 0 when the lexicon does not have it.
    #[inline]
    pub fn look_up(&self, hash: u64) -> (WordId, u32) {
        let hash = spread(hash);
        let mut at = self.place(hash);
        loop {
            let slot = self.slots[at];
            if (slot.tag == hash as u32) | (slot.word == 0) {
                return (WordId::from(slot.word), u32::from(slot.class));
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    /// The place of a spread hash.
    #[inline]
    fn place(&self, hash: u64) -> usize {
        (hash >> 32) as usize & (self.slots.len() - 1)
    }

    /// The numbers of the [`SIGNALS`], in their order: they are added first.
    pub fn signals() -> impl Iterator<Item = WordId> {
        1..=SIGNALS.len() as WordId
    }

    /// How many words there are, with the unknown one.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// What is known of a word.
    pub fn info(&self, word: WordId) -> &Word {
        &self.words[word as usize]
    }

    /// Where the cues that begin with a word stand: the state in which the word alone ends.
    #[inline]
    pub fn first_state(&self, word: WordId) -> u32 {
        self.words[word as usize].state
    }

    /// The state in which a word ends that follows those of another; nothing when no cue goes on so.
    #[inline]
    pub fn next_state(&self, state: u32, word: WordId) -> Option<u32> {
        if self.states[state as usize].goes_on {
            self.steps.get(&step_key(state, word)).copied()
        } else {
            None
        }
    }

    /// The topics that the words which end in a state point to.
    pub fn cues(&self, state: u32) -> &[Cue] {
        let state = self.states[state as usize];
        &self.cues[state.start as usize..state.end as usize]
    }
}

impl Builder {
    fn finish(self) -> Lexicon {
        let Self { mut lexicon, ids, stories: all, mut read } = self;
        let all = f32::from(all);
        for (word, (stories, class)) in lexicon.words.iter_mut().zip(&mut read) {
            let ratio = 3.0 * (f32::from(*stories) + 1.0) / all;
            word.rarity = (-ratio.ln() / (all / 3.0).ln()).clamp(0.0, 1.0);
            let State { start, end, goes_on } = lexicon.states[word.state as usize];
            *class |= if *stories >= 2 { class::KNOWN } else { 0 };
            *class |= if start != end { class::CUE } else { 0 };
            *class |= if goes_on { class::BEGINS_CUE } else { 0 };
        }
        lexicon.slots = vec![Slot::default(); (2 * lexicon.words.len()).next_power_of_two()];
        for (hash, id) in ids {
            let hash = spread(hash);
            let mut at = lexicon.place(hash);
            while lexicon.slots[at].word != 0 {
                assert_ne!(lexicon.slots[at].tag, hash as u32, "two words of the lexicon look the same");
                at = (at + 1) & (lexicon.slots.len() - 1);
            }
            let word = u16::try_from(id).expect("fewer words than 65,536");
            let (_, class) = read[id as usize];
            lexicon.slots[at] = Slot { tag: hash as u32, word, class: class as u16 };
        }
        lexicon
    }

    fn add(&mut self, hash: u64) -> WordId {
        let next = self.lexicon.words.len() as WordId;
        let id = *self.ids.entry(hash).or_insert(next);
        if id == next {
            self.lexicon.words.push(Word::default());
            self.read.push((0, 0));
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
                let id = self.add(scan::hash_folded(word));
                self.read[id as usize].0 = count;
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

    fn classify(&mut self, word: &str, class: u32) {
        let id = self.add(scan::hash(word));
        self.read[id as usize].1 |= class;
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
            let state = &mut self.lexicon.states[state as usize];
            if state.end == 0 {
                state.start = at;
            }
            state.end = at + 1;
            self.lexicon.cues.push(cue);
        }
    }

    /// Adds a cue's words; returns where they end with the cue, unless it has no words.
    fn add_cue(&mut self, cue: &str, subject: usize, strength: Strength) -> Option<(u32, Cue)> {
        let mut state = 0;
        for word in cue.split([' ', '-']).filter(|word| word.starts_with(char::is_alphanumeric)) {
            let id = self.add(scan::hash(word));
            state = self.step_or_add(state, id);
        }
        (state != 0).then_some((state, Cue { subject: subject as u16, strength }))
    }

    fn step_or_add(&mut self, state: u32, word: WordId) -> u32 {
        let next = self.lexicon.states.len() as u32;
        let place = if state == 0 {
            &mut self.lexicon.words[word as usize].state
        } else {
            self.read[word as usize].1 |= class::CONTINUES_CUE;
            self.lexicon.states[state as usize].goes_on = true;
            self.lexicon.steps.entry(step_key(state, word)).or_default()
        };
        if *place == 0 {
            *place = next;
            self.lexicon.states.push(State::default());
        }
        *place
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

    fn classes(word: &str) -> u32 {
        let lexicon = Lexicon::get();
        lexicon.look_up(scan::hash(word)).1 & class::GRAMMAR
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
}
