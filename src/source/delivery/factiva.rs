//! Factiva: stories with a code of two letters before each fact, or without codes, each ending with its own number; and
//! its XML.

use std::io::BufRead;

use memchr::memmem;

use super::printed::{blocks, joined, lang, numbered, subjects};
use crate::{
    article::Article,
    config::SourceConfig,
    source::{
        Error, Format, Place, Record, charset,
        dates::{self, Order},
        filled,
        lines::unwrapped,
        whole,
        xml::{self, Element},
    },
};

/// What stands before a story's own number.
const DOCUMENT: [&str; 5] = ["Document", "Dokument", "Documento", "Документ", "文件"];

/// Words for words, below a title.
const WORDS: [&str; 9] =
    ["words", "word", "Wörter", "mots", "palabras", "parole", "palavras", "woorden", "слов"];

/// How the line of an author begins.
const BY: [&str; 6] = ["By ", "BY ", "Von ", "Par ", "Por ", "Door "];

/// The stories; nothing when the text is no delivery.
pub fn stories(text: &str) -> Option<Vec<Article>> {
    if !DOCUMENT.iter().any(|word| text.contains(word)) {
        return None;
    }
    let blocks = by_code(blocks(text));
    let ends: Vec<usize> =
        blocks.iter().enumerate().filter(|(_, block)| number(block).is_some()).map(|(at, _)| at).collect();
    let starts = [0].into_iter().chain(ends.iter().map(|end| end + 1));
    let parts = starts.zip(&ends).map(|(start, &end)| &blocks[start..=end]);
    let stories: Option<Vec<Article>> = parts.map(|part| coded(part).or_else(|| plain(part))).collect();
    stories.filter(|stories| !stories.is_empty())
}

/// The number of a story: `AN Document PNP0000020010926du4i003v3`.
fn number<'a>(block: &[&'a str]) -> Option<&'a str> {
    let words: Vec<&str> = block.iter().flat_map(|line| line.split_whitespace()).collect();
    let number = match *words {
        [word, number] | ["AN", word, number] if DOCUMENT.contains(&word) => number,
        _ => return None,
    };
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    (number.len() >= 18
        && digits >= 8
        && number.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
    .then_some(number)
}

/// The paragraphs of a text whose facts follow each other without a line between, each code padded to four columns: parted
/// where a code begins.
fn by_code(blocks: Vec<Vec<&str>>) -> Vec<Vec<&str>> {
    const LEAST: usize = 4;
    let is_coded = |line: &&str| {
        let is_padded = line.trim_end().len() < LEAST || line.get(LEAST - 1..LEAST) == Some(" ");
        is_padded && !line.starts_with(' ') && code(&[line]).is_some()
    };
    if !blocks.iter().any(|block| block.iter().filter(|line| is_coded(line)).count() >= LEAST) {
        return blocks;
    }
    let mut parts: Vec<Vec<&str>> = Vec::new();
    for block in blocks {
        for (number, line) in block.into_iter().enumerate() {
            match parts.last_mut().filter(|_| number > 0 && !is_coded(&line)) {
                Some(part) => part.push(line),
                None => parts.push(vec![line]),
            }
        }
    }
    parts
}

/// What a code before a paragraph says, and the rest of the paragraph.
fn code<'a>(block: &[&'a str]) -> Option<(&'static str, Vec<&'a str>)> {
    let first = block[0].trim();
    let (code, rest) = first.split_once(char::is_whitespace).unwrap_or((first, ""));
    let row = super::printed::LABELS.iter().find(|row| row.0 == "factiva" && row.2.contains(&code))?;
    let mut lines: Vec<&str> = Some(rest.trim()).into_iter().filter(|rest| !rest.is_empty()).collect();
    lines.extend(&block[1..]);
    Some((row.1, lines))
}

fn coded(part: &[Vec<&str>]) -> Option<Article> {
    let is_headline = |block: &&Vec<&str>| matches!(code(block), Some(("headline", _)));
    part.iter().find(is_headline)?;
    let mut story = Article { record_id: number(part.last()?).map(str::to_owned), ..Article::default() };
    let mut words: Vec<String> = Vec::new();
    let (mut now, mut date) = ("", None);
    for block in part {
        let is_body = matches!(now, "lead" | "body");
        // In the body a paragraph may begin with letters that are a code elsewhere.
        let found = code(block).filter(|(field, rest)| match *field {
            "lead" | "body" => rest.is_empty() || !is_body,
            "id" => number(block).is_some(),
            "subject" => joined(rest).contains(" : "),
            "other" if is_body => {
                rest.is_empty()
                    || joined(rest).contains(" : ")
                    || joined(rest).contains(" | ")
                    || rest.len() == 1 && rest[0].len() < 40
            }
            _ => !is_body,
        });
        let Some((field, rest)) = found else {
            match now {
                "lead" | "body" => words.push(block.join("\n")),
                "headline" => story.title = story.title.or_else(|| filled(&joined(block))),
                "source" => story.source = story.source.or_else(|| filled(&joined(block))),
                "date" => date = date.or_else(|| filled(&joined(block))),
                _ => (),
            }
            continue;
        };
        now = field;
        let value = filled(&joined(&rest));
        match field {
            "headline" => story.title = value,
            "byline" => story.byline = value,
            "section" => story.section = value,
            "date" => date = value,
            "source" => story.source = value,
            "lang" => story.lang = lang(&value.unwrap_or_default()),
            "lead" | "body" => words.extend((!rest.is_empty()).then(|| rest.join("\n"))),
            "subject" => story.tags = subjects(&value.unwrap_or_default()),
            _ => (),
        }
    }
    story.published = date.and_then(|date| dates::published(&date, "factiva:date"));
    story.text = unwrapped(&words.join("\n\n"));
    Some(story)
}

/// Without codes: title, perhaps author, number of words, date, outlet, its code, language, copyright, story.
fn plain(part: &[Vec<&str>]) -> Option<Article> {
    let lines: Vec<String> = part.iter().map(|block| joined(block)).collect();
    let is_count = |line: &String| {
        let words: Vec<&str> = line.split_whitespace().collect();
        matches!(*words, [count, word] if WORDS.contains(&word) && count.bytes().all(|byte| byte.is_ascii_digit() || byte == b',' || byte == b'.'))
    };
    // Facts may be a paragraph each, or lines of one.
    let lines: Vec<String> = match lines.iter().any(is_count) {
        true => lines,
        false => part.iter().flatten().map(|line| line.trim().to_owned()).collect(),
    };
    let count = lines.iter().position(is_count)?;
    let dated = (count + 1..lines.len()).find(|&at| dates::find(&lines[at], Order::Unknown).is_some())?;
    let rights = (dated + 1..lines.len()).find(|&at| {
        let line = lines[at].to_lowercase();
        line.starts_with("(c)") || line.starts_with('©') || line.starts_with("copyright")
    })?;
    let mut source = lines[dated + 1..rights].iter().filter(|line| !is_time(line));
    let words = &lines[rights + 1..lines.len() - 1];
    let above = |count: usize| count.checked_sub(1).map(|at| &*lines[at]);
    let byline = above(count).filter(|line| BY.iter().any(|by| line.starts_with(by)));
    Some(Article {
        record_id: number(part.last()?).map(str::to_owned),
        title: above(count - usize::from(byline.is_some())).and_then(filled),
        byline: byline.map(str::to_owned),
        published: dates::published(&lines[dated], "factiva:date"),
        source: source.next().cloned(),
        lang: lines[dated + 1..rights].iter().rev().find_map(|line| lang(line)),
        text: words.join("\n\n"),
        ..Article::default()
    })
}

fn is_time(line: &str) -> bool {
    line.len() <= 8 && line.contains(':') && line.starts_with(|c: char| c.is_ascii_digit())
}

/// Factiva's XML: any number of stories a file.
pub struct FactivaXml;

impl Format for FactivaXml {
    fn name(&self) -> &'static str {
        "factiva"
    }

    fn version(&self) -> u32 {
        1
    }

    fn extensions(&self) -> &'static [&'static str] {
        &[]
    }

    fn sniff(&self, head: &[u8]) -> bool {
        [&b"<PPSResponse"[..], b"<ppsArticleResponse", b"<ppsarticle"]
            .iter()
            .any(|tag| memmem::find(head, tag).is_some())
    }

    fn is_container(&self, _: &[u8]) -> bool {
        true
    }

    fn read(
        &self,
        input: &mut dyn BufRead,
        at: &Place<'_>,
        config: &SourceConfig,
        each: &mut dyn FnMut(Record),
    ) {
        let root = whole(input, config).and_then(|bytes| {
            xml::parse(charset::decode(&bytes, None).trim_start_matches('\u{feff}'))
                .map_err(|fault| fault.of("the file"))
        });
        match root {
            Err(error) => each(Err(error)),
            Ok(root) => {
                let stories: Vec<Article> = root.below("article").into_iter().map(story).collect();
                if stories.is_empty() {
                    each(Err(Error::file("empty", "the delivery holds no stories")));
                }
                numbered(stories, at, 0).into_iter().for_each(each);
            }
        }
    }
}

fn story(article: &Element) -> Article {
    let words = |path: &str| article.at(path).and_then(Element::words);
    let mut text = Vec::new();
    for part in ["leadParagraph", "tailParagraphs"] {
        let Some(part) = article.at(part) else { continue };
        let paragraphs: Vec<String> =
            part.below("paragraph").into_iter().filter_map(Element::words).collect();
        let is_bare = paragraphs.is_empty();
        text.extend(paragraphs);
        // Old stories have their lines as they were printed.
        text.extend(is_bare.then(|| unwrapped(&part.whole_text())).and_then(|text| filled(&text)));
    }
    let date = ["publicationDate/dateTime", "publicationDate/date", "publicationDate"]
        .iter()
        .find_map(|it| words(it));
    let names = |kind: &str| article.all(kind).filter_map(|it| it.at("name")?.words()).collect();
    Article {
        record_id: words("accessionNo"),
        title: words("headline"),
        published: date.and_then(|date| dates::published(&date, "factiva:publicationDate")),
        source: words("sourceName").or_else(|| words("publisherName")),
        byline: words("byline"),
        section: words("sectionName"),
        tags: names("newsSubject"),
        lang: words("baseLanguage").map(|lang| lang.to_lowercase()),
        text: text.join("\n\n"),
        ..Article::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told() {
        assert_eq!(number(&["AN", "Document LIMEL00020140819ea8j0001r"]), Some("LIMEL00020140819ea8j0001r"));
        assert!(number(&["Dokument limel00020140819ea8j0001r"]).is_some());
        assert!(number(&["Document 7"]).is_none() && number(&["Document of a murder"]).is_none());
    }

    #[test]
    fn stories_with_and_without_codes() {
        let coded = "Search\n\nHD Quist leaves\n\nBY Ada Quill\n\nPD 19 August 2014\n\nSN Limelight\n\nLA English\n\nLP\n\nShe left.\n\nTD\n\n\
                     TD Bank was sad.\n\nNS gfilm : Film | gtv : Television\n\nAN Document LIMEL00020140819ea8j0001r\n\n";
        let columns = "HD  Quist leaves\nBY  Ada Quill\nPD  19 August 2014\nSN  Limelight\nLP  She left\n    the tour.\n\n    He stayed.\n\
                       AN  Document LIMEL00020140819ea8j0003r\n\n";
        let [story] = &super::stories(columns).expect("a delivery")[..] else { panic!("one story") };
        assert_eq!(
            (story.title.as_deref(), story.byline.as_deref()),
            (Some("Quist leaves"), Some("Ada Quill"))
        );
        assert!(story.text.starts_with("She left") && story.text.ends_with("He stayed."), "{}", story.text);
        let signed = "Film\n\nQuist leaves\n\nBy Ada Quill\n\n664 words\n\n18 April 1998\n\nLampe\n\n(c) 1998 Lampe\n\nShe left.\n\n\
                      Document lampe00020010926du4i003v3\n\n";
        let [story] = &super::stories(signed).expect("a delivery")[..] else { panic!("one story") };
        assert_eq!(
            (story.title.as_deref(), story.byline.as_deref()),
            (Some("Quist leaves"), Some("By Ada Quill"))
        );
        let plain = "Brandl stays\n\n664 Wörter\n\n18 April 1998\n\n09:10\n\nLampe\n\nLMP\n\nDeutsch\n\n(c) 1998 Lampe\n\n\
                     Er bleibt.\n\nDokument lampe00020010926du4i003v3\n\n";
        let stories = stories(&format!("{coded}{plain}")).expect("a delivery");
        let [first, second] = &stories[..] else { panic!("two stories: {stories:?}") };
        assert_eq!(
            (first.title.as_deref(), &*first.text),
            (Some("Quist leaves"), "She left.\n\nTD Bank was sad.")
        );
        assert_eq!((first.tags.len(), first.lang.as_deref()), (2, Some("en")));
        assert_eq!((second.title.as_deref(), &*second.text), (Some("Brandl stays"), "Er bleibt."));
        assert_eq!((second.source.as_deref(), second.lang.as_deref()), (Some("Lampe"), Some("de")));
        assert_eq!(second.published.as_ref().map(|it| &*it.value), Some("1998-04-18"));
    }
}
