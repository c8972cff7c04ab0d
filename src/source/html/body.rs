//! The article's body as running text: blocks become paragraphs, italics are remembered.

use std::{borrow::Cow, sync::LazyLock};

use ego_tree::{NodeRef, iter::Edge};
use rustc_hash::FxHashSet;
use scraper::{Html, Node};

use crate::{
    article::Span,
    source::{
        charset,
        dates::{self, Order},
    },
};

/// Elements that begin and end a paragraph.
const BLOCKS: [&str; 37] = [
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
    "dl",
    "dt",
    "dd",
    "q-block",
    "header",
    "footer",
    "main",
    "aside",
    "nav",
    "address",
    "center",
    "hgroup",
    "caption",
    "details",
    "summary",
    "fieldset",
    "form",
    "hr",
];

/// Characters of the longest paragraph that may be a plea, and of the shortest that a story says but once.
const PLEA: usize = 160;
const SAID_ONCE: usize = 60;

/// What paragraphs that ask for something or lead away are told by: how they begin; how they speak to the reader, and of
/// what.
struct Pleas {
    begin: Vec<&'static str>,
    spoken: Vec<&'static str>,
    of: Vec<&'static str>,
}

static PLEAS: LazyLock<Pleas> = LazyLock::new(|| {
    let rows = || {
        let rows = include_str!("../../../data/lexicon/pleas.txt").lines();
        rows.filter(|line| !line.starts_with('#') && !line.is_empty())
    };
    let marked = |mark: &'static str| rows().filter_map(move |line| line.strip_prefix(mark)).collect();
    let begin = rows().filter(|line| !line.starts_with(['>', '+'])).collect();
    Pleas { begin, spoken: marked("> "), of: marked("+ ") }
});

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

/// The story as the metadata of a page repeat it: HTML, or plain text whose lines are paragraphs.
pub fn repeated(body: &str) -> String {
    const BLOCKS: [&str; 4] = ["<p", "<br", "<div", "<li"];
    if BLOCKS.iter().any(|tag| body.contains(tag)) {
        return text(body).0.trim().to_owned();
    }
    let paragraphs: Vec<String> =
        body.lines().map(|line| text(line).0).filter(|line| !line.is_empty()).collect();
    paragraphs.join("\n\n")
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

/// Drops paragraphs that are no words of the story: those that ask for something or lead away, those that were said before,
/// as pages do that hold a copy for small screens, and, above the story, its headlines, its day and its writer.
pub fn without_others(text: String, emphasis: Vec<Span>, headlines: &[String]) -> (String, Vec<Span>) {
    let mut said = FxHashSet::default();
    let mut above = true;
    let mut dropped: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    for paragraph in text.split("\n\n") {
        let end = (at + paragraph.len() + 2).min(text.len());
        let is_again = paragraph.chars().count() >= SAID_ONCE && !said.insert(paragraph);
        let is_fact =
            above && (headlines.iter().any(|line| line == paragraph) || says_when_or_who(paragraph));
        above &= is_fact || paragraph.chars().count() < SAID_ONCE * 2;
        if is_again || is_fact || is_plea(paragraph) {
            dropped.push((at, end));
        }
        at = end;
    }
    if dropped.is_empty() {
        return (text, emphasis);
    }
    let (mut kept, mut moved) = (String::with_capacity(text.len()), Vec::new());
    let mut from = 0;
    for (start, end) in dropped.into_iter().chain([(text.len(), text.len())]) {
        let inside =
            emphasis.iter().map(|span| span.range()).filter(|span| from <= span.start && span.end <= start);
        moved.extend(
            inside.map(|span| Span::new(kept.len() + span.start - from, kept.len() + span.end - from)),
        );
        kept.push_str(&text[from..start]);
        from = end;
    }
    kept.truncate(kept.trim_end().len());
    (kept, moved)
}

/// Whether a line above a story says no more than when it was published, or who wrote it.
fn says_when_or_who(line: &str) -> bool {
    const LONGEST: usize = 60;
    const NAMES: usize = 6;
    if line.chars().count() > LONGEST {
        return false;
    }
    let is_day = || dates::find(line, Order::Unknown).is_some_and(|(_, at)| dates::is_stamp(line, at));
    let is_name =
        |word: &str| word.chars().next().is_some_and(char::is_uppercase) || matches!(word, "and" | "&");
    let names = line.strip_prefix("By ").filter(|names| !names.ends_with('.'));
    is_day()
        || names.is_some_and(|names| {
            names.split_whitespace().count() <= NAMES && names.split_whitespace().all(is_name)
        })
}

fn is_plea(paragraph: &str) -> bool {
    paragraph.chars().count() <= PLEA && !paragraph.contains(['“', '"', '”']) && begins_as_plea(paragraph)
}

/// Whether words begin as those do that ask for something or lead away.
pub fn begins_as_plea(words: &str) -> bool {
    let lower = words.trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let begins = |plea: &str| {
        let rest = lower.strip_prefix(plea);
        rest.is_some_and(|rest| plea.ends_with(':') || !rest.starts_with(char::is_alphanumeric))
    };
    PLEAS.begin.iter().any(|plea| begins(plea))
        || (PLEAS.spoken.iter().any(|plea| begins(plea)) && PLEAS.of.iter().any(|what| lower.contains(what)))
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
            "br" | "td" | "th" => self.line(),
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
    fn cells_and_headers_are_apart() {
        assert_eq!(
            text("<table><tr><th>Best Actor</th><td>Gale Foss</td></tr><tr><td>x<td>y</table><header>a</header>b<address>c</address>d").0,
            "Best Actor\nGale Foss\n\nx\ny\n\na\n\nb\n\nc\n\nd"
        );
    }

    #[test]
    fn pleas_and_copies_are_no_words_of_the_story() {
        let long = "Voss said that she would never sing the song again, whatever they paid.";
        let all = format!(
            "{long}\n\nRead more: Quill weds\n\nSubscribe now for $1 a week.\n\nShe left Gravel Road.\n\n{long}"
        );
        let at = all.find("Gravel").expect("it is there");
        let (text, emphasis) = without_others(all, vec![Span::new(at, at + 11)], &[]);
        assert_eq!(text, format!("{long}\n\nShe left Gravel Road."));
        assert_eq!(emphasis[0].of(&text), "Gravel Road");
        let all = format!(
            "Voss Quits\n\nShe left the stage.\n\nNov. 20, 2019, 9:28 AM UTC\n\nBy Ada Quill\n\n{long}{long}\n\nBy Ada Quill"
        );
        let (text, _) = without_others(all, Vec::new(), &["Voss Quits".to_owned()]);
        assert_eq!(text, format!("She left the stage.\n\n{long}{long}\n\nBy Ada Quill"));
        assert!(
            is_plea("Follow the Reel on Instagram and Twitter.") && !is_plea("Follow that bus, he said.")
        );
        assert!(!is_plea("Subscribers left the hall.") && !is_plea("“Subscribe,” she said."));
    }

    #[test]
    fn a_repeated_story_keeps_its_paragraphs() {
        assert_eq!(
            repeated("She sang.\n\nHe didn&#8217;t.\n  And left. \n"),
            "She sang.\n\nHe didn’t.\n\nAnd left."
        );
        assert_eq!(repeated("<p>She\nsang.</p><p>He left.</p>"), "She sang.\n\nHe left.");
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
