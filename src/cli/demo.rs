//! `demo`: the main job on the sample archive, in one command.

use std::{
    ffi::{OsStr, OsString},
    fs,
    io::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use include_dir::{Dir, include_dir};

use super::{exit::Exit, print, ui::Ui};

/// The sample archive.
static ARCHIVE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/data/archive");

/// What is shown, and why.
const SHOWN: [(&str, &[&str]); 6] = [
    ("Stories about a person", &["search", "\"Odalys Brandt-Kane\" voice", "--limit", "2"]),
    ("The person", &["person", "Ines Valcourt"]),
    ("A phrase, exactly", &["search", "\"smoke machine\"", "--limit", "2"]),
    ("Who said what", &["quotes", "--by", "Odalys Brandt-Kane", "--limit", "3"]),
    ("Where a sentence came from", &["origin", "you cannot schedule grief, you can only make room for it"]),
    (
        "Does the archive bear this quotation out?",
        &[
            "verify",
            "--quote",
            "You cannot plan grief, you can only make room for it",
            "--by",
            "Ines Valcourt",
        ],
    ),
];

/// What to type next.
const NEXT: [(&str, &str); 5] = [
    ("person \"Callum Reyes-Holt\"", "everything about one person"),
    ("quotes --about \"Ines Valcourt\"", "what others said about her"),
    ("search 'speaker:Valcourt quote:cold date:2018..2020'", "fields and dates"),
    ("timeline \"Salt Ledger\" --by year", "how often, and when"),
    ("names", "whom the archive knows"),
];

/// Index the sample archive and show what can be asked of it
#[derive(clap::Args)]
pub struct Args {
    /// Write the archive and its index to this new or empty folder [default: a temporary one]
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Serve the sample archive on a page instead, until Ctrl-C
    #[arg(long, value_name = "ADDRESS:PORT", num_args = 0..=1, require_equals = true, default_missing_value = "127.0.0.1:8080")]
    serve: Option<SocketAddr>,
}

/// Runs the command.
pub fn run(args: &Args, again: Again<'_>, ui: &mut Ui) -> anyhow::Result<Exit> {
    let sample = Sample::new(args)?;
    write_archive(sample.folder())?;
    if let Some(at) = args.serve {
        return serve(sample.folder(), at, again, ui);
    }
    show(sample.folder(), again, ui)?;
    // On a terminal the folder stays, so that what is proposed can be typed.
    let kept = args.keep.is_some() || ui.on_terminal();
    let folder = if kept { sample.keep() } else { sample.folder().to_owned() };
    if !ui.json() {
        propose(Some(&*folder).filter(|_| kept), ui)?;
    }
    Ok(Exit::Done)
}

/// Where the sample archive goes.
enum Sample {
    Named(PathBuf),
    Temporary(tempfile::TempDir),
}

impl Sample {
    fn new(args: &Args) -> anyhow::Result<Self> {
        if let Some(folder) = &args.keep {
            return Ok(Self::Named(folder.clone()));
        }
        let folder = tempfile::Builder::new().prefix("pullquote-demo-").tempdir();
        folder.map(Self::Temporary).context("cannot make a temporary folder: name one with --keep DIR")
    }

    fn folder(&self) -> &Path {
        match self {
            Self::Named(folder) => folder,
            Self::Temporary(folder) => folder.path(),
        }
    }

    /// Leaves the folder where it is.
    fn keep(self) -> PathBuf {
        match self {
            Self::Named(folder) => folder,
            Self::Temporary(folder) => folder.keep(),
        }
    }
}

/// Indexes the sample archive and asks it.
fn show(folder: &Path, again: Again<'_>, ui: &mut Ui) -> anyhow::Result<()> {
    let index = folder.join(super::archive::FOLDER);
    let (faint, count): (_, usize) = (print::FAINT, ARCHIVE.dirs().map(files).sum());
    let words = [OsStr::new("index"), folder.as_os_str()];
    heading("Indexing", ui)?;
    if !ui.json() {
        writeln!(ui.out(), "{faint}{count} files of invented entertainment news, 1998 to 2025{faint:#}")?;
        typed(&words, ui)?;
    }
    command(&words, &index, again, ui)?;
    for (what, words) in SHOWN {
        heading(what, ui)?;
        let words: Vec<&OsStr> = words.iter().map(OsStr::new).collect();
        typed(&words, ui)?;
        command(&words, &index, again, ui)?;
    }
    Ok(())
}

/// Indexes the sample archive and serves it; what is written there goes with it.
fn serve(folder: &Path, at: SocketAddr, again: Again<'_>, ui: &mut Ui) -> anyhow::Result<Exit> {
    let index = folder.join(super::archive::FOLDER);
    command(&[OsStr::new("index"), folder.as_os_str()], &index, again, ui)?;
    ui.hint("type a name, a sentence somebody said, or \"smoke machine\" into the page");
    let at = OsString::from(at.to_string());
    command(&["serve".as_ref(), "--allow-writes".as_ref(), "--listen".as_ref(), &at], &index, again, ui)
}

/// Says what to type next, in the folder if it was kept.
fn propose(kept: Option<&Path>, ui: &mut Ui) -> anyhow::Result<()> {
    let (strong, faint) = (print::STRONG, print::FAINT);
    heading("Your turn", ui)?;
    if let Some(path) = unknown_to_the_shell() {
        writeln!(ui.out(), "  {strong}alias pullquote={path}{strong:#}")?;
    }
    let go = match kept {
        Some(folder) => format!("cd {}", quoted(&folder.to_string_lossy())),
        None => "pullquote demo --keep sample && cd sample".to_owned(),
    };
    writeln!(ui.out(), "  {strong}{go}{strong:#}")?;
    let width = NEXT.iter().map(|(words, _)| words.len()).max().unwrap_or_default();
    for (words, what) in NEXT {
        writeln!(ui.out(), "  {strong}pullquote {words:<width$}{strong:#}  {faint}{what}{faint:#}")?;
    }
    writeln!(ui.out(), "\nYour own stories: {strong}pullquote index FOLDER{strong:#}")?;
    Ok(())
}

/// Runs a command line of the program.
pub type Again<'a> = &'a dyn Fn(Vec<OsString>, &mut Ui) -> anyhow::Result<Exit>;

/// Runs one of the program's commands on an index, with the options of this one.
pub fn command(words: &[&OsStr], index: &Path, run: Again<'_>, ui: &mut Ui) -> anyhow::Result<Exit> {
    let options = [OsStr::new("pullquote"), OsStr::new("--index"), index.as_os_str()];
    let line: Vec<OsString> = options.iter().chain(words).map(|&word| word.to_owned()).collect();
    run(line, ui)
}

/// Writes the sample archive to a folder that is new or empty.
fn write_archive(folder: &Path) -> anyhow::Result<()> {
    let at = || format!("cannot write the sample archive to {}", folder.display());
    fs::create_dir_all(folder).with_context(at)?;
    if fs::read_dir(folder).with_context(at)?.next().is_some() {
        bail!("{} is not empty: name a new folder with --keep", folder.display());
    }
    ARCHIVE.extract(folder).with_context(at)
}

fn files(dir: &Dir<'_>) -> usize {
    dir.files().count() + dir.dirs().map(files).sum::<usize>()
}

fn heading(text: &str, ui: &mut Ui) -> anyhow::Result<()> {
    if !ui.json() {
        let strong = print::STRONG;
        let rule = "─".repeat(ui.width().min(100).saturating_sub(text.chars().count() + 4));
        writeln!(ui.out(), "\n{strong}── {text} {strong:#}{}{rule}{:#}", print::FAINT, print::FAINT)?;
    }
    Ok(())
}

/// Shows a command as it would be typed.
fn typed(words: &[&OsStr], ui: &mut Ui) -> anyhow::Result<()> {
    if !ui.json() {
        let words: Vec<String> = words.iter().map(|word| quoted(&word.to_string_lossy())).collect();
        let mark = print::SPEAKER;
        writeln!(ui.out(), "{mark}$ pullquote {}{mark:#}\n", words.join(" "))?;
    }
    Ok(())
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else if !word.contains(['"', '$', '`', '\\', '!']) {
        format!("\"{word}\"")
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// The program's path, unless the shell finds it by its name.
fn unknown_to_the_shell() -> Option<String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let name = format!("pullquote{}", std::env::consts::EXE_SUFFIX);
    if std::env::split_paths(&path).any(|folder| folder.join(&name).is_file()) {
        return None;
    }
    std::env::current_exe().ok().map(|path| quoted(&path.to_string_lossy()))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn words_are_quoted_for_a_shell() {
        assert_eq!(quoted("search"), "search");
        assert_eq!(quoted("Ines Valcourt"), "\"Ines Valcourt\"");
        assert_eq!(quoted("\"a b\" c's"), r#"'"a b" c'\''s'"#);
    }

    #[test]
    fn every_command_shown_can_be_read() {
        for (_, words) in SHOWN {
            assert!(Cli::try_parse_from(["pullquote"].iter().chain(words)).is_ok(), "{words:?}");
        }
    }
}
