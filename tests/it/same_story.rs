//! The same story gives the same names, quotes and speakers, whatever format it comes in.

use std::{collections::BTreeSet, fs, path::Path};

use pullquote::{
    article::Article,
    config::SourceConfig,
    extract::annotate,
    source::{self, Place},
};

/// The files in `data/stories`: each holds the same story in another format.
fn files() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/stories");
    let entries = fs::read_dir(folder).expect("it can be listed");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
    names.retain(|name| !name.ends_with(".md"));
    names.sort();
    names
}

fn story(name: &str) -> Article {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/stories").join(name);
    let bytes = fs::read(&path).expect("a story");
    let place = Place { root: "", path: name, file: Some(&path) };
    let mut found = None;
    source::read(&mut &bytes[..], &place, &SourceConfig::default(), &mut |record| {
        found = found.take().or(Some(record.unwrap_or_else(|error| panic!("{name}: {error}"))));
    });
    found.unwrap_or_else(|| panic!("{name} holds no story"))
}

/// Names, and quotes with who said them; without the marks that formats write otherwise.
fn found(article: &Article) -> BTreeSet<String> {
    let plain = |text: &str| {
        let text = text.replace(['“', '”'], "\"").replace(['‘', '’'], "'");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let annotations = annotate(article);
    let names = annotations.names.iter().map(|name| format!("{:?} {}", name.kind, name.name));
    let quotes = annotations.quotes.iter().map(|quote| {
        format!(
            "{} says {}",
            quote.speaker.as_deref().unwrap_or("somebody"),
            plain(quote.span.of(&article.text))
        )
    });
    names.chain(quotes).map(|found| plain(&found)).collect()
}

#[test]
fn a_story_is_the_same_in_every_format() {
    let plain = found(&story("quist.txt"));
    assert!(plain.len() > 12, "the story has names and quotes: {plain:#?}");
    for name in files() {
        let other = found(&story(&name));
        let missing: Vec<&String> = plain.difference(&other).collect();
        let strange: Vec<&String> = other.difference(&plain).collect();
        assert!(missing.is_empty() && strange.is_empty(), "{name} lacks {missing:#?} and adds {strange:#?}");
    }
}
