//! Putting names and speakers right: a rule more, or one less, in the `names.tsv` or the `quotes.tsv` of a root.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    answers::archive::Archive,
    index::{
        self, At,
        corrections::{
            self, BadRule, Corrections,
            speakers::{self, Speakers},
        },
        replace,
    },
    query::Error,
    quote_at::QuoteAt,
    record::FORMAT,
    state::{Root, alone},
};

/// A correction that was written, or taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Correction {
    /// Version of the shape.
    pub format: u32,
    /// Always `correction`.
    pub r#type: &'static str,
    /// Name of the root that has it.
    pub root: String,
    /// `names.tsv` or `quotes.tsv`.
    pub file: &'static str,
    /// The rule as it stands in the file, its columns separated by tabs.
    pub rule: String,
    /// Whether the file has it now; false when it was taken back.
    pub in_force: bool,
}

/// A file of rules.
struct Sheet {
    file: &'static str,
    /// What a new one begins with.
    heading: &'static str,
    check: fn(&str) -> Result<(), BadRule>,
    keep: fn(&Path, &str, &Path) -> Result<Option<BadRule>, index::Error>,
}

const NAMES: Sheet = Sheet {
    file: corrections::FILE,
    heading: "# Corrections of names, a rule a line: pullquote names --help tells them.\n",
    check: |text| Corrections::parse(text).map(drop),
    keep: Corrections::keep,
};

const QUOTES: Sheet = Sheet {
    file: speakers::FILE,
    heading: "# Corrections of speakers, a rule a line: pullquote quotes --help tells them.\n",
    check: |text| Speakers::parse(text).map(drop),
    keep: Speakers::keep,
};

impl Sheet {
    /// The file that a rule belongs into: one of speakers begins with the address of words.
    fn of(rule: &str) -> &'static Self {
        let first = rule.split('\t').next().unwrap_or_default();
        if QuoteAt::read(first.trim()).is_some() { &QUOTES } else { &NAMES }
    }
}

impl Archive {
    /// Writes a rule of corrections into the file of a root and hands it to the index. One of names holds as soon as the
    /// archive is [refreshed](Self::refresh), one of speakers with the next run; both are replayed by every rebuild.
    ///
    /// # Errors
    /// [`Error::BadRule`] when it is no rule, [`Error::NoRoot`] when no root is there to keep it, or when a file cannot be read
    /// or written: then nothing is changed.
    pub fn correct(&self, rule: &str) -> Result<Correction, Error> {
        let sheet = Sheet::of(rule);
        let is_line = !rule.contains(|c: char| c.is_control() && c != '\t') && !rule.starts_with('#');
        let fault = (sheet.check)(rule).err().map(|bad| bad.fault);
        if let Some(fault) = fault.or_else(|| (!is_line).then(|| "a rule is one line".to_owned())) {
            return Err(Error::BadRule { fault });
        }
        let _alone = alone(self.folder())?;
        let root = self.keeper(sheet)?;
        let mut text = rules(sheet, &root)?;
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        if text.is_empty() {
            text.push_str(sheet.heading);
        }
        text.extend([rule, "\n"]);
        self.write(sheet, &root, &text)?;
        Ok(Correction::new(sheet, &root, rule, true))
    }

    /// Takes the last rule that reads so out of its file.
    ///
    /// # Errors
    /// [`Error::BadRule`] when there is none, or when a file cannot be read or written: then nothing is changed.
    pub fn take_back(&self, rule: &str) -> Result<Correction, Error> {
        let sheet = Sheet::of(rule);
        let _alone = alone(self.folder())?;
        let root = self.keeper(sheet)?;
        let text = rules(sheet, &root)?;
        let mut lines: Vec<&str> = text.lines().collect();
        let Some(at) = lines.iter().rposition(|line| line.trim_end() == rule.trim_end()) else {
            return Err(Error::BadRule { fault: "there is no such rule any more".to_owned() });
        };
        lines.remove(at);
        let text: String = lines.into_iter().flat_map(|line| [line, "\n"]).collect();
        self.write(sheet, &root, &text)?;
        Ok(Correction::new(sheet, &root, rule, false))
    }

    /// The root that keeps corrections made here: the first that has some, else the first that is a folder.
    fn keeper(&self, sheet: &Sheet) -> Result<Root, Error> {
        let folders = || self.roots().iter().filter(|root| root.path.is_dir());
        let root = folders().find(|root| root.path.join(sheet.file).is_file()).or_else(|| folders().next());
        root.cloned().ok_or(Error::NoRoot)
    }

    fn write(&self, sheet: &Sheet, root: &Root, text: &str) -> Result<(), Error> {
        if let Err(bad) = (sheet.check)(text) {
            return Err(Error::BadRule { fault: format!("{} has another fault: {bad}", sheet.file) });
        }
        replace(&path(sheet, root), text.as_bytes())?;
        (sheet.keep)(self.folder(), &root.name, &root.path)?;
        Ok(())
    }
}

impl Correction {
    fn new(sheet: &Sheet, root: &Root, rule: &str, in_force: bool) -> Self {
        let (root, rule) = (root.name.clone(), rule.to_owned());
        Self { format: FORMAT, r#type: "correction", root, file: sheet.file, rule, in_force }
    }

    /// Whether it is one of speakers, which holds with the next run.
    pub fn is_of_speakers(&self) -> bool {
        self.file == QUOTES.file
    }
}

/// The file of a root. A link into a checkout stays a link.
fn path(sheet: &Sheet, root: &Root) -> PathBuf {
    let path = root.path.join(sheet.file);
    fs::canonicalize(&path).unwrap_or(path)
}

fn rules(sheet: &Sheet, root: &Root) -> Result<String, Error> {
    let path = path(sheet, root);
    match fs::read_to_string(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        read => Ok(read.at(&path)?),
    }
}
