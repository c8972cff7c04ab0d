//! Which ids the records of a large file claimed so far, kept on disk: a reading goes on behind them after any end of a
//! run, and memory does not grow with the file.
//!
//! ```text
//! generations/N/passed/KEY/FROM-TO   ids, sorted, of what was claimed from commit to commit; 8 bytes each, big-endian
//! ```
//!
//! A list is written, and synced, before the commit that stands for it. What a killed run wrote beyond its last commit is
//! thrown away. The folder goes with the file's last commit.

use std::{
    cell::RefCell,
    fs::{self, File},
    io::{self, BufReader, Read, Write},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use fastbloom::BloomFilter;
use rustc_hash::FxHashSet;

use crate::{
    article::Keys,
    index::{At, Error},
};

/// Bytes of an id.
const WIDTH: u64 = 8;

/// How often a list is looked at although it does not hold the id.
const FALSE_HITS: f64 = 0.001;

/// Ids of a [`Passed::part`], more or less.
const PART: u64 = 1 << 20;

/// Where those of a file lie, in the folder of an index's generation.
pub(super) fn folder(generation: &Path, file: u64) -> PathBuf {
    generation.join("passed").join(format!("{file:016x}"))
}

/// Throws away those of files that need them no more.
pub(super) fn clean(generation: &Path, is_needed: impl Fn(u64) -> bool) -> Result<(), Error> {
    let folder = generation.join("passed");
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).at(folder),
    };
    for entry in entries {
        let path = entry.at(&folder)?.path();
        let file = path.file_name().and_then(|name| u64::from_str_radix(name.to_str()?, 16).ok());
        if !file.is_some_and(&is_needed) {
            fs::remove_dir_all(&path).at(&path)?;
        }
    }
    Ok(())
}

/// The ids that the records of a file claimed.
pub(super) struct Passed {
    folder: PathBuf,
    lists: Vec<List>,
    fresh: FxHashSet<u64>,
    /// What went wrong when a list was looked at, to be told with the next commit.
    fault: RefCell<Option<io::Error>>,
}

struct List {
    file: File,
    length: u64,
    filter: BloomFilter,
}

impl Passed {
    /// None so far. What another reading left in the folder is thrown away.
    pub fn new(folder: PathBuf) -> Result<Self, Error> {
        let passed =
            Self { folder, lists: Vec::new(), fresh: FxHashSet::default(), fault: RefCell::default() };
        passed.remove()?;
        Ok(passed)
    }

    /// Removes what was written down.
    pub fn remove(&self) -> Result<(), Error> {
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error).at(&self.folder),
            _ => Ok(()),
        }
    }

    /// Those that were claimed up to a commit, by how many they are; nothing when they are not all there.
    pub fn open(folder: PathBuf, length: u64) -> Result<Option<Self>, Error> {
        let lists = lists(&folder, length).at(&folder)?;
        let whole = lists.iter().map(|list| list.length).sum::<u64>() == length;
        let fresh = FxHashSet::default();
        Ok(whole.then_some(Self { folder, lists, fresh, fault: RefCell::default() }))
    }

    /// How many there are, those not yet [`seal`](Self::seal)ed left out.
    pub fn sealed(&self) -> u64 {
        self.lists.iter().map(|list| list.length).sum()
    }

    /// How many there are.
    pub fn len(&self) -> u64 {
        self.sealed() + self.fresh.len() as u64
    }

    /// Writes down what came since it was last done.
    pub fn seal(&mut self) -> Result<(), Error> {
        self.write().at(&self.folder)
    }

    fn write(&mut self) -> io::Result<()> {
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        if self.fresh.is_empty() {
            return Ok(());
        }
        fs::create_dir_all(&self.folder)?;
        let (from, to) = (self.sealed(), self.len());
        let path = self.folder.join(format!("{from}-{to}"));
        let mut keys: Vec<u64> = self.fresh.drain().collect();
        keys.sort_unstable();
        let bytes: Vec<u8> = keys.iter().flat_map(|key| key.to_be_bytes()).collect();
        let mut file = File::create(&path)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        for folder in [Some(&*self.folder), self.folder.parent(), self.folder.parent().and_then(Path::parent)]
        {
            folder.map_or(Ok(()), |folder| File::open(folder)?.sync_all())?;
        }
        self.lists.extend(List::open(&path, to - from)?);
        Ok(())
    }

    /// In how many [`part`](Self::part)s they fit into memory.
    pub fn parts(&self) -> u64 {
        self.len() / PART + 1
    }

    /// The part that an id is in. Ids are hashes, spread evenly.
    pub fn part_of(&self, key: u64) -> u64 {
        ((u128::from(key) * u128::from(self.parts())) >> 64) as u64
    }

    /// The ids of one part.
    pub fn part(&self, part: u64) -> Result<FxHashSet<u64>, Error> {
        let is_in = |key: &u64| self.part_of(*key) == part;
        let mut held: FxHashSet<u64> = self.fresh.iter().copied().filter(is_in).collect();
        for list in &self.lists {
            list.each(&mut |key| held.extend(Some(key).filter(is_in))).at(&self.folder)?;
        }
        Ok(held)
    }
}

/// The lists of a folder up to a length, as far as they follow each other. Those beyond it are thrown away.
fn lists(folder: &Path, length: u64) -> io::Result<Vec<List>> {
    let mut found: Vec<(u64, u64, PathBuf)> = Vec::new();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let ends = name.split_once('-').and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
        match ends {
            Some((from, to)) if to <= length => found.push((from, to, path)),
            _ => fs::remove_file(&path)?,
        }
    }
    found.sort_unstable();
    let (mut lists, mut reached) = (Vec::new(), 0);
    for (from, to, path) in found {
        let next = if from == reached { List::open(&path, to - from)? } else { None };
        let Some(list) = next else { break };
        lists.push(list);
        reached = to;
    }
    Ok(lists)
}

impl Keys for Passed {
    fn holds(&self, key: u64) -> bool {
        let in_list = |list: &List| {
            list.holds(key).unwrap_or_else(|error| {
                self.fault.borrow_mut().get_or_insert(error);
                false
            })
        };
        self.fresh.contains(&key) || self.lists.iter().any(in_list)
    }

    fn put(&mut self, key: u64) {
        if !self.holds(key) {
            self.fresh.insert(key);
        }
    }
}

impl List {
    /// The list in that file; nothing when it is not as long as it should be.
    fn open(path: &Path, length: u64) -> io::Result<Option<Self>> {
        let file = File::open(path)?;
        if file.metadata()?.len() != length * WIDTH {
            return Ok(None);
        }
        let room = usize::try_from(length).unwrap_or(usize::MAX);
        let filter = BloomFilter::with_false_pos(FALSE_HITS).seed(&0).expected_items(room);
        let mut list = Self { file, length, filter };
        let mut filter = std::mem::replace(&mut list.filter, BloomFilter::with_num_bits(64).hashes(1));
        list.each(&mut |key| {
            filter.insert(&key);
        })?;
        list.filter = filter;
        Ok(Some(list))
    }

    fn each(&self, each: &mut dyn FnMut(u64)) -> io::Result<()> {
        struct From<'f>(&'f File, u64);
        impl Read for From<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let count = self.0.read_at(buffer, self.1)?;
                self.1 += count as u64;
                Ok(count)
            }
        }
        let mut input = BufReader::with_capacity(1 << 16, From(&self.file, 0));
        let mut key = [0; WIDTH as usize];
        for _ in 0..self.length {
            input.read_exact(&mut key)?;
            each(u64::from_be_bytes(key));
        }
        Ok(())
    }

    fn holds(&self, key: u64) -> io::Result<bool> {
        if !self.filter.contains(&key) {
            return Ok(false);
        }
        let (mut from, mut to) = (0, self.length);
        let mut bytes = [0; WIDTH as usize];
        while from < to {
            let middle = u64::midpoint(from, to);
            self.file.read_exact_at(&mut bytes, middle * WIDTH)?;
            match u64::from_be_bytes(bytes).cmp(&key) {
                std::cmp::Ordering::Equal => return Ok(true),
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Greater => to = middle,
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u64) -> u64 {
        crate::article::hash64(&number.to_be_bytes())
    }

    fn others(passed: &Passed, numbers: std::ops::Range<u64>) -> Vec<u64> {
        let part = |number: u64| passed.part(passed.part_of(key(number))).expect("readable lists");
        numbers.filter(|&number| !part(number).contains(&key(number))).collect()
    }

    #[test]
    fn what_was_passed_is_known_after_a_kill_up_to_the_commit() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = || folder.path().join("passed/1");
        let mut passed = Passed::new(at()).expect("a folder");
        (0..1000).for_each(|number| passed.put(key(number)));
        passed.seal().expect("a list");
        (500..2000).for_each(|number| passed.put(key(number)));
        passed.seal().expect("a list");
        assert_eq!((passed.sealed(), passed.len()), (2000, 2000));
        passed.put(key(2000));
        assert!((0..2001).all(|number| passed.holds(key(number))) && !passed.holds(key(2001)));
        assert_eq!(others(&passed, 1990..2005), [2001, 2002, 2003, 2004]);

        let again = Passed::open(at(), 2000).expect("readable").expect("both lists");
        assert!((0..2000).all(|number| again.holds(key(number))) && !again.holds(key(2000)));
        // The second list was written, its commit was not.
        let before = Passed::open(at(), 1000).expect("readable").expect("the first list");
        assert!(before.holds(key(999)) && !before.holds(key(1000)));
        assert!(Passed::open(at(), 2000).expect("readable").is_none(), "it was thrown away");
        assert_eq!(Passed::new(at()).expect("a folder").len(), 0);
        assert!(Passed::open(at(), 1000).expect("no list").is_none());
    }
}
