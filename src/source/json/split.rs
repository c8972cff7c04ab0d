//! Cutting a stream of JSON values apart without holding more than one of them: the elements of one list, or values that
//! follow each other, on lines of their own or not. A value that is broken inside its brackets costs only itself.

use std::io::{self, BufRead};

/// What was cut off the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// A whole value, brackets balanced.
    Whole,
    /// A value longer than the limit; its bytes were passed over.
    TooLong,
    /// The stream ends inside the value, or inside the list.
    Unfinished,
}

/// A stream of values.
pub struct Values<'a> {
    input: &'a mut dyn BufRead,
    limit: usize,
    /// Whether the values are the elements of one list; nothing before the first byte was seen.
    list: Option<bool>,
    ended: bool,
}

impl<'a> Values<'a> {
    /// Begins at the start of a stream; no value may have more than `limit` bytes.
    pub fn new(input: &'a mut dyn BufRead, limit: u64) -> Self {
        Self { input, limit: usize::try_from(limit).unwrap_or(usize::MAX), list: None, ended: false }
    }

    /// Puts the next value into `value`; nothing at the end.
    pub fn next(&mut self, value: &mut Vec<u8>) -> io::Result<Option<Cut>> {
        value.clear();
        while !self.ended {
            match self.peek()? {
                None => {
                    self.ended = true;
                    return Ok((self.list == Some(true)).then_some(Cut::Unfinished));
                }
                Some(b'[') if self.list.is_none() => {
                    self.list = Some(true);
                    self.input.consume(1);
                }
                Some(b']') if self.list == Some(true) => self.ended = true,
                Some(byte) if byte.is_ascii_whitespace() || byte == b',' => self.input.consume(1),
                Some(b']') => {
                    // Nothing is open that it could close: it is a broken value of its own.
                    self.list = Some(false);
                    self.input.consume(1);
                    value.push(b']');
                    return Ok(Some(Cut::Whole));
                }
                Some(_) => {
                    self.list.get_or_insert(false);
                    return self.value(value).map(Some);
                }
            }
        }
        Ok(None)
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.input.fill_buf()?.first().copied())
    }

    fn value(&mut self, value: &mut Vec<u8>) -> io::Result<Cut> {
        let mut scan = Scan::default();
        let mut length = 0;
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                self.ended = true;
                return Ok(if scan.is_scalar() { cut(length, self.limit) } else { Cut::Unfinished });
            }
            let end = scan.end(buffer);
            let taken = end.unwrap_or(buffer.len());
            length += taken;
            if length <= self.limit {
                value.extend_from_slice(&buffer[..taken]);
            } else {
                value.clear();
            }
            self.input.consume(taken);
            if end.is_some() {
                return Ok(cut(length, self.limit));
            }
        }
    }
}

fn cut(length: usize, limit: usize) -> Cut {
    if length > limit { Cut::TooLong } else { Cut::Whole }
}

/// Where the scan is inside a value.
#[derive(Default)]
struct Scan {
    depth: usize,
    text: bool,
    escaped: bool,
}

impl Scan {
    fn is_scalar(&self) -> bool {
        self.depth == 0 && !self.text
    }

    /// Where the value ends in the next bytes, if it does.
    fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while at < bytes.len() {
            if self.text {
                at += self.text_end(&bytes[at..]);
                continue;
            }
            match bytes[at] {
                b'"' => self.text = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth > 1 => self.depth -= 1,
                b'}' | b']' if self.depth == 1 => return Some(at + 1),
                b'}' => return Some(at + 1),
                b',' | b']' | b' ' | b'\n' | b'\r' | b'\t' if self.depth == 0 => return Some(at),
                _ => (),
            }
            at += 1;
        }
        None
    }

    /// Passes over the rest of a text in quotation marks.
    fn text_end(&mut self, bytes: &[u8]) -> usize {
        if std::mem::take(&mut self.escaped) {
            return 1;
        }
        match memchr::memchr2(b'"', b'\\', bytes) {
            Some(at) => {
                self.text = bytes[at] == b'\\';
                self.escaped = self.text;
                at + 1
            }
            None => bytes.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn cuts(text: &str, limit: u64) -> Vec<(Cut, String)> {
        // Three bytes at a time, so that every state meets the end of a buffer.
        let mut input = BufReader::with_capacity(3, text.as_bytes());
        let mut values = Values::new(&mut input, limit);
        let (mut found, mut value) = (Vec::new(), Vec::new());
        while let Some(cut) = values.next(&mut value).expect("bytes in memory") {
            found.push((cut, String::from_utf8(value.clone()).expect("UTF-8")));
        }
        found
    }

    #[test]
    fn lists_and_sequences_come_apart() {
        let whole =
            |texts: &[&str]| texts.iter().map(|text| (Cut::Whole, (*text).to_owned())).collect::<Vec<_>>();
        assert_eq!(
            cuts(r#" [{"a":"]\"}"} , {"b":[1,{}]}]"#, 99),
            whole(&[r#"{"a":"]\"}"}"#, r#"{"b":[1,{}]}"#])
        );
        assert_eq!(cuts("{\"a\":1}\n{\"b\":\n2}{}", 99), whole(&["{\"a\":1}", "{\"b\":\n2}", "{}"]));
        assert_eq!(cuts("[1, \"x\",null]", 99), whole(&["1", "\"x\"", "null"]));
        assert_eq!(cuts("[]", 99), whole(&[]));
        assert_eq!(cuts("{}]}1", 99), whole(&["{}", "]", "}", "1"]));
        assert_eq!(cuts("[{\"a\":}, {}]", 99), whole(&["{\"a\":}", "{}"]));
    }

    #[test]
    fn long_and_unfinished_values_are_told() {
        let found = cuts("[{\"a\":\"12345678\"}, {}]", 8);
        assert_eq!(found, [(Cut::TooLong, String::new()), (Cut::Whole, "{}".to_owned())]);
        assert_eq!(cuts("[{}, {\"a\":", 99)[1].0, Cut::Unfinished);
        assert_eq!(cuts("[{}, ", 99)[1].0, Cut::Unfinished);
        assert_eq!(cuts("{\"a\": \"", 99)[0].0, Cut::Unfinished);
    }
}
