//! Every line of JSON that a command writes is what `schema/` says of its type.
//!
//! All commands run with `--json` on the sample archive. Each line must fit the file of its `type`, have no key that the
//! file does not know, and every key that all lines have must be required there, so that a dropped one is noticed.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::OnceLock,
};

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    fake_cluster::FakeCluster,
    sample::{ROOT, commands, run, sample_of_our_own},
};

/// What does not hold yet: `TYPE` has no file in `schema/`; `COMMAND: TYPE`, that command's lines are not what the file says;
/// `TYPE: required`, the file requires less than all lines have. An entry that holds now leaves the list, and it must become
/// empty.
const NOT_YET: [&str; 0] = [];

/// Keys that a record inside another may lack; at the top the lines themselves tell.
const MAY_BE_ABSENT: [&str; 4] = ["partial", "copies", "query_id", "complete"];

/// Files in `schema/` that are no type of a line.
const NO_LINES: [&str; 1] = ["config"];

/// Questions, which change nothing. Commands that write less than their type because they are told so
/// (`--fields`) are not here.
const QUESTIONS: &[&str] = &[
    "search grief --limit 3",
    "search 'killybegs fire' --group copies --limit 3",
    "search grief --limit 1 --explain",
    "search grief --limit 0 --facet person --facet year --facet topic",
    "search --batch ../queries.tsv --limit 2",
    "search --plain 'what is grief' --limit 2",
    "quotes grief --limit 3",
    "quotes --by 'Ines Valcourt' --kind all --limit 30",
    "quotes --batch ../queries.tsv --limit 2",
    "show 200f31bb1183d7ef",
    "show bd42f90c4ee0b322",
    "person Ines Valcourt",
    "person Percival Amory",
    "person Kestrel Pictures",
    "names --limit 20",
    "names --kind work --limit 5",
    "names --rising --until 2019-02-01 --days 60 --limit 5",
    "topics --limit 60",
    "topics --under",
    "topics --under society",
    "topics --related cinema --limit 5",
    "topics --rising --until 2019-02-01 --days 60 --limit 5",
    "origin 'you cannot schedule grief, you can only make room for it'",
    "verify --quote 'you cannot plan grief, you can only make room for it' --by 'Ines Valcourt'",
    "verify ../draft.txt 2022/04/velvet-rope/2022-04-08-callum-wisdom.txt",
    "timeline fire --by month",
    "timeline fire --by year",
    "similar 200f31bb1183d7ef --limit 3",
    "significant grief --limit 5",
    "cite 200f31bb1183d7ef",
    "export articles",
    "export quotes",
    "export names",
    "export mentions",
    "saved list --saved ../watch.tsv",
    "saved run --saved ../watch.tsv --limit 2",
    "status",
    "check",
    "extract 2022/04/velvet-rope/2022-04-15-correction-reyes-holt.txt feeds/the-albion-courier.jsonl",
    "extract --log-format json ../nowhere.txt",
    "eval extraction ../gold.jsonl --each",
    "eval retrieval ../beir",
    "demo",
    "exit-codes",
];

/// What changes the index, in order.
const CHANGES: [&str; 13] = [
    "saved add fire fire",
    "saved list",
    "alerts --saved ../watch.tsv",
    "alerts --log",
    "index . --dry-run",
    "index .",
    "index .",
    "status --skipped",
    "backup ../state.zip",
    "remove 200f31bb1183d7ef --reason wish",
    "restore --replace ../state.zip",
    "compact",
    "status",
];

/// Commands that write no JSON, or none that ends: what they write is for other programs.
const SILENT: [&str; 3] = ["generate", "mcp", "serve"];

/// Types that only a server writes: `serve.rs` holds them against their files.
const SERVED: [&str; 4] = ["correction", "error", "page", "visit"];

/// A line with the command that wrote it: its name, with what it is told to do where that matters.
type Line = (String, Value);

fn wrote(folder: &Path, line: &str) -> Vec<Line> {
    let mut words = line.split(' ');
    let mut name = words.next().unwrap_or_default().to_owned();
    if let "export" | "eval" | "saved" = name.as_str() {
        name = format!("{name} {}", words.next().unwrap_or_default());
    }
    if line.contains("--batch") {
        name += " --batch";
    }
    let output = run(folder, &format!("--json {line}"));
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    let said = text(&output.stderr);
    let records = said.lines().filter(|line| line.starts_with('{') && line.contains("\"type\""));
    let stdout = text(&output.stdout);
    let lines: Vec<Line> = stdout
        .lines()
        .chain(records)
        .map(|line| {
            (
                name.clone(),
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{name}: {error}: {line}")),
            )
        })
        .collect();
    assert!(!lines.is_empty() || line.starts_with("saved add"), "{line} wrote nothing: {output:?}");
    lines
}

fn lines() -> &'static [Line] {
    static LINES: OnceLock<Vec<Line>> = OnceLock::new();
    LINES.get_or_init(|| {
        let watch = |folder: &TempDir| {
            fs::write(folder.path().join("watch.tsv"), "grief\tschedule grief\nbroken\t(grief\n")
                .expect("a file");
        };
        let (asked, changed) = (sample_of_our_own(), sample_of_our_own());
        watch(&asked);
        watch(&changed);
        let broken = "{\"text\":\"“A story,” Mara Voss said.\"}\n{oops\n";
        fs::write(changed.path().join(ROOT).join("new.jsonl"), broken).expect("a file");
        let mut lines: Vec<Line> = QUESTIONS.iter().flat_map(|line| wrote(asked.path(), line)).collect();
        lines.extend(CHANGES.iter().flat_map(|line| wrote(changed.path(), line)));
        let cluster = FakeCluster::start();
        lines.extend(wrote(changed.path(), &format!("push --to {}", cluster.url())));
        damage(&changed);
        lines.extend(wrote(changed.path(), "check"));
        lines
    })
}

/// Turns over a byte of every file of the engine that holds stories.
fn damage(folder: &TempDir) {
    let index = folder.path().join(ROOT).join(".pullquote/generations/1");
    for entry in fs::read_dir(index).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "store") {
            let mut bytes = fs::read(&path).expect("a file");
            let middle = bytes.len() / 2;
            bytes[middle] ^= 0xff;
            fs::write(path, bytes).expect("a file");
        }
    }
}

fn kind(line: &Value) -> &str {
    line["type"].as_str().unwrap_or("a line without a type")
}

/// The files in `schema/`, by type.
fn files() -> BTreeMap<String, Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema");
    let paths = fs::read_dir(folder).expect("the schemas").map(|entry| entry.expect("an entry").path());
    paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a schema");
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, serde_json::from_str(&text).expect("JSON"))
        })
        .filter(|(name, _)| !NO_LINES.contains(&name.as_str()))
        .collect()
}

/// Forbids keys that a schema does not name.
fn close(schema: &mut Value) {
    if let Some(object) = schema.as_object_mut() {
        if object.contains_key("properties") {
            object.entry("additionalProperties").or_insert(false.into());
        }
        object.values_mut().for_each(close);
    }
    schema.as_array_mut().into_iter().flatten().for_each(close);
}

/// The files, ready to judge; closed.
pub struct Judge(Schemas, BTreeMap<String, SchemaIndex>);

impl Judge {
    /// Reads the files.
    pub fn new() -> Self {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        let compiled = files().into_iter().map(|(name, mut schema)| {
            close(&mut schema);
            let address = format!("schema:///{name}.json");
            compiler.add_resource(&address, schema).expect("a schema");
            let index =
                compiler.compile(&address, &mut schemas).unwrap_or_else(|error| panic!("{name}: {error:#}"));
            (name, index)
        });
        let compiled = compiled.collect();
        Self(schemas, compiled)
    }

    /// What is wrong with a line; nothing where its type has no file.
    pub fn fault(&self, line: &Value) -> Option<String> {
        let index = self.1.get(kind(line))?;
        self.0.validate(line, *index).err().map(|error| error.to_string())
    }
}

fn names(list: &Value) -> BTreeSet<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn keys(object: &Value) -> BTreeSet<&str> {
    object.as_object().into_iter().flatten().map(|(key, _)| key.as_str()).collect()
}

#[test]
fn every_line_is_what_its_file_says() {
    let (judge, files) = (Judge::new(), files());
    let mut faults: BTreeMap<String, String> = BTreeMap::new();
    let mut always: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (command, line) in lines() {
        let kind = kind(line);
        if line["format"] != 1 {
            faults.entry(format!("{command}: {kind}")).or_insert_with(|| "no \"format\":1".to_owned());
        }
        if !files.contains_key(kind) {
            faults.entry(kind.to_owned()).or_insert_with(|| format!("no file; {command} writes {line}"));
            continue;
        }
        if let Some(fault) = judge.fault(line) {
            faults.entry(format!("{command}: {kind}")).or_insert(fault);
        } else {
            let seen = always.entry(kind).or_insert_with(|| keys(line));
            *seen = seen.intersection(&keys(line)).copied().collect();
        }
    }
    for (kind, file) in &files {
        // What every line has; and inside, everything: only the lines themselves may leave out a key.
        let seen = always.get(kind.as_str()).cloned().unwrap_or_default();
        let mut lacking: Vec<&str> = seen.difference(&names(&file["required"])).copied().collect();
        for part in file["$defs"].as_object().into_iter().flatten().map(|(_, part)| part) {
            lacking.extend(keys(&part["properties"]).difference(&names(&part["required"])));
        }
        lacking.retain(|key| seen.contains(key) || !MAY_BE_ABSENT.contains(key));
        if !lacking.is_empty() {
            faults
                .insert(format!("{kind}: required"), format!("not required, and always there: {lacking:?}"));
        }
    }
    let mut expected: BTreeSet<String> = NOT_YET.map(str::to_owned).into();
    let new: Vec<_> = faults.iter().filter(|(key, _)| !expected.remove(*key)).collect();
    assert!(new.is_empty(), "lines that are not what schema/ says: {new:#?}");
    assert!(expected.is_empty(), "these hold now, so they leave NOT_YET: {expected:?}");
}

#[test]
fn a_dropped_property_and_an_unknown_one_are_noticed() {
    let (judge, files) = (Judge::new(), files());
    let mut tried = BTreeSet::new();
    for (_, line) in
        lines().iter().filter(|(_, line)| judge.1.contains_key(kind(line)) && judge.fault(line).is_none())
    {
        if !tried.insert(kind(line)) {
            continue;
        }
        for key in names(&files[kind(line)]["required"]) {
            let mut without = line.clone();
            without.as_object_mut().expect("an object").shift_remove(key);
            // A line without its type belongs to no file.
            assert!(key == "type" || judge.fault(&without).is_some(), "{} without {key}", kind(line));
        }
        let mut with = line.clone();
        with["surely_unknown"] = 1.into();
        assert!(judge.fault(&with).is_some(), "{}", kind(line));
    }
    let written: BTreeSet<&str> = lines().iter().map(|(_, line)| kind(line)).collect();
    // Messages on standard error are no lines of standard output.
    let mut never: Vec<&str> =
        files.keys().map(String::as_str).filter(|file| *file != "log" && !written.contains(file)).collect();
    never.retain(|file| !SERVED.contains(file));
    assert!(never.is_empty(), "no command here writes these: {never:?}");
}

#[test]
fn every_command_is_asked() {
    let asked: BTreeSet<&str> = QUESTIONS
        .iter()
        .chain(&CHANGES)
        .filter_map(|line| line.split(' ').next())
        .chain(SILENT)
        .chain(["push"])
        .collect();
    let commands = commands();
    let left_out: Vec<_> = commands.iter().filter(|command| !asked.contains(command.as_str())).collect();
    assert!(left_out.is_empty(), "add these to QUESTIONS or CHANGES: {left_out:?}");
}
