//! Reading articles: one file per input format, one registry of them.

pub mod archive;
mod captions;
pub mod charset;
mod compression;
mod csv;
pub mod dates;
mod delivery;
mod document;
mod docx;
mod entities;
mod epub;
mod facts;
mod feed;
mod foreign;
mod format;
mod html;
mod json;
mod lines;
mod mail;
mod markdown;
mod mets;
mod movable_type;
mod newsml;
mod newsml1;
mod nitf;
mod ocr;
mod odt;
mod package;
#[cfg(feature = "pdf")]
pub mod pdf;
mod rtf;
mod tei;
mod text;
mod web_archive;
mod wire;
mod xml;

use std::io::{self, BufRead, BufReader};

pub use self::compression::plain_name;
pub use self::format::{Again, Error, Format, Place, Record, Resume, Unread};
pub(crate) use self::format::{filled, whole};
use self::{compression::Compression, format::HEAD};
use crate::{article::Article, config::SourceConfig, report::Begin};

/// The number of what all formats share: charsets, dates, how a format is told. Raise it as [`Format::version`].
pub const READING: u32 = 6;

/// Every format, in the order they are tried; the last one takes prose.
pub const FORMATS: &[&dyn Format] = &[
    &docx::Docx,
    &odt::Odt,
    &epub::Epub,
    #[cfg(feature = "pdf")]
    &pdf::Pdf,
    &rtf::Rtf,
    &web_archive::Kind::Warc,
    &web_archive::Kind::Arc,
    &mail::Mhtml,
    &mail::Mail,
    &mail::Mbox,
    &mail::SingleFile,
    &captions::Captions,
    &ocr::Hocr,
    &html::Html,
    &feed::Feed,
    &delivery::FactivaXml,
    &newsml::NewsMl,
    &newsml1::NewsMl1,
    &nitf::Nitf,
    &ocr::Alto,
    &mets::Mets,
    &tei::Tei,
    &wire::Wire::Anpa,
    &wire::Wire::Iptc,
    &json::JsonLines,
    &json::Json,
    &csv::Csv,
    &movable_type::MovableType,
    &markdown::Markdown,
    &text::Text,
];

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
    /// Whether its bytes are those that are read: neither inflated nor of another encoding.
    pub as_it_is: bool,
}

/// Reads every record of an input, its format told by the file's extension, else by its first bytes. Compressed input
/// (gzip, zstd, bzip2, xz) is inflated first, whatever its name.
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
    find(format, input, at, config, &mut |told, found| each(told, read_found(found, at, config)));
}

/// Reads a record that was found.
pub fn read_found(found: Unread, at: &Place<'_>, config: &SourceConfig) -> Record {
    found.read(at).map(|article| settled(article, config))
}

/// Finds every record of an input, and says what the input was taken for; what can be read later is left to
/// [`read_found`].
pub fn find(
    format: Option<&'static dyn Format>,
    input: &mut dyn BufRead,
    at: &Place<'_>,
    config: &SourceConfig,
    each: &mut dyn FnMut(Told, Unread),
) {
    let result = match head_of(input) {
        Ok(head) => match Compression::of(head) {
            Some(compression) => {
                let mut inflated = compression.buffered(input);
                let each = &mut |told, record| each(Told { as_it_is: false, ..told }, record);
                read_plain(format, &mut inflated, at, config, each)
            }
            None => read_plain(format, input, at, config, each),
        },
        Err(error) => Err(Error::io(&error)),
    };
    if let Err(error) = result {
        each(Told { format, container: false, as_it_is: false }, Unread::Ready(Err(error)));
    }
}

/// Reads every record of an input from one on; the input stands at its beginning. Nothing is read when the format cannot.
pub fn read_on(
    begin: &Begin,
    input: &mut dyn BufRead,
    at: &Place<'_>,
    config: &SourceConfig,
    each: &mut dyn FnMut(Told, Unread),
) {
    let format = by_name(&begin.format);
    let Some(resume) = format.and_then(Format::resume) else { return };
    let told = Told { format, container: true, as_it_is: true };
    resume.read_on(begin, input, at, config, &mut |record| each(told, Unread::Ready(record)));
}

/// A story with what all formats have in common.
fn settled(article: Article, config: &SourceConfig) -> Article {
    let article = facts::settled(article);
    Article { filed: config.filed(&article), ..article }
}

fn read_plain(
    format: Option<&'static dyn Format>,
    input: &mut dyn BufRead,
    at: &Place<'_>,
    config: &SourceConfig,
    each: &mut dyn FnMut(Told, Unread),
) -> Result<(), Error> {
    let head = head_of(input).map_err(|error| Error::io(&error))?;
    let format = match format {
        Some(format) => is_readable(format, at, head).map(|()| format),
        None => told_by(at, head),
    }?;
    match charset::wide(head).filter(|_| !format.is_binary()) {
        // Formats look at bytes, so that two-byte text is turned into UTF-8 before they do.
        Some(encoding) => {
            let bytes = whole(input, config)?;
            let each = &mut |told, record| each(Told { as_it_is: false, ..told }, record);
            read_format(format, &mut encoding.decode(&bytes).as_bytes(), at, config, each);
        }
        None => read_format(format, input, at, config, each),
    }
    Ok(())
}

fn read_format(
    format: &'static dyn Format,
    input: &mut dyn BufRead,
    at: &Place<'_>,
    config: &SourceConfig,
    each: &mut dyn FnMut(Told, Unread),
) {
    let head = input.fill_buf().map(|head| &head[..head.len().min(HEAD)]).unwrap_or_default();
    let mark = head.starts_with(charset::UTF8_MARK) && !format.is_binary();
    let head = head.strip_prefix(charset::UTF8_MARK).unwrap_or(head);
    let container = format.is_container(head);
    let mut told = Told { format: Some(format), container, as_it_is: true };
    if mark {
        input.consume(charset::UTF8_MARK.len());
    }
    // Of formats that may hold one story or several, the first waits until it is known whether another follows.
    let (mut first, mut waits) = (None, !told.container);
    format.find(input, at, config, &mut |record| {
        if waits && first.is_none() {
            first = Some(record);
            return;
        }
        if let Some(first) = first.take() {
            told.container |= !matches!(&record, Unread::Ready(Err(error)) if error.record.is_none());
            each(told, first);
        }
        waits = false;
        each(told, record);
    });
    first.into_iter().for_each(|first| each(told, first));
}

/// What an input would be read as, or why it would be left out, as far as its first bytes tell.
///
/// # Errors
/// Why it would be left out.
pub fn told(input: &mut dyn BufRead, at: &Place<'_>) -> Result<&'static dyn Format, Error> {
    let head = head_of(input).map_err(|error| Error::io(&error))?;
    if let Some(compression) = Compression::of(head) {
        let mut inflated = BufReader::with_capacity(HEAD, compression.reader(input));
        return told_by(at, head_of(&mut inflated).map_err(|error| Error::io(&error))?);
    }
    told_by(at, head)
}

/// As much of an input as is looked at to tell a format.
pub fn head(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().min(HEAD)]
}

/// What an input begins with, as far as its first read went.
fn head_of(input: &mut dyn BufRead) -> io::Result<&[u8]> {
    input.fill_buf().map(head)
}

/// The format of an input: by its extension, else by its first bytes. What is named as text, or has no name that says
/// anything, may be any of them; what is none of them is prose, or left out.
fn told_by(at: &Place<'_>, head: &[u8]) -> Result<&'static dyn Format, Error> {
    let decoded = charset::wide(head).map(|encoding| encoding.decode(head));
    let head = decoded.as_ref().map_or(head, |text| text.as_bytes());
    let head = head.strip_prefix(charset::UTF8_MARK).unwrap_or(head);
    if let Some(format) = FORMATS.iter().copied().find(|format| format.claims(at, head)) {
        return Ok(format);
    }
    let sniffed = FORMATS.iter().copied().find(|format| !format.is_binary() && format.sniff(head));
    if sniffed.is_none()
        && let Some(kind) = foreign::by_bytes(head)
    {
        return Err(kind.error());
    }
    is_readable(&text::Text, at, head)?;
    let extension = at.extension();
    let named = FORMATS.iter().copied().find(|format| format.extensions().contains(&&*extension));
    let found = match named {
        Some(named) if named.name() == text::Text.name() => {
            sniffed.filter(|format| format.may_be_txt()).or(Some(named))
        }
        // Site generators put front matter before pages, too.
        Some(named) if named.name() == html::Html.name() => {
            sniffed.filter(|format| format.name() == markdown::Markdown.name()).or(Some(named))
        }
        _ => named.or(sniffed),
    };
    if let Some(format) = found {
        return Ok(format);
    }
    if let Some(kind) = foreign::by_extension(&extension) {
        return Err(kind.error());
    }
    if head.trim_ascii_start().starts_with(b"<?xml") {
        let root = foreign::first_element(head).map(String::from_utf8_lossy).unwrap_or_default();
        let message =
            format!("XML of no kind that is read (<{root}>): leave it out with `exclude` under [crawl]");
        return Err(Error::file("unknown-format", message));
    }
    foreign::by_look(&String::from_utf8_lossy(head)).map_or(Ok(&text::Text), Err)
}

/// Whether bytes are there, and text if the format is.
fn is_readable(format: &dyn Format, at: &Place<'_>, head: &[u8]) -> Result<(), Error> {
    if head.is_empty() {
        return Err(Error::file("empty", "the file is empty"));
    }
    if format.is_binary() || !charset::is_binary(head) {
        return Ok(());
    }
    let kind = foreign::by_bytes(head).or_else(|| foreign::by_extension(&at.extension()));
    let message = "not text, and of no kind that is known: leave it out with `exclude` under [crawl]";
    Err(kind.map_or_else(|| Error::file("binary", message), foreign::Kind::error))
}
