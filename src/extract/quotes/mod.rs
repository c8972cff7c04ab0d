//! Quotes and who said them.
//!
//! [`scan`] finds what stands between quotation marks, [`kind`] tells quotations from titles and scare quotes,
//! [`story`] reads the words around them, [`attribute`] finds the speaker, and [`indirect`] finds reported speech without marks.

mod attribute;
mod indirect;
mod kind;
mod lexicon;
mod scan;
mod story;

use std::borrow::Cow;

use crate::{
    annotation::{Annotations, Quote, QuoteKind},
    article::{Article, Span},
};
use attribute::{Attribution, Pending};
use scan::Stretch;
use story::{Story, TokenKind};

/// Finds the quotes of the article. Reads paragraphs, sentences and names; writes [`Annotations::quotes`].
pub fn run(article: &Article, found: &mut Annotations) {
    let stretches = scan::stretches(&article.text, &found.paragraphs);
    let story = Story::read(&article.text, found, &stretches);
    let pending: Vec<Pending> = (0..story.tokens.len())
        .filter_map(|token| match story.tokens[token].kind {
            TokenKind::Quoted(number) => {
                let stretch = number as usize;
                Some(Pending { stretch, token, kind: kind::of(&story, &stretches[stretch], token)? })
            }
            _ => None,
        })
        .collect();
    let attributions = attribute::all(&story, &stretches, &pending);
    let mut quotes: Vec<Quote> = (pending.iter().zip(&attributions))
        .map(|(quote, attribution)| make(&story, &stretches[quote.stretch], quote.kind, attribution))
        .collect();
    pieces(&mut quotes, &pending, &stretches, &story);
    quotes.extend(indirect::find(&story));
    quotes.sort_by_key(|quote| (quote.span.start, quote.span.end));
    found.quotes = quotes;
}

fn make(story: &Story<'_>, stretch: &Stretch, kind: QuoteKind, attribution: &Attribution) -> Quote {
    Quote {
        span: stretch.inner,
        kind,
        speaker: attribution.speaker.map(|number| story.found.names[number as usize].name.clone()),
        speaker_mention: attribution.mention,
        cue: attribution.cue,
        confidence: confidence(attribution.rule, kind),
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
        while end < quotes.len()
            && stretches[pending[end].stretch].paragraph == stretches[pending[start].stretch].paragraph
            && pending[end].token - pending[end - 1].token <= 12
            && quotes[end].rule == "carried-on"
            && quotes[end - 1].span.of(story.text).ends_with([',', '—', '-', '…'])
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

/// Chance that an attribution by a rule is right, measured on the training stories (see `data/model/quotes.md`).
fn confidence(rule: &str, kind: QuoteKind) -> f32 {
    let table = include_str!("../../../data/model/quotes-confidence.tsv");
    let wanted = if kind == QuoteKind::Mixed { "mixed" } else { "direct" };
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    let value = rows.filter_map(|line| {
        let mut cells = line.split('\t');
        (cells.next() == Some(rule) && cells.next() == Some(wanted)).then(|| cells.next()?.parse().ok())?
    });
    value.into_iter().next().unwrap_or(0.5)
}
