//! Giving an index the state of a backup.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use rustc_hash::FxHashSet;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    error::Error,
    forget::{purge, with_alike},
};
use crate::{
    index::{self, Budget, Opening, StoredPlace, Waiting, Writer, folder::Folder, lock::WriterLock},
    record::Shape,
    state::{Arrivals, Backup, BackupError, Contents, Mark, Roots, Takedown, Takedowns, own_state},
};

/// Files of the state that are never replaced as a whole.
const TAKEDOWNS: &str = "takedowns.json";
const ROOTS: &str = "roots.json";

/// Name of the folder of an index that lies in its archive.
const IN_ARCHIVE: &str = ".pullquote";

/// What a restore did.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Restored {
    /// The backup.
    pub backup: Backup,
    /// Folder of the index that has its state now.
    pub index: String,
    /// Whether there is an index to search; without one, `pullquote index` makes it.
    pub indexed: bool,
    /// Settings and corrections that were put back into their roots.
    pub written: Vec<PathBuf>,
    /// Those that say something else than the backup, and were left as they are.
    pub differing: Vec<PathBuf>,
    /// Stories that left the index because the backup says that they were taken down.
    pub taken_down: usize,
}

impl Shape for Restored {
    const TYPE: &'static str = "restored";
}

/// Gives an index the state of a backup. Takedowns of both hold: none is undone by a restore. Roots are those of the
/// backup only where the index knows none.
///
/// # Errors
/// When the file is no backup, the index has state of its own and `replace` does not allow to give it up, or a file cannot
/// be written.
pub fn restore(index: &Path, file: &Path, replace: bool, waiting: Waiting) -> Result<Restored, Error> {
    let contents = Contents::read(file)?;
    let folder = Folder::at(index);
    let current = match folder.current_of_any_version() {
        Ok(_) => true,
        Err(index::Error::NoIndex { .. }) => false,
        Err(error) => return Err(error.into()),
    };
    if let Some(what) = own_state(index)?.filter(|_| !replace) {
        return Err(BackupError::Occupied { index: index.to_owned(), what }.into());
    }
    folder.create()?;
    let knows_roots = Roots::load(index)?.iter().next().is_some();
    let new = {
        let _lock = WriterLock::take(&folder.lock(), index, waiting)?;
        let _alerts = WriterLock::take(&folder.state("alerts.lock"), index, waiting)?;
        let new = add_takedowns(index, contents.state(TAKEDOWNS), file)?;
        // What came since the backup is news still.
        let (arrived, _) = Arrivals::of(index).since(Mark::default())?;
        let stay: &[&str] = if knows_roots { &[TAKEDOWNS, ROOTS] } else { &[TAKEDOWNS] };
        contents.put_state(index, stay)?;
        let known: FxHashSet<_> = Arrivals::of(index).since(Mark::default())?.0.into_iter().collect();
        let since: Vec<_> = arrived.into_iter().filter(|id| !known.contains(id)).collect();
        Arrivals::of(index).add(&since)?;
        new
    };
    if !knows_roots {
        settle_roots(index, &contents.backup)?;
    }
    let (written, differing) = contents.put_into_roots(&Roots::load(index)?)?;
    // An index of another version is read anew with its upgrade, when takedowns count.
    let taken_down =
        if new.is_empty() || folder.current().is_err() { 0 } else { take_down(index, &new, waiting)? };
    Ok(Restored {
        backup: contents.backup,
        index: index.display().to_string(),
        indexed: current,
        written,
        differing,
        taken_down,
    })
}

/// A root that held its index is remembered by its way from there. Where the new index lies elsewhere, and not in an
/// archive that moved, it is where it was.
fn settle_roots(index: &Path, backup: &Backup) -> Result<(), Error> {
    if index.file_name().is_some_and(|name| name == IN_ARCHIVE) {
        return Ok(());
    }
    let mut roots = Roots::load(index)?;
    for root in &backup.roots {
        let was = Path::new(&root.path);
        if was.exists() && roots.named(&root.name).is_some_and(|now| now.path != was) {
            roots.remember(was, Some(&root.name));
        }
    }
    Ok(roots.save()?)
}

/// Adds the takedowns of a backup to those of the index, before anything else is changed; gives those that are new.
fn add_takedowns(index: &Path, backed: Option<&[u8]>, file: &Path) -> Result<Vec<Takedown>, Error> {
    let Some(backed) = backed else { return Ok(Vec::new()) };
    let backed = Takedowns::read(backed).map_err(|error| BackupError::NoBackup {
        path: file.to_owned(),
        why: format!("{TAKEDOWNS}: {error}"),
    })?;
    let mut takedowns = Takedowns::load(index)?;
    let known: Vec<Takedown> = takedowns.iter().cloned().collect();
    let new: Vec<Takedown> = backed.iter().filter(|takedown| !known.contains(takedown)).cloned().collect();
    new.iter().for_each(|takedown| takedowns.add(takedown.clone()));
    if !new.is_empty() {
        takedowns.save(index)?;
    }
    Ok(new)
}

/// Takes out of an index what those takedowns name; gives how many stories that were.
fn take_down(index: &Path, takedowns: &[Takedown], waiting: Waiting) -> Result<usize, Error> {
    let budget = Budget { threads: 1, memory: 64 << 20 };
    let mut writer = Writer::open_existing(index, Opening { budget, rebuild: false, waiting })?;
    let snapshot = writer.snapshot()?;
    let texts: HashSet<u64> = takedowns.iter().filter_map(|takedown| takedown.text).collect();
    let mut named: Vec<StoredPlace> = snapshot.with_texts(&texts)?;
    for takedown in takedowns {
        if let Some(id) = &takedown.id {
            named.extend(snapshot.with_id(id)?);
        }
        if let Some(file) = &takedown.file {
            named.extend(snapshot.of_file(file)?);
        }
    }
    let all = with_alike(&snapshot, &named)?;
    if !all.is_empty() {
        purge(&mut writer, &snapshot, &all, waiting.now_ns)?;
    }
    writer.close(true)?;
    Ok(all.len())
}
