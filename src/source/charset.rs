//! Bytes into UTF-8.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;

/// Decodes bytes: by their byte order mark; as UTF-8 if they are that; by the label the document bears; else by what the
/// bytes look like. Bytes that cannot be read become U+FFFD.
pub fn decode<'a>(bytes: &'a [u8], label: Option<&str>) -> Cow<'a, str> {
    if let Some((encoding, skip)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[skip..]).0;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let encoding = label.and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    match encoding.map(|encoding| encoding.decode_without_bom_handling(bytes)) {
        Some((text, false)) => text,
        _ => guess(bytes).decode_without_bom_handling(bytes).0,
    }
}

/// The byte order mark of UTF-8.
pub const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// The encoding of text in units of two bytes: told by its mark, or by Latin letters with a zero beside each.
pub fn wide(head: &[u8]) -> Option<&'static Encoding> {
    match Encoding::for_bom(head) {
        Some((encoding, _)) => (encoding != encoding_rs::UTF_8).then_some(encoding),
        None => zeros(head),
    }
}

/// Text of mostly Latin letters in UTF-16 without a mark: nine of ten units have a zero on the same side, none on the
/// other.
fn zeros(head: &[u8]) -> Option<&'static Encoding> {
    let units = head.len() / 2;
    let count = |side: usize| head.chunks_exact(2).filter(|unit| unit[side] == 0).count();
    let (high, low) = (count(0), count(1));
    if units < 4 || high.min(low) > 0 || high.max(low) * 10 < units * 9 {
        return None;
    }
    Some(if low > 0 { encoding_rs::UTF_16LE } else { encoding_rs::UTF_16BE })
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Allow)
}

/// Whether bytes are no text of any encoding: one of fifty is a control character, and no UTF-16 explains that. A stray
/// one makes no story binary.
pub fn is_binary(head: &[u8]) -> bool {
    if Encoding::for_bom(head).is_some() || wide(head).is_some() {
        return false;
    }
    let control = head.iter().filter(|&&byte| byte < 9 || (14..27).contains(&byte)).count();
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
    fn tells_text_from_other_things() {
        assert!(is_binary(b"\x89PNG\r\n\x1a\n") && is_binary(b"a\0b"));
        assert!(!is_binary(format!("{}\0", "Voss left. ".repeat(5)).as_bytes()));
        assert_eq!(wide(b"H\0i\0 \0y\0o\0u\0"), Some(encoding_rs::UTF_16LE));
        assert_eq!(wide(b"\xff\xfeH\0"), Some(encoding_rs::UTF_16LE));
        assert_eq!(wide(b"Plain words"), None);
        assert!(!is_binary(b"Plain words.\r\n\tMore.") && !is_binary(b"\xff\xfeH\0i\0"));
    }
}
