//! Tells the program a fingerprint of the tables and models it embeds: what is found in an article depends on them as on
//! code, but nobody has to raise a number when one changes. Comments in tables and the models' cards count for nothing.

use std::{fs, path::Path};

const TABLES: [&str; 3] = ["data/lexicon", "data/model", "data/topics"];

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
    } else if let Ok(bytes) = fs::read(path)
        && path.extension().is_none_or(|extension| extension != "md")
    {
        add(hash, path.to_string_lossy().as_bytes());
        match str::from_utf8(&bytes) {
            Ok(table) => {
                let rows = table.lines().filter(|line| !line.starts_with('#'));
                rows.for_each(|row| add(hash, format!("{row}\n").as_bytes()));
            }
            Err(_) => add(hash, &bytes),
        }
    }
}

fn main() {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    for path in TABLES {
        println!("cargo::rerun-if-changed={path}");
        add_path(&mut hash, Path::new(path));
    }
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-env=PULLQUOTE_DATA={hash:016x}");
}
