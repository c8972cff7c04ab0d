//! The journal of arrivals: which articles came into an index, in their order.
//!
//! A commit's articles are written down, and synced, before the commit. So the journal may name articles that the index
//! never got, when the run was killed in between, and may name one twice, when the next run brought it after all; an
//! article that the index got is never missing from it. Whoever reads it takes those that the index holds.

use std::{
    fs,
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    article::ArticleId,
    index::{
        Error,
        error::At,
        folder::{Folder, replace},
    },
};

/// A place in the journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Number of the journal: it begins anew from time to time.
    pub journal: u64,
    /// Bytes of it that lie before this place.
    pub at: u64,
}

/// The journal of an index.
#[derive(Debug)]
pub struct Arrivals {
    path: PathBuf,
    file: Option<fs::File>,
}

impl Arrivals {
    /// The journal of the index in that folder; nothing is read yet.
    pub fn of(index: &Path) -> Self {
        Self { path: Folder::at(index).state("arrivals"), file: None }
    }

    /// Adds articles, and makes that last.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn add(&mut self, ids: &[ArticleId]) -> Result<(), Error> {
        if ids.is_empty() {
            return Ok(());
        }
        let mut lines = String::with_capacity(ids.len() * 17);
        for id in ids {
            lines.push_str(id.as_str());
            lines.push('\n');
        }
        if self.file.is_none() {
            self.file = Some(self.open()?);
        }
        let file = self.file.as_mut().expect("just opened");
        file.write_all(lines.as_bytes()).and_then(|()| file.sync_data()).at(&self.path)
    }

    /// Opens it for adding, made if there is none. What a power cut left of a last line is closed off.
    fn open(&self) -> Result<fs::File, Error> {
        if !self.path.exists() {
            replace(&self.path, heading(1).as_bytes())?;
        }
        let open = || {
            let mut file = fs::OpenOptions::new().read(true).append(true).open(&self.path)?;
            let mut last = [b'\n'];
            if file.seek(SeekFrom::End(0))? > 0 {
                file.seek(SeekFrom::End(-1))?;
                file.read_exact(&mut last)?;
            }
            if last != *b"\n" {
                file.write_all(b"\n")?;
            }
            io::Result::Ok(file)
        };
        open().at(&self.path)
    }

    /// Its end.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn end(&self) -> Result<Mark, Error> {
        Ok(self.read(Mark { journal: 0, at: u64::MAX })?.1)
    }

    /// The articles written down after `mark`, each once, and where that ends. After a journal that began anew
    /// meanwhile, all of the new one.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn since(&self, mark: Mark) -> Result<(Vec<ArticleId>, Mark), Error> {
        self.read(mark)
    }

    fn read(&self, from: Mark) -> Result<(Vec<ArticleId>, Mark), Error> {
        let file = match fs::File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Default::default()),
            Err(error) => return Err(error).at(&self.path),
        };
        let length = file.metadata().at(&self.path)?.len();
        let mut reader = BufReader::new(file);
        let mut line = String::new();
        let first = reader.read_line(&mut line).at(&self.path)? as u64;
        let journal = number(&line).unwrap_or_default();
        let mut at = first;
        if from.at == u64::MAX {
            return Ok((Vec::new(), Mark { journal, at: length.max(first) }));
        }
        if from.journal == journal && from.at > at {
            at = reader.seek(SeekFrom::Start(from.at)).at(&self.path)?;
        }
        let (mut ids, mut seen) = (Vec::new(), rustc_hash::FxHashSet::default());
        loop {
            line.clear();
            let read = reader.read_line(&mut line).at(&self.path)? as u64;
            // A line without its end is still being written.
            if !line.ends_with('\n') {
                return Ok((ids, Mark { journal, at }));
            }
            at += read;
            if let Some(id) = ArticleId::read(line.trim_end())
                && seen.insert(id.clone())
            {
                ids.push(id);
            }
        }
    }

    /// Begins the journal anew. Only for whoever holds the writer's lock, with everything read.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn restart(&mut self) -> Result<Mark, Error> {
        self.file = None;
        let journal = self.end()?.journal + 1;
        let heading = heading(journal);
        replace(&self.path, heading.as_bytes())?;
        Ok(Mark { journal, at: heading.len() as u64 })
    }
}

fn heading(journal: u64) -> String {
    format!("# journal {journal}\n")
}

fn number(line: &str) -> Option<u64> {
    line.strip_prefix("# journal ")?.trim_end().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u64) -> ArticleId {
        ArticleId::read(&format!("{number:016x}")).expect("an id")
    }

    #[test]
    fn reads_what_came_after_a_mark() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("state")).expect("a folder");
        let mut arrivals = Arrivals::of(folder.path());
        assert_eq!(arrivals.since(Mark::default()).expect("nothing"), Default::default());
        arrivals.add(&[id(1), id(2)]).expect("a journal");
        let (ids, mark) = arrivals.since(Mark::default()).expect("a journal");
        assert_eq!(ids, [id(1), id(2)]);
        assert_eq!(mark, arrivals.end().expect("a journal"));
        // A power cut tore a line; the next run goes on.
        let path = folder.path().join("state/arrivals");
        let mut bytes = fs::read(&path).expect("a journal");
        bytes.extend(b"00000");
        fs::write(&path, bytes).expect("a journal");
        assert_eq!(arrivals.since(mark).expect("a journal"), (Vec::new(), mark));
        let mut arrivals = Arrivals::of(folder.path());
        arrivals.add(&[id(3), id(3)]).expect("a journal");
        let (ids, _) = arrivals.since(mark).expect("a journal");
        assert_eq!(ids, [id(3)]);
        let anew = arrivals.restart().expect("a journal");
        assert_eq!((anew.journal, arrivals.end().expect("a journal")), (2, anew));
        arrivals.add(&[id(4), id(5), id(6), id(7)]).expect("a journal");
        assert_eq!(arrivals.since(mark).expect("a journal").0.len(), 4);
    }
}
