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

/// Words in capitals that are somebody shouting, and no title.
const SHOUTED_WORDS: usize = 4;

/// Tells what a stretch is; `None` when it is no quotation.
pub fn of(story: &Story<'_>, stretch: &Stretch, token: usize) -> Option<QuoteKind> {
    let words = stretch.inner.of(story.text);
    if is_markup(story, stretch) || is_inside_name(story, stretch) {
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
    let is_work = last == ','
        && (!begins_sentence(story, token) || goes_on_low(story, token))
        && is_name_of(story, stretch.inner, &[NameKind::Work]);
    if stopped && !is_work && is_answered(story, token) {
        return Some(QuoteKind::Direct);
    }
    if !begins_low && (stopped && is_announced(story, token) || is_signed(story, token)) {
        return Some(QuoteKind::Direct);
    }
    let named = is_name_of(story, stretch.inner, &NameKind::ALL);
    let titled = is_title_case(words);
    let shouted = count >= SHOUTED_WORDS && cue.in_sentence && !words.chars().any(char::is_lowercase);
    if count <= TERM_WORDS && (named || titled) && !(stopped && (cue.touches || shouted) && !named) {
        return (stopped && last != ',' && cue.touches && count > 2 && !named).then_some(QuoteKind::Direct);
    }
    if (titled && count > TERM_WORDS && !(stopped && (cue.touches || shouted)))
        || (stretch.single && is_headline(story, stretch))
        || is_credited_title(story, token)
    {
        return None;
    }
    if stretch.single {
        let is_sentence = !begins_low && !follows_word(story, token) && is_told_in_paragraph(story, stretch);
        let told = stopped && (cue.touches || begins_paragraph(story, stretch) || is_sentence) && count >= 2;
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

/// `Dwayne “The Brick” Marl`: a nickname within a name.
fn is_inside_name(story: &Story<'_>, stretch: &Stretch) -> bool {
    let people =
        story.found.names.iter().filter(|name| matches!(name.kind, NameKind::Person | NameKind::Org));
    let mut mentions = people.flat_map(|name| &name.mentions);
    mentions.any(|mention| mention.contains(stretch.outer) && mention.len() > stretch.outer.len())
}

/// `author="@someone"` and what goes on behind the value of an attribute: markup that was left in the text.
fn is_markup(story: &Story<'_>, stretch: &Stretch) -> bool {
    story.text[..stretch.outer.start as usize].ends_with('=') || stretch.inner.of(story.text).starts_with('>')
}

/// `“Denver,” he answered`, `“You do,” Mia shot back`: a person and a verb, and nothing else, right behind.
fn is_answered(story: &Story<'_>, token: usize) -> bool {
    // Behind the end of a sentence that began before the quote stands something else.
    let next = story.tokens.get(token + 1).map(|next| next.sentence);
    if !begins_sentence(story, token) && next != Some(story.tokens[token].sentence) {
        return false;
    }
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
    let says = |n: usize| {
        story.tokens.get(n).is_some_and(|token| matches!(token.cue, Some(Cue::Say | Cue::Write | Cue::Act)))
    };
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

/// Words of a title's description: `a long poem by`.
const DESCRIBED: usize = 5;

/// `“A title of a story,” by Ben Sisario`, `“A title,” a poem by Ben Sisario`.
fn is_credited_title(story: &Story<'_>, token: usize) -> bool {
    let sentence = story.tokens[token].sentence;
    let here = |n: usize| story.tokens.get(n).is_some_and(|token| token.sentence == sentence);
    let capital = |n: usize| here(n) && story.word(n).starts_with(char::is_uppercase);
    let is_by = |n: usize| here(n) && matches!(story.word(n), "by" | "from") && capital(n + 1);
    if here(token + 1) && story.word(token + 1) == "by" {
        return capital(token + 2);
    }
    let is_described = here(token + 1) && matches!(story.word(token + 1), "a" | "an" | "the" | "his" | "her");
    let plain = |n: usize| {
        story.tokens[n].kind == TokenKind::Word
            && story.tokens[n].cue.is_none()
            && story.word(n).starts_with(char::is_lowercase)
    };
    is_described
        && (token + 2..token + 2 + DESCRIBED).find(|&n| !here(n) || !plain(n)).is_some_and(|n| {
            n > token + 2 && is_by(n) && story.tokens[token + 2..n].iter().all(|token| token.cue.is_none())
        })
}

/// Whether another stretch of the sentence goes on in lower case: `“The Paper Lantern,” she said, “is a film about a boat.”`
fn goes_on_low(story: &Story<'_>, token: usize) -> bool {
    let here = |n: &usize| story.tokens[*n].sentence == story.tokens[token].sentence;
    let mut others = (token + 1..story.tokens.len()).take_while(here);
    others.any(|n| {
        let words = story.word(n).trim_start_matches(|c: char| !c.is_alphanumeric());
        matches!(story.tokens[n].kind, TokenKind::Quoted(_)) && words.starts_with(char::is_lowercase)
    })
}

fn begins_sentence(story: &Story<'_>, token: usize) -> bool {
    token.checked_sub(1).is_none_or(|before| story.tokens[before].sentence != story.tokens[token].sentence)
}

/// Whether a word stands right before a stretch in its sentence: `In “Silence,”`.
fn follows_word(story: &Story<'_>, token: usize) -> bool {
    let before = token.checked_sub(1).map(|before| story.tokens[before]);
    before.is_some_and(|before| {
        before.sentence == story.tokens[token].sentence
            && !matches!(
                before.kind,
                TokenKind::Stop | TokenKind::Comma | TokenKind::Colon | TokenKind::Quoted(_)
            )
    })
}

/// `She said, “Thank you Leeds.”`, `Mia wrote: “Queen!”`: a verb of speech and a mark, and nothing else, right before.
fn is_announced(story: &Story<'_>, token: usize) -> bool {
    let Some(verb) = token.checked_sub(2) else { return false };
    let (verb, mark) = (story.tokens[verb], story.tokens[verb + 1]);
    matches!(verb.cue, Some(Cue::Say | Cue::Write))
        && matches!(mark.kind, TokenKind::Comma | TokenKind::Colon)
}

/// `“We will be back” — Mia Schachter`: a dash and a person, in the line or in the one below.
fn is_signed(story: &Story<'_>, token: usize) -> bool {
    let dash = story.tokens.get(token + 1).is_some_and(|dash| is_dash(dash.span.of(story.text)));
    let person = story.tokens.get(token + 2).and_then(|token| token.pointer);
    dash && person.is_some_and(|number| {
        let pointer = story.pointers[number as usize];
        let is_name =
            matches!(pointer.by, By::Name(name) if story.found.names[name as usize].kind == NameKind::Person);
        let ends = story.tokens.get(pointer.last as usize).is_none_or(|next| {
            next.sentence != pointer.sentence
                || matches!(next.kind, TokenKind::Comma | TokenKind::Stop | TokenKind::Quoted(_))
        });
        is_name && !pointer.possessive && ends
    })
}

/// Whether a mark is a dash that may stand before who signs.
pub fn is_dash(mark: &str) -> bool {
    matches!(mark, "—" | "–" | "―" | "-" | "‒")
}

/// Whether somebody is told to have spoken in the stretch's paragraph, right behind or before another one of single marks.
fn is_told_in_paragraph(story: &Story<'_>, stretch: &Stretch) -> bool {
    let tokens = story.paragraph(stretch.paragraph);
    let is_quoted = |n: usize| tokens.contains(&n) && matches!(story.tokens[n].kind, TokenKind::Quoted(_));
    tokens.clone().any(|n| {
        matches!(story.tokens[n].cue, Some(Cue::Say | Cue::Write))
            && (n.saturating_sub(REACH)..n + REACH).any(is_quoted)
    })
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

/// Words that titles leave small.
const SMALL: [&str; 24] = [
    "a", "an", "the", "of", "and", "or", "in", "on", "at", "to", "for", "by", "from", "with", "as", "vs",
    "but", "nor", "if", "is", "it", "de", "la", "n",
];

/// Whether all words that titles write so begin with a capital letter.
fn is_title_case(words: &str) -> bool {
    let (mut long, mut capital) = (0, 0);
    for word in words.split_whitespace() {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        if word.chars().count() > 3 || long == 0 || !SMALL.contains(&word) && !word.is_empty() {
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
        near.in_sentence |= story.word(n).eq_ignore_ascii_case("according");
    }
    for (distance, n) in
        (token + 1..story.tokens.len()).take_while(|&n| same(n) || n <= token + 3).enumerate()
    {
        if matches!(story.tokens[n].kind, TokenKind::Quoted(_) | TokenKind::Stop | TokenKind::Colon) {
            break;
        }
        let accords = story.word(n) == "according";
        if story.tokens[n].cue.is_some() || accords {
            near.in_sentence = true;
            near.touches |= distance < REACH && !accords;
            break;
        }
    }
    near
}
