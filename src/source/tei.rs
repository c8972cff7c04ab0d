//! TEI, in which libraries and editions publish newspapers and magazines: one story a text, or one for each division that
//! says it is an article.

use std::io::BufRead;

use super::{
    Error, Format, Place, Record, dates, filled, foreign, html,
    newsml::document,
    xml::{Element, Node},
};
use crate::{
    article::{Article, Published, Span},
    config::SourceConfig,
};

/// Kinds of divisions that are stories of their own.
const STORIES: [&str; 10] = [
    "article",
    "articles",
    "story",
    "item",
    "newsitem",
    "review",
    "report",
    "interview",
    "letter",
    "obituary",
];

/// Elements that are no words of the story: notes of editors, running heads, what was struck out, descriptions.
const SILENT: [&str; 15] = [
    "teiHeader",
    "note",
    "fw",
    "del",
    "sic",
    "orig",
    "abbr",
    "figDesc",
    "gap",
    "bibl",
    "listBibl",
    "surplus",
    "byline",
    "docAuthor",
    "dateline",
];

/// The story of a text, or those of its divisions.
pub struct Tei;

impl Format for Tei {
    fn name(&self) -> &'static str {
        "tei"
    }

    fn version(&self) -> u32 {
        1
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["tei"]
    }

    fn sniff(&self, head: &[u8]) -> bool {
        foreign::first_local_name(head)
            .is_some_and(|name| [&b"TEI"[..], b"TEI.2", b"teiCorpus", b"teiCorpus.2"].contains(&name))
    }

    fn claims(&self, _: &Place<'_>, head: &[u8]) -> bool {
        self.sniff(head)
    }

    fn read(
        &self,
        input: &mut dyn BufRead,
        at: &Place<'_>,
        config: &SourceConfig,
        each: &mut dyn FnMut(Record),
    ) {
        let (root, remarks) = match document(input, config) {
            Ok(read) => read,
            Err(error) => return each(Err(error)),
        };
        let mut found = 0;
        for document in documents(&root) {
            let facts = document.at("teiHeader").map(Facts::of).unwrap_or_default();
            let lang = document.attribute("lang").or_else(|| document.at("text")?.attribute("lang"));
            for text in document.all("text") {
                for part in stories(text) {
                    if let Some(story) = story(part, part.name == "text", &facts, at, found) {
                        let lang = part.attribute("lang").or(lang).map(str::to_owned).or(story.lang);
                        each(Ok(Article { remarks: remarks.clone(), lang, ..story }));
                        found += 1;
                    }
                }
            }
        }
        if found == 0 {
            each(Err(Error::file("no-article", "the text holds no words")));
        }
    }
}

/// The documents of a corpus, or the only one.
fn documents(root: &Element) -> Vec<&Element> {
    let mut found = Vec::new();
    for element in root.elements() {
        match &*element.name {
            "TEI" | "TEI.2" => found.push(element),
            "teiCorpus" | "teiCorpus.2" => found.extend(documents(element)),
            _ => (),
        }
    }
    found
}

/// The parts of a text that are stories: its divisions that say so, else the texts of a group, else the whole.
fn stories(text: &Element) -> Vec<&Element> {
    let mut divisions = Vec::new();
    divided(text, &mut divisions);
    if !divisions.is_empty() {
        return divisions;
    }
    match text.at("group") {
        Some(group) => group.elements().filter(|part| part.name == "text").flat_map(stories).collect(),
        None => vec![text],
    }
}

fn divided<'a>(element: &'a Element, found: &mut Vec<&'a Element>) {
    for part in element.elements() {
        let kind = part.attribute("type").unwrap_or_default().to_lowercase();
        let is_division = part.name.starts_with("div") && part.name.len() <= 4;
        if is_division && (STORIES.contains(&&*kind) || kind.ends_with("article")) {
            found.push(part);
        } else {
            divided(part, found);
        }
    }
}

/// What the header says of all its stories.
#[derive(Default)]
struct Facts {
    title: Option<String>,
    author: Option<String>,
    source: Option<String>,
    published: Option<Published>,
    lang: Option<String>,
    tags: Vec<String>,
}

impl Facts {
    fn of(header: &Element) -> Self {
        let file = header.at("fileDesc");
        let statement = |path: &str| file.and_then(|file| file.at(path));
        let origin = file.and_then(|file| file.at("sourceDesc"));
        let of_origin = |names: &[&str], read: &dyn Fn(&Element) -> Option<String>| {
            names.iter().find_map(|name| origin?.below(name).into_iter().find_map(read))
        };
        // What a story stood in is told from what it is called by a level (`j`: a journal, `m`: a book).
        let journal = |element: &Element| {
            let level = element.attribute("level")?;
            matches!(level, "j" | "s").then(|| element.words()).flatten()
        };
        let profile = header.at("profileDesc");
        let keywords = profile.map(|profile| profile.below("keywords")).unwrap_or_default();
        Self {
            title: statement("titleStmt/title").and_then(Element::words),
            author: statement("titleStmt/author").and_then(Element::words),
            source: of_origin(&["title"], &journal)
                .or_else(|| of_origin(&["publisher"], &Element::words))
                .or_else(|| statement("publicationStmt/publisher")?.words()),
            published: origin
                .into_iter()
                .flat_map(|origin| origin.below("date"))
                .chain(profile.and_then(|profile| profile.at("creation/date")))
                .chain(statement("publicationStmt/date"))
                .find_map(|date| when(date, "tei:date")),
            lang: profile
                .and_then(|profile| profile.at("langUsage/language"))
                .and_then(|language| language.attribute("ident").or(language.attribute("id")))
                .map(str::to_owned),
            tags: keywords.iter().flat_map(|list| list.below("term")).filter_map(Element::words).collect(),
        }
    }
}

/// A date, as its attribute says it or else its words.
fn when(date: &Element, source: &str) -> Option<Published> {
    ["when", "when-iso", "value", "from", "notBefore"]
        .iter()
        .find_map(|name| dates::published(date.attribute(name)?, source))
        .or_else(|| dates::published(&date.words()?, source))
}

fn story(part: &Element, whole: bool, facts: &Facts, at: &Place<'_>, number: u32) -> Option<Article> {
    let mut shown = Shown::default();
    match (whole, part.at("body")) {
        (true, Some(body)) => shown.inside(body),
        _ => shown.inside(part),
    }
    // A heading that the header does not know is part of the text.
    let unknown =
        shown.head.take_if(|head| whole && facts.title.as_ref().is_some_and(|title| *title != *head));
    if let Some(head) = unknown {
        shown.markup.insert_str(0, &format!("<p>{}</p>", head.replace('&', "&amp;").replace('<', "&lt;")));
    }
    let (text, emphasis): (String, Vec<Span>) = html::running_text(&shown.markup);
    let head = shown.head.or_else(|| filled(part.attribute("n")?).filter(|_| !whole));
    let title = if whole { facts.title.clone().or(head) } else { head };
    if text.is_empty() {
        return None;
    }
    let (text, emphasis) = html::without_title(text, emphasis, title.as_deref().unwrap_or_default());
    let below = |name: &str| part.below(name);
    let own_date = || {
        below("dateline").iter().flat_map(|line| line.below("date")).find_map(|it| when(it, "tei:dateline"))
    };
    let by = below("docAuthor").into_iter().chain(below("byline")).find_map(Element::words);
    let by = by.map(|by| by.strip_prefix("By ").map(str::to_owned).unwrap_or(by));
    Some(Article {
        origin: at.origin(number),
        record_id: part.attribute("id").filter(|_| !whole).map(str::to_owned),
        title,
        published: own_date().or_else(|| facts.published.clone()).or_else(|| dates::in_path(at.path)),
        source: facts.source.clone(),
        byline: by.or_else(|| facts.author.clone()),
        lang: facts.lang.clone(),
        tags: facts.tags.clone(),
        text,
        emphasis,
        ..Default::default()
    })
}

/// A text on its way to HTML.
#[derive(Default)]
struct Shown {
    markup: String,
    /// The first heading, which stands before the words.
    head: Option<String>,
    /// Who speaks what follows.
    speaker: Option<String>,
    /// Whether the next words go on with a word that was broken.
    joins: bool,
}

impl Shown {
    fn inside(&mut self, element: &Element) {
        for node in element.nodes() {
            match node {
                Node::Text(words) => self.words(words),
                Node::Element(element) => self.element(element),
            }
        }
    }

    fn words(&mut self, words: &str) {
        let words = if std::mem::take(&mut self.joins) { words.trim_start() } else { words };
        self.markup.push_str(&words.replace('&', "&amp;").replace('<', "&lt;"));
    }

    fn element(&mut self, element: &Element) {
        let name = &*element.name;
        if SILENT.contains(&name) {
            return;
        }
        let breaks_no_word = element.attribute("break") == Some("no");
        match name {
            // Lines and pages of the print end in the middle of words, and where words end a blank stands.
            "lb" | "pb" | "cb" | "gb" => {
                self.joins = breaks_no_word;
                if breaks_no_word {
                    self.markup
                        .truncate(self.markup.trim_end().trim_end_matches(['-', '¬', '\u{ad}', '⸗']).len());
                } else {
                    self.markup.push(' ');
                }
            }
            // Of two readings the one meant for readers.
            "choice" => {
                let meant = ["corr", "reg", "expan"].iter().find_map(|name| element.all(name).next());
                match meant.or_else(|| element.elements().next()) {
                    Some(meant) => self.inside(meant),
                    None => self.inside(element),
                }
            }
            "head" if self.markup.trim().is_empty() && self.head.is_none() => self.head = words(element),
            "speaker" => {
                self.speaker = words(element).and_then(|name| filled(name.trim_end_matches(['.', ':', ','])))
            }
            _ => {
                let shown = shown_as(element);
                self.markup.push_str(&format!("<{shown}>"));
                if let Some(speaker) = self.speaker.take_if(|_| shown == "p") {
                    self.words(&format!("{speaker}: "));
                }
                self.inside(element);
                self.markup.push_str(&format!("</{shown}>"));
            }
        }
    }
}

/// The words of a heading, read as the text is.
fn words(element: &Element) -> Option<String> {
    let mut shown = Shown { head: Some(String::new()), ..Shown::default() };
    shown.inside(element);
    filled(&html::running_text(&shown.markup).0.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The element of HTML that shows one of TEI.
fn shown_as(element: &Element) -> &'static str {
    match &*element.name {
        "p" | "ab" | "l" | "stage" | "head" | "salute" | "signed" | "trailer" | "argument" | "opener"
        | "closer" | "postscript" | "epigraph" => "p",
        "div" | "div1" | "div2" | "div3" | "div4" | "div5" | "div6" | "div7" | "lg" | "sp"
        | "floatingText" | "front" | "body" | "back" | "figure" => "div",
        "list" => "ul",
        "item" => "li",
        "table" => "table",
        "row" => "tr",
        "cell" => "td",
        "title" | "emph" | "foreign" | "mentioned" => "em",
        "hi" if element.attribute("rend").or(element.attribute("rendition")).is_some_and(|rend| {
            rend.to_ascii_lowercase()
                .split(['-', ' ', '#', ':', ';'])
                .any(|word| matches!(word, "italic" | "italics" | "i"))
        }) =>
        {
            "em"
        }
        _ => "span",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Article> {
        let place = Place { root: "", path: "x.xml", again: None };
        assert!(Tei.claims(&place, text.as_bytes()));
        let mut stories = Vec::new();
        Tei.read(&mut text.as_bytes(), &place, &SourceConfig::default(), &mut |record| {
            stories.push(record.expect("a story"));
        });
        stories
    }

    const HEADER: &str = "<teiHeader><fileDesc><titleStmt><title>The Reel, 3 May 1921</title><author>Ada Quill</author>\
        </titleStmt><publicationStmt><publisher>A library</publisher><date when='2011'/></publicationStmt><sourceDesc><bibl>\
        <title level='a'>Voss</title><title level='j'>The Reel</title><date when='1921-05-03'>3 May</date></bibl></sourceDesc>\
        </fileDesc><profileDesc><langUsage><language ident='en-GB'>English</language></langUsage></profileDesc></teiHeader>";

    #[test]
    fn a_text_is_a_story_with_the_facts_of_its_header() {
        let text = format!(
            "<?xml version='1.0'?><TEI xmlns='http://www.tei-c.org/ns/1.0'>{HEADER}<text><front><p>Cover</p></front><body>\
             <head>Voss</head><fw>The Reel</fw><p>Mara Voss <choice><sic>lef</sic><corr>left</corr></choice> the \
             the<del>e</del>ater<note>Built in 1890.</note> of <hi rend='italic'>Gravel Road</hi> in Ven-<lb break='no'/>\n tura \
             on<lb/>Friday.<pb n='2'/></p><sp><speaker>VOSS.</speaker><p>I am done.</p></sp></body></text></TEI>"
        );
        let [story] = &read(&text)[..] else { panic!("one story") };
        assert_eq!(
            story.text,
            "Voss\n\nMara Voss left the theater of Gravel Road in Ventura on Friday.\n\nVOSS: I am done."
        );
        assert_eq!(story.emphasis[0].of(&story.text), "Gravel Road");
        assert_eq!(story.title.as_deref(), Some("The Reel, 3 May 1921"));
        assert_eq!((story.source.as_deref(), story.byline.as_deref()), (Some("The Reel"), Some("Ada Quill")));
        assert_eq!(story.published.as_ref().expect("a date").value, "1921-05-03");
        assert_eq!(story.lang.as_deref(), Some("en-GB"));
    }

    #[test]
    fn divisions_that_say_so_are_stories() {
        let text = format!(
            "<TEI>{HEADER}<text><body><div type='section'><head>Stage</head><div type='jArticle' xml:id='a1'><head>Voss \
             <lb/>weds</head><byline>By <docAuthor>Kit Marlow</docAuthor></byline><p>She did.</p></div><div type='article'>\
             <head>Quill sings</head><dateline>Leeds, <date when='1921-05-02'>Monday</date></dateline><p>He did.</p></div>\
             </div></body></text></TEI>"
        );
        let [first, second] = &read(&text)[..] else { panic!("two stories") };
        assert_eq!((first.title.as_deref(), first.text.as_str()), (Some("Voss weds"), "She did."));
        assert_eq!((first.byline.as_deref(), first.record_id.as_deref()), (Some("Kit Marlow"), Some("a1")));
        assert_eq!(second.published.as_ref().expect("a date").value, "1921-05-02");
        assert_eq!((second.title.as_deref(), second.origin.record), (Some("Quill sings"), 1));
    }
}
