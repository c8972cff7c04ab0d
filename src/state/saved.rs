//! Saved searches: a plain file, a line each, that people can edit and keep under version control.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::file::alone;
use crate::index::{
    Error,
    error::At,
    folder::{Folder, replace},
};

/// What a new file begins with.
const HEADING: &str =
    "# Saved searches: a name, a tab, a query. `pullquote alerts` watches for all of them.\n";

/// A saved search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedSearch {
    /// Its name.
    pub name: String,
    /// Its query, as typed.
    pub query: String,
}

/// The saved searches of a file. Comments, blank lines and the order of the lines stay as they are.
#[derive(Clone, Debug, Default)]
pub struct Saved {
    path: PathBuf,
    lines: Vec<Line>,
}

#[derive(Clone, Debug)]
enum Line {
    Search(SavedSearch),
    Other(String),
}

impl Saved {
    /// Where an index keeps its saved searches unless told otherwise.
    pub fn file_of(index: &Path) -> PathBuf {
        Folder::at(index).state("saved.tsv")
    }

    /// The saved searches of a file; none when there is no such file.
    ///
    /// # Errors
    /// When it is there and cannot be read, or is no text.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error).at(path),
        };
        let lines = text.lines().map(|line| {
            let is_comment = line.trim_start().starts_with('#');
            match line.split_once('\t').filter(|_| !is_comment) {
                Some((name, query)) => {
                    Line::Search(SavedSearch { name: name.trim().to_owned(), query: query.trim().to_owned() })
                }
                None => Line::Other(line.to_owned()),
            }
        });
        Ok(Self { path: path.to_owned(), lines: lines.collect() })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The searches, in the order of the file. Of two with one name the later one counts.
    pub fn iter(&self) -> impl Iterator<Item = &SavedSearch> {
        self.lines.iter().filter_map(|line| match line {
            Line::Search(search) => Some(search),
            Line::Other(_) => None,
        })
    }

    /// The search of that name.
    pub fn named(&self, name: &str) -> Option<&SavedSearch> {
        self.iter().filter(|search| search.name == name).last()
    }

    /// Numbers of the lines, from 1, that are neither searches nor comments nor blank.
    pub fn faults(&self) -> Vec<usize> {
        let is_fault = |line: &Line| match line {
            Line::Search(search) => !is_name(&search.name) || search.query.is_empty(),
            Line::Other(text) => !text.trim().is_empty() && !text.trim_start().starts_with('#'),
        };
        (1..).zip(&self.lines).filter(|(_, line)| is_fault(line)).map(|(number, _)| number).collect()
    }

    /// Adds a search to the file, or gives the one of that name another query; says whether there was one. Nobody else
    /// changes the file meanwhile, and what it says by now stands.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn keep(&mut self, search: SavedSearch) -> Result<bool, Error> {
        let _alone = alone(&folder_of(&self.path))?;
        *self = Self::load(&self.path)?;
        let is_known = self.add(search);
        self.save()?;
        Ok(is_known)
    }

    /// Removes a search from the file; says whether it was there.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn forget(&mut self, name: &str) -> Result<bool, Error> {
        let _alone = alone(&folder_of(&self.path))?;
        *self = Self::load(&self.path)?;
        let was_there = self.remove(name);
        if was_there {
            self.save()?;
        }
        Ok(was_there)
    }

    /// Adds a search, or gives the one of that name another query; says whether there was one.
    pub fn add(&mut self, search: SavedSearch) -> bool {
        let known = self.lines.iter_mut().rev().find_map(|line| match line {
            Line::Search(known) if known.name == search.name => Some(known),
            _ => None,
        });
        match known {
            Some(known) => {
                *known = search;
                true
            }
            None => {
                self.lines.push(Line::Search(search));
                false
            }
        }
    }

    /// Removes a search; says whether it was there.
    pub fn remove(&mut self, name: &str) -> bool {
        let before = self.lines.len();
        self.lines.retain(|line| !matches!(line, Line::Search(search) if search.name == name));
        self.lines.len() < before
    }

    /// Writes the file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&self) -> Result<(), Error> {
        let mut text = if self.path.exists() { String::new() } else { HEADING.to_owned() };
        for line in &self.lines {
            match line {
                Line::Search(SavedSearch { name, query }) => {
                    text.extend([name, "\t", query]);
                }
                Line::Other(line) => text.push_str(line),
            }
            text.push('\n');
        }
        // A link into a checkout stays a link.
        let path = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let path = std::path::absolute(&path).at(&path)?;
        replace(&path, text.as_bytes())
    }
}

/// Whether a search may have that name: letters, digits, `-`, `_`, `.`, so that `query:NAME` needs no quote marks.
pub fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// The folder that a file lies in.
fn folder_of(path: &Path) -> PathBuf {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_people_wrote() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("watch.tsv");
        fs::write(&path, "# people\nada\t\"Ada Lovelace\"\n\nbob\tBob\nno search\n").expect("a file");
        let mut saved = Saved::load(&path).expect("a file");
        assert_eq!(saved.faults(), [5]);
        let search = |name: &str, query: &str| SavedSearch { name: name.into(), query: query.into() };
        assert!(saved.add(search("ada", "person:\"Ada Lovelace\"")));
        assert!(!saved.add(search("eve", "Eve")));
        assert!(saved.remove("bob") && !saved.remove("bob"));
        saved.save().expect("a file");
        let text = fs::read_to_string(&path).expect("a file");
        assert_eq!(text, "# people\nada\tperson:\"Ada Lovelace\"\n\nno search\neve\tEve\n");
        assert_eq!(Saved::load(&path).expect("a file").named("eve"), Some(&search("eve", "Eve")));
    }

    #[test]
    fn what_another_has_saved_meanwhile_stands() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("state/saved.tsv");
        let mut copies: Vec<Saved> = (0..4).map(|_| Saved::load(&path).expect("no file yet")).collect();
        std::thread::scope(|scope| {
            for (number, copy) in copies.iter_mut().enumerate() {
                scope.spawn(move || {
                    for again in 0..10 {
                        let known = copy
                            .keep(SavedSearch { name: format!("s{number}-{again}"), query: "grief".into() })
                            .expect("a file");
                        assert!(!known);
                    }
                });
            }
        });
        assert_eq!(Saved::load(&path).expect("a file").iter().count(), 40);
        assert!(copies[0].forget("s3-9").expect("a file"));
        assert!(!copies[1].forget("s3-9").expect("a file"));
    }
}
