//! An oracle: it reads every story by rules of its own, shares no code with the engine, and knows what each query must
//! find, count and score. Queries are made by chance from fixed seeds; one that is answered otherwise is cut down to
//! its smallest form that still is.

mod ask;
mod days;
mod generate;
mod judge;
mod verdict;
mod words;
mod world;

use std::collections::{BTreeMap, HashMap};

use ask::{Ask, Target};
use judge::Judge;
use serde_json::Value;
use verdict::{Manner, Sort};
use world::{Size, World, text};

use crate::archive::Dice;

/// What is wrong with the answers to some queries.
fn faults(world: &World, judge: &Judge<'_>, asks: &[Ask], manner: Manner) -> Vec<(Ask, String)> {
    let (command, arguments) = manner.arguments();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let queries: Vec<String> = (0..).zip(asks).map(|(id, ask): (usize, _)| format!("{id}\t{ask}")).collect();
    let lines = world.batch(command, &arguments, &queries.join("\n"));
    let mut answers: HashMap<&str, Vec<&Value>> = HashMap::new();
    lines.iter().for_each(|line| answers.entry(text(&line["query_id"])).or_default().push(line));
    let none = Vec::new();
    let fault = |(id, ask): (usize, &Ask)| {
        let answer = answers.get(id.to_string().as_str()).unwrap_or(&none);
        verdict::fault(judge, ask, manner, answer).map(|fault| (ask.clone(), fault))
    };
    (0..).zip(asks).filter_map(fault).collect()
}

/// Fails with the smallest query that is answered wrongly, if one of these is.
fn hold(world: &World, judge: &Judge<'_>, asks: &[Ask], manner: Manner) {
    let Some((first, mut fault)) = faults(world, judge, asks, manner).into_iter().next() else { return };
    let mut smallest = first.clone();
    while let Some((smaller, of_it)) = faults(world, judge, &smallest.smaller(), manner).into_iter().next() {
        (smallest, fault) = (smaller, of_it);
    }
    panic!("{manner:?}\n  {smallest}\n  {fault}\n  first seen in {first}");
}

/// Ways of asking for documents of a kind.
fn manners(target: Target, limit: usize) -> Vec<Manner> {
    let manner = |sort, limit, every_kind| Manner { target, sort, limit, every_kind };
    vec![
        manner(Sort::Relevance, 50, false),
        manner(Sort::Newest, limit, true),
        manner(Sort::Oldest, limit, false),
        manner(Sort::Newest, 3, false),
    ]
}

fn asks(seed: u64, count: usize, target: Target) -> Vec<Ask> {
    let dice = &mut Dice::new(seed);
    (0..count).map(|_| generate::ask(dice, target)).collect()
}

#[test]
fn every_answer_is_what_a_reader_of_all_stories_would_give() {
    let world = World::new(0x5eed, Size { files: 8, stories: 30, sentences: 4, words: 18 });
    let judge = Judge::new(&world);
    for (target, seed) in [(Target::Stories, 11), (Target::Quotes, 23)] {
        for (number, manner) in (0..).zip(manners(target, 1000)) {
            hold(&world, &judge, &asks(seed + number, 300, target), manner);
        }
    }
    counts_hold(&world, &judge);
    // As one segment it answers alike.
    world.compact();
    for (target, seed) in [(Target::Stories, 37), (Target::Quotes, 41)] {
        hold(&world, &judge, &asks(seed, 200, target), manners(target, 1000)[0]);
    }
}

/// So large an archive is searched by several threads and window by window, and what cannot be among the best is not
/// scored: none of it shows.
#[test]
fn shares_and_windows_never_show() {
    let world = World::new(0xfee1, Size { files: 8, stories: 1000, sentences: 2, words: 3 });
    let judge = Judge::new(&world);
    for compacted in [false, true] {
        if compacted {
            world.compact();
        }
        for (target, seed) in [(Target::Stories, 61), (Target::Quotes, 67)] {
            let dice = &mut Dice::new(seed + u64::from(compacted));
            let asks: Vec<Ask> = (0..30).map(|_| generate::frequent(dice, target)).collect();
            let manners = manners(target, 20);
            hold(&world, &judge, &asks, manners[0]);
            hold(&world, &judge, &asks[..8], manners[2]);
        }
    }
}

/// Facets and timelines of the strict reading.
fn counts_hold(world: &World, judge: &Judge<'_>) {
    for ask in asks(53, 12, Target::Stories) {
        let reading = verdict::Reading::of(&ask);
        let strict = |document: &judge::Document<'_>| {
            reading.judge(judge, Target::Stories, *document).is_some_and(|(_, is_strict)| is_strict)
        };
        if !reading.is_known(judge, Target::Stories) {
            continue;
        }
        let stories: Vec<&world::Story> =
            judge.all(Target::Stories).into_iter().filter(strict).map(|document| document.story).collect();
        let count = |values: &dyn Fn(&world::Story) -> Vec<String>, stories: &[&world::Story]| {
            let mut counts: BTreeMap<String, u64> = BTreeMap::new();
            stories
                .iter()
                .flat_map(|story| values(story))
                .for_each(|value| *counts.entry(value).or_default() += 1);
            counts
        };
        let query = ask.to_string();
        let facets = ["source", "section", "lang", "speaker", "year", "month"];
        let arguments: Vec<&str> =
            facets.iter().flat_map(|facet| ["--facet", facet]).chain(["--limit=0", "--", &query]).collect();
        let lines = world.ask("search", &arguments);
        let lines: Vec<&Value> = lines.iter().filter(|line| line["type"] == "facet").collect();
        assert_eq!(lines.len(), facets.len(), "{query}");
        for (facet, line) in facets.into_iter().zip(lines) {
            let expected = count(&|story| values(story, facet), &stories);
            let counted = line["counts"].as_array().map_or(&[][..], Vec::as_slice).iter();
            let counted: BTreeMap<String, u64> = counted
                .map(|count| {
                    (text(&count["label"]).to_owned(), count["articles"].as_u64().unwrap_or_default())
                })
                .collect();
            let of = (line["of"].as_u64(), line["values"].as_u64());
            assert_eq!(of, (Some(stories.len() as u64), Some(expected.len() as u64)), "{query} by {facet}");
            assert!(
                counted.iter().all(|(value, count)| expected.get(value) == Some(count)),
                "{query} by {facet}: {line}"
            );
            assert!(counted.values().min() >= expected.values().min(), "{query} by {facet}: {line}");
        }
        let every: Vec<&world::Story> = world.stories.iter().collect();
        for (step, length) in [("day", 10), ("month", 7), ("year", 4)] {
            let by_step = |story: &world::Story| {
                story.published.as_deref().and_then(|date| days::period(date, length)).into_iter().collect()
            };
            let (expected, of) = (count(&by_step, &stories), count(&by_step, &every));
            let lines = world.ask("timeline", &["--by", step, "--", &query]);
            let undated = stories.len() as u64 - expected.values().sum::<u64>();
            let told = lines
                .iter()
                .find(|line| line["type"] == "undated")
                .and_then(|line| line["articles"].as_u64());
            assert_eq!(told, Some(undated), "{query} by {step}");
            let periods = lines.iter().filter(|line| line["type"] == "period");
            for line in periods.clone() {
                let period = text(&line["period"]);
                let counts = (&line["articles"], &line["of"]);
                let [articles, of] =
                    [&expected, &of].map(|counts| Value::from(counts.get(period).copied().unwrap_or(0)));
                assert_eq!(counts, (&articles, &of), "{query} {period}");
            }
            let shown: u64 = periods.filter_map(|line| line["articles"].as_u64()).sum();
            assert_eq!(shown + undated, stories.len() as u64, "{query} by {step}");
        }
    }
}

/// What a story counts for in a facet, each value once.
fn values(story: &world::Story, facet: &str) -> Vec<String> {
    let once = |values: Vec<String>| {
        values.into_iter().collect::<std::collections::BTreeSet<_>>().into_iter().collect()
    };
    let period =
        |length| story.published.as_deref().and_then(|date| days::period(date, length)).into_iter().collect();
    match facet {
        "speaker" => once(story.quotes.iter().filter_map(|quote| quote.speaker.clone()).collect()),
        "year" => period(4),
        "month" => period(7),
        facet => story.values.get(facet).cloned().into_iter().collect(),
    }
}
