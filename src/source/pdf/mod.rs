//! PDF: the words of its pages, put back into columns and paragraphs.
//!
//! Files of this kind are programs, and some never end or ask for all memory. Where the program that embeds this library has
//! said how to start itself for one file ([`read_apart`]), each is read in a process of its own, with limits of time
//! and memory.

mod glyphs;
mod layout;

use std::{
    io::{self, BufRead, Read, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    process::{Command, ExitStatus, Stdio},
    sync::{OnceLock, mpsc},
    thread,
    time::Duration,
};

use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf as File, metadata::Metadata};
use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};

use super::{
    Error, Format, Place, Record,
    document::{Document, Paragraph, Role},
    filled, package, whole,
};
use crate::config::SourceConfig;

/// Seconds of processor time for one file, and seconds that pass until it is given up on a busy machine.
const SECONDS: u64 = 10;
const PATIENCE: Duration = Duration::from_secs(90);

/// Bytes of address space for one file.
const MEMORY: u64 = 2 << 30;

/// The argument with which a program starts itself for one file.
pub const ARGUMENT: &str = "read-pdf";

static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// Has each file read in a process of its own: the program, started with [`ARGUMENT`] alone, must call [`answer`].
pub fn read_apart(program: PathBuf) {
    // The first one stays: it is the same program.
    let _ = PROGRAM.set(program);
}

/// One story a file, or a delivery of many.
pub struct Pdf;

impl Format for Pdf {
    fn name(&self) -> &'static str {
        "pdf"
    }

    fn version(&self) -> u32 {
        1
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["pdf"]
    }

    fn claims(&self, at: &Place<'_>, head: &[u8]) -> bool {
        // Programs leave messages before the mark.
        let is_inside = || memchr::memmem::find(&head[..head.len().min(1024)], b"%PDF-").is_some();
        head.trim_ascii_start().starts_with(b"%PDF-") || at.extension() == "pdf" && is_inside()
    }

    fn is_binary(&self) -> bool {
        true
    }

    fn read(
        &self,
        input: &mut dyn BufRead,
        at: &Place<'_>,
        config: &SourceConfig,
        each: &mut dyn FnMut(Record),
    ) {
        match whole(input, config).and_then(read) {
            Ok(found) => found.document().records(at).into_iter().for_each(each),
            Err(error) => each(Err(error)),
        }
    }
}

/// What is found in a file.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Found {
    title: Option<String>,
    author: Option<String>,
    made: Option<String>,
    keywords: Option<String>,
    /// Paragraphs, and whether each is the headline.
    paragraphs: Vec<(bool, String)>,
}

/// Why nothing is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Fault {
    Encrypted,
    Damaged,
    /// It shows pictures of words alone.
    NoWords,
}

impl Fault {
    fn error(self) -> Error {
        match self {
            Self::Encrypted => package::encrypted(),
            Self::Damaged => Error::file("damaged", "the PDF is damaged: fetch it again"),
            Self::NoWords => Error::file(
                "no-words",
                "the PDF holds no words, perhaps scanned pages: have them recognised (OCR) first",
            ),
        }
    }
}

impl Found {
    fn document(self) -> Document {
        let mut document = Document {
            title: self.title,
            author: self.author,
            made: self.made.map(|made| (made, "pdf:created")),
            tags: self.keywords.unwrap_or_default().split([',', ';']).filter_map(filled).collect(),
            ..Document::default()
        };
        for (is_title, text) in self.paragraphs {
            let mut paragraph = Paragraph::of(if is_title { Role::Title } else { Role::Body });
            for (number, line) in text.lines().enumerate() {
                if number > 0 {
                    paragraph.line();
                }
                paragraph.words(line, false);
            }
            document.add(paragraph);
        }
        document
    }
}

fn read(bytes: Vec<u8>) -> Result<Found, Error> {
    let found = match PROGRAM.get() {
        Some(program) => ask(program, bytes)?,
        None => catch_unwind(AssertUnwindSafe(|| find(bytes))).unwrap_or(Err(Fault::Damaged)),
    };
    found.map_err(Fault::error)
}

fn find(bytes: Vec<u8>) -> Result<Found, Fault> {
    let file = File::new(bytes).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::InvalidEncryption) | LoadPdfError::Invalid => {
            Fault::Damaged
        }
        LoadPdfError::Decryption(_) => Fault::Encrypted,
    })?;
    if file.pages().is_empty() {
        return Err(Fault::Damaged);
    }
    let paragraphs = layout::paragraphs(glyphs::pages(&file));
    if paragraphs.is_empty() {
        return Err(Fault::NoWords);
    }
    let facts: &Metadata = file.metadata();
    let text = |bytes: &Option<Box<[u8]>>| bytes.as_deref().and_then(|bytes| filled(&string(bytes)));
    let made = facts.creation_date.filter(|date| date.year > 1980 && date.month > 0 && date.day > 0);
    Ok(Found {
        title: text(&facts.title),
        author: text(&facts.author),
        made: made.map(|date| format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)),
        keywords: text(&facts.keywords),
        paragraphs,
    })
}

/// A string of a PDF: UTF-16 or UTF-8 with a mark, else Latin letters.
fn string(bytes: &[u8]) -> String {
    let latin = |bytes: &[u8]| encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned();
    match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, mark)) => encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned(),
        None => std::str::from_utf8(bytes).map_or_else(|_| latin(bytes), str::to_owned),
    }
}

/// Has the bytes read in another process.
fn ask(program: &PathBuf, bytes: Vec<u8>) -> Result<Result<Found, Fault>, Error> {
    let failed =
        |error: &io::Error| Error::file("unreadable", format!("no process could be started for it: {error}"));
    let mut child = Command::new(program)
        .arg(ARGUMENT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| failed(&error))?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let (send, answer) = mpsc::channel();
    // Both ends at once: neither process waits for the other.
    thread::spawn(move || input.map(|mut input| input.write_all(&bytes)));
    thread::spawn(move || {
        let mut text = Vec::new();
        let read = output.map(|mut output| output.read_to_end(&mut text));
        let _ = send.send(read.map(|_| text));
    });
    let text = answer.recv_timeout(PATIENCE).ok().flatten();
    if text.is_none() {
        // It may have ended just now.
        let _ = child.kill();
    }
    let status = child.wait().map_err(|error| failed(&error))?;
    match text {
        Some(text) if status.success() => serde_json::from_slice(&text).map_err(|_| Fault::Damaged.error()),
        Some(_) => Err(ended(status)),
        None => Err(too_long()),
    }
}

fn too_long() -> Error {
    let message = format!(
        "reading the PDF takes more than {SECONDS} s of processor time: leave it out with `exclude` under [crawl]"
    );
    Error::file("too-long", message)
}

/// Why a process ended before it answered.
fn ended(status: ExitStatus) -> Error {
    use std::os::unix::process::ExitStatusExt;
    // Those of the limit of time, and of a program that gets no memory.
    const XCPU: i32 = 24;
    const KILL: i32 = 9;
    const ABRT: i32 = 6;
    match status.signal() {
        Some(XCPU | KILL) => too_long(),
        Some(ABRT) => {
            let message =
                format!("reading the PDF takes more than {} MiB of memory: leave it out", MEMORY >> 20);
            Error::file("too-large", message)
        }
        _ => Fault::Damaged.error(),
    }
}

/// Reads the one file that is given on standard input, and answers for the process that asked.
///
/// # Errors
/// When input or output fail.
pub fn answer(input: &mut dyn Read, output: &mut dyn Write) -> io::Result<()> {
    let limit = |most| Rlimit { current: Some(most), maximum: Some(most) };
    setrlimit(Resource::Cpu, Rlimit { current: Some(SECONDS), maximum: Some(SECONDS + 1) })?;
    setrlimit(Resource::As, limit(MEMORY))?;
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    let found = find(bytes);
    serde_json::to_writer(&mut *output, &found)?;
    output.flush()
}
