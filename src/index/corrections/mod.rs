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
//!
//! Corrections of speakers are in [`speakers`].

mod kept;
pub mod speakers;

use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{annotation::NameKind, article::hash64, index::Error, name_key::name_key};
pub use kept::BadRule;
use kept::Kept;

/// Name of the file in a root.
pub const FILE: &str = "names.tsv";

/// The rules of each root, kept in the index.
const KEPT: Kept = Kept { file: FILE, begins: "names-" };

/// Corrections by kind and key.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Corrections {
    into: FxHashMap<(NameKind, String), (NameKind, String)>,
    shown: FxHashMap<(NameKind, String), String>,
    apart: FxHashSet<String>,
    dropped: FxHashSet<(NameKind, String)>,
    rules: usize,
    /// Hash of the rules, in their order.
    digest: u64,
}

impl Corrections {
    /// Reads the rules of a file.
    ///
    /// # Errors
    /// The first line that is no rule.
    pub fn parse(text: &str) -> Result<Self, BadRule> {
        Kept::parse(text, Self::add)
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
        self.digest = hash64(format!("{:016x}{line}", self.digest).as_bytes());
        Ok(())
    }

    /// The corrections that an index keeps of all its roots. Faults were told when they were taken over.
    ///
    /// # Errors
    /// When a kept file cannot be read.
    pub fn load(index: &Path) -> Result<Self, Error> {
        KEPT.load(index, Self::add)
    }

    /// Takes over the corrections of a root into the index's own state, so that they go with it; a root that has none any
    /// more takes its own away. Gives the first fault of the file, which then stays as it was kept before.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub fn keep(index: &Path, root: &str, at: &Path) -> Result<Option<BadRule>, Error> {
        KEPT.take_over(index, root, at, &|text| Self::parse(text).map(drop))
    }

    /// Number of rules.
    pub fn len(&self) -> usize {
        self.rules
    }

    /// The same for the same rules in the same order, and for no others.
    pub fn digest(&self) -> u64 {
        self.digest
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

    /// Kinds and keys that [`resolve`](Self::resolve) changes.
    pub(crate) fn changed(&self) -> impl Iterator<Item = &(NameKind, String)> {
        self.into.keys().chain(&self.dropped)
    }

    /// Kinds and keys that are shown as a rule says.
    pub(crate) fn titled(&self) -> impl Iterator<Item = (&(NameKind, String), &str)> {
        self.shown.iter().map(|(key, shown)| (key, shown.as_str()))
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
    use std::fs;

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
