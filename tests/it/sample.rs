//! The sample archive, copied beside nothing else and indexed once for all who ask it; and how the program is run on it so
//! that nothing of this machine shows.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
    time::{Duration, SystemTime},
};

use tempfile::TempDir;

/// Name of the folder of stories; its index lies in it.
pub const ROOT: &str = "news";

/// Queries for `--batch`, the second of which cannot be read.
const QUERIES: &str = "grief\tgrief room\nbroken\t(grief\nnone\tzyzzyva\n";

/// A gold answer for `eval`.
const GOLD: &str = r#"{"id":"a","text":"“We lost the light,” Mara Voss said in Leeds.","names":[{"name":"Mara Voss","kind":"person","mentions":[{"text":"Mara Voss","start":21,"end":30}]}],"quotes":[{"text":"We lost the light,","start":1,"end":19,"kind":"direct","speaker_name":"Mara Voss"}],"topics":{"iptc":["20000002"],"keyphrases":["light"]}}"#;

/// A draft for `verify`.
const DRAFT: &str = "“You cannot schedule grief, you can only make room for it,” Ines Valcourt said.\n\n“You cannot \
                     plan grief, you can only make room for it,” Ines Valcourt said.\n\n“You cannot schedule grief, \
                     you can only make room for it,” Odalys Brandt-Kane said.\n\n“The moon is a cheese that nobody \
                     dared to slice,” Ines Valcourt said. Ines Valcourt said that she would never work again.\n";

/// What stands beside the stories: a path and what it holds.
const BESIDE: [(&str, &str); 7] = [
    ("draft.txt", DRAFT),
    ("queries.tsv", QUERIES),
    ("gold.jsonl", GOLD),
    (
        "beir/corpus.jsonl",
        "{\"_id\":\"a\",\"text\":\"The trawler burned.\"}\n{\"_id\":\"b\",\"text\":\"She sang.\"}\n",
    ),
    ("beir/queries.jsonl", "{\"_id\":\"q\",\"text\":\"who burned the trawler\"}\n"),
    ("beir/qrels.tsv", "query-id\tcorpus-id\tscore\nq\ta\t1\n"),
    ("wrong.toml", "[source]\nmax_byte = 3\n"),
];

/// The stories with an index, for questions alone.
pub fn sample() -> &'static Path {
    static SAMPLE: OnceLock<PathBuf> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        // Nothing drops what is static: folders of runs that are over go with the next one.
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let hour = SystemTime::now() - Duration::from_secs(3600);
        for entry in fs::read_dir(folder).expect("the tests' own folder").filter_map(Result::ok) {
            let is_old = entry.metadata().and_then(|of| of.modified()).is_ok_and(|modified| modified < hour);
            if is_old && entry.file_name().to_string_lossy().starts_with("sample-") {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        let folder = tempfile::Builder::new().prefix("sample-").tempdir_in(folder).expect("a folder").keep();
        stories(&folder);
        let output = run(&folder, "index .");
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        folder
    })
}

/// The stories with an index, to be changed.
pub fn sample_of_our_own() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy(sample(), folder.path());
    folder
}

/// The stories without an index.
pub fn stories_alone() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    stories(folder.path());
    folder
}

fn stories(folder: &Path) {
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data/archive"), &folder.join(ROOT));
    for (path, text) in BESIDE {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
}

/// Copies a folder with all that is in it.
pub fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.expect("an entry");
        let to = to.join(entry.path().strip_prefix(from).expect("a path below"));
        if entry.file_type().is_dir() {
            fs::create_dir_all(to).expect("a folder");
        } else {
            fs::copy(entry.path(), to).expect("a copy");
        }
    }
}

/// `pullquote LINE` among the stories of a folder; words with blanks in them stand in single quotes.
pub fn run(folder: &Path, line: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pullquote"));
    command.args(words(line)).current_dir(folder.join(ROOT)).env_clear();
    command.env("PATH", "/usr/bin:/bin").env("TZ", "UTC").env("HOME", folder).env("TMPDIR", folder);
    command.output().expect("the program runs")
}

fn words(line: &str) -> Vec<String> {
    let parts = line.split('\'').enumerate();
    let mut words = vec![String::new()];
    for (number, part) in parts {
        let mut pieces = if number % 2 == 1 { vec![part] } else { part.split(' ').collect() }.into_iter();
        words.last_mut().expect("one at least").push_str(pieces.next().unwrap_or_default());
        words.extend(pieces.map(str::to_owned));
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The program's commands, as its help lists them.
pub fn commands() -> Vec<String> {
    let help = String::from_utf8(run(sample(), "--help").stdout).expect("UTF-8");
    let list = help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("commands");
    let names = list.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let names = names.filter(|name| !name.is_empty() && *name != "help").map(str::to_owned);
    names.collect()
}
