//! Web archives: WARC and ARC, of which each page that was fetched whole is a story. Told by their first bytes, compressed
//! record by record, as a whole or not at all; a WACZ is an archive of such files.
//!
//! The pages are found one after the other and read later, on all threads. What is no page, and every capture of a page but
//! the last, is left out and said why.

mod http;
mod records;

use std::io::{self, BufRead};

use rustc_hash::FxHashMap;

pub use self::records::Kind;
use self::{
    http::{Response, content_type},
    records::{Fault, Head, Records},
};
use super::{
    Error, Format, Place, Record, Unread, charset,
    compression::{ARC, WARC, inflated},
    format::HEAD,
    html,
};
use crate::{
    article::{Article, Published, Remark, hash64},
    config::SourceConfig,
};

/// Bytes of the headers of a response, besides its body.
const HEADERS: u64 = 1 << 18;

/// Bytes up to which a web archive is looked through for the last capture of each page before it is read. Crawlers begin
/// another file after one GiB.
const LOOKED_THROUGH: u64 = 16 << 30;

impl Format for Kind {
    fn name(&self) -> &'static str {
        match self {
            Self::Warc => "warc",
            Self::Arc => "arc",
        }
    }

    fn version(&self) -> u32 {
        3
    }

    fn extensions(&self) -> &'static [&'static str] {
        match self {
            Self::Warc => &["warc"],
            Self::Arc => &["arc"],
        }
    }

    fn claims(&self, _: &Place<'_>, head: &[u8]) -> bool {
        head.starts_with(match self {
            Self::Warc => WARC,
            Self::Arc => ARC,
        })
    }

    fn is_binary(&self) -> bool {
        true
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
        self.find(input, at, config, &mut |found| each(found.read(at)));
    }

    fn find(
        &self,
        input: &mut dyn BufRead,
        at: &Place<'_>,
        config: &SourceConfig,
        each: &mut dyn FnMut(Unread),
    ) {
        find(*self, input, at, config, each);
    }
}

/// A page that was fetched.
struct Page {
    record: u32,
    url: String,
    captured: Option<String>,
    charset: Option<String>,
    body: Vec<u8>,
    /// Whether the archive ends before it does.
    is_cut: bool,
}

/// What a record is.
enum Found {
    /// Nothing that anybody would look for: a request, a crawler's notes.
    Aside,
    LeftOut(Error),
    Page(Page),
}

/// Finds every page of a web archive.
fn find(
    kind: Kind,
    input: &mut dyn BufRead,
    at: &Place<'_>,
    config: &SourceConfig,
    each: &mut dyn FnMut(Unread),
) {
    let last = last_captures(kind, at);
    let mut records = Records::new(kind, input);
    let (mut number, mut is_told) = (0, false);
    let mut tell = |found: Unread| {
        is_told = true;
        each(found);
    };
    let failed = |error: Error, each: &mut dyn FnMut(Unread)| each(Unread::Ready(Err(error)));
    loop {
        let found = records.next().and_then(|head| match head {
            Some(head) => found(&mut records, head, number, config, &last).map(Some),
            None => Ok(None),
        });
        match found {
            Ok(None) => break,
            Ok(Some(Found::Aside)) => (),
            Ok(Some(Found::LeftOut(error))) => failed(error, &mut tell),
            Ok(Some(Found::Page(page))) => tell(Unread::later(page.body.len(), move |at| article(page, at))),
            Err(Fault::Damaged(why)) => {
                failed(Error::record(number, "bad-record", format!("{why}: fetch the file again")), &mut tell)
            }
            Err(Fault::Ended(error)) => {
                failed(error, &mut tell);
                return;
            }
        }
        number += 1;
    }
    if !is_told {
        let what = if number == 0 { "no records" } else { "requests and notes of a crawler, and no page" };
        each(Unread::Ready(Err(Error::file("empty", format!("the web archive holds {what}")))));
    }
}

/// What a record is, as far as its headers tell; of a page that is wanted also its bytes.
fn found(
    records: &mut Records<'_>,
    head: Head,
    number: u32,
    config: &SourceConfig,
    last: &FxHashMap<u64, u32>,
) -> Result<Found, Fault> {
    let left_out = |reason, message: String| Ok(Found::LeftOut(Error::record(number, reason, message)));
    let Some(url) =
        head.url.filter(|_| matches!(&*head.kind, "response" | "resource" | "revisit" | "conversion"))
    else {
        return Ok(Found::Aside);
    };
    if head.kind == "revisit" {
        return left_out("revisit", format!("{url}: the same bytes as an earlier capture"));
    }
    if !url.starts_with("http") && head.kind == "response" {
        return Ok(Found::Aside);
    }
    let most = config.max_bytes.saturating_add(HEADERS);
    let bytes = records.body(most)?;
    let is_wrapped = head.kind == "response" && bytes.starts_with(b"HTTP/");
    let (mime, charset, body) = if is_wrapped {
        let Some(response) = Response::read(&bytes) else {
            return left_out("bad-record", format!("{url}: its response has no headers"));
        };
        if let Some((reason, message)) = refused(response.status, &url) {
            return left_out(reason, message);
        }
        let Some(body) = response.body(config.max_bytes) else {
            return Ok(Found::LeftOut(Error::too_large(config).of_record(number)));
        };
        (response.mime, response.charset, body)
    } else {
        let (mime, charset) = content_type(&head.mime);
        (mime, charset, bytes)
    };
    if !is_page(&mime, &body) {
        let what = if mime.is_empty() { "something of no kind" } else { &mime };
        return left_out("not-a-page", format!("{url}: {what}, and no page"));
    }
    if last.get(&key(&url)).is_some_and(|&last| last != number) {
        return left_out("older-capture", format!("{url}: the archive holds a later capture of this page"));
    }
    if body.len() as u64 > config.max_bytes {
        return Ok(Found::LeftOut(Error::too_large(config).of_record(number)));
    }
    let is_cut = records.is_cut();
    Ok(Found::Page(Page { record: number, url, captured: head.date, charset, body, is_cut }))
}

/// Why an answer is no page, by its status.
fn refused(status: u16, url: &str) -> Option<(&'static str, String)> {
    match status {
        200 | 203 => None,
        300..=399 => Some(("redirect", format!("{url}: it leads elsewhere (HTTP {status})"))),
        _ => Some(("http-error", format!("{url}: the server had no page to give (HTTP {status})"))),
    }
}

/// Whether bytes of that type are a page: servers call pages all sorts of things, and other things pages.
fn is_page(mime: &str, body: &[u8]) -> bool {
    let head = &body[..body.len().min(HEAD)];
    if charset::is_binary(head) && charset::wide(head).is_none() {
        return false;
    }
    match mime {
        "text/html" | "application/xhtml+xml" => true,
        "" | "text/plain" | "application/octet-stream" | "unk" | "no-type" => html::Html.sniff(head),
        _ => false,
    }
}

/// What tells a page by its address: not how it was fetched, nor a place on it.
fn key(url: &str) -> u64 {
    let bare = url.split_once("://").map_or(url, |(_, rest)| rest);
    let bare = bare.split('#').next().unwrap_or(bare);
    hash64(bare.as_bytes())
}

/// The number of the record with the last capture of each page that was fetched more than once. Nothing is left out as
/// older where the input cannot be looked through beforehand.
fn last_captures(kind: Kind, at: &Place<'_>) -> FxHashMap<u64, u32> {
    let mut captures: FxHashMap<u64, (u32, Option<String>, bool)> = FxHashMap::default();
    let Some(Ok(input)) = at.again.map(|again| again()) else { return FxHashMap::default() };
    let mut input = inflated(io::Read::take(input, LOOKED_THROUGH));
    let mut records = Records::new(kind, &mut input);
    let mut number = 0;
    loop {
        match records.next() {
            Ok(None) | Err(Fault::Ended(_)) => break,
            Err(Fault::Damaged(_)) => (),
            Ok(Some(Head { kind, url: Some(url), date, .. })) if kind == "response" => {
                let is_page = records.body(HEADERS).is_ok_and(|bytes| {
                    let response = Response::read(&bytes);
                    response.is_some_and(|it| refused(it.status, "").is_none() && it.mime.contains("html"))
                });
                if is_page {
                    let entry = captures.entry(key(&url)).or_insert_with(|| (number, date.clone(), false));
                    if entry.0 != number {
                        entry.2 = true;
                        if date >= entry.1 {
                            (entry.0, entry.1) = (number, date);
                        }
                    }
                }
            }
            Ok(Some(_)) => (),
        }
        number += 1;
    }
    captures.into_iter().filter(|(_, capture)| capture.2).map(|(key, capture)| (key, capture.0)).collect()
}

/// The story of a page. When it was fetched is no date of publication; its address may hold one.
fn article(page: Page, at: &Place<'_>) -> Record {
    let Page { record, url, captured, charset, body, is_cut } = page;
    let below =
        url.split_once("://").map_or(&*url, |(_, rest)| rest).split(['?', '#']).next().unwrap_or_default();
    let place = Place { root: at.root, path: below, again: None };
    let read = html::page(&body, &place, charset.as_deref()).map_err(|error| {
        let message = format!("{url}: {}", error.message);
        Error { message, ..error }.of_record(record)
    })?;
    let in_url = |published: Published| match &*published.source {
        "path" => Published { source: "url".to_owned(), ..published },
        _ => published,
    };
    let published = read.published.map(in_url);
    let mut remarks = read.remarks;
    if is_cut {
        remarks.push(Remark::new("cut-off", "the archive ends before the page does: fetch it again"));
    }
    Ok(Article {
        origin: at.origin(record),
        url: read.url.or(Some(url)),
        captured,
        published,
        remarks,
        ..read
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn response(url: &str, date: &str, head: &str, body: &str) -> String {
        let http = format!("HTTP/1.1 {head}\r\n\r\n{body}");
        format!(
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n\
             Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n{http}\r\n\r\n",
            http.len()
        )
    }

    fn page(words: &str) -> String {
        let words =
            format!("{words} told the crowd that the tour was finished and the bus was sold. ").repeat(4);
        format!(
            "<html><head><title>{}</title></head><body><article><p>{words}</p><p>{words}</p></article>",
            &words[..8]
        )
    }

    /// Titles and dates of what is read, and reasons of what is not, with the numbers of the records.
    fn read(bytes: &[u8], again: bool) -> Vec<(u32, String)> {
        let open = || -> io::Result<Box<dyn BufRead + '_>> { Ok(Box::new(io::Cursor::new(bytes))) };
        let place = Place { root: "r", path: "2001/02/03.warc.gz", again: again.then_some(&open) };
        let mut found = Vec::new();
        crate::source::read(&mut &bytes[..], &place, &SourceConfig::default(), &mut |record| {
            found.push(match record {
                Ok(article) => {
                    let date = article.published.map(|date| format!(" {} {}", date.value, date.source));
                    assert!(article.url.is_some() && article.captured.is_some());
                    (article.origin.record, article.title.unwrap_or_default() + &date.unwrap_or_default())
                }
                Err(error) => (error.record.unwrap_or(99), error.reason.to_owned()),
            });
        });
        found
    }

    fn gzipped(bytes: &[u8]) -> Vec<u8> {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(bytes).expect("memory");
        out.finish().expect("memory")
    }

    #[test]
    fn pages_are_stories_and_whatever_else_is_named() {
        let html = "200 OK\r\nContent-Type: text/html";
        let records = [
            "WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n".to_owned(),
            response(
                "https://a.example/2014/08/19/voss.html",
                "2015-01-01T00:00:00Z",
                html,
                &page("Voss One"),
            ),
            response(
                "https://a.example/x.png",
                "2015-01-01T00:00:00Z",
                "200 OK\r\nContent-Type: image/png",
                "\u{0}PNG",
            ),
            response(
                "https://a.example/gone",
                "2015-01-01T00:00:00Z",
                "404 Not Found\r\nContent-Type: text/html",
                "x",
            ),
            response("https://a.example/moved", "2015-01-01T00:00:00Z", "301 Moved\r\nLocation: /", ""),
            response("https://a.example/b", "2015-01-01T00:00:00Z", html, &page("Voss Two")),
            response("http://a.example/b#top", "2015-01-02T00:00:00Z", html, &page("Voss New")),
            response("https://a.example/c", "2015-01-01T00:00:00Z", "200 OK\r\nContent-Type: text/html", ""),
        ];
        let expected = [
            (1, "Voss One 2014-08-19 url"),
            (2, "not-a-page"),
            (3, "http-error"),
            (4, "redirect"),
            (5, "older-capture"),
            (6, "Voss New"),
            (7, "no-article"),
        ]
        .map(|(number, what)| (number, what.to_owned()));
        let plain = records.concat().into_bytes();
        assert_eq!(read(&plain, true), expected);
        assert_eq!(read(&gzipped(&plain), true), expected);
        let mut each: Vec<u8> = records.iter().flat_map(|record| gzipped(record.as_bytes())).collect();
        assert_eq!(read(&each, true), expected);
        assert_eq!(read(&each, false)[4], (5, "Voss Two".to_owned()), "nobody can tell");
        // The member of the second page is damaged.
        let at = gzipped(records[0].as_bytes()).len() + gzipped(records[1].as_bytes()).len() / 2;
        each[at..at + 20].fill(0xff);
        let found = read(&each, true);
        assert_eq!(found[0], (1, "bad-record".to_owned()));
        assert_eq!(
            found[1..].iter().map(|(_, what)| &**what).collect::<Vec<_>>(),
            expected[1..].iter().map(|(_, what)| &**what).collect::<Vec<_>>()
        );
        // Nobody is left to wonder what became of an archive without a page.
        assert_eq!(read(records[0].as_bytes(), true), [(99, "empty".to_owned())]);
        // Of a page that the end cuts off nearly all is there.
        let last = response("https://a.example/d", "2015-01-01T00:00:00Z", html, &page("Voss End"));
        assert_eq!(read(&last.as_bytes()[..last.len() - 20], true), [(0, "Voss End".to_owned())]);
        let cut = each.len() - 30;
        assert_eq!(read(&each[..cut], true).last(), Some(&(99, "truncated".to_owned())));
    }
}
