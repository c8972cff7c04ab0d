//! Electronic books and magazines (EPUB 2 and 3): each document of the reading order that holds words is a record.

use std::{collections::HashMap, io::BufRead, sync::LazyLock};

use memchr::memmem;
use scraper::{Html as Page, Selector};

use super::{
    Error, Format, Place, Record, dates, filled, html,
    package::{self, MAGIC, Package},
    xml::{self, Element},
};
use crate::{
    article::{Article, Published, Span},
    config::SourceConfig,
};

/// Words of the shortest document that is a story, where there are others: title pages and dedications have fewer.
const LEAST_WORDS: usize = 25;

static HEADINGS: LazyLock<Selector> = LazyLock::new(|| Selector::parse("h1, h2, h3").expect("a selector"));

/// Any number of stories a file.
pub struct Epub;

impl Format for Epub {
    fn name(&self) -> &'static str {
        "epub"
    }

    fn version(&self) -> u32 {
        1
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["epub"]
    }

    fn claims(&self, at: &Place<'_>, head: &[u8]) -> bool {
        let says_so = || memmem::find(head, b"application/epub+zip").is_some();
        head.starts_with(MAGIC) && (self.extensions().contains(&&*at.extension()) || says_so())
    }

    fn is_binary(&self) -> bool {
        true
    }

    fn read(
        &self,
        input: &mut dyn BufRead,
        at: &Place<'_>,
        config: &SourceConfig,
        each: &mut dyn FnMut(Record),
    ) {
        match Package::open(input, config).and_then(|package| Book::open(package)?.records(at)) {
            Ok(records) => records.into_iter().for_each(each),
            Err(error) => each(Err(error)),
        }
    }
}

/// What a book says of itself, and its documents in order, each with its id.
struct Book {
    package: Package,
    title: Option<String>,
    author: Option<String>,
    publisher: Option<String>,
    published: Option<Published>,
    lang: Option<String>,
    id: Option<String>,
    tags: Vec<String>,
    documents: Vec<(String, String)>,
}

impl Book {
    fn open(mut package: Package) -> Result<Self, Error> {
        let parsed = |name: &str, text: &str| {
            xml::parse(text.trim_start_matches('\u{feff}')).map_err(|fault| {
                match fault.of(&format!("its part {name}")) {
                    error if matches!(fault, xml::Fault::Syntax(_)) => Error { reason: "damaged", ..error },
                    error => error,
                }
            })
        };
        let container = package.text("META-INF/container.xml")?;
        let container = parsed("META-INF/container.xml", &container)?;
        let root = container.below("rootfile").into_iter().find_map(|file| file.attribute("full-path"));
        let root = root.ok_or_else(|| Error::file("damaged", "its container.xml names no book"))?.to_owned();
        let opf = parsed(&root, &package.text(&root)?)?;
        let folder = root.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let items: HashMap<&str, &Element> =
            opf.below("item").into_iter().filter_map(|item| Some((item.attribute("id")?, item))).collect();
        let is_story = |item: &Element| {
            item.attribute("properties").is_none_or(|it| it.split_whitespace().all(|it| it != "nav"))
                && item.attribute("media-type").is_none_or(|kind| kind.contains("html"))
        };
        let listed = opf.below("itemref").into_iter().filter(|it| it.attribute("linear") != Some("no"));
        let documents = listed.filter_map(|it| {
            let id = it.attribute("idref")?;
            let item = items.get(id).filter(|item| is_story(item))?;
            Some((id.to_owned(), resolved(&folder, item.attribute("href")?)))
        });
        let documents: Vec<(String, String)> = documents.collect();
        let locked = package.optional_text("META-INF/encryption.xml")?.unwrap_or_default();
        if documents.iter().any(|(_, name)| locked.contains(&format!("\"{name}\""))) {
            return Err(package::encrypted());
        }
        let words = |name: &str| opf.below(name).into_iter().find_map(Element::words);
        let all_dates = opf.below("date");
        let of_publication = all_dates.iter().find(|date| date.attribute("event") == Some("publication"));
        let plain = || all_dates.iter().find(|date| date.attribute("event").is_none());
        let date = of_publication.or_else(plain).and_then(|date| date.words());
        Ok(Self {
            title: words("title"),
            author: words("creator"),
            publisher: words("publisher"),
            published: date.and_then(|date| dates::published(&date, "epub:date")),
            lang: words("language"),
            id: words("identifier").filter(|id| id.len() >= 8),
            tags: opf.below("subject").into_iter().filter_map(Element::words).collect(),
            documents,
            package,
        })
    }

    fn records(mut self, at: &Place<'_>) -> Result<Vec<Record>, Error> {
        let mut found: Vec<(String, Result<Chapter, Error>)> = Vec::new();
        for (id, name) in std::mem::take(&mut self.documents) {
            let chapter = match self.package.text(&name) {
                Ok(text) if html::lies_too_deep(&text) => Err(Error::file(
                    "no-article",
                    format!("the elements of {name} lie too deep in each other"),
                )),
                Ok(text) => Ok(Chapter::of(&text)),
                Err(error) if error.reason == "bomb" => return Err(error),
                Err(error) => Err(error),
            };
            found.push((id, chapter));
        }
        let is_story = |chapter: &Chapter| chapter.text.split_whitespace().count() >= LEAST_WORDS;
        let any = found.iter().any(|(_, chapter)| chapter.as_ref().is_ok_and(is_story));
        found.retain(|(_, chapter)| {
            chapter
                .as_ref()
                .map_or(true, |chapter| if any { is_story(chapter) } else { !chapter.text.is_empty() })
        });
        if found.is_empty() {
            return Err(Error::file("empty", "the book holds no words"));
        }
        let is_alone = found.len() == 1;
        let record = |(number, (id, chapter)): (u32, (String, Result<Chapter, Error>))| {
            let chapter = chapter.map_err(|error| error.of_record(number))?;
            let (title, source) = match is_alone {
                true => (self.title.clone().or(chapter.title), self.publisher.clone()),
                false => (chapter.title.or_else(|| self.title.clone()), self.title.clone()),
            };
            let whole = |book: &String| if is_alone { book.clone() } else { format!("{book}#{id}") };
            Ok(Article {
                origin: at.origin(number),
                record_id: self.id.as_ref().map(whole),
                title,
                published: self.published.clone().or_else(|| dates::in_path(at.path)),
                source,
                byline: self.author.clone(),
                lang: self.lang.clone(),
                tags: self.tags.clone(),
                text: chapter.text,
                emphasis: chapter.emphasis,
                ..Article::default()
            })
        };
        Ok((0..).zip(found).map(record).collect())
    }
}

/// The name of a part that is told from the folder of another.
fn resolved(folder: &str, href: &str) -> String {
    let href = href.split('#').next().unwrap_or_default();
    let mut parts: Vec<&str> = Vec::new();
    let path = format!("{folder}{}", decoded(href));
    for part in path.split('/') {
        match part {
            "" | "." => (),
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// A reference without its `%XX`.
fn decoded(href: &str) -> String {
    let mut bytes = Vec::with_capacity(href.len());
    let mut rest = href.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| first == b'%').and_then(|it| std::str::from_utf8(it).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

struct Chapter {
    title: Option<String>,
    text: String,
    emphasis: Vec<Span>,
}

impl Chapter {
    fn of(document: &str) -> Self {
        let body = document.find("<body").unwrap_or_default();
        let body = &document[body..];
        let (text, emphasis) = html::running_text(body);
        let page = Page::parse_fragment(body);
        let words = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let heading = page.select(&HEADINGS).next().map(|heading| words(heading.text().collect()));
        let first = text.split("\n\n").next().unwrap_or_default();
        let title = heading.and_then(|heading| filled(&heading)).filter(|it| words(first.to_owned()) == *it);
        if title.is_none() {
            return Self { title, text, emphasis };
        }
        let (text, emphasis) = html::without_title(text.clone(), emphasis, first);
        Self { title, text, emphasis }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_from_where_the_book_lies() {
        assert_eq!(resolved("OEBPS/", "../Text/one%20two.xhtml#a"), "Text/one two.xhtml");
        assert_eq!(resolved("", "./ch1.xhtml"), "ch1.xhtml");
    }

    #[test]
    fn a_heading_at_the_top_is_the_title() {
        let chapter = Chapter::of(
            "<html><head><title>x</title></head><body><h2>Quist <i>leaves</i></h2><p>She left.</p></body></html>",
        );
        assert_eq!((chapter.title.as_deref(), &*chapter.text), (Some("Quist leaves"), "She left."));
        let chapter = Chapter::of("<body><p>She left.</p><h2>Later</h2><p>He stayed.</p></body>");
        assert_eq!((chapter.title, &*chapter.text), (None, "She left.\n\nLater\n\nHe stayed."));
    }
}
