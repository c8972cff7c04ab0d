//! Citations of an article: Markdown, BibTeX, CSL-JSON.

use serde_json::{Value, json};

use crate::article::{Article, ArticleId};

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
}

/// Cites an article. What is not known of it is left out, never invented.
pub fn cite(id: &ArticleId, article: &Article, style: Style) -> String {
    match style {
        Style::Markdown => markdown(article),
        Style::Bibtex => bibtex(id, article),
        Style::Csl => csl(id, article).to_string(),
    }
}

fn title(article: &Article) -> &str {
    article.title.as_deref().unwrap_or("Untitled")
}

fn markdown(article: &Article) -> String {
    let escaped: String = title(article)
        .chars()
        .flat_map(|c| matches!(c, '[' | ']' | '*' | '_' | '`' | '\\').then_some('\\').into_iter().chain([c]))
        .collect();
    let heading = match &article.url {
        Some(url) => format!("[{escaped}](<{url}>)"),
        None => format!("\u{201c}{escaped}\u{201d}"),
    };
    let outlet = article.source.as_ref().map(|source| format!("*{source}*"));
    let date = article.published.as_ref().map(|published| published.value.clone());
    let parts = [article.byline.clone(), Some(heading), outlet, date];
    let known: Vec<String> = parts.into_iter().flatten().collect();
    format!("{}.", known.join(", "))
}

fn bibtex(id: &ArticleId, article: &Article) -> String {
    let mut fields = vec![format!("  title = {{{{{}}}}}", tex(title(article)))];
    let mut add = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            fields.push(format!("  {name} = {{{}}}", tex(value)));
        }
    };
    add("author", article.byline.as_deref());
    add("journal", article.source.as_deref());
    let date = article.published.as_ref().map(|published| published.value.as_str());
    add("date", date.map(|date| date.get(..10).unwrap_or(date)));
    add("year", date.and_then(|date| date.get(..4)));
    add("url", article.url.as_deref());
    format!("@article{{pullquote-{},\n{}\n}}", id.as_str(), fields.join(",\n"))
}

/// Escapes what TeX takes for commands.
fn tex(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => escaped.push_str("\\textbackslash{}"),
            '{' | '}' | '$' | '&' | '%' | '#' | '_' => {
                escaped.push('\\');
                escaped.push(c);
            }
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            _ => escaped.push(c),
        }
    }
    escaped
}

fn csl(id: &ArticleId, article: &Article) -> Value {
    let mut item = json!({ "id": id.as_str(), "type": "article-newspaper", "title": title(article) });
    if let Some(byline) = &article.byline {
        item["author"] = json!([{ "literal": byline }]);
    }
    if let Some(source) = &article.source {
        item["container-title"] = json!(source);
    }
    if let Some(published) = &article.published {
        let day = published.value.get(..10).unwrap_or(&published.value);
        let parts: Vec<u32> = day.split('-').filter_map(|part| part.parse().ok()).collect();
        item["issued"] = json!({ "date-parts": [parts] });
    }
    if let Some(url) = &article.url {
        item["URL"] = json!(url);
    }
    item
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
            cite(&id, &article, Style::Markdown),
            "Ada Quill, [Voss & Montclair \\[update\\]](<https://sizzle.example/7>), *Sizzle Weekly*, \
             2014-08-19T10:00:00+02:00."
        );
        let entry = cite(&id, &article, Style::Bibtex);
        assert!(entry.contains("title = {{Voss \\& Montclair [update]}}") && entry.contains("year = {2014}"));
        let item = csl(&id, &article);
        assert_eq!(item["issued"]["date-parts"], json!([[2014, 8, 19]]));
    }

    #[test]
    fn unknown_facts_are_left_out() {
        let bare = Article::default();
        let id = ArticleId::claimed(&bare);
        assert_eq!(cite(&id, &bare, Style::Markdown), "“Untitled”.");
        assert!(!cite(&id, &bare, Style::Bibtex).contains("author"));
        assert!(csl(&id, &bare).get("issued").is_none());
    }
}
