//! Damaged inputs of every format: one byte of a hundred is another. No reader panics or hangs, and what is lost is said.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use pullquote::{
    config::SourceConfig,
    source::{self, FORMATS, Place},
};

use crate::formats;

/// How often each input is damaged, each time otherwise.
const SEEDS: u64 = 4;

/// The longest time for one input.
const LONGEST: Duration = Duration::from_secs(10);

/// The inputs of all cases.
fn inputs(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("it can be listed");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.flat_map(|path| if path.is_dir() { inputs(&path) } else { vec![path] }).collect()
}

/// Changes about one byte of a hundred, the same ones each time (xorshift).
fn damaged(bytes: &[u8], seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let damage = |byte: &u8| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        if state.is_multiple_of(100) { byte ^ (state >> 32) as u8 | 1 } else { *byte }
    };
    bytes.iter().map(damage).collect()
}

#[test]
fn no_damage_upsets_a_reader() {
    for case in FORMATS.iter().flat_map(|format| formats::cases(format.name())) {
        for path in inputs(&case).into_iter().filter(|path| !path.ends_with("expected.json")) {
            let bytes = fs::read(&path).expect("an input");
            for seed in 1..=SEEDS {
                let bytes = damaged(&bytes, seed);
                let name = path.file_name().and_then(|name| name.to_str()).expect("UTF-8");
                let place = Place { root: "", path: name, again: None };
                let (begin, mut told) = (Instant::now(), 0);
                source::read(&mut &bytes[..], &place, &SourceConfig::default(), &mut |record| {
                    told += 1;
                    if let Ok(article) = record {
                        article.emphasis.iter().for_each(|span| drop(span.of(&article.text).to_owned()));
                    }
                });
                let case = path.display();
                assert!(told > 0, "{case}, {seed}: neither a record nor why there is none");
                assert!(begin.elapsed() < LONGEST, "{case}, {seed}: {:?}", begin.elapsed());
            }
        }
    }
}
