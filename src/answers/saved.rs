//! Saved searches: kept under a name, listed with what is wrong with them, run again.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    answers::{
        archive::{Archive, read_saved as read},
        hit::{ArticleHit, Page},
    },
    query::Error,
    record::FORMAT,
    state::{Saved, SavedSearch},
};

/// A saved search as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SavedLine {
    /// Version of the shape.
    pub format: u32,
    /// Always `saved`.
    pub r#type: &'static str,
    /// Its name.
    pub name: String,
    /// Its query, as typed.
    pub query: String,
    /// Why it cannot be used; null when it can.
    pub fault: Option<String>,
}

/// The saved searches of a file.
#[derive(Clone, Debug)]
pub struct SavedList {
    /// The searches, in the order of the file.
    pub searches: Vec<SavedLine>,
    /// Numbers of the lines, from 1, that are no searches.
    pub faults: Vec<usize>,
}

/// A saved search that cannot be used, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable {
    /// Its name.
    pub name: String,
    /// What is wrong with it.
    pub fault: String,
}

/// Articles of one saved search that is run again.
#[derive(Clone, Debug)]
pub struct SavedRun {
    /// The search.
    pub search: SavedSearch,
    /// Its articles, newest first; or what is wrong with it.
    pub outcome: Result<Page<ArticleHit>, Unusable>,
}

/// Keeps a search in a file, or gives the one of that name another query; says whether there was one.
///
/// # Errors
/// When its name or its query cannot be used, or when the file cannot be written. Nothing is kept then.
pub fn keep(saved: &mut Saved, search: SavedSearch) -> Result<bool, Error> {
    read(&search)?;
    let is_known = saved.add(search);
    saved.save()?;
    Ok(is_known)
}

/// Forgets the search of that name; says whether there was one.
///
/// # Errors
/// When the file cannot be written.
pub fn forget(saved: &mut Saved, name: &str) -> Result<bool, Error> {
    let was_there = saved.remove(name);
    if was_there {
        saved.save()?;
    }
    Ok(was_there)
}

/// The searches of a file with what is wrong with them.
pub fn list(saved: &Saved) -> SavedList {
    let line = |search: &SavedSearch| SavedLine {
        format: FORMAT,
        r#type: "saved",
        name: search.name.clone(),
        query: search.query.clone(),
        fault: read(search).err().map(|error| error.to_string()),
    };
    SavedList { searches: saved.iter().map(line).collect(), faults: saved.faults() }
}

impl Archive {
    /// The saved searches of those names, or all of them when none is named, each with its articles under the strict
    /// reading, newest first.
    ///
    /// # Errors
    /// [`Error::NoSuchSearch`] when a name is none; others when a file of the index cannot be read.
    pub fn run_saved(&self, names: &[String], limit: usize) -> Result<Vec<SavedRun>, Error> {
        let chosen: Vec<&SavedSearch> = match names {
            [] => self.saved().iter().collect(),
            names => names.iter().map(|name| self.saved_search(name)).collect::<Result<_, _>>()?,
        };
        let run = |search: &SavedSearch| {
            let outcome = match read(search) {
                Ok(query) => Ok(self.strict(&query, limit)?),
                Err(error) => Err(Unusable { name: search.name.clone(), fault: error.to_string() }),
            };
            Ok(SavedRun { search: search.clone(), outcome })
        };
        chosen.into_iter().map(run).collect()
    }

    fn saved_search(&self, name: &str) -> Result<&SavedSearch, Error> {
        self.saved().named(name).ok_or_else(|| Error::NoSuchSearch { name: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_listed_with_its_fault_and_never_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut saved = Saved::load(&folder.path().join("saved.tsv")).expect("no file yet");
        let search = |name: &str, query: &str| SavedSearch { name: name.into(), query: query.into() };
        assert!(!keep(&mut saved, search("tour", "person:Voss tour")).expect("a search"));
        assert!(keep(&mut saved, search("tour", "Voss")).expect("the same search"));
        assert!(matches!(keep(&mut saved, search("a b", "Voss")), Err(Error::NoName { .. })));
        assert!(matches!(keep(&mut saved, search("open", "(Voss")), Err(Error::BadQuery { .. })));
        saved.add(search("open", "(Voss"));
        let listed = list(&saved);
        assert_eq!(listed.searches[0].fault, None);
        assert!(listed.searches[1].fault.as_deref().is_some_and(|fault| fault.contains('^')));
        assert!(forget(&mut saved, "tour").expect("a file"));
        assert!(!forget(&mut saved, "tour").expect("a file"));
    }
}
