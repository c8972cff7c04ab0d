//! Whether a date stands for itself, as one that says when something was published does, or in running text.

use std::{ops::Range, sync::LazyLock};

use rustc_hash::FxHashSet;

/// Words before the date of publication, lower case.
pub const LABELS: [&str; 25] = [
    "publish",
    "posted",
    "date:",
    "veröffentlicht",
    "erstellt",
    "erschienen",
    "datum",
    "publié",
    "mis en ligne",
    "mise en ligne",
    "publicado",
    "fecha",
    "pubblicato",
    "data:",
    "publicat",
    "gepubliceerd",
    "geplaatst",
    "publicerad",
    "publisert",
    "udgivet",
    "opublikowano",
    "vydáno",
    "опубликовано",
    "yayın",
    "發布",
];

/// Words of the longest name beside a date.
const NAME: usize = 8;

/// Words behind a date that may tell of something else: the name of a section, a count.
const BESIDE: usize = 2;

/// Words that stand before a date or behind it and say no more: days of the week, prepositions, times of day.
static AROUND: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    let rows = include_str!("../../../data/lexicon/around-dates.txt").lines();
    rows.filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace).collect()
});

/// Whether the date that stands there in a line is all that the line says but for a name, a label, a time of day: `By Ada
/// Quill | Friday, 3 October 2014, 10:15`, and not `Born on 3 October 1985`.
pub fn is_stamp(line: &str, at: Range<usize>) -> bool {
    says_no_more(&line[..at.start]) && is_beside(&line[at.end..])
}

/// Whether what stands before a date is set apart from it, or belongs to it.
fn says_no_more(before: &str) -> bool {
    let mut rest = before.trim_end();
    // What belongs to the date: `Friday,`, `on`, `10:15 |`.
    loop {
        let word = rest.split_whitespace().next_back().unwrap_or_default();
        let plain = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let is_around = AROUND.contains(&*plain) || is_time(&plain);
        // `on:` is a label.
        if word.is_empty() || !is_around || word.ends_with(':') {
            break;
        }
        rest = rest[..rest.len() - word.len()].trim_end();
    }
    let lower = rest.to_lowercase();
    let last = lower.split_whitespace().next_back().unwrap_or_default();
    let is_labelled = LABELS.iter().any(|label| last.starts_with(label));
    let names_writer =
        ["by ", "von ", "par ", "por ", "di ", "door ", "av ", "af "].iter().any(|by| lower.starts_with(by));
    let is_apart = rest.ends_with(|c: char| ",;:|/(–—-•·●>»‹，：（、".contains(c));
    let is_name = rest.split_whitespace().count() <= NAME;
    rest.is_empty() || is_labelled || (is_name && (is_apart || names_writer))
}

/// Whether what stands behind a date is none of a sentence that it belongs to.
fn is_beside(after: &str) -> bool {
    let plain = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let is_other = |word: &&str| {
        let plain = plain(word);
        word.starts_with(char::is_lowercase) && !AROUND.contains(&*plain) && !is_time(&plain)
    };
    let begins_apart = after.trim_start().chars().next().is_none_or(|c| !c.is_lowercase());
    let first = after.split_whitespace().next().map(plain).unwrap_or_default();
    (begins_apart || AROUND.contains(&*first) || is_time(&first))
        && after.split_whitespace().filter(is_other).count() <= BESIDE
}

/// `10:15`, `10h15`, `10pm`.
fn is_time(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
        && word.chars().filter(|c| c.is_alphabetic()).count() <= 3
        && word.chars().all(|c| c.is_alphanumeric() || ":.".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::dates::{Order, find};

    fn stands(line: &str) -> bool {
        let (_, at) = find(line, Order::DayFirst).expect("a date");
        is_stamp(line, at)
    }

    #[test]
    fn dates_that_stand_for_themselves() {
        for line in [
            "August 19, 2014",
            "Published: August 19, 2014",
            "By Ada Quill | Friday, 3 October 2014, 10:15",
            "Leeds, 3 October 2014",
            "Veröffentlicht am: Freitag, den 3. Oktober 2014 um 10:15 Uhr",
            "3 October 2014 at 10.15am",
            "10:15, 3 October 2014 • 3 min read",
            "Le 3 octobre 2014 à 10h15",
            "(3 October 2014)",
            "2014-10-03 10:15",
            "Posted on 3 October 2014 by Ada Quill",
            "By Ada Quill on 3 October 2014",
            "披露日期：2014年10月3日",
        ] {
            assert!(stands(line), "{line}");
        }
    }

    #[test]
    fn dates_in_running_text() {
        for line in [
            "Voss was born in Hull on 19 August 1985.",
            "The tour starts on 14 June 2027.",
            "Born 19 August 1985",
            "On Friday, 14 June 2027, the tour will start",
            "14 June 2027 is when the tour starts",
            "See the tour from 14 June 2027",
        ] {
            assert!(!stands(line), "{line}");
        }
    }
}
