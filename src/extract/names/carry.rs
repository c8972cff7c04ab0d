//! The second pass: a person who is named in full somewhere is known by first name and surname everywhere.

use rustc_hash::FxHashMap;

use super::{
    Mention,
    story::{NONE, Story},
    tokens::shape,
};
use crate::annotation::NameKind;

/// Adds mentions of people that the model missed, and puts right single words it took for something else.
pub fn carry(story: &Story, mentions: &mut Vec<Mention>) {
    let parts = parts(story, mentions);
    if parts.is_empty() {
        return;
    }
    let mut covered = vec![false; story.tokens.len()];
    for mention in mentions.iter() {
        covered[mention.start..mention.end].fill(true);
    }
    for mention in mentions.iter_mut() {
        let single = mention.end == mention.start + 1;
        let known = parts.get(&story.tokens[mention.start].hash).copied().unwrap_or(0);
        if single
            && mention.kind != NameKind::Person
            && known > 0
            && stands_alone(story, mention.start)
            && story.quoted[mention.start].words == 0
        {
            mention.kind = NameKind::Person;
        }
    }
    for at in 0..story.tokens.len() {
        let token = &story.tokens[at];
        if !covered[at]
            && parts.contains_key(&token.hash)
            && token.is(shape::INITIAL)
            && stands_alone(story, at)
            && story.evidence(at).lower == 0
        {
            mentions.push(Mention { start: at, end: at + 1, kind: NameKind::Person });
        }
    }
    mentions.sort_by_key(|mention| mention.start);
}

/// First names and surnames of the people named in full, with how often.
fn parts(story: &Story, mentions: &[Mention]) -> FxHashMap<u64, u32> {
    let mut parts = FxHashMap::default();
    for mention in mentions.iter().filter(|mention| mention.kind == NameKind::Person) {
        let words: Vec<usize> = (mention.start..mention.end)
            .filter(|&at| {
                story.tokens[at].is(shape::WORD | shape::INITIAL) && !story.tokens[at].any(shape::DOTTED)
            })
            .collect();
        if let [first, .., last] = words[..] {
            for at in [first, last] {
                if story.tokens[at].span.len() > 2 {
                    *parts.entry(story.tokens[at].hash).or_default() += 1;
                }
            }
        }
    }
    parts
}

/// Whether the word is a run of its own.
fn stands_alone(story: &Story, at: usize) -> bool {
    let number = story.run_of[at];
    number != NONE && {
        let run = story.runs[number as usize];
        run.end == run.start + 1
    }
}
