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

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Allow)
}

/// Whether bytes are no text of any encoding: zero bytes that no UTF-16 explains, or many control characters.
pub fn is_binary(head: &[u8]) -> bool {
    if Encoding::for_bom(head).is_some() {
        return false;
    }
    const MAGIC: [&[u8]; 8] =
        [b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"%PDF-", b"\x7fELF", b"RIFF", b"\x1f\x8b"];
    let control = head.iter().filter(|&&byte| byte < 9 || (14..27).contains(&byte)).count();
    MAGIC.iter().any(|magic| head.starts_with(magic)) || head.contains(&0) || control * 50 > head.len()
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
        assert!(is_binary(b"\x89PNG\r\n\x1a\n") && is_binary(b"a\0b") && is_binary(b"%PDF-1.7"));
        assert!(!is_binary(b"Plain words.\r\n\tMore.") && !is_binary(b"\xff\xfeH\0i\0"));
    }
}
