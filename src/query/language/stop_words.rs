//! Words that say nothing of what a text is about.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

static STOP_WORDS: LazyLock<FxHashSet<&str>> = LazyLock::new(|| {
    let lines = include_str!("../../../data/lexicon/stop_words.txt").lines();
    lines.filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace).collect()
});

/// Whether a folded word is a stop word.
pub(crate) fn contains(word: &str) -> bool {
    STOP_WORDS.contains(word)
}
