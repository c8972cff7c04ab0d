//! Facets, timelines and exports of the strict reading, counted story by story.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    ask::{Ask, Target},
    days,
    judge::{Document, Judge},
    verdict::Reading,
    world::{Story, World, text},
};

/// How many of some stories have each of the values that a rule gives.
fn count(stories: &[&Story], values: impl Fn(&Story) -> BTreeSet<String>) -> BTreeMap<String, u64> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    stories.iter().flat_map(|story| values(story)).for_each(|value| *counts.entry(value).or_default() += 1);
    counts
}

/// What a story counts for in a facet.
fn values(story: &Story, facet: &str) -> BTreeSet<String> {
    match facet {
        "speaker" => story.quotes.iter().filter_map(|quote| quote.speaker.clone()).collect(),
        "topic" => story.topics.clone(),
        "year" => period(story, 4),
        "month" => period(story, 7),
        facet => story.values.get(facet).cloned().into_iter().collect(),
    }
}

fn period(story: &Story, length: usize) -> BTreeSet<String> {
    story.published.as_deref().and_then(|date| days::period(date, length)).into_iter().collect()
}

/// Fails when one of the queries is counted wrongly.
pub fn hold(world: &World, judge: &Judge<'_>, asks: &[Ask]) {
    for ask in asks {
        let reading = Reading::of(ask).known(judge, Target::Stories);
        let strict = |document: &Document<'_>| {
            reading.judge(judge, Target::Stories, *document).is_some_and(|verdict| verdict.is_strict)
        };
        let stories: Vec<&Story> =
            judge.all(Target::Stories).into_iter().filter(strict).map(|document| document.story).collect();
        let query = ask.to_string();
        facets(world, &query, &stories);
        timelines(world, &query, &stories);
        let exported = world.ask("export", &["articles", &format!("--query={query}")]);
        let exported: BTreeSet<&str> = exported.iter().map(|line| text(&line["id"])).collect();
        assert_eq!(exported, stories.iter().map(|story| story.id.as_str()).collect(), "{query}");
    }
}

fn facets(world: &World, query: &str, stories: &[&Story]) {
    let facets = ["source", "section", "lang", "speaker", "topic", "year", "month"];
    let asked = facets.iter().flat_map(|facet| ["--facet", facet]);
    let lines = world.ask("search", &asked.chain(["--limit=0", "--", query]).collect::<Vec<_>>());
    let lines: Vec<&Value> = lines.iter().filter(|line| line["type"] == "facet").collect();
    assert_eq!(lines.len(), facets.len(), "{query}");
    for (facet, line) in facets.into_iter().zip(lines) {
        let expected = count(stories, |story| values(story, facet));
        let counted = line["counts"].as_array().map_or(&[][..], Vec::as_slice).iter();
        let counted: BTreeMap<&str, u64> = counted
            .map(|count| (text(&count["label"]), count["articles"].as_u64().unwrap_or_default()))
            .collect();
        let told = (line["of"].as_u64(), line["values"].as_u64());
        assert_eq!(told, (Some(stories.len() as u64), Some(expected.len() as u64)), "{query} by {facet}");
        // The most frequent are shown.
        let is_right = |(value, count): (&&str, &u64)| expected.get(*value) == Some(count);
        assert!(counted.iter().all(is_right), "{query} by {facet}: {line}");
        let mut most: Vec<u64> = expected.into_values().collect();
        most.sort_unstable_by(|a, b| b.cmp(a));
        most.truncate(counted.len());
        assert!(!counted.is_empty() || told.1 == Some(0), "{query} by {facet}: {line}");
        assert_eq!(counted.values().sum::<u64>(), most.iter().sum::<u64>(), "{query} by {facet}: {line}");
    }
}

fn timelines(world: &World, query: &str, stories: &[&Story]) {
    let every: Vec<&Story> = world.stories.iter().collect();
    for (step, length) in [("day", 10), ("month", 7), ("year", 4)] {
        let [expected, of] = [stories, &every].map(|stories| count(stories, |story| period(story, length)));
        let undated = stories.len() as u64 - expected.values().sum::<u64>();
        let lines = world.ask("timeline", &["--by", step, "--", query]);
        let told =
            lines.iter().find(|line| line["type"] == "undated").and_then(|line| line["articles"].as_u64());
        assert_eq!(told, Some(undated), "{query} by {step}");
        let mut shown = 0;
        for line in lines.iter().filter(|line| line["type"] == "period") {
            let period = text(&line["period"]);
            let [here, there] = [&expected, &of].map(|counts| counts.get(period).copied().unwrap_or(0));
            assert_eq!((&line["articles"], &line["of"]), (&here.into(), &there.into()), "{query} {period}");
            shown += here;
        }
        assert_eq!(shown + undated, stories.len() as u64, "{query} by {step}");
    }
}
