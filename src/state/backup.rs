//! The state of an index in one file: what people told it, which no reading of the archive brings back.
//!
//! ```text
//! backup.json            what it is, and whose
//! state/NAME             the files of the index's state, but those that tell of this one index
//! roots/N/NAME           settings and corrections of its N-th root, from 0
//! ```
//!
//! It is a zip, so that any program shows what is in it.

use std::{
    fs,
    io::{self, Cursor, Read, Write},
    path::{Path, PathBuf},
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::{
    roots::{Root, Roots},
    saved::Saved,
    takedown::Takedowns,
};
use crate::{
    index::{
        self,
        error::At,
        folder::{Folder, TEMPORARY, line, replace},
    },
    record::FORMAT,
};

/// Name of the member that says what the file is.
const HEAD: &str = "backup.json";

/// Files of a root that people write.
const ROOT_FILES: [&str; 3] = ["names.tsv", "quotes.tsv", "pullquote.toml"];

/// What tells of one index, and of no other: its runs, and which of its stories were written with which corrections.
const OF_ONE_INDEX: [&str; 2] = ["runs.json", "corrected.json"];

/// What a backup is, and whose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Backup {
    /// Version of the shape.
    pub format: u32,
    /// Always `backup`.
    pub r#type: String,
    /// The program that made it.
    pub version: String,
    /// Schema version of the index.
    pub schema: u32,
    /// When it was made, RFC 3339, UTC.
    pub made: String,
    /// The roots of the index.
    pub roots: Vec<BackedRoot>,
    /// Saved searches in it.
    pub searches: usize,
    /// Alerts in its log.
    pub alerts: usize,
    /// Stories and files that were taken down.
    pub takedowns: usize,
    /// Files in it.
    pub files: usize,
}

/// A root of an index that was backed up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BackedRoot {
    /// Its name.
    pub name: String,
    /// Where it was.
    pub path: String,
    /// Which of its files with settings and corrections are in the backup.
    pub files: Vec<String>,
}

/// Why a backup cannot be made or used.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The index or a file of its state cannot be read or written.
    #[error(transparent)]
    Index(#[from] index::Error),
    /// The file is something else, or damaged.
    #[error("{} is no backup that can be read: {why}", path.display())]
    NoBackup {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The index has searches, alerts or takedowns already. `--replace` puts the backup's in their place.
    #[error(
        "the index at {} has state of its own ({what}): --replace puts the backup's in its place",
        index.display()
    )]
    Occupied {
        /// The index.
        index: PathBuf,
        /// What it has.
        what: String,
    },
}

/// Writes the state of an index into a file, whole or not at all. Takes no lock: a run may be at work meanwhile.
///
/// # Errors
/// When there is no index, or a file cannot be read or written.
pub fn back_up(index: &Path, file: &Path, made: String) -> Result<Backup, BackupError> {
    let folder = Folder::at(index);
    let current = folder.current_of_any_version()?;
    let roots = Roots::load(index)?;
    let mut members = Vec::new();
    // In the order of their names: marks before the journals that they are marks of, which only grow.
    for name in state_files(&folder)? {
        let path = folder.state(&name);
        members.push((format!("state/{name}"), fs::read(&path).at(&path)?));
    }
    let mut backed = Vec::new();
    for (number, Root { name, path }) in roots.iter().enumerate() {
        let mut files = Vec::new();
        for file in ROOT_FILES {
            if let Ok(bytes) = fs::read(path.join(file)) {
                members.push((format!("roots/{number}/{file}"), bytes));
                files.push(file.to_owned());
            }
        }
        backed.push(BackedRoot { name: name.clone(), path: path.display().to_string(), files });
    }
    let log = members.iter().find(|(name, _)| name == "state/alerts.jsonl");
    let backup = Backup {
        format: FORMAT,
        r#type: "backup".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        schema: current.schema,
        made,
        roots: backed,
        searches: Saved::load(&Saved::file_of(index))?.iter().count(),
        alerts: log.map_or(0, |(_, bytes)| bytes.iter().filter(|&&byte| byte == b'\n').count()),
        takedowns: Takedowns::load(index)?.iter().count(),
        files: members.len(),
    };
    members.insert(0, (HEAD.to_owned(), line(&backup)));
    let zipped = zip(&members).map_err(io::Error::from).at(file)?;
    replace(file, &zipped)?;
    Ok(backup)
}

fn zip(members: &[(String, Vec<u8>)]) -> zip::result::ZipResult<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(name, SimpleFileOptions::default())?;
        writer.write_all(bytes)?;
    }
    Ok(writer.finish()?.into_inner())
}

/// Names of the files of an index's state that a backup holds, in their order.
fn state_files(folder: &Folder) -> Result<Vec<String>, index::Error> {
    let path = folder.state("");
    let entries = match fs::read_dir(&path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).at(path),
    };
    let mut names: Vec<String> =
        entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.retain(|name| is_backed_up(name) && folder.state(name).is_file());
    names.sort();
    Ok(names)
}

/// Whether a file of the state, told by its name, is what a backup holds.
fn is_backed_up(name: &str) -> bool {
    let plain = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0']);
    plain && !name.starts_with(TEMPORARY) && !name.ends_with(".lock") && !OF_ONE_INDEX.contains(&name)
}

/// Everything that a backup holds, read and found whole.
#[derive(Debug)]
pub struct Contents {
    /// What it is.
    pub backup: Backup,
    state: Vec<(String, Vec<u8>)>,
    of_roots: Vec<(usize, String, Vec<u8>)>,
}

impl Contents {
    /// Reads a backup. Members that no version of the program wrote are passed over.
    ///
    /// # Errors
    /// When it is none, or damaged.
    pub fn read(file: &Path) -> Result<Self, BackupError> {
        let bytes = fs::read(file).at(file)?;
        let no_backup = |why: String| BackupError::NoBackup { path: file.to_owned(), why };
        let mut archive =
            ZipArchive::new(Cursor::new(bytes)).map_err(|error| no_backup(error.to_string()))?;
        let (mut backup, mut state, mut of_roots) = (None, Vec::new(), Vec::new());
        for number in 0..archive.len() {
            let mut member = archive.by_index(number).map_err(|error| no_backup(error.to_string()))?;
            let name = member.name().map_err(|error| no_backup(error.to_string()))?.into_owned();
            let mut bytes = Vec::new();
            member.read_to_end(&mut bytes).map_err(|error| no_backup(format!("{name}: {error}")))?;
            let whole = |bytes: &[u8]| {
                serde_json::from_slice::<Backup>(bytes).map_err(|error| no_backup(format!("{name}: {error}")))
            };
            match name.split_once('/') {
                None if name == HEAD => backup = Some(whole(&bytes)?),
                Some(("state", below)) if is_backed_up(below) => state.push((below.to_owned(), bytes)),
                Some(("roots", below)) => {
                    let known = below.split_once('/').filter(|(_, file)| ROOT_FILES.contains(file));
                    if let Some((number, file)) = known
                        && let Ok(number) = number.parse()
                    {
                        of_roots.push((number, file.to_owned(), bytes));
                    }
                }
                _ => (),
            }
        }
        let backup = backup.ok_or_else(|| no_backup(format!("it holds no {HEAD}")))?;
        if backup.format != FORMAT || backup.r#type != "backup" {
            let version = &backup.version;
            return Err(no_backup(format!(
                "pullquote {version} wrote it in a form that this one does not know"
            )));
        }
        Ok(Self { backup, state, of_roots })
    }

    /// A file of the state.
    pub fn state(&self, name: &str) -> Option<&[u8]> {
        self.state.iter().find(|(known, _)| known == name).map(|(_, bytes)| &bytes[..])
    }

    /// Puts its files of the state into that of an index, in the place of what is there, but for those that `stay`.
    pub(crate) fn put_state(&self, index: &Path, stay: &[&str]) -> Result<(), index::Error> {
        let folder = Folder::at(index);
        for name in state_files(&folder)? {
            if !stay.contains(&name.as_str()) && self.state(&name).is_none() {
                let path = folder.state(&name);
                fs::remove_file(&path).at(&path)?;
            }
        }
        for (name, bytes) in &self.state {
            if !stay.contains(&name.as_str()) {
                replace(&folder.state(name), bytes)?;
            }
        }
        Ok(())
    }

    /// Puts settings and corrections back into roots that lost them; gives the paths of those that it wrote, and of those
    /// that are there and say something else.
    pub(crate) fn put_into_roots(&self, roots: &Roots) -> Result<(Vec<PathBuf>, Vec<PathBuf>), index::Error> {
        let (mut written, mut differing) = (Vec::new(), Vec::new());
        for (number, file, bytes) in &self.of_roots {
            let name = self.backup.roots.get(*number).map(|root| root.name.as_str());
            let Some(root) = name.and_then(|name| roots.named(name)).filter(|root| root.path.is_dir()) else {
                continue;
            };
            let path = root.path.join(file);
            match fs::read(&path) {
                Ok(there) if there == *bytes => (),
                Ok(_) => differing.push(path),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    replace(&path, bytes)?;
                    written.push(path);
                }
                Err(error) => return Err(error).at(path),
            }
        }
        Ok((written, differing))
    }
}

/// What an index has of its own that a restored state would take the place of; nothing when there is nothing.
pub(crate) fn own(index: &Path) -> Result<Option<String>, index::Error> {
    let searches = Saved::load(&Saved::file_of(index))?.iter().count();
    let takedowns = Takedowns::load(index)?.iter().count();
    let alerts = Folder::at(index).state("alerts.json").exists();
    let what = [
        (searches > 0).then(|| format!("saved searches: {searches}")),
        (takedowns > 0).then(|| format!("takedowns: {takedowns}")),
        alerts.then(|| "a log of alerts".to_owned()),
    ];
    let what: Vec<String> = what.into_iter().flatten().collect();
    Ok((!what.is_empty()).then(|| what.join(", ")))
}
