//! One person, organisation, work, place or event: how often and when, said, said about, with whom, on what.

use maud::{Markup, html};

use crate::{
    annotation::NameKind,
    answers::{KnownName, NamesRequest, PersonAnswer, PersonPage, Repeated, Tally, parts::narrowed},
    query::{Query, read},
    serve::{
        asked::Asked,
        fault::Fault,
        html::{
            chart::{self, Bars},
            quote::{Row, figure},
            text::{counted, grouped, name, person, words},
        },
        params::address,
        shown::{Answer, Shown},
    },
    visible::line,
};

/// Columns of the table.
const COLUMNS: &[&str] =
    &["name", "kind", "articles", "first_seen", "last_seen", "quotes_by", "quotes_about"];

/// Columns of the table of those who may be meant.
const NAMES: &[&str] = &["name", "kind", "articles", "forms"];

/// Answers.
pub fn answer(asked: &Asked) -> Result<Answer, Fault> {
    let Some(typed) = asked.params.get("name") else { return index(asked) };
    Ok(match asked.archive.person(typed)? {
        PersonAnswer::Found(mut page) => {
            readable(asked, &mut page)?;
            let title = format!("{}: {}, {} quotes", page.name, counted(page.articles, "story", "stories"), page.quotes_by);
            let main = main(asked, &page)?;
            Shown { query: typed.to_owned(), ..Shown::new(title, main).with_rows(&[&page], COLUMNS) }
        }
        PersonAnswer::Several(several) => {
            let main = html! {
                h1 { "Several bear the name " (name(typed)) }
                ul .list { @for one in &several { (choice(one)) } }
            };
            let names = several.iter().map(|one| one.label.as_str());
            Shown { query: typed.to_owned(), ..Shown::new(typed, main).with_rows(&known(asked, names)?, NAMES) }
        }
        PersonAnswer::Nobody(near) => {
            let main = html! {
                h1 { "The archive knows nobody called " (name(typed)) }
                @if !near.is_empty() {
                    p { "Did you mean " @for (number, one) in near.iter().enumerate() { @if number > 0 { ", " } (person(one)) } "?" }
                }
                p { a href=(address("/search", &[("q", typed)])) { "Search the stories for it" } }
            };
            let names = near.iter().map(String::as_str);
            Shown { query: typed.to_owned(), ..Shown::new(typed, main).with_rows(&known(asked, names)?, NAMES) }
        }
    }
    .into())
}

/// The people that most stories name, where nobody is asked for.
fn index(asked: &Asked) -> Result<Answer, Fault> {
    let request = NamesRequest { prefix: None, kind: Some(NameKind::Person), limit: 60 };
    let listed = asked.archive.known_names(&request)?;
    let main = html! {
        h1 { "People" }
        form .filters action="/person" {
            div { label for="person-name" { "Name" }
                input #person-name name="name" required autocomplete="off" data-suggest="person"; }
            button { "Open" }
        }
        p .sum { (counted(listed.all as u64, "person", "people")) ". " a href="/names" { "All names" } }
        ul .columns-list {
            @for known in &listed.entries { li { (person(&known.name)) " " span .num { (grouped(known.articles)) } } }
        }
    };
    let shown = Shown::new("People", main).with_rows(&listed.entries, NAMES);
    let complete = listed.complete && listed.all == listed.entries.len();
    Ok(Shown { total: listed.all as u64, complete, ..shown }.into())
}

/// The names of that spelling, as lines of their own.
fn known<'a>(asked: &Asked, names: impl Iterator<Item = &'a str>) -> Result<Vec<KnownName>, Fault> {
    let mut known = Vec::new();
    for name in names {
        let request = NamesRequest { prefix: Some(name.to_owned()), kind: None, limit: 20 };
        let found = asked.archive.first_names(&request)?.entries.into_iter().find(|known| known.name == name);
        known.extend(found);
    }
    Ok(known)
}

fn choice(one: &Tally) -> Markup {
    html! { li { (person(&one.label)) " " span .num { (counted(one.articles, "story", "stories")) } } }
}

/// Leaves out what stories say that may not be read here yet.
fn readable(asked: &Asked, page: &mut PersonPage) -> Result<(), Fault> {
    let lists = [&mut page.latest_quotes, &mut page.repeated_quotes, &mut page.latest_quotes_about];
    for one in lists.into_iter().flatten() {
        one.quote = super::quotes::kept(asked, one.quote.clone())?;
    }
    Ok(())
}

fn main(asked: &Asked, page: &PersonPage) -> Result<Markup, Fault> {
    let person = read(&narrowed(&Query::All(Vec::new()), page.kind.as_str(), &page.name), false)?;
    let and = |field: &str, label: &str| {
        address("/search", &[("q", &narrowed(&person, field, label)), ("copies", "all")])
    };
    let running = format!("{:04}-{:02}", asked.moment.today.year(), asked.moment.today.month());
    let bars = Bars {
        counts: &page.timeline.counts,
        undated: page.timeline.undated,
        running: &running,
        per_thousand: false,
        label: "Stories by month",
    };
    Ok(html! {
        header .head {
            h1 { (name(&page.name)) " " small { (page.kind.as_str()) } }
            p .sum #count {
                a href=(address("/search", &[("q", &person.to_string()), ("copies", "all")])) { (counted(page.articles, "story", "stories")) } " · "
                a href=(address("/quotes", &[("by", &page.name)])) { (counted(page.quotes_by, "quote", "quotes")) " by" } " · "
                a href=(address("/quotes", &[("about", &page.name)])) { (grouped(page.quotes_about)) " about" }
                @if let (Some(first), Some(last)) = (&page.first_seen, &page.last_seen) { " · " (first) " to " (last) }
            }
            div .row {
                (forms(page))
                @if asked.settings.allow_writes { (correct(page)) }
            }
            @if !page.others.is_empty() {
                p .note { "Others bear this name: " @for (number, one) in page.others.iter().enumerate() {
                    @if number > 0 { ", " } (self::person_of(one)) } }
            }
            @if !page.near.is_empty() {
                p .note { "Did you mean " @for (number, one) in page.near.iter().enumerate() {
                    @if number > 0 { ", " } (self::person_of(one)) } "?" }
            }
        }
        (chart::timeline(&bars, &|period| and("date", period)))
        div .columns {
            div .wide {
                (said(asked, "said", "Said", &page.latest_quotes, &address("/quotes", &[("by", &page.name), ("sort", "newest")]), page.quotes_by)?)
                (said(asked, "repeated", "Most repeated", &page.repeated_quotes, "", 0)?)
                (said(asked, "about", "Said about", &page.latest_quotes_about, &address("/quotes", &[("about", &page.name), ("sort", "newest")]), page.quotes_about)?)
            }
            aside aria-label="In what company" {
                (tallies("with", "With", &page.people, &|label| address("/person", &[("name", label)])))
                (tallies("topics", "Topics", &page.topics, &|label| and("topic", label)))
                (tallies("sources", "Sources", &page.sources, &|label| and("source", label)))
            }
        }
    })
}

fn person_of(one: &Tally) -> Markup {
    html! { (person(&one.label)) " (" (grouped(one.articles)) ")" }
}

fn forms(page: &PersonPage) -> Markup {
    html! {
        @if page.forms.len() > 1 {
            details .forms {
                summary { (counted(page.forms.len() as u64, "written form", "written forms")) }
                ul { @for form in &page.forms { li { (name(&form.label)) " " span .num { (grouped(form.articles)) } } } }
            }
        }
    }
}

fn said(
    asked: &Asked,
    id: &str,
    heading: &str,
    quotes: &[Repeated],
    more: &str,
    all: u64,
) -> Result<Markup, Fault> {
    let mut rows = Vec::new();
    for (number, one) in (1..).zip(quotes) {
        rows.push(Row::of_repeated(asked, one, format!("{id}-{number}"))?);
    }
    Ok(html! {
        @if !rows.is_empty() {
            section aria-labelledby=(id) {
                h2 id=(id) { (heading) }
                @for row in &rows { (figure(asked, row)) }
                @if all > rows.len() as u64 { p .more { a href=(more) { "All " (grouped(all)) } } }
            }
        }
    })
}

fn tallies(id: &str, heading: &str, tallies: &[Tally], link: &dyn Fn(&str) -> String) -> Markup {
    let rows: Vec<(Markup, u64)> = tallies
        .iter()
        .map(|tally| (html! { a href=(link(&tally.label)) { (words(&tally.label)) } }, tally.articles))
        .collect();
    html! {
        @if !rows.is_empty() {
            section aria-labelledby=(id) { h2 id=(id) { (heading) } (chart::ranked(&rows)) }
        }
    }
}

/// Forms that put a name right.
fn correct(page: &PersonPage) -> Markup {
    let hidden = |rule: &str| {
        html! {
            input type="hidden" name="rule" value=(rule);
            input type="hidden" name="kind" value=(page.kind.as_str());
            input type="hidden" name="name" value=(page.name);
        }
    };
    html! {
        details .correct #wrong-name {
            summary { "Wrong name?" }
            form action="/correct" method="post" {
                (hidden("merge"))
                label for="correct-into" { "This is the same as" }
                input #correct-into name="into" required autocomplete="off" data-suggest="name";
                button { "Join the two" }
            }
            form action="/correct" method="post" {
                (hidden("rename"))
                label for="correct-shown" { "It is written" }
                input #correct-shown name="into" required value=(line(&page.name));
                button { "Rename" }
            }
            form action="/correct" method="post" {
                (hidden("kind"))
                label for="correct-kind" { "It is no " (page.kind.as_str()) " but" }
                select #correct-kind name="into" {
                    @for kind in NameKind::ALL.into_iter().filter(|kind| *kind != page.kind) {
                        option value=(kind.as_str()) { @match kind {
                            NameKind::Person => "a person", NameKind::Org => "an organisation", NameKind::Work => "a work",
                            NameKind::Place => "a place", NameKind::Event => "an event",
                        } }
                    }
                }
                button { "Change the kind" }
            }
            form action="/correct" method="post" {
                (hidden("not"))
                button { "This is no name" }
            }
        }
    }
}
