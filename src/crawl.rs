//! Files below a root, in sorted order, with globs and the size limit applied.
//!
//! The order is that of the names' bytes, folder by folder, on every machine. No symbolic link to a folder is followed,
//! so there are no loops; a link to a file is read like the file. An index folder is never entered.

use std::{
    fs::Metadata,
    io,
    os::unix::{ffi::OsStrExt, fs::MetadataExt},
    path::{Path, PathBuf},
};

use globset::{Glob, GlobSet, GlobSetBuilder};
use walkdir::{DirEntry, WalkDir};

use crate::{config::CrawlConfig, report::FileStamp};

/// Name of the folder that holds an index.
pub const INDEX_FOLDER: &str = ".pullquote";

/// Name of the settings file, which is no story.
pub const CONFIG_FILE: &str = "pullquote.toml";

/// Name of the file of name corrections, which is no story.
pub const NAMES_FILE: &str = "names.tsv";

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The file.
    pub path: PathBuf,
    /// Path below the root, `/` between components; bytes that are not UTF-8, and `%`, are written `%XX`.
    pub relative: String,
    /// What the file system says of it.
    pub stamp: FileStamp,
}

/// A path that cannot be read or listed.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {}", path.display())]
pub struct Error {
    /// The path.
    pub path: PathBuf,
    /// Path below the root, as in [`Found::relative`].
    pub relative: String,
    /// Why.
    pub source: io::Error,
}

/// Which files are read.
#[derive(Clone, Debug)]
pub struct Rules {
    include: Option<GlobSet>,
    exclude: GlobSet,
    /// A folder that is never entered.
    index: Option<PathBuf>,
}

impl Rules {
    /// Compiles the globs of the settings.
    ///
    /// # Errors
    /// The first glob that is none.
    pub fn new(config: &CrawlConfig) -> Result<Self, globset::Error> {
        let include = if config.include.is_empty() { None } else { Some(globs(&config.include)?) };
        Ok(Self { include, exclude: globs(&config.exclude)?, index: None })
    }

    /// The same without the folder of the index, whatever its name.
    #[must_use]
    pub fn without(mut self, index: &Path) -> Self {
        self.index = index.canonicalize().ok();
        self
    }

    fn wants(&self, relative: &Path) -> bool {
        !self.exclude.is_match(relative)
            && self.include.as_ref().is_none_or(|include| include.is_match(relative))
    }
}

fn globs(patterns: &[String]) -> Result<GlobSet, globset::Error> {
    let mut builder = GlobSetBuilder::new();
    for pattern in patterns {
        builder.add(Glob::new(pattern)?);
    }
    builder.build()
}

/// Walks a root, which may be a single file.
pub fn walk<'a>(root: &'a Path, rules: &'a Rules) -> impl Iterator<Item = Result<Found, Error>> + 'a {
    WalkDir::new(root)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(move |entry| enters(entry, root, rules))
        .filter_map(move |entry| found(entry, root, rules).transpose())
}

fn enters(entry: &DirEntry, root: &Path, rules: &Rules) -> bool {
    let name = entry.file_name();
    entry.depth() == 0
        || (name != INDEX_FOLDER
            && rules.index.as_deref() != Some(entry.path())
            && !(entry.file_type().is_dir() && rules.exclude.is_match(below(entry.path(), root))))
}

fn found(entry: walkdir::Result<DirEntry>, root: &Path, rules: &Rules) -> Result<Option<Found>, Error> {
    let entry = match entry {
        Ok(entry) => entry,
        Err(error) => {
            let path = error.path().unwrap_or(root).to_path_buf();
            return Err(failed(path, root, error.into()));
        }
    };
    let kind = entry.file_type();
    if kind.is_dir()
        || entry.depth() == 1 && (entry.file_name() == CONFIG_FILE || entry.file_name() == NAMES_FILE)
    {
        return Ok(None);
    }
    let below = below(entry.path(), root);
    if !rules.wants(below) {
        return Ok(None);
    }
    let metadata = if kind.is_symlink() {
        std::fs::metadata(entry.path())
    } else {
        entry.metadata().map_err(io::Error::from)
    };
    match metadata {
        Ok(metadata) if !metadata.is_file() => Ok(None),
        Ok(metadata) => {
            Ok(Some(Found { relative: written(below), stamp: stamp(&metadata), path: entry.into_path() }))
        }
        Err(source) => Err(failed(entry.into_path(), root, source)),
    }
}

fn failed(path: PathBuf, root: &Path, source: io::Error) -> Error {
    Error { relative: written(below(&path, root)), path, source }
}

fn below<'a>(path: &'a Path, root: &Path) -> &'a Path {
    let rest = path.strip_prefix(root).unwrap_or(path);
    if rest.as_os_str().is_empty() { path.file_name().map_or(path, Path::new) } else { rest }
}

/// A relative path as it is written in ids and output.
pub fn written(path: &Path) -> String {
    let bytes = path.as_os_str().as_bytes();
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('%') => text.to_owned(),
        _ => {
            let mut text = String::with_capacity(bytes.len());
            for chunk in bytes.utf8_chunks() {
                text.push_str(&chunk.valid().replace('%', "%25"));
                chunk.invalid().iter().for_each(|byte| text.push_str(&format!("%{byte:02X}")));
            }
            text
        }
    }
}

/// The stamp of a file.
pub fn stamp(metadata: &Metadata) -> FileStamp {
    let nanoseconds = |seconds: i64, rest: i64| seconds.saturating_mul(1_000_000_000).saturating_add(rest);
    FileStamp {
        len: metadata.len(),
        mtime_ns: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
        ctime_ns: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
        inode: metadata.ino(),
    }
}

#[cfg(test)]
mod tests {
    use std::{ffi::OsStr, fs, os::unix::fs::symlink};

    use super::*;

    fn walked(root: &Path, config: &CrawlConfig) -> Vec<String> {
        let rules = Rules::new(config).expect("valid globs");
        walk(root, &rules)
            .map(|found| found.map_or_else(|error| format!("!{}", error.relative), |found| found.relative))
            .collect()
    }

    #[test]
    fn order_is_that_of_bytes_and_odd_names_are_written() {
        let root = tempfile::tempdir().expect("a folder");
        let odd = [b"b y.txt".as_slice(), b"a\nz.txt", "\u{1f3ac}.txt".as_bytes(), b"\xff.txt", b"100%.txt"];
        for name in odd {
            fs::write(root.path().join(OsStr::from_bytes(name)), "x").expect("a file");
        }
        fs::create_dir(root.path().join(".pullquote")).expect("a folder");
        fs::write(root.path().join(".pullquote/CURRENT"), "1").expect("a file");
        fs::write(root.path().join("pullquote.toml"), "").expect("a file");
        assert_eq!(
            walked(root.path(), &CrawlConfig::default()),
            ["100%25.txt", "a\nz.txt", "b y.txt", "\u{1f3ac}.txt", "%FF.txt"]
        );
    }

    #[test]
    fn globs_choose() {
        let root = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(root.path().join("drafts/deep")).expect("folders");
        for name in ["a.txt", "a.jpg", "drafts/b.txt", "drafts/deep/c.txt"] {
            fs::write(root.path().join(name), "x").expect("a file");
        }
        let config = |include: &[&str], exclude: &[&str]| CrawlConfig {
            include: include.iter().map(ToString::to_string).collect(),
            exclude: exclude.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(walked(root.path(), &config(&["*.txt"], &["drafts/deep"])), ["a.txt", "drafts/b.txt"]);
        assert_eq!(walked(root.path(), &config(&[], &["**/*.txt"])), ["a.jpg"]);
    }

    #[test]
    fn links_are_read_but_never_walked() {
        let root = tempfile::tempdir().expect("a folder");
        fs::write(root.path().join("a.txt"), "x").expect("a file");
        symlink(root.path(), root.path().join("loop")).expect("a link");
        symlink(root.path().join("a.txt"), root.path().join("b.txt")).expect("a link");
        symlink("nowhere", root.path().join("c.txt")).expect("a link");
        assert_eq!(walked(root.path(), &CrawlConfig::default()), ["a.txt", "b.txt", "!c.txt"]);
        assert_eq!(walked(&root.path().join("a.txt"), &CrawlConfig::default()), ["a.txt"]);
        assert_eq!(walked(&root.path().join("gone"), &CrawlConfig::default()), ["!gone"]);
    }
}
