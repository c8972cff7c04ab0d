//! One story: its text with who said what, whom it names, and what was searched for.

use maud::{Markup, html};

use crate::{
    annotation::NameKind,
    answers::{ArticleHit, QuoteHit, Story, StoryAnswer, embargo::Withhold, parts::narrowed},
    query::{Error, Query, read},
    serve::{
        asked::Asked,
        fault::Fault,
        html::{
            marked::{Marks, anchor, paragraphs},
            quote::{citation, correct, speaker},
            text::{self, counted, headline, joined, person, words},
        },
        params::address,
        shown::{Answer, Shown},
    },
    visible::line,
};

/// Columns of the table.
const COLUMNS: &[&str] =
    &["id", "published", "source", "byline", "title", "root", "path", "url", "people", "text"];

/// Stories like it that are shown.
const SIMILAR: usize = 5;

/// Answers.
pub fn answer(asked: &Asked) -> Result<Answer, Fault> {
    let StoryAnswer { mut story, notes, .. } = asked.archive.show(id(asked)?)?;
    if asked.withholds(story.embargo.as_deref()) {
        story.withhold();
    }
    let query = read(asked.typed(), false);
    let found = match &query {
        Ok(query) if !asked.typed().is_empty() => asked.archive.found_in(query, &story.text)?,
        _ => Vec::new(),
    };
    let similar = similar(asked, &story)?;
    let main = html! {
        article .story {
            (head(asked, &story))
            @if !found.is_empty() { (places(asked, &found)) }
            div .columns {
                div .wide {
                    div .text lang=[story.lang.as_deref()] dir="auto" {
                        (paragraphs(&story.text, &Marks { quotes: &story.quotes, names: &story.names, found: &found }))
                    }
                }
                aside aria-label="About this story" {
                    (said(asked, &story))
                    (names(&story))
                    (topics(&story))
                    (like(&similar))
                }
            }
        }
    };
    let title = story.title.clone().unwrap_or_else(|| story.path.clone());
    let title: String = title.chars().take(120).collect();
    let query = asked.typed().to_owned();
    let shown = Shown { query, notes, ..Shown::new(title, main).with_rows(&[&story], COLUMNS) };
    Ok(shown.into())
}

/// The id behind the path. Paths of files are no addresses here.
fn id(asked: &Asked) -> Result<&str, Fault> {
    let article = asked.id.split_once('-').map_or(asked.id.as_str(), |(article, _)| article);
    let is_id = crate::article::ArticleId::read(article).is_some();
    is_id.then_some(asked.id.as_str()).ok_or_else(Fault::no_page)
}

fn head(asked: &Asked, story: &Story) -> Markup {
    let held = asked.withholds(story.embargo.as_deref());
    html! {
        header .head {
            h1 dir="auto" { (headline(story.title.as_deref(), &story.path)) }
            p .facts {
                (text::date(story.published.as_deref()))
                @if let Some(source) = &story.source { " · " (words(source)) }
                @if let Some(byline) = &story.byline { " · " (words(byline)) }
                @if let Some(section) = &story.section { " · " (words(section)) }
            }
            @if let Some(embargo) = &story.embargo {
                p .banner role="note" {
                    strong { "Embargo: " } "not to be printed before " (line(embargo)) "."
                    @if held { " Its text is withheld here until then." }
                }
            }
            @if let Some(status) = story.status {
                p .banner role="note" {
                    strong { (status.name()) ": " }
                    @match status {
                        crate::article::Status::Killed => "the agency took this story back. It must not be used.",
                        crate::article::Status::Withheld => "the agency asks not to use this story yet.",
                        crate::article::Status::Corrected => "this is a corrected version.",
                    }
                }
            }
            @if let Some(original) = &story.copy_of {
                p .note { "A near-copy of " a href={ "/story/" (original.as_str()) } { "an earlier story" } "." }
            }
            p .place {
                code { (line(&story.root)) "/" (line(&story.path)) } " · " code { (story.id.as_str()) }
                @if let Some(url) = text::web(story.url.as_deref()) {
                    " · " a href=(url) rel="noreferrer noopener" { "original" }
                }
            }
        }
    }
}

/// Links to each place that was found.
fn places(asked: &Asked, found: &[(u32, u32)]) -> Markup {
    const SHOWN: usize = 40;
    html! {
        nav .places aria-label="Matches in this story" data-places {
            strong { (counted(found.len() as u64, "match", "matches")) } " of " q { (line(asked.typed())) } ": "
            @for number in 1..=found.len().min(SHOWN) { a href={ "#m" (number) } { (number) } " " }
            @if found.len() > SHOWN { "…" }
        }
    }
}

fn said(asked: &Asked, story: &Story) -> Markup {
    html! {
        @if !story.quotes.is_empty() {
            section aria-labelledby="said" {
                h2 #said { "Said here" }
                ol .said { @for quote in &story.quotes { li { (line_of(asked, story, quote)) } } }
            }
        }
    }
}

fn line_of(asked: &Asked, story: &Story, quote: &QuoteHit) -> Markup {
    let words = joined(&quote.text);
    let cut = words.char_indices().nth(90).map(|(at, _)| &words[..at]);
    html! {
        a .words href={ "#" (anchor(quote)) } { "“" (line(cut.unwrap_or(&words))) @if cut.is_some() { "…" } "”" } " "
        (speaker(quote.speaker.as_deref(), quote.speaker_guess.as_ref(), quote.stance))
        details .cite {
            summary { "Cite" }
            textarea readonly rows="4" aria-label="Citation" {
                (citation(asked, quote, story.source.as_deref()))
            }
            p { a href={ "/quote/" (quote.quote_at) } { "Permalink" } " · "
                a href=(address("/origin", &[("words", &words.chars().take(400).collect::<String>())])) { "Who said it first?" } }
            (correct(asked, quote))
        }
    }
}

fn names(story: &Story) -> Markup {
    let kinds = [
        (NameKind::Person, "People"),
        (NameKind::Org, "Organisations"),
        (NameKind::Work, "Works"),
        (NameKind::Place, "Places"),
        (NameKind::Event, "Events"),
    ];
    html! {
        @for (kind, heading) in kinds {
            @let named: Vec<_> = story.names.iter().filter(|name| name.kind == kind).collect();
            @if !named.is_empty() {
                section aria-labelledby={ "of-" (kind.as_str()) } {
                    h2 id={ "of-" (kind.as_str()) } { (heading) }
                    ul {
                        @for name in named {
                            li { (person(&name.name)) " " span .num { (name.mentions.len() + name.title_mentions.len()) } }
                        }
                    }
                }
            }
        }
    }
}

fn topics(story: &Story) -> Markup {
    html! {
        @if !story.topics.is_empty() {
            section aria-labelledby="of-topics" {
                h2 #of-topics { "Topics" }
                ul {
                    @for topic in &story.topics {
                        li { a href=(address("/search", &[("q", &narrowed(&Query::All(Vec::new()), "topic", &topic.label))])) { (words(&topic.label)) } }
                    }
                }
            }
        }
    }
}

fn similar(asked: &Asked, story: &Story) -> Result<Vec<ArticleHit>, Error> {
    if story.text.is_empty() {
        return Ok(Vec::new());
    }
    Ok(asked.archive.similar(story.id.as_str(), SIMILAR)?.hits)
}

fn like(similar: &[ArticleHit]) -> Markup {
    html! {
        @if !similar.is_empty() {
            section aria-labelledby="like" {
                h2 #like { "More like this" }
                ul {
                    @for one in similar {
                        li {
                            a href={ "/story/" (one.id.as_str()) } { (headline(one.title.as_deref(), &one.path)) }
                            " " (text::date(one.published.as_deref()))
                        }
                    }
                }
            }
        }
    }
}
