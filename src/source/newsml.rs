//! NewsML-G2: news items with text inside, alone or in a news message.

use std::io::BufRead;

use memchr::memmem;

use super::{
    Error, Format, Place, Record, charset, dates, filled, foreign, html, nitf, whole,
    xml::{self, Element},
};
use crate::{
    article::{Article, Remark, Span, Status},
    config::SourceConfig,
};

/// One or more news items a file. Pictures, packages, events and concepts are passed over.
pub struct NewsMl;

impl Format for NewsMl {
    fn name(&self) -> &'static str {
        "newsml-g2"
    }

    fn version(&self) -> u32 {
        2
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["newsml"]
    }

    fn sniff(&self, head: &[u8]) -> bool {
        const ROOTS: [&[u8]; 7] = [
            b"newsItem",
            b"newsMessage",
            b"packageItem",
            b"conceptItem",
            b"planningItem",
            b"knowledgeItem",
            b"catalogItem",
        ];
        let is_iptc = [&b"iptc.org"[..], b"NewsML-G2"].iter().any(|mark| memmem::find(head, mark).is_some());
        is_iptc && foreign::first_local_name(head).is_some_and(|root| ROOTS.contains(&root))
    }

    fn is_container(&self, head: &[u8]) -> bool {
        foreign::first_local_name(head) == Some(b"newsMessage")
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
        let mut found = 0;
        for (number, item) in (0..).zip(root.below("newsItem")) {
            if let Some(article) = story(item, at, number) {
                each(Ok(Article { remarks: remarks.clone(), ..article }));
                found += 1;
            }
        }
        if found == 0 {
            each(Err(Error::file("no-article", "the file holds no news item with text")));
        }
    }
}

/// The tree of a document, and what was mended in its text.
pub fn document(input: &mut dyn BufRead, config: &SourceConfig) -> Result<(Element, Vec<Remark>), Error> {
    let bytes = whole(input, config)?;
    let charset::Text { words, remarks } = charset::text(&bytes, nitf::declared(&bytes).as_deref());
    let root = xml::parse_as_meant(&words).map_err(|fault| fault.of("the file"))?;
    Ok((root, remarks))
}

/// The story of a news item, if it is one of text.
fn story(item: &Element, at: &Place<'_>, number: u32) -> Option<Article> {
    let class = item.at("itemMeta/itemClass").and_then(|class| class.attribute("qcode"));
    if class.is_some_and(|class| !class.ends_with(":text") && !class.ends_with(":composite")) {
        return None;
    }
    let words = |path: &str| item.at(path).and_then(Element::words);
    let dated = ["itemMeta/firstCreated", "contentMeta/contentCreated", "itemMeta/versionCreated"];
    let published = dated.iter().find_map(|path| {
        let name = path.rsplit('/').next().unwrap_or(path);
        dates::published(&words(path)?, &format!("newsml:{name}"))
    });
    let meta = item.at("contentMeta");
    let all = |name: &'static str| meta.into_iter().flat_map(move |meta| meta.all(name));
    let is_sub =
        |line: &&Element| line.attribute("role").is_some_and(|role| role.to_lowercase().contains("sub"));
    // What the item does not say, the document in it may.
    let inner = item.below("nitf").first().map(|nitf| nitf::story(nitf, at, number)).unwrap_or_default();
    let title = all("headline").find(|line| !is_sub(line)).and_then(Element::words).or(inner.title);
    let status = item.at("itemMeta/pubStatus").and_then(|status| Status::of(status.attribute("qcode")?));
    let (text, emphasis) = match item.at("contentSet").and_then(content) {
        Some(content) => content,
        // A text that was taken back, or is yet to come, has a headline and perhaps an abstract.
        None if class.is_some_and(|class| class.ends_with(":text")) && title.is_some() => {
            let told = |role: &str| role.ends_with(":summary") || role.ends_with(":abstract");
            let summary = all("description").find(|line| line.attribute("role").is_some_and(told));
            (summary.and_then(Element::words).unwrap_or_default(), Vec::new())
        }
        None => return None,
    };
    let named = |element: &Element| {
        let name = element.at("name").and_then(Element::words);
        name.or_else(|| element.attribute("literal").map(str::to_owned))
    };
    let joined = |names: Vec<String>| (!names.is_empty()).then(|| names.join(", "));
    let mut tags: Vec<String> = Vec::new();
    let subjects = all("subject").filter_map(|subject| subject.at("name").and_then(Element::words));
    for tag in all("keyword").filter_map(Element::words).chain(subjects) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    let lang = item.at("contentMeta/language").and_then(|language| language.attribute("tag"));
    let embargo =
        words("itemMeta/embargoed").and_then(|written| dates::published(&written, "newsml:embargoed"));
    Some(Article {
        origin: at.origin(number),
        record_id: item.attribute("guid").map(str::to_owned),
        title,
        published,
        source: (item.at("itemMeta/provider").and_then(named))
            .or_else(|| all("infoSource").find_map(named))
            .or_else(|| item.at("rightsInfo/copyrightHolder").and_then(named)),
        byline: joined(all("by").filter_map(Element::words).collect())
            .or_else(|| joined(all("creator").filter_map(|creator| creator.at("name")?.words()).collect()))
            .or(inner.byline),
        tags,
        lang: lang.or_else(|| item.attribute("lang")).map(str::to_owned),
        embargo: embargo.map(|embargo| embargo.value),
        status,
        version: item.attribute("version").map(str::to_owned),
        text,
        emphasis,
        ..Default::default()
    })
}

/// The words of a content set: what is marked up first, else what is plain.
fn content(set: &Element) -> Option<(String, Vec<Span>)> {
    let marked = set.all("inlineXML").find_map(|inline| {
        let nitf = inline.below("nitf").first().and_then(|nitf| nitf.at("body/body.content"));
        // Events and results of matches are no text.
        const TEXT: [&str; 9] = ["html", "body", "div", "section", "article", "p", "h1", "h2", "ul"];
        let is_text = match inline.elements().next() {
            Some(first) => nitf.is_some() || TEXT.contains(&&*first.name),
            None => true,
        };
        let (text, emphasis) = is_text.then(|| nitf::running(nitf.unwrap_or(inline)))?;
        (!text.is_empty()).then_some((text, emphasis))
    });
    marked.or_else(|| set.all("inlineData").find_map(plain))
}

/// The words of data in a line: HTML that is written as text, or text, whose lines stay as they are.
fn plain(data: &Element) -> Option<(String, Vec<Span>)> {
    let text = data.whole_text();
    let is_plain = data.attribute("contenttype").is_some_and(|kind| kind.starts_with("text/plain"));
    if !html::is_markup(&text) {
        return filled(&text).map(|text| (text, Vec::new()));
    }
    let tags = ["<p>", "</p>", "<p/>", "<br/>", "<br />", "<br>"];
    let bare = tags.iter().fold(text.clone(), |text, tag| text.replace(tag, "\n\n"));
    if is_plain && !html::is_markup(&bare) {
        return filled(&bare).map(|text| (text, Vec::new()));
    }
    let (text, emphasis) = html::running_text(&text);
    (!text.is_empty()).then_some((text, emphasis))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Record> {
        let place = Place { root: "", path: "x.xml", again: None };
        let mut records = Vec::new();
        NewsMl
            .read(&mut text.as_bytes(), &place, &SourceConfig::default(), &mut |record| records.push(record));
        records
    }

    #[test]
    fn agencies_choose_prefixes_and_wrap_text_in_many_ways() {
        let item = |content: &str| {
            format!(
                "<n:newsItem xmlns:n='http://iptc.org/std/nar/2006-10-01/' guid='g' version='2'><n:itemMeta>\
                 <n:itemClass qcode='ninat:text'/><n:pubStatus qcode='stat:withheld'/><n:embargoed>2026-02-04T06:00:00Z\
                 </n:embargoed></n:itemMeta><n:contentMeta><n:headline role='hld:subHeadline'>Deck</n:headline>\
                 <n:headline>Voss Quits</n:headline></n:contentMeta><n:contentSet>{content}</n:contentSet></n:newsItem>"
            )
        };
        for (content, text) in [
            (
                "<n:inlineXML><h:html xmlns:h='x'><h:head><h:title>T</h:title></h:head><h:body><h:p>Voss quit.</h:p></h:body></h:html></n:inlineXML>",
                "Voss quit.",
            ),
            (
                "<n:inlineData contenttype='text/html'>&lt;p&gt;Voss quit.&lt;/p&gt;&lt;p&gt;So.&lt;/p&gt;</n:inlineData>",
                "Voss quit.\n\nSo.",
            ),
            (
                "<n:inlineData contenttype='text/plain'><![CDATA[<p>\nVoss\nquit.</p>]]></n:inlineData>",
                "Voss\nquit.",
            ),
            ("<n:inlineXML><events><event><name>Ball</name></event></events></n:inlineXML>", ""),
        ] {
            let text_of_item = item(content);
            assert!(NewsMl.sniff(text_of_item.as_bytes()));
            let story = read(&text_of_item).remove(0).expect("a story");
            assert_eq!(
                (story.text.as_str(), story.title.as_deref()),
                (text, Some("Voss Quits")),
                "{content}"
            );
            assert_eq!((story.status, story.version.as_deref()), (Some(Status::Withheld), Some("2")));
            assert_eq!(story.embargo.as_deref(), Some("2026-02-04T06:00:00Z"));
        }
    }

    #[test]
    fn pictures_and_events_are_no_stories() {
        let read =
            read("<newsItem guid='g'><itemMeta><itemClass qcode='ninat:picture'/></itemMeta></newsItem>");
        assert_eq!(read[0].as_ref().map_err(|error| error.reason), Err("no-article"));
    }
}
