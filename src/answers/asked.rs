//! Small archives, asked for what they know: names, topics, people, stories, words, time.

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Archive, ExportRecord, ExportRequest, Exports, NamesRequest, OriginRequest, PersonAnswer, RisingRequest,
    TimelineRequest, TopicsRequest, Undated, Values, Window, cite::Style, tests::archive, timeline::Step,
};
use crate::{
    annotation::{NameKind, TopicKind},
    query::{Error, NoteCode, Query, parse},
};

const WIN: &str = "LONDON — Ada Lovelace won an Oscar for “The Salt Ledger” on Monday. Kestrel Pictures made it.\n\n\
                   “We owe it all to Grace Hopper,” Lovelace said. The actress and her husband filed for divorce in a \
                   London court.";

const PARTY: &str = "Ada Lovelace danced with Bill Hopper.\n\n\
                     “We owe it all to Grace Hopper, of course,” Lovelace said. “And to luck.”";

/// Stories of the first three days of January 2024.
fn sample() -> Archive {
    archive(&[("A prize", WIN), ("A party", PARTY), ("Rain", "Rain fell on Grace Hopper on Monday.")])
}

fn query(text: &str) -> Query {
    parse(text).expect(text)
}

fn value(record: &impl Serialize) -> Value {
    serde_json::to_value(record).expect("plain data")
}

fn id(archive: &Archive, text: &str) -> String {
    let found = archive.strict(&query(text), 1).expect("a page");
    found.hits[0].id.as_str().to_owned()
}

fn exported(archive: &Archive, what: Exports) -> Vec<ExportRecord> {
    let mut records = Vec::new();
    let request = ExportRequest { what, query: query("") };
    let exported = archive.export::<Error>(&request, |record| {
        records.push(record);
        Ok(())
    });
    assert!(exported.is_ok_and(|exported| exported.complete && exported.records == records.len() as u64));
    records
}

#[test]
fn names_are_listed_by_articles_kind_and_prefix() {
    let archive = sample();
    let people = |prefix: Option<&str>, limit| {
        let (kind, prefix) = (Some(NameKind::Person), prefix.map(str::to_owned));
        let listed = archive.known_names(&NamesRequest { prefix, kind, limit }).expect("a list");
        let shown = listed.entries.iter().map(|name| format!("{} {}", name.name, name.articles));
        (shown.collect::<Vec<_>>(), listed.all)
    };
    assert_eq!(people(None, 2).0, ["Grace Hopper 3", "Ada Lovelace 2"]);
    assert_eq!(people(Some("HOP"), 1), (vec!["Grace Hopper 3".to_owned()], 2));
    assert_eq!(people(Some("opper"), 9), (Vec::new(), 0));
    let all = archive.known_names(&NamesRequest { prefix: None, kind: None, limit: 1 }).expect("a list");
    let line = json!({ "format": 1, "type": "name", "name": "Grace Hopper", "kind": "person", "articles": 3,
        "forms": ["Grace Hopper"] });
    assert_eq!(value(&all.entries[0]), line);
}

#[test]
fn names_of_one_article_have_their_forms_and_mentions() {
    let records = exported(&sample(), Exports::Names).iter().map(value).collect::<Vec<_>>();
    let lovelace = records.iter().find(|name| name["name"] == "Ada Lovelace").expect("her name");
    assert_eq!(lovelace["forms"], json!(["Ada Lovelace", "Lovelace"]));
    assert_eq!((&lovelace["articles"], &lovelace["mentions"][0]["start"]), (&json!(1), &json!(9)));
    assert!(lovelace["article_id"].is_string() && lovelace["title_mentions"].is_array());
}

#[test]
fn topics_are_listed_and_the_tree_is_opened() {
    let archive = sample();
    let all = |kind| {
        let request = TopicsRequest { prefix: None, kind, limit: usize::MAX };
        archive.known_topics(&request).expect("a list").entries
    };
    let (every, tags) = (all(None), all(Some(TopicKind::Publisher)));
    assert!(every.len() > tags.len() && tags.iter().any(|tag| tag.name == "Courts" && tag.articles == 3));
    let top = archive.topics_under(None, 1).expect("a level");
    let first = &top.topics.entries[0];
    assert!(top.opened.is_none() && top.topics.all > 1 && first.below.is_some_and(|below| below > 0));
    let below = archive.topics_under(first.code.as_deref(), usize::MAX).expect("a level");
    assert_eq!(
        below.opened.map(|(path, topic)| (path, topic.articles)),
        Some((first.name.clone(), first.articles))
    );
    assert_eq!(below.topics.entries.len() as u64, first.below.unwrap_or_default());
    let unknown = archive.topics_under(Some("no such topic"), 1);
    assert!(matches!(unknown, Err(Error::NoSuchTopic { topic }) if topic == "no such topic"));
}

#[test]
fn nothing_rises_without_a_past_and_nothing_is_new_without_dates() {
    let window = Window { until: None, days: 30, past: 30 };
    let request = RisingRequest { values: Values::Names(None), prefix: None, window, limit: 9 };
    let answer = sample().rising(&request).expect("an answer").expect("dates");
    assert_eq!((answer.last.to_string(), answer.rising.all), ("2024-01-03".to_owned(), 0));
    assert_eq!(archive(&[]).rising(&request).expect("an answer"), None);
}

#[test]
fn time_is_told_in_lines() {
    let archive = sample();
    let asked = TimelineRequest { query: query("hopper"), step: Step::Month };
    let found = archive.timeline(&asked).expect("counts");
    let period = json!({ "format": 1, "type": "period", "period": "2024-01", "articles": 3, "of": 3, "per_thousand": 1000.0 });
    assert_eq!(value(&found.periods), json!([period]));
    assert_eq!(value(&found.undated), json!({ "format": 1, "type": "undated", "articles": 0 }));
    let cut = Undated { complete: false, ..found.undated };
    assert_eq!(value(&cut)["complete"], json!(false));
}

#[test]
fn a_person_is_found_one_of_several_or_nobody() {
    let archive = sample();
    let PersonAnswer::Found(page) = archive.person("Ada Lovelace").expect("an answer") else {
        panic!("not found")
    };
    assert!(page.others.is_empty() && page.articles == 2);
    let quote = value(&page.latest_quotes[0]);
    assert!(quote["rank"].is_null() && quote["score"].is_null() && quote["title"] == "A party", "{quote}");
    let cited =
        archive.cite(quote["quote_at"].as_str().expect("an address"), Style::Markdown).expect("a citation");
    assert_eq!(json!(cited.citation.id), quote["id"]);
    let PersonAnswer::Several(bearers) = archive.person("Hopper").expect("an answer") else { panic!("one") };
    assert_eq!(
        bearers.iter().map(|one| one.label.as_str()).collect::<Vec<_>>(),
        ["Grace Hopper", "Bill Hopper"]
    );
    let PersonAnswer::Nobody(near) = archive.person("Grace Hoper").expect("an answer") else {
        panic!("somebody")
    };
    assert_eq!(near, ["Grace Hopper"]);
}

#[test]
fn words_have_an_origin_and_what_is_left_out_is_said() {
    let archive = sample();
    let ask = |words: &str, limit| archive.origin(&OriginRequest { words: words.into(), limit });
    let whole = ask("We owe it all to Grace Hopper", 9).expect("an origin");
    assert_eq!((whole.appearances.len(), whole.origin.appearances), (2, 2));
    assert!(whole.appearances[0].first && whole.origin.complete && !whole.origin.cut);
    assert_eq!(value(&whole.origin)["credited"], json!(["Ada Lovelace"]));
    let short = ask("We owe it all to Grace Hopper", 1).expect("an origin");
    assert_eq!((short.appearances.len(), short.origin.appearances, short.origin.complete), (1, 2, false));
    assert!(matches!(ask("grace", 1), Err(Error::TooFewWords)));
}

#[test]
fn a_story_is_whole_and_ranked_nowhere() {
    let archive = sample();
    let shown = archive.show(&format!("{}-0", id(&archive, "oscar"))).expect("a story");
    assert_eq!(shown.quote.map(|quote| quote.speaker), Some(Some("Ada Lovelace".into())));
    let story = value(&shown.story);
    assert_eq!(
        (&story["type"], &story["rank"], &story["score"]),
        (&json!("story"), &json!(null), &json!(null))
    );
    assert!(story["people"].as_array().is_some_and(|people| people.contains(&json!("Grace Hopper"))));
    assert!(story["topics"][0]["kind"].is_string() && story["names"][0]["mentions"].is_array());
    assert!(story["quotes"][0]["rank"].is_null() && story["quotes"][0]["title"] == "A prize");
    let stories = exported(&archive, Exports::Articles);
    assert!(stories.iter().any(|record| value(record) == story) && stories.len() == 3);
}

#[test]
fn nested_quotes_of_hits_keep_their_weight() {
    let archive = sample();
    let hit = value(&archive.strict(&query("oscar owe"), 1).expect("a page").hits[0]);
    let quote = &hit["quotes"][0];
    assert!(quote["rank"] == 0 && quote["score"].as_f64().is_some_and(|weight| weight > 0.0), "{quote}");
}

#[test]
fn every_quote_is_found_by_each_of_its_addresses() {
    let archive = sample();
    for record in exported(&archive, Exports::Quotes) {
        let ExportRecord::Quote(quote) = record else { panic!("no quote") };
        for address in [&quote.id, &quote.quote_at] {
            let found = archive.locate(address).expect("a place");
            assert!(found.notes.is_empty(), "{address}");
            assert_eq!(found.quote.as_ref().map(value), Some(value(&quote)), "{address}");
            assert_eq!(found.words.map(|words| words.text), Some(quote.text.clone()));
        }
    }
}

#[test]
fn words_that_moved_are_found_and_it_is_said() {
    let archive = sample();
    let id = id(&archive, "danced");
    let words = |address: &str| {
        let found = archive.locate(&format!("{id}?{address}")).expect("a place");
        (found.words.map(|words| words.text), found.notes.first().map(|note| note.code))
    };
    let (story, luck) = (archive.show(&id).expect("a story").story, "And to luck.");
    let quote = story.quotes.iter().find(|quote| quote.text == luck).expect("a quote");
    let hash = quote.quote_at.rsplit_once('=').expect("a hash").1;
    let (moved, at) = (Some(NoteCode::MovedWords), quote.start);
    assert_eq!(words(&format!("at={at}-{}&h={hash}", quote.end)), (Some(luck.into()), None));
    assert_eq!(words(&format!("at=0-12&h={hash}")), (Some("And to luck".into()), moved));
    assert_eq!(words("at=0-12&h=00000000").0.as_deref(), Some("We owe it all to Grace Hopper, of course,"));
    assert_eq!(words("at=0-12&h=00000000").1, moved);
}

#[test]
fn what_names_nothing_is_refused() {
    let archive = sample();
    let id = id(&archive, "danced");
    let code = |address: &str| archive.locate(address).err().map(|error| error.code());
    assert_eq!(code(&id), None);
    assert_eq!(code("0000000000000000"), Some("no-such-article"));
    assert_eq!(code("news/nowhere.txt"), Some("no-such-article"));
    assert_eq!(code(&format!("{id}-99")), Some("no-such-quote"));
    assert!(matches!(archive.similar("nothing", 1), Err(Error::NoSuchArticle { name }) if name == "nothing"));
}
