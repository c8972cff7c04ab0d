//! What the index holds, when it last ran, and what it leaves out.

use maud::{Markup, html};

use crate::{
    answers::{Status, left_out},
    query::Error,
    record::Line,
    serve::{
        asked::Asked,
        fault::Fault,
        html::{
            frame,
            text::{counted, grouped, words},
        },
        shown::{Answer, Shown},
    },
    state::Run,
};

/// Columns of the tables.
const STATUS: &[&str] =
    &["index", "schema", "articles", "quotes", "files", "skipped", "bytes", "last_success_age_s"];
const SKIPPED: &[&str] = &["root", "path", "record", "reason", "message", "count"];

/// Inputs of a page.
const SHOWN: usize = 200;

/// Answers with the status.
pub fn answer(asked: &Asked) -> Result<Answer, Fault> {
    let now = i64::try_from(asked.moment.now.as_nanosecond()).unwrap_or(i64::MAX);
    let mut status = Status::of(asked.archive.folder(), now).map_err(Error::from)?;
    if !asked.settings.is_local {
        // Where things lie on this machine is nobody's business elsewhere.
        status.index = String::new();
        status.roots.iter_mut().for_each(|root| root.path = String::new());
    }
    let row = |name: &str, value: Markup| html! { tr { th scope="row" { (name) } td { (value) } } };
    let number = |count: u64| html! { (grouped(count)) };
    let main = html! {
        h1 { "Status" }
        table .facts-table {
            caption { "The index" }
            tbody {
                (row("Stories", number(status.articles)))
                (row("Quotes", number(status.quotes)))
                (row("Files", html! { (grouped(status.files)) ", " a href="/skipped" { (counted(status.skipped, "input", "inputs")) " left out" } }))
                (row("Corrections of names", number(status.corrections)))
                (row("Taken down", number(status.takedowns)))
                (row("On disk", html! { (format!("{:.1} MB", status.bytes as f64 / 1e6)) }))
                (row("Commit", html! { code { (asked.archive.snapshot().commit()) } }))
                @if let Some(run) = &status.last_run { (row("Last run", ran(run))) }
                @if let Some(run) = &status.last_success { (row("Last success", ran(run))) }
                @if let Some(age) = status.last_success_age_s { (row("Age", html! { (span(age)) })) }
                @if status.running.is_some() { (row("Running", html! { "a run is writing now" })) }
            }
        }
        table .facts-table {
            caption { "Where the stories come from" }
            thead { tr { th scope="col" { "Root" } th scope="col" { "Folder" } th scope="col" { "There now" } } }
            tbody { @for root in &status.roots { tr {
                th scope="row" { (words(&root.name)) } td { (words(&root.path)) } td { @if root.present { "yes" } @else { strong .tag .bad { "no" } } }
            } } }
        }
    };
    let shown = Shown::new("Status", main).with_rows(&[&status], STATUS);
    Ok(Shown { is_lasting: false, ..shown }.into())
}

fn ran(run: &Run) -> Markup {
    html! {
        (words(&run.started)) " " (words(&run.outcome))
        @if let Some(error) = &run.error { ": " (words(error)) }
    }
}

/// A span of time in its largest whole unit.
fn span(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// Answers with what is left out.
pub fn skipped(asked: &Asked) -> Result<Answer, Fault> {
    let (limit, offset) = (asked.limit(SHOWN)?, asked.offset()?);
    let all = left_out(asked.archive.folder()).map_err(Error::from)?;
    let (count, next) = (all.len(), (all.len() > offset + limit).then(|| asked.cursor(offset + limit)));
    let skipped: Vec<_> = all.into_iter().skip(offset).take(limit).map(Line::of).collect();
    let main = html! {
        h1 { "Left out" }
        p .sum #count { (counted(count as u64, "line", "lines")) }
        @if skipped.is_empty() { p .empty { "Everything was read." } } @else {
            div .scroll tabindex="0" role="region" aria-label="Inputs left out" {
                table #results {
                    caption { "Inputs that are left out, and why" }
                    thead { tr { th scope="col" { "Input" } th scope="col" { "Reason" } th scope="col" { "Message" } } }
                    tbody {
                        @for Line { told, .. } in &skipped {
                            tr {
                                th scope="row" { code { (words(&told.root)) "/" (words(&told.path)) @if let Some(record) = told.record { "#" (record) } } }
                                td { (told.reason) } td { (words(&told.message)) }
                            }
                        }
                    }
                }
            }
        }
        (frame::pager("/skipped", &asked.params, offset, skipped.len(), limit, next.as_deref()))
    };
    let shown = Shown::new(format!("Left out: {count}"), main).with_rows(&skipped, SKIPPED);
    Ok(Shown { total: count as u64, next, is_lasting: false, ..shown }.into())
}
