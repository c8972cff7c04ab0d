//! The lexicon against its tables, and cues against every place where their words stand.

use std::collections::{BTreeSet, HashMap};

use super::{archive, plain_words, words};
use crate::{
    extract::topics::{
        cues,
        lexicon::{Lexicon, Strength},
        tokens::flag,
    },
    taxonomy,
};

fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

/// The first word of a text, folded.
fn folded(text: &str) -> String {
    plain_words(text, 0).into_iter().next().map_or_else(String::new, |word| word.folded)
}

/// A cue: its folded words, the topic, how strongly it points there.
type Cue = (Vec<String>, u16, u8);

/// The cues of the table, and the labels of topics that have no row.
fn all_cues() -> Vec<Cue> {
    let mut rest: BTreeSet<usize> = (0..taxonomy::all().len()).collect();
    let mut written: Vec<(&str, usize, u8)> = Vec::new();
    for row in rows(include_str!("../../../../data/topics/cues.tsv")) {
        let cells: Vec<&str> = row.split('\t').collect();
        let Some(subject) = taxonomy::by_code(cells[0]) else { continue };
        rest.remove(&subject.index());
        for (strength, cell) in (0..3).zip(&cells[2..]) {
            written.extend(cell.split("; ").map(|cue| (cue, subject.index(), strength)));
        }
    }
    for subject in rest {
        let label = taxonomy::all()[subject].label.split(" (").next().unwrap_or_default();
        let parts = label.split([',', '/']).flat_map(|part| part.split(" and "));
        written.extend(parts.map(|part| (part, subject, 0)));
    }
    let words = |cue: &str| -> Vec<String> {
        cue.split([' ', '-']).filter(|word| word.starts_with(char::is_alphanumeric)).map(folded).collect()
    };
    let cues = written.into_iter().map(|(cue, subject, strength)| (words(cue), subject as u16, strength));
    cues.filter(|(words, ..)| !words.is_empty()).collect()
}

#[test]
fn cues_are_found_where_their_words_stand() {
    let lexicon = Lexicon::get();
    let cues_of_table = all_cues();
    let strengths = [Strength::Strong, Strength::Plain, Strength::Weak];
    let mut total = 0;
    // Each cue stands in a text at least once.
    let each = cues_of_table.iter().map(|(words, ..)| words.join(" ")).collect::<Vec<_>>().join(", ");
    for text in archive().into_iter().chain([each]) {
        let plain: Vec<String> = plain_words(&text, 0).into_iter().map(|word| word.folded).collect();
        let mut expected: Vec<(u32, u8, u16, u8)> = Vec::new();
        for (words, subject, strength) in &cues_of_table {
            let here = plain.windows(words.len()).enumerate().filter(|(_, window)| window == words);
            expected.extend(here.map(|(at, _)| (at as u32, words.len() as u8, *subject, *strength)));
        }
        let mut found: Vec<(u32, u8, u16, u8)> = Vec::new();
        for here in cues::find(&words(&text, 0), lexicon) {
            found.extend(lexicon.cues(here.cue).iter().map(|cue| {
                let strength = strengths.iter().position(|other| *other == cue.strength);
                (here.at, here.length, cue.subject, strength.expect("one of three") as u8)
            }));
        }
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected);
        total += found.len();
    }
    assert!(total > 1000, "{total} cues");
}

/// What the tables say of each folded word: in how many stories it stands, its classes but those of inflected verbs.
fn table() -> (f32, HashMap<String, (f32, u32)>) {
    let mut table: HashMap<String, (f32, u32)> = HashMap::new();
    let mut stories = 0.0;
    for row in rows(include_str!("../../../../data/topics/frequencies.tsv")) {
        let (count, words) = row.split_once('\t').expect("a count and words");
        let count: f32 = count.parse().expect("a count");
        if words == "stories" {
            stories = count;
        } else {
            table.extend(words.split(' ').map(|word| (word.to_owned(), (count, flag::KNOWN))));
        }
    }
    let mut class = 0;
    for row in rows(include_str!("../../../../data/topics/word-classes.txt")) {
        class = match row {
            "[closed]" => flag::CLOSED,
            "[function-inside]" => flag::INSIDE,
            "[adverb]" => flag::ADVERB,
            "[adjective]" => flag::ADJECTIVE,
            "[verb]" => flag::VERB,
            _ if row.starts_with('[') => 0,
            _ => {
                row.split_whitespace().for_each(|word| table.entry(folded(word)).or_default().1 |= class);
                continue;
            }
        };
    }
    for (words, ..) in all_cues() {
        let [first, rest @ ..] = &*words else { continue };
        let begins = if rest.is_empty() { flag::CUE } else { flag::BEGINS_CUE };
        table.entry(first.clone()).or_default().1 |= begins;
        rest.iter().for_each(|word| table.entry(word.clone()).or_default().1 |= flag::CONTINUES_CUE);
    }
    (stories, table)
}

#[test]
fn the_lexicon_says_of_every_word_what_the_tables_say() {
    let lexicon = Lexicon::get();
    let (stories, table) = table();
    let told = !(flag::VERB_FORM | flag::GERUND) & (flag::GRAMMAR | flag::KNOWN | flag::CUE)
        | flag::BEGINS_CUE
        | flag::CONTINUES_CUE;
    let mut numbers: HashMap<u32, String> = HashMap::new();
    let texts = archive();
    let listed = table.keys().map(String::as_str).collect::<Vec<_>>().join("\n");
    for text in texts.iter().chain([&listed]) {
        for (plain, token) in plain_words(text, 0).into_iter().zip(words(text, 0)) {
            let (count, classes) = table.get(&plain.folded).copied().unwrap_or_default();
            assert_eq!(token.flags & told, classes, "{plain:?}");
            if token.word == 0 {
                assert!(!table.contains_key(&plain.folded), "{plain:?} is not in the lexicon");
                continue;
            }
            let word = numbers.entry(token.word).or_insert_with(|| plain.folded.clone());
            assert_eq!(*word, plain.folded, "two words have one number");
            let rarity = (stories / (3.0 * (count + 1.0))).ln() / (stories / 3.0).ln();
            assert!((lexicon.info(token.word).rarity - rarity.clamp(0.0, 1.0)).abs() < 1e-5, "{plain:?}");
        }
    }
    assert!(numbers.len() > 5000, "{} words", numbers.len());
}
