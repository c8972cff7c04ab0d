//! A query over time, by publication date.

use maud::{Markup, html};
use serde_json::Value;

use super::quotes::select;
use crate::{
    answers::{
        TimelineAnswer, TimelineRequest,
        parts::{narrowed, strict},
        timeline::Step,
    },
    serve::{
        asked::Asked,
        fault::Fault,
        html::{
            chart::{self, Bars},
            text::counted,
        },
        params::address,
        shown::{Answer, Shown, value},
    },
    visible::line,
};

/// Columns of the table.
const COLUMNS: &[&str] = &["period", "articles", "of", "per_thousand"];

/// Answers.
pub fn answer(asked: &Asked) -> Result<Answer, Fault> {
    let step = match asked.params.get("by") {
        None | Some("month") => Step::Month,
        Some("day") => Step::Day,
        Some("year") => Step::Year,
        Some(_) => return Err(Fault::wrong("`by` is day, month or year.")),
    };
    let query = asked.query()?;
    let request = TimelineRequest { query: query.clone(), step };
    let TimelineAnswer { periods, undated, notes } = asked.archive.timeline(&request)?;
    let width = match step {
        Step::Day => "day",
        Step::Month => "month",
        Step::Year => "year",
    };
    let counts: Vec<_> = periods.iter().map(|period| period.count.clone()).collect();
    let dated: u64 = counts.iter().map(|count| count.articles).sum();
    let running = running(asked, step);
    let per_thousand = asked.params.get("per") == Some("thousand");
    let label = format!("Stories by {width}");
    let bars =
        Bars { counts: &counts, undated: undated.articles, running: &running, per_thousand, label: &label };
    let main = html! {
        h1 { "Timeline" @if !asked.typed().is_empty() { ": " (line(asked.typed())) } }
        (form(asked))
        p .sum #count {
            a href=(address("/search", &[("q", &strict(&query).to_string()), ("copies", "all")])) { (counted(dated + undated.articles, "story", "stories")) }
            @if undated.articles > 0 {
                ", " (undated.articles) " undated, or less exact than a " (width)
            }
        }
        @if dated + undated.articles == 0 { (asked.nothing("No story in the archive matches.")) }
        @else { (chart::timeline(&bars, &|period| address("/search", &[("q", &narrowed(&query, "date", period)), ("copies", "all")]))) }
    };
    let rows: Vec<Value> = periods.iter().map(value).chain([value(&undated)]).collect();
    let title =
        format!("Timeline of {}", if asked.typed().is_empty() { "the archive" } else { asked.typed() });
    let shown = Shown::new(title, main).with_rows(&rows, COLUMNS);
    let total = dated + undated.articles;
    Ok(Shown { query: asked.typed().to_owned(), total, complete: undated.complete, notes, ..shown }.into())
}

/// The step that is not over yet.
fn running(asked: &Asked, step: Step) -> String {
    let today = asked.moment.today.to_string();
    let width = match step {
        Step::Day => 10,
        Step::Month => 7,
        Step::Year => 4,
    };
    today.get(..width).unwrap_or_default().to_owned()
}

fn form(asked: &Asked) -> Markup {
    html! {
        form .filters action="/timeline" {
            div .grow { label for="timeline-q" { "Query" } input #timeline-q name="q" value=(line(asked.typed())); }
            (select("by", "Step", &[("month", "months"), ("day", "days"), ("year", "years")], asked))
            (select("per", "Count", &[("", "stories"), ("thousand", "per 1,000 of the archive")], asked))
            button { "Draw" }
        }
    }
}
