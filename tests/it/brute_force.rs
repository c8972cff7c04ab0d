//! Counts of pages of people against a slow and obvious count over everything that is exported; those of facets and
//! timelines are held by the oracle.

use std::{collections::BTreeSet, path::Path};

use serde_json::Value;
use tempfile::TempDir;

use crate::archive::{code, pullquote};

struct Sample(TempDir);

impl Sample {
    fn new() -> Self {
        let index = tempfile::tempdir().expect("a folder");
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/archive");
        let output = pullquote().args(["index", "--quiet", "--index"]).args([index.path(), &sample]).output();
        let output = output.expect("the program runs");
        assert!(matches!(code(&output), 0 | 3), "{output:?}");
        Self(index)
    }

    fn ask(&self, words: &[&str]) -> Vec<Value> {
        let output = pullquote().arg("--json").arg("--index").arg(self.0.path()).args(words).output();
        let output = output.expect("the program runs");
        assert!(matches!(code(&output), 0 | 1), "{words:?}: {output:?}");
        let text = String::from_utf8_lossy(&output.stdout);
        text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[test]
fn pages_of_people_count_what_is_exported() {
    let sample = Sample::new();
    let articles = sample.ask(&["export", "articles"]);
    let people = sample.ask(&["names", "--kind", "person", "--limit", "1000"]);
    assert!(people.len() > 50, "{}", people.len());
    for person in people.iter().step_by(3) {
        let name = text(&person["name"]);
        let page = &sample.ask(&["person", name])[0];
        let forms: BTreeSet<&str> = list(&page["forms"]).iter().map(|form| text(&form["label"])).collect();
        let names = |article: &&Value| {
            list(&article["names"])
                .iter()
                .any(|it| it["kind"] == "person" && forms.contains(text(&it["name"])))
        };
        let named: Vec<&Value> = articles.iter().filter(names).collect();
        assert_eq!(page["articles"], named.len(), "{name}");
        let said = |quote: &&Value| quote["kind"] != "indirect" && forms.contains(text(&quote["speaker"]));
        let by = articles.iter().flat_map(|article| list(&article["quotes"])).filter(said).count();
        assert_eq!(page["quotes_by"], by, "{name}");
        let days: BTreeSet<&str> =
            named.iter().filter_map(|article| article["published"].as_str()?.get(..10)).collect();
        if named.iter().all(|article| article["published"].as_str().is_some_and(|date| date.len() >= 10)) {
            assert_eq!(Some(text(&page["first_seen"])), days.first().copied(), "{name}");
            assert_eq!(Some(text(&page["last_seen"])), days.last().copied(), "{name}");
        }
    }
}
