//! Bytes into UTF-8, and what was garbled on the way there put right.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::article::Remark;

/// A text as it was meant: decoded, mojibake repaired where that is certain, characters that nobody sees left out.
#[derive(Debug, Default)]
pub struct Text<'a> {
    /// The text.
    pub words: Cow<'a, str>,
    /// What was mended.
    pub remarks: Vec<Remark>,
}

/// Reads a text as it was meant; see [`decode`] for what `label` does.
pub fn text<'a>(bytes: &'a [u8], label: Option<&str>) -> Text<'a> {
    let (words, strays) = decoded(bytes, label);
    let mut remarks = Vec::new();
    if strays > 0 {
        let message = format!("{strays} bytes that are no UTF-8 were read as Windows-1252");
        remarks.push(Remark::new("bad-bytes", message));
    }
    let words = match repaired(&words) {
        Some((repaired, count)) => {
            let message =
                format!("{count} runs of mojibake were repaired: text that was decoded wrongly once");
            remarks.push(Remark::new("mojibake", message));
            Cow::Owned(repaired)
        }
        None => words,
    };
    Text { words: cleaned(words), remarks }
}

/// Decodes bytes: by their byte order mark; as UTF-8 if they are that, but for a stray byte; by the label the document
/// bears; else by what the bytes look like. Bytes that cannot be read become U+FFFD.
pub fn decode<'a>(bytes: &'a [u8], label: Option<&str>) -> Cow<'a, str> {
    decoded(bytes, label).0
}

/// The text, and how many stray bytes it had.
fn decoded<'a>(bytes: &'a [u8], label: Option<&str>) -> (Cow<'a, str>, usize) {
    if let Some(wide) = wide(bytes).filter(|_| !bytes.starts_with(UTF8_MARK)) {
        return (Cow::Owned(wide.decode(bytes)), 0);
    }
    let bytes = bytes.strip_prefix(UTF8_MARK).unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (Cow::Borrowed(text), 0);
    }
    let encoding = label.and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    let labelled = encoding.filter(|encoding| *encoding != UTF_8);
    let (characters, strays) = utf8_in(bytes);
    if characters >= strays * if labelled.is_some() { 2 } else { 1 } {
        return (Cow::Owned(without_strays(bytes)), strays);
    }
    match labelled.map(|encoding| encoding.decode_without_bom_handling(bytes)) {
        Some((text, false)) => (text, 0),
        _ => (guess(bytes).decode_without_bom_handling(bytes).0, 0),
    }
}

/// The encoding of text that begins with `head`; nothing for UTF-8.
pub fn label(head: &[u8]) -> Option<&'static str> {
    let (characters, strays) = utf8_in(head);
    // A character may be cut at the end.
    (strays > 1 && characters < strays).then(|| guess(head).name())
}

/// How many characters of more than a byte UTF-8 finds in bytes, and how many faults.
fn utf8_in(bytes: &[u8]) -> (usize, usize) {
    let mut found = (0, 0);
    for chunk in bytes.utf8_chunks() {
        found.0 += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        found.1 += usize::from(!chunk.invalid().is_empty());
    }
    found
}

/// UTF-8 with single bytes of Windows-1252 in it.
fn without_strays(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        match chunk.invalid() {
            [] => (),
            [byte] => text.push_str(&WINDOWS_1252.decode_without_bom_handling(&[*byte]).0),
            // The beginning of a character that was cut off.
            _ => text.push(char::REPLACEMENT_CHARACTER),
        }
    }
    text
}

/// The byte order mark of UTF-8.
pub const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// An encoding in units of two or four bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wide {
    /// Two bytes.
    Utf16(&'static Encoding),
    /// Four bytes, the least first or last.
    Utf32 {
        /// Whether the least comes first.
        little: bool,
    },
}

impl Wide {
    /// Decodes all of a text.
    pub fn decode(self, bytes: &[u8]) -> String {
        let Self::Utf32 { little } = self else {
            let Self::Utf16(encoding) = self else { return String::new() };
            return encoding.decode(bytes).0.into_owned();
        };
        let number = |unit: &[u8]| {
            let unit = unit.try_into().unwrap_or_default();
            if little { u32::from_le_bytes(unit) } else { u32::from_be_bytes(unit) }
        };
        let character = |unit| char::from_u32(number(unit)).unwrap_or(char::REPLACEMENT_CHARACTER);
        bytes.chunks_exact(4).map(character).filter(|&c| c != '\u{feff}').collect()
    }
}

/// The encoding of text in units of several bytes: told by its mark, or by Latin letters with zeros beside each.
pub fn wide(head: &[u8]) -> Option<Wide> {
    if head.starts_with(b"\xff\xfe\0\0") || head.starts_with(b"\0\0\xfe\xff") {
        return Some(Wide::Utf32 { little: head[0] == 0xff });
    }
    match Encoding::for_bom(head) {
        Some((encoding, _)) => (encoding != UTF_8).then_some(Wide::Utf16(encoding)),
        None => zeros(head),
    }
}

/// Text of mostly Latin letters in UTF-16 or UTF-32 without a mark: nine of ten units have zeros on the same side, none
/// on the other.
fn zeros(head: &[u8]) -> Option<Wide> {
    const JUDGED: usize = 4096;
    let head = &head[..head.len().min(JUDGED)];
    memchr::memchr(0, head)?;
    let units = head.len() / 4;
    let count = |side: usize| head.chunks_exact(4).filter(|unit| unit[side] == 0).count();
    let [a, b, c, d] = [count(0), count(1), count(2), count(3)];
    if units >= 2 && (b, c) == (units, units) && a.min(d) == 0 && a.max(d) == units {
        return Some(Wide::Utf32 { little: d > 0 });
    }
    let units = head.len() / 2;
    let count = |side: usize| head.chunks_exact(2).filter(|unit| unit[side] == 0).count();
    let (high, low) = (count(0), count(1));
    if units < 4 || high.min(low) > 0 || high.max(low) * 10 < units * 9 {
        return None;
    }
    Some(Wide::Utf16(if low > 0 { UTF_16LE } else { UTF_16BE }))
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let guessed = detector.guess(None, Utf8Detection::Allow);
    let odd = |encoding: &'static Encoding| oddities(&encoding.decode_without_bom_handling(bytes).0);
    // Old Macintosh text, which the detector does not know, makes capitals inside words under every other encoding.
    let is_macintosh = guessed.is_single_byte() && odd(MACINTOSH) * 2 < odd(guessed);
    if is_macintosh { MACINTOSH } else { guessed }
}

/// How often a text has characters where no writer puts them.
fn oddities(text: &str) -> usize {
    let is_quote = |c: char| "‘’“”«»‹›„‚–—…·".contains(c);
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    let mut count = 0;
    while let Some(c) = rest.next() {
        if !c.is_ascii() {
            let after = rest.peek().copied().unwrap_or(' ');
            let within = before.is_alphabetic() && after.is_alphabetic();
            let capital = c.is_uppercase() && (before.is_lowercase() || ",.!?".contains(before));
            let sign = !c.is_alphabetic() && !is_quote(c) && !c.is_whitespace() && within;
            count += usize::from(capital || sign || c.is_control() || c == char::REPLACEMENT_CHARACTER);
        }
        before = c;
    }
    count
}

/// Text that was UTF-8 and was decoded as Windows-1252 or as old Macintosh text, decoded rightly, and how many runs of
/// it there were; nothing where none is certain. Twice garbled text is repaired twice.
fn repaired(text: &str) -> Option<(String, usize)> {
    const SIGNS: [char; 10] = ['Ã', 'â', 'Â', 'Å', 'Ä', 'Ð', 'Ñ', '√', '‚', '¬'];
    // Their first bytes are three.
    let mut may_be = memchr::memchr3_iter(0xc2, 0xc3, 0xe2, text.as_bytes());
    if !may_be.any(|at| text[at..].starts_with(SIGNS)) {
        return None;
    }
    let once = |text: &str| [WINDOWS_1252, MACINTOSH].iter().find_map(|encoding| repaired_as(encoding, text));
    let (first, count) = once(text)?;
    Some(once(&first).map_or((first, count), |(second, _)| (second, count)))
}

fn repaired_as(encoding: &'static Encoding, text: &str) -> Option<(String, usize)> {
    let (mut repaired, mut rest) = (String::with_capacity(text.len()), text);
    let (mut runs, mut certain) = (0, false);
    while let Some(at) = rest.find(|c: char| !c.is_ascii()) {
        let (before, run) = rest.split_at(at);
        let end = run.find(|c: char| c.is_ascii()).unwrap_or(run.len());
        let (run, after) = run.split_at(end);
        repaired.push_str(before);
        match bytes_of(encoding, run).and_then(|bytes| String::from_utf8(bytes).ok()) {
            Some(meant) => {
                runs += 1;
                // Three characters that make one are no chance; nor is a capital, or a sign, inside a word.
                let in_word = before.ends_with(char::is_lowercase) && !run.starts_with(char::is_lowercase);
                certain |= in_word || meant.chars().any(|c| c.len_utf8() > 2);
                repaired.push_str(&meant);
            }
            None => repaired.push_str(run),
        }
        rest = after;
    }
    repaired.push_str(rest);
    (certain || runs > 2).then_some((repaired, runs))
}

/// The bytes that a run of characters was decoded from; nothing when the encoding has not all of them.
fn bytes_of(encoding: &'static Encoding, run: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for c in run.chars() {
        match u32::from(c) {
            // Bytes without a meaning in Windows-1252 pass as control characters.
            code @ 0x80..=0x9f => bytes.push(u8::try_from(code).ok()?),
            _ => {
                let mut buffer = [0; 4];
                let (encoded, _, failed) = encoding.encode(c.encode_utf8(&mut buffer));
                match (&*encoded, failed) {
                    (&[byte], false) => bytes.push(byte),
                    _ => return None,
                }
            }
        }
    }
    (bytes.len() > 1).then_some(bytes)
}

/// A text without characters that nobody sees: control characters, soft hyphens, blanks of no width. Control characters
/// of 1980s' Latin-1 are the signs that Windows means by them; line ends of old Macintosh text are line ends.
pub fn cleaned(text: Cow<'_, str>) -> Cow<'_, str> {
    if !has_unseen(&text) && !has_lone_returns(&text) {
        return text;
    }
    let mut clean = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\r' if rest.peek() != Some(&'\n') => clean.push('\n'),
            '\u{b}' | '\u{c}' | '\u{2028}' | '\u{2029}' => clean.push('\n'),
            '\u{80}'..='\u{9f}' => {
                let byte = u8::try_from(u32::from(c)).unwrap_or_default();
                let meant = WINDOWS_1252.decode_without_bom_handling(&[byte]).0.into_owned();
                clean.extend(meant.chars().filter(|c| !c.is_control()));
            }
            _ if is_unseen(c) => (),
            _ => clean.push(c),
        }
    }
    Cow::Owned(clean)
}

/// Whether a text has characters that are unseen: control characters, or what begins with one of three bytes.
fn has_unseen(text: &str) -> bool {
    // Many bytes are looked at together, and none of them decides before the others.
    let is_control =
        |byte: u8| (byte < 0x20) & (byte != b'\t') & (byte != b'\n') & (byte != b'\r') | (byte == 0x7f);
    let has_control = |some: &[u8]| some.iter().fold(false, |any, &byte| any | is_control(byte));
    text.as_bytes().chunks(128).any(has_control)
        || memchr::memchr3_iter(0xc2, 0xe2, 0xef, text.as_bytes()).any(|at| text[at..].starts_with(is_unseen))
}

fn is_unseen(c: char) -> bool {
    matches!(c,
        '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}'
        | '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{2060}' | '\u{feff}')
}

fn has_lone_returns(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'\r', bytes).any(|at| bytes.get(at + 1) != Some(&b'\n'))
}

/// Whether bytes are no text of any encoding: one of fifty is a control character, and no UTF-16 explains that. A stray
/// one makes no story binary.
pub fn is_binary(head: &[u8]) -> bool {
    if Encoding::for_bom(head).is_some() || wide(head).is_some() {
        return false;
    }
    // Counted in bytes, so that many are counted at a time.
    let count = |some: &[u8]| -> u8 {
        some.iter().map(|&byte| u8::from((byte < 9) | (14..27).contains(&byte))).sum()
    };
    let control: usize = head.chunks(usize::from(u8::MAX)).map(|some| usize::from(count(some))).sum();
    control * 50 > head.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_marks_labels_and_looks() {
        assert_eq!(decode(b"\xef\xbb\xbfBeyonc\xc3\xa9", None), "Beyoncé");
        assert_eq!(decode(b"\xff\xfeH\0i\0", None), "Hi");
        assert_eq!(decode(b"Beyonc\xe9 \x93said\x94", Some("windows-1252")), "Beyoncé “said”");
        let latin = b"La chanteuse a d\xe9clar\xe9 \xe0 la presse qu'elle \xe9tait fatigu\xe9e";
        assert_eq!(decode(latin, None), "La chanteuse a déclaré à la presse qu'elle était fatiguée");
    }

    #[test]
    fn the_unseen_is_found_by_its_first_bytes() {
        for c in '\0'..=char::MAX {
            assert_eq!(has_unseen(c.encode_utf8(&mut [0; 4])), is_unseen(c), "{c:?}");
        }
    }

    #[test]
    fn tells_text_from_other_things() {
        assert!(is_binary(b"\x89PNG\r\n\x1a\n") && is_binary(b"a\0b"));
        assert!(!is_binary(format!("{}\0", "Voss left. ".repeat(5)).as_bytes()));
        assert_eq!(wide(b"H\0i\0 \0y\0o\0u\0"), Some(Wide::Utf16(UTF_16LE)));
        assert_eq!(wide(b"\xff\xfeH\0"), Some(Wide::Utf16(UTF_16LE)));
        assert_eq!(wide(b"Plain words"), None);
        assert!(!is_binary(b"Plain words.\r\n\tMore.") && !is_binary(b"\xff\xfeH\0i\0"));
    }

    #[test]
    fn a_stray_byte_does_not_garble_the_rest() {
        let read = text(b"Beyonc\xc3\xa9 said \xe2\x80\x9cno\xe2\x80\x9d. It\x92s over.", None);
        assert_eq!(read.words, "Beyoncé said “no”. It’s over.");
        assert_eq!(read.remarks[0].code, "bad-bytes");
        assert_eq!(
            decode(b"Beyonc\xc3\xa9 said \xe2\x80\x9cno. It\x92s", Some("iso-8859-1")),
            "Beyoncé said “no. It’s"
        );
        assert_eq!(decode(b"caf\xe9", None), "café");
        assert_eq!(decode(b"na\xc3\xafve Beyonc\xc3", None), "naïve BeyoncÃ");
    }

    #[test]
    fn certain_mojibake_is_repaired_and_nothing_else() {
        for (garbled, meant) in [
            ("BeyoncÃ© said â€œnoâ€\u{9d}. Itâ€™s over.", "Beyoncé said “no”. It’s over."),
            ("BeyoncÃ© left.", "Beyoncé left."),
            ("Beyonc√© said ‚Äúno‚Äù.", "Beyoncé said “no”."),
            ("BeyoncÃƒÂ© left. Itâ€™s", "Beyoncé left. It’s"),
        ] {
            let read = text(garbled.as_bytes(), None);
            assert_eq!((read.words.as_ref(), read.remarks.len()), (meant, 1), "{garbled}");
        }
        for right in
            ["São Paulo, NÃO, “Ñandú” – 5 √4", "Ã© alone", "Crème brûlée à la carte", "Äpfel, Übel, Ärger"]
        {
            let read = text(right.as_bytes(), None);
            assert_eq!((read.words.as_ref(), read.remarks.len()), (right, 0));
        }
    }

    #[test]
    fn what_nobody_sees_is_left_out() {
        let read = |text: &str| cleaned(Cow::Borrowed(text)).into_owned();
        assert_eq!(
            read("super\u{ad}star tele\u{200b}vision\0 \u{3}Voss\u{feff}"),
            "superstar television Voss"
        );
        assert_eq!(read("One.\rTwo.\r\rThree."), "One.\nTwo.\n\nThree.");
        assert_eq!(read("One.\r\nTwo."), "One.\r\nTwo.");
        assert_eq!(read("\u{93}no\u{94}, it\u{92}s"), "“no”, it’s");
        assert_eq!(
            read("नमस्\u{200d}ते 👩\u{200d}🎤"),
            "नमस्\u{200d}ते 👩\u{200d}🎤",
            "joiners are part of words"
        );
    }

    #[test]
    fn old_and_wide_encodings_are_known() {
        let mac = b"\xd2I am done,\xd3 Beyonc\x8e said. It\xd5s over \xd0 and that\xd5s it.\rShe left.";
        assert_eq!(text(mac, None).words, "“I am done,” Beyoncé said. It’s over – and that’s it.\nShe left.");
        for little in [true, false] {
            let units = |text: &str| -> Vec<u8> {
                let unit = |c| if little { u32::from(c).to_le_bytes() } else { u32::from(c).to_be_bytes() };
                text.chars().flat_map(unit).collect()
            };
            assert_eq!(text(&units("\u{feff}Voss é 🎤"), None).words, "Voss é 🎤");
            assert_eq!(wide(&units("Voss left.")), Some(Wide::Utf32 { little }));
        }
    }
}
