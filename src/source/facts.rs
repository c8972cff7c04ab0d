//! Facts of a story as they were meant, whatever format they came in: its language as a tag of BCP 47, its outlet without
//! the section, names without characters that nobody sees.

use std::{borrow::Cow, sync::LazyLock};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{charset, filled};
use crate::article::{Article, Remark};

/// Letters of the shortest text that tells its language, and of the shortest that may contradict its publisher.
const LETTERS: usize = 100;
const LETTERS_AGAINST: usize = 300;

/// Characters of a text that are looked at.
const JUDGED: usize = 2000;

/// Languages that a statistic of letters does not tell apart.
const ALIKE: [&[&str]; 5] =
    [&["no", "nb", "nn", "da"], &["hr", "sr", "bs"], &["id", "ms", "jv"], &["fil", "tl"], &["gl", "pt"]];

/// A language's code by other codes and by names, folded.
static CODES: LazyLock<FxHashMap<String, &'static str>> = LazyLock::new(|| {
    let rows = include_str!("../../data/kinds/languages.tsv").lines().filter(|line| !line.starts_with('#'));
    let named = rows.filter_map(|row| {
        let (code, rest) = row.split_once('\t')?;
        let (codes, names) = rest.split_once('\t')?;
        let all = codes.split(' ').chain(names.split('|')).filter(|name| !name.is_empty());
        Some(all.map(move |name| (name.to_lowercase(), code)).chain([(code.to_owned(), code)]))
    });
    named.flatten().collect()
});

static SECTIONS: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    include_str!("../../data/kinds/sections.txt").lines().filter(|line| !line.starts_with('#')).collect()
});

/// The article with its facts as they were meant.
pub fn settled(mut article: Article) -> Article {
    for fact in [&mut article.title, &mut article.source, &mut article.byline, &mut article.section] {
        if let Some(Cow::Owned(clean)) = fact.as_deref().map(|text| charset::cleaned(Cow::Borrowed(text))) {
            *fact = filled(&clean);
        }
    }
    if let Some((outlet, section)) = article.source.as_deref().and_then(parted) {
        article.section = article.section.or(section);
        article.source = Some(outlet);
    }
    language(&mut article);
    article
}

/// An outlet that is named with its section, apart: `The Reel - Music`, `Music | The Reel`. A section that says nothing
/// (`Latest News`) is none.
fn parted(source: &str) -> Option<(String, Option<String>)> {
    const SEPARATORS: [&str; 8] = [" | ", " - ", " – ", " — ", " » ", " › ", " :: ", ": "];
    let (first, second) = SEPARATORS.iter().find_map(|separator| source.split_once(separator))?;
    let words = |part: &str| {
        part.split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect::<Vec<_>>()
    };
    let is_section = |part: &str| {
        let words = words(part);
        !words.is_empty()
            && words.iter().all(|word| SECTIONS.contains(&**word) || word == "and" || word == "und")
    };
    let (outlet, section) = match (is_section(first), is_section(second)) {
        (false, true) => (first, second),
        (true, false) => (second, first),
        _ => return None,
    };
    const EMPTY: [&str; 17] = [
        "rss",
        "feed",
        "home",
        "homepage",
        "latest",
        "top",
        "news",
        "stories",
        "most",
        "read",
        "popular",
        "headlines",
        "breaking",
        "article",
        "articles",
        "update",
        "updates",
    ];
    let says = words(section).iter().any(|word| !EMPTY.contains(&&**word));
    Some((filled(outlet)?, filled(section).filter(|_| says)))
}

/// Writes the language as BCP 47 does; tells it where nothing says it, and where what is said cannot be true.
fn language(article: &mut Article) {
    let said = article.lang.take().and_then(|said| tag(&said));
    let told = told(&article.text);
    let own = said.as_deref().map(primary);
    article.lang = match (&said, told) {
        (None, Some((told, _))) => Some(told.to_owned()),
        (Some(_), Some((told, letters)))
            if letters >= LETTERS_AGAINST && !is_alike(own.unwrap_or_default(), told) =>
        {
            let said = said.unwrap_or_default();
            article.remarks.push(Remark::new(
                "language",
                format!("its publisher says {said}, but it is written in {told}"),
            ));
            Some(told.to_owned())
        }
        _ => said,
    };
}

fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or_default()
}

fn is_alike(a: &str, b: &str) -> bool {
    a == b || ALIKE.iter().any(|group| group.contains(&a) && group.contains(&b))
}

/// The language of a text, where it is sure, and how many letters say so.
fn told(text: &str) -> Option<(&'static str, usize)> {
    let end = text.char_indices().nth(JUDGED).map_or(text.len(), |(at, _)| at);
    let text = &text[..end];
    let beyond = text.chars().filter(|c| !c.is_ascii() && c.is_alphabetic()).count();
    let letters = beyond + text.bytes().filter(u8::is_ascii_alphabetic).count();
    // A script without blanks says in a letter what others say in several.
    let weight = if beyond * 2 > letters { 4 } else { 1 };
    if letters * weight < LETTERS {
        return None;
    }
    if is_english(text) {
        return Some(("en", letters));
    }
    let found = whatlang::detect(text).filter(whatlang::Info::is_reliable)?;
    Some((CODES.get(found.lang().code())?, letters * weight))
}

/// Of how many words one at least must be a small English word for a text to be English and nothing else.
const ENGLISH_SHARE: usize = 8;

/// Fewer words prove nothing.
const ENGLISH_LEAST: usize = 60;

/// Whether a word is English and small, and a word of no other language that is written with the same letters, or of none
/// as often.
fn is_small_english(word: &str) -> bool {
    matches!(
        word,
        "the"
            | "and"
            | "of"
            | "to"
            | "that"
            | "with"
            | "from"
            | "this"
            | "which"
            | "they"
            | "she"
            | "his"
            | "her"
            | "who"
            | "would"
            | "have"
            | "been"
            | "were"
            | "after"
            | "about"
            | "their"
            | "said"
            | "when"
            | "by"
    )
}

/// Whether a text is English beyond doubt: most are, and a statistic of all its letters costs more than all else that is
/// read of it.
fn is_english(text: &str) -> bool {
    let (mut words, mut small, mut the) = (0, 0, 0);
    for word in text.split_ascii_whitespace() {
        words += 1;
        small += usize::from(is_small_english(word));
        the += usize::from(word == "the");
    }
    words >= ENGLISH_LEAST && small * ENGLISH_SHARE >= words && the * ENGLISH_SHARE * 6 >= words
}

/// A language as BCP 47 writes it: `en_us` is `en-US`, `Deutsch` is `de`; nothing for what is none.
pub fn tag(written: &str) -> Option<String> {
    let written = written.split([',', ';']).next()?.trim().replace('_', "-");
    if let Some(code) = CODES.get(&written.to_lowercase()) {
        return Some((*code).to_owned());
    }
    let mut parts = written.split('-');
    let first = parts.next()?.to_ascii_lowercase();
    let is_letters = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphabetic());
    if !is_letters(&first) || !(first.len() == 2 || CODES.contains_key(&first)) {
        return None;
    }
    let mut tag = CODES.get(&first).map_or(first, |code| (*code).to_owned());
    for part in parts {
        if part.is_empty() || part.len() > 8 || !part.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            break;
        }
        tag.push('-');
        match (part.len(), is_letters(part)) {
            (2, true) => tag.push_str(&part.to_ascii_uppercase()),
            (4, true) => tag.extend(
                part.chars()
                    .enumerate()
                    .map(|(at, c)| if at == 0 { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }),
            ),
            _ => tag.push_str(&part.to_ascii_lowercase()),
        }
    }
    Some(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &str = "Mara Voss left the tour on Friday after a row with her manager, and she told the crowd in the hall that she would not come back. “I am done with buses,” she said, and walked out into the rain with a small bag and a big coat. Nobody of the band had known what she would say, though some of them had thought for weeks that something like this would happen before long. The promoter said that tickets would be paid back in full to all who had bought one for the nights that are left.";
    const GERMAN: &str = "Mara Voss hat am Freitag nach einem Streit mit ihrem Manager die Tour verlassen und dem Publikum in der Halle gesagt, dass sie nicht mehr zurückkommen werde. „Ich habe genug von Bussen“, sagte sie und ging mit einer kleinen Tasche hinaus in den Regen. Niemand aus der Band hatte gewusst, was sie sagen würde, obwohl einige von ihnen seit Wochen gedacht hatten, dass so etwas bald geschehen werde. Der Veranstalter sagte, dass alle Karten für die übrigen Abende zurückgezahlt würden.";

    fn lang(said: Option<&str>, text: &str) -> (Option<String>, usize) {
        let lang = said.map(str::to_owned);
        let article = settled(Article { lang, text: text.to_owned(), ..Default::default() });
        (article.lang, article.remarks.len())
    }

    #[test]
    fn languages_are_tags() {
        for (written, expected) in [
            ("en_us", Some("en-US")),
            ("EN", Some("en")),
            ("deu", Some("de")),
            ("Deutsch", Some("de")),
            ("zh-hant-tw", Some("zh-Hant-TW")),
            ("es-419", Some("es-419")),
            ("fr, en", Some("fr")),
            ("utf-8", None),
            ("x-default", None),
            ("und", None),
            ("", None),
        ] {
            assert_eq!(tag(written).as_deref(), expected, "{written}");
        }
    }

    #[test]
    fn a_language_is_told_where_it_is_sure_and_overruled_where_it_cannot_be() {
        assert_eq!(lang(None, ENGLISH), (Some("en".to_owned()), 0));
        assert_eq!(lang(Some("en-GB"), ENGLISH), (Some("en-GB".to_owned()), 0));
        assert_eq!(lang(Some("en"), GERMAN), (Some("de".to_owned()), 1));
        assert_eq!(lang(Some("fr"), "Voss left."), (Some("fr".to_owned()), 0), "too short to tell");
        assert_eq!(lang(None, "Voss left."), (None, 0));
    }

    #[test]
    fn what_is_english_beyond_doubt_is_what_its_letters_say_too() {
        let letters =
            |text| whatlang::detect(text).filter(whatlang::Info::is_reliable).map(|it| it.lang().code());
        assert!(is_english(ENGLISH) && letters(ENGLISH) == Some("eng"));
        // Much English in another language, too little of it, and none.
        let mixed = format!("{GERMAN} {GERMAN} {}", &ENGLISH[..200]);
        for text in [GERMAN, &mixed, &ENGLISH[..200], &"Mara Voss of The Hall ".repeat(40)] {
            assert!(!is_english(text), "{text}");
        }
    }

    #[test]
    fn outlets_are_told_from_sections() {
        let apart = |source: &str| {
            let source = Some(source.to_owned());
            let article = settled(Article { source, ..Default::default() });
            (article.source.unwrap_or_default(), article.section.unwrap_or_default())
        };
        for (written, outlet, section) in [
            ("The Reel - Entertainment & Arts", "The Reel", "Entertainment & Arts"),
            ("Music | The Reel", "The Reel", "Music"),
            ("Sizzle: Most Read Articles", "Sizzle", ""),
            ("Sizzle - Voss and friends", "Sizzle - Voss and friends", ""),
            ("Entertainment News", "Entertainment News", ""),
        ] {
            assert_eq!(apart(written), (outlet.to_owned(), section.to_owned()), "{written}");
        }
    }
}
