//! What a run tells: as it goes on, before it begins, and afterwards.

use std::{
    fs,
    os::unix::fs::symlink,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

use crate::archive::{Archive, code, last_line, pullquote};

fn index(archive: &Archive, more: &[&str]) -> Output {
    pullquote()
        .arg("index")
        .arg(&archive.root)
        .arg("--index")
        .arg(&archive.index)
        .args(more)
        .output()
        .expect("a run")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn status(archive: &Archive, more: &[&str]) -> Output {
    pullquote().args(["status", "--index"]).arg(&archive.index).args(more).output().expect("a run")
}

/// A story, nine files that are none and three records that are broken.
fn with_skips() -> Archive {
    let archive = Archive::new();
    archive.write("a.txt", "A story.");
    for number in 0..9 {
        archive.write(&format!("{number}.txt"), [0u8, 159, 146, 150, 0, 0, 1, 2]);
    }
    archive.write("lines.jsonl", "{broken\n{broken\n{broken\n");
    archive
}

#[test]
fn many_skips_are_summed_up_by_reason() {
    let archive = with_skips();
    let first = index(&archive, &[]);
    let text = stderr(&first);
    assert_eq!(code(&first), 3, "{text}");
    assert_eq!(text.matches("(binary)").count(), 3, "{text}");
    assert!(text.contains("6 more binary") && !text.contains("more bad-record"), "{text}");
    fs::remove_dir_all(&archive.index).expect("an index");
    let all = stderr(&index(&archive, &["-v"]));
    assert_eq!(all.matches("(binary)").count(), 9, "{all}");
    assert!(!all.contains("more binary") && all.contains("reading news/a.txt (new)"), "{all}");
    fs::remove_dir_all(&archive.index).expect("an index");
    let quiet = index(&archive, &["--quiet"]);
    assert_eq!((code(&quiet), stdout(&quiet), stderr(&quiet)), (3, String::new(), String::new()));
}

#[test]
fn one_file_of_many_bad_records_is_summed_up() {
    let archive = Archive::new();
    archive.write("lines.jsonl", "{broken\n".repeat(500));
    let text = stderr(&index(&archive, &[]));
    assert!(text.contains("497 more bad-record") && text.lines().count() == 5, "{text}");
    let known = stderr(&index(&archive, &["--verify-content"]));
    assert!(known.contains("500 skipped as before") && known.lines().count() == 1, "{known}");
}

#[test]
fn quiet_tells_why_a_run_failed_and_status_remembers() {
    let archive = Archive::new();
    archive.write("a.txt", "A story.");
    assert_eq!(code(&index(&archive, &[])), 0);
    fs::rename(&archive.root, archive.root.with_file_name("away")).expect("a new name");
    let failed = index(&archive, &["--quiet"]);
    assert_eq!(code(&failed), 2, "{failed:?}");
    assert!(stderr(&failed).contains("error: cannot read root"), "{failed:?}");
    let text = stdout(&status(&archive, &[]));
    let run = text.lines().position(|line| line.starts_with("last run") && line.contains("failed"));
    let why = text.lines().nth(run.expect("a failed run") + 1).expect("a line");
    assert!(why.contains("cannot read root"), "{text}");
    let json = last_line(&status(&archive, &["--json"]));
    assert!(
        json["last_run"]["error"].as_str().is_some_and(|error| error.contains("cannot read root")),
        "{json}"
    );
    // An error with causes is remembered with them.
    fs::rename(archive.root.with_file_name("away"), &archive.root).expect("a new name");
    archive.write("pullquote.toml", "[crawl]\nlinks = 'sometimes'\n");
    assert_eq!(code(&index(&archive, &[])), 78);
    let text = stdout(&status(&archive, &[]));
    assert!(text.contains("is not a valid configuration: ") && text.contains("sometimes"), "{text}");
}

#[test]
fn logs_for_machines_hold_time_and_counts() {
    let archive = with_skips();
    let output = index(&archive, &["--log-format", "json"]);
    let lines: Vec<Value> =
        stderr(&output).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    for line in &lines {
        let time = line["time"].as_str().expect("a time");
        assert!(time.parse::<jiff::Timestamp>().is_ok(), "{line}");
    }
    let counts: Vec<&Value> = lines.iter().map(|line| &line["counts"]).filter(|it| !it.is_null()).collect();
    assert_eq!((&counts[0]["binary"], &counts[0]["bad-record"]), (&9.into(), &3.into()), "{lines:?}");
    let run = counts.last().expect("a summary");
    assert_eq!((&run["added"], &run["skipped"], &run["files"]), (&1.into(), &12.into(), &11.into()), "{run}");
    assert!(lines.iter().all(|line| line["counts"] != Value::Object(serde_json::Map::new())), "{lines:?}");
}

#[test]
fn a_dry_run_shows_what_would_be_read_left_out_and_removed() {
    let archive = with_skips();
    archive.write("old/b.txt", "A second story.");
    index(&archive, &[]);
    fs::remove_file(archive.root.join("old/b.txt")).expect("a file");
    archive.write("new.txt", "A third story.");
    symlink("nowhere", archive.root.join("gone.txt")).expect("a link");
    let before = archive.inventory();
    let output = index(&archive, &["--dry-run"]);
    let text = stdout(&output);
    for line in [
        "read\tnew\tnews/new.txt\ttext",
        "skip\tdangling-link\tnews/gone.txt",
        "remove\tgone\tnews/old/b.txt",
    ] {
        assert!(text.lines().any(|of| of == line), "{line} in {text}");
    }
    assert!(stderr(&output).contains("remove 1"), "{output:?}");
    assert_eq!((code(&output), archive.inventory()), (0, before));
    let json = stdout(&index(&archive, &["--dry-run", "--json"]));
    let plan: Vec<Value> = json.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(plan.iter().any(|line| line["action"] == "remove" && line["path"] == "old/b.txt"), "{json}");
    // What was left out before is, unless it is read again.
    let bad: Vec<&Value> = plan.iter().filter(|line| line["reason"] == "bad-record").collect();
    assert!(
        bad.is_empty() || bad.iter().all(|line| line["action"] == "skip" && line["record"].is_u64()),
        "{json}"
    );
    // What would stay because too much is gone.
    for entry in fs::read_dir(&archive.root).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_file() || path.is_symlink() {
            fs::remove_file(path).expect("a file");
        }
    }
    let text = stdout(&index(&archive, &["--dry-run"]));
    assert!(text.lines().all(|line| line.starts_with("keep\ttoo-many-gone\t")), "{text}");
    let text = stdout(&index(&archive, &["--dry-run", "--allow-shrink"]));
    assert!(text.lines().all(|line| line.starts_with("remove\tgone\t")) && text.contains("a.txt"), "{text}");
}

#[test]
fn links_to_folders_are_as_the_settings_say() {
    let archive = Archive::new();
    let outside = archive.root.with_file_name("outside");
    fs::create_dir(&outside).expect("a folder");
    fs::write(outside.join("o.txt"), "Venn sails again.").expect("a file");
    archive.write("a.txt", "A story.");
    symlink("../outside", archive.root.join("year")).expect("a link");
    symlink("..", archive.root.join("up")).expect("a link");
    symlink("nowhere", archive.root.join("gone.txt")).expect("a link");
    let skipped = |output: &Output| -> Vec<String> {
        let lines = stdout(output);
        let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let skips = lines.filter(|line| line["type"] == "skipped");
        skips.map(|line| format!("{} {}", line["path"], line["reason"]).replace('"', "")).collect()
    };
    let first = archive.run(&[]);
    assert_eq!(code(&first), 3);
    assert_eq!(skipped(&first), ["gone.txt dangling-link", "up folder-link", "year folder-link"]);
    let again = archive.run(&[]);
    assert_eq!((code(&again), skipped(&again).len(), &last_line(&again)["skipped_known"]), (0, 0, &3.into()));
    archive.write("pullquote.toml", "[crawl]\nlinks = 'follow'\n");
    let followed = archive.run(&[]);
    assert_eq!((code(&followed), skipped(&followed)), (3, vec!["up link-loop".to_owned()]), "{followed:?}");
    assert_eq!(last_line(&followed)["articles"], 2);
    assert_eq!(code(&archive.run(&[])), 0);
    assert_eq!(archive.inventory(), archive.fresh_inventory());
    archive.write("pullquote.toml", "[crawl]\nexclude = ['year', 'up', 'gone.txt']\n");
    let excluded = archive.run(&[]);
    assert_eq!((code(&excluded), &last_line(&excluded)["articles"]), (0, &1.into()), "{excluded:?}");
    assert_eq!(archive.inventory(), archive.fresh_inventory());
}

#[test]
fn a_moved_archive_keeps_its_name() {
    let archive = Archive::new();
    for number in 0..9 {
        archive.write(&format!("{number}.txt"), format!("Story number {number}."));
    }
    assert_eq!(code(&archive.run(&[])), 0);
    let moved = archive.root.with_file_name("elsewhere");
    fs::rename(&archive.root, &moved).expect("a new name");
    fs::remove_file(moved.join("3.txt")).expect("a file");
    let run = |root: &Path, more: &[&str]| {
        let mut command = pullquote();
        command.arg("index").arg(root).arg("--index").arg(&archive.index).arg("--json");
        command.args(more).output().expect("a run")
    };
    for more in [&[][..], &["--dry-run"]] {
        let refused = run(&moved, more);
        assert_eq!(code(&refused), 2, "{refused:?}");
        assert!(stderr(&refused).contains("--root-name news"), "{refused:?}");
    }
    let kept = run(&moved, &["--root-name", "news"]);
    let report = last_line(&kept);
    assert_eq!((code(&kept), &report["added"], &report["removed"]), (0, &0.into(), &1.into()), "{report}");
    assert_eq!(report["unchanged"], 8, "{report}");
    let status = last_line(&status(&archive, &["--json"]));
    assert_eq!(status["roots"].as_array().map(Vec::len), Some(1), "{status}");
    assert!(status["roots"][0]["path"].as_str().is_some_and(|path| path.ends_with("elsewhere")), "{status}");
    assert_eq!(code(&run(&moved, &[])), 0);
    // A copy of what is still there is another archive, and so is what only looks a little alike.
    let copy = moved.with_file_name("copy");
    fs::create_dir(&copy).expect("a folder");
    for number in 0..3 {
        fs::copy(moved.join(format!("{number}.txt")), copy.join(format!("{number}.txt"))).expect("a copy");
    }
    assert_eq!(last_line(&run(&copy, &[]))["added"], 3);
    fs::remove_dir_all(&moved).expect("a folder");
    let other = moved.with_file_name("other");
    fs::create_dir(&other).expect("a folder");
    fs::write(other.join("0.txt"), "Story number 0.").expect("a file");
    fs::write(other.join("1.txt"), "Something else altogether.").expect("a file");
    assert_eq!(last_line(&run(&other, &[]))["added"], 2);
}

/// What `script` shows of a run whose standard error is a terminal. Nothing where there is no `script`.
fn on_a_terminal(archive: &Archive, more: &str) -> Option<String> {
    let (program, root, index) = (env!("CARGO_BIN_EXE_pullquote"), &archive.root, &archive.index);
    let line = format!("'{program}' index '{}' --index '{}' {more}", root.display(), index.display());
    let output =
        Command::new("script").args(["-qec", &line, "/dev/null"]).env("TERM", "xterm").output().ok()?;
    Some(stdout(&output))
}

#[test]
fn a_terminal_is_shown_how_much_is_left() {
    let archive = Archive::new();
    for number in 0..900 {
        archive.write(&format!("{number}.txt"), format!("Ada Venn said take {number} was the last."));
    }
    let Some(shown) = on_a_terminal(&archive, "--chunk-files 1 --threads 1") else { return };
    assert!(shown.contains(" of 900 files") && shown.contains(" left"), "{shown}");
    archive.write("new.txt", "A story.");
    let quiet = on_a_terminal(&archive, "--quiet").expect("a terminal");
    assert_eq!(quiet, "");
}
