//! A document of a word processor on its way to an article: paragraphs, what they are for, and what the file says of
//! itself.

use super::{Error, Place, Record, dates, delivery, filled};
use crate::article::{Article, Span};

/// Characters a first paragraph may have to be a title.
const TITLE_CHARS: usize = 150;

/// Bytes of the longest paragraph that can be a heading, a name or a date.
const SHORT: usize = 300;

/// What a paragraph is for, as its style says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// Words of the story.
    #[default]
    Body,
    /// The headline of the whole.
    Title,
    /// Who wrote it.
    Author,
    /// When it was written.
    Date,
    /// No words of the story: a line of a table of contents.
    Apart,
}

impl Role {
    /// The role of a style by its name, as word processors name their own in English whatever their language.
    pub fn of_style(name: &str) -> Self {
        let name = name.to_ascii_lowercase().replace(['_', '-'], " ").replace(" 20 ", " ");
        match &*name {
            "title" | "heading 1" | "heading1" => Self::Title,
            "author" | "byline" => Self::Author,
            "date" | "dateline" => Self::Date,
            _ if name.starts_with("toc ") || name.starts_with("contents ") => Self::Apart,
            _ => Self::Body,
        }
    }
}

/// A paragraph as it is put together, each run of blanks as one.
#[derive(Clone, Debug, Default)]
pub struct Paragraph {
    /// Its words; a line feed where the author broke the line.
    pub text: String,
    /// Its stretches in italics.
    pub emphasis: Vec<Span>,
    /// What it is for.
    pub role: Role,
    /// Whether it stands beside the one before, as the next cell of a row.
    pub beside: bool,
    blank: bool,
}

impl Paragraph {
    /// An empty paragraph for something.
    pub fn of(role: Role) -> Self {
        Self { role, ..Self::default() }
    }

    /// Adds words that stand in italics or do not.
    pub fn words(&mut self, words: &str, italic: bool) {
        for c in words.chars() {
            match c {
                // Soft hyphens and marks without width are for the printer; fonts of symbols use private characters.
                '\u{ad}' | '\u{200b}' | '\u{feff}' | '\u{2060}' | '\u{e000}'..='\u{f8ff}' => (),
                '\u{2011}' => self.push('-', italic),
                _ if c.is_whitespace() || c.is_control() => self.blank = true,
                _ => self.push(c, italic),
            }
        }
    }

    fn push(&mut self, c: char, italic: bool) {
        if std::mem::take(&mut self.blank) && !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push(' ');
        }
        let start = self.text.len();
        self.text.push(c);
        if italic {
            let end = self.text.len();
            match self.emphasis.last_mut() {
                Some(last) if self.text[last.end as usize..start].trim().is_empty() => {
                    *last = Span::new(last.start as usize, end);
                }
                _ => self.emphasis.push(Span::new(start, end)),
            }
        }
    }

    /// Breaks the line.
    pub fn line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        self.blank = false;
    }
}

/// A document.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// Its paragraphs, in order.
    pub paragraphs: Vec<Paragraph>,
    /// The title the file gives itself.
    pub title: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// When it was made, and what said so.
    pub made: Option<(String, &'static str)>,
    /// Its language.
    pub lang: Option<String>,
    /// Its keywords.
    pub tags: Vec<String>,
}

impl Document {
    /// Adds a paragraph, unless it holds no words.
    pub fn add(&mut self, mut paragraph: Paragraph) {
        paragraph.text.truncate(paragraph.text.trim_end().len());
        if !paragraph.text.is_empty() {
            self.paragraphs.push(paragraph);
        }
    }

    /// Its running text without roles and italics, a blank line between paragraphs.
    pub fn lines(&self) -> String {
        let paragraphs: Vec<&str> = self.paragraphs.iter().map(|paragraph| &*paragraph.text).collect();
        paragraphs.join("\n\n")
    }

    /// The story it holds, or the stories of a delivery.
    pub fn records(self, at: &Place<'_>) -> Vec<Record> {
        delivery::of_text(&self.lines(), at, 0).unwrap_or_else(|| vec![self.article(at)])
    }

    /// The story it holds.
    fn article(mut self, at: &Place<'_>) -> Record {
        self.paragraphs.retain(|paragraph| paragraph.role != Role::Apart);
        let heading = self.take(Role::Title, |_| true);
        let author = self.take(Role::Author, |text| !text.contains('\n'));
        let date = self.take(Role::Date, |text| dates::published(text, "").is_some());
        let (text, emphasis) = running(&self.paragraphs);
        if text.is_empty() && heading.is_none() {
            return Err(Error::file("empty", "the document holds no words"));
        }
        let titled = heading.or_else(|| self.title.filter(|title| is_title(title)));
        let first = self.paragraphs.first().map(|paragraph| &*paragraph.text);
        let title = titled.clone().or_else(|| {
            let first = first.filter(|_| self.paragraphs.len() > 1)?;
            may_be_title(first).then(|| first.to_owned())
        });
        Ok(Article {
            origin: at.origin(0),
            title_in_text: title.is_some() && title.as_deref() == first,
            title,
            published: date
                .and_then(|date| dates::published(&date, "text"))
                .or_else(|| dates::in_path(at.path))
                .or_else(|| dates::in_text(&text))
                .or_else(|| self.made.and_then(|(made, source)| dates::published(&made, source))),
            byline: author.or_else(|| self.author.filter(|author| is_person(author))),
            lang: self.lang,
            tags: self.tags,
            text,
            emphasis,
            ..Article::default()
        })
    }

    /// Takes out the short paragraph of that role that stands at the top, before words of the story.
    fn take(&mut self, role: Role, fits: impl Fn(&str) -> bool) -> Option<String> {
        let top = self.paragraphs.iter().take_while(|paragraph| paragraph.role != Role::Body);
        let at = top.enumerate().find(|(_, it)| it.role == role && it.text.len() <= SHORT && fits(&it.text));
        let at = at.map(|(at, _)| at)?;
        Some(self.paragraphs.remove(at).text.replace('\n', " "))
    }
}

/// The paragraphs as one text, with their italics. A line feed lies between cells of a row, a blank line between others.
fn running(paragraphs: &[Paragraph]) -> (String, Vec<Span>) {
    let (mut text, mut emphasis) = (String::new(), Vec::new());
    for paragraph in paragraphs {
        if !text.is_empty() {
            text.push_str(if paragraph.beside { "\n" } else { "\n\n" });
        }
        let base = text.len();
        let moved = |span: &Span| Span::new(base + span.start as usize, base + span.end as usize);
        emphasis.extend(paragraph.emphasis.iter().map(moved));
        text.push_str(&paragraph.text);
    }
    (text, emphasis)
}

/// Whether a first paragraph is a title, by the rule for plain text: at most 150 characters, no full stop at its end.
pub fn may_be_title(first: &str) -> bool {
    !first.contains('\n')
        && !first.ends_with('.')
        && first.chars().count() <= TITLE_CHARS
        && first.chars().filter(|c| c.is_alphabetic()).count() > 2
}

/// Whether the title that a file gives itself is one: no name of a file, nothing that a program put there.
fn is_title(title: &str) -> bool {
    let lower = title.to_lowercase();
    let words = lower.split_whitespace().count();
    let is_file = [".doc", ".docx", ".odt", ".rtf", ".pdf", ".dot", ".indd", ".qxd", ".txt", ".wpd"]
        .iter()
        .any(|ending| lower.ends_with(ending));
    let is_none =
        ["untitled", "document", "microsoft word", "title", "no title", "unknown", "normal", "(anonymous)"]
            .iter()
            .any(|none| lower.starts_with(none) && words <= 2 || lower.starts_with("microsoft word - "));
    // One word with hyphens or digits is a name that somebody gave a file.
    let is_name = words < 2 && lower.contains(|c: char| c.is_ascii_digit() || "-_.".contains(c));
    filled(title).is_some()
        && !is_file
        && !is_none
        && !is_name
        && lower.chars().filter(|c| c.is_alphabetic()).count() > 2
}

/// Whether the author that a file names is somebody, and no account of a computer: two words with capitals.
fn is_person(author: &str) -> bool {
    let capital = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
    let words: Vec<&str> = author.split_whitespace().collect();
    let accounts = [
        "microsoft",
        "майкрософт",
        "user",
        "office",
        "admin",
        "administrator",
        "windows",
        "owner",
        "account",
    ];
    let is_account = |word: &&str| accounts.contains(&&*word.to_lowercase());
    words.len() >= 2
        && words.iter().filter(|word| capital(word)).count() >= 2
        && !words.iter().any(is_account)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paragraph(role: Role, words: &str) -> Paragraph {
        let mut paragraph = Paragraph { role, ..Paragraph::default() };
        paragraph.words(words, false);
        paragraph
    }

    fn document(paragraphs: &[(Role, &str)]) -> Document {
        let mut document = Document::default();
        paragraphs.iter().for_each(|(role, words)| document.add(paragraph(*role, words)));
        document
    }

    #[test]
    fn blanks_are_one_and_italics_are_joined() {
        let mut paragraph = Paragraph::default();
        paragraph.words("  She  made ", false);
        paragraph.words("Gravel ", true);
        paragraph.words("Ro\u{ad}ad", true);
        paragraph.words("\u{a0}twice\u{2011}over", false);
        assert_eq!(paragraph.text, "She made Gravel Road twice-over");
        assert_eq!(paragraph.emphasis, [Span::new(9, 20)]);
    }

    #[test]
    fn styles_say_what_stands_at_the_top() {
        let place = Place { root: "", path: "x.docx", again: None };
        let story = [
            (Role::Title, "Voss Is Done"),
            (Role::Author, "Ada Quill"),
            (Role::Date, "August 19, 2014"),
            (Role::Body, "She left."),
            (Role::Title, "What next"),
        ];
        let article = document(&story).article(&place).expect("a story");
        assert_eq!(article.title.as_deref(), Some("Voss Is Done"));
        assert_eq!((article.byline.as_deref(), article.title_in_text), (Some("Ada Quill"), false));
        assert_eq!(article.published.expect("a date").value, "2014-08-19");
        assert_eq!(article.text, "She left.\n\nWhat next");
    }

    #[test]
    fn a_title_that_a_program_wrote_is_none() {
        for title in
            ["Microsoft Word - voss.doc", "Untitled 1", "voss-final.docx", "Document1", "17", "10811_final"]
        {
            assert!(!is_title(title), "{title}");
        }
        assert!(is_title("Titled after all") && is_title("Document of a Murder"));
        assert!(is_person("Ada Quill") && !is_person("eng-dept") && !is_person("Microsoft Office User"));
    }

    #[test]
    fn a_first_line_is_a_title_by_the_rule_of_plain_text() {
        let place = Place { root: "", path: "x.docx", again: None };
        let article = document(&[(Role::Body, "Voss Is Done"), (Role::Body, "She left.")]).article(&place);
        let article = article.expect("a story");
        assert!(article.title_in_text && article.text.starts_with("Voss Is Done\n\n"));
        assert_eq!(Document::default().article(&place).expect_err("no words").reason, "empty");
    }
}
