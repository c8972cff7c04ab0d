//! Rankings on the sample archive, kept so that a change of them is read in review, and the same however it was built.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::archive::{code, pullquote};

/// Articles kept of each ranking.
const KEPT: usize = 5;

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

fn queries() -> Vec<String> {
    let text = fs::read_to_string(golden("queries.txt")).expect("the queries");
    text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/archive")
}

/// The sample archive, indexed with so many threads.
fn indexed(threads: &str) -> TempDir {
    let index = tempfile::tempdir().expect("a folder");
    bring_up_to_date(&index, &sample(), threads);
    index
}

fn bring_up_to_date(index: &TempDir, root: &Path, threads: &str) {
    let output = pullquote()
        .args(["index", "--quiet", "--threads", threads, "--chunk-files", "5", "--index"])
        .args([index.path(), root])
        .output()
        .expect("the program runs");
    assert!(matches!(code(&output), 0 | 3), "{output:?}");
}

fn on(index: &TempDir, command: &str) -> Command {
    let mut asking = pullquote();
    asking.arg(command).arg("--index").arg(index.path());
    asking
}

/// The hits of every query, as lines of a batch.
fn hits(index: &TempDir) -> Vec<Value> {
    let batch = tempfile::NamedTempFile::new().expect("a file");
    fs::write(batch.path(), queries().join("\n")).expect("a file");
    let search = on(index, "search").args(["--json", "--batch"]).arg(batch.path()).output();
    let output = search.expect("the program runs");
    assert_eq!(code(&output), 0, "{output:?}");
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

#[test]
fn rankings_are_as_they_were() {
    let index = indexed("2");
    let hits = hits(&index);
    let mut page = String::new();
    for (number, query) in (1..).zip(queries()) {
        let number: String = u32::to_string(&number);
        let ours = |line: &&Value| line["query_id"] == number.as_str();
        let total = hits.iter().filter(ours).find_map(|line| line["hits_ranked"].as_u64());
        let _ = writeln!(page, "{query}   [{} articles]", total.unwrap_or_default());
        for hit in hits.iter().filter(ours).filter(|line| line["type"] == "article").take(KEPT) {
            let (score, path) = (hit["score"].as_f64().unwrap_or_default(), &hit["path"]);
            let _ = writeln!(page, "  {score:7.3}  {}", path.as_str().unwrap_or_default());
        }
    }
    let file = golden("rankings.txt");
    if std::env::var_os("PULLQUOTE_GOLDEN").is_some() {
        fs::write(&file, &page).expect("a file");
    }
    let kept = fs::read_to_string(&file).expect("the rankings");
    assert!(
        kept == page,
        "rankings changed. If they should have: PULLQUOTE_GOLDEN=1 cargo test golden, and read the difference\n{page}"
    );
}

/// The hits of every query, without the time they took.
fn told(index: &TempDir) -> Vec<Value> {
    let mut hits = hits(index);
    for line in &mut hits {
        line.as_object_mut().expect("an object").remove("took_us");
    }
    hits
}

#[test]
fn threads_and_merges_never_show() {
    let one = indexed("1");
    let expected = told(&one);
    for threads in ["2", "8"] {
        assert!(told(&indexed(threads)) == expected, "built with {threads} threads");
    }
    assert_eq!(code(&on(&one, "compact").output().expect("a run")), 0);
    assert!(told(&one) == expected, "compacted");
}

#[test]
fn stories_that_are_gone_never_show() {
    let root = tempfile::tempdir().expect("a folder");
    let mut stories: Vec<PathBuf> = walkdir::WalkDir::new(sample())
        .into_iter()
        .map(|entry| entry.expect("an entry").into_path())
        .filter(|path| path.is_file())
        .collect();
    stories.sort();
    for story in &stories {
        let path = root.path().join(story.strip_prefix(sample()).expect("a path below"));
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::copy(story, path).expect("a copy");
    }
    let gone = root.path().join("gone");
    fs::create_dir(&gone).expect("a folder");
    let text = "Orla Quist left the film.\n\n“The tour was a mistake,” Orla Quist said after the fire.\n";
    for number in 0..20 {
        fs::write(
            gone.join(format!("{number}.txt")),
            format!("{text}{}", "The apology came. ".repeat(number)),
        )
        .expect("a file");
    }
    let (index, fresh) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    bring_up_to_date(&index, root.path(), "1");
    fs::remove_dir_all(&gone).expect("gone");
    bring_up_to_date(&index, root.path(), "1");
    bring_up_to_date(&fresh, root.path(), "1");
    let expected = told(&fresh);
    assert!(told(&index) == expected, "with deleted stories in it");
    assert_eq!(code(&on(&index, "compact").output().expect("a run")), 0);
    assert!(told(&index) == expected, "and without them");
}
