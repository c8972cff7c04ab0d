//! Files below a root, in sorted order, with globs and the size limit applied.
//!
//! The order is that of the names' bytes, folder by folder, on every machine. No symbolic link to a folder is followed,
//! so there are no loops; a link to a file is read like the file. An index folder is never entered. Hidden files and what
//! systems and editors leave behind are passed over, and told.

use std::{
    fs::Metadata,
    io,
    os::unix::{ffi::OsStrExt, fs::MetadataExt},
    path::{Path, PathBuf},
    sync::LazyLock,
};

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
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

/// What a walk comes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A file to read.
    File(Found),
    /// A file or folder that is hidden, or was left behind by a system or an editor: its path as in
    /// [`Found::relative`]. What lies in such a folder is not looked at.
    Scratch(String),
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
    hidden: bool,
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
        Ok(Self { include, exclude: globs(&config.exclude)?, hidden: config.hidden, index: None })
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

/// Names of what is no story wherever it lies.
static SCRATCH: LazyLock<GlobSet> = LazyLock::new(|| {
    let mut builder = GlobSetBuilder::new();
    // A line `#*#` is a name, as it has no blank after the sign.
    let lines = include_str!("../data/kinds/scratch.txt").lines().filter(|line| !line.starts_with("# "));
    for line in lines {
        let glob = GlobBuilder::new(line).case_insensitive(true).literal_separator(true).build();
        builder.add(glob.expect("a pattern of data/kinds/scratch.txt"));
    }
    builder.build().expect("the patterns of data/kinds/scratch.txt")
});

/// What the first bytes of a cache's `CACHEDIR.TAG` are (bford.info/cachedir).
const CACHE_MARK: &[u8] = b"Signature: 8a477f597d28d172789f06886806bc55";

/// Walks a root, which may be a single file.
pub fn walk<'a>(root: &'a Path, rules: &'a Rules) -> impl Iterator<Item = Result<Seen, Error>> + 'a {
    Walk { entries: WalkDir::new(root).sort_by_file_name().into_iter(), root, rules }
}

struct Walk<'a> {
    entries: walkdir::IntoIter,
    root: &'a Path,
    rules: &'a Rules,
}

impl Iterator for Walk<'_> {
    type Item = Result<Seen, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let found = match self.entries.next()? {
                Ok(entry) if !self.enters(&entry) => {
                    self.pass_over(&entry);
                    continue;
                }
                Ok(entry) if self.is_scratch(&entry) => {
                    self.pass_over(&entry);
                    return Some(Ok(Seen::Scratch(written(below(entry.path(), self.root)))));
                }
                Ok(entry) => found(entry, self.root, self.rules),
                Err(error) => {
                    let path = error.path().unwrap_or(self.root).to_path_buf();
                    Err(failed(path, self.root, error.into()))
                }
            };
            if let Some(found) = found.transpose() {
                return Some(found.map(Seen::File));
            }
        }
    }
}

impl Walk<'_> {
    fn pass_over(&mut self, entry: &DirEntry) {
        if entry.file_type().is_dir() {
            self.entries.skip_current_dir();
        }
    }

    fn enters(&self, entry: &DirEntry) -> bool {
        let Self { root, rules, .. } = self;
        let name = entry.file_name();
        entry.depth() == 0
            || (name != INDEX_FOLDER
                && rules.index.as_deref() != Some(entry.path())
                && !(entry.file_type().is_dir() && rules.exclude.is_match(below(entry.path(), root))))
    }

    fn is_scratch(&self, entry: &DirEntry) -> bool {
        let is_cache = || entry.file_type().is_dir() && is_cache(entry.path());
        entry.depth() > 0
            && !self.rules.hidden
            && (SCRATCH.is_match(Path::new(entry.file_name())) || is_cache())
            && !self.rules.exclude.is_match(below(entry.path(), self.root))
    }
}

/// Whether a program marked the folder as its cache.
fn is_cache(folder: &Path) -> bool {
    use io::Read;
    let mut mark = [0; CACHE_MARK.len()];
    let read = std::fs::File::open(folder.join("CACHEDIR.TAG")).and_then(|mut tag| tag.read_exact(&mut mark));
    read.is_ok() && mark == *CACHE_MARK
}

fn found(entry: DirEntry, root: &Path, rules: &Rules) -> Result<Option<Found>, Error> {
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
            .map(|seen| match seen {
                Ok(Seen::File(found)) => found.relative,
                Ok(Seen::Scratch(relative)) => format!("~{relative}"),
                Err(error) => format!("!{}", error.relative),
            })
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
            hidden: false,
        };
        assert_eq!(walked(root.path(), &config(&["*.txt"], &["drafts/deep"])), ["a.txt", "drafts/b.txt"]);
        assert_eq!(walked(root.path(), &config(&[], &["**/*.txt"])), ["a.jpg"]);
    }

    #[test]
    fn what_is_hidden_or_left_behind_is_passed_over_and_told() {
        let root = tempfile::tempdir().expect("a folder");
        for folder in [".git/objects", "2019/__MACOSX", "cached", "tags"] {
            fs::create_dir_all(root.path().join(folder)).expect("folders");
            fs::write(root.path().join(folder).join("x.txt"), "x").expect("a file");
        }
        fs::write(root.path().join("cached/CACHEDIR.TAG"), CACHE_MARK).expect("a file");
        fs::write(root.path().join("tags/CACHEDIR.TAG"), "no mark").expect("a file");
        let scratch = ["#b.txt#", "._b.txt", "Thumbs.DB", "b.txt.swp", "b.txt~", "~$b.docx"];
        for name in scratch.iter().chain(&["b #2.txt", "b.txt", "c.template"]) {
            fs::write(root.path().join(name), "x").expect("a file");
        }
        let config = CrawlConfig::default();
        let all = walked(root.path(), &config);
        let told: Vec<&str> = all.iter().filter_map(|name| name.strip_prefix('~')).collect();
        assert_eq!(
            told,
            [
                "#b.txt#", "._b.txt", ".git", "2019/__MACOSX", "Thumbs.DB", "b.txt.swp", "b.txt~", "cached", "~$b.docx"
            ]
        );
        let read: Vec<&String> = all.iter().filter(|name| !name.starts_with('~')).collect();
        assert_eq!(read, ["b #2.txt", "b.txt", "c.template", "tags/CACHEDIR.TAG", "tags/x.txt"]);
        let config = CrawlConfig { exclude: vec![".git".to_owned()], ..config };
        assert!(!walked(root.path(), &config).contains(&"~.git".to_owned()), "what is excluded is not told");
        let config = CrawlConfig { hidden: true, ..CrawlConfig::default() };
        assert_eq!(walked(root.path(), &config).len(), 15);
        let root = root.path().join(".git");
        assert_eq!(walked(&root, &CrawlConfig::default()), ["objects/x.txt"], "a root may be hidden");
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
