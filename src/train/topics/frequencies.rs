//! Counts in how many stories each word stands, for `data/topics/frequencies.tsv`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::Path,
};

use crate::extract::topics::{lexicon::Lexicon, tokens};
use anyhow::Context;
use serde::Deserialize;

use super::write;

/// Sentences of a corpus without story bounds that are counted as one story; a last piece of fewer is left out.
const PIECE_SENTENCES: usize = 30;

/// Words of fewer stories are left out: an unknown word is a rare one.
const LEAST_STORIES: u32 = 2;

const HEADER: &str = "\
# In how many of the stories below a word stands: the count, a tab, the words; a final \"s\" is dropped. Words of one
# story are left out, so an unknown word is a rare one.
# Origin: counted over Wikinews stories of 2019-20 (CC BY 2.5), invented entertainment stories of this project, and
# texts of GUM, the Georgetown University Multilayer corpus (CC BY 4.0), in pieces of 30 sentences.
# Written by `cargo run --release --features train --bin train -- topics --data ../shared/eval --frequencies`.
";

#[derive(Deserialize)]
struct Record {
    #[serde(default)]
    title: Option<String>,
    text: String,
}

/// Words of the lexicon's shape, numbers left out, and in how many stories each stands.
#[derive(Default)]
struct Table {
    stories: u32,
    words: BTreeMap<String, u32>,
}

/// Counts over the stories in `data` and writes the table to `path`.
pub fn count(data: &Path, path: &Path) -> anyhow::Result<()> {
    let mut table = Table::default();
    for name in ["wikinews_train.jsonl", "entertainment_train.jsonl"] {
        for line in read(&data.join(name))?.lines().filter(|line| !line.is_empty()) {
            let record: Record = serde_json::from_str(line).with_context(|| format!("a line of {name}"))?;
            table.add(&format!("{}\n{}", record.title.unwrap_or_default(), record.text));
        }
    }
    let sentences = read(&data.join("train/gum_ccby.conll"))?;
    let sentences: Vec<String> = sentences.split("\n\n").map(sentence).collect();
    sentences.chunks_exact(PIECE_SENTENCES).for_each(|piece| table.add(&piece.join("\n")));
    write::save(path, &table.lines()?)
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// The words of a block of CoNLL lines with blanks between; a document's mark is a sentence without words.
fn sentence(block: &str) -> String {
    let words = block.lines().filter_map(|line| line.split('\t').next());
    words.filter(|word| *word != "-DOCSTART-").collect::<Vec<_>>().join(" ")
}

impl Table {
    fn add(&mut self, story: &str) {
        let mut words = Vec::new();
        tokens::split(story, 0..story.len(), 0, Lexicon::get(), &mut words);
        let words = words.iter().map(|token| folded(&story[token.start as usize..token.end as usize]));
        let words = words.filter(|word| word.contains(char::is_alphabetic));
        for word in words.collect::<BTreeSet<_>>() {
            *self.words.entry(word).or_default() += 1;
        }
        self.stories += 1;
    }

    fn lines(&self) -> anyhow::Result<String> {
        let mut by_count: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
        for (word, &count) in self.words.iter().filter(|(_, count)| **count >= LEAST_STORIES) {
            by_count.entry(count).or_default().push(word);
        }
        let mut file = String::from(HEADER);
        writeln!(file, "{}\tstories", self.stories)?;
        for (count, words) in by_count.iter().rev() {
            writeln!(file, "{count}\t{}", words.join(" "))?;
        }
        Ok(file)
    }
}

/// A word as the lexicon takes it: in lower case, one kind of apostrophe, without a plural's "s".
fn folded(word: &str) -> String {
    let word = word.to_lowercase().replace('’', "'");
    let singular = word.strip_suffix('s').filter(|_| word.len() >= 4 && word != "news").map(str::to_owned);
    singular.unwrap_or(word)
}
