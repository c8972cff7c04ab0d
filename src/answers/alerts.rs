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

#[cfg(test)]
mod tests {
    use std::{cell::Cell, fs, path::Path};

    use super::*;
    use crate::{
        answers::tests::{add, story},
        state::Saved,
    };

    const REQUEST: AlertRequest = AlertRequest { needs_searches: false, feed_entries: 200 };

    fn desk(folder: &Path) -> AlertDesk {
        let now: Timestamp = "2026-07-01T08:00:00Z".parse().expect("a time");
        AlertDesk::open(&Archive::open(folder).expect("an archive"), now).expect("the log")
    }

    fn save(folder: &Path, lines: &str) {
        fs::write(Saved::file_of(folder), lines).expect("a file");
    }

    /// Delivers, and gives the paths that were told.
    fn told(folder: &Path) -> Vec<String> {
        let mut paths = Vec::new();
        let looked = desk(folder).look(&REQUEST).expect("a look");
        let delivered = looked.deliver(|alerts| {
            paths.extend(alerts.alerts().map(|alert| alert.expect("an alert").path));
            Ok::<_, Error>(())
        });
        assert_eq!(delivered.expect("a delivery").matches, paths.len() as u64);
        paths
    }

    #[test]
    fn what_was_not_delivered_is_told_again_and_what_was_never_more() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        add(folder, &[story(1, "One", "Ada Lovelace sang."), story(2, "Two", "Rain fell.")]);
        save(folder, "ada\tLovelace\n");
        // Written down, and never delivered.
        let looked = desk(folder).look(&REQUEST).expect("a look");
        let round = looked.round().clone();
        assert_eq!((round.matches, round.new_articles, round.watched), (1, 2, 1));
        assert!(round.is_whole());
        drop(looked);
        // Delivered in vain.
        let looked = desk(folder).look(&REQUEST).expect("a look");
        let failed = looked.deliver(|alerts| {
            assert_eq!(alerts.count, 1);
            Err(Error::TooFewWords)
        });
        assert!(matches!(failed, Err(Error::TooFewWords)));
        // A story that comes in between is told with it.
        add(folder, &[story(3, "Three", "Ada Lovelace left.")]);
        assert_eq!(told(folder), ["story1.txt", "story3.txt"]);
        assert_eq!(told(folder), [""; 0]);
        let log: Vec<Alert> =
            desk(folder).log().expect("the log").alerts().collect::<Result<_, _>>().expect("alerts");
        let paths: Vec<&str> = log.iter().map(|alert| alert.path.as_str()).collect();
        assert_eq!(paths, ["story1.txt", "story3.txt"], "each once");
        assert_eq!(log[0].at, "2026-07-01T08:00:00Z");
        let feed = fs::read_to_string(Alerts::feed_of(folder)).expect("a feed");
        assert_eq!(feed.matches("<entry>").count(), 2);
    }

    #[test]
    fn nothing_is_asked_to_deliver_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        add(folder, &[story(1, "One", "Rain fell.")]);
        let called = Cell::new(false);
        let looked = desk(folder).look(&REQUEST).expect("a look");
        let round = looked.deliver(|_| {
            called.set(true);
            Ok::<_, Error>(())
        });
        let round = round.expect("a round");
        assert_eq!((round.matches, round.new_articles, round.watched, called.get()), (0, 1, 0, false));
        assert!(Alerts::feed_of(folder).exists());
    }

    #[test]
    fn what_is_taken_as_seen_is_never_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        add(folder, &[story(1, "One", "Ada Lovelace sang.")]);
        save(folder, "ada\tLovelace\n");
        assert_eq!(desk(folder).take_as_seen(&REQUEST).expect("marks"), 1);
        assert_eq!(told(folder), [""; 0]);
    }

    #[test]
    fn the_news_is_looked_through_in_a_commit_opened_after_it_was_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        add(folder, &[story(1, "One", "Ada Lovelace sang.")]);
        let desk = desk(folder);
        // After the archive was opened, and before the news is read.
        add(folder, &[story(2, "Two", "Ada Lovelace left.")]);
        save(folder, "ada\tLovelace\n");
        let round = desk.look(&REQUEST).expect("a look").round().clone();
        assert_eq!((round.matches, round.new_articles, round.watched), (2, 2, 1));
    }

    #[test]
    fn a_deadline_keeps_no_match_from_being_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        add(folder, &[story(1, "One", "Ada Lovelace sang.")]);
        save(folder, "ada\tLovelace\n");
        let late = Archive::open(folder).expect("an archive").until(std::time::Instant::now());
        let desk = AlertDesk::open(&late, Timestamp::UNIX_EPOCH).expect("the log");
        assert_eq!(desk.look(&REQUEST).expect("a look").round().matches, 1);
    }

    #[test]
    fn searches_that_cannot_be_watched_are_told_by_their_codes() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        add(folder, &[story(1, "One", "Ada Lovelace sang.")]);
        save(folder, "# ours\nbroken\t(rain\nno tab\nada\tLovelace\n");
        let looked = desk(folder).look(&REQUEST).expect("a look");
        let AlertRound { matches, watched, left_out, faulty_lines, .. } = looked.round();
        assert_eq!((*matches, *watched, faulty_lines.as_slice()), (1, 1, &[3][..]));
        let codes: Vec<_> = left_out.iter().map(|line| (line.name.as_str(), line.code)).collect();
        assert_eq!(codes, [("broken", Some("bad-query"))]);
        assert!(!looked.round().is_whole());
    }

    #[test]
    fn news_stays_when_a_file_of_searches_that_was_named_is_not_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        add(folder, &[story(1, "One", "Ada Lovelace sang.")]);
        let needed = AlertRequest { needs_searches: true, ..REQUEST };
        assert!(matches!(desk(folder).look(&needed), Err(Error::NoSearches { .. })));
        assert!(matches!(desk(folder).take_as_seen(&needed), Err(Error::NoSearches { .. })));
        save(folder, "ada\tLovelace\n");
        assert_eq!(told(folder), ["story1.txt"]);
    }

    #[test]
    fn two_never_look_at_once() {
        let folder = tempfile::tempdir().expect("a folder");
        add(folder.path(), &[story(1, "One", "Rain fell.")]);
        let archive = Archive::open(folder.path()).expect("an archive");
        let _held = desk(folder.path());
        let second = AlertDesk::open(&archive, Timestamp::UNIX_EPOCH);
        assert!(matches!(second.err(), Some(Error::Index(crate::index::Error::Locked { .. }))));
    }
}
