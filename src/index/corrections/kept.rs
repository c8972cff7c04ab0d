//! Files of rules in the roots, and what an index keeps of them, so that corrections go with it.

use std::{fs, path::Path};

use crate::{
    index::{
        Error,
        error::At,
        folder::{Folder, replace},
    },
    view::file_key,
};

/// What the names of kept files end with.
const ENDS: &str = ".tsv";

/// A line that is no rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct BadRule {
    /// Number of the line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub fault: String,
}

/// A kind of rules.
pub(super) struct Kept {
    /// Name of the file in a root.
    pub file: &'static str,
    /// What the names of the files that an index keeps begin with.
    pub begins: &'static str,
}

impl Kept {
    /// The rules of a file, put together.
    pub fn parse<R: Default>(
        text: &str,
        add: impl Fn(&mut R, &str) -> Result<(), String>,
    ) -> Result<R, BadRule> {
        let mut found = R::default();
        rules(text)
            .try_for_each(|(line, rule)| add(&mut found, rule).map_err(|fault| BadRule { line, fault }))?;
        Ok(found)
    }

    /// The rules that an index keeps, put together, in the order of the files' names.
    pub fn load<R: Default>(
        &self,
        index: &Path,
        add: impl Fn(&mut R, &str) -> Result<(), String>,
    ) -> Result<R, Error> {
        let mut found = R::default();
        self.each(index, &mut |rule| {
            // A line that is no rule was told, with its number, when the file was taken over.
            let _ = add(&mut found, rule);
        })?;
        Ok(found)
    }

    fn each(&self, index: &Path, take: &mut dyn FnMut(&str)) -> Result<(), Error> {
        let folder = Folder::at(index).state("");
        let Ok(entries) = fs::read_dir(&folder) else { return Ok(()) };
        let mut names: Vec<_> = entries.filter_map(Result::ok).map(|entry| entry.file_name()).collect();
        names.sort();
        for name in names.iter().filter_map(|name| name.to_str()) {
            if name.starts_with(self.begins) && name.ends_with(ENDS) {
                let path = folder.join(name);
                let text = fs::read_to_string(&path).at(&path)?;
                rules(&text).for_each(|(_, rule)| take(rule));
            }
        }
        Ok(())
    }

    /// Takes over the file of a root; a root that has none any more takes its own away. Gives the first fault of the file,
    /// which then stays as it was kept before.
    pub fn take_over(
        &self,
        index: &Path,
        root: &str,
        at: &Path,
        check: &dyn Fn(&str) -> Result<(), BadRule>,
    ) -> Result<Option<BadRule>, Error> {
        let name = format!("{}{:016x}{ENDS}", self.begins, file_key(root, self.file));
        let kept = Folder::at(index).state(&name);
        let own = at.join(self.file);
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
        if let Err(fault) = check(&text) {
            return Ok(Some(fault));
        }
        if fs::read(&kept).ok().as_deref() != Some(text.as_bytes()) {
            replace(&kept, text.as_bytes())?;
        }
        Ok(None)
    }
}

/// The lines that are to be rules, with their numbers from 1: neither empty nor comments.
fn rules(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = (1..).zip(text.lines().map(str::trim_end));
    lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}
