//! One file that must be read.

use super::{decide::Why, error::Error, options::Options};
use crate::{
    config::Config,
    crawl,
    index::Known,
    report::FileStamp,
    state::{Root, Roots},
};

/// How much larger a compressed file is taken to be than it says: text shrinks to an eighth or so.
const INFLATES: u64 = 8;

/// A root with its settings.
pub(super) struct Target {
    pub root: Root,
    pub config: Config,
}

/// The roots that a run is about: those that are named, remembered where they are new, else all that are remembered but
/// those that are to be forgotten.
pub(super) fn chosen(roots: &mut Roots, options: &Options) -> Result<Vec<Root>, Error> {
    let named: Vec<Root> =
        options.roots.iter().map(|path| roots.remember(path, options.root_name.as_deref())).collect();
    let is_about_all = options.rebuild || (named.is_empty() && options.forget.is_empty());
    if !is_about_all {
        return Ok(named);
    }
    let all: Vec<Root> = roots.iter().filter(|root| !options.forget.contains(&root.name)).cloned().collect();
    if all.is_empty() { Err(Error::NoRoots { index: options.index.clone() }) } else { Ok(all) }
}

/// A file that must be read.
pub(super) struct Job<'t> {
    pub target: &'t Target,
    pub key: u64,
    pub found: crawl::Found,
    pub known: Option<Known>,
    pub why: Why,
    pub fingerprint: u64,
}

/// A file as its record names it.
#[derive(Clone, Debug)]
pub(super) struct Filed {
    pub key: u64,
    pub root: String,
    pub path: String,
    /// Fingerprint of the settings and the program that read it.
    pub config: u64,
}

/// A file as it was read: its stamp, which held all the while, and the hash of its bytes; 0 when that is not known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    pub stamp: FileStamp,
    pub content: u64,
}

impl Job<'_> {
    /// The file as its record names it.
    pub fn filed(&self) -> Filed {
        Filed {
            key: self.key,
            root: self.target.root.name.clone(),
            path: self.found.relative.clone(),
            config: self.fingerprint,
        }
    }

    /// Whether it is read as a stream, where files from so many bytes on are.
    pub fn is_large(&self, large: u64) -> bool {
        let times = if self.found.relative.ends_with(".gz") { INFLATES } else { 1 };
        self.found.stamp.len.saturating_mul(times) >= large
    }
}
