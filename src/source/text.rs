//! Plain text: one story a file.

use std::io::BufRead;

use super::{Error, Format, Place, Record, charset, dates, delivery, whole};
use crate::{article::Article, config::SourceConfig};

/// Characters a first line may have to be a title.
const TITLE_CHARS: usize = 150;

/// One story a file, its text as decoded, without what nobody sees.
pub struct Text;

impl Format for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn version(&self) -> u32 {
        3
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["txt", "text"]
    }

    fn read(
        &self,
        input: &mut dyn BufRead,
        at: &Place<'_>,
        config: &SourceConfig,
        each: &mut dyn FnMut(Record),
    ) {
        match whole(input, config) {
            Ok(bytes) => {
                let text = charset::text(&bytes, None);
                match delivery::of_text(&text.words, at, 0) {
                    Some(stories) => stories.into_iter().for_each(each),
                    None => each(article(text, at)),
                }
            }
            Err(error) => each(Err(error)),
        }
    }
}

fn article(text: charset::Text<'_>, at: &Place<'_>) -> Record {
    let charset::Text { words, remarks } = text;
    let text = words.into_owned();
    if text.trim().is_empty() {
        return Err(Error::file("empty", "the file holds no words"));
    }
    let title = title(&text);
    Ok(Article {
        origin: at.origin(0),
        title_in_text: title.is_some(),
        title: title.map(str::to_owned).or_else(|| title_of_name(at.stem())),
        published: dates::in_path_or_text(at.path, &text),
        text,
        remarks,
        ..Default::default()
    })
}

/// The first line, when it is a title: at most 150 characters, no full stop at its end, a blank line after it.
fn title(text: &str) -> Option<&str> {
    let mut lines = text.lines();
    let first = lines.next()?.trim();
    let blank = lines.next().is_some_and(|line| line.trim().is_empty());
    let is_title =
        blank && !first.is_empty() && !first.ends_with('.') && first.chars().count() <= TITLE_CHARS;
    is_title.then_some(first)
}

/// A title from a file's name, when it is made of words: `star-weds-again` is, `000_7ae875aa` is not.
pub fn title_of_name(stem: &str) -> Option<String> {
    let words: Vec<&str> = stem.split(['-', '_', ' ', '.']).filter(|word| !word.is_empty()).collect();
    let wordy = words.iter().filter(|word| word.chars().all(char::is_alphabetic)).count();
    (words.len() >= 2 && wordy * 2 > words.len()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_line_is_a_title_by_the_rule() {
        assert_eq!(title("Star Weds\n\nShe did."), Some("Star Weds"));
        assert_eq!(title("Star weds.\n\nShe did."), None);
        assert_eq!(title("Star Weds\nShe did."), None);
        assert_eq!(title(&format!("{}\n\nx", "a".repeat(151))), None);
        assert_eq!(title_of_name("star-weds-again").as_deref(), Some("star weds again"));
        assert_eq!(title_of_name("000_7ae875aab2e0db9a"), None);
    }
}
