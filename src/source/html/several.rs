//! Pages that hold several stories whole: an issue's page, a month of a blog. Each is an article with a headline of its own.

use scraper::{ElementRef, Html, Selector};

use super::{
    body,
    parts::{split, weight},
};
use crate::{
    article::Published,
    source::{
        dates::{self, Order},
        filled,
    },
};

/// Letters of the shortest story of several.
const SHORTEST: usize = 150;

/// Letters of the longest line that says who wrote a story or when.
const LINE: usize = 60;

/// One of the stories of a page.
pub struct Story {
    /// A page of its own.
    pub page: String,
    pub title: String,
    pub byline: Option<String>,
    /// Its address, where its headline leads to it.
    pub url: Option<String>,
    /// The day that stands above it.
    pub day: Option<Published>,
}

/// The stories of a page, in their order; none where it holds one, or what is written about one thing while it goes on.
pub fn stories(page: &Html) -> Vec<Story> {
    let selector = |css: &str| Selector::parse(css).expect("it is written in this file");
    let entries = selector("article, .hentry, .h-entry");
    let all: Vec<ElementRef<'_>> = page.select(&entries).collect();
    let is_outermost = |entry: &ElementRef<'_>| {
        !entry.ancestors().any(|above| all.iter().any(|other| other.id() == above.id()))
    };
    let outermost: Vec<ElementRef<'_>> = all.iter().copied().filter(is_outermost).collect();
    if outermost.len() < 2 || says_one(page) {
        return Vec::new();
    }
    let titled = selector("h1");
    let is_inside = |heading: ElementRef<'_>| {
        heading.ancestors().any(|above| outermost.iter().any(|it| it.id() == above.id()))
    };
    let is_headed = page.select(&titled).any(|heading| !is_inside(heading));
    let whole: Vec<ElementRef<'_>> = outermost.iter().copied().filter(|entry| is_whole(*entry)).collect();
    let mut authors: Vec<String> = whole.iter().filter_map(|entry| byline(*entry)).collect();
    authors.sort_unstable();
    authors.dedup();
    // Below a headline that is none of theirs, they are stories only if they say so.
    let are_stories = !is_headed || authors.len() > 1 || whole.iter().all(|entry| is_entry(*entry));
    let most = whole.len() * 2 > outermost.len();
    if whole.len() < 2 || !most || !are_stories || whole.iter().any(|entry| is_live(*entry)) {
        return Vec::new();
    }
    whole.into_iter().filter_map(story).collect()
}

/// Whether the page says that it is one story: to those who share it, or in its JSON-LD.
fn says_one(page: &Html) -> bool {
    let one =
        Selector::parse("meta[property='og:type'][content=article], script[type='application/ld+json']")
            .expect("it is written in this file");
    page.select(&one).any(|element| {
        let words: String = element.text().collect();
        element.value().name() == "meta" || words.contains("Article\"") || words.contains("Posting\"")
    })
}

fn is_entry(element: ElementRef<'_>) -> bool {
    element.value().classes().any(|class| matches!(class, "hentry" | "h-entry"))
}

/// Whether an element, or what holds it, says that it is an update.
fn is_live(element: ElementRef<'_>) -> bool {
    let says = |element: ElementRef<'_>| {
        ["class", "id"].into_iter().filter_map(|name| element.value().attr(name)).any(|names| {
            let mut words = names.split_whitespace().flat_map(split);
            words.any(|word| matches!(&*word, "live" | "liveblog" | "update" | "updates" | "comment"))
        })
    };
    says(element) || element.parent().and_then(ElementRef::wrap).is_some_and(says)
}

fn heading(entry: ElementRef<'_>) -> Option<ElementRef<'_>> {
    entry.descendants().filter_map(ElementRef::wrap).find(|element| {
        matches!(element.value().name(), "h1" | "h2" | "h3" | "h4") && !line(*element).is_empty()
    })
}

/// Whether an article stands there whole: with a headline, enough words, and no link to the rest of them. A headline that
/// leads elsewhere stands above a part, unless the article is marked as an entry.
fn is_whole(entry: ElementRef<'_>) -> bool {
    let Some(heading) = heading(entry) else { return false };
    let leads_on = || {
        let links = entry.descendants().filter_map(ElementRef::wrap).filter(|it| it.value().name() == "a");
        links.map(line).any(|words| {
            words.ends_with(['…', '»', '→']) || words.ends_with("...") || body::begins_as_plea(&words)
        })
    };
    (is_entry(entry) || link(heading).is_none()) && weight(*entry) >= SHORTEST && !leads_on()
}

fn link(heading: ElementRef<'_>) -> Option<&str> {
    let mut around = heading.descendants().filter_map(ElementRef::wrap);
    around.find_map(|element| element.value().attr("href"))
}

/// The words of an element, each run of blanks as one.
fn line(element: ElementRef<'_>) -> String {
    element.text().flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

fn byline(entry: ElementRef<'_>) -> Option<String> {
    let signed = Selector::parse("[rel=author], .p-author, .fn, .byline, .author")
        .expect("it is written in this file");
    let words = entry.select(&signed).map(line).find(|words| !words.is_empty() && words.len() <= LINE)?;
    filled(words.strip_prefix("By ").unwrap_or(&words))
}

fn story(entry: ElementRef<'_>) -> Option<Story> {
    let heading = heading(entry)?;
    let title = line(heading);
    let before =
        entry.prev_siblings().find_map(ElementRef::wrap).map(line).filter(|words| words.len() <= LINE);
    let day = before.and_then(|words| {
        let (value, at) = dates::find(&words, Order::Unknown)?;
        dates::is_stamp(&words, at).then(|| Published { value, source: "page".to_owned() })
    });
    Some(Story {
        page: format!("<article>{}</article>", entry.inner_html()),
        byline: byline(entry),
        url: link(heading).filter(|link| link.starts_with("http")).map(str::to_owned),
        title,
        day,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: &str = "<p>Mara Voss left the tour on Friday after a row with her manager in Leeds, who had sold the bus to a \
        man from Hull and told nobody at all about it, not even the band.</p><p>She will walk, she said.</p>";

    fn titles(page: &str) -> Vec<String> {
        stories(&Html::parse_document(page)).into_iter().map(|story| story.title).collect()
    }

    #[test]
    fn articles_with_headlines_of_their_own_are_stories() {
        let article = |title: &str, more: &str| format!("<article>{title}{more}{WORDS}</article>");
        let (one, two) = (article("<h2>Voss leaves</h2>", ""), article("<h2>Roth joins</h2>", ""));
        assert_eq!(titles(&format!("<main>{one}{two}</main>")), ["Voss leaves", "Roth joins"]);
        assert!(titles(&format!("<main>{one}</main>")).is_empty());
        assert!(titles(&format!("<h1>Live: the row</h1>{one}{two}")).is_empty(), "updates below a headline");
        let signed =
            |name: &str| article(&format!("<h2>{name} asks</h2>"), &format!("<p class=byline>By {name}</p>"));
        let page = format!("<h1>The Lantern</h1>{}{}", signed("Ada Quill"), signed("Kit Lane"));
        assert_eq!(titles(&page), ["Ada Quill asks", "Kit Lane asks"]);
        let teaser = "<article><h3><a href='/x'>Roth joins</a></h3><p>She did.</p></article>";
        assert!(titles(&format!("{one}{teaser}{teaser}")).is_empty());
        assert!(titles(&format!("<meta property=og:type content=article>{one}{two}")).is_empty());
        let update = |title: &str| format!("<article class='live-update'><h2>{title}</h2>{WORDS}</article>");
        assert!(titles(&format!("{}{}", update("Voss leaves"), update("Roth joins"))).is_empty());
    }

    #[test]
    fn entries_of_a_blog_have_addresses_and_days() {
        let entry = |day: &str, title: &str| {
            format!(
                "<div><h2>{day}</h2><div class='post hentry'><h3><a href='https://x.example/{title}'>{title}</a></h3>{WORDS}\
                 <p>Posted by <span class=fn>Ada Quill</span></p></div></div>"
            )
        };
        let page = format!(
            "<h1>The Lantern</h1>{}{}",
            entry("Tuesday, August 19, 2014", "voss"),
            entry("Monday, August 18, 2014", "roth")
        );
        let stories = stories(&Html::parse_document(&page));
        let [first, second] = &stories[..] else { panic!("two stories") };
        assert_eq!(
            (first.url.as_deref(), first.byline.as_deref()),
            (Some("https://x.example/voss"), Some("Ada Quill"))
        );
        let day = |story: &Story| story.day.as_ref().map(|day| day.value.clone());
        assert_eq!((day(first).as_deref(), day(second).as_deref()), (Some("2014-08-19"), Some("2014-08-18")));
    }
}
