//! Markdown with front matter: YAML between `---`, TOML between `+++`. Notes of Obsidian are Markdown with links, comments,
//! marks and tags of its own.

use std::{borrow::Cow, io::BufRead};

use pulldown_cmark::{Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};
use serde_json::Value;

use super::{Error, Format, Place, Record, charset, dates, filled, html, whole};
use crate::{
    article::{Article, Span},
    config::SourceConfig,
};

/// One story a file, with front matter.
pub struct Markdown;

impl Format for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn version(&self) -> u32 {
        4
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["md", "markdown"]
    }

    fn sniff(&self, head: &[u8]) -> bool {
        // A line of dashes may also open a text; a key of front matter follows it here.
        let mut lines = head.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii_end);
        let mark = match lines.next() {
            Some(b"---") => b':',
            Some(b"+++") => b'=',
            _ => return false,
        };
        lines.next().and_then(|line| line.split(|&byte| byte == mark).next()).is_some_and(|key| {
            let key = key.trim_ascii();
            !key.is_empty() && key.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(byte))
        })
    }

    fn may_be_txt(&self) -> bool {
        false
    }

    fn read(
        &self,
        input: &mut dyn BufRead,
        at: &Place<'_>,
        config: &SourceConfig,
        each: &mut dyn FnMut(Record),
    ) {
        each(whole(input, config).and_then(|bytes| article(&bytes, at)));
    }
}

fn article(bytes: &[u8], at: &Place<'_>) -> Record {
    let charset::Text { words: document, remarks } = charset::text(bytes, None);
    let (front, body) = split(&document);
    let front = front.map(read_front).transpose()?.unwrap_or(Value::Null);
    if is_draft(&front) {
        return Err(Error::file("draft", "a draft: read once its front matter says that it is published"));
    }
    let mut rendered = Rendered::default();
    let body = without_templates(body);
    let (body, own_tags) = without_notes(&body);
    let mut options = Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
    // A footnote, `[[1]](https://…)`, is none of the links of notes.
    options.set(Options::ENABLE_WIKILINKS, !body.contains("]]("));
    Parser::new_ext(&body, options).for_each(|event| rendered.add(event));
    let text = rendered.text.trim_end().to_owned();
    let field = |names: &[&str]| names.iter().find_map(|name| scalar(front.get(name)?));
    let title = field(&["title", "headline"]).or(rendered.title);
    if text.is_empty() && title.is_none() {
        return Err(Error::file("empty", "the file holds no words"));
    }
    let published = field(&["date", "published", "pubdate", "publishDate"])
        .and_then(|date| dates::published(&date, "front-matter"))
        .or_else(|| dates::in_path(at.path));
    let list = |names: &[&str]| names.iter().find_map(|name| front.get(name)).map(list).unwrap_or_default();
    let is_address = |text: &String| text.starts_with("http://") || text.starts_with("https://");
    let source = field(&["source", "outlet", "publication"]);
    Ok(Article {
        origin: at.origin(0),
        record_id: field(&["id"]),
        title,
        published,
        byline: field(&["byline", "author", "authors"]),
        // What clips pages says there where a note is from.
        url: field(&["url", "canonical", "canonical_url", "permalink"])
            .or_else(|| source.clone().filter(is_address)),
        source: source.filter(|source| !is_address(source)),
        section: field(&["section", "category"]),
        tags: [list(&["tags", "keywords"]), own_tags].concat(),
        lang: field(&["lang", "language"]),
        remarks,
        emphasis: rendered.emphasis.into_iter().filter(|span| span.end as usize <= text.len()).collect(),
        text,
        ..Default::default()
    })
}

/// Whether front matter says that the story is not published.
fn is_draft(front: &Value) -> bool {
    let says = |name: &str, word: &str| match front.get(name) {
        Some(Value::Bool(yes)) => yes.to_string() == word,
        Some(Value::String(text)) => text.eq_ignore_ascii_case(word),
        _ => false,
    };
    says("published", "false") || says("draft", "true") || says("status", "draft")
}

/// A text without what site generators put values and blocks into: `{{ site.name }}`, `{% include x %}`.
fn without_templates(body: &str) -> Cow<'_, str> {
    let Some(first) = body.find("{{").into_iter().chain(body.find("{%")).min() else {
        return Cow::Borrowed(body);
    };
    let mut kept = body[..first].to_owned();
    let mut rest = &body[first..];
    while !rest.is_empty() {
        let end = if rest.starts_with("{{") { "}}" } else { "%}" };
        let line = rest.lines().next().unwrap_or_default();
        let begins = rest.starts_with("{{") || rest.starts_with("{%");
        if let Some(at) = begins.then(|| line.find(end)).flatten() {
            rest = &rest[at + end.len()..];
            continue;
        }
        let next = rest.char_indices().skip(1).find(|(_, c)| *c == '{').map_or(rest.len(), |(at, _)| at);
        kept.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    Cow::Owned(kept)
}

/// A text without what Obsidian writes beside the words, and the tags of lines that hold nothing else: comments between
/// `%%`, marks of callouts, of blocks and of highlights.
fn without_notes(body: &str) -> (Cow<'_, str>, Vec<String>) {
    if !["%%", "==", "[!", " ^", "#"].iter().any(|mark| body.contains(mark)) {
        return (Cow::Borrowed(body), Vec::new());
    }
    let (mut kept, mut tags) = (String::with_capacity(body.len()), Vec::new());
    let mut within = false;
    for line in body.split_inclusive('\n') {
        let mut words = String::new();
        for (number, part) in line.split("%%").enumerate() {
            within ^= number > 0;
            if !within {
                words.push_str(part);
            }
        }
        let mut own = words.split_whitespace();
        if !words.trim().is_empty() && own.all(is_tag) {
            tags.extend(words.split_whitespace().map(|tag| tag[1..].to_owned()));
            kept.push('\n');
            continue;
        }
        let words = without_callout(&words);
        kept.push_str(&without_highlights(without_block_mark(&words)));
        if line.ends_with('\n') && !kept.ends_with('\n') {
            kept.push('\n');
        }
    }
    (Cow::Owned(kept), tags)
}

/// `#music/tour`, which begins no heading and is no number.
fn is_tag(word: &str) -> bool {
    let name = word.strip_prefix('#').unwrap_or_default();
    name.contains(char::is_alphabetic) && name.chars().all(|c| c.is_alphanumeric() || "_-/".contains(c))
}

/// `> [!quote]- Words` as `> Words`.
fn without_callout(line: &str) -> Cow<'_, str> {
    let quoted = line.trim_start();
    let inside = quoted.trim_start_matches(['>', ' ']);
    let rest =
        inside.strip_prefix("[!").filter(|_| quoted.starts_with('>')).and_then(|rest| rest.split_once(']'));
    match rest {
        Some((_, rest)) => {
            let sign = &line[..line.len() - inside.len()];
            Cow::Owned(format!("{sign}{}", rest.trim_start_matches(['+', '-']).trim_start_matches(' ')))
        }
        None => Cow::Borrowed(line),
    }
}

/// A line without the mark of its block, `^a1b2c3`.
fn without_block_mark(line: &str) -> &str {
    let Some((words, mark)) = line.trim_end().rsplit_once(" ^") else { return line };
    let is_mark = !mark.is_empty() && mark.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_mark { words } else { line }
}

/// `==words==` as `words`.
fn without_highlights(line: &str) -> Cow<'_, str> {
    let mut parts = line.split("==");
    let (Some(first), Some(second), Some(_)) = (parts.next(), parts.next(), parts.next()) else {
        return Cow::Borrowed(line);
    };
    let is_words =
        |part: &str| !part.is_empty() && !part.starts_with(['=', ' ']) && !part.ends_with(['=', ' ']);
    if !is_words(second) {
        return Cow::Borrowed(line);
    }
    let rest = &line[first.len() + second.len() + 4..];
    Cow::Owned(format!("{first}{second}{}", without_highlights(rest)))
}

enum Front<'a> {
    Yaml(&'a str),
    Toml(&'a str),
}

fn split(document: &str) -> (Option<Front<'_>>, &str) {
    for fence in ["---", "+++"] {
        let Some(rest) = document.strip_prefix(fence) else { continue };
        let Some(rest) = rest.strip_prefix("\r\n").or(rest.strip_prefix('\n')) else { continue };
        let mut at = 0;
        for line in rest.split_inclusive('\n') {
            if line.trim_end() == fence {
                let front = &rest[..at];
                let front = if fence == "---" { Front::Yaml(front) } else { Front::Toml(front) };
                return (Some(front), &rest[at + line.len()..]);
            }
            at += line.len();
        }
    }
    (None, document)
}

fn read_front(front: Front<'_>) -> Result<Value, Error> {
    let bad =
        |error: String| Error::file("bad-front-matter", format!("the front matter is not valid: {error}"));
    match front {
        Front::Yaml(text) if text.trim().is_empty() => Ok(Value::Null),
        Front::Yaml(text) => serde_yaml_ng::from_str(text).map_err(|error| bad(error.to_string())),
        Front::Toml(text) => {
            let table: toml::Table = toml::from_str(text).map_err(|error| bad(error.to_string()))?;
            Ok(table.into_iter().map(|(key, value)| (key, toml_value(value))).collect())
        }
    }
}

fn toml_value(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Array(values) => values.into_iter().map(toml_value).collect(),
        other => Value::String(other.to_string()),
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        // A link to a note stands for its name.
        Value::String(text) => filled(text.trim().trim_start_matches("[[").trim_end_matches("]]")),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(_) => Some(list(value).join(", ")).filter(|joined| !joined.is_empty()),
        _ => None,
    }
}

fn list(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().filter_map(scalar).collect(),
        Value::String(text) => text.split(',').filter_map(filled).collect(),
        _ => Vec::new(),
    }
}

/// The words of the document, paragraphs apart.
#[derive(Default)]
struct Rendered {
    text: String,
    title: Option<String>,
    emphasis: Vec<Span>,
    heading: Option<(HeadingLevel, usize)>,
    emphasised: Option<usize>,
    hidden: usize,
    /// A block of HTML that is open.
    block: Option<String>,
    /// Whether the words are the address of a note.
    note: bool,
}

impl Rendered {
    fn add(&mut self, event: Event<'_>) {
        match event {
            Event::Text(address) if self.note && self.hidden == 0 => {
                self.text.push_str(&name_of_note(&address))
            }
            Event::Text(words) | Event::Code(words) if self.hidden == 0 => self.text.push_str(&words),
            Event::Start(Tag::HtmlBlock) => self.block = Some(String::new()),
            Event::Html(words) => self.block.get_or_insert_default().push_str(&words),
            Event::End(TagEnd::HtmlBlock) => self.end_html(),
            Event::InlineHtml(tag) => self.tag(&tag),
            Event::SoftBreak => self.text.push(' '),
            Event::HardBreak => self.text.push('\n'),
            Event::Start(Tag::Heading { level, .. }) => self.heading = Some((level, self.text.len())),
            Event::Start(Tag::Emphasis) => self.emphasised = Some(self.text.len()),
            Event::Start(Tag::Link { link_type: LinkType::WikiLink { has_pothole }, .. }) => {
                self.note = !has_pothole;
            }
            Event::End(TagEnd::Link) => self.note = false,
            Event::Start(Tag::Image { .. } | Tag::CodeBlock(_)) => self.hidden += 1,
            Event::End(TagEnd::Image | TagEnd::CodeBlock) => self.hidden = self.hidden.saturating_sub(1),
            Event::End(TagEnd::Emphasis) => {
                if let Some(start) = self.emphasised.take().filter(|&start| start < self.text.len()) {
                    self.emphasis.push(Span::new(start, self.text.len()));
                }
            }
            Event::End(TagEnd::Heading(_)) => self.end_heading(),
            Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::TableRow | TagEnd::TableHead) => {
                self.end_block()
            }
            Event::End(TagEnd::TableCell) => self.text.push(' '),
            _ => (),
        }
    }

    /// The words of a block of HTML.
    fn end_html(&mut self) {
        let (text, emphasis) = html::running_text(&self.block.take().unwrap_or_default());
        if text.is_empty() {
            return;
        }
        let start = self.text.len();
        let moved = |span: Span| Span::new(start + span.start as usize, start + span.end as usize);
        self.emphasis.extend(emphasis.into_iter().map(moved));
        self.text.push_str(&text);
        self.end_block();
    }

    /// A tag among words, which stand on as they are.
    fn tag(&mut self, tag: &str) {
        let name = tag.trim_start_matches(['<', '/']).split(|c: char| !c.is_ascii_alphanumeric()).next();
        match (name.unwrap_or_default().to_ascii_lowercase().as_str(), tag.starts_with("</")) {
            ("br", _) => self.text.push('\n'),
            ("p" | "div", _) => self.end_block(),
            ("i" | "em" | "cite", false) => self.add(Event::Start(Tag::Emphasis)),
            ("i" | "em" | "cite", true) => self.add(Event::End(TagEnd::Emphasis)),
            _ => (),
        }
    }

    /// A first heading of the first level before any text is the title, and no part of the text.
    fn end_heading(&mut self) {
        if let Some((HeadingLevel::H1, 0)) = self.heading.take() {
            self.title = filled(&std::mem::take(&mut self.text));
            self.emphasis.clear();
        } else {
            self.end_block();
        }
    }

    fn end_block(&mut self) {
        self.text.truncate(self.text.trim_end_matches(' ').len());
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push_str("\n\n");
        }
    }
}

/// What a link to a note shows: `People/Mara Voss#Early life` shows `Mara Voss > Early life`.
fn name_of_note(address: &str) -> String {
    let note = address.split("#^").next().unwrap_or_default();
    let (page, heading) = note.split_once('#').unwrap_or((note, ""));
    let page = page.rsplit('/').next().unwrap_or_default().trim_end_matches(".md");
    let parts: Vec<&str> =
        [page].into_iter().chain(heading.split('#')).filter(|part| !part.is_empty()).collect();
    parts.join(" > ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_of_obsidian_are_their_words() {
        let place = Place { root: "r", path: "x.md", again: None };
        let text = "---\nsource: https://reel.example/voss\nauthor: \"[[Ada Quill]]\"\ntags: [clippings]\n---\n\
            #music/tour #voss\n\n> [!quote]- Mara Voss\n> “I am ==done==,” said [[People/Mara Voss|Voss]]. ^a1b2\n\n\
            [[Kit Marlow]] of [[Bands/The Reel#Early years]] left.%% check\nthis %% ![[photo.jpg]]\n\nTitle\n=====\n\n\
            The #1 song, a == b.\n";
        let story = article(text.as_bytes(), &place).expect("a story");
        assert_eq!(
            story.text,
            "Mara Voss “I am done,” said Voss.\n\nKit Marlow of The Reel > Early years left.\n\nTitle\n\nThe #1 song, \
             a == b."
        );
        assert_eq!(story.tags, ["clippings", "music/tour", "voss"]);
        assert_eq!((story.byline.as_deref(), story.source.as_deref()), (Some("Ada Quill"), None));
        assert_eq!(story.url.as_deref(), Some("https://reel.example/voss"));
        let templates =
            article("{{% notice %}}“So,” she said.{{% /notice %}}\n\n{{< clip a >}}é {x}".as_bytes(), &place);
        assert_eq!(templates.expect("a story").text, "“So,” she said.\n\né {x}");
        let footnote = article(b"So it was.[[1]](https://reel.example) Voss left.", &place).expect("a story");
        assert_eq!(footnote.text, "So it was.[1] Voss left.");
    }

    #[test]
    fn front_matter_headings_and_italics() {
        let place = Place { root: "r", path: "2019/05/x.md", again: None };
        let text = "---\ntitle: 'Voss: a life'\ndate: 2019-05-04\ntags: [music, tour]\n---\n# Voss\n\nShe *made* it.\n\n> “Why,” she said.\n";
        let article = article(text.as_bytes(), &place).expect("a story");
        assert_eq!(article.title.as_deref(), Some("Voss: a life"));
        assert_eq!(article.text, "She made it.\n\n“Why,” she said.");
        assert_eq!(article.emphasis[0].of(&article.text), "made");
        assert_eq!(article.tags, ["music", "tour"]);
        assert_eq!(article.published.expect("a date").value, "2019-05-04");
    }

    #[test]
    fn html_keeps_its_words() {
        let place = Place { root: "r", path: "x.md", again: None };
        let text = "# T\n\n<p align=\"center\">“I am <em>done</em>,” she said.</p>\n\nShe <i>left</i> {{ site.name }}home.<br>So.\n\n\
            <div>\n\nThen *nothing*.\n\n</div>\n\n<script>no()</script>\n\n{% include x %}\n\nEnd.";
        let story = article(text.as_bytes(), &place).expect("a story");
        assert_eq!(story.text, "“I am done,” she said.\n\nShe left home.\nSo.\n\nThen nothing.\n\nEnd.");
        let marked: Vec<&str> = story.emphasis.iter().map(|span| span.of(&story.text)).collect();
        assert_eq!(marked, ["done", "left", "nothing"]);
    }

    #[test]
    fn drafts_are_no_stories() {
        let place = Place { root: "r", path: "x.md", again: None };
        for front in ["published: false", "draft: true"] {
            let read = article(format!("---\n{front}\n---\nText.").as_bytes(), &place);
            assert_eq!(read.map_err(|error| error.reason).err(), Some("draft"), "{front}");
        }
    }

    #[test]
    fn broken_front_matter_is_said() {
        let place = Place { root: "r", path: "x.md", again: None };
        let error = article(b"+++\ntitle = \n+++\nText.", &place).expect_err("not TOML");
        assert_eq!(error.reason, "bad-front-matter");
    }
}
