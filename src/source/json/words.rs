//! The words of a JSON value, however it nests them: a text, plain or in HTML; paragraphs in a list; what a content
//! system renders, or keeps in blocks.

use serde_json::{Map, Value};

use crate::{
    article::Span,
    source::{filled, html},
};

/// Levels of values in each other that words are looked for in.
const DEEPEST: usize = 16;

/// Keys that hold the words of an object, best first.
const KEYS: [&str; 15] = [
    "rendered",
    "processed",
    "html",
    "xhtml",
    "value",
    "text",
    "content",
    "contents",
    "components",
    "blocks",
    "paragraphs",
    "children",
    "data",
    "items",
    "content_elements",
];

/// Types of parts that are no words of the story, as content systems name them.
const BESIDE: [&str; 12] = [
    "interstitial_link",
    "raw_html",
    "image",
    "picture",
    "video",
    "gallery",
    "reference",
    "oembed_response",
    "custom_embed",
    "embed",
    "embedded-asset-block",
    "embedded-entry-block",
];

/// Types of what stands within a line.
const WITHIN: [&str; 7] = ["text", "span", "link", "hyperlink", "inlineLink", "hardBreak", "hard_break"];

/// Words as they stand in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    text: String,
    /// Whether they are taken as they are, whatever they look like.
    exact: bool,
}

impl Words {
    /// Words that are no markup.
    pub fn exact(text: &str) -> Self {
        Self { text: text.to_owned(), exact: true }
    }

    /// Running text with its italics: as it is, or what its HTML shows. Where the HTML marks no paragraphs, empty lines do.
    pub fn running(self) -> (String, Vec<Span>) {
        if self.exact || !html::is_markup(&self.text) {
            return (self.text, Vec::new());
        }
        const BLOCKS: [&str; 6] = ["<p", "<P", "<br", "<BR", "<div", "<li"];
        if BLOCKS.iter().any(|block| self.text.contains(block)) || !self.text.contains("\n\n") {
            return html::running_text(&self.text);
        }
        let (mut text, mut emphasis) = (String::new(), Vec::new());
        for paragraph in self.text.split("\n\n") {
            let (words, italics) = html::running_text(paragraph);
            if !text.is_empty() && !words.is_empty() {
                text.push_str("\n\n");
            }
            let start = text.len();
            let moved = |span: Span| Span::new(start + span.start as usize, start + span.end as usize);
            emphasis.extend(italics.into_iter().map(moved));
            text.push_str(&words);
        }
        (text, emphasis)
    }

    /// The line that a text shows, if it shows something.
    pub fn line_of(text: String) -> Option<String> {
        Self { text, exact: false }.line()
    }

    /// A line, if something is left of it.
    pub fn line(self) -> Option<String> {
        let words = self.running().0;
        filled(&words.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

/// The words of a value.
pub fn of(value: &Value) -> Option<Words> {
    Some(Words { text: inside(value, DEEPEST)?, exact: false }).filter(|words| !words.text.is_empty())
}

/// The words of a document that an editor keeps as JSON in a text (Lexical): a tree whose leaves are the words.
pub fn of_document(text: &str) -> Option<Words> {
    let document: Value = serde_json::from_str(text).ok()?;
    let blocks = document.get("root")?.get("children")?.as_array()?;
    let paragraphs = blocks.iter().map(|block| {
        let mut words = String::new();
        leaves(block, DEEPEST, &mut words);
        words
    });
    let paragraphs: Vec<String> = paragraphs.filter(|words| !words.trim().is_empty()).collect();
    (!paragraphs.is_empty()).then(|| Words::exact(&paragraphs.join("\n\n")))
}

fn leaves(node: &Value, depth: usize, words: &mut String) {
    let Some(depth) = depth.checked_sub(1) else { return };
    if node.get("type").and_then(Value::as_str) == Some("linebreak") {
        words.push('\n');
    }
    words.push_str(node.get("text").and_then(Value::as_str).unwrap_or_default());
    for child in node.get("children").and_then(Value::as_array).into_iter().flatten() {
        leaves(child, depth, words);
    }
}

/// Whether a value holds words in a list or an object.
pub fn is_rich(value: &Value) -> bool {
    !value.is_string() && inside(value, DEEPEST).is_some()
}

fn inside(value: &Value, depth: usize) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(values) => {
            // Of several renderings of the same words, the one that keeps most.
            if let Some(marked) = values.iter().find(|value| is_marked(value)) {
                return inside(marked, depth);
            }
            if values.first().is_some_and(|value| value.get("role").is_some()) {
                let main = values.iter().find(|value| value["role"] == "main").or(values.first());
                return inside(main?, depth);
            }
            let parts = values.iter().filter(|value| !is_beside(value));
            let parts = parts.filter_map(|value| inside(value, depth)).filter(|text| !text.is_empty());
            if is_line(values) {
                return Some(parts.collect::<String>()).filter(|line| !line.trim().is_empty());
            }
            let parts: Vec<String> = parts.filter(|text| !text.trim().is_empty()).collect();
            (!parts.is_empty()).then(|| parts.join("\n\n"))
        }
        Value::Object(object) => {
            let filled = |text: &String| !text.trim().is_empty();
            let words = |name: &&str| inside(object.get(*name)?, depth);
            KEYS.iter()
                .find_map(|name| words(name).filter(filled))
                .or_else(|| KEYS.iter().find_map(words))
                .or_else(|| by_language(object)?.find_map(|value| inside(value, depth)))
        }
        _ => None,
    }
}

/// What a part of a document says that it is.
fn kind(value: &Value) -> Option<&str> {
    ["type", "_type", "nodeType"].iter().find_map(|name| value.get(name)?.as_str())
}

fn is_beside(value: &Value) -> bool {
    kind(value).is_some_and(|kind| BESIDE.contains(&kind))
}

/// Whether values are pieces of one line: words with marks and links between them, not paragraphs.
fn is_line(values: &[Value]) -> bool {
    let says = |value: &Value, name: &str| value.get(name).is_some_and(Value::is_string);
    let is_bare = |value: &Value| value.get("marks").is_some() || kind(value) == Some("span");
    let is_piece = |value: &Value| {
        let is_within = kind(value).is_some_and(|kind| WITHIN.contains(&kind));
        value.is_string() || is_bare(value) || is_within || kind(value).is_none() && says(value, "text")
    };
    let mixed = values.iter().any(Value::is_string) && values.iter().any(Value::is_object);
    mixed && values.iter().all(|value| value.is_string() || says(value, "text"))
        || values.iter().any(is_bare) && values.iter().all(is_piece)
}

/// The values of an object that has one for each language: `{"en-US": …}`, `{"und": …}`.
pub fn by_language(object: &Map<String, Value>) -> Option<impl Iterator<Item = &Value>> {
    let is_tag = |name: &String| {
        let (language, region) = name.split_once(['-', '_']).unwrap_or((name, ""));
        matches!(language.len(), 2 | 3)
            && language.bytes().all(|byte| byte.is_ascii_lowercase())
            && region.len() <= 4
            && !matches!(&**name, "id" | "url" | "uri" | "alt" | "src" | "by" | "rel")
    };
    (!object.is_empty() && object.keys().all(is_tag)).then(|| object.values())
}

/// Whether a value is a rendering in HTML, by its own word (ninjs 2 and 3).
fn is_marked(value: &Value) -> bool {
    let says = |name: &str| value.get(name).and_then(Value::as_str).is_some_and(|kind| kind.contains("html"));
    value.get("value").is_some() && (says("contenttype") || says("contentType") || says("role"))
}
