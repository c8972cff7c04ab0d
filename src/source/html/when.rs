//! The date that a page shows its readers: written near the headline, marked by the class of its element or by a word
//! before it. For pages whose metadata give none.

use std::ops::Range;

use ego_tree::iter::Edge;
use scraper::{ElementRef, Html, Node};

use crate::source::dates::{self, LABELS, Order};

/// Characters of the longest text that is looked at as one, and nodes that may make it up.
const LONGEST: usize = 240;
const MOST_NODES: usize = 48;

/// Characters of a text that says little but its date.
const SHORT: usize = 60;

/// Characters between a label and its date.
const LABEL_REACH: usize = 40;

/// Cost of the dearest date that is believed. The costs below, and this one, are set by hand so that a date beside the
/// headline wins over a marked one far from it.
const DEAREST: usize = 100;

/// What it costs a marked date that other words stand beside it.
const UNSTAMPED: usize = 25;

/// Words in an element's class, id or role that say a date, and those that say facts about the story.
const DATE_MARKS: [&str; 15] = [
    "date",
    "datum",
    "datetime",
    "published",
    "publish",
    "pubdate",
    "publishdate",
    "publication",
    "posted",
    "timestamp",
    "time",
    "dateline",
    "fecha",
    "postdate",
    "datepublished",
];
const FACT_MARKS: [&str; 8] =
    ["meta", "info", "byline", "author", "kicker", "subline", "details", "dachzeile"];

/// Words of parts that are no part of the story.
const ASIDE_MARKS: [&str; 19] = [
    "comment",
    "comments",
    "related",
    "sidebar",
    "footer",
    "recommended",
    "popular",
    "trending",
    "copyright",
    "navigation",
    "nav",
    "menu",
    "breadcrumb",
    "calendar",
    "weather",
    "cookie",
    "newsletter",
    "teaser",
    "teasers",
];

/// Elements that are no part of the story.
const HIDDEN: [&str; 11] =
    ["nav", "footer", "aside", "script", "style", "form", "select", "noscript", "head", "template", "button"];

/// Words before the date of a later change.
const CHANGES: [&str; 11] = [
    "updated",
    "modified",
    "aktualisiert",
    "geändert",
    "modifié",
    "mis à jour",
    "actualizado",
    "aggiornato",
    "bijgewerkt",
    "zaktualizowano",
    "обновлено",
];

/// The date shown, if one is, as exact as it is written.
pub fn shown(page: &Html, title: Option<&str>, order: Order) -> Option<String> {
    let mut finder = Finder { title: title.map(plain).unwrap_or_default(), order, ..Finder::default() };
    for edge in page.tree.root().traverse() {
        match edge {
            Edge::Open(node) => match (node.value(), ElementRef::wrap(node)) {
                (Node::Text(words), _) => finder.words(words),
                (_, Some(element)) => finder.open(element),
                _ => (),
            },
            Edge::Close(node) if node.value().is_element() => finder.close(),
            Edge::Close(_) => (),
        }
    }
    finder.best()
}

/// What holds for an element, most of it handed down.
#[derive(Clone, Copy, Default)]
struct Frame {
    aside: bool,
    link: bool,
    /// How much the marks of the element cost, and for how many elements below it they hold.
    marked: Option<(usize, usize)>,
}

#[derive(Default)]
struct Finder {
    title: String,
    order: Order,
    frames: Vec<Frame>,
    elements: usize,
    /// Where the headline stands, and whether it is the one that was looked for.
    headline: Option<(usize, bool)>,
    /// Element, cost, date.
    found: Vec<(usize, usize, String)>,
}

impl Finder {
    fn open(&mut self, element: ElementRef<'_>) {
        self.elements += 1;
        let frame = frame(self.frames.last().copied().unwrap_or_default(), element);
        self.frames.push(frame);
        if frame.aside {
            return;
        }
        if let Some(text) = short_text(element) {
            self.note_headline(element.value().name(), &text);
            self.date(&text, frame);
        }
    }

    fn words(&mut self, text: &str) {
        let frame = self.frames.last().copied().unwrap_or_default();
        if !frame.aside && text.bytes().any(|byte| byte.is_ascii_digit()) {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if text.len() <= 2 * LONGEST {
                self.date(&text, frame);
            }
        }
    }

    fn date(&mut self, text: &str, frame: Frame) {
        if text.bytes().any(|byte| byte.is_ascii_digit())
            && let Some((date, at)) = dates::find(text, self.order)
            && let Some(cost) = cost(text, &at, frame)
        {
            self.found.push((self.elements, cost, date));
        }
    }

    fn close(&mut self) {
        self.frames.pop();
    }

    fn note_headline(&mut self, name: &str, text: &str) {
        if !matches!(name, "h1" | "h2") || self.headline.is_some_and(|(_, sure)| sure) {
            return;
        }
        let sure = !self.title.is_empty() && self.title.contains(&plain(text)) && text.chars().count() > 8;
        if sure || (name == "h1" && self.headline.is_none()) {
            self.headline = Some((self.elements, sure));
        }
    }

    fn best(self) -> Option<String> {
        let headline = self.headline.map_or(0, |(at, _)| at);
        let far = |at: usize| match at >= headline {
            true => (at - headline).min(320) / 4,
            false => (headline - at).min(200) / 2,
        };
        let costs = self.found.into_iter().map(|(at, cost, date)| (cost + far(at), at, date));
        costs.min().filter(|&(cost, ..)| cost <= DEAREST).map(|(.., date)| date)
    }
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn frame(above: Frame, at: ElementRef<'_>) -> Frame {
    let element = at.value();
    let words = || {
        let written = ["class", "id", "itemprop", "role"].into_iter().filter_map(|name| element.attr(name));
        written.flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric()))
    };
    let has = |marks: &[&str]| words().any(|word| marks.iter().any(|mark| word.eq_ignore_ascii_case(mark)));
    let name = element.name();
    // Some systems put the whole page into a form.
    let hidden = HIDDEN.contains(&name) && !(name == "form" && holds_headline(at));
    let own = if name == "time" || has(&DATE_MARKS) {
        Some((0, 2))
    } else if has(&FACT_MARKS) {
        Some((12, 2))
    } else {
        None
    };
    let handed_down = above.marked.and_then(|(cost, levels)| Some((cost, levels.checked_sub(1)?)));
    Frame {
        aside: above.aside || hidden || (has(&ASIDE_MARKS) && !holds_headline(at)),
        link: above.link || name == "a",
        marked: own.or(handed_down),
    }
}

/// Whether an element lies in a part that is none of the story.
pub fn lies_aside(element: ElementRef<'_>) -> bool {
    let above: Vec<ElementRef<'_>> = element.ancestors().filter_map(ElementRef::wrap).collect();
    above.into_iter().rev().fold(Frame::default(), frame).aside
}

fn holds_headline(at: ElementRef<'_>) -> bool {
    at.descendants().any(|node| node.value().as_element().is_some_and(|element| element.name() == "h1"))
}

/// How doubtful a date is by what stands around it; nothing when it is none of the story's.
fn cost(text: &str, at: &Range<usize>, frame: Frame) -> Option<usize> {
    let before = text[..at.start].to_lowercase();
    let near: String = before.chars().rev().take(LABEL_REACH).collect::<Vec<_>>().into_iter().rev().collect();
    let said = |words: &[&str]| words.iter().any(|word| near.contains(word));
    if before.contains('©') || before.contains("copyright") {
        return None;
    }
    let is_short = text.chars().count() <= SHORT;
    let is_stamp = dates::is_stamp(text, at.clone());
    let short = (is_short && is_stamp).then_some(30);
    let marked =
        frame.marked.filter(|_| is_short).map(|(cost, _)| cost + if is_stamp { 0 } else { UNSTAMPED });
    let after: String = text[at.start..].to_lowercase().chars().take(2 * LABEL_REACH).collect();
    let labelled = (said(&LABELS) || after.contains("veröffentlicht")).then_some(5);
    let cost = [marked, labelled, short].into_iter().flatten().min()?;
    Some(cost + 75 * usize::from(frame.link) + 70 * usize::from(said(&CHANGES) && labelled.is_none()))
}

/// The words of an element, if they are few and all of them may be the story's.
fn short_text(element: ElementRef<'_>) -> Option<String> {
    let mut text = String::new();
    for (count, node) in element.descendants().enumerate() {
        if count > MOST_NODES {
            return None;
        }
        if node.value().as_element().is_some_and(|element| HIDDEN.contains(&element.name())) {
            return None;
        }
        if let Node::Text(words) = node.value() {
            for word in words.split_whitespace() {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(word);
            }
            if text.len() > LONGEST {
                return None;
            }
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown_on(body: &str) -> Option<String> {
        shown(&Html::parse_document(body), Some("Voss weds"), Order::DayFirst)
    }

    #[test]
    fn a_date_beside_the_headline_is_the_storys() {
        let page = "<nav>1.1.2001</nav><h1>Voss weds</h1><p class=x>24. April 2020 | <a href=/>Press</a></p>\
            <p>Long before, on 3 May 2011, nobody knew.</p><footer>© 2019-02-02</footer>";
        assert_eq!(shown_on(page).as_deref(), Some("2020-04-24"));
    }

    #[test]
    fn labels_and_marks_count() {
        let page = "<h1>Voss weds</h1><p>Aktualisiert: 25.04.2020</p><p>Erstellt am: 24.04.2020</p>";
        assert_eq!(shown_on(page).as_deref(), Some("2020-04-24"));
        let page =
            "<h1>Voss weds</h1><p>Since 1 May 2019 all is well.</p><span class=post-date>24.04.2020</span>";
        assert_eq!(shown_on(page).as_deref(), Some("2020-04-24"));
    }

    #[test]
    fn other_peoples_dates_are_left_alone() {
        let page =
            "<form><p class=date>24. April 2020</p><h1>Voss weds</h1></form><div>\n\n 1. Mai 2019\n\n</div>";
        assert_eq!(shown_on(page).as_deref(), Some("2020-04-24"));
        assert_eq!(shown_on("<h1>Voss weds</h1><aside>24.04.2020</aside><p>© 24.04.2020</p>"), None);
        assert_eq!(shown_on("<h1>Voss weds</h1><p>Voss was born in Hull on 19 August 1985.</p>"), None);
        assert_eq!(shown_on("<h1>Voss weds</h1><p>Her tour starts on 14 June 2027.</p>"), None);
    }
}
