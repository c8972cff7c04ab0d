//! What somebody at a desk types, and what every command makes of it: words that few stories hold, names in any of their
//! forms, marks, misspelt names, dates.

use std::process::Output;

use serde_json::Value;

use crate::archive::{Archive, code, pullquote};

const STORIES: [(&str, &str); 8] = [
    (
        "a.txt",
        "J.Quill and A-Marl end their marriage\n\nJ.Quill left A-Marl on Monday. “It is over,” J.Quill said.",
    ),
    (
        "b.txt",
        "A marriage of convenience\n\nThe marriage of Tessa Quennell and Ivo Starling was a quiet affair in Leeds.",
    ),
    (
        "c.txt",
        "Starling sings\n\nIvo Starling sang in Leeds on Friday. “I was nervous,” Ivo Starling said. Starling left.",
    ),
    (
        "d.txt",
        "Starling again\n\nIvo Starling met Tessa Quennell. “We are friends,” Ivo Starling said of Tessa Quennell.",
    ),
    ("e.txt", "One more\n\nIvo Starling sold a house in the US. Ivo Starling never liked the house."),
    ("f.txt", "A slip\n\nIvo Sterling was seen in the U.S. on Tuesday. Sterling smiled."),
    (
        "g.txt",
        "A tour\n\n“It was fun,” Zoé Brandt said in the United States. Brandt left the United States again.",
    ),
    (
        "h.txt",
        "A divorce\n\nThe divorce of Tessa Quennell, without Ivo Starling. “I was late,” Zoe Brandt said. Brandt sang.",
    ),
];

struct Desk(Archive);

impl Desk {
    fn new() -> Self {
        let archive = Archive::new();
        STORIES.iter().for_each(|(path, text)| archive.write(path, text));
        assert_eq!(code(&archive.run(&[])), 0);
        Self(archive)
    }

    fn ask(&self, words: &[&str]) -> Output {
        let output = pullquote().args(["--index"]).arg(&self.0.index).args(words).output();
        output.expect("the program runs")
    }

    fn lines(&self, words: &[&str]) -> Vec<Value> {
        let output = self.ask(&[&["--json"], words].concat());
        let text = String::from_utf8_lossy(&output.stdout);
        text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
    }

    /// Paths of the hits, those in part in parentheses.
    fn found(&self, words: &[&str]) -> Vec<String> {
        let shown = |line: &Value| match line["partial"] == true {
            true => format!("({})", text(&line["path"])),
            false => text(&line["path"]).to_owned(),
        };
        let mut found: Vec<String> = self.lines(&[&["search"], words].concat()).iter().map(shown).collect();
        found.sort_by_key(|path| if path.starts_with('(') { path.clone() } else { String::new() });
        found
    }

    fn told(&self, words: &[&str]) -> String {
        String::from_utf8_lossy(&self.ask(words).stderr).into_owned()
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[test]
fn what_matches_in_part_stays_behind_and_out_of_what_programs_take() {
    let desk = Desk::new();
    assert_eq!(desk.found(&["marriage", "convenience"]), ["b.txt", "(a.txt)"]);
    let out = |words: &[&str]| String::from_utf8_lossy(&desk.ask(words).stdout).into_owned();
    assert_eq!(out(&["search", "-0", "marriage", "convenience"]).matches(".txt").count(), 1);
    assert_eq!(out(&["search", "--csv", "marriage", "convenience"]).lines().count(), 2);
    assert!(out(&["search", "marriage", "convenience"]).contains("with fewer of the words"));
    // Such hits alone are not what was asked for.
    let only = desk.ask(&["search", "marriage", "tour", "--json"]);
    assert_eq!((code(&only), String::from_utf8_lossy(&only.stdout).lines().count()), (1, 3));
    let only = desk.ask(&["search", "marriage", "tour", "--json", "--fields", "path"]);
    assert!(String::from_utf8_lossy(&only.stdout).lines().all(|line| line.contains("\"partial\":true")));
    let quotes = desk.lines(&["quotes", "nervous", "friends"]);
    assert!(quotes.len() == 2 && quotes.iter().all(|quote| quote["partial"] == true), "{quotes:?}");
    // The strict reading knows none of them.
    assert_eq!(code(&desk.ask(&["timeline", "marriage", "tour"])), 1);
    assert_eq!(code(&desk.ask(&["export", "articles", "--query", "marriage tour"])), 1);
}

#[test]
fn words_that_no_story_holds_are_set_aside_and_said() {
    let desk = Desk::new();
    let told = desk.told(&["search", "jquill", "amarl", "marriage"]);
    assert!(told.contains("J.Quill") && told.contains("A-Marl"), "{told}");
    assert_eq!(desk.found(&["jquill", "amarl", "marriage"]).len(), 2);
    assert!(desk.told(&["search", "mariage", "Leeds"]).contains("did you mean marriage?"));
    assert_eq!(code(&desk.ask(&["search", "zzyxq"])), 1);
}

#[test]
fn one_name_has_one_count_in_whatever_form() {
    let desk = Desk::new();
    let count = |words: &[&str]| desk.lines(words).first().map(|line| line["articles"].clone());
    for name in ["Zoé Brandt", "zoe brandt", "BRANDT"] {
        assert_eq!(count(&["person", name]), Some(2.into()), "{name}");
        assert_eq!(desk.found(&[&format!("person:\"{name}\"")]).len(), 2, "{name}");
    }
    assert_eq!(count(&["names", "zoe"]), Some(2.into()));
    for name in ["US", "u.s.", "United States"] {
        assert_eq!(desk.found(&[&format!("place:\"{name}\"")]).len(), 3, "{name}");
        assert_eq!(count(&["person", name]), Some(3.into()), "{name}");
    }
    assert_eq!(desk.lines(&["names", "--kind", "place", "u"]).len(), 1);
}

#[test]
fn every_command_offers_the_name_that_was_probably_meant() {
    let desk = Desk::new();
    for asked in [
        &["quotes", "--by", "Ivo Starlin"][..],
        &["person", "Ivo Starlin"],
        &["search", "person:\"Ivo Starlin\""],
        &["names", "Ivo Starlng"],
        // One story is written so, and four are not.
        &["person", "Ivo Sterling"],
        &["search", "person:\"Ivo Sterling\""],
    ] {
        let told = desk.told(asked);
        assert!(told.contains("did you mean Ivo Starling?"), "{asked:?}: {told}");
    }
    assert!(!desk.told(&["person", "Ivo Starling"]).contains("did you mean"));
}

#[test]
fn marks_are_text_where_they_can_be_no_syntax() {
    let desk = Desk::new();
    assert_eq!(desk.found(&["divorce", "-starling"]), [] as [&str; 0]);
    assert_eq!(desk.found(&["marriage", "-starling", "--limit", "3"]), ["a.txt"]);
    assert_eq!(desk.found(&["Starling: sings"]), desk.found(&["Starling sings"]));
    assert_eq!(desk.found(&["house & US ?"]), desk.found(&["house US"]));
    let told = desk.told(&["search", "s?ng"]);
    assert!(told.contains("? can stand for nothing here"), "{told}");
}

#[test]
fn what_has_no_date_is_counted_aloud() {
    let archive = Archive::new();
    let record =
        |id: u32, date: &str| format!("{{\"id\":\"{id}\",\"text\":\"A tour of the north.\"{date}}}\n");
    let records = [
        record(1, ",\"published\":\"1975-02-01\""),
        record(2, ",\"published\":\"2024-02-01\""),
        record(3, ""),
    ];
    archive.write("a.jsonl", records.concat());
    assert_eq!(code(&archive.run(&[])), 0);
    let desk = Desk(archive);
    for asked in [
        &["search", "tour date:2024"][..],
        &["timeline", "tour date:2024"],
        &["export", "articles", "--query", "tour date:2024"],
        &["quotes", "date:2024"],
    ] {
        let told = desk.told(asked);
        let expected = asked[0] != "quotes";
        assert_eq!(told.contains("1 match without a date is left out"), expected, "{asked:?}: {told}");
    }
    assert_eq!(desk.found(&["tour", "date:none"]).len(), 1);
    assert_eq!(code(&desk.ask(&["search", "tour", "date:7d"])), 1);
    let days = desk.lines(&["timeline", "tour", "--by", "day"]);
    assert_eq!(days.iter().filter(|line| line["type"] == "period").count(), 2, "{days:?}");
    assert!(
        desk.told(&["timeline", "tour", "--by", "day"]).contains("nothing between 1975-02-01 and 2024-02-01")
    );
}

#[test]
fn quotes_of_a_word_that_nothing_holds_are_none() {
    let desk = Desk::new();
    assert_eq!(desk.lines(&["quotes", "zzqqx"]).iter().filter(|line| line["type"] == "quote").count(), 0);
}
