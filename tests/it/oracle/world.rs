//! An archive that the oracle knows by heart: stories made of few words, brought into the index by several runs, some
//! changed and some removed since; and each live story with what was found in it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::Output,
};

use serde_json::Value;

use super::{
    ask::Field,
    days,
    stories::{Size, record},
    words::Places,
};
use crate::archive::{Archive, Dice, code, last_line, pullquote};

/// Words somebody said.
pub struct Said {
    pub number: usize,
    pub kind: String,
    pub fields: BTreeMap<&'static str, Places>,
    pub speaker: Option<String>,
}

/// A live story.
pub struct Story {
    pub id: String,
    /// What its headline ends in.
    pub number: String,
    pub published: Option<String>,
    /// What `--facet` counts.
    pub values: BTreeMap<&'static str, String>,
    pub fields: BTreeMap<&'static str, Places>,
    pub topics: BTreeSet<String>,
    pub quotes: Vec<Said>,
}

impl Story {
    /// First and last day it can be of.
    pub fn days(&self) -> Option<(i64, i64)> {
        self.published.as_deref().map(days::span)
    }

    /// The instant that orders it.
    pub fn seconds(&self) -> Option<i64> {
        self.published.as_deref().map(days::seconds)
    }
}

/// The index of an archive with its live stories.
pub struct World {
    archive: Archive,
    files: BTreeMap<String, Vec<Value>>,
    pub stories: Vec<Story>,
}

impl World {
    /// Some files with some stories each, in one run after another; then some are changed and some go.
    pub fn new(seed: u64, size: Size) -> Self {
        let Size { files, stories, .. } = size;
        let dice = &mut Dice::new(seed);
        let mut world = Self { archive: Archive::new(), files: BTreeMap::new(), stories: Vec::new() };
        let name = |file: usize| format!("desk{}/part-{file}.jsonl", file % 2);
        for file in 0..files {
            let records = (0..stories).map(|at| record(file * stories + at, dice, size));
            world.files.insert(name(file), records.collect());
            world.write(&name(file));
            if file % 2 == 1 {
                world.bring_up_to_date();
            }
        }
        // A file goes, each of the others loses a story and tells another anew.
        world.files.remove(&name(1));
        fs::remove_file(world.archive.root.join(name(1))).expect("it was written");
        for file in (0..files).filter(|&file| file != 1 && file != 2) {
            let records = world.files.get_mut(&name(file)).expect("it was made");
            for _ in 0..1 + stories / 16 {
                let (gone, anew) = (dice.roll(records.len() as u64), dice.roll(records.len() as u64 - 1));
                records.remove(gone as usize);
                let number = records[anew as usize]["id"].as_str().and_then(|id| id[1..].parse().ok());
                records[anew as usize] = record(number.expect("ids have numbers"), dice, size);
            }
            world.write(&name(file));
        }
        world.bring_up_to_date();
        world.take_down(&name(0));
        world.find_out();
        world
    }

    /// Takes the last story of a file down for good.
    fn take_down(&mut self, file: &str) {
        let records = self.files.get_mut(file).expect("it was made");
        let gone = records.pop().expect("it holds stories");
        let exported = self.ask("export", &["articles"]);
        let taken =
            exported.iter().find(|line| line["title"] == gone["title"]).expect("it is in the archive");
        let output = self.run("remove", &[text(&taken["id"]), "--reason", "a promise"]);
        assert_eq!(code(&output), 0, "{output:?}");
        self.write(file);
    }

    fn write(&self, file: &str) {
        let lines: Vec<String> = self.files[file].iter().map(Value::to_string).collect();
        self.archive.write(file, lines.join("\n"));
    }

    fn bring_up_to_date(&self) {
        let output = self.archive.run(&["--threads", "2"]);
        assert_eq!(code(&output), 0, "{output:?}");
        let live: usize = self.files.values().map(Vec::len).sum();
        assert_eq!(last_line(&output)["articles"], live);
    }

    /// Merges all segments into one.
    pub fn compact(&self) {
        assert_eq!(code(&self.run("compact", &[])), 0);
    }

    /// Runs a command on the index.
    pub fn run(&self, command: &str, arguments: &[&str]) -> Output {
        let mut running = pullquote();
        running.args([command, "--json", "--index"]).arg(&self.archive.index).args(arguments);
        running.output().expect("the program runs")
    }

    /// The lines of JSON that a command gives.
    pub fn ask(&self, command: &str, arguments: &[&str]) -> Vec<Value> {
        lines(&self.run(command, arguments))
    }

    /// The lines of a batch of queries.
    pub fn batch(&self, command: &str, arguments: &[&str], queries: &str) -> Vec<Value> {
        let file = tempfile::NamedTempFile::new().expect("a file");
        fs::write(file.path(), queries).expect("a file");
        self.ask(command, &[arguments, &["--batch", path(file.path())]].concat())
    }

    /// Reads each live story without the index: what was found in it, and the id it has in the archive.
    fn find_out(&mut self) {
        let titled =
            |line: &Value| line["title"].as_str().map(str::to_owned).expect("stories have headlines");
        let exported = self.ask("export", &["articles"]);
        let ids: BTreeMap<String, String> =
            exported.iter().map(|line| (titled(line), text(&line["id"]).to_owned())).collect();
        // A publisher's word for the language may be overruled.
        let langs: BTreeMap<String, Value> =
            exported.iter().map(|line| (titled(line), line["lang"].clone())).collect();
        let mut stories = Vec::new();
        for (name, records) in &self.files {
            let output = pullquote()
                .args(["extract", "--json", "--input", "jsonl"])
                .arg(self.archive.root.join(name))
                .output();
            let found = lines(&output.expect("the program runs"));
            assert_eq!(found.len(), records.len());
            for (record, found) in records.iter().zip(&found) {
                let id = ids
                    .get(text(&found["title"]))
                    .unwrap_or_else(|| panic!("{record} is not in the archive"));
                let mut record = record.clone();
                record["lang"] = langs[text(&found["title"])].clone();
                stories.push(story(id, name, &record, found));
            }
        }
        assert_eq!(stories.len(), ids.len(), "the archive holds what is gone");
        stories.sort_by(|a, b| a.id.cmp(&b.id));
        self.stories = stories;
    }
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a temporary file has a plain name")
}

fn lines(output: &Output) -> Vec<Value> {
    assert!(matches!(code(output), 0 | 1), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

/// The text of a value, else nothing.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The name of a field among those of a story or a quote.
pub fn key(field: Field) -> &'static str {
    match field {
        Field::Body => "body",
        Field::Title => "title",
        Field::Person => "person",
        Field::Org => "org",
        Field::Source => "source",
        Field::Byline => "byline",
        Field::Section => "section",
        Field::Lang => "lang",
        Field::Path => "path",
        Field::Quote => "quote",
        Field::Speaker => "speaker",
        Field::About => "about",
        Field::Kind => "kind",
    }
}

/// A name's fullest form as often as it is mentioned, at most eight times, then its other forms.
fn forms(name: &Value) -> Vec<&str> {
    let mentions: Vec<&Value> = list(&name["mentions"]).iter().chain(list(&name["title_mentions"])).collect();
    let full = text(&name["name"]);
    let others: BTreeSet<&str> = mentions.iter().map(|mention| text(&mention["text"])).collect();
    let others = others.into_iter().filter(|form| *form != full);
    std::iter::repeat_n(full, mentions.len().clamp(1, 8)).chain(others).collect()
}

fn story(id: &str, path: &str, record: &Value, found: &Value) -> Story {
    let names = list(&found["names"]);
    let of_kind = |kind: &str| {
        let names = names.iter().filter(|name| name["kind"] == kind);
        Places::of(names.flat_map(forms))
    };
    let mut values = BTreeMap::new();
    for field in ["source", "section"] {
        values.extend(record[field].as_str().map(|value| (field, value.to_owned())));
    }
    values.extend(record["lang"].as_str().map(|value| ("lang", value.to_lowercase())));
    let of_record = |field: &'static str| (field, Places::of(record[field].as_str()));
    let fields = [
        ("body", Places::of([text(&record["title"]), text(&record["text"])])),
        ("person", of_kind("person")),
        ("org", of_kind("org")),
        ("path", Places::of([format!("news/{path}").as_str()])),
    ];
    let plain = ["title", "source", "section", "byline"].map(of_record);
    Story {
        id: id.to_owned(),
        number: text(&record["id"])[1..].to_owned(),
        published: record["published"].as_str().map(str::to_owned),
        values,
        fields: fields.into_iter().chain(plain).collect(),
        topics: list(&found["topics"]).iter().map(|topic| text(&topic["label"]).to_owned()).collect(),
        quotes: (0..).zip(list(&found["quotes"])).map(|(number, quote)| said(number, quote, names)).collect(),
    }
}

fn said(number: usize, quote: &Value, names: &[Value]) -> Said {
    let speaker = quote["speaker"].as_str().filter(|_| quote["stance"] == "said");
    let known = speaker.and_then(|speaker| names.iter().find(|name| name["name"] == speaker));
    let mentions = known.map_or(&[][..], |name| list(&name["mentions"]));
    let forms: BTreeSet<&str> = mentions.iter().map(|mention| text(&mention["text"])).collect();
    let others = forms.into_iter().filter(|form| Some(*form) != speaker);
    let meets = |a: &Value, b: &Value| {
        a["start"].as_u64() < b["end"].as_u64() && b["start"].as_u64() < a["end"].as_u64()
    };
    let is_near = |name: &&Value| {
        let mut mentions = list(&name["mentions"]).iter();
        name["name"].as_str() != speaker
            && mentions.any(|at| meets(at, quote) || meets(at, &quote["context"]))
    };
    let about = names.iter().filter(is_near).map(|name| text(&name["name"]));
    Said {
        number,
        kind: text(&quote["kind"]).to_owned(),
        speaker: speaker.map(str::to_owned),
        fields: BTreeMap::from([
            ("quote", Places::of([text(&quote["text"])])),
            ("speaker", Places::of(speaker.into_iter().chain(others))),
            ("about", Places::of(about)),
        ]),
    }
}
