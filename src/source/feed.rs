//! RSS, Atom and WordPress exports: every item is a record. Items are cut off the stream one at a time, however large the
//! file is; one that is broken costs only itself.

use std::io::{self, BufRead, Read};

use memchr::memmem;

use super::{
    Error, Format, Place, Record, charset, dates, filled, html,
    xml::{self, Element},
};
use crate::{article::Article, config::SourceConfig};

/// RSS 0.9 to 2.0, Atom, WXR.
pub struct Feed;

impl Format for Feed {
    fn name(&self) -> &'static str {
        "feed"
    }

    fn version(&self) -> u32 {
        1
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["rss", "atom", "wxr"]
    }

    fn sniff(&self, head: &[u8]) -> bool {
        let start = &head[..head.len().min(2048)];
        [&b"<rss"[..], b"<feed", b"<rdf:RDF"].iter().any(|tag| memmem::find(start, tag).is_some())
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
        if let Err(error) = items(input, at, config, each) {
            each(Err(Error::io(&error)));
        }
    }
}

/// What the head of a feed says of all its items.
#[derive(Default)]
struct Channel {
    encoding: Option<String>,
    title: Option<String>,
    lang: Option<String>,
}

fn items(
    input: &mut dyn BufRead,
    at: &Place<'_>,
    config: &SourceConfig,
    each: &mut dyn FnMut(Record),
) -> io::Result<()> {
    let mut channel = None;
    let mut number = 0;
    let mut chunk = Vec::new();
    while let Some(whole) = next_end(input, config.max_bytes, &mut chunk)? {
        let start = start_of_item(&chunk);
        let head = &chunk[..start.unwrap_or(chunk.len().min(1 << 16))];
        let channel = channel.get_or_insert_with(|| Channel::of(head));
        match (whole, start) {
            (Cut::TooLong, _) => each(Err(Error::too_large(config).of_record(number))),
            (Cut::Item, Some(start)) => {
                if let Some(record) = item(&chunk[start..], at, number, channel).transpose() {
                    each(record);
                }
            }
            (Cut::Rest, Some(_)) => each(Err(Error::record(
                number,
                "bad-record",
                format!("the feed ends in the middle of item {number}: fetch it again"),
            ))),
            (Cut::Item | Cut::Rest, None) => continue,
        }
        number += 1;
    }
    if number == 0 {
        each(Err(Error::file("empty", "the feed holds no items")));
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    Item,
    TooLong,
    Rest,
}

/// Reads to the end of the next item, or of the stream.
fn next_end(input: &mut dyn BufRead, limit: u64, chunk: &mut Vec<u8>) -> io::Result<Option<Cut>> {
    chunk.clear();
    let mut long = false;
    loop {
        let most = limit.saturating_add(1).max(1 << 10);
        let read = Read::take(&mut *input, most).read_until(b'>', chunk)?;
        if read == 0 {
            return Ok((!chunk.is_empty()).then_some(Cut::Rest));
        }
        if chunk.ends_with(b"</item>") || chunk.ends_with(b"</entry>") {
            return Ok(Some(if long { Cut::TooLong } else { Cut::Item }));
        }
        if chunk.len() as u64 > limit {
            long = true;
            // The end of a tag may lie across what is dropped.
            chunk.drain(..chunk.len() - b"</entry".len());
        }
    }
}

fn start_of_item(chunk: &[u8]) -> Option<usize> {
    let starts = [&b"<item"[..], b"<entry"];
    let found = starts.iter().filter_map(|start| {
        memmem::find_iter(chunk, start).find(|at| {
            chunk.get(at + start.len()).is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'>')
        })
    });
    found.min()
}

impl Channel {
    /// The head is no whole document: what is looked for is found by its tags.
    fn of(head: &[u8]) -> Self {
        let declared = String::from_utf8_lossy(&head[..head.len().min(200)]).into_owned();
        let encoding = declared.split_once("encoding=").and_then(|(_, rest)| {
            let quote = rest.chars().next()?;
            rest[1..].split(quote).next().map(str::to_owned)
        });
        let text = charset::decode(head, encoding.as_deref()).into_owned();
        let inside = |name: &str| {
            let (_, rest) = text.split_once(&format!("<{name}>"))?;
            let (inner, _) = rest.split_once(&format!("</{name}>"))?;
            xml::parse(inner).ok()?.words()
        };
        Self { title: inside("title"), lang: inside("language"), encoding }
    }
}

/// One item; nothing when it is no story: an attachment, a menu entry, a draft.
fn item(bytes: &[u8], at: &Place<'_>, number: u32, channel: &Channel) -> Result<Option<Article>, Error> {
    let text = charset::decode(bytes, channel.encoding.as_deref());
    let root = xml::parse(&text).map_err(|error| {
        Error::record(number, "bad-record", format!("item {number} is no valid XML: {error}"))
    })?;
    let Some(item) = root.elements().next() else { return Ok(None) };
    if !is_published(item) {
        return Ok(None);
    }
    let field = |names: &[&str]| names.iter().find_map(|name| item.at(name)?.words());
    let bodies = ["encoded", "content", "description", "summary"];
    let body =
        bodies.iter().find_map(|name| item.all(name).find_map(|element| filled(&element.whole_text())));
    let (text, emphasis) = body.map(|body| html::running_text(&body)).unwrap_or_default();
    let title = field(&["title"]).map(|title| html::running_text(&title).0).and_then(|title| filled(&title));
    if text.is_empty() && title.is_none() {
        return Err(Error::record(number, "empty", format!("item {number} holds no words")));
    }
    let dated = ["pubDate", "published", "post_date_gmt", "date", "issued", "created"];
    let published =
        dated.iter().find_map(|name| dates::published(&item.at(name)?.words()?, &format!("feed:{name}")));
    let category =
        |element: &Element| element.attribute("term").map(str::to_owned).or_else(|| element.words());
    Ok(Some(Article {
        origin: at.origin(number),
        record_id: field(&["guid", "id"]),
        title,
        published,
        source: field(&["source/title", "source"]).or_else(|| channel.title.clone()),
        byline: field(&["creator", "author/name", "author"]),
        url: link(item),
        tags: item.all("category").filter_map(category).collect(),
        lang: channel.lang.clone(),
        text,
        emphasis,
        ..Default::default()
    }))
}

/// Whether an item of a WordPress export is a post or a page that everybody may read; items of other feeds are.
fn is_published(item: &Element) -> bool {
    let told = |name: &str| item.at(name).and_then(Element::words);
    told("post_type").is_none_or(|kind| matches!(&*kind, "post" | "page"))
        && told("status").is_none_or(|status| status == "publish")
        && told("post_password").is_none()
}

fn link(item: &Element) -> Option<String> {
    let alternate = |link: &&Element| link.attribute("rel").is_none_or(|kind| kind == "alternate");
    let written = |link: &Element| link.attribute("href").map(str::to_owned).or_else(|| link.words());
    item.all("link").filter(alternate).find_map(written).filter(|url| url.starts_with("http"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, max_bytes: u64) -> Vec<Record> {
        let config = SourceConfig { max_bytes, ..SourceConfig::default() };
        let mut records = Vec::new();
        let place = Place { root: "", path: "x.rss", file: None };
        Feed.read(&mut text.as_bytes(), &place, &config, &mut |record| records.push(record));
        records
    }

    #[test]
    fn a_broken_or_endless_item_costs_only_itself() {
        let long = "x".repeat(500);
        let feed = format!(
            "<rss><channel><title>Sizzle</title><item><title>A</title></item><item><b></item>\
             <item><title>{long}</title></item><item><title>D</title></item><item><title>E"
        );
        let told: Vec<_> = read(&feed, 300)
            .into_iter()
            .map(|record| {
                record.map(|article| article.title.unwrap_or_default()).map_err(|error| error.reason)
            })
            .collect();
        let ok = |title: &str| Ok(title.to_owned());
        assert_eq!(told, [ok("A"), Err("bad-record"), Err("too-large"), ok("D"), Err("bad-record")]);
        assert_eq!(read("<rss><channel></channel></rss>", 300)[0].as_ref().unwrap_err().reason, "empty");
    }
}
