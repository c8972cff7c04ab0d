//! Whether the story has the words said: denials, fakes, wishes.

use super::{
    lexicon::{self, Cue},
    story::{Story, TokenKind},
};
use crate::annotation::Stance;

/// Tokens before a verb of speech that may say that it did not happen.
const REACH: usize = 8;

/// Tokens before a verb of speech within which a negation is its own.
const NEGATED: usize = 4;

/// What the words around the verb at `cue` of the quote at `quote` say of it.
pub fn of(story: &Story<'_>, quote: usize, cue: usize) -> Stance {
    let clause = clause(story, quote, cue);
    let words: Vec<String> = clause.iter().map(|&n| story.word(n).to_lowercase().replace('’', "'")).collect();
    let verb = story.word(cue).to_lowercase();
    let is_speech = matches!(story.tokens[cue].cue, Some(Cue::Say | Cue::Write | Cue::Act));
    // A verb that denies what follows, and not its own report: `denied being “difficult”`, but `denied it: “Never!”`.
    // `declined to tell more but said “…”`: what is denied stands in another clause.
    let is_finite = !verb.ends_with("ing") && words.last().is_none_or(|word| word != "to");
    let joined = words.iter().rposition(|word| matches!(word.as_str(), "but" | "and")).filter(|_| is_finite);
    let own = &words[joined.map_or(0, |at| at + 1)..];
    let denies_itself = lexicon::denies(&verb) && !leads(story, quote, cue);
    if denies_itself || is_speech && is_denied(own) || is_false(story, &words, quote) {
        return Stance::Denied;
    }
    if is_speech && is_imagined(story, &clause, &words, &verb) { Stance::Imagined } else { Stance::Said }
}

/// Whether the verb at `cue` denies: what stands behind it is not said by its subject.
pub fn denies(story: &Story<'_>, cue: usize) -> bool {
    lexicon::denies(&story.word(cue).to_lowercase())
}

/// Tokens of the clause before the verb of speech, the nearest last.
fn clause(story: &Story<'_>, quote: usize, cue: usize) -> Vec<usize> {
    let ends = |n: usize| {
        story.tokens[n].sentence != story.tokens[cue].sentence
            || n == quote
            || matches!(
                story.tokens[n].kind,
                TokenKind::Quoted(_) | TokenKind::Stop | TokenKind::Colon | TokenKind::Comma
            )
    };
    let mut clause: Vec<usize> = (0..cue).rev().take_while(|&n| !ends(n)).collect();
    clause.reverse();
    clause
}

/// Whether a mark stands between the verb at `cue` and the quote behind it, and no other verb: `denied it: “…`.
fn leads(story: &Story<'_>, quote: usize, cue: usize) -> bool {
    let is_mark = |n: usize| matches!(story.tokens[n].kind, TokenKind::Colon | TokenKind::Comma);
    cue > quote || quote.checked_sub(1).is_some_and(is_mark)
}

fn is_negation(word: &str) -> bool {
    matches!(word, "never" | "not" | "nor" | "nobody" | "cannot") || word.ends_with("n't")
}

/// `never said`, `did not actually say`, `denied ever saying`, `refused to say`, `stopped short of calling`.
fn is_denied(words: &[String]) -> bool {
    let near = &words[words.len().saturating_sub(NEGATED)..];
    let but = |word: &String| {
        matches!(word.as_str(), "but" | "only" | "just" | "help" | "hesitate" | "then" | "and")
    };
    let negated = near.iter().rposition(|word| is_negation(word));
    if negated.is_some_and(|at| !near[at..].iter().any(but)) {
        return true;
    }
    let far = &words[words.len().saturating_sub(REACH)..];
    far.iter().any(|word| lexicon::denies(word))
}

/// `a fake post claimed he said`, `falsely quoted as saying`.
fn is_false(story: &Story<'_>, words: &[String], quote: usize) -> bool {
    let is_fake = |word: &String| lexicon::fakes(word);
    let sentence = story.tokens[quote].sentence;
    let behind = (quote + 1..story.tokens.len().min(quote + REACH))
        .take_while(|&n| story.tokens[n].sentence == sentence && story.tokens[n].kind != TokenKind::Stop)
        .map(|n| story.word(n).to_lowercase())
        .collect::<Vec<_>>();
    // `“…,” a quote that is made up`
    let called =
        behind.first().is_some_and(|word| matches!(word.as_str(), "a" | "is" | "was" | "which" | "the"))
            && behind.iter().any(is_fake)
            && !behind.iter().any(|word| lexicon::cue(word).is_some());
    words.iter().any(is_fake) || called
}

/// `wanted her to say`, `if he says`, `might say`, `imagined him saying`.
fn is_imagined(story: &Story<'_>, clause: &[usize], words: &[String], verb: &str) -> bool {
    let near = &words[words.len().saturating_sub(REACH)..];
    let near_clause = &clause[clause.len().saturating_sub(REACH)..];
    let past = |n: usize| near.get(n).is_some_and(|word| word == "have");
    let is_last = |at: usize| {
        near[at + 1..].iter().all(|word| word.ends_with("ly") || word == "have" || word == "well")
    };
    let modal = near
        .iter()
        .rposition(|word| matches!(word.as_str(), "could" | "might" | "may" | "should" | "must" | "would"));
    if modal.is_some_and(|at| is_last(at) && (past(at + 1) || near[at] != "would")) {
        return true;
    }
    // A condition, not a question: `if she says`, `as if to say`.
    if near.iter().any(|word| {
        matches!(word.as_str(), "if" | "unless" | "imagine" | "imagined" | "imagining" | "pretended")
    }) {
        return true;
    }
    let wished = near.iter().rposition(|word| lexicon::wishes(word));
    let bare = near.last().is_some_and(|word| word == "to")
        || verb.ends_with("ing")
        || near.iter().any(|word| word == "hear");
    wished.is_some_and(|at| {
        bare && near_clause[at + 1..].iter().any(|&n| {
            story.tokens[n].pointer.is_some() || matches!(story.word(n), "him" | "her" | "them" | "everyone")
        }) || near.get(at + 1).is_some_and(|word| word == "had")
    })
}
