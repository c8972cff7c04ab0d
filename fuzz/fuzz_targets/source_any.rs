//! Any bytes, read as the format whose place in the registry the first byte is: all readers in one program. With
//! `PULLQUOTE_FORMAT` all bytes are read as that one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pullquote::source::FORMATS;

#[path = "../read.rs"]
mod read;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(name) = std::env::var("PULLQUOTE_FORMAT") {
        return read::as_format(&name, bytes);
    }
    if let Some((&first, rest)) = bytes.split_first() {
        read::as_format(FORMATS[usize::from(first) % FORMATS.len()].name(), rest);
    }
});
