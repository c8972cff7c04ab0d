//! What a page says of its story: JSON-LD first, then OpenGraph and other `<meta>`, then the page itself.

use scraper::{Html, Selector};
use serde_json::Value;

use super::{body, parts, when};
use crate::{
    article::Published,
    source::{
        dates::{self, Order},
        filled,
    },
};

/// Facts about the story of a page.
#[derive(Debug, Default)]
pub struct Facts {
    pub title: Option<String>,
    pub published: Option<Published>,
    pub source: Option<String>,
    pub byline: Option<String>,
    pub url: Option<String>,
    pub section: Option<String>,
    pub tags: Vec<String>,
    pub lang: Option<String>,
    /// The story's text, where the metadata repeat it.
    pub body: Option<String>,
    /// Whether the page says that it shows a part of its story to those who do not pay.
    pub walled: bool,
}

/// `<meta>` names and properties of a publication date, surest first.
const DATE_METAS: [&str; 24] = [
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "publishdate",
    "publish_date",
    "published_time",
    "pubdate",
    "dc.date.issued",
    "dcterms.created",
    "dc.date.created",
    "dc.created",
    "article.published",
    "parsely-pub-date",
    "sailthru.date",
    "publication_date",
    "date_published",
    "originalpublicationdate",
    "og:published_time",
    "cxenseparse:recs:publishtime",
    "dc.date",
    "dcterms.date",
    "date",
    "bt:pubdate",
    "rnews:datepublished",
];

/// Types of JSON-LD that are a story (schema.org).
const STORY_TYPES: [&str; 9] = [
    "NewsArticle",
    "Article",
    "BlogPosting",
    "ReportageNewsArticle",
    "OpinionNewsArticle",
    "AnalysisNewsArticle",
    "ReviewNewsArticle",
    "LiveBlogPosting",
    "WebPage",
];

impl Facts {
    /// Reads them off a page.
    pub fn of(page: &Html) -> Self {
        let ld = story(page);
        let ld_text = |name: &str| ld.as_ref().and_then(|story| named(story.get(name)?));
        let meta = Metas::of(page);
        let canonical =
            first(page, "link[rel=canonical]", "href").or_else(|| first(page, "a.p-canonical", "href"));
        let url = canonical.or_else(|| meta.get("og:url")).filter(|url| url.starts_with("http"));
        let title =
            ld_text("headline").or_else(|| meta.get("og:title")).or_else(|| meta.get("twitter:title"));
        let page_title = || page.select(&selector("title")).next().map(|element| element.text().collect());
        let shown_title: Option<String> = title.clone().or_else(page_title);
        let source = ld_text("publisher").or_else(|| meta.get("og:site_name"));
        let title = title.map(|title| without_outlet(title, source.as_deref().unwrap_or_default()));
        let body = ld_text("articleBody").or_else(|| updates(ld.as_ref()?));
        let published = date(page, ld.as_ref(), &meta, url.as_deref(), shown_title.as_deref());
        Self {
            title,
            source,
            byline: ld_text("author")
                .or_else(|| meta.get("author"))
                .or_else(|| meta.get("byl"))
                .or_else(|| meta.get("article:author").filter(|author| !author.starts_with("http")))
                .or_else(|| {
                    let author = page.select(&selector(".h-entry .p-author")).next()?;
                    filled(&author.text().collect::<String>())
                }),
            section: ld_text("articleSection").or_else(|| meta.get("article:section")),
            tags: tags(ld.as_ref(), &meta),
            lang: first(page, "html", "lang")
                .or_else(|| ld_text("inLanguage"))
                .or_else(|| meta.get("og:locale")),
            walled: body.is_some() && is_walled(page, ld.as_ref(), &meta),
            body,
            published,
            url,
        }
    }
}

/// `<meta>` names (lower case) with their content, in the order of the page.
struct Metas(Vec<(String, String)>);

impl Metas {
    fn of(page: &Html) -> Self {
        let with_content = selector("meta[content]");
        let found = page.select(&with_content).filter_map(|element| {
            let element = element.value();
            let name =
                ["property", "name", "itemprop"].iter().find_map(|attribute| element.attr(attribute))?;
            Some((name.to_ascii_lowercase(), filled(element.attr("content")?)?))
        });
        Self(found.collect())
    }

    fn get(&self, name: &str) -> Option<String> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, content)| content.clone())
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(own, _)| own == name).map(|(_, content)| content.as_str())
    }
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).expect("it is written in this file")
}

fn first(page: &Html, css: &str, attribute: &str) -> Option<String> {
    page.select(&selector(css)).find_map(|element| filled(element.value().attr(attribute)?))
}

/// The first story that the page's JSON-LD describes.
fn story(page: &Html) -> Option<Value> {
    let scripts = selector("script[type='application/ld+json']");
    let mut stories: Vec<Value> = Vec::new();
    for script in page.select(&scripts) {
        let text: String = script.text().collect();
        let text = text.trim().trim_start_matches("<![CDATA[").trim_end_matches("]]>");
        if let Ok(value) = serde_json::from_str::<Value>(text) {
            collect(value, &mut stories);
        }
    }
    let dated = stories.iter().position(|story| story.get("datePublished").is_some());
    (!stories.is_empty()).then(|| stories.swap_remove(dated.unwrap_or(0)))
}

fn collect(value: Value, stories: &mut Vec<Value>) {
    match value {
        Value::Array(values) => values.into_iter().for_each(|value| collect(value, stories)),
        Value::Object(mut object) => {
            if let Some(graph) = object.remove("@graph") {
                collect(graph, stories);
            }
            let is_story = |name: &Value| name.as_str().is_some_and(|name| STORY_TYPES.contains(&name));
            let matches = match object.get("@type") {
                Some(Value::Array(types)) => types.iter().any(is_story),
                Some(name) => is_story(name),
                None => false,
            };
            if matches {
                stories.push(Value::Object(object));
            }
        }
        _ => (),
    }
}

/// A title without the outlet's name behind it.
fn without_outlet(title: String, outlet: &str) -> String {
    const SEPARATORS: [&str; 8] = [" | ", " - ", " – ", " — ", " :: ", " » ", " · ", " • "];
    let named = SEPARATORS.iter().find_map(|separator| {
        let (head, tail) = title.rsplit_once(separator)?;
        tail.trim().eq_ignore_ascii_case(outlet.trim()).then(|| filled(head))?
    });
    named.unwrap_or(title)
}

/// The updates of a live report, each with its headline.
fn updates(story: &Value) -> Option<String> {
    let list = story.get("liveBlogUpdate")?;
    let updates = list.as_array().map_or_else(|| std::slice::from_ref(list), Vec::as_slice);
    let parts =
        updates.iter().flat_map(|update| ["headline", "articleBody"].map(|name| named(update.get(name)?)));
    let parts: Vec<String> = parts.flatten().map(|words| format!("<p>{words}</p>")).collect();
    (!parts.is_empty()).then(|| parts.concat())
}

/// Whether a page says that only a part of its story is free: in its JSON-LD, as schema.org has it, in a `<meta>`, or by
/// the name of an element.
fn is_walled(page: &Html, ld: Option<&Value>, meta: &Metas) -> bool {
    const TIERS: [&str; 2] = ["locked", "metered"];
    let is_paid = |part: &Value| match part.get("isAccessibleForFree") {
        Some(Value::Bool(free)) => !free,
        Some(Value::String(free)) => free.eq_ignore_ascii_case("false"),
        _ => false,
    };
    let holds_paid = |story: &Value| match story.get("hasPart") {
        Some(Value::Array(parts)) => parts.iter().any(is_paid),
        Some(part) => is_paid(part),
        None => false,
    };
    ld.is_some_and(|story| is_paid(story) || holds_paid(story))
        || meta.all("article:content_tier").any(|tier| TIERS.contains(&tier))
        || parts::has_wall(page)
}

/// The heading that is in the page's title: what stands above the story, not the name of a section or of the outlet.
pub fn heading(page: &Html) -> Option<String> {
    const SHORTEST: usize = 8;
    let plain = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let title: String = page.select(&selector("title")).next()?.text().collect();
    let title = plain(&title);
    let headings = selector("h1, h2");
    let headings = page.select(&headings).filter(|heading| !when::lies_aside(*heading));
    let words = headings.filter_map(|heading| {
        let (words, _) = body::text(&heading.inner_html());
        filled(&words.split_whitespace().collect::<Vec<_>>().join(" "))
    });
    let fitting = words.filter(|words| {
        let plain = plain(words);
        plain.len() > SHORTEST && title.contains(&plain)
    });
    fitting.max_by_key(String::len)
}

/// The headlines of a page, as they stand in running text.
pub fn headlines(page: &Html) -> Vec<String> {
    let headings = selector("h1");
    page.select(&headings).filter_map(|heading| filled(&body::text(&heading.inner_html()).0)).collect()
}

/// A name in JSON-LD: a text, a thing with a `name`, or several of either.
fn named(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => filled(text),
        Value::Object(object) => named(object.get("name")?),
        Value::Array(values) => {
            let names: Vec<String> = values.iter().filter_map(named).collect();
            (!names.is_empty()).then(|| names.join(", "))
        }
        _ => None,
    }
}

fn tags(ld: Option<&Value>, meta: &Metas) -> Vec<String> {
    let own: Vec<String> = meta.all("article:tag").filter_map(filled).collect();
    if !own.is_empty() {
        return own;
    }
    let listed = ld.and_then(|story| match story.get("keywords")? {
        Value::Array(values) => Some(values.iter().filter_map(named).collect::<Vec<_>>()),
        Value::String(text) => Some(text.split(',').filter_map(filled).collect()),
        _ => None,
    });
    listed
        .or_else(|| Some(meta.get("news_keywords")?.split(',').filter_map(filled).collect()))
        .unwrap_or_default()
}

fn date(
    page: &Html,
    ld: Option<&Value>,
    meta: &Metas,
    url: Option<&str>,
    title: Option<&str>,
) -> Option<Published> {
    let order = first(page, "html", "lang").map_or(Order::Unknown, |tag| Order::of_language(&tag));
    let read = |written: &str, source: &str| dates::published_in(written, source, order);
    let of_ld = || read(ld?.get("datePublished")?.as_str()?, "json-ld");
    let of_page = || Some(Published { value: when::shown(page, title, order)?, source: "page".to_owned() });
    let of_meta = || {
        let (name, written) = DATE_METAS.iter().find_map(|name| {
            let written = meta.get(name)?;
            dates::published_in(&written, "", order).map(|_| (name, written))
        })?;
        let source = format!("meta:{name}");
        let sure = dates::published(&written, &source)?;
        // Day and month may be exchanged: what the page shows tells, else how dates are written in its language.
        match sure.value.len() {
            4 => of_page()
                .filter(|shown| shown.value.starts_with(&sure.value))
                .or_else(|| read(&written, &source)),
            _ => Some(sure),
        }
    };
    let of_property = || {
        let dated = selector(
            "[itemprop=datePublished], [itemprop=dateCreated], [property='dc:date'], [property$='datePublished'], \
             [property$=':dateCreated']",
        );
        page.select(&dated).find_map(|element| {
            let value = element.value();
            let written = value.attr("datetime").or_else(|| value.attr("content")).map(str::to_owned);
            dates::published(&written.unwrap_or_else(|| element.text().collect()), "itemprop:datePublished")
        })
    };
    // As microformats have it, wherever it stands.
    let of_entry = || {
        let written = first(page, ".h-entry time.dt-published", "datetime")?;
        dates::published(&written, "time")
    };
    let of_time = || {
        let marked = [
            "time[pubdate]",
            "article time[datetime]",
            "header time[datetime]",
            "time.published",
            "time[datetime]",
        ];
        marked.iter().find_map(|css| {
            let marked = selector(css);
            let mut own = page.select(&marked).filter(|element| !when::lies_aside(*element));
            own.find_map(|element| dates::published(element.value().attr("datetime")?, "time"))
        })
    };
    let of_url = || {
        let date = dates::in_path(url?.split(['?', '#']).next()?)?;
        (date.value.len() == 10).then_some(Published { source: "url".to_owned(), ..date })
    };
    let of_title = || {
        let title = title?.trim();
        let (value, at) = dates::find(title, order)?;
        let is_head = at.start == 0 && title[at.end..].trim_start().starts_with(['|', ':', '–', '—', '-']);
        (is_head && dates::is_stamp(title, at)).then(|| Published { value, source: "title".to_owned() })
    };
    of_ld()
        .or_else(of_meta)
        .or_else(of_property)
        .or_else(of_entry)
        .or_else(of_url)
        .or_else(of_time)
        .or_else(of_page)
        .or_else(of_title)
}
