//! What all deliveries print: blocks of lines, labels, languages, subjects.

use std::sync::LazyLock;

use super::super::{Error, Place, Record, filled};
use crate::article::Article;

/// What is printed above and below stories, by whom, what it says, and how.
pub static LABELS: LazyLock<Vec<(&str, &str, Vec<&str>)>> = LazyLock::new(|| {
    let rows =
        include_str!("../../../data/kinds/deliveries.tsv").lines().filter(|line| !line.starts_with('#'));
    let row = |line: &'static str| {
        let mut columns = line.split('\t');
        Some((columns.next()?, columns.next()?, columns.next()?.split('|').collect()))
    };
    rows.filter_map(row).collect()
});

/// Numbers the stories, and leaves out those without words.
pub fn numbered(stories: Vec<Article>, at: &Place<'_>, first: u32) -> Vec<Record> {
    let numbers = first..;
    let record = |(number, story): (u32, Article)| {
        if story.text.trim().is_empty() {
            let title = story.title.as_deref().unwrap_or("without a title");
            let message = format!("the database delivered no words of story {number} ({title})");
            return Err(Error::record(number, "empty", message));
        }
        Ok(Article { origin: at.origin(number), ..story })
    };
    numbers.zip(stories).map(record).collect()
}

/// The paragraphs of a text, each with its lines.
pub fn blocks(text: &str) -> Vec<Vec<&str>> {
    let mut blocks = vec![Vec::new()];
    for line in text.lines() {
        match (line.trim().is_empty(), blocks.last_mut()) {
            (false, Some(block)) => block.push(line),
            (true, Some(block)) if !block.is_empty() => blocks.push(Vec::new()),
            _ => (),
        }
    }
    blocks.retain(|block| !block.is_empty());
    blocks
}

/// Lines as one.
pub fn joined(lines: &[&str]) -> String {
    lines.iter().flat_map(|line| line.split_whitespace()).collect::<Vec<_>>().join(" ")
}

/// What a paragraph that begins with a label says, and the rest of its first line: `SECTION: Film`. Whose labels count
/// is `whose`; of LexisNexis they stand in whatever case.
pub fn labelled<'a>(whose: &str, block: &[&'a str]) -> Option<(&'static str, &'a str)> {
    let (label, rest) = block.first()?.trim().split_once(':')?;
    let label = label.trim_end();
    if label.len() > 40 {
        return None;
    }
    let is_same = |known: &&&str| match whose {
        "lexis" => {
            **known == label
                || label.chars().count() == known.chars().count()
                    && known.to_lowercase() == label.to_lowercase()
        }
        _ => **known == label,
    };
    let rows = LABELS.iter().filter(|row| row.0 == whose);
    let found = rows.clone().find(|row| row.2.iter().any(|known| is_same(&known)))?;
    Some((found.1, rest.trim()))
}

/// The code of a language by its name.
pub fn lang(name: &str) -> Option<String> {
    let name = name.split([';', ',', '(']).next()?.trim().to_lowercase();
    let found = LABELS.iter().find(|row| row.0 == "lang" && row.2.contains(&&*name))?;
    Some(found.1.to_owned())
}

/// Subjects with semicolons or bars between them, without how sure the database is of them.
pub fn subjects(written: &str) -> Vec<String> {
    let subject = |subject: &str| {
        let subject = subject.split_once(" : ").map_or(subject, |(_, name)| name);
        filled(subject.split(" (").next().unwrap_or(subject))
    };
    let mut found: Vec<String> = Vec::new();
    for subject in written.split([';', '|']).filter_map(subject) {
        if !found.contains(&subject) {
            found.push(subject);
        }
    }
    found
}
