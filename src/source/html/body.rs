//! The article's body as running text: blocks become paragraphs, italics are remembered.

use std::borrow::Cow;

use ego_tree::{NodeRef, iter::Edge};
use scraper::{Html, Node};

use crate::{article::Span, source::charset};

/// Elements that begin and end a paragraph.
const BLOCKS: [&str; 22] = [
    "p",
    "div",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "tr",
    "table",
    "section",
    "article",
    "figure",
    "figcaption",
    "pre",
    "dt",
    "dd",
    "q-block",
];

/// Elements that are no words of the page.
const SILENT: [&str; 4] = ["script", "style", "noscript", "template"];

/// Elements around the story, left out where no extraction told what the story is.
const AROUND: [&str; 9] =
    ["nav", "aside", "footer", "form", "button", "select", "figcaption", "head", "header"];

/// Bytes of the shortest paragraph that is believed to be one of a story.
const SHORTEST: usize = 60;

/// Running text of a fragment of HTML, paragraphs apart, with the stretches it sets in italics.
pub fn text(html: &str) -> (String, Vec<Span>) {
    running(Html::parse_fragment(html).tree.root(), &SILENT)
}

/// The paragraphs of a page on which no story was made out: all that are long enough, wherever they stand.
pub fn paragraphs(page: &Html) -> String {
    let silent = [&SILENT[..], &AROUND].concat();
    let (text, _) = running(page.tree.root(), &silent);
    let long: Vec<&str> = text.split("\n\n").filter(|block| block.len() >= SHORTEST).collect();
    long.join("\n\n")
}

/// Levels of the deepest element of a page.
pub fn depth(page: &Html) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for edge in page.tree.root().traverse() {
        match edge {
            Edge::Open(_) => depth += 1,
            Edge::Close(_) => depth -= 1,
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn running(root: NodeRef<'_, Node>, silent: &[&str]) -> (String, Vec<Span>) {
    let mut running = Running::default();
    for edge in root.traverse() {
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Text(words) if running.hidden == 0 => running.words(words),
                Node::Element(element) => running.open(element.name(), silent.contains(&element.name())),
                _ => (),
            },
            Edge::Close(node) => {
                if let Node::Element(element) = node.value() {
                    running.close(element.name(), silent.contains(&element.name()));
                }
            }
        }
    }
    running.end_block();
    let text = running.text.trim_end().to_owned();
    let emphasis = running.emphasis.into_iter().filter(|span| span.end as usize <= text.len()).collect();
    (text, emphasis)
}

/// Drops a first paragraph that only repeats the headline.
pub fn without_title(text: String, mut emphasis: Vec<Span>, title: &str) -> (String, Vec<Span>) {
    let Some((first, rest)) = text.split_once("\n\n") else { return (text, emphasis) };
    if first.trim() != title.trim() {
        return (text, emphasis);
    }
    let cut = text.len() - rest.len();
    emphasis.retain(|span| span.start as usize >= cut);
    for span in &mut emphasis {
        *span = Span::new(span.start as usize - cut, span.end as usize - cut);
    }
    (rest.to_owned(), emphasis)
}

#[derive(Default)]
struct Running {
    text: String,
    emphasis: Vec<Span>,
    /// Where italics that are open began.
    italics: Vec<usize>,
    /// Open elements whose words are left out.
    hidden: usize,
    blank: bool,
}

impl Running {
    fn open(&mut self, name: &str, silent: bool) {
        self.hidden += usize::from(silent);
        if BLOCKS.contains(&name) {
            self.end_block();
        }
        match name {
            "br" => self.line(),
            "i" | "em" | "cite" => self.italics.push(self.text.len()),
            _ => (),
        }
    }

    fn close(&mut self, name: &str, silent: bool) {
        self.hidden -= usize::from(silent);
        if matches!(name, "i" | "em" | "cite")
            && let Some(start) = self.italics.pop()
        {
            let lead = self.text[start..].len() - self.text[start..].trim_start().len();
            if start + lead < self.text.len() {
                self.emphasis.push(Span::new(start + lead, self.text.len()));
            }
        }
        if BLOCKS.contains(&name) {
            self.end_block();
        }
    }

    /// Adds words, each run of blanks as one.
    fn words(&mut self, words: &str) {
        // Named characters may be some that nobody sees.
        let words = &*charset::cleaned(Cow::Borrowed(words));
        self.blank |= words.starts_with(char::is_whitespace);
        for word in words.split_whitespace() {
            if self.blank && !self.text.is_empty() && !self.text.ends_with('\n') {
                self.text.push(' ');
            }
            self.text.push_str(word);
            self.blank = true;
        }
        self.blank = words.ends_with(char::is_whitespace) || (self.blank && words.trim().is_empty());
    }

    fn line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        self.blank = false;
    }

    fn end_block(&mut self) {
        self.line();
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_lines_and_italics() {
        let (text, emphasis) = text(
            "<div><p>She <i>made</i>\n it, <b>twice</b>.</p>tail<ul><li>one<li>two<br>three</ul><p> </p></div>",
        );
        assert_eq!(text, "She made it, twice.\n\ntail\n\none\n\ntwo\nthree");
        assert_eq!(emphasis, [Span::new(4, 8)]);
    }

    #[test]
    fn named_characters_that_nobody_sees_are_left_out() {
        assert_eq!(
            text("<p>super&shy;star on tele&#8203;vision, it&#146;s <i>on&shy;e</i></p>").0,
            "superstar on television, it’s one"
        );
    }

    #[test]
    fn pages_without_a_story_give_their_long_paragraphs() {
        let long = "Voss said that she would never sing the song again, whatever they paid.";
        let page = Html::parse_document(&format!("<nav>{long}</nav><p>Menu</p><div>{long}</div><p>{long}"));
        assert_eq!(paragraphs(&page), format!("{long}\n\n{long}"));
        assert!(depth(&page) < 8);
    }
}
