//! The text of a story with what was found in it marked: quotes, names, and what was searched for.

use maud::{Markup, html};

use super::text::lines;
use crate::{
    annotation::{NameKind, QuoteKind},
    answers::QuoteHit,
    record::NameRecord,
    serve::params::address,
};

/// What is marked in a text; all ranges count characters.
pub struct Marks<'a> {
    /// Quotes.
    pub quotes: &'a [QuoteHit],
    /// Names with their mentions.
    pub names: &'a [NameRecord],
    /// Where the text holds what was searched for.
    pub found: &'a [(u32, u32)],
}

/// What one character lies in: numbers from 1, 0 for nothing.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Layers {
    quote: u32,
    name: u32,
    found: u32,
}

/// A paragraph: stretches of the text, each with what it lies in.
type Paragraph = Vec<(String, Layers)>;

/// The paragraphs of a text. A place that was found has the id `mN`, from 1; a quote has the id `qSTART-END`.
pub fn paragraphs(text: &str, marks: &Marks<'_>) -> Markup {
    let (mut quotes, mut found) = (vec![false; marks.quotes.len() + 1], vec![false; marks.found.len() + 1]);
    let first = |seen: &mut Vec<bool>, number: u32| !std::mem::replace(&mut seen[number as usize], true);
    html! {
        @for paragraph in cut(text, marks) {
            p {
                @for (text, layers) in paragraph {
                    @let quote = marks.quotes.get((layers.quote as usize).wrapping_sub(1));
                    @let name = marks.names.get((layers.name as usize).wrapping_sub(1));
                    @let inner = html! {
                        @if layers.found > 0 {
                            @let id = first(&mut found, layers.found).then(|| format!("m{}", layers.found));
                            mark id=[id] { (linked(name, &text)) }
                        } @else { (linked(name, &text)) }
                    };
                    @if let Some(quote) = quote {
                        @let id = first(&mut quotes, layers.quote).then(|| anchor(quote));
                        span .q .indirect[quote.kind == QuoteKind::Indirect] id=[id] { (inner) }
                    } @else { (inner) }
                }
            }
        }
    }
}

/// The id of a quote on the page of its story.
pub fn anchor(quote: &QuoteHit) -> String {
    format!("q{}-{}", quote.start, quote.end)
}

fn linked(name: Option<&NameRecord>, text: &str) -> Markup {
    match name {
        Some(name) => html! {
            a .n .(kind(name.kind)) href=(address("/person", &[("name", &name.name)])) { (lines(text)) }
        },
        None => lines(text),
    }
}

/// The class of a kind of name.
pub fn kind(kind: NameKind) -> &'static str {
    match kind {
        NameKind::Person => "k-person",
        NameKind::Org => "k-org",
        NameKind::Work => "k-work",
        NameKind::Place => "k-place",
        NameKind::Event => "k-event",
    }
}

fn cut(text: &str, marks: &Marks<'_>) -> Vec<Paragraph> {
    let chars: Vec<char> = text.chars().collect();
    let mut layers = vec![Layers::default(); chars.len()];
    let mut paint = |start: u32, end: u32, set: &dyn Fn(&mut Layers)| {
        let end = (end as usize).min(layers.len());
        layers[(start as usize).min(end)..end].iter_mut().for_each(set);
    };
    let mut quotes: Vec<(u32, &QuoteHit)> = (1..).zip(marks.quotes).collect();
    // Of reported speech and the words inside it, the words.
    quotes.sort_by_key(|(_, quote)| quote.kind != QuoteKind::Indirect);
    for (number, quote) in quotes {
        paint(quote.start, quote.end, &|layers| layers.quote = number);
    }
    for (number, name) in (1..).zip(marks.names) {
        for mention in &name.mentions {
            paint(mention.start, mention.end, &|layers| layers.name = number);
        }
    }
    for (number, &(start, end)) in (1..).zip(marks.found) {
        paint(start, end, &|layers| layers.found = number);
    }
    let mut paragraphs: Vec<Paragraph> = vec![Vec::new()];
    for (&c, &own) in chars.iter().zip(&layers) {
        if c == '\n' {
            paragraphs.push(Vec::new());
            continue;
        }
        let paragraph = paragraphs.last_mut().expect("there is one");
        match paragraph.last_mut().filter(|(_, last)| *last == own) {
            Some((text, _)) => text.push(c),
            None => paragraph.push((c.to_string(), own)),
        }
    }
    paragraphs.retain(|paragraph| paragraph.iter().any(|(text, _)| !text.trim().is_empty()));
    paragraphs
}

/// Text on one line with stretches of it marked; ranges count its characters.
pub fn highlighted(text: &str, marks: &[(u32, u32)]) -> Markup {
    let marks = Marks { quotes: &[], names: &[], found: marks };
    let whole = cut(&text.replace('\n', " "), &marks);
    html! {
        @for (text, layers) in whole.into_iter().flatten() {
            @if layers.found > 0 { mark { (lines(&text)) } } @else { (lines(&text)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::MentionRecord;

    #[test]
    fn marks_lie_on_characters_and_nothing_of_the_text_is_markup() {
        let names = [NameRecord {
            name: "Zoë <b>".into(),
            kind: NameKind::Person,
            mentions: vec![MentionRecord { text: "Zoë".into(), start: 2, end: 5 }],
            title_mentions: Vec::new(),
        }];
        let marks = Marks { quotes: &[], names: &names, found: &[(2, 5), (8, 99)] };
        let html = paragraphs("é Zoë <i>\n\nx", &marks).into_string();
        assert_eq!(
            html,
            "<p>é <mark id=\"m1\"><a class=\"n k-person\" href=\"/person?name=Zo%C3%AB%20%3Cb%3E\">Zoë</a></mark> &lt;i\
             <mark id=\"m2\">&gt;</mark></p><p><mark>x</mark></p>"
        );
        assert_eq!(highlighted("a\nb&c", &[(2, 3)]).into_string(), "a <mark>b</mark>&amp;c");
    }
}
