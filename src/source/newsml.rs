//! NewsML-G2: news items with text inside, alone or in a news message.

use std::io::BufRead;

use memchr::memmem;

use super::{
    Error, Format, Place, Record, charset, dates, filled, nitf, whole,
    xml::{self, Element},
};
use crate::{article::Article, config::SourceConfig};

/// One or more news items a file. Pictures, packages, events and concepts are passed over.
pub struct NewsMl;

impl Format for NewsMl {
    fn name(&self) -> &'static str {
        "newsml-g2"
    }

    fn version(&self) -> u32 {
        1
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["newsml"]
    }

    fn sniff(&self, head: &[u8]) -> bool {
        let tags = [&b"<newsItem"[..], b"<newsMessage", b"<packageItem", b"<conceptItem", b"<planningItem"];
        let nar = memmem::find(head, b"iptc.org/std/nar").is_some();
        nar && tags.iter().any(|tag| memmem::find(head, tag).is_some())
    }

    fn is_container(&self, head: &[u8]) -> bool {
        memmem::find(head, b"<newsMessage").is_some()
    }

    fn read(
        &self,
        input: &mut dyn BufRead,
        at: &Place<'_>,
        config: &SourceConfig,
        each: &mut dyn FnMut(Record),
    ) {
        let root = whole(input, config).and_then(|bytes| {
            xml::parse(&charset::decode(&bytes, None))
                .map_err(|error| Error::file("bad-record", format!("the file is no valid XML: {error}")))
        });
        let root = match root {
            Ok(root) => root,
            Err(error) => return each(Err(error)),
        };
        let mut found = 0;
        for (number, item) in (0..).zip(root.below("newsItem")) {
            if let Some(article) = story(item, at, number) {
                each(Ok(article));
                found += 1;
            }
        }
        if found == 0 {
            each(Err(Error::file("no-article", "the file holds no news item with text")));
        }
    }
}

/// The story of a news item, if it is one of text.
fn story(item: &Element, at: &Place<'_>, number: u32) -> Option<Article> {
    let class = item.at("itemMeta/itemClass").and_then(|class| class.attribute("qcode"));
    if class.is_some_and(|class| !class.ends_with(":text") && !class.ends_with(":composite")) {
        return None;
    }
    let words = |path: &str| item.at(path).and_then(Element::words);
    let text = item.at("contentSet").and_then(text)?;
    let dated = ["itemMeta/firstCreated", "contentMeta/contentCreated", "itemMeta/versionCreated"];
    let published = dated.iter().find_map(|path| {
        let name = path.rsplit('/').next().unwrap_or(path);
        dates::published(&words(path)?, &format!("newsml:{name}"))
    });
    let meta = item.at("contentMeta");
    let all = |name: &'static str| meta.into_iter().flat_map(move |meta| meta.all(name));
    let subjects = all("subject").filter_map(|subject| subject.at("name").and_then(Element::words));
    let lang = item.at("contentMeta/language").and_then(|language| language.attribute("tag"));
    Some(Article {
        origin: at.origin(number),
        record_id: item.attribute("guid").map(str::to_owned),
        title: words("contentMeta/headline"),
        published,
        source: words("itemMeta/provider/name").or_else(|| words("contentMeta/infoSource/name")),
        byline: words("contentMeta/by").or_else(|| words("contentMeta/creator/name")),
        tags: all("keyword").filter_map(Element::words).chain(subjects).collect(),
        lang: lang.or_else(|| item.attribute("lang")).map(str::to_owned),
        text,
        ..Default::default()
    })
}

fn text(set: &Element) -> Option<String> {
    let marked = set.all("inlineXML").find_map(|inline| {
        let root = inline.at("nitf").and_then(|nitf| nitf.at("body/body.content")).unwrap_or(inline);
        filled(&nitf::paragraphs(root))
    });
    marked.or_else(|| set.all("inlineData").find_map(|data| filled(&data.whole_text())))
}
