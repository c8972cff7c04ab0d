//! Puts the ends of mentions right where a rule knows better than the model.

use rustc_hash::FxHashSet;

use super::{
    decode::Mention,
    lexicon::{class, phrase_hash},
    story::Story,
    tokens::{shape, word_hash},
};
use crate::{annotation::NameKind, article::Span};

/// Titles that are no part of a name, unlike `Prince` and `Pope`.
const LOOSE_TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "professor",
    "president",
    "senator",
    "sen",
    "rep",
    "congressman",
    "congresswoman",
    "governor",
    "gov",
    "mayor",
    "judge",
    "justice",
    "gen",
    "general",
    "col",
    "colonel",
    "capt",
    "captain",
    "lt",
    "lieutenant",
    "sgt",
    "sergeant",
    "officer",
    "detective",
    "inspector",
    "sheriff",
    "secretary",
    "chancellor",
    "minister",
    "chairman",
    "coach",
    "ambassador",
    "attorney",
    "rev",
    "reverend",
];

/// Cuts marks, titles, numbers and shouted words off the mentions; drops what is no name.
pub fn clean(story: &Story, text: &str, mentions: &mut Vec<Mention>) {
    let titles: FxHashSet<u64> = LOOSE_TITLES.iter().map(|title| word_hash(title)).collect();
    for mention in mentions.iter_mut() {
        trim_marks(story, mention);
        if mention.kind == NameKind::Person {
            cut_titles(story, &titles, mention);
        }
        if matches!(mention.kind, NameKind::Person | NameKind::Org) {
            trim_shouting(story, mention);
        }
    }
    mentions.retain(|mention| mention.start < mention.end && has_letters(story, mention));
    let known: FxHashSet<u64> = mentions
        .iter()
        .filter(|mention| mention.kind == NameKind::Person && mention.end == mention.start + 2)
        .map(|mention| pair_hash(story, mention.start))
        .collect();
    for at in 0..mentions.len() {
        if let Some(rest) = cut_at_known(story, &known, &mut mentions[at]) {
            mentions.push(rest);
        }
    }
    mentions.sort_by_key(|mention| mention.start);
    drop_families(story, text, mentions);
}

/// Cuts marks off the ends.
fn trim_marks(story: &Story, mention: &mut Mention) {
    let loose = |at: usize| {
        let token = &story.tokens[at];
        !token.is(shape::WORD) && token.any(shape::BREAK | shape::QUOTE | shape::HYPHEN | shape::CLITIC)
    };
    while mention.start < mention.end && loose(mention.end - 1) {
        mention.end -= 1;
    }
    while mention.start < mention.end && loose(mention.start) {
        mention.start += 1;
    }
}

/// Leaves the words behind the last title: `Texas Sen. Ted Cruz` is Ted Cruz.
fn cut_titles(story: &Story, titles: &FxHashSet<u64>, mention: &mut Mention) {
    let last = (mention.start..mention.end - usize::from(mention.end > mention.start))
        .rev()
        .find(|&at| titles.contains(&story.tokens[at].hash) && story.words[at].is(class::TITLE));
    if let Some(at) = last {
        mention.start = at + 1;
    }
}

/// Cuts a number, or a word in capitals beside words that are not, off the end: `Justin ACTUALLY`.
fn trim_shouting(story: &Story, mention: &mut Mention) {
    while mention.end > mention.start + 1 {
        let (last, before) = (&story.tokens[mention.end - 1], &story.tokens[mention.end - 2]);
        let number = mention.kind == NameKind::Person && last.is(shape::NUMBER);
        let shouted = last.is(shape::CAPITALS)
            && last.span.len() > 3
            && !before.any(shape::CAPITALS | shape::DOTTED)
            && before.is(shape::WORD)
            && story.words[mention.end - 1].listed() == 0
            && story.listed_inside[mention.end - 1] == 0;
        if !(number || shouted) {
            return;
        }
        mention.end -= 1;
    }
}

/// Whether the mention has a letter, or is a title that is a number in quotes or on a list: `24`.
fn has_letters(story: &Story, mention: &Mention) -> bool {
    let letters = (mention.start..mention.end)
        .any(|at| story.tokens[at].is(shape::WORD) && !story.tokens[at].is(shape::NUMBER));
    let first = &story.tokens[mention.start];
    let number = story.quoted[mention.start].words > 0 || story.listed_first[mention.start] != 0;
    letters || number && first.is(shape::WORD) && first.span.len() <= 5
}

fn pair_hash(story: &Story, at: usize) -> u64 {
    phrase_hash([story.tokens[at].hash, story.tokens[at + 1].hash])
}

/// Cuts a person's mention of three words and more where a full name known from elsewhere begins or ends in it; gives
/// the second person when two stand side by side, as in captions.
fn cut_at_known(story: &Story, known: &FxHashSet<u64>, mention: &mut Mention) -> Option<Mention> {
    let count = mention.end - mention.start;
    if mention.kind != NameKind::Person || count < 3 {
        return None;
    }
    let first = story.words[mention.start];
    if known.contains(&pair_hash(story, mention.end - 2)) && (count > 3 || first.first_name() == 0) {
        mention.start = mention.end - 2;
        return None;
    }
    let plain = (mention.start..mention.end).all(|at| story.tokens[at].is(shape::WORD | shape::INITIAL));
    if !plain || !known.contains(&pair_hash(story, mention.start)) {
        return None;
    }
    if count == 3 {
        // `Mia Tran Slams Ex`: a verb that no sentence of the story has as a name.
        if story.is_headed(mention.start) && story.evidence(mention.end - 1).capital == 0 {
            mention.end -= 1;
        }
        return None;
    }
    let second = Mention { start: mention.start + 2, end: mention.start + 4, kind: NameKind::Person };
    mention.end = mention.start + 2;
    (story.words[second.start].first_name() > 0).then_some(second)
}

/// Drops families: `the Clintons` where the story has a Clinton.
fn drop_families(story: &Story, text: &str, mentions: &mut Vec<Mention>) {
    let surnames: FxHashSet<u64> = mentions
        .iter()
        .filter(|mention| mention.kind == NameKind::Person)
        .map(|mention| story.tokens[mention.end - 1].hash)
        .collect();
    mentions.retain(|mention| {
        let span: Span = story.tokens[mention.start].span;
        let singular = span.of(text).strip_suffix('s').filter(|_| mention.end == mention.start + 1);
        singular.is_none_or(|singular| {
            story.words[mention.start].is(class::NATION)
                || story.words[mention.start].surname() > 0
                || !surnames.contains(&word_hash(singular))
        })
    });
}
