//! What every command prints, and how it ends: standard output, standard error (its lines behind `! `) and the exit code, in
//! `snapshots/COMMAND.snap`.
//!
//! `INSTA_UPDATE=always cargo test --test it commands` writes them all anew; read the difference before it is kept.
//!
//! The program runs on a copy of the sample archive, in an environment that tells it nothing, and what differs from run
//! to run or from machine to machine stands as `…`. JSON is shown a key a line, long values cut.

use std::{collections::BTreeSet, fs, path::Path, sync::LazyLock};

use regex::Regex;
use serde_json::Value;
use tempfile::TempDir;

use crate::sample::{ROOT, commands, run, sample, sample_of_our_own, stories_alone};

/// Snapshots that are no command's own.
const OTHERS: [&str; 4] = ["check-damaged", "faults", "index-again", "locked"];

/// Keys whose values differ from run to run, or with the version.
const VOLATILE: [&str; 15] = [
    "at",
    "bytes",
    "bytes_read",
    "elapsed_ms",
    "ended",
    "files_read",
    "last_success_age_s",
    "made",
    "pid",
    "read_because",
    "schema",
    "started",
    "time",
    "took_us",
    "version",
];

/// Characters shown of a value inside a record.
const SHOWN: usize = 240;

/// What differs from run to run in text for people, and what stands for it.
static PATTERNS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let patterns = [
        (r"\d+\.\d s\b", "… s"),
        (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", "[time]"),
        (r"the state of \S+Z", "the state of [time]"),
        (r"\.new-\w+", ".new-…"),
        (r"\d+ (s|min|h|days) ago", "… ago"),
        (r"\(\d+\.\d MB, schema \d+\)", "(… MB, schema …)"),
        (r"process \d+ on \S+, since", "process … on …, since"),
        (r"pullquote-demo-\w+", "pullquote-demo-…"),
        (r"alias pullquote=.*", "alias pullquote=…"),
        (r"(\d\.\d{3})\d+", "$1"),
        (r"[0-9a-f]{32}\.", "[segment]."),
    ];
    patterns.map(|(pattern, stands)| (Regex::new(pattern).expect("a pattern"), stands)).into()
});

/// Runs command lines one after another, and holds what they print against the snapshot of that name.
fn session(name: &str, folder: &Path, lines: &[&str]) {
    let pages: Vec<String> = lines.iter().map(|line| page(folder, line)).collect();
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, pages.join("\n")));
}

/// A command line with everything that came of it.
fn page(folder: &Path, line: &str) -> String {
    let output = run(folder, line);
    let place = folder.canonicalize().expect("the folder");
    let text = |bytes: &[u8]| {
        let mut text = String::from_utf8(bytes.to_vec()).expect("UTF-8");
        for (found, stands) in [
            (place.to_str(), "[folder]"),
            (folder.to_str(), "[folder]"),
            (Some("\0"), "␀\n"),
            (Some("\x1b"), "␛"),
        ] {
            text = text.replace(found.expect("UTF-8"), stands);
        }
        text
    };
    let mut page = format!("$ pullquote {line}\n");
    text(&output.stdout).lines().for_each(|line| page.push_str(&(shown(line) + "\n")));
    for line in text(&output.stderr).lines() {
        shown(line).lines().for_each(|line| page.push_str(&format!("! {line}\n")));
    }
    let code = output.status.code().map_or("killed".to_owned(), |code| code.to_string());
    page + "→ " + &code + "\n"
}

/// A line without what differs from run to run; a record as several lines.
fn shown(line: &str) -> String {
    let text = match serde_json::from_str(line) {
        Ok(mut value @ Value::Object(_)) => {
            settle(&mut value);
            let keys = value.as_object().into_iter().flatten();
            let keys: Vec<String> =
                keys.map(|(key, value)| format!("  {key}: {}\n", cut(&value.to_string()))).collect();
            format!("{{\n{}}}", keys.concat())
        }
        _ => line.trim_end().to_owned(),
    };
    let stand =
        |text: String, (found, stands): &(Regex, &str)| found.replace_all(&text, *stands).into_owned();
    PATTERNS.iter().fold(text, stand)
}

/// Takes out what differs from run to run, and digits that are a matter of rounding.
fn settle(value: &mut Value) {
    match value {
        Value::Object(record) => {
            for (key, value) in record {
                if VOLATILE.contains(&key.as_str()) && !value.is_null() {
                    *value = "…".into();
                }
                settle(value);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(settle),
        Value::Number(number) if number.is_f64() => {
            let number = number.as_f64().unwrap_or_default();
            *value = ((number * 1000.0).round() / 1000.0).into();
        }
        _ => (),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}… and {} more", &text[..end], text[end..].chars().count()),
        None => text.to_owned(),
    }
}

/// The sessions that change an index have one of their own.
fn changing(name: &str, lines: &[&str]) {
    session(name, sample_of_our_own().path(), lines);
}

fn asking(name: &str, lines: &[&str]) {
    session(name, sample(), lines);
}

/// Address of the interview that the running quotation comes from.
const INTERVIEW: &str = "200f31bb1183d7ef";

#[test]
fn search() {
    asking(
        "search",
        &[
            "search grief --limit 2",
            "search grief --limit 1 --json",
            "search grief --limit 2 --csv",
            "search grief --limit 2 -0",
            "search grief --fields id,title --limit 2 --json",
            "search fire --sort oldest --limit 2 --offset 1",
            "search 'killybegs fire' --group copies --limit 2",
            "search 'killybegs fire' --group copies --limit 1 --json --fields title,copies,copy_of",
            "search grief --limit 0 --facet person --facet year",
            "search grief --limit 0 --facet year --json",
            "search 'title:fire date:2019 -lawsuit' --limit 1 --explain",
            "search --plain 'what is (grief' --limit 1",
            "search --batch ../queries.tsv --json --limit 1 --fields title",
            "search zyzzyva",
            "search 'person:\"Ines Valcort\"'",
        ],
    );
}

#[test]
fn quotes() {
    asking(
        "quotes",
        &[
            "quotes grief --limit 2",
            "quotes --by 'Ines Valcourt' --limit 1 --json",
            "quotes --by 'Odalys Brandt-Kane' --sort newest --limit 2 --csv",
            "quotes --about 'Ines Valcourt' --kind indirect --limit 2",
            "quotes --by 'Ines Valcort'",
            "quotes --batch ../queries.tsv --json --limit 1",
        ],
    );
}

#[test]
fn show() {
    let show = format!("show {INTERVIEW}");
    asking("show", &[&show, &format!("{show} --json"), "show 0000000000000000"]);
}

#[test]
fn person() {
    asking(
        "person",
        &[
            "person Ines Valcourt",
            "person 'Percival Amory' --json",
            "person Amory",
            "person Ines Valcort",
            "person Valcort --json",
        ],
    );
}

#[test]
fn names() {
    asking(
        "names",
        &[
            "names --limit 3",
            "names --limit 2 --json",
            "names --limit 2 --csv",
            "names va --kind person",
            "names --rising --until 2019-02-01 --days 60 --past 3650 --limit 3",
            "names --rising --until 2019-02-01 --days 60 --past 3650 --kind person --limit 1 --json",
            "names --rising --until 2019-02-01 --days 60 --past 3650 --limit 2 --csv",
            "names zyzzyva",
        ],
    );
}

#[test]
fn topics() {
    asking(
        "topics",
        &[
            "topics --limit 3",
            "topics --limit 2 --json",
            "topics --limit 2 --csv",
            "topics fi --kind keyphrase --limit 3",
            "topics --under",
            "topics --under 'arts and entertainment' --limit 2",
            "topics --under society --limit 1 --json",
            "topics --under nonsense",
            "topics --related cinema --limit 2",
            "topics --related cinema --limit 1 --json",
            "topics --related cinema --limit 2 --csv",
            "topics --rising --days 365 --past 3650 --limit 2",
        ],
    );
}

#[test]
fn origin() {
    asking(
        "origin",
        &[
            "origin 'you cannot schedule grief'",
            "origin 'you cannot schedule grief' --limit 1 --json",
            "origin 'wholly unheard words'",
            "origin one",
        ],
    );
}

#[test]
fn mcp() {
    asking("mcp", &["mcp", "mcp --index ../nowhere"]);
}

#[test]
fn serve() {
    asking(
        "serve",
        &[
            "serve --index ../nowhere",
            "serve --listen 0.0.0.0:0",
            "serve --listen 0.0.0.0:0 --user-header X-User",
            "serve --listen 0.0.0.0:0 --token-file ../draft.txt --user-header X-User",
            "serve --token-file ../nowhere.txt",
            "generate systemd --serve . --program /usr/bin/pullquote --listen 0.0.0.0:8080",
            "generate systemd --serve . --program /usr/bin/pullquote --listen nowhere",
        ],
    );
}

#[test]
fn push() {
    // Nobody listens on port 1: what a cluster answers is asked in `push.rs`.
    asking(
        "push",
        &[
            "push",
            "push --to http://127.0.0.1:1",
            "push --to search.example:9200",
            "push --to https://ann:secret@search.example:9200",
            "search grief --backend http://127.0.0.1:1",
        ],
    );
}

#[test]
fn verify() {
    asking(
        "verify",
        &[
            "verify ../draft.txt",
            "verify ../draft.txt --color always",
            "verify ../draft.txt --fail-on uncredited,denied",
            "verify --json --quote 'You can’t schedule grief, you can only make room for it' --by Valcourt",
            "verify --quote grief",
            "verify ../nowhere.txt",
            "verify ../draft.txt --fail-on wrong",
        ],
    );
}

#[test]
fn timeline() {
    asking(
        "timeline",
        &[
            "timeline grief --by year",
            "timeline 'fire date:2019-01' --by day --json",
            "timeline grief --by year --csv",
            "timeline zyzzyva",
        ],
    );
}

#[test]
fn similar() {
    let similar = format!("similar {INTERVIEW} --limit 1");
    asking("similar", &[&similar, &format!("{similar} --json"), "similar 0000000000000000"]);
}

#[test]
fn significant() {
    asking(
        "significant",
        &["significant grief --limit 3", "significant grief --limit 1 --json", "significant zyzzyva"],
    );
}

#[test]
fn cite() {
    let cite = format!("cite {INTERVIEW}");
    asking(
        "cite",
        &[
            &cite,
            &format!("{cite} --style bibtex"),
            &format!("{cite} --style csl"),
            &format!("{cite}-1 --style ris"),
            &format!("{cite} --json"),
            "cite 0000000000000000",
        ],
    );
}

#[test]
fn export() {
    asking(
        "export",
        &[
            "export articles --query 'schedule grief date:2022-04-15'",
            "export articles --query 'schedule grief date:2022-04-15' --format csv",
            "export quotes --query 'schedule grief date:2022-04-15'",
            "export quotes --query 'schedule grief date:2022-04-15' --format csv",
            "export names --query 'schedule grief date:2022-04-15'",
            "export names --query 'schedule grief date:2022-04-15' --format csv",
            "export mentions --query 'schedule grief date:2022-04-15'",
            "export mentions --query 'schedule grief date:2022-04-15' --format csv",
            "export articles --query zyzzyva",
        ],
    );
}

#[test]
fn extract() {
    asking(
        "extract",
        &[
            "extract 2022/04/velvet-rope/2022-04-15-correction-reyes-holt.txt",
            "extract --json 2022/04/velvet-rope/2022-04-15-correction-reyes-holt.txt",
            "extract nowhere.txt",
            "extract --log-format json nowhere.txt",
            "extract --input papyrus pullquote.toml",
        ],
    );
}

#[test]
fn eval() {
    asking(
        "eval",
        &[
            "eval extraction ../gold.jsonl",
            "eval extraction ../gold.jsonl --each --json",
            "eval retrieval ../beir",
            "eval retrieval ../beir --json --quiet",
            "eval extraction ../queries.tsv",
        ],
    );
}

#[test]
fn demo() {
    // A temporary folder is a root of another name each time, and ids of stories without an address hang on it.
    session("demo", stories_alone().path(), &["demo --keep ../sample", "demo --keep ."]);
}

#[test]
fn generate() {
    asking(
        "generate",
        &[
            "generate cron . --at 04:30 --program /usr/bin/env",
            "generate systemd . --at 04:30 --program /usr/bin/env",
            "generate launchd . --at 04:30 --program /usr/bin/env",
            "generate cron . --at 24:30",
            "generate schema ../schema",
            "generate man ../man",
            "generate completions tcsh",
        ],
    );
}

#[test]
fn exit_codes() {
    asking("exit-codes", &["exit-codes", "help exit-codes"]);
}

#[test]
fn backup() {
    changing(
        "backup",
        &[
            "saved add fire fire",
            "backup ../state.zip",
            "backup ../state.zip --json",
            "backup ../state.zip --index ../nowhere",
            "backup ../nowhere/state.zip",
        ],
    );
}

#[test]
fn restore() {
    changing(
        "restore",
        &[
            "saved add fire fire",
            "remove 200f31bb1183d7ef --reason wish",
            "backup ../state.zip",
            "restore ../state.zip",
            "restore ../state.zip --replace",
            "restore ../state.zip --index ../fresh",
            "restore ../state.zip --index ../fresh --replace --json",
            "restore ../draft.txt",
        ],
    );
}

#[test]
fn status() {
    asking("status", &["status", "status --json", "status --skipped"]);
}

#[test]
fn index() {
    let folder = stories_alone();
    session(
        "index",
        folder.path(),
        &[
            "index",
            "index . ..",
            "index nowhere",
            "index undated --index ../other --dry-run",
            "index undated --index ../other --dry-run --json",
            "index .",
            "index . --json",
        ],
    );
    fs::write(
        folder.path().join(ROOT).join("new.jsonl"),
        "{\"text\":\"“A story,” Mara Voss said.\"}\n{oops\n",
    )
    .expect("a file");
    session(
        "index-again",
        folder.path(),
        &[
            "index .",
            "index .",
            "index . --strict --json",
            "status --skipped",
            "status --skipped --json",
            "index . --rebuild",
        ],
    );
}

#[test]
fn saved() {
    changing(
        "saved",
        &[
            "saved list",
            "saved add grief schedule grief",
            "saved add grief 'schedule grief room'",
            "saved add 'no name' grief",
            "saved add broken '(grief'",
            "saved list",
            "saved list --json",
            "saved run --limit 1",
            "saved run grief --limit 1 --json --fields title",
            "saved run nothing",
            "saved remove grief",
            "saved remove grief",
        ],
    );
}

#[test]
fn alerts() {
    let folder = sample_of_our_own();
    fs::write(folder.path().join("watch.tsv"), "grief\tschedule grief date:2022-04-15\nbroken\t(grief\n")
        .expect("a file");
    session(
        "alerts",
        folder.path(),
        &[
            "alerts --saved ../nowhere.tsv",
            "alerts --saved ../watch.tsv --json --exec 'exit 4'",
            "alerts --saved ../watch.tsv",
            "alerts --saved ../watch.tsv",
            "alerts --log --json",
            "alerts",
            "alerts --from-now",
        ],
    );
}

#[test]
fn check() {
    let folder = sample_of_our_own();
    session("check", folder.path(), &["check", "check --json"]);
    damage(&folder);
    session("check-damaged", folder.path(), &["check", "check --json"]);
}

/// Turns over the last byte of the largest file of the engine.
fn damage(folder: &TempDir) {
    let index = folder.path().join(ROOT).join(".pullquote/generations/1");
    let files = fs::read_dir(index).expect("a folder").map(|entry| entry.expect("an entry").path());
    let largest = files.max_by_key(|path| path.metadata().map_or(0, |of| of.len())).expect("a file");
    let mut bytes = fs::read(&largest).expect("a file");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    fs::write(largest, bytes).expect("a file");
}

#[test]
fn compact() {
    changing("compact", &["compact", "compact --json"]);
}

#[test]
fn remove() {
    let remove = format!("remove {INTERVIEW}");
    changing(
        "remove",
        &[
            &remove,
            &format!("{remove} --reason 'a wish'"),
            &format!("show {INTERVIEW}"),
            "remove 2022/04/velvet-rope/2022-04-15-correction-reyes-holt.txt --reason 'a wish' --json",
            "remove nowhere.txt --reason 'a wish'",
            "status",
        ],
    );
}

#[test]
fn faults() {
    session(
        "faults",
        sample_of_our_own().path(),
        &[
            "search grief --index ../nowhere",
            "status --index ../nowhere --log-format json",
            "search '(grief'",
            "search 'date:2019-13'",
            "search 'nofield:grief'",
            "search grief --facet nonsense",
            "search grief --fields nonsense",
            "search",
            "search grief --json --csv",
            "nonsense",
            "quotes --batch nowhere.tsv",
            "index . --config ../wrong.toml",
            "index . --config nowhere.toml",
        ],
    );
}

#[test]
fn locked() {
    let folder = sample_of_our_own();
    let path = folder.path().join(ROOT).join(".pullquote/lock");
    fs::write(&path, "process 4711 on newsdesk, since 2025-05-01 03:00:00 UTC\n").expect("a lock");
    let lock = fs::File::open(path).expect("a lock");
    lock.lock().expect("nobody else holds it");
    session(
        "locked",
        folder.path(),
        &[
            "index .",
            "index . --skip-if-locked",
            "index . --json",
            "compact",
            "remove nowhere.txt --reason 'a wish'",
            "search grief --limit 1 -0",
        ],
    );
}

#[test]
fn every_command_has_a_snapshot_and_every_snapshot_a_command() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/snapshots");
    let files =
        fs::read_dir(folder).expect("the snapshots").map(|entry| entry.expect("an entry").file_name());
    let kept: BTreeSet<String> =
        files.filter_map(|name| Some(name.to_str()?.strip_suffix(".snap")?.to_owned())).collect();
    let commands = commands();
    let without: Vec<_> = commands.iter().filter(|command| !kept.contains(*command)).collect();
    assert!(without.is_empty(), "these commands have no snapshot: {without:?}");
    let is_known = |name: &str| commands.iter().any(|command| command == name) || OTHERS.contains(&name);
    let stale: Vec<_> = kept.iter().filter(|name| !is_known(name)).collect();
    assert!(stale.is_empty(), "these snapshots are no command's: {stale:?}");
}
