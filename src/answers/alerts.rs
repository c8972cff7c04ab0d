//! Alerts: matches of the saved searches among articles that are new, each told at least once.
//!
//! The order of the steps is what makes that hold, wherever the program is stopped: the marks of what is new are read
//! before the snapshot is opened; matches are written down, each under its delivery id, before they are delivered; and
//! the marks move on only when they were delivered.

use std::{io::BufRead, path::Path};

use crate::{
    answers::{
        archive::{Archive, read_saved},
        feed, saved,
    },
    index::Waiting,
    query::{ArticleHead, Error, Query},
    record::FORMAT,
    state::{Alert, Alerts, News, SavedSearch, delivery_id},
};

/// A question for alerts.
#[derive(Clone, Copy, Debug)]
pub struct AlertRequest<'a> {
    /// When they are written down, RFC 3339.
    pub at: &'a str,
    /// Entries of the feed, the newest.
    pub feed_entries: usize,
    /// What to do while another process looks for alerts or a run writes.
    pub waiting: Waiting,
}

/// What came of looking for alerts.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Matches that were delivered, those of earlier times that had not been included.
    pub matches: u64,
    /// Articles that were new.
    pub new_articles: u64,
    /// Searches that were watched for.
    pub watched: u64,
    /// Searches that cannot be used.
    pub unusable: Vec<saved::Unusable>,
    /// Numbers of lines, from 1, in the file of saved searches that are no searches.
    pub faults: Vec<usize>,
}

impl Told {
    /// Whether every saved search was watched for.
    pub fn is_whole(&self) -> bool {
        self.unusable.is_empty() && self.faults.is_empty()
    }
}

/// Alerts as they are delivered: how many, and their lines, one JSON object of type `alert` each.
pub struct Delivery {
    /// How many there are.
    pub count: u64,
    /// Their lines.
    pub lines: Box<dyn BufRead>,
}

/// The alerts of one index, held by the one process that tells them.
pub struct AlertDesk {
    alerts: Alerts,
}

impl AlertDesk {
    /// Takes the alerts of the index in that folder.
    ///
    /// # Errors
    /// When there is no index, or another process tells its alerts, or their log cannot be read or written.
    pub fn open(index: &Path, waiting: Waiting) -> Result<Self, Error> {
        // Whether there is an index at all is told before a lock is looked for in it.
        crate::index::Snapshot::open(index)?;
        Ok(Self { alerts: Alerts::open(index, waiting)? })
    }

    /// Every alert there ever was, oldest first.
    ///
    /// # Errors
    /// When their log cannot be read.
    pub fn log(&self) -> Result<Delivery, Error> {
        let all = self.alerts.all();
        Ok(Delivery { count: all.len() as u64, lines: self.alerts.lines(all)? })
    }

    /// Looks for matches among what is new, writes them down and delivers them. `open` opens the archive, and is asked
    /// after the marks of what is new were read. `deliver` gets what was not delivered before; unless it succeeds, it
    /// gets the same again next time.
    ///
    /// # Errors
    /// When the archive cannot be opened, an alert cannot be written down, or `deliver` fails.
    pub fn tell<E: From<Error>>(
        &mut self,
        request: AlertRequest<'_>,
        open: impl FnOnce() -> Result<Archive, E>,
        deliver: impl FnOnce(Delivery, &Told) -> Result<(), E>,
    ) -> Result<Told, E> {
        // Before the snapshot: what is written down later is left for the next time.
        let news = self.news()?;
        let archive = open()?;
        let told = self.find(&archive, &news, &request)?;
        let waiting = self.alerts.undelivered();
        let lines = self.alerts.lines(waiting.clone()).map_err(Error::from)?;
        deliver(Delivery { count: waiting.len() as u64, lines }, &told)?;
        self.move_on(news, &archive, request.waiting)?;
        Ok(told)
    }

    /// Takes everything up to now as seen, and delivers nothing; says how many articles that were.
    ///
    /// # Errors
    /// When the archive cannot be opened, or the marks cannot be written.
    pub fn take_as_seen<E: From<Error>>(
        &mut self,
        waiting: Waiting,
        open: impl FnOnce() -> Result<Archive, E>,
    ) -> Result<u64, E> {
        let news = self.news()?;
        let looked = news.ids.len() as u64;
        let archive = open()?;
        self.move_on(news, &archive, waiting)?;
        Ok(looked)
    }

    fn news(&self) -> Result<News, Error> {
        Ok(self.alerts.news()?)
    }

    /// Writes down the matches among the news, and renews the feed when there is something new in it.
    fn find(&mut self, archive: &Archive, news: &News, request: &AlertRequest<'_>) -> Result<Told, Error> {
        let (searches, queries, unusable) = watched(archive);
        let found = archive.watch(&queries, &news.ids)?;
        let found: Vec<Alert> =
            found.iter().map(|found| alert(&searches[found.search], &found.article, request.at)).collect();
        self.alerts.add(&found)?;
        let waiting = self.alerts.undelivered();
        if !waiting.is_empty() || !Alerts::feed_of(archive.folder()).exists() {
            self.alerts.write_feed(&feed::atom(&self.alerts.newest(request.feed_entries)?))?;
        }
        Ok(Told {
            matches: waiting.len() as u64,
            new_articles: news.ids.len() as u64,
            watched: queries.len() as u64,
            unusable,
            faults: archive.saved().faults(),
        })
    }

    fn move_on(&mut self, news: News, archive: &Archive, waiting: Waiting) -> Result<(), Error> {
        self.alerts.delivered(news, archive.snapshot())?;
        Ok(self.alerts.tidy(waiting)?)
    }
}

/// The searches to watch for with their queries, and those that cannot be used.
fn watched(archive: &Archive) -> (Vec<SavedSearch>, Vec<Query>, Vec<saved::Unusable>) {
    let (mut searches, mut queries, mut unusable) = (Vec::new(), Vec::new(), Vec::new());
    for search in archive.saved().iter() {
        match read_saved(search) {
            Ok(query) => {
                searches.push(search.clone());
                queries.push(query);
            }
            Err(error) => {
                unusable.push(saved::Unusable { name: search.name.clone(), fault: error.to_string() });
            }
        }
    }
    (searches, queries, unusable)
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
