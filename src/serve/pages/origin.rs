//! Where words stood first, how they changed since, who was credited.

use maud::{Markup, html};
use serde_json::Value;

use crate::{
    annotation::Stance,
    answers::{Appearance, Origin, OriginAnswer, OriginRequest},
    query::ArticleHead,
    quote_at::QuoteAt,
    serve::{
        asked::Asked,
        fault::Fault,
        html::{
            quote::{notices, speaker},
            text::{self, counted, grouped, headline, pieces, words},
        },
        shown::{Answer, Shown, value},
    },
    visible::line,
};

/// Columns of the table.
const COLUMNS: &[&str] =
    &["first", "published", "source", "title", "speaker", "text", "edits", "stance", "id", "root", "path"];

/// Appearances of a page.
const SHOWN: usize = 50;

/// Answers.
pub fn answer(asked: &Asked) -> Result<Answer, Fault> {
    let Some(typed) = asked.params.get("words") else {
        let main = html! { h1 { "Who said it first?" } (form("")) (about()) };
        return Ok(Shown { columns: COLUMNS, ..Shown::new("Who said it first?", main) }.into());
    };
    let request = OriginRequest { words: typed.to_owned(), limit: asked.limit(SHOWN)? };
    let mut answer = asked.archive.origin(&request)?;
    answer.withhold(|appearance| asked.withholds_story(appearance.id.as_str()))?;
    let OriginAnswer { appearances, origin } = answer;
    let mut heads = Vec::new();
    for appearance in &appearances {
        heads.push(asked.archive.head_of(appearance.id.as_str())?);
    }
    let main = html! {
        h1 .words { "“" (words(typed)) "”" }
        (form(typed))
        (sum(&origin, appearances.len()))
        @if origin.appearances == 0 {
            (asked.nothing("These words, and words nearly like them, stand nowhere in the archive."))
        } @else {
            ol .uses #results { @for ((number, one), head) in (1..).zip(&appearances).zip(&heads) { (appearance(asked, one, head.as_ref(), number)) } }
        }
    };
    let title = format!("“{typed}”: {}", counted(origin.appearances, "use", "uses"));
    let rows: Vec<Value> = appearances.iter().map(value).chain([value(&origin)]).collect();
    let shown = Shown { query: typed.to_owned(), complete: origin.complete, ..Shown::new(title, main) };
    Ok(Shown { total: origin.appearances, ..shown.with_rows(&rows, COLUMNS) }.into())
}

fn form(typed: &str) -> Markup {
    html! {
        form .filters action="/origin" {
            div .grow { label for="origin-words" { "Words" } input #origin-words name="words" required value=(line(typed)); }
            button { "Trace" }
        }
    }
}

fn about() -> Markup {
    html! {
        p { "Type a sentence or a phrase of at least two words. Its first appearance by publication date comes first, then "
            "every later use with the words that changed. “…” stands for words left out." }
    }
}

fn sum(origin: &Origin, shown: usize) -> Markup {
    html! {
        p .sum #count {
            (counted(origin.appearances, "use", "uses"))
            @if origin.appearances > shown as u64 { ", " (grouped(shown as u64)) " shown" }
            @match origin.credited.as_slice() {
                [] => {},
                [one] => { " · credited to " (text::person(one)) },
                several => {
                    " · credited to " (several.len()) " people: "
                    @for (number, one) in several.iter().enumerate() { @if number > 0 { ", " } (text::person(one)) }
                },
            }
        }
        @if origin.undated > 0 {
            p .note { (counted(origin.undated, "use is", "uses are")) " undated and may be earlier than the first." }
        }
        @if origin.cut {
            p .note { "Very many stories hold these words, and not all were looked at: give more of them." }
        }
    }
}

fn appearance(asked: &Asked, one: &Appearance, head: Option<&ArticleHead>, number: usize) -> Markup {
    let embargo = head.and_then(|head| head.article.embargo.as_deref());
    let place = QuoteAt::of(&one.id, one.start, one.end, &one.text);
    html! {
        li .use .first[one.first] id={ "r" (number) } tabindex="-1" data-row {
            p .when { (text::date(one.published.as_deref())) @if one.first { " " strong .tag .good { "first" } } }
            div {
                @if asked.withholds(embargo) { p .perhaps { "Withheld until " (line(embargo.unwrap_or_default())) } }
                @else { p .words { (pieces(&one.pieces)) } }
                p .facts {
                    @match one.stance {
                        None => span .perhaps { "in the reporter’s own words" },
                        Some(stance) => (speaker(
                            one.speaker.as_deref().filter(|_| stance == Stance::Said), one.speaker_guess.as_ref(), stance
                        )),
                    }
                    " · " a href={ "/quote/" (place) } { (headline(one.title.as_deref(), &one.path)) }
                    @if let Some(source) = &one.source { " · " (words(source)) }
                    @match one.edits {
                        0 => " · the very words",
                        edits => { " · " (counted(edits as u64, "word differs", "words differ")) },
                    }
                    (notices(asked, embargo, head.and_then(|head| head.article.status)))
                }
            }
        }
    }
}
