//! A large file: read as a stream, over as many runs as that takes, with commits on the way.
//!
//! What an older version of the file held stays until the reading has passed it. With each commit the file's record says
//! how far the reading is, and [`Passed`] which ids it met; the next run goes on there if the file is still the same, and
//! begins again if it is not: what the index holds already is recognised and costs little.

use std::{io, mem};

use super::{Commit, Tell};
use crate::{
    index::{Batch, Error, Known, Manifest},
    ingest::{
        self,
        bytes::{Stream, Way},
        decide::Why,
        file::{Done, RECORDS_AT_A_TIME, Update, renews},
        job::{Job, Reading},
        loss::Loss,
        old::Indexed,
        options::Event,
        passed::{self, Passed},
    },
    report::{Begin, FileStamp, LeftOut, Unfinished},
    source::{self, Place, Told, Unread},
};

/// Bytes that records hold while they wait to be read.
const HELD_AT_A_TIME: usize = 16 << 20;

/// Why a reading is given up.
enum Halt {
    /// The index cannot be used.
    Failed(ingest::Error),
    /// The file is not what it was when the reading began.
    Changed,
    /// It cannot be read any further.
    Unreadable(io::Error),
}

impl<E: Into<ingest::Error>> From<E> for Halt {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl<'a> Commit<'a> {
    /// Reads a large file and brings what the index holds of it up to date, or a part of that.
    pub(super) fn read_large(
        &mut self,
        manifest: &Manifest,
        job: &Job<'_>,
        tell: Tell<'_>,
    ) -> Result<(), ingest::Error> {
        let done = match self.kept(manifest, job) {
            Ok(Some(done)) => done?,
            Ok(None) => match self.open(manifest, job, tell)? {
                Ok((pass, input)) => return pass.read(input),
                Err(error) => self.reader(manifest).unreadable(job, &error)?,
            },
            Err(error) => self.reader(manifest).unreadable(job, &error)?,
        };
        self.count_read(job, done, tell)
    }

    /// What is to be done about a file that is what the index holds, or of which that cannot be told before the run
    /// must end; nothing when it must be read.
    fn kept(&self, manifest: &Manifest, job: &Job<'_>) -> io::Result<Option<Result<Done, Error>>> {
        let before = job.stamp()?;
        let alike = |known: &Known| {
            job.why != Why::Corrected
                && known.config == job.fingerprint
                && known.content != 0
                && known.stamp.len == before.len
        };
        let Some(known) = job.known.filter(alike) else { return Ok(None) };
        let reader = self.reader(manifest);
        match reader.recorded(job) {
            Err(error) => Ok(Some(Err(error))),
            Ok((_, Some(_))) => Ok(None),
            Ok((left_out, None)) => {
                let mut input = Stream::open(job.open()?, None, &self.limit);
                let read = io::copy(&mut input, &mut io::sink());
                if input.way().is_cut() {
                    // The next run must not spend its time on telling this again: it reads the file.
                    let (mut batch, read) = (Batch::default(), Reading { stamp: known.stamp, content: 0 });
                    reader.record(&job.filed(), &mut batch, read, &left_out, Some(&Unfinished::default()));
                    let done = Done { left: true, wrote: true, ..Done::default() };
                    return Ok(Some(self.writer.apply(batch).map(|()| done)));
                }
                read?;
                let read = Reading { stamp: before, content: input.hash() };
                if read.content != known.content || job.stamp()? != before {
                    return Ok(None);
                }
                let mut done = Done { bytes: before.len, ..Done::default() };
                Ok(Some(reader.keep(job, read, &mut done).map(|()| done)))
            }
        }
    }

    /// Begins to read a file, or goes on where the last run ended.
    fn open<'r>(
        &'r mut self,
        manifest: &'r Manifest,
        job: &'r Job<'r>,
        tell: Tell<'r>,
    ) -> Result<io::Result<(Pass<'r, 'a>, Stream)>, Error> {
        let now = match job.stamp() {
            Ok(now) => now,
            Err(error) => return Ok(Err(error)),
        };
        let (recorded, unfinished) = self.reader(manifest).recorded(job)?;
        let folder = passed::folder(&self.writer.path(), job.key);
        let renews = renews(job, unfinished.as_ref());
        let same = job.known.is_some_and(|known| known.config == job.fingerprint && known.stamp == now);
        let reached = match unfinished.filter(|reached| same && reached.records > 0) {
            Some(reached) => Passed::open(folder.clone(), reached.claimed)?.map(|passed| (reached, passed)),
            None => None,
        };
        let (reached, passed, left_out) = match reached {
            Some((reached, passed)) => (reached, passed, recorded.clone()),
            None => {
                let held = job.known.map_or(Ok(0), |_| manifest.count_articles(job.key))?;
                (
                    Unfinished { held, renews, ..Unfinished::default() },
                    Passed::new(folder)?,
                    LeftOut::default(),
                )
            }
        };
        let input = job.open().map(|file| Stream::open(file, reached.next.as_ref(), &self.limit));
        let input = match input {
            Ok(input) => input,
            Err(error) => return Ok(Err(error)),
        };
        let old = Indexed::new(job.key, passed, reached.held);
        let pass = Pass {
            commit: self,
            manifest,
            job,
            tell,
            update: Update::begin(job, old, left_out, renews, Done::default()),
            renews,
            stamp: now,
            begun_at: input.way().at(),
            to_pass: if reached.next.is_some() { 0 } else { reached.records },
            records: reached.records,
            waiting: Vec::new(),
            held: 0,
            begin: reached.next.clone(),
            next: reached.next,
            before: recorded,
            whole: reached.records == 0,
            committed: reached.records > 0,
            halt: None,
        };
        Ok(Ok((pass, input)))
    }
}

/// One reading of a file, from where the last one ended.
struct Pass<'r, 'a> {
    commit: &'r mut Commit<'a>,
    manifest: &'r Manifest,
    job: &'r Job<'r>,
    tell: Tell<'r>,
    update: Update<'r, Indexed>,
    stamp: FileStamp,
    begun_at: u64,
    /// Records that the input gives, and that were passed before.
    to_pass: u64,
    /// Records that were passed, in this run or before.
    records: u64,
    waiting: Vec<(Told, Unread)>,
    /// Bytes that these hold.
    held: usize,
    /// Where the input begins, when not at the file's beginning.
    begin: Option<Begin>,
    /// Where the record begins that is behind the last one given.
    next: Option<Begin>,
    /// What was left out when the file was read before.
    before: LeftOut,
    /// Whether nothing that the index held may stay as it is.
    renews: bool,
    /// Whether it was begun in this run, so that the hash of all its bytes is known at the end.
    whole: bool,
    /// Whether a part of it is committed.
    committed: bool,
    halt: Option<Halt>,
}

impl Pass<'_, '_> {
    fn read(mut self, mut input: Stream) -> Result<(), ingest::Error> {
        let (way, begin) = (input.way(), self.begin.take());
        let (job, limit, config) = (self.job, self.commit.limit.clone(), &self.job.target.config.source);
        let again = || job.again(&limit);
        let place = Place { again: Some(&again), ..job.place() };
        let each = &mut |told: Told, found: Unread| self.take(&way, told, found);
        match &begin {
            Some(begin) => source::read_on(begin, &mut input, &place, config, each),
            None => source::find(None, &mut input, &place, config, each),
        }
        let end = io::copy(&mut input, &mut io::sink());
        let done = match (self.halt.take(), end) {
            (Some(halt), _) => Err(halt),
            (None, _) if way.is_cut() || self.commit.limit.ended().is_some() => self.stop(&way),
            (None, Ok(_)) => self.end(&input),
            (None, Err(error)) => Err(Halt::Unreadable(error)),
        };
        done.or_else(|halt| self.give_up(halt))
    }

    /// Takes a record, and works on those that wait when they are many.
    fn take(&mut self, way: &Way, told: Told, found: Unread) {
        if self.halt.is_some() || way.is_cut() {
            return;
        }
        if self.to_pass > 0 {
            self.to_pass -= 1;
            return;
        }
        let number = match &found {
            Unread::Ready(Ok(article)) => Some(article.origin.record),
            Unread::Ready(Err(error)) => error.record,
            Unread::Later { .. } => None,
        };
        let format = told.format.filter(|format| told.as_it_is && format.resume().is_some());
        self.next = format.zip(number).map(|(format, number)| Begin {
            format: format.name().to_owned(),
            offset: way.at(),
            lines: way.lines(),
            record: number + 1,
        });
        self.held += found.bytes();
        self.waiting.push((told, found));
        if self.waiting.len() == RECORDS_AT_A_TIME || self.held >= HELD_AT_A_TIME {
            self.halt =
                self.work().and_then(|()| if self.commit.is_due() { self.pause() } else { Ok(()) }).err();
            let (all, here) = (&self.commit.report, &self.update.done);
            let articles = all.added + all.updated + here.added + here.updated;
            (self.tell)(Event::Within { bytes: way.at(), articles });
        }
    }

    /// Writes the articles of the records that wait.
    fn work(&mut self) -> Result<(), Halt> {
        let records = mem::take(&mut self.waiting);
        self.held = 0;
        self.records += records.len() as u64;
        let reader = self.commit.reader(self.manifest);
        let update = &mut self.update;
        Ok(self.commit.pool.install(|| update.records(&reader, records))?)
    }

    /// Commits what is written so far.
    fn pause(&mut self) -> Result<(), Halt> {
        if self.job.stamp().is_ok_and(|now| now != self.stamp) {
            return Err(Halt::Changed);
        }
        let held = self.update.old.held();
        let passed = self.update.old.passed();
        passed.seal()?;
        let (records, claimed) = (self.records, passed.sealed());
        let reached = Unfinished { records, claimed, next: self.next.clone(), held, renews: self.renews };
        let reader = self.commit.reader(self.manifest);
        self.update.mark(&reader, Reading { stamp: self.stamp, content: 0 }, &reached)?;
        let done = mem::take(&mut self.update.done);
        self.commit.count(done, self.tell)?;
        self.commit.commit_if_dirty()?;
        self.committed = true;
        Ok(())
    }

    /// Ends before the file does: the next run goes on here.
    fn stop(&mut self, way: &Way) -> Result<(), Halt> {
        self.work()?;
        self.update.done.bytes = way.at() - self.begun_at;
        self.update.done.left = true;
        self.update.done.news = self.update.left_out.news(&self.before);
        self.commit.report.left += 1;
        self.pause()
    }

    /// Ends with the file: what the index held of it and was not met goes, as far as that is to be believed.
    fn end(&mut self, input: &Stream) -> Result<(), Halt> {
        self.work()?;
        let way = input.way();
        self.update.done.bytes = way.at() - self.begun_at;
        if self.job.stamp().is_ok_and(|now| now != self.stamp) {
            return Err(Halt::Changed);
        }
        let held = self.update.old.held();
        let mut gone = Vec::new();
        if held > 0 {
            self.pause()?;
            gone = self.update.old.rest(&self.commit.writer.snapshot()?)?;
        }
        let met = self.update.old.passed().len();
        let lost = (gone.len() as u64).min(held.saturating_sub(met));
        let content = if self.whole { input.hash() } else { 0 };
        let reader = self.commit.reader(self.manifest);
        let (read, loss) = (Reading { stamp: self.stamp, content }, Loss { gone, lost, held });
        let done = self.update.end(&reader, read, loss, &self.before)?;
        let settled = done.shrunk.is_none();
        self.commit.count_read(self.job, done, self.tell)?;
        if settled && self.committed {
            self.commit.commit_if_dirty()?;
            self.update.old.passed().remove()?;
        }
        Ok(())
    }

    /// Goes back to the last commit. What was committed of a file that changed meanwhile is told apart from it by its
    /// stamp, and read again by the next run.
    fn give_up(self, halt: Halt) -> Result<(), ingest::Error> {
        let Self { commit, manifest, job, tell, committed, .. } = self;
        if let Halt::Failed(error) = halt {
            return Err(error);
        }
        commit.roll_back()?;
        let reader = commit.reader(manifest);
        let done = match halt {
            Halt::Unreadable(error) if committed => reader.given_up(job, "unreadable", error.to_string()),
            Halt::Unreadable(error) => reader.unreadable(job, &error)?,
            _ if committed => {
                let message = "it changed while it was read; the next run begins it again";
                reader.given_up(job, "changing", message.to_owned())
            }
            _ => reader.changing(job)?,
        };
        commit.count_read(job, done, tell)
    }
}
