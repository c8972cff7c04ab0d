//! Nothing of a story reaches a terminal but as text, whatever it holds and whichever command shows it.

use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::symlink,
    path::Path,
    process::{Command, Output},
};

use serde_json::json;

use crate::{
    archive::{Archive, pullquote},
    sample::commands,
};

/// Colours, clears the screen, retitles the window, deletes, turns the reading direction, hides, in 7 bits and in 8.
const EVIL: &str =
    "\x1b[31m\x1b[2J\x1b]0;owned\x07\u{9b}5m\x08\x7f\r\u{202e}\u{2066}\u{200b}\u{200d}\u{feff}";

/// What would pass for a line of the program's own.
const FORGED: &str = "\nerror: FORGED\x1b[0m";

/// Every command line whose output people read, with whether it must show something of the stories.
const LINES: &[(&str, bool)] = &[
    ("index ROOT --allow-shrink -v", true),
    ("index ROOT --dry-run --verify-content", true),
    ("search venn", true),
    ("search venn --group copies --facet tag --facet source", true),
    ("search venn --explain", true),
    ("search \x1b[31mvenn", false),
    ("search (\x1b[31mvenn", false),
    ("search venn --facet \x1b[31m", true),
    ("search venn --fields \x1b[31m", true),
    ("quotes harbour", true),
    ("quotes --by \x1b[31m", false),
    ("show ID", true),
    ("show \x1b[31m\u{202e}", true),
    ("person Ada Venn", true),
    ("person \x1b[31m\u{202e}", true),
    ("names", false),
    ("names --rising", false),
    ("topics", true),
    ("topics --kind publisher", true),
    ("topics --rising", false),
    ("topics --related \x1b[31m", false),
    ("topics --under \x1b[31m", true),
    ("origin the harbour was never this quiet before", true),
    ("timeline venn", false),
    ("similar ID", true),
    ("significant venn", false),
    ("cite ID", true),
    ("cite ID --style bibtex", true),
    ("saved add evil venn \x1b[31m", false),
    ("saved list", true),
    ("saved run", true),
    ("saved remove \x1b[31m", true),
    ("saved add watch venn", false),
    ("alerts", true),
    ("alerts --log", true),
    ("status", false),
    ("status --skipped", true),
    ("check", false),
    ("extract FILES", true),
    ("verify FILES", true),
    ("eval extraction \x1b[31m.jsonl", true),
    ("remove \x1b[31m --reason evil", true),
    ("remove ID --reason evil", true),
    ("compact", false),
    ("generate cron ROOT", false),
    ("exit-codes", false),
    ("demo --keep \x1b[31m", false),
    ("serve --listen \x1b[31m", false),
    ("serve --token-file \x1b[31m", true),
    ("backup \x1b[31m/\u{202e}", true),
    ("restore \x1b[31m", true),
    ("push --to \x1b[31m", true),
];

/// Commands whose output no person reads.
const FOR_PROGRAMS_ALONE: [&str; 2] = ["export", "mcp"];

/// What only programs read, and a terminal may be the one who gets it.
const FOR_PROGRAMS: &[&str] = &[
    "search venn --json",
    "search venn --csv",
    "search venn -0",
    "quotes harbour --json",
    "quotes harbour --csv",
    "topics --csv",
    "show ID --json",
    "export articles",
    "export articles --format csv",
    "export names",
    "status --skipped --json",
    "alerts --log --json",
];

/// Stories that hold it wherever a story can, one of them readable alone.
fn evil_archive() -> Archive {
    let archive = Archive::new();
    let said = "“The harbour was never this quiet before,” Ada Venn said on the set in Leeds.";
    let story = |number: u32| {
        json!({
            "id": format!("story-{number}"),
            "title": format!("Venn {EVIL}sails{FORGED} {number}"),
            "text": format!("Ada Venn {EVIL}sails again, wrote Bo {EVIL}Marlow in take {number}.\n\n{said}"),
            "published": format!("2024-03-0{number}"),
            "source": format!("Wire{EVIL}{FORGED}"),
            "byline": format!("Bo{EVIL} Marlow{FORGED}"),
            "url": format!("https://example.org/{number}/{EVIL}"),
            "section": format!("Stage{EVIL}{FORGED}"),
            "tags": [format!("tag{EVIL}{FORGED}"), "plain"],
        })
    };
    let stories: String = (1..4).map(|number| story(number).to_string() + "\n").collect();
    archive.write(&format!("deep{EVIL}{FORGED}/stories.jsonl"), stories + "{broken\n");
    let title = EVIL.replace('\x1b', "&#27;");
    archive.write(
        &format!("page{EVIL}.html"),
        format!("<html><head><title>Venn {title}</title></head><body><p>{EVIL}{said}</p></body></html>"),
    );
    archive.write(&format!("binary{EVIL}{FORGED}.txt"), [0u8, 159, 146, 150, 0, 0, 1, 2]);
    symlink(format!("nowhere{EVIL}{FORGED}"), archive.root.join(format!("gone{EVIL}.txt"))).expect("a link");
    symlink(archive.root.join(".."), archive.root.join(format!("up{EVIL}"))).expect("a link");
    archive
}

/// A command line as words: `ROOT` and `FILES` stand for the stories, `ID` for the first of them.
fn command(archive: &Archive, id: &str, line: &str) -> Command {
    let mut command = pullquote();
    command.env_clear().env("PATH", "/usr/bin:/bin").env("PULLQUOTE_INDEX", &archive.index);
    command.current_dir(archive.root.parent().expect("a folder"));
    for word in line.split(' ') {
        match word {
            "ROOT" => command.arg(&archive.root),
            "FILES" => command.args(files(&archive.root)),
            "ID" => command.arg(id),
            word => command.arg(word),
        };
    }
    command
}

fn files(root: &Path) -> Vec<std::path::PathBuf> {
    let entries = walkdir::WalkDir::new(root).into_iter().map(|entry| entry.expect("an entry"));
    entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

fn first_id(archive: &Archive) -> String {
    let output = command(archive, "", "search venn --json --limit 1").output().expect("a run");
    crate::archive::last_line(&output)["id"].as_str().expect("an id").to_owned()
}

/// Characters that a terminal would obey, or would not show.
fn raw(text: &str) -> Vec<char> {
    let is_raw = |c: &char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    text.chars().filter(is_raw).collect()
}

fn assert_harmless(line: &str, text: &str) {
    assert!(raw(text).is_empty(), "{line} writes {:?}: {text}", raw(text));
    // A value of CSV may have several lines.
    let forged = text.lines().any(|of| of.starts_with("error: FORGED"));
    assert!(!forged || line.contains("csv"), "{line}: {text}");
}

fn both(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    text(&output.stdout) + &text(&output.stderr)
}

#[test]
fn no_command_shows_a_story_raw() {
    let archive = evil_archive();
    let first = command(&archive, "", "index ROOT").output().expect("a run");
    assert_harmless("index", &both(&first));
    assert!(both(&first).contains("<U+202E>"), "{first:?}");
    let id = first_id(&archive);
    for (line, shows) in LINES {
        let output = command(&archive, &id, line).output().expect("a run");
        let text = both(&output);
        assert_harmless(line, &text);
        let is_shown = ["^[", "<U+202E>", "\\u{1b}"].iter().any(|shown| text.contains(shown));
        assert!(is_shown || !shows, "{line} shows nothing of it: {text}");
    }
    let feed = fs::read_to_string(archive.index.join("state/alerts.xml")).expect("a feed");
    assert_harmless("alerts.xml", &feed);
    assert!(feed.contains("^["), "{feed}");
    let asked: BTreeSet<&str> = LINES.iter().filter_map(|(line, _)| line.split(' ').next()).collect();
    let is_asked = |name: &str| asked.contains(name) || FOR_PROGRAMS_ALONE.contains(&name);
    let unasked: Vec<String> = commands().into_iter().filter(|name| !is_asked(name)).collect();
    assert!(unasked.is_empty(), "nobody looks at what these print: {unasked:?}");
}

/// What `script` shows of a command whose standard output is a terminal. Nothing where there is no `script`.
fn on_a_terminal(command: &Command) -> Option<String> {
    let word = |word: &std::ffi::OsStr| format!("'{}'", word.to_str().expect("UTF-8").replace('\'', r"'\''"));
    let words: Vec<String> =
        [command.get_program()].into_iter().chain(command.get_args()).map(word).collect();
    let mut script = Command::new("script");
    script.args(["-qec", &(words.join(" ") + " 2> /dev/null"), "/dev/null"]).env("TERM", "xterm");
    script
        .env_remove("NO_COLOR")
        .env("PULLQUOTE_INDEX", command.get_envs().find(|(name, _)| *name == "PULLQUOTE_INDEX")?.1?);
    script.current_dir(command.get_current_dir()?);
    let output = script.output().ok()?;
    Some(String::from_utf8(output.stdout).expect("UTF-8").replace("\r\n", "\n"))
}

/// A text without the styles of the program's own.
fn unstyled(text: &str) -> String {
    let styles = ["\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[33m", "\x1b[36m", "\x1b[32m", "\x1b[31m"];
    styles.iter().fold(text.to_owned(), |text, style| text.replace(style, ""))
}

#[test]
fn what_programs_read_is_exact_but_on_a_terminal() {
    let archive = evil_archive();
    command(&archive, "", "index ROOT --quiet").status().expect("a run");
    let id = first_id(&archive);
    command(&archive, &id, "saved add watch venn").status().expect("a run");
    command(&archive, &id, "alerts --quiet").output().expect("a run");
    for line in FOR_PROGRAMS {
        let command = &mut command(&archive, &id, line);
        let exact = String::from_utf8(command.output().expect("a run").stdout).expect("UTF-8");
        // Names hold no such characters.
        assert!(exact.contains('\u{202e}') || line.starts_with("export names"), "{line}: {exact}");
        let Some(shown) = on_a_terminal(command) else { return };
        assert_harmless(line, &shown);
        if line.contains("--json") {
            let values = |text: &str| -> Vec<serde_json::Value> {
                text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
            };
            assert_eq!(values(&shown).len(), values(&exact).len(), "{line}");
            assert!(shown.contains("\\u202e"), "{line}: {shown}");
        }
    }
    // Styles are there, and the stories' own codes are not among them.
    let Some(shown) = on_a_terminal(&command(&archive, &id, "search venn")) else { return };
    assert!(shown.contains("\x1b[1m") && shown.contains("^[[31m") && !shown.contains("\x1b[31m"), "{shown}");
    assert_harmless("search", &unstyled(&shown));
}
