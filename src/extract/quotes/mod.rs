//! Quotes and who said them.
//!
//! [`scan`] finds what stands between quotation marks, `kind` tells quotations from titles and scare quotes,
//! [`story`] reads the words around them, [`attribute`] finds the speaker, `turns` reads interviews, and `indirect` finds reported speech without marks.

pub mod antecedent;
pub mod attribute;
mod indirect;
mod kind;
pub mod lexicon;
pub mod scan;
pub mod story;
mod turns;

use std::{borrow::Cow, sync::LazyLock};

use rustc_hash::FxHashMap;

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
    let pending = quotations(&story, &stretches);
    let attributions = attribute::all(&story, &stretches, &pending);
    let mut quotes: Vec<Quote> = (pending.iter().zip(&attributions))
        .map(|(quote, attribution)| make(&story, &stretches[quote.stretch], quote.kind, attribution))
        .collect();
    pieces(&mut quotes, &pending, &stretches, &story);
    let quoted: Vec<Span> = stretches.iter().map(|stretch| stretch.outer).collect();
    let turns = turns::find(&article.text, found, &quoted);
    // What stands between marks inside a turn is part of it.
    quotes.retain(|quote| !turns.iter().any(|turn| turn.span.contains(quote.span)));
    quotes.extend(turns);
    quotes.extend(
        indirect::find(&story)
            .into_iter()
            .filter(|quote| !quoted_already(quote, &quotes))
            .collect::<Vec<_>>(),
    );
    quotes.sort_by_key(|quote| (quote.span.start, quote.span.end));
    found.quotes = quotes;
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

fn make(story: &Story<'_>, stretch: &Stretch, kind: QuoteKind, attribution: &Attribution) -> Quote {
    let confidence = confidence(attribution, kind);
    let credited = attribution.speaker.filter(|_| confidence >= LEAST_CONFIDENCE);
    Quote {
        span: stretch.inner,
        kind,
        speaker: credited.map(|number| story.found.names[number as usize].name.clone()),
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

/// Chance of the choice among people from which on it counts as sure.
const SURE: f32 = 0.7;

/// Confidence below which nobody is credited: three in four such attributions would be wrong.
const LEAST_CONFIDENCE: f32 = 0.25;

/// The kind of an attribution, as its confidence is kept: rule, whether a fragment, whether the choice among people was sure.
pub fn ground(attribution: &Attribution, kind: QuoteKind) -> String {
    let words = if kind == QuoteKind::Mixed { "mixed" } else { "direct" };
    let choice = if attribution.chance >= SURE { "sure" } else { "unsure" };
    format!("{}\t{words}\t{choice}", attribution.rule)
}

/// Chance that an attribution is right, measured on the training stories for each kind of it (see
/// `data/model/quotes.md`).
fn confidence(attribution: &Attribution, kind: QuoteKind) -> f32 {
    CONFIDENCE.get(ground(attribution, kind).as_str()).copied().unwrap_or(0.5)
}

static CONFIDENCE: LazyLock<FxHashMap<&str, f32>> = LazyLock::new(|| {
    let table = include_str!("../../../data/model/quotes-confidence.tsv");
    let row = |line: &'static str| {
        let (ground, chance) = line.rsplit_once('\t')?;
        Some((ground, chance.parse().ok()?))
    };
    table.lines().filter(|line| !line.starts_with('#')).filter_map(row).collect()
});
