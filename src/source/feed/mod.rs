//! RSS, Atom, exports of WordPress and Blogger: every item is a record. Items are cut off the stream one at a time, however
//! large the file is; one that is broken costs only itself.

mod spaces;
mod wordpress;

use std::io::{self, BufRead, Read};

use memchr::memmem;

use self::spaces::Spaces;

use super::{
    Error, Format, Place, Record, charset, dates,
    entities::Entities,
    filled, html,
    xml::{self, Element},
};
use crate::{
    article::{Article, Published, Span},
    config::SourceConfig,
};

/// RSS 0.9 to 2.0, Atom, WXR.
pub struct Feed;

impl Format for Feed {
    fn name(&self) -> &'static str {
        "feed"
    }

    fn version(&self) -> u32 {
        3
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["rss", "atom", "wxr"]
    }

    fn sniff(&self, head: &[u8]) -> bool {
        let start = &head[..head.len().min(2048)];
        let has = |words: &[u8]| memmem::find(start, words).is_some();
        [&b"<rss"[..], b"<feed", b"<rdf:RDF", b"<atom:feed"].into_iter().any(has)
            || (has(b"<entry") && has(b"http://www.w3.org/2005/Atom"))
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
    /// Its address, which relative ones belong to.
    link: Option<String>,
    spaces: Spaces,
    entities: Entities,
}

fn items(
    input: &mut dyn BufRead,
    at: &Place<'_>,
    config: &SourceConfig,
    each: &mut dyn FnMut(Record),
) -> io::Result<()> {
    let mut channel = None;
    let mut number = 0;
    let mut stories = 0;
    let mut chunk = Vec::new();
    while let Some(whole) = next_end(input, config.max_bytes, &mut chunk)? {
        let start = start_of_item(&chunk);
        let head = &chunk[..start.unwrap_or(chunk.len().min(1 << 16))];
        let channel = channel.get_or_insert_with(|| Channel::of(head));
        match (whole, start) {
            (Cut::TooLong, _) => {
                each(Err(Error::too_large(config).of_record(number)));
                stories += 1;
            }
            (Cut::Item, Some(start)) => {
                if let Some(record) = item(&chunk[start..], at, number, channel).transpose() {
                    each(record);
                    stories += 1;
                }
            }
            (Cut::Rest, Some(_)) => {
                each(Err(Error::record(
                    number,
                    "bad-record",
                    format!("the feed ends in the middle of item {number}: fetch it again"),
                )));
                stories += 1;
            }
            (Cut::Item | Cut::Rest, None) => continue,
        }
        number += 1;
    }
    match number {
        _ if stories > 0 => (),
        0 => each(Err(Error::file("empty", "the feed holds no items"))),
        _ => each(Err(Error::file("no-story", "the feed holds drafts, pictures or settings only"))),
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
        if ends_item(chunk) {
            return Ok(Some(if long { Cut::TooLong } else { Cut::Item }));
        }
        if chunk.len() as u64 > limit {
            long = true;
            // The end of a tag may lie across what is dropped.
            chunk.drain(..chunk.len() - b"</entry".len());
        }
    }
}

/// Whether a chunk ends with the end tag of an item, whatever its prefix, that is no part of a quoted text.
fn ends_item(chunk: &[u8]) -> bool {
    const LONGEST: usize = 32;
    let tail = &chunk[chunk.len().saturating_sub(LONGEST)..];
    let Some(tag) = memchr::memrchr(b'<', tail).map(|at| &tail[at..]) else { return false };
    let Some(name) = tag.strip_prefix(b"</").and_then(|rest| rest.strip_suffix(b">")) else { return false };
    let name = name.trim_ascii_end();
    let local = name.iter().rposition(|&byte| byte == b':').map_or(name, |at| &name[at + 1..]);
    let quoted = || match (memmem::rfind(chunk, b"<![CDATA["), memmem::rfind(chunk, b"]]>")) {
        (Some(start), end) => end.is_none_or(|end| end < start),
        (None, _) => false,
    };
    (local == b"item" || local == b"entry") && !quoted()
}

fn start_of_item(chunk: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'<', chunk).find(|&at| {
        let rest = &chunk[at + 1..];
        let end = rest.iter().position(|byte| byte.is_ascii_whitespace() || b"/>".contains(byte));
        let name = end.map_or(&rest[..0], |end| &rest[..end]);
        let local = name.iter().rposition(|&byte| byte == b':').map_or(name, |at| &name[at + 1..]);
        local == b"item" || local == b"entry"
    })
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
            let (_, rest) = text.split_once(&format!("<{name}"))?;
            let rest = rest.split_once('>').filter(|(rest, _)| rest.is_empty() || rest.starts_with(' '))?.1;
            let (inner, _) = rest.split_once(&format!("</{name}>"))?;
            xml::parse_as_meant(inner).ok()?.words().map(|words| uncovered(&words).to_owned())
        };
        let said = |attribute: &str| {
            let (_, rest) = text.split_once(&format!("{attribute}=\""))?;
            filled(rest.split('"').next()?)
        };
        Self {
            title: inside("title").map(|title| html::running_text(&title).0).and_then(|title| filled(&title)),
            lang: inside("language").or_else(|| inside("dc:language")).or_else(|| said("xml:lang")),
            link: said("xml:base").or_else(|| inside("link")).filter(|link| link.starts_with("http")),
            spaces: Spaces::of(&text),
            entities: Entities::of(&text),
            encoding,
        }
    }
}

/// An item with the meaning of its prefixes.
struct Item<'a> {
    element: &'a Element,
    spaces: &'a Spaces,
}

impl<'a> Item<'a> {
    /// The elements of that name: `title` is the feed's own, `media:title` another's.
    fn all(&self, name: &str) -> impl Iterator<Item = &'a Element> {
        let (space, name) = name.split_once(':').unwrap_or(("", name));
        let (space, name) = (space.to_owned(), name.to_owned());
        let spaces = self.spaces;
        self.element
            .elements()
            .filter(move |element| element.name == name && spaces.meaning(&element.prefix) == space)
    }

    fn words(&self, name: &str) -> Option<String> {
        self.all(name).find_map(Element::words)
    }

    fn first(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.words(name))
    }
}

/// One item; nothing when it is no story: an attachment, a menu entry, a comment, a draft.
fn item(bytes: &[u8], at: &Place<'_>, number: u32, channel: &Channel) -> Result<Option<Article>, Error> {
    let charset::Text { words: text, remarks } = charset::text(bytes, channel.encoding.as_deref());
    let root = xml::part_as_meant(&text, &channel.entities)
        .map_err(|fault| fault.of(&format!("item {number}")).of_record(number))?;
    let Some(element) = root.elements().next() else { return Ok(None) };
    let spaces = &channel.spaces.and(&text);
    let item = Item { element, spaces };
    if !is_published(&item) {
        return Ok(None);
    }
    let (text, emphasis) = body(&item);
    let title = item.words("title").or_else(|| item.words("dc:title"));
    let title = title.map(|title| html::running_text(uncovered(&title)).0).and_then(|title| filled(&title));
    if text.is_empty() && title.is_none() {
        return Err(Error::record(number, "empty", format!("item {number} holds no words")));
    }
    let author = || {
        let names: Vec<String> =
            item.all("author").filter_map(|author| author.at("name").unwrap_or(author).words()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let of_domain =
        |wanted: &str| item.all("category").find(|category| category.attribute("domain") == Some(wanted));
    let section = of_domain("category").and_then(Element::words).filter(|name| name != "Uncategorized");
    let source = || item.all("source").find_map(|source| source.at("title").unwrap_or(source).words());
    Ok(Some(Article {
        origin: at.origin(number),
        record_id: item.first(&["guid", "id", "dc:identifier"]),
        title,
        published: published(&item),
        source: source().or_else(|| item.words("dc:source")).or_else(|| channel.title.clone()),
        byline: item.words("dc:creator").or_else(author).or_else(|| item.words("itunes:author")),
        url: link(&item, channel),
        section,
        tags: tags(&item),
        lang: element
            .attribute("lang")
            .map(str::to_owned)
            .or_else(|| item.words("dc:language"))
            .or_else(|| channel.lang.clone()),
        text,
        emphasis,
        remarks,
        ..Default::default()
    }))
}

/// The story's words: the content, else what is nearest to it.
fn body(item: &Item<'_>) -> (String, Vec<Span>) {
    const BODIES: [&str; 7] = [
        "content:encoded",
        "content",
        "xhtml:body",
        "description",
        "summary",
        "itunes:summary",
        "dc:description",
    ];
    let of = |element: &Element| {
        let (text, emphasis) = running(element, item);
        (!text.trim().is_empty()).then_some((text, emphasis))
    };
    let found = BODIES.iter().find_map(|name| item.all(name).find_map(of)).unwrap_or_default();
    // Agencies put the story below their own element, and a teaser into the content.
    let nested = || item.element.elements().flat_map(|element| element.below("body")).find_map(of);
    // Video feeds have nothing but this.
    let described =
        || item.element.below("group").into_iter().flat_map(|group| group.all("description")).find_map(of);
    match nested() {
        Some(nested) if nested.0.len() > found.0.len() => nested,
        _ if found.0.is_empty() => described().unwrap_or_default(),
        _ => found,
    }
}

/// The running text of an element that holds text, HTML as text, or XHTML.
fn running(element: &Element, item: &Item<'_>) -> (String, Vec<Span>) {
    if element.elements().next().is_some() {
        return html::running_text(&element.markup());
    }
    let whole = element.whole_text();
    let written = uncovered(&whole);
    if element.attribute("type").is_some_and(|kind| kind == "text" || kind == "text/plain")
        && !html::is_markup(written)
    {
        return (written.trim().to_owned(), Vec::new());
    }
    let is_post = item.words("wp:post_type").is_some();
    let written = match wordpress::is_classic(written) && (is_post || !written.contains('<')) {
        true => wordpress::paragraphs(&wordpress::without_shortcodes(written)),
        false if is_post => wordpress::without_shortcodes(&wordpress::without_addresses(written)),
        false => written.to_owned(),
    };
    let (text, emphasis) = html::running_text(&written);
    // What was escaped once too often shows its tags.
    if !written.contains('<') && html::is_markup(&text) && text.contains("</") {
        return html::running_text(&text);
    }
    (text, emphasis)
}

/// A text without the marks of CDATA, which some feeds write as text.
fn uncovered(text: &str) -> &str {
    let trimmed = text.trim();
    trimmed.strip_prefix("<![CDATA[").map_or(text, |rest| rest.strip_suffix("]]>").unwrap_or(rest))
}

/// When an item was published: where it says so, else when it was changed.
fn published(item: &Item<'_>) -> Option<Published> {
    const DATED: [&str; 12] = [
        "pubDate",
        "published",
        "wp:post_date_gmt",
        "dc:date",
        "issued",
        "created",
        "dcterms:issued",
        "dcterms:created",
        "date",
        "updated",
        "modified",
        "dcterms:modified",
    ];
    wordpress::published(item.words("wp:post_date"), item.words("wp:post_date_gmt")).or_else(|| {
        DATED.iter().find_map(|name| {
            let local = name.rsplit(':').next().unwrap_or(name);
            dates::published(&item.words(name)?, &format!("feed:{local}"))
        })
    })
}

fn tags(item: &Item<'_>) -> Vec<String> {
    // What kind of thing an entry is, Blogger says as a category.
    let is_tag =
        |element: &&Element| element.attribute("scheme").is_none_or(|scheme| !scheme.ends_with("#kind"));
    let named = |element: &Element| {
        let label = element.attribute("label").or_else(|| element.attribute("term"));
        label.map(str::to_owned).or_else(|| element.words())
    };
    let all = item.all("category").chain(item.all("dc:subject")).chain(item.all("dc:Subject"));
    let mut tags: Vec<String> = Vec::new();
    for tag in all.filter(is_tag).filter_map(named) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

/// Whether an item of an export is a story that everybody may read; items of other feeds are.
fn is_published(item: &Item<'_>) -> bool {
    let kind = item
        .all("category")
        .find(|kind| kind.attribute("scheme").is_some_and(|scheme| scheme.ends_with("#kind")));
    let is_post = |kind: &str| kind.ends_with("#post") || kind.ends_with("#page");
    let draft = item.all("app:control").find_map(|control| control.at("draft")?.words());
    item.words("wp:post_type").is_none_or(|kind| wordpress::is_story(&kind))
        && item.words("wp:status").is_none_or(|status| matches!(&*status, "publish" | "published"))
        && item.words("wp:post_password").is_none()
        && kind.and_then(|kind| kind.attribute("term")).is_none_or(is_post)
        && draft.is_none_or(|draft| draft != "yes")
        && item.words("blogger:type").is_none_or(|kind| matches!(&*kind, "POST" | "PAGE"))
        && item.words("blogger:status").is_none_or(|status| status == "LIVE")
}

fn link(item: &Item<'_>, channel: &Channel) -> Option<String> {
    let alternate = |link: &&Element| link.attribute("rel").is_none_or(|kind| kind == "alternate");
    let written = |link: &Element| link.attribute("href").map(str::to_owned).or_else(|| link.words());
    let found = item.all("link").filter(alternate).find_map(written);
    let permanent = || {
        let is_link =
            |guid: &&Element| guid.attribute("isPermaLink").is_none_or(|permanent| permanent == "true");
        item.all("guid").filter(is_link).find_map(Element::words).filter(|guid| guid.starts_with("http"))
    };
    let found = found.or_else(permanent)?;
    if found.starts_with("http") {
        return Some(found);
    }
    // Of an address within the site the rest stands at the feed.
    let base = channel.link.as_deref()?;
    let site = base.match_indices('/').nth(2).map_or(base, |(at, _)| &base[..at]);
    found.starts_with('/').then(|| format!("{site}{found}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, max_bytes: u64) -> Vec<Record> {
        let config = SourceConfig { max_bytes, ..SourceConfig::default() };
        let mut records = Vec::new();
        let place = Place { root: "", path: "x.rss", again: None };
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
