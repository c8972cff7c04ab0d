//! `eval` on the project's own gold answers, and `demo` on the archive they belong to.

use std::{collections::HashMap, fs, path::Path};

use pullquote::{config::SourceConfig, source};
use serde_json::Value;

use crate::archive::pullquote;

fn gold() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/gold/archive.jsonl");
    let lines = fs::read_to_string(path).expect("gold answers");
    lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The texts of a file of the sample archive, by record id, else by the file's name.
fn texts(path: &str) -> HashMap<String, String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/archive").join(path);
    let bytes = fs::read(&file).expect("a story");
    let place = source::Place { root: "", path, again: None };
    let mut texts = HashMap::new();
    source::read(&mut bytes.as_slice(), &place, &SourceConfig::default(), &mut |record| {
        let article = record.expect("a story that can be read");
        let id = article.record_id.clone().unwrap_or_else(|| place.stem().to_owned());
        texts.insert(id, article.text);
    });
    texts
}

#[test]
fn gold_answers_point_into_the_texts_as_they_are_read() {
    let gold = gold();
    assert!(gold.len() >= 30);
    for article in &gold {
        let (path, id) = (article["path"].as_str().expect("a path"), article["id"].as_str().expect("an id"));
        let text = article["text"].as_str().expect("a text");
        assert_eq!(texts(path).get(id).map(String::as_str), Some(text), "{path}");
        let chars: Vec<char> = text.chars().collect();
        let quotes = article["quotes"].as_array().into_iter().flatten();
        let names = article["names"].as_array().into_iter().flatten();
        let mentions = names.flat_map(|name| name["mentions"].as_array().into_iter().flatten());
        for span in quotes.chain(mentions) {
            let at = |key: &str| span[key].as_u64().expect("an offset") as usize;
            let words: String = chars[at("start")..at("end")].iter().collect();
            assert_eq!(words, span["text"].as_str().expect("words"), "{path}");
        }
    }
}

#[test]
fn floors_hold_or_fail_with_2() {
    let folder = tempfile::tempdir().expect("a folder");
    let floors = folder.path().join("floors.json");
    let run = |more: &[&str]| {
        let mut command = pullquote();
        command.current_dir(env!("CARGO_MANIFEST_DIR")).args(["eval", "--json", "--floors"]).arg(&floors);
        command.args(more).output().expect("the program runs")
    };
    let first = run(&["--update"]);
    assert_eq!(first.status.code(), Some(0), "{}", String::from_utf8_lossy(&first.stderr));
    let sets = String::from_utf8(first.stdout).expect("UTF-8");
    let score: Value = serde_json::from_str(sets.lines().next().expect("one line a set")).expect("JSON");
    assert_eq!((score["set"].as_str(), score["type"].as_str()), (Some("archive"), Some("evaluation")));
    let reached = score["names"]["all"]["f1"].as_f64().expect("a figure");
    let written: Value = serde_json::from_slice(&fs::read(&floors).expect("floors")).expect("JSON");
    assert_eq!(written["archive"]["names.all.f1"].as_f64(), Some(reached));
    assert_eq!(run(&[]).status.code(), Some(0));
    fs::write(&floors, r#"{"archive":{"names.all.f1":100.5}}"#).expect("floors");
    let fallen = run(&["--update"]);
    assert_eq!(fallen.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&fallen.stderr).contains("below its floor of 100.5"));
    let kept: Value = serde_json::from_slice(&fs::read(&floors).expect("floors")).expect("JSON");
    assert_eq!(kept["archive"]["names.all.f1"].as_f64(), Some(100.5), "a floor is never lowered");
}

#[test]
fn rankings_are_scored_on_a_folder_in_beir_layout() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    write(
        "corpus.jsonl",
        "{\"_id\":\"a\",\"text\":\"The trawler burned.\"}\n{\"_id\":\"b\",\"text\":\"She sang.\"}\n",
    );
    write("queries.jsonl", "{\"_id\":\"q\",\"text\":\"who burned the trawler\"}\n");
    write("qrels.tsv", "query-id\tcorpus-id\tscore\nq\ta\t1\n");
    let output = pullquote()
        .args(["eval", "retrieval", "--json", "--quiet"])
        .arg(folder.path())
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let last = String::from_utf8_lossy(&output.stdout).lines().last().map(str::to_owned).expect("a line");
    let score: Value = serde_json::from_str(&last).expect("JSON");
    assert_eq!((score["task"].as_str(), score["ndcg_10"].as_f64()), (Some("retrieval"), Some(1.0)));
}

#[test]
fn the_demonstration_shows_a_person_a_phrase_and_a_speaker() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("sample");
    let run = || pullquote().args(["demo", "--keep"]).arg(&place).output().expect("the program runs");
    let output = run();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    for wanted in ["$ pullquote index", "$ pullquote person", "$ pullquote quotes --by", "$ pullquote origin"]
    {
        assert!(shown.contains(wanted), "{wanted}: {shown}");
    }
    assert!(shown.contains("Ines Valcourt") && shown.contains("— Odalys Brandt-Kane"), "{shown}");
    assert!(place.join(".pullquote/CURRENT").is_file());
    let again = run();
    assert_eq!(again.status.code(), Some(2), "a folder with something in it is left alone");
    let found = pullquote()
        .args(["search", "\"smoke machine\"", "--json"])
        .current_dir(&place)
        .output()
        .expect("the program runs");
    assert_eq!(found.status.code(), Some(0));
}
