//! Archives are read again when the numbers of extraction or of a reader are raised, so none may be forgotten: what is
//! read and found in the samples is kept as a hash beside the number it was found with.

use std::{
    collections::HashMap,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use pullquote::{
    article::{Article, hash64},
    config::SourceConfig,
    extract::{DATA, EXTRACTION, annotate},
    source::{self, FORMATS, Place, READING},
};

use crate::formats;

/// What the page says: of each section the number, of each of its samples the hash of what goes in and of what comes out.
#[derive(Default)]
struct Kept<'a> {
    numbers: HashMap<&'a str, &'a str>,
    outcomes: HashMap<(&'a str, &'a str), (&'a str, &'a str)>,
}

impl<'a> Kept<'a> {
    fn parse(page: &'a str) -> Self {
        let mut kept = Self::default();
        let mut section = "";
        for line in page.lines().filter(|line| !line.starts_with('#')) {
            match *line.trim_start().splitn(3, ' ').collect::<Vec<_>>() {
                [input, output, sample] => {
                    kept.outcomes.insert((section, sample), (input, output));
                }
                [name, number] => {
                    section = name;
                    kept.numbers.insert(name, number);
                }
                _ => panic!("a line of {} that says nothing: {line}", file().display()),
            }
        }
        kept
    }

    /// Samples of which `new` says something else than this page, though input and number are the same.
    fn forgotten(&self, new: &Self) -> Vec<String> {
        let is_other = |((section, sample), (input, output)): (&(&str, &str), &(&str, &str))| {
            let same_number = self.numbers.get(section) == new.numbers.get(section);
            let before = self.outcomes.get(&(*section, *sample));
            let is_other = before.is_some_and(|before| before.0 == *input && before.1 != *output);
            (same_number && is_other).then(|| format!("{section} {sample}"))
        };
        let mut forgotten: Vec<String> = new.outcomes.iter().filter_map(is_other).collect();
        forgotten.sort();
        forgotten
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn file() -> PathBuf {
    root().join("tests/golden/extraction.txt")
}

/// What extraction reads of an article.
fn input(article: &Article) -> String {
    let Article { title, title_in_text, text, emphasis, section, tags, filed, .. } = article;
    format!("{:?}", (title, title_in_text, text, emphasis, section, tags, filed))
}

fn line(page: &mut String, input: &[u8], output: &str, sample: &str) {
    let (input, output) = (hash64(input), hash64(output.as_bytes()));
    let _ = writeln!(page, "  {input:016x} {output:016x} {sample}");
}

/// What extraction finds in the sample archive.
fn extraction(page: &mut String) {
    let archive = root().join("data/archive");
    let _ = writeln!(page, "extraction {EXTRACTION}/{DATA}");
    let stories = walkdir::WalkDir::new(&archive).min_depth(2).sort_by_file_name();
    for path in stories.into_iter().map(|entry| entry.expect("an entry").into_path()) {
        if !path.is_file() {
            continue;
        }
        let bytes = fs::read(&path).expect("a story");
        let below = path.strip_prefix(&archive).expect("a path below").to_str().expect("UTF-8");
        let place = Place { root: "", path: below, again: None };
        source::read(&mut &bytes[..], &place, &SourceConfig::default(), &mut |record| {
            let article = record.expect("a story that can be read");
            // Three digits of chances: the last ones depend on the processor.
            let found = format!("{:.3?}", annotate(&article));
            let sample = format!("{below}#{}", article.origin.record);
            line(page, input(&article).as_bytes(), &found, &sample);
        });
    }
}

/// What every format reads in its cases.
fn reading(page: &mut String) {
    let none = (formats::SKIPPED, 0);
    for (name, version) in FORMATS.iter().map(|format| (format.name(), format.version())).chain([none]) {
        let _ = writeln!(page, "{name} {READING}.{version}");
        for case in formats::cases(name) {
            let (path, records) = formats::read(&case);
            let input = fs::read(path).expect("an input");
            let sample = case.file_name().expect("a name").to_str().expect("UTF-8").to_owned();
            line(page, &input, &serde_json::to_string(&records).expect("plain data"), &sample);
        }
    }
}

#[test]
fn nothing_is_read_or_found_otherwise_under_the_same_number() {
    let mut page = "# What extraction finds in data/archive and what readers read in data/source: for each sample the hash of\n\
                    # what goes in, the hash of what comes out. PULLQUOTE_GOLDEN=1 cargo test rereading writes it.\n"
        .to_owned();
    extraction(&mut page);
    reading(&mut page);
    let before = fs::read_to_string(file()).unwrap_or_default();
    let forgotten = Kept::parse(&before).forgotten(&Kept::parse(&page));
    assert!(
        forgotten.is_empty(),
        "something else comes out, and the number is the same, so that archives would not be read again: raise \
         EXTRACTION in src/extract/mod.rs, the version of the reader, or READING in src/source/mod.rs, then \
         PULLQUOTE_GOLDEN=1 cargo test rereading. It is about\n{}",
        forgotten.join("\n")
    );
    if std::env::var_os("PULLQUOTE_GOLDEN").is_some() {
        fs::write(file(), &page).expect("a file");
    } else {
        assert!(
            before == page,
            "samples or numbers changed: PULLQUOTE_GOLDEN=1 cargo test rereading\n{page}"
        );
    }
}

#[test]
fn only_another_number_or_input_excuses_another_outcome() {
    let before = Kept::parse("extraction 1/a\n  1 1 x\n  2 2 y\nhtml 1.1\n  3 3 z\n");
    let forgotten = |page: &str| before.forgotten(&Kept::parse(page));
    assert_eq!(
        forgotten("extraction 1/a\n  1 1 x\n  2 9 y\nhtml 1.1\n  3 9 z\n"),
        ["extraction y", "html z"]
    );
    assert!(forgotten("extraction 2/a\n  1 9 x\nhtml 1.2\n  3 9 z\n").is_empty());
    assert!(forgotten("extraction 1/b\n  1 9 x\n").is_empty(), "other tables are another number");
    assert!(forgotten("extraction 1/a\n  9 9 x\n  1 1 new\n").is_empty(), "another or a new sample");
}
