//! Reported speech without marks: "Lively said that …", only when cue and speaker are plain.

use std::borrow::Cow;

use super::{
    lexicon::Cue,
    story::{By, Story, TokenKind},
};
use crate::{
    annotation::{NameKind, Quote, QuoteKind, Stance},
    article::Span,
};

/// Words of the shortest report.
const LEAST_WORDS: usize = 4;

/// Chance that the speaker of such a report is right, measured on the training stories.
const CONFIDENCE: f32 = 0.9;

/// Finds reports in sentences that hold no quotation.
pub fn find(story: &Story<'_>) -> Vec<Quote> {
    let mut found = Vec::new();
    for run in story.tokens.chunk_by(|a, b| a.sentence == b.sentence) {
        let Some(sentence) = run.first().and_then(|token| story.found.sentences.get(token.sentence as usize))
        else {
            continue;
        };
        if run.iter().any(|token| matches!(token.kind, TokenKind::Quoted(_))) {
            continue;
        }
        let cue = run.windows(2).position(|pair| {
            pair[0].cue.is_some_and(|cue| cue != Cue::Think) && pair[1].kind == TokenKind::That
        });
        let Some(cue) = cue.filter(|&cue| run.len() - cue > LEAST_WORDS + 1) else { continue };
        let Some(pointer) = cue.checked_sub(1).and_then(|before| run[before].pointer) else { continue };
        let pointer = story.pointers[pointer as usize];
        let By::Name(name) = pointer.by else { continue };
        let name = &story.found.names[name as usize];
        if name.kind != NameKind::Person || pointer.possessive || pointer.oblique {
            continue;
        }
        let end =
            sentence.of(story.text).trim_end_matches(['.', '!', '?', '…']).len() + sentence.start as usize;
        found.push(Quote {
            span: Span::new(run[cue + 2].span.start as usize, end.max(run[cue + 2].span.end as usize)),
            kind: QuoteKind::Indirect,
            stance: Stance::Said,
            speaker: Some(name.name.clone()),
            speaker_guess: None,
            speaker_mention: Some(pointer.span),
            cue: Some(run[cue].span),
            confidence: CONFIDENCE,
            rule: Cow::Borrowed("said-that"),
            piece: 1,
            pieces: 1,
            context: *sentence,
        });
    }
    found
}
