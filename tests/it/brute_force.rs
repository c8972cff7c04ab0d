//! Counts of pages, facets and timelines against a slow and obvious count over everything that is exported.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

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

#[test]
fn facets_and_timelines_count_what_is_exported() {
    let sample = Sample::new();
    for query in [
        "tour",
        "film OR music",
        "\"Ines Valcourt\"",
        "title:review",
        "date:2019",
        "-celebrity",
        "speaker:Thane",
    ] {
        let given = format!("--query={query}");
        let articles = sample.ask(&["export", "articles", &given]);
        assert!(!articles.is_empty(), "{query} finds nothing to count");
        let values = |field: &str| -> BTreeMap<String, u64> {
            let mut counts: BTreeMap<String, u64> = BTreeMap::new();
            for article in &articles {
                let values: BTreeSet<String> = match field {
                    "topic" => list(&article["topics"])
                        .iter()
                        .map(|topic| text(&topic["label"]).to_owned())
                        .collect(),
                    "year" => article["published"]
                        .as_str()
                        .and_then(|date| date.get(..4))
                        .map(str::to_owned)
                        .into_iter()
                        .collect(),
                    field => article[field].as_str().map(str::to_owned).into_iter().collect(),
                };
                values.into_iter().for_each(|value| *counts.entry(value).or_default() += 1);
            }
            counts
        };
        let facets = sample.ask(&[
            "search", "--limit", "0", "--facet", "source", "--facet", "year", "--facet", "topic", "--", query,
        ]);
        let facets: Vec<&Value> = facets.iter().filter(|line| line["type"] == "facet").collect();
        assert_eq!(facets.len(), 3, "{query}");
        for facet in facets {
            let expected = values(text(&facet["field"]));
            assert_eq!(
                (&facet["of"], &facet["values"]),
                (&articles.len().into(), &expected.len().into()),
                "{query}"
            );
            for count in list(&facet["counts"]) {
                assert_eq!(count["articles"], expected[text(&count["label"])], "{query} {count}");
            }
        }
        let periods = sample.ask(&["timeline", "--by", "year", "--", query]);
        let counted: BTreeMap<String, u64> = periods
            .iter()
            .filter_map(|line| Some((line["period"].as_str()?.to_owned(), line["articles"].as_u64()?)))
            .filter(|(_, articles)| *articles > 0)
            .collect();
        assert_eq!(counted, values("year"), "{query}");
    }
}
