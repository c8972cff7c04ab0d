//! A story among others: its headline, where and when, why it was found, who said what in it.

use maud::{Markup, html};

use super::{
    marked::{anchor, highlighted},
    quote::{notices, speaker},
    text::{self, counted, headline, joined, words},
};
use crate::{
    answers::{ArticleHit, QuoteHit},
    serve::{asked::Asked, params::address},
};

/// A story of a list, by its number from 1 on this page.
pub fn row(asked: &Asked, hit: &ArticleHit, number: usize) -> Markup {
    let story = format!("/story/{}", hit.id.as_str());
    let to = |place: &str| format!("{}{place}", address(&story, &[("q", asked.typed())]));
    html! {
        article .hit .partial[hit.partial] id={ "r" (number) } tabindex="-1" data-row {
            h3 { a href=(to("#m1")) { (headline(hit.title.as_deref(), &hit.path)) } }
            p .facts {
                (text::date(hit.published.as_deref()))
                @if let Some(source) = &hit.source { " · " (words(source)) }
                @if let Some(byline) = &hit.byline { " · " (words(byline)) }
                @if let Some(copies @ 1..) = hit.copies {
                    " · " a href=(asked.params.without("after").with("copies", "all").on("/search")) {
                        (counted(copies.into(), "copy", "copies"))
                    }
                }
                (notices(asked, hit.embargo.as_deref(), hit.status))
            }
            @if !hit.snippet.text.is_empty() {
                p .snippet { (highlighted(&hit.snippet.text, &hit.snippet.highlights)) }
            }
            @if !hit.quotes.is_empty() && !asked.withholds(hit.embargo.as_deref()) {
                ul .said { @for quote in &hit.quotes { li { (said(quote, &to(&format!("#{}", anchor(quote))))) } } }
            }
        }
    }
}

fn said(quote: &QuoteHit, to: &str) -> Markup {
    let text = joined(&quote.text);
    let cut = text.char_indices().nth(260).map(|(at, _)| &text[..at]);
    html! {
        a .words href=(to) { "“" (words(cut.unwrap_or(&text))) @if cut.is_some() { "…" } "”" } " "
        (speaker(quote.speaker.as_deref(), quote.speaker_guess.as_ref(), quote.stance))
    }
}
