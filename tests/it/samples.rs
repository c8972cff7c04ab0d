//! Real files of each format, read from beside the checkout: what each gives is written down in `tests/samples.tsv`, by
//! looking at the files. They belong to others and are not part of this project; where they are missing, that is said.

use std::{
    fs,
    path::{Path, PathBuf},
};

use pullquote::{
    config::SourceConfig,
    source::{self, Place, Record},
};

/// Where the files lie.
fn folder() -> PathBuf {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples");
    std::env::var_os("PULLQUOTE_SAMPLES").map_or(shared, PathBuf::from)
}

/// What a file should give.
struct Row<'a> {
    file: &'a str,
    articles: usize,
    title: &'a str,
    told: &'a str,
}

fn rows(table: &str) -> impl Iterator<Item = Row<'_>> {
    table.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        let &[file, articles, title, told] = &columns[..] else { panic!("four columns: {line}") };
        Row { file, articles: articles.parse().expect("a number"), title, told }
    })
}

fn read(path: &Path, name: &str) -> Vec<Record> {
    let bytes = fs::read(path).expect("a sample");
    let place = Place { root: "", path: name, file: Some(path) };
    let mut records = Vec::new();
    source::read(&mut &bytes[..], &place, &SourceConfig::default(), &mut |record| records.push(record));
    records
}

/// How a file differs from its row, if it does.
fn differs(row: &Row<'_>, records: &[Record]) -> Option<String> {
    let articles = records.iter().filter(|record| record.is_ok()).count();
    let first = records.iter().find_map(|record| record.as_ref().ok());
    let title = first.and_then(|article| article.title.as_deref()).unwrap_or("-");
    let date = first.and_then(|article| article.published.as_ref()).map_or("-", |published| &published.value);
    let reason = records.iter().find_map(|record| record.as_ref().err()).map_or("-", |error| error.reason);
    let told = if articles > 0 { date } else { reason };
    let is_same = articles == row.articles && title == row.title && told == row.told;
    (!is_same).then(|| format!("{}\t{articles}\t{title}\t{told}", row.file))
}

#[test]
fn real_files_give_what_was_seen_in_them() {
    let folder = folder();
    if !folder.is_dir() {
        let mut say = std::io::stderr().lock();
        let _ = std::io::Write::write_all(&mut say, b"no samples beside the checkout: nothing to compare\n");
        return;
    }
    let table = include_str!("../samples.tsv");
    let differences: Vec<String> = rows(table)
        .filter(|row| folder.join(row.file).is_file())
        .filter_map(|row| differs(&row, &read(&folder.join(row.file), row.file)))
        .collect();
    assert!(differences.is_empty(), "these give something else:\n{}", differences.join("\n"));
}
