//! Files below a root, in sorted order, with globs and the size limit applied.
//!
//! The order is that of the names' bytes, folder by folder, on every machine. A link to a file is read like the file; one
//! to a folder is followed or left out as the settings say, and left out where it would never end. An index folder is never
//! entered. Hidden files and what systems and editors leave behind are left out, and told.

use std::{
    fs::{self, Metadata},
    io, iter,
    os::unix::{ffi::OsStrExt, fs::MetadataExt},
    path::{Path, PathBuf},
    sync::LazyLock,
};

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use walkdir::{DirEntry, WalkDir};

use crate::{
    config::{CrawlConfig, Links},
    report::FileStamp,
};

/// Name of the folder that holds an index.
pub const INDEX_FOLDER: &str = ".pullquote";

/// Name of the settings file, which is no story.
pub const CONFIG_FILE: &str = "pullquote.toml";

/// Name of the file of name corrections, which is no story.
pub const NAMES_FILE: &str = "names.tsv";

/// Name of the file of corrections of speakers, which is no story.
pub const QUOTES_FILE: &str = "quotes.tsv";

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The file.
    pub path: PathBuf,
    /// Path below the root, `/` between components; bytes that are not UTF-8, and `%`, are written `%XX`.
    pub relative: String,
    /// What the file system says of it.
    pub stamp: FileStamp,
    /// Whether the globs choose it; if not, it is read only if it is an archive, for what is in it.
    pub is_chosen: bool,
}

/// What becomes of a file in an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inside {
    /// It is read.
    Chosen,
    /// It is read only if it is an archive itself.
    Archive,
    /// The globs leave it out.
    LeftOut,
    /// It is hidden, or was left behind by a system or an editor.
    Hidden,
}

/// A path that is left out.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {}", path.display())]
pub struct Error {
    /// The path.
    pub path: PathBuf,
    /// Path below the root, as in [`Found::relative`].
    pub relative: String,
    /// Why.
    #[source]
    pub fault: Fault,
}

/// Why a path is left out.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// It cannot be read or listed.
    #[error(transparent)]
    Unreadable(#[from] io::Error),
    /// It is hidden, or was left behind by a system or an editor. What lies in such a folder is not looked at.
    #[error("hidden, or left behind by a system or an editor: `hidden = true` under [crawl] reads it")]
    Hidden,
    /// A link whose target is not there.
    #[error("a link to {}, which is not there", to.display())]
    DanglingLink {
        /// The target as the link names it.
        to: PathBuf,
    },
    /// A link to a folder, where the settings do not follow these.
    #[error("a link to the folder {}: `links = \"follow\"` under [crawl] reads what is in it", to.display())]
    FolderLink {
        /// The target as the link names it.
        to: PathBuf,
    },
    /// A link to a folder that holds the link.
    #[error("a link to {}, a folder that it lies in: it would be followed without end", to.display())]
    LinkLoop {
        /// The target as the link names it.
        to: PathBuf,
    },
}

impl Fault {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "unreadable",
            Self::Hidden => "hidden",
            Self::DanglingLink { .. } => "dangling-link",
            Self::FolderLink { .. } => "folder-link",
            Self::LinkLoop { .. } => "link-loop",
        }
    }

    /// Whether what was read at or below that path before may still be there.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Unreadable(_) | Self::DanglingLink { .. })
    }
}

/// Which files are read.
#[derive(Clone, Debug)]
pub struct Rules {
    include: Option<GlobSet>,
    exclude: GlobSet,
    links: Links,
    hidden: bool,
    /// A folder that is never entered.
    index: Option<PathBuf>,
    /// Whether a file's name says that it is an archive.
    is_archive: fn(&str) -> bool,
}

impl Rules {
    /// Compiles the globs of the settings.
    ///
    /// # Errors
    /// The first glob that is none.
    pub fn new(config: &CrawlConfig) -> Result<Self, globset::Error> {
        let include = if config.include.is_empty() { None } else { Some(globs(&config.include)?) };
        let CrawlConfig { links, hidden, .. } = *config;
        Ok(Self {
            include,
            exclude: globs(&config.exclude)?,
            links,
            hidden,
            index: None,
            is_archive: |_| false,
        })
    }

    /// The same without the folder of the index, whatever its name.
    #[must_use]
    pub fn without(mut self, index: &Path) -> Self {
        self.index = index.canonicalize().ok();
        self
    }

    /// The same with archives, told by their names, as folders: `include` chooses what is in them.
    #[must_use]
    pub fn into_archives(mut self, is_archive: fn(&str) -> bool) -> Self {
        self.is_archive = is_archive;
        self
    }

    /// What becomes of a file in an archive: `path` inside that, which has the path `archive` below the root, with what
    /// stands between the two.
    pub fn inside(&self, archive: &str, path: &str) -> Inside {
        let mut below = archive.to_owned();
        for (number, part) in path.split('/').enumerate() {
            if number > 0 {
                below.push('/');
            }
            below.push_str(part);
            if self.exclude.is_match(&below) {
                return Inside::LeftOut;
            }
            if !self.hidden && SCRATCH.is_match(part) {
                return Inside::Hidden;
            }
        }
        match self.include.as_ref().is_none_or(|include| include.is_match(&below)) {
            true => Inside::Chosen,
            false if (self.is_archive)(path) => Inside::Archive,
            false => Inside::LeftOut,
        }
    }

    fn wants(&self, relative: &Path) -> bool {
        !self.exclude.is_match(relative) && self.chooses(relative)
    }

    fn chooses(&self, relative: &Path) -> bool {
        self.include.as_ref().is_none_or(|include| include.is_match(relative))
    }

    /// Whether a file that nothing excludes is looked into although `include` does not choose it.
    fn looks_into(&self, relative: &Path) -> bool {
        relative.to_str().is_some_and(self.is_archive)
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
pub fn walk<'a>(root: &'a Path, rules: &'a Rules) -> impl Iterator<Item = Result<Found, Error>> + 'a {
    let walk = WalkDir::new(root).follow_links(rules.links == Links::Follow).sort_by_file_name();
    let mut entries = walk.into_iter();
    iter::from_fn(move || {
        loop {
            let met = match entries.next()? {
                Ok(entry) if is_scratch(&entry, root, rules) => {
                    if entry.file_type().is_dir() {
                        entries.skip_current_dir();
                    }
                    Err(failed(entry.path(), root, Fault::Hidden))
                }
                Ok(entry) if entry.file_type().is_dir() => match enters(&entry, root, rules) {
                    Ok(true) => continue,
                    shut => {
                        entries.skip_current_dir();
                        shut.map(|_| None)
                    }
                },
                Ok(entry) => found(entry, root, rules),
                Err(error) => unreadable(error, root, rules),
            };
            if let Some(met) = met.transpose() {
                return Some(met);
            }
        }
    })
}

/// Whether an entry is hidden or was left behind, and nothing else leaves it out.
fn is_scratch(entry: &DirEntry, root: &Path, rules: &Rules) -> bool {
    let is_folder = entry.file_type().is_dir();
    let is_cache = || is_folder && is_cache(entry.path());
    let is_index =
        || is_folder && (entry.file_name() == INDEX_FOLDER || rules.index.as_deref() == Some(entry.path()));
    entry.depth() > 0
        && !rules.hidden
        && (SCRATCH.is_match(Path::new(entry.file_name())) || is_cache())
        && !is_index()
        && !rules.exclude.is_match(below(entry.path(), root))
}

/// Whether a program marked the folder as its cache.
fn is_cache(folder: &Path) -> bool {
    use io::Read;
    let mut mark = [0; CACHE_MARK.len()];
    let read = fs::File::open(folder.join("CACHEDIR.TAG")).and_then(|mut tag| tag.read_exact(&mut mark));
    read.is_ok() && mark == *CACHE_MARK
}

/// Whether a folder is entered; an error where that must be told.
fn enters(folder: &DirEntry, root: &Path, rules: &Rules) -> Result<bool, Error> {
    let path = folder.path();
    if folder.depth() == 0 {
        return Ok(true);
    }
    if folder.file_name() == INDEX_FOLDER || rules.exclude.is_match(below(path, root)) {
        return Ok(false);
    }
    if !folder.path_is_symlink() {
        // Behind a link a folder has another path than its own.
        let is_index = || rules.index.is_some() && fs::canonicalize(path).ok() == rules.index;
        return Ok(rules.index.as_deref() != Some(path) && !(rules.links == Links::Follow && is_index()));
    }
    let real = fs::canonicalize(path).map_err(|error| failed(path, root, error.into()))?;
    // From a folder above the root the way leads down to the link again.
    if fs::canonicalize(root).is_ok_and(|root| root.starts_with(&real)) {
        return Err(failed(path, root, Fault::LinkLoop { to: target(path) }));
    }
    Ok(rules.index.as_ref() != Some(&real))
}

fn found(entry: DirEntry, root: &Path, rules: &Rules) -> Result<Option<Found>, Error> {
    let is_ours = |name| [CONFIG_FILE, NAMES_FILE, QUOTES_FILE].iter().any(|ours| name == *ours);
    if entry.depth() == 1 && is_ours(entry.file_name()) {
        return Ok(None);
    }
    let path = entry.path();
    let below = below(path, root);
    if rules.exclude.is_match(below) {
        return Ok(None);
    }
    let is_link = entry.file_type().is_symlink();
    let metadata = if is_link { fs::metadata(path) } else { entry.metadata().map_err(io::Error::from) };
    match metadata {
        Ok(metadata) if is_link && metadata.is_dir() => {
            let is_index = entry.file_name() == INDEX_FOLDER
                || rules.index.is_some() && fs::canonicalize(path).ok() == rules.index;
            if is_index { Ok(None) } else { Err(failed(path, root, Fault::FolderLink { to: target(path) })) }
        }
        Ok(metadata) if !metadata.is_file() || !(rules.wants(below) || rules.looks_into(below)) => Ok(None),
        Ok(metadata) => {
            let (relative, is_chosen) = (written(below), rules.chooses(below));
            Ok(Some(Found { relative, is_chosen, stamp: stamp(&metadata), path: entry.into_path() }))
        }
        Err(_) if !rules.wants(below) => Ok(None),
        Err(error) => Err(failed(path, root, fault(path, error))),
    }
}

/// What cannot be listed or looked at, unless it is excluded anyway.
fn unreadable(error: walkdir::Error, root: &Path, rules: &Rules) -> Result<Option<Found>, Error> {
    let path = error.path().unwrap_or(root).to_path_buf();
    let fault = match error.loop_ancestor() {
        Some(_) => Fault::LinkLoop { to: target(&path) },
        None => fault(&path, error.into()),
    };
    let below = below(&path, root);
    let is_wanted = match fault {
        Fault::DanglingLink { .. } => rules.wants(below),
        _ => !rules.exclude.is_match(below),
    };
    if path == root || is_wanted { Err(failed(&path, root, fault)) } else { Ok(None) }
}

fn fault(path: &Path, error: io::Error) -> Fault {
    if error.kind() == io::ErrorKind::NotFound && path.is_symlink() {
        return Fault::DanglingLink { to: target(path) };
    }
    Fault::Unreadable(error)
}

/// Where a link says that it leads.
fn target(link: &Path) -> PathBuf {
    fs::read_link(link).unwrap_or_default()
}

fn failed(path: &Path, root: &Path, fault: Fault) -> Error {
    Error { relative: written(below(path, root)), path: path.to_owned(), fault }
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
            ..CrawlConfig::default()
        };
        assert_eq!(walked(root.path(), &config(&["*.txt"], &["drafts/deep"])), ["a.txt", "drafts/b.txt"]);
        assert_eq!(walked(root.path(), &config(&[], &["**/*.txt"])), ["a.jpg"]);
    }

    #[test]
    fn what_is_hidden_or_left_behind_is_passed_over_and_told() {
        let root = tempfile::tempdir().expect("a folder");
        for folder in [".git/objects", ".pullquote", "2019/__MACOSX", "cached", "tags"] {
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
        let told: Vec<&str> = all.iter().filter_map(|name| name.strip_prefix('!')).collect();
        let hidden = [
            "#b.txt#",
            "._b.txt",
            ".git",
            "2019/__MACOSX",
            "Thumbs.DB",
            "b.txt.swp",
            "b.txt~",
            "cached",
            "~$b.docx",
        ];
        assert_eq!(told, hidden);
        let read: Vec<&String> = all.iter().filter(|name| !name.starts_with('!')).collect();
        assert_eq!(read, ["b #2.txt", "b.txt", "c.template", "tags/CACHEDIR.TAG", "tags/x.txt"]);
        let config = CrawlConfig { exclude: vec![".git".to_owned()], ..config };
        assert!(!walked(root.path(), &config).contains(&"!.git".to_owned()), "what is excluded is not told");
        let config = CrawlConfig { hidden: true, ..CrawlConfig::default() };
        assert_eq!(walked(root.path(), &config).len(), 15);
        let root = root.path().join(".git");
        assert_eq!(walked(&root, &CrawlConfig::default()), ["objects/x.txt"], "a root may be hidden");
    }

    #[test]
    fn links_to_folders_are_followed_or_told() {
        let (root, outside) =
            (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let (root, outside) = (root.path(), outside.path());
        fs::create_dir_all(root.join("deep/.pullquote")).expect("folders");
        fs::create_dir(outside.join("index")).expect("a folder");
        fs::write(root.join("a.txt"), "x").expect("a file");
        fs::write(root.join("deep/d.txt"), "x").expect("a file");
        fs::write(outside.join("o.txt"), "x").expect("a file");
        fs::write(outside.join("index/CURRENT"), "1").expect("a file");
        for (to, link) in [
            (root.join("a.txt").as_path(), "b.txt"),
            (Path::new("nowhere"), "c.txt"),
            (outside, "e"),
            (Path::new(".."), "deep/f"),
            (root.parent().expect("a folder"), "g"),
            (&outside.join("index"), "h"),
        ] {
            symlink(to, root.join(link)).expect("a link");
        }
        let met = |links, exclude: &[&str]| -> Vec<String> {
            let exclude = exclude.iter().map(ToString::to_string).collect();
            let config = CrawlConfig { links, exclude, ..CrawlConfig::default() };
            let rules = Rules::new(&config).expect("valid globs").without(&outside.join("index"));
            walk(root, &rules)
                .map(|met| match met {
                    Ok(found) => found.relative,
                    Err(error) => format!("{} {}", error.relative, error.fault.code()),
                })
                .collect()
        };
        let left_out =
            ["c.txt dangling-link", "deep/d.txt", "deep/f folder-link", "e folder-link", "g folder-link"];
        assert_eq!(met(Links::Skip, &[]), [&["a.txt", "b.txt"], &left_out[..]].concat());
        let followed = ["c.txt dangling-link", "deep/d.txt", "deep/f link-loop", "e/o.txt", "g link-loop"];
        assert_eq!(met(Links::Follow, &[]), [&["a.txt", "b.txt"], &followed[..]].concat());
        for links in [Links::Skip, Links::Follow] {
            assert_eq!(met(links, &["c.*", "deep/f", "e", "g"]), ["a.txt", "b.txt", "deep/d.txt"]);
        }
    }

    #[test]
    fn a_root_may_be_a_file_or_gone() {
        let root = tempfile::tempdir().expect("a folder");
        fs::write(root.path().join("a.txt"), "x").expect("a file");
        assert_eq!(walked(&root.path().join("a.txt"), &CrawlConfig::default()), ["a.txt"]);
        assert_eq!(walked(&root.path().join("gone"), &CrawlConfig::default()), ["!gone"]);
    }
}
