//! Stories whose speakers were corrected since they were written: their files are read again.

use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    index::{Error, Manifest, Snapshot, corrections::speakers::Speakers, files_of},
    state::Corrected,
};

/// Stories that stand in the index under other corrections than those in force.
#[derive(Default)]
pub(super) struct Pending {
    /// What tells the rules of every story that has some, or had when it was written.
    inforce: FxHashMap<u64, u64>,
    /// The stories, by the file that holds them.
    files: FxHashMap<u64, Vec<u64>>,
    /// Archives that such files lie in.
    archives: FxHashSet<u64>,
    /// Files that are read under the corrections in force from their beginning.
    read: FxHashSet<u64>,
    /// Stories that the index does not hold.
    absent: Vec<u64>,
}

impl Pending {
    /// The stories of an index.
    pub fn load(index: &Path, snapshot: &Snapshot, speakers: &Speakers) -> Result<Self, Error> {
        let mut pending = Self { inforce: speakers.stories().collect(), ..Self::default() };
        let written = Corrected::load(index)?.stories;
        written.keys().for_each(|&key| _ = pending.inforce.entry(key).or_default());
        for (&key, &rules) in &pending.inforce {
            if written.get(&key).copied().unwrap_or_default() == rules {
                continue;
            }
            let files = files_of(snapshot, key)?;
            if files.is_empty() {
                pending.absent.push(key);
            }
            for file in files {
                pending.files.entry(file).or_default().push(key);
            }
        }
        Ok(pending)
    }

    /// Finds the archives that must be opened for what is in them.
    pub fn find_archives(&mut self, manifest: &Manifest) {
        for &file in self.files.keys() {
            let mut key = file;
            while let Some(known) = manifest.get(key).filter(|known| known.within != 0) {
                key = known.within;
                self.archives.insert(key);
            }
        }
    }

    /// Whether a file is an archive that such a file lies in.
    pub fn is_around(&self, archive: u64) -> bool {
        self.archives.contains(&archive)
    }

    /// Whether a file holds such a story and is to be read for it; one that is being read already is read to its end first.
    pub fn take(&mut self, file: u64, is_unfinished: bool) -> bool {
        let holds = !is_unfinished && self.files.contains_key(&file);
        if holds {
            self.read.insert(file);
        }
        holds
    }

    /// Keeps what was written under the corrections in force: what was read to its end, or, where the run was stopped, what
    /// the next one goes on with.
    pub fn settle(&self, index: &Path, is_whole: bool) -> Result<(), Error> {
        if self.files.is_empty() && self.absent.is_empty() {
            return Ok(());
        }
        let mut written = Corrected::load(index)?;
        let before = written.clone();
        let manifest = Manifest::load(Snapshot::open(index)?)?;
        let is_read = |file: &u64| {
            self.read.contains(file) && manifest.get(*file).is_some_and(|known| known.passing != is_whole)
        };
        let of_files = self.files.iter().filter(|(file, _)| is_read(file)).flat_map(|(_, stories)| stories);
        for key in of_files.chain(&self.absent) {
            match self.inforce.get(key) {
                Some(&rules) if rules != 0 => _ = written.stories.insert(*key, rules),
                _ => _ = written.stories.remove(key),
            }
        }
        if written == before { Ok(()) } else { written.save(index) }
    }
}
