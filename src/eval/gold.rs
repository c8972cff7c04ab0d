//! Gold answers: one article a line, made by reading.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use crate::{
    article::Article,
    config::SourceConfig,
    source::{self, Place},
};

/// An article with its gold answers; a part is `None` where the file has no answers for it.
#[derive(Clone, Debug)]
pub struct GoldArticle {
    /// The article's id in the file.
    pub id: String,
    /// The article, as the JSON Lines reader gives it.
    pub article: Article,
    /// Whether the file knows who is who: names behind pronouns, and speakers without a name.
    pub identity: bool,
    /// What is hard about the story, in words.
    pub traps: Option<String>,
    /// Kinds of names that the file does not annotate: predictions that touch them count nowhere.
    pub ignore_kinds: BTreeSet<String>,
    /// Names.
    pub names: Option<Vec<GoldName>>,
    /// Quotes.
    pub quotes: Option<Vec<GoldQuote>>,
    /// Topics.
    pub topics: Option<GoldTopics>,
}

/// A name with its mentions, as ranges of characters.
#[derive(Clone, Debug)]
pub struct GoldName {
    /// The fullest form.
    pub name: String,
    /// `person`, `org`, …; `other` for what is a name and of no kind that is asked for.
    pub kind: String,
    /// Where it stands.
    pub mentions: Vec<(usize, usize)>,
}

/// A quote, as a range of characters.
#[derive(Clone, Debug)]
pub struct GoldQuote {
    /// Where the words stand.
    pub span: (usize, usize),
    /// Whether it is direct; else a fragment inside the reporter's sentence.
    pub direct: bool,
    /// The speaker's name; nothing where the article has none.
    pub speaker: Option<String>,
    /// How the speaker is written: `named`, `pronoun`, `nominal`, `implicit`.
    pub written: String,
}

/// Topics of an article.
#[derive(Clone, Debug, Default)]
pub struct GoldTopics {
    /// Codes of IPTC Media Topics, eight digits.
    pub iptc: BTreeSet<String>,
    /// Phrases.
    pub keyphrases: Vec<String>,
}

/// A line that is no gold answer.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct Error {
    line: usize,
    message: String,
}

#[derive(Deserialize)]
struct Line {
    id: String,
    #[serde(default)]
    identity: bool,
    traps: Option<String>,
    #[serde(default)]
    ignore_kinds: BTreeSet<String>,
    names: Option<Vec<NameLine>>,
    quotes: Option<Vec<QuoteLine>>,
    topics: Option<Value>,
}

#[derive(Deserialize)]
struct NameLine {
    name: String,
    kind: String,
    mentions: Vec<RangeLine>,
}

#[derive(Deserialize)]
struct RangeLine {
    start: usize,
    end: usize,
}

/// A quote in either of two shapes: as `extract --json` writes it, or with the speaker's name in a field of its own and
/// the words that point to the speaker in `speaker`.
#[derive(Deserialize)]
struct QuoteLine {
    start: usize,
    end: usize,
    kind: Option<String>,
    speaker_name: Option<String>,
    speaker_resolved_silver: Option<String>,
    speaker_kind: Option<String>,
    speaker: Option<String>,
    #[serde(default, deserialize_with = "present")]
    speaker_mention: Option<Value>,
}

/// Tells a field that is null from one that is missing.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// Reads a file of gold answers.
///
/// # Errors
/// When a line is no JSON object with an `id` and a `text`, or an answer has the wrong shape.
pub fn read(lines: &str) -> Result<Vec<GoldArticle>, Error> {
    let mut articles = Vec::new();
    for (number, line) in (1..).zip(lines.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let at = |message: String| Error { line: number, message };
        let parsed: Line = serde_json::from_str(line).map_err(|error| at(error.to_string()))?;
        articles.push(parsed.gold(article(line).map_err(at)?));
    }
    Ok(articles)
}

/// The article in a line, exactly as `extract --input jsonl` reads it.
fn article(line: &str) -> Result<Article, String> {
    let reader = source::by_name("jsonl").expect("JSON Lines are a format");
    let (place, config) = (Place { root: "", path: "-", again: None }, SourceConfig::default());
    let mut read = Err("no article".to_owned());
    reader.read(&mut line.as_bytes(), &place, &config, &mut |record| {
        read = record.map_err(|error| error.message);
    });
    let mut article = read?;
    let headline = article.title.as_deref().unwrap_or_default();
    article.title_in_text = article
        .text
        .strip_prefix(headline)
        .is_some_and(|rest| !headline.is_empty() && rest.starts_with('\n'));
    Ok(article)
}

impl Line {
    fn gold(self, article: Article) -> GoldArticle {
        let name = |line: NameLine| GoldName {
            name: line.name,
            kind: line.kind,
            mentions: line.mentions.iter().map(|range| (range.start, range.end)).collect(),
        };
        GoldArticle {
            id: self.id,
            article,
            identity: self.identity,
            traps: self.traps,
            ignore_kinds: self.ignore_kinds,
            names: self.names.map(|names| names.into_iter().map(name).collect()),
            quotes: self.quotes.map(|quotes| quotes.into_iter().map(QuoteLine::gold).collect()),
            topics: self.topics.map(|topics| GoldTopics::of(&topics)),
        }
    }
}

impl QuoteLine {
    fn gold(self) -> GoldQuote {
        let filled = |name: Option<String>| name.filter(|name| !name.is_empty());
        let own_shape = self.speaker_mention.is_some();
        let resolved = filled(self.speaker_name).or(filled(self.speaker_resolved_silver));
        GoldQuote {
            span: (self.start, self.end),
            direct: self.kind.is_none_or(|kind| kind == "direct"),
            speaker: resolved.or(self.speaker.filter(|_| own_shape)),
            written: self.speaker_kind.unwrap_or_else(|| "named".to_owned()),
        }
    }
}

impl GoldTopics {
    /// Reads topics as `extract --json` lists them, or as `{"iptc": [codes], "keyphrases": [phrases]}`.
    fn of(value: &Value) -> Self {
        let words = |value: &Value| value.as_str().map(str::to_owned);
        let list = |key: &str| value.get(key).and_then(Value::as_array).into_iter().flatten();
        let mut topics = Self {
            iptc: list("iptc").filter_map(words).collect(),
            keyphrases: list("keyphrases").filter_map(words).collect(),
        };
        for topic in value.as_array().into_iter().flatten() {
            match topic["kind"].as_str() {
                Some("iptc") => topics.iptc.extend(topic["code"].as_str().map(|code| bare(code).to_owned())),
                Some("keyphrase") => topics.keyphrases.extend(words(&topic["label"])),
                _ => (),
            }
        }
        topics
    }
}

/// A code without its scheme: `20000505` of `medtop:20000505`.
pub(super) fn bare(code: &str) -> &str {
    code.rsplit(':').next().unwrap_or(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_shapes_are_read() {
        let own = r#"{"id":"a","text":"“No,” she said.","quotes":[{"start":1,"end":4,"kind":"mixed","speaker":"Ada","speaker_mention":null}],"topics":[{"label":"x","code":"medtop:20000505","kind":"iptc"},{"label":"y","code":null,"kind":"keyphrase"}]}"#;
        let other = r#"{"id":"b","identity":true,"text":"“No,” she said.","quotes":[{"start":1,"end":4,"kind":"direct","speaker_name":null,"speaker":"she","speaker_kind":"pronoun"}],"topics":{"iptc":["20000505"],"keyphrases":["y"]}}"#;
        let read = read(&format!("{own}\n\n{other}\n")).expect("two lines");
        let quotes: Vec<&GoldQuote> = read.iter().flat_map(|gold| gold.quotes.iter().flatten()).collect();
        assert_eq!((quotes[0].direct, quotes[0].speaker.as_deref()), (false, Some("Ada")));
        assert_eq!((quotes[1].direct, quotes[1].speaker.as_deref()), (true, None));
        for gold in &read {
            let topics = gold.topics.as_ref().expect("topics");
            assert!(topics.iptc.contains("20000505") && topics.keyphrases == ["y"]);
        }
        assert!(read[0].names.is_none() && read[1].identity);
    }

    #[test]
    fn a_broken_line_is_told_by_its_number() {
        let error = super::read("{\"id\":\"a\",\"text\":\"x\"}\n{").expect_err("no JSON");
        assert!(error.to_string().starts_with("line 2: "), "{error}");
    }
}
