//! Tells the program a fingerprint of everything that what is stored for an article depends on: readers, extraction,
//! documents, and the data they embed. Articles read by a program with another fingerprint are read again.

use std::{fs, path::Path};

const CONTENT: [&str; 15] = [
    "src/annotation.rs",
    "src/article.rs",
    "src/extract",
    "src/analysis.rs",
    "src/index/document.rs",
    "src/fields.rs",
    "src/name_key.rs",
    "src/sketch.rs",
    "src/view.rs",
    "src/record.rs",
    "src/source",
    "data/lexicon",
    "data/model",
    "data/source",
    "data/topics",
];

/// FNV-1a, 64 bits (Fowler, Noll and Vo).
fn add(hash: &mut u64, bytes: &[u8]) {
    for &byte in bytes {
        *hash = (*hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
}

fn add_path(hash: &mut u64, path: &Path) {
    if let Ok(entries) = fs::read_dir(path) {
        let mut paths: Vec<_> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
        paths.sort();
        paths.iter().for_each(|path| add_path(hash, path));
    } else if let Ok(bytes) = fs::read(path) {
        add(hash, path.to_string_lossy().as_bytes());
        add(hash, &bytes);
    }
}

fn main() {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    for path in CONTENT {
        println!("cargo::rerun-if-changed={path}");
        add_path(&mut hash, Path::new(path));
    }
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-env=PULLQUOTE_PROGRAM={hash:016x}");
}
