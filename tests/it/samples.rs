//! Real files of each format, which lie beside the project and are no part of it: what each should give stands in
//! `tests/samples.tsv`, written by looking at the files. Where they are not there, that is said.
#![allow(clippy::print_stdout, reason = "says whether the files were there")]

use std::{
    collections::BTreeMap,
    fs,
    io::BufReader,
    path::{Path, PathBuf},
};

use pullquote::{
    article::{Article, Origin, Published},
    config::SourceConfig,
    reading::Reading,
    source::{self, Place},
};

/// Where the files are.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples")
}

/// What the table says of a file.
#[derive(Default)]
struct Expected<'t> {
    articles: usize,
    /// Left out, by reason.
    skipped: BTreeMap<&'t str, usize>,
    /// A record's date and title; an empty one is none, `*` is any.
    heads: Vec<(u32, &'t str, &'t str)>,
    /// Words that must stand in a record's text, or must not.
    words: Vec<(u32, bool, &'t str)>,
}

fn table(rows: &str) -> BTreeMap<&str, Expected<'_>> {
    let mut table: BTreeMap<&str, Expected<'_>> = BTreeMap::new();
    for row in rows.lines().filter(|row| !row.starts_with('#') && !row.is_empty()) {
        let columns: Vec<&str> = row.split('\t').collect();
        let [file, what, rest @ ..] = &columns[..] else { panic!("a row of too few columns: {row}") };
        let expected = table.entry(file).or_default();
        let number = |text: &str| text.parse().unwrap_or_else(|_| panic!("no number: {row}"));
        match (*what, rest) {
            ("articles", [count]) => expected.articles = number(count) as usize,
            ("skipped", [reason, count]) => {
                expected.skipped.insert(reason, number(count) as usize);
            }
            ("says", [record, words]) => expected.words.push((number(record), true, words)),
            ("lacks", [record, words]) => expected.words.push((number(record), false, words)),
            (record, [date, title]) => expected.heads.push((number(record), date, title)),
            _ => panic!("a row that says nothing: {row}"),
        }
    }
    table
}

/// What is read in a file.
fn read(path: &Path, below: &str) -> (Vec<Article>, BTreeMap<String, usize>) {
    if below.ends_with(".wacz") {
        return within(path);
    }
    let place = Place { root: "", path: below, again: None };
    let mut input = BufReader::with_capacity(1 << 16, fs::File::open(path).expect("it can be opened"));
    let (mut articles, mut skipped) = (Vec::new(), BTreeMap::new());
    source::read(&mut input, &place, &SourceConfig::default(), &mut |record| match record {
        Ok(article) => articles.push(article),
        Err(error) => *skipped.entry(error.reason.to_owned()).or_default() += 1,
    });
    (articles, skipped)
}

/// What is read in an archive, its stories numbered.
fn within(path: &Path) -> (Vec<Article>, BTreeMap<String, usize>) {
    let reading = Reading { format: None, config: SourceConfig::default() };
    let (mut articles, mut skipped) = (Vec::new(), BTreeMap::new());
    let done: Result<(), ()> = reading.files(&[path.to_owned()], &mut |record| {
        match record {
            Ok(record) => articles.push(Article {
                origin: Origin { record: articles.len() as u32, ..Origin::default() },
                title: record.title,
                published: record.published.map(|value| Published { value, source: String::new() }),
                text: record.text,
                ..Article::default()
            }),
            Err(left_out) => *skipped.entry(left_out.reason).or_default() += 1,
        }
        Ok(())
    });
    done.expect("nothing fails");
    (articles, skipped)
}

/// Where a file gives something else than the table says.
fn faults(file: &str, expected: &Expected<'_>) -> Vec<String> {
    let (articles, skipped) = read(&folder().join(file), file);
    let mut faults = Vec::new();
    let mut fault = |what: String| faults.push(format!("{file}: {what}"));
    if articles.len() != expected.articles {
        let heads: Vec<_> = articles.iter().take(4).map(|article| &article.title).collect();
        fault(format!("{} articles, not {}: {heads:?}", articles.len(), expected.articles));
    }
    let told: BTreeMap<&str, usize> = skipped.iter().map(|(reason, count)| (&**reason, *count)).collect();
    if told != expected.skipped {
        fault(format!("skipped {skipped:?}, not {:?}", expected.skipped));
    }
    let numbered = |number: u32| articles.iter().find(|article| article.origin.record == number);
    for &(number, date, title) in &expected.heads {
        let Some(article) = numbered(number) else {
            fault(format!("no record {number}"));
            continue;
        };
        let told = article.published.as_ref().map_or("", |published| published.value.as_str());
        let head = article.title.as_deref().unwrap_or_default();
        // A date of the table may be less exact.
        let is_date = if date.is_empty() { told.is_empty() } else { told.starts_with(date) };
        if date != "*" && !is_date {
            fault(format!("record {number} is of {told:?}, not {date:?}"));
        }
        if title != "*" && head != title {
            fault(format!("record {number} is called {head:?}, not {title:?}"));
        }
    }
    for &(number, says, words) in &expected.words {
        let text = numbered(number).map_or("", |article| article.text.as_str());
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.contains(words) != says {
            let verb = if says { "lacks" } else { "says" };
            fault(format!(
                "record {number} {verb} {words:?}: {:?}",
                text.chars().take(200).collect::<String>()
            ));
        }
    }
    faults
}

#[test]
fn real_files_give_what_the_table_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples.tsv");
    let rows = fs::read_to_string(path).expect("the table");
    let table = table(&rows);
    if !folder().is_dir() {
        println!("{} is not there: {} files were not looked at", folder().display(), table.len());
        return;
    }
    let is_there = |file: &&str| folder().join(file).is_file();
    let gone: Vec<&&str> = table.keys().filter(|file| !is_there(file)).collect();
    assert!(gone.is_empty(), "files of tests/samples.tsv that are not there: {gone:?}");
    let faults: Vec<String> = table.iter().flat_map(|(file, expected)| faults(file, expected)).collect();
    println!("{} files looked at, {} faults", table.len(), faults.len());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
