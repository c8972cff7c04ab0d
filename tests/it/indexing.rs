//! `index`, `status`, `check`, `compact`, `remove`, as a scheduler and a person see them.

use std::{
    fs,
    os::unix::fs::symlink,
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
};

use pullquote::index::{Budget, Opening, Snapshot, Waiting, Writer, check};

use crate::archive::{Archive, code, last_line, pullquote};

fn stderr(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_second_run_adds_nothing_and_says_so() {
    let archive = Archive::new();
    archive.write("2025/01/a b\n☃.txt", "A story.");
    archive.write("b.jsonl", "{\"text\": \"Another story.\"}\n{\"text\": \"A third.\"}\n");
    let first = last_line(&archive.run(&[]));
    assert_eq!((&first["added"], &first["articles"], &first["format"]), (&3.into(), &3.into(), &1.into()));
    let again = pullquote().arg("index").arg("--index").arg(&archive.index).output().expect("a run");
    assert_eq!(code(&again), 0);
    assert_eq!(stderr(&again).lines().count(), 1);
    assert!(stderr(&again).contains("nothing new"), "{again:?}");
    let quiet = archive.command().arg("--quiet").output().expect("a run");
    assert!(quiet.stderr.is_empty());
    let status =
        pullquote().args(["status", "--json", "--index"]).arg(&archive.index).output().expect("a run");
    let status = last_line(&status);
    assert_eq!((&status["articles"], &status["last_run"]["outcome"]), (&3.into(), &"done".into()));
    assert_eq!(status["last_success"]["report"]["unchanged"], 3);
}

#[test]
fn bad_inputs_are_told_once_and_listed() {
    let archive = Archive::new();
    archive.write("good.txt", "A story.");
    archive.write("binary.txt", [0u8, 159, 146, 150, 0, 0, 1, 2]);
    archive.write("lines.jsonl", "{\"text\": \"One.\"}\n{broken\n{\"text\": \"Two.\"}\n");
    symlink("nowhere", archive.root.join("dangling.txt")).expect("a link");
    let first = archive.run(&[]);
    assert_eq!(code(&first), 3, "{first:?}");
    let summary = last_line(&first);
    assert_eq!((&summary["skipped"], &summary["articles"]), (&3.into(), &3.into()), "{first:?}");
    let second = archive.run(&[]);
    assert_eq!((code(&second), &last_line(&second)["skipped_known"]), (0, &3.into()), "{second:?}");
    assert_eq!(code(&archive.run(&["--strict"])), 3);
    let list = pullquote().args(["status", "--skipped", "--json", "--index"]).arg(&archive.index).output();
    let list = String::from_utf8(list.expect("a run").stdout).expect("UTF-8");
    assert_eq!(list.lines().count(), 3);
    assert!(list.contains("dangling.txt") && list.contains("\"record\":1"), "{list}");
}

#[test]
fn wrong_use_is_told() {
    let archive = Archive::new();
    archive.write("a.txt", "A story.");
    let other = Archive::new();
    let two = pullquote().arg("index").args([&archive.root, &other.root]).output().expect("a run");
    assert_eq!(code(&two), 2);
    let file = pullquote().arg("index").arg(archive.root.join("a.txt")).output().expect("a run");
    assert_eq!(code(&file), 2);
    let gone = pullquote().arg("index").arg(archive.root.join("gone")).output().expect("a run");
    assert_eq!(code(&gone), 2);
    assert!(!archive.root.join("gone").exists());
    let none =
        pullquote().args(["status", "--index"]).arg(archive.root.join("none")).output().expect("a run");
    assert_eq!(code(&none), 10);
    // A folder of something else is left alone.
    let foreign = pullquote().arg("index").arg(&other.root).arg("--index").arg(&archive.root).output();
    assert_eq!(code(&foreign.expect("a run")), 2);
    assert_eq!(fs::read_dir(&archive.root).expect("a folder").count(), 1);
    let empty = other.run(&[]);
    assert_eq!(code(&empty), 0);
    assert!(stderr(&empty).contains("nothing to read"), "{empty:?}");
}

#[test]
fn another_schema_is_refused_until_rebuilt() {
    let archive = Archive::new();
    archive.write("a.txt", "A story.");
    archive.run(&[]);
    fs::write(archive.index.join("CURRENT"), "{\"format\":1,\"generation\":1,\"schema\":0}\n")
        .expect("a file");
    let refused = archive.run(&[]);
    assert_eq!(code(&refused), 11);
    assert!(stderr(&refused).contains("--upgrade"), "{refused:?}");
    assert_eq!(code(&archive.run(&["--rebuild"])), 0);
    assert_eq!(archive.inventory(), archive.fresh_inventory());
    assert_eq!(fs::read_dir(archive.index.join("generations")).expect("a folder").count(), 1);
}

#[test]
fn one_writer_at_a_time_and_readers_never_wait() {
    let archive = Archive::new();
    archive.write("a.txt", "A story.");
    archive.run(&[]);
    let opening = Opening {
        budget: Budget { threads: 1, memory: 60 << 20 },
        rebuild: false,
        waiting: Waiting { patience: std::time::Duration::ZERO, now_ns: 0 },
    };
    let writer = Writer::open(&archive.index, opening).expect("a writer");
    let second = archive.run(&[]);
    assert_eq!(code(&second), 75);
    assert!(stderr(&second).contains(&format!("process {}", std::process::id())), "{second:?}");
    assert_eq!(code(&archive.run(&["--skip-if-locked"])), 0);
    assert_eq!(code(&archive.run(&["--wait-lock", "200ms"])), 75);
    Snapshot::open(&archive.index).expect("readers do not wait");
    drop(writer);
    assert_eq!(code(&archive.run(&[])), 0);
}

#[test]
fn readers_see_whole_articles_while_a_writer_works() {
    let archive = Archive::new();
    let write = |round: usize| {
        for number in 0..40 {
            let text =
                format!("“Take {round},” Ada Lovelace said. {}", "It rained. ".repeat(round * number % 37));
            archive.write(&format!("{number}.txt"), text);
        }
    };
    write(0);
    archive.run(&[]);
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in 1..8 {
                write(round);
                let more: &[&str] =
                    if round == 4 { &["--rebuild"] } else { &["--commit-every", "0s", "--chunk-files", "3"] };
                let output = archive.run(more);
                over.store(round == 7 || code(&output) != 0, Ordering::Relaxed);
                assert_eq!(code(&output), 0, "{output:?}");
            }
        });
        for _ in 0..3 {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    let snapshot = Snapshot::open(&archive.index).expect("an index");
                    assert_eq!(check(&snapshot).expect("what the snapshot holds can be read"), []);
                    assert_eq!(snapshot.counts().expect("counts").articles, 40);
                }
            });
        }
    });
}

/// Runs the program on an index that it may only read, as another user when this one may write everywhere.
#[test]
fn a_reader_needs_no_leave_to_write() {
    let archive = Archive::new();
    archive.write("a.txt", "A story about rain.");
    archive.run(&[]);
    let folder = archive.root.parent().expect("a folder");
    let program = folder.join("pullquote");
    fs::copy(env!("CARGO_BIN_EXE_pullquote"), &program).expect("a copy");
    assert!(Command::new("chmod").arg("-R").arg("a-w,a+rX").arg(folder).status().expect("chmod").success());
    let root = Command::new("id").arg("-u").output().expect("id").stdout == b"0\n";
    let mut command = if root {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&program);
        command
    } else {
        Command::new(&program)
    };
    let output = command.args(["status", "--json", "--index"]).arg(&archive.index).output().expect("a run");
    assert_eq!((code(&output), &last_line(&output)["articles"]), (0, &1.into()), "{output:?}");
    Command::new("chmod").arg("-R").arg("u+w").arg(folder).status().expect("chmod");
}

#[test]
fn damage_is_found() {
    let archive = Archive::new();
    archive.write("a.txt", "A story.");
    archive.run(&[]);
    let run_check =
        || pullquote().args(["check", "--json", "--index"]).arg(&archive.index).output().expect("a run");
    assert_eq!(code(&run_check()), 0);
    let store = fs::read_dir(archive.index.join("generations/1"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .find(|path| path.extension().is_some_and(|extension| extension == "store"))
        .expect("a segment");
    let mut bytes = fs::read(&store).expect("a file");
    bytes[3] ^= 1;
    fs::write(&store, bytes).expect("a file");
    let output = run_check();
    assert_eq!((code(&output), &last_line(&output)["sound"]), (2, &false.into()), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("checksum"));
}

#[test]
fn compact_purges_what_was_taken_down() {
    let archive = Archive::new();
    archive.write("a.txt", "A story about xylophones.");
    archive.write("b.txt", "A story about rain.");
    archive.run(&[]);
    let remove = |what: &str| {
        pullquote()
            .args(["remove", what, "--reason", "asked", "--index"])
            .arg(&archive.index)
            .output()
            .expect("a run")
    };
    assert_eq!(code(&remove("news/a.txt")), 0);
    assert_eq!(code(&remove("no such thing")), 1);
    let compact = pullquote().arg("compact").arg("--index").arg(&archive.index).output().expect("a run");
    assert_eq!(code(&compact), 0);
    for entry in fs::read_dir(archive.index.join("generations/1")).expect("a folder") {
        let bytes = fs::read(entry.expect("an entry").path()).expect("a file");
        assert!(!bytes.windows(10).any(|window| window == b"xylophones"));
    }
    let report = last_line(&archive.run(&[]));
    assert_eq!((&report["articles"], &report["added"]), (&1.into(), &0.into()));
}

#[test]
fn an_archive_moves_with_its_index() {
    let archive = Archive::new();
    archive.write("a.txt", "A story.");
    let own =
        |root: &std::path::Path| pullquote().arg("index").arg(root).arg("--json").output().expect("a run");
    assert_eq!(last_line(&own(&archive.root))["added"], 1);
    let moved = archive.root.with_file_name("elsewhere");
    fs::rename(&archive.root, &moved).expect("a new name");
    let report = last_line(&own(&moved));
    assert_eq!(
        (&report["added"], &report["removed"], &report["unchanged"]),
        (&0.into(), &0.into(), &1.into())
    );
    let inside = pullquote().args(["index", "--json"]).current_dir(&moved).output().expect("a run");
    assert_eq!(last_line(&inside)["unchanged"], 1);
}
