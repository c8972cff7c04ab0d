//! The second pass over the story: what is sure in one place is carried to the others.
//!
//! A person named in full somewhere is known by first name and surname everywhere; a name of several words is the
//! same name wherever it stands; a word that the model reads now this way, now that, is what it mostly is.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    decode::Mention,
    lexicon::{LEXICON, PLACES, class, phrase_hash},
    model::Scores,
    story::{NONE, Story},
    tokens::{shape, word_hash},
};
use crate::annotation::NameKind;

/// Adds mentions that the model missed, and puts right those it took for something else.
pub fn carry(story: &Story, scores: &[Scores], mentions: &mut Vec<Mention>) {
    if mentions.is_empty() {
        return;
    }
    let parts = parts(story, mentions);
    agree(story, scores, mentions, &parts);
    let mut covered = vec![false; story.tokens.len()];
    for mention in mentions.iter() {
        covered[mention.start..mention.end].fill(true);
    }
    repeat_long(story, mentions, &mut covered);
    repeat_short(story, mentions, &mut covered);
    for (at, token) in story.tokens.iter().enumerate() {
        let known = !covered[at] && parts.contains_key(&token.hash);
        if known
            && !is_located(story, at)
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
                let word = story.words[at];
                let place = LEXICON.phrase(phrase_hash([story.tokens[at].hash])) & PLACES != 0;
                let place = place && word.first_name() < 3 && word.surname() < 3;
                if story.tokens[at].span.len() > 2 && !place && !word.is(class::TITLE | class::FUNCTION) {
                    *parts.entry(story.tokens[at].hash).or_default() += 1;
                }
            }
        }
    }
    parts
}

fn hash(story: &Story, mention: &Mention) -> u64 {
    phrase_hash(story.tokens[mention.start..mention.end].iter().map(|token| token.hash))
}

/// Gives all mentions written alike one kind: a person's part is that person, else that of their kinds for
/// which the model has most in all of them together.
fn agree(story: &Story, scores: &[Scores], mentions: &mut [Mention], parts: &FxHashMap<u64, u32>) {
    let mut votes: FxHashMap<u64, [Option<i32>; 5]> = FxHashMap::default();
    for mention in mentions.iter() {
        votes.entry(hash(story, mention)).or_default()[mention.kind as usize] = Some(0);
    }
    for mention in mentions.iter() {
        let weight = if story.quoted[mention.start].capitals >= 2 { 2 } else { 1 };
        let Some(votes) = votes.get_mut(&hash(story, mention)) else { continue };
        for (kind, votes) in votes.iter_mut().enumerate() {
            *votes = votes.map(|sum| sum + scored(scores, mention, kind) * weight);
        }
    }
    let orgs: FxHashSet<u64> = mentions
        .iter()
        .filter(|it| it.kind == NameKind::Org && it.end > it.start + 1 && story.listed_first[it.start] == 0)
        .map(|it| story.tokens[it.start].hash)
        .collect();
    for mention in mentions.iter_mut() {
        let single = mention.end == mention.start + 1;
        let quoted = story.quoted[mention.start].words != 0;
        let known = single && parts.contains_key(&story.tokens[mention.start].hash);
        // `Paris Holloway flew to Paris`.
        if mention.kind == NameKind::Place && is_located(story, mention.start) {
            continue;
        }
        if known && !quoted && stands_alone(story, mention.start) {
            mention.kind = NameKind::Person;
            continue;
        }
        // `Northlight` is an organisation where `Northlight Pictures` is.
        let word = story.words[mention.start];
        if single
            && mention.kind == NameKind::Person
            && orgs.contains(&story.tokens[mention.start].hash)
            && word.first_name() < 2
            && story.evidence(mention.start).titled == 0
        {
            mention.kind = NameKind::Org;
            continue;
        }
        let votes = votes[&hash(story, mention)];
        let own = votes[mention.kind as usize];
        if let Some(best) = NameKind::ALL.into_iter().max_by_key(|&kind| votes[kind as usize])
            && votes[best as usize] > own
        {
            mention.kind = best;
        }
    }
}

/// Whether the word is a listed place behind a preposition of place.
fn is_located(story: &Story, at: usize) -> bool {
    let located = ["in", "from", "near", "to", "outside", "around"];
    let place = LEXICON.phrase(phrase_hash([story.tokens[at].hash])) & PLACES != 0;
    place && at > 0 && located.iter().any(|word| word_hash(word) == story.tokens[at - 1].hash)
}

/// How much the model has for the mention as a name of a kind, by its place among all kinds.
fn scored(scores: &[Scores], mention: &Mention, kind: usize) -> i32 {
    let begins = 1 + 2 * kind;
    (mention.start..mention.end)
        .map(|at| i32::from(scores[at][if at == mention.start { begins } else { begins + 1 }]))
        .sum()
}

/// Finds the other places of names of several words.
fn repeat_long(story: &Story, mentions: &mut Vec<Mention>, covered: &mut [bool]) {
    let mut long: FxHashMap<u64, Vec<(usize, u64, NameKind)>> = FxHashMap::default();
    for mention in mentions.iter() {
        let count = mention.end - mention.start;
        let tokens = &story.tokens[mention.start..mention.end];
        let capitals = tokens.iter().filter(|token| token.is(shape::WORD | shape::UPPER)).count();
        let whole = tokens.last().is_some_and(|token| token.any(shape::UPPER | shape::DIGIT));
        if count >= 2 && capitals >= 2 && whole {
            let entry = (count, hash(story, mention), mention.kind);
            let known = long.entry(tokens[0].hash).or_default();
            if !known.contains(&entry) {
                known.push(entry);
            }
        }
    }
    if long.is_empty() {
        return;
    }
    for sentence in &story.sentences {
        for at in sentence.clone() {
            if !story.is_capital(at) {
                continue;
            }
            let Some(known) = long.get(&story.tokens[at].hash) else { continue };
            for &(count, wanted, kind) in known {
                let end = at + count;
                if end > sentence.end
                    || !story.is_capital(end - 1) && !story.tokens[end - 1].any(shape::DIGIT)
                {
                    continue;
                }
                let here = Mention { start: at, end, kind };
                if hash(story, &here) != wanted {
                    continue;
                }
                if replaces(mentions, &here, covered) {
                    mentions.retain(|other| other.end <= here.start || here.end <= other.start);
                    covered[at..end].fill(true);
                    mentions.push(here);
                    break;
                }
            }
        }
    }
}

/// Finds the other places of works and organisations of one word, which the story writes small nowhere.
fn repeat_short(story: &Story, mentions: &mut Vec<Mention>, covered: &mut [bool]) {
    let mut short: FxHashMap<u64, Option<NameKind>> = FxHashMap::default();
    for mention in mentions.iter().filter(|it| it.end == it.start + 1) {
        let kind = matches!(mention.kind, NameKind::Work | NameKind::Org).then_some(mention.kind);
        let known = short.entry(story.tokens[mention.start].hash).or_insert(kind);
        *known = known.filter(|known| Some(*known) == kind);
    }
    short.retain(|_, kind| kind.is_some());
    if short.is_empty() {
        return;
    }
    for sentence in &story.sentences {
        for at in sentence.clone() {
            let token = &story.tokens[at];
            let Some(&Some(kind)) = short.get(&token.hash).filter(|_| !covered[at]) else { continue };
            let here = token.is(shape::INITIAL) && stands_alone(story, at) && !story.is_initial(sentence, at);
            if here && story.evidence(at).lower == 0 {
                covered[at] = true;
                mentions.push(Mention { start: at, end: at + 1, kind });
            }
        }
    }
}

/// Whether the known name may stand here: nothing else does, or only parts of it.
fn replaces(mentions: &[Mention], here: &Mention, covered: &[bool]) -> bool {
    if !covered[here.start..here.end].contains(&true) {
        return true;
    }
    let mut touching = mentions.iter().filter(|other| other.start < here.end && here.start < other.end);
    touching.all(|other| {
        here.start <= other.start && other.end <= here.end && other.end - other.start < here.end - here.start
    })
}

/// Whether the word is a run of its own, or stands among words that only a heading writes with capitals.
fn stands_alone(story: &Story, at: usize) -> bool {
    let number = story.run_of[at];
    number != NONE && {
        let run = story.runs[number as usize];
        let raised = |at: usize| !(run.start..run.end).contains(&at) || story.is_raised(at);
        run.end == run.start + 1
            || story.is_briefly_headed(at) && raised(at + 1) && at.checked_sub(1).is_none_or(raised)
    }
}
