//! Damaged inputs of every format: one byte of a hundred is another, or stretches are cut, doubled, moved, and signs put in
//! that mean something somewhere. No reader panics or hangs, and what is lost is said. `PULLQUOTE_DAMAGE=1000` damages each
//! input so often.

use std::{
    env, fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use pullquote::{
    config::SourceConfig,
    source::{self, FORMATS, Place},
};

use crate::formats;

/// How often each input is damaged in each way, each time otherwise.
const SEEDS: u64 = 4;

/// Signs that mean something in some format.
const SIGNS: [&str; 24] = [
    "{{",
    "{%",
    "<",
    "</",
    ">",
    "<!--",
    "<![CDATA[",
    "&",
    "&#",
    ";",
    "“",
    "é",
    "\u{301}",
    "\0",
    "\r",
    "\n\n",
    "\"",
    "[",
    "]",
    "{",
    "}",
    "\\",
    "=",
    "--",
];

/// The longest time for one input.
const LONGEST: Duration = Duration::from_secs(10);

/// The inputs of all cases.
fn inputs(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("it can be listed");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.flat_map(|path| if path.is_dir() { inputs(&path) } else { vec![path] }).collect()
}

/// Numbers that look random, the same ones each time (xorshift).
fn dice(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    }
}

/// Changes about one byte of a hundred.
fn damaged(bytes: &[u8], seed: u64) -> Vec<u8> {
    let mut next = dice(seed);
    let damage = |byte: &u8| {
        let state = next();
        if state.is_multiple_of(100) { byte ^ (state >> 32) as u8 | 1 } else { *byte }
    };
    bytes.iter().map(damage).collect()
}

/// Cuts, doubles and moves stretches, puts signs in, and now and then cuts the end off.
fn rearranged(bytes: &[u8], seed: u64) -> Vec<u8> {
    const EDITS: u64 = 8;
    const STRETCH: usize = 40;
    let mut next = dice(seed);
    let mut bytes = bytes.to_vec();
    for _ in 0..=next() % EDITS {
        let mut place = |most: usize| (next() >> 16) as usize % (most + 1);
        let at = place(bytes.len());
        let stretch = at..(at + place(STRETCH)).min(bytes.len());
        match place(8) {
            0 | 1 => drop(bytes.drain(stretch)),
            2 | 3 => {
                let doubled = bytes[stretch].to_vec();
                let to = place(bytes.len());
                bytes.splice(to..to, doubled);
            }
            4 if place(3) == 0 => bytes.truncate(at),
            _ => {
                let sign = SIGNS[place(SIGNS.len() - 1)];
                bytes.splice(at..at, sign.bytes());
            }
        }
    }
    bytes
}

#[test]
fn no_damage_upsets_a_reader() {
    let seeds = env::var("PULLQUOTE_DAMAGE").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(SEEDS);
    for case in FORMATS.iter().flat_map(|format| formats::cases(format.name())) {
        for path in inputs(&case).into_iter().filter(|path| !path.ends_with("expected.json")) {
            let bytes = fs::read(&path).expect("an input");
            for seed in 1..=seeds {
                read(&damaged(&bytes, seed), &path, seed);
                read(&rearranged(&bytes, seed), &path, seed);
            }
        }
    }
}

/// Reads what a case became.
fn read(bytes: &[u8], path: &Path, seed: u64) {
    if bytes.is_empty() {
        return;
    }
    let name = path.file_name().and_then(|name| name.to_str()).expect("UTF-8");
    let place = Place { root: "", path: name, again: None };
    let (begin, mut told) = (Instant::now(), 0);
    let mut input = bytes;
    let done = catch_unwind(AssertUnwindSafe(|| {
        source::read(&mut input, &place, &SourceConfig::default(), &mut |record| {
            told += 1;
            if let Ok(article) = record {
                article.emphasis.iter().for_each(|span| drop(span.of(&article.text).to_owned()));
            }
        });
    }));
    let case = path.display();
    assert!(done.is_ok(), "{case}, {seed}: a panic on {:?}", String::from_utf8_lossy(bytes));
    assert!(told > 0, "{case}, {seed}: neither a record nor why there is none");
    assert!(begin.elapsed() < LONGEST, "{case}, {seed}: {:?}", begin.elapsed());
}
