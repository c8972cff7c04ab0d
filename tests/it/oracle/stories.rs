//! Stories made of few words by chance: what is asked for is often there, and often misspelt, inflected, or beside
//! something else.

use serde_json::{Value, json};

use super::words::STOP_WORDS;
use crate::archive::Dice;

/// Words without inflections in the stories; many are misspelt forms of others.
pub const SINGLES: [&str; 21] = [
    "velvet",
    "piano",
    "copper",
    "velvat",
    "vervet",
    "paino",
    "pianu",
    "cooper",
    "coper",
    "hopper",
    "harbour",
    "orchid",
    "lantern",
    "saffron",
    "café",
    "naïve",
    "ørsted",
    "straße",
    "東京都",
    "lan\u{ad}tern",
    "or\u{200b}chid",
];

/// Those of them that are written in letters that everybody sees.
pub const LETTERS: usize = 18;

/// Words of families.
pub const INFLECTED: [&str; 15] = [
    "walk",
    "danced",
    "parties",
    "recorded",
    "note",
    "walks",
    "walking",
    "dance",
    "party",
    "record",
    "recording",
    "notes",
    "sang",
    "singing",
    "sung",
];

/// People who speak, each with a surname of their own.
pub const SPEAKERS: [&str; 4] = ["Orla Quist", "Tamsin Vale", "Bruno Achterberg", "Petra Lindqvist"];

/// Everybody and everything that the stories name.
pub const NAMES: [&str; 5] =
    ["Orla Quist", "Tamsin Vale", "Bruno Achterberg", "Petra Lindqvist", "Kestrel Pictures"];
pub const SOURCES: [&str; 3] = ["Harbour Courier", "The Evening Sizzle", "Lantern Weekly"];
pub const SECTIONS: [&str; 3] = ["Stage Notes", "Red Carpet", "Film Desk"];
pub const LANGS: [&str; 3] = ["en", "de-CH", "fr"];
pub const BYLINES: [&str; 2] = ["Ana Solis", "Wim de Coninck"];

/// How large an archive is.
#[derive(Clone, Copy)]
pub struct Size {
    /// Files, of which two come with each run.
    pub files: usize,
    /// Stories of a file.
    pub stories: usize,
    /// Sentences of the longest story.
    pub sentences: u64,
    /// So many words of each kind are used: the fewer, the more stories hold each.
    pub words: usize,
}

/// A word of a story, stop words among them.
fn any_word(dice: &mut Dice, size: Size) -> &'static str {
    match dice.roll(10) {
        0..5 => one_of(dice, &SINGLES[..size.words.min(SINGLES.len())]),
        5..8 => one_of(dice, &INFLECTED[..size.words.min(INFLECTED.len())]),
        8 => "co-star",
        _ => one_of(dice, &STOP_WORDS),
    }
}

/// One of several.
pub fn one_of<T: Copy>(dice: &mut Dice, all: &[T]) -> T {
    all[dice.roll(all.len() as u64) as usize]
}

fn sentence(dice: &mut Dice, most: u64, size: Size) -> String {
    let count = 3 + dice.roll(most);
    (0..count).map(|_| any_word(dice, size)).collect::<Vec<_>>().join(" ")
}

/// A date as exact as its source says, perhaps none.
fn date(dice: &mut Dice) -> Option<String> {
    let (year, month, day) = (2020 + dice.roll(3), 1 + dice.roll(12), 1 + dice.roll(28));
    let on = format!("{year}-{month:02}-{day:02}");
    match dice.roll(8) {
        0 => None,
        1 => Some(format!("{year}")),
        2 => Some(format!("{year}-{month:02}")),
        // Many stories of one day.
        3 => Some("2021-02-28".to_owned()),
        4 => Some(format!("{on}T23:30:00-05:00")),
        5 => Some(format!("{on}T00:20:00+02:00")),
        _ => Some(on),
    }
}

/// A record: its number stands in its headline.
pub fn record(number: usize, dice: &mut Dice, size: Size) -> Value {
    let mut text = format!("{} left Kestrel Pictures.", one_of(dice, &SPEAKERS));
    for _ in 0..1 + dice.roll(size.sentences) {
        let (speaker, words) = (one_of(dice, &SPEAKERS), sentence(dice, 7, size));
        text += &match dice.roll(6) {
            0 | 1 => format!(" “{words},” said {speaker}."),
            2 => format!(" {speaker} said that the {words}."),
            3 => format!(" {speaker} called it “{words}” over the {}.", any_word(dice, size)),
            _ => format!(" It was {words}."),
        };
    }
    let mut record = json!({"id": format!("s{number}"), "title": format!("{} {number}", sentence(dice, 2, size)), "text": text});
    let mut some = |field: &str, values: &[&str]| {
        if dice.roll(4) > 0 {
            record[field] = one_of(dice, values).into();
        }
    };
    some("source", &SOURCES);
    some("section", &SECTIONS);
    some("lang", &LANGS);
    some("byline", &BYLINES);
    if let Some(date) = date(dice) {
        record["published"] = date.into();
    }
    record
}
