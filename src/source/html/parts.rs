//! A page as it is given to the extraction: without what is no part of a story wherever it stands, and with what the
//! extraction would take for something else written so that it does not.

use std::sync::LazyLock;

use ego_tree::NodeRef;
use rustc_hash::{FxHashMap, FxHashSet};
use scraper::{ElementRef, Html, Node, node::Element};

use super::body;

/// Elements that are no words, and those whose words are no story's.
const SILENT: [&str; 9] =
    ["style", "noscript", "template", "svg", "iframe", "object", "canvas", "select", "button"];
const BESIDE: [&str; 6] = ["nav", "footer", "aside", "form", "dialog", "menu"];

/// Elements without an end.
const VOID: [&str; 13] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// Of ten letters of a page, so many are too many for a part beside its story.
const MOST_OF_TEN: usize = 3;

/// Letters of the shortest headline of another story.
const HEADLINE: usize = 25;

/// Parts of names that the extraction looks for inside of words: `bar` in `embargo`.
const MISREAD: [&str; 4] = ["bar", "meta", "yin", "slide"];

/// Parts of names by which the extraction finds the story, of which it takes the first.
const STORY: [&str; 10] = [
    "article-body",
    "article__body",
    "articlebody",
    "article-content",
    "article__content",
    "article-text",
    "article__container",
    "story-body",
    "body-text",
    "content-body",
];

/// Letters of the longest words that stand at a wall; what lies behind it may have its name, too.
const WALL: usize = 150;

/// Letters of the least running text that makes an element a piece of a story.
const PIECE: usize = 100;

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
pub fn weight(node: NodeRef<'_, Node>) -> usize {
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
    /// Whether a paragraph is open that is running text with links in it, by which the extraction would drop it.
    open_paragraph: bool,
    /// Pieces of one story.
    pieces: FxHashSet<ego_tree::NodeId>,
    /// What elements are written as, where that is something else.
    renamed: FxHashMap<ego_tree::NodeId, &'static str>,
}

impl Writer {
    /// Finds what is written as something else.
    fn look_over(&mut self, page: &Html) {
        let root = page.root_element();
        self.look_for_updates(root);
        self.look_for_pieces(root);
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
                    Some(first) => first
                        .descendants()
                        .any(|node| node.value().as_element().is_some_and(|element| element.name() == "a")),
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

    /// A story that lies in several elements of one name, with others between them: they lose it, so that the extraction
    /// looks for what holds them all.
    fn look_for_pieces(&mut self, root: ElementRef<'_>) {
        let mut pieces: FxHashMap<&str, Vec<ego_tree::NodeId>> = FxHashMap::default();
        for element in root.descendants().filter_map(ElementRef::wrap) {
            let Some(names) = element.value().attr("class").filter(|names| is_named_story(names)) else {
                continue;
            };
            let paragraphs = element.child_elements().filter(|child| child.value().name() == "p");
            if paragraphs.map(|paragraph| weight(*paragraph)).sum::<usize>() >= PIECE {
                pieces.entry(names).or_default().push(element.id());
            }
        }
        self.pieces.extend(pieces.into_values().filter(|pieces| pieces.len() > 1).flatten());
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
            element
                .ancestors()
                .any(|above| above.value().as_element().is_some_and(|it| it.name() == "figure"))
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
        if is_silent(element)
            || (is_beside(element) && self.may_be_left_out(at))
            || (is_wall(element) && weight(*at) <= WALL)
            || leads_away(at)
            || is_card(at)
        {
            return;
        }
        let shown = self.renamed.get(&at.id()).copied().unwrap_or(name);
        // What stands below a picture is part of a story only where it is most of it; a form that is left holds the page.
        let shown = match shown {
            "figcaption" => return,
            "form" => "div",
            "a" if self.open_paragraph => return self.inside(*at),
            shown => shown,
        };
        let outer = self.open_paragraph;
        self.open_paragraph =
            if name == "p" { weight(*at) >= HEADLINE && weight(*at) * 3 >= words_of(at) } else { outer };
        self.out.push('<');
        self.out.push_str(shown);
        for (key, value) in element.attrs() {
            if self.pieces.contains(&at.id()) && matches!(key, "class" | "id" | "itemprop") {
                continue;
            }
            let value = if key == "class" { plain_classes(value) } else { value.to_owned() };
            let value = value.replace('&', "&amp;").replace('"', "&quot;");
            self.out.push_str(&format!(" {key}=\"{value}\""));
        }
        self.out.push('>');
        if !VOID.contains(&name) {
            self.inside(*at);
            self.out.push_str(&format!("</{shown}>"));
        }
        self.open_paragraph = outer;
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
            part.descendants()
                .any(|node| node.value().as_element().is_some_and(|element| element.name() == "h1"))
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
    is_named(element, |words| PARTS.contains(words))
}

/// Whether a word of an element's class, id or role is one of those that are looked for, or two that follow each other.
fn is_named(element: &Element, one_of: impl Fn(&str) -> bool) -> bool {
    ["class", "id", "role"].into_iter().filter_map(|name| element.attr(name)).any(|names| {
        names.split_whitespace().any(|name| {
            let words = split(name);
            let pairs = words.windows(2).map(|pair| pair.join(" "));
            words.iter().cloned().chain(pairs).any(|words| one_of(&words))
        })
    })
}

/// Whether an element of a page is called what stands before a story that must be paid for.
pub fn has_wall(page: &Html) -> bool {
    page.root_element().descendants().filter_map(|node| node.value().as_element()).any(is_wall)
}

fn is_wall(element: &Element) -> bool {
    const WALLS: [&str; 8] = [
        "paywall",
        "pay wall",
        "paywalled",
        "regwall",
        "reg wall",
        "meterwall",
        "subscriber only",
        "subscribers only",
    ];
    is_named(element, |words| WALLS.contains(&words))
}

/// Whether an element is nothing but headlines of other stories: a paragraph that is one, a list of them, or a line that
/// begins as those do that lead away and is mostly links.
fn leads_away(at: ElementRef<'_>) -> bool {
    let is_headline = |at: ElementRef<'_>| {
        let letters = words_of(at);
        letters >= HEADLINE && weight(*at) * 10 <= letters
    };
    match at.value().name() {
        "ul" | "ol" => {
            let items: Vec<ElementRef<'_>> = at.child_elements().filter(|item| words_of(*item) > 0).collect();
            let links = |item: &ElementRef<'_>| {
                item.descendants().any(|node| node.value().as_element().is_some_and(|it| it.name() == "a"))
            };
            let announced = || {
                let before = at.prev_siblings().find_map(ElementRef::wrap);
                before.is_some_and(announces_others) && items.iter().all(links)
            };
            items.len() > 1 && (items.iter().copied().all(is_headline) || announced())
        }
        name @ ("p" | "div" | "h2" | "h3" | "h4" | "h5") => {
            let letters = words_of(at);
            let plea = || body::begins_as_plea(&words(at));
            let is_line = || is_headline(at) || (letters > 0 && weight(*at) * 2 <= letters && plea());
            let announces = || {
                let below = at.next_siblings().find_map(ElementRef::wrap);
                announces_others(at)
                    && below
                        .is_some_and(|below| matches!(below.value().name(), "ul" | "ol") && leads_away(below))
            };
            (name == "p" && is_line()) || announces()
        }
        _ => false,
    }
}

/// Whether an element is what stands above a list of other stories: a few words, `More from the Reel`.
fn announces_others(at: ElementRef<'_>) -> bool {
    const LONGEST: usize = 40;
    let words = words(at);
    let lower = words.to_lowercase();
    words.chars().count() <= LONGEST && (body::begins_as_plea(&words) || lower.starts_with("more "))
}

/// The words of an element, each run of blanks as one.
fn words(at: ElementRef<'_>) -> String {
    at.text().flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

/// Whether an element is a card that is shown beside the name it hangs on: it begins with the words of the link before it.
fn is_card(at: ElementRef<'_>) -> bool {
    if !matches!(at.value().name(), "span" | "div") {
        return false;
    }
    let Some(before) = at.prev_siblings().find_map(ElementRef::wrap).filter(|it| it.value().name() == "a")
    else {
        return false;
    };
    let (name, card) = (words(before), words(at));
    !name.is_empty() && card.len() > name.len() && card.starts_with(&name)
}

/// The words of a name: `relatedLinks-box` is `related`, `links`, `box`.
pub fn split(name: &str) -> Vec<String> {
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

/// Whether one of the classes is a name by which the extraction finds a story.
fn is_named_story(names: &str) -> bool {
    let names = names.to_ascii_lowercase();
    STORY.iter().any(|name| names.contains(name))
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

    const TEXT: &str =
        "<p>Mara Voss left the tour on Friday after a row with her manager in Leeds, he said.</p>";

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
            "<div class='paywall'><p>x</p></div>",
        ] {
            let page = of(&format!("<body><article>{TEXT}{part}</article>"));
            assert!(page.contains("Mara Voss") && !page.contains('x'), "{part}: {page}");
        }
        let most = of(&format!("<body class='related'><div class='social share'>{TEXT}</div>"));
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
        assert!(!of(&format!("<article>{TEXT}{figure}{figure}</article>")).contains("Mara Voss in Leeds"));
    }

    #[test]
    fn pieces_of_a_story_lose_the_name_of_the_whole() {
        let piece = format!("<div class='article__body x'>{TEXT}{TEXT}</div>");
        let page = of(&format!("<article><div>{piece}</div><div>{piece}</div></article>"));
        assert!(!page.contains("article__body"), "{page}");
        assert!(of(&format!("<article>{piece}</article>")).contains("article__body x"));
    }

    #[test]
    fn what_leads_away_and_cards_are_left_out() {
        let page = of(&format!(
            "<article>{TEXT}<p><a href='/x'>Ada Quill weds for the third time in Leeds</a></p>\
             <ul><li><a href='/y'>Ada Quill weds for the third time in Leeds</a><li><a href='/z'>Kit Marlow sells all of his \
             buses</a></ul><p>MORE FROM THE REEL</p><ul><li>Why <a>he weds</a><li>How <a>she weds</a></ul><p>READ MORE<a href='/q'>Quill weds</a></p><p>They are:</p><ul><li><a>Gale Foss</a><li><a>Una Roth</a></ul>\
             <p>She told the crowd of <a href='/n'>nine thousand</a> that it was over.</p><p>So said <span><a href='/v'>Voss</a><span><img><a href='/v'>Voss</a><a>Her nine albums</a></span></span> then.\
             </article>"
        ));
        assert!(
            !page.contains("weds")
                && !page.contains("MORE")
                && !page.contains("buses")
                && !page.contains("albums"),
            "{page}"
        );
        assert!(page.contains("crowd of nine thousand that"), "{page}");
        assert!(page.contains("Gale Foss") && page.contains("Voss</a></span> then."), "{page}");
    }

    #[test]
    fn names_are_read_by_their_words() {
        assert_eq!(split("relatedLinks-box_2"), ["related", "links", "box", "2"]);
        assert_eq!(plain_classes("embargo-note sidebar slide-2 story"), "sidebar story");
    }
}
