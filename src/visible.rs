//! Characters that steer a terminal, turn the direction of reading or hide among others, made visible.
//!
//! The control characters of ASCII are shown as `^[`, others by their number as `<U+202E>`.

use std::{
    borrow::Cow,
    fmt::{self, Write},
};

/// Tells characters that must be shown from those that are what they look like, one after another.
#[derive(Clone, Copy, Debug)]
pub struct Watch {
    /// The character before, unless that had to be shown.
    before: char,
}

impl Default for Watch {
    fn default() -> Self {
        Self { before: ' ' }
    }
}

impl Watch {
    /// Whether the next character must be shown. Line feeds and tabs pass.
    pub fn finds(&mut self, c: char) -> bool {
        let found = match c {
            '\n' | '\t' | ' '..='~' => false,
            ..' ' | '\x7f'..='\u{9f}' => true,
            // Overrides, isolates, and what stands nowhere but in machines' text.
            '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' => true,
            // Letters that are a blank, or nothing.
            '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' | '\u{3164}'
            | '\u{ffa0}' => true,
            // Joiners and marks of direction belong to scripts that join or run to the left, and joiners into emoji.
            '\u{61c}' | '\u{200b}'..='\u{200f}' => !joins(self.before),
            '\u{fe00}'..='\u{fe0f}' => is_variant(self.before),
            '\u{e0100}'..='\u{e01ef}' => !is_ideograph(self.before),
            // Letters of a flag.
            '\u{e0000}'..='\u{e0fff}' => !matches!(self.before, '\u{1f3f4}' | '\u{e0020}'..='\u{e007e}'),
            _ => false,
        };
        self.before = if found { ' ' } else { c };
        found
    }
}

fn joins(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{1cff}' | '\u{2190}'..='\u{2bff}' | '\u{a000}'..='\u{fdff}' | '\u{10000}'..='\u{1ffff}')
        || is_variant(c)
}

fn is_variant(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// A cell of a table that no spreadsheet takes for a formula: behind an apostrophe where it begins with what begins one.
/// Cells that begin so already get one more, so that taking one away gives every text back.
pub fn cell(text: &str) -> Cow<'_, str> {
    let begins = |c| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠');
    if text.trim_start_matches('\'').starts_with(begins) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// A character as it is shown.
#[derive(Clone, Copy, Debug)]
pub struct Shown(pub char);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            c @ ('\0'..='\x1f' | '\x7f') => {
                f.write_char('^')?;
                f.write_char(char::from(c as u8 ^ 0x40))
            }
            c => write!(f, "<U+{:04X}>", u32::from(c)),
        }
    }
}

/// A text with all of that shown.
pub fn visible(text: &str) -> Cow<'_, str> {
    shown(text, |_| false)
}

/// A text on one line with all of that shown, line feeds and tabs too.
pub fn line(text: &str) -> Cow<'_, str> {
    shown(text, |c| matches!(c, '\n' | '\t'))
}

fn shown(text: &str, too: impl Fn(char) -> bool) -> Cow<'_, str> {
    let mut watch = Watch::default();
    if !text.chars().any(|c| watch.finds(c) || too(c)) {
        return Cow::Borrowed(text);
    }
    let mut watch = Watch::default();
    let mut whole = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if watch.finds(c) || too(c) {
            // Writing to a string cannot fail.
            let _ = write!(whole, "{}", Shown(c));
        } else {
            whole.push(c);
        }
    }
    whole.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_turns_or_hides_is_shown() {
        for (text, expected) in [
            ("\x1b[31mred\x07", "^[[31mred^G"),
            ("a\r\x08\x7f\0", "a^M^H^?^@"),
            ("\u{9b}2J", "<U+009B>2J"),
            ("\u{202e}gnp.exe\u{202c}\u{2066}x\u{2069}", "<U+202E>gnp.exe<U+202C><U+2066>x<U+2069>"),
            ("pay\u{200b}\u{200d}\u{200d}pal\u{feff}", "pay<U+200B><U+200D><U+200D>pal<U+FEFF>"),
            ("a\u{200f}b", "a<U+200F>b"),
            ("x\u{e0041}\u{e0042}", "x<U+E0041><U+E0042>"),
        ] {
            assert_eq!(visible(text), expected);
        }
        assert_eq!((visible("a\n\tb"), line("a\n\tb")), ("a\n\tb".into(), "a^J^Ib".into()));
    }

    #[test]
    fn what_belongs_to_a_script_passes() {
        for text in [
            "Ada Lovelace, \u{201c}naïve\u{201d} – 42 °C",
            "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
            "\u{915}\u{94d}\u{200d}\u{937}",
            "\u{5d0}\u{5d1}\u{200f}!",
            "\u{1f469}\u{200d}\u{1f4bb} \u{2764}\u{fe0f}\u{200d}\u{1f525} 1\u{fe0f}\u{20e3}",
            "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "\u{845b}\u{e0100}",
        ] {
            assert_eq!(visible(text), text);
        }
    }

    #[test]
    fn no_cell_is_a_formula_and_every_text_comes_back() {
        let formulas = ["=1+1", "+1", "-1", "@a", "\t=1", "\r", "＝1", "'=1", "''-x"];
        for text in formulas.iter().chain(&["a=1", "'tis", "", " =1", "5-3", "“-”"]) {
            let shown = cell(text);
            assert!(!shown.starts_with(['=', '+', '-', '@', '\t', '\r', '＝']), "{text}");
            assert_eq!(formulas.contains(text), shown != *text, "{text}");
            let is_marked = shown.trim_start_matches('\'') != shown && shown != *text;
            assert_eq!(if is_marked { &shown[1..] } else { &shown[..] }, *text);
        }
    }
}
