//! XML as a small tree, for the formats that are written in it. Names are local: prefixes are dropped, so that one reader
//! serves documents that choose others. Only the predefined entities are known, so none can grow.

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::filled;

/// Levels of the deepest document that is read.
const DEEPEST: usize = 200;

/// An element with all that it holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Its local name, as written.
    pub name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Child>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Child {
    Text(String),
    Element(Element),
}

/// Reads a document, or a part of one that is well-formed. What went wrong is said in words.
pub fn parse(text: &str) -> Result<Element, String> {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Element::default()];
    loop {
        let at = reader.buffer_position();
        let event = reader.read_event().map_err(|error| format!("byte {at}: {error}"))?;
        let last = open.last_mut().ok_or("an end tag without its start")?;
        match event {
            Event::Start(start) => open.push(Element::of(&start)),
            Event::Empty(start) => last.children.push(Child::Element(Element::of(&start))),
            Event::Text(words) => last.text(&words),
            Event::CData(words) => last.text(&words),
            Event::GeneralRef(name) => match name.resolve_char_ref() {
                Ok(Some(c)) => last.text(c.encode_utf8(&mut [0; 4])),
                _ => last.text(entity(&name).unwrap_or("\u{fffd}")),
            },
            Event::End(_) => {
                let ended = open.pop().unwrap_or_default();
                let above = open.last_mut().ok_or("an end tag without its start")?;
                above.children.push(Child::Element(ended));
            }
            Event::Eof => break,
            _ => (),
        }
        if open.len() > DEEPEST {
            return Err(format!("byte {at}: more than {DEEPEST} elements lie in each other"));
        }
    }
    match open.len() {
        1 => Ok(open.swap_remove(0)),
        _ => Err(format!("it ends inside <{}>", open.swap_remove(open.len() - 1).name)),
    }
}

/// What a named entity stands for: the five of XML, and those of HTML that news systems write without declaring them.
fn entity(name: &str) -> Option<&'static str> {
    Some(match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        "nbsp" => "\u{a0}",
        "ldquo" => "“",
        "rdquo" => "”",
        "lsquo" => "‘",
        "rsquo" => "’",
        "ndash" => "–",
        "mdash" => "—",
        "hellip" => "…",
        "eacute" => "é",
        _ => return None,
    })
}

impl Element {
    fn of(start: &BytesStart<'_>) -> Self {
        let mut attributes = Vec::new();
        for attribute in start.attributes().with_checks(false).flatten() {
            let value = quick_xml::escape::unescape(&attribute.value).unwrap_or_default().into_owned();
            attributes.push((attribute.key.local_name().as_ref().to_owned(), value));
        }
        Self { name: start.local_name().as_ref().to_owned(), attributes, children: Vec::new() }
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

    /// All text inside, as it stands.
    pub fn whole_text(&self) -> String {
        let mut text = String::new();
        self.collect(&mut text);
        text
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
    fn what_is_no_xml_is_said() {
        assert!(parse("<a><b></a>").is_err());
        assert!(parse("<a>").is_err());
        assert!(parse(&"<a>".repeat(100_000)).is_err());
    }
}
