//! What the archive is about: the IPTC tree, and topics of any kind.

use maud::{Markup, html};

use super::quotes::select;
use crate::{
    annotation::TopicKind,
    answers::{KnownTopic, Listed, TopicsRequest, parts::narrowed},
    query::Query,
    serve::{
        asked::Asked,
        fault::Fault,
        html::{
            frame,
            text::{counted, grouped, words},
        },
        params::address,
        shown::{Answer, Shown},
    },
    visible::line,
};

/// Kinds of topics that may be asked for.
pub const KINDS: &[&str] = &["iptc", "keyphrase", "publisher"];

/// Columns of the table.
const COLUMNS: &[&str] = &["name", "kind", "code", "articles", "below"];

/// Topics of a page.
const SHOWN: usize = 60;

/// Answers.
pub fn answer(asked: &Asked) -> Result<Answer, Fault> {
    let (page, offset) = (asked.limit(SHOWN)?, asked.offset()?);
    let limit = offset + page;
    let kind = match asked.params.get("kind") {
        None => None,
        Some(typed) => Some(
            TopicKind::ALL
                .into_iter()
                .find(|kind| kind.as_str() == typed)
                .ok_or_else(|| Fault::wrong("`kind` is iptc, keyphrase or publisher."))?,
        ),
    };
    let prefix = asked.params.get("prefix");
    let is_list = kind.is_some() || prefix.is_some();
    let (opened, listed) = if is_list {
        let request = TopicsRequest { prefix: prefix.map(str::to_owned), kind, limit };
        (None, asked.archive.known_topics(&request)?)
    } else {
        let level = asked.archive.topics_under(asked.params.get("under"), limit)?;
        (level.opened, level.topics)
    };
    let Listed { entries, all, complete } = listed;
    let entries: Vec<_> = entries.into_iter().skip(offset).collect();
    let next = (all > limit).then(|| asked.cursor(limit));
    let main = html! {
        h1 { "Topics" }
        form .filters action="/topics" {
            div { label for="topics-prefix" { "Begins with" } input #topics-prefix name="prefix" value=(prefix.map(line).unwrap_or_default()); }
            (select("kind", "Kind", &[("", "all"), ("iptc", "IPTC"), ("keyphrase", "phrases"), ("publisher", "publishers’ own")], asked))
            button { "Show" }
        }
        @if !is_list { (crumbs(opened.as_ref())) }
        p .sum #count { (counted(all as u64, "topic", "topics")) @if all > entries.len() { ", " (grouped(entries.len() as u64)) " shown" } }
        @if entries.is_empty() { p .empty { "There is no topic here that a story has." } }
        ul .tree #results { @for topic in &entries { (row(topic)) } }
        (frame::pager("/topics", &asked.params, offset, entries.len(), page, next.as_deref()))
    };
    let title =
        opened.as_ref().map_or_else(|| "Topics".to_owned(), |(_, topic)| format!("Topics: {}", topic.name));
    let query = asked.params.get("under").or(prefix).unwrap_or_default().to_owned();
    let shown = Shown::new(title, main).with_rows(&entries, COLUMNS);
    Ok(Shown { query, total: all as u64, complete, next, ..shown }.into())
}

fn crumbs(opened: Option<&(String, KnownTopic)>) -> Markup {
    html! {
        nav .crumbs aria-label="Where in the tree" {
            a href="/topics" { "All" }
            @if let Some((path, topic)) = opened {
                @let labels: Vec<&str> = path.split(" > ").collect();
                @for label in &labels[..labels.len() - 1] { " › " a href=(address("/topics", &[("under", label)])) { (words(label)) } }
                " › " span aria-current="true" { (words(&topic.name)) }
            }
        }
    }
}

fn row(topic: &KnownTopic) -> Markup {
    let query = narrowed(&Query::All(Vec::new()), "topic", &topic.name);
    let stories = address("/search", &[("q", &query), ("copies", "all")]);
    html! {
        li {
            a href=(stories) { (words(&topic.name)) } " " span .num { (grouped(topic.articles)) }
            @match (topic.below, &topic.code) {
                (Some(below @ 1..), Some(code)) => {
                    " " a .below href=(address("/topics", &[("under", code)])) { (below) " below" span .hidden { " " (line(&topic.name)) } " ›" }
                },
                (None, _) => { " " span .how { (topic.kind.as_str()) } },
                _ => {},
            }
        }
    }
}
