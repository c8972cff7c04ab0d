//! Queries by chance, over everything the language has.

use super::{
    ask::{Ask, Field, Target},
    days,
    stories::{BYLINES, INFLECTED, LANGS, LETTERS, SECTIONS, SINGLES, SOURCES, SPEAKERS, one_of},
    words::{self, STOP_WORDS},
};
use crate::archive::Dice;

/// A query for documents of a kind.
pub fn ask(dice: &mut Dice, target: Target) -> Ask {
    let several = |dice: &mut Dice, make: &dyn Fn(&mut Dice) -> Ask| -> Vec<Ask> {
        (0..1 + dice.roll(4)).map(|_| make(dice)).collect()
    };
    let of = |mut parts: Vec<Ask>, make: fn(Vec<Ask>) -> Ask| match parts.len() {
        1 => parts.remove(0),
        _ => make(parts),
    };
    match dice.roll(8) {
        0 | 1 => of(several(dice, &word), Ask::All),
        2 => {
            let mut parts = several(dice, &word_or_stop_word);
            if dice.roll(2) == 0 {
                parts.push(match dice.roll(3) {
                    0 => phrase(dice),
                    1 => date(dice),
                    _ => Ask::Any(vec![word(dice), part(dice, 0)]),
                });
            }
            of(parts, Ask::All)
        }
        3 => of(several(dice, &word), [Ask::Any, Ask::And][dice.roll(2) as usize]),
        4 if target == Target::Stories => of(one_quote(dice), Ask::All),
        _ => of(
            several(dice, &|dice| part(dice, 2)),
            [Ask::All, Ask::All, Ask::And, Ask::Any][dice.roll(4) as usize],
        ),
    }
}

/// A query of words that most stories of a large archive hold.
pub fn frequent(dice: &mut Dice, target: Target) -> Ask {
    let words = ["velvet", "piano", "copper", "walk", "dance", "party", "co-star", "the", "quist", "vale"];
    let count = 3 + dice.roll(6);
    let first = dice.roll(words.len() as u64) as usize;
    let mut parts: Vec<Ask> = words
        .iter()
        .cycle()
        .skip(first)
        .take(count as usize)
        .map(|&word| Ask::Word(word.to_owned()))
        .collect();
    match dice.roll(5) {
        0 => return Ask::Any(parts),
        1 => parts.push(part(dice, 1)),
        2 => parts.push(Ask::Not(Box::new(in_field(dice, Field::Speaker)))),
        3 if target == Target::Stories => parts.extend(one_quote(dice)),
        _ => (),
    }
    if dice.roll(4) == 0 { Ask::And(parts) } else { Ask::All(parts) }
}

/// Conditions that hold of one and the same quote, with others.
fn one_quote(dice: &mut Dice) -> Vec<Ask> {
    let mut parts = vec![in_field(dice, Field::Speaker), in_field(dice, Field::Quote)];
    for field in [Field::Kind, Field::About, Field::Speaker] {
        match dice.roll(5) {
            0 => parts.push(in_field(dice, field)),
            1 => parts.push(Ask::Not(Box::new(in_field(dice, field)))),
            2 => parts.push(part(dice, 0)),
            3 => parts.push(Ask::All(vec![in_field(dice, field), word(dice)])),
            4 if dice.roll(2) == 0 => {
                parts.push(Ask::Must(Box::new(Ask::Not(Box::new(in_field(dice, field))))));
            }
            _ => (),
        }
    }
    parts
}

fn part(dice: &mut Dice, depth: u64) -> Ask {
    let parts = |dice: &mut Dice| (0..2 + dice.roll(2)).map(|_| part(dice, depth - 1)).collect();
    match dice.roll(if depth > 0 { 18 } else { 14 }) {
        0 => word(dice),
        1 => phrase(dice),
        2 => loose(dice),
        3 | 4 => near(dice),
        5 => prefix(dice),
        6 => fuzzy(dice),
        7 | 8 => date(dice),
        9..14 => {
            let fields = [
                Field::Body,
                Field::Title,
                Field::Person,
                Field::Org,
                Field::Source,
                Field::Byline,
                Field::Section,
                Field::Lang,
                Field::Path,
                Field::Quote,
                Field::Speaker,
                Field::About,
                Field::Kind,
            ];
            let field = one_of(dice, &fields);
            in_field(dice, field)
        }
        14 => Ask::Any(parts(dice)),
        15 => Ask::All(parts(dice)),
        16 => Ask::And(parts(dice)),
        _ => Ask::Not(Box::new(part(dice, depth - 1))),
    }
}

fn plain(dice: &mut Dice) -> String {
    let word = if dice.roll(3) == 0 { one_of(dice, &INFLECTED) } else { one_of(dice, &SINGLES) };
    match dice.roll(5) {
        0 => word.to_uppercase(),
        1 => words::words(word).concat(),
        2 => word.replace('é', "e\u{301}"),
        _ => word.to_owned(),
    }
}

/// A bare word, perhaps one that must be there.
fn word(dice: &mut Dice) -> Ask {
    let word = match dice.roll(9) {
        0 => "Co-Star".to_owned(),
        1 => format!("{}’s", plain(dice)),
        2 => "quist".to_owned(),
        // Nothing holds it.
        3 if dice.roll(2) == 0 => one_of(dice, &["zeppelin", "piano-harbour", "quince"]).to_owned(),
        _ => plain(dice),
    };
    if dice.roll(6) == 0 { Ask::Must(Box::new(Ask::Word(word))) } else { Ask::Word(word) }
}

fn word_or_stop_word(dice: &mut Dice) -> Ask {
    match dice.roll(3) {
        0 => Ask::Word(one_of(dice, &STOP_WORDS).to_string()),
        _ => word(dice),
    }
}

fn phrase(dice: &mut Dice) -> Ask {
    let words: Vec<String> = (0..2 + dice.roll(8) / 7).map(|_| plain(dice)).collect();
    match dice.roll(4) {
        0 => Ask::Phrase(format!("{} {}", one_of(dice, &STOP_WORDS), words[0]), 0),
        1 => Ask::Phrase(one_of(dice, &SPEAKERS).to_owned(), 0),
        _ => Ask::Phrase(words.join(" "), 0),
    }
}

fn loose(dice: &mut Dice) -> Ask {
    let words: Vec<String> = (0..2 + dice.roll(2)).map(|_| plain(dice)).collect();
    Ask::Phrase(words.join(" "), 1 + dice.roll(9) as u32)
}

/// Two sides, which may share a word.
fn near(dice: &mut Dice) -> Ask {
    let left = match dice.roll(4) {
        0 => Ask::Phrase(one_of(dice, &SPEAKERS).to_owned(), 0),
        1 => Ask::Field(Field::Person, Box::new(Ask::Phrase(one_of(dice, &SPEAKERS).to_owned(), 0))),
        2 => Ask::Phrase("kestrel pictures".to_owned(), 0),
        _ => Ask::Word(one_of(dice, &SINGLES[..LETTERS]).to_owned()),
    };
    let right = match dice.roll(4) {
        3 => match &left {
            Ask::Phrase(words, _) => Ask::Word(words.split(' ').next_back().unwrap_or(words).to_lowercase()),
            other => other.clone(),
        },
        0 => Ask::Word(one_of(dice, &INFLECTED).to_owned()),
        1 => Ask::Word("said".to_owned()),
        _ => Ask::Phrase("co-star".to_owned(), 0),
    };
    let within = 1 + dice.roll(8) as u32;
    let (left, right) = (Box::new(left), Box::new(right));
    if dice.roll(2) == 0 { Ask::Near(left, right, within) } else { Ask::Near(right, left, within) }
}

fn prefix(dice: &mut Dice) -> Ask {
    let word = words::words(one_of(dice, &SINGLES[..LETTERS])).concat();
    Ask::Prefix(word[..2 + dice.roll(3) as usize].to_owned())
}

fn fuzzy(dice: &mut Dice) -> Ask {
    Ask::Fuzzy(one_of(dice, &SINGLES[..LETTERS]).to_owned(), 1 + dice.roll(4) as usize / 3)
}

/// A year, a month or a day.
fn some_day(dice: &mut Dice) -> String {
    let (year, month, day) = (2020 + dice.roll(3), 1 + dice.roll(12), 1 + dice.roll(28));
    match dice.roll(4) {
        0 => format!("{year}"),
        1 => format!("{year}-{month:02}"),
        2 => "2021-02-28".to_owned(),
        _ => format!("{year}-{month:02}-{day:02}"),
    }
}

fn date(dice: &mut Dice) -> Ask {
    if dice.roll(9) == 0 {
        return Ask::Date((None, None), "none".to_owned());
    }
    let (one, other) = (some_day(dice), some_day(dice));
    let (first, last) = days::span(&one);
    let (span, written) = match dice.roll(8) {
        0 => ((None, Some(last)), format!("..{one}")),
        1 => ((Some(first), None), format!("{one}..")),
        2 => ((Some(last + 1), None), format!(">{one}")),
        3 => ((Some(first), None), format!(">={one}")),
        4 => ((None, Some(first - 1)), format!("<{one}")),
        5 => ((None, Some(last)), format!("<={one}")),
        6 if first <= days::span(&other).1 => {
            ((Some(first), Some(days::span(&other).1)), format!("{one}..{other}"))
        }
        _ => ((Some(first), Some(last)), one),
    };
    Ask::Date(span, written)
}

/// A value of a field, or some of its words.
fn in_field(dice: &mut Dice, field: Field) -> Ask {
    let (names, kinds): ([&str; 4], [&str; 3]) = (SPEAKERS, ["direct", "mixed", "indirect"]);
    let values: &[&str] = match field {
        Field::Person | Field::Speaker => &names,
        Field::About => &["Orla Quist", "Kestrel Pictures", "Tamsin Vale"],
        Field::Org => &["Kestrel Pictures"],
        Field::Source => &SOURCES,
        Field::Byline => &BYLINES,
        Field::Section => &SECTIONS,
        Field::Path => &["desk0", "desk1 part", "part-3", "part-4.jsonl", "news"],
        Field::Lang => &[LANGS[0], LANGS[1], LANGS[2], "de"],
        Field::Kind => &kinds,
        Field::Body | Field::Title | Field::Quote => {
            let two = |dice: &mut Dice| vec![Ask::Word(plain(dice)), Ask::Word(plain(dice))];
            let inner = match dice.roll(8) {
                0 => phrase(dice),
                1 => loose(dice),
                2 => prefix(dice),
                3 => fuzzy(dice),
                4 => Ask::Any(two(dice)),
                5 => Ask::All(vec![Ask::Word(plain(dice)), Ask::Not(Box::new(Ask::Word(plain(dice))))]),
                _ => Ask::Word(plain(dice)),
            };
            return Ask::Field(field, Box::new(inner));
        }
    };
    let value = one_of(dice, values);
    let last = value.split(' ').next_back().unwrap_or(value);
    let inner = match dice.roll(3) {
        _ if field.is_whole() => Ask::Word(value.to_owned()),
        0 => Ask::Word(last.to_uppercase()),
        1 if field == Field::Speaker => Ask::Prefix(last[..3].to_owned()),
        _ => Ask::Phrase(value.to_owned(), 0),
    };
    Ask::Field(field, Box::new(inner))
}
