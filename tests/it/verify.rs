//! `verify` over drafts in files of several formats.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;

use crate::archive::{Archive, code, pullquote};

/// The story of `data/stories` as an archive has it that does not bear all of it out: other words, another
/// speaker, and less.
fn other(story: &str) -> String {
    story
        .replace("I wanted to go while it still hurt", "I wanted to leave long before it hurt")
        .replace("Brandl told reporters", "Delia Farrow told reporters")
        .replace("Renn wrote in a statement: “Marla knows where my door is.”", "Renn wrote nothing.")
}

#[test]
fn a_draft_has_the_same_verdicts_in_every_format() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/stories");
    let archive = Archive::new();
    archive.write("quist.txt", other(&fs::read_to_string(folder.join("quist.txt")).expect("a story")));
    assert_eq!(code(&archive.run(&[])), 0);
    let formats = ["txt", "html", "docx", "odt", "rtf", "epub", "pdf"];
    let mut drafts: Vec<_> = formats.iter().map(|format| folder.join(format!("quist.{format}"))).collect();
    archive.write("../draft.md", fs::read_to_string(folder.join("quist.txt")).expect("a story"));
    drafts.push(archive.root.join("../draft.md"));
    let mut told: BTreeMap<Vec<(String, String)>, Vec<String>> = BTreeMap::new();
    for draft in &drafts {
        let output =
            pullquote().arg("verify").arg(draft).arg("--json").arg("--index").arg(&archive.index).output();
        let output = output.expect("the program runs");
        assert_eq!(code(&output), 1, "{}: {output:?}", draft.display());
        let printed = String::from_utf8_lossy(&output.stdout);
        let lines = printed.lines().map(|line| {
            let verdict: Value = serde_json::from_str(line).expect("a line of JSON");
            let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
            let shown = |key: &str| verdict[key].as_str().unwrap_or_default().to_owned();
            (plain(&shown("quote")), shown("verdict"))
        });
        let mut verdicts: Vec<(String, String)> = lines.filter(|(quote, _)| !quote.is_empty()).collect();
        verdicts.sort();
        told.entry(verdicts).or_default().push(draft.display().to_string());
    }
    assert_eq!(told.len(), 1, "{told:#?}");
    let codes: Vec<&str> = told.keys().flatten().map(|(_, code)| code.as_str()).collect();
    for expected in ["stands", "not-found", "other-speaker", "too-short"] {
        assert!(codes.contains(&expected), "{told:#?}");
    }
}
