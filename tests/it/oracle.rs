//! An oracle: it reads every story by rules of its own, shares no code with the engine, and knows what each query must
//! find, count and score. Queries are made by chance from fixed seeds; one that is answered otherwise is cut down to
//! its smallest form that still is.

mod ask;
mod counts;
mod days;
mod generate;
mod judge;
mod stories;
mod verdict;
mod words;
mod world;

use std::collections::HashMap;

use ask::{Ask, Target};
use judge::Judge;
use serde_json::Value;
use stories::Size;
use verdict::{Manner, Sort};
use world::{World, text};

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

/// The number in the headline of each story, which no other has: wherever a story stands in a segment, it is found.
fn numbers(world: &World) -> Vec<Ask> {
    let own = |story: &world::Story| story.number.clone();
    world.stories.iter().map(own).map(Ask::Word).collect()
}

#[test]
fn every_answer_is_what_a_reader_of_all_stories_would_give() {
    let world = World::new(0x5eed, Size { files: 8, stories: 30, sentences: 4, words: 21 });
    let judge = Judge::new(&world);
    for (target, seed) in [(Target::Stories, 11), (Target::Quotes, 23)] {
        for (number, manner) in (0..).zip(manners(target, 1000)) {
            hold(&world, &judge, &asks(seed + number, 300, target), manner);
        }
    }
    hold(&world, &judge, &numbers(&world), manners(Target::Stories, 1000)[1]);
    counts::hold(&world, &judge, &asks(53, 12, Target::Stories));
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
