//! Documents that are zip archives inside: their parts by name, within limits that no document needs and every bomb breaks.

use std::io::{BufRead, Cursor, Read};

use quick_xml::{
    Reader,
    escape::resolve_predefined_entity,
    events::{BytesStart, Event},
};
use zip::{ZipArchive, result::ZipError};

use super::{
    Error, charset,
    entities::{Entities, Refused},
    whole,
};
use crate::config::SourceConfig;

/// Parts of the largest document.
const MOST_PARTS: usize = 20_000;

/// All parts of a document together may be so many times as large as a story may be.
const MOST_INFLATED: u64 = 8;

/// A part that is larger than this may not be more than so many times as large as it is when packed: the markup of
/// a long table comes to some sixty.
const RATIO_COUNTS_FROM: u64 = 1 << 20;
const MOST_RATIO: u64 = 400;

/// How a zip archive begins.
pub const MAGIC: &[u8] = b"PK\x03\x04";

/// An opened document.
pub struct Package {
    archive: ZipArchive<Cursor<Vec<u8>>>,
    /// Bytes that may still be inflated.
    left: u64,
    limit: u64,
}

impl Package {
    /// Reads the whole input and opens it.
    pub fn open(input: &mut dyn BufRead, config: &SourceConfig) -> Result<Self, Error> {
        let bytes = whole(input, config)?;
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| failed(&error))?;
        if archive.len() > MOST_PARTS {
            let message =
                format!("it holds {} parts, more than {MOST_PARTS}: no document does", archive.len());
            return Err(Error::file("bomb", message));
        }
        let limit = config.max_bytes.saturating_mul(MOST_INFLATED);
        Ok(Self { archive, left: limit, limit })
    }

    /// Whether there is a part of that name.
    pub fn has(&self, name: &str) -> bool {
        self.archive.index_for_name(name).is_some()
    }

    /// The bytes of a part; nothing when there is none of that name.
    pub fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let file = match self.archive.by_name(name) {
            Ok(file) => file,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(failed(&error)),
        };
        let packed = file.compressed_size().max(1);
        let mut bytes = Vec::new();
        let mut limited = file.take(self.left.saturating_add(1));
        loop {
            let read = Read::by_ref(&mut limited).take(RATIO_COUNTS_FROM).read_to_end(&mut bytes);
            let read = read.map_err(|error| damaged(name, &error))?;
            let inflated = bytes.len() as u64;
            if inflated > self.left {
                let message =
                    format!("its parts inflate to more than {} bytes: no document does", self.limit);
                return Err(Error::file("bomb", message));
            }
            if inflated > RATIO_COUNTS_FROM && inflated / packed > MOST_RATIO {
                let message = format!(
                    "{name} inflates to more than {MOST_RATIO} times its {packed} bytes: no document does"
                );
                return Err(Error::file("bomb", message));
            }
            if read == 0 {
                self.left -= inflated;
                return Ok(Some(bytes));
            }
        }
    }

    /// The text of a part that must be there.
    pub fn text(&mut self, name: &str) -> Result<String, Error> {
        let found = self.optional_text(name)?;
        found.ok_or_else(|| {
            Error::file("damaged", format!("its part {name} is missing: fetch the file again"))
        })
    }

    /// The text of a part, if it is there.
    pub fn optional_text(&mut self, name: &str) -> Result<Option<String>, Error> {
        Ok(self.part(name)?.map(|bytes| charset::decode(&bytes, None).into_owned()))
    }
}

/// Why a zip archive cannot be read.
fn failed(error: &ZipError) -> Error {
    match error {
        ZipError::UnsupportedArchive(what) if what.to_ascii_lowercase().contains("password") => encrypted(),
        _ => Error::file("damaged", format!("the file is damaged ({error}): fetch it again")),
    }
}

fn damaged(part: &str, error: &dyn std::fmt::Display) -> Error {
    Error::file("damaged", format!("its part {part} is damaged ({error}): fetch the file again"))
}

/// A document that asks for a password.
pub fn encrypted() -> Error {
    Error::file(
        "encrypted",
        "it is encrypted: save it without a password, or leave it out with `exclude` under [crawl]",
    )
}

/// What stands in a part that is XML, in order.
pub enum Piece<'a> {
    /// An element begins: its local name, and its attributes.
    Open(&'a str, &'a BytesStart<'a>),
    /// An element ends.
    Close(&'a str),
    /// Words.
    Words(&'a str),
}

/// Gives each piece of a part that is XML. No document of an office needs others than the predefined entities, so that
/// those a part declares are read as [`Entities`] are.
pub fn pieces(part: &str, xml: &str, each: &mut dyn FnMut(Piece<'_>)) -> Result<(), Error> {
    let entities = Entities::of(xml);
    let refused = |refused: Refused| refused.of(&format!("its part {part}"));
    entities.checked().map_err(refused)?;
    let mut reader = Reader::from_str(xml);
    loop {
        let event = reader.read_event().map_err(|error| damaged(part, &error))?;
        match event {
            Event::Start(start) => each(Piece::Open(start.local_name().as_ref(), &start)),
            Event::Empty(start) => {
                each(Piece::Open(start.local_name().as_ref(), &start));
                each(Piece::Close(start.local_name().as_ref()));
            }
            Event::End(end) => each(Piece::Close(end.local_name().as_ref())),
            Event::Text(words) => each(Piece::Words(&words)),
            Event::CData(words) => each(Piece::Words(&words)),
            Event::GeneralRef(name) => match name.resolve_char_ref() {
                Ok(Some(c)) => each(Piece::Words(c.encode_utf8(&mut [0; 4]))),
                _ => {
                    let declared = entities.meaning(&name).map_err(refused)?;
                    let known = resolve_predefined_entity(&name).or(declared);
                    each(Piece::Words(known.unwrap_or("\u{fffd}")));
                }
            },
            Event::Eof => return Ok(()),
            _ => (),
        }
    }
}

/// An attribute by its local name.
pub fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    for attribute in start.attributes().with_checks(false).flatten() {
        if attribute.key.local_name().as_ref() == name {
            return Some(quick_xml::escape::unescape(&attribute.value).unwrap_or_default().into_owned());
        }
    }
    None
}

/// The words of the first element of a local name in a part that is XML.
pub fn words_of(xml: &str, name: &str) -> Option<String> {
    let (mut inside, mut words) = (false, String::new());
    let done = pieces("", xml, &mut |piece| match piece {
        Piece::Open(element, _) if element == name && words.is_empty() => inside = true,
        Piece::Close(element) if element == name => inside = false,
        Piece::Words(more) if inside => words.push_str(more),
        _ => (),
    });
    done.ok().and_then(|()| super::filled(&words))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in parts {
            zip.start_file(*name, SimpleFileOptions::default()).expect("a part");
            zip.write_all(bytes).expect("its bytes");
        }
        zip.finish().expect("an archive").into_inner()
    }

    fn opened(bytes: &[u8], max_bytes: u64) -> Result<Package, Error> {
        Package::open(&mut &bytes[..], &SourceConfig { max_bytes, ..SourceConfig::default() })
    }

    #[test]
    fn parts_are_found_and_bombs_are_refused_with_the_figure() {
        let bytes = packed(&[("a.xml", b"<a>x</a>"), ("bomb", &vec![b'x'; 3 << 20])]);
        let mut package = opened(&bytes, 1 << 20).expect("an archive");
        assert_eq!(package.part("a.xml").expect("a part").as_deref(), Some(&b"<a>x</a>"[..]));
        assert_eq!(package.part("b.xml"), Ok(None));
        assert_eq!(package.text("b.xml").expect_err("none").reason, "damaged");
        let error = package.part("bomb").expect_err("a bomb");
        assert!(error.reason == "bomb" && error.message.contains("400 times"), "{error:?}");
        let error = opened(&bytes, 10_000).expect("an archive").part("bomb").expect_err("a bomb");
        assert!(error.message.contains("80000 bytes"), "{error:?}");
    }

    #[test]
    fn damage_is_said() {
        let bytes = packed(&[("a.xml", &b"She left the stage. ".repeat(40))]);
        assert_eq!(
            opened(&bytes[..bytes.len() / 2], 1 << 20).err().map(|error| error.reason),
            Some("damaged")
        );
        assert!(pieces("a", "<a><b></a>", &mut |_| ()).is_err());
        assert_eq!(words_of("<x:a><b>1 &amp; 2&#33;</b></x:a>", "b").as_deref(), Some("1 & 2!"));
    }
}
