//! Exports of Movable Type and TypePad: every entry of a blog in one text, facts above it a line each, lines of dashes
//! between its parts. Entries are cut off the stream one at a time.

use std::io::{self, BufRead, Read};

use super::{Error, Format, Place, Record, charset, filled, html};
use crate::{
    article::{Article, Published},
    config::SourceConfig,
};

/// The line between entries, and the line between the parts of one.
const ENTRY: &str = "--------";
const PART: &str = "-----";

/// Any number of entries a file.
pub struct MovableType;

impl Format for MovableType {
    fn name(&self) -> &'static str {
        "movable-type"
    }

    fn version(&self) -> u32 {
        1
    }

    fn extensions(&self) -> &'static [&'static str] {
        &[]
    }

    fn sniff(&self, head: &[u8]) -> bool {
        if ![&b"AUTHOR: "[..], b"TITLE: "].iter().any(|key| head.starts_with(key)) {
            return false;
        }
        let head = String::from_utf8_lossy(head);
        let facts = head.lines().map(str::trim_end).take_while(|line| *line != PART);
        facts.filter(|line| line.starts_with("STATUS: ") || line.starts_with("DATE: ")).count() == 2
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
        if let Err(error) = entries(input, at, config, each) {
            each(Err(Error::io(&error)));
        }
    }
}

fn entries(
    input: &mut dyn BufRead,
    at: &Place<'_>,
    config: &SourceConfig,
    each: &mut dyn FnMut(Record),
) -> io::Result<()> {
    let limit = config.max_bytes;
    let (mut entry, mut line) = (Vec::new(), Vec::new());
    let (mut number, mut told, mut is_long) = (0, false, false);
    loop {
        line.clear();
        let read = Read::take(&mut *input, limit.saturating_add(1)).read_until(b'\n', &mut line)?;
        let ends = read == 0 || line.trim_ascii_end() == ENTRY.as_bytes();
        if !ends {
            is_long |= (entry.len() + read) as u64 > limit;
            if !is_long {
                entry.extend_from_slice(&line);
            }
            continue;
        }
        if is_long || !entry.trim_ascii().is_empty() {
            let record = match is_long {
                true => Err(Error::too_large(config).of_record(number)),
                false => story(&entry, at, number),
            };
            if let Some(record) = record.transpose() {
                each(record);
                told = true;
            }
            number += 1;
        }
        entry.clear();
        is_long = false;
        if read == 0 {
            break;
        }
    }
    if !told {
        each(Err(Error::file("no-story", "the file holds drafts only")));
    }
    Ok(())
}

/// The story of an entry; nothing when it is a draft.
fn story(entry: &[u8], at: &Place<'_>, number: u32) -> Result<Option<Article>, Error> {
    let charset::Text { words, remarks } = charset::text(entry, None);
    let lines: Vec<&str> = words.lines().collect();
    let mut parts = lines.split(|line| line.trim_end() == PART);
    let facts = parts.next().unwrap_or_default();
    let fact = |name: &str| {
        facts.iter().find_map(|line| filled(line.split_once(": ").filter(|(own, _)| *own == name)?.1))
    };
    if fact("STATUS").is_some_and(|status| !status.eq_ignore_ascii_case("publish")) {
        return Ok(None);
    }
    let mut body = String::new();
    for part in parts {
        let Some((name, lines)) = part.split_first() else { continue };
        // What follows is an excerpt, keywords, and what others said.
        if matches!(name.trim_end(), "BODY:" | "EXTENDED BODY:") {
            body.push_str(&marked(lines));
        }
    }
    let (text, emphasis) = html::running_text(&body);
    let title = fact("TITLE").map(|title| html::running_text(&title).0).and_then(|title| filled(&title));
    if text.is_empty() && title.is_none() {
        return Err(Error::record(number, "empty", format!("entry {number} holds no words")));
    }
    let tags = fact("TAGS").unwrap_or_default();
    let section = fact("PRIMARY CATEGORY").or_else(|| fact("CATEGORY"));
    Ok(Some(Article {
        origin: at.origin(number),
        title,
        published: fact("DATE").and_then(|date| published(&date)),
        byline: fact("AUTHOR"),
        url: fact("UNIQUE URL").filter(|url| url.starts_with("http")),
        section,
        tags: tags.split(',').filter_map(|tag| filled(tag.trim().trim_matches('"'))).collect(),
        text,
        emphasis,
        remarks,
        ..Default::default()
    }))
}

/// The lines of a body as HTML: where it marks no paragraphs, empty lines part them, and line ends break lines.
fn marked(lines: &[&str]) -> String {
    const BLOCKS: [&str; 4] = ["<p", "<div", "<br", "<P"];
    if lines.iter().any(|line| BLOCKS.iter().any(|block| line.contains(block))) {
        return lines.join("\n");
    }
    let blocks = lines.split(|line| line.trim().is_empty()).filter(|block| !block.is_empty());
    blocks.map(|block| format!("<p>{}</p>", block.join("<br>"))).collect()
}

/// `08/19/2014 09:10:00 AM`: month, day, year, by the blog's own clock.
fn published(written: &str) -> Option<Published> {
    let mut parts = written.split_whitespace().next()?.split('/');
    let mut number = || parts.next()?.parse::<i8>().ok();
    let (month, day) = (number()?, number()?);
    let date = jiff::civil::Date::new(parts.next()?.parse().ok()?, month, day).ok()?;
    (date.year() > 1990)
        .then(|| Published { value: date.to_string(), source: "movable-type:date".to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, max_bytes: u64) -> Vec<Record> {
        assert!(MovableType.sniff(text.as_bytes()));
        let place = Place { root: "", path: "x.txt", again: None };
        let config = SourceConfig { max_bytes, ..SourceConfig::default() };
        let mut found = Vec::new();
        MovableType.read(&mut text.as_bytes(), &place, &config, &mut |record| found.push(record));
        found
    }

    const ENTRIES: &str = "AUTHOR: Ada Quill\nTITLE: Voss&#8217;s <i>Road</i>\nSTATUS: Publish\nDATE: 08/19/2014 11:10:00 PM\n\
        PRIMARY CATEGORY: Music\nTAGS: voss,\"the tour\"\n-----\nBODY:\nVoss left.\n“I am <em>done</em>,”\nshe said.\n\nSo it was.\n\
        -----\nEXTENDED BODY:\n<p>He stayed.</p>\n-----\nEXCERPT:\nShort.\n-----\nCOMMENT:\nAUTHOR: Kit\n“No,” said I.\n-----\n\
        --------\nTITLE: Later\nSTATUS: Draft\nDATE: 08/20/2014 01:10:00 AM\n-----\nBODY:\nTo do.\n-----\n--------\n";

    #[test]
    fn entries_are_stories_and_comments_are_not() {
        let found = read(ENTRIES, 1 << 20);
        let [Ok(story)] = &found[..] else { panic!("one story: {found:?}") };
        assert_eq!(story.text, "Voss left.\n“I am done,”\nshe said.\n\nSo it was.\n\nHe stayed.");
        assert_eq!(story.emphasis[0].of(&story.text), "done");
        assert_eq!(
            (story.title.as_deref(), story.byline.as_deref()),
            (Some("Voss’s Road"), Some("Ada Quill"))
        );
        assert_eq!(story.published.as_ref().map(|date| &*date.value), Some("2014-08-19"));
        assert_eq!((story.section.as_deref(), story.tags.len()), (Some("Music"), 2));
        assert!(published("19/08/2014").is_none());
    }

    #[test]
    fn what_is_no_story_is_said() {
        let reasons = |text: &str, limit: u64| -> Vec<(Option<u32>, &str)> {
            read(text, limit)
                .into_iter()
                .map(|it| it.map(drop))
                .filter_map(Result::err)
                .map(|it| (it.record, it.reason))
                .collect()
        };
        let (_, draft) = ENTRIES.split_once("--------\n").expect("two entries");
        assert_eq!(reasons(draft, 1 << 20), [(None, "no-story")]);
        assert_eq!(reasons(ENTRIES, 150), [(Some(0), "too-large")]);
        assert!(!MovableType.sniff(b"AUTHOR: Ada\nTITLE: x\n\nShe said so.\n"));
    }
}
