//! Putting a name right: a rule more, or one less, in the `names.tsv` of a root, in force at once.

use std::{fs, io, path::PathBuf};

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    answers::archive::Archive,
    index::{
        At,
        corrections::{Corrections, FILE},
        replace,
    },
    query::Error,
    record::FORMAT,
    state::Root,
};

/// What a new file begins with.
const HEADING: &str = "# Corrections of names, a rule a line: pullquote names --help tells them.\n";

/// A correction that was written, or taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Correction {
    /// Version of the shape.
    pub format: u32,
    /// Always `correction`.
    pub r#type: &'static str,
    /// Name of the root whose `names.tsv` has it.
    pub root: String,
    /// The rule as it stands in the file, its columns separated by tabs.
    pub rule: String,
    /// Whether it is in force now; false when it was taken back.
    pub in_force: bool,
}

impl Archive {
    /// Writes a rule of corrections into the `names.tsv` of a root and has it hold at once; it is replayed by every rebuild.
    /// Whoever asks for the archive again after [`refresh`](Self::refresh) sees it.
    ///
    /// # Errors
    /// [`Error::BadRule`] when it is no rule, [`Error::NoRoot`] when no root is there to keep it, or when a file cannot be read
    /// or written: then nothing is changed.
    pub fn correct(&self, rule: &str) -> Result<Correction, Error> {
        let is_line = !rule.contains(|c: char| c.is_control() && c != '\t') && !rule.starts_with('#');
        let fault = Corrections::parse(rule).err().map(|bad| bad.fault);
        if let Some(fault) = fault.or_else(|| (!is_line).then(|| "a rule is one line".to_owned())) {
            return Err(Error::BadRule { fault });
        }
        let root = self.keeper()?;
        let mut text = rules(&root)?;
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        if text.is_empty() {
            text.push_str(HEADING);
        }
        text.extend([rule, "\n"]);
        self.write(&root, &text)?;
        Ok(Correction::new(&root, rule, true))
    }

    /// Takes the last rule that reads so out of the `names.tsv` of a root.
    ///
    /// # Errors
    /// [`Error::BadRule`] when there is none, or when a file cannot be read or written: then nothing is changed.
    pub fn take_back(&self, rule: &str) -> Result<Correction, Error> {
        let root = self.keeper()?;
        let text = rules(&root)?;
        let mut lines: Vec<&str> = text.lines().collect();
        let Some(at) = lines.iter().rposition(|line| line.trim_end() == rule.trim_end()) else {
            return Err(Error::BadRule { fault: "there is no such rule any more".to_owned() });
        };
        lines.remove(at);
        let text: String = lines.into_iter().flat_map(|line| [line, "\n"]).collect();
        self.write(&root, &text)?;
        Ok(Correction::new(&root, rule, false))
    }

    /// The root that keeps corrections made here: the first that has some, else the first that is a folder.
    fn keeper(&self) -> Result<Root, Error> {
        let folders = || self.roots().iter().filter(|root| root.path.is_dir());
        let root = folders().find(|root| root.path.join(FILE).is_file()).or_else(|| folders().next());
        root.cloned().ok_or(Error::NoRoot)
    }

    fn write(&self, root: &Root, text: &str) -> Result<(), Error> {
        if let Err(bad) = Corrections::parse(text) {
            return Err(Error::BadRule { fault: format!("{FILE} has another fault: {bad}") });
        }
        replace(&file(root), text.as_bytes())?;
        Corrections::keep(self.folder(), &root.name, &root.path)?;
        Ok(())
    }
}

impl Correction {
    fn new(root: &Root, rule: &str, in_force: bool) -> Self {
        Self {
            format: FORMAT,
            r#type: "correction",
            root: root.name.clone(),
            rule: rule.to_owned(),
            in_force,
        }
    }
}

/// The file of a root. A link into a checkout stays a link.
fn file(root: &Root) -> PathBuf {
    let path = root.path.join(FILE);
    fs::canonicalize(&path).unwrap_or(path)
}

fn rules(root: &Root) -> Result<String, Error> {
    let path = file(root);
    match fs::read_to_string(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        read => Ok(read.at(&path)?),
    }
}
