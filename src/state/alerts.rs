//! The alert log: every match of a saved search among new articles, each written down once.
//!
//! ```text
//! state/alerts.jsonl   the log, only ever added to
//! state/alerts.json    how far the arrivals were looked through, and how much of the log was delivered
//! state/alerts.xml    its newest entries as an Atom feed
//! state/alerts.lock    held by whoever looks
//! ```
//!
//! Matches reach the log before the mark moves on, and the mark moves on when they were delivered. Killed in between,
//! the same matches are found again, are known by their delivery ids, and are delivered again.

use std::{
    collections::VecDeque,
    fs,
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write},
    ops::Range,
    path::{Path, PathBuf},
};

use rustc_hash::FxHashSet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::file;
use crate::{
    article::{ArticleId, hash64},
    index::{
        Error, Snapshot, Waiting,
        error::At,
        folder::{Folder, replace, sync_folder},
        lock::WriterLock,
    },
    state::arrivals::{Arrivals, Mark},
};

/// A new article that matches a saved search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Alert {
    /// Version of the shape.
    pub format: u32,
    /// Always `alert`.
    pub r#type: String,
    /// The same for the same search and article, on every machine: who gets an alert twice knows it by that.
    pub delivery_id: String,
    /// When it was written down, RFC 3339.
    pub at: String,
    /// Name of the search.
    pub search: String,
    /// Its query.
    pub query: String,
    /// The article's id.
    pub id: ArticleId,
    /// Name of its root.
    pub root: String,
    /// Path below the root.
    pub path: String,
    /// Number of its record in the file.
    pub record: u32,
    /// The headline.
    pub title: Option<String>,
    /// Publication date, as exact as the source says.
    pub published: Option<String>,
    /// The outlet.
    pub source: Option<String>,
    /// Canonical address.
    pub url: Option<String>,
}

/// The delivery id of a search and an article: BLAKE3's first 64 bits over both.
pub fn delivery_id(search: &str, article: &ArticleId) -> String {
    format!("{:016x}", hash64(format!("alert\0{search}\0{}", article.as_str()).as_bytes()))
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Kept {
    format: u32,
    /// Arrivals were looked through up to here.
    seen: Mark,
    /// Arrivals before that which the index did not hold yet.
    pending: Vec<ArticleId>,
    /// Bytes of the log that were delivered.
    delivered: u64,
}

/// The alert log of an index, opened by the one process that adds to it.
#[derive(Debug)]
pub struct Alerts {
    index: PathBuf,
    log: PathBuf,
    kept: Kept,
    known: FxHashSet<String>,
    /// Where each line of the log begins; last, where it ends.
    starts: Vec<u64>,
    _lock: WriterLock,
}

/// New articles that were not looked through yet.
#[derive(Clone, Debug, Default)]
pub struct News {
    /// Their ids; some may not be in the index yet.
    pub ids: Vec<ArticleId>,
    until: Mark,
}

impl Alerts {
    /// Opens the log of the index in that folder. A last line that a power cut tore is cut off: it was not delivered.
    ///
    /// # Errors
    /// [`Error::Locked`] while another process looks for alerts; others when the log cannot be read or written.
    pub fn open(index: &Path, waiting: Waiting) -> Result<Self, Error> {
        let folder = Folder::at(index);
        let lock = WriterLock::take(&folder.state("alerts.lock"), index, waiting)?;
        let kept: Kept = file::load(&folder.state("alerts.json"))?;
        let log = folder.state("alerts.jsonl");
        let mut alerts = Self {
            index: index.to_owned(),
            log,
            kept,
            known: FxHashSet::default(),
            starts: vec![0],
            _lock: lock,
        };
        alerts.read_known()?;
        Ok(alerts)
    }

    fn read_known(&mut self) -> Result<(), Error> {
        #[derive(Deserialize)]
        struct Known {
            delivery_id: String,
        }
        let file = match fs::OpenOptions::new().read(true).write(true).open(&self.log) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error).at(&self.log),
        };
        let mut reader = BufReader::new(&file);
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line).at(&self.log)?;
            if line.last() != Some(&b'\n') {
                break;
            }
            self.starts.push(self.end() + read as u64);
            if let Ok(known) = serde_json::from_slice::<Known>(&line) {
                self.known.insert(known.delivery_id);
            }
        }
        if !line.is_empty() {
            file.set_len(self.end()).at(&self.log)?;
        }
        Ok(())
    }

    /// The newest alerts of an index, newest first, and how many there are; read without holding the log, of which a last line
    /// that is being written is left out.
    ///
    /// # Errors
    /// When the log is there and cannot be read.
    pub fn newest_of(index: &Path, most: usize) -> Result<(Vec<Alert>, u64), Error> {
        let log = Folder::at(index).state("alerts.jsonl");
        let file = match fs::File::open(&log) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Vec::new(), 0)),
            Err(error) => return Err(error).at(&log),
        };
        let (mut newest, mut all) = (VecDeque::new(), 0);
        for line in BufReader::new(file).lines() {
            let line = line.at(&log)?;
            all += 1;
            newest.push_front(line);
            newest.truncate(most);
        }
        let alerts: Vec<Alert> = newest.iter().filter_map(|line| serde_json::from_str(line).ok()).collect();
        Ok((alerts, all))
    }

    /// What arrived since the last delivery. Ask it before opening the snapshot that is looked through: then whatever
    /// is not in that snapshot is kept for the next time.
    ///
    /// # Errors
    /// When the journal of arrivals cannot be read.
    pub fn news(&self) -> Result<News, Error> {
        let (arrived, until) = Arrivals::of(&self.index).since(self.kept.seen)?;
        let mut ids = self.kept.pending.clone();
        let known: FxHashSet<&ArticleId> = self.kept.pending.iter().collect();
        ids.extend(arrived.into_iter().filter(|id| !known.contains(id)));
        Ok(News { ids, until })
    }

    /// Writes down those alerts that the log does not hold, and makes that last; how many they were.
    ///
    /// # Errors
    /// When the log cannot be written.
    pub fn add(&mut self, alerts: &[Alert]) -> Result<usize, Error> {
        let mut lines = Vec::new();
        let mut starts: Vec<u64> = Vec::new();
        for alert in alerts {
            if self.known.insert(alert.delivery_id.clone()) {
                let line = crate::index::folder::line(alert);
                starts.push(starts.last().unwrap_or(&self.end()) + line.len() as u64);
                lines.extend(line);
            }
        }
        if !starts.is_empty() {
            let is_new = !self.log.exists();
            let mut file = fs::OpenOptions::new().create(true).append(true).open(&self.log).at(&self.log)?;
            file.write_all(&lines).and_then(|()| file.sync_data()).at(&self.log)?;
            if is_new {
                sync_folder(&Folder::at(&self.index).state(""))?;
            }
        }
        self.starts.extend(&starts);
        Ok(starts.len())
    }

    /// Numbers of the alerts that were written down and not delivered.
    pub fn undelivered(&self) -> Range<usize> {
        let delivered = self.starts.partition_point(|&start| start < self.kept.delivered);
        delivered..self.starts.len() - 1
    }

    /// Numbers of all alerts there ever were, oldest first.
    pub fn all(&self) -> Range<usize> {
        0..self.starts.len() - 1
    }

    /// Lines of the log, by their numbers.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn lines(&self, which: Range<usize>) -> Result<Box<dyn BufRead>, Error> {
        let (from, to) = (self.starts[which.start], self.starts[which.end]);
        if from == to {
            return Ok(Box::new(io::empty()));
        }
        let mut file = fs::File::open(&self.log).at(&self.log)?;
        file.seek(SeekFrom::Start(from)).at(&self.log)?;
        Ok(Box::new(BufReader::new(file.take(to - from))))
    }

    /// The newest alerts, oldest first.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn newest(&self, most: usize) -> Result<Vec<Alert>, Error> {
        let Range { end, .. } = self.all();
        let lines = self.lines(end.saturating_sub(most)..end)?.lines();
        lines
            .map(|line| serde_json::from_str(&line?).map_err(io::Error::from))
            .collect::<io::Result<_>>()
            .at(&self.log)
    }

    fn end(&self) -> u64 {
        self.starts.last().copied().unwrap_or_default()
    }

    /// Where the feed of an index lies.
    pub fn feed_of(index: &Path) -> PathBuf {
        Folder::at(index).state("alerts.xml")
    }

    /// Replaces the feed.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_feed(&self, feed: &str) -> Result<(), Error> {
        replace(&Self::feed_of(&self.index), feed.as_bytes())
    }

    /// Moves the marks on: the news were looked through in `snapshot`, and everything in the log was delivered.
    ///
    /// # Errors
    /// When that cannot be written: then everything is looked through and delivered again.
    pub fn delivered(&mut self, news: News, snapshot: &Snapshot) -> Result<(), Error> {
        let mut pending = Vec::new();
        for id in news.ids {
            if !snapshot.holds(&id)? {
                pending.push(id);
            }
        }
        self.kept = Kept { format: 1, seen: news.until, pending, delivered: self.end() };
        self.save()
    }

    /// Lets go of arrivals that never came, and begins their journal anew, unless a run is writing it.
    ///
    /// # Errors
    /// When the files cannot be written.
    pub fn tidy(&mut self, waiting: Waiting) -> Result<(), Error> {
        let lock = Folder::at(&self.index).lock();
        let _lock = match WriterLock::take(&lock, &self.index, waiting) {
            Ok(lock) => lock,
            Err(Error::Locked { .. }) => return Ok(()),
            Err(error) => return Err(error),
        };
        let mut arrivals = Arrivals::of(&self.index);
        // A rebuild under way has written down what its index will hold when it is swapped in.
        if arrivals.end()? != self.kept.seen || Folder::at(&self.index).all_generations()?.len() > 1 {
            return Ok(());
        }
        if self.kept.pending.is_empty() && self.kept.seen.at < RESTART_AT {
            return Ok(());
        }
        // The run that wrote them down may have committed since: those are told next time.
        let snapshot = Snapshot::open(&self.index)?;
        for id in &self.kept.pending {
            if snapshot.holds(id)? {
                return Ok(());
            }
        }
        self.kept.pending.clear();
        self.save()?;
        self.kept.seen = arrivals.restart()?;
        self.save()
    }

    fn save(&self) -> Result<(), Error> {
        file::save(&Folder::at(&self.index).state("alerts.json"), &self.kept)
    }
}

/// A journal of arrivals that was looked through begins anew from this size, in bytes.
const RESTART_AT: u64 = 1 << 20;
