//! How an answer is written: the page, or one of its twins; with its tag, and packed for those who take it so.

use std::{
    io::{self, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
};
use flate2::{Compression, write::GzEncoder};
use hyper::body::{Bytes, Frame};
use serde_json::Value;
use tokio::sync::mpsc;

use super::{
    asked::{Asked, Format},
    fault::Fault,
    gate::Turn,
    html::frame::{self, Place},
    params::Params,
    shown::{All, Answer, Shown, value},
};
use crate::{
    answers::{Paged, table},
    record::FORMAT,
};

/// Bytes from which on a body is packed.
const WORTH_PACKING: usize = 1024;

/// Bytes of a stream that go out together.
const TOGETHER: usize = 16 << 10;

/// How an answer is sent.
#[derive(Clone, Debug, Default)]
pub struct Sending {
    /// The tag of the answer, where it is the same until the archive changes.
    pub tag: String,
    /// Whether the client takes packed bodies.
    pub packs: bool,
}

/// Writes an answer. The turn ends with it.
pub fn reply(asked: &Asked, answer: Answer, sending: &Sending, turn: Turn) -> Response<Body> {
    match answer {
        Answer::SeeOther(address) => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::SEE_OTHER;
            if let Ok(address) = HeaderValue::from_str(&address) {
                response.headers_mut().insert(header::LOCATION, address);
            }
            response
        }
        Answer::Feed(feed) => body(feed.into_bytes(), "application/atom+xml; charset=utf-8", sending.packs),
        Answer::All(all) => stream(asked, all, turn),
        Answer::Shown(shown) => {
            let bytes = written(asked, &shown);
            let mut response = body(bytes, kind(asked.format), sending.packs);
            if shown.is_lasting {
                lasting(&mut response, &sending.tag);
            }
            response
        }
    }
}

/// Says that the answer stays the same until the archive changes.
pub fn lasting(response: &mut Response<Body>, tag: &str) {
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{tag}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    }
}

/// The media type of a format.
fn kind(format: Format) -> &'static str {
    match format {
        Format::Html => "text/html; charset=utf-8",
        Format::Json => "application/json",
        Format::Lines => "application/jsonl",
        Format::Csv => "text/csv; charset=utf-8",
        Format::Atom => "application/atom+xml; charset=utf-8",
    }
}

fn written(asked: &Asked, shown: &Shown) -> Vec<u8> {
    match asked.format {
        Format::Html | Format::Atom => {
            let commit = Some(asked.archive.snapshot().commit());
            let place = Place { path: &asked.path, params: &asked.params, commit };
            frame::page(&place, shown).into_string().into_bytes()
        }
        Format::Json => {
            let paged = Paged {
                format: FORMAT,
                r#type: "page",
                query: shown.query.clone(),
                total: shown.total,
                hits_ranked: shown.ranked,
                complete: shown.complete,
                index_commit: asked.archive.snapshot().commit(),
                next: shown.next.clone(),
                notes: shown.notes.clone(),
                facets: shown.facets.clone(),
                results: shown.rows.clone(),
            };
            line(&value(&paged))
        }
        Format::Lines => shown.rows.iter().flat_map(line).collect(),
        Format::Csv => {
            let head = cells(shown.columns.iter().map(|&column| column.to_owned()));
            let rows = shown.rows.iter().filter(|row| fits(shown.columns, row));
            rows.fold(head, |mut table, row| {
                table.extend(cells(table::cells(shown.columns, row).into_iter()));
                table
            })
        }
    }
}

/// Whether a row belongs into the table: one that sums the others up has other columns, and one that holds only a part of
/// what was typed is no match to a program that cannot tell.
fn fits(columns: &[&str], row: &Value) -> bool {
    columns.first().is_none_or(|column| row.get(*column).is_some()) && row["partial"] != true
}

fn line(row: &Value) -> Vec<u8> {
    let mut line = row.to_string().into_bytes();
    line.push(b'\n');
    line
}

/// A line of a table, of cells that no spreadsheet takes for formulas.
fn cells(cells: impl Iterator<Item = String>) -> Vec<u8> {
    let mut line = csv::Writer::from_writer(Vec::new());
    // Writing to memory cannot fail.
    let _ = line.write_record(cells);
    line.into_inner().unwrap_or_default()
}

/// A response with a body.
pub fn body(bytes: Vec<u8>, kind: &'static str, packs: bool) -> Response<Body> {
    let packed = if packs && bytes.len() >= WORTH_PACKING { packed(&bytes) } else { None };
    let is_packed = packed.is_some();
    let mut response = Response::new(Body::from(packed.unwrap_or(bytes)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if is_packed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

fn packed(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut packer = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::new(5));
    packer.write_all(bytes).ok()?;
    packer.finish().ok()
}

/// Says why there is no answer.
pub fn refusal(fault: &Fault, path: &str, params: &Params, format: Format, packs: bool) -> Response<Body> {
    let (bytes, kind) = match format {
        Format::Html | Format::Atom => {
            let place = Place { path, params, commit: None };
            (frame::refusal(&place, fault).into_string().into_bytes(), kind(Format::Html))
        }
        Format::Json | Format::Lines | Format::Csv => (line(&value(&fault.refusal())), kind(Format::Json)),
    };
    let mut response = body(bytes, kind, packs);
    *response.status_mut() = fault.status;
    let headers = response.headers_mut();
    if let Some(allow) = fault.allow {
        headers.insert(header::ALLOW, HeaderValue::from_static(allow));
    }
    match fault.status {
        StatusCode::SERVICE_UNAVAILABLE => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        StatusCode::UNAUTHORIZED => {
            let basic = HeaderValue::from_static("Basic realm=\"pullquote\", charset=\"UTF-8\"");
            headers.insert(header::WWW_AUTHENTICATE, basic);
        }
        _ => (),
    }
    response
}

/// Rows as they are found.
struct Rows(mpsc::Receiver<io::Result<Bytes>>);

impl hyper::body::Body for Rows {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.0.poll_recv(context).map(|bytes| bytes.map(|bytes| bytes.map(Frame::data)))
    }
}

/// Every row as it is found. A client that takes none any more ends it. Where there was no time for everything, the transfer
/// breaks off, so that nobody takes a part for the whole.
fn stream(asked: &Asked, all: All, turn: Turn) -> Response<Body> {
    let (sender, receiver) = mpsc::channel(4);
    let format = asked.format;
    // A thread of its own, which may wait for the client.
    std::thread::spawn(move || {
        let _turn = turn;
        let mut bytes = Vec::new();
        if format == Format::Csv {
            bytes.extend(cells(all.columns.iter().map(|&column| column.to_owned())));
        }
        let mut take = |row| {
            bytes.extend(match format {
                Format::Csv => cells(table::cells(all.columns, &row).into_iter()),
                _ => line(&row),
            });
            bytes.len() < TOGETHER
                || sender.blocking_send(Ok(Bytes::from(std::mem::take(&mut bytes)))).is_ok()
        };
        // What goes wrong inside breaks off, as what there is no time for.
        let done = catch_unwind(AssertUnwindSafe(|| (all.each)(&mut take)));
        let _ = sender.blocking_send(Ok(Bytes::from(bytes)));
        if !matches!(done, Ok(Ok(true))) {
            let _ = sender.blocking_send(Err(io::Error::other("this is not everything")));
        }
    });
    let mut response = Response::new(Body::new(Rows(receiver)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(format)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
