//! The one printer. Whatever a story, a path or a message holds, a terminal gets text and the styles of this program, and
//! nothing else.

use std::{
    fmt::{self, Write as _},
    io::{self, Write},
    ptr,
};

use pullquote::visible::{Shown, Watch};

/// A style of this program: `{style}` begins it, `{style:#}` ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Headlines and names.
    Strong = 1,
    /// Dates, outlets, paths.
    Faint,
    /// Words that were searched for; warnings.
    Yellow,
    /// Speakers and labels.
    Cyan,
    /// What to do.
    StrongCyan,
    /// What came; somebody named.
    Green,
    /// What went.
    Red,
    /// Errors.
    StrongRed,
}

/// What a terminal gets for a style; the first ends every one. A [`Page`] knows them by where they lie, not by what they
/// say: no story can write one.
static CODES: [&str; 9] = [
    "\x1b[0m",
    "\x1b[1m",
    "\x1b[2m",
    "\x1b[1m\x1b[33m",
    "\x1b[36m",
    "\x1b[1m\x1b[36m",
    "\x1b[32m",
    "\x1b[31m",
    "\x1b[1m\x1b[31m",
];

impl fmt::Display for Style {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(CODES[if f.alternate() { 0 } else { *self as usize }])
    }
}

/// A stream that people read.
pub struct Page<W: Write> {
    out: W,
    has_styles: bool,
    watch: Watch,
}

impl<W: Write> Page<W> {
    /// A page on a stream, with styles or without.
    pub fn new(out: W, has_styles: bool) -> Self {
        Self { out, has_styles, watch: Watch::default() }
    }

    /// The stream itself, for what is exact.
    pub fn exact(&mut self) -> &mut W {
        &mut self.out
    }

    /// Writes JSON: what a text would show is escaped, which changes no value.
    pub fn json(&mut self, json: &str) -> io::Result<()> {
        self.put(json, |c, out| {
            c.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write!(out, "\\u{unit:04x}"))
        })
    }

    /// Writes text, and what must be shown of it in the way that is given.
    fn put(&mut self, text: &str, show: impl Fn(char, &mut W) -> io::Result<()>) -> io::Result<()> {
        let mut from = 0;
        for (at, c) in text.char_indices() {
            if self.watch.finds(c) {
                self.out.write_all(&text.as_bytes()[from..at])?;
                show(c, &mut self.out)?;
                from = at + c.len_utf8();
            }
        }
        self.out.write_all(&text.as_bytes()[from..])
    }

    fn text(&mut self, text: &str) -> io::Result<()> {
        self.put(text, |c, out| write!(out, "{}", Shown(c)))
    }
}

impl<W: Write> Write for Page<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text(&String::from_utf8_lossy(bytes))?;
        Ok(bytes.len())
    }

    fn write_fmt(&mut self, text: fmt::Arguments<'_>) -> io::Result<()> {
        let mut pieces = Pieces { page: self, done: Ok(()) };
        match pieces.write_fmt(text) {
            Ok(()) => Ok(()),
            Err(fmt::Error) => pieces.done.and_then(|()| Err(io::Error::other("a value cannot be written"))),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The pieces of a formatted text, as they come.
struct Pieces<'p, W: Write> {
    page: &'p mut Page<W>,
    done: io::Result<()>,
}

impl<W: Write> fmt::Write for Pieces<'_, W> {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        let is_style = piece.starts_with('\x1b') && CODES.iter().any(|code| ptr::eq(*code, piece));
        self.done = match is_style {
            true if self.page.has_styles => self.page.out.write_all(piece.as_bytes()),
            true => Ok(()),
            false => self.page.text(piece),
        };
        self.done.as_ref().map_err(|_| fmt::Error).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(has_styles: bool, write: impl Fn(&mut Page<Vec<u8>>) -> io::Result<()>) -> String {
        let mut page = Page::new(Vec::new(), has_styles);
        write(&mut page).expect("memory");
        String::from_utf8(page.out).expect("UTF-8")
    }

    #[test]
    fn styles_are_the_programs_own() {
        let strong = Style::Strong;
        let title = "\x1b[1m".to_owned();
        let headline = |page: &mut Page<Vec<u8>>| writeln!(page, "{strong}{title}{strong:#} {:>5}", 'x');
        assert_eq!(written(true, headline), "\x1b[1m^[[1m\x1b[0m     x\n");
        assert_eq!(written(false, headline), "^[[1m     x\n");
        // A style that went through a string is a text like any other.
        let text = strong.to_string();
        assert_eq!(written(true, |page| write!(page, "{text}")), "^[[1m");
        // So are bytes, and characters that come one by one.
        assert_eq!(written(true, |page| page.write_all(b"\x1b[0m\xff")), "^[[0m\u{fffd}");
        assert_eq!(
            written(true, |page| "a\u{200d}b".chars().try_for_each(|c| write!(page, "{c}"))),
            "a<U+200D>b"
        );
    }

    #[test]
    fn json_keeps_its_values() {
        let value = serde_json::json!("\u{9b}31m \u{202e}x\u{e0041} \n");
        let json = written(true, |page| page.json(&value.to_string()));
        assert_eq!(json, r#""\u009b31m \u202ex\udb40\udc41 \n""#);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&json).expect("JSON"), value);
    }
}
