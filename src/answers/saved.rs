//! Saved searches: keeping them, and what is wrong with those that cannot be used.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    query::{self, Error, Query},
    record::FORMAT,
    state::{Saved, SavedSearch, is_name},
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
    /// The kind of that fault; left out when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
}

impl SavedLine {
    fn new(search: &SavedSearch, fault: Option<&Error>) -> Self {
        Self {
            format: FORMAT,
            r#type: "saved",
            name: search.name.clone(),
            query: search.query.clone(),
            fault: fault.map(ToString::to_string),
            code: fault.map(Error::code),
        }
    }
}

/// The saved searches that can be used, each with its query, and those that cannot.
#[derive(Clone, Debug, Default)]
pub struct Readable {
    /// Searches that can be used, in the order of the file.
    pub searches: Vec<SavedSearch>,
    /// Their queries, in the same order.
    pub queries: Vec<Query>,
    /// Searches that cannot, each with its fault.
    pub left_out: Vec<SavedLine>,
}

/// The query of a saved search.
///
/// # Errors
/// [`Error::NoName`] when its name is none, [`Error::BadQuery`] when its query is not of the language.
pub fn read(search: &SavedSearch) -> Result<Query, Error> {
    if !is_name(&search.name) {
        return Err(Error::NoName { name: search.name.clone() });
    }
    query::read(&search.query, false)
}

/// Every saved search with what is wrong with it, in the order of the file.
pub fn list(saved: &Saved) -> Vec<SavedLine> {
    saved.iter().map(|search| SavedLine::new(search, read(search).err().as_ref())).collect()
}

/// Parts the searches that can be used from those that cannot.
pub fn readable(saved: &Saved) -> Readable {
    let mut readable = Readable::default();
    for search in saved.iter() {
        match read(search) {
            Ok(query) => {
                readable.searches.push(search.clone());
                readable.queries.push(query);
            }
            Err(fault) => readable.left_out.push(SavedLine::new(search, Some(&fault))),
        }
    }
    readable
}

/// The searches of these names, in this order; all of the file when none is named.
///
/// # Errors
/// [`Error::NoSuchSearch`] with the first name that none has.
pub fn chosen<'a>(saved: &'a Saved, names: &[String]) -> Result<Vec<&'a SavedSearch>, Error> {
    if names.is_empty() {
        return Ok(saved.iter().collect());
    }
    let named = |name: &String| saved.named(name).ok_or_else(|| Error::NoSuchSearch { name: name.clone() });
    names.iter().map(named).collect()
}

/// Keeps a search in its file, or gives the one of that name another query; says whether there was one.
///
/// # Errors
/// As [`read`], or when the file cannot be written. Nothing is kept then.
pub fn keep(saved: &mut Saved, search: SavedSearch) -> Result<bool, Error> {
    read(&search)?;
    Ok(saved.keep(search)?)
}

/// Forgets a search in its file; says whether it was there.
///
/// # Errors
/// When the file cannot be written.
pub fn forget(saved: &mut Saved, name: &str) -> Result<bool, Error> {
    Ok(saved.forget(name)?)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn search(name: &str, query: &str) -> SavedSearch {
        SavedSearch { name: name.into(), query: query.into() }
    }

    #[test]
    fn what_cannot_be_used_is_told_with_its_fault_and_hides_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("watch.tsv");
        fs::write(&path, "ada\tAda\nno name\tAda\nbroken\t(Ada\n").expect("a file");
        let saved = Saved::load(&path).expect("a file");
        let codes: Vec<_> = list(&saved).into_iter().map(|line| (line.name, line.code)).collect();
        let expected = [("ada", None), ("no name", Some("no-name")), ("broken", Some("bad-query"))];
        assert_eq!(codes, expected.map(|(name, code)| (name.to_owned(), code)));
        let readable = readable(&saved);
        assert_eq!(readable.searches, [search("ada", "Ada")]);
        assert_eq!(readable.queries.len(), 1);
        assert_eq!(readable.left_out, list(&saved)[1..]);
    }

    #[test]
    fn only_what_can_be_used_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("watch.tsv");
        let mut saved = Saved::load(&path).expect("no file yet");
        assert!(matches!(keep(&mut saved, search("no name", "Ada")), Err(Error::NoName { .. })));
        assert!(matches!(keep(&mut saved, search("ada", "(Ada")), Err(Error::BadQuery { .. })));
        assert!(!forget(&mut saved, "ada").expect("nothing to write"));
        assert!(!path.exists());
        assert!(!keep(&mut saved, search("ada", "Ada")).expect("a file"));
        assert!(keep(&mut saved, search("ada", "Lovelace")).expect("a file"));
        let saved = &mut Saved::load(&path).expect("a file");
        assert_eq!(chosen(saved, &[]).expect("all"), [&search("ada", "Lovelace")]);
        let unknown = chosen(saved, &["ada".into(), "eve".into()]);
        assert!(matches!(unknown, Err(Error::NoSuchSearch { name }) if name == "eve"));
        assert!(forget(saved, "ada").expect("a file"));
        assert!(list(&Saved::load(&path).expect("a file")).is_empty());
    }
}
