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

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{annotation::NameKind, index::document::name_key};

/// Corrections by kind and key.
#[derive(Clone, Debug, Default)]
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

    /// Number of rules.
    pub fn len(&self) -> usize {
        self.rules
    }

    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.rules == 0
    }

    /// Kind and key a form belongs to; nothing when it is no name.
    pub fn resolve(&self, kind: NameKind, form: &str) -> Option<(NameKind, String)> {
        let own = (kind, name_key(form));
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
    fn rings_end() {
        let ring = "merge\tperson\tA One\tB Two\nmerge\tperson\tB Two\tA One\n";
        let corrections = Corrections::parse(ring).expect("two rules");
        assert!(corrections.resolve(NameKind::Person, "A One").is_some());
        assert_eq!(corrections.len(), 2);
    }
}
