//! What forms write: saved searches and corrections of names. Each answer offers to take it back.

use maud::{Markup, html};

use super::{
    asked::Asked,
    fault::Fault,
    html::text::{person, words},
    live::Live,
    params::address,
    shown::{Answer, Shown},
};
use crate::{
    answers::{Correction, saved},
    query::Error,
    state::{Saved, SavedSearch},
};

/// Writes what a form says.
type Write = fn(&Asked) -> Result<Shown, Fault>;

/// The routes.
const ROUTES: [(&str, Write); 4] =
    [("/saved", save), ("/saved/delete", forget), ("/correct", correct), ("/correct/undo", take_back)];

/// Whether something is written there.
pub fn is_route(path: &str) -> bool {
    ROUTES.iter().any(|(own, _)| *own == path)
}

/// Writes what a form says, and has it hold before it answers.
pub fn answer(asked: &Asked, live: &Live) -> Result<Answer, Fault> {
    let (_, write) = ROUTES.iter().find(|(own, _)| *own == asked.path).ok_or_else(Fault::no_page)?;
    let mut done = live.writing(|| write(asked))?;
    if live.renew().is_err() {
        // It is written: that the index cannot be read just now takes nothing back.
        let late = html! { p .note { "It is written, and holds when the index can be read again." } };
        done.main = html! { (done.main) (late) };
    }
    Ok(Shown { is_lasting: false, ..done }.into())
}

fn searches(asked: &Asked) -> Result<Saved, Fault> {
    Ok(Saved::load(asked.archive.saved().path()).map_err(Error::from)?)
}

fn save(asked: &Asked) -> Result<Shown, Fault> {
    let search =
        SavedSearch { name: asked.needs("name")?.to_owned(), query: asked.needs("query")?.to_owned() };
    if search.query.contains(char::is_control) {
        return Err(Fault::wrong("A query is one line."));
    }
    let mut searches = searches(asked)?;
    let before = searches.named(&search.name).cloned();
    saved::keep(&mut searches, search.clone())?;
    let main = html! {
        h1 { "Saved: " (words(&search.name)) }
        p { a href=(address("/search", &[("q", &search.query)])) { code { (words(&search.query)) } } }
        @match &before {
            Some(before) if *before != search => (undo("/saved", &[("name", &before.name), ("query", &before.query)])),
            _ => (undo("/saved/delete", &[("name", &search.name)])),
        }
        p { a href="/saved" { "All saved searches" } }
    };
    Ok(Shown::new("Saved", main).with_rows(&listed(&searches, &search.name), &["name", "query", "fault"]))
}

fn listed(searches: &Saved, name: &str) -> Vec<saved::SavedLine> {
    saved::list(searches).into_iter().filter(|line| line.name == name).collect()
}

fn forget(asked: &Asked) -> Result<Shown, Fault> {
    let name = asked.needs("name")?;
    let mut searches = searches(asked)?;
    let search =
        searches.named(name).cloned().ok_or_else(|| Error::NoSuchSearch { name: name.to_owned() })?;
    let rows = listed(&searches, name);
    saved::forget(&mut searches, name)?;
    let main = html! {
        h1 { "Deleted: " (words(name)) }
        (undo("/saved", &[("name", &search.name), ("query", &search.query)]))
        p { a href="/saved" { "All saved searches" } }
    };
    Ok(Shown::new("Deleted", main).with_rows(&rows, &["name", "query", "fault"]))
}

fn correct(asked: &Asked) -> Result<Shown, Fault> {
    let columns = match asked.params.get("quote") {
        Some(quote) => vec![Some(quote), Some(asked.needs("said")?)],
        None => {
            vec![
                Some(asked.needs("rule")?),
                Some(asked.needs("kind")?),
                Some(asked.needs("name")?),
                asked.params.get("into"),
            ]
        }
    };
    let columns: Vec<&str> = columns.into_iter().flatten().collect();
    if columns.iter().any(|column| column.contains(char::is_control)) {
        return Err(Fault::wrong("A name is one line."));
    }
    done("Corrected", asked, asked.archive.correct(&columns.join("\t"))?)
}

fn take_back(asked: &Asked) -> Result<Shown, Fault> {
    // Its columns are set apart by tabs, which the ends of a value do not lose.
    done("Taken back", asked, asked.archive.take_back(asked.needs("rule")?)?)
}

/// A correction that was written or taken back: what it says, and when it holds.
fn done(title: &str, asked: &Asked, correction: Correction) -> Result<Shown, Fault> {
    let is_of_speakers = correction.is_of_speakers();
    let runs = asked.settings.run.as_ref().filter(|_| is_of_speakers).map(|run| run()).is_some();
    let main = html! {
        h1 { (title) }
        (told(&correction))
        @if correction.in_force { (undo("/correct/undo", &[("rule", &correction.rule)])) }
        @match (is_of_speakers, runs) {
            (false, _) => p { "It holds now, on every page and in every command, and after every rebuild." },
            (true, true) => p { "A run of " code { "pullquote index" } " has begun: it holds when that is through, and after every rebuild." },
            (true, false) => p { "It holds from the next run of " code { "pullquote index" } " on, and after every rebuild." },
        }
    };
    Ok(Shown::new(title, main).with_rows(&[correction], &["rule", "root", "file", "in_force"]))
}

/// What a correction says, and the file that has it.
fn told(correction: &Correction) -> Markup {
    let columns: Vec<&str> = correction.rule.split('\t').collect();
    html! {
        p {
            @match columns.as_slice() {
                ["merge", _, name, into] => { strong { (words(name)) } " is " (person(into)) "." },
                ["rename", _, name, shown] => { strong { (words(name)) } " is written " (person(shown)) "." },
                ["kind", kind, name, other] => { (person(name)) " is of the kind " (words(other)) ", and no " (words(kind)) "." },
                [at, "no quote"] => { a href={ "/quote/" (at) } { "These words" } " are no quote." },
                [at, "nobody"] => { "Nobody knows who said " a href={ "/quote/" (at) } { "these words" } "." },
                [at, name] => { (person(name)) " said " a href={ "/quote/" (at) } { "these words" } "." },
                ["not", kind, name] => { strong { (words(name)) } " is no name of the kind " (words(kind)) "." },
                _ => code { (words(&correction.rule)) },
            }
        }
        p .note { "In " code { (correction.file) } " of " (words(&correction.root)) ": " code { (words(&correction.rule)) } }
    }
}

/// A form that takes back what was done.
fn undo(action: &str, values: &[(&str, &str)]) -> Markup {
    html! {
        form .undo action=(action) method="post" {
            @for (name, value) in values { input type="hidden" name=(name) value=(value); }
            button { "Undo" }
        }
    }
}
