//! Quotes: who said what.

use maud::{Markup, html};
use serde_json::Value;

use crate::{
    annotation::QuoteKind,
    answers::{Page, QuoteHit, QuoteRequest, embargo::Withhold},
    query::{self, Error},
    serve::{
        asked::{Asked, ROWS},
        fault::Fault,
        html::{
            frame,
            quote::{Row, figure},
            text::{counted, grouped, name},
        },
        shown::{All, Answer, Shown, value},
    },
    visible::line,
};

/// Kinds of quotes that may be asked for.
pub const KINDS: &[&str] = &["direct", "mixed", "indirect", "all"];

/// Columns of the table.
pub const COLUMNS: &[&str] = &[
    "rank",
    "id",
    "quote_at",
    "article_id",
    "published",
    "title",
    "root",
    "path",
    "speaker",
    "text",
    "kind",
    "stance",
    "confidence",
    "url",
];

/// Answers.
pub fn answer(asked: &Asked) -> Result<Answer, Fault> {
    let limit = asked.limit(ROWS)?;
    let offset = asked.offset()?;
    let request = QuoteRequest { limit: limit + 1, offset, ..request(asked)? };
    if asked.wants_all() {
        return Ok(all(asked, request));
    }
    let Page { mut hits, strict, ranked, notes, complete, .. } = asked.archive.quotes(&request)?;
    let next = (hits.len() > limit).then(|| asked.cursor(offset + limit));
    hits.truncate(limit);
    let quotes = readable(asked, hits)?;
    let mut rows = Vec::new();
    for (quote, number) in quotes.iter().zip(1..) {
        let found = asked.archive.found_in(&request.query, &quote.text)?;
        rows.push(Row { found, ..Row::new(asked, quote, format!("r{number}"))? });
    }
    let heading = heading(asked);
    let main = html! {
        h1 { bdi { (line(&heading)) } }
        (form(asked))
        p .sum #count { (counted(ranked, "quote", "quotes")) }
        section #results aria-label="Quotes" { @for row in &rows { (figure(asked, row)) } }
        @if rows.is_empty() { (nothing(asked, &request)?) }
        (frame::pager("/quotes", &asked.params, offset, rows.len(), limit, next.as_deref()))
    };
    let title = format!("{heading} ({})", grouped(ranked));
    let shown = Shown {
        query: asked.typed().to_owned(),
        ranked: Some(ranked),
        complete,
        next,
        notes,
        ..Shown::new(title, main).with_rows(&quotes, COLUMNS)
    };
    Ok(Shown { total: strict, ..shown }.into())
}

/// What is asked for.
fn request(asked: &Asked) -> Result<QuoteRequest, Fault> {
    let request = QuoteRequest::new(query::read(asked.typed(), false)?);
    let kinds = match asked.params.get("kind") {
        None => request.kinds.clone(),
        Some("direct") => vec![QuoteKind::Direct],
        Some("mixed") => vec![QuoteKind::Mixed],
        Some("indirect") => vec![QuoteKind::Indirect],
        Some("all") => vec![QuoteKind::Direct, QuoteKind::Mixed, QuoteKind::Indirect],
        Some(_) => return Err(Fault::wrong("`kind` is direct, mixed, indirect or all.")),
    };
    let named = |name: &str| asked.params.get(name).map(str::to_owned);
    Ok(QuoteRequest { kinds, by: named("by"), about: named("about"), sort: asked.sort()?, ..request })
}

/// Every quote that comes first, as a stream.
fn all(asked: &Asked, request: QuoteRequest) -> Answer {
    let asked = asked.clone();
    let each = move |row: &mut dyn FnMut(Value) -> bool| {
        let mut fault = None;
        let whole = asked.archive.quotes_each(&request, |quote| {
            !quote.partial
                && kept(&asked, quote).map_err(|error| fault = Some(error)).is_ok_and(|it| row(value(&it)))
        });
        fault.map_or(whole, Err)
    };
    Answer::All(All { columns: COLUMNS, each: Box::new(each) })
}

/// Quotes without the words of stories that may not be read here yet.
pub fn readable(asked: &Asked, quotes: Vec<QuoteHit>) -> Result<Vec<QuoteHit>, Error> {
    quotes.into_iter().map(|quote| kept(asked, quote)).collect()
}

/// A quote, without its words where its story may not be read here yet.
pub fn kept(asked: &Asked, mut quote: QuoteHit) -> Result<QuoteHit, Error> {
    if asked.withholds_story(quote.article_id.as_str())? {
        quote.withhold();
    }
    Ok(quote)
}

/// What is asked for, in words.
fn heading(asked: &Asked) -> String {
    let typed = Some(asked.typed()).filter(|typed| !typed.is_empty()).map(|typed| format!(": {typed}"));
    let by = asked.params.get("by").map(|name| format!(" by {name}"));
    let about = asked.params.get("about").map(|name| format!(" about {name}"));
    ["Quotes".to_owned()].into_iter().chain([typed, by, about].into_iter().flatten()).collect()
}

fn form(asked: &Asked) -> Markup {
    let field = |name: &str| asked.params.get(name).map(line).unwrap_or_default();
    html! {
        form .filters action="/quotes" {
            div { label for="quotes-q" { "Words" } input #quotes-q name="q" value=(line(asked.typed())); }
            div { label for="quotes-by" { "Said by" } input #quotes-by name="by" value=(field("by")) autocomplete="off" data-suggest="name"; }
            div { label for="quotes-about" { "About" } input #quotes-about name="about" value=(field("about")) autocomplete="off" data-suggest="name"; }
            (select("kind", "Kind", &[("", "direct and mixed"), ("direct", "direct"), ("mixed", "mixed"), ("indirect", "indirect"), ("all", "all")], asked))
            (select("sort", "Order", &[("", "best first"), ("newest", "newest first"), ("oldest", "oldest first")], asked))
            button { "Show" }
        }
    }
}

/// A choice of one of several values.
pub fn select(name: &str, label: &str, options: &[(&str, &str)], asked: &Asked) -> Markup {
    let chosen = asked.params.get(name).unwrap_or_default();
    html! {
        div {
            label for={ "f-" (name) } { (label) }
            select id={ "f-" (name) } name=(name) {
                @for (value, text) in options { option value=(value) selected[*value == chosen] { (text) } }
            }
        }
    }
}

fn nothing(asked: &Asked, request: &QuoteRequest) -> Result<Markup, Error> {
    let meant = asked.archive.suggest(&request.whole())?;
    Ok(html! {
        @if asked.params.get("after").is_some() { p .empty { "There are no more." } }
        @else { (asked.nothing("No quote in the archive matches.")) }
        @if !meant.is_empty() {
            p { "Did you mean " @for (number, one) in meant.iter().enumerate() {
                @if number > 0 { ", " }
                a href=(asked.params.without("after").with("by", &one.name).on("/quotes")) { (name(&one.name)) }
            } "?" }
        }
    })
}
