//! Rich Text Format: words of the body, without headers, notes and what was deleted. Whatever the file is called:
//! agencies and databases deliver it as `.doc`.

use std::{
    collections::HashMap,
    io::BufRead,
    mem::{replace, take},
};

use encoding_rs::Encoding;

use super::{
    Error, Format, Place, Record,
    document::{Document, Paragraph, Role},
    filled, whole,
};
use crate::config::SourceConfig;

/// Groups that may lie in each other.
const DEEPEST: usize = 5_000;

/// Destinations whose words are not in the story.
const APART: [&str; 32] = [
    "annotation",
    "atnauthor",
    "atnid",
    "atndate",
    "colortbl",
    "filetbl",
    "fldinst",
    "footer",
    "footerf",
    "footerl",
    "footerr",
    "footnote",
    "ftncn",
    "ftnsep",
    "ftnsepc",
    "header",
    "headerf",
    "headerl",
    "headerr",
    "listtext",
    "nonesttables",
    "objclass",
    "objdata",
    "objname",
    "pict",
    "pntext",
    "pntxta",
    "pntxtb",
    "rxe",
    "shprslt",
    "tc",
    "xe",
];

/// One story a file.
pub struct Rtf;

impl Format for Rtf {
    fn name(&self) -> &'static str {
        "rtf"
    }

    fn version(&self) -> u32 {
        1
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["rtf"]
    }

    fn claims(&self, _: &Place<'_>, head: &[u8]) -> bool {
        head.trim_ascii_start().starts_with(b"{\\rtf")
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
        match whole(input, config).and_then(|bytes| document(&bytes)) {
            Ok((document, is_whole)) => {
                document.records(at).into_iter().for_each(&mut *each);
                if !is_whole {
                    let message =
                        "the document ends in the middle of a group, and may have lost words: fetch it again";
                    each(Err(Error::file("truncated", message)));
                }
            }
            Err(error) => each(Err(error)),
        }
    }
}

/// The document, and whether all its groups are closed.
fn document(bytes: &[u8]) -> Result<(Document, bool), Error> {
    let mut reading = Reading::new();
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        rest = match byte {
            b'{' => {
                reading.begin()?;
                after
            }
            b'}' => {
                reading.end();
                after
            }
            b'\\' => reading.control(after),
            b'\r' | b'\n' | 0 => after,
            _ => {
                reading.byte(byte);
                after
            }
        };
    }
    reading.end_paragraph();
    let is_whole = reading.above.is_empty();
    Ok((reading.document, is_whole))
}

/// Where the words of a group go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum To {
    #[default]
    Body,
    /// Nowhere, but a text box inside is of the body.
    Shape,
    Nowhere,
    Fonts,
    Styles,
    Title,
    Author,
    Keywords,
    Made,
}

#[derive(Clone, Copy, Debug)]
struct Group {
    to: To,
    encoding: &'static Encoding,
    italic: bool,
    hidden: bool,
    /// Characters after each `\u` that stand for it in programs that know no better.
    instead: usize,
    /// Whether `\*` was the last control: what follows is left out by programs that do not know it.
    optional: bool,
}

struct Reading {
    document: Document,
    paragraph: Paragraph,
    group: Group,
    above: Vec<Group>,
    /// Bytes of words that are not decoded yet.
    bytes: Vec<u8>,
    /// Characters that are still to be left out after a `\u`.
    skip: usize,
    /// The first half of a character beyond the first plane.
    half: Option<u32>,
    encoding: &'static Encoding,
    fonts: HashMap<i32, &'static Encoding>,
    font: i32,
    roles: HashMap<i32, Role>,
    style: i32,
    /// The name of a style, a title, an author: whatever goes elsewhere than into the body.
    aside: String,
    /// Year, month and day.
    made: [i32; 3],
    /// The number of the cell in its row; whether it has had words.
    cell: (usize, bool),
}

impl Reading {
    fn new() -> Self {
        let encoding = encoding_rs::WINDOWS_1252;
        let group =
            Group { to: To::Body, encoding, italic: false, hidden: false, instead: 1, optional: false };
        Self {
            document: Document::default(),
            paragraph: Paragraph::default(),
            group,
            above: Vec::new(),
            bytes: Vec::new(),
            skip: 0,
            half: None,
            encoding,
            fonts: HashMap::new(),
            font: 0,
            roles: HashMap::new(),
            style: 0,
            aside: String::new(),
            made: [0; 3],
            cell: (0, false),
        }
    }

    fn begin(&mut self) -> Result<(), Error> {
        self.flush();
        self.skip = 0;
        if self.above.len() >= DEEPEST {
            let message = format!("more than {DEEPEST} groups lie in each other: no document is like that");
            return Err(Error::file("damaged", message));
        }
        self.above.push(self.group);
        Ok(())
    }

    fn end(&mut self) {
        self.flush();
        self.skip = 0;
        let Some(group) = self.above.pop() else { return };
        let ended = replace(&mut self.group, group);
        if ended.to != self.group.to {
            let aside = filled(&take(&mut self.aside));
            match ended.to {
                To::Title => self.document.title = aside,
                To::Author => self.document.author = aside,
                To::Keywords => {
                    let aside = aside.unwrap_or_default();
                    self.document.tags = aside.split([',', ';']).filter_map(filled).collect();
                }
                To::Made if self.made[0] > 0 => {
                    let [year, month, day] = self.made;
                    self.document.made = Some((format!("{year:04}-{month:02}-{day:02}"), "rtf:creatim"));
                }
                _ => (),
            }
            if ended.to == To::Body {
                self.end_paragraph();
            }
        }
    }

    fn byte(&mut self, byte: u8) {
        if self.skip > 0 {
            self.skip -= 1;
        } else {
            self.bytes.push(byte);
        }
    }

    /// Reads what follows a backslash, and says what follows that.
    fn control<'a>(&mut self, rest: &'a [u8]) -> &'a [u8] {
        let Some((&first, after)) = rest.split_first() else { return rest };
        if !first.is_ascii_alphabetic() {
            return self.symbol(first, after);
        }
        let letters = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (word, mut rest) = rest.split_at(letters);
        let negative = rest.first() == Some(&b'-');
        let digits = rest[usize::from(negative)..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let mut number = None;
        if digits > 0 {
            let (written, after) = rest.split_at(digits + usize::from(negative));
            number = std::str::from_utf8(written).ok().and_then(|written| written.parse::<i32>().ok());
            rest = after;
        }
        rest = rest.strip_prefix(b" ").unwrap_or(rest);
        if self.skip > 0 && word != b"bin" {
            self.skip -= 1;
            return rest;
        }
        let word = std::str::from_utf8(word).unwrap_or_default();
        if word == "bin" {
            let skipped = usize::try_from(number.unwrap_or_default()).unwrap_or_default();
            return rest.get(skipped..).unwrap_or_default();
        }
        self.flush();
        self.word(word, number);
        rest
    }

    fn symbol<'a>(&mut self, symbol: u8, rest: &'a [u8]) -> &'a [u8] {
        match symbol {
            b'\'' => {
                let digits = rest.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
                let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
                byte.into_iter().for_each(|byte| self.byte(byte));
                return if byte.is_some() { &rest[2..] } else { rest };
            }
            b'\\' | b'{' | b'}' => self.byte(symbol),
            b'*' => self.group.optional = true,
            _ => {
                self.flush();
                match symbol {
                    b'~' => self.character(' '),
                    b'_' => self.character('-'),
                    b'\r' | b'\n' => self.end_paragraph(),
                    _ => (),
                }
            }
        }
        rest
    }

    fn word(&mut self, word: &str, number: Option<i32>) {
        let is_on = number != Some(0);
        let optional = take(&mut self.group.optional);
        let to = self.group.to;
        match word {
            "u" => self.unicode(number.unwrap_or_default()),
            "uc" => self.group.instead = usize::try_from(number.unwrap_or(1)).unwrap_or(1),
            "shptxt" if to != To::Nowhere => {
                self.group.to = To::Body;
                self.end_paragraph();
            }
            "shpinst" if to == To::Body => self.group.to = To::Shape,
            "nesttableprops" => {
                self.end_row();
                self.group.to = To::Nowhere;
            }
            "fonttbl" => self.group.to = To::Fonts,
            "stylesheet" => self.group.to = To::Styles,
            "info" => self.group.to = To::Nowhere,
            // Of the facts about a document, those below `info` alone bear these names.
            "title" if to == To::Nowhere => self.group.to = To::Title,
            "author" if to == To::Nowhere => self.group.to = To::Author,
            "keywords" if to == To::Nowhere => self.group.to = To::Keywords,
            "creatim" if to == To::Nowhere => self.group.to = To::Made,
            "yr" if to == To::Made => self.made[0] = number.unwrap_or_default(),
            "mo" if to == To::Made => self.made[1] = number.unwrap_or_default(),
            "dy" if to == To::Made => self.made[2] = number.unwrap_or_default(),
            _ if APART.contains(&word) || optional => self.group.to = To::Nowhere,
            "mac" => self.set_encoding(encoding_rs::MACINTOSH),
            "ansicpg" => {
                let label = format!("windows-{}", number.unwrap_or(1252));
                let found =
                    Encoding::for_label(label.as_bytes()).or_else(|| page(number.unwrap_or_default()));
                found.into_iter().for_each(|encoding| self.set_encoding(encoding));
            }
            "f" if to == To::Fonts => self.font = number.unwrap_or_default(),
            "fcharset" if to == To::Fonts => {
                let encoding = charset(number.unwrap_or_default());
                self.fonts.extend(encoding.map(|encoding| (self.font, encoding)));
            }
            "f" => {
                let font = self.fonts.get(&number.unwrap_or_default());
                self.group.encoding = font.copied().unwrap_or(self.encoding);
            }
            "s" if to == To::Styles => self.style = number.unwrap_or_default(),
            "s" if to == To::Body => {
                let role = self.roles.get(&number.unwrap_or_default());
                self.paragraph.role = role.copied().unwrap_or_default();
            }
            "i" => self.group.italic = is_on,
            "v" | "deleted" => self.group.hidden = is_on,
            "plain" => (self.group.italic, self.group.hidden) = (false, false),
            _ if to == To::Body => self.layout(word),
            _ => (),
        }
    }

    /// Words for marks, and ends of lines, paragraphs and cells.
    fn layout(&mut self, word: &str) {
        match word {
            "par" | "sect" | "page" | "column" => self.end_paragraph(),
            "pard" => self.paragraph.role = Role::Body,
            "line" | "softline" => self.paragraph.line(),
            "cell" | "nestcell" => {
                self.end_paragraph();
                self.cell = (self.cell.0 + 1, false);
            }
            "row" | "nestrow" => self.end_row(),
            "tab" | "emspace" | "enspace" | "qmspace" => self.character(' '),
            "emdash" => self.character('—'),
            "endash" => self.character('–'),
            "lquote" => self.character('‘'),
            "rquote" => self.character('’'),
            "ldblquote" => self.character('“'),
            "rdblquote" => self.character('”'),
            "bullet" => self.character('•'),
            _ => (),
        }
    }

    fn set_encoding(&mut self, encoding: &'static Encoding) {
        self.encoding = encoding;
        self.group.encoding = encoding;
    }

    fn unicode(&mut self, number: i32) {
        let unit = u32::try_from(number.rem_euclid(0x1_0000)).unwrap_or_default();
        match (self.half.take(), unit) {
            (_, 0xd800..0xdc00) => self.half = Some(unit),
            (Some(high), 0xdc00..0xe000) => {
                let c = 0x1_0000 + ((high - 0xd800) << 10) + (unit - 0xdc00);
                char::from_u32(c).into_iter().for_each(|c| self.character(c));
            }
            // Fonts of symbols write their characters from here on.
            (_, 0xf000..0xf100) => (),
            _ => char::from_u32(unit).into_iter().for_each(|c| self.character(c)),
        }
        self.skip = self.group.instead;
    }

    fn character(&mut self, c: char) {
        let mut buffer = [0; 4];
        let words = c.encode_utf8(&mut buffer);
        self.words(words);
    }

    /// Decodes what words there are.
    fn flush(&mut self) {
        if !self.bytes.is_empty() {
            let bytes = take(&mut self.bytes);
            let words = self.group.encoding.decode_without_bom_handling(&bytes).0;
            self.words(&words);
        }
    }

    fn words(&mut self, words: &str) {
        match self.group.to {
            To::Body if !self.group.hidden => self.paragraph.words(words, self.group.italic),
            To::Title | To::Author | To::Keywords => self.aside.push_str(words),
            To::Styles => {
                self.aside.push_str(words);
                if let Some(name) = self.aside.strip_suffix(';') {
                    self.roles.insert(self.style, Role::of_style(name.trim()));
                    self.aside.clear();
                }
            }
            _ => (),
        }
    }

    fn end_paragraph(&mut self) {
        self.flush();
        let role = self.paragraph.role;
        let mut paragraph = replace(&mut self.paragraph, Paragraph::of(role));
        if !paragraph.text.trim().is_empty() {
            paragraph.beside = self.cell.0 > 0 && !self.cell.1;
            self.cell.1 = true;
            self.document.add(paragraph);
        }
    }

    fn end_row(&mut self) {
        self.end_paragraph();
        self.cell = (0, false);
    }
}

/// The encoding of fonts with that `\fcharset`, where it is not the document's own.
fn charset(number: i32) -> Option<&'static Encoding> {
    Some(match number {
        77 => encoding_rs::MACINTOSH,
        128 => encoding_rs::SHIFT_JIS,
        129 => encoding_rs::EUC_KR,
        134 => encoding_rs::GBK,
        136 => encoding_rs::BIG5,
        161 => encoding_rs::WINDOWS_1253,
        162 => encoding_rs::WINDOWS_1254,
        163 => encoding_rs::WINDOWS_1258,
        177 => encoding_rs::WINDOWS_1255,
        178 => encoding_rs::WINDOWS_1256,
        186 => encoding_rs::WINDOWS_1257,
        204 => encoding_rs::WINDOWS_1251,
        222 => encoding_rs::WINDOWS_874,
        238 => encoding_rs::WINDOWS_1250,
        _ => return None,
    })
}

/// The encoding of code pages that are none of Windows' own.
fn page(number: i32) -> Option<&'static Encoding> {
    Some(match number {
        866 => encoding_rs::IBM866,
        932 => encoding_rs::SHIFT_JIS,
        936 => encoding_rs::GBK,
        949 => encoding_rs::EUC_KR,
        950 => encoding_rs::BIG5,
        10000 => encoding_rs::MACINTOSH,
        65001 => encoding_rs::UTF_8,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(rtf: &[u8]) -> String {
        document(rtf).expect("a document").0.lines()
    }

    #[test]
    fn words_are_decoded_as_the_document_says() {
        let rtf = br"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Times;}{\f1\fcharset204 Times;}}\f0 caf\'e9 \'93hi\'94 \u8216\'91a\u8217\'92 {\f1 \'cf\'f0}\par \u-10179?\u-8704? {\uc2\u228\'E8ab}}";
        assert_eq!(text(rtf), "café “hi” ‘a’ Пр\n\n😀 äb");
        assert_eq!(text(br"{\rtf1\mac\ansicpg10000 Beyonc\'8e}"), "Beyoncé");
        assert_eq!(text(br"{\rtf1\ansi\ansicpg932 \'82\'a0\'83A}"), "あア");
    }

    #[test]
    fn what_is_no_story_is_left_out() {
        let rtf = br"{\rtf1{\header Page 1}{\*\generator X;}{\pict\bin4 }}}}}She{\footnote Note} {\deleted was}{\revised is} {\v no}here.{\*\bkmkstart a}{\shp{\*\shpinst{\sp junk}{\shptxt Box.\par}}{\shprslt Box.}}\par Then{\field{\*\fldinst HYPERLINK}{\fldrslt  left}}.}";
        assert_eq!(text(rtf), "She is here.\n\nBox.\n\nThen left.");
    }

    #[test]
    fn rows_cells_and_lines() {
        let rtf = br"{\rtf1\trowd\pard\intbl Best Actor\cell Gale Foss\cell\row\pard One\line two\par}";
        let article = document(rtf).expect("a document").0;
        let beside: Vec<bool> = article.paragraphs.iter().map(|paragraph| paragraph.beside).collect();
        assert_eq!(
            (article.lines().as_str(), beside),
            ("Best Actor\n\nGale Foss\n\nOne\ntwo", vec![false, true, false])
        );
    }

    #[test]
    fn facts_come_from_the_file() {
        let rtf = br"{\rtf1{\stylesheet{\s15 Title;}}{\info{\title Voss Is Done}{\author Ada Quill}{\creatim\yr2014\mo8\dy19\hr9}}\s15 A {\i Gravel Road}\par}";
        let document = document(rtf).expect("a document").0;
        assert_eq!(document.title.as_deref(), Some("Voss Is Done"));
        assert_eq!(document.author.as_deref(), Some("Ada Quill"));
        assert_eq!(document.made, Some(("2014-08-19".to_owned(), "rtf:creatim")));
        assert_eq!(document.paragraphs[0].role, Role::Title);
        assert_eq!(document.paragraphs[0].emphasis.len(), 1);
    }

    #[test]
    fn depth_has_an_end() {
        assert_eq!(document(&[b'{'; 100_000]).expect_err("too deep").reason, "damaged");
        assert!(!document(br"{\rtf1 She left").expect("a document").1);
    }
}
