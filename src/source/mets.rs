//! METS, with which libraries put the scanned pages of an issue together: what the issue is called and when it came out, and
//! its table of contents. Its pages are files of their own, and are read as such.

use std::io::BufRead;

use rustc_hash::FxHashMap;

use super::{Error, Format, Place, Record, dates, filled, foreign, newsml::document, xml::Element};
use crate::{
    article::{Article, Published, Remark},
    config::SourceConfig,
};

/// Kinds of divisions that hold an issue, and are none of its articles.
const AROUND: [&str; 9] =
    ["set", "group", "newspaper", "magazine", "periodical", "journal", "volume", "issue", "titlesection"];

/// The table of contents of an issue.
pub struct Mets;

impl Format for Mets {
    fn name(&self) -> &'static str {
        "mets"
    }

    fn version(&self) -> u32 {
        1
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["mets"]
    }

    fn sniff(&self, head: &[u8]) -> bool {
        foreign::first_local_name(head).is_some_and(|name| name.eq_ignore_ascii_case(b"mets"))
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
        each(document(input, config).and_then(|(root, remarks)| issue(&root, remarks, at)));
    }
}

/// What a description says of an issue or an article.
#[derive(Default)]
struct Described {
    title: Option<String>,
    authors: Vec<String>,
    published: Option<Published>,
    source: Option<String>,
    lang: Option<String>,
    is_advertisement: bool,
}

impl Described {
    /// Reads Dublin Core or MODS.
    fn of(section: &Element) -> Self {
        let words = |name: &str| section.below(name).into_iter().find_map(Element::words);
        let date = |name: &str| {
            section.below(name).into_iter().find_map(|date| dates::published(&date.words()?, "mets:date"))
        };
        let people = section.below("name").into_iter().chain(section.below("creator"));
        let authors = people.filter_map(|person| match person.at("namePart") {
            Some(_) => {
                let parts: Vec<String> = person.all("namePart").filter_map(Element::words).collect();
                filled(&parts.join(" "))
            }
            None => person.words(),
        });
        let outlet =
            section.below("relatedItem").into_iter().find_map(|item| item.at("titleInfo/title")?.words());
        let classes = section.below("classification").into_iter().filter_map(Element::words);
        Self {
            title: section.below("titleInfo").into_iter().find_map(titled).or_else(|| words("title")),
            authors: authors.collect(),
            published: date("dateIssued").or_else(|| date("date")).or_else(|| date("issued")),
            source: outlet.or_else(|| words("publisher")),
            lang: words("languageTerm").or_else(|| words("language")),
            is_advertisement: classes.into_iter().any(|class| class.eq_ignore_ascii_case("advertisement")),
        }
    }
}

/// `nonSort`, `title` and `subTitle` of MODS as one.
fn titled(title: &Element) -> Option<String> {
    let part = |name: &str| title.at(name).and_then(Element::words);
    let main = [part("nonSort"), part("title")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    filled(&match part("subTitle") {
        Some(below) => format!("{main}: {below}"),
        None => main,
    })
}

fn issue(root: &Element, mut remarks: Vec<Remark>, at: &Place<'_>) -> Record {
    let sections = root.below("dmdSec");
    let described: FxHashMap<&str, Described> = sections
        .into_iter()
        .filter_map(|section| Some((section.attribute("ID")?, Described::of(section))))
        .collect();
    let mut contents = Contents { described: &described, issue: Vec::new(), articles: Vec::new() };
    for map in root.below("structMap") {
        contents.inside(map);
    }
    let pages = root.below("structMap").iter().flat_map(|map| map.below("fptr")).count();
    if contents.articles.is_empty() {
        return Err(Error::file(
            "page-scan",
            "METS without titles of articles: its pages are ALTO files, which are read as they are",
        ));
    }
    let facts: Vec<&Described> = contents.issue;
    let published = facts.iter().find_map(|fact| fact.published.clone());
    let source = facts.iter().find_map(|fact| fact.source.clone());
    let title = facts.iter().rev().find_map(|fact| fact.title.clone());
    if pages > 0 {
        remarks.push(Remark::new(
            "contents",
            "the table of contents of an issue; its pages are files of their own",
        ));
    }
    Ok(Article {
        origin: at.origin(0),
        title: title
            .or_else(|| filled(root.elements().next()?.attribute("LABEL")?))
            .or_else(|| source.clone()),
        published: published.or_else(|| dates::in_path(at.path)),
        source,
        lang: facts.iter().find_map(|fact| fact.lang.clone()),
        remarks,
        text: contents.articles.join("\n\n"),
        ..Default::default()
    })
}

/// The articles of an issue in their order, each with who wrote it on a line of its own.
struct Contents<'d> {
    described: &'d FxHashMap<&'d str, Described>,
    /// What is said of the issue, from the outside in.
    issue: Vec<&'d Described>,
    articles: Vec<String>,
}

impl Contents<'_> {
    fn inside(&mut self, element: &Element) {
        for division in element.all("div") {
            let kind = division.attribute("TYPE").unwrap_or_default().to_ascii_lowercase();
            let ids = division.attribute("DMDID").unwrap_or_default().split_whitespace();
            let said: Vec<&Described> = ids.filter_map(|id| self.described.get(id)).collect();
            if AROUND.contains(&&*kind) {
                let new =
                    said.into_iter().filter(|it| !self.issue.iter().any(|known| std::ptr::eq(*known, *it)));
                let new: Vec<&Described> = new.collect();
                self.issue.extend(new);
            } else if kind == "article" || !said.is_empty() {
                self.article(division, &said);
            }
            self.inside(division);
        }
    }

    fn article(&mut self, division: &Element, said: &[&Described]) {
        let is_page = division.attribute("ORDERLABEL").is_some();
        if is_page || said.iter().any(|it| it.is_advertisement) {
            return;
        }
        let title = said.iter().find_map(|it| it.title.clone());
        let Some(title) = title.or_else(|| filled(division.attribute("LABEL")?)) else { return };
        let authors: Vec<&str> = said.iter().flat_map(|it| &it.authors).map(String::as_str).collect();
        let line = if authors.is_empty() { title } else { format!("{title}\n{}", authors.join(", ")) };
        if self.articles.last() != Some(&line) {
            self.articles.push(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Record {
        let place = Place { root: "", path: "x.xml", again: None };
        assert!(Mets.claims(&place, text.as_bytes()));
        let mut records = Vec::new();
        Mets.read(&mut text.as_bytes(), &place, &SourceConfig::default(), &mut |record| records.push(record));
        records.remove(0)
    }

    #[test]
    fn an_issue_is_its_table_of_contents() {
        let section = |id: &str, words: &str| {
            format!("<dmdSec ID='{id}'><mdWrap><xmlData>{words}</xmlData></mdWrap></dmdSec>")
        };
        let text = [
            "<?xml version='1.0'?><mets xmlns='http://www.loc.gov/METS/'>".to_owned(),
            section("d1", "<x><title>No. 18</title><date>1921-05-03</date><publisher>The Reel</publisher></x>"),
            section("d2", "<mods><titleInfo><nonSort>The</nonSort><title>Bus</title></titleInfo><name><namePart>Ada</namePart>\
                <namePart>Quill</namePart></name></mods>"),
            section("d3", "<mods><classification>advertisement</classification></mods>"),
            "<structMap><div TYPE='ISSUE' DMDID='d1'><div TYPE='ARTICLE' DMDID='d2' LABEL='x'><fptr/></div>\
             <div TYPE='ARTICLE' DMDID='d3' LABEL='Soup'/><div TYPE='ARTICLE' LABEL='Voss weds'/></div></structMap></mets>"
                .to_owned(),
        ]
        .concat();
        let issue = read(&text).expect("an issue");
        assert_eq!(issue.text, "The Bus\nAda Quill\n\nVoss weds");
        assert_eq!((issue.title.as_deref(), issue.source.as_deref()), (Some("No. 18"), Some("The Reel")));
        assert_eq!(issue.published.expect("a date").value, "1921-05-03");
        let pages =
            "<mets><structMap><div TYPE='set'><div TYPE='object' ORDERLABEL='1'/></div></structMap></mets>";
        assert_eq!(read(pages).map_err(|error| error.reason).err(), Some("page-scan"));
    }
}
