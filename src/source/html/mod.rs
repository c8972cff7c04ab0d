//! News pages: the article's body through `trafilatura`, facts about it from JSON-LD, OpenGraph, `<meta>` and the page.

pub mod body;
mod facts;
pub mod markup;
mod parts;
mod several;
mod when;

use std::io::BufRead;

pub use self::{
    body::{text as running_text, without_title},
    markup::{is_markup, lies_too_deep},
};

use scraper::Html as Page;
use trafilatura::{ExtractionFocus, HtmlDateMode, Metadata, Options};

use super::{Error, Format, Place, Record, charset, dates, delivery, entities::Entities, whole};
use crate::{
    article::{Article, Remark, Span},
    config::SourceConfig,
};

/// Bytes of a page searched for the encoding it declares (HTML standard, 13.2.3.2).
const DECLARED_WITHIN: usize = 1024;

/// Nodes of the largest page tree that is given to the extraction. Ordinary pages have a few thousand, the longest live
/// reports some ten thousand.
const MOST_NODES: usize = 100_000;

/// Levels of the deepest page that is given to the extraction, which goes down them by recursion. Ordinary pages have
/// some thirty.
const DEEPEST: usize = 256;

/// One story a page.
pub struct Html;

impl Format for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn version(&self) -> u32 {
        4
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["html", "htm", "xhtml", "shtml"]
    }

    fn sniff(&self, head: &[u8]) -> bool {
        let head = head.trim_ascii_start();
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let start = head[..head.len().min(64)].to_ascii_lowercase();
        start.starts_with(b"<!doctype html") || start.starts_with(b"<html") || start.starts_with(b"<head")
    }

    fn read(
        &self,
        input: &mut dyn BufRead,
        at: &Place<'_>,
        config: &SourceConfig,
        each: &mut dyn FnMut(Record),
    ) {
        match whole(input, config) {
            Ok(bytes) => {
                let stated = charset::decode(&bytes, declared(&bytes).as_deref());
                match delivery::of_page(&stated, at) {
                    Some(stories) => stories.into_iter().for_each(each),
                    None => pages(&bytes, at).into_iter().for_each(each),
                }
            }
            Err(error) => each(Err(error)),
        }
    }
}

/// The story of a page. What a server said of its encoding counts more than what the page does (HTML standard, 13.2.3.2).
pub fn page(bytes: &[u8], at: &Place<'_>, encoding: Option<&str>) -> Record {
    let (page, remarks) = parsed(bytes, encoding)?;
    Ok(Article { remarks, ..article(&page, at)? })
}

/// The story of a page, or each of those it holds.
fn pages(bytes: &[u8], at: &Place<'_>) -> Vec<Record> {
    let (page, remarks) = match parsed(bytes, None) {
        Ok(parsed) => parsed,
        Err(error) => return vec![Err(error)],
    };
    let stories = if body::depth(&page) <= DEEPEST { several::stories(&page) } else { Vec::new() };
    if stories.len() < 2 {
        return vec![article(&page, at).map(|article| Article { remarks, ..article })];
    }
    let around = facts::Facts::of(&page);
    // A day that the page shows may be that of one story.
    let of_all = around.published.filter(|date| date.source.starts_with("meta:"));
    let of_one = |(number, story): (u32, several::Story)| {
        let page = Page::parse_document(&story.page);
        let own = facts::Facts::of(&page);
        let (text, emphasis) = body::text(&parts::prepared(&page));
        let (text, emphasis) = body::without_title(text, emphasis, &story.title);
        let (text, emphasis) = body::without_others(text, emphasis, &[]);
        if text.is_empty() {
            let message = format!("story {number} of the page holds no words");
            return Err(Error::record(number, "no-article", message));
        }
        Ok(Article {
            origin: at.origin(number),
            title: Some(story.title),
            published: own
                .published
                .or(story.day)
                .or_else(|| of_all.clone())
                .or_else(|| dates::in_path(at.path)),
            byline: story.byline,
            url: story.url,
            source: around.source.clone(),
            lang: around.lang.clone(),
            remarks: remarks.clone(),
            text,
            emphasis,
            ..Default::default()
        })
    };
    (0..).zip(stories).map(of_one).collect()
}

/// A page as it is parsed, and what was mended in it.
fn parsed(bytes: &[u8], encoding: Option<&str>) -> Result<(Page, Vec<Remark>), Error> {
    let in_page = if encoding.is_none() { declared(bytes) } else { None };
    let encoding = encoding.or(in_page.as_deref());
    let charset::Text { words: html, remarks } = charset::text(bytes, encoding);
    if lies_too_deep(&html) {
        return Err(Error::file("no-article", "its elements lie too deep in each other for a news page"));
    }
    Entities::of(&html).checked_in(&html).map_err(|refused| refused.of("the page"))?;
    Ok((Page::parse_document(&html), remarks))
}

fn article(page: &Page, at: &Place<'_>) -> Record {
    let facts = facts::Facts::of(page);
    let (text, emphasis, found) =
        story(page, &facts).ok_or_else(|| Error::file("no-article", "no article was found on the page"))?;
    let some = |text: String| super::filled(&text);
    let title = facts.title.or_else(|| facts::heading(page)).or(some(found.title));
    let (text, emphasis) = body::without_title(text, emphasis, title.as_deref().unwrap_or_default());
    let (text, emphasis) = body::without_others(text, emphasis, &facts::headlines(page));
    if text.is_empty() {
        return Err(Error::file("no-article", "no article was found on the page"));
    }
    Ok(Article {
        origin: at.origin(0),
        title,
        published: facts.published.or_else(|| dates::in_path(at.path)),
        source: facts.source.or(some(found.sitename)),
        byline: facts.byline.or(some(found.author)),
        url: facts.url,
        section: facts.section,
        tags: if facts.tags.is_empty() { found.tags } else { facts.tags },
        lang: facts.lang.or(some(found.language)),
        text,
        emphasis,
        ..Default::default()
    })
}

/// The story's text with its italics, and what the extraction says of it: by the extraction that favours precision, else
/// the one that favours nothing; as the metadata repeat it, where a page shows less or something else; else all long
/// paragraphs.
fn story(page: &Page, facts: &facts::Facts) -> Option<(String, Vec<Span>, Metadata)> {
    let focuses = [ExtractionFocus::FavorPrecision, ExtractionFocus::Balanced];
    let repeated = facts.body.as_deref().map(body::repeated).filter(|body| !body.is_empty());
    let sane = body::depth(page) <= DEEPEST;
    let prepared = sane.then(|| parts::prepared(page));
    let extracted = |prepared: &str| {
        focuses.into_iter().find_map(|focus| {
            let options = Options::default()
                .with_focus(focus)
                .with_fallback(true)
                .with_exclude_comments(true)
                .with_html_date_mode(HtmlDateMode::Disabled)
                .with_max_tree_size(MOST_NODES);
            let extracted = trafilatura::extract(prepared, &options).ok()?;
            let (text, emphasis) = body::text(&extracted.content_html);
            let (text, emphasis) = body::without_others(text, emphasis, &[]);
            (!text.is_empty()).then_some((text, emphasis, extracted.metadata))
        })
    };
    let plain = |text: String| (!text.trim().is_empty()).then(|| (text, Vec::new(), Metadata::default()));
    match (prepared.as_deref().and_then(extracted), repeated) {
        (Some((text, _, found)), Some(repeated)) if says_less(&text, &repeated, facts.walled) => {
            Some((repeated, Vec::new(), found))
        }
        (Some(story), _) => Some(story),
        (None, Some(repeated)) => plain(repeated),
        (None, None) => plain(match prepared {
            Some(prepared) => body::paragraphs(&Page::parse_document(&prepared)),
            None => body::paragraphs(page),
        }),
    }
}

/// Whether a text has far fewer letters than what the page says its story is; behind a wall, just fewer: a page that shows
/// a part says so.
fn says_less(text: &str, repeated: &str, walled: bool) -> bool {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
    letters(text) * 100 < letters(repeated) * if walled { 95 } else { 70 }
}

/// The encoding that a page's first bytes declare.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(DECLARED_WITHIN)]).to_ascii_lowercase();
    let rest = &head[head.find("charset=")? + "charset=".len()..];
    let label: String = rest
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    (!label.is_empty()).then_some(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_told_from_signs() {
        for text in ["<p>x", "a<br/>b", "x</EM>", "<a href='x'>y</a>", "R&amp;B", "&#8217;s", "<!-- wp -->"] {
            assert!(is_markup(text), "{text}");
        }
        for text in ["1 < 2 > 0", "<b", "R&B; x", "AT&T", "if a<b", "<3", "He said <laughs> no"] {
            assert!(!is_markup(text), "{text}");
        }
    }

    #[test]
    fn pages_that_lie_too_deep_are_refused() {
        let place = Place { root: "", path: "x.html", again: None };
        let story = "<p>She said that she would never come back to this town, whoever asked.</p>";
        for (element, expected) in [("<div>", Err("no-article")), ("<p>", Ok(())), ("<svg/>", Ok(()))] {
            let page = format!("<html><body>{}{story}", element.repeat(20_000));
            let read = super::page(page.as_bytes(), &place, None).map(drop).map_err(|error| error.reason);
            assert_eq!(read, expected, "{element}");
        }
        let page = format!("<html><body>{}{}", "<div>".repeat(2_000), story.repeat(2));
        assert!(
            super::page(page.as_bytes(), &place, None).is_ok(),
            "deep, but readable without the extraction"
        );
    }

    #[test]
    fn behind_a_wall_the_longer_text_is_the_story() {
        let shown = "Mara Voss sold the last of her nine buses on Friday, two days before the tour was to begin in Leeds.";
        let told = "Mara Voss sold the last of her nine buses on Friday. “I am walking,” she said. “Tell Leeds that I am late, and \
                    tell Hull that I am sorry.”";
        let ld = |more: &str| {
            format!(
                "<script type='application/ld+json'>{{\"@type\":\"NewsArticle\",{more}\"articleBody\":\"{told}\"}}</script>"
            )
        };
        let read = |head: &str, below: &str| {
            let page = format!(
                "<html><head>{head}</head><body><article><p>{shown}</p>{below}</article></body></html>"
            );
            let at = Place { root: "r", path: "x.html", again: None };
            super::page(page.as_bytes(), &at, None).expect("a story").text
        };
        assert_eq!(read(&ld(""), ""), shown, "a page without a wall shows its story");
        assert_eq!(read(&ld(""), "<section class='c-paywall__box'><p>Stay with us.</p></section>"), told);
        assert_eq!(read(&ld(""), "<div id='regWall'></div>"), told);
        assert_eq!(read(&ld("\"isAccessibleForFree\":\"False\","), ""), told);
        assert_eq!(read(&ld("\"hasPart\":[{\"isAccessibleForFree\":false}],"), ""), told);
        assert_eq!(read(&ld("\"isAccessibleForFree\":true,"), ""), shown);
        let locked = "<meta property='article:content_tier' content='locked'>";
        assert_eq!(read(&format!("{locked}{}", ld("")), ""), told);
    }

    #[test]
    fn reads_body_and_facts_in_a_declared_encoding() {
        let story = "Beyonc\u{e9} Voss told the crowd <em>Gravel Road</em> was finished. ".repeat(4);
        let html = format!(
            "<html lang=en><head><meta charset=iso-8859-1><title>Voss is done | Sizzle</title>\
             <meta property=og:title content='Voss Is Done'><link rel=canonical href='https://sizzle.example/7'>\
             <meta property=article:published_time content='2014-08-19T10:00:00-05:00'></head><body>\
             <nav><a href=/>Home</a></nav><article><h1>Voss Is Done</h1><p>{story}</p><p>{story} So it was.</p></article></body></html>"
        );
        let bytes: Vec<u8> = html.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect();
        let article =
            super::page(&bytes, &Place { root: "r", path: "x.html", again: None }, None).expect("a story");
        assert!(article.text.starts_with("Beyoncé Voss told the crowd Gravel Road"), "{}", article.text);
        assert_eq!(article.text.lines().filter(|line| !line.is_empty()).count(), 2);
        assert_eq!(article.title.as_deref(), Some("Voss Is Done"));
        assert_eq!(article.url.as_deref(), Some("https://sizzle.example/7"));
        let published = article.published.expect("a date");
        assert_eq!(published.value, "2014-08-19T10:00:00-05:00");
        assert_eq!(published.source, "meta:article:published_time");
        assert_eq!(article.emphasis.first().map(|span| span.of(&article.text)), Some("Gravel Road"));
    }
}
