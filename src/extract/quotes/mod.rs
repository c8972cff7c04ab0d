//! Quotes and who said them.
//!
//! [`scan`] finds what stands between quotation marks, `kind` tells quotations from titles and scare quotes,
//! [`story`] reads the words around them, [`attribute`] finds the speaker, `turns` reads interviews, and `indirect` finds reported speech without marks.

pub mod antecedent;
mod apposition;
pub mod attribute;
pub mod attribution;
mod clues;
pub mod confidence;
mod indirect;
mod issuers;
pub mod kind;
pub mod lexicon;
mod roles;
pub mod scan;
pub mod stance;
pub mod story;
mod subject;
#[cfg(test)]
mod tests;
mod turns;

use std::borrow::Cow;

use crate::{
    annotation::{Annotations, Guess, Language, Quote, QuoteKind, Stance},
    article::{Article, Span},
};
use attribution::Attribution;
use kind::Pending;
use scan::Stretch;
use story::{Story, TokenKind};

/// Finds the quotes of the article. Reads paragraphs, sentences and names; writes [`Annotations::quotes`].
pub fn run(article: &Article, found: &mut Annotations) {
    let stretches = scan::stretches(&article.text, &found.paragraphs);
    let story = Story::read(&article.text, found, &stretches);
    let pending = quotations(&story, &stretches);
    // Nobody is credited by a grammar that was not read.
    let is_read = found.language == Language::English;
    let attributions = match is_read {
        true => attribute::all(&story, &stretches, &pending),
        false => pending.iter().map(|_| Attribution::of_nobody("another-language")).collect(),
    };
    let mut quotes: Vec<Quote> = (pending.iter().zip(&attributions))
        .map(|(quote, attribution)| make(&story, &stretches, quote, attribution))
        .collect();
    pieces(&mut quotes, &pending, &stretches, &story);
    quotes.retain(|quote| !is_a_term(quote, &article.text));
    let quoted: Vec<Span> = stretches.iter().map(|stretch| stretch.outer).collect();
    let turns = turns::find(&article.text, found, &quoted);
    // What stands between marks inside a turn is part of it.
    quotes.retain(|quote| !turns.iter().any(|turn| turn.span.contains(quote.span)));
    quotes.extend(turns);
    quotes.extend(
        indirect::find(&story)
            .into_iter()
            .filter(|quote| is_read && !quoted_already(quote, &quotes))
            .collect::<Vec<_>>(),
    );
    quotes.sort_by_key(|quote| (quote.span.start, quote.span.end));
    found.quotes = quotes;
}

/// Words of the longest term.
const TERM_WORDS: usize = 2;

/// Whether a word or two between marks, in a sentence that credits them to nobody, are a term or irony rather than
/// somebody's words: of those in the training stories one half are.
fn is_a_term(quote: &Quote, text: &str) -> bool {
    let words = quote.span.of(text).split_whitespace().count();
    quote.kind == QuoteKind::Mixed && quote.rule == "nobody" && words <= TERM_WORDS
}

/// Whether reported speech lies inside somebody's own words.
fn quoted_already(report: &Quote, quotes: &[Quote]) -> bool {
    quotes.iter().any(|quote| quote.span.overlaps(report.span))
}

/// The stretches that are quotations.
pub fn quotations(story: &Story<'_>, stretches: &[Stretch]) -> Vec<Pending> {
    let quoted = |token: usize| match story.tokens[token].kind {
        TokenKind::Quoted(number) => {
            let stretch = number as usize;
            Some(Pending { stretch, token, kind: kind::of(story, &stretches[stretch], token)? })
        }
        _ => None,
    };
    (0..story.tokens.len()).filter_map(quoted).collect()
}

fn make(story: &Story<'_>, stretches: &[Stretch], quote: &Pending, attribution: &Attribution) -> Quote {
    let stretch = &stretches[quote.stretch];
    let stance = attribution.verb.map_or(Stance::Said, |verb| stance::of(story, quote.token, verb as usize));
    // What somebody denies is said by others.
    let denied =
        stance == Stance::Denied && attribution.verb.is_some_and(|verb| stance::denies(story, verb as usize));
    let sure = attribution.speaker.filter(|_| !denied).map(|number| (number, attribution.sure));
    let name = |number: u32| story.found.names[number as usize].name.clone();
    let least = if quote.kind == QuoteKind::Mixed { LEAST_OF_FRAGMENTS } else { LEAST_CONFIDENCE };
    let (speaker, speaker_guess, confidence) = match sure {
        Some((number, chance)) if chance >= least => (Some(name(number)), None, chance),
        Some((number, chance)) => {
            let guess = Guess { name: name(number), confidence: chance };
            (None, Some(guess).filter(|_| chance >= LEAST_GUESS), 1.0 - chance)
        }
        None => (None, None, NOBODY),
    };
    Quote {
        span: stretch.inner,
        kind: quote.kind,
        stance,
        speaker,
        speaker_guess,
        speaker_mention: attribution.mention,
        cue: attribution.cue,
        confidence,
        rule: Cow::Borrowed(attribution.rule),
        piece: 1,
        pieces: 1,
        context: context(story, stretch.outer),
    }
}

/// The sentences a stretch stands in.
fn context(story: &Story<'_>, outer: Span) -> Span {
    let sentences = &story.found.sentences;
    let first = sentences.partition_point(|sentence| sentence.end <= outer.start);
    let last = sentences.partition_point(|sentence| sentence.start < outer.end);
    match (sentences.get(first), last.checked_sub(1).and_then(|last| sentences.get(last))) {
        (Some(first), Some(last)) if last.end >= first.start => {
            Span::new(first.start.min(outer.start) as usize, last.end.max(outer.end) as usize)
        }
        _ => outer,
    }
}

/// Joins quotations that an attribution splits: a piece that ends with a comma or dash goes on behind "she said".
fn pieces(quotes: &mut [Quote], pending: &[Pending], stretches: &[Stretch], story: &Story<'_>) {
    let mut start = 0;
    while start < quotes.len() {
        let mut end = start + 1;
        while end < quotes.len() && goes_on(&quotes[end - 1..=end], &pending[end - 1..=end], stretches, story)
        {
            end += 1;
        }
        let count = (end - start) as u32;
        for (number, quote) in (1..).zip(&mut quotes[start..end]) {
            (quote.piece, quote.pieces) = (number, count);
        }
        start = end;
    }
}

/// Tokens between two pieces of one quotation.
const BETWEEN_PIECES: usize = 12;

/// Whether the second of two quotes is another piece of the first.
fn goes_on(quotes: &[Quote], pending: &[Pending], stretches: &[Stretch], story: &Story<'_>) -> bool {
    let between = &story.tokens[pending[0].token + 1..pending[1].token];
    stretches[pending[0].stretch].paragraph == stretches[pending[1].stretch].paragraph
        && quotes[0].speaker == quotes[1].speaker
        && quotes[0].kind == QuoteKind::Direct
        && between.len() <= BETWEEN_PIECES
        && between.iter().any(|token| token.cue.is_some())
        && !between.iter().any(|token| matches!(token.kind, TokenKind::Stop | TokenKind::Colon))
        && quotes[0].span.of(story.text).ends_with([',', '—', '-', '…'])
}

/// Confidence of a quote that no rule credits to anybody.
const NOBODY: f32 = 0.5;

/// Confidence below which nobody is credited with a sentence: of those between it and three quarters, most are wrong in the
/// training stories, as `train quotes` prints it.
const LEAST_CONFIDENCE: f32 = 0.65;

/// The same of a fragment, whose clause says less of who speaks.
const LEAST_OF_FRAGMENTS: f32 = 0.7;

/// Confidence below which nobody is even guessed.
const LEAST_GUESS: f32 = 0.25;
