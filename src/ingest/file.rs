//! One file: reading it, and replacing what the index holds of it.

use std::{
    collections::BTreeMap,
    io::{self, BufRead},
    mem,
    sync::{Mutex, PoisonError},
};

use rayon::prelude::*;

use super::{
    decide::Why,
    ending::Limit,
    job::{Filed, Job, Reading},
    loss::{Loss, Shrunk},
    old::{Former, Listed, Old},
};
use crate::{
    annotation::Annotations,
    article::{Article, ArticleId, Claim, Remark, hash64},
    extract::annotate,
    index::{Batch, Claims, Error, Manifest, Writer, corrections::speakers::Speakers},
    quote_at::QuoteAt,
    report::{LeftOut, News, Skipped, Unfinished},
    source::{self, Place, Record, Told, Unread, archive},
    state::Takedowns,
    view::{ArticleView, FileView, StoredFile, content_hash},
};

/// Records of a file that are extracted at a time. Between two lots the run may end.
pub(super) const RECORDS_AT_A_TIME: usize = 64;

/// What was done about one file.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub added: u64,
    pub updated: u64,
    pub removed: u64,
    pub taken_down: u64,
    pub bytes: u64,
    /// What was left out for the first time, or for a new reason, and how much as before.
    pub news: News,
    /// Articles that nothing in the index claimed the id of.
    pub new: Vec<Claim>,
    /// How many records something was mended or guessed in, by what, with the first of each.
    pub remarks: BTreeMap<String, (u64, Remark)>,
    /// Words whose speaker was corrected and that are not in their story.
    pub gone: Vec<QuoteAt>,
    /// Stories that were taken down by a former id, and that id before theirs.
    pub carried: Vec<(ArticleId, ArticleId)>,
    /// Whether the index was changed.
    pub wrote: bool,
    /// Whether the run was stopped before the file was done.
    pub left: bool,
    /// Articles that seem gone and were kept.
    pub withheld: u64,
    /// What seems gone of it, to be judged when the whole root was seen.
    pub shrunk: Option<Shrunk>,
    /// What archive it is, if it is one: nothing was done then.
    pub archive: Option<archive::Kind>,
}

/// Reads files, on any thread.
pub(super) struct Reader<'r> {
    pub writer: &'r Writer,
    pub manifest: &'r Manifest,
    pub claims: &'r Mutex<Claims>,
    pub takedowns: &'r Takedowns,
    pub speakers: &'r Speakers,
    pub limit: &'r Limit,
    pub now_ns: i64,
    /// Whether what seems gone is gone, however much it is.
    pub believes: bool,
}

impl Reader<'_> {
    /// Reads a file and brings what the index holds of it up to date.
    pub fn process(&self, job: &Job<'_>) -> Result<Done, Error> {
        if self.limit.ended().is_some() {
            return Ok(Done { left: true, ..Done::default() });
        }
        let (bytes, stamp) = match job.whole() {
            Ok(Some(read)) => read,
            Ok(None) => return self.changing(job),
            Err(error) => return self.unreadable(job, &error),
        };
        let archive = archive::Kind::of(&job.place(), source::head(&bytes));
        if archive.is_some() || !job.found.is_chosen {
            return Ok(Done { archive, ..Done::default() });
        }
        let read = Reading { stamp, content: hash64(&bytes).max(1) };
        let own = if job.within == 0 { bytes.len() as u64 } else { 0 };
        let mut done = Done { bytes: own, ..Done::default() };
        if self.holds(job, read.content)? {
            self.keep(job, read, &mut done)?;
            return Ok(done);
        }
        let mut records = Vec::new();
        let again = || -> io::Result<Box<dyn BufRead + '_>> { Ok(Box::new(&bytes[..])) };
        let place = Place { again: Some(&again), ..job.place() };
        source::find(None, &mut &bytes[..], &place, &job.target.config.source, &mut |told, found| {
            records.push((told, found));
        });
        let listed = match job.known {
            Some(_) => Listed::new(self.manifest.articles(job.key)?),
            None => Listed::default(),
        };
        let (_, unfinished) = self.recorded(job)?;
        let renews = renews(job, unfinished.as_ref());
        let mut update = Update::begin(job, listed, LeftOut::default(), renews, done);
        let mut records = records.into_iter().peekable();
        while records.peek().is_some() {
            if self.limit.ended().is_some() {
                return update.pause(self, read, &Unfinished { renews, ..Unfinished::default() });
            }
            update.records(self, records.by_ref().take(RECORDS_AT_A_TIME).collect())?;
        }
        update.finish(self, read)
    }

    /// A file that changed twice while it was read.
    pub fn changing(&self, job: &Job<'_>) -> Result<Done, Error> {
        self.skip(job, "changing", "it changes while it is read; the next run tries again".to_owned())
    }

    /// A file that could not be read to its end after a part of it was committed: its record stands, and tells that it is
    /// not finished.
    pub fn given_up(&self, job: &Job<'_>, reason: &'static str, message: String) -> Done {
        let news = News { lines: vec![skipped(job, None, reason, message)], new: 1, known: 0 };
        Done { news, ..Done::default() }
    }

    /// A file that cannot be read.
    pub fn unreadable(&self, job: &Job<'_>, error: &io::Error) -> Result<Done, Error> {
        if let Some(fault) = error.get_ref().and_then(|inner| inner.downcast_ref::<source::Error>()) {
            return self.skip(job, fault.reason, fault.message.clone());
        }
        if error.kind() == io::ErrorKind::NotFound && job.found.path.symlink_metadata().is_err() {
            // Gone since the walk: the next run removes what the index holds of it.
            let skipped = skipped(job, None, "vanished", "it was removed while the run went on".to_owned());
            let news = News { lines: vec![skipped], new: 1, known: 0 };
            return Ok(Done { news, ..Done::default() });
        }
        self.skip(job, "unreadable", error.to_string())
    }

    /// Records that a file was left out. What the index holds of it stays: nothing says that it is gone.
    pub fn skip(&self, job: &Job<'_>, reason: &'static str, message: String) -> Result<Done, Error> {
        let (old, unfinished) = self.recorded(job)?;
        let mut left_out = old.without_passing();
        left_out.add(skipped(job, None, reason, message));
        let mut done = Done::default();
        if left_out != old {
            let (stamp, content, config) = match job.known {
                Some(known) => (known.stamp, known.content, known.config),
                None => (job.found.stamp, 0, job.fingerprint),
            };
            let (read, file) = (Reading { stamp, content }, Filed { config, ..job.filed() });
            let mut batch = Batch::default();
            self.record(&file, &mut batch, read, &left_out, unfinished.as_ref());
            self.writer.apply(batch)?;
            done.wrote = true;
        }
        done.news = left_out.news(&old);
        Ok(done)
    }

    /// Records an archive whose members are done with, in the place of what the file held before.
    pub fn archive(&self, job: &Job<'_>, read: Reading, left_out: LeftOut) -> Result<Done, Error> {
        let listed = match job.known {
            Some(_) => Listed::new(self.manifest.articles(job.key)?),
            None => Listed::default(),
        };
        let own = if job.within == 0 { read.stamp.len } else { 0 };
        let done = Done { bytes: own, ..Done::default() };
        Update::begin(job, listed, left_out, false, done).finish(self, read)
    }

    /// Whether the index holds just these bytes, read to their end by the same program with the same settings and
    /// corrections.
    pub fn holds(&self, job: &Job<'_>, content: u64) -> Result<bool, Error> {
        let holds = job.why != Why::Corrected
            && job.known.is_some_and(|known| known.config == job.fingerprint && known.content == content);
        Ok(holds && self.recorded(job)?.1.is_none())
    }

    /// A file that holds what it held: only its stamp may have to be renewed.
    pub fn keep(&self, job: &Job<'_>, read: Reading, done: &mut Done) -> Result<(), Error> {
        let Some(known) = job.known else { return Ok(()) };
        let old = self.recorded(job)?.0;
        let left_out = old.without_passing();
        if known.stamp != read.stamp || known.passing || !known.settled {
            let mut batch = Batch::default();
            self.record(&job.filed(), &mut batch, read, &left_out, None);
            self.writer.apply(batch)?;
            done.wrote = true;
        }
        done.news = left_out.news(&old);
        Ok(())
    }

    /// Records a file in the place of what was recorded of it.
    pub fn record(
        &self,
        file: &Filed,
        batch: &mut Batch,
        read: Reading,
        left_out: &LeftOut,
        unfinished: Option<&Unfinished>,
    ) {
        batch.remove_record(file.key);
        batch.add_record(&FileView {
            key: file.key,
            root: &file.root,
            path: &file.path,
            content: read.content,
            stamp: read.stamp,
            read_ns: self.now_ns,
            config: file.config,
            within: file.within,
            left_out,
            unfinished,
        });
    }

    /// What was left out of a file when it was last read, and how far that came if not to its end.
    pub fn recorded(&self, job: &Job<'_>) -> Result<(LeftOut, Option<Unfinished>), Error> {
        let Some(known) = job.known.filter(|known| known.skips > 0 || known.passing) else {
            return Ok(Default::default());
        };
        let StoredFile { skipped, unfinished, .. } = self.manifest.record(&known)?;
        Ok((LeftOut::of(skipped), unfinished))
    }

    /// Removes a file with everything that was read from it.
    pub fn remove(&self, key: u64) -> Result<Done, Error> {
        let articles = self.manifest.articles(key)?;
        let mut claims = self.claims.lock().unwrap_or_else(PoisonError::into_inner);
        articles.iter().try_for_each(|article| claims.release(&article.id))?;
        let mut batch = Batch::default();
        batch.remove_file(key);
        // Before the claims are let go: an article that takes one of these ids must come after the removal.
        self.writer.apply(batch)?;
        drop(claims);
        Ok(Done { removed: articles.len() as u64, wrote: true, ..Done::default() })
    }

    /// Takes out what a file lost, and records it; a damaged one of several articles keeps what it held.
    pub fn settle(&self, shrunk: &Shrunk, done: &mut Done) -> Result<(), Error> {
        let Shrunk { file, read, left_out, loss: Loss { gone, held, .. }, damaged } = shrunk;
        let mut batch = Batch::default();
        self.record(file, &mut batch, *read, left_out, None);
        if *damaged && *held > 1 && !self.believes {
            done.withheld += gone.len() as u64;
            self.writer.apply(batch)?;
        } else {
            done.removed += gone.len() as u64;
            self.remove_articles(gone, batch)?;
        }
        done.wrote = true;
        Ok(())
    }

    /// Removes these articles, and records the file that held them in the same batch.
    pub fn remove_articles(&self, ids: &[ArticleId], mut batch: Batch) -> Result<(), Error> {
        let mut claims = self.claims.lock().unwrap_or_else(PoisonError::into_inner);
        for id in ids {
            claims.release(id)?;
            batch.remove_article(id);
        }
        // Before the claims are let go: an article that takes one of these ids must come after the removal.
        self.writer.apply(batch)
    }
}

/// New content for a file, record by record.
pub(super) struct Update<'j, O> {
    job: &'j Job<'j>,
    pub old: O,
    pub left_out: LeftOut,
    /// Whether the file as a whole has a fault: what could not be read of it is not gone.
    pub damaged: bool,
    /// Whether nothing that the index holds of it may stay as it is.
    renews: bool,
    pub done: Done,
}

/// A record to be written.
struct Fresh {
    claim: Claim,
    content: u64,
    article: Article,
    /// What it replaces, as far as that is known now.
    former: Former,
}

impl<'j, O: Old> Update<'j, O> {
    pub fn begin(job: &'j Job<'j>, old: O, left_out: LeftOut, renews: bool, done: Done) -> Self {
        Self { job, old, left_out, damaged: false, renews, done }
    }

    /// Writes the articles that are new, changed or moved.
    pub fn records(&mut self, reader: &Reader<'_>, found: Vec<(Told, Unread)>) -> Result<(), Error> {
        let (place, config) = (self.job.place(), &self.job.target.config.source);
        let read = |(told, found): (Told, Unread)| (told, source::read_found(found, &place, config));
        let records: Vec<(Told, Record)> = match found.len() {
            1 => found.into_iter().map(read).collect(),
            _ => found.into_par_iter().map(read).collect(),
        };
        let mut fresh: Vec<Fresh> = Vec::new();
        for (told, record) in records {
            match record {
                Ok(article) => {
                    for remark in &article.remarks {
                        let first = || (0, remark.clone());
                        self.done.remarks.entry(remark.code.clone()).or_insert_with(first).0 += 1;
                    }
                    fresh.extend(self.fresh(reader, article, told.container)?);
                }
                Err(error) => {
                    self.damaged |= error.record.is_none();
                    self.left_out.add(skipped(self.job, error.record, error.reason, error.message));
                }
            }
        }
        let find = |fresh: &Fresh| -> Result<(Annotations, Vec<QuoteAt>), Error> {
            match &fresh.former {
                Former { articles, moved: true } => Ok((reader.manifest.found(&articles[0])?, Vec::new())),
                _ => {
                    let mut found = annotate(&fresh.article);
                    let gone = reader.speakers.apply(&fresh.claim.id(), &fresh.article, &mut found);
                    Ok((found, gone))
                }
            }
        };
        let found: Vec<(Annotations, Vec<QuoteAt>)> = match &fresh[..] {
            [one] => vec![find(one)?],
            _ => fresh.par_iter().map(find).collect::<Result<_, _>>()?,
        };
        fresh.into_iter().zip(found).try_for_each(|(fresh, (found, gone))| {
            self.done.gone.extend(gone);
            self.write(reader, fresh, &found)
        })
    }

    /// The article with its id and hash, unless the index holds just that or must not hold it.
    fn fresh(
        &mut self,
        reader: &Reader<'_>,
        article: Article,
        container: bool,
    ) -> Result<Option<Fresh>, Error> {
        let claim = self.old.claim(&article, container);
        let (id, takedowns) = (claim.id(), reader.takedowns);
        let former = claim.former().filter(|former| takedowns.cover_former(&article, former));
        if former.is_some() || takedowns.cover(&article, &id) {
            self.done.carried.extend(former.map(|former| (former, id)));
            self.done.taken_down += 1;
            return Ok(None);
        }
        // The rules of a story are a part of what is stored of it.
        let content = content_hash(&article) ^ reader.speakers.fingerprint(claim.id().key());
        let former = self.old.replaced(reader.manifest, claim, content, !self.renews)?;
        if former.moved && former.articles[0].record == article.origin.record {
            return Ok(None);
        }
        Ok(Some(Fresh { claim, content, article, former }))
    }

    fn write(&mut self, reader: &Reader<'_>, fresh: Fresh, found: &Annotations) -> Result<(), Error> {
        let Fresh { claim, content, article, mut former } = fresh;
        if former.articles.is_empty() {
            former.articles.extend(self.old.claimant(claim));
        }
        let id = claim.id();
        let mut batch = Batch::default();
        let mut claims = reader.claims.lock().unwrap_or_else(PoisonError::into_inner);
        for old in &former.articles {
            claims.release(&old.id)?;
            batch.remove_article(&old.id);
        }
        match former.articles.len() as u64 {
            0 => {
                self.done.added += 1;
                if !claims.is_held(&id)? {
                    self.done.new.push(claim);
                }
            }
            replaced => {
                self.done.updated += u64::from(!former.moved);
                self.done.removed += replaced - 1;
            }
        }
        let renamed = former.articles.iter().any(|old| old.id.key() != id.key());
        let id = claims.claim(id)?;
        // An article that takes an id that was let go must come after the removal.
        let _held = renamed.then_some(claims);
        batch.add_article(&ArticleView::new(&id, &article, found, self.job.key, content));
        self.done.wrote = true;
        reader.writer.apply(batch)
    }

    /// Records how far the file was read, so that the next run reads it again. What of it was not met stays.
    pub fn pause(mut self, reader: &Reader<'_>, read: Reading, reached: &Unfinished) -> Result<Done, Error> {
        self.mark(reader, read, reached)?;
        self.done.left = true;
        Ok(self.done)
    }

    /// As [`pause`](Self::pause), and goes on.
    pub fn mark(&mut self, reader: &Reader<'_>, read: Reading, reached: &Unfinished) -> Result<(), Error> {
        let mut batch = Batch::default();
        let read = Reading { content: 0, ..read };
        reader.record(&self.job.filed(), &mut batch, read, &self.left_out, Some(reached));
        reader.writer.apply(batch)?;
        self.done.wrote = true;
        Ok(())
    }

    /// Takes out what was not met, as far as that is to be believed, and records the file.
    pub fn end(
        &mut self,
        reader: &Reader<'_>,
        read: Reading,
        loss: Loss,
        before: &LeftOut,
    ) -> Result<Done, Error> {
        let (mut done, left_out) = (mem::take(&mut self.done), mem::take(&mut self.left_out));
        done.news = left_out.news(before);
        let shrunk = Shrunk { file: self.job.filed(), read, left_out, loss, damaged: self.damaged };
        if !reader.believes && shrunk.is_doubtful() {
            done.shrunk = Some(shrunk);
        } else {
            reader.settle(&shrunk, &mut done)?;
        }
        Ok(done)
    }
}

impl Update<'_, Listed> {
    /// Removes what is no longer there, and records the file.
    fn finish(mut self, reader: &Reader<'_>, read: Reading) -> Result<Done, Error> {
        let gone: Vec<ArticleId> = self.old.rest().map(|old| old.id.clone()).collect();
        let lost = (gone.len() as u64).saturating_sub(self.done.added);
        let loss = Loss { gone, lost, held: self.old.held() };
        let before = reader.recorded(self.job)?.0;
        self.end(reader, read, loss, &before)
    }
}

/// Whether what the index holds of a file was read by another program or with other settings, as far back as its last
/// whole reading.
pub(super) fn renews(job: &Job<'_>, unfinished: Option<&Unfinished>) -> bool {
    let read_so = job.known.is_some_and(|known| known.config == job.fingerprint);
    !read_so || unfinished.is_some_and(|unfinished| unfinished.renews)
}

pub(super) fn skipped(job: &Job<'_>, record: Option<u32>, reason: &str, message: String) -> Skipped {
    Skipped {
        root: job.target.root.name.clone(),
        path: job.found.relative.clone(),
        record,
        reason: reason.to_owned(),
        message,
        count: None,
    }
}
