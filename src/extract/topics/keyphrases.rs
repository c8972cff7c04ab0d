//! Keyphrases: the phrases of a story that say what it is about, in its own words.
//!
//! Every candidate of [`phrases`] is scored by a logistic model: where it stands, how often and how far apart, how rare
//! its words are, what they look like, and what stands before and after it.

use std::sync::LazyLock;

use super::{
    evidence::Gathered,
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

/// Names of the features with numbers, as they stand in `data/model/topics-keyphrases.tsv`.
pub const FEATURES: [&str; 44] = [
    "bias",
    "count",
    "once",
    "in-title",
    "in-lead",
    "position",
    "spread",
    "one-word",
    "two-words",
    "three-words",
    "four-words",
    "head-rarity",
    "mean-rarity",
    "least-rarity",
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
    "topic-exact",
    "topic-inside",
    "title-overlap",
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
    /// Values of [`FEATURES`].
    pub values: [f32; FEATURES.len()],
    /// The words in their roles; 0 is no word, or an unknown one.
    pub words: [u32; ROLES.len()],
    /// Slots of the endings of the last and the first word.
    pub endings: [u32; 2],
}

/// What the features of all candidates of an article share.
pub struct Setting<'a> {
    tokens: &'a Tokens,
    lexicon: &'a Lexicon,
    /// For each word the best chance of a topic that a cue beginning there points to, and the cue's length.
    cues: Vec<(u8, f32)>,
    /// Folded content words of the title.
    title: Vec<u64>,
}

impl<'a> Setting<'a> {
    /// Prepares an article whose topics are known.
    pub fn new(tokens: &'a Tokens, lexicon: &'a Lexicon, gathered: &Gathered, topics: &[(u16, f32)]) -> Self {
        let mut chances = vec![0.0f32; taxonomy::all().len()];
        topics.iter().for_each(|&(subject, chance)| chances[subject as usize] = chance);
        let mut cues = vec![(0u8, 0.0f32); tokens.all.len()];
        for found in &gathered.matches {
            let best =
                lexicon.cues(found.cue).iter().map(|cue| chances[cue.subject as usize]).fold(0.0, f32::max);
            let slot = &mut cues[found.at as usize];
            *slot = (found.length.max(slot.0), best.max(slot.1));
        }
        let content = |token: &&Token| lexicon.info(token.word).class & class::CLOSED == 0;
        let title = tokens.all.iter().take_while(|token| token.zone == Zone::Title);
        Self { tokens, lexicon, cues, title: title.filter(content).map(|token| token.hash).collect() }
    }

    /// The features of a candidate.
    pub fn features(&self, phrase: &Phrase) -> Features {
        let all = &self.tokens.all;
        let words = phrase.tokens(self.tokens);
        let at = phrase.at as usize;
        let (first, last) = (&words[0], &words[words.len() - 1]);
        let before = at.checked_sub(1).map(|at| &all[at]).filter(|_| first.gap != Gap::Stop);
        let after = all.get(at + words.len()).filter(|token| token.gap != Gap::Stop);
        let single = words.len() == 1;
        let id = |token: Option<&Token>| token.map_or(0, |token| token.word);
        Features {
            values: self.values(phrase, words, before, after),
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
        self.tokens.all[at].ending.wrapping_mul(2).wrapping_add(role) % ENDINGS as u32
    }

    fn values(
        &self,
        phrase: &Phrase,
        words: &[Token],
        before: Option<&Token>,
        after: Option<&Token>,
    ) -> [f32; FEATURES.len()] {
        let is = |yes: bool| if yes { 1.0 } else { 0.0 };
        let class = |token: &Token| self.lexicon.info(token.word).class;
        let rarity = |token: &Token| self.lexicon.rarity(token.word);
        let closed = |token: &Token| class(token) & class::CLOSED != 0;
        let (first, last) = (&words[0], &words[words.len() - 1]);
        let total = self.tokens.all.len().max(1) as f32;
        let content = words.iter().filter(|token| !closed(token)).count().max(1) as f32;
        let named =
            |kind: NameKind| is(first.name == NamePart::Begins(kind) && name_length(words) == words.len());
        let free_capital = |token: &Token| {
            token.capital
                && token.zone != Zone::Title
                && token.gap != Gap::Stop
                && token.name == NamePart::None
        };
        let capitals = words.iter().filter(|token| free_capital(token)).count();
        let content_before = before.filter(|token| first.gap == Gap::Blank && !closed(token));
        let content_after = after.filter(|token| token.gap == Gap::Blank && !closed(token));
        let cut = |token: &Token| token.capital && token.zone != Zone::Title;
        let (exact, inside) = self.cues_in(phrase.at as usize, words.len());
        let mean = words.iter().filter(|token| !closed(token)).map(rarity).sum::<f32>() / content;
        let least = words.iter().filter(|token| !closed(token)).map(rarity).fold(1.0, f32::min);
        let shared = words.iter().filter(|token| self.title.contains(&token.hash)).count() as f32;
        let n = words.len();
        [
            1.0,
            f32::from(phrase.count).ln(),
            is(phrase.count == 1),
            is(phrase.in_title),
            is(first.zone == Zone::Lead),
            phrase.at as f32 / total,
            (phrase.last.saturating_sub(phrase.at)) as f32 / total,
            is(n == 1),
            is(n == 2),
            is(n == 3),
            is(n == 4),
            rarity(last),
            mean,
            least,
            is(self.lexicon.info(last.word).stories < 2),
            named(NameKind::Org),
            named(NameKind::Place),
            named(NameKind::Work),
            named(NameKind::Event),
            is(words.iter().any(|token| token.name != NamePart::None)),
            is(capitals > 0),
            is(capitals == n),
            is(capitals > 0
                && (before.is_some_and(cut) && first.capital || after.is_some_and(cut) && last.capital)),
            is(words[1..].iter().any(|token| token.gap == Gap::Hyphen)),
            is(first.digit),
            is(words[..n - 1].iter().any(|token| token.possessive)),
            is(words.iter().any(closed)),
            is(class(first) & class::ADJECTIVE != 0),
            is(class(first) & class::VERB_FORM != 0),
            is(class(first) & class::GERUND != 0),
            is(class(last) & class::GERUND != 0),
            is(class(last) & class::VERB != 0),
            is(before.is_some_and(|token| {
                matches!(token.end - token.start, 1 | 3) && class(token) & class::INSIDE != 0
            })),
            is(before.is_some_and(closed)),
            is(content_before.is_some()),
            is(after.is_some_and(closed)),
            is(content_after.is_some()),
            is(matches!(first.gap, Gap::Mark | Gap::Stop)),
            is(after.is_none_or(|token| token.gap == Gap::Mark)),
            is(exact.is_some()),
            is(inside.is_some()),
            exact.unwrap_or(0.0),
            inside.unwrap_or(0.0),
            shared / n as f32,
        ]
    }

    /// The best chance behind a cue that is the whole phrase, and behind one that begins in it.
    fn cues_in(&self, at: usize, length: usize) -> (Option<f32>, Option<f32>) {
        let here = &self.cues[at..at + length];
        let exact = here.first().filter(|(cue, _)| usize::from(*cue) == length).map(|(_, chance)| *chance);
        let inside = here.iter().filter(|(cue, _)| *cue > 0).map(|(_, chance)| *chance).reduce(f32::max);
        (exact, inside)
    }
}

/// How many words from the first belong to the name that begins there.
fn name_length(words: &[Token]) -> usize {
    1 + words[1..].iter().take_while(|token| matches!(token.name, NamePart::Inside(_))).count()
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
}

impl PhraseModel {
    /// The shipped model.
    pub fn get() -> &'static Self {
        &MODEL
    }

    /// A model that knows nothing.
    pub fn empty() -> Self {
        Self {
            weights: [0.0; FEATURES.len()],
            words: vec![[0.0; ROLES.len()]; Lexicon::get().len()],
            endings: vec![0.0; ENDINGS],
            threshold: 0.0,
        }
    }

    /// Reads lines of a feature's name and its weight, or of a role, a word and its weight, or of `ending`, a slot and
    /// its weight, with tabs between.
    pub fn read(file: &str) -> Self {
        let mut model = Self::empty();
        let lexicon = Lexicon::get();
        for line in file.lines().filter(|line| !line.starts_with('#')) {
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
                [name, value] => {
                    if let Some(at) = FEATURES.iter().position(|feature| *feature == name) {
                        model.weights[at] = value.parse().unwrap_or(0.0);
                    }
                }
                _ => (),
            }
        }
        model
    }

    /// The log odds of a candidate.
    pub fn log_odds(&self, features: &Features) -> f32 {
        let values: f32 =
            features.values.iter().zip(self.weights).map(|(value, weight)| value * weight).sum();
        let words: f32 = (0..ROLES.len()).map(|role| self.words[features.words[role] as usize][role]).sum();
        let endings: f32 = features.endings.iter().map(|&slot| self.endings[slot as usize]).sum();
        values + words + endings
    }

    /// The phrases to give with their chances, best first.
    pub fn choose(&self, setting: &Setting<'_>, phrases: &[Phrase]) -> Vec<(Phrase, f32)> {
        let mut scored: Vec<(f32, &Phrase)> =
            phrases.iter().map(|phrase| (self.log_odds(&setting.features(phrase)), phrase)).collect();
        scored
            .sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.at.cmp(&b.1.at)).then(a.1.length.cmp(&b.1.length)));
        let mut chosen: Vec<(Phrase, f32)> = Vec::with_capacity(MOST);
        for (log_odds, phrase) in scored {
            let chance = chance(log_odds);
            if chosen.len() == MOST || chance < self.threshold {
                break;
            }
            if !chosen.iter().any(|(other, _)| is_variant(other, phrase, setting.tokens)) {
                chosen.push((phrase.clone(), chance));
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
