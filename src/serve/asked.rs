//! One request, as a page is asked.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::http::StatusCode;
use maud::{Markup, html};

use super::{
    fault::Fault,
    params::Params,
    settings::{Moment, Settings},
};
use crate::{
    answers::{Archive, embargo::holds},
    query::{self, Query, Sort},
};

/// How an answer is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// A page.
    #[default]
    Html,
    /// The rows in one object.
    Json,
    /// One row a line.
    Lines,
    /// A table.
    Csv,
    /// A feed.
    Atom,
}

impl Format {
    /// The twins that every page has.
    pub const TWINS: [(&str, Self); 3] =
        [(".json", Self::Json), (".jsonl", Self::Lines), (".csv", Self::Csv)];

    /// The format that the end of a path asks for, and the path without it. A format that there is not is a part of the path.
    pub fn of(path: &str) -> (&str, Self) {
        let twins = Self::TWINS.into_iter().chain([(".atom", Self::Atom)]);
        let mut found = twins.filter_map(|(end, format)| Some((path.strip_suffix(end)?, format)));
        found.next().unwrap_or((path, Self::Html))
    }
}

/// One request.
#[derive(Clone)]
pub struct Asked {
    /// The archive as it is, with the deadline and the day of the request.
    pub archive: Archive,
    /// The path without its format: `/story/00d1c5e0a5f2b7c3`.
    pub path: String,
    /// What stands behind the page's own path: an id, a name.
    pub id: String,
    /// What stands behind the question mark, or in the form that was posted.
    pub params: Params,
    /// How the answer is written.
    pub format: Format,
    /// Whether the page gives every row as a stream to those who want it.
    pub streams: bool,
    /// Whether a story under embargo was looked at: what is said of it changes with the hour.
    pub embargo: Arc<AtomicBool>,
    /// The address that the program was reached by, `http://127.0.0.1:8080`.
    pub origin: String,
    /// What a proxy calls whoever asks.
    pub user: Option<String>,
    /// When it was asked.
    pub moment: Moment,
    /// What the server was told.
    pub settings: Arc<Settings>,
}

/// Rows of a page.
pub const ROWS: usize = 10;

/// Rows that may be paged through; whoever wants more takes them all, as a stream.
const DEEPEST: usize = 10_000;

/// Rows that may be asked for at most.
pub const MOST_ROWS: usize = 200;

/// Rows that are asked for.
///
/// # Errors
/// When that is no number from 1 to [`MOST_ROWS`].
pub fn rows(params: &Params) -> Result<Option<usize>, Fault> {
    match params.get("limit").map(str::parse) {
        None => Ok(None),
        Some(Ok(limit @ 1..=MOST_ROWS)) => Ok(Some(limit)),
        Some(_) => Err(Fault::wrong(format!("`limit` is a number from 1 to {MOST_ROWS}."))),
    }
}

impl Asked {
    /// A value, and what is wrong where it is not there.
    pub fn needs(&self, name: &str) -> Result<&str, Fault> {
        self.params.get(name).ok_or_else(|| Fault::wrong(format!("`{name}` is missing.")))
    }

    /// The query, as typed.
    pub fn typed(&self) -> &str {
        self.params.get("q").unwrap_or_default()
    }

    /// The query, read.
    pub fn query(&self) -> Result<Query, Fault> {
        Ok(query::read(self.typed(), false)?)
    }

    /// Order of the rows.
    pub fn sort(&self) -> Result<Sort, Fault> {
        match self.params.get("sort") {
            None | Some("relevance") => Ok(Sort::Relevance),
            Some("newest") => Ok(Sort::Newest),
            Some("oldest") => Ok(Sort::Oldest),
            Some(_) => Err(Fault::wrong("`sort` is relevance, newest or oldest.")),
        }
    }

    /// Rows wanted.
    pub fn limit(&self, usual: usize) -> Result<usize, Fault> {
        Ok(rows(&self.params)?.unwrap_or(usual))
    }

    /// Whether every row is wanted, as a stream.
    pub fn wants_all(&self) -> bool {
        self.streams && self.params.get("all").is_some() && matches!(self.format, Format::Lines | Format::Csv)
    }

    /// Rows left out before those wanted, as `after` says.
    pub fn offset(&self) -> Result<usize, Fault> {
        let Some(after) = self.params.get("after") else { return Ok(0) };
        let number = after.split('-').next().unwrap_or_default().parse::<usize>();
        match number {
            Ok(offset @ 0..=DEEPEST) => Ok(offset),
            Ok(_) => Err(Fault::new(
                StatusCode::BAD_REQUEST,
                "too-deep",
                "Nobody pages that far: narrow the question, or take all rows as JSON Lines or CSV.",
            )),
            Err(_) => Err(Fault::wrong("`after` is what `next` of the page before said.")),
        }
    }

    /// Whether the index is another one than that whose rows came before these.
    pub fn has_moved(&self) -> bool {
        let commit =
            self.params.get("after").and_then(|after| after.split_once('-')).map(|(_, commit)| commit);
        commit.is_some_and(|commit| commit != self.commit_mark())
    }

    /// What `after` takes to go on behind so many rows.
    pub fn cursor(&self, offset: usize) -> String {
        format!("{offset}-{}", self.commit_mark())
    }

    fn commit_mark(&self) -> String {
        self.archive.snapshot().commit().chars().rev().take(8).collect()
    }

    /// Whether an embargo still holds.
    pub fn is_held(&self, embargo: Option<&str>) -> bool {
        let Some(embargo) = embargo else { return false };
        self.embargo.store(true, Ordering::Relaxed);
        holds(embargo, self.moment.now)
    }

    /// Whether a story under that embargo may not be read here yet.
    pub fn withholds(&self, embargo: Option<&str>) -> bool {
        self.is_held(embargo) && !self.settings.is_local
    }

    /// Whether the story of that id may not be read here yet.
    pub fn withholds_story(&self, id: &str) -> Result<bool, query::Error> {
        if self.settings.is_local {
            return Ok(false);
        }
        let story = self.archive.head_of(id)?;
        Ok(self.withholds(story.as_ref().and_then(|story| story.article.embargo.as_deref())))
    }

    /// What a list without rows says: that there is nothing, or that there was no time to look.
    pub fn nothing(&self, said: &str) -> Markup {
        let is_cut = !self.archive.is_complete();
        let late = "The time was over before anything was found: narrow the question, or try again.";
        html! { p .empty { (if is_cut { late } else { said }) } }
    }
}
