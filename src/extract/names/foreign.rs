//! Names in a story that is not in English: only those that spelling and lists make sure of.
//!
//! No model of English reads such a story. A person is a known first name with a surname behind it; where nouns are
//! written with capitals, the surname must be a known one, or the two must stand together more than once. Besides there
//! are names of several words from the lists, and the surnames of people who were named in full.

use rustc_hash::{FxHashMap, FxHashSet};
use unicode_normalization::UnicodeNormalization;

use super::{
    decode::Mention,
    lexicon::{LEXICON, LISTS, Word, class, phrase_hash},
    story::Story,
    tokens::{shape, word_hash},
};
use crate::annotation::{Language, NameKind};

/// How common a first name must be.
const KNOWN: u64 = 2;

/// Words that make a noun with a capital of what follows.
const ARTICLES: [&str; 18] = [
    "der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer", "eines", "kein",
    "keine", "im", "am", "zum", "vom",
];

/// Finds the names.
pub fn mentions(story: &Story, text: &str, language: Language) -> Vec<Mention> {
    let mut found = Vec::new();
    for sentence in &story.sentences {
        let mut at = sentence.start;
        while at < sentence.end {
            let here = listed(story, at, sentence.end).or_else(|| full_name(story, text, at, sentence.end));
            at = here.as_ref().map_or(at + 1, |mention| mention.end);
            found.extend(here);
        }
    }
    if language == Language::NounsInCapitals {
        drop_unsure(story, &mut found);
    }
    add_surnames(story, language, &mut found);
    found
}

/// A name of several words from the lists, with its capitals.
fn listed(story: &Story, at: usize, end: usize) -> Option<Mention> {
    let lists = story.listed_first[at];
    let more = (at + 1..end).take_while(|&next| story.listed_inside[next] == lists && lists != 0).count();
    let end = at + 1 + more;
    let capitals = |at: usize| {
        story.is_capital(at) || story.words[at].is(class::CONNECTOR) || !story.tokens[at].is(shape::WORD)
    };
    if more == 0 || !story.is_capital(end - 1) || !(at..end).all(capitals) {
        return None;
    }
    let (_, (name, _)) = LISTS.iter().enumerate().find(|(bit, _)| lists >> bit & 1 == 1)?;
    let kind = match *name {
        "stars" => NameKind::Person,
        "works" => NameKind::Work,
        "events" => NameKind::Event,
        "places" => NameKind::Place,
        _ => NameKind::Org,
    };
    Some(Mention { start: at, end, kind })
}

/// A word as names are written: a capital, then small letters.
fn is_name_like(story: &Story, at: usize) -> bool {
    let token = &story.tokens[at];
    token.is(shape::WORD | shape::INITIAL) && !token.any(shape::CAPITALS | shape::DIGIT | shape::DOTTED)
}

/// Whether the word is a known first name, with its accents or without.
fn is_first_name(story: &Story, text: &str, at: usize) -> bool {
    let word = story.tokens[at].span.of(text);
    let bare = || word.nfd().filter(|c| c.is_alphanumeric()).collect::<String>();
    let known = |word: Word| word.first_name() >= KNOWN;
    known(story.words[at]) || !word.is_ascii() && known(LEXICON.word(word_hash(&bare())))
}

/// A first name with initials, particles and one or two surnames behind it.
fn full_name(story: &Story, text: &str, at: usize, end: usize) -> Option<Mention> {
    let first = story.words[at];
    if !is_name_like(story, at)
        || !is_first_name(story, text, at)
        || first.is(class::FUNCTION | class::MONTH | class::PARTICLE | class::CONNECTOR)
    {
        return None;
    }
    let (mut next, mut last) = (at + 1, None);
    let mut names = 0;
    while next < end && names < 3 {
        let token = &story.tokens[next];
        if is_name_like(story, next) {
            names += 1;
            next += 1;
            last = Some(next);
        } else if token.is(shape::HYPHEN | shape::GLUED)
            || token.is(shape::SINGLE | shape::UPPER | shape::DOTTED)
            || story.words[next].is(class::PARTICLE) && names == 0
        {
            next += 1;
        } else {
            break;
        }
    }
    let end = last?;
    let hyphened = end == at + 3 && story.tokens[at + 1].is(shape::HYPHEN);
    (!hyphened).then_some(Mention { start: at, end, kind: NameKind::Person })
}

fn hash(story: &Story, mention: &Mention) -> u64 {
    phrase_hash(story.tokens[mention.start..mention.end].iter().map(|token| token.hash))
}

/// Drops people whose surname could be any noun, unless they are named so more than once.
fn drop_unsure(story: &Story, found: &mut Vec<Mention>) {
    let mut times: FxHashMap<u64, u32> = FxHashMap::default();
    found.iter().for_each(|mention| *times.entry(hash(story, mention)).or_default() += 1);
    found.retain(|mention| {
        mention.kind != NameKind::Person
            || story.words[mention.end - 1].surname() > 0
            || story.listed_first[mention.start] != 0
            || times[&hash(story, mention)] > 1
    });
}

/// Adds the places where somebody named in full is called by surname. A noun with an article is no name.
fn add_surnames(story: &Story, language: Language, found: &mut Vec<Mention>) {
    let people = found.iter().filter(|mention| mention.kind == NameKind::Person);
    let surnames: FxHashSet<u64> = people.map(|mention| story.tokens[mention.end - 1].hash).collect();
    let articles: FxHashSet<u64> = ARTICLES.iter().map(|word| word_hash(word)).collect();
    let mut covered = vec![false; story.tokens.len()];
    found.iter().for_each(|mention| covered[mention.start..mention.end].fill(true));
    for sentence in &story.sentences {
        for at in sentence.clone() {
            let is_noun = language == Language::NounsInCapitals
                && at > sentence.start
                && articles.contains(&story.tokens[at - 1].hash);
            if !covered[at]
                && !is_noun
                && is_name_like(story, at)
                && surnames.contains(&story.tokens[at].hash)
            {
                found.push(Mention { start: at, end: at + 1, kind: NameKind::Person });
            }
        }
    }
    found.sort_by_key(|mention| mention.start);
}
