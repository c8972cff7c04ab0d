//! The state of a run, and its commits.

use std::{
    io,
    path::PathBuf,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use rayon::{ThreadPool, ThreadPoolBuilder, prelude::*};

use super::{
    Ended, Error, Event, Options, Outcome, Surroundings, Target, Why,
    decide::Decider,
    file::{Done, Reader},
};
use crate::{
    article::ArticleId,
    crawl,
    index::{self, Batch, Claims, Known, Standing, Writer},
    report::Report,
    state::{Arrivals, Takedowns},
};

/// Bytes of files that are spread over the threads at a time.
const CHUNK_BYTES: u64 = 32 << 20;

/// Files from this size, in bytes, are read as a stream, each in a chunk of its own with a commit before it: when they
/// change under the reader, or the run is stopped inside them, nothing else is lost.
const LARGE: u64 = 16 << 20;

/// How much larger a compressed file is taken to be than it says: text shrinks to an eighth or so.
const INFLATES: u64 = 8;

/// Whether a file is read as a stream.
pub(super) fn is_large(found: &crawl::Found) -> bool {
    let times = if found.relative.ends_with(".gz") { INFLATES } else { 1 };
    found.stamp.len.saturating_mul(times) >= LARGE
}

/// A file that must be read.
pub(super) struct Job<'t> {
    pub target: &'t Target,
    pub key: u64,
    pub found: crawl::Found,
    pub known: Option<Known>,
    pub why: Why,
    pub fingerprint: u64,
}

/// Files that are read together.
#[derive(Default)]
pub(super) struct Chunk<'t> {
    jobs: Vec<Job<'t>>,
    bytes: u64,
}

/// A run at work.
pub(super) struct Work<'a, 's> {
    pub options: &'a Options,
    pub surroundings: &'a mut Surroundings<'s>,
    pub decider: Decider,
    pub report: Report,
    pub missing: Vec<PathBuf>,
    pub shrunk: bool,
    /// Whether a rebuild lacks files that the live index holds, and must not take its place.
    pub lacking: bool,
    /// What cut the run short, if something was left undone.
    pub cut: Option<Ended>,
    writer: Writer,
    claims: Option<Mutex<Claims>>,
    takedowns: Takedowns,
    pool: ThreadPool,
    begun: Instant,
    /// What the report said at the last commit, and when that was.
    committed: Report,
    committed_at: Instant,
    dirty: bool,
    new: Vec<ArticleId>,
    arrivals: Arrivals,
    /// What the index held before it is rebuilt: none of that is new.
    pub standing: Option<Standing>,
}

impl<'a, 's> Work<'a, 's> {
    pub fn begin(
        writer: Writer,
        options: &'a Options,
        surroundings: &'a mut Surroundings<'s>,
        begun: Instant,
        shared: u64,
    ) -> Result<Self, Error> {
        let pool = ThreadPoolBuilder::new()
            .num_threads(options.threads)
            .thread_name(|number| format!("read-{number}"))
            .build()
            .map_err(|error| index::Error::Io {
                path: options.index.clone(),
                source: io::Error::other(error),
            })?;
        let report = Report { shared_ids: shared, ..Report::default() };
        Ok(Self {
            options,
            surroundings,
            decider: Decider::new(Some(writer.snapshot()?), options)?,
            missing: Vec::new(),
            shrunk: false,
            lacking: false,
            cut: None,
            writer,
            claims: None,
            takedowns: Takedowns::load(&options.index)?,
            pool,
            begun,
            committed: report.clone(),
            report,
            committed_at: begun,
            dirty: false,
            new: Vec::new(),
            arrivals: Arrivals::of(&options.index),
            standing: options.rebuild.then(|| Standing::open(&options.index)).flatten(),
        })
    }

    /// Why the run must end now, if it must.
    pub fn ended(&self) -> Option<Ended> {
        if let Some(signal) = self.surroundings.stop.signal() {
            return Some(Ended::Signal(signal));
        }
        let limit = self.options.max_runtime?;
        (self.begun.elapsed() >= limit).then_some(Ended::TimeLimit)
    }

    /// Puts a file into the chunk; reads the chunk when it is full.
    pub fn add<'t>(&mut self, chunk: &mut Chunk<'t>, job: Job<'t>) -> Result<(), Error> {
        let large = is_large(&job.found);
        if large {
            self.flush(chunk)?;
            self.commit_if_dirty()?;
        }
        chunk.bytes += job.found.stamp.len;
        chunk.jobs.push(job);
        if large || chunk.jobs.len() >= self.options.chunk_files || chunk.bytes >= CHUNK_BYTES {
            self.flush(chunk)?;
        }
        Ok(())
    }

    /// Reads the files of a chunk, and commits when it is time.
    pub fn flush(&mut self, chunk: &mut Chunk<'_>) -> Result<(), Error> {
        let Chunk { jobs, .. } = std::mem::take(chunk);
        if jobs.is_empty() {
            return Ok(());
        }
        self.start()?;
        let reader = self.reader();
        let done = self.pool.install(|| {
            jobs.par_iter().with_max_len(1).map(|job| reader.process(job)).collect::<Result<Vec<_>, _>>()
        })?;
        if done.iter().any(|done| done.torn) {
            return self.give_up(&jobs, done);
        }
        for (job, done) in jobs.iter().zip(done) {
            self.tell(job, done);
        }
        self.progress();
        if self.committed_at.elapsed() >= self.options.commit_every {
            self.commit_if_dirty()?;
        }
        Ok(())
    }

    fn reader(&self) -> Reader<'_> {
        Reader {
            writer: &self.writer,
            manifest: &self.decider.manifest,
            claims: self.claims.as_ref().expect("start() loads the claims"),
            takedowns: &self.takedowns,
            stop: &self.surroundings.stop,
            now_ns: self.options.now_ns,
        }
    }

    /// A large file changed or failed while it was read, or the run was stopped inside it: nothing of it may be
    /// committed.
    fn give_up(&mut self, jobs: &[Job<'_>], done: Vec<Done>) -> Result<(), Error> {
        self.writer.roll_back();
        // What the walk has seen, it has seen.
        let (files, skipped_known) = (self.report.files, self.report.skipped_known);
        self.report = Report { files, skipped_known, ..self.committed.clone() };
        self.dirty = false;
        self.claims = None;
        self.new.clear();
        self.start()?;
        for (job, torn) in jobs.iter().zip(done) {
            if self.ended().is_some() {
                self.report.left += 1;
                continue;
            }
            let done = match torn.failed {
                Some(error) => self.reader().unreadable(job, &error)?,
                None => self.reader().changing(job)?,
            };
            self.tell(job, done);
        }
        Ok(())
    }

    fn tell(&mut self, job: &Job<'_>, done: Done) {
        if done.left {
            self.report.left += 1;
            return;
        }
        let report = &mut self.report;
        report.files_read += 1;
        *report.read_because.entry(job.why.as_str().to_owned()).or_default() += 1;
        self.count(done);
    }

    /// Adds up what was done.
    pub fn count(&mut self, done: Done) {
        let report = &mut self.report;
        report.added += done.added;
        report.updated += done.updated;
        report.removed += done.removed;
        report.taken_down += done.taken_down;
        report.bytes_read += done.bytes;
        report.skipped += done.skipped.len() as u64;
        report.skipped_known += done.skipped_known;
        self.dirty |= done.wrote;
        self.new.extend(done.new);
        for skipped in &done.skipped {
            (self.surroundings.tell)(Event::Skipped(skipped));
        }
    }

    fn progress(&mut self) {
        let Report { files, added, updated, .. } = self.report;
        (self.surroundings.tell)(Event::Progress { files, articles: added + updated });
    }

    /// Makes ready to change the index. Idle runs never come here.
    pub fn start(&mut self) -> Result<(), Error> {
        self.writer.start()?;
        if self.claims.is_none() {
            let claims = Claims::load(&self.writer.snapshot()?, self.options.now_ns)?;
            self.claims = Some(Mutex::new(claims));
        }
        Ok(())
    }

    fn claims(&mut self) -> Option<&mut Claims> {
        Some(self.claims.as_mut()?.get_mut().unwrap_or_else(PoisonError::into_inner))
    }

    fn commit_if_dirty(&mut self) -> Result<(), Error> {
        if self.dirty {
            let settled = self.claims().is_none_or(|claims| claims.are_settled());
            self.commit(settled)?;
        }
        Ok(())
    }

    fn commit(&mut self, settled: bool) -> Result<(), Error> {
        let mut new = std::mem::take(&mut self.new);
        if let Some(standing) = &self.standing {
            let mut fresh = Vec::new();
            for id in new {
                if !standing.holds(&id)? {
                    fresh.push(id);
                }
            }
            new = fresh;
        }
        self.arrivals.add(&new)?;
        self.writer.commit(settled)?;
        self.dirty = false;
        self.committed = self.report.clone();
        self.committed_at = Instant::now();
        Ok(())
    }

    /// Skips a path that cannot be looked at.
    pub fn skip_path(
        &mut self,
        target: &Target,
        key: u64,
        error: &crawl::Error,
        fingerprint: u64,
    ) -> Result<(), Error> {
        let known = self.decider.manifest.see(key);
        let found = crawl::Found {
            path: error.path.clone(),
            relative: error.relative.clone(),
            stamp: crate::report::FileStamp::default(),
        };
        let job = Job { target, key, found, known, why: Why::Retry, fingerprint };
        self.start()?;
        let done = self.reader().unreadable(&job, &error.source)?;
        self.count(done);
        Ok(())
    }

    /// Removes files with everything that was read from them.
    pub fn remove_files(&mut self, keys: &[u64]) -> Result<(), Error> {
        if keys.is_empty() {
            return Ok(());
        }
        self.start()?;
        for keys in keys.chunks(self.options.chunk_files) {
            let reader = self.reader();
            let done = self
                .pool
                .install(|| keys.par_iter().map(|&key| reader.remove(key)).collect::<Result<Vec<_>, _>>())?;
            done.into_iter().for_each(|done| self.count(done));
        }
        Ok(())
    }

    /// Leaves a root, with everything that was read from it.
    pub fn forget_root(&mut self, name: &str) -> Result<(), Error> {
        let keys = self.decider.manifest.unseen(name);
        self.remove_files(&keys)
    }

    /// Commits what is done, and settles ids when everything is.
    pub fn finish(mut self) -> Result<Outcome, Error> {
        let whole = self.cut.is_none();
        let unsettled = self.claims.is_none() && !self.writer.snapshot()?.is_settled()?;
        if unsettled && whole {
            self.start()?;
        }
        self.commit_if_dirty()?;
        if whole && self.claims().is_some_and(|claims| !claims.are_settled()) {
            let snapshot = self.writer.snapshot()?;
            let batches = self.claims().map_or(Ok(Vec::new()), |claims| claims.settle(&snapshot))?;
            for batch in batches.into_iter().filter(|batch: &Batch| !batch.is_empty()) {
                self.writer.apply(batch)?;
            }
            self.commit(true)?;
        }
        if let Some(claims) = self.claims() {
            self.report.shared_ids = claims.shared();
        }
        let counts = self.writer.snapshot()?.counts()?;
        let report = &mut self.report;
        report.articles = counts.articles;
        report.quotes = counts.quotes;
        report.unchanged = counts.articles.saturating_sub(report.added + report.updated);
        let Self { writer, report, missing, shrunk, lacking, cut, .. } = self;
        writer.close(whole && !lacking)?;
        Ok(Outcome { report, ended: cut.unwrap_or(Ended::Done), missing, shrunk })
    }
}
