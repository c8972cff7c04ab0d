//! Europresse and Eureka: pages that say by their classes what is title, outlet and story.

use std::sync::LazyLock;

use scraper::{ElementRef, Html as Page, Selector};

use crate::{
    article::Article,
    source::{
        dates::{self, Order},
        filled,
        html::body,
    },
};

fn selector(css: &str) -> Selector {
    Selector::parse(css).expect("a selector")
}

static OUTLET: LazyLock<Selector> = LazyLock::new(|| selector(".DocPublicationName"));
static HEADER: LazyLock<Selector> = LazyLock::new(|| selector(".DocHeader"));
static TITLE: LazyLock<Selector> = LazyLock::new(|| selector(".titreArticleVisu, .TitreArticleVisu"));
static TITLES: LazyLock<Selector> = LazyLock::new(|| selector(".titreArticle"));
static BODY: LazyLock<Selector> = LazyLock::new(|| selector("section"));
static ARTICLE: LazyLock<Selector> = LazyLock::new(|| selector("article"));

/// Words before a story's own number.
const NUMBER: [&str; 4] = ["Numéro de document", "Document number", "Número de documento", "Dokumentnummer"];

/// The stories; nothing when the page is no delivery.
pub fn stories(page: &str) -> Option<Vec<Article>> {
    let marks = ["DocPublicationName", "reArticleVisu"];
    if !marks.iter().all(|mark| page.contains(mark)) {
        return None;
    }
    let page = Page::parse_document(page);
    let articles: Vec<ElementRef<'_>> =
        page.select(&ARTICLE).filter(|it| it.select(&OUTLET).next().is_some()).collect();
    let stories: Vec<Article> = if articles.is_empty() {
        page.select(&OUTLET).filter_map(cell).map(of_cell).collect()
    } else {
        articles.into_iter().map(of_article).collect()
    };
    (!stories.is_empty()).then_some(stories)
}

/// The cell that an outlet's name stands in, with a title.
fn cell(outlet: ElementRef<'_>) -> Option<ElementRef<'_>> {
    let mut above = outlet.ancestors().filter_map(ElementRef::wrap);
    above.find(|it| it.value().name() == "td" && it.select(&TITLE).next().is_some())
}

fn words(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the head of a story says, in both forms.
fn head(story: ElementRef<'_>) -> Article {
    let header = story.select(&HEADER).map(words).collect::<Vec<_>>().join(" ");
    let (section, _) = header.split_once(',').unwrap_or_default();
    let is_dated = section.chars().any(|c| c.is_ascii_digit());
    let text = words(story);
    let number = text.split_whitespace().find(|word| word.starts_with("news") && word.contains('·'));
    Article {
        record_id: number.map(str::to_owned),
        title: story.select(&TITLE).next().map(words).and_then(|title| filled(&title)),
        published: dates::find(&header, Order::Unknown)
            .and_then(|(date, _)| dates::published(&date, "europresse:header")),
        source: story.select(&OUTLET).next().map(words).and_then(|outlet| filled(&outlet)),
        section: filled(section).filter(|_| !is_dated),
        ..Article::default()
    }
}

fn of_article(story: ElementRef<'_>) -> Article {
    let author = story.select(&TITLES).next().and_then(|titles| {
        let mut below = titles.next_siblings().filter_map(ElementRef::wrap);
        below.find_map(|element| filled(&words(element)))
    });
    let (text, emphasis) =
        story.select(&BODY).next().map(|body| body::text(&body.inner_html())).unwrap_or_default();
    Article { byline: author, text, emphasis, ..head(story) }
}

/// Older pages: outlet, date, title, author and story lie in one cell, told apart by their order alone.
fn of_cell(story: ElementRef<'_>) -> Article {
    let head = head(story);
    let title = head.title.clone().unwrap_or_default();
    let (text, _) = body::text(&story.inner_html());
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let start = lines.iter().position(|line| *line == title).map_or(0, |at| at + 1);
    let is_end = |line: &str| line.starts_with('©') || NUMBER.iter().any(|words| line.starts_with(words));
    let mut body: Vec<&str> = lines[start..].iter().copied().take_while(|line| !is_end(line)).collect();
    let byline = (body.len() > 1 && is_name(body[0])).then(|| body.remove(0).to_owned());
    Article { byline, text: body.join("\n\n"), ..head }
}

/// Two to five words that begin with capitals, and no end of a sentence.
fn is_name(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    (2..=5).contains(&words.len())
        && !line.ends_with(['.', '!', '?', ':', '…'])
        && words.iter().all(|word| word.starts_with(char::is_uppercase))
}
