//! One file: reading it, and replacing what the index holds of it.

use std::{
    collections::HashSet,
    io,
    sync::{Mutex, PoisonError},
};

use rayon::prelude::*;

use super::{
    bytes::{Hashing, whole},
    job::Job,
    old::Old,
    options::Stop,
};
use crate::{
    annotation::Annotations,
    article::{Article, ArticleId, Claim, Naming, hash64},
    crawl,
    extract::annotate,
    index::{Batch, Claims, Error, KnownArticle, Manifest, Writer},
    report::{FileStamp, PASSING, Skipped},
    source::{self, Place, Record, Told},
    state::Takedowns,
    view::{ArticleView, FileView, StoredFile, content_hash},
};

/// Records of a large file that are extracted at a time.
const RECORDS_AT_A_TIME: usize = 64;

/// What was done about one file.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub added: u64,
    pub updated: u64,
    pub removed: u64,
    pub taken_down: u64,
    pub bytes: u64,
    /// What was left out for the first time, or for a new reason.
    pub skipped: Vec<Skipped>,
    pub skipped_known: u64,
    /// Articles that nothing in the index claimed the id of.
    pub new: Vec<Claim>,
    /// Stories that were taken down by a former id, and that id before theirs.
    pub carried: Vec<(ArticleId, ArticleId)>,
    /// Whether the index was changed.
    pub wrote: bool,
    /// Whether the run was stopped before the file was begun.
    pub left: bool,
    /// Whether what was written of it is of no use and must not be committed.
    pub torn: bool,
    /// Why it could not be read to its end.
    pub failed: Option<io::Error>,
}

/// Reads files, on any thread.
pub(super) struct Reader<'r> {
    pub writer: &'r Writer,
    pub manifest: &'r Manifest,
    pub claims: &'r Mutex<Claims>,
    pub takedowns: &'r Takedowns,
    pub stop: &'r Stop,
    pub now_ns: i64,
}

/// A file as it was read: its stamp, which held all the while, and the hash of its bytes.
#[derive(Clone, Copy)]
struct Reading {
    stamp: FileStamp,
    content: u64,
}

impl Reader<'_> {
    /// Reads a file and brings what the index holds of it up to date.
    pub fn process(&self, job: &Job<'_>) -> Result<Done, Error> {
        if self.stop.signal().is_some() {
            return Ok(Done { left: true, ..Done::default() });
        }
        if job.is_large() {
            return self.large(job);
        }
        let (bytes, stamp) = match whole(&job.found.path) {
            Ok(Some(read)) => read,
            Ok(None) => return self.changing(job),
            Err(error) => return self.unreadable(job, &error),
        };
        let read = Reading { stamp, content: hash64(&bytes).max(1) };
        let mut done = Done { bytes: bytes.len() as u64, ..Done::default() };
        if unchanged(job, read.content) {
            self.keep(job, read, &mut done)?;
            return Ok(done);
        }
        let mut records = Vec::new();
        source::read_as(
            None,
            &mut &bytes[..],
            &place(job),
            &job.target.config.source,
            &mut |told, record| {
                records.push((told, record));
            },
        );
        let mut update = Update::begin(self, job, done)?;
        update.records(records)?;
        update.finish(read)
    }

    /// Reads a file as a stream, a few records at a time.
    fn large(&self, job: &Job<'_>) -> Result<Done, Error> {
        match self.stream(job) {
            Ok(done) => done,
            Err(error) => self.unreadable(job, &error),
        }
    }

    fn stream(&self, job: &Job<'_>) -> io::Result<Result<Done, Error>> {
        let before = crawl::stamp(&std::fs::metadata(&job.found.path)?);
        let mut done = Done::default();
        if job.known.is_some_and(|known| known.config == job.fingerprint) {
            let mut input = Hashing::open(&job.found.path)?;
            io::copy(&mut input, &mut io::sink())?;
            let content = input.hash();
            done.bytes += before.len;
            let after = crawl::stamp(&std::fs::metadata(&job.found.path)?);
            if unchanged(job, content) && before == after {
                let kept = self.keep(job, Reading { stamp: after, content }, &mut done);
                return Ok(kept.map(|()| done));
            }
        }
        let mut input = Hashing::open(&job.found.path)?;
        done.bytes += before.len;
        let mut update = match Update::begin(self, job, done) {
            Ok(update) => update,
            Err(error) => return Ok(Err(error)),
        };
        if let Err(error) = self.records(job, &mut input, &mut update) {
            return Ok(Err(error));
        }
        // From here on part of the file is written, and a fault must take it back.
        let rest = io::copy(&mut input, &mut io::sink()).and_then(|_| std::fs::metadata(&job.found.path));
        let after = match rest {
            Ok(metadata) => crawl::stamp(&metadata),
            Err(error) => return Ok(Ok(Done { torn: true, failed: Some(error), ..Done::default() })),
        };
        if before != after || self.stop.signal().is_some() {
            return Ok(Ok(Done { torn: true, ..Done::default() }));
        }
        Ok(update.finish(Reading { stamp: after, content: input.hash() }))
    }

    fn records(&self, job: &Job<'_>, input: &mut Hashing, update: &mut Update<'_, '_>) -> Result<(), Error> {
        let mut waiting = Vec::new();
        let mut result = Ok(());
        source::read_as(None, input, &place(job), &job.target.config.source, &mut |told, record| {
            waiting.push((told, record));
            if waiting.len() < RECORDS_AT_A_TIME {
                return;
            }
            let records = std::mem::take(&mut waiting);
            if result.is_ok() && self.stop.signal().is_none() {
                result = update.records(records);
            }
        });
        result?;
        update.records(waiting)
    }

    /// A file that changed twice while it was read.
    pub fn changing(&self, job: &Job<'_>) -> Result<Done, Error> {
        self.skip(job, "changing", "it changes while it is read; the next run tries again".to_owned())
    }

    /// A file that cannot be read.
    pub fn unreadable(&self, job: &Job<'_>, error: &io::Error) -> Result<Done, Error> {
        if error.kind() == io::ErrorKind::NotFound && job.found.path.symlink_metadata().is_err() {
            // Gone since the walk: the next run removes what the index holds of it.
            let skipped = skipped(job, None, "vanished", "it was removed while the run went on".to_owned());
            return Ok(Done { skipped: vec![skipped], ..Done::default() });
        }
        self.skip(job, "unreadable", error.to_string())
    }

    /// Records that a file was left out. What the index holds of it stays: nothing says that it is gone.
    pub fn skip(&self, job: &Job<'_>, reason: &'static str, message: String) -> Result<Done, Error> {
        let old = self.recorded(job)?;
        let mut list = lasting(&old);
        list.push(skipped(job, None, reason, message));
        let mut done = Done::default();
        if list != old {
            let (stamp, content, config) = match job.known {
                Some(known) => (known.stamp, known.content, known.config),
                None => (job.found.stamp, 0, job.fingerprint),
            };
            let mut batch = Batch::default();
            self.record(job, &mut batch, Reading { stamp, content }, config, &list);
            self.writer.apply(batch)?;
            done.wrote = true;
        }
        classify(&mut done, list, &old);
        Ok(done)
    }

    /// A file that holds what it held: only its stamp may have to be renewed.
    fn keep(&self, job: &Job<'_>, read: Reading, done: &mut Done) -> Result<(), Error> {
        let Some(known) = job.known else { return Ok(()) };
        let old = if known.skips > 0 { self.recorded(job)? } else { Vec::new() };
        let list = lasting(&old);
        if known.stamp != read.stamp || known.passing || !known.settled {
            let mut batch = Batch::default();
            self.record(job, &mut batch, read, job.fingerprint, &list);
            self.writer.apply(batch)?;
            done.wrote = true;
        }
        classify(done, list, &old);
        Ok(())
    }

    fn record(&self, job: &Job<'_>, batch: &mut Batch, read: Reading, config: u64, skipped: &[Skipped]) {
        if job.known.is_some() {
            batch.remove_record(job.key);
        }
        batch.add_record(&FileView {
            key: job.key,
            root: &job.target.root.name,
            path: &job.found.relative,
            content: read.content,
            stamp: read.stamp,
            read_ns: self.now_ns,
            config,
            skipped,
        });
    }

    /// What was left out of a file when it was last read.
    fn recorded(&self, job: &Job<'_>) -> Result<Vec<Skipped>, Error> {
        let Some(known) = job.known.filter(|known| known.skips > 0) else { return Ok(Vec::new()) };
        let StoredFile { skipped, .. } = self.manifest.record(&known)?;
        Ok(skipped)
    }

    /// Removes a file with everything that was read from it.
    pub fn remove(&self, key: u64) -> Result<Done, Error> {
        let articles = self.manifest.articles(key)?;
        let mut claims = self.claims.lock().unwrap_or_else(PoisonError::into_inner);
        articles.iter().for_each(|article| claims.release(&article.id));
        let mut batch = Batch::default();
        batch.remove_file(key);
        // Before the claims are let go: an article that takes one of these ids must come after the removal.
        self.writer.apply(batch)?;
        drop(claims);
        Ok(Done { removed: articles.len() as u64, wrote: true, ..Done::default() })
    }
}

/// New content for a file, record by record.
struct Update<'r, 'j> {
    reader: &'r Reader<'r>,
    job: &'j Job<'j>,
    naming: Naming,
    old: Old,
    skipped: Vec<Skipped>,
    done: Done,
}

/// A record to be written.
struct Fresh {
    claim: Claim,
    content: u64,
    article: Article,
    /// The article that holds just that, where only its place in the file is another one.
    moved: Option<KnownArticle>,
}

impl<'r, 'j> Update<'r, 'j> {
    fn begin(reader: &'r Reader<'r>, job: &'j Job<'j>, done: Done) -> Result<Self, Error> {
        let old = match job.known {
            Some(_) => Old::new(reader.manifest.articles(job.key)?),
            None => Old::default(),
        };
        Ok(Self { reader, job, naming: Naming::default(), old, skipped: Vec::new(), done })
    }

    /// Writes the articles that are new, changed or moved.
    fn records(&mut self, records: Vec<(Told, Record)>) -> Result<(), Error> {
        let mut fresh: Vec<Fresh> = Vec::new();
        for (told, record) in records {
            match record {
                Ok(article) => fresh.extend(self.fresh(article, told.container)),
                Err(error) => {
                    self.skipped.push(skipped(self.job, error.record, error.reason, error.message));
                }
            }
        }
        let manifest = self.reader.manifest;
        let find = |fresh: &Fresh| match &fresh.moved {
            Some(known) => manifest.found(known),
            None => Ok(annotate(&fresh.article)),
        };
        let found: Vec<Annotations> = match &fresh[..] {
            [one] => vec![find(one)?],
            _ => fresh.par_iter().map(find).collect::<Result<_, _>>()?,
        };
        fresh.into_iter().zip(found).try_for_each(|(fresh, found)| self.write(fresh, &found))
    }

    /// The article with its id and hash, unless the index holds just that or must not hold it.
    fn fresh(&mut self, article: Article, container: bool) -> Option<Fresh> {
        let claim = self.naming.claim(&article, container);
        let (id, takedowns) = (claim.id(), self.reader.takedowns);
        let former = claim.former().filter(|former| takedowns.cover_former(&article, former));
        if former.is_some() || takedowns.cover(&article, &id) {
            self.done.carried.extend(former.map(|former| (former, id)));
            self.done.taken_down += 1;
            return None;
        }
        let content = content_hash(&article);
        let same = self.job.known.is_some_and(|known| known.config == self.job.fingerprint);
        let moved = if same { self.old.take_same(&id, content) } else { None };
        if moved.as_ref().is_some_and(|known| known.record == article.origin.record) {
            return None;
        }
        Some(Fresh { claim, content, article, moved })
    }

    fn write(&mut self, fresh: Fresh, found: &Annotations) -> Result<(), Error> {
        let Fresh { claim, content, article, moved } = fresh;
        let (id, stays) = (claim.id(), moved.is_some());
        let old = moved.or_else(|| self.old.take_claimant(&id));
        let old = old.or_else(|| self.old.take_claimant(&claim.former()?));
        let mut batch = Batch::default();
        let mut claims = self.reader.claims.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(old) = &old {
            claims.release(&old.id);
            batch.remove_article(&old.id);
            self.done.updated += u64::from(!stays);
        } else {
            self.done.added += 1;
            if !claims.is_held(&id) {
                self.done.new.push(claim);
            }
        }
        let renamed = old.is_some_and(|old| old.id.key() != id.key());
        let id = claims.claim(id);
        // An article that takes an id that was let go must come after the removal.
        let _held = renamed.then_some(claims);
        batch.add_article(&ArticleView::new(&id, &article, found, self.job.key, content));
        self.done.wrote = true;
        self.reader.writer.apply(batch)
    }

    /// Removes what is no longer there, and records the file.
    fn finish(mut self, read: Reading) -> Result<Done, Error> {
        let mut batch = Batch::default();
        self.reader.record(self.job, &mut batch, read, self.job.fingerprint, &self.skipped);
        let mut claims = self.reader.claims.lock().unwrap_or_else(PoisonError::into_inner);
        for old in self.old.rest() {
            claims.release(&old.id);
            batch.remove_article(&old.id);
            self.done.removed += 1;
        }
        // Before the claims are let go: an article that takes one of these ids must come after the removal.
        self.reader.writer.apply(batch)?;
        drop(claims);
        self.done.wrote = true;
        let before = self.reader.recorded(self.job)?;
        classify(&mut self.done, self.skipped, &before);
        Ok(self.done)
    }
}

fn place<'j>(job: &'j Job<'_>) -> Place<'j> {
    Place { root: &job.target.root.name, path: &job.found.relative, file: Some(&job.found.path) }
}

/// Whether the index holds just these bytes, read by the same program with the same settings.
fn unchanged(job: &Job<'_>, content: u64) -> bool {
    job.known.is_some_and(|known| known.config == job.fingerprint && known.content == content)
}

fn skipped(job: &Job<'_>, record: Option<u32>, reason: &str, message: String) -> Skipped {
    Skipped {
        root: job.target.root.name.clone(),
        path: job.found.relative.clone(),
        record,
        reason: reason.to_owned(),
        message,
    }
}

/// What stays left out of a file that could be read.
fn lasting(skipped: &[Skipped]) -> Vec<Skipped> {
    skipped.iter().filter(|skipped| !PASSING.contains(&skipped.reason.as_str())).cloned().collect()
}

/// Tells what is left out for the first time, or for a new reason, from the rest.
fn classify(done: &mut Done, skipped: Vec<Skipped>, before: &[Skipped]) {
    let known: HashSet<_> = before.iter().map(|old| (old.record, old.reason.as_str())).collect();
    for skipped in skipped {
        if known.contains(&(skipped.record, skipped.reason.as_str())) {
            done.skipped_known += 1;
        } else {
            done.skipped.push(skipped);
        }
    }
}
