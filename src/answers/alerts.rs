//! Alerts: matches of the saved searches among articles that are new, each told at least once.
//!
//! The order of the steps is what makes that hold, wherever the program is stopped:
//!
//! 1. what arrived is read from the journal;
//! 2. the last commit is opened: whatever is written down after 1 is left for the next time;
//! 3. matches are written to the log, each once, known by its delivery id, and the feed is renewed;
//! 4. whatever the log holds and nobody got is delivered;
//! 5. only then the marks move on.
//!
//! Stopped anywhere before the end of 5, the same is found, known, and delivered again.

use std::{
    io::{self, BufRead},
    ops::Range,
    time::Duration,
};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    answers::{
        archive::Archive,
        feed,
        saved::{self, Readable, SavedLine},
    },
    index::Waiting,
    query::{ArticleHead, Error},
    record::FORMAT,
    state::{Alert, Alerts, News, SavedSearch, delivery_id},
};

/// How to look for alerts.
#[derive(Clone, Copy, Debug)]
pub struct AlertRequest {
    /// Whether a file of saved searches that is not there is a fault, because somebody named it: news that nobody watched
    /// would be taken as told.
    pub needs_searches: bool,
    /// Entries of the feed: the newest.
    pub feed_entries: usize,
}

/// What one look for alerts found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AlertRound {
    /// Version of the shape.
    pub format: u32,
    /// Always `alerts`.
    pub r#type: &'static str,
    /// Matches to deliver, with those that were not delivered before.
    pub matches: u64,
    /// Articles that were looked through.
    pub new_articles: u64,
    /// Searches that were watched.
    pub watched: u64,
    /// Searches that cannot be used, with their faults.
    pub left_out: Vec<SavedLine>,
    /// Numbers of the lines, from 1, in the file of saved searches that are neither searches nor comments.
    pub faulty_lines: Vec<usize>,
}

impl AlertRound {
    /// Whether everything that was saved is watched.
    pub fn is_whole(&self) -> bool {
        self.left_out.is_empty() && self.faulty_lines.is_empty()
    }
}

/// Alerts on their way to somebody.
pub struct Delivery {
    /// How many they are.
    pub count: u64,
    /// Their lines in the log, oldest first: JSON Lines of type `alert`.
    pub lines: Box<dyn BufRead>,
}

impl Delivery {
    /// The alerts, read from their lines.
    pub fn alerts(self) -> impl Iterator<Item = io::Result<Alert>> {
        self.lines.lines().map(|line| Ok(serde_json::from_str(&line?)?))
    }
}

/// The alerts of an index, held by the one who looks for them.
pub struct AlertDesk {
    log: Alerts,
    archive: Archive,
    now: Timestamp,
    waiting: Waiting,
}

impl AlertDesk {
    /// Takes the alerts of an archive. `now` is when they are written down.
    ///
    /// # Errors
    /// When another process looks for them, or their log cannot be read or written.
    pub fn open(archive: &Archive, now: Timestamp) -> Result<Self, Error> {
        let now_ns = i64::try_from(now.as_nanosecond()).unwrap_or(i64::MAX);
        let waiting = Waiting { patience: Duration::ZERO, now_ns };
        let log = Alerts::open(archive.folder(), waiting)?;
        Ok(Self { log, archive: archive.clone(), now, waiting })
    }

    /// Every alert there ever was.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn log(&self) -> Result<Delivery, Error> {
        self.delivery(self.log.all())
    }

    /// Takes everything up to now as seen, and delivers nothing; how many articles that are.
    ///
    /// # Errors
    /// As [`look`](Self::look), or when the marks cannot be written.
    pub fn take_as_seen(mut self, request: &AlertRequest) -> Result<u64, Error> {
        let news = self.news(request)?;
        let looked = news.ids.len() as u64;
        self.move_on(news)?;
        Ok(looked)
    }

    /// Looks for matches among what is new, and writes them down. They are told by [`Looked::deliver`]; without that,
    /// they are told next time.
    ///
    /// # Errors
    /// [`Error::NoSearches`] when the file of searches is needed and not there; others when a file cannot be read or
    /// written. Whatever was new is then new next time.
    pub fn look(mut self, request: &AlertRequest) -> Result<Looked, Error> {
        let news = self.news(request)?;
        let Readable { searches, queries, left_out } = saved::readable(self.archive.saved());
        let at = self.now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let found = self.archive.watch(&queries, &news.ids)?;
        let found: Vec<Alert> =
            found.iter().map(|found| alert(&searches[found.search], &found.article, &at)).collect();
        self.log.add(&found)?;
        let undelivered = self.log.undelivered();
        if !undelivered.is_empty() || !Alerts::feed_of(self.archive.folder()).exists() {
            self.log.write_feed(&feed::atom(&self.log.newest(request.feed_entries)?))?;
        }
        let round = AlertRound {
            format: FORMAT,
            r#type: "alerts",
            matches: undelivered.len() as u64,
            new_articles: news.ids.len() as u64,
            watched: queries.len() as u64,
            left_out,
            faulty_lines: self.archive.saved().faults(),
        };
        Ok(Looked { desk: self, news, undelivered, round })
    }

    /// What is new, with the last commit opened after that was read, and the saved searches as they are now.
    fn news(&mut self, request: &AlertRequest) -> Result<News, Error> {
        let path = self.archive.saved().path();
        if request.needs_searches && !path.exists() {
            return Err(Error::NoSearches { path: path.to_owned() });
        }
        let news = self.log.news()?;
        // Not before: what is written down later is left for the next time.
        self.archive.refresh()?;
        Ok(news)
    }

    fn delivery(&self, which: Range<usize>) -> Result<Delivery, Error> {
        Ok(Delivery { count: which.len() as u64, lines: self.log.lines(which)? })
    }

    fn move_on(&mut self, news: News) -> Result<(), Error> {
        self.log.delivered(news, self.archive.snapshot())?;
        Ok(self.log.tidy(self.waiting)?)
    }
}

/// Matches that were written down, and wait for delivery.
#[must_use = "what is not delivered is told again next time"]
pub struct Looked {
    desk: AlertDesk,
    news: News,
    undelivered: Range<usize>,
    round: AlertRound,
}

impl Looked {
    /// What was found.
    pub fn round(&self) -> &AlertRound {
        &self.round
    }

    /// Gives what nobody got yet to `deliver`, if there is anything; when that succeeds, it is not told again.
    ///
    /// # Errors
    /// When `deliver` fails, or the marks cannot be written: then the same is delivered again next time.
    pub fn deliver<E: From<Error>>(
        mut self,
        deliver: impl FnOnce(Delivery) -> Result<(), E>,
    ) -> Result<AlertRound, E> {
        if !self.undelivered.is_empty() {
            deliver(self.desk.delivery(self.undelivered)?)?;
        }
        self.desk.move_on(self.news)?;
        Ok(self.round)
    }
}

fn alert(search: &SavedSearch, head: &ArticleHead, at: &str) -> Alert {
    let facts = &head.article;
    Alert {
        format: FORMAT,
        r#type: "alert".to_owned(),
        delivery_id: delivery_id(&search.name, &head.id),
        at: at.to_owned(),
        search: search.name.clone(),
        query: search.query.clone(),
        id: head.id.clone(),
        root: facts.origin.root.clone(),
        path: facts.origin.path.clone(),
        record: facts.origin.record,
        title: facts.title.clone(),
        published: facts.published.as_ref().map(|published| published.value.clone()),
        source: facts.source.clone(),
        url: facts.url.clone(),
    }
}
