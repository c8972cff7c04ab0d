//! A file in an archive, and its path there.

use std::{io::Read, ops::ControlFlow};

use super::packed::Packed;
use crate::source::Error;

/// A file in an archive.
pub struct Member<'a> {
    /// Its path inside the archive, `/` between components, written as paths below a root are.
    pub path: String,
    /// Its bytes, as the archive counts them.
    pub len: u64,
    /// The check sum of its bytes, where the archive has one.
    pub check: Option<u32>,
    /// How far the archive is read when this member is.
    pub reached: u64,
    /// Its bytes; or why they cannot be read.
    pub content: Result<Content<'a>, Error>,
}

/// The bytes of a member.
pub enum Content<'a> {
    /// They can be read whenever, and by anybody.
    Packed(Packed),
    /// They come now, and as many as the archive says.
    Stream(&'a mut dyn Read),
}

/// Takes members; an error when that is one too many.
pub(super) type Each<'e> = &'e mut dyn FnMut(Member<'_>) -> Result<ControlFlow<()>, Error>;

/// A path as it is written in ids and output, from the bytes that an archive has; nothing when none is left of it. It
/// does not leave the archive, wherever it pretends to lead.
pub(super) fn written(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.split(|&byte| byte == 0).next().unwrap_or_default();
    // What Windows wrote has its own mark between folders.
    let mark = if bytes.contains(&b'/') { b'/' } else { b'\\' };
    let parts =
        bytes.split(|&byte| byte == mark || byte == b'/').filter(|part| !matches!(*part, b"" | b"." | b".."));
    let mut path = String::with_capacity(bytes.len());
    for part in parts {
        if !path.is_empty() {
            path.push('/');
        }
        match std::str::from_utf8(part) {
            Ok(text) if !text.contains('%') => path.push_str(text),
            _ => {
                for chunk in part.utf8_chunks() {
                    path.push_str(&chunk.valid().replace('%', "%25"));
                    chunk.invalid().iter().for_each(|byte| path.push_str(&format!("%{byte:02X}")));
                }
            }
        }
    }
    (!path.is_empty()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        let path = |bytes: &[u8]| written(bytes);
        assert_eq!(path(b"/../a/./b%.html\0x").as_deref(), Some("a/b%25.html"));
        assert_eq!(path(b"2019\\x \x82.html").as_deref(), Some("2019/x %82.html"));
        assert_eq!(path(b"../"), None);
    }
}
