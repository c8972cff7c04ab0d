//! What a run writes, from one commit to the next.

mod large;

use std::{
    io,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use rayon::{ThreadPool, ThreadPoolBuilder, prelude::*};

use super::{
    ending::Limit,
    error::Error,
    file::{Done, Reader},
    job::{Job, Reading},
    loss::Shrunk,
    options::{Event, Options},
};
use crate::{
    article::{ArticleId, Claim},
    crawl::Fault,
    index::{
        self, Batch, Claims, Manifest, Snapshot, Standing, Writer,
        corrections::speakers::{self, Speakers},
    },
    report::{LeftOut, Report},
    source::archive,
    state::{Arrivals, Takedowns},
};

/// The first commit of a run comes after this time, the next ones after twice as long each, up to what the options say:
/// what a first run does is soon there to stay.
const EARLY: Duration = Duration::from_secs(2);

/// New articles that wait for a commit, at most: each costs some sixty bytes until then, and of short records seventeen
/// thousand come in a second.
const MOST_WAITING: usize = 1 << 18;

/// Who is told what is left out.
type Tell<'t> = &'t mut dyn FnMut(Event<'_>);

/// Reads files into the index and commits what was read.
pub(super) struct Commit<'a> {
    options: &'a Options,
    limit: Limit,
    writer: Writer,
    claims: Option<Mutex<Claims>>,
    takedowns: Takedowns,
    speakers: Speakers,
    pool: ThreadPool,
    /// What was done, without what only a walk knows.
    report: Report,
    /// What the report said at the last commit, and when that was.
    committed: Report,
    committed_at: Instant,
    commits: u32,
    dirty: bool,
    new: Vec<Claim>,
    /// Files that lost more than half of what they held, to be judged with the rest of their root.
    shrunk: Vec<Shrunk>,
    /// Files that the next run must read again although they do not change.
    unfinished: u64,
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
            speakers: Speakers::load(&options.index)?,
            pool,
            committed: report.clone(),
            report,
            committed_at: limit.begun,
            limit,
            commits: 0,
            dirty: false,
            new: Vec::new(),
            shrunk: Vec::new(),
            unfinished: 0,
            arrivals: Arrivals::of(&options.index),
            standing: options.rebuild.then(|| Standing::open(&options.index)).flatten(),
        })
    }

    /// What was done so far.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Whether anything of this run is committed.
    pub fn has_committed(&self) -> bool {
        self.commits > 0
    }

    /// Of each root how many articles a rebuild lacks of those that the live index holds, and how many that holds.
    pub fn lost_in_rebuild(&mut self) -> Result<Vec<(String, u64, u64)>, Error> {
        let Some(held) = self.standing.as_ref().and_then(|standing| standing.articles().ok()) else {
            return Ok(Vec::new());
        };
        self.commit_if_dirty()?;
        let found = self.writer.snapshot()?.articles_by_root()?;
        let lost =
            |root: &String, held: u64| held.saturating_sub(found.get(root).copied().unwrap_or_default());
        Ok(held.into_iter().map(|(root, held)| (root.clone(), lost(&root, held), held)).collect())
    }

    /// Files that lost more than half of what they held, since this was asked last.
    pub fn take_shrunk(&mut self) -> Vec<Shrunk> {
        std::mem::take(&mut self.shrunk)
    }

    /// Takes out what files lost.
    pub fn settle(&mut self, manifest: &Manifest, shrunk: &[Shrunk], tell: Tell<'_>) -> Result<(), Error> {
        for shrunk in shrunk {
            self.start()?;
            let mut done = Done::default();
            self.reader(manifest).settle(shrunk, &mut done)?;
            self.count(done, tell)?;
        }
        Ok(())
    }

    /// How many files of a root the index holds that a rebuild is to replace; nothing when it replaces none.
    pub fn standing(&self, root: &str) -> Result<Option<u64>, Error> {
        Ok(self.standing.as_ref().map(|standing| standing.files(root)).transpose()?)
    }

    /// Reads files, and commits when it is time. Gives those that are archives, which it leaves alone.
    pub fn read(
        &mut self,
        manifest: &Manifest,
        jobs: &[Job<'_>],
        tell: Tell<'_>,
    ) -> Result<Vec<(usize, archive::Kind)>, Error> {
        self.start()?;
        let mut archives = Vec::new();
        match jobs {
            [job] if job.is_large(self.options.large_file) => match job.archive() {
                Some(kind) => archives.push((0, kind)),
                None if job.found.is_chosen => self.read_large(manifest, job, tell)?,
                None => (),
            },
            _ => {
                let reader = self.reader(manifest);
                let done = self.pool.install(|| {
                    let done = jobs.par_iter().with_max_len(1).map(|job| reader.process(job));
                    done.collect::<Result<Vec<_>, _>>()
                })?;
                for ((number, job), done) in jobs.iter().enumerate().zip(done) {
                    match done.archive {
                        Some(kind) => archives.push((number, kind)),
                        None if !job.found.is_chosen => (),
                        None => self.count_read(job, done, tell)?,
                    }
                }
            }
        }
        if self.is_due() {
            self.commit_if_dirty()?;
        }
        Ok(archives)
    }

    /// How many files the next run must read again although they do not change, so far.
    pub fn unfinished(&self) -> u64 {
        self.unfinished
    }

    /// Counts an archive that is not done with.
    pub fn leave(&mut self) {
        self.report.left += 1;
        self.unfinished += 1;
    }

    /// What an archive holds already: whether that is all there is in these bytes.
    pub fn holds_archive(
        &mut self,
        manifest: &Manifest,
        job: &Job<'_>,
        read: Reading,
        tell: Tell<'_>,
    ) -> Result<bool, Error> {
        let reader = self.reader(manifest);
        if !reader.holds(job, read.content)? {
            return Ok(false);
        }
        let mut done = Done { bytes: if job.within == 0 { read.stamp.len } else { 0 }, ..Done::default() };
        reader.keep(job, read, &mut done)?;
        self.count_read(job, done, tell)?;
        Ok(true)
    }

    /// Records an archive whose members are done with.
    pub fn archive(
        &mut self,
        manifest: &Manifest,
        job: &Job<'_>,
        read: Reading,
        left_out: LeftOut,
        tell: Tell<'_>,
    ) -> Result<(), Error> {
        self.start()?;
        let done = self.reader(manifest).archive(job, read, left_out)?;
        self.count_read(job, done, tell)
    }

    /// Records why a file is left out; what the index holds of it stays.
    pub fn leave_out(
        &mut self,
        manifest: &Manifest,
        job: &Job<'_>,
        fault: &io::Error,
        tell: Tell<'_>,
    ) -> Result<(), Error> {
        self.start()?;
        let done = self.reader(manifest).unreadable(job, fault)?;
        self.count_read(job, done, tell)
    }

    /// Whether what was read has waited for its commit long enough, or is enough.
    fn is_due(&self) -> bool {
        self.new.len() >= MOST_WAITING
            || self.committed_at.elapsed() >= patience(self.commits).min(self.options.commit_every)
    }

    fn reader<'r>(&'r self, manifest: &'r Manifest) -> Reader<'r> {
        Reader {
            writer: &self.writer,
            manifest,
            claims: self.claims.as_ref().expect("start() loads the claims"),
            takedowns: &self.takedowns,
            speakers: &self.speakers,
            limit: &self.limit,
            now_ns: self.options.now_ns,
            believes: self.options.allow_shrink,
        }
    }

    /// Gives up everything since the last commit.
    fn roll_back(&mut self) -> Result<(), Error> {
        self.writer.roll_back();
        self.report = Report { skipped_known: self.report.skipped_known, ..self.committed.clone() };
        self.dirty = false;
        self.claims = None;
        self.new.clear();
        self.start()
    }

    fn count_read(&mut self, job: &Job<'_>, done: Done, tell: Tell<'_>) -> Result<(), Error> {
        if done.left {
            self.leave();
            return self.count(done, tell);
        }
        self.unfinished += u64::from(done.news.lines.iter().any(|skipped| skipped.is_passing()));
        self.report.files_read += 1;
        *self.report.read_because.entry(job.why.as_str().to_owned()).or_default() += 1;
        for (code, (count, remark)) in &done.remarks {
            *self.report.remarks.entry(code.clone()).or_default() += count;
            tell(Event::Remarked { root: &job.target.root.name, path: &job.found.relative, remark });
        }
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
        report.withheld_articles += done.withheld;
        report.skipped += done.news.new;
        report.skipped_known += done.news.known;
        self.dirty |= done.wrote;
        self.new.extend(done.new);
        self.shrunk.extend(done.shrunk);
        done.news.lines.iter().for_each(|skipped| tell(Event::Skipped(skipped)));
        for at in &done.gone {
            tell(Event::Warning(format!("{}: the words at {at} are not in their story", speakers::FILE)));
        }
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
        if let Some(claims) = &mut self.claims {
            claims.get_mut().unwrap_or_else(PoisonError::into_inner).committed(self.writer.snapshot()?)?;
        }
        self.dirty = false;
        self.commits += 1;
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
        let Self { writer, mut report, options, .. } = self;
        let mut counts = writer.snapshot()?.counts()?;
        if writer.is_beside() && !(whole && kept) {
            // Nothing of it is in the index, which stays as it was.
            report.waiting = counts.articles;
            (report.added, report.updated, report.removed) = (0, 0, 0);
            counts = Snapshot::open(&options.index).and_then(|live| live.counts()).unwrap_or_default();
        }
        report.articles = counts.articles;
        report.quotes = counts.quotes;
        report.unchanged = counts.articles.saturating_sub(report.added + report.updated);
        writer.close(whole && kept)?;
        Ok(report)
    }
}

/// How long what was read waits for its commit after so many commits of the run.
fn patience(commits: u32) -> Duration {
    EARLY.saturating_mul(1 << commits.min(8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_commits_come_early() {
        assert_eq!([0, 1, 2, 3, 99].map(|commits| patience(commits).as_secs()), [2, 4, 8, 16, 512]);
    }
}
