//! NITF, the news agencies' text format (IPTC, 3.x).

use std::io::BufRead;

use super::{
    Error, Format, Place, Record, charset, dates, whole,
    xml::{self, Element},
};
use crate::{article::Article, config::SourceConfig};

/// One story a file.
pub struct Nitf;

impl Format for Nitf {
    fn name(&self) -> &'static str {
        "nitf"
    }

    fn version(&self) -> u32 {
        1
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["nitf"]
    }

    fn sniff(&self, head: &[u8]) -> bool {
        memchr::memmem::find(&head[..head.len().min(1024)], b"<nitf").is_some()
    }

    fn read(
        &self,
        input: &mut dyn BufRead,
        at: &Place<'_>,
        config: &SourceConfig,
        each: &mut dyn FnMut(Record),
    ) {
        each(whole(input, config).and_then(|bytes| {
            let text = charset::decode(&bytes, None);
            let root = xml::parse(&text)
                .map_err(|error| Error::file("bad-record", format!("the file is no valid XML: {error}")))?;
            let story = root.at("nitf").map(|nitf| story(nitf, at, 0));
            story
                .filter(|story| !story.text.is_empty() || story.title.is_some())
                .ok_or_else(|| Error::file("empty", "the document holds no words"))
        }));
    }
}

/// The story of a `<nitf>` element.
pub fn story(nitf: &Element, at: &Place<'_>, number: u32) -> Article {
    let words = |path: &str| nitf.at(path).and_then(Element::words);
    let attribute = |path: &str, name: &str| nitf.at(path)?.attribute(name).map(str::to_owned);
    let published = ["date.issue", "date.release"].iter().find_map(|name| {
        let element = nitf.at(&format!("head/docdata/{name}"))?;
        let written = element.attribute("norm").map(str::to_owned).or_else(|| element.words())?;
        dates::published(&written, &format!("nitf:{name}"))
    });
    let mut tags: Vec<String> = Vec::new();
    let subjects = nitf.below("tobject.subject").into_iter().flat_map(|subject| {
        ["tobject.subject.type", "tobject.subject.matter", "tobject.subject.detail"]
            .into_iter()
            .filter_map(|name| subject.attribute(name))
    });
    let keywords = nitf.below("keyword").into_iter().filter_map(|keyword| keyword.attribute("key"));
    for tag in keywords.chain(subjects) {
        if !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }
    Article {
        origin: at.origin(number),
        record_id: attribute("head/docdata/doc-id", "id-string"),
        title: words("body/body.head/hedline/hl1").or_else(|| words("head/title")),
        published,
        source: attribute("head/docdata/doc.copyright", "holder")
            .or_else(|| words("body/body.head/distributor"))
            .or_else(|| attribute("head/docdata/doc-id", "regsrc")),
        byline: words("body/body.head/byline"),
        tags,
        lang: nitf.attribute("lang").map(str::to_owned),
        text: nitf.at("body/body.content").map(paragraphs).unwrap_or_default(),
        ..Default::default()
    }
}

/// The paragraphs below an element of NITF or XHTML, a blank line between them; media and notes left out.
pub fn paragraphs(element: &Element) -> String {
    let mut blocks = Vec::new();
    collect(element, &mut blocks);
    blocks.join("\n\n")
}

fn collect(element: &Element, blocks: &mut Vec<String>) {
    for inner in element.elements() {
        match &*inner.name {
            "p" | "hl2" | "h1" | "h2" | "h3" | "h4" | "li" | "td" | "dt" | "dd" | "pre" => {
                blocks.extend(inner.words());
            }
            "media" | "head" | "figure" | "script" | "style" | "note" | "body.end" => (),
            _ => collect(inner, blocks),
        }
    }
}
