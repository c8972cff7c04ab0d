//! Topics as an archivist sees them: filed by the publisher's own sections, opened level by level, new against the past.

use std::process::Output;

use proptest::prelude::*;
use pullquote::{annotation::TopicKind, article::Article, extract::annotate};
use serde_json::{Value, json};

use crate::archive::{Archive, code, last_line, pullquote};

fn ask(archive: &Archive, words: &[&str]) -> Output {
    pullquote()
        .args(words)
        .arg("--json")
        .arg("--index")
        .arg(&archive.index)
        .output()
        .expect("the program runs")
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

fn story(number: usize, published: &str, section: &str, text: &str) -> String {
    let story = json!({
        "id": number.to_string(), "published": published, "section": section, "text": text,
    });
    format!("{story}\n")
}

#[test]
fn the_settings_file_sections_under_topics() {
    let archive = Archive::new();
    archive.write("a.jsonl", story(1, "2024-05-01", "Scoops_&_Sips", "Nothing much was seen on the pier."));
    archive.run(&[]);
    assert_eq!(code(&ask(&archive, &["search", "topic:divorce"])), 1);
    archive.write("pullquote.toml", "[source.sections]\n'scoops & sips' = ['divorce', 'medtop:20000010']\n");
    let again = archive.run(&[]);
    assert_eq!(last_line(&again)["read_because"]["settings"], 1, "{again:?}");
    assert_eq!(lines(&ask(&archive, &["search", "topic:divorce"])).len(), 1);
    let below = lines(&ask(&archive, &["topics", "--under", "society"]));
    assert!(below.iter().any(|topic| topic["articles"] == 1), "what lies above counts too: {below:?}");
    archive.write("pullquote.toml", "[source.sections]\n'scoops & sips' = ['divorse']\n");
    let wrong = archive.run(&[]);
    assert_eq!(code(&wrong), 78);
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(said.contains("line 2") && said.contains("divorse"), "{said}");
}

#[test]
fn the_tree_opens_level_by_level() {
    let archive = Archive::new();
    archive.write("pullquote.toml", "[source.sections]\nSplits = ['divorce']\nFilms = ['cinema']\n");
    let all = story(1, "2024-05-01", "Splits", "Rain.") + &story(2, "2024-05-01", "Films", "Wind.");
    archive.write("a.jsonl", all);
    assert_eq!(code(&archive.run(&[])), 0);
    let mut level = lines(&ask(&archive, &["topics", "--under"]));
    assert_eq!(level.len(), 2, "{level:?}");
    let mut at = level.iter().find(|topic| topic["name"] == "society").expect("society").clone();
    let mut path = Vec::new();
    while at["below"].as_u64() > Some(0) {
        level = lines(&ask(&archive, &["topics", "--under", at["code"].as_str().expect("a code")]));
        at = level.first().expect("something below").clone();
        path.push(at["name"].as_str().unwrap_or_default().to_owned());
    }
    assert_eq!(path.last().map(String::as_str), Some("divorce"), "{path:?}");
    for (query, found) in [("topic:divorce", 1), ("topic:society", 1), ("topic:medtop:20000002", 1)] {
        assert_eq!(lines(&ask(&archive, &["search", query])).len(), found, "{query}");
    }
    assert_eq!(code(&ask(&archive, &["topics", "--under", "no such topic"])), 2);
    let kinds = lines(&ask(&archive, &["topics", "--kind", "publisher"]));
    assert_eq!(kinds.len(), 2, "{kinds:?}");
}

#[test]
fn what_rises_is_told_and_what_stays_is_not() {
    let archive = Archive::new();
    let mut all = String::new();
    for number in 0..60 {
        let day = format!("2024-{:02}-{:02}", number % 5 + 1, number % 28 + 1);
        all += &story(number, &day, "Music", "Ada Lovelace sang in Leeds.");
    }
    for number in 60..70 {
        let text =
            if number % 2 == 0 { "Ada Lovelace sang with Grace Hopper." } else { "Ada Lovelace sang." };
        all += &story(number, "2024-06-20", "Music", text);
    }
    archive.write("a.jsonl", all);
    assert_eq!(code(&archive.run(&[])), 0);
    let rising = lines(&ask(&archive, &["names", "--rising"]));
    let told: Vec<_> = rising.iter().map(|one| (one["name"].as_str(), one["articles"].as_u64())).collect();
    assert_eq!(told, [(Some("Grace Hopper"), Some(5))]);
    assert_eq!((&rising[0]["before"], &rising[0]["times"]), (&json!(0), &Value::Null));
    // Nothing is new when the days before her are looked at, or a window so wide that nothing lies before it.
    assert_eq!(code(&ask(&archive, &["names", "--rising", "--until", "2024-05-28"])), 1);
    assert_eq!(code(&ask(&archive, &["names", "--rising", "--days", "3650"])), 1);
    assert_eq!(code(&ask(&archive, &["topics", "--rising", "--kind", "publisher"])), 1);
}

#[test]
fn related_topics_keep_company() {
    let archive = Archive::new();
    archive.write("pullquote.toml", "[source.sections]\nSplits = ['divorce']\nFilms = ['cinema']\n");
    let mut all = String::new();
    for number in 0..40 {
        let section = if number % 2 == 0 { "Films" } else { "Splits" };
        let text = if number % 4 == 0 {
            "A premiere date was set. The premiere date is near."
        } else {
            "Rain fell."
        };
        all += &story(number, "2024-05-01", section, text);
    }
    archive.write("a.jsonl", all);
    assert_eq!(code(&archive.run(&[])), 0);
    let related = lines(&ask(&archive, &["topics", "--related", "cinema"]));
    assert!(related.iter().all(|one| one["name"] != "divorce" && one["name"] != "Splits"), "{related:?}");
    assert!(related.iter().any(|one| one["name"] == "premiere date"), "{related:?}");
}

#[test]
fn nothing_to_file_is_filed_under_nothing() {
    let article = Article { text: "It was, and then it was not.".into(), ..Default::default() };
    assert_eq!(annotate(&article).topics, []);
}

#[test]
fn keyphrases_name_no_person_and_come_in_one_form() {
    let text = "The intimacy coordinator spoke first. Mia Schachter is an intimacy coordinator. Intimacy coordinators \
                met in Leeds, and Mia Schachter told the intimacy coordinators that a box office is no yardstick. The \
                box office agreed.";
    let article = Article { text: text.into(), ..Default::default() };
    let topics = annotate(&article).topics;
    let phrases: Vec<&str> = topics
        .iter()
        .filter(|topic| topic.kind == TopicKind::Keyphrase)
        .map(|topic| topic.label.as_str())
        .collect();
    assert!(phrases.contains(&"intimacy coordinator"), "{phrases:?}");
    assert!(!phrases.iter().any(|phrase| phrase.contains("Schachter") || phrase.ends_with("coordinators")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn any_text_is_filed_the_same_way_twice(text in "(\\PC{0,12}|film |divorce |court |the |album |\n|\\. |“|”){0,40}") {
        let article = Article { text, ..Default::default() };
        let topics = annotate(&article).topics;
        prop_assert!(topics.iter().all(|topic| (0.0..=1.0).contains(&topic.score)), "{:?}", topics);
        prop_assert_eq!(topics, annotate(&article).topics);
    }
}
