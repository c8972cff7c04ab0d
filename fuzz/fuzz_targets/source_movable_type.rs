//! Any bytes, read as movable-type: no panic, and every span on character boundaries of its text.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../read.rs"]
mod read;

fuzz_target!(|bytes: &[u8]| read::as_format("movable-type", bytes));
