//! Pages as programs read them off pictures: ALTO (Library of Congress, 1 to 4) and hOCR. Lines of a block are put together,
//! and so are the two halves of a word that was broken.

use std::io::BufRead;

use memchr::memmem;
use scraper::{ElementRef, Html as Page, Selector};

use super::{
    Error, Format, Place, Record, charset, dates, filled, foreign, html,
    nitf::declared,
    whole,
    xml::{self, Element},
};
use crate::{article::Article, config::SourceConfig};

/// One page a file.
pub struct Alto;

impl Format for Alto {
    fn name(&self) -> &'static str {
        "alto"
    }

    fn version(&self) -> u32 {
        1
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["alto"]
    }

    fn sniff(&self, head: &[u8]) -> bool {
        foreign::first_local_name(head) == Some(b"alto")
    }

    fn claims(&self, _: &Place<'_>, head: &[u8]) -> bool {
        self.sniff(head)
    }

    fn read(
        &self,
        input: &mut dyn BufRead,
        at: &Place<'_>,
        config: &SourceConfig,
        each: &mut dyn FnMut(Record),
    ) {
        each(whole(input, config).and_then(|bytes| {
            let charset::Text { words, remarks } = charset::text(&bytes, declared(&bytes).as_deref());
            let root = xml::parse_as_meant(&words).map_err(|fault| fault.of("the file"))?;
            let blocks = root.below("TextBlock");
            let paragraphs: Vec<String> = blocks.into_iter().filter_map(block).collect();
            page(&paragraphs, at, 0).map(|page| Article { remarks, ..page })
        }));
    }
}

/// The words of a block.
fn block(block: &Element) -> Option<String> {
    let mut lines = Lines::default();
    for line in block.all("TextLine") {
        let mut words = Vec::new();
        for word in line.all("String") {
            match word.attribute("SUBS_TYPE") {
                // The whole word stands with each of its halves.
                Some("HypPart2") if word.attribute("SUBS_CONTENT").is_some() => (),
                Some("HypPart1") => {
                    words.extend(word.attribute("SUBS_CONTENT").or(word.attribute("CONTENT")))
                }
                _ => words.extend(word.attribute("CONTENT")),
            }
        }
        lines.add(&words.join(" "));
    }
    filled(&lines.text)
}

/// Any number of pages a file.
pub struct Hocr;

impl Format for Hocr {
    fn name(&self) -> &'static str {
        "hocr"
    }

    fn version(&self) -> u32 {
        1
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["hocr"]
    }

    fn sniff(&self, head: &[u8]) -> bool {
        let says_so =
            || [&b"ocr-system"[..], b"ocr_page"].iter().any(|mark| memmem::find(head, mark).is_some());
        memchr::memchr(b'<', head).is_some() && says_so()
    }

    fn claims(&self, _: &Place<'_>, head: &[u8]) -> bool {
        head.trim_ascii_start().starts_with(b"<") && self.sniff(head)
    }

    fn is_container(&self, _: &[u8]) -> bool {
        true
    }

    fn read(
        &self,
        input: &mut dyn BufRead,
        at: &Place<'_>,
        config: &SourceConfig,
        each: &mut dyn FnMut(Record),
    ) {
        let bytes = match whole(input, config) {
            Ok(bytes) => bytes,
            Err(error) => return each(Err(error)),
        };
        let text = charset::decode(&bytes, None);
        if html::lies_too_deep(&text) {
            return each(Err(Error::file(
                "no-article",
                "its elements lie too deep in each other for a page",
            )));
        }
        let document = Page::parse_document(&text);
        let pages = selector(".ocr_page");
        let mut number = 0;
        for element in document.select(&pages) {
            let page = page(&paragraphs(element), at, number);
            each(page.map_err(|error| error.of_record(number)));
            number += 1;
        }
        if number == 0 {
            each(Err(Error::file("empty", "it holds no pages")));
        }
    }
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).expect("a selector")
}

/// The paragraphs of a page: lines that lie in the same element.
fn paragraphs(page: ElementRef<'_>) -> Vec<String> {
    let mut paragraphs: Vec<Lines> = Vec::new();
    let mut last = None;
    for line in page.select(&selector(".ocr_line, .ocrx_line, .ocr_header, .ocr_caption, .ocr_textfloat")) {
        let block =
            line.ancestors().filter_map(ElementRef::wrap).find(|element| element.value().name() != "span");
        let block = block.map(|element| element.id());
        if block != last || paragraphs.is_empty() {
            paragraphs.push(Lines::default());
        }
        last = block;
        let words: String = line.text().collect();
        if let Some(paragraph) = paragraphs.last_mut() {
            paragraph.add(&words.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
    paragraphs.into_iter().filter_map(|lines| filled(&lines.text)).collect()
}

/// Lines put together.
#[derive(Default)]
struct Lines {
    text: String,
}

impl Lines {
    fn add(&mut self, line: &str) {
        let line = line.trim();
        if line.is_empty() {
            return;
        }
        let is_broken = |text: &str| {
            let head = text.trim_end_matches(['-', '¬', '\u{ad}', '⸗']);
            head.len() < text.len() && head.ends_with(char::is_alphabetic)
        };
        if is_broken(&self.text) && line.starts_with(char::is_lowercase) {
            let head = self.text.trim_end_matches(['-', '¬', '\u{ad}', '⸗']).len();
            self.text.truncate(head);
        } else if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(line);
    }
}

/// A page as a story.
fn page(paragraphs: &[String], at: &Place<'_>, number: u32) -> Result<Article, Error> {
    if paragraphs.is_empty() {
        return Err(Error::file("no-words", "the page holds no words: have it recognised"));
    }
    Ok(Article {
        origin: at.origin(number),
        published: dates::in_path(at.path),
        text: paragraphs.join("\n\n"),
        ..Default::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_words_are_put_together() {
        let mut lines = Lines::default();
        let broken =
            ["The singer left the Ven-", "tura stage with the Mid-", "West choir; a long day", "", "ended."];
        broken.iter().for_each(|line| lines.add(line));
        assert_eq!(
            lines.text,
            "The singer left the Ventura stage with the Mid- West choir; a long day ended."
        );
    }
}
