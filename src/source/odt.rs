//! OpenDocument texts: what stands in the body, tracked changes as accepted, without headers, notes and comments.

use std::{
    collections::{HashMap, HashSet},
    io::BufRead,
};

use memchr::memmem;
use quick_xml::events::BytesStart;

use super::{
    Error, Format, Place, Record,
    document::{Document, Paragraph, Role},
    package::{self, MAGIC, Package, Piece, attribute},
};
use crate::config::SourceConfig;

/// Elements whose words are not in the story.
const SILENT: [&str; 11] = [
    "tracked-changes",
    "note",
    "annotation",
    "hidden-text",
    "hidden-paragraph",
    "sequence-decls",
    "table-of-content",
    "alphabetical-index",
    "bibliography",
    "forms",
    "ruby-text",
];

/// Levels of text boxes in text boxes that are looked into.
const MOST_BOXES: usize = 16;

/// One story a file.
pub struct Odt;

impl Format for Odt {
    fn name(&self) -> &'static str {
        "odt"
    }

    fn version(&self) -> u32 {
        1
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["odt", "ott"]
    }

    fn claims(&self, at: &Place<'_>, head: &[u8]) -> bool {
        let says_so = || memmem::find(head, b"application/vnd.oasis.opendocument.text").is_some();
        head.starts_with(MAGIC) && (self.extensions().contains(&&*at.extension()) || says_so())
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
    let mut package = Package::open(input, config)?;
    let manifest = package.optional_text("META-INF/manifest.xml")?.unwrap_or_default();
    if manifest.contains("encryption-data") {
        return Err(package::encrypted());
    }
    let mut styles = Styles::default();
    if let Some(xml) = package.optional_text("styles.xml")? {
        // Styles that cannot be read cost the title and italics only.
        let _ = package::pieces("styles.xml", &xml, &mut |piece| styles.add(&piece));
    }
    let xml = package.text("content.xml")?;
    package::pieces("content.xml", &xml, &mut |piece| styles.add(&piece))?;
    let mut reading = Reading { styles, ..Reading::default() };
    package::pieces("content.xml", &xml, &mut |piece| reading.add(piece))?;
    let mut document = reading.document;
    if let Some(meta) = package.optional_text("meta.xml")? {
        document.title = package::words_of(&meta, "title");
        document.author = ["initial-creator", "creator"].iter().find_map(|it| package::words_of(&meta, it));
        document.made = package::words_of(&meta, "creation-date").map(|made| (made, "odt:creation-date"));
        document.lang = package::words_of(&meta, "language");
        document.tags = package::words_of(&meta, "keyword").into_iter().collect();
    }
    Ok(document)
}

/// What styles do, by their names.
#[derive(Default)]
struct Styles {
    roles: HashMap<String, Role>,
    italic: HashSet<String>,
    hidden: HashSet<String>,
    /// The style that is being read.
    name: String,
}

impl Styles {
    fn add(&mut self, piece: &Piece<'_>) {
        match piece {
            Piece::Open("style", start) => {
                self.name = attribute(start, "name").unwrap_or_default();
                let shown = attribute(start, "display-name").unwrap_or_else(|| self.name.clone());
                let parent = attribute(start, "parent-style-name").unwrap_or_default();
                let role = match Role::of_style(&shown) {
                    Role::Body => self.role(&parent),
                    role => role,
                };
                self.roles.insert(self.name.clone(), role);
            }
            Piece::Open("text-properties", start) => {
                if attribute(start, "font-style").is_some_and(|style| style == "italic") {
                    self.italic.insert(self.name.clone());
                }
                if attribute(start, "display").is_some_and(|display| display == "none") {
                    self.hidden.insert(self.name.clone());
                }
            }
            Piece::Close("style") => self.name.clear(),
            _ => (),
        }
    }

    fn role(&self, name: &str) -> Role {
        self.roles.get(name).copied().unwrap_or_else(|| Role::of_style(name))
    }
}

#[derive(Default)]
struct Reading {
    document: Document,
    styles: Styles,
    /// The paragraphs that are open, each in a text box of the one before, with those of their boxes that are done.
    open: Vec<(Paragraph, Vec<Paragraph>)>,
    /// How deep in an element without words, if in one.
    silent: usize,
    /// For each element in a paragraph, whether it is in italics, and whether it is hidden.
    runs: Vec<(bool, bool)>,
    /// The number of the cell in its row, if in a table; and whether the cell has had words.
    cells: Vec<(usize, bool)>,
}

impl Reading {
    fn add(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Open(..) if self.silent > 0 => self.silent += 1,
            Piece::Close(_) if self.silent > 0 => self.silent -= 1,
            Piece::Open(name, start) => self.open(name, start),
            Piece::Close(name) => self.close(name),
            Piece::Words(words) if self.silent == 0 => {
                let (italic, hidden) = self.runs.last().copied().unwrap_or_default();
                if let Some((paragraph, _)) = self.open.last_mut().filter(|_| !hidden) {
                    paragraph.words(words, italic);
                }
            }
            Piece::Words(_) => (),
        }
    }

    fn open(&mut self, name: &str, start: &BytesStart<'_>) {
        let style = || attribute(start, "style-name").unwrap_or_default();
        let (italic, hidden) = self.runs.last().copied().unwrap_or_default();
        match name {
            _ if SILENT.contains(&name) => self.silent = 1,
            "p" | "h" if self.open.len() < MOST_BOXES => {
                let style = style();
                let is_first = name == "h" && attribute(start, "outline-level").is_some_and(|it| it == "1");
                let role = if is_first { Role::Title } else { self.styles.role(&style) };
                self.open.push((Paragraph::of(role), Vec::new()));
                self.runs.push((self.styles.italic.contains(&style), self.styles.hidden.contains(&style)));
            }
            "span" => {
                let style = style();
                let italic = italic || self.styles.italic.contains(&style);
                self.runs.push((italic, hidden || self.styles.hidden.contains(&style)));
            }
            "table-row" => self.cells.push((0, false)),
            _ => {
                let Some((paragraph, _)) = self.open.last_mut() else { return };
                match name {
                    "line-break" => paragraph.line(),
                    "s" | "tab" => paragraph.words(" ", false),
                    _ => (),
                }
            }
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "p" | "h" => {
                self.runs.pop();
                let Some((mut paragraph, boxes)) = self.open.pop() else { return };
                if let Some((number, spoken)) = self.cells.last_mut().filter(|_| !paragraph.text.is_empty()) {
                    paragraph.beside = *number > 0 && !*spoken;
                    *spoken = true;
                }
                self.finish(paragraph);
                boxes.into_iter().for_each(|paragraph| self.finish(paragraph));
            }
            "span" => drop(self.runs.pop()),
            "table-row" => drop(self.cells.pop()),
            "table-cell" => {
                if let Some(cell) = self.cells.last_mut() {
                    *cell = (cell.0 + 1, false);
                }
            }
            _ => (),
        }
    }

    /// A paragraph of a box waits until the one that the box stands in has ended.
    fn finish(&mut self, paragraph: Paragraph) {
        match self.open.last_mut() {
            Some((_, boxes)) => boxes.push(paragraph),
            None => self.document.add(paragraph),
        }
    }
}
