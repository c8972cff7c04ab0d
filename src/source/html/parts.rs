//! A page as it is given to the extraction: without what is no part of a story wherever it stands, and with what the
//! extraction would take for something else written so that it does not.

use std::sync::LazyLock;

use ego_tree::NodeRef;
use rustc_hash::{FxHashMap, FxHashSet};
use scraper::{ElementRef, Html, Node, node::Element};

/// Elements that are no words, and those whose words are no story's.
const SILENT: [&str; 9] =
    ["style", "noscript", "template", "svg", "iframe", "object", "canvas", "select", "button"];
const BESIDE: [&str; 6] = ["nav", "footer", "aside", "form", "dialog", "menu"];

/// Elements without an end.
const VOID: [&str; 13] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
];

/// Of ten letters of a page, so many are too many for a part beside its story.
const MOST_OF_TEN: usize = 3;

/// Parts of names that the extraction looks for inside of words: `bar` in `embargo`.
const MISREAD: [&str; 4] = ["bar", "meta", "yin", "slide"];

/// Words in names of parts that are no story, and pairs of them.
static PARTS: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    include_str!("../../../data/kinds/page-parts.txt")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .collect()
});

/// The page as the extraction is given it.
pub fn prepared(page: &Html) -> String {
    let root = page.tree.root();
    let mut writer = Writer { all: weight(root), ..Writer::default() };
    writer.look_over(page);
    writer.inside(root);
    writer.out
}

/// Letters below a node that lead nowhere.
fn weight(node: NodeRef<'_, Node>) -> usize {
    match node.value() {
        Node::Text(words) => words.chars().filter(|c| c.is_alphanumeric()).count(),
        Node::Element(element) if is_silent(element) || matches!(element.name(), "a" | "head") => 0,
        _ => node.children().map(weight).sum(),
    }
}

fn is_silent(element: &Element) -> bool {
    SILENT.contains(&element.name()) || element.name() == "script"
}

fn words_of(element: ElementRef<'_>) -> usize {
    element.text().map(|words| words.chars().filter(|c| c.is_alphanumeric()).count()).sum()
}

#[derive(Default)]
struct Writer {
    out: String,
    /// Letters of the whole page.
    all: usize,
    /// What elements are written as, where that is something else.
    renamed: FxHashMap<ego_tree::NodeId, &'static str>,
}

impl Writer {
    /// Finds what is written as something else.
    fn look_over(&mut self, page: &Html) {
        let root = page.root_element();
        self.look_for_updates(root);
        let named = |name: &'static str| {
            let elements = root.descendants().filter_map(ElementRef::wrap);
            elements.filter(move |element| element.value().name() == name)
        };
        for container in ["article", "main", "body"].into_iter().flat_map(named) {
            if self.look_for_pictures(container) {
                break;
            }
        }
    }

    /// Reports that are written while something goes on: articles beside each other whose headings lead nowhere. They
    /// are one story, of which the extraction would take the first.
    fn look_for_updates(&mut self, container: ElementRef<'_>) {
        for parent in container.descendants().filter_map(ElementRef::wrap) {
            let articles: Vec<ElementRef<'_>> =
                parent.child_elements().filter(|child| child.value().name() == "article").collect();
            if articles.len() < 2 || self.renamed.contains_key(&parent.id()) {
                continue;
            }
            let leads_away = |article: &ElementRef<'_>| {
                let mut headings = article
                    .descendants()
                    .filter_map(ElementRef::wrap)
                    .filter(|element| matches!(element.value().name(), "h1" | "h2" | "h3" | "h4" | "a"));
                match headings.next() {
                    Some(first) if first.value().name() == "a" => words_of(first) > 0,
                    Some(first) => first.descendants().any(|node| {
                        node.value().as_element().is_some_and(|element| element.name() == "a")
                    }),
                    None => false,
                }
            };
            if !articles.iter().any(leads_away) {
                self.renamed.extend(articles.iter().map(|article| (article.id(), "div")));
                if !matches!(parent.value().name(), "body" | "html") {
                    self.renamed.insert(parent.id(), "article");
                }
            }
        }
    }

    /// A story of pictures: what stands below them is most of its words.
    fn look_for_pictures(&mut self, container: ElementRef<'_>) -> bool {
        let below = |name: &str| {
            let elements = container.descendants().filter_map(ElementRef::wrap);
            elements.filter(|element| element.value().name() == name).collect::<Vec<_>>()
        };
        let captions = below("figcaption");
        if captions.len() < 2 {
            return false;
        }
        let is_in_figure = |element: &ElementRef<'_>| {
            element.ancestors().any(|above| above.value().as_element().is_some_and(|it| it.name() == "figure"))
        };
        let told: usize = captions.iter().map(|caption| words_of(*caption)).sum();
        let said: usize = below("p").into_iter().filter(|it| !is_in_figure(it)).map(words_of).sum();
        if told <= said {
            return false;
        }
        self.renamed.extend(captions.iter().map(|caption| (caption.id(), "p")));
        self.renamed.extend(below("figure").iter().map(|figure| (figure.id(), "div")));
        true
    }

    fn inside(&mut self, node: NodeRef<'_, Node>) {
        for child in node.children() {
            match child.value() {
                Node::Text(words) => self.words(words),
                Node::Element(_) => {
                    if let Some(element) = ElementRef::wrap(child) {
                        self.element(element);
                    }
                }
                _ => (),
            }
        }
    }

    fn element(&mut self, at: ElementRef<'_>) {
        let element = at.value();
        let name = element.name();
        let describes = name == "script" && element.attr("type").is_some_and(|kind| kind.contains("ld+json"));
        if describes {
            // Its words are no markup.
            let words: String = at.text().collect();
            self.out.push_str("<script type=\"application/ld+json\">");
            self.out.push_str(&words.replace("</", "<\\/"));
            self.out.push_str("</script>");
            return;
        }
        if is_silent(element) || (is_beside(element) && self.may_be_left_out(at)) {
            return;
        }
        let shown = self.renamed.get(&at.id()).copied().unwrap_or(name);
        self.out.push('<');
        self.out.push_str(shown);
        for (key, value) in element.attrs() {
            let value = if key == "class" { plain_classes(value) } else { value.to_owned() };
            let value = value.replace('&', "&amp;").replace('"', "&quot;");
            self.out.push_str(&format!(" {key}=\"{value}\""));
        }
        self.out.push('>');
        if !VOID.contains(&name) {
            self.inside(*at);
            self.out.push_str(&format!("</{shown}>"));
        }
    }

    fn words(&mut self, words: &str) {
        for c in words.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                _ => self.out.push(c),
            }
        }
    }

    /// Whether a part that says it is no story may be believed: it is not most of the page, nor does it hold its headline.
    fn may_be_left_out(&self, part: ElementRef<'_>) -> bool {
        let holds_headline = || {
            part.descendants().any(|node| node.value().as_element().is_some_and(|element| element.name() == "h1"))
        };
        !matches!(part.value().name(), "body" | "html" | "main" | "head")
            && !holds_headline()
            && weight(*part) * 10 <= self.all * MOST_OF_TEN
    }
}

/// Whether an element says that it is no part of a story, or is not shown.
fn is_beside(element: &Element) -> bool {
    if BESIDE.contains(&element.name()) || element.attr("hidden").is_some() {
        return true;
    }
    if element.attr("aria-hidden") == Some("true") {
        return true;
    }
    let style = element.attr("style").unwrap_or_default();
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    if style.contains("display:none") || style.contains("visibility:hidden") {
        return true;
    }
    ["class", "id", "role"].into_iter().filter_map(|name| element.attr(name)).any(|names| {
        names.split_whitespace().any(|name| {
            let words = split(name);
            let pairs = words.windows(2).map(|pair| pair.join(" "));
            words.iter().cloned().chain(pairs).any(|words| PARTS.contains(&*words))
        })
    })
}

/// The words of a name: `relatedLinks-box` is `related`, `links`, `box`.
fn split(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = '-';
    for c in name.chars() {
        if !c.is_alphanumeric() {
            before = '-';
            continue;
        }
        let begins = !before.is_alphanumeric() || (c.is_uppercase() && before.is_lowercase());
        if begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    words
}

/// Names of classes without those that the extraction would misread.
fn plain_classes(names: &str) -> String {
    let is_misread = |name: &&str| {
        let lower = name.to_ascii_lowercase();
        let words = split(name);
        MISREAD.iter().any(|part| {
            lower.contains(part) && (*part == "slide" || !words.iter().any(|word| word.ends_with(part)))
        })
    };
    names.split_whitespace().filter(|name| !is_misread(name)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(page: &str) -> String {
        prepared(&Html::parse_document(page))
    }

    const STORY: &str = "<p>Mara Voss left the tour on Friday after a row with her manager in Leeds, he said.</p>";

    #[test]
    fn what_is_no_part_of_a_story_is_left_out() {
        for part in [
            "<div class='relatedLinks'>x</div>",
            "<div class='c-newsletter'><p>x</p></div>",
            "<div id='hover-card'>x</div>",
            "<footer>x</footer>",
            "<div style='display: none'>x</div>",
            "<p hidden>x</p>",
            "<span class='sr-only'>x</span>",
            "<div role='contentinfo'>x</div>",
        ] {
            let page = of(&format!("<body><article>{STORY}{part}</article>"));
            assert!(page.contains("Mara Voss") && !page.contains('x'), "{part}: {page}");
        }
        let most = of(&format!("<body class='related'><div class='social share'>{STORY}</div>"));
        assert!(most.contains("Mara Voss"), "most of the page is no part beside it");
    }

    #[test]
    fn updates_are_one_story_and_captions_may_be() {
        let update = "<article class='update'><h2>Voss wins</h2><p>She did.</p></article>";
        let page = of(&format!("<main><h1>Live</h1>{update}{update}</main>"));
        assert!(page.contains("<article><h1>Live</h1><div class=\"update\"><h2>"), "{page}");
        let teaser = "<article><h2><a href='/x'>Voss wins</a></h2></article>";
        assert!(of(&format!("<main>{teaser}{teaser}</main>")).contains("<main><article>"));
        let figure = "<figure><img src='x'><figcaption>Mara Voss in Leeds.</figcaption></figure>";
        let page = of(&format!("<article>{figure}{figure}</article>"));
        assert!(page.contains("<div><img src=\"x\"><p>Mara Voss in Leeds.</p></div>"), "{page}");
        assert!(of(&format!("<article>{STORY}{figure}{figure}</article>")).contains("<figcaption>"));
    }

    #[test]
    fn names_are_read_by_their_words() {
        assert_eq!(split("relatedLinks-box_2"), ["related", "links", "box", "2"]);
        assert_eq!(plain_classes("embargo-note sidebar slide-2 story"), "sidebar story");
    }
}
