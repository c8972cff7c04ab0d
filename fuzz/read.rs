//! What every target of a format does with its bytes.

use pullquote::{config::SourceConfig, extract::annotate, source::{self, Place}};

/// Reads bytes as a format and looks at all that comes of it.
pub fn as_format(name: &str, bytes: &[u8]) {
    let format = source::by_name(name).expect("the format is registered");
    let place = Place { root: "", path: "2014/08/input", again: None };
    let config = SourceConfig { max_bytes: 1 << 16, ..SourceConfig::default() };
    source::read_as(Some(format), &mut &bytes[..], &place, &config, &mut |_, record| {
        let Ok(article) = record else { return };
        for span in &article.emphasis {
            span.of(&article.text);
        }
        annotate(&article).quotes.iter().for_each(|quote| drop(quote.span.of(&article.text)));
    });
}
