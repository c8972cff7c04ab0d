//! Archives: each member is an input of its own, decided about, read and recorded like a file. An archive is recorded when
//! all its members are done with, so that the next run need not open it; one that was not finished, or seems to have
//! lost too much, is opened again, and what of it the index holds is recognised.

use std::{
    fs::File,
    io::{self, Read, Seek, Write},
    ops::ControlFlow,
};

use rustc_hash::FxHashSet;

use super::{Chunk, Inside, Walk};
use crate::{
    article::{INSIDE, hash64},
    crawl,
    ingest::{
        bytes::{Hasher, Stream},
        error::Error,
        file::skipped,
        job::{Bytes, Job, Reading, member_stamp},
        loss::is_too_much,
    },
    report::LeftOut,
    source::{
        self,
        archive::{self, Budget, Content, DEEPEST, Kind, Member},
    },
    view::file_key,
};

/// An archive that is being read.
struct Opened<'j, 't> {
    job: &'j Job<'t>,
    chunk: Chunk<'t>,
    /// Keys of the members that came so far.
    met: FxHashSet<u64>,
    left_out: LeftOut,
    /// Members that the index did not know.
    new: u64,
}

impl Walk<'_, '_> {
    /// Notes that what lies in an archive is there as it was.
    pub(super) fn keep_within(&mut self, archive: u64) {
        let within = self.decider.manifest.see_within(archive);
        self.seen.files += within.unseen;
        self.seen.skipped_known += within.skips;
    }

    /// Unpacks a member into a file, if it is to be read as a stream.
    pub(super) fn spill(&self, job: &mut Job<'_>) -> io::Result<()> {
        let spilled = match &job.bytes {
            Bytes::Own | Bytes::Spilled(_) => return Ok(()),
            Bytes::Packed(packed) => self.spilled(&mut packed.open()?)?.0,
            Bytes::Held(bytes) => self.spilled(&mut &bytes[..])?.0,
        };
        job.bytes = Bytes::Spilled(spilled);
        Ok(())
    }

    /// Bytes in a file without a name, which goes with the process; and their hash.
    fn spilled(&self, input: &mut dyn Read) -> io::Result<(File, u64)> {
        let mut file = tempfile::tempfile_in(&self.options.index)?;
        let (mut hasher, mut buffer) = (Hasher::default(), vec![0; 1 << 16]);
        loop {
            let count = input.read(&mut buffer)?;
            if count == 0 {
                file.rewind()?;
                return Ok((file, hasher.hash()));
            }
            hasher.update(&buffer[..count]);
            file.write_all(&buffer[..count])?;
        }
    }

    /// Brings what the index holds of an archive up to date. `around` is the chunk that it was in.
    pub(super) fn open(&mut self, job: &Job<'_>, kind: Kind, around: &Chunk<'_>) -> Result<(), Error> {
        match self.opened(job, kind, around)? {
            Ok(()) => Ok(()),
            Err(error) => {
                self.keep_within(job.key);
                self.commit.leave_out(&self.decider.manifest, job, &error, self.surroundings.tell)
            }
        }
    }

    fn opened(&mut self, job: &Job<'_>, kind: Kind, around: &Chunk<'_>) -> Result<io::Result<()>, Error> {
        let depth = around.inside.as_ref().map_or(1, |inside| inside.depth + 1);
        if depth > DEEPEST {
            return Ok(Err(io::Error::other(archive::too_deep())));
        }
        let unpacked = match &job.bytes {
            Bytes::Packed(packed) => packed.open().and_then(|mut input| self.spilled(&mut input)),
            Bytes::Held(bytes) => self.spilled(&mut &bytes[..]),
            Bytes::Own | Bytes::Spilled(_) => job.open().map(|file| (file, 0)),
        };
        let mut file = match unpacked {
            Ok((file, _)) => file,
            Err(error) => return Ok(Err(error)),
        };
        let hashed = job.stamp().and_then(|stamp| {
            let mut input = Stream::open(file.try_clone()?, None, &self.limit);
            match io::copy(&mut input, &mut io::sink()) {
                Err(_) if input.way().is_cut() => Ok(None),
                read => read.map(|_| Some(Reading { stamp, content: input.hash() })),
            }
        });
        let read = match hashed {
            Ok(Some(read)) => read,
            Ok(None) => {
                self.commit.leave();
                return Ok(Ok(()));
            }
            Err(error) => return Ok(Err(error)),
        };
        if self.commit.holds_archive(&self.decider.manifest, job, read, self.surroundings.tell)? {
            self.keep_within(job.key);
            return Ok(Ok(()));
        }
        if let Err(error) = file.rewind() {
            return Ok(Err(error));
        }
        let (budget, reached) = match &around.inside {
            Some(inside) => (inside.budget.clone(), inside.reached),
            None => (Budget::of(read.stamp.len), 0),
        };
        let inside = Some(Inside { budget: budget.clone(), depth, reached });
        let mut opened = Opened {
            job,
            chunk: Chunk { rules: around.rules, jobs: Vec::new(), bytes: 0, inside },
            met: FxHashSet::default(),
            left_out: LeftOut::default(),
            new: 0,
        };
        let unfinished = self.commit.unfinished();
        let mut failed = Ok(());
        let end = archive::members(file, kind, &budget, &mut |member| {
            failed = self.member(&mut opened, member);
            if failed.is_err() || self.limit.ended().is_some() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        failed?;
        self.flush(&mut opened.chunk)?;
        if self.limit.ended().is_some() {
            self.commit.leave();
            return Ok(Ok(()));
        }
        if job.stamp().is_ok_and(|now| now != read.stamp) {
            self.keep_within(job.key);
            let fault = source::Error {
                record: None,
                reason: "changing",
                message: "it changed while it was read; the next run begins it again".to_owned(),
            };
            return Ok(Err(io::Error::other(fault)));
        }
        let is_settled = self.commit.unfinished() == unfinished;
        self.close(opened, read, end, is_settled)
    }

    /// Records an archive that was read to its end, or as far as that can be.
    fn close(
        &mut self,
        opened: Opened<'_, '_>,
        read: Reading,
        end: Result<(), source::Error>,
        is_settled: bool,
    ) -> Result<io::Result<()>, Error> {
        let Opened { job, mut left_out, met, new, .. } = opened;
        let fault = match end {
            Err(error) if error.reason == "unreadable" => return Ok(Err(io::Error::other(error.message))),
            Err(error) => {
                left_out.add(skipped(job, None, error.reason, error.message.clone()));
                Some(error.message)
            }
            Ok(()) => None,
        };
        if !self.options.allow_shrink {
            let within = self.decider.manifest.within(job.key);
            let (files, lost) = (within.files, within.unseen.saturating_sub(new));
            if files > 1 && is_too_much(lost, files, met.is_empty()) {
                let (root, path) = (&job.target.root.name, &job.found.relative);
                let why = fault.map(|fault| format!(": {fault}")).unwrap_or_default();
                self.seen.withheld += lost;
                self.withhold(format!(
                    "{lost} of {files} files are gone from {root}/{path}{why}; their articles stay"
                ));
                self.keep_within(job.key);
                return Ok(Ok(()));
            }
            // A rest that cannot be read is not gone.
            if fault.is_some() {
                self.seen.withheld += within.unseen;
                self.keep_within(job.key);
            }
        }
        if is_settled {
            self.commit.archive(&self.decider.manifest, job, read, left_out, self.surroundings.tell)?;
        }
        Ok(Ok(()))
    }

    /// Decides about a member.
    fn member(&mut self, opened: &mut Opened<'_, '_>, member: Member<'_>) -> Result<(), Error> {
        let &Job { target, ref found, fingerprint, key: archive, .. } = opened.job;
        let Member { path, len, check, reached, content } = member;
        let is_chosen = match opened.chunk.rules.inside(&format!("{}{INSIDE}", found.relative), &path) {
            crawl::Inside::Chosen => true,
            crawl::Inside::Archive => false,
            crawl::Inside::LeftOut => return Ok(()),
            crawl::Inside::Hidden => {
                self.seen.hidden += 1;
                return Ok(());
            }
        };
        let relative = format!("{}{INSIDE}{path}", found.relative);
        let key = file_key(&target.root.name, &relative);
        if !opened.met.insert(key) {
            let message = "another member of the archive has the same path: the first is read".to_owned();
            let fault = skipped(opened.job, None, "same-name", message);
            opened.left_out.add(crate::report::Skipped { path: relative, ..fault });
            return Ok(());
        }
        self.seen.files += 1;
        if let Some(inside) = opened.chunk.inside.as_mut().filter(|inside| inside.depth == 1) {
            inside.reached = reached;
        }
        let stamp = |check| member_stamp(len, check);
        let (stamp, content) = match content {
            Err(error) => (stamp(check.unwrap_or_default().into()), Err(io::Error::other(error))),
            Ok(Content::Packed(packed)) => {
                (stamp(check.unwrap_or_default().into()), Ok(Bytes::Packed(packed)))
            }
            Ok(Content::Stream(input)) => match self.unpacked(len, input) {
                Ok((bytes, hash)) => (stamp(hash), Ok(bytes)),
                Err(error) => (stamp(0), Err(error)),
            },
        };
        let (known, why) = self.decider.decide(key, stamp, fingerprint);
        opened.new += u64::from(known.is_none());
        let Some(why) = why else {
            self.seen.skipped_known += known.map_or(0, |known| known.skips);
            self.keep_within(key);
            return Ok(());
        };
        let found = crawl::Found { path: found.path.clone(), relative, stamp, is_chosen };
        let job = |bytes| Job { target, key, found, known, why, fingerprint, bytes, within: archive };
        match content {
            Ok(bytes) => self.add(&mut opened.chunk, job(bytes)),
            Err(error) => {
                let job = job(Bytes::Held(Vec::new()));
                self.keep_within(key);
                self.commit.leave_out(&self.decider.manifest, &job, &error, self.surroundings.tell)
            }
        }
    }

    /// The bytes of a member that come now, and their hash: in memory, or in a file when they are many.
    fn unpacked(&self, len: u64, input: &mut dyn Read) -> io::Result<(Bytes, u64)> {
        if len >= self.options.large_file {
            let (file, hash) = self.spilled(input)?;
            return Ok((Bytes::Spilled(file), hash));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(len).unwrap_or_default());
        input.read_to_end(&mut bytes)?;
        let hash = hash64(&bytes).max(1);
        Ok((Bytes::Held(bytes), hash))
    }
}
