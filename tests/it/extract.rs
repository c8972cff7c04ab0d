//! `extract` with inputs good and bad: what it writes, what it says, how it ends.

use std::{
    fs,
    io::Write,
    os::unix::fs::symlink,
    path::PathBuf,
    process::{Output, Stdio},
};

use flate2::{Compression, write::GzEncoder};
use serde_json::Value;
use tempfile::TempDir;

use crate::archive::{code, pullquote};

const STORY: &str = "“I am done,” Mara Voss told the crew.\n";

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).expect("a file");
        path
    }

    /// Extracts the files named, in the folder.
    fn extract(&self, arguments: &[&str]) -> Output {
        let mut command = pullquote();
        command
            .current_dir(self.0.path())
            .args(["extract", "--json", "--log-format", "json"])
            .args(arguments);
        command.output().expect("the program runs")
    }
}

fn records(output: &Output) -> Vec<Value> {
    let lines = String::from_utf8(output.stdout.clone()).expect("UTF-8");
    lines.lines().map(|line| serde_json::from_str(line).expect("a record")).collect()
}

fn ids(output: &Output) -> Vec<String> {
    let records = records(output);
    assert!(records.iter().all(|record| record["type"] == "extraction" && record["format"] == 1));
    records.iter().map(|record| record["id"].as_str().expect("an id").to_owned()).collect()
}

/// What was skipped: the end of the path, the record, the reason.
fn skips(output: &Output) -> Vec<(String, Option<u64>, String)> {
    let lines = String::from_utf8(output.stderr.clone()).expect("UTF-8");
    let skip = |line: &str| {
        let value: Value = serde_json::from_str(line).expect("a message");
        assert_eq!(value["type"], "skipped");
        assert!(value["message"].as_str().is_some_and(|message| !message.is_empty()));
        let path = value["path"].as_str().expect("a path").to_owned();
        (path, value["record"].as_u64(), value["reason"].as_str().expect("a reason").to_owned())
    };
    lines.lines().map(skip).collect()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("into memory");
    encoder.finish().expect("into memory")
}

#[test]
fn ids_are_the_records_own_or_the_files() {
    let folder = Folder::new();
    folder.file("a.b.txt", STORY);
    folder.file("lines.jsonl", "{\"text\":\"One.\"}\n{\"_id\":7,\"text\":\"Two.\"}\n{\"text\":\"Three.\"}\n");
    folder.file("list.json", "[{\"text\":\"One.\"}]");
    folder.file("one.json", "{\"text\":\"One.\"}");
    folder.file("packed.txt.gz", gzipped(STORY.as_bytes()));
    let output = folder.extract(&["a.b.txt", "lines.jsonl", "list.json", "one.json", "packed.txt.gz"]);
    assert_eq!(code(&output), 0, "{output:?}");
    assert_eq!(ids(&output), ["a.b", "lines#0", "7", "lines#2", "list#0", "one", "packed"]);
    assert_eq!(records(&output)[0]["path"], "a.b.txt");
}

#[test]
fn standard_input_is_read_and_told_by_its_looks() {
    let run = |arguments: &[&str], input: &str| {
        let mut command = pullquote();
        command.args(["extract", "--json"]).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the program runs");
        child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads");
        child.wait_with_output().expect("it ends")
    };
    assert_eq!(ids(&run(&[], STORY)), ["-"]);
    assert_eq!(ids(&run(&["-"], "{\"text\":\"One.\"}\n{\"text\":\"Two.\"}\n")), ["-#0", "-#1"]);
    let records = records(&run(&["--input", "text", "-"], "{\"text\":\"One.\"}"));
    assert_eq!(records[0]["text"], "{\"text\":\"One.\"}");
    assert_eq!(records[0]["path"], Value::Null);
}

#[test]
fn offsets_count_in_the_text_exactly_as_given() {
    let folder = Folder::new();
    let text = "  🎬 Renée Vale arrived.\r\n\r\n“Ça va,” Vale said.  ";
    folder.file(
        "x.jsonl",
        serde_json::json!({"id": "x", "text": text, "title": "“Ça va,” Says Vale"}).to_string(),
    );
    let record = &records(&folder.extract(&["--input", "jsonl", "x.jsonl"]))[0];
    assert_eq!(record["text"], text);
    let chars: Vec<char> = text.chars().collect();
    let mentions = |name: &Value| name["mentions"].as_array().expect("a list").clone();
    let names: Vec<Value> = record["names"].as_array().expect("a list").iter().flat_map(mentions).collect();
    let quotes = record["quotes"].as_array().expect("a list");
    assert!(names.len() > 1 && quotes.len() == 1, "{record}");
    for part in names.iter().chain(quotes) {
        let at = |end: &str| usize::try_from(part[end].as_u64().expect("a number")).expect("small");
        assert_eq!(part["text"], chars[at("start")..at("end")].iter().collect::<String>());
    }
}

#[test]
fn bad_inputs_are_told_and_nothing_else_is_lost() {
    let folder = Folder::new();
    let page = format!("<!DOCTYPE html><html><body><p>{}</p></body></html>", STORY.repeat(400));
    let packed = gzipped(page.as_bytes());
    folder.file("a.txt", STORY);
    folder.file("binary.txt", [0_u8, 159, 146, 150, 0, 1]);
    folder.file("broken.jsonl", format!("{{\"text\":\"One.\"}}\n{{oops\n{{\"text\":{STORY:?}}}\n"));
    folder.file("cut.html", &packed[..packed.len() - 40]);
    symlink("nowhere", folder.0.path().join("dangling.txt")).expect("a link");
    folder.file("empty.txt", "");
    fs::create_dir(folder.0.path().join("folder.txt")).expect("a folder");
    folder.file("z.txt", STORY);
    let output = folder.extract(&[
        "a.txt",
        "binary.txt",
        "broken.jsonl",
        "cut.html",
        "dangling.txt",
        "empty.txt",
        "folder.txt",
        "gone.txt",
        "z.txt",
    ]);
    assert_eq!(code(&output), 3);
    assert_eq!(ids(&output), ["a", "broken#0", "broken#2", "z"]);
    let expected = [
        ("binary.txt", None, "binary"),
        ("broken.jsonl", Some(1), "bad-record"),
        ("cut.html", None, "truncated"),
        ("dangling.txt", None, "unreadable"),
        ("empty.txt", None, "empty"),
        ("folder.txt", None, "unreadable"),
        ("gone.txt", None, "unreadable"),
    ];
    let expected = expected.map(|(path, record, reason)| (path.to_owned(), record, reason.to_owned()));
    assert_eq!(skips(&output), expected);
}

#[test]
fn what_is_too_large_is_left_out_alone() {
    let folder = Folder::new();
    let long = "x".repeat(3000);
    folder.file("pullquote.toml", "[source]\nmax_bytes = 1000\n");
    folder.file("line.txt", &long);
    folder
        .file("a.jsonl", format!("{{\"text\":\"One.\"}}\n{{\"text\":\"{long}\"}}\n{{\"text\":\"Two.\"}}\n"));
    folder.file("b.json", format!("[{{\"text\":\"One.\"}},{{\"text\":\"{long}\"}},{{\"text\":\"Two.\"}}]"));
    folder.file("bomb.txt.gz", gzipped(&vec![b'x'; 4 << 20]));
    let output =
        folder.extract(&["--config", "pullquote.toml", "line.txt", "a.jsonl", "b.json", "bomb.txt.gz"]);
    assert_eq!(code(&output), 3);
    assert_eq!(ids(&output), ["a#0", "a#2", "b#0", "b#2"]);
    assert!(skips(&output).iter().all(|(.., reason)| reason == "too-large"), "{output:?}");
    assert_eq!(skips(&output).len(), 4);
}

/// A line of 200 MB takes no memory of its size: one that is longer than a story may be is passed over.
#[test]
fn a_line_of_200_mb_costs_only_itself() {
    let folder = Folder::new();
    let path = folder.file("a.jsonl", "{\"text\":\"One.\"}\n");
    let mut file = fs::OpenOptions::new().append(true).open(&path).expect("a file");
    let part = vec![b'x'; 1 << 20];
    for _ in 0..200 {
        file.write_all(&part).expect("it is written");
    }
    file.write_all(b"\n{\"text\":\"Two.\"}\n").expect("it is written");
    drop(file);
    let output = folder.extract(&["a.jsonl"]);
    assert_eq!((code(&output), ids(&output)), (3, vec!["a#0".to_owned(), "a#2".to_owned()]));
    assert_eq!(skips(&output), [("a.jsonl".to_owned(), Some(1), "too-large".to_owned())]);
    fs::rename(&path, folder.0.path().join("a.txt")).expect("it is renamed");
    let output = folder.extract(&["a.txt"]);
    assert_eq!(skips(&output), [("a.txt".to_owned(), None, "too-large".to_owned())]);
}

#[test]
fn wrong_use_and_wrong_settings_are_told() {
    let folder = Folder::new();
    folder.file("a.txt", STORY);
    let unknown = folder.extract(&["--input", "papyrus", "a.txt"]);
    assert_eq!(code(&unknown), 2);
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("jsonl"), "it names the formats: {unknown:?}");
    folder.file("wrong.toml", "[source]\n\nmax_byte = 3\n");
    let wrong = folder.extract(&["--config", "wrong.toml", "a.txt"]);
    let message = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert_eq!(code(&wrong), 78);
    assert!(["wrong.toml", "line 3", "max_byte"].iter().all(|part| message.contains(part)), "{message}");
    assert_eq!(code(&folder.extract(&["--config", "none.toml", "a.txt"])), 78);
}

#[test]
fn people_read_a_summary() {
    let folder = Folder::new();
    folder.file("a.txt", format!("Voss Leaves\n\n{STORY}"));
    let mut command = pullquote();
    let output = command.current_dir(folder.0.path()).args(["extract", "a.txt"]).output().expect("a run");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(text.starts_with("Voss Leaves\na.txt\n"), "{text}");
    assert!(!text.contains('\u{1b}'), "no colours where nobody looks");
}
