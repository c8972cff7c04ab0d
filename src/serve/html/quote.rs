//! A quote: the words large, then who said them, how sure that is, and where they stand.

use maud::{Markup, html};

use super::text::{self, counted, headline, joined, percent, person, words};
use crate::{
    annotation::{Guess, QuoteKind, Stance},
    answers::{QuoteHit, Repeated},
    article::Status,
    query::ArticleHead,
    serve::{asked::Asked, fault::Fault, html::marked::anchor, params::address},
    visible::line,
};

/// Characters of a quote that are shown where it is one of several.
const SHOWN: usize = 1200;

/// A quote among others.
pub struct Row<'a> {
    /// The quote.
    pub quote: &'a QuoteHit,
    /// Its story.
    pub story: Option<ArticleHead>,
    /// What it is called on this page.
    pub id: String,
    /// How many stories have it and since when, where that was looked for.
    pub repeated: Option<(u64, Option<&'a str>)>,
    /// Stretches of its words that were searched for.
    pub found: Vec<(u32, u32)>,
}

impl<'a> Row<'a> {
    /// A quote of a list, by its number from 1.
    pub fn new(asked: &Asked, quote: &'a QuoteHit, id: String) -> Result<Self, Fault> {
        let story = asked.archive.head_of(quote.article_id.as_str())?;
        Ok(Self { quote, story, id, repeated: None, found: Vec::new() })
    }

    /// One that several stories have.
    pub fn of_repeated(asked: &Asked, one: &'a Repeated, id: String) -> Result<Self, Fault> {
        let repeated =
            Some((one.appearances, one.first_published.as_deref())).filter(|(stories, _)| *stories > 1);
        Ok(Self { repeated, ..Self::new(asked, &one.quote, id)? })
    }
}

/// A quote with everything that is known of it.
pub fn figure(asked: &Asked, row: &Row<'_>) -> Markup {
    let quote = row.quote;
    let cut = quote.text.char_indices().nth(SHOWN).map(|(at, _)| &quote.text[..at]);
    let shown = cut.unwrap_or(&quote.text);
    let embargo = row.story.as_ref().and_then(|story| story.article.embargo.as_deref());
    if asked.withholds(embargo) {
        return held(row, embargo.unwrap_or_default());
    }
    html! {
        figure .quote .(quote.stance.as_str()) id=(row.id) tabindex="-1" data-row {
            blockquote {
                p {
                    @if quote.kind != QuoteKind::Indirect { "“" }
                    (super::marked::highlighted(shown, &row.found)) @if cut.is_some() { "…" }
                    @if quote.kind != QuoteKind::Indirect { "”" }
                }
            }
            figcaption {
                p .by {
                    (speaker(quote.speaker.as_deref(), quote.speaker_guess.as_ref(), quote.stance)) " "
                    (how(quote))
                }
                (source(asked, quote, row.story.as_ref()))
                @if let Some((stories, first)) = row.repeated {
                    p .facts { "In " (counted(stories, "story", "stories")) ", first " (text::date(first)) }
                }
                (actions(asked, quote, row.story.as_ref()))
            }
        }
    }
}

/// A quote whose words may not be read here yet.
fn held(row: &Row<'_>, until: &str) -> Markup {
    let quote = row.quote;
    html! {
        figure .quote id=(row.id) tabindex="-1" data-row {
            blockquote { p .perhaps { "Withheld until " (line(until)) } }
            figcaption {
                p .facts {
                    a href={ "/story/" (quote.article_id.as_str()) } { (headline(quote.title.as_deref(), &quote.path)) }
                    " · " (text::date(quote.published.as_deref())) " " strong .tag .bad { "embargo" }
                }
            }
        }
    }
}

/// Who said something.
pub fn speaker(speaker: Option<&str>, guess: Option<&Guess>, stance: Stance) -> Markup {
    html! {
        @match (stance, speaker, guess) {
            (Stance::Said, Some(name), _) => { "— " (person(name)) },
            (Stance::Said, None, Some(guess)) => span .perhaps { "— perhaps " (person(&guess.name)) },
            (Stance::Said, None, None) => span .perhaps { "— not credited" },
            (stance, name, _) => {
                strong .tag .bad { (stance.as_str()) } " "
                @if let Some(name) = name { (person(name)) }
            },
        }
    }
}

/// How the words stand in their story, and how sure it is who said them.
fn how(quote: &QuoteHit) -> Markup {
    let sure = match (&quote.speaker, &quote.speaker_guess) {
        (Some(_), _) => Some(quote.confidence),
        (None, Some(guess)) => Some(guess.confidence),
        (None, None) => None,
    };
    html! {
        span .how {
            (quote.kind.as_str()) @if let Some(sure) = sure { " · " (percent(sure)) " sure" }
        }
    }
}

/// Where the words stand.
fn source(asked: &Asked, quote: &QuoteHit, story: Option<&ArticleHead>) -> Markup {
    let outlet = story.and_then(|story| story.article.source.as_deref());
    html! {
        p .facts {
            a href=(story_at(quote)) { (headline(quote.title.as_deref(), &quote.path)) }
            " · " @if let Some(outlet) = outlet { (words(outlet)) " · " } (text::date(quote.published.as_deref()))
            @if let Some(story) = story { (notices(asked, story.article.embargo.as_deref(), story.article.status)) }
        }
    }
}

/// What must be known of a story before it is used.
pub fn notices(asked: &Asked, embargo: Option<&str>, status: Option<Status>) -> Markup {
    html! {
        @if asked.is_held(embargo) { " " strong .tag .bad { "embargo" } }
        @if let Some(status) = status { " " strong .tag .bad { (status.name()) } }
    }
}

/// The words in their story.
fn story_at(quote: &QuoteHit) -> String {
    format!("/story/{}#{}", quote.article_id.as_str(), anchor(quote))
}

/// What can be done with a quote.
fn actions(asked: &Asked, quote: &QuoteHit, story: Option<&ArticleHead>) -> Markup {
    let words = joined(&quote.text);
    let words: String = words.chars().take(400).collect();
    let outlet = story.and_then(|story| story.article.source.as_deref());
    html! {
        div .actions {
            a href=(format!("/quote/{}", quote.quote_at)) { "Permalink" }
            a href=(address("/origin", &[("words", &words)])) { "Who said it first?" }
            details .cite {
                summary { "Cite" }
                textarea readonly rows="4" aria-label="Citation" { (citation(asked, quote, outlet)) }
            }
            (correct(asked, quote))
        }
    }
}

/// Forms that put right who said a quote.
pub fn correct(asked: &Asked, quote: &QuoteHit) -> Markup {
    let form = |said: Option<&str>, inner: Markup| {
        html! {
            form action="/correct" method="post" {
                input type="hidden" name="quote" value=(quote.quote_at);
                @if let Some(said) = said { input type="hidden" name="said" value=(said); }
                (inner)
            }
        }
    };
    html! {
        @if asked.settings.allow_writes {
            details .correct {
                summary { "Wrong speaker?" }
                (form(None, html! {
                    input name="said" required aria-label="Who said it" placeholder="Who said it" autocomplete="off" data-suggest="name";
                    button { "Said it" }
                }))
                (form(Some("nobody"), html! { button { "Nobody knows" } }))
                (form(Some("no quote"), html! { button { "This is no quote" } }))
            }
        }
    }
}

/// A quote as it is cited: the words, who said them, the story, where it lies, the permalink, and of when the index is.
pub fn citation(asked: &Asked, quote: &QuoteHit, outlet: Option<&str>) -> String {
    let said = match (quote.stance, &quote.speaker) {
        (Stance::Said, Some(name)) => format!(" — {name}"),
        (Stance::Said, None) => " — not credited".to_owned(),
        (stance, _) => format!(" ({})", stance.as_str()),
    };
    let title = quote.title.as_deref().unwrap_or("Untitled");
    let outlet = outlet.map(|outlet| format!("{outlet}, "));
    let date = quote.published.as_deref().map_or("undated", text::day);
    let cited = format!(
        "“{}”{said}. “{title}”, {}{date}. {}/{}. {}. {}/quote/{} (pullquote, index {}, {}).",
        joined(&quote.text),
        outlet.unwrap_or_default(),
        quote.root,
        quote.path,
        quote.id,
        asked.origin,
        quote.quote_at,
        asked.archive.snapshot().commit(),
        asked.moment.today,
    );
    line(&cited).into_owned()
}
