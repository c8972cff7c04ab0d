//! Numbers in digits and in words.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::spelling::rows;

/// What a folded word is in a number.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    /// 0 to 19.
    Unit(f64),
    /// 20 to 90.
    Ten(f64),
    Hundred,
    /// Multiplies what stands before it.
    Scale(f64),
    /// Digits.
    Digits(f64),
    /// The word between a hundred and what follows.
    And,
}

struct Numbers {
    parts: FxHashMap<&'static str, Part>,
    ordinals: FxHashMap<&'static str, &'static str>,
}

static NUMBERS: LazyLock<Numbers> = LazyLock::new(|| {
    let (mut parts, mut ordinals) = (FxHashMap::default(), FxHashMap::default());
    for columns in rows(include_str!("../../data/lexicon/numbers.tsv")) {
        let [class, word, value] = columns[..] else { continue };
        let number = value.parse().unwrap_or_default();
        match class {
            "unit" => parts.insert(word, Part::Unit(number)),
            "ten" => parts.insert(word, Part::Ten(number)),
            "hundred" => parts.insert(word, Part::Hundred),
            "scale" => parts.insert(word, Part::Scale(number)),
            _ => {
                ordinals.insert(word, value);
                None
            }
        };
    }
    Numbers { parts, ordinals }
});

/// The digits of an ordinal in words.
pub(super) fn ordinal(word: &str) -> Option<&'static str> {
    NUMBERS.ordinals.get(word).copied()
}

fn part(word: &str) -> Option<Part> {
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        let plain = word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        return word.parse().ok().filter(|_| plain).map(Part::Digits);
    }
    match word {
        "and" => Some(Part::And),
        _ => NUMBERS.parts.get(word).copied(),
    }
}

/// The number that some words begin with: how many of them it has, and its value in digits.
pub(super) fn number<'a>(mut words: impl Iterator<Item = &'a str>) -> Option<(usize, String)> {
    let first = part(words.next()?)?;
    let mut current = match first {
        Part::Unit(value) | Part::Ten(value) | Part::Digits(value) => value,
        Part::Hundred => 100.0,
        Part::Scale(_) | Part::And => return None,
    };
    let (mut total, mut scale) = (0.0, f64::INFINITY);
    // Words that belong to the number for sure, and of those behind them the last "and".
    let (mut taken, mut read) = (1, 1);
    let mut last = first;
    for word in words {
        let Some(part) = part(word) else { break };
        let round = current % 100.0 == 0.0 && (current > 0.0 || total > 0.0);
        match part {
            Part::Unit(value) if matches!(last, Part::Ten(_)) && (1.0..=9.0).contains(&value) => {
                current += value
            }
            Part::Unit(value) | Part::Ten(value) if round && !matches!(last, Part::Digits(_)) => {
                current += value
            }
            Part::Hundred if current > 0.0 && current < 100.0 && !matches!(last, Part::And) => {
                current *= 100.0
            }
            Part::Scale(value) if current > 0.0 && value < scale && !matches!(last, Part::And) => {
                total += current * value;
                (current, scale) = (0.0, value);
            }
            Part::And if matches!(last, Part::Hundred | Part::Scale(_)) => {
                (last, read) = (part, read + 1);
                continue;
            }
            _ => break,
        }
        read += 1;
        (taken, last) = (read, part);
    }
    Some((taken, format!("{}", total + current)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(usize, String)> {
        number(text.split_whitespace())
    }

    #[test]
    fn numbers_in_words_are_those_in_digits() {
        for (words, taken, value) in [
            ("seven nights", 1, "7"),
            ("twenty five", 2, "25"),
            ("two hundred and fifty stages", 4, "250"),
            ("two hundred and counting", 2, "200"),
            ("3 million", 2, "3000000"),
            ("1.5 million", 2, "1500000"),
            ("one thousand two hundred six", 5, "1206"),
            ("one two three", 1, "1"),
            ("5 6", 1, "5"),
            ("twenty twenty", 1, "20"),
            ("hundred", 1, "100"),
        ] {
            assert_eq!(read(words), Some((taken, value.to_owned())), "{words}");
        }
        for words in ["million", "and five", "5th", "band", ""] {
            assert_eq!(read(words), None, "{words}");
        }
    }
}
