//! The first page: what the archive is, and four questions to begin with.

use maud::html;

use crate::{
    answers::QuoteRequest,
    query::{Query, Sort},
    serve::{
        asked::Asked,
        fault::Fault,
        html::{
            frame,
            quote::{Row, figure},
            text::{counted, grouped},
        },
        shown::{Answer, Shown},
    },
};

/// Quotes shown.
const QUOTES: usize = 3;

/// Words of a quote that is worth the first page.
const LEAST_WORDS: usize = 6;

/// Answers.
pub fn answer(asked: &Asked) -> Result<Answer, Fault> {
    let counts = asked.archive.snapshot().counts().map_err(crate::query::Error::from)?;
    let request = QuoteRequest {
        limit: 4 * QUOTES,
        sort: Sort::Newest,
        min_confidence: 0.6,
        ..QuoteRequest::new(Query::All(Vec::new()))
    };
    let page = asked.archive.quotes(&request)?;
    let mut quotes = super::quotes::readable(asked, page.hits)?;
    quotes.retain(|quote| {
        quote.speaker.is_some() && quote.text.split_whitespace().nth(LEAST_WORDS - 1).is_some()
    });
    quotes.truncate(QUOTES);
    let rows = quotes.iter().zip(1..).map(|(quote, number)| Row::new(asked, quote, format!("r{number}")));
    let rows = rows.collect::<Result<Vec<Row<'_>>, Fault>>()?;
    let main = html! {
        div .home {
            h1 { "Who said what, and when?" }
            p .lead {
                (counted(counts.articles, "story", "stories")) " and " (grouped(counts.quotes)) " quotes, each with its source."
            }
            (frame::search("", None))
            div .doors {
                form .door action="/person" {
                    h2 { label for="home-name" { "A person" } }
                    p { "Everything said by and about somebody." }
                    div .row {
                        input #home-name name="name" required placeholder="Name" autocomplete="off" data-suggest="person";
                        button { "Open" }
                    }
                }
                form .door action="/origin" {
                    h2 { label for="home-words" { "Who said it first?" } }
                    p { "Where words stood first, and how they changed." }
                    div .row { input #home-words name="words" required placeholder="A sentence or phrase"; button { "Trace" } }
                }
                form .door action="/verify" {
                    h2 { label for="home-quote" { "Verify a quotation" } }
                    p { "Does the archive bear it out? " a href="/verify" { "Check a whole draft" } "." }
                    div .row { input #home-quote name="quote" required placeholder="The words"; button { "Verify" } }
                }
            }
            @if !rows.is_empty() {
                section aria-labelledby="latest" {
                    h2 #latest { "Said lately" }
                    @for row in &rows { (figure(asked, row)) }
                }
            }
        }
    };
    Ok(Shown::new("Search the archive", main).with_rows(&quotes, super::quotes::COLUMNS).into())
}
