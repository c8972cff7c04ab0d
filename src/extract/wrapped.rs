//! Text whose lines were broken to fit a width: single line ends are blanks in it, and words may be broken. All stages read
//! it as it was before, and what they find is given the places it has in the text as it is.

use rustc_hash::FxHashSet;

use crate::{annotation::Annotations, article::Span};

/// Characters of the longest line: less is verse or a list, more is a paragraph.
const WIDTHS: std::ops::RangeInclusive<usize> = 40..=132;

/// Line ends that are looked at, at least.
const LEAST_BREAKS: usize = 3;

/// Lines that might have held the next word too, and what of the longest they fall short of, in hundredths: some programs
/// make lines of even length rather than full ones.
const FULL: usize = 90;

/// Of all line ends inside paragraphs so many hundredths must stand where the line was full.
const SURE: usize = 75;

/// One in so many lines begins in lower case, at least: in prose most do, in lists of titles none does.
const LOWER: usize = 3;

/// A text without the line ends that were put into it, of the same length.
pub struct Unwrapped {
    /// The text.
    pub text: String,
    /// Where words were put together: from, to, and how much further on that stands in the text as it is.
    moved: Vec<(u32, u32, u32)>,
}

/// A line, without its end.
struct Line<'t> {
    start: usize,
    end: usize,
    text: &'t str,
    chars: usize,
}

impl<'t> Line<'t> {
    fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    fn indent(&self) -> usize {
        self.text.len() - self.text.trim_start().len()
    }

    fn first_word(&self) -> &'t str {
        self.text.split_whitespace().next().unwrap_or_default()
    }

    fn begins_lower(&self) -> bool {
        self.text.chars().find(|c| c.is_alphanumeric()).is_some_and(char::is_lowercase)
    }

    fn ends_sentence(&self) -> bool {
        let bare = self.text.trim_end().trim_end_matches(['"', '\'', '”', '’', '»', ')', ']']);
        bare.ends_with(['.', '!', '?', '…', ':'])
    }

    /// Whether the first word of the next line had no room in this one.
    fn is_full(&self, next: &Line<'_>, width: usize) -> bool {
        let chars = self.text.trim_end().chars().count();
        (chars + 1 + next.first_word().chars().count()) * 100 >= width * FULL
    }
}

/// The text as it was before its lines were broken; nothing when they were not.
pub fn unwrapped(text: &str) -> Option<Unwrapped> {
    let lines = lines(text);
    let breaks = || lines.windows(2).filter(|pair| !pair[0].is_blank() && !pair[1].is_blank());
    let width = breaks().map(|pair| pair[0].chars).max()?;
    let (mut all, mut full, mut lower) = (0, 0, 0);
    for pair in breaks() {
        all += 1;
        full += usize::from(pair[0].is_full(&pair[1], width));
        lower += usize::from(pair[1].begins_lower());
    }
    let is_wrapped =
        WIDTHS.contains(&width) && all >= LEAST_BREAKS && full * 100 >= all * SURE && lower * LOWER >= all;
    if !is_wrapped {
        return None;
    }
    let goes_on = |line: &Line<'_>, next: &Line<'_>| {
        let is_inside = !line.is_blank() && !next.is_blank() && next.indent() <= line.indent();
        is_inside && (line.is_full(next, width) || next.begins_lower() && !line.ends_sentence())
    };
    let mut words = None;
    let (mut plain, mut moved) = (String::with_capacity(text.len()), Vec::new());
    // Bytes of the next line that were put to this one.
    let mut taken = 0;
    for (number, line) in lines.iter().enumerate() {
        let rest = &text[line.start + taken..line.end];
        taken = 0;
        let Some(next) = lines.get(number + 1) else {
            plain.push_str(rest);
            plain.push_str(&text[line.end..]);
            break;
        };
        let end = &text[line.end..next.start];
        if !goes_on(line, next) {
            plain.push_str(rest);
            plain.push_str(end);
            continue;
        }
        let first = next.first_word();
        let head = rest.strip_suffix('-').filter(|head| {
            head.ends_with(char::is_alphabetic) && first.starts_with(char::is_alphabetic) && !first.is_empty()
        });
        let Some(head) = head else {
            plain.push_str(rest);
            plain.extend(std::iter::repeat_n(' ', end.len()));
            continue;
        };
        // A hyphen stays, unless the text has the word without one, too.
        let begun = head.rsplit(char::is_whitespace).next().unwrap_or_default();
        let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let words =
            words.get_or_insert_with(|| text.split_whitespace().map(bare).collect::<FxHashSet<String>>());
        let kept = if words.contains(&bare(&format!("{begun}{first}"))) { head } else { rest };
        plain.push_str(kept);
        let indent = next.indent();
        let gap = (rest.len() - kept.len()) + end.len() + indent;
        let from = plain.len();
        plain.push_str(first);
        moved.push((offset(from), offset(plain.len()), offset(gap)));
        plain.extend(std::iter::repeat_n(' ', gap));
        taken = indent + first.len();
    }
    debug_assert_eq!(plain.len(), text.len());
    (plain.len() == text.len()).then_some(Unwrapped { text: plain, moved })
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).expect("sources refuse texts of 4 GiB and more")
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut start = 0;
    let line = |whole: &'_ str| {
        let text = whole.strip_suffix('\n').unwrap_or(whole);
        text.strip_suffix('\r').unwrap_or(text).len()
    };
    text.split_inclusive('\n')
        .map(|whole| {
            let length = line(whole);
            let (from, end) = (start, start + length);
            start += whole.len();
            let text = &whole[..length];
            Line { start: from, end, text, chars: text.trim_end().chars().count() }
        })
        .collect()
}

impl Unwrapped {
    /// Gives what was found the places it has in the text as it is.
    pub fn restore(&self, found: &mut Annotations) {
        if self.moved.is_empty() {
            return;
        }
        let at = |at: u32| {
            let behind = self.moved.partition_point(|&(from, ..)| from < at);
            let within =
                behind.checked_sub(1).map(|number| self.moved[number]).filter(|&(_, to, _)| at <= to);
            within.map_or(at, |(_, _, gap)| at + gap)
        };
        let move_ = |span: &mut Span| *span = Span { start: at(span.start), end: at(span.end) };
        let Annotations { paragraphs, sentences, names, quotes, .. } = found;
        paragraphs.iter_mut().chain(sentences).for_each(move_);
        names.iter_mut().flat_map(|name| &mut name.mentions).for_each(move_);
        for quote in quotes {
            let spans = [
                Some(&mut quote.span),
                quote.speaker_mention.as_mut(),
                quote.cue.as_mut(),
                Some(&mut quote.context),
            ];
            spans.into_iter().flatten().for_each(move_);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{article::Article, extract::annotate};

    const STORY: &str = "Venn Leaves Tour\n\n\
        “I am done with buses, and I am done with the\nsoup that they serve,” said Orla Venn. “I will walk\n\
        home, and I will not look back.” The singer Una\nRoth, who was to sing in support, wept.\n";

    fn found(text: &str) -> (Vec<String>, Vec<(String, Option<String>)>) {
        let article = Article { text: text.to_owned(), ..Article::default() };
        let found = annotate(&article);
        let names = found.names.iter().map(|name| name.name.clone()).collect();
        let quote = |quote: &crate::annotation::Quote| {
            let words: Vec<&str> = quote.span.of(text).split_whitespace().collect();
            (words.join(" "), quote.speaker.clone())
        };
        (names, found.quotes.iter().map(quote).collect())
    }

    #[test]
    fn a_wrapped_story_reads_like_the_same_unwrapped() {
        let flat = STORY
            .replace("the\nsoup", "the soup")
            .replace("walk\nhome", "walk home")
            .replace("Una\nRoth", "Una Roth");
        assert_eq!(found(STORY), found(&flat));
        let (names, quotes) = found(&STORY.replace('\n', "\r\n"));
        assert!(names.contains(&"Una Roth".to_owned()), "{names:?}");
        assert_eq!(quotes.len(), 2);
        assert_eq!(unwrapped(&flat).map(|plain| plain.text), None);
    }

    #[test]
    fn broken_words_are_put_together_and_keep_their_places() {
        let text = "She saw the stage at the festival with Orla Sandber-\n\
            gen, a well-known friend of a certain and a long-\n\
            standing promoter of Leeds, who told the singer and\n\
            the band on Friday that Sandbergen was never late.";
        let plain = unwrapped(text).expect("wrapped lines");
        assert!(plain.text.contains("Orla Sandbergen,"), "{}", plain.text);
        assert!(plain.text.contains("a long-standing"), "{}", plain.text);
        assert_eq!(plain.text.len(), text.len());
        let at = plain.text.find("Sandbergen").expect("it is there");
        let mut found = Annotations { sentences: vec![Span::new(at, at + 10)], ..Annotations::default() };
        plain.restore(&mut found);
        assert_eq!(found.sentences[0].of(text), "Sandber-\ngen");
    }

    #[test]
    fn verse_lists_and_paragraphs_stay_as_they_are() {
        for text in [
            "The tour begins in Leeds on Friday with two nights\nThe Harbour sold out in an hour, its makers say\n\
             A film of it will come to cinemas in the new year\nThe band asked fans to leave their phones at home",
            "one night\nin the bus\nall of us\nasleep and done with the day\n",
            "She left. It was the end of a long night in Leeds for her and for the band.\n\
             “No,” she said.\nHe stayed until the morning came and went home by himself on the first bus of the day.\n\
             nobody knew why.\n",
        ] {
            assert!(unwrapped(text).is_none(), "{text}");
        }
        let paragraphs = format!(
            "{}\n  The next paragraph begins further in than others do,\nand goes on.",
            STORY.trim_end()
        );
        let plain = unwrapped(&paragraphs).expect("wrapped lines");
        assert!(plain.text.contains("wept.\n  The next"), "{}", plain.text);
    }
}
