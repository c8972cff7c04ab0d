//! Pages that a browser saved in one file: MHTML, and HTML as SingleFile writes it. Their words and facts are those that
//! the reader of pages finds; where the page lay is known from the file.

use std::io::BufRead;

use mail_parser::PartType;
use memchr::memmem;

use crate::{
    config::SourceConfig,
    source::{Error, Format, Place, Record, charset, html, whole},
};

/// One saved page a file.
pub struct Mhtml;

impl Format for Mhtml {
    fn name(&self) -> &'static str {
        "mhtml"
    }

    fn version(&self) -> u32 {
        1
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["mhtml", "mht"]
    }

    fn claims(&self, at: &Place<'_>, head: &[u8]) -> bool {
        let says = |words: &[u8]| memmem::find(head, words).is_some();
        super::begins_with_headers(head, 2)
            && (self.extensions().contains(&&*at.extension())
                || says(b"Snapshot-Content-Location:")
                || says(b"<Saved by "))
    }

    fn is_binary(&self) -> bool {
        true
    }

    fn read(
        &self,
        input: &mut dyn BufRead,
        at: &Place<'_>,
        config: &SourceConfig,
        each: &mut dyn FnMut(Record),
    ) {
        each(whole(input, config).and_then(|bytes| page(&bytes, at, config)));
    }
}

fn page(bytes: &[u8], at: &Place<'_>, config: &SourceConfig) -> Record {
    let message = super::parsed(bytes);
    let message = message.ok_or_else(|| Error::file("damaged", "no saved page: it has no headers"))?;
    let located = |name: &str, headers: &[mail_parser::Header<'_>]| {
        let header = headers.iter().find(|header| header.name.as_str().eq_ignore_ascii_case(name))?;
        header.value.as_text().map(str::to_owned).filter(|url| url.starts_with("http"))
    };
    let parts = message.parts.iter().filter_map(|part| match &part.body {
        PartType::Html(html) => Some((html, located("Content-Location", &part.headers))),
        _ => None,
    });
    let root = located("Snapshot-Content-Location", message.headers());
    // The page itself comes first, or lies where the file says that it does; others are its frames.
    let mut parts: Vec<_> = parts.collect();
    parts.sort_by_key(|(_, at)| root.is_none() || *at != root);
    let (html, at_url) = parts.into_iter().next().ok_or_else(|| {
        Error::file("damaged", "the file holds no page, or its parts cannot be told: save it again")
    })?;
    read_page(html, root.or(at_url), at, config)
}

/// Reads a page that lay at an address.
fn read_page(html: &str, url: Option<String>, at: &Place<'_>, config: &SourceConfig) -> Record {
    let mut record = Err(Error::file("no-article", "no article was found on the page"));
    html::Html.read(&mut html.as_bytes(), at, config, &mut |read| record = read);
    let mut article = record?;
    article.url = article.url.or(url);
    Ok(article)
}

/// One page a file, all that belongs to it inside.
pub struct SingleFile;

impl SingleFile {
    const MARK: &[u8] = b"Page saved with SingleFile";
}

impl Format for SingleFile {
    fn name(&self) -> &'static str {
        "singlefile"
    }

    fn version(&self) -> u32 {
        1
    }

    fn extensions(&self) -> &'static [&'static str] {
        &[]
    }

    fn claims(&self, _: &Place<'_>, head: &[u8]) -> bool {
        head.trim_ascii_start().starts_with(b"<") && memmem::find(head, Self::MARK).is_some()
    }

    fn is_binary(&self) -> bool {
        true
    }

    fn read(
        &self,
        input: &mut dyn BufRead,
        at: &Place<'_>,
        config: &SourceConfig,
        each: &mut dyn FnMut(Record),
    ) {
        each(whole(input, config).and_then(|bytes| {
            let html = charset::decode(&bytes, None);
            let comment = html.split_once("Page saved with SingleFile").map_or("", |(_, rest)| rest);
            let comment = comment.split_once("-->").map_or("", |(comment, _)| comment);
            let url = comment.lines().find_map(|line| line.trim().strip_prefix("url:"));
            let url = url.map(|url| url.trim().to_owned()).filter(|url| url.starts_with("http"));
            read_page(&without_data(&html), url, at, config)
        }));
    }
}

/// A page without the pictures and fonts that are written into it.
fn without_data(html: &str) -> String {
    let mut rest = html;
    let mut slim = String::new();
    while let Some(at) = memmem::find(rest.as_bytes(), b"data:") {
        let (before, data) = rest.split_at(at + "data:".len());
        slim.push_str(before);
        let is_data = |c: char| c.is_ascii_alphanumeric() || "+/=;,:-._%!*".contains(c);
        let end = data.find(|c| !is_data(c)).unwrap_or(data.len());
        slim.push_str(if data[..end].contains(";base64,") { "," } else { &data[..end] });
        rest = &data[end..];
    }
    slim + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_left_out_and_words_are_not() {
        let html = "<img src=\"data:image/png;base64,AAAA+/=\"><p>Their data: hers, theirs.</p>";
        assert_eq!(without_data(html), "<img src=\"data:,\"><p>Their data: hers, theirs.</p>");
    }
}
