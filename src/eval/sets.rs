//! Sets of gold answers: the files of a folder, and the score of each.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    Evaluation,
    error::{self, Error},
    gold, judge, score,
};

/// How well names, quotes and topics of a set were found.
#[derive(Clone, Debug)]
pub struct SetScore {
    /// Each story by itself, when that was asked for.
    pub stories: Vec<Evaluation>,
    /// All of them together.
    pub whole: Evaluation,
}

impl SetScore {
    /// Scores the set of gold answers in a file, and `each` story by itself as well; extraction is spread over the threads
    /// of the pool that this is called in.
    ///
    /// # Errors
    /// When the file cannot be read, or holds no gold answers.
    pub fn of(file: &Path, each: bool) -> Result<Self, Error> {
        let text = error::text(file)?;
        let gold = gold::read(&text).map_err(|source| Error::NoGold { path: file.to_owned(), source })?;
        let judged = judge(&gold);
        let set = name(file);
        let stories = judged.iter().filter(|_| each).map(|one| Evaluation::of_story(&set, one)).collect();
        Ok(Self { stories, whole: Evaluation::of_extraction(&set, score(&judged)) })
    }
}

/// Name of a set: that of its file or folder without the extension.
pub fn name(path: &Path) -> String {
    path.file_stem().map_or_else(|| path.display().to_string(), |stem| stem.to_string_lossy().into_owned())
}

/// The sets of a folder: its files `*.jsonl`, in order.
///
/// # Errors
/// When the folder cannot be read, or has none.
pub fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    some(folder, listed(folder)?, "*.jsonl")
}

/// The sets of a folder of evaluation data: its files `*_dev.jsonl`, then those in its folder `names_dev`.
///
/// # Errors
/// When a folder cannot be read, or there is no set.
pub fn of_evaluation_data(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files = listed(folder)?;
    files.retain(|path| name(path).ends_with("_dev"));
    let names = folder.join("names_dev");
    if names.is_dir() {
        files.extend(listed(&names)?);
    }
    some(folder, files, "*_dev.jsonl")
}

fn some(folder: &Path, files: Vec<PathBuf>, wanted: &'static str) -> Result<Vec<PathBuf>, Error> {
    if files.is_empty() { Err(Error::NoSets { folder: folder.to_owned(), wanted }) } else { Ok(files) }
}

/// The JSON Lines files of a folder, in order.
fn listed(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<PathBuf>>>());
    let mut files = entries.map_err(|source| Error::Read { path: folder.to_owned(), source })?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_found_in_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        assert!(matches!(in_folder(folder.path()), Err(Error::NoSets { wanted: "*.jsonl", .. })));
        fs::create_dir(at("names_dev")).expect("a folder");
        for file in ["b_dev.jsonl", "a_dev.jsonl", "a_test.jsonl", "notes.txt", "names_dev/x.jsonl"] {
            fs::write(at(file), "").expect("a file");
        }
        let all = in_folder(folder.path()).expect("sets");
        assert_eq!(all, ["a_dev.jsonl", "a_test.jsonl", "b_dev.jsonl"].map(at));
        let dev = of_evaluation_data(folder.path()).expect("sets");
        assert_eq!(dev, ["a_dev.jsonl", "b_dev.jsonl", "names_dev/x.jsonl"].map(at));
        assert!(matches!(SetScore::of(&at("notes.jsonl"), false), Err(Error::Read { .. })));
    }
}
