//! Every quote and every story of the sample archive is found by each address it has, also after its text has changed.

use std::path::Path;

use pullquote::{
    answers::{Archive, ExportRecord, ExportRequest, Exports, Story},
    query::{self, Error, NoteCode},
    quote_at::words_hash,
};
use serde_json::json;

use crate::archive::{Archive as Folder, code, pullquote};

/// Everything of an archive.
fn stories(archive: &Archive) -> Vec<Story> {
    let mut stories = Vec::new();
    let query = query::read("", false).expect("a query");
    let exported = archive.export::<Error>(&ExportRequest { what: Exports::Articles, query }, |record| {
        if let ExportRecord::Story(story) = record {
            stories.push(*story);
        }
        Ok(())
    });
    assert!(exported.expect("an export").complete);
    stories
}

/// An index of the sample archive.
fn sample() -> (tempfile::TempDir, Archive) {
    let index = tempfile::tempdir().expect("a folder");
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/archive");
    let output = pullquote().args(["index", "--quiet", "--index"]).args([index.path(), &sample]).output();
    assert!(matches!(code(&output.expect("the program runs")), 0 | 3));
    let archive = Archive::open(index.path()).expect("an archive");
    (index, archive)
}

/// A delivery of stories, each with a paragraph before its own text.
fn write(folder: &Folder, stories: &[Story], before: &str) {
    let line =
        |story: &Story| json!({ "id": story.id, "text": format!("{before}{}\n\n", story.text) }).to_string();
    folder.write("all.jsonl", stories.iter().map(line).collect::<Vec<_>>().join("\n"));
    assert_eq!(code(&folder.run(&[])), 0);
}

#[test]
fn every_quote_is_found_by_its_addresses() {
    let (_index, archive) = sample();
    let stories = stories(&archive);
    let quotes: Vec<_> = stories.iter().flat_map(|story| &story.quotes).collect();
    assert!(quotes.len() > 400, "{}", quotes.len());
    for quote in &quotes {
        for address in [&quote.id, &quote.quote_at] {
            let found = archive.locate(address).expect("a place");
            assert!(found.notes.is_empty(), "{address}");
            assert_eq!(
                found.words.map(|words| (words.text, words.start)),
                Some((quote.text.clone(), quote.start))
            );
        }
        let by_id = archive.locate(&quote.id).expect("a place");
        assert_eq!(by_id.quote.map(|found| found.quote_at), Some(quote.quote_at.clone()));
    }
}

#[test]
fn every_story_is_found_by_its_path() {
    let (_index, archive) = sample();
    let stories = stories(&archive);
    for story in &stories {
        let file = archive.path_of(&story.root, &story.path).expect("a path");
        assert!(file.is_absolute() && file.is_file(), "{file:?}");
        let same =
            stories.iter().filter(|other| (&other.root, &other.path) == (&story.root, &story.path)).count();
        let file = file.to_str().expect("a plain path").to_owned();
        for path in [story.path.clone(), format!("{}/{}", story.root, story.path), file] {
            match archive.show(&path) {
                Ok(found) => assert_eq!((found.story.id, same), (story.id.clone(), 1), "{path}"),
                Err(Error::SeveralArticles { ids, .. }) => assert!(same > 1 && ids.len() > 1, "{path}"),
                Err(error) => panic!("{path}: {error}"),
            }
        }
    }
    assert_eq!(archive.path_of("nowhere", "a.txt"), None);
}

#[test]
fn words_are_found_after_the_text_before_them_has_changed() {
    let (_index, archive) = sample();
    let originals = stories(&archive);
    let folder = Folder::new();
    write(&folder, &originals, "");
    let mut archive = Archive::open(&folder.index).expect("an archive");
    let quotes: Vec<_> = stories(&archive).into_iter().flat_map(|story| story.quotes).collect();
    assert!(quotes.len() > 400, "{}", quotes.len());
    write(&folder, &originals, "A first paragraph — “new” — came later.\n\n");
    assert!(archive.refresh().expect("a commit"));
    for quote in &quotes {
        let found = archive.locate(&quote.quote_at).expect("a place");
        let words = found.words.expect("the words");
        assert_eq!(words_hash(&words.text), words_hash(&quote.text), "{}", quote.quote_at);
        let said = found.notes.iter().map(|note| note.code).collect::<Vec<_>>();
        // A line said twice may stand where the first one stood.
        assert!(said == [NoteCode::MovedWords] || said.is_empty() && words.start == quote.start);
    }
}

#[test]
fn commands_take_every_address() {
    let (index, archive) = sample();
    let story =
        stories(&archive).into_iter().find(|story| !story.quotes.is_empty() && story.path.ends_with(".html"));
    let story = story.expect("a page with a quote");
    let ask = |words: &[&str]| {
        let output = pullquote().arg("--json").arg("--index").arg(index.path()).args(words).output();
        let output = output.expect("the program runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let first =
            text.lines().next().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
        (code(&output), first.unwrap_or_default())
    };
    let (quote, id) = (&story.quotes[0], story.id.as_str());
    for address in [id, &quote.id, &quote.quote_at, &story.path] {
        let (ended, shown) = ask(&["show", address]);
        assert_eq!((ended, &shown["type"], &shown["id"]), (0, &json!("story"), &json!(id)), "{address}");
        assert_eq!(ask(&["similar", address, "--limit", "1"]).1["type"], "article", "{address}");
        let cited = ask(&["cite", address]).1;
        assert_eq!(cited["type"], "citation");
        let wanted = if address == id || address == story.path { id } else { &quote.id };
        assert_eq!(cited["id"], wanted, "{address}");
    }
    assert_eq!(ask(&["show", "no/such/file.txt"]).0, 2);
}
