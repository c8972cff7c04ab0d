//! Text of news wires with control codes: ANPA 1312, as American agencies send it, and IPTC 7901, as European ones do.
//! Each message is a story, told by its first bytes; a file may hold a day of them.

use std::{io::BufRead, sync::LazyLock};

use rustc_hash::FxHashMap;

use super::{Error, Format, Place, Record, charset, dates, filled, lines, whole};
use crate::{
    article::{Article, Published, Remark, Status},
    config::SourceConfig,
};

/// Codes around the parts of a message (ISO 646).
const START_OF_HEADING: u8 = 0x01;
const START_OF_TEXT: u8 = 0x02;
const END_OF_TEXT: u8 = 0x03;
const END_OF_TRANSMISSION: u8 = 0x04;
const SYNCHRONOUS: u8 = 0x16;

/// Cells of the shortest line that is a row of a table.
const CELLS: usize = 4;

/// Messages of a wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// ANPA 1312.
    Anpa,
    /// IPTC 7901.
    Iptc,
}

impl Format for Wire {
    fn name(&self) -> &'static str {
        match self {
            Self::Anpa => "anpa-1312",
            Self::Iptc => "iptc-7901",
        }
    }

    fn version(&self) -> u32 {
        1
    }

    fn extensions(&self) -> &'static [&'static str] {
        match self {
            Self::Anpa => &["anpa"],
            Self::Iptc => &["iptc7901"],
        }
    }

    fn claims(&self, _: &Place<'_>, head: &[u8]) -> bool {
        let codes = head.iter().take_while(|&&byte| byte == SYNCHRONOUS).count();
        let Some((&START_OF_HEADING, rest)) = head[codes..].split_first() else { return false };
        let letters = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let digits = rest[letters..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        digits > 0
            && match self {
                Self::Anpa => codes > 0 && letters == 1,
                Self::Iptc => codes == 0 && (2..=4).contains(&letters),
            }
    }

    fn read(
        &self,
        input: &mut dyn BufRead,
        at: &Place<'_>,
        config: &SourceConfig,
        each: &mut dyn FnMut(Record),
    ) {
        let bytes = match whole(input, config) {
            Ok(bytes) => bytes,
            Err(error) => return each(Err(error)),
        };
        let mut number = 0;
        for message in messages(&bytes) {
            each(self.story(message, at, number).map_err(|error| error.of_record(number)));
            number += 1;
        }
        if number == 0 {
            each(Err(Error::file("empty", "the file holds no message of a wire")));
        }
    }
}

/// The messages of a file, each from behind its first code on.
fn messages(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|&byte| byte == START_OF_HEADING).skip(1).map(|message| {
        let end = memchr::memchr(END_OF_TRANSMISSION, message).unwrap_or(message.len());
        message[..end].trim_ascii_end()
    })
}

/// The parts of a message: what stands before its text, its text, what stands behind it.
struct Parts {
    heading: String,
    text: String,
    footer: Option<String>,
    remarks: Vec<Remark>,
}

impl Parts {
    fn of(message: &[u8]) -> Self {
        let (heading, rest) = parted(message, START_OF_TEXT).unwrap_or((&[], message));
        let (text, footer) = match parted(rest, END_OF_TEXT) {
            Some((text, footer)) => (text, Some(footer)),
            None => (rest, None),
        };
        // Cells of tables begin with a code of their own, as do blanks that keep words together.
        let kept: Vec<u8> = text
            .iter()
            .filter_map(|&byte| match byte {
                0x1c..=0x1e => Some(b';'),
                0x10 | 0x08 => None,
                _ => Some(byte),
            })
            .collect();
        let charset::Text { words, mut remarks } = charset::text(&kept, None);
        if footer.is_none() {
            remarks.push(Remark::new("cut-off", "the message ends without its last code"));
        }
        let decoded = |bytes: &[u8]| charset::text(bytes, None).words.into_owned();
        Self {
            heading: decoded(heading),
            text: words.replace("\r\n", "\n"),
            footer: footer.map(decoded),
            remarks,
        }
    }
}

/// Bytes before a code and behind it.
fn parted(bytes: &[u8], code: u8) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(code, bytes)?;
    Some((&bytes[..at], &bytes[at + 1..]))
}

/// What is read out of a message.
#[derive(Default)]
struct Story {
    title: Option<String>,
    byline: Option<String>,
    section: Option<String>,
    source: Option<String>,
    status: Option<Status>,
    version: Option<String>,
    published: Option<Published>,
    tags: Vec<String>,
    text: String,
}

impl Wire {
    fn story(self, message: &[u8], at: &Place<'_>, number: u32) -> Record {
        let parts = Parts::of(message);
        let story = match self {
            Self::Anpa => anpa(&parts),
            Self::Iptc => iptc(&parts),
        };
        if story.text.is_empty() && story.title.is_none() {
            return Err(Error::file("empty", "the message holds no words"));
        }
        Ok(Article {
            origin: at.origin(number),
            title: story.title,
            published: story.published.or_else(|| dates::in_path(at.path)),
            source: story.source,
            byline: story.byline,
            section: story.section,
            status: story.status,
            version: story.version,
            tags: story.tags,
            remarks: parts.remarks,
            text: story.text,
            ..Default::default()
        })
    }
}

/// A line of ANPA's text: `^` begins those that are set apart, `<` or `=` ends them.
enum Line<'a> {
    Apart(&'a str),
    /// Begins a paragraph.
    Begins(&'a str),
    /// Goes on with one.
    GoesOn(&'a str),
    Blank,
}

/// The lines of a text; several that are set apart may share one.
fn lines_of(text: &str) -> impl Iterator<Item = Line<'_>> {
    text.lines().flat_map(|line| {
        let apart = line.trim_start().starts_with('^');
        let parts: Vec<Line<'_>> = match apart {
            true => line.split('^').filter_map(|part| Some(Line::Apart(some(part)?))).collect(),
            false if line.trim().is_empty() => vec![Line::Blank],
            false => {
                let begins = line.starts_with(['\t', ' ']);
                let words = without_end(line);
                vec![if begins { Line::Begins(words) } else { Line::GoesOn(words) }]
            }
        };
        parts
    })
}

fn without_end(line: &str) -> &str {
    line.trim().trim_end_matches(['<', '=']).trim_end()
}

fn some(part: &str) -> Option<&str> {
    Some(without_end(part)).filter(|part| !part.is_empty())
}

fn anpa(parts: &Parts) -> Story {
    let mut story = Story::default();
    let mut second = parts.heading.lines().filter_map(filled).skip(1);
    // Priority, then category.
    story.section = second.next().and_then(|line| category(line.split_whitespace().nth(1)?.chars().next()?));
    let mut head: Vec<&str> = Vec::new();
    let mut paragraphs: Vec<String> = Vec::new();
    let mut open = false;
    for line in lines_of(&parts.text) {
        match line {
            Line::Apart(words) if paragraphs.is_empty() => head.push(words),
            Line::Apart(words) | Line::Begins(words) => paragraphs.push(typographic(words)),
            Line::GoesOn(words) => match paragraphs.last_mut().filter(|_| open) {
                Some(paragraph) => {
                    paragraph.push(' ');
                    paragraph.push_str(&typographic(words));
                }
                None => paragraphs.push(typographic(words)),
            },
            Line::Blank => (),
        }
        open = matches!(line, Line::Begins(words) | Line::GoesOn(words) if cells(words).is_none());
    }
    let rest = story.head(&head);
    let mut body: Vec<String> = paragraphs.iter().filter(|words| is_said(words)).map(|it| set(it)).collect();
    // Messages of headlines alone have nothing else.
    if body.is_empty() {
        body = rest.iter().map(|words| typographic(words)).collect();
    }
    let footer = parts.footer.as_deref().unwrap_or_default();
    story.published = sent(footer);
    let agency = |text: &str| filled(text.split('-').next()?).filter(|name| is_agency(name));
    story.source = agency(footer).or_else(|| dateline(body.first()?));
    story.text = body.join("\n\n");
    story
}

impl Story {
    /// Reads the lines before the first paragraph, and gives those that are none of its facts.
    fn head<'a>(&mut self, head: &[&'a str]) -> Vec<&'a str> {
        // Only a number stands before the slug.
        let mut lines = head.iter().skip_while(|line| !line.contains(char::is_alphabetic));
        let slug = lines.next().copied().unwrap_or_default();
        let mut parts = slug.split(',').map(str::trim);
        let name = parts.next().and_then(filled);
        for part in parts.filter(|part| part.contains(char::is_alphabetic)) {
            match Status::of(part) {
                Some(status) => self.status = Some(status),
                None => self.version = self.version.take().or_else(|| filled(part)),
            }
        }
        let mut rest = Vec::new();
        for line in lines {
            let lower = line.to_lowercase();
            let lower = lower.trim_start_matches('(');
            if self.byline.is_some() || is_for_editors(lower) || line.split([' ', ',']).any(is_code) {
                // What follows the writer's name is who pays them.
            } else if let Some(by) = lower.starts_with("by ").then(|| line.get(3..)).flatten() {
                self.byline = filled(by);
            } else if self.title.is_none() {
                self.title = Some(typographic(line));
            } else {
                rest.push(*line);
            }
        }
        self.title = self.title.take().or(name);
        rest
    }
}

/// Whether a line, in lower case, is one for editors: what was changed, what goes with it.
fn is_for_editors(line: &str) -> bool {
    ["eds:", "eds ", "ed:", "editors:", "editor's note", "editors' note", "editors note", "with photo"]
        .iter()
        .any(|start| line.starts_with(start))
}

/// Whether a word is the number of a picture: `NYET101`.
fn is_code(word: &str) -> bool {
    let digits = word.bytes().rev().take_while(u8::is_ascii_digit).count();
    let letters = word.len() - digits;
    digits >= 3 && letters >= 2 && word.bytes().take(letters).all(|byte| byte.is_ascii_uppercase())
}

/// Whether a paragraph is words, not a line between parts.
fn is_said(words: &str) -> bool {
    words.contains(char::is_alphanumeric)
}

/// A paragraph, or a row with its cells apart.
fn set(words: &str) -> String {
    cells(words).map_or_else(|| words.to_owned(), |cells| cells.join("\n"))
}

/// The cells of a row that are filled.
fn cells(words: &str) -> Option<Vec<&str>> {
    let is_row = words.matches(';').count() + 1 >= CELLS && !words.contains("; ");
    is_row.then(|| words.split(';').map(str::trim).filter(|cell| is_said(cell)).collect())
}

/// Marks as wires write them in seven bits, as they are meant.
fn typographic(words: &str) -> String {
    words.replace("``", "“").replace("''", "”").replace(" _ ", " — ").replace(" -- ", " — ")
}

/// What a category of ANPA 1312 is called.
fn category(letter: char) -> Option<String> {
    static NAMES: LazyLock<FxHashMap<char, &'static str>> = LazyLock::new(|| {
        let rows = include_str!("../../data/kinds/wires.tsv").lines().filter(|line| !line.starts_with('#'));
        rows.filter_map(|row| {
            let (letter, name) = row.split_once('\t')?;
            Some((letter.chars().next()?, name))
        })
        .collect()
    });
    NAMES.get(&letter.to_ascii_lowercase()).map(|name| (*name).to_owned())
}

/// When a message of ANPA's was sent: `AP-WF-11-13-13 1509GMT`.
fn sent(footer: &str) -> Option<Published> {
    let is_number = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut words = footer.split_whitespace();
    let (month, day, year) = words.by_ref().find_map(|word| {
        let parts: Vec<&str> = word.split('-').collect();
        let [.., month, day, year] = parts[..] else { return None };
        [month, day, year].into_iter().all(is_number).then_some((month, day, year))
    })?;
    let clock = words.next().unwrap_or_default().trim_end_matches(['<', '=']);
    let date = format!("{}-{month}-{day}", whole_year(year)?);
    let (clock, zone) = clock.split_at_checked(4).unwrap_or_default();
    published(&date, clock, zone)
}

/// When a message of IPTC's was sent: `131137 GMT Nov 13`, `131137 Nov 13`.
fn sent_on(footer: &str) -> Option<Published> {
    let words: Vec<&str> = footer.split_whitespace().collect();
    let (clock, zone, month, year) = match words[..] {
        [clock, zone, month, year, ..] if whole_year(year).is_some() => (clock, zone, month, year),
        [clock, month, year, ..] => (clock, "", month, year),
        _ => return None,
    };
    let (day, clock) = clock.split_at_checked(2).filter(|(_, clock)| clock.len() == 4)?;
    let day = dates::published(&format!("{day} {month} {}", whole_year(year)?), "")?;
    published(&day.value, clock, zone)
}

/// A day, with its time where that and its zone are known.
fn published(day: &str, clock: &str, zone: &str) -> Option<Published> {
    let offset = match zone {
        "GMT" | "UTC" | "Z" => "Z",
        "EDT" => "-04:00",
        "EST" | "CDT" => "-05:00",
        "CST" | "MDT" => "-06:00",
        "MST" | "PDT" => "-07:00",
        "PST" => "-08:00",
        "CET" => "+01:00",
        "CEST" => "+02:00",
        _ => "",
    };
    let exact = || {
        let (hour, minute) = clock.split_at_checked(2).filter(|_| !offset.is_empty())?;
        dates::published(&format!("{day}T{hour}:{minute}:00{offset}"), "wire")
    };
    exact().or_else(|| dates::published(day, "wire"))
}

/// A year of two digits; wires have been kept since the seventies.
fn whole_year(year: &str) -> Option<u16> {
    let short: u16 = year.parse().ok().filter(|_| year.len() == 2)?;
    Some(if short < 70 { 2000 + short } else { 1900 + short })
}

fn is_agency(name: &str) -> bool {
    (2..=10).contains(&name.chars().count()) && name.chars().all(char::is_alphabetic)
}

/// The agency that a dateline names: `LEEDS, England (AP) —`.
fn dateline(paragraph: &str) -> Option<String> {
    const WITHIN: usize = 80;
    let (place, rest) = paragraph.split_once('(')?;
    let (name, rest) = rest.split_once(')')?;
    let goes_on = rest.trim_start().starts_with(['-', '–', '—', '_']);
    (place.len() <= WITHIN && goes_on).then(|| filled(name))?.filter(|name| name.len() <= 20)
}

fn iptc(parts: &Parts) -> Story {
    const HEAD: usize = 8;
    let mut story = Story {
        published: parts.footer.as_deref().and_then(sent_on),
        tags: parts.heading.lines().skip(1).flat_map(|line| line.split('/')).filter_map(filled).collect(),
        ..Default::default()
    };
    // Everything above the line that ends in `=` is no running text.
    let lines: Vec<&str> = parts.text.lines().map(str::trim_end).collect();
    let head = lines.iter().take(HEAD).position(|line| line.ends_with('=')).map_or(0, |at| at + 1);
    let mut title: Vec<&str> = Vec::new();
    for line in lines[..head].iter().filter_map(|line| some(line)) {
        if let Some(by) = line.strip_prefix("By ").or_else(|| line.strip_prefix("Von ")) {
            story.byline = filled(by);
        } else if line.starts_with('(') && line.ends_with(')') {
            // A note for editors.
        } else if !line.contains(char::is_lowercase) && title.is_empty() && line.len() <= 20 {
            match Status::of(line) {
                Some(status) => story.status = Some(status),
                None => story.version = story.version.take().or_else(|| filled(line)),
            }
        } else {
            title.push(line);
        }
    }
    story.title = filled(&title.join(" ")).or_else(|| filled(&story.tags.join(", ")));
    // A heading as in Markdown begins the notebook, which is not for print.
    let body = lines[head..].iter().take_while(|line| !line.starts_with("# ")).copied();
    let body = lines::unwrapped(&body.collect::<Vec<_>>().join("\n"));
    let mut paragraphs: Vec<String> =
        body.split("\n\n").filter(|words| is_said(words)).map(typographic).collect();
    paragraphs.pop_if(|last| is_sign_off(last));
    story.source = paragraphs.first().and_then(|first| dateline(first));
    story.text = paragraphs.join("\n\n");
    story
}

/// Whether a last paragraph is the letters of those who wrote and edited: `dpa wsz jln`.
fn is_sign_off(paragraph: &str) -> bool {
    let words: Vec<&str> = paragraph.split_whitespace().collect();
    (2..=8).contains(&words.len())
        && words.iter().all(|word| word.len() <= 4 && word.bytes().all(|byte| byte.is_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place<'_> = Place { root: "", path: "x.tst", again: None };

    fn read(wire: Wire, bytes: &[u8]) -> Vec<Article> {
        assert!(wire.claims(&PLACE, bytes));
        let mut stories = Vec::new();
        wire.read(&mut &bytes[..], &PLACE, &SourceConfig::default(), &mut |record| {
            stories.push(record.expect("a story"));
        });
        stories
    }

    #[test]
    fn a_message_of_anpa_is_a_story() {
        let bytes = b"\x16\x16\x01V0017\x1f_-----\r\nr e\x13\x11 BC-Voss-Quits 1stLd 10-03 0120\r\n\
            \x02^BC-US--Voss-Quits, 1st Ld-Writethru,120<\r\n^Singer `quits' for good<\r\n^AP Photo XV101<\r\n\
            ^Eds: Adds quote.<\r\n^Voss told the crowd it was over.<\r\n^By ADA QUILL=\r\n^Lantern Press=\r\n\
            \t   LEEDS, England (LP) _ Mara Voss left the tour on Friday,\r\nsaid her manager.\r\n \r\n\
            \t   ``I am done,'' she said.\r\n^THE TOUR<\r\n\x08Leeds\x10 East;3;_;9\r\n\t   ___\r\n\
            \t   \x03LP-WF-10-03-14 1509GMT<\r\n\r\n\x0c\r\n\x04";
        let [story] = &read(Wire::Anpa, bytes)[..] else { panic!("one story") };
        assert_eq!(story.title.as_deref(), Some("Singer `quits' for good"));
        assert_eq!((story.byline.as_deref(), story.source.as_deref()), (Some("ADA QUILL"), Some("LP")));
        assert_eq!(story.section.as_deref(), Some("entertainment"));
        assert_eq!(story.version.as_deref(), Some("1st Ld-Writethru"));
        assert_eq!(
            story.text,
            "LEEDS, England (LP) — Mara Voss left the tour on Friday, said her manager.\n\n“I am done,” she said.\
             \n\nTHE TOUR\n\nLeeds East\n3\n9"
        );
        assert_eq!(story.published.as_ref().expect("a date").value, "2014-10-03T15:09:00Z");
    }

    #[test]
    fn messages_follow_each_other_and_may_be_cut_off() {
        let bytes =
            b"\x16\x16\x01V1\x1f\nr z\x13\x11 Top 02-09 1\n\x02^*9< ^LP-Top-Stories,01<\n^Top stories<\n\
            ^Voss weds<\n^Quill sings\n\x03LP-WF-02-09-99 1202EST<\n\x04\n\
            \x16\x16\x01V2\x1f\nr s\x13\x11 Kill 02-09 1\n\x02^BC-Voss, Kill,9<\n\t Editors, kill the story";
        let stories = read(Wire::Anpa, bytes);
        assert_eq!(stories[0].text, "Voss weds\n\nQuill sings");
        assert_eq!(stories[0].published.as_ref().expect("a date").value, "1999-02-09T12:02:00-05:00");
        assert_eq!((stories[1].title.as_deref(), stories[1].status), (Some("BC-Voss"), Some(Status::Killed)));
        assert_eq!((stories[1].origin.record, stories[1].remarks[0].code.as_str()), (1, "cut-off"));
    }

    #[test]
    fn a_message_of_iptc_is_a_story() {
        let bytes = b"\x01lpa062 4 i 211 ccccb   lpa 061\r\n\nmusic/people/\r\n\x021ST LEAD\r\n\
            Singer Voss leaves the tour and\r\nthe band\r\nBy Ada Quill, lpa =\r\n\n\
            \x20  Leeds (lpa) - Mara Voss, who has sung for the band since it was\r\n\
            founded in 1999, left the tour on Friday night.\r\n\n\
            \x20  \"I am done,\" she said.\r\n\n# lpa NOTEBOOK\r\n\n* * * *\r\nNot for publication\r\n\nlpa aq mv\r\n\
            \x03031137 GMT Oct 14 \r\n\x7f\n\x7f\x04";
        let [story] = &read(Wire::Iptc, bytes)[..] else { panic!("one story") };
        assert_eq!(story.title.as_deref(), Some("Singer Voss leaves the tour and the band"));
        assert_eq!(
            (story.byline.as_deref(), story.source.as_deref(), story.version.as_deref()),
            (Some("Ada Quill, lpa"), Some("lpa"), Some("1ST LEAD"))
        );
        assert_eq!(story.tags, ["music", "people"]);
        assert_eq!(
            story.text,
            "Leeds (lpa) - Mara Voss, who has sung for the band since it was founded in 1999, left the tour on \
             Friday night.\n\n\"I am done,\" she said."
        );
        assert_eq!(story.published.as_ref().expect("a date").value, "2014-10-03T11:37:00Z");
    }

    #[test]
    fn codes_of_other_kinds_are_not_claimed() {
        for head in [&b"\x01\x02\x03"[..], b"\x16\x16", b"\x01x", b"Mara Voss", b"", b"\x01\x01\x01\x01abc1"]
        {
            assert!(!Wire::Anpa.claims(&PLACE, head) && !Wire::Iptc.claims(&PLACE, head), "{head:?}");
        }
    }
}
