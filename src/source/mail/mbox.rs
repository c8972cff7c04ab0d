//! Mailboxes: mails one after the other, each below a line that begins with `From `.

use std::io::{self, BufRead, Read};

use super::{begins_with_headers, mail};
use crate::{
    config::SourceConfig,
    source::{Error, Format, Place, Record},
};

/// The line above each mail.
const ABOVE: &[u8] = b"From ";

/// Any number of mails a file.
pub struct Mbox;

impl Format for Mbox {
    fn name(&self) -> &'static str {
        "mbox"
    }

    fn version(&self) -> u32 {
        1
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["mbox", "mbx"]
    }

    fn claims(&self, _: &Place<'_>, head: &[u8]) -> bool {
        let below = head.starts_with(ABOVE).then(|| memchr::memchr(b'\n', head)).flatten();
        below.is_some_and(|end| begins_with_headers(&head[end + 1..], 2))
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
        let mut number = 0;
        let done = mails(input, config.max_bytes, &mut |bytes| match bytes {
            Some(bytes) => mail(bytes, at, &mut number, each),
            None => {
                each(Err(Error::too_large(config).of_record(number)));
                number += 1;
            }
        });
        match done {
            Err(error) => each(Err(Error::io(&error))),
            Ok(()) if number == 0 => each(Err(Error::file("empty", "the mailbox holds no mails"))),
            Ok(()) => (),
        }
    }
}

/// Gives the bytes of each mail; nothing for one that is too large.
fn mails(input: &mut dyn BufRead, limit: u64, each: &mut dyn FnMut(Option<&[u8]>)) -> io::Result<()> {
    let (mut bytes, mut line) = (Vec::new(), Vec::new());
    let (mut is_open, mut is_long, mut after_blank) = (false, false, true);
    loop {
        line.clear();
        let read = Read::take(&mut *input, limit.saturating_add(1)).read_until(b'\n', &mut line)?;
        if read == 0 || after_blank && line.starts_with(ABOVE) {
            if is_open && (is_long || !bytes.trim_ascii().is_empty()) {
                each((!is_long).then_some(&bytes));
            }
            if read == 0 {
                return Ok(());
            }
            bytes.clear();
            (is_open, is_long, after_blank) = (true, false, false);
            continue;
        }
        after_blank = line.trim_ascii().is_empty();
        is_open |= !after_blank;
        // Mailboxes write `>From ` for a line of a mail that begins so.
        let quotes = line.iter().take_while(|&&byte| byte == b'>').count();
        let escaped = usize::from(quotes > 0 && line[quotes..].starts_with(ABOVE));
        is_long |= (bytes.len() + line.len()) as u64 > limit;
        if !is_long {
            bytes.extend_from_slice(&line[escaped..]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_are_split_and_one_that_is_too_large_costs_only_itself() {
        let long = "x".repeat(300);
        let text = format!(
            "From a Thu Jan  1\nFrom: A\n\nOne.\n>From here on\nFrom inside\n\nFrom b\nFrom: B\n\n{long}\n\nFrom c\nFrom: C\n\nThree.\n"
        );
        let mut found = Vec::new();
        let done = mails(&mut text.as_bytes(), 200, &mut |mail| {
            found.push(mail.map(|mail| String::from_utf8_lossy(mail).into_owned()));
        });
        done.expect("a mailbox");
        assert_eq!(
            found,
            [
                Some("From: A\n\nOne.\nFrom here on\nFrom inside\n\n".to_owned()),
                None,
                Some("From: C\n\nThree.\n".to_owned())
            ]
        );
    }
}
