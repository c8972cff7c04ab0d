//! Telling a root that was moved from one that is new.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{bytes::whole, error::Error, options::Options};
use crate::{
    article::hash64,
    crawl,
    index::{Known, Manifest, Snapshot},
    state::{Root, Roots},
};

/// Files of a root that are looked for in the other place.
const LOOKED_FOR: usize = 64;

/// Bytes of a file that is compared by its content; longer ones are alike when they are of one length.
const COMPARED: u64 = 1 << 20;

/// Refuses a root that the index does not know where it holds most of what the index holds of another that is no longer in
/// its place: read as new, everything would be there twice. Whoever gives it a name knows what it is.
pub(super) fn refuse(roots: &Roots, options: &Options) -> Result<(), Error> {
    if options.root_name.is_some() {
        return Ok(());
    }
    let named: Vec<PathBuf> = options.roots.iter().filter_map(|path| path.canonicalize().ok()).collect();
    let gone = |root: &&Root| {
        is_gone(&root.path) && !named.contains(&root.path) && !options.forget.contains(&root.name)
    };
    let gone: Vec<&Root> = roots.iter().filter(gone).collect();
    let new: Vec<&PathBuf> =
        named.iter().filter(|path| roots.iter().all(|root| root.path != **path)).collect();
    if gone.is_empty() || new.is_empty() {
        return Ok(());
    }
    // An index that cannot be read is told by those who must read it.
    let Ok(snapshot) = Snapshot::open(&options.index) else { return Ok(()) };
    let manifest = Manifest::load(snapshot)?;
    for path in new {
        for root in &gone {
            let (alike, looked_for) = alike(&manifest, roots, root, path)?;
            if alike * 2 > looked_for {
                let (name, was, path) = (root.name.clone(), root.path.clone(), path.clone());
                return Err(Error::Moved { path, name, was, alike, looked_for });
            }
        }
    }
    Ok(())
}

/// Whether nothing is left of a root: not even the place it was mounted at holds a file.
fn is_gone(path: &Path) -> bool {
    fs::metadata(path).is_err() || fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none())
}

/// How many files of a root lie in another place just so, and how many were looked for.
fn alike(manifest: &Manifest, roots: &Roots, root: &Root, place: &Path) -> Result<(usize, usize), Error> {
    let mut there = roots.clone();
    there.remember(place, Some(&root.name));
    let (mut alike, mut looked_for) = (0, 0);
    // In the order of their keys, which are hashes: from all over the root.
    for known in manifest.unseen(&root.name).into_iter().filter_map(|key| manifest.get(key)) {
        if known.content == 0 || known.within != 0 {
            continue;
        }
        let below = manifest.record(&known)?.path;
        looked_for += 1;
        alike += usize::from(there.path_of(&root.name, &below).is_some_and(|path| is_same(&known, &path)));
        if looked_for == LOOKED_FOR {
            break;
        }
    }
    Ok((alike, looked_for))
}

fn is_same(known: &Known, path: &Path) -> bool {
    let Ok(metadata) = fs::metadata(path) else { return false };
    let stamp = crawl::stamp(&metadata);
    if !metadata.is_file() || stamp.len != known.stamp.len {
        return false;
    }
    stamp.mtime_ns == known.stamp.mtime_ns
        || stamp.len > COMPARED
        || matches!(whole(path), Ok(Some((bytes, _))) if hash64(&bytes).max(1) == known.content)
}
