//! Links between the project's pages lead somewhere, and what the pages show is what the program prints.
//!
//! Every line behind `$ ` in a block of the language `console` is run, page by page, among the stories of the sample archive,
//! which lies in `~/news` there; what stands below it is what it must print, on both streams. A line `…` stands for any lines,
//! and `…` at the end of one for the rest of it. `PULLQUOTE_DOCS=1 cargo test --test it docs` writes the blocks anew; read
//! the difference. What a block of `sh` runs of the program is only parsed (`cli/examples.rs`).

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use regex::Regex;

use crate::sample::{ROOT, commands, sample_of_our_own};

/// Characters shown of a line that is written anew.
const WIDTH: usize = 140;

/// Lines shown of what one command prints, when it is written anew.
const LINES: usize = 24;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The project's pages.
fn pages() -> Vec<PathBuf> {
    let in_folder = |folder: &str| {
        let entries = fs::read_dir(root().join(folder)).expect("the folder is there");
        entries.map(|entry| entry.expect("it can be listed").path()).collect::<Vec<_>>()
    };
    let mut pages: Vec<PathBuf> = [".", "docs", "data/model", "schema", "data/gold", "data/train"]
        .into_iter()
        .flat_map(in_folder)
        .collect();
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    assert!(pages.len() > 5);
    pages
}

#[test]
fn links_lead_somewhere() {
    for page in pages() {
        let text = fs::read_to_string(&page).expect("a page can be read");
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if target.starts_with("http") || target.starts_with('#') {
                continue;
            }
            let path = page
                .parent()
                .expect("a page lies in a folder")
                .join(target.split('#').next().unwrap_or(target));
            assert!(path.exists(), "{} links to {target}, which is not there", page.display());
        }
    }
}

/// The pages that people read: the README and the book.
fn book() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("docs")).expect("the book");
    let mut pages: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages.push(root().join("README.md"));
    pages.sort();
    pages
}

/// What differs from run to run.
static VOLATILE: LazyLock<Regex> = LazyLock::new(|| {
    let patterns = [
        r"\d+\.\d s\b",
        r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?( UTC|Z)",
        r"\d+ (s|min|h|days) ago",
        r"\d+\.\d MB, schema \d+",
        r"process \d+ on \S+",
        r"pullquote-demo-\w+",
        r"pullquote \d+\.\d+\.\d+",
        r#""(score|took_us|elapsed_ms|bytes|schema)": ?[\d.]+"#,
    ];
    Regex::new(&patterns.join("|")).expect("a pattern")
});

fn settled(line: &str) -> String {
    VOLATILE.replace_all(line.trim_end(), "[…]").into_owned()
}

/// What a command line prints in the folder of the stories.
fn printed(home: &Path, line: &str) -> Vec<String> {
    let program = Path::new(env!("CARGO_BIN_EXE_pullquote")).parent().expect("a folder");
    let output = Command::new("/bin/sh")
        .args(["-c", &format!("exec 2>&1\n{line}")])
        .current_dir(home.join(ROOT))
        .env_clear()
        .env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", program.display()))
        .envs([("TZ", "UTC"), ("COLUMNS", "100")])
        .env("HOME", home)
        .env("TMPDIR", home)
        .output()
        .expect("a shell");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let place = home.canonicalize().expect("a folder");
    let text = text.replace(place.to_str().expect("UTF-8"), "~").replace(home.to_str().expect("UTF-8"), "~");
    text.lines().map(|line| line.trim_end().to_owned()).collect()
}

/// Whether what was printed is what a page shows.
fn agrees(shown: &[String], printed: &[String]) -> bool {
    match shown {
        [] => printed.is_empty(),
        [any, rest @ ..] if any == "…" => (0..=printed.len()).any(|at| agrees(rest, &printed[at..])),
        [line, rest @ ..] => printed.split_first().is_some_and(|(first, others)| {
            let (line, first) = (settled(line), settled(first));
            let fits = line.strip_suffix('…').map_or(first == line, |begin| first.starts_with(begin));
            (fits || first == line) && agrees(rest, others)
        }),
    }
}

/// What a page shows when it is written anew.
fn cut(printed: &[String]) -> Vec<String> {
    let short = |line: &String| match line.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.clone(),
    };
    let mut shown: Vec<String> = printed.iter().take(LINES).map(short).collect();
    if printed.len() > LINES {
        shown.push("…".to_owned());
    }
    shown
}

/// A page with what its commands print now, and the commands of which it showed something else.
fn rerun(text: &str) -> (String, Vec<String>) {
    let sample = sample_of_our_own();
    let (mut page, mut stale, mut lines) = (Vec::new(), Vec::new(), text.lines().peekable());
    while let Some(line) = lines.next() {
        page.push(line.to_owned());
        if line != "```console" {
            continue;
        }
        while let Some(line) = lines.next_if(|line| *line != "```") {
            page.push(line.to_owned());
            let Some(command) = line.strip_prefix("$ ") else { continue };
            let mut command = command.to_owned();
            while command.ends_with('\\')
                && let Some(more) = lines.next()
            {
                page.push(more.to_owned());
                command = format!("{command}\n{more}");
            }
            let mut shown = Vec::new();
            while let Some(line) = lines.next_if(|line| *line != "```" && !line.starts_with("$ ")) {
                shown.push(line.trim_end().to_owned());
            }
            let blank = shown.iter().rev().take_while(|line| line.is_empty()).count();
            shown.truncate(shown.len() - blank);
            let mut printed = printed(sample.path(), &command);
            while printed.last().is_some_and(String::is_empty) {
                printed.pop();
            }
            if agrees(&shown, &printed) {
                page.extend(shown);
            } else {
                stale.push(format!("$ {command}\n{}", printed.join("\n")));
                page.extend(cut(&printed));
            }
            page.extend(std::iter::repeat_n(String::new(), blank));
        }
    }
    (page.join("\n") + "\n", stale)
}

#[test]
fn what_the_pages_show_is_what_is_printed() {
    let renew = env::var_os("PULLQUOTE_DOCS").is_some();
    let mut stale = Vec::new();
    for path in book() {
        let text = fs::read_to_string(&path).expect("a page");
        let (page, of_page) = rerun(&text);
        stale.extend(of_page.into_iter().map(|what| format!("{}: {what}", path.display())));
        if renew {
            fs::write(&path, page).expect("a page");
        }
    }
    assert!(renew || stale.is_empty(), "PULLQUOTE_DOCS=1 writes these anew:\n{}", stale.join("\n\n"));
}

#[test]
fn a_stale_page_is_noticed() {
    let page = |shown: &str| {
        format!(
            "# A page\n\n```console\n$ pullquote cite 200f31bb1183d7ef --style ris | head -n 2\n{shown}\n```\n"
        )
    };
    let whole = page("TY  - NEWS\nTI  - ‘You cannot schedule grief’: a conversation with Ines Valcourt");
    assert_eq!(rerun(&whole), (whole.clone(), Vec::new()));
    assert_eq!(rerun(&page("TY  - NEWS\nTI  - ‘You cannot…")).1, Vec::<String>::new());
    assert_eq!(rerun(&page("…")).1, Vec::<String>::new());
    let (renewed, stale) = rerun(&page("TY  - BOOK\n…"));
    assert_eq!((renewed, stale.len()), (whole, 1));
}

#[test]
fn the_book_is_whole() {
    let index = fs::read_to_string(root().join("docs/README.md")).expect("the index of the book");
    for page in book() {
        let name = page.file_name().and_then(|name| name.to_str()).expect("a name");
        assert!(name == "README.md" || index.contains(&format!("]({name})")), "docs/README.md lacks {name}");
    }
    let text: String = book().iter().map(|page| fs::read_to_string(page).expect("a page")).collect();
    for command in commands() {
        assert!(text.contains(&format!("pullquote {command}")), "no page shows pullquote {command}");
    }
}

#[test]
fn exit_codes_are_those_of_the_program() {
    let page = fs::read_to_string(root().join("docs/EXIT_CODES.md")).expect("a page");
    let home = sample_of_our_own();
    for line in printed(home.path(), "pullquote exit-codes").iter().skip(1) {
        let code = line.split_whitespace().next().expect("a code");
        assert!(page.contains(&format!("| {code} |")), "docs/EXIT_CODES.md lacks {code}");
    }
}
