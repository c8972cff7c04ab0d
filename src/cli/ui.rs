//! What a command prints: records for machines, lines for people, messages on standard error.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, BufWriter, IsTerminal, Write},
};

use anstream::{AutoStream, ColorChoice};
use clap::{Args, ValueEnum};
use jiff::Timestamp;
use pullquote::{
    record::Line,
    report::{LogLine, Skipped},
    visible,
};
use serde::Serialize;

use super::page::{Page, Style};

/// Columns below which nothing can be laid out.
const LEAST_WIDTH: usize = 20;

/// Options every command takes.
#[derive(Args, Clone, Debug, Default)]
pub struct UiArgs {
    /// Write one JSON object a line
    #[arg(long, global = true, help_heading = "Output")]
    pub json: bool,
    /// Say nothing but results and errors
    #[arg(long, global = true, help_heading = "Output")]
    pub quiet: bool,
    /// When to colour
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN", help_heading = "Output")]
    pub color: Color,
    /// How messages on standard error are written
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORMAT", help_heading = "Output")]
    pub log_format: LogFormat,
    /// Say more; twice for debugging
    #[arg(short, long, global = true, action = clap::ArgAction::Count, help_heading = "Output")]
    pub verbose: u8,
}

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How messages are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people
    #[default]
    Text,
    /// One JSON object a line
    Json,
}

/// What is told of something that was counted.
pub type Counts = BTreeMap<String, u64>;

/// The two streams of a command, and how to write on them.
pub struct Ui {
    /// The options.
    pub args: UiArgs,
    out: Page<BufWriter<io::Stdout>>,
    err: Page<io::Stderr>,
    is_terminal: bool,
    /// Whether anything was said on standard error.
    said: bool,
}

impl Ui {
    /// Opens the streams.
    pub fn new(args: UiArgs) -> Self {
        let has_styles = |wished: ColorChoice| match args.color {
            Color::Auto => wished != ColorChoice::Never,
            Color::Always => true,
            Color::Never => false,
        };
        let (out, err) = (io::stdout(), io::stderr());
        let is_terminal = out.is_terminal();
        let styles = [has_styles(AutoStream::choice(&out)), has_styles(AutoStream::choice(&err))];
        Self {
            args,
            out: Page::new(BufWriter::with_capacity(1 << 16, out), styles[0]),
            err: Page::new(err, styles[1]),
            is_terminal,
            said: false,
        }
    }

    /// Whether standard output is for machines.
    pub fn json(&self) -> bool {
        self.args.json
    }

    /// Whether a person reads standard output.
    pub fn on_terminal(&self) -> bool {
        self.is_terminal
    }

    /// Columns of the terminal; without one what `COLUMNS` says, else 100.
    pub fn width(&self) -> usize {
        let terminal = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let told =
            || std::env::var("COLUMNS").ok()?.parse().ok().filter(|&width: &usize| width >= LEAST_WIDTH);
        terminal.or_else(told).unwrap_or(100)
    }

    /// Standard output for people, buffered: styles where they are wanted, and everything else as text.
    pub fn out(&mut self) -> &mut impl Write {
        &mut self.out
    }

    /// Writes what another program reads and is no JSON, exactly; on a terminal, as for people.
    pub fn exact(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self.on_terminal() {
            true => self.out.write_all(bytes),
            false => self.out.exact().write_all(bytes),
        }
    }

    /// Standard output for bytes that are no text.
    #[cfg(feature = "parquet")]
    pub fn bytes(&mut self) -> &mut (impl Write + Send) {
        self.out.exact()
    }

    /// Writes one JSON object as a line of standard output.
    pub fn record(&mut self, record: &impl Serialize) -> io::Result<()> {
        if self.on_terminal() {
            return self.out.json(&(serde_json::to_string(record)? + "\n"));
        }
        serde_json::to_writer(self.out.exact(), record)?;
        self.out.exact().write_all(b"\n")
    }

    /// Writes lines that are JSON already.
    pub fn records(&mut self, mut lines: impl BufRead) -> io::Result<()> {
        if self.on_terminal() {
            return lines.lines().try_for_each(|line| self.out.json(&(line? + "\n")));
        }
        io::copy(&mut lines, self.out.exact()).map(drop)
    }

    /// Something a person may want to know; not under `--quiet`.
    pub fn note(&mut self, text: &str) {
        self.counted(text, &Counts::new());
    }

    /// Something a person may want to know, with its counts for machines; not under `--quiet`.
    pub fn counted(&mut self, text: &str, counts: &Counts) {
        if !self.args.quiet {
            self.message("note", None, text, counts);
        }
    }

    /// Something that should be looked at; not under `--quiet`.
    pub fn warn(&mut self, text: &str) {
        self.warn_counted(text, &Counts::new());
    }

    /// Something that should be looked at, with its counts for machines; not under `--quiet`.
    pub fn warn_counted(&mut self, text: &str, counts: &Counts) {
        if !self.args.quiet {
            self.message("warning", Some(Style::Yellow), text, counts);
        }
    }

    /// Something that was asked for and is not done, where the command goes on.
    pub fn fault(&mut self, text: &str) {
        self.message("error", Some(Style::StrongRed), text, &Counts::new());
    }

    /// An error that ends the command, with its causes.
    pub fn error(&mut self, error: &anyhow::Error) {
        let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
        self.fault(&causes.join(": "));
    }

    /// What to do about it; not under `--quiet`.
    pub fn hint(&mut self, text: &str) {
        if !self.args.quiet {
            self.message("hint", Some(Style::StrongCyan), text, &Counts::new());
        }
    }

    /// An input that was left out.
    pub fn skipped(&mut self, skipped: &Skipped) {
        if self.args.quiet {
            return;
        }
        let Skipped { path, record, reason, message, .. } = skipped;
        let record = record.map(|record| format!(", record {record}")).unwrap_or_default();
        match self.args.log_format {
            LogFormat::Json => self.log(&Line::of(skipped)),
            LogFormat::Text => {
                self.warn(&format!("skipped {}{record}: {message} [{reason}]", visible::line(path)));
            }
        }
    }

    /// Tells a person at a terminal that nothing was found, unless something was said already.
    pub fn nothing_found(&mut self) {
        if self.on_terminal() && !self.json() && !self.said {
            self.note("nothing found");
        }
    }

    fn message(&mut self, level: &str, style: Option<Style>, text: &str, counts: &Counts) {
        self.said = true;
        match self.args.log_format {
            LogFormat::Json => {
                self.log(&LogLine { time: Timestamp::now().to_string(), level, message: text, counts });
            }
            LogFormat::Text => {
                let _ = self.out.flush();
                // A line of its own begins with its level: what goes on is indented.
                let text = text.replace('\n', "\n  ");
                // Nobody is left to tell when standard error is closed.
                let _ = match style {
                    Some(style) => writeln!(self.err, "{style}{level}{style:#}: {text}"),
                    None => writeln!(self.err, "{level}: {text}"),
                };
            }
        }
    }

    /// Writes one JSON object as a line of standard error.
    fn log(&mut self, line: &impl Serialize) {
        let _ = self.out.flush();
        // Nobody is left to tell when standard error is closed.
        let _ = serde_json::to_string(line).map(|line| self.err.json(&(line + "\n")));
    }

    /// Writes out what is buffered.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
