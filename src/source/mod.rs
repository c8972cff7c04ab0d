//! Reading articles: one file per input format, one registry of them.

pub mod charset;
pub mod dates;
mod feed;
mod format;
mod html;
mod json;
mod markdown;
mod newsml;
mod nitf;
mod text;
mod xml;

use std::io::{self, BufRead, BufReader};

use flate2::bufread::MultiGzDecoder;

pub use self::format::{Error, Format, Place, Record, Resume};
pub(crate) use self::format::{filled, whole};
use crate::{article::Article, config::SourceConfig, report::Begin};

/// The number of what all formats share: charsets, dates, how a format is told. Raise it as [`Format::version`].
pub const READING: u32 = 1;

/// Every format, in the order they are tried; the last one takes any text.
pub const FORMATS: &[&dyn Format] = &[
    &html::Html,
    &feed::Feed,
    &newsml::NewsMl,
    &nitf::Nitf,
    &json::JsonLines,
    &json::Json,
    &markdown::Markdown,
    &text::Text,
];

/// Bytes looked at to tell a format.
const HEAD: usize = 4096;

/// Bytes inflated at a time.
const BUFFER: usize = 1 << 16;

/// First bytes of compressed data (RFC 1952, 2.3.1).
const GZIP: &[u8] = b"\x1f\x8b";

/// The format of that name.
pub fn by_name(name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.name() == name)
}

/// The numbers of all that reads, in one line: what an article looks like depends on nothing else of the readers.
pub fn versions() -> String {
    let format = |format: &&dyn Format| format!(", {} {}", format.name(), format.version());
    format!("reading {READING}{}", FORMATS.iter().map(format).collect::<String>())
}

/// What an input was found to be before its first record.
#[derive(Clone, Copy)]
pub struct Told {
    /// Its format; nothing when it could not be looked at.
    pub format: Option<&'static dyn Format>,
    /// Whether it holds records, not one story.
    pub container: bool,
}

/// Reads every record of an input, its format told by the file's extension, else by its first bytes. Compressed input
/// (gzip) is inflated first, whatever its name.
pub fn read(input: &mut dyn BufRead, at: &Place<'_>, config: &SourceConfig, each: &mut dyn FnMut(Record)) {
    read_as(None, input, at, config, &mut |_, record| each(record));
}

/// Reads every record of an input of the given format, and says what the input was taken for; see [`read`].
pub fn read_as(
    format: Option<&'static dyn Format>,
    input: &mut dyn BufRead,
    at: &Place<'_>,
    config: &SourceConfig,
    each: &mut dyn FnMut(Told, Record),
) {
    let each = &mut |told: Told, record: Record| {
        each(told, record.map(|article| Article { filed: config.filed(&article), ..article }));
    };
    let result = match head_of(input) {
        Ok(head) if head.starts_with(GZIP) => {
            let mut inflated = BufReader::with_capacity(BUFFER, MultiGzDecoder::new(input));
            read_plain(format, &mut inflated, at, config, each)
        }
        Ok(_) => read_plain(format, input, at, config, each),
        Err(error) => Err(Error::io(&error)),
    };
    if let Err(error) = result {
        each(Told { format, container: false }, Err(error));
    }
}

/// Reads every record of an input from one on; the input stands at its beginning. Nothing is read when the format cannot.
pub fn read_on(
    begin: &Begin,
    input: &mut dyn BufRead,
    at: &Place<'_>,
    config: &SourceConfig,
    each: &mut dyn FnMut(Told, Record),
) {
    let format = by_name(&begin.format);
    let Some(resume) = format.and_then(Format::resume) else { return };
    let told = Told { format, container: true };
    resume.read_on(begin, input, at, config, &mut |record| {
        each(told, record.map(|article| Article { filed: config.filed(&article), ..article }));
    });
}

fn read_plain(
    format: Option<&'static dyn Format>,
    input: &mut dyn BufRead,
    at: &Place<'_>,
    config: &SourceConfig,
    each: &mut dyn FnMut(Told, Record),
) -> Result<(), Error> {
    let head = head_of(input).map_err(|error| Error::io(&error))?;
    if head.is_empty() {
        return Err(Error::file("empty", "the file is empty"));
    }
    if charset::is_binary(head) {
        return Err(Error::file("binary", "not text: leave it out with `exclude` under [crawl]"));
    }
    if let Some(encoding) = charset::wide(head) {
        // Formats look at bytes, so that two-byte text is turned into UTF-8 before they do.
        let bytes = whole(input, config)?;
        let text = encoding.decode(&bytes).0;
        read_text(format, &mut text.as_bytes(), at, config, each);
    } else {
        read_text(format, input, at, config, each);
    }
    Ok(())
}

fn read_text(
    format: Option<&'static dyn Format>,
    input: &mut dyn BufRead,
    at: &Place<'_>,
    config: &SourceConfig,
    each: &mut dyn FnMut(Told, Record),
) {
    let head = input.fill_buf().map(|head| &head[..head.len().min(HEAD)]).unwrap_or_default();
    let head = head.strip_prefix(charset::UTF8_MARK).unwrap_or(head);
    let Some(format) = format.or_else(|| told_by(at, head)) else {
        let message = "XML of no kind that is read: leave it out with `exclude` under [crawl]";
        return each(Told { format: None, container: false }, Err(Error::file("unknown-format", message)));
    };
    let told = Told { format: Some(format), container: format.is_container(head) };
    format.read(input, at, config, &mut |record| each(told, record));
}

/// What an input begins with, as far as its first read went.
fn head_of(input: &mut dyn BufRead) -> io::Result<&[u8]> {
    let head = input.fill_buf()?;
    Ok(&head[..head.len().min(HEAD)])
}

/// The format of an input; nothing when it is written in a kind of XML that no format knows.
fn told_by(at: &Place<'_>, head: &[u8]) -> Option<&'static dyn Format> {
    let name = at.name().to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let named = FORMATS.iter().find(|format| format.extensions().contains(&extension));
    let sniffed = || FORMATS.iter().find(|format| format.sniff(head));
    let found = named.or_else(sniffed).copied();
    let is_text = found.is_none_or(|format| format.name() == "text");
    let xml = is_text && named.is_none() && head.trim_ascii_start().starts_with(b"<?xml");
    if xml { None } else { found }
}
