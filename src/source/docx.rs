//! Word documents (Office Open XML): what stands in the body, tracked changes as accepted, without headers, notes and
//! comments.

use std::{collections::HashMap, io::BufRead};

use memchr::memmem;
use quick_xml::events::BytesStart;

use super::{
    Error, Format, Place, Record,
    document::{Document, Paragraph, Role},
    package::{self, MAGIC, Package, Piece, attribute},
    whole,
};
use crate::config::SourceConfig;

/// How an OLE file begins: Office before 2007, and what is encrypted, of any year.
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Elements whose words are not in the document: what was deleted or moved away, what serves programs that know no better.
const SILENT: [&str; 7] = ["del", "moveFrom", "instrText", "delText", "delInstrText", "rt", "sectPr"];

/// Levels of text boxes in text boxes that are looked into.
const MOST_BOXES: usize = 16;

/// One story a file.
pub struct Docx;

impl Format for Docx {
    fn name(&self) -> &'static str {
        "docx"
    }

    fn version(&self) -> u32 {
        1
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["docx", "docm", "dotx"]
    }

    fn claims(&self, at: &Place<'_>, head: &[u8]) -> bool {
        let is_named = self.extensions().contains(&&*at.extension());
        let is_zip = head.starts_with(MAGIC);
        let is_word =
            || memmem::find(head, b"[Content_Types].xml").is_some() && memmem::find(head, b"word/").is_some();
        is_zip && (is_named || is_word()) || head.starts_with(OLE) && is_named
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
        match document(input, config) {
            Ok(document) => document.records(at).into_iter().for_each(each),
            Err(error) => each(Err(error)),
        }
    }
}

fn document(input: &mut dyn BufRead, config: &SourceConfig) -> Result<Document, Error> {
    let head = input.fill_buf().map_err(|error| Error::io(&error))?;
    if head.starts_with(OLE) {
        let bytes = whole(input, config)?;
        let name: Vec<u8> = "EncryptedPackage".bytes().flat_map(|byte| [byte, 0]).collect();
        let is_encrypted = memmem::find(&bytes, &name).is_some();
        let message = "an Office file of before 2007 (Word, Excel, PowerPoint): save it as DOCX";
        return Err(if is_encrypted { package::encrypted() } else { Error::file("office", message) });
    }
    let mut package = Package::open(input, config)?;
    let body = body_part(&mut package)?;
    let styles = match body.rsplit_once('/') {
        Some((folder, _)) => package.optional_text(&format!("{folder}/styles.xml"))?,
        None => None,
    };
    let styles = styles.map(|styles| roles(&styles)).unwrap_or_default();
    let xml = package.text(&body)?;
    let mut reading = Reading { styles, ..Reading::default() };
    package::pieces(&body, &xml, &mut |piece| reading.add(piece))?;
    let mut document = reading.document;
    if let Some(core) = package.optional_text("docProps/core.xml")? {
        document.title = package::words_of(&core, "title");
        document.author = package::words_of(&core, "creator");
        document.made = package::words_of(&core, "created").map(|made| (made, "docx:created"));
        document.lang = package::words_of(&core, "language");
        let tags = package::words_of(&core, "keywords").unwrap_or_default();
        document.tags = tags.split([',', ';']).filter_map(super::filled).collect();
    }
    Ok(document)
}

/// The name of the part that holds the body.
fn body_part(package: &mut Package) -> Result<String, Error> {
    let mut found = None;
    if let Some(rels) = package.optional_text("_rels/.rels")? {
        package::pieces("_rels/.rels", &rels, &mut |piece| {
            if let Piece::Open("Relationship", start) = piece
                && attribute(start, "Type").is_some_and(|kind| kind.ends_with("/officeDocument"))
            {
                found = attribute(start, "Target");
            }
        })?;
    }
    let found = found.map(|target| target.trim_start_matches('/').to_owned());
    Ok(found.filter(|name| package.has(name)).unwrap_or_else(|| "word/document.xml".to_owned()))
}

/// What the styles of a document are for, by their ids.
fn roles(styles: &str) -> HashMap<String, Role> {
    let (mut roles, mut id) = (HashMap::new(), String::new());
    // Styles that cannot be read cost the title only.
    let _ = package::pieces("styles", styles, &mut |piece| match piece {
        Piece::Open("style", start) => id = attribute(start, "styleId").unwrap_or_default(),
        Piece::Open("name", start) => {
            let role = Role::of_style(&attribute(start, "val").unwrap_or_default());
            roles.insert(std::mem::take(&mut id), role);
        }
        _ => (),
    });
    roles
}

#[derive(Default)]
struct Reading {
    document: Document,
    styles: HashMap<String, Role>,
    /// The paragraphs that are open, each in a text box of the one before, with those of their boxes that are done.
    open: Vec<(Paragraph, Vec<Paragraph>)>,
    /// How deep in an element without words, if in one.
    silent: usize,
    /// Whether words are words: they are in `t` alone.
    in_text: bool,
    italic: bool,
    hidden: bool,
    /// Whether run properties are those of a run, and not of a paragraph's mark.
    in_run: bool,
    /// For each `AlternateContent` that is open, whether a choice was read.
    chosen: Vec<bool>,
    /// The number of the cell in its row, if in a table; and whether the cell has had words.
    cells: Vec<(usize, bool)>,
    /// A large first letter, which stands in a paragraph of its own.
    drop_cap: Option<String>,
    is_drop_cap: bool,
}

impl Reading {
    fn add(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Open(..) if self.silent > 0 => self.silent += 1,
            Piece::Close(_) if self.silent > 0 => self.silent -= 1,
            Piece::Open(name, start) => self.open(name, start),
            Piece::Close(name) => self.close(name),
            Piece::Words(words) if self.silent == 0 && self.in_text && !self.hidden => {
                if let Some((paragraph, _)) = self.open.last_mut() {
                    paragraph.words(words, self.italic);
                }
            }
            Piece::Words(_) => (),
        }
    }

    fn open(&mut self, name: &str, start: &BytesStart<'_>) {
        let is_on = || !attribute(start, "val").is_some_and(|value| matches!(&*value, "0" | "false" | "off"));
        match name {
            _ if SILENT.contains(&name) => self.silent = 1,
            "AlternateContent" => self.chosen.push(false),
            "Choice" | "Fallback" => match self.chosen.last_mut() {
                Some(chosen) if !*chosen => *chosen = true,
                Some(_) => self.silent = 1,
                None => (),
            },
            "p" if self.open.len() < MOST_BOXES => self.open.push(Default::default()),
            "r" => (self.in_run, self.italic, self.hidden) = (true, false, false),
            "t" => self.in_text = true,
            "i" if self.in_run => self.italic = is_on(),
            "vanish" if self.in_run => self.hidden = is_on(),
            "tr" => self.cells.push((0, false)),
            "framePr" => self.is_drop_cap = attribute(start, "dropCap").is_some_and(|kind| kind != "none"),
            _ => {
                let Some((paragraph, _)) = self.open.last_mut().filter(|_| !self.hidden) else { return };
                match name {
                    "pStyle" => {
                        let id = attribute(start, "val").unwrap_or_default();
                        paragraph.role = self.styles.get(&id).copied().unwrap_or_else(|| Role::of_style(&id));
                    }
                    "tab" | "ptab" if self.in_run => paragraph.words(" ", false),
                    "br" | "cr" if self.in_run => paragraph.line(),
                    "noBreakHyphen" => paragraph.words("-", self.italic),
                    _ => (),
                }
            }
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "AlternateContent" => drop(self.chosen.pop()),
            "p" => self.end_paragraph(),
            "r" => (self.in_run, self.italic, self.hidden) = (false, false, false),
            "t" => self.in_text = false,
            "tr" => drop(self.cells.pop()),
            "tc" => {
                if let Some(cell) = self.cells.last_mut() {
                    *cell = (cell.0 + 1, false);
                }
            }
            _ => (),
        }
    }

    fn end_paragraph(&mut self) {
        let Some((mut paragraph, boxes)) = self.open.pop() else { return };
        if std::mem::take(&mut self.is_drop_cap) {
            self.drop_cap = Some(paragraph.text);
        } else {
            if let Some(cap) = self.drop_cap.take_if(|_| !paragraph.text.is_empty()) {
                let mut whole = Paragraph::of(paragraph.role);
                whole.words(&cap, false);
                whole.words(&paragraph.text, false);
                paragraph = whole;
            }
            if let Some((number, spoken)) = self.cells.last_mut().filter(|_| !paragraph.text.is_empty()) {
                paragraph.beside = *number > 0 && !*spoken;
                *spoken = true;
            }
            self.finish(paragraph);
        }
        boxes.into_iter().for_each(|paragraph| self.finish(paragraph));
    }

    /// A paragraph of a box waits until the one that the box stands in has ended.
    fn finish(&mut self, paragraph: Paragraph) {
        match self.open.last_mut() {
            Some((_, boxes)) => boxes.push(paragraph),
            None => self.document.add(paragraph),
        }
    }
}
