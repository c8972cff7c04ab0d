//! Paragraphs and sentences.
//!
//! A line feed ends a paragraph; quotation marks and pronouns are read within and across paragraphs by the later
//! stages, so the boundaries of the source must have survived until here. Sentences end at a full stop, question or
//! exclamation mark with whatever closing marks follow it, unless an abbreviation or an initial stands before it
//! or the next word goes on in lower case.

use std::{collections::HashSet, sync::LazyLock};

use crate::{
    annotation::Annotations,
    article::{Article, Span},
};

static ABBREVIATIONS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    include_str!("../../data/lexicon/abbreviations.txt")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .collect()
});

/// Finds the paragraphs and sentences of the article.
pub fn run(article: &Article, found: &mut Annotations) {
    found.paragraphs = paragraphs(&article.text);
    found.sentences =
        found.paragraphs.iter().flat_map(|&paragraph| sentences(&article.text, paragraph)).collect();
}

/// The paragraphs of a text: its lines, without blanks at either end, the empty ones left out.
pub fn paragraphs(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim();
        if !body.is_empty() {
            let from = start + (line.len() - line.trim_start().len());
            found.push(Span::new(from, from + body.len()));
        }
        start += line.len();
    }
    found
}

/// The sentences of one paragraph; together with the blanks between them they are the paragraph.
pub fn sentences(text: &str, paragraph: Span) -> Vec<Span> {
    let body = paragraph.of(text);
    let base = paragraph.start as usize;
    let mut found = Vec::new();
    let (mut start, mut from) = (0, 0);
    while let Some((at, c)) = next_stop(body, from) {
        let behind = body[at..].find(|mark: char| !(is_stop(mark) || is_closing(mark)));
        let end = behind.map_or(body.len(), |length| at + length);
        from = end;
        if ends_here(&body[start..], at - start, end - start, c) {
            found.push(Span::new(base + start, base + end));
            start = end + (body[end..].len() - body[end..].trim_start().len());
            from = start;
        }
    }
    if start < body.len() {
        found.push(Span::new(base + start, base + body.len()));
    }
    found
}

fn is_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…')
}

/// The first mark from a byte on at which a sentence may end.
fn next_stop(text: &str, mut from: usize) -> Option<(usize, char)> {
    loop {
        let may_be = |&byte: &u8| matches!(byte, b'.' | b'!' | b'?' | 0xe2);
        let at = from + text.as_bytes()[from..].iter().position(may_be)?;
        match text[at..].chars().next()? {
            c if is_stop(c) => return Some((at, c)),
            _ => from = at + 1,
        }
    }
}

fn is_closing(c: char) -> bool {
    matches!(c, '"' | '\'' | '”' | '’' | '»' | '›' | '“' | '‘' | ')' | ']')
}

/// Whether the sentence that begins `rest` ends with the mark at `stop`, its closing marks reaching to `end`.
fn ends_here(rest: &str, stop: usize, end: usize, mark: char) -> bool {
    let after = &rest[end..];
    let next = after.trim_start();
    if next.is_empty() {
        return true;
    }
    if next.len() == after.len() {
        return false;
    }
    let first = next.chars().find(|c| c.is_alphanumeric());
    if first.is_some_and(char::is_lowercase) {
        return false;
    }
    if end > stop + 1 {
        return true;
    }
    let word =
        rest[..stop].rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '"' | '“')).next().unwrap_or("");
    if mark != '.' {
        return !(mark == '!' && MARKED.contains(word));
    }
    let is_initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase) && word != "I";
    let is_dotted = word.contains('.') && word.split('.').all(|part| part.chars().count() == 1);
    // `met Louis C.K. He left`: after `U.S.` the sentence goes on with most words, not with these.
    let begins =
        next.split(|c: char| !c.is_alphabetic()).next().is_some_and(|first| BEGINNINGS.contains(&first));
    if is_dotted && word.len() > 1 && begins {
        return true;
    }
    !(is_initial || is_dotted || ABBREVIATIONS.contains(word.to_lowercase().as_str()))
}

/// Words that begin sentences, and names of which an abbreviation stands in front never.
const BEGINNINGS: [&str; 12] =
    ["He", "She", "They", "It", "We", "But", "And", "His", "Her", "Their", "This", "However"];

/// Words with an exclamation mark in the name of an outlet: `E! News`.
static MARKED: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let names = include_str!("../../data/lexicon/outlets.txt").lines().filter(|line| !line.starts_with('#'));
    names.flat_map(str::split_whitespace).filter_map(|word| word.strip_suffix('!')).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> =
            paragraphs(text).into_iter().flat_map(|p| sentences(text, p)).map(|s| s.of(text)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn ends_at_stops_with_their_closing_marks() {
        check(
            "“Go away.” She left! Why?\n\nNobody knew.",
            &["“Go away.”", "She left!", "Why?", "Nobody knew."],
        );
    }

    #[test]
    fn does_not_end_at_abbreviations_initials_or_lower_case() {
        check("Mr. Voss met J. Banks in the U.S. Senate.", &["Mr. Voss met J. Banks in the U.S. Senate."]);
        check(
            "“Really?” she asked. It was 3.5 p.m. in L.A. when he left.",
            &["“Really?” she asked.", "It was 3.5 p.m. in L.A. when he left."],
        );
        check(
            "She met Louis C.K. He left the U.S. Senate.",
            &["She met Louis C.K.", "He left the U.S. Senate."],
        );
        check("She told E! News so. Wow! News!", &["She told E! News so.", "Wow!", "News!"]);
    }

    #[test]
    fn lines_are_paragraphs() {
        assert_eq!(paragraphs("\n one \r\n\n two\n"), [Span::new(2, 5), Span::new(10, 13)]);
    }
}
