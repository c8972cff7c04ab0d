//! Search: stories, the best first, with what narrows them.

use std::time::{Duration, Instant};

use maud::{Markup, html};
use serde_json::Value;

use crate::{
    answers::{
        ArticleHit, ArticleRequest, Page,
        embargo::Withhold,
        facets::Facet,
        parts::{Part, narrowed, parts, with_word},
    },
    query::{Error, Query, Sort, read},
    serve::{
        asked::{Asked, ROWS},
        fault::Fault,
        html::{
            frame, hit,
            text::{self, counted, grouped, name},
        },
        params::address,
        shown::{All, Answer, Shown, value},
    },
    visible::line,
};

/// Columns of the table.
pub const COLUMNS: &[&str] =
    &["rank", "score", "id", "published", "source", "title", "root", "path", "url", "people", "topics"];

/// What is counted beside the stories: field, heading, prefix in a query.
const FACETS: [(&str, &str, &str); 4] = [
    ("person", "People", "person"),
    ("source", "Sources", "source"),
    ("topic", "Topics", "topic"),
    ("year", "Years", "date"),
];

/// How long facets may take that somebody asks for by themselves.
const COUNTED: Duration = Duration::from_secs(30);

/// Values of a facet.
const VALUES: usize = 8;

/// Answers.
pub fn answer(asked: &Asked) -> Result<Answer, Fault> {
    let (query, sort) = (asked.query()?, asked.sort()?);
    let (limit, offset) = (asked.limit(ROWS)?, asked.offset()?);
    let group_copies = asked.params.get("copies") != Some("all");
    let request =
        ArticleRequest { limit: limit + 1, offset, sort, group_copies, ..ArticleRequest::new(query.clone()) };
    if asked.wants_all() {
        return Ok(all(asked, request));
    }
    let page = asked.archive.search(&request)?;
    let is_short = page.hits.len() <= limit;
    let next = (!is_short).then(|| asked.cursor(offset + limit));
    let Page { hits, strict, ranked, unknown, notes, .. } = page;
    let hits: Vec<ArticleHit> = hits.into_iter().take(limit).map(|hit| kept(asked, hit)).collect();
    let facets = facets(asked, &query, ranked)?;
    let undated = asked.archive.undated_articles(&query)?;
    let empty = if hits.is_empty() && offset == 0 { Some(nothing(asked, &query)?) } else { None };
    let set_aside = set_aside(asked, &unknown)?;
    // Whatever was counted is counted now: what there was no time for is known.
    let complete = asked.archive.is_complete();
    let main = html! {
        div .columns {
            div .wide {
                h1 .hidden { "Search" @if !asked.typed().is_empty() { ": " (line(asked.typed())) } }
                (chips(&query))
                div .sum {
                    p #count { (counted(ranked, "story", "stories")) @if !complete { ", and perhaps more" } }
                    (orders(asked, sort))
                    (keep(asked))
                }
                @if asked.has_moved() { p .note { "The archive has changed since the page before." } }
                (set_aside)
                @if let Some(words) = said(&query) {
                    p .note {
                        "Something that somebody said? "
                        a href=(address("/origin", &[("words", &words)])) { "Who said it first" }
                    }
                }
                @if undated > 0 {
                    p .note {
                        (counted(undated, "match without a date is", "matches without a date are")) " left out: "
                        a href=(address("/search", &[("q", &undated_query(&query))])) { "show undated" }
                    }
                }
                section #results aria-label="Stories" { (rows(asked, &hits)) }
                @if let Some(empty) = &empty { (empty) }
                (frame::pager("/search", &asked.params, offset, hits.len(), limit, next.as_deref()))
            }
            (aside(asked, &query, facets.as_deref(), ranked))
        }
    };
    let heading = if asked.typed().is_empty() { "Everything".to_owned() } else { asked.typed().to_owned() };
    let first = offset / limit + 1;
    let title = format!("{heading}: {}{}", counted(ranked, "story", "stories"), page_number(first));
    let shown = Shown {
        query: asked.typed().to_owned(),
        ranked: Some(ranked),
        complete,
        next,
        notes,
        // What was not counted this time may be the next.
        is_lasting: facets.is_some(),
        facets: facets.unwrap_or_default(),
        ..Shown::new(title, main).with_rows(&hits, COLUMNS)
    };
    Ok(Shown { total: strict, ..shown }.into())
}

/// Words of the shortest phrase, and of the shortest row of words, that may be a quotation.
const PHRASE: usize = 3;
const ROW: usize = 5;

/// The words of a query that may be looked for because somebody said them.
fn said(query: &Query) -> Option<String> {
    match query {
        Query::Phrase(words, 0) => (words.split_whitespace().count() >= PHRASE).then(|| words.clone()),
        Query::All(parts) if parts.len() >= ROW => {
            let word = |part: &Query| match part {
                Query::Word(word) => Some(word.clone()),
                _ => None,
            };
            Some(parts.iter().map(word).collect::<Option<Vec<_>>>()?.join(" "))
        }
        _ => None,
    }
}

fn page_number(number: usize) -> String {
    if number > 1 { format!(", page {number}") } else { String::new() }
}

/// Every story that comes first, as a stream.
fn all(asked: &Asked, request: ArticleRequest) -> Answer {
    let asked = asked.clone();
    let each = move |row: &mut dyn FnMut(Value) -> bool| {
        asked.archive.search_each(&request, |hit| !hit.partial && row(value(&kept(&asked, hit))))
    };
    Answer::All(All { columns: COLUMNS, each: Box::new(each) })
}

/// A story, without its words where it may not be read here yet.
pub fn kept(asked: &Asked, mut hit: ArticleHit) -> ArticleHit {
    if asked.withholds(hit.embargo.as_deref()) {
        hit.withhold();
    }
    hit
}

/// Stories of a page; those that hold only a part of what was typed apart.
pub fn rows(asked: &Asked, hits: &[ArticleHit]) -> Markup {
    let whole = hits.partition_point(|hit| !hit.partial);
    html! {
        @if whole > 0 { h2 .hidden { "Stories" } }
        @for (number, one) in hits.iter().enumerate() {
            @if number == whole {
                h2 .apart { "With only a part of what you typed" }
            }
            (hit::row(asked, one, number + 1))
        }
    }
}

/// Conditions of the query, each with a link that takes it away.
fn chips(query: &Query) -> Markup {
    let conditions: Vec<Part> = parts(query).into_iter().filter(|part| part.is_condition).collect();
    html! {
        @if !conditions.is_empty() {
            ul .chips aria-label="Filters" {
                @for part in conditions {
                    li {
                        span { (line(&part.written)) } " "
                        a href=(address("/search", &[("q", &part.without)])) aria-label={ "Remove " (line(&part.written)) } { "×" }
                    }
                }
            }
        }
    }
}

fn orders(asked: &Asked, sort: Sort) -> Markup {
    let orders = [
        ("relevance", "Best", Sort::Relevance),
        ("newest", "Newest", Sort::Newest),
        ("oldest", "Oldest", Sort::Oldest),
    ];
    html! {
        nav .orders aria-label="Order" {
            @for (value, label, order) in orders {
                @let here = (sort == order).then_some("true");
                a aria-current=[here] href=(asked.params.without("after").with("sort", value).on("/search")) { (label) }
            }
        }
    }
}

/// What can be done with the search.
fn keep(asked: &Asked) -> Markup {
    let all = |end: &str| {
        asked.params.without("after").without("limit").with("all", "1").on(&format!("/search{end}"))
    };
    html! {
        p .keep {
            a href=(asked.params.without("after").without("sort").on("/timeline")) { "Timeline" } " · "
            a href=(asked.params.without("after").without("sort").on("/quotes")) { "Quotes" } " · All as "
            a href=(all(".csv")) download { "CSV" } " · "
            a href=(all(".jsonl")) download { "JSON Lines" }
        }
        @if asked.settings.allow_writes && !asked.typed().is_empty() {
            details .save {
                summary { "Save this search" }
                form action="/saved" method="post" {
                    input type="hidden" name="query" value=(asked.typed());
                    label for="save-name" { "Name" }
                    input #save-name name="name" required pattern="[\\p{L}\\p{N}._\\-]+" title="Letters, digits, - _ .";
                    button { "Save" }
                }
            }
        }
    }
}

/// Words that nothing holds.
fn set_aside(asked: &Asked, unknown: &[String]) -> Result<Markup, Error> {
    let mut said = Vec::new();
    for word in unknown {
        said.push((word, asked.archive.suggest_word(word)?));
    }
    Ok(html! {
        @for (word, instead) in said {
            p .note {
                "Nothing holds " strong { (line(word)) } ": it is set aside."
                @if let Some(instead) = instead {
                    " Did you mean "
                    a href=(asked.params.without("after").with("q", &with_word(asked.typed(), word, &instead)).on("/search")) {
                        (line(&instead))
                    } "?"
                }
            }
        }
    })
}

fn undated_query(query: &Query) -> String {
    query.of_undated().unwrap_or_else(|| query.clone()).to_string()
}

/// Why nothing is found: what each part matches alone, what the rest matches without it, names that may be meant.
fn nothing(asked: &Asked, query: &Query) -> Result<Markup, Error> {
    let mut told = Vec::new();
    for part in parts(query) {
        let alone = asked.archive.count(&read(&part.written, false)?)?;
        let without = match part.without.is_empty() {
            true => None,
            false => Some(asked.archive.count(&read(&part.without, false)?)?),
        };
        told.push((part, alone, without));
    }
    let meant = asked.archive.suggest(query)?;
    if !asked.archive.is_complete() {
        return Ok(asked.nothing(""));
    }
    Ok(html! {
        (asked.nothing("No story in the archive matches."))
        @if !meant.is_empty() {
            p { "Did you mean "
                @for (number, one) in meant.iter().enumerate() {
                    @if number > 0 { ", " }
                    a href=(address("/search", &[("q", &format!("\"{}\"", one.name))])) { (name(&one.name)) }
                    " (" (grouped(one.articles)) ")"
                } "?"
            }
        }
        @if told.len() > 1 {
            table .parts {
                caption { "What each part finds" }
                thead { tr { th scope="col" { "Part" } th scope="col" .num { "Alone" } th scope="col" .num { "Without it" } } }
                tbody {
                    @for (part, alone, without) in told {
                        tr {
                            th scope="row" { a href=(address("/search", &[("q", &part.written)])) { (line(&part.written)) } }
                            td .num { (grouped(alone)) }
                            td .num { @if let Some(count) = without {
                                a href=(address("/search", &[("q", &part.without)])) aria-label={ (grouped(count)) " without " (line(&part.written)) } { (grouped(count)) }
                            } }
                        }
                    }
                }
            }
        }
    })
}

/// Counts over everything that matches; nothing where there was no time for them.
fn facets(asked: &Asked, query: &Query, ranked: u64) -> Result<Option<Vec<Facet>>, Error> {
    if ranked == 0 {
        return Ok(Some(Vec::new()));
    }
    let hurried = match asked.params.get("facets") {
        Some(_) => asked.archive.until(Instant::now() + COUNTED),
        None => asked.archive.until(Instant::now() + asked.settings.facet_patience),
    };
    let facets = hurried.facets(query, &FACETS.map(|(field, ..)| field), VALUES)?;
    let whole = facets.len() == FACETS.len() && hurried.is_complete();
    Ok(whole.then_some(facets))
}

fn aside(asked: &Asked, query: &Query, facets: Option<&[Facet]>, ranked: u64) -> Markup {
    let narrowed = |field: &str, label: &str| {
        asked.params.without("after").with("q", &narrowed(query, field, label)).on("/search")
    };
    html! {
        aside .facets aria-label="Narrow the search" {
            @match facets {
                None => p .note {
                    "Not counted: it takes too long. "
                    a href=(asked.params.with("facets", "all").on("/search")) { "Count them" }
                },
                Some(facets) => @for (facet, (_, heading, field)) in facets.iter().zip(FACETS) {
                    @if !facet.counts.is_empty() {
                        section aria-labelledby={ "facet-" (field) } {
                            h2 id={ "facet-" (field) } { (heading) }
                            ul {
                                @for tally in &facet.counts {
                                    li {
                                        a href=(narrowed(field, &tally.label)) { (name(&tally.label)) } " "
                                        span .num { (grouped(tally.articles)) }
                                    }
                                }
                            }
                            @if facet.values > facet.counts.len() as u64 {
                                p .more { (grouped(facet.values - facet.counts.len() as u64)) " more" }
                            }
                            @if field == "date" {
                                @let dated: u64 = facet.counts.iter().map(|tally| tally.articles).sum();
                                @if facet.values <= facet.counts.len() as u64 && facet.of > dated {
                                    p .more { a href=(narrowed("date", "none")) { "undated" } " " (grouped(facet.of - dated)) }
                                }
                            }
                        }
                    }
                },
            }
            @if ranked > 0 && facets.is_some_and(|facets| facets.first().is_some_and(|facet| facet.of < ranked)) {
                p .more { "Counted over stories with every word: " (text::grouped(facets.and_then(<[Facet]>::first).map_or(0, |facet| facet.of))) "." }
            }
        }
    }
}
