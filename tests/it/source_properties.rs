//! Whatever is read, spans lie on characters of their text and no reader panics.

use proptest::prelude::*;
use pullquote::{
    config::SourceConfig,
    source::{self, FORMATS, Place, Record},
};

fn read(format: &str, bytes: &[u8], max_bytes: u64) -> Vec<Record> {
    let config = SourceConfig { max_bytes, ..SourceConfig::default() };
    let place = Place { root: "", path: "input", again: None };
    let mut records = Vec::new();
    let format = source::by_name(format);
    source::read_as(format, &mut &bytes[..], &place, &config, &mut |_, record| records.push(record));
    records
}

fn check(records: &[Record]) -> Result<(), TestCaseError> {
    for article in records.iter().flatten() {
        prop_assert!(!article.text.is_empty() || article.title.is_some());
        for span in &article.emphasis {
            prop_assert!(article.text.get(span.range()).is_some_and(|words| !words.is_empty()));
        }
        if let Some(published) = &article.published {
            prop_assert!(published.days().is_some(), "{published:?}");
        }
    }
    Ok(())
}

/// Pieces of pages, documents and records, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "<p>",
        "</p>",
        "<em>",
        "</em>",
        "<i>",
        "<div>",
        "</div>",
        "<br>",
        "<h1>",
        "<time>",
        "<article>",
        "<table>",
        "<li>",
        "<!--",
        "-->",
        "*",
        "_",
        "**",
        "# ",
        "> ",
        "- ",
        "\n",
        "\n\n",
        "---\n",
        "+++\n",
        "| a | b |\n",
        "`",
        "```\n",
        "[x](y)",
        "![x](y)",
        "{\"text\":\"",
        "\"}",
        "[",
        "]",
        ",",
        "\\u00e9",
        "19.08.2014",
        "August 19, 2014",
        "Veröffentlicht",
        "2014-08-19",
        "date: ",
        "title: x\n",
        "She said that she would never come back. ",
        "“Renée” 🎬 ",
        "é",
        " ",
        "\u{a0}",
        "\r\n",
        "\u{0}",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn no_bytes_upset_a_reader(bytes in prop::collection::vec(any::<u8>(), 0..400), text in pieces()) {
        for format in FORMATS {
            check(&read(format.name(), &bytes, 1 << 20))?;
            check(&read(format.name(), text.as_bytes(), 1 << 20))?;
            check(&read(format.name(), text.as_bytes(), 40))?;
        }
        check(&read("auto", text.as_bytes(), 1 << 20))?;
    }

    #[test]
    fn text_of_records_stands_as_given(text in "\\PC{1,80}", title in "\\PC{0,20}") {
        prop_assume!(!text.trim().is_empty());
        let record = serde_json::json!({"text": text, "title": title}).to_string();
        for format in ["json", "jsonl"] {
            let records = read(format, record.as_bytes(), 1 << 20);
            prop_assert_eq!(records.len(), 1);
            let article = records.into_iter().next().expect("one").expect("a story");
            prop_assert_eq!(&article.text, &text);
            // Of a title, what is to be seen.
            let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
            prop_assert_eq!(letters(&article.title.unwrap_or_default()), letters(&title));
        }
    }

    #[test]
    fn paragraphs_of_a_page_stay_apart(words in prop::collection::vec("[a-zé]{2,9}", 12..40), count in 1..6_usize) {
        let paragraph = |number| format!("{} she said {number} times.", words.join(" "));
        let paragraphs: Vec<String> = (0..count).map(paragraph).collect();
        let page = format!("<!DOCTYPE html><html><body><article><p>{} </p></article></body></html>",
            paragraphs.join(" </p><p>"));
        let read = read("html", page.as_bytes(), 1 << 20);
        let [Ok(article)] = &read[..] else { return Err(TestCaseError::fail(format!("no story: {read:?}"))) };
        let lines: Vec<&str> = article.text.lines().filter(|line| !line.is_empty()).collect();
        prop_assert_eq!(lines, paragraphs);
    }
}
