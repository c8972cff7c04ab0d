//! What people told an index outlives the program that wrote it: backups, restores, and indexes of released versions,
//! which are kept in `tests/released/`.

use std::{fs, path::Path, process::Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    archive::{Archive, pullquote},
    sample::copy,
};

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn in_folder(folder: &Path, words: &[&str]) -> Output {
    pullquote().args(words).current_dir(folder).output().expect("the program runs")
}

fn stdout(folder: &Path, words: &[&str]) -> String {
    let output = in_folder(folder, words);
    assert_eq!(output.status.code(), Some(0), "{words:?}: {output:?}");
    text(&output.stdout)
}

/// An archive with the index of a released version, to be changed.
fn released(version: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/released").join(version), folder.path());
    fs::rename(folder.path().join("index"), folder.path().join(".pullquote")).expect("an index");
    folder
}

/// Its live generation.
fn generation(folder: &Path) -> u64 {
    let current = fs::read(folder.join(".pullquote/CURRENT")).expect("CURRENT");
    serde_json::from_slice::<Value>(&current).expect("JSON")["generation"].as_u64().expect("a number")
}

#[test]
fn an_index_of_a_released_version_is_upgraded_with_what_people_told_it() {
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/released")).expect("versions")
    {
        let version = entry.expect("an entry").file_name().into_string().expect("UTF-8");
        let (folder, beside) = (released(&version), tempfile::tempdir().expect("a folder"));
        let (at, file) = (folder.path(), beside.path().join("state.zip"));
        let file = file.to_str().expect("UTF-8");
        let search = in_folder(at, &["search", "lantern"]);
        assert_eq!(search.status.code(), Some(11), "{version}: {search:?}");
        assert!(text(&search.stderr).contains("index --upgrade"), "{search:?}");

        // A backup needs no upgrade.
        stdout(at, &["backup", file]);

        // Until the end of the upgrade the old index is the one there is, untouched.
        let files = || {
            let entries = fs::read_dir(at.join(".pullquote/generations/1")).expect("the old index");
            let mut names: Vec<_> = entries.map(|entry| entry.expect("an entry").file_name()).collect();
            names.sort();
            names
        };
        let before = files();
        stdout(at, &["index", "--upgrade", "--max-runtime", "0s"]);
        assert_eq!((generation(at), files()), (1, before), "{version}");

        stdout(at, &["index", "--upgrade"]);
        assert_eq!(generation(at), 2, "{version}");
        let found = stdout(at, &["search", "lantern", "--json", "--fields", "title"]);
        assert!(found.contains("The Lantern Opens") && !found.contains("Taken Down"), "{version}: {found}");
        assert!(stdout(at, &["saved", "list"]).contains("lantern"), "{version}");
        assert!(stdout(at, &["alerts", "--log"]).contains("The Lantern Opens"), "{version}");
        let names = stdout(at, &["names", "--kind", "person"]);
        assert!(names.contains("Delaney Voss") && !names.contains("Del Voss"), "{version}: {names}");
        // An upgrade brings no news, and the next run nothing at all.
        assert_eq!(stdout(at, &["alerts", "--json"]).matches("\"alert\"").count(), 0, "{version}");
        assert!(stdout(at, &["index", "--upgrade", "--json"]).contains("\"unchanged\":"), "{version}");
        assert_eq!(generation(at), 2, "{version}: an index of this version is brought up to date like any");

        // The backup of the old index goes into an index of today.
        let restored = stdout(at, &["restore", file, "--replace", "--json"]);
        assert!(restored.contains("\"schema\":2") || version != "0.1", "{restored}");
    }
}

#[test]
fn a_newer_index_is_refused_and_left_alone() {
    let folder = released("0.1");
    let current = folder.path().join(".pullquote/CURRENT");
    fs::write(&current, r#"{"format":1,"generation":1,"schema":4000}"#).expect("CURRENT");
    for words in [&["index", "--upgrade"][..], &["search", "lantern"]] {
        let output = in_folder(folder.path(), words);
        assert_eq!(output.status.code(), Some(11), "{output:?}");
        assert!(text(&output.stderr).contains("a newer pullquote wrote it"), "{output:?}");
    }
    assert_eq!(generation(folder.path()), 1);
}

/// An archive of two stories with corrections, a saved search, alerts that were told, and a takedown.
fn kept() -> Archive {
    let archive = Archive::new();
    archive
        .write("a.txt", "The Lantern Opens\n\nDelaney Voss opened the lantern on Friday. Del Voss sang.\n");
    archive.write(
        "b.txt",
        format!("The Lantern Taken Down\n\n{}\n", "The lantern burned all night. ".repeat(20)),
    );
    archive.write("names.tsv", "merge\tperson\tDel Voss\tDelaney Voss\n");
    archive.write("pullquote.toml", "[crawl]\nexclude = [\"*.tsv\"]\n");
    assert_eq!(archive.run(&[]).status.code(), Some(0));
    for words in
        [&["saved", "add", "lantern", "lantern"][..], &["alerts"], &["remove", "b.txt", "--reason", "wish"]]
    {
        asked(&archive, words);
    }
    archive
}

fn asked(archive: &Archive, words: &[&str]) -> String {
    let output =
        pullquote().args(words).arg("--index").arg(&archive.index).output().expect("the program runs");
    assert!(matches!(output.status.code(), Some(0 | 1)), "{words:?}: {output:?}");
    text(&output.stdout)
}

#[test]
fn a_lost_index_comes_back_with_its_state() {
    let archive = kept();
    let file = archive.root.with_file_name("state.zip");
    let file = file.to_str().expect("UTF-8");
    asked(&archive, &["backup", file]);
    fs::remove_dir_all(&archive.index).expect("the index is lost");
    fs::remove_file(archive.root.join("names.tsv")).expect("and a file of the archive's");
    asked(&archive, &["restore", file]);
    asked(&archive, &["index"]);
    assert!(archive.root.join("names.tsv").is_file());
    assert_eq!(asked(&archive, &["search", "lantern", "--json"]).lines().count(), 1, "one is taken down");
    assert!(asked(&archive, &["saved", "list"]).contains("lantern"));
    assert_eq!(asked(&archive, &["alerts", "--log", "--json"]).lines().count(), 2);
    asked(&archive, &["alerts", "--from-now"]);
    archive.write("c.txt", "Another Lantern\n\nA lantern was found.\n");
    asked(&archive, &["index"]);
    assert_eq!(asked(&archive, &["alerts", "--json"]).matches("Another Lantern").count(), 1);
}

#[test]
fn no_restore_undoes_a_takedown_and_news_stay_news() {
    let archive = kept();
    let file = archive.root.with_file_name("state.zip");
    let file = file.to_str().expect("UTF-8");
    asked(&archive, &["backup", file]);
    archive.write("c.txt", "Another Lantern\n\nA lantern was found.\n");
    asked(&archive, &["index"]);
    asked(&archive, &["remove", "a.txt", "--reason", "wish"]);
    asked(&archive, &["restore", file, "--replace"]);
    asked(&archive, &["index", "--rebuild", "--allow-shrink"]);
    let found = asked(&archive, &["search", "lantern", "--json", "--fields", "title"]);
    assert!(
        found.contains("Another Lantern") && !found.contains("Opens") && !found.contains("Taken"),
        "{found}"
    );
    assert_eq!(asked(&archive, &["alerts", "--json"]).matches("Another Lantern").count(), 1);
}

#[test]
fn what_a_backup_says_was_taken_down_leaves_another_index() {
    let (archive, other) = (kept(), Archive::new());
    let file = archive.root.with_file_name("state.zip");
    let file = file.to_str().expect("UTF-8");
    asked(&archive, &["backup", file]);
    // The same words, elsewhere.
    fs::copy(archive.root.join("b.txt"), other.root.join("elsewhere.txt")).expect("a story");
    other.write("d.txt", "A Lantern Remains\n\nThe lantern stays.\n");
    assert_eq!(other.run(&[]).status.code(), Some(0));
    assert_eq!(asked(&other, &["search", "lantern", "--json"]).lines().count(), 2);
    asked(&other, &["restore", file]);
    let found = asked(&other, &["search", "lantern", "--json", "--fields", "title"]);
    assert!(found.contains("Remains") && found.lines().count() == 1, "{found}");
    // Its roots are its own.
    assert!(asked(&other, &["status", "--json"]).contains(other.root.to_str().expect("UTF-8")));
}

#[test]
fn a_damaged_backup_changes_nothing() {
    let archive = kept();
    let file = archive.root.with_file_name("state.zip");
    asked(&archive, &["backup", file.to_str().expect("UTF-8")]);
    let whole = fs::read(&file).expect("a backup");
    let state = || {
        let path = archive.index.join("state");
        let mut files: Vec<_> =
            fs::read_dir(path).expect("a state").map(|entry| entry.expect("an entry").path()).collect();
        files.sort();
        files.into_iter().map(|path| (path.clone(), fs::read(path).expect("a file"))).collect::<Vec<_>>()
    };
    let before = state();
    for at in (0..whole.len()).step_by(97) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x20;
        fs::write(&file, &bytes[..bytes.len() - at % 2]).expect("a file");
        let output = pullquote()
            .args(["restore", "--replace", "--index"])
            .args([&archive.index, &file])
            .output()
            .expect("it runs");
        // A byte that says nothing of a member may be another one.
        if output.status.code() != Some(0) {
            assert_eq!(output.status.code(), Some(2), "{output:?}");
            assert_eq!(state(), before, "byte {at}");
        }
    }
}
