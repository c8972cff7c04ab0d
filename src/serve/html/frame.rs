//! What stands around every page: head, search, navigation, foot.

use std::sync::LazyLock;

use base64::{Engine, engine::general_purpose::STANDARD};
use maud::{DOCTYPE, Markup, html};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::text::grouped;
use crate::{
    query::Note,
    serve::{fault::Fault, params::Params, shown::Shown},
    visible::line,
};

/// Pages of the navigation.
const NAVIGATION: [(&str, &str); 8] = [
    ("/quotes", "Quotes"),
    ("/person", "People"),
    ("/origin", "Who said it first"),
    ("/verify", "Verify"),
    ("/timeline", "Timeline"),
    ("/topics", "Topics"),
    ("/saved", "Saved"),
    ("/help", "Help"),
];

/// The picture of a tab, in the page itself: it costs no request.
static ICON: LazyLock<String> = LazyLock::new(|| {
    format!("data:image/svg+xml;base64,{}", STANDARD.encode(include_str!("../assets/icon.svg")))
});

/// Where a page stands.
pub struct Place<'a> {
    /// Its path without a format.
    pub path: &'a str,
    /// What stands behind the path.
    pub params: &'a Params,
    /// The commit that answered; nothing where none did.
    pub commit: Option<String>,
}

/// A page.
pub fn page(place: &Place<'_>, shown: &Shown) -> Markup {
    let is_home = place.path == "/";
    let middle = html! {
        (notes(&shown.notes, shown.complete))
        (shown.main)
        @if !is_home { (twins(place)) }
    };
    whole(place, &shown.title, &shown.query, &middle)
}

/// A page that tells why there is no answer.
pub fn refusal(place: &Place<'_>, fault: &Fault) -> Markup {
    let middle = html! {
        h1 { (fault.text) }
        @if let Some(shown) = &fault.shown { pre .caret { (caret(shown)) } }
        @if let Some(hint) = &fault.hint { p { (hint) } }
        p { a href="/help" { "How queries are written" } " · " a href="/" { "The first page" } }
    };
    let typed = if fault.shown.is_some() { place.params.get("q").unwrap_or_default() } else { "" };
    whole(place, &fault.text, typed, &middle)
}

/// A query with a caret under its fault, its characters shown as they are everywhere: the caret moves with them.
fn caret(shown: &str) -> String {
    let (query, mark) = shown.split_once('\n').unwrap_or((shown, ""));
    let column = mark.len() - mark.trim_start().len();
    let (mut before, mut width) = (String::new(), 0);
    for c in query.chars() {
        if width >= column {
            break;
        }
        width += c.width().unwrap_or(0);
        before.push(c);
    }
    format!("{}\n{}{}", line(query), " ".repeat(line(&before).width()), mark.trim())
}

fn whole(place: &Place<'_>, title: &str, typed: &str, middle: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                title { (line(title)) " – pullquote" }
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                link rel="icon" href=(*ICON) type="image/svg+xml";
                link rel="stylesheet" href="/style.css";
                script src="/page.js" defer {}
            }
            body {
                a .skip href="#main" { "Skip to the content" }
                header .top {
                    a .wordmark href="/" { span aria-hidden="true" { "“" } "pullquote" }
                    @if place.path != "/" { (search(typed, place.params.get("sort"))) }
                    nav aria-label="Pages" {
                        ul {
                            @for (path, name) in NAVIGATION {
                                @let here = (path == place.path).then_some("page");
                                li { a href=(path) aria-current=[here] { (name) } }
                            }
                        }
                    }
                }
                main #main tabindex="-1" { (middle) }
                footer .foot {
                    p {
                        @if let Some(commit) = &place.commit { "Index " code { (commit) } " · " }
                        a href="/status" { "Status" } " · " a href="/names" { "Names" } " · "
                        a href="/alerts" { "Alerts" } " · " a href="/help" { "Help" } " · "
                        a href="/openapi.json" { "API" }
                    }
                }
            }
        }
    }
}

/// The form that searches.
pub fn search(typed: &str, sort: Option<&str>) -> Markup {
    let sort = sort.filter(|sort| ["newest", "oldest"].contains(sort));
    html! {
        search {
            form .search action="/search" {
                label .hidden for="q" { "Search the archive" }
                input #q name="q" type="search" value=(line(typed)) autocomplete="off" spellcheck="false"
                    placeholder="Words, “exact phrases”, person:\"…\"" data-suggest="search";
                @if let Some(sort) = sort { input type="hidden" name="sort" value=(sort); }
                button { "Search" }
            }
        }
    }
}

/// What was left out or widened.
fn notes(notes: &[Note], is_complete: bool) -> Markup {
    html! {
        @if !notes.is_empty() || !is_complete {
            ul .notes aria-label="Notes" {
                @for note in notes { li { (line(&note.text)) } }
                @if !is_complete && notes.is_empty() {
                    li { "This is not everything: there is more in the archive." }
                }
            }
        }
    }
}

/// The same rows for programs.
fn twins(place: &Place<'_>) -> Markup {
    let address = |end: &str| place.params.on(&format!("{}{end}", place.path));
    html! {
        p .twins {
            "These rows as " a href=(address(".json")) { "JSON" } ", " a href=(address(".jsonl")) { "JSON Lines" } ", "
            a href=(address(".csv")) { "CSV" }
        }
    }
}

/// Links to the rows before and after those of this page.
pub fn pager(
    path: &str,
    params: &Params,
    offset: usize,
    shown: usize,
    limit: usize,
    next: Option<&str>,
) -> Markup {
    let before = match offset.saturating_sub(limit) {
        0 => params.without("after"),
        before => params.with("after", &before.to_string()),
    };
    html! {
        @if offset > 0 || next.is_some() {
            nav .pager aria-label="Rows" {
                @if offset > 0 { a rel="prev" href=(before.on(path)) { "← Previous" } }
                span { (grouped(offset as u64 + 1)) "–" (grouped((offset + shown) as u64)) }
                @if let Some(next) = next { a rel="next" href=(params.with("after", next).on(path)) { "Next →" } }
            }
        }
    }
}
