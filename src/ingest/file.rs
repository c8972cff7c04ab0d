//! One file: reading it, and replacing what the index holds of it.

use std::{
    collections::HashSet,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
    sync::{Mutex, PoisonError},
};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{
    Stop,
    work::{Job, is_large},
};
use crate::{
    annotation::Annotations,
    article::{Article, ArticleId, hash64},
    crawl,
    extract::annotate,
    index::{Batch, Claims, Error, KnownArticle, Manifest, Writer},
    report::{FileStamp, PASSING, Skipped},
    source::{self, Place, Record},
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
    pub new: Vec<ArticleId>,
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
        if is_large(&job.found) {
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
        source::read(&mut &bytes[..], &place(job), &job.target.config.source, &mut |record| {
            records.push(record)
        });
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
        source::read(input, &place(job), &job.target.config.source, &mut |record| {
            waiting.push(record);
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
    fn skip(&self, job: &Job<'_>, reason: &'static str, message: String) -> Result<Done, Error> {
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
    old: Old,
    skipped: Vec<Skipped>,
    done: Done,
}

/// What the index holds of a file and has not been met again.
#[derive(Default)]
struct Old {
    by_content: FxHashMap<u64, Vec<ArticleId>>,
    /// Hashes of the records by the ids they claim; those met since are no longer in `by_content`.
    by_claim: FxHashMap<u64, Vec<u64>>,
}

impl Old {
    fn new(articles: Vec<KnownArticle>) -> Self {
        let mut old = Self::default();
        for article in articles {
            old.by_claim.entry(article.id.key()).or_default().push(article.content);
            old.by_content.entry(article.content).or_default().push(article.id);
        }
        old
    }

    /// An article that holds just that.
    fn take_same(&mut self, content: u64) -> Option<ArticleId> {
        let alike = self.by_content.get_mut(&content)?;
        let same = alike.pop();
        if alike.is_empty() {
            self.by_content.remove(&content);
        }
        same
    }

    /// An article that claims the same id, to be replaced.
    fn take_claimant(&mut self, id: &ArticleId) -> Option<ArticleId> {
        loop {
            let content = self.by_claim.get_mut(&id.key())?.pop()?;
            if let Some(old) = self.take_same(content) {
                return Some(old);
            }
        }
    }
}

impl<'r, 'j> Update<'r, 'j> {
    fn begin(reader: &'r Reader<'r>, job: &'j Job<'j>, done: Done) -> Result<Self, Error> {
        let old = match job.known {
            Some(_) => Old::new(reader.manifest.articles(job.key)?),
            None => Old::default(),
        };
        Ok(Self { reader, job, old, skipped: Vec::new(), done })
    }

    /// Writes the articles that are new or changed.
    fn records(&mut self, records: Vec<Record>) -> Result<(), Error> {
        let mut fresh: Vec<(ArticleId, u64, Article)> = Vec::new();
        for record in records {
            match record {
                Ok(article) => fresh.extend(self.fresh(article)),
                Err(error) => {
                    self.skipped.push(skipped(self.job, error.record, error.reason, error.message));
                }
            }
        }
        let found: Vec<Annotations> = match &fresh[..] {
            [(_, _, article)] => vec![annotate(article)],
            _ => fresh.par_iter().map(|(_, _, article)| annotate(article)).collect(),
        };
        for ((id, content, article), found) in fresh.into_iter().zip(found) {
            self.write(id, content, &article, &found)?;
        }
        Ok(())
    }

    /// The article with its id and hash, unless the index holds just that or must not hold it.
    fn fresh(&mut self, article: Article) -> Option<(ArticleId, u64, Article)> {
        let id = ArticleId::claimed(&article);
        if self.reader.takedowns.cover(&article, &id) {
            self.done.taken_down += 1;
            return None;
        }
        let content = content_hash(&article);
        let same = self.job.known.is_some_and(|known| known.config == self.job.fingerprint);
        if same && self.old.take_same(content).is_some() {
            return None;
        }
        Some((id, content, article))
    }

    fn write(
        &mut self,
        id: ArticleId,
        content: u64,
        article: &Article,
        found: &Annotations,
    ) -> Result<(), Error> {
        let mut batch = Batch::default();
        let mut claims = self.reader.claims.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(old) = self.old.take_claimant(&id) {
            claims.release(&old);
            batch.remove_article(&old);
            self.done.updated += 1;
        } else {
            self.done.added += 1;
            if !claims.is_held(&id) {
                self.done.new.push(id.clone());
            }
        }
        let id = claims.claim(id);
        drop(claims);
        batch.add_article(&ArticleView::new(&id, article, found, self.job.key, content));
        self.done.wrote = true;
        self.reader.writer.apply(batch)
    }

    /// Removes what is no longer there, and records the file.
    fn finish(mut self, read: Reading) -> Result<Done, Error> {
        let mut batch = Batch::default();
        self.reader.record(self.job, &mut batch, read, self.job.fingerprint, &self.skipped);
        let mut claims = self.reader.claims.lock().unwrap_or_else(PoisonError::into_inner);
        for old in self.old.by_content.values().flatten() {
            claims.release(old);
            batch.remove_article(old);
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

/// All bytes of a file and the stamp it had before and after; nothing when that differed twice.
fn whole(path: &Path) -> io::Result<Option<(Vec<u8>, FileStamp)>> {
    for _ in 0..2 {
        let mut file = File::open(path)?;
        let before = crawl::stamp(&file.metadata()?);
        let mut bytes = Vec::with_capacity(usize::try_from(before.len).unwrap_or_default() + 1);
        file.read_to_end(&mut bytes)?;
        if crawl::stamp(&file.metadata()?) == before {
            return Ok(Some((bytes, before)));
        }
    }
    Ok(None)
}

/// A file that is hashed while it is read.
struct Hashing {
    input: BufReader<File>,
    hasher: blake3::Hasher,
}

impl Hashing {
    fn open(path: &Path) -> io::Result<Self> {
        Ok(Self {
            input: BufReader::with_capacity(1 << 18, File::open(path)?),
            hasher: blake3::Hasher::new(),
        })
    }

    /// The hash of what was read, as [`hash64`] gives it.
    fn hash(&self) -> u64 {
        let hash = self.hasher.finalize();
        let (head, _) = hash.as_bytes().split_first_chunk::<8>().expect("a hash has 32 bytes");
        u64::from_be_bytes(*head).max(1)
    }
}

impl Read for Hashing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut available = self.fill_buf()?;
        let count = available.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Hashing {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.input.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.hasher.update(&self.input.buffer()[..count]);
        self.input.consume(count);
    }
}
