//! Words of a story, and links.

use maud::{Markup, html};

use crate::{
    serve::params::address,
    visible::{line, visible},
    wording::Piece,
};

/// Characters of a headline that are shown.
const HEADLINE: usize = 300;

/// Text of a story on one line.
pub fn words(text: &str) -> Markup {
    html! { (line(text)) }
}

/// A name: its direction is its own.
pub fn name(text: &str) -> Markup {
    html! { bdi { (line(text)) } }
}

/// A headline, or the path of a story without one; a very long one is cut.
pub fn headline(title: Option<&str>, path: &str) -> Markup {
    let title = title.filter(|title| !title.trim().is_empty());
    let shown = title.unwrap_or(path);
    let cut = shown.char_indices().nth(HEADLINE).map(|(at, _)| &shown[..at]);
    html! {
        bdi {
            @if title.is_none() { span .untitled { (line(shown)) } }
            @else { (line(cut.unwrap_or(shown))) @if cut.is_some() { "…" } }
        }
    }
}

/// Text with its line feeds.
pub fn lines(text: &str) -> Markup {
    html! { (visible(text)) }
}

/// Words on one line, runs of blanks as one.
pub fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A link to the page of somebody or something.
pub fn person(label: &str) -> Markup {
    html! { a href=(address("/person", &[("name", label)])) { (name(label)) } }
}

/// A date as exact as a day; "undated" without one.
pub fn date(published: Option<&str>) -> Markup {
    match published.map(day) {
        Some(day) => html! { time datetime=(line(day)) { (line(day)) } },
        None => html! { span .undated { "undated" } },
    }
}

/// The day of a date.
pub fn day(date: &str) -> &str {
    date.get(..10).unwrap_or(date)
}

/// An address that a browser may be sent to; nothing for others, such as `javascript:`.
pub fn web(url: Option<&str>) -> Option<&str> {
    let is_web = |url: &&str| {
        let lower = url.get(..8).unwrap_or(url).to_ascii_lowercase();
        (lower.starts_with("https://") || lower.starts_with("http://")) && !url.contains(char::is_control)
    };
    url.filter(is_web)
}

/// A number with its noun.
pub fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// A number, its thousands set apart.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut shown = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// A chance in per cent.
pub fn percent(chance: f32) -> String {
    format!("{:.0} %", 100.0 * chance)
}

/// Quotation marks that a passage may bring from its story.
const MARKS: [char; 5] = ['"', '“', '”', '«', '»'];

/// A comparison of words: what was put in and what was left out, each by its sign too. The quotation marks around
/// all of it are left to the page.
pub fn pieces(pieces: &[Piece]) -> Markup {
    let bare = |number: usize| {
        let text = text_of(&pieces[number]);
        let text = if number == 0 { text.trim_start_matches(MARKS) } else { text };
        words(if number + 1 == pieces.len() { text.trim_end_matches(MARKS) } else { text })
    };
    html! {
        @for (number, piece) in pieces.iter().enumerate() {
            @if number > 0 && !is_ending(piece) { " " }
            @match piece {
                Piece::Same(_) => (bare(number)),
                Piece::Respelt(_) => em { (bare(number)) },
                Piece::Skipped(_) => span .skipped { "(" (bare(number)) ")" },
                Piece::Added(_) => ins { span .sign { "+" } (bare(number)) },
                Piece::Dropped(_) => del { span .sign { "−" } (bare(number)) },
            }
        }
    }
}

fn text_of(piece: &Piece) -> &str {
    let (Piece::Same(text)
    | Piece::Respelt(text)
    | Piece::Skipped(text)
    | Piece::Added(text)
    | Piece::Dropped(text)) = piece;
    text
}

/// Whether a piece is the rest of the word before it: the `’t` of "can’t".
fn is_ending(piece: &Piece) -> bool {
    let mut chars = text_of(piece).chars();
    matches!(chars.next(), Some('’' | '\'')) && chars.next().is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_are_links() {
        assert_eq!(web(Some("HTTPS://a.example/b")), Some("HTTPS://a.example/b"));
        for bad in
            ["javascript:alert(1)", "data:text/html,x", "//a.example", "http:/x", "http://a\n.example", "é"]
        {
            assert_eq!(web(Some(bad)), None, "{bad}");
        }
    }

    #[test]
    fn what_is_no_text_is_shown() {
        let markup = headline(Some("<b>\u{202e}x\u{1b}[0m</b>"), "p").into_string();
        assert_eq!(markup, "<bdi>&lt;b&gt;&lt;U+202E&gt;x^[[0m&lt;/b&gt;</bdi>");
        assert!(headline(Some(" "), "a/b.txt").into_string().contains("untitled"));
        assert!(headline(Some(&"x".repeat(100_000)), "p").into_string().len() < 400);
    }

    #[test]
    fn the_rest_of_a_word_stands_at_it() {
        let compared =
            [Piece::Same("You can".into()), Piece::Respelt("’t".into()), Piece::Added("now".into())];
        let shown = pieces(&compared).into_string();
        assert_eq!(shown, "You can<em>’t</em> <ins><span class=\"sign\">+</span>now</ins>");
    }

    #[test]
    fn the_marks_around_a_passage_are_those_of_the_page() {
        let compared = [
            Piece::Same("“You can".into()),
            Piece::Respelt("\"not\"".into()),
            Piece::Same("grief,\"".into()),
        ];
        assert_eq!(pieces(&compared).into_string(), "You can <em>&quot;not&quot;</em> grief,");
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
