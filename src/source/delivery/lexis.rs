//! LexisNexis (`1 of 161 DOCUMENTS`) and Nexis Uni (`End of Document`).

use super::printed::{blocks, joined, labelled, lang, subjects};
use crate::{
    article::Article,
    source::{
        dates::{self, Order},
        filled,
        lines::unwrapped,
    },
};

/// Bytes of the longest paragraph that can be a date with an edition.
const DATE: usize = 160;

/// Paragraphs below each story of Nexis Uni.
const ENDS: [&str; 6] = [
    "End of Document",
    "Ende des Dokuments",
    "Fin du document",
    "Fin del documento",
    "Einde van document",
    "Fine del documento",
];

/// Words of a line about rights.
const RIGHTS: [&str; 5] = [
    "rights reserved",
    "droits réservés",
    "rechte vorbehalten",
    "derechos reservados",
    "rechten voorbehouden",
];

/// What [`is_counter`] wants to see in a text; the second begins a German end, too.
const COUNTED: [&str; 3] = ["DOCUMENT", "Dokument", "DOKUMENT"];

/// The stories; nothing when the text is no delivery.
pub fn stories(text: &str) -> Option<Vec<Article>> {
    let mut marks = COUNTED.iter().chain(&ENDS);
    if !marks.any(|mark| memchr::memmem::find(text.as_bytes(), mark.as_bytes()).is_some()) {
        return None;
    }
    let blocks: Vec<Vec<&str>> = blocks(text).into_iter().flat_map(without_rights).collect();
    let starts: Vec<usize> =
        blocks.iter().enumerate().filter(|(_, block)| is_counter(block)).map(|(at, _)| at).collect();
    if let Some(first) = starts.first() {
        let ends = starts.iter().skip(1).copied().chain([blocks.len()]);
        let parts = starts.iter().zip(ends).map(|(start, end)| &blocks[start + 1..end]);
        // The line is one of running text where nothing below says what stories have.
        let is_delivery =
            blocks[*first..].iter().any(|block| says(block).is_some_and(|field| field == "length"));
        return is_delivery.then(|| parts.map(story).collect());
    }
    let is_end = |block: &[&str]| block.len() == 1 && ENDS.contains(&block[0].trim());
    if !blocks.iter().any(|block| is_end(block)) {
        return None;
    }
    let parts = blocks.split(|block| is_end(block));
    let stories: Vec<Article> =
        parts.filter(|part| part.iter().any(|block| is_body(block))).map(story).collect();
    (!stories.is_empty()).then_some(stories)
}

/// `1 of 161 DOCUMENTS`, `Dokument 1 von 10`: the paragraph above a story.
fn is_counter(block: &[&str]) -> bool {
    let [line] = block else { return false };
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let is_of = |word: &str| matches!(word, "of" | "de" | "von" | "di" | "van");
    let is_documents = |word: &str| word.starts_with("DOCUMENT") || word.starts_with("DOKUMENT");
    matches!(*words, [number, of, all, documents] if is_number(number) && is_of(of) && is_number(all) && is_documents(documents))
        || matches!(*words, ["Dokument" | "DOKUMENT", number, "von", all] if is_number(number) && is_number(all))
}

/// The outlet may stand in one paragraph with the rights in its stories.
fn without_rights(block: Vec<&str>) -> Vec<Vec<&str>> {
    let are_rights = |line: &&str| {
        let line = line.to_lowercase();
        RIGHTS.iter().any(|words| line.contains(words))
    };
    if !is_copyright(&block) {
        return vec![block];
    }
    // Without such words the outlet is the last line.
    let last = block.iter().rposition(are_rights);
    let end = last.map_or((block.len() - 1).max(1), |last| last + 1);
    let (rights, outlet) = block.split_at(end);
    // Where lines were joined, it stands behind these words on one line.
    let behind = last.and_then(|last| {
        let line = block[last];
        let lower = line.to_lowercase();
        let words = RIGHTS.iter().find_map(|words| Some(lower.find(words)? + words.len()))?;
        line.get(words..).map(|rest| rest.trim_start_matches(['.', ' ']))
    });
    let parts = [rights.to_vec(), behind.into_iter().collect(), outlet.to_vec()];
    parts.into_iter().filter(|part| part.iter().any(|line| !line.trim().is_empty())).collect()
}

fn says(block: &[&str]) -> Option<&'static str> {
    labelled("lexis", block).map(|(field, _)| field)
}

/// `Body` alone on its line, or `BODY:`.
fn is_body(block: &[&str]) -> bool {
    says(block) == Some("body")
        || block.len() == 1 && matches!(block[0].trim(), "Body" | "Corps" | "Textkörper" | "Cuerpo")
}

/// Whether a paragraph below the date says which edition, and another is the headline: by its last word, or as it is
/// centred where the headline is not.
fn is_edition(block: &[&str], all: &[&Vec<&str>]) -> bool {
    const WORDS: [&str; 7] = ["edition", "ausgabe", "édition", "editie", "edición", "edicion", "edizione"];
    let line = joined(block).to_lowercase();
    let is_named =
        line.split_whitespace().any(|word| WORDS.contains(&word)) && line.split_whitespace().count() <= 6;
    let is_centred = |block: &[&str]| block.iter().all(|line| line.starts_with("        "));
    (is_named && all.len() > 1) || (is_centred(block) && all.iter().any(|block| !is_centred(block)))
}

/// What stands alone on a line above what is no words of a story: `Classification`.
fn is_tail(block: &[&str]) -> bool {
    let [line] = block else { return false };
    super::printed::LABELS
        .iter()
        .any(|row| row.0 == "lexis" && row.1 == "tail" && row.2.contains(&line.trim()))
}

/// The date of a paragraph that says little else.
fn date(block: &[&str]) -> Option<String> {
    let line = joined(block);
    let (date, _) = dates::find(&line, Order::Unknown).filter(|_| line.len() <= DATE)?;
    (date.len() >= 7 && !is_copyright(block)).then_some(date)
}

fn is_copyright(block: &[&str]) -> bool {
    let first = block[0].trim_start();
    let are_rights =
        || block.len() == 1 && RIGHTS.contains(&&*first.trim_end().to_lowercase().replace("all ", ""));
    first.starts_with("Copyright") || first.starts_with('©') || first.starts_with("(c)") || are_rights()
}

fn story(blocks: &[Vec<&str>]) -> Article {
    let mut story = Article::default();
    // The head reaches to where the body says that it begins, else to behind the length.
    let begins = blocks.iter().position(|block| is_body(block));
    let length = blocks.iter().position(|block| says(block) == Some("length"));
    let head = begins.or(length.map(|at| at + 1)).unwrap_or(0);
    let (mut head, body) = blocks.split_at(head);
    // A list of stories may stand above the first: the head is what stands around the last date in it.
    if let Some(dated) = head.iter().rposition(|block| says(block).is_none() && date(block).is_some()) {
        let named = dated.saturating_sub(2);
        let from = head[..dated]
            .iter()
            .rposition(|block| is_copyright(block))
            .map_or(named, |at| (at + 1).max(named));
        head = &head[from..];
    }
    let plain = |block: &&Vec<&str>| says(block).is_none() && !is_copyright(block);
    let dated = head.iter().position(|block| says(block).is_none() && date(block).is_some());
    let (before, after) = head.split_at(dated.unwrap_or(0));
    let before: Vec<&Vec<&str>> = before.iter().filter(plain).collect();
    let after: Vec<&Vec<&str>> = after.iter().skip(usize::from(dated.is_some())).filter(plain).collect();
    let after =
        after.iter().find(|block| !is_edition(block, &after)).or(after.first()).map(|block| joined(block));
    story.published =
        dated.and_then(|at| date(&head[at])).and_then(|date| dates::published(&date, "lexis:date"));
    story.source = before.last().and_then(|block| filled(&joined(block)));
    let above = before.len().checked_sub(2).map(|at| joined(before[at]));
    story.title = after.or(above);
    let mut text: Vec<String> = Vec::new();
    let mut now = "";
    for block in head.iter().chain(body) {
        let Some((field, rest)) = labelled("lexis", block) else {
            // A headline of several lines goes on where the line before ended with a semicolon.
            if let Some(title) =
                story.title.as_mut().filter(|title| now == "headline" && title.ends_with(';'))
            {
                *title = format!("{title} {}", joined(block));
            }
            continue;
        };
        now = field;
        let mut lines = vec![rest];
        lines.extend(&block[1..]);
        let value = filled(&joined(&lines));
        match field {
            "headline" => story.title = value.or(story.title.take()),
            "byline" => story.byline = story.byline.take().or(value),
            "section" => story.section = story.section.take().or(value),
            "lang" => story.lang = story.lang.take().or_else(|| lang(&value?)),
            "subject" => story.tags = subjects(&value.unwrap_or_default()),
            "lead" => text.extend(value),
            _ => (),
        }
    }
    let mut words: Vec<String> = Vec::new();
    for block in body {
        match labelled("lexis", block) {
            Some(("body", rest)) => {
                words.extend(filled(rest));
                words.extend((block.len() > 1).then(|| block[1..].join("\n")));
            }
            Some(("lead", _)) => (),
            // What stands behind a label that is none of the body's belongs to it.
            Some(_) => break,
            None if is_tail(block) && begins.is_some() => break,
            None if is_body(block) => (),
            None => words.push(block.join("\n")),
        }
    }
    while words.last().is_some_and(|last| last.trim_start().starts_with("Copyright ")) {
        words.pop();
    }
    text.extend(filled(&unwrapped(&words.join("\n\n"))));
    story.text = text.join("\n\n");
    story
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_running_text_makes_no_delivery() {
        assert!(stories("She read\n\n1 of 3 DOCUMENTS\n\nand left.").is_none());
        assert!(stories("She wrote under it:\n\nEnd of Document\n\nand left.").is_none());
        assert!(is_counter(&["   12 of 161 DOCUMENTS"]) && is_counter(&["Dokument 1 von 10"]));
        assert!(!is_counter(&["1 of 3 documents was lost"]));
    }

    #[test]
    fn editions_are_no_headlines() {
        let story = |edition: &str, title: &str| {
            format!(
                "                    1 of 2 DOCUMENTS\n\n                   The Daily Lantern\n\n              August 19, 2014 Tuesday\n\n\
                 {edition}{title}\n\nBYLINE: Ada Quill\n\nLENGTH: 57 words\n\nShe left.\n\nLOAD-DATE: August 19, 2014\n\n"
            )
        };
        let title = |text: &str| {
            let stories = stories(text).expect("a delivery");
            (stories[0].title.clone().expect("a title"), stories[0].source.clone())
        };
        let outlet = Some("The Daily Lantern".to_owned());
        let long = "Quist walks away from the tour that she began in Cork after a row with\nher manager";
        let expected = (long.replace('\n', " "), outlet.clone());
        assert_eq!(title(&story("                    City Final\n\n", long)), expected);
        assert_eq!(title(&story("First Edition\n\n", long)), expected);
        assert_eq!(
            title(&story("", "A special edition for Quist")),
            ("A special edition for Quist".to_owned(), outlet)
        );
    }

    #[test]
    fn nexis_uni_has_its_title_above_and_a_list_before_the_first() {
        let text = "Date and Time: Friday, 5. July 2019\n\n1. Quist leaves\n\nQuist leaves\n\nThe Courier(Cork)\n\nJuly 2, 2019 Tuesday\n\n\
                    Copyright 2019 The Courier All Rights Reserved\n\nSection: FILM\n\nLength: 57 words\n\nByline: Ada Quill\n\nBody\n\n\
                    She left.\n\nHe stayed.\n\nGraphic\n\nQuist in Cork.\n\nClassification\n\nLanguage: ENGLISH\n\nLoad-Date: July 3, 2019\n\nEnd of Document\n\n";
        let stories = stories(text).expect("a delivery");
        let [story] = &stories[..] else { panic!("one story: {stories:?}") };
        assert_eq!(
            (story.title.as_deref(), story.source.as_deref()),
            (Some("Quist leaves"), Some("The Courier(Cork)"))
        );
        assert_eq!(story.published.as_ref().map(|it| &*it.value), Some("2019-07-02"));
        assert_eq!((story.byline.as_deref(), &*story.text), (Some("Ada Quill"), "She left.\n\nHe stayed."));
    }
}
