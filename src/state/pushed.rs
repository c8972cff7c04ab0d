//! The journal of a push: which stories of one root stand on one cluster, and as what.
//!
//! A story is written down before it is sent, and again when it came. So a run that is killed leaves stories of which
//! nobody knows whether they came; the next run sends them again, or has them removed, and both are harmless twice. The
//! journal belongs to one filling of the cluster's indices, told by a token: another token, and it says nothing.

use std::{
    fs,
    hash::{BuildHasher, RandomState},
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
};

use rustc_hash::FxHashMap;
use rustix::fs::{FlockOperation, flock};

use crate::{
    article::{ArticleId, hash64},
    index::{
        Error,
        error::At,
        folder::{Folder, replace, sync_folder},
    },
};

/// Lines of a journal for each story, beyond which it is written anew.
const LINES_A_STORY: usize = 3;

/// An article's id, in 16 bytes.
type Key = (u64, u64);

/// What stands on the cluster of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Hash of all that was sent of it; `None` when nobody knows what came of it.
    pub fingerprint: Option<u64>,
    /// Its quotes there, at the most.
    pub quotes: u32,
}

/// The journal of one root on one cluster.
#[derive(Debug)]
pub struct Pushed {
    path: PathBuf,
    file: fs::File,
    /// Locked as long as it is open.
    _lock: fs::File,
    token: String,
    stories: FxHashMap<Key, Standing>,
    lines: usize,
}

impl Pushed {
    /// Opens the journal of a root of the index in that folder, for a cluster and a filling of its indices. `None` when
    /// another run has it.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub fn open(index: &Path, cluster: &str, root: &str, token: &str) -> Result<Option<Self>, Error> {
        let folder = Folder::at(index).state("pushed");
        if !folder.is_dir() {
            fs::create_dir_all(&folder).at(&folder)?;
            folder.parent().map_or(Ok(()), sync_folder)?;
        }
        let name = format!("{:016x}", hash64(format!("{cluster}\0{root}").as_bytes()));
        let path = folder.join(name);
        let lock = path.with_extension("lock");
        let lock = fs::File::create(&lock).at(&lock)?;
        if flock(&lock, FlockOperation::NonBlockingLockExclusive).is_err() {
            return Ok(None);
        }
        let file = fs::OpenOptions::new().append(true).create(true).open(&path).at(&path)?;
        let (token, stories) = (token.to_owned(), FxHashMap::default());
        let mut journal = Self { path, file, _lock: lock, token, stories, lines: 0 };
        let is_known = journal.load()?;
        if !is_known || journal.lines > journal.stories.len().max(1000) * LINES_A_STORY {
            journal.write_anew()?;
        }
        Ok(Some(journal))
    }

    fn load(&mut self) -> Result<bool, Error> {
        let Ok(file) = fs::File::open(&self.path) else { return Ok(false) };
        let mut lines = BufReader::new(file).split(b'\n');
        let heading = heading(&self.token);
        match lines.next() {
            Some(Ok(first)) if first == heading.trim_end().as_bytes() => (),
            _ => return Ok(false),
        }
        for line in lines {
            let line = line.at(&self.path)?;
            // A line that a power cut tore is of a story that was not sent yet, or is sent again.
            if let Some((key, standing)) = std::str::from_utf8(&line).ok().and_then(read) {
                self.lines += 1;
                match standing {
                    Some(standing) => drop(self.stories.insert(key, standing)),
                    None => drop(self.stories.remove(&key)),
                }
            }
        }
        Ok(true)
    }

    /// Whether nothing is known of what stands there.
    pub fn is_empty(&self) -> bool {
        self.stories.is_empty()
    }

    /// What stands there of a story.
    pub fn standing(&self, id: &ArticleId) -> Option<Standing> {
        self.stories.get(&key(id)).copied()
    }

    /// Every story that may stand there.
    pub fn ids(&self) -> impl Iterator<Item = ArticleId> + '_ {
        self.stories.keys().map(|&key| id(key))
    }

    /// Writes down, and makes last, that stories are about to be sent or removed, with the quotes they may then have.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn intend(&mut self, stories: &[(ArticleId, u32)]) -> Result<(), Error> {
        let mut lines = String::new();
        for (id, quotes) in stories {
            let key = key(id);
            let quotes = (*quotes).max(self.stories.get(&key).map_or(0, |standing| standing.quotes));
            lines.push_str(&format!("? {} {quotes}\n", id.as_str()));
            self.stories.insert(key, Standing { fingerprint: None, quotes });
        }
        self.append(&lines)?;
        self.file.sync_data().at(&self.path)
    }

    /// Writes down that a story came whole.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn came(&mut self, id: &ArticleId, fingerprint: u64, quotes: u32) -> Result<(), Error> {
        self.stories.insert(key(id), Standing { fingerprint: Some(fingerprint), quotes });
        self.append(&format!("+ {} {quotes} {fingerprint:016x}\n", id.as_str()))
    }

    /// Writes down that nothing of a story stands there any more.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn gone(&mut self, id: &ArticleId) -> Result<(), Error> {
        self.stories.remove(&key(id));
        self.append(&format!("- {}\n", id.as_str()))
    }

    /// Begins anew with what was found on the cluster.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn found(&mut self, stories: impl Iterator<Item = (ArticleId, Standing)>) -> Result<(), Error> {
        self.stories = stories.map(|(id, standing)| (key(&id), standing)).collect();
        self.write_anew()
    }

    fn append(&mut self, lines: &str) -> Result<(), Error> {
        self.lines += lines.bytes().filter(|byte| *byte == b'\n').count();
        self.file.write_all(lines.as_bytes()).at(&self.path)
    }

    fn write_anew(&mut self) -> Result<(), Error> {
        let mut text = heading(&self.token);
        for (&key, standing) in &self.stories {
            let (id, quotes) = (id(key), standing.quotes);
            text.push_str(&match standing.fingerprint {
                Some(fingerprint) => format!("+ {} {quotes} {fingerprint:016x}\n", id.as_str()),
                None => format!("? {} {quotes}\n", id.as_str()),
            });
        }
        replace(&self.path, text.as_bytes())?;
        self.lines = self.stories.len();
        self.file = fs::OpenOptions::new().append(true).open(&self.path).at(&self.path)?;
        Ok(())
    }
}

/// What tells an index from every other, whatever it holds: made when first asked for.
///
/// # Errors
/// When it cannot be read or written.
pub fn identity(index: &Path) -> Result<String, Error> {
    let path = Folder::at(index).state("identity");
    match fs::read_to_string(&path) {
        Ok(text) => Ok(text.trim().to_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let identity = token();
            replace(&path, format!("{identity}\n").as_bytes())?;
            Ok(identity)
        }
        Err(error) => Err(error).at(path),
    }
}

/// Sixteen hex digits that nobody else has.
pub fn token() -> String {
    // The keys of a hasher are the randomness that the standard library has.
    format!("{:016x}", RandomState::new().hash_one(std::process::id()))
}

fn heading(token: &str) -> String {
    format!("# pushed 1 {token}\n")
}

fn read(line: &str) -> Option<(Key, Option<Standing>)> {
    let mut parts = line.split(' ');
    let (sign, id) = (parts.next()?, ArticleId::read(parts.next()?)?);
    let mut quotes = || parts.next()?.parse().ok();
    let standing = match sign {
        "-" => None,
        "?" => Some(Standing { fingerprint: None, quotes: quotes()? }),
        "+" => {
            let quotes = quotes()?;
            let digits = parts.next().filter(|digits| digits.len() == 16)?;
            Some(Standing { fingerprint: Some(u64::from_str_radix(digits, 16).ok()?), quotes })
        }
        _ => return None,
    };
    Some((key(&id), standing))
}

fn key(id: &ArticleId) -> Key {
    (id.key(), id.claimant())
}

fn id((key, claimant): Key) -> ArticleId {
    let plain = ArticleId::of_key(key);
    if claimant > 1 { plain.suffixed(usize::try_from(claimant).unwrap_or(usize::MAX)) } else { plain }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn story(number: u64) -> ArticleId {
        ArticleId::of_key(number)
    }

    fn open(folder: &Path, token: &str) -> Pushed {
        Pushed::open(folder, "cluster", "news", token).expect("a journal").expect("nobody else has it")
    }

    #[test]
    fn what_was_under_way_is_not_known_to_have_come() {
        let folder = tempfile::tempdir().expect("a folder");
        let (one, two, three) = (story(1), story(2), story(3).suffixed(2));
        let mut journal = open(folder.path(), "a");
        journal.intend(&[(one.clone(), 4), (two.clone(), 0), (three.clone(), 1)]).expect("written");
        journal.came(&one, 7, 2).expect("written");
        journal.gone(&two).expect("written");
        assert!(
            Pushed::open(folder.path(), "cluster", "news", "a").expect("a journal").is_none(),
            "one at a time"
        );
        drop(journal);
        // A line that was torn says nothing.
        let path = open(folder.path(), "a").path.clone();
        let mut bytes = fs::read(&path).expect("a journal");
        bytes.extend(b"+ 0000000000000003.2 1 00");
        fs::write(&path, bytes).expect("a journal");
        let journal = open(folder.path(), "a");
        assert_eq!(journal.standing(&one), Some(Standing { fingerprint: Some(7), quotes: 2 }));
        assert_eq!(journal.standing(&two), None);
        assert_eq!(journal.standing(&three), Some(Standing { fingerprint: None, quotes: 1 }));
        drop(journal);
        assert!(open(folder.path(), "b").is_empty(), "of other indices it says nothing");
    }

    #[test]
    fn an_index_keeps_its_identity() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("state")).expect("a folder");
        let first = identity(folder.path()).expect("an identity");
        assert_eq!(first, identity(folder.path()).expect("an identity"));
        assert_ne!(first, token());
    }
}
