//! XML as a small tree, for the formats that are written in it. Names are local, so that one reader serves documents that
//! choose other prefixes; where several vocabularies meet, an element's prefix tells whose it is. Entities are known that
//! XML and HTML define, and those a document declares that are a few characters, so none can grow.

use std::borrow::Cow;

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{
    Error,
    entities::{Entities, Refused},
    filled, html,
};

/// Levels of the deepest document that is read.
const DEEPEST: usize = 200;

/// An element with all that it holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Its local name, as written.
    pub name: String,
    /// The prefix of its name, as written; nothing where it has none.
    pub prefix: String,
    attributes: Vec<(String, String)>,
    children: Vec<Child>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Child {
    Text(String),
    Element(Element),
}

/// What an element holds.
#[derive(Clone, Copy, Debug)]
pub enum Node<'a> {
    /// Words, as they stand.
    Text(&'a str),
    /// Another element.
    Element(&'a Element),
}

/// Why a document is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It is no XML, and where.
    #[error("is no valid XML: {0}")]
    Syntax(String),
    /// It declares what is not filled in.
    #[error(transparent)]
    Entities(#[from] Refused),
    /// Its elements lie too deep in each other.
    #[error("is not read: more than {DEEPEST} elements lie in each other, which no story needs")]
    Depth,
}

impl Fault {
    /// As an error about something that has a name.
    pub fn of(&self, what: &str) -> Error {
        match self {
            Self::Syntax(_) => Error::file("bad-record", format!("{what} {self}")),
            Self::Entities(refused) => refused.of(what),
            Self::Depth => Error::file("too-deep", format!("{what} {self}")),
        }
    }
}

/// Reads a document, or a part of one that is well-formed.
pub fn parse(text: &str) -> Result<Element, Fault> {
    parse_with(text, &Entities::of(text))
}

/// Reads a document as [`parse`] does, and one with signs that are no XML as it was meant: a stray `&` or `<`, control
/// characters.
pub fn parse_as_meant(text: &str) -> Result<Element, Fault> {
    part_as_meant(text, &Entities::of(text))
}

/// Reads a part of a document that declares entities, as [`parse_as_meant`] does.
pub fn part_as_meant(text: &str, entities: &Entities) -> Result<Element, Fault> {
    parse_with(text, entities).or_else(|fault| match (&fault, mended(text)) {
        (Fault::Syntax(_), Cow::Owned(mended)) => match parse_with(&mended, entities) {
            Err(Fault::Syntax(_)) => Err(fault),
            read => read,
        },
        _ => Err(fault),
    })
}

fn parse_with(text: &str, entities: &Entities) -> Result<Element, Fault> {
    entities.checked()?;
    let no_start = || Fault::Syntax("an end tag without its start".to_owned());
    let mut reader = Reader::from_str(text);
    let mut open = vec![Element::default()];
    loop {
        let at = reader.buffer_position();
        let event = reader.read_event().map_err(|error| Fault::Syntax(format!("byte {at}: {error}")))?;
        let last = open.last_mut().ok_or_else(no_start)?;
        match event {
            Event::Start(start) => open.push(Element::of(&start, entities)?),
            Event::Empty(start) => last.children.push(Child::Element(Element::of(&start, entities)?)),
            Event::Text(words) => last.text(&words),
            Event::CData(words) => last.text(&words),
            Event::GeneralRef(name) => match name.resolve_char_ref() {
                Ok(Some(c)) => last.text(c.encode_utf8(&mut [0; 4])),
                _ => last.text(&entity(&name, entities)?),
            },
            Event::End(_) => {
                let ended = open.pop().unwrap_or_default();
                let above = open.last_mut().ok_or_else(no_start)?;
                above.children.push(Child::Element(ended));
            }
            Event::Eof => break,
            _ => (),
        }
        if open.len() > DEEPEST {
            return Err(Fault::Depth);
        }
    }
    match open.len() {
        1 => Ok(open.swap_remove(0)),
        _ => Err(Fault::Syntax(format!("it ends inside <{}>", open.swap_remove(open.len() - 1).name))),
    }
}

/// XML in which every `&` and `<` begins something.
fn mended(text: &str) -> Cow<'_, str> {
    let mut mended = String::new();
    let mut done = 0;
    for at in memchr::memchr2_iter(b'&', b'<', text.as_bytes()) {
        if at < done {
            continue;
        }
        let rest = &text[at + 1..];
        if text[at..].starts_with("<![CDATA[") {
            // Nothing in it is markup.
            let end = rest.find("]]>").map_or(text.len(), |end| at + 1 + end);
            mended.push_str(&text[done..end]);
            done = end;
        } else if !begins_something(&text[at..at + 1], rest) {
            mended.push_str(&text[done..at]);
            mended.push_str(if text[at..].starts_with('&') { "&amp;" } else { "&lt;" });
            done = at + 1;
        }
    }
    if mended.is_empty() {
        return Cow::Borrowed(text);
    }
    mended.push_str(&text[done..]);
    Cow::Owned(mended)
}

fn begins_something(sign: &str, rest: &str) -> bool {
    if sign == "<" {
        return rest.starts_with(|c: char| c.is_alphabetic() || "/!?_:".contains(c));
    }
    const LONGEST: usize = 32;
    let name = rest.split(';').next().filter(|name| name.len() < rest.len() && name.len() <= LONGEST);
    let is_name = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric()) && !name.is_empty();
    name.is_some_and(|name| is_name(name.strip_prefix('#').unwrap_or(name)))
}

/// What a named entity stands for: the five of XML, those of HTML that news systems write without declaring them, those
/// that are declared. One that is none of them stands for itself.
fn entity(name: &str, entities: &Entities) -> Result<Cow<'static, str>, Refused> {
    Ok(Cow::Borrowed(match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        "nbsp" => "\u{a0}",
        _ => {
            let written = format!("&{name};");
            let read = html::running_text(&written).0;
            // HTML also knows beginnings of names.
            let known = (!read.is_empty() && !read.ends_with(';')).then(|| read.clone());
            let declared = || entities.meaning(name).map(|meaning| meaning.map(str::to_owned));
            let meant = known.map_or_else(declared, |known| Ok(Some(known)))?;
            return Ok(Cow::Owned(meant.unwrap_or(if read.is_empty() { written } else { read })));
        }
    }))
}

impl Element {
    fn of(start: &BytesStart<'_>, entities: &Entities) -> Result<Self, Refused> {
        let mut attributes = Vec::new();
        for attribute in start.attributes().with_checks(false).flatten() {
            let written = &attribute.value;
            entities.checked_in(written)?;
            // An address with a stray `&` is an address.
            let known = |name: &str| {
                let predefined = quick_xml::escape::resolve_predefined_entity(name);
                predefined.or_else(|| entities.meaning(name).ok().flatten())
            };
            let value = quick_xml::escape::unescape_with(written, known)
                .map_or_else(|_| written.to_string(), Cow::into_owned);
            attributes.push((attribute.key.local_name().as_ref().to_owned(), value));
        }
        let name = start.name();
        let prefix = name.prefix().map(|prefix| prefix.as_ref().to_owned()).unwrap_or_default();
        Ok(Self { name: start.local_name().as_ref().to_owned(), prefix, attributes, children: Vec::new() })
    }

    fn text(&mut self, words: &str) {
        match self.children.last_mut() {
            Some(Child::Text(text)) => text.push_str(words),
            _ => self.children.push(Child::Text(words.to_owned())),
        }
    }

    /// An attribute that is there and not empty.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// What it holds, in order.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        self.children.iter().map(|child| match child {
            Child::Text(words) => Node::Text(words),
            Child::Element(element) => Node::Element(element),
        })
    }

    /// The elements it holds.
    pub fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|child| match child {
            Child::Element(element) => Some(element),
            Child::Text(_) => None,
        })
    }

    /// The elements of that name it holds.
    pub fn all<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a Self> + use<'a, 'n> {
        self.elements().filter(move |element| element.name == name)
    }

    /// The first element at a path below it: `head/title`.
    pub fn at(&self, path: &str) -> Option<&Self> {
        path.split('/').try_fold(self, |element, name| element.all(name).next())
    }

    /// Every element of that name anywhere below, in the order of the document.
    pub fn below<'a>(&'a self, name: &str) -> Vec<&'a Self> {
        let mut found = Vec::new();
        for element in self.elements() {
            if element.name == name {
                found.push(element);
            }
            found.extend(element.below(name));
        }
        found
    }

    /// All words inside, each run of blanks as one.
    pub fn words(&self) -> Option<String> {
        let mut text = String::new();
        self.collect(&mut text);
        let words: Vec<&str> = text.split_whitespace().collect();
        filled(&words.join(" "))
    }

    /// All words inside but those of elements of that name.
    pub fn words_without(&self, name: &str) -> Option<String> {
        let children =
            self.children.iter().filter(|child| !matches!(child, Child::Element(e) if e.name == name));
        Self { children: children.cloned().collect(), ..Self::default() }.words()
    }

    /// All text inside, as it stands.
    pub fn whole_text(&self) -> String {
        let mut text = String::new();
        self.collect(&mut text);
        text
    }

    /// All that is inside, as HTML: what its elements set apart stays apart.
    pub fn markup(&self) -> String {
        let mut markup = String::new();
        self.write(&mut markup);
        markup
    }

    fn write(&self, markup: &mut String) {
        for child in &self.children {
            match child {
                Child::Text(words) => {
                    markup.push_str(&words.replace('&', "&amp;").replace('<', "&lt;"));
                }
                Child::Element(element) => {
                    let Some(name) = shown_as(&element.name) else { continue };
                    markup.push_str(&format!("<{name}>"));
                    if name == "pre" {
                        // Its lines are lines.
                        let lines = element.whole_text().replace('&', "&amp;").replace('<', "&lt;");
                        markup.push_str(&lines.trim_end().replace('\n', "<br>"));
                    } else {
                        element.write(markup);
                    }
                    if !matches!(&*name, "br" | "img" | "hr" | "input" | "wbr") {
                        markup.push_str(&format!("</{name}>"));
                    }
                }
            }
        }
    }

    fn collect(&self, text: &mut String) {
        for child in &self.children {
            match child {
                Child::Text(words) => text.push_str(words),
                Child::Element(element) if element.name == "br" => text.push('\n'),
                Child::Element(element) => element.collect(text),
            }
        }
    }
}

/// The element of HTML that shows one of news formats; nothing for what is beside the story: media with their captions,
/// notes to editors. What marks words without setting them apart is a `span`.
fn shown_as(name: &str) -> Option<String> {
    const KEPT: [&str; 38] = [
        "p",
        "div",
        "section",
        "article",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "table",
        "thead",
        "tbody",
        "tr",
        "td",
        "th",
        "caption",
        "pre",
        "br",
        "hr",
        "em",
        "i",
        "b",
        "strong",
        "cite",
        "q",
        "sup",
        "sub",
        "figure",
        "figcaption",
        "a",
    ];
    let name = name.to_ascii_lowercase();
    Some(match &*name {
        "media" | "note" | "ednote" | "body.head" | "body.end" | "head" | "script" | "style" => return None,
        "hl1" | "hl2" => "h2".to_owned(),
        "block" | "bq" | "tagline" | "abstract" | "body" | "body.content" | "nitf-table" | "center" => {
            "div".to_owned()
        }
        known if KEPT.contains(&known) => name,
        _ => "span".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_local_and_entities_are_read() {
        let root = parse(
            "<?xml version='1.0'?><a:x k='1 &amp; 2'><b>&#8220;Hi&rdquo; <![CDATA[<i>]]></b><b/></a:x>",
        );
        let root = root.expect("a document");
        let x = root.at("x").expect("the element");
        assert_eq!(x.attribute("k"), Some("1 & 2"));
        assert_eq!(x.at("b").and_then(Element::words).as_deref(), Some("“Hi” <i>"));
        assert_eq!(x.all("b").count(), 2);
    }

    #[test]
    fn signs_that_are_no_xml_are_read_as_they_were_meant() {
        let words = |text: &str| parse_as_meant(text).expect("a document").words().expect("words");
        assert_eq!(words("<a>R&B, AT&T; x &eacute;&#233; &amp; 1 < 2</a>"), "R&B, AT&T; x éé & 1 < 2");
        assert_eq!(words("<a>R&B <![CDATA[<b> & c]]> d</a>"), "R&B <b> & c d");
        let link = parse_as_meant("<a href='x?a=1&b=2'/>").expect("a document");
        assert_eq!(link.at("a").and_then(|a| a.attribute("href")), Some("x?a=1&b=2"));
        let marked = parse("<x:a><p>1 &lt; 2</p><br/>b</x:a>").expect("a document");
        let a = marked.at("a").expect("an element");
        assert_eq!((a.prefix.as_str(), a.markup().as_str()), ("x", "<p>1 &lt; 2</p><br>b"));
    }

    #[test]
    fn what_is_no_xml_is_said() {
        assert!(parse("<a><b></a>").is_err());
        assert!(parse("<a>").is_err());
        assert_eq!(parse(&"<a>".repeat(100_000)), Err(Fault::Depth));
        assert_eq!(Fault::Depth.of("the file").reason, "too-deep");
    }

    #[test]
    fn declared_entities_are_a_few_characters_or_refused() {
        let read = |subset: &str, inside: &str| {
            let root = parse_as_meant(&format!(
                "<?xml version='1.0'?><!DOCTYPE a {subset}><a k='&x;'>{inside}</a>"
            ))?;
            let a = root.at("a").expect("the element");
            Ok((a.words().unwrap_or_default(), a.attribute("k").unwrap_or_default().to_owned()))
        };
        let plain = Ok(("R&B — é".to_owned(), "&x;".to_owned()));
        assert_eq!(read("SYSTEM 'http://lantern.example/a.dtd'", "R&B &mdash; &eacute;"), plain);
        assert_eq!(read("[<!ENTITY x '&#8212;'>]", "a&x;b"), Ok(("a—b".to_owned(), "—".to_owned())));
        let refused = |subset: &str, inside: &str| {
            let fault: Result<_, Fault> = read(subset, inside);
            fault.map_err(|fault| fault.of("the file").reason)
        };
        assert_eq!(refused("[<!ENTITY y SYSTEM 'file:///etc/hosts'>]", "&y;"), Err("entities"));
        assert_eq!(refused("[<!ENTITY y SYSTEM 'file:///etc/hosts'>]", "R&B & &y;"), Err("entities"));
        assert_eq!(refused("[<!ENTITY x SYSTEM 'file:///etc/hosts'>]", "in an attribute"), Err("entities"));
        assert_eq!(refused("[<!ENTITY l 'lol'><!ENTITY m '&l;&l;'>]", "&m;"), Err("entities"));
        assert!(refused("[<!ENTITY y SYSTEM 'file:///etc/hosts'>]", "it is not used").is_ok());
    }
}
