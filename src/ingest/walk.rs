//! Walking roots: deciding which files are read, handing them on in chunks, and removing what is gone.

mod archive;

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

use super::{
    commit::Commit,
    decide::{Decider, Why, fingerprint},
    ending::{Ended, Limit, Outcome},
    error::Error,
    job::{Bytes, Job, Target},
    loss::{Loss, Shrunk, is_too_much},
    options::{Event, Options, Surroundings},
    passed,
};
use crate::{
    config,
    crawl::{self, Rules},
    index::Writer,
    report::{FileStamp, Report},
    source::{self, archive::Budget},
    view::file_key,
};

/// Bytes of files that are spread over the threads at a time.
const CHUNK_BYTES: u64 = 32 << 20;

/// Bytes of the files that are read together before the first commit, so that it comes early.
const FIRST_CHUNK_BYTES: u64 = 2 << 20;

/// Bytes of members that are held at a time, in each of the archives that lie in one another.
const CHUNK_BYTES_INSIDE: u64 = 8 << 20;

/// Files the walk hands over at a time, and how many times it may be ahead.
const WALKED_AT_A_TIME: usize = 256;
const WALKS_AHEAD: usize = 16;

/// Files after which it is told how far a run is, where none of them must be read.
const TOLD_EVERY: u64 = 1_000;

type Walked = Vec<(u64, Result<crawl::Found, crawl::Error>)>;

pub(super) fn rules(target: &Target) -> Result<Rules, Error> {
    let rules = Rules::new(&target.config.crawl).map_err(config::Error::from)?;
    Ok(rules.into_archives(source::archive::is_named))
}

/// Walks a root, ahead of whoever takes what was found.
fn walk(target: &Target, rules: &Rules, out: &SyncSender<Walked>) {
    let mut walked = Vec::with_capacity(WALKED_AT_A_TIME);
    for found in crawl::walk(&target.root.path, rules) {
        let relative = found.as_ref().map_or_else(|error| &error.relative, |found| &found.relative);
        walked.push((file_key(&target.root.name, relative), found));
        if walked.len() == WALKED_AT_A_TIME
            && out.send(std::mem::replace(&mut walked, Vec::with_capacity(WALKED_AT_A_TIME))).is_err()
        {
            return;
        }
    }
    // Nobody takes it when the run was stopped.
    let _ = out.send(walked);
}

pub(super) fn readable(root: &Path) -> io::Result<()> {
    if fs::metadata(root)?.is_dir() { fs::read_dir(root).map(drop) } else { fs::File::open(root).map(drop) }
}

/// Files that are read together.
struct Chunk<'t> {
    rules: &'t Rules,
    jobs: Vec<Job<'t>>,
    bytes: u64,
    /// The archive that they lie in.
    inside: Option<Inside>,
}

/// The archive that files of a chunk lie in.
struct Inside {
    budget: Arc<Budget>,
    /// In how many archives they lie.
    depth: usize,
    /// How far the outermost is read.
    reached: u64,
}

/// What was counted when a root's walk began.
#[derive(Default)]
struct Began {
    files: u64,
    added: u64,
}

/// What a walk counts.
#[derive(Default)]
struct Seen {
    files: u64,
    /// Bytes of the files that are done with.
    bytes: u64,
    skipped_known: u64,
    hidden: u64,
    left: u64,
    withheld: u64,
    withheld_articles: u64,
}

/// A walk through the roots of a run.
pub(super) struct Walk<'a, 's> {
    options: &'a Options,
    surroundings: &'a mut Surroundings<'s>,
    limit: Limit,
    decider: Decider,
    commit: Commit<'a>,
    seen: Seen,
    missing: Vec<PathBuf>,
    shrunk: bool,
    /// What makes the run a failed one.
    faults: Vec<String>,
    /// Files and added articles before the root that is walked.
    began: Began,
    /// Names of the roots that were walked to their end.
    targets: Vec<String>,
    /// Whether a rebuild lacks files that the live index holds, and must not take its place.
    lacking: bool,
    /// What cut the run short, if something was left undone.
    cut: Option<Ended>,
}

impl<'a, 's> Walk<'a, 's> {
    pub fn begin(
        writer: Writer,
        options: &'a Options,
        surroundings: &'a mut Surroundings<'s>,
        limit: Limit,
        shared: u64,
    ) -> Result<Self, Error> {
        let decider = Decider::new(Some(writer.snapshot()?), options)?;
        passed::clean(&writer.path(), |file| decider.manifest.get(file).is_some_and(|known| known.passing))?;
        Ok(Self {
            options,
            surroundings,
            decider,
            commit: Commit::begin(writer, options, limit.clone(), shared)?,
            limit,
            seen: Seen::default(),
            missing: Vec::new(),
            shrunk: false,
            faults: Vec::new(),
            began: Began::default(),
            targets: Vec::new(),
            lacking: false,
            cut: None,
        })
    }

    /// Brings one root up to date.
    pub fn root(&mut self, target: &Target) -> Result<(), Error> {
        self.cut = self.cut.or_else(|| self.limit.ended());
        if matches!(self.cut, Some(Ended::Signal(_))) {
            return Ok(());
        }
        let path = &target.root.path;
        if let Err(error) = readable(path) {
            let held = self.decider.manifest.count(&target.root.name);
            self.fail(format!(
                "cannot read root {}: {error}; the {held} files the index holds of it stay",
                path.display()
            ));
            self.missing.push(path.clone());
            self.lacking |= self.options.rebuild;
            return Ok(());
        }
        let rules = rules(target)?.without(&self.options.index);
        let (out, walked) = sync_channel(WALKS_AHEAD);
        self.began = Began { files: self.seen.files, added: self.commit.report().added };
        let unreadable = thread::scope(|scope| {
            let rules = &rules;
            scope.spawn(move || walk(target, rules, &out));
            self.take(target, rules, walked)
        })?;
        self.cut = self.cut.or_else(|| self.limit.ended());
        if self.cut.is_none() {
            let found = self.seen.files - self.began.files;
            self.remove_gone(target, found == 0, &unreadable)?;
            self.compare(target, found)?;
            self.targets.push(target.root.name.clone());
        }
        Ok(())
    }

    /// A rebuild that finds too few of the files which the live index holds of a root does not take its place.
    fn compare(&mut self, target: &Target, found: u64) -> Result<(), Error> {
        let Some(held) = self.commit.standing(&target.root.name)? else { return Ok(()) };
        let lost = held.saturating_sub(found);
        if is_too_much(lost, held, found == 0) && !self.options.allow_shrink {
            let path = target.root.path.display();
            self.seen.withheld += lost;
            self.withhold(format!("{lost} of {held} files are gone from {path}; the index stays as it was"));
            self.lacking = true;
        }
        Ok(())
    }

    /// A rebuild that found too few of the articles which the live index holds does not take its place either.
    fn compare_articles(&mut self) -> Result<(), Error> {
        for (root, lost, held) in self.commit.lost_in_rebuild()? {
            if self.targets.contains(&root)
                && held > 1
                && is_too_much(lost, held, lost == held)
                && !self.options.allow_shrink
            {
                self.seen.withheld_articles += lost;
                self.withhold(format!(
                    "{lost} of {held} articles are gone from {root}; the index stays as it was"
                ));
                self.lacking = true;
            }
        }
        Ok(())
    }

    /// Says that something is not believed to be gone: the run fails.
    fn withhold(&mut self, what: String) {
        let text = format!("{what}. If that is right: --allow-shrink");
        self.fail(text);
        self.shrunk = true;
    }

    /// Says what makes the run a failed one.
    fn fail(&mut self, fault: String) {
        (self.surroundings.tell)(Event::Warning(fault.clone()));
        self.faults.push(fault);
    }

    /// Takes what the walk finds. Gives back what could not be listed or looked at.
    fn take(
        &mut self,
        target: &Target,
        rules: &Rules,
        walked: Receiver<Walked>,
    ) -> Result<Vec<String>, Error> {
        let fingerprint = fingerprint(&target.config);
        let mut unreadable = Vec::new();
        let mut chunk = Chunk { rules, jobs: Vec::new(), bytes: 0, inside: None };
        for (key, found) in walked.into_iter().flatten() {
            match self.limit.ended() {
                Some(Ended::Signal(_)) => break,
                Some(_) => {
                    self.count_left(key, found, fingerprint);
                    continue;
                }
                None => (),
            }
            match found {
                Ok(found) => {
                    self.seen.files += 1;
                    let (known, why) = self.decider.decide(key, found.stamp, fingerprint);
                    match (why, known) {
                        (Some(why), known) => {
                            let (bytes, within) = (Bytes::Own, 0);
                            let job = Job { target, key, found, known, why, fingerprint, bytes, within };
                            self.add(&mut chunk, job)?;
                        }
                        (None, Some(known)) => {
                            self.seen.skipped_known += known.skips;
                            self.seen.bytes += known.stamp.len;
                            self.keep_within(key);
                        }
                        (None, None) => (),
                    }
                    if self.seen.files.is_multiple_of(TOLD_EVERY) {
                        self.progress();
                    }
                }
                Err(crawl::Error { fault: crawl::Fault::Hidden, .. }) => self.seen.hidden += 1,
                Err(error) => {
                    self.skip(target, key, &error, fingerprint)?;
                    // A fault that names no path below the root may be anywhere in it.
                    let whole = error.path == target.root.path;
                    if error.fault.may_pass() {
                        unreadable.push(if whole { String::new() } else { error.relative });
                    }
                }
            }
        }
        self.flush(&mut chunk)?;
        Ok(unreadable)
    }

    fn count_left(&mut self, key: u64, found: Result<crawl::Found, crawl::Error>, fingerprint: u64) {
        let Ok(found) = found else { return };
        self.seen.files += 1;
        if self.decider.decide(key, found.stamp, fingerprint).1.is_some() {
            self.seen.left += 1;
        }
    }

    /// Removes files that are gone and what files lost, unless that is too much to be true: a root that came up empty, or
    /// lost more than half of its files or articles and more than twenty, may be a mount that is not there.
    fn remove_gone(&mut self, target: &Target, empty: bool, unreadable: &[String]) -> Result<(), Error> {
        let (name, path) = (&target.root.name, target.root.path.display());
        let mut gone = Vec::new();
        for key in self.decider.manifest.unseen(name) {
            if unreadable.is_empty() || !self.lies_below(key, unreadable)? {
                gone.push(key);
            }
        }
        let held = self.decider.manifest.count(name) as u64;
        if empty && held == 0 {
            (self.surroundings.tell)(Event::Warning(format!("there is nothing to read in {path}")));
        }
        let mut shrunk = self.commit.take_shrunk();
        if !self.options.allow_shrink {
            let (kept, rest): (Vec<_>, Vec<_>) = shrunk.into_iter().partition(Shrunk::is_too_much);
            self.keep_shrunk(&kept);
            shrunk = rest;
            if self.is_too_much(target, &gone, &shrunk, held, empty)? {
                return Ok(());
            }
        }
        self.commit.settle(&self.decider.manifest, &shrunk, self.surroundings.tell)?;
        self.commit.remove(&self.decider.manifest, &gone, self.surroundings.tell)
    }

    /// Whether that is too much to be gone from a root, in files or in articles; says so.
    fn is_too_much(
        &mut self,
        target: &Target,
        gone: &[u64],
        shrunk: &[Shrunk],
        held: u64,
        empty: bool,
    ) -> Result<bool, Error> {
        if gone.is_empty() && shrunk.is_empty() {
            return Ok(false);
        }
        let path = target.root.path.display();
        let new = self.seen.files.saturating_sub(
            self.began.files + held - self.decider.manifest.unseen(&target.root.name).len() as u64,
        );
        let emptied = shrunk.iter().filter(|shrunk| shrunk.is_empty()).count() as u64;
        let lost = (gone.len() as u64).saturating_sub(new) + emptied;
        if is_too_much(lost, held, empty) {
            self.seen.withheld += lost;
            self.withhold(format!("{lost} of {held} files are gone from {path}; their articles stay"));
            return Ok(true);
        }
        let among = gone.iter().copied().collect();
        let (held, lost) = self.decider.manifest.articles_of_root(&target.root.name, &among)?;
        let lost = lost + shrunk.iter().map(|shrunk| shrunk.loss.lost).sum::<u64>();
        let lost = lost.saturating_sub(self.commit.report().added - self.began.added);
        let too_much = held > 1 && is_too_much(lost, held, lost >= held);
        if too_much {
            self.seen.withheld += gone.len() as u64;
            self.seen.withheld_articles += lost;
            self.withhold(format!("{lost} of {held} articles are gone from {path}; they stay"));
        }
        Ok(too_much)
    }

    /// Keeps what files of several articles seem to have lost.
    fn keep_shrunk(&mut self, kept: &[Shrunk]) {
        for Shrunk { file, loss, .. } in kept {
            let Loss { lost, held, .. } = loss;
            self.seen.withheld_articles += lost;
            self.withhold(format!(
                "{lost} of {held} articles are gone from {}/{}; they stay",
                file.root, file.path
            ));
        }
    }

    fn lies_below(&self, key: u64, folders: &[String]) -> Result<bool, Error> {
        let Some(known) = self.decider.manifest.get(key) else { return Ok(false) };
        let path = self.decider.manifest.record(&known)?.path;
        Ok(folders.iter().any(|folder| {
            let leads = |rest: &str| rest.starts_with(['/', '!']);
            folder.is_empty() || path.strip_prefix(folder.as_str()).is_some_and(leads)
        }))
    }

    /// Puts a file into the chunk; reads the chunk when it is full.
    fn add<'t>(&mut self, chunk: &mut Chunk<'t>, mut job: Job<'t>) -> Result<(), Error> {
        let large = job.is_large(self.options.large_file);
        if large {
            self.flush(chunk)?;
            self.commit.commit_if_dirty()?;
            if let Err(error) = self.spill(&mut job) {
                return self.commit.leave_out(&self.decider.manifest, &job, &error, self.surroundings.tell);
            }
        }
        chunk.bytes += job.found.stamp.len;
        let most = match (self.commit.has_committed(), &chunk.inside) {
            (false, _) => FIRST_CHUNK_BYTES,
            (true, None) => CHUNK_BYTES,
            (true, Some(_)) => CHUNK_BYTES_INSIDE,
        };
        chunk.jobs.push(job);
        if large || chunk.jobs.len() >= self.options.chunk_files || chunk.bytes >= most {
            self.flush(chunk)?;
        }
        Ok(())
    }

    /// Has the files of a chunk read.
    fn flush(&mut self, chunk: &mut Chunk<'_>) -> Result<(), Error> {
        let (jobs, bytes) = (std::mem::take(&mut chunk.jobs), std::mem::take(&mut chunk.bytes));
        if jobs.is_empty() {
            return Ok(());
        }
        for Job { target, found, why, .. } in &jobs {
            (self.surroundings.tell)(Event::Reading {
                root: &target.root.name,
                path: &found.relative,
                why: why.as_str(),
            });
        }
        let archives = self.commit.read(&self.decider.manifest, &jobs, self.surroundings.tell)?;
        for (number, kind) in archives {
            self.open(&jobs[number], kind, chunk)?;
        }
        match &chunk.inside {
            Some(inside) => self.progress_inside(inside),
            None => {
                self.seen.bytes += bytes;
                self.progress();
            }
        }
        Ok(())
    }

    /// Tells how far the run is.
    fn progress(&mut self) {
        let Report { added, updated, .. } = self.commit.report();
        let Seen { files, bytes, .. } = self.seen;
        (self.surroundings.tell)(Event::Progress { files, bytes, articles: added + updated });
    }

    /// Tells how far the outermost archive is read.
    fn progress_inside(&mut self, inside: &Inside) {
        let Report { added, updated, .. } = self.commit.report();
        let (bytes, articles) = (inside.reached, added + updated);
        (self.surroundings.tell)(Event::Within { bytes, articles });
    }

    /// Skips a path that cannot be looked at, or is not to be.
    fn skip(
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
            stamp: FileStamp::default(),
            is_chosen: true,
        };
        let (bytes, within) = (Bytes::Own, 0);
        let job = Job { target, key, found, known, why: Why::Retry, fingerprint, bytes, within };
        // Of an archive that cannot be looked at, what it held may still be there.
        self.keep_within(key);
        self.commit.skip(&self.decider.manifest, &job, &error.fault, self.surroundings.tell)
    }

    /// Leaves a root, with everything that was read from it.
    pub fn forget_root(&mut self, name: &str) -> Result<(), Error> {
        let keys = self.decider.manifest.unseen(name);
        self.commit.remove(&self.decider.manifest, &keys, self.surroundings.tell)
    }

    /// Has everything committed, and says what came of it.
    pub fn finish(mut self) -> Result<Outcome, Error> {
        self.compare_articles()?;
        let Self { options, decider, commit, seen, missing, shrunk, lacking, cut, faults, .. } = self;
        let mut report = commit.finish(cut.is_none(), !lacking)?;
        let is_whole = cut.is_none() && !lacking;
        if is_whole || !options.rebuild {
            decider.pending.settle(&options.index, is_whole)?;
        }
        report.files += seen.files;
        report.skipped_known += seen.skipped_known;
        report.hidden += seen.hidden;
        report.left += seen.left;
        report.withheld += seen.withheld;
        report.withheld_articles += seen.withheld_articles;
        Ok(Outcome { report, ended: cut.unwrap_or(Ended::Done), missing, shrunk, faults })
    }
}
