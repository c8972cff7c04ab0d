//! The folders and files an index reads, by name.

use std::{
    ffi::OsString,
    fmt::Write,
    fs,
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::{Component, Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::file;
use crate::{
    article::INSIDE,
    index::{Error, folder::Folder},
};

/// A folder or file that an index reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// Its name: part of every article's origin.
    pub name: String,
    /// Where it lies now.
    pub path: PathBuf,
}

/// All roots of an index, in the order of their names.
///
/// A root that holds its own index is remembered by its way from the index folder, so that the archive can be moved;
/// every other one by its whole path.
#[derive(Clone, Debug, Default)]
pub struct Roots {
    index: PathBuf,
    roots: Vec<Root>,
}

#[derive(Default, Serialize, Deserialize)]
struct Kept {
    format: u32,
    roots: Vec<KeptRoot>,
}

#[derive(Serialize, Deserialize)]
struct KeptRoot {
    name: String,
    path: String,
}

impl Roots {
    /// The roots of the index in that folder; none when there is no index.
    ///
    /// # Errors
    /// When the list is there and cannot be read.
    pub fn load(index: &Path) -> Result<Self, Error> {
        let kept: Kept = file::load(&Folder::at(index).state("roots.json"))?;
        let index = fs::canonicalize(index).unwrap_or_else(|_| index.to_owned());
        let roots = kept
            .roots
            .into_iter()
            .map(|kept| Root { name: kept.name, path: tidy(&index.join(decode(&kept.path))) })
            .collect();
        Ok(Self { index, roots })
    }

    /// Keeps the list.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&self) -> Result<(), Error> {
        let index = fs::canonicalize(&self.index).unwrap_or_else(|_| self.index.clone());
        let roots = self
            .roots
            .iter()
            .map(|root| KeptRoot { name: root.name.clone(), path: encode(&way(&index, &root.path)) })
            .collect();
        file::save(&Folder::at(&self.index).state("roots.json"), &Kept { format: 1, roots })
    }

    /// The roots, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Root> {
        self.roots.iter()
    }

    /// The root of that name.
    pub fn named(&self, name: &str) -> Option<&Root> {
        self.roots.iter().find(|root| root.name == name)
    }

    /// What a file's path may mean, as roots and paths below them: a path below any root, one with the root's name before
    /// it, or one on this machine, seen from the working directory.
    pub fn places(&self, what: &str) -> Vec<(String, String)> {
        let mut places = Vec::new();
        let absolute = std::path::absolute(what).unwrap_or_else(|_| what.into());
        for root in &self.roots {
            places.push((root.name.clone(), what.to_owned()));
            if let Some(below) = what.strip_prefix(&root.name).and_then(|rest| rest.strip_prefix('/')) {
                places.push((root.name.clone(), below.to_owned()));
            }
            if let Ok(below) = absolute.strip_prefix(&root.path) {
                let file = root.path.file_name().map_or(below, Path::new);
                let below = if below.as_os_str().is_empty() { file } else { below };
                places.push((root.name.clone(), encode(below)));
            }
            let inside = root.path.to_str().and_then(|root| absolute.to_str()?.strip_prefix(root));
            if let (Some(inside), Some(file)) =
                (inside.filter(|it| it.starts_with(INSIDE)), root.path.file_name())
            {
                places.push((root.name.clone(), encode(Path::new(file)) + inside));
            }
        }
        places
    }

    /// Where a path below a root lies on this machine: `%XX` stands for a byte. Of a file in an archive, where the archive
    /// lies. `None` when there is no such root.
    pub fn path_of(&self, root: &str, path: &str) -> Option<PathBuf> {
        let root = &self.named(root)?.path;
        // A folder's name may end as that of an archive does before what is in it.
        let outer = path.split_once(INSIDE).filter(|_| root.join(decode(path)).symlink_metadata().is_err());
        let path = outer.map_or(path, |(outer, _)| outer);
        let below = decode(path);
        // A root that is a file has that one path below it.
        let is_root = root.file_name() == Some(below.as_os_str()) && root.is_file();
        Some(if is_root { root.clone() } else { root.join(below) })
    }

    /// Remembers a root. Without a wish it keeps the name it has, or gets the last part of its path, made unique with
    /// a number. A wished name that is taken moves that root here: the archive it names lies elsewhere now.
    pub fn remember(&mut self, path: &Path, wish: Option<&str>) -> Root {
        let path = fs::canonicalize(path).unwrap_or_else(|_| tidy(path));
        if let Some(wish) = wish {
            self.roots.retain(|root| root.name != wish && root.path != path);
            return self.insert(Root { name: wish.to_owned(), path });
        }
        if let Some(root) = self.roots.iter().find(|root| root.path == path) {
            return root.clone();
        }
        let last = path.file_name().map_or_else(|| "root".to_owned(), |name| encode(Path::new(name)));
        let mut name = last.clone();
        let mut number = 1;
        while self.named(&name).is_some() {
            number += 1;
            name = format!("{last}-{number}");
        }
        self.insert(Root { name, path })
    }

    fn insert(&mut self, root: Root) -> Root {
        self.roots.push(root.clone());
        self.roots.sort_by(|a, b| a.name.cmp(&b.name));
        root
    }

    /// Forgets a root; says whether it was there.
    pub fn forget(&mut self, name: &str) -> bool {
        let before = self.roots.len();
        self.roots.retain(|root| root.name != name);
        self.roots.len() < before
    }
}

/// How a root is written down: from the index folder when it holds that, else as it is.
fn way(index: &Path, root: &Path) -> PathBuf {
    match index.strip_prefix(root) {
        Ok(below) => below.components().map(|_| "..").collect(),
        Err(_) => root.to_owned(),
    }
}

/// The path without `.` and `..`, by name alone.
fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                tidy.pop();
            }
            Component::CurDir => (),
            part => tidy.push(part),
        }
    }
    tidy
}

/// A path as text: `%` and bytes that are not UTF-8 are written `%XX`.
fn encode(path: &Path) -> String {
    let mut text = String::new();
    for chunk in path.as_os_str().as_bytes().utf8_chunks() {
        text.push_str(&chunk.valid().replace('%', "%25"));
        for byte in chunk.invalid() {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

fn decode(text: &str) -> PathBuf {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let escaped = (byte == b'%')
            .then(|| after.get(..2))
            .flatten()
            .and_then(|digits| u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(escaped.unwrap_or(byte));
        rest = if escaped.is_some() { &after[2..] } else { after };
    }
    PathBuf::from(OsString::from_vec(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roots(index: &str) -> Roots {
        Roots { index: index.into(), roots: Vec::new() }
    }

    #[test]
    fn names_are_made_unique_and_kept() {
        let mut roots = roots("/nowhere/index");
        assert_eq!(roots.remember(Path::new("/nowhere/a/news"), None).name, "news");
        assert_eq!(roots.remember(Path::new("/nowhere/b/news"), None).name, "news-2");
        assert_eq!(roots.remember(Path::new("/nowhere/a/news"), None).name, "news");
        let moved = roots.remember(Path::new("/nowhere/c"), Some("news-2"));
        assert_eq!(roots.named("news-2"), Some(&moved));
        assert_eq!(roots.iter().count(), 2);
        assert!(roots.forget("news") && !roots.forget("news"));
    }

    #[test]
    fn an_archive_moves_with_its_index() {
        assert_eq!(way(Path::new("/a/b/.pullquote"), Path::new("/a/b")), Path::new(".."));
        assert_eq!(tidy(&Path::new("/c/b/.pullquote").join("..")), Path::new("/c/b"));
        assert_eq!(way(Path::new("/i"), Path::new("/a/b")), Path::new("/a/b"));
    }

    #[test]
    fn a_path_is_read_from_below_with_the_roots_name_and_whole() {
        let mut roots = roots("/nowhere/index");
        roots.remember(Path::new("/nowhere/a/news"), None);
        let place = ("news".to_owned(), "2024/a.txt".to_owned());
        for what in ["2024/a.txt", "news/2024/a.txt", "/nowhere/a/news/2024/a.txt"] {
            assert!(roots.places(what).contains(&place), "{what}");
        }
        assert!(!roots.places("a.txt").contains(&place));
    }

    #[test]
    fn where_a_path_lies() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("one.txt");
        fs::write(&file, "x").expect("a file");
        let mut roots = roots("/nowhere/index");
        roots.remember(Path::new("/nowhere/news"), None);
        let name = roots.remember(&file, None).name;
        let odd = PathBuf::from(OsString::from_vec(b"/nowhere/news/a/100%\xff.txt".to_vec()));
        assert_eq!(roots.path_of("news", "a/100%25%FF.txt"), Some(odd));
        let file = fs::canonicalize(file).expect("a file");
        assert_eq!(roots.path_of(&name, "one.txt"), Some(file.clone()));
        assert!(
            roots.places(file.to_str().expect("a plain path")).contains(&(name.clone(), "one.txt".into()))
        );
        assert_eq!(roots.path_of("other", "a"), None);
        assert_eq!(roots.path_of("news", "a.zip!/b/c.html"), Some("/nowhere/news/a.zip".into()));
        assert_eq!(roots.path_of(&name, "one.txt!/b.txt"), Some(file.clone()));
        let inside = format!("{}!/b.txt", file.display());
        assert!(roots.places(&inside).contains(&(name, "one.txt!/b.txt".into())));
        let folder = fs::canonicalize(folder.path()).expect("a folder");
        let name = roots.remember(&folder, None).name;
        fs::create_dir(folder.join("what!")).expect("a folder");
        fs::write(folder.join("what!/a.txt"), "x").expect("a file");
        assert_eq!(roots.path_of(&name, "what!/a.txt"), Some(folder.join("what!/a.txt")));
    }

    #[test]
    fn any_bytes_are_a_name() {
        let path = PathBuf::from(OsString::from_vec(b"/100%25/\xff\n".to_vec()));
        assert_eq!(decode(&encode(&path)), path);
        assert_eq!(encode(Path::new("/plain")), "/plain");
    }
}
