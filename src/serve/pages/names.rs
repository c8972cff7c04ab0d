//! Whom and what the archive names.

use maud::html;

use super::quotes::select;
use crate::{
    annotation::NameKind,
    answers::{Listed, NamesRequest},
    serve::{
        asked::Asked,
        fault::Fault,
        html::{
            frame,
            text::{counted, grouped, name, person},
        },
        shown::{Answer, Shown},
    },
    visible::line,
};

/// Kinds of names that may be asked for.
pub const KINDS: &[&str] = &["person", "org", "work", "place", "event"];

/// Columns of the table.
const COLUMNS: &[&str] = &["name", "kind", "articles", "forms"];

/// Names of a page.
const SHOWN: usize = 50;

/// Answers.
pub fn answer(asked: &Asked) -> Result<Answer, Fault> {
    let kind = match asked.params.get("kind") {
        None => None,
        Some(typed) => Some(
            NameKind::ALL
                .into_iter()
                .find(|kind| kind.as_str() == typed)
                .ok_or_else(|| Fault::wrong("`kind` is person, org, work, place or event."))?,
        ),
    };
    let (limit, offset) = (asked.limit(SHOWN)?, asked.offset()?);
    let prefix = asked.params.get("prefix");
    let request = NamesRequest { prefix: prefix.map(str::to_owned), kind, limit: offset + limit };
    let Listed { entries, all, complete } = asked.archive.known_names(&request)?;
    let rows: Vec<_> = entries.into_iter().skip(offset).collect();
    let next = (all > offset + limit).then(|| asked.cursor(offset + limit));
    let main = html! {
        h1 { "Names" }
        form .filters action="/names" {
            div { label for="names-prefix" { "Begins with" } input #names-prefix name="prefix" value=(prefix.map(line).unwrap_or_default()); }
            (select("kind", "Kind", &[("", "all"), ("person", "people"), ("org", "organisations"), ("work", "works"), ("place", "places"), ("event", "events")], asked))
            button { "Show" }
        }
        p .sum #count { (counted(all as u64, "name", "names")) }
        @if rows.is_empty() { p .empty { "The archive knows no such name." } } @else {
            div .scroll tabindex="0" role="region" aria-label="Names" {
                table #results {
                    caption { "Names, those of most stories first" }
                    thead { tr { th scope="col" { "Name" } th scope="col" { "Kind" } th scope="col" .num aria-sort="descending" { "Stories" } th scope="col" { "Written" } } }
                    tbody {
                        @for known in &rows {
                            tr {
                                th scope="row" { (person(&known.name)) } td { (known.kind.as_str()) } td .num { (grouped(known.articles)) }
                                td { @for (number, form) in known.forms.iter().take(4).enumerate() { @if number > 0 { ", " } (name(form)) }
                                    @if known.forms.len() > 4 { ", …" } }
                            }
                        }
                    }
                }
            }
        }
        (frame::pager("/names", &asked.params, offset, rows.len(), limit, next.as_deref()))
    };
    let shown = Shown::new(format!("Names: {}", grouped(all as u64)), main).with_rows(&rows, COLUMNS);
    let query = prefix.unwrap_or_default().to_owned();
    Ok(Shown { query, total: all as u64, complete, next, ..shown }.into())
}
