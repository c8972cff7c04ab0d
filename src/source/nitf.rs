//! NITF, the news agencies' text format (IPTC, 3.x).

use std::io::BufRead;

use super::{
    Error, Format, Place, Record, charset, dates, filled, foreign, html, whole,
    xml::{self, Element},
};
use crate::{
    article::{Article, Published, Span, Status},
    config::SourceConfig,
};

/// One story a file.
pub struct Nitf;

impl Format for Nitf {
    fn name(&self) -> &'static str {
        "nitf"
    }

    fn version(&self) -> u32 {
        2
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["nitf"]
    }

    fn sniff(&self, head: &[u8]) -> bool {
        memchr::memmem::find(&head[..head.len().min(1024)], b"<nitf").is_some()
            || foreign::first_local_name(head) == Some(b"nitf")
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
            let story = root.below("nitf").first().map(|nitf| story(nitf, at, 0));
            story
                .filter(|story| !story.text.is_empty() || story.title.is_some())
                .map(|story| Article { remarks, ..story })
                .ok_or_else(|| Error::file("empty", "the document holds no words"))
        }));
    }
}

/// The encoding that an XML document declares.
pub fn declared(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
    let (_, rest) = head.split_once("encoding=")?;
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    filled(rest[1..].split(quote).next()?)
}

/// The story of a `<nitf>` element.
pub fn story(nitf: &Element, at: &Place<'_>, number: u32) -> Article {
    let words = |path: &str| nitf.at(path).and_then(Element::words);
    let attribute = |path: &str, name: &str| nitf.at(path)?.attribute(name).map(str::to_owned);
    let dated = |path: &str, name: &str, source: &str| -> Option<Published> {
        let element = nitf.at(path)?;
        let written = element.attribute(name).map(str::to_owned).or_else(|| element.words())?;
        dates::published(&written, &format!("nitf:{source}"))
    };
    let issued = dated("head/docdata/date.issue", "norm", "date.issue");
    let released = dated("head/docdata/date.release", "norm", "date.release");
    // What is to be released after it was sent must not be printed before.
    let is_later = |released: &Published| {
        let seconds = |date: &Published| date.seconds();
        issued.as_ref().and_then(seconds).zip(released.seconds()).is_some_and(|(sent, out)| out > sent)
    };
    let embargo = released.clone().filter(is_later).map(|released| released.value);
    let published = issued
        .or(released)
        .or_else(|| dated("head/pubdata", "date.publication", "date.publication"))
        .or_else(|| dated("body/body.head/dateline/story.date", "norm", "story.date"));
    let status = attribute("head/docdata", "management-status").and_then(|status| Status::of(&status));
    let (text, emphasis) = nitf.at("body/body.content").map(running).unwrap_or_default();
    let mut tags: Vec<String> = Vec::new();
    let subjects = nitf.below("tobject.subject").into_iter().flat_map(|subject| {
        ["tobject.subject.type", "tobject.subject.matter", "tobject.subject.detail"]
            .into_iter()
            .filter_map(|name| subject.attribute(name))
    });
    let keywords = nitf
        .below("keyword")
        .into_iter()
        .filter_map(|keyword| keyword.attribute("key").map(str::to_owned).or_else(|| keyword.words()));
    for tag in keywords.chain(subjects.map(str::to_owned)) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    Article {
        origin: at.origin(number),
        record_id: attribute("head/docdata/doc-id", "id-string"),
        title: words("body/body.head/hedline/hl1")
            .or_else(|| words("body/body.head/hedline"))
            .or_else(|| words("head/title")),
        published,
        source: attribute("head/docdata/doc.copyright", "holder")
            .or_else(|| words("body/body.head/distributor"))
            .or_else(|| words("body/body.head/rights/rights.owner"))
            .or_else(|| attribute("head/docdata/doc-id", "regsrc")),
        byline: byline(nitf),
        section: attribute("head/pubdata", "position.section"),
        tags,
        lang: nitf.attribute("lang").or_else(|| nitf.attribute("baselang")).map(str::to_owned),
        embargo,
        status,
        version: attribute("head/docdata/du-key", "version"),
        text,
        emphasis,
        ..Default::default()
    }
}

/// Who wrote it, without their titles: every `<byline>`, or the people it names.
fn byline(nitf: &Element) -> Option<String> {
    let names: Vec<String> =
        nitf.at("body/body.head")?.all("byline").filter_map(|byline| byline.words_without("byttl")).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// The running text below an element of NITF or XHTML, paragraphs apart, with its italics; media and notes left out.
pub fn running(element: &Element) -> (String, Vec<Span>) {
    html::running_text(&element.markup())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Record {
        let place = Place { root: "", path: "x.xml", again: None };
        let mut records = Vec::new();
        Nitf.read(&mut text.as_bytes(), &place, &SourceConfig::default(), &mut |record| records.push(record));
        records.remove(0)
    }

    #[test]
    fn killed_and_embargoed_stories_are_kept_and_marked() {
        let story = read(
            "<nitf baselang='en-GB'><head><docdata management-status='canceled'><date.issue norm='20260203T100000Z'/>\
             <date.release norm='20260204T060000Z'/><du-key key='voss' version='3'/></docdata></head><body><body.head>\
             <hedline><hl1>Voss Quits</hl1></hedline><byline>By AL ROE<byttl>Desk Writer</byttl></byline></body.head>\
             <body.content><block>Voss <em>quit</em>.<p>She left <person>Bo Lin</person>.</p><media><media-caption>Voss on\
             stage</media-caption></media><pre>One\nTwo</pre></block></body.content></body></nitf>",
        )
        .expect("a killed story is kept");
        assert_eq!(
            (story.status, story.embargo.as_deref()),
            (Some(Status::Killed), Some("2026-02-04T06:00:00Z"))
        );
        assert_eq!((story.version.as_deref(), story.lang.as_deref()), (Some("3"), Some("en-GB")));
        assert_eq!(story.byline.as_deref(), Some("By AL ROE"));
        assert_eq!(story.text, "Voss quit.\n\nShe left Bo Lin.\n\nOne\nTwo");
        assert_eq!(story.emphasis[0].of(&story.text), "quit");
    }

    #[test]
    fn dates_that_are_none_are_passed_over() {
        let story = read(
            "<nitf><head><docdata><date.issue norm='YYYYMMDD'/></docdata><pubdata date.publication='20260203T100000'/>\
             </head><body><body.content><p>Voss quit.</p></body.content></body></nitf>",
        )
        .expect("a story");
        assert_eq!(story.published.map(|date| date.value).as_deref(), Some("2026-02-03"));
        assert_eq!(story.embargo, None);
    }
}
