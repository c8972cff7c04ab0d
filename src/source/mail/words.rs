//! What somebody wrote in a mail: without the mails it answers, its signature, and what newsletters put around theirs.

use std::{borrow::Cow, sync::LazyLock};

use mail_parser::{Encoding, Message, MessagePart, MimeHeaders, PartType};
use scraper::{Html as Page, Selector};

use crate::{
    article::Span,
    source::{charset, html, lines::unwrapped},
};

/// Bytes of the longest paragraph that can be one of a newsletter's frame.
const FRAME: usize = 400;

/// Lines of the longest signature.
const SIGNATURE: usize = 12;

/// What mail programs and newsletters write, by what it means.
struct Habits {
    footer: Vec<&'static str>,
    online: Vec<&'static str>,
    wrote: Vec<&'static str>,
    forward: Vec<&'static str>,
}

static HABITS: LazyLock<Habits> = LazyLock::new(|| {
    let rows = include_str!("../../../data/lexicon/mail.tsv").lines().filter(|line| !line.starts_with('#'));
    let rows: Vec<(&str, &str)> = rows.filter_map(|line| line.split_once('\t')).collect();
    let of = |kind: &str| rows.iter().filter(|row| row.0 == kind).map(|row| row.1).collect();
    Habits { footer: of("footer"), online: of("online"), wrote: of("wrote"), forward: of("forward") }
});

/// What stands on a page for mail programs alone, or for nobody's eyes.
static APART: LazyLock<Selector> = LazyLock::new(|| {
    let css = "title, style, script, [hidden], [style*='display:none'], [style*='display: none'], \
               [style*='mso-hide:all'], [style*='mso-hide: all']";
    Selector::parse(css).expect("a selector")
});

/// A mail that is answered.
static ANSWERED: LazyLock<Selector> = LazyLock::new(|| {
    let css = "blockquote[type=cite], .gmail_quote, .yahoo_quoted, .moz-cite-prefix, .gmail_attr";
    Selector::parse(css).expect("a selector")
});

/// The words of a mail, with their italics.
pub fn of(message: &Message<'_>, subject: &str) -> (String, Vec<Span>) {
    let is_forward = is_forward(subject);
    let parts = |html: bool| {
        let parts: Vec<&MessagePart<'_>> =
            if html { message.html_bodies().collect() } else { message.text_bodies().collect() };
        let words = |part| part_words(part, message.raw_message(), is_forward);
        let all: Vec<(String, Vec<Span>)> = parts.into_iter().map(words).collect();
        without_frame(joined(all))
    };
    let attached = || {
        let words = message.attachments().map(|part| part_words(part, message.raw_message(), is_forward));
        without_frame(joined(words.collect()))
    };
    // Some send their story as a text that is attached.
    [parts(true), parts(false)].into_iter().find(|found| !found.0.is_empty()).unwrap_or_else(attached)
}

/// The words of a mail as they stand, with all that programs put around them.
pub fn whole(message: &Message<'_>) -> String {
    let words = |part: &MessagePart<'_>| match &part.body {
        PartType::Html(page) if !html::lies_too_deep(page) => {
            let body = page.find("<body").or_else(|| page.find("<BODY")).unwrap_or_default();
            html::running_text(&page[body..]).0
        }
        PartType::Text(text) => unquoted(text),
        _ => String::new(),
    };
    let words: Vec<String> = message.html_bodies().map(words).collect();
    words.join("\n\n")
}

fn is_forward(subject: &str) -> bool {
    let subject = subject.trim_start_matches('[').to_lowercase();
    ["fwd:", "fw:", "wg:", "tr:", "rv:", "i:", "enc:", "doorst:", "vs:"]
        .iter()
        .any(|mark| subject.starts_with(mark))
}

fn part_words(part: &MessagePart<'_>, raw: &[u8], is_forward: bool) -> (String, Vec<Span>) {
    match &part.body {
        PartType::Html(page) if !html::lies_too_deep(page) => page_words(page, is_forward),
        PartType::Text(text) => {
            let flowed = part.content_type().and_then(|kind| kind.attribute("format"));
            let is_flowed = flowed.is_some_and(|format| format.eq_ignore_ascii_case("flowed"));
            (text_words(&as_it_looks(part, text, raw), is_flowed, is_forward), Vec::new())
        }
        _ => Default::default(),
    }
}

/// The text of a part; where its bytes are of no encoding that the mail names, as they look.
fn as_it_looks<'a>(part: &MessagePart<'_>, text: &'a str, raw: &'a [u8]) -> Cow<'a, str> {
    let is_named = part.content_type().is_some_and(|kind| kind.has_attribute("charset"));
    let is_plain = part.encoding == Encoding::None;
    if is_named || !is_plain || !text.contains(char::REPLACEMENT_CHARACTER) {
        return Cow::Borrowed(text);
    }
    let bytes = raw.get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default();
    charset::decode(bytes, None)
}

fn page_words(page: &str, is_forward: bool) -> (String, Vec<Span>) {
    let mut page = Page::parse_document(page);
    let mut apart: Vec<_> = page.select(&APART).map(|element| element.id()).collect();
    if !is_forward {
        apart.extend(page.select(&ANSWERED).map(|element| element.id()));
    }
    for id in apart {
        if let Some(mut node) = page.tree.get_mut(id) {
            node.detach();
        }
    }
    html::running_text(&page.html())
}

/// Words of a mail that is plain text.
fn text_words(text: &str, is_flowed: bool, is_forward: bool) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.replace(|c: char| c.is_control() && c != '\n' && c != '\t', "");
    let text = if is_flowed { flowed(&text) } else { text };
    let lines: Vec<&str> = text.lines().collect();
    let quoted = lines.iter().filter(|line| line.starts_with('>')).count();
    let own = lines.iter().filter(|line| !line.starts_with('>') && !line.trim().is_empty()).count();
    let text =
        if quoted > 0 && (is_forward || own <= 2) { unquoted(&text) } else { own_lines(&lines, is_forward) };
    unwrapped(&text)
}

/// A mail without the signs of quoting.
fn unquoted(text: &str) -> String {
    let bare = |line: &str| line.trim_start_matches('>').trim_start_matches(' ').to_owned();
    let lines: Vec<String> =
        text.lines().map(|line| if line.starts_with('>') { bare(line) } else { line.to_owned() }).collect();
    lines.join("\n")
}

/// What its author wrote: not what is quoted, nor the line above that, nor the signature. Of a mail that is passed on, that
/// mail, whatever is said above it in fewer words.
fn own_lines(lines: &[&str], passes_on: bool) -> String {
    let letters = |lines: &[&str]| lines.iter().map(|line| line.trim().len()).sum::<usize>();
    let mut own: Vec<&str> = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let rest = &lines[number..];
        if line.trim_end() == "--" && rest.len() <= SIGNATURE {
            break;
        }
        let bare = line.trim().trim_matches(['-', '_', ' ', ':', '>']).to_lowercase();
        let is_forward = !bare.is_empty() && HABITS.forward.iter().any(|words| bare == *words);
        if is_forward {
            // An answer ends here; what is passed on begins here, below its headers.
            let begun = own.iter().any(|line| !line.trim().is_empty());
            if begun && !(passes_on && letters(&own) < letters(rest) / 2) {
                break;
            }
            let body = rest.iter().skip(1).skip_while(|line| line.trim().is_empty());
            let body: Vec<&str> = body.skip_while(|line| !line.trim().is_empty()).copied().collect();
            return own_lines(&body, passes_on);
        }
        if line.starts_with('>') {
            // The line above says who wrote it, and may itself be broken.
            if number > 0 && !lines[number - 1].starts_with('>') {
                without_attribution(&mut own);
            }
            continue;
        }
        own.push(line);
    }
    own.join("\n")
}

fn without_attribution(own: &mut Vec<&str>) {
    let blank = own.iter().rev().take_while(|line| line.trim().is_empty()).count();
    let last = own.len() - blank;
    for lines in 1..=2 {
        let Some(start) = last.checked_sub(lines) else { return };
        let joined = own[start..last].join(" ").to_lowercase();
        let is_one = HABITS.wrote.iter().any(|words| joined.trim_end().ends_with(words));
        if is_one && (lines == 2 || joined.contains(|c: char| c.is_ascii_digit() || c == '<')) {
            own.truncate(start);
            return;
        }
    }
    if last > 0 && HABITS.wrote.iter().any(|words| own[last - 1].to_lowercase().trim_end().ends_with(words)) {
        own.truncate(last - 1);
    }
}

/// Lines that end in a blank go on in the next one (RFC 3676).
fn flowed(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    for line in text.lines() {
        let line = line.strip_prefix(' ').unwrap_or(line);
        whole.push_str(line);
        if !line.ends_with(' ') || line == "-- " {
            whole.push('\n');
        }
    }
    whole
}

fn joined(parts: Vec<(String, Vec<Span>)>) -> (String, Vec<Span>) {
    let (mut text, mut emphasis) = (String::new(), Vec::new());
    for (words, italics) in parts {
        let lead = words.len() - words.trim_start().len();
        let words = words.trim();
        if words.is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        let base = text.len();
        text.push_str(words);
        let moved = |at: u32| (at as usize).checked_sub(lead).map(|at| base + at);
        let spans = italics.iter().filter_map(|span| Some(Span::new(moved(span.start)?, moved(span.end)?)));
        emphasis.extend(spans.filter(|span| span.end as usize <= text.len()));
    }
    (text, emphasis)
}

/// Leaves out what newsletters put around their words.
fn without_frame((text, emphasis): (String, Vec<Span>)) -> (String, Vec<Span>) {
    let paragraphs: Vec<&str> = text.split("\n\n").collect();
    let holds = |paragraph: &str, words: &[&str]| {
        paragraph.len() <= FRAME && {
            let paragraph = paragraph.to_lowercase();
            words.iter().any(|words| paragraph.contains(words))
        }
    };
    let from = paragraphs.len() / 2;
    let footer = paragraphs.iter().enumerate().skip(from.max(1)).find(|(_, it)| holds(it, &HABITS.footer));
    let end = footer.map_or(paragraphs.len(), |(number, _)| number);
    let (mut kept, mut moved) = (String::new(), Vec::new());
    let mut start = 0;
    for (number, paragraph) in paragraphs.iter().enumerate() {
        let span = Span::new(start, start + paragraph.len());
        start += paragraph.len() + 2;
        if number >= end || holds(paragraph, &HABITS.online) || paragraph.trim().is_empty() {
            continue;
        }
        if !kept.is_empty() {
            kept.push_str("\n\n");
        }
        let base = kept.len();
        kept.push_str(paragraph);
        let inside = emphasis.iter().filter(|it| span.contains(**it));
        let shift = |at: u32| at as usize - span.start as usize + base;
        moved.extend(inside.map(|it| Span::new(shift(it.start), shift(it.end))));
    }
    (kept, moved)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str, subject: &str) -> String {
        text_words(text, false, is_forward(subject))
    }

    #[test]
    fn answers_are_kept_and_what_they_answer_is_not() {
        let reply = "She said no.\n\nOn Tue, 19 Aug 2014 at 10:00, Bea Orme <o@b.example>\nwrote:\n\n> Did she?\n> Well?\n\n-- \nAda\n";
        assert_eq!(text(reply, "Re: Voss"), "She said no.");
        let answer = "She did.\n\n-----Original Message-----\nFrom: Bea\nSubject: Voss\n\nDid she?\n";
        assert_eq!(text(answer, "Re: Voss"), "She did.");
    }

    #[test]
    fn what_is_passed_on_is_kept() {
        assert_eq!(text("> She left.\n> He stayed.\n", "Fwd: Voss"), "She left.\nHe stayed.");
        let passed = "\n---------- Forwarded message ---------\nFrom: Bea\nSubject: Voss\n\nShe left.\n";
        assert_eq!(text(passed, "Fwd: Voss"), "She left.");
        assert_eq!(text(&format!("FYI\n{passed}"), "Fwd: Voss"), "She left.");
        assert_eq!(text(&format!("FYI\n{passed}"), "Re: Voss"), "FYI");
    }

    #[test]
    fn flowed_lines_are_joined() {
        assert_eq!(text_words("She left \nearly.\nHe stayed.\n", true, false), "She left early.\nHe stayed.");
    }

    #[test]
    fn frames_are_left_out() {
        let text = "View in browser\n\nShe left Gravel Road.\n\nHe stayed.\n\nUnsubscribe | Privacy\n\n1 Main Street";
        let at = text.find("Gravel").expect("the work");
        let (kept, emphasis) = without_frame((text.to_owned(), vec![Span::new(at, at + 11)]));
        assert_eq!(kept, "She left Gravel Road.\n\nHe stayed.");
        assert_eq!(emphasis[0].of(&kept), "Gravel Road");
        let (kept, _) =
            without_frame(("How to unsubscribe from fame, by those who did".to_owned(), Vec::new()));
        assert!(!kept.is_empty(), "a story is no frame");
        let hidden =
            "<p style='display:none'>Preview</p><p>She left.</p><blockquote type=cite>Did she?</blockquote>";
        assert_eq!(page_words(hidden, false).0.trim(), "She left.");
    }
}
