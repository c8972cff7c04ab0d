//! Quoted stretches: what stands between quotation marks, whatever the marks.
//!
//! Marks are read paragraph by paragraph, so one that is never closed spoils no more than its own. A stretch that
//! runs to the end of its paragraph goes on in the next if that one opens with a mark again, as the trade has it.

use super::lexicon;
use crate::article::Span;

/// What stands between two marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The words, without marks and blanks around them.
    pub inner: Span,
    /// With the marks.
    pub outer: Span,
    /// Paragraph it stands in.
    pub paragraph: usize,
    /// Whether a closing mark was found.
    pub closed: bool,
    /// Whether the marks are single.
    pub single: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// “ „ « and ``
    Opening,
    /// ” »
    Closing,
    /// " and ''
    Either,
}

/// Words that begin with an apostrophe.
const CLIPPED: [&str; 14] =
    ["em", "til", "tis", "twas", "cause", "cuz", "n", "bout", "round", "nuff", "til", "ello", "tude", "kay"];

/// Longest stretch between single marks, in bytes; beyond, one of the marks was an apostrophe.
const SINGLE_BYTES: usize = 600;

/// Finds every quoted stretch, in order.
pub fn stretches(text: &str, paragraphs: &[Span]) -> Vec<Stretch> {
    let mut found = Vec::new();
    for (number, &paragraph) in paragraphs.iter().enumerate() {
        let first = found.len();
        doubles(text, paragraph, number, &mut found);
        singles(text, paragraph, number, first, &mut found);
        found[first..].sort_by_key(|stretch| stretch.inner.start);
    }
    for stretch in &mut found {
        end_where_told(text, paragraphs[stretch.paragraph], stretch);
    }
    found
}

/// A quotation whose closing mark was forgotten ends before the words that tell who speaks: `“I am done, Mia said.` One
/// that the next paragraph goes on with was left open on purpose.
fn end_where_told(text: &str, paragraph: Span, stretch: &mut Stretch) {
    let goes_on = || {
        let next = text[paragraph.end as usize..].trim_start();
        double(next).is_some_and(|(mark, _)| mark != Mark::Closing)
    };
    if stretch.closed || stretch.outer.end != paragraph.end || goes_on() {
        return;
    }
    let Some(at) = told_inside(stretch.inner.of(text)) else { return };
    let end = stretch.inner.start as usize + at;
    stretch.inner = Span::new(stretch.inner.start as usize, end);
    stretch.outer = Span::new(stretch.outer.start as usize, end);
}

/// Where the comma ends behind which words tell who speaks: `, Mia Schachter said`, `, she said`, `, said Mia`.
fn told_inside(words: &str) -> Option<usize> {
    const NAME_WORDS: usize = 3;
    let says = |word: &str| lexicon::cue(word).is_some_and(|cue| cue == lexicon::Cue::Say);
    words.match_indices([',', '!', '?']).map(|(at, mark)| at + mark.len()).find(|&at| {
        let mut after =
            words[at..].split(|c: char| !c.is_alphanumeric() && c != '-' && c != '’' && c != '\'');
        if !words[at..].starts_with(' ') || after.next() != Some("") {
            return false;
        }
        let is_name =
            |word: &str| word.starts_with(char::is_uppercase) && !matches!(word, "I" | "You" | "We");
        let words: Vec<&str> = after.take(NAME_WORDS + 1).collect();
        match words.as_slice() {
            ["he" | "she", verb, ..] => says(verb),
            [verb, name, ..] if says(verb) => is_name(name),
            [first, ..] if is_name(first) => {
                words[1..].iter().find(|word| !is_name(word)).is_some_and(|verb| says(verb))
            }
            _ => false,
        }
    })
}

/// The double mark at the beginning of `rest`, and its length in bytes.
fn double(rest: &str) -> Option<(Mark, usize)> {
    let mut chars = rest.chars();
    let first = chars.next()?;
    let twice = chars.next() == Some(first);
    match first {
        '“' | '„' | '‟' | '«' => Some((Mark::Opening, first.len_utf8())),
        '”' | '»' => Some((Mark::Closing, first.len_utf8())),
        '"' | '＂' | '″' => Some((Mark::Either, first.len_utf8())),
        '`' if twice => Some((Mark::Opening, 2)),
        '\'' if twice => Some((Mark::Either, 2)),
        '’' if twice => Some((Mark::Closing, 2 * first.len_utf8())),
        '‘' if twice => Some((Mark::Opening, 2 * first.len_utf8())),
        _ => None,
    }
}

fn doubles(text: &str, paragraph: Span, number: usize, found: &mut Vec<Stretch>) {
    let end = paragraph.end as usize;
    let mut at = paragraph.start as usize;
    let mut open: Option<(usize, usize)> = None;
    while at < end {
        // Every mark begins with one of these bytes.
        let begins = |&byte: &u8| matches!(byte, b'"' | b'`' | b'\'' | 0xC2 | 0xE2 | 0xEF);
        let Some(offset) = text.as_bytes()[at..end].iter().position(begins) else { break };
        at += offset;
        let Some((mark, length)) = double(&text[at..end]) else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
            continue;
        };
        let before = text[paragraph.start as usize..at].chars().next_back();
        let after = text[at + length..end].chars().next();
        let starts_word =
            after.is_some_and(|c| !c.is_whitespace()) && before.is_none_or(|c| !c.is_alphanumeric());
        let ends_word = before.is_some_and(|c| !c.is_whitespace() && c != '—' && c != '(')
            && after.is_none_or(|c| !c.is_alphanumeric());
        match open {
            None => {
                let is_inch = mark == Mark::Either && before.is_some_and(|c| c.is_ascii_digit());
                let blanks = before.is_none_or(char::is_whitespace) && after.is_some_and(char::is_whitespace);
                let spaced = || {
                    mark == Mark::Either && blanks && text[at + length..end].contains(&text[at..at + length])
                };
                if mark == Mark::Opening || (!is_inch && (starts_word || spaced())) {
                    open = Some((at, length));
                }
            }
            Some((start, opened)) => {
                // A mark that can only open says that the one before was never closed, unless it stands where one closes.
                let reopens = (mark == Mark::Opening && !ends_word)
                    || (mark == Mark::Either
                        && starts_word
                        && !ends_word
                        && before.is_some_and(char::is_whitespace));
                if !reopens {
                    push(text, number, start, opened, at, length, false, found);
                    open = None;
                } else if mark == Mark::Either {
                    push(text, number, start, opened, at, 0, false, found);
                    open = Some((at, length));
                }
            }
        }
        at += length;
    }
    if let Some((start, opened)) = open {
        push(text, number, start, opened, end, 0, false, found);
    }
}

/// Single marks, outside what stands between double ones.
fn singles(text: &str, paragraph: Span, number: usize, first: usize, found: &mut Vec<Stretch>) {
    let (begin, end) = (paragraph.start as usize, paragraph.end as usize);
    let inside = |at: usize, found: &[Stretch]| {
        found[first..]
            .iter()
            .find(|stretch| {
                !stretch.single && (stretch.outer.start as usize) <= at && at < stretch.outer.end as usize
            })
            .map(|stretch| stretch.outer.end as usize)
    };
    let mut at = begin;
    while at < end {
        // Every mark begins with one of these bytes.
        let begins = |&byte: &u8| matches!(byte, b'\'' | b'`' | 0xE2);
        let Some(offset) = text.as_bytes()[at..end].iter().position(begins) else { break };
        at += offset;
        let Some(mark) = text[at..end].chars().next() else { break };
        let length = mark.len_utf8();
        if !matches!(mark, '\'' | '‘' | '’' | '`' | '‚' | '‹') {
            at += length;
            continue;
        }
        if let Some(after) = inside(at, found) {
            at = after.max(at + length);
            continue;
        }
        let next = at + length;
        if opens(text, begin, at, next, end)
            && let Some(close) = closing(text, next, end)
            && inside(close, found).is_none()
        {
            // What stands between double marks inside is somebody quoted in the words.
            let within = |stretch: &Stretch| {
                next <= stretch.outer.start as usize && stretch.outer.end as usize <= close
            };
            found.retain(|stretch| stretch.paragraph != number || !within(stretch));
            let length = text[close..].chars().next().map_or(1, char::len_utf8);
            push(text, number, at, next - at, close, length, true, found);
            at = close + length;
        } else {
            at = next;
        }
    }
}

fn opens(text: &str, begin: usize, at: usize, next: usize, end: usize) -> bool {
    let before = text[begin..at].chars().next_back();
    let after = text[next..end].chars().next();
    if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | ',' | '!' | '?' | '\'' | '’' | '‘'))
        || !after.is_some_and(|c| c.is_alphanumeric() || matches!(c, '…' | '.' | '#' | '@' | '$' | '£'))
    {
        return false;
    }
    let word: String =
        text[next..end].chars().take_while(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let decade = word.len() >= 2 && word.as_bytes()[0].is_ascii_digit() && word.ends_with('s');
    !decade && !CLIPPED.contains(&word.as_str())
}

/// Where the mark that closes a single quotation stands. One behind punctuation is surer than one behind a letter, which
/// may be a plural's apostrophe.
fn closing(text: &str, from: usize, end: usize) -> Option<usize> {
    let limit = end.min(from + SINGLE_BYTES);
    let mut doubtful = None;
    let mut previous = ' ';
    let mut quoted = false;
    for (offset, c) in text[from..end].char_indices().take_while(|(offset, _)| from + offset < limit) {
        if matches!(c, '\'' | '’' | '‘' | '`' | '›') && !quoted {
            // Another quotation opens: the mark before was no apostrophe.
            if doubtful.is_some() && opens(text, from, from + offset, from + offset + c.len_utf8(), end) {
                return doubtful;
            }
            let after = text[from + offset + c.len_utf8()..end].chars().next();
            let ends = after.is_none_or(|c| !c.is_alphanumeric()) && !previous.is_whitespace();
            if ends && (previous != 's' || c == '‘') {
                return Some(doubtful.filter(|_| !is_stop(previous)).unwrap_or(from + offset));
            }
            if ends && doubtful.is_none() {
                doubtful = Some(from + offset);
            }
        }
        // Somebody is quoted in the words, between marks that belong together; a double mark alone says that the single one
        // was an apostrophe.
        match c {
            '“' | '"' if !quoted && previous.is_whitespace() => {
                let mark = if c == '“' { '”' } else { '"' };
                quoted = text[from + offset + c.len_utf8()..end].contains(mark);
                if !quoted {
                    break;
                }
            }
            '”' | '"' if quoted => quoted = false,
            '“' | '”' | '"' => break,
            _ => (),
        }
        previous = c;
    }
    doubtful
}

fn is_stop(c: char) -> bool {
    matches!(c, '.' | ',' | '!' | '?' | '…' | '-' | '—')
}

#[expect(clippy::too_many_arguments, reason = "a stretch is its two marks and where they stand")]
fn push(
    text: &str,
    paragraph: usize,
    start: usize,
    opened: usize,
    close: usize,
    closed: usize,
    single: bool,
    found: &mut Vec<Stretch>,
) {
    let inside = &text[start + opened..close];
    let lead = inside.len() - inside.trim_start().len();
    let words = inside.trim();
    if !words.chars().any(char::is_alphanumeric) {
        return;
    }
    let from = start + opened + lead;
    found.push(Stretch {
        inner: Span::new(from, from + words.len()),
        outer: Span::new(start, close + closed),
        paragraph,
        closed: closed > 0,
        single,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::sentences::paragraphs;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> =
            stretches(text, &paragraphs(text)).iter().map(|stretch| stretch.inner.of(text)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn every_kind_of_double_mark() {
        check(
            "“Go,” she said. \"Now.\" ''Why?'' ``So.'' «Oui.» „Ja.“",
            &["Go,", "Now.", "Why?", "So.", "Oui.", "Ja."],
        );
        check("”Wrong way,“ he said.", &["Wrong way,"]);
        check("a 12\" screen and \"this\"", &["this"]);
    }

    #[test]
    fn unclosed_marks_end_with_their_paragraph() {
        check("“One goes on.\n“Two ends.” He left.", &["One goes on.", "Two ends."]);
        check(
            "“She never closed. Next.\nPlain ‘It Ends With Us‘, a film.",
            &["She never closed. Next.", "It Ends With Us"],
        );
    }

    #[test]
    fn single_marks_are_told_from_apostrophes() {
        check("Baldoni‘s clip of ‘It Ends With Us‘, the stars’ film", &["It Ends With Us"]);
        check("'I don't know,' she said. The '90s, rock 'n' roll.", &["I don't know,"]);
        check("‘The boys’ dog isn’t mine,’ he said.", &["The boys’ dog isn’t mine,"]);
        check("“He said ‘no’ to me,” she said.", &["He said ‘no’ to me,"]);
        check(
            "‘He said “no” to me,’ she said. ‘So I left.’ It’s “over”.",
            &["He said “no” to me,", "So I left.", "over"],
        );
    }

    #[test]
    fn quotations_that_were_never_closed_end_where_it_is_told_who_speaks() {
        check("“I am done with it, Orla Voss said. He left.", &["I am done with it,"]);
        check("“Why not? she asked.\n“So there,” he said.", &["Why not? she asked.", "So there,"]);
        check("“Why not? she asked.\nHe left.", &["Why not?"]);
        check("“I am done, said Voss. He left.", &["I am done,"]);
        check("“She came, I said no. He left.", &["She came, I said no. He left."]);
    }

    #[test]
    fn straight_marks_may_have_blanks_inside() {
        check("He left. \" What is it? \" asked Voss.", &["What is it?"]);
        check("A 12 \" screen.", &[]);
    }
}
