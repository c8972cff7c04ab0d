//! What the scores of candidates for keyphrases are made of.

use super::{
    evidence::{Gathered, ln_1p},
    lexicon::Lexicon,
    phrases::Phrase,
    tokens::{Token, Tokens, flag},
};
use crate::taxonomy;

/// How many of [`FEATURES`], from the first, are numbers; the others hold or do not.
pub const NUMBERS: usize = 9;

/// Names of the features that all words share, as they stand in `data/model/topics-keyphrases.tsv`.
pub const FEATURES: [&str; 44] = [
    "count",
    "position",
    "spread",
    "head-rarity",
    "mean-rarity",
    "least-rarity",
    "topic-exact",
    "topic-inside",
    "title-overlap",
    "bias",
    "once",
    "in-title",
    "in-lead",
    "one-word",
    "two-words",
    "three-words",
    "four-words",
    "head-unknown",
    "org",
    "place",
    "work",
    "event",
    "has-name",
    "capital",
    "capitals",
    "cut-capital",
    "hyphen",
    "digit",
    "possessive",
    "function-inside",
    "begins-adjective",
    "begins-verb-form",
    "begins-gerund",
    "ends-gerund",
    "is-verb",
    "after-article",
    "after-closed",
    "after-content",
    "before-closed",
    "before-content",
    "before-mark",
    "after-mark",
    "cue-exact",
    "cue-inside",
];

/// The places at which a word has a weight of its own: as the only word, the last or the first of several, before the
/// phrase, after it; in order, as they stand in the model's file.
pub const ROLES: [&str; 5] = ["single", "head", "first", "before", "after"];

/// Slots for weights of the last three letters of a word.
pub const ENDINGS: usize = 2048;

/// The features of one candidate.
#[derive(Clone, Debug)]
pub struct Features {
    /// Values of the first [`NUMBERS`] of [`FEATURES`].
    pub numbers: [f32; NUMBERS],
    /// Which of the others hold: the first in the lowest bit.
    pub flags: u64,
    /// The words in their roles; 0 is no word, or an unknown one.
    pub words: [u32; ROLES.len()],
    /// Slots of the endings of the last and the first word.
    pub endings: [u32; 2],
}

/// What the features of all candidates of an article share.
pub struct Setting<'a> {
    words: &'a [Token],
    lexicon: &'a Lexicon,
    sides: Vec<Side>,
}

/// What the features need of one word, beside the word itself.
#[derive(Clone, Copy, Debug, Default)]
struct Side {
    /// Best chance of a topic that a cue beginning here points to; 0 when none begins.
    chance: f32,
    /// Length in words of the longest cue that begins here.
    cue: u8,
    /// Whether the title has it, and it is no word of a closed class.
    titled: bool,
}

impl<'a> Setting<'a> {
    /// Prepares an article whose topics are known.
    pub fn new(tokens: &'a Tokens, lexicon: &'a Lexicon, gathered: &Gathered, topics: &[(u16, f32)]) -> Self {
        let words = tokens.all.as_slice();
        let title = &words[..words.iter().take_while(|token| token.has(flag::TITLE)).count()];
        // Most words are told apart from the title's by eight bits of their hashes.
        let place = |hash: u64| ((hash >> 56 & 3) as usize, 1u64 << (hash >> 58));
        let mut filter = [0u64; 4];
        for token in title {
            let (row, bit) = place(token.hash);
            filter[row] |= bit;
        }
        let titled = |token: &Token| {
            let (row, bit) = place(token.hash);
            (filter[row] & bit != 0) & !token.has(flag::CLOSED)
                && title.iter().any(|titled| titled.hash == token.hash)
        };
        let side = |token: &Token| Side { titled: titled(token), ..Side::default() };
        let mut sides: Vec<Side> = words.iter().map(side).collect();
        let mut chances = vec![0.0f32; taxonomy::all().len()];
        topics.iter().for_each(|&(subject, chance)| chances[subject as usize] = chance);
        for found in &gathered.matches {
            let cues = lexicon.cues(found.cue).iter();
            let best = cues.map(|cue| chances[cue.subject as usize]).fold(0.0, f32::max);
            let side = &mut sides[found.at as usize];
            side.cue = side.cue.max(found.length);
            side.chance = side.chance.max(best);
        }
        Self { words, lexicon, sides }
    }

    /// The features of a candidate.
    pub fn features(&self, phrase: &Phrase) -> Features {
        let (at, n) = (phrase.at as usize, usize::from(phrase.length));
        let words = &self.words[at..at + n];
        let (first, last) = (&words[0], &words[n - 1]);
        // Beyond the end of a sentence there is nothing.
        let none = Token::default();
        let before = match at.checked_sub(1) {
            Some(before) if !first.has(flag::AFTER_STOP) => &self.words[before],
            _ => &none,
        };
        let after = self.words.get(at + n).filter(|after| !after.has(flag::AFTER_STOP)).unwrap_or(&none);
        // Multiplied, since no processor could foretell which it is.
        let several = u32::from(n > 1);
        Features {
            numbers: self.numbers(phrase, words),
            flags: self.flags(phrase, words, before, after),
            words: [
                last.word * (1 - several),
                last.word * several,
                first.word * several,
                before.word,
                after.word,
            ],
            endings: [slot(last.ending, 0), slot(first.ending, 1) * several],
        }
    }

    /// What goes with the words of a candidate.
    fn sides(&self, phrase: &Phrase) -> &[Side] {
        &self.sides[phrase.at as usize..][..usize::from(phrase.length)]
    }

    /// Values of the first of [`FEATURES`].
    fn numbers(&self, phrase: &Phrase, words: &[Token]) -> [f32; NUMBERS] {
        let total = self.words.len() as f32;
        let sides = self.sides(phrase);
        let (mut sum, mut least, mut content, mut shared, mut chance) =
            (0.0f32, 1.0f32, 0.0f32, 0.0f32, 0.0f32);
        let mut rarity = 0.0;
        for (word, side) in words.iter().zip(sides) {
            rarity = self.lexicon.info(word.word).rarity;
            let open = !word.has(flag::CLOSED);
            sum += if open { rarity } else { 0.0 };
            least = least.min(if open { rarity } else { 1.0 });
            content += f32::from(u8::from(open));
            shared += f32::from(u8::from(side.titled));
            chance = chance.max(side.chance);
        }
        [
            ln_1p(phrase.count - 1),
            phrase.at as f32 / total,
            phrase.last.saturating_sub(phrase.at) as f32 / total,
            rarity,
            sum / content.max(1.0),
            least,
            if whole_cue(sides) { sides[0].chance } else { 0.0 },
            chance,
            shared / words.len() as f32,
        ]
    }

    /// Which of the others hold.
    fn flags(&self, phrase: &Phrase, words: &[Token], before: &Token, after: &Token) -> u64 {
        let sides = self.sides(phrase);
        let n = words.len();
        let (first, last) = (&words[0], &words[n - 1]);
        // What any word is, any but the first, any but the last, all of them.
        let (mut any, mut later, mut earlier, mut all) = (0, 0, 0, u32::MAX);
        for word in words {
            earlier |= any;
            any |= word.flags;
            all &= word.flags;
        }
        words[1..].iter().for_each(|word| later |= word.flags);
        let has = |flags: u32, flag: u32| flags & flag != 0;
        let whole = usize::from(first.name_length) == n;
        let own_capital = |word: &Token| word.flags & (flag::CAPITAL | flag::TITLE) == flag::CAPITAL;
        let cut =
            (first.has(flag::CAPITAL) & own_capital(before)) | (last.has(flag::CAPITAL) & own_capital(after));
        let article = matches!(before.end - before.start, 1 | 3) & before.has(flag::INSIDE);
        let holds = [
            true,
            phrase.count == 1,
            phrase.in_title,
            first.has(flag::LEAD),
            n == 1,
            n == 2,
            n == 3,
            n == 4,
            !last.has(flag::KNOWN),
            whole & first.has(flag::ORG),
            whole & first.has(flag::PLACE),
            whole & first.has(flag::WORK),
            whole & first.has(flag::EVENT),
            has(any, flag::NAMED | flag::PERSON),
            has(any, flag::FREE_CAPITAL),
            has(all, flag::FREE_CAPITAL),
            has(any, flag::FREE_CAPITAL) & cut,
            has(later, flag::AFTER_HYPHEN),
            first.has(flag::DIGIT),
            has(earlier, flag::POSSESSIVE),
            has(any, flag::CLOSED),
            first.has(flag::ADJECTIVE),
            first.has(flag::VERB_FORM),
            first.has(flag::GERUND),
            last.has(flag::GERUND),
            last.has(flag::VERB),
            article,
            before.has(flag::CLOSED),
            first.has(flag::AFTER_BLANK) & before.has(flag::GAP) & !before.has(flag::CLOSED),
            after.has(flag::CLOSED),
            after.has(flag::AFTER_BLANK) & !after.has(flag::CLOSED),
            first.has(flag::AFTER_MARK | flag::AFTER_STOP),
            !after.has(flag::GAP) | after.has(flag::AFTER_MARK),
            whole_cue(sides),
            sides.iter().fold(0, |cue, side| cue | side.cue) != 0,
        ];
        holds.iter().rev().fold(0, |flags, &holds| flags << 1 | u64::from(holds))
    }
}

/// Whether the longest cue that begins at the first word is the whole phrase.
fn whole_cue(sides: &[Side]) -> bool {
    usize::from(sides[0].cue) == sides.len()
}

/// The slot of a word's ending in one of two roles.
fn slot(ending: u32, role: u32) -> u32 {
    let hash = ending.wrapping_mul(0x9e37_79b1) >> 16;
    (hash * 2 + role) % ENDINGS as u32
}

#[cfg(feature = "train")]
impl Features {
    /// Values of [`FEATURES`].
    pub fn values(&self) -> impl Iterator<Item = f32> {
        let flags = (0..FEATURES.len() - NUMBERS).map(|flag| (self.flags >> flag & 1) as f32);
        self.numbers.into_iter().chain(flags)
    }
}
