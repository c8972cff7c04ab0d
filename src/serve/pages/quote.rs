//! Words by their address, which outlives better extraction: the way into their story.

use maud::html;

use crate::{
    quote_at::QuoteAt,
    serve::{
        asked::{Asked, Format},
        fault::Fault,
        html::{
            quote::{Row, figure},
            text::words,
        },
        shown::{Answer, Shown},
    },
};

/// Answers: the place in the story where the words stand as their address says; else what is nearest, and that it moved.
pub fn answer(asked: &Asked) -> Result<Answer, Fault> {
    let address = format!("{}?at={}&h={}", asked.id, asked.needs("at")?, asked.needs("h")?);
    if QuoteAt::read(&address).is_none() {
        return Err(Fault::wrong("An address of words is STORY?at=START-END&h=HASH."));
    }
    let found = asked.archive.locate(&address)?;
    let id = address.split('?').next().unwrap_or_default();
    let place = found.quote.as_ref().map(|quote| (quote.start, quote.end));
    let place = place.or_else(|| found.words.as_ref().map(|words| (words.start, words.end)));
    if let (true, Some((start, end)), Format::Html) = (found.notes.is_empty(), place, asked.format) {
        return Ok(Answer::SeeOther(format!("/story/{id}#q{start}-{end}")));
    }
    let is_held = asked.withholds_story(id)?;
    let quote = found.quote.map(|quote| super::quotes::kept(asked, quote)).transpose()?;
    let row = quote.as_ref().map(|quote| Row::new(asked, quote, "r1".to_owned())).transpose()?;
    let main = html! {
        h1 { @if found.notes.is_empty() { "A quote" } @else { "The story has changed" } }
        p { a href={ "/story/" (id) } { "Read the story" } }
        @if let Some(row) = &row {
            @if !found.notes.is_empty() { p .note { "Nearest to what the address named:" } }
            (figure(asked, row))
        } @else if let Some(found) = found.words.as_ref().filter(|_| !is_held) {
            figure .quote { blockquote { p { (words(&found.text)) } } }
        }
    };
    let rows: Vec<_> = quote.iter().collect();
    let shown = Shown::new("A quote", main).with_rows(&rows, super::quotes::COLUMNS);
    Ok(Shown { query: String::new(), notes: found.notes, ..shown }.into())
}
