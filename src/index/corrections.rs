//! The archive's own corrections of names: `names.tsv` in a root.
//!
//! A line is a rule, its columns separated by tabs; `#` begins a comment. `KIND` is `person`, `org`, `work`, `place` or
//! `event`.
//!
//! | rule | meaning |
//! |---|---|
//! | `merge KIND NAME INTO` | the two are one, called `INTO` |
//! | `split KIND NAME` | a one-word form is never joined to a longer name |
//! | `rename KIND NAME SHOWN` | is shown as `SHOWN` |
//! | `not KIND NAME` | is no name of that kind |
//! | `kind KIND NAME OTHER` | is of the kind `OTHER` |

use std::{fs, path::Path};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    annotation::NameKind,
    index::{
        Error,
        error::At,
        folder::{Folder, replace},
    },
    name_key::name_key,
    view::file_key,
};

/// Name of the file in a root.
pub const FILE: &str = "names.tsv";

/// What the names of kept files begin and end with.
const KEPT: (&str, &str) = ("names-", ".tsv");

/// Corrections by kind and key.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Corrections {
    into: FxHashMap<(NameKind, String), (NameKind, String)>,
    shown: FxHashMap<(NameKind, String), String>,
    apart: FxHashSet<String>,
    dropped: FxHashSet<(NameKind, String)>,
    rules: usize,
}

/// A line that is no rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct BadRule {
    /// Number of the line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub fault: String,
}

impl Corrections {
    /// Reads the rules of a file.
    ///
    /// # Errors
    /// The first line that is no rule.
    pub fn parse(text: &str) -> Result<Self, BadRule> {
        let mut found = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim_end();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            found.add(line).map_err(|fault| BadRule { line: number, fault })?;
        }
        Ok(found)
    }

    fn add(&mut self, line: &str) -> Result<(), String> {
        let columns: Vec<&str> = line.split('\t').map(str::trim).collect();
        let [rule, kind, name, rest @ ..] = columns.as_slice() else {
            return Err("a rule has at least three columns, separated by tabs".to_owned());
        };
        let kind = kind_named(kind)?;
        let from = (kind, name_key(name));
        match (*rule, rest) {
            ("merge", [into]) => {
                self.into.insert(from, (kind, name_key(into)));
                self.shown.insert((kind, name_key(into)), (*into).to_owned());
            }
            ("rename", [shown]) => {
                self.shown.insert(from, (*shown).to_owned());
            }
            ("kind", [other]) => {
                let other = kind_named(other)?;
                self.into.insert(from, (other, name_key(name)));
            }
            ("split", []) => {
                self.apart.insert(from.1);
            }
            ("not", []) => {
                self.dropped.insert(from);
            }
            _ => return Err(format!("no rule {rule:?} with {} columns", columns.len())),
        }
        self.rules += 1;
        Ok(())
    }

    /// The corrections that an index keeps of all its roots. Faults were told when they were taken over.
    ///
    /// # Errors
    /// When a kept file cannot be read.
    pub fn load(index: &Path) -> Result<Self, Error> {
        let folder = Folder::at(index).state("");
        let Ok(entries) = fs::read_dir(&folder) else { return Ok(Self::default()) };
        let mut names: Vec<_> = entries.filter_map(Result::ok).map(|entry| entry.file_name()).collect();
        names.sort();
        let mut found = Self::default();
        for name in names.iter().filter_map(|name| name.to_str()) {
            if name.starts_with(KEPT.0) && name.ends_with(KEPT.1) {
                let path = folder.join(name);
                let text = fs::read_to_string(&path).at(&path)?;
                text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).for_each(|line| {
                    // A line that is no rule was told, with its number, when the file was taken over.
                    let _ = found.add(line.trim_end());
                });
            }
        }
        Ok(found)
    }

    /// Takes over the corrections of a root into the index's own state, so that they go with it; a root that has none any
    /// more takes its own away. Gives the first fault of the file, which then stays as it was kept before.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub fn keep(index: &Path, root: &str, at: &Path) -> Result<Option<BadRule>, Error> {
        let kept = Folder::at(index).state(&format!("{}{:016x}{}", KEPT.0, file_key(root, FILE), KEPT.1));
        let own = at.join(FILE);
        if !own.exists() {
            // A root without anything may be a mount that is not there.
            let is_empty = fs::read_dir(at).is_ok_and(|mut entries| entries.next().is_none());
            if kept.exists() && at.exists() && !is_empty {
                fs::remove_file(&kept).at(&kept)?;
            }
            return Ok(None);
        }
        let text = match fs::read(&own).map(String::from_utf8) {
            Ok(Ok(text)) => text,
            Ok(Err(error)) => {
                let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
                let line = 1 + valid.iter().filter(|byte| **byte == b'\n').count();
                return Ok(Some(BadRule { line, fault: "it is not UTF-8".to_owned() }));
            }
            Err(error) => return Ok(Some(BadRule { line: 1, fault: format!("cannot be read: {error}") })),
        };
        if let Err(fault) = Self::parse(&text) {
            return Ok(Some(fault));
        }
        if fs::read(&kept).ok().as_deref() != Some(text.as_bytes()) {
            replace(&kept, text.as_bytes())?;
        }
        Ok(None)
    }

    /// Number of rules.
    pub fn len(&self) -> usize {
        self.rules
    }

    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.rules == 0
    }

    /// Kind and key that a form with this `name_key` belongs to; nothing when it is no name.
    pub fn resolve(&self, kind: NameKind, key: String) -> Option<(NameKind, String)> {
        let own = (kind, key);
        if self.dropped.contains(&own) {
            return None;
        }
        // A chain of merges is followed a few steps; a ring ends there.
        let mut at = own;
        for _ in 0..8 {
            match self.into.get(&at) {
                Some(next) if *next != at => at = next.clone(),
                _ => break,
            }
        }
        Some(at)
    }

    /// The form to show, when a rule says so.
    pub fn title(&self, kind: NameKind, key: &str) -> Option<String> {
        self.shown.get(&(kind, key.to_owned())).cloned()
    }

    /// Whether a one-word form must not be joined.
    pub fn keeps_apart(&self, key: &str) -> bool {
        self.apart.contains(key)
    }
}

fn kind_named(name: &str) -> Result<NameKind, String> {
    let kind = NameKind::ALL.into_iter().find(|kind| kind.as_str() == name);
    kind.ok_or_else(|| format!("no kind of name {name:?}: person, org, work, place or event"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_name_their_line() {
        let fault = |text| Corrections::parse(text).expect_err("a fault").to_string();
        assert_eq!(fault("# ok\nmerge\tperson\tA"), "line 2: no rule \"merge\" with 3 columns");
        assert_eq!(
            fault("not\tpeople\tA"),
            "line 1: no kind of name \"people\": person, org, work, place or event"
        );
        assert_eq!(fault("merge"), "line 1: a rule has at least three columns, separated by tabs");
    }

    #[test]
    fn corrections_go_with_the_index() {
        let dir = tempfile::tempdir().expect("a folder");
        let (index, root) = (dir.path().join("index"), dir.path().join("root"));
        fs::create_dir_all(index.join("state")).expect("a folder");
        fs::create_dir(&root).expect("a folder");
        let keep = || Corrections::keep(&index, "root", &root).expect("readable");
        fs::write(root.join(FILE), "not\tperson\tSay What\n").expect("a file");
        assert_eq!(keep(), None);
        assert_eq!(Corrections::load(&index).expect("readable").len(), 1);
        fs::write(root.join(FILE), "what\n").expect("a file");
        assert_eq!(keep().map(|fault| fault.line), Some(1));
        assert_eq!(Corrections::load(&index).expect("readable").len(), 1, "the earlier ones stay");
        fs::write(root.join(FILE), b"not\tperson\tSay What\nnot\tperson\tCaf\xe9\n").expect("a file");
        assert_eq!(keep().map(|fault| fault.line), Some(2));
        assert_eq!(Corrections::load(&index).expect("readable").len(), 1, "the earlier ones stay");
        fs::remove_file(root.join(FILE)).expect("it is there");
        assert_eq!(keep(), None);
        assert_eq!(Corrections::load(&index).expect("readable").len(), 1, "an empty root may be no mount");
        fs::write(root.join("story.txt"), "A story").expect("a file");
        assert_eq!(keep(), None);
        assert!(Corrections::load(&index).expect("readable").is_empty());
    }

    #[test]
    fn rings_end() {
        let ring = "merge\tperson\tA One\tB Two\nmerge\tperson\tB Two\tA One\n";
        let corrections = Corrections::parse(ring).expect("two rules");
        let found = corrections.resolve(NameKind::Person, "a one".to_owned());
        assert_eq!(found, Some((NameKind::Person, "a one".to_owned())));
        assert_eq!(corrections.len(), 2);
    }
}
