//! Direct, mixed, or no quotation at all.

use super::{
    lexicon::Cue,
    scan::Stretch,
    story::{By, Story, TokenKind},
};
use crate::{
    annotation::{NameKind, QuoteKind},
    article::Span,
};

/// A quote on its way to be attributed.
pub struct Pending {
    /// Number of its stretch.
    pub stretch: usize,
    /// Its token.
    pub token: usize,
    /// Its kind.
    pub kind: QuoteKind,
}

/// Words of the longest title, nickname or term between marks.
const TERM_WORDS: usize = 8;

/// Tells what a stretch is; `None` when it is no quotation.
pub fn of(story: &Story<'_>, stretch: &Stretch, token: usize) -> Option<QuoteKind> {
    let words = stretch.inner.of(story.text);
    if is_markup(story, stretch) {
        return None;
    }
    let count = words.split_whitespace().count();
    let begins_low = words
        .trim_start_matches(['…', '.', ' ', '[', '‘', '\''])
        .chars()
        .next()
        .is_some_and(char::is_lowercase);
    let last = words.chars().next_back().unwrap_or(' ');
    let stopped = matches!(last, ',' | '.' | '!' | '?' | '…' | '-' | '—' | ';') || ends_inner(words);
    let cue = cue_near(story, token);
    // `On “The Late Hour,” he said` names a show, and nobody says it.
    let is_work = last == ',' && is_name_of(story, stretch.inner, &[NameKind::Work]);
    if stopped && !is_work && is_answered(story, token) {
        return Some(QuoteKind::Direct);
    }
    let named = is_name_of(story, stretch.inner, &NameKind::ALL);
    let titled = is_title_case(words);
    if count <= TERM_WORDS && (named || titled) && !(stopped && cue.touches && !named) {
        return (stopped && last != ',' && cue.touches && count > 2 && !named).then_some(QuoteKind::Direct);
    }
    if (titled && count > TERM_WORDS)
        || (stretch.single && is_headline(story, stretch))
        || is_credited_title(story, token)
    {
        return None;
    }
    if stretch.single {
        let told = stopped && (cue.touches || begins_paragraph(story, stretch)) && count >= 2;
        let part = count >= 3 && cue.in_sentence && begins_low;
        return if told { Some(QuoteKind::Direct) } else { part.then_some(QuoteKind::Mixed) };
    }
    if !begins_low && (stopped || cue.touches) && (count >= 2 || cue.touches) {
        return Some(QuoteKind::Direct);
    }
    if begins_low {
        let told = cue.touches && cue.colon_or_comma && stopped && count >= 4;
        if told {
            return Some(QuoteKind::Direct);
        }
        if count >= 4 || (cue.in_sentence && count >= 1) {
            return Some(QuoteKind::Mixed);
        }
        return None;
    }
    if count >= 5 {
        return Some(if begins_paragraph(story, stretch) { QuoteKind::Direct } else { QuoteKind::Mixed });
    }
    (count >= 2 && cue.in_sentence && !titled).then_some(QuoteKind::Mixed)
}

/// `author="@someone"` and what goes on behind the value of an attribute: markup that was left in the text.
fn is_markup(story: &Story<'_>, stretch: &Stretch) -> bool {
    story.text[..stretch.outer.start as usize].ends_with('=') || stretch.inner.of(story.text).starts_with('>')
}

/// `“Denver,” he answered`: a person and a verb of speech, and nothing else, right behind.
fn is_answered(story: &Story<'_>, token: usize) -> bool {
    let is_person = |n: usize| {
        let number = story.tokens.get(n).and_then(|token| token.pointer);
        number.map(|number| story.pointers[number as usize]).filter(|pointer| {
            let person = match pointer.by {
                By::Name(name) => story.found.names[name as usize].kind == NameKind::Person,
                By::Pronoun(_) => true,
                _ => false,
            };
            person && !pointer.possessive && pointer.first as usize == n
        })
    };
    let says =
        |n: usize| story.tokens.get(n).is_some_and(|token| matches!(token.cue, Some(Cue::Say | Cue::Write)));
    match is_person(token + 1) {
        Some(pointer) => says(pointer.last as usize),
        None => says(token + 1) && is_person(token + 2).is_some(),
    }
}

/// Characters of the longest headline.
const HEADLINE_CHARS: usize = 150;

/// Whether a stretch stands in the headline: the short first paragraph of a longer text.
fn is_headline(story: &Story<'_>, stretch: &Stretch) -> bool {
    let paragraphs = &story.found.paragraphs;
    stretch.paragraph == 0
        && paragraphs.len() > 2
        && paragraphs[0].of(story.text).chars().take(HEADLINE_CHARS + 1).count() <= HEADLINE_CHARS
}

/// `“A title of a story,” by Ben Sisario`.
fn is_credited_title(story: &Story<'_>, token: usize) -> bool {
    let capital = |n: usize| story.word(n).starts_with(char::is_uppercase);
    token + 2 < story.tokens.len() && story.word(token + 1) == "by" && capital(token + 2)
}

fn ends_inner(words: &str) -> bool {
    let mut end = words.chars().rev();
    matches!(end.next(), Some('’' | '\'' | '”')) && matches!(end.next(), Some('.' | ',' | '!' | '?'))
}

/// Whether a name covers most of a stretch: a title, a nickname, a band.
fn is_name_of(story: &Story<'_>, inner: Span, kinds: &[NameKind]) -> bool {
    story.found.names.iter().filter(|name| kinds.contains(&name.kind)).any(|name| {
        name.mentions.iter().any(|mention| {
            let shared = mention.end.min(inner.end).saturating_sub(mention.start.max(inner.start)) as usize;
            let enough = if name.kind == NameKind::Work { 6 } else { 8 };
            shared * 10 >= inner.len() * enough && inner.overlaps(*mention)
        })
    })
}

/// Whether all words of some length begin with a capital letter.
fn is_title_case(words: &str) -> bool {
    let (mut long, mut capital) = (0, 0);
    for word in words.split_whitespace() {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        if word.chars().count() > 3 || long == 0 {
            long += 1;
            capital += usize::from(word.chars().next().is_some_and(|c| c.is_uppercase() || c.is_numeric()));
        }
    }
    long >= 1 && capital == long && (long >= 2 || words.split_whitespace().count() <= 2)
}

fn begins_paragraph(story: &Story<'_>, stretch: &Stretch) -> bool {
    story.found.paragraphs[stretch.paragraph].start == stretch.outer.start
}

struct CueNear {
    /// A cue stands in the sentence.
    in_sentence: bool,
    /// A cue stands right before or after, with who speaks at most between.
    touches: bool,
    /// A colon or comma stands right before.
    colon_or_comma: bool,
}

/// Tokens between a quotation and a cue that belongs to it.
const REACH: usize = 7;

fn cue_near(story: &Story<'_>, token: usize) -> CueNear {
    let here = story.tokens[token].sentence;
    let same = |n: usize| story.tokens[n].sentence == here;
    let mut near = CueNear { in_sentence: false, touches: false, colon_or_comma: false };
    if let Some(before) = token.checked_sub(1) {
        near.colon_or_comma = matches!(story.tokens[before].kind, TokenKind::Colon | TokenKind::Comma);
        near.touches |= story.tokens[before].kind == TokenKind::Colon;
    }
    for (distance, n) in (0..token).rev().take_while(|&n| same(n)).enumerate() {
        // `“toxic” and “unsafe”` are two fragments of one clause.
        let listed =
            |n: usize| matches!(story.word(n), "and" | "or") || story.tokens[n].kind == TokenKind::Comma;
        if matches!(story.tokens[n].kind, TokenKind::Quoted(_))
            && distance > 0
            && !(n + 1..token).all(|n| listed(n) || matches!(story.tokens[n].kind, TokenKind::Quoted(_)))
        {
            break;
        }
        if story.tokens[n].cue.is_some() {
            near.in_sentence = true;
            near.touches |= distance < REACH && near.colon_or_comma || distance < 2;
            break;
        }
    }
    for (distance, n) in
        (token + 1..story.tokens.len()).take_while(|&n| same(n) || n <= token + 3).enumerate()
    {
        if matches!(story.tokens[n].kind, TokenKind::Quoted(_) | TokenKind::Stop | TokenKind::Colon) {
            break;
        }
        if story.tokens[n].cue.is_some() {
            near.in_sentence = true;
            near.touches |= distance < REACH;
            break;
        }
    }
    near
}
