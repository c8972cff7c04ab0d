//! Whose words a stretch of a story is.

use std::ops::Range;

use crate::annotation::{Quote, QuoteKind};

/// Share of a stretch that must stand in quotes for it to be somebody's words, and not the reporter's with some.
const SPOKEN: f32 = 0.8;

/// Bytes of an attribution between two quotations of one speaker that are one to whoever quotes them.
const ATTRIBUTION: usize = 120;

/// What stands between the pieces of quotations that were split, and between two of one speaker that only an attribution
/// parts.
pub(crate) fn between_pieces(text: &str, quotes: &[Quote]) -> Vec<Range<usize>> {
    let marked: Vec<&Quote> = quotes.iter().filter(|quote| quote.kind != QuoteKind::Indirect).collect();
    let gap = |pair: &[&Quote]| pair[0].span.end as usize..pair[1].span.start.max(pair[0].span.end) as usize;
    let follows = |pair: &&[&Quote]| {
        let (before, behind) = (pair[0], pair[1]);
        let is_piece = behind.piece > 1 && behind.piece == before.piece + 1;
        let gap = gap(pair);
        let is_parted = gap.len() <= ATTRIBUTION && !text[gap].contains('\n');
        is_piece || is_parted && before.speaker.is_some() && before.speaker == behind.speaker
    };
    marked.windows(2).filter(follows).map(gap).collect()
}

/// The quote that has most of a stretch, when nearly all of it stands in quotes; one between marks before reported
/// speech. What parts the pieces of a quotation, `between`, does not count.
pub(crate) fn quote_of<'a>(
    quotes: &'a [Quote],
    between: &[Range<usize>],
    range: &Range<usize>,
) -> Option<(u32, &'a Quote)> {
    let marked = |quote: &Quote| quote.kind != QuoteKind::Indirect;
    most_of(quotes, between, range, marked)
        .or_else(|| most_of(quotes, between, range, |quote| !marked(quote)))
}

fn most_of<'a>(
    quotes: &'a [Quote],
    between: &[Range<usize>],
    range: &Range<usize>,
    wanted: impl Fn(&Quote) -> bool,
) -> Option<(u32, &'a Quote)> {
    let shared = |other: &Range<usize>| {
        let (start, end) = (other.start.max(range.start), other.end.min(range.end));
        end.saturating_sub(start)
    };
    let parted: usize = between.iter().map(shared).sum();
    let all = range.len().saturating_sub(parted).max(1);
    let quotes = (0..).zip(quotes).filter(|(_, quote)| wanted(quote));
    let held = quotes.map(|(number, quote)| (shared(&quote.span.range()), number, quote));
    let held: Vec<(usize, u32, &Quote)> = held.filter(|(shared, ..)| *shared > 0).collect();
    let sum: usize = held.iter().map(|(shared, ..)| shared).sum();
    if (sum as f32) < SPOKEN * all as f32 {
        return None;
    }
    let most = held.into_iter().max_by_key(|&(shared, number, _)| (shared, std::cmp::Reverse(number)));
    most.map(|(_, number, quote)| (number, quote))
}

/// Whether a stretch of a text stands between quotation marks of its paragraph, found as a quote or not.
pub(crate) fn is_marked(text: &str, range: &Range<usize>) -> bool {
    let before = &text[..range.start];
    let paragraph = before.rfind('\n').map_or(0, |end| end + 1);
    let mut open = false;
    for c in text[paragraph..range.start].chars() {
        match c {
            '“' | '«' | '„' => open = true,
            '”' | '»' => open = false,
            '"' => open = !open,
            _ => (),
        }
    }
    let inside = &text[range.clone()];
    open && !inside.trim_end_matches(['”', '»', '"']).contains(['”', '»', '"'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{article::Article, extract::annotate};

    #[test]
    fn words_are_of_whoever_has_nearly_all_of_them() {
        let text = "“We never sell,” Mara Voss said, and the tour went on. “Nobody asked us to.”";
        let article = Article { text: text.into(), ..Default::default() };
        let quotes = annotate(&article).quotes;
        let of = |words: &str| {
            let start = text.find(words).expect(words);
            quote_of(&quotes, &[], &(start..start + words.len())).map(|(number, _)| number)
        };
        assert_eq!(of("We never sell"), Some(0));
        assert_eq!(of("We never sell,” Mara Voss said, and the tour went on"), None);
        assert_eq!(of("the tour went on"), None);
    }

    #[test]
    fn marks_are_counted_in_their_paragraph() {
        let text = "He wrote “loud”.\n\nThe \"house of glass\" stood, she “knew".replace("stood,", "stood;");
        let marked = |words: &str| {
            let start = text.find(words).expect(words);
            is_marked(&text, &(start..start + words.len()))
        };
        assert!(marked("loud") && marked("house of glass") && marked("knew"));
        assert!(!marked("stood; she") && !marked("He wrote"));
    }
}
