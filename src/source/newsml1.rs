//! NewsML 1.x, which agencies sent before NewsML-G2 and many still send.

use std::io::BufRead;

use super::{
    Error, Format, Place, Record, dates, filled, foreign, html, newsml::document, nitf, xml::Element,
};
use crate::{
    article::{Article, Published, Span, Status},
    config::SourceConfig,
};

/// One or more news items a file. Pictures and the like are passed over.
pub struct NewsMl1;

impl Format for NewsMl1 {
    fn name(&self) -> &'static str {
        "newsml-1"
    }

    fn version(&self) -> u32 {
        1
    }

    fn extensions(&self) -> &'static [&'static str] {
        &[]
    }

    fn sniff(&self, head: &[u8]) -> bool {
        foreign::first_local_name(head) == Some(b"NewsML")
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
        let (root, remarks) = match document(input, config) {
            Ok(read) => read,
            Err(error) => return each(Err(error)),
        };
        let sent = root.below("DateAndTime").first().and_then(|sent| date(sent, "DateAndTime"));
        let mut found = 0;
        for (number, item) in (0..).zip(root.below("NewsItem")) {
            if let Some(story) = story(item, at, number, sent.as_ref()) {
                each(Ok(Article { remarks: remarks.clone(), ..story }));
                found += 1;
            }
        }
        if found == 0 {
            each(Err(Error::file("no-article", "the file holds no news item with text")));
        }
    }
}

/// The story of a news item, if it is one of text, or was one.
fn story(item: &Element, at: &Place<'_>, number: u32, sent: Option<&Published>) -> Option<Article> {
    let first = |name: &str| item.below(name).into_iter().next();
    let words = |name: &str| item.below(name).into_iter().find_map(Element::words);
    let formal = |element: &Element| element.attribute("FormalName").map(str::to_owned);
    let status = first("Status").and_then(|status| Status::of(status.attribute("FormalName")?));
    let title = words("HeadLine").or_else(|| words("NewsLines").and(words("SlugLine")));
    let contents = item.below("ContentItem");
    let (text, emphasis) =
        match contents.iter().filter(|content| is_text(content)).find_map(|content| running(content)) {
            Some(found) => found,
            None if status.is_some() && title.is_some() => Default::default(),
            None => return None,
        };
    let published = ["FirstCreated", "DateId", "ThisRevisionCreated"].iter();
    let published = published.filter_map(|name| date(first(name)?, name)).next().or_else(|| sent.cloned());
    let party =
        |name: &str| item.below(name).into_iter().flat_map(|element| element.all("Party")).find_map(formal);
    let lang = first("Language").and_then(formal).or_else(|| item.attribute("lang").map(str::to_owned));
    // Until when a story is held back, its future status says.
    let embargo =
        first("StatusWillChange").and_then(|change| date(change.at("DateAndTime")?, "StatusWillChange"));
    Some(Article {
        origin: at.origin(number),
        record_id: words("PublicIdentifier").or_else(|| words("NewsItemId")),
        title,
        published,
        source: party("Provider")
            .or_else(|| party("Source"))
            .or_else(|| words("CreditLine"))
            .or_else(|| words("ProviderId")),
        byline: words("ByLine").or_else(|| party("Creator")),
        tags: tags(item),
        lang,
        embargo: embargo.map(|embargo| embargo.value),
        status,
        version: words("RevisionId"),
        text,
        emphasis,
        ..Default::default()
    })
}

fn date(element: &Element, name: &str) -> Option<Published> {
    dates::published(&element.words()?, &format!("newsml:{name}"))
}

fn is_text(content: &Element) -> bool {
    let kind = content.at("MediaType").and_then(|kind| kind.attribute("FormalName")).unwrap_or("Text");
    kind.eq_ignore_ascii_case("text") || kind.eq_ignore_ascii_case("complextext")
}

/// The words of a content item: NITF, HTML, HTML that is written as text, or text.
fn running(content: &Element) -> Option<(String, Vec<Span>)> {
    let data = content.at("DataContent")?;
    let body =
        data.below("body.content").into_iter().next().or_else(|| data.below("body").into_iter().next());
    let (text, emphasis) = match body {
        Some(body) => nitf::running(body),
        None if data.elements().next().is_some() => nitf::running(data),
        None => {
            let text = data.whole_text();
            let marked = html::is_markup(&text);
            if marked { html::running_text(&text) } else { (filled(&text)?, Vec::new()) }
        }
    };
    (!text.is_empty()).then_some((text, emphasis))
}

/// Keywords, in the two ways that agencies write them.
fn tags(item: &Element) -> Vec<String> {
    let properties = item.below("Property");
    let keywords = properties.iter().filter(|property| property.attribute("FormalName") == Some("Keyword"));
    let keywords = keywords.filter_map(|property| property.attribute("Value").map(str::to_owned));
    let lines = item.below("KeywordLine").into_iter().filter_map(Element::words);
    let mut tags: Vec<String> = Vec::new();
    for tag in keywords.chain(lines) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(item: &str) -> Record {
        let text = format!(
            "<?xml version='1.0'?><NewsML Version='1.2'><NewsEnvelope><DateAndTime>20260203T100000Z</DateAndTime></NewsEnvelope><NewsItem xml:lang='fr'>{item}</NewsItem></NewsML>"
        );
        assert!(NewsMl1.sniff(text.as_bytes()));
        let place = Place { root: "", path: "x.xml", again: None };
        let mut records = Vec::new();
        NewsMl1
            .read(&mut text.as_bytes(), &place, &SourceConfig::default(), &mut |record| records.push(record));
        records.remove(0)
    }

    const LINES: &str = "<NewsLines><HeadLine>Voss Quits</HeadLine><ByLine>Al Roe</ByLine></NewsLines>";

    #[test]
    fn text_is_found_in_nitf_in_paragraphs_and_in_quoted_html() {
        for content in [
            "<nitf><body><body.content><p>Voss quit.</p><p>So.</p></body.content></body></nitf>",
            "<p>Voss quit.</p><p>So.</p>",
            "<![CDATA[<p>Voss quit.</p><p>So.</p>]]>",
            "<html><head><title>T</title></head><body><p>Voss quit.</p><p>So.</p></body></html>",
        ] {
            let story = read(&format!(
                "<Identification><PublicIdentifier>urn:1</PublicIdentifier></Identification><NewsComponent>{LINES}\
                 <ContentItem><MediaType FormalName='Photo'/><DataContent>x</DataContent></ContentItem>\
                 <ContentItem><MediaType FormalName='Text'/><DataContent>{content}</DataContent></ContentItem></NewsComponent>"
            ))
            .expect("a story");
            assert_eq!(story.text, "Voss quit.\n\nSo.", "{content}");
            assert_eq!((story.record_id.as_deref(), story.lang.as_deref()), (Some("urn:1"), Some("fr")));
            assert_eq!(
                (story.byline.as_deref(), story.published.map(|date| date.value).as_deref()),
                (Some("Al Roe"), Some("2026-02-03T10:00:00Z"))
            );
        }
    }

    #[test]
    fn what_is_held_back_or_taken_back_is_kept_and_marked() {
        let story = read(&format!(
            "<NewsManagement><Status FormalName='Embargoed'/><StatusWillChange><FutureStatus FormalName='Usable'/>\
             <DateAndTime>20260204T060000Z</DateAndTime></StatusWillChange></NewsManagement><NewsComponent>{LINES}\
             <ContentItem><DataContent>Voss quit.</DataContent></ContentItem></NewsComponent>"
        ))
        .expect("a story");
        assert_eq!(
            (story.status, story.embargo.as_deref()),
            (Some(Status::Withheld), Some("2026-02-04T06:00:00Z"))
        );
        let killed = read(&format!(
            "<NewsManagement><Status FormalName='Canceled'/></NewsManagement><NewsComponent>{LINES}</NewsComponent>"
        ));
        assert_eq!(killed.expect("kept").status, Some(Status::Killed));
        let picture =
            "<ContentItem><MediaType FormalName='Photo'/><DataContent>x</DataContent></ContentItem>";
        assert_eq!(read(picture).expect_err("no text").reason, "no-article");
    }
}
