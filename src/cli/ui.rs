//! What a command prints: records for machines, lines for people, messages on standard error.

use std::io::{self, BufWriter, IsTerminal, Write};

use anstream::AutoStream;
use clap::{Args, ValueEnum};
use pullquote::{
    record::Line,
    report::{LogLine, Skipped},
};
use serde::Serialize;

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

/// The two streams of a command, and how to write on them.
pub struct Ui {
    /// The options.
    pub args: UiArgs,
    out: BufWriter<AutoStream<io::Stdout>>,
    err: AutoStream<io::Stderr>,
    /// Whether anything was said on standard error.
    said: bool,
}

impl Ui {
    /// Opens the streams.
    pub fn new(args: UiArgs) -> Self {
        let choice = match args.color {
            Color::Auto => anstream::ColorChoice::Auto,
            Color::Always => anstream::ColorChoice::Always,
            Color::Never => anstream::ColorChoice::Never,
        };
        // JSON holds no styles; looking for some to drop costs as much as writing it.
        let plain = if args.json { anstream::ColorChoice::AlwaysAnsi } else { choice };
        Self {
            args,
            out: BufWriter::with_capacity(1 << 16, AutoStream::new(io::stdout(), plain)),
            err: AutoStream::new(io::stderr(), choice),
            said: false,
        }
    }

    /// Whether standard output is for machines.
    pub fn json(&self) -> bool {
        self.args.json
    }

    /// Whether a person reads standard output.
    pub fn on_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// Columns of the terminal; 100 when there is none.
    pub fn width(&self) -> usize {
        terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0))
    }

    /// Standard output, buffered; styles written to it are dropped where they are not wanted.
    pub fn out(&mut self) -> &mut impl Write {
        &mut self.out
    }

    /// Writes bytes to standard output as they are, whatever they are.
    pub fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.flush()?;
        io::stdout().write_all(bytes)
    }

    /// Writes one JSON object as a line of standard output.
    pub fn record(&mut self, record: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, record)?;
        self.out.write_all(b"\n")
    }

    /// Something a person may want to know; not under `--quiet`.
    pub fn note(&mut self, text: &str) {
        if !self.args.quiet {
            self.message("note", None, text);
        }
    }

    /// Something that should be looked at.
    pub fn warn(&mut self, text: &str) {
        self.message("warning", Some(anstyle::AnsiColor::Yellow), text);
    }

    /// An error that ends the command, with its causes.
    pub fn error(&mut self, error: &anyhow::Error) {
        let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
        self.message("error", Some(anstyle::AnsiColor::Red), &causes.join(": "));
    }

    /// What to do about it.
    pub fn hint(&mut self, text: &str) {
        self.message("hint", Some(anstyle::AnsiColor::Cyan), text);
    }

    /// An input that was left out.
    pub fn skipped(&mut self, skipped: &Skipped) {
        let record = skipped.record.map(|record| format!(", record {record}")).unwrap_or_default();
        match self.args.log_format {
            LogFormat::Json => {
                let _ = self.out.flush();
                self.log(&Line::of(skipped));
            }
            LogFormat::Text => {
                let text =
                    format!("skipped {}{record}: {} [{}]", skipped.path, skipped.message, skipped.reason);
                self.message("warning", Some(anstyle::AnsiColor::Yellow), &text);
            }
        }
    }

    /// Tells a person at a terminal that nothing was found, unless something was said already.
    pub fn nothing_found(&mut self) {
        if self.on_terminal() && !self.json() && !self.said {
            self.note("nothing found");
        }
    }

    fn message(&mut self, level: &str, color: Option<anstyle::AnsiColor>, text: &str) {
        self.said = true;
        let _ = self.out.flush();
        match self.args.log_format {
            LogFormat::Json => self.log(&LogLine { level, message: text }),
            LogFormat::Text => {
                let style = color.map_or_else(anstyle::Style::new, |color| color.on_default().bold());
                // Nobody is left to tell when standard error is closed.
                let _ = writeln!(self.err, "{style}{level}{style:#}: {text}");
            }
        }
    }

    /// Writes one JSON object as a line of standard error.
    fn log(&mut self, line: &impl Serialize) {
        // Nobody is left to tell when standard error is closed.
        let _ = serde_json::to_writer(&mut self.err, line);
        let _ = self.err.write_all(b"\n");
    }

    /// Writes out what is buffered.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
