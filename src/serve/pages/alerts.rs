//! What the saved searches found among new stories.

use maud::html;

use crate::{
    answers::feed::atom,
    query::Error,
    serve::{
        asked::{Asked, Format},
        fault::Fault,
        html::{
            frame,
            text::{self, counted, headline, words},
        },
        params::encoded,
        shown::{Answer, Shown},
    },
    state::Alerts,
};

/// Columns of the table.
const COLUMNS: &[&str] =
    &["at", "search", "id", "published", "source", "title", "root", "path", "url", "delivery_id"];

/// Alerts of a page.
const SHOWN: usize = 50;

/// Answers.
pub fn answer(asked: &Asked) -> Result<Answer, Fault> {
    let (limit, offset) = (asked.limit(SHOWN)?, asked.offset()?);
    let (alerts, all) = Alerts::newest_of(asked.archive.folder(), offset + limit).map_err(Error::from)?;
    let alerts: Vec<_> = alerts.into_iter().skip(offset).collect();
    let next = (all > (offset + limit) as u64).then(|| asked.cursor(offset + limit));
    if asked.format == Format::Atom {
        let oldest_first: Vec<_> = alerts.into_iter().rev().collect();
        return Ok(Answer::Feed(atom(&oldest_first)));
    }
    let main = html! {
        h1 { "Alerts" }
        p .sum #count { (counted(all, "alert", "alerts")) ", the newest first"
            " · " a href="/alerts.atom" { "Atom feed" } " · " a href="/saved" { "Saved searches" } }
        @if alerts.is_empty() { p .empty { "Nothing yet. " code { "pullquote alerts" } " looks for matches among new stories." } }
        @if !alerts.is_empty() { ol .list #results {
            @for alert in &alerts {
                li {
                    p {
                        a href={ "/story/" (alert.id.as_str()) } { (headline(alert.title.as_deref(), &alert.path)) }
                    }
                    p .facts {
                        a href={ "/saved/" (encoded(&alert.search)) } { (words(&alert.search)) } " · found " (text::date(Some(&alert.at)))
                        @if let Some(source) = &alert.source { " · " (words(source)) }
                        " · published " (text::date(alert.published.as_deref()))
                    }
                }
            }
        } }
        (frame::pager("/alerts", &asked.params, offset, alerts.len(), limit, next.as_deref()))
    };
    let shown = Shown::new("Alerts", main).with_rows(&alerts, COLUMNS);
    Ok(Shown { total: all, next, is_lasting: false, ..shown }.into())
}
