//! The article's body as running text: blocks become paragraphs, italics are remembered.

use scraper::{ElementRef, Html, Node};

use crate::article::Span;

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

/// Running text of a fragment of HTML, paragraphs apart, with the stretches it sets in italics.
pub fn text(html: &str) -> (String, Vec<Span>) {
    let fragment = Html::parse_fragment(html);
    let mut running = Running::default();
    running.element(fragment.root_element());
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
    blank: bool,
}

impl Running {
    fn element(&mut self, element: ElementRef<'_>) {
        let name = element.value().name();
        match name {
            "script" | "style" | "noscript" => return,
            "br" => return self.line(),
            _ => (),
        }
        let block = BLOCKS.contains(&name);
        if block {
            self.end_block();
        }
        let start = self.text.len();
        for child in element.children() {
            match child.value() {
                Node::Text(words) => self.words(words),
                Node::Element(_) => ElementRef::wrap(child).into_iter().for_each(|inner| self.element(inner)),
                _ => (),
            }
        }
        if matches!(name, "i" | "em" | "cite") {
            let lead = self.text[start..].len() - self.text[start..].trim_start().len();
            if start + lead < self.text.len() {
                self.emphasis.push(Span::new(start + lead, self.text.len()));
            }
        }
        if block {
            self.end_block();
        }
    }

    /// Adds words, each run of blanks as one.
    fn words(&mut self, words: &str) {
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
}
