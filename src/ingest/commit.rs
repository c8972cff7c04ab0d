//! What a run writes, from one commit to the next.

use std::{
    io,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use rayon::{ThreadPool, ThreadPoolBuilder, prelude::*};

use super::{
    ending::Limit,
    error::Error,
    file::{Done, Reader},
    job::Job,
    options::{Event, Options},
};
use crate::{
    article::{ArticleId, Claim},
    crawl::Fault,
    index::{self, Batch, Claims, Manifest, Standing, Writer},
    report::Report,
    state::{Arrivals, Takedowns},
};

/// Who is told what is left out.
type Tell<'t> = &'t mut dyn FnMut(Event<'_>);

/// Reads files into the index and commits what was read.
pub(super) struct Commit<'a> {
    options: &'a Options,
    limit: Limit,
    writer: Writer,
    claims: Option<Mutex<Claims>>,
    takedowns: Takedowns,
    pool: ThreadPool,
    /// What was done, without what only a walk knows.
    report: Report,
    /// What the report said at the last commit, and when that was.
    committed: Report,
    committed_at: Instant,
    dirty: bool,
    new: Vec<Claim>,
    arrivals: Arrivals,
    /// What the index held before it is rebuilt: none of that is new.
    standing: Option<Standing>,
}

impl<'a> Commit<'a> {
    pub fn begin(writer: Writer, options: &'a Options, limit: Limit, shared: u64) -> Result<Self, Error> {
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
            writer,
            claims: None,
            takedowns: Takedowns::load(&options.index)?,
            pool,
            committed: report.clone(),
            report,
            committed_at: limit.begun,
            limit,
            dirty: false,
            new: Vec::new(),
            arrivals: Arrivals::of(&options.index),
            standing: options.rebuild.then(|| Standing::open(&options.index)).flatten(),
        })
    }

    /// What was done so far.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// How many files of a root the index holds that a rebuild is to replace; nothing when it replaces none.
    pub fn standing(&self, root: &str) -> Result<Option<u64>, Error> {
        Ok(self.standing.as_ref().map(|standing| standing.files(root)).transpose()?)
    }

    /// Reads files, and commits when it is time.
    pub fn read(&mut self, manifest: &Manifest, jobs: &[Job<'_>], tell: Tell<'_>) -> Result<(), Error> {
        self.start()?;
        let reader = self.reader(manifest);
        let done = self.pool.install(|| {
            jobs.par_iter().with_max_len(1).map(|job| reader.process(job)).collect::<Result<Vec<_>, _>>()
        })?;
        if done.iter().any(|done| done.torn) {
            return self.give_up(manifest, jobs, done, tell);
        }
        for (job, done) in jobs.iter().zip(done) {
            self.count_read(job, done, tell)?;
        }
        if self.committed_at.elapsed() >= self.options.commit_every {
            self.commit_if_dirty()?;
        }
        Ok(())
    }

    fn reader<'r>(&'r self, manifest: &'r Manifest) -> Reader<'r> {
        Reader {
            writer: &self.writer,
            manifest,
            claims: self.claims.as_ref().expect("start() loads the claims"),
            takedowns: &self.takedowns,
            stop: &self.limit.stop,
            now_ns: self.options.now_ns,
        }
    }

    /// A large file changed or failed while it was read, or the run was stopped inside it: nothing of it may be
    /// committed.
    fn give_up(
        &mut self,
        manifest: &Manifest,
        jobs: &[Job<'_>],
        done: Vec<Done>,
        tell: Tell<'_>,
    ) -> Result<(), Error> {
        self.writer.roll_back();
        self.report = Report { skipped_known: self.report.skipped_known, ..self.committed.clone() };
        self.dirty = false;
        self.claims = None;
        self.new.clear();
        self.start()?;
        for (job, torn) in jobs.iter().zip(done) {
            if self.limit.ended().is_some() {
                self.report.left += 1;
                continue;
            }
            let reader = self.reader(manifest);
            let done = match torn.failed {
                Some(error) => reader.unreadable(job, &error)?,
                None => reader.changing(job)?,
            };
            self.count_read(job, done, tell)?;
        }
        Ok(())
    }

    fn count_read(&mut self, job: &Job<'_>, done: Done, tell: Tell<'_>) -> Result<(), Error> {
        if done.left {
            self.report.left += 1;
            return Ok(());
        }
        self.report.files_read += 1;
        *self.report.read_because.entry(job.why.as_str().to_owned()).or_default() += 1;
        self.count(done, tell)
    }

    /// Adds up what was done.
    fn count(&mut self, done: Done, tell: Tell<'_>) -> Result<(), Error> {
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
        done.skipped.iter().for_each(|skipped| tell(Event::Skipped(skipped)));
        if !done.carried.is_empty() {
            done.carried.iter().for_each(|(former, id)| self.takedowns.carry(former, id));
            // Before the commit that says that the file was read: it is not looked at again.
            self.takedowns.save(&self.options.index)?;
        }
        Ok(())
    }

    /// Makes ready to change the index. Idle runs never come here.
    fn start(&mut self) -> Result<(), Error> {
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

    /// Commits what was changed, if something was.
    pub fn commit_if_dirty(&mut self) -> Result<(), Error> {
        if self.dirty {
            let settled = self.claims().is_none_or(|claims| claims.are_settled());
            self.commit(settled)?;
        }
        Ok(())
    }

    fn commit(&mut self, settled: bool) -> Result<(), Error> {
        let mut new = Vec::new();
        for claim in std::mem::take(&mut self.new) {
            let id = claim.id();
            if !self.stood(&id)? && !claim.former().map_or(Ok(false), |former| self.stood(&former))? {
                new.push(id);
            }
        }
        self.arrivals.add(&new)?;
        self.writer.commit(settled)?;
        self.dirty = false;
        self.committed = self.report.clone();
        self.committed_at = Instant::now();
        Ok(())
    }

    /// Whether the index that a rebuild replaces holds that article.
    fn stood(&self, id: &ArticleId) -> Result<bool, Error> {
        Ok(self.standing.as_ref().map_or(Ok(false), |standing| standing.holds(id))?)
    }

    /// Records a path that cannot be looked at, or is not to be.
    pub fn skip(
        &mut self,
        manifest: &Manifest,
        job: &Job<'_>,
        fault: &Fault,
        tell: Tell<'_>,
    ) -> Result<(), Error> {
        self.start()?;
        let reader = self.reader(manifest);
        let done = match fault {
            Fault::Unreadable(error) => reader.unreadable(job, error)?,
            fault => reader.skip(job, fault.code(), fault.to_string())?,
        };
        self.count(done, tell)
    }

    /// Removes files with everything that was read from them.
    pub fn remove(&mut self, manifest: &Manifest, keys: &[u64], tell: Tell<'_>) -> Result<(), Error> {
        if keys.is_empty() {
            return Ok(());
        }
        self.start()?;
        for keys in keys.chunks(self.options.chunk_files) {
            let reader = self.reader(manifest);
            let done = self
                .pool
                .install(|| keys.par_iter().map(|&key| reader.remove(key)).collect::<Result<Vec<_>, _>>())?;
            done.into_iter().try_for_each(|done| self.count(done, tell))?;
        }
        Ok(())
    }

    /// Commits what is done, and settles ids when everything is: `whole`. A rebuild that is not to be `kept` stays
    /// beside the live index.
    pub fn finish(mut self, whole: bool, kept: bool) -> Result<Report, Error> {
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
        let Self { writer, mut report, .. } = self;
        report.articles = counts.articles;
        report.quotes = counts.quotes;
        report.unchanged = counts.articles.saturating_sub(report.added + report.updated);
        writer.close(whole && kept)?;
        Ok(report)
    }
}
