//! Mails: what somebody wrote, or a newsletter, without what programs put around it. A mail attached to another is a
//! record of its own.

mod mbox;
mod page;
mod words;

use std::{io::BufRead, panic::catch_unwind};

use mail_parser::{Address, DateTime, HeaderName, Message, MessageParser, PartType};

pub use self::{
    mbox::Mbox,
    page::{Mhtml, SingleFile},
};
use super::{Error, Format, Place, Record, charset, dates, delivery, filled, whole};
use crate::{
    article::{Article, Published},
    config::SourceConfig,
};

/// Mails attached to mails that are looked into, each in the one before.
const DEEPEST: usize = 8;

/// Headers of which a mail has several.
const HEADERS: [&[u8]; 12] = [
    b"from",
    b"to",
    b"cc",
    b"subject",
    b"date",
    b"message-id",
    b"received",
    b"mime-version",
    b"return-path",
    b"delivered-to",
    b"reply-to",
    b"content-type",
];

/// One mail a file (RFC 5322), and Apple's, which has its length before it.
pub struct Mail;

impl Format for Mail {
    fn name(&self) -> &'static str {
        "mail"
    }

    fn version(&self) -> u32 {
        1
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["eml", "emlx"]
    }

    fn claims(&self, at: &Place<'_>, head: &[u8]) -> bool {
        begins_with_headers(head, if self.extensions().contains(&&*at.extension()) { 1 } else { 3 })
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
        match whole(input, config) {
            Ok(bytes) => {
                let mut number = 0;
                mail(without_length(&bytes, at), at, &mut number, each);
            }
            Err(error) => each(Err(error)),
        }
    }
}

/// Whether bytes begin with lines that are all headers, at least so many of which every mail has.
fn begins_with_headers(head: &[u8], least: usize) -> bool {
    let mut known = 0;
    for (number, line) in head.split(|&byte| byte == b'\n').enumerate() {
        if line.trim_ascii().is_empty() || known >= least {
            break;
        }
        if number > 0 && line.starts_with(b" ") || line.starts_with(b"\t") {
            continue;
        }
        let Some(colon) = memchr::memchr(b':', line) else { return false };
        let name = line[..colon].to_ascii_lowercase();
        if name.is_empty()
            || !name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        {
            return false;
        }
        known += usize::from(HEADERS.contains(&&*name));
    }
    known >= least
}

/// Apple's mail programs write the number of bytes on a line above each mail, and settings below it.
fn without_length<'a>(bytes: &'a [u8], at: &Place<'_>) -> &'a [u8] {
    let Some(end) = memchr::memchr(b'\n', bytes).filter(|_| at.extension() == "emlx") else { return bytes };
    let length =
        std::str::from_utf8(&bytes[..end]).ok().and_then(|digits| digits.trim().parse::<usize>().ok());
    length.and_then(|length| bytes[end + 1..].get(..length)).unwrap_or(bytes)
}

/// The parts of a mail. The parser panics on some damaged ones where it is built with its own checks.
fn parsed(bytes: &[u8]) -> Option<Message<'_>> {
    catch_unwind(|| MessageParser::default().parse(bytes)).ok().flatten()
}

/// Reads one mail, with those attached to it; `number` is that of the next record.
fn mail(bytes: &[u8], at: &Place<'_>, number: &mut u32, each: &mut dyn FnMut(Record)) {
    let bytes = bytes.trim_ascii_start();
    let Some(message) = parsed(bytes).filter(|message| !message.headers().is_empty()) else {
        each(Err(Error::record(*number, "bad-record", "no mail: it has no headers")));
        *number += 1;
        return;
    };
    message_and_attached(&message, at, number, DEEPEST, each);
}

fn message_and_attached(
    message: &Message<'_>,
    at: &Place<'_>,
    number: &mut u32,
    depth: usize,
    each: &mut dyn FnMut(Record),
) {
    let attached = || {
        message.parts.iter().filter_map(|part| match &part.body {
            PartType::Message(inner) if depth > 0 => Some(inner),
            _ => None,
        })
    };
    // Databases send their deliveries by mail.
    if let Some(stories) = delivery::of_text(&words::whole(message), at, *number) {
        *number += u32::try_from(stories.len()).unwrap_or_default();
        return stories.into_iter().for_each(each);
    }
    let record = article(message, at, *number);
    // A mail that only carries others is none of its own.
    if record.is_ok() || attached().next().is_none() {
        each(record);
        *number += 1;
    }
    attached().for_each(|inner| message_and_attached(inner, at, number, depth - 1, each));
}

fn article(message: &Message<'_>, at: &Place<'_>, number: u32) -> Record {
    let subject = subject(message);
    let (text, emphasis) = words::of(message, subject.as_deref().unwrap_or_default());
    if text.is_empty() {
        let message = if message.attachments().next().is_some() {
            "the mail holds no words, only what is attached: store its attachments as files of their own"
        } else {
            "the mail holds no words"
        };
        return Err(Error::record(number, "empty", message));
    }
    let sender = message.from().and_then(sender);
    let (source, byline) = if is_to_many(message) { (sender, None) } else { (None, sender) };
    Ok(Article {
        origin: at.origin(number),
        record_id: message.message_id().and_then(filled),
        title: subject,
        published: message.date().and_then(published).or_else(|| dates::in_path(at.path)),
        source,
        byline,
        text,
        emphasis,
        ..Article::default()
    })
}

/// The subject; where its bytes are of no encoding that the mail names, as they look.
fn subject(message: &Message<'_>) -> Option<String> {
    let subject = filled(message.subject()?)?;
    if !subject.contains(char::REPLACEMENT_CHARACTER) {
        return Some(subject);
    }
    let header = message.headers().iter().find(|header| header.name == HeaderName::Subject)?;
    let bytes = message.raw_message().get(header.offset_start as usize..header.offset_end as usize)?;
    let looks = charset::decode(bytes, None);
    if looks.contains("=?") { Some(subject) } else { filled(&looks) }
}

fn published(date: &DateTime) -> Option<Published> {
    let published = date.is_valid().then(|| dates::published(&date.to_rfc3339(), "mail:date"))?;
    published.filter(|published| published.days().is_some())
}

/// The name of the first sender, if it has one.
fn sender(from: &Address<'_>) -> Option<String> {
    let name = filled(from.first()?.name()?)?;
    let name = name.trim_matches(['"', '\'', '<', '>']);
    // `Quill, Ada` is written so for lists that are sorted.
    match name.split_once(", ") {
        Some((last, first)) if !first.contains([',', ' ']) && !last.contains(' ') => {
            Some(format!("{first} {last}"))
        }
        _ => filled(name),
    }
}

/// Whether a mail went to a list: its sender is an outlet then, and no author.
fn is_to_many(message: &Message<'_>) -> bool {
    ["List-Unsubscribe", "List-Id", "List-Post"].iter().any(|name| message.header(*name).is_some())
        || message.header_raw("Precedence").is_some_and(|kind| matches!(kind.trim(), "bulk" | "list"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(mail: &str) -> Vec<Record> {
        let mut records = Vec::new();
        let place = Place { root: "", path: "x.eml", again: None };
        Mail.read(&mut mail.as_bytes(), &place, &SourceConfig::default(), &mut |record| records.push(record));
        records
    }

    #[test]
    fn mails_are_told_by_their_headers() {
        let told = |head: &str| begins_with_headers(head.as_bytes(), 3);
        assert!(told("Received: by a\n with b\nFrom: a\nTo: b\n\nHi"));
        assert!(!told("From: the desk\n\nTo: all"));
        assert!(!told("From: a\nShe left.\nTo: b\nDate: c\n"));
    }

    #[test]
    fn attached_mails_are_records() {
        let mail = "From: Ada Quill <a@b.example>\nSubject: Fwd\nDate: Tue, 19 Aug 2014 10:00:00 -0500\n\
                    Message-ID: <1@b.example>\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nSee below.\n--x\n\
                    Content-Type: message/rfc822\n\nFrom: \"Orme, Bea\" <o@b.example>\nSubject: Voss\n\nShe left.\n--x--\n";
        let records: Vec<Article> = read(mail).into_iter().map(|record| record.expect("a mail")).collect();
        let told: Vec<_> =
            records.iter().map(|it| (it.title.as_deref(), it.byline.as_deref(), &*it.text)).collect();
        assert_eq!(
            told,
            [(Some("Fwd"), Some("Ada Quill"), "See below."), (Some("Voss"), Some("Bea Orme"), "She left.")]
        );
        assert_eq!(records[0].record_id.as_deref(), Some("1@b.example"));
        assert_eq!(records[0].published.as_ref().expect("a date").value, "2014-08-19T10:00:00-05:00");
    }
}
