//! ProQuest: a title, `Full text:`, and a list of facts that ends with the database's name.

use super::printed::{blocks, joined, labelled, lang, subjects};
use crate::{
    article::Article,
    source::{
        dates::{self, Order},
        filled,
    },
};

/// How lines begin that are printed with pictures.
const PICTURES: [&str; 4] = ["CAPTION:", "CREDIT:", "Illustration ", "Enlarge this image"];

/// The stories; nothing when the text is no delivery.
pub fn stories(text: &str) -> Option<Vec<Article>> {
    let has = |words: &str| memchr::memmem::find(text.as_bytes(), words.as_bytes()).is_some();
    if !has("ProQuest") {
        return None;
    }
    let blocks = blocks(text);
    let field = |block: &[&str]| labelled("proquest", block).map(|(field, _)| field);
    let of = |name: &str| blocks.iter().filter(|block| field(block) == Some(name)).count();
    if of("id") == 0 || of("body") + of("abstract") == 0 {
        return None;
    }
    // Facts about one story may stand in one paragraph, a line each.
    let mut stories = Vec::new();
    let mut part: Vec<Vec<&str>> = Vec::new();
    for block in blocks {
        for lines in by_label(&block) {
            let ends = field(&lines) == Some("end");
            part.push(lines);
            if ends {
                stories.extend(story(&std::mem::take(&mut part)));
            }
        }
    }
    stories.extend(story(&part));
    (!stories.is_empty()).then_some(stories)
}

/// The lines of a paragraph, parted where a fact begins; those of the body stay together.
fn by_label<'a>(block: &[&'a str]) -> Vec<Vec<&'a str>> {
    let mut parts: Vec<Vec<&str>> = Vec::new();
    let mut in_body = false;
    for &line in block {
        let field = labelled("proquest", &[line]).map(|(field, _)| field);
        match (field, parts.last_mut()) {
            (None, Some(part)) => part.push(line),
            (Some("title" | "subject" | "section" | "author"), Some(part)) if in_body => part.push(line),
            _ => parts.push(vec![line]),
        }
        in_body = field.map_or(in_body, |field| field == "body");
    }
    parts
}

fn story(part: &[Vec<&str>]) -> Option<Article> {
    let mut story = Article::default();
    let (mut body, mut short): (Vec<&str>, Option<String>) = (Vec::new(), None);
    let mut above: Option<String> = None;
    let (mut now, mut info) = ("", None);
    let mut date = None;
    for block in part {
        let Some((field, rest)) = labelled("proquest", block) else {
            match now {
                "body" => body.extend(block),
                "abstract" => short = short.or_else(|| filled(&joined(block))),
                // The title is the first paragraph behind what is printed above the stories.
                "" if is_frame(block) => above = None,
                "" if above.is_none() => above = filled(&joined(block)),
                _ => (),
            }
            continue;
        };
        now = field;
        let mut lines = vec![rest];
        lines.extend(&block[1..]);
        let value = filled(&joined(&lines));
        match field {
            "title" => story.title = value,
            "author" => story.byline = story.byline.take().or(value),
            "abstract" => short = value,
            "body" => {
                body.push(rest);
                body.extend(&block[1..]);
            }
            "source" => story.source = value.and_then(|value| filled(value.split(';').next()?)),
            "date" => date = value,
            "info" => info = value,
            "section" => story.section = value,
            "lang" => story.lang = lang(&value.unwrap_or_default()),
            "id" => story.record_id = value,
            "subject" => story.tags = subjects(&value.unwrap_or_default()),
            _ => (),
        }
    }
    story.title = story.title.take().or(above);
    let dated = |written: String| dates::published(&written, "proquest:date");
    let in_info = || dates::find(&info.clone()?, Order::Unknown).and_then(|(date, _)| dated(date));
    story.published = date.and_then(dated).or_else(in_info);
    let paragraphs = body.into_iter().map(str::trim).filter(|line| !line.is_empty());
    let words: Vec<&str> = paragraphs
        .filter(|line| !PICTURES.iter().any(|mark| line.starts_with(mark)) && !is_tag(line))
        .collect();
    story.text = words.join("\n\n");
    if story.text.is_empty() || story.text == "Not available." {
        story.text = short.filter(|short| !short.starts_with("None available")).unwrap_or_default();
    }
    (story.record_id.is_some() || !story.text.is_empty()).then_some(story)
}

/// What is left of a tag of HTML that the database broke.
fn is_tag(line: &str) -> bool {
    line.len() < 12 && line.ends_with('>') && !line.contains(' ')
}

/// What is printed between stories, and above the first.
fn is_frame(block: &[&str]) -> bool {
    let line = joined(block);
    let words: Vec<&str> = line.split_whitespace().collect();
    line.chars().all(|c| matches!(c, '_' | '-' | '=' | ' '))
        || matches!(*words, ["Document" | "Email", number, "of", _] if number.bytes().all(|byte| byte.is_ascii_digit()))
        || line.starts_with("http")
        || line.ends_with("sent you the following:")
        || line.contains("reproduced with the permission of the copyright owner")
        || line.contains("do not reply directly to this email")
        || line.contains("ProQuest document link")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_facts_are_told_apart() {
        let text = "____________________\n\nDocument 1 of 2\n\nQuist leaves\n\nhttps://proxy.example/docview/7\n\nAbstract: None available.\n\n\
                    Full text: She left.\nSubject: she never said.\nHe stayed.\nCAPTION: The star.\n\nSubject: Film; Television\n\n\
                    Title: Quist leaves\n\nPublication title: The Courier; Cork\n\nPublication date: Sep 20, 2014\n\n\
                    Language of publication: English\n\nProQuest document ID: 7\n\nDatabase: News\n\n____________________\n\n\
                    Document 2 of 2\n\nBrandl stays\n\nAbstract: He will stay.\n\nProQuest document ID: 8\n\nDatabase: News\n";
        let stories = stories(text).expect("a delivery");
        let [first, second] = &stories[..] else { panic!("two stories: {stories:?}") };
        assert_eq!(first.text, "She left.\n\nSubject: she never said.\n\nHe stayed.");
        assert_eq!(
            (first.title.as_deref(), first.source.as_deref()),
            (Some("Quist leaves"), Some("The Courier"))
        );
        assert_eq!(first.published.as_ref().map(|it| &*it.value), Some("2014-09-20"));
        assert_eq!((first.record_id.as_deref(), first.lang.as_deref()), (Some("7"), Some("en")));
        assert_eq!((second.title.as_deref(), &*second.text), (Some("Brandl stays"), "He will stay."));
    }
}
