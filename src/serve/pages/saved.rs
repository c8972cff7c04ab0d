//! Saved searches: the list, what one finds, and its feed.

use maud::{Markup, html};

use super::search::{COLUMNS as STORIES, kept, rows};
use crate::{
    answers::{
        Page,
        feed::atom_of_search,
        saved::{self, SavedLine},
    },
    query::Error,
    serve::{
        asked::{Asked, Format, ROWS},
        fault::Fault,
        html::{
            frame,
            text::{counted, words},
        },
        params::{address, encoded},
        shown::{Answer, Shown},
    },
};

/// Columns of the table.
const COLUMNS: &[&str] = &["name", "query", "fault"];

/// Entries of a feed.
const ENTRIES: usize = 50;

/// Answers with the list.
pub fn list(asked: &Asked) -> Result<Answer, Fault> {
    let searches = saved::list(asked.archive.saved());
    let main = html! {
        h1 { "Saved searches" }
        @if searches.is_empty() {
            p .empty { "Nothing is saved yet." }
            p { "Save a search with " code { "pullquote saved add NAME QUERY" }
                @if asked.settings.allow_writes { ", or below the search box of its page" } "." }
        } @else {
            div .scroll tabindex="0" role="region" aria-label="Saved searches" {
                table #results {
                    caption { "Saved searches, which " code { "pullquote alerts" } " watches" }
                    thead { tr { th scope="col" { "Name" } th scope="col" { "Query" } th scope="col" { "Feed" }
                        @if asked.settings.allow_writes { th scope="col" { "Delete" } } } }
                    tbody { @for search in &searches { (row(asked, search)) } }
                }
            }
        }
        @if asked.settings.allow_writes { (add()) }
        p { a href="/alerts" { "What they found among new stories" } }
    };
    let shown = Shown::new("Saved searches", main).with_rows(&searches, COLUMNS);
    Ok(Shown { is_lasting: false, ..shown }.into())
}

fn row(asked: &Asked, search: &SavedLine) -> Markup {
    let page = format!("/saved/{}", encoded(&search.name));
    html! {
        tr {
            th scope="row" { a href=(page) { (words(&search.name)) } }
            td {
                a href=(address("/search", &[("q", &search.query)])) { code { (words(&search.query)) } }
                @if let Some(fault) = &search.fault { " " strong .tag .bad { "cannot be read" } " " (words(fault)) }
            }
            td { a href={ (page) ".atom" } { "Atom" } }
            @if asked.settings.allow_writes {
                td {
                    form action="/saved/delete" method="post" {
                        input type="hidden" name="name" value=(search.name);
                        button aria-label={ "Delete " (words(&search.name)) } { "Delete" }
                    }
                }
            }
        }
    }
}

fn add() -> Markup {
    html! {
        form .filters action="/saved" method="post" {
            div { label for="saved-name" { "Name" } input #saved-name name="name" required pattern="[\\p{L}\\p{N}._\\-]+" title="Letters, digits, - _ ."; }
            div .grow { label for="saved-query" { "Query" } input #saved-query name="query" required; }
            button { "Save" }
        }
    }
}

/// Answers with what one of them finds.
pub fn one(asked: &Asked) -> Result<Answer, Fault> {
    let search = asked.archive.saved().named(&asked.id).cloned();
    let search = search.ok_or_else(|| Error::NoSuchSearch { name: asked.id.clone() })?;
    let query = saved::read(&search)?;
    let is_feed = asked.format == Format::Atom;
    let limit = asked.limit(if is_feed { ENTRIES } else { ROWS })?;
    let offset = asked.offset()?;
    let Page { hits, strict, notes, complete, .. } = asked.archive.strict(&query, offset + limit)?;
    let hits: Vec<_> = hits.into_iter().skip(offset).map(|hit| kept(asked, hit)).collect();
    let next = (strict > (offset + limit) as u64).then(|| asked.cursor(offset + limit));
    if is_feed {
        let updated = asked.moment.now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let feed = atom_of_search(&search.name, &hits, &updated, |hit| {
            format!("{}/story/{}", asked.origin, hit.id.as_str())
        });
        return Ok(Answer::Feed(feed));
    }
    let main = html! {
        h1 { "Saved: " (words(&search.name)) }
        p { code { (words(&search.query)) } " · " a href=(address("/search", &[("q", &search.query)])) { "Search it" }
            " · " a href={ "/saved/" (encoded(&search.name)) ".atom" } { "Atom feed" } }
        p .sum #count { (counted(strict, "story", "stories")) ", newest first" }
        section #results aria-label="Stories" { (rows(asked, &hits)) }
        @if strict == 0 { (asked.nothing("No story in the archive matches.")) }
        (frame::pager(&asked.path, &asked.params, offset, hits.len(), limit, next.as_deref()))
    };
    let shown = Shown::new(format!("Saved: {}", search.name), main).with_rows(&hits, STORIES);
    let whole = complete && strict == hits.len() as u64;
    Ok(Shown { query: search.query, total: strict, ranked: Some(strict), complete: whole, notes, ..shown }
        .into())
}
