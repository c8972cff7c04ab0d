//! A folder of stories and its index, for one test.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use pullquote::index::{Snapshot, check};
use tempfile::TempDir;

/// A folder of stories and its index.
pub struct Archive {
    _folder: TempDir,
    /// The stories.
    pub root: PathBuf,
    /// The index, beside them.
    pub index: PathBuf,
}

/// The program, with an environment that tells it nothing.
pub fn pullquote() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pullquote"));
    command.env_remove("PULLQUOTE_INDEX").env("NO_COLOR", "1");
    command
}

impl Archive {
    /// An empty one.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (root, index) = (folder.path().join("news"), folder.path().join("index"));
        fs::create_dir(&root).expect("a folder");
        Self { _folder: folder, root, index }
    }

    /// Writes a story.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// `pullquote index ROOT --index INDEX`, to be added to.
    pub fn command(&self) -> Command {
        let mut command = pullquote();
        command.arg("index").arg(&self.root).arg("--index").arg(&self.index).arg("--json");
        command
    }

    /// Runs it to the end.
    pub fn run(&self, more: &[&str]) -> Output {
        self.command().args(more).output().expect("the program runs")
    }

    /// What is stored, after every checksum and tie was verified.
    pub fn inventory(&self) -> Vec<String> {
        inventory(&self.index)
    }

    /// What a fresh build of it stores.
    pub fn fresh_inventory(&self) -> Vec<String> {
        let fresh = tempfile::tempdir().expect("a folder");
        let output = pullquote()
            .arg("index")
            .arg(&self.root)
            .arg("--index")
            .arg(fresh.path())
            .output()
            .expect("a run");
        assert!(matches!(output.status.code(), Some(0 | 3)), "{output:?}");
        inventory(fresh.path())
    }
}

fn inventory(index: &Path) -> Vec<String> {
    let snapshot = Snapshot::open(index).expect("an index");
    assert_eq!(check(&snapshot).expect("a readable index"), []);
    snapshot.inventory().expect("a readable index")
}

/// The exit code.
pub fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

/// The last line of standard output, as JSON.
pub fn last_line(output: &Output) -> serde_json::Value {
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(text.lines().last().unwrap_or_default())
        .unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// Numbers that are the same every time (Marsaglia's xorshift).
pub struct Dice(u64);

impl Dice {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    /// The next one, below `limit`.
    pub fn roll(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}
