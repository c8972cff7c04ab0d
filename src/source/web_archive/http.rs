//! A response as it came over the wire (RFC 9110, 9112): its status, its type, and its body without chunks and compression.

use std::io::{Read, Write};

use crate::source::compression::Compression;

/// Bytes of the headers of a response.
const HEADERS: usize = 1 << 18;

/// What was answered.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Response<'b> {
    pub status: u16,
    /// `text/html`, without what follows it.
    pub mime: String,
    pub charset: Option<String>,
    encoding: String,
    is_chunked: bool,
    body: &'b [u8],
}

impl<'b> Response<'b> {
    /// Reads the headers. Nothing when it is no response.
    pub fn read(bytes: &'b [u8]) -> Option<Self> {
        let head = &bytes[..bytes.len().min(HEADERS)];
        let mut response = Self::default();
        let mut at = 0;
        for (number, line) in head.split_inclusive(|&byte| byte == b'\n').enumerate() {
            at += line.len();
            let line = line.trim_ascii();
            if number == 0 {
                let line = std::str::from_utf8(line).ok().filter(|line| line.starts_with("HTTP/"))?;
                response.status = line.split_ascii_whitespace().nth(1)?.parse().ok()?;
                continue;
            }
            if line.is_empty() {
                break;
            }
            let Some(colon) = memchr::memchr(b':', line) else { continue };
            let value = String::from_utf8_lossy(line[colon + 1..].trim_ascii()).to_ascii_lowercase();
            match &*line[..colon].to_ascii_lowercase() {
                b"content-type" => (response.mime, response.charset) = content_type(&value),
                b"content-encoding" => response.encoding = value,
                b"transfer-encoding" => response.is_chunked = value.contains("chunked"),
                _ => (),
            }
        }
        response.body = &bytes[at..];
        Some(response)
    }

    /// The body as it was meant, up to so many bytes; nothing when it is longer. Programs that undid chunks and compression
    /// often left the headers that promise them.
    pub fn body(&self, most: u64) -> Option<Vec<u8>> {
        let joined = if self.is_chunked { joined(self.body) } else { None };
        let body = joined.as_deref().unwrap_or(self.body);
        let plain = match &*self.encoding {
            "br" => brotli(body, most),
            "deflate" => inflated(flate2::bufread::ZlibDecoder::new(body), most)
                .or_else(|| inflated(flate2::bufread::DeflateDecoder::new(body), most)),
            _ => Compression::of(body).and_then(|compression| inflated(compression.reader(body), most)),
        };
        let plain = plain.unwrap_or_else(|| body.to_vec());
        (plain.len() as u64 <= most).then_some(plain)
    }
}

/// A type and its `charset`.
pub fn content_type(value: &str) -> (String, Option<String>) {
    let mut parts = value.split(';').map(str::trim);
    let mime = parts.next().unwrap_or_default().to_owned();
    let charset = parts.find_map(|part| part.strip_prefix("charset="));
    (mime, charset.map(|charset| charset.trim_matches(['"', '\'']).to_owned()).filter(|it| !it.is_empty()))
}

/// What can be unpacked, one byte more than wanted at most; nothing when that is nothing.
fn inflated(input: impl Read, most: u64) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    // A page whose end is missing is a page.
    let _ = input.take(most.saturating_add(1)).read_to_end(&mut plain);
    (!plain.is_empty()).then_some(plain)
}

fn brotli(body: &[u8], most: u64) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    let mut out =
        Bounded { out: &mut plain, left: usize::try_from(most.saturating_add(1)).unwrap_or(usize::MAX) };
    let _ = brotli_decompressor::BrotliDecompress(&mut &body[..], &mut out);
    (!plain.is_empty()).then_some(plain)
}

/// Takes no more than so many bytes.
struct Bounded<'o> {
    out: &'o mut Vec<u8>,
    left: usize,
}

impl Write for Bounded<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let taken = &bytes[..bytes.len().min(self.left)];
        self.out.extend_from_slice(taken);
        self.left -= taken.len();
        Ok(taken.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A body of which each chunk has its length before it; nothing when it has none. A chunk that is cut is taken as it is.
fn joined(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut joined = Vec::with_capacity(body.len());
    loop {
        let Some(end) = memchr::memchr(b'\n', &body[..body.len().min(64)]) else {
            return (!joined.is_empty()).then_some(joined);
        };
        let length = std::str::from_utf8(&body[..end]).ok()?;
        let length = length.split(';').next().unwrap_or_default().trim();
        let Ok(length) = usize::from_str_radix(length, 16) else {
            return (!joined.is_empty()).then_some(joined);
        };
        body = &body[end + 1..];
        if length == 0 {
            return Some(joined);
        }
        joined.extend_from_slice(&body[..length.min(body.len())]);
        body = body.get(length..).unwrap_or_default();
        body = body.strip_prefix(b"\r").unwrap_or(body);
        body = body.strip_prefix(b"\n").unwrap_or(body);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(head: &str, body: &[u8]) -> Option<Vec<u8>> {
        let bytes = [format!("HTTP/1.1 200 OK\r\n{head}\r\n").as_bytes(), body].concat();
        Response::read(&bytes).expect("a response").body(40)
    }

    #[test]
    fn bodies_come_as_they_were_meant() {
        let page = b"<p>She left the stage.".to_vec();
        let chunks = b"5\r\n<p>Sh\r\n11;x=y\r\ne left the stage.\r\n0\r\n\r\n";
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&page).expect("memory");
        let gzip = gzip.finish().expect("memory");
        let mut deflate = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        deflate.write_all(&page).expect("memory");
        let deflate = deflate.finish().expect("memory");
        let chunked = "Transfer-Encoding: chunked\r\n";
        for (head, bytes) in [
            ("", &page[..]),
            (chunked, chunks),
            (chunked, &page),
            ("Content-Encoding: gzip\r\n", &gzip),
            ("Content-Encoding: gzip\r\n", &page),
            ("Content-Encoding: deflate\r\n", &deflate),
            ("Content-Encoding: br\r\n", &page),
        ] {
            assert_eq!(body(head, bytes).as_ref(), Some(&page), "{head}");
        }
        assert_eq!(body("", &[b'x'; 41]), None);
        let joined = joined(b"5\r\n<p>Sh\r\nzz\r\n").expect("what there is");
        assert_eq!(joined, b"<p>Sh");
    }

    #[test]
    fn heads_tell_status_and_type() {
        let response =
            Response::read(b"HTTP/1.0 404 Not Found\nContent-Type: text/html; charset=\"UTF-8\"\n\nx");
        let response = response.expect("a response");
        assert_eq!((response.status, &*response.mime), (404, "text/html"));
        assert_eq!((response.charset.as_deref(), response.body), (Some("utf-8"), &b"x"[..]));
        assert_eq!(Response::read(b"GET / HTTP/1.1\r\n\r\n"), None);
    }
}
