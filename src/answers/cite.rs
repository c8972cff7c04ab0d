//! Citations of an article, or of a quote in it: Markdown, BibTeX, CSL-JSON, RIS.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    annotation::Stance,
    answers::{archive::Archive, hit::QuoteHit, located::Located},
    article::{Article, ArticleId},
    query::{Error, Note},
    quote_at::QuoteAt,
    record::{FORMAT, MentionRecord},
};

/// How a citation is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// A line of Markdown with a link.
    #[default]
    Markdown,
    /// An `@article` entry.
    Bibtex,
    /// One item of CSL-JSON (`article-newspaper`).
    Csl,
    /// A `NEWS` entry of RIS, for EndNote, Zotero and Mendeley.
    Ris,
}

/// A citation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Citation {
    /// Version of the shape.
    pub format: u32,
    /// Always `citation`.
    pub r#type: &'static str,
    /// The article's id, or the quote's, or the `quote_at` of words that are no quote.
    pub id: String,
    /// The citation.
    pub text: String,
}

/// The citation of what an address names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cited {
    /// The citation.
    pub citation: Citation,
    /// Whether the words that the address names have moved.
    pub notes: Vec<Note>,
}

impl Archive {
    /// Cites what an address names, see [`locate`](Self::locate): a story, or a quote with the story behind it.
    ///
    /// # Errors
    /// As [`locate`](Self::locate).
    pub fn cite(&self, address: &str, style: Style) -> Result<Cited, Error> {
        let Located { quote, words, notes, stored, .. } = self.locate(address)?;
        let said = words.map(|words| Said::new(&stored.id, words, quote));
        let id = said.as_ref().map_or(stored.id.as_str(), |said| &said.id).to_owned();
        let text = cite(&stored.id, &stored.article, said.as_ref(), style);
        Ok(Cited { citation: Citation { format: FORMAT, r#type: "citation", id, text }, notes })
    }
}

/// Words in a story.
struct Said {
    id: String,
    words: String,
    stance: Stance,
    speaker: Option<String>,
}

impl Said {
    /// Words with the quote that they stand in. Those of the quote itself have its id.
    fn new(article: &ArticleId, words: MentionRecord, quote: Option<QuoteHit>) -> Self {
        let own = quote.as_ref().filter(|quote| (quote.start, quote.end) == (words.start, words.end));
        let address = || QuoteAt::of(article, words.start, words.end, &words.text).to_string();
        Self {
            id: own.map_or_else(address, |quote| quote.id.clone()),
            words: words.text.split_whitespace().collect::<Vec<_>>().join(" "),
            stance: quote.as_ref().map(|quote| quote.stance).unwrap_or_default(),
            speaker: quote.and_then(|quote| quote.speaker),
        }
    }

    /// The words between marks, then who said them, or that nobody did; all as the style needs them.
    fn shown(&self, escaped: impl Fn(&str) -> String) -> String {
        let words = format!("\u{201c}{}\u{201d}", escaped(&self.words));
        match (self.stance, &self.speaker) {
            (Stance::Said, Some(speaker)) => format!("{words} \u{2014} {}", escaped(speaker)),
            (Stance::Said, None) => words,
            (stance, Some(speaker)) => format!("{words} ({}, {})", escaped(speaker), stance.as_str()),
            (stance, None) => format!("{words} ({})", stance.as_str()),
        }
    }
}

/// Cites an article, or words in it. What is not known of it is left out, never invented; one without a date is told by
/// its path and id.
fn cite(id: &ArticleId, article: &Article, said: Option<&Said>, style: Style) -> String {
    match style {
        Style::Markdown => markdown(id, article, said),
        Style::Bibtex => bibtex(id, article, said),
        Style::Csl => csl(id, article, said).to_string(),
        Style::Ris => ris(id, article, said),
    }
}

/// Root and path of an article without a date.
fn place(article: &Article) -> Option<String> {
    let origin = &article.origin;
    article.published.is_none().then(|| format!("{}/{}", origin.root, origin.path))
}

/// The day of a date, which citations do without a time.
fn day(date: &str) -> &str {
    date.get(..10).unwrap_or(date)
}

fn title(article: &Article) -> &str {
    article.title.as_deref().unwrap_or("Untitled")
}

fn markdown(id: &ArticleId, article: &Article, said: Option<&Said>) -> String {
    let title = escaped(title(article));
    let heading = match &article.url {
        Some(url) => format!("[{title}](<{}>)", url.replace(['\n', '\r', '\t'], "")),
        None => format!("\u{201c}{title}\u{201d}"),
    };
    let outlet = article.source.as_deref().map(|source| format!("*{}*", escaped(source)));
    let date = article.published.as_ref().map(|published| day(&published.value).to_owned());
    let place = place(article).map(|place| format!("{}, {}", escaped(&place), id.as_str()));
    let parts = [article.byline.as_deref().map(escaped), Some(heading), outlet, date, place];
    let known: Vec<String> = parts.into_iter().flatten().collect();
    let said = said.map(|said| format!("{}. ", said.shown(escaped))).unwrap_or_default();
    format!("{said}{}.", known.join(", "))
}

/// Escapes what Markdown takes for marks; on one line.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '[' | ']' | '*' | '_' | '`' | '\\') {
            escaped.push('\\');
        }
        escaped.push(if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c });
    }
    escaped
}

fn bibtex(id: &ArticleId, article: &Article, said: Option<&Said>) -> String {
    let mut fields = vec![format!("  title = {{{{{}}}}}", tex(title(article)))];
    let mut add = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            fields.push(format!("  {name} = {{{}}}", tex(value)));
        }
    };
    add("author", article.byline.as_deref());
    add("journal", article.source.as_deref());
    let date = article.published.as_ref().map(|published| published.value.as_str());
    add("date", date.map(day));
    add("year", date.and_then(|date| date.get(..4)));
    add("url", article.url.as_deref());
    add("howpublished", place(article).map(|place| format!("{place}, {}", id.as_str())).as_deref());
    add("note", said.map(|said| said.shown(str::to_owned)).as_deref());
    // A key has none of the marks of an address.
    let key = said.map_or(id.as_str(), |said| &said.id).replace(['?', '=', '&'], "-");
    format!("@article{{pullquote-{key},\n{}\n}}", fields.join(",\n"))
}

/// Escapes what TeX takes for commands; on one line.
fn tex(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => escaped.push_str("\\textbackslash{}"),
            '{' | '}' | '$' | '&' | '%' | '#' | '_' => {
                escaped.push('\\');
                escaped.push(c);
            }
            '\n' | '\r' | '\t' => escaped.push(' '),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            _ => escaped.push(c),
        }
    }
    escaped
}

fn csl(id: &ArticleId, article: &Article, said: Option<&Said>) -> Value {
    let key = said.map_or(id.as_str(), |said| &said.id);
    let mut item = json!({ "id": key, "type": "article-newspaper", "title": title(article) });
    if let Some(byline) = &article.byline {
        item["author"] = json!([{ "literal": byline }]);
    }
    if let Some(source) = &article.source {
        item["container-title"] = json!(source);
    }
    if let Some(published) = &article.published {
        let parts: Vec<u32> = day(&published.value).split('-').filter_map(|part| part.parse().ok()).collect();
        item["issued"] = json!({ "date-parts": [parts] });
    }
    if let Some(url) = &article.url {
        item["URL"] = json!(url);
    }
    if let Some(place) = place(article) {
        item["archive_location"] = json!(format!("{place}, {}", id.as_str()));
    }
    if let Some(said) = said {
        item["note"] = json!(said.shown(str::to_owned));
    }
    item
}

/// Lines of a tag and a value each; a value has no line of its own, so no text can begin a tag.
fn ris(id: &ArticleId, article: &Article, said: Option<&Said>) -> String {
    let date = article.published.as_ref().map(|published| day(&published.value));
    let quote = said.map(|said| said.shown(str::to_owned));
    let entry = [
        ("TY", Some("NEWS".to_owned())),
        ("TI", Some(title(article).to_owned())),
        ("AU", article.byline.clone()),
        ("T2", article.source.clone()),
        ("PY", date.and_then(|date| date.get(..4)).map(str::to_owned)),
        // Year, month and day, those that are known, and a slash where something else could follow.
        ("DA", date.map(|date| date.replace('-', "/") + &"/".repeat(3 - date.matches('-').count()))),
        ("LA", article.lang.clone()),
        ("UR", article.url.clone()),
        ("AV", place(article).map(|place| format!("{place}, {}", id.as_str()))),
        ("N1", quote),
        ("ID", Some(said.map_or(id.as_str(), |said| &said.id).to_owned())),
        ("ER", Some(String::new())),
    ];
    let line = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let known = entry.into_iter().filter_map(|(tag, value)| Some(format!("{tag}  - {}", line(value?))));
    known.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Origin, Published};

    fn article() -> Article {
        Article {
            origin: Origin { root: "a".into(), path: "b".into(), record: 0 },
            title: Some("Voss & Montclair [update]".into()),
            source: Some("Sizzle Weekly".into()),
            byline: Some("Ada Quill".into()),
            url: Some("https://sizzle.example/7".into()),
            published: Some(Published {
                value: "2014-08-19T10:00:00+02:00".into(),
                source: "json-ld".into(),
            }),
            ..Default::default()
        }
    }

    #[test]
    fn each_style_escapes_its_own() {
        let article = article();
        let id = ArticleId::claimed(&article);
        assert_eq!(
            cite(&id, &article, None, Style::Markdown),
            "Ada Quill, [Voss & Montclair \\[update\\]](<https://sizzle.example/7>), *Sizzle Weekly*, \
             2014-08-19."
        );
        let entry = cite(&id, &article, None, Style::Bibtex);
        assert!(entry.contains("title = {{Voss \\& Montclair [update]}}") && entry.contains("year = {2014}"));
        let item = csl(&id, &article, None);
        assert_eq!(item["issued"]["date-parts"], json!([[2014, 8, 19]]));
    }

    #[test]
    fn ris_has_a_tag_a_line_whatever_a_title_says() {
        let mut article = article();
        article.title = Some("One\nER  - \nTY  - BOOK".into());
        let id = ArticleId::claimed(&article);
        let entry = cite(&id, &article, None, Style::Ris);
        let expected = format!(
            "TY  - NEWS\nTI  - One ER - TY - BOOK\nAU  - Ada Quill\nT2  - Sizzle Weekly\nPY  - 2014\nDA  - 2014/08/19/\n\
             UR  - https://sizzle.example/7\nID  - {}\nER  - ",
            id.as_str()
        );
        assert_eq!(entry, expected);
        article.published = Some(Published { value: "2014".into(), source: "path".into() });
        assert!(cite(&id, &article, None, Style::Ris).contains("\nDA  - 2014///\n"));
    }

    #[test]
    fn unknown_facts_are_left_out_and_the_place_tells_an_undated_story() {
        let mut bare = article();
        (bare.title, bare.url, bare.byline, bare.source, bare.published) = (None, None, None, None, None);
        let id = ArticleId::claimed(&bare);
        let place = format!("a/b, {}", id.as_str());
        assert_eq!(cite(&id, &bare, None, Style::Markdown), format!("“Untitled”, {place}."));
        let entry = cite(&id, &bare, None, Style::Bibtex);
        assert!(
            !entry.contains("author") && entry.contains(&format!("howpublished = {{{place}}}")),
            "{entry}"
        );
        let item = csl(&id, &bare, None);
        assert!(item.get("issued").is_none() && item["archive_location"] == place);
    }

    #[test]
    fn a_quote_is_cited_with_who_said_it_and_the_story() {
        let (id, article) = (ArticleId::claimed(&article()), article());
        let mut said = Said {
            id: format!("{}-3", id.as_str()),
            words: "You [can]".into(),
            stance: Stance::Said,
            speaker: Some("Ines Valcourt".into()),
        };
        let story = cite(&id, &article, None, Style::Markdown);
        let whole = cite(&id, &article, Some(&said), Style::Markdown);
        assert_eq!(whole, format!("“You \\[can\\]” — Ines Valcourt. {story}"));
        let entry = cite(&id, &article, Some(&said), Style::Bibtex);
        assert!(entry.starts_with(&format!("@article{{pullquote-{}-3,", id.as_str())), "{entry}");
        assert!(entry.contains("note = {“You [can]” — Ines Valcourt}"), "{entry}");
        assert_eq!(csl(&id, &article, Some(&said))["note"], "“You [can]” — Ines Valcourt");
        said.speaker = None;
        assert_eq!(cite(&id, &article, Some(&said), Style::Markdown), format!("“You \\[can\\]”. {story}"));
    }
}
