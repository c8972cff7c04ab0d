//! Keyphrases: the phrases of a story that say what it is about, in its own words.
//!
//! Every candidate of [`phrases`] is scored by a logistic model: where it stands, how often and how far apart, how rare
//! its words are, what they look like, and what stands before and after it.

use std::sync::LazyLock;

use super::{
    evidence::{Gathered, ln_1p},
    lexicon::{Lexicon, class},
    phrases::{self, Phrase},
    subjects::{chance, rounded},
    tokens::{Gap, NamePart, Token, Tokens, Zone},
};
use crate::{
    annotation::{NameKind, Topic, TopicKind},
    article::Article,
    taxonomy,
};

static MODEL: LazyLock<PhraseModel> =
    LazyLock::new(|| PhraseModel::read(include_str!("../../../data/model/topics-keyphrases.tsv")));

/// Most keyphrases given to an article; people give 3 to 8, mostly 6.
const MOST: usize = 6;

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

/// The places at which a word has a weight of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The only word.
    Single,
    /// The last of several.
    Head,
    /// The first of several.
    First,
    /// Before the phrase.
    Before,
    /// After the phrase.
    After,
}

/// Names of the roles, in order, as they stand in the model's file.
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
    tokens: &'a Tokens,
    sides: Vec<Side>,
}

/// What the features need of one word, looked up once.
#[derive(Clone, Copy, Debug, Default)]
struct Side {
    /// See [`class`].
    class: u8,
    /// Length in words of the longest cue that begins here.
    cue: u8,
    /// Whether the lexicon's stories have it twice at least.
    known: bool,
    closed: bool,
    /// Whether the title has it, and it is no word of a closed class.
    in_title: bool,
    /// Whether it has a capital, and not because it stands in the title.
    capital: bool,
    rarity: f32,
    /// Best chance of a topic that a cue beginning here points to.
    chance: f32,
}

impl<'a> Setting<'a> {
    /// Prepares an article whose topics are known.
    pub fn new(tokens: &'a Tokens, lexicon: &'a Lexicon, gathered: &Gathered, topics: &[(u16, f32)]) -> Self {
        let mut chances = vec![0.0f32; taxonomy::all().len()];
        topics.iter().for_each(|&(subject, chance)| chances[subject as usize] = chance);
        let title = tokens.all.iter().take_while(|token| token.zone == Zone::Title).count();
        let bit = |hash: u64| 1u64 << (hash >> 58);
        let bits = tokens.all[..title].iter().fold(0, |bits, token| bits | bit(token.hash));
        let titled =
            |hash: u64| bits & bit(hash) != 0 && tokens.all[..title].iter().any(|token| token.hash == hash);
        let side = |token: &Token| {
            let word = lexicon.info(token.word);
            let closed = word.class & class::CLOSED != 0;
            Side {
                class: word.class,
                known: word.stories >= 2,
                closed,
                in_title: !closed && titled(token.hash),
                capital: token.capital && token.zone != Zone::Title,
                rarity: word.rarity,
                ..Side::default()
            }
        };
        let mut sides: Vec<Side> = tokens.all.iter().map(side).collect();
        for found in &gathered.matches {
            let cues = lexicon.cues(found.cue).iter();
            let best = cues.map(|cue| chances[cue.subject as usize]).fold(0.0, f32::max);
            let side = &mut sides[found.at as usize];
            side.cue = side.cue.max(found.length);
            side.chance = side.chance.max(best);
        }
        Self { tokens, sides }
    }

    /// The features of a candidate.
    pub fn features(&self, phrase: &Phrase) -> Features {
        let all = &self.tokens.all;
        let words = phrase.tokens(self.tokens);
        let at = phrase.at as usize;
        let (first, last) = (&words[0], &words[words.len() - 1]);
        let before = at.checked_sub(1).filter(|_| first.gap != Gap::Stop);
        let after =
            Some(at + words.len()).filter(|&at| all.get(at).is_some_and(|token| token.gap != Gap::Stop));
        let id = |at: Option<usize>| at.map_or(0, |at| all[at].word);
        let single = words.len() == 1;
        let (numbers, flags) = self.shared(phrase, words, before, after);
        Features {
            numbers,
            flags,
            words: [
                if single { last.word } else { 0 },
                if single { 0 } else { last.word },
                if single { 0 } else { first.word },
                id(before),
                id(after),
            ],
            endings: [self.ending(at + words.len() - 1, 0), if single { 0 } else { self.ending(at, 1) }],
        }
    }

    /// The slot of a word's ending in one of two roles.
    fn ending(&self, at: usize, role: u32) -> u32 {
        let hash = self.tokens.all[at].ending.wrapping_mul(0x9e37_79b1) >> 16;
        (hash * 2 + role) % ENDINGS as u32
    }

    /// What all words share.
    fn shared(
        &self,
        phrase: &Phrase,
        words: &[Token],
        before: Option<usize>,
        after: Option<usize>,
    ) -> ([f32; NUMBERS], u64) {
        let all = &self.tokens.all;
        let (at, n) = (phrase.at as usize, words.len());
        let sides = &self.sides[at..at + n];
        let (first, last) = (&words[0], &words[n - 1]);
        let (first_side, last_side) = (&sides[0], &sides[n - 1]);
        let total = all.len() as f32;
        let whole = matches!(first.name, NamePart::Begins(_)) && name_length(words) == n;
        let named = |kind: NameKind| whole && first.name == NamePart::Begins(kind);
        let free =
            |at: usize| self.sides[at].capital && all[at].gap != Gap::Stop && all[at].name == NamePart::None;
        let capitals = (at..at + n).filter(|&at| free(at)).count();
        let (mut sum, mut least, mut content, mut shared) = (0.0f32, 1.0f32, 0.0f32, 0.0f32);
        for side in sides.iter().filter(|side| !side.closed) {
            sum += side.rarity;
            least = least.min(side.rarity);
            content += 1.0;
            shared += if side.in_title { 1.0 } else { 0.0 };
        }
        let closed = |at: Option<usize>| at.is_some_and(|at| self.sides[at].closed);
        let article = |at: usize| {
            matches!(all[at].end - all[at].start, 1 | 3) && self.sides[at].class & class::INSIDE != 0
        };
        let cut_before = first.capital && before.is_some_and(|at| self.sides[at].capital);
        let cut_after = last.capital && after.is_some_and(|at| self.sides[at].capital);
        let (exact, inside) = self.cues_in(at, n);
        let numbers = [
            ln_1p(phrase.count - 1),
            phrase.at as f32 / total,
            phrase.last.saturating_sub(phrase.at) as f32 / total,
            last_side.rarity,
            sum / content.max(1.0),
            least,
            exact.unwrap_or(0.0),
            inside.unwrap_or(0.0),
            shared / n as f32,
        ];
        let holds = [
            true,
            phrase.count == 1,
            phrase.in_title,
            first.zone == Zone::Lead,
            n == 1,
            n == 2,
            n == 3,
            n == 4,
            !last_side.known,
            named(NameKind::Org),
            named(NameKind::Place),
            named(NameKind::Work),
            named(NameKind::Event),
            words.iter().any(|token| token.name != NamePart::None),
            capitals > 0,
            capitals == n,
            capitals > 0 && (cut_before || cut_after),
            words[1..].iter().any(|token| token.gap == Gap::Hyphen),
            first.digit,
            words[..n - 1].iter().any(|token| token.possessive),
            content < n as f32,
            first_side.class & class::ADJECTIVE != 0,
            first_side.class & class::VERB_FORM != 0,
            first_side.class & class::GERUND != 0,
            last_side.class & class::GERUND != 0,
            last_side.class & class::VERB != 0,
            before.is_some_and(article),
            closed(before),
            first.gap == Gap::Blank && before.is_some() && !closed(before),
            closed(after),
            after.is_some_and(|at| all[at].gap == Gap::Blank && !self.sides[at].closed),
            matches!(first.gap, Gap::Mark | Gap::Stop),
            after.is_none_or(|at| all[at].gap == Gap::Mark),
            exact.is_some(),
            inside.is_some(),
        ];
        (numbers, holds.iter().rev().fold(0, |flags, &holds| flags << 1 | u64::from(holds)))
    }

    /// The best chance behind a cue that is the whole phrase, and behind one that begins in it.
    fn cues_in(&self, at: usize, length: usize) -> (Option<f32>, Option<f32>) {
        let here = &self.sides[at..at + length];
        let exact = here.first().filter(|side| usize::from(side.cue) == length).map(|side| side.chance);
        let inside = here.iter().filter(|side| side.cue > 0).map(|side| side.chance).reduce(f32::max);
        (exact, inside)
    }
}

/// How many words from the first belong to the name that begins there.
fn name_length(words: &[Token]) -> usize {
    1 + words[1..].iter().take_while(|token| matches!(token.name, NamePart::Inside(_))).count()
}

impl Features {
    /// Values of [`FEATURES`].
    pub fn values(&self) -> impl Iterator<Item = f32> {
        let flags = (0..FEATURES.len() - NUMBERS).map(|flag| (self.flags >> flag & 1) as f32);
        self.numbers.into_iter().chain(flags)
    }
}

/// The logistic model over the candidates.
#[derive(Clone, Debug)]
pub struct PhraseModel {
    /// Weights of [`FEATURES`].
    pub weights: [f32; FEATURES.len()],
    /// Weights of each word of the lexicon in each role.
    pub words: Vec<[f32; ROLES.len()]>,
    /// Weights of endings, by slot.
    pub endings: Vec<f32>,
    /// Least chance at which a phrase is given.
    pub threshold: f32,
    /// What every eight flags add together, by their bits.
    sums: Vec<[f32; 256]>,
}

impl PhraseModel {
    /// The shipped model.
    pub fn get() -> &'static Self {
        &MODEL
    }

    /// A model with those weights, which knows no word and no ending.
    pub fn new(weights: [f32; FEATURES.len()]) -> Self {
        let sum = |weights: &[f32], bits: usize| -> f32 {
            weights
                .iter()
                .enumerate()
                .map(|(bit, weight)| if bits >> bit & 1 == 1 { *weight } else { 0.0 })
                .sum()
        };
        Self {
            weights,
            words: vec![[0.0; ROLES.len()]; Lexicon::get().len()],
            endings: vec![0.0; ENDINGS],
            threshold: 0.0,
            sums: weights[NUMBERS..]
                .chunks(8)
                .map(|weights| std::array::from_fn(|bits| sum(weights, bits)))
                .collect(),
        }
    }

    /// Reads lines of a feature's name and its weight, or of a role, a word and its weight, or of `ending`, a slot and
    /// its weight, with tabs between.
    pub fn read(file: &str) -> Self {
        let lines = || file.lines().filter(|line| !line.starts_with('#'));
        let weight = |feature: &str| {
            let row = lines().filter_map(|line| line.split_once('\t')).find(|(name, _)| *name == feature);
            row.and_then(|(_, value)| value.parse().ok()).unwrap_or(0.0)
        };
        let mut model = Self::new(FEATURES.map(weight));
        let lexicon = Lexicon::get();
        for line in lines() {
            let cells: Vec<&str> = line.split('\t').collect();
            match cells[..] {
                ["threshold", value] => model.threshold = value.parse().unwrap_or(0.0),
                ["ending", slot, value] => {
                    if let Some(weight) =
                        slot.parse().ok().and_then(|slot: usize| model.endings.get_mut(slot))
                    {
                        *weight = value.parse().unwrap_or(0.0);
                    }
                }
                [role, word, value] => {
                    let word = lexicon.word(super::tokens::hash(word)) as usize;
                    if let Some(role) = ROLES.iter().position(|name| *name == role).filter(|_| word != 0) {
                        model.words[word][role] = value.parse().unwrap_or(0.0);
                    }
                }
                _ => (),
            }
        }
        model
    }

    /// The log odds of a candidate.
    pub fn log_odds(&self, features: &Features) -> f32 {
        let numbers: f32 =
            features.numbers.iter().zip(&self.weights).map(|(value, weight)| value * weight).sum();
        let flags: f32 = (self.sums.iter().enumerate())
            .map(|(at, sums)| sums[(features.flags >> (8 * at) & 0xFF) as usize])
            .sum();
        let words: f32 = (0..ROLES.len()).map(|role| self.words[features.words[role] as usize][role]).sum();
        let endings: f32 = features.endings.iter().map(|&slot| self.endings[slot as usize]).sum();
        numbers + flags + words + endings
    }

    /// The phrases to give with their chances, best first.
    pub fn choose(&self, setting: &Setting<'_>, phrases: &[Phrase]) -> Vec<(Phrase, f32)> {
        let least = (self.threshold / (1.0 - self.threshold)).ln();
        let mut scored: Vec<(f32, &Phrase)> = Vec::new();
        for phrase in phrases {
            let log_odds = self.log_odds(&setting.features(phrase));
            if log_odds >= least {
                scored.push((log_odds, phrase));
            }
        }
        scored
            .sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.at.cmp(&b.1.at)).then(a.1.length.cmp(&b.1.length)));
        let mut chosen: Vec<(Phrase, f32)> = Vec::with_capacity(MOST);
        for (log_odds, phrase) in scored {
            if chosen.len() == MOST {
                break;
            }
            if !chosen.iter().any(|(other, _)| is_variant(other, phrase, setting.tokens)) {
                chosen.push((phrase.clone(), chance(log_odds)));
            }
        }
        chosen
    }
}

/// Whether one of two phrases is within the other and says no more than it: the same head, or the same place.
fn is_variant(a: &Phrase, b: &Phrase, tokens: &Tokens) -> bool {
    let (long, short) = if a.length >= b.length { (a, b) } else { (b, a) };
    let (long, short) = (long.tokens(tokens), short.tokens(tokens));
    long.windows(short.len()).any(|part| part.iter().zip(short).all(|(a, b)| a.hash == b.hash))
}

/// The keyphrases of an article.
pub fn find(article: &Article, tokens: &Tokens, gathered: &Gathered, topics: &[(u16, f32)]) -> Vec<Topic> {
    let lexicon = Lexicon::get();
    let setting = Setting::new(tokens, lexicon, gathered, topics);
    let chosen = PhraseModel::get().choose(&setting, &phrases::find(tokens, lexicon));
    chosen
        .into_iter()
        .map(|(phrase, chance)| Topic {
            label: label(article, tokens, &phrase),
            code: None,
            kind: TopicKind::Keyphrase,
            score: rounded(chance),
        })
        .collect()
}

/// A phrase as it is shown: as it stands at its first mention, without the capitals of a headline or of a sentence's
/// first word.
fn label(article: &Article, tokens: &Tokens, phrase: &Phrase) -> String {
    let source = tokens.source(article, phrase.at as usize);
    let mut label = String::new();
    for (number, token) in phrase.tokens(tokens).iter().enumerate() {
        if number > 0 {
            label.push(if token.gap == Gap::Hyphen { '-' } else { ' ' });
        }
        let word = &source[token.start as usize..token.end as usize];
        let is_acronym = word.len() > 1 && word.chars().all(|c| !c.is_lowercase());
        let lowers = token.name == NamePart::None && (token.zone == Zone::Title || token.gap == Gap::Stop);
        if lowers && !is_acronym {
            label.extend(word.chars().flat_map(char::to_lowercase));
        } else {
            label.push_str(word);
        }
        if token.possessive && number + 1 < phrase.length as usize {
            label.push_str("'s");
        }
    }
    label
}
