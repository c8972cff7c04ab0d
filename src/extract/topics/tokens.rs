//! Words of an article as this stage reads them: each once, with its place in the lexicon.

use std::ops::Range;

use super::{
    lexicon::{Lexicon, WordId},
    scan::scan_word,
};
use crate::{
    annotation::{Annotations, NameKind},
    article::{Article, Span},
};

/// Words of the text, from its beginning, that count as the lead: the first two or three sentences, where a news
/// story says what it is about.
const LEAD_WORDS: usize = 70;

/// Where in the article a word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Zone {
    /// In the headline.
    Title,
    /// Among the first 70 words of the text.
    Lead,
    /// Further down.
    Body,
}

impl Zone {
    /// How many zones there are.
    pub const COUNT: usize = 3;
}

/// What a word is, a bit each: what the lexicon says, where it stands, how it is written, which name it is part of.
/// Every word has exactly one of [`flag::GAP`].
pub mod flag {
    use crate::annotation::NameKind;

    // What the lexicon says of a word comes first.
    pub use crate::extract::topics::lexicon::class::*;

    /// In the headline.
    pub const TITLE: u32 = 1 << 11;
    /// Among the first words of the text.
    pub const LEAD: u32 = 1 << 12;
    /// Only blanks stand between it and the word before.
    pub const AFTER_BLANK: u32 = 1 << 13;
    /// A hyphen stands before it, without blanks.
    pub const AFTER_HYPHEN: u32 = 1 << 14;
    /// A comma, a quotation mark, a bracket stands before it: a phrase does not reach across.
    pub const AFTER_MARK: u32 = 1 << 15;
    /// The end of a sentence or of a line stands before it, or nothing at all.
    pub const AFTER_STOP: u32 = 1 << 16;
    /// What stands before it, from the least to the most that parts it from the word before.
    pub const GAP: u32 = AFTER_BLANK | AFTER_HYPHEN | AFTER_MARK | AFTER_STOP;
    const _: () = assert!(AFTER_BLANK < AFTER_HYPHEN && AFTER_HYPHEN < AFTER_MARK && AFTER_MARK < AFTER_STOP);
    const _: () = assert!(TITLE == CONTINUES_CUE << 1, "flags begin where classes end");
    /// It begins with a capital.
    pub const CAPITAL: u32 = 1 << 17;
    /// It begins with a capital that neither headline nor sentence nor name explains.
    pub const FREE_CAPITAL: u32 = 1 << 18;
    /// It begins with a digit.
    pub const DIGIT: u32 = 1 << 19;
    /// A possessive ending follows.
    pub const POSSESSIVE: u32 = 1 << 20;
    /// In a person's name.
    pub const PERSON: u32 = 1 << 21;
    /// An organisation's name begins here.
    pub const ORG: u32 = 1 << 22;
    /// A work's title begins here.
    pub const WORK: u32 = 1 << 23;
    /// A place's name begins here.
    pub const PLACE: u32 = 1 << 24;
    /// An event's name begins here.
    pub const EVENT: u32 = 1 << 25;
    /// A later word of a name that is no person's.
    pub const LATER: u32 = 1 << 26;
    /// In a name that is no person's.
    pub const NAMED: u32 = ORG | WORK | PLACE | EVENT | LATER;

    /// The flag if it holds, else none.
    #[inline]
    pub fn when(flag: u32, holds: bool) -> u32 {
        flag * u32::from(holds)
    }

    /// For the first word of a name, and for the others.
    pub const fn of_name(kind: NameKind) -> (u32, u32) {
        match kind {
            NameKind::Person => (PERSON, PERSON),
            NameKind::Org => (ORG, LATER),
            NameKind::Work => (WORK, LATER),
            NameKind::Place => (PLACE, LATER),
            NameKind::Event => (EVENT, LATER),
        }
    }
}

/// One word.
#[derive(Clone, Copy, Debug, Default)]
pub struct Token {
    /// First byte, in the title for words of a separate title, else in the text.
    pub start: u32,
    /// One past the last byte, without a possessive ending.
    pub end: u32,
    /// Hash of the folded word.
    pub hash: u64,
    /// Its place in the lexicon; 0 when it is not there.
    pub word: WordId,
    /// Its last letters, see [`ending`](super::scan::ending).
    pub ending: u32,
    /// What it is, see [`flag`].
    pub flags: u32,
    /// How many words the name has that begins here, unless it is a person's; 255 for more.
    pub name_length: u8,
}

impl Token {
    /// Whether any of the [`flag`]s is set.
    #[inline]
    pub fn has(&self, flags: u32) -> bool {
        self.flags & flags != 0
    }

    /// Where it stands.
    #[inline]
    pub fn zone(&self) -> Zone {
        match self.flags & (flag::TITLE | flag::LEAD) {
            flag::TITLE => Zone::Title,
            flag::LEAD => Zone::Lead,
            _ => Zone::Body,
        }
    }
}

/// The words of an article.
#[derive(Debug, Default)]
pub struct Tokens {
    /// Words of the title if it stands apart, then of the text.
    pub all: Vec<Token>,
    /// How many of them belong to a title that stands apart.
    pub separate: usize,
    /// How many words persons' names have, and how many names of each other kind there are, by [`NameKind`].
    pub named: [u32; NameKind::ALL.len()],
}

impl Tokens {
    /// Reads the words of title and text and marks those of names.
    pub fn read(article: &Article, found: &Annotations, lexicon: &Lexicon) -> Self {
        let mut tokens = Self { all: Vec::with_capacity(article.text.len() / 5 + 16), ..Self::default() };
        let title = article.title.as_deref().unwrap_or_default();
        if !article.title_in_text {
            split(title, 0..title.len(), flag::TITLE, lexicon, &mut tokens.all);
            tokens.separate = tokens.all.len();
        }
        let body = match article.title_in_text {
            true => article.text.find('\n').unwrap_or(article.text.len()),
            false => 0,
        };
        split(&article.text, 0..body, flag::TITLE, lexicon, &mut tokens.all);
        let lead = tokens.all.len();
        split(&article.text, body..article.text.len(), 0, lexicon, &mut tokens.all);
        tokens.all.iter_mut().skip(lead).take(LEAD_WORDS).for_each(|token| token.flags |= flag::LEAD);
        tokens.mark_names(found);
        tokens
    }

    fn mark_names(&mut self, found: &Annotations) {
        let (title, text) = self.all.split_at_mut(self.separate);
        let mut mentions: Vec<u64> = Vec::new();
        for name in &found.names {
            mentions.extend(name.title_mentions.iter().map(|&span| mention(span, name.kind)));
        }
        mark(title, &mut mentions, &mut self.named);
        mentions.clear();
        for name in &found.names {
            mentions.extend(name.mentions.iter().map(|&span| mention(span, name.kind)));
        }
        mark(text, &mut mentions, &mut self.named);
    }

    /// The article's text that a token's offsets count in.
    pub fn source<'a>(&self, article: &'a Article, index: usize) -> &'a str {
        if index < self.separate { article.title.as_deref().unwrap_or_default() } else { &article.text }
    }
}

/// A mention in one number, which is quick to sort: first byte, length in bytes (what is longer is cut), kind.
fn mention(span: Span, kind: NameKind) -> u64 {
    let length = span.end.saturating_sub(span.start).min(LONGEST_MENTION);
    u64::from(span.start) << 32 | u64::from(length) << 8 | kind as u64
}

/// Bytes of a mention that are looked at, at most.
const LONGEST_MENTION: u32 = (1 << 24) - 1;

fn mark(tokens: &mut [Token], mentions: &mut [u64], named: &mut [u32; NameKind::ALL.len()]) {
    mentions.sort_unstable();
    let mut at = 0;
    for &mut mention in mentions {
        let start = (mention >> 32) as u32;
        let end = start + (mention as u32 >> 8);
        let kind = NameKind::ALL[(mention & 0xFF) as usize];
        while tokens.get(at).is_some_and(|token| token.start < start) {
            at += 1;
        }
        let begin = at;
        let (mut part, later) = flag::of_name(kind);
        while let Some(token) = tokens.get_mut(at).filter(|token| token.start < end) {
            token.flags = token.flags & !flag::FREE_CAPITAL | part;
            part = later;
            at += 1;
        }
        let Some(first) = tokens[begin..at].first_mut() else { continue };
        if kind == NameKind::Person {
            named[kind as usize] += (at - begin) as u32;
        } else {
            named[kind as usize] += 1;
            first.name_length = u8::try_from(at - begin).unwrap_or(u8::MAX);
        }
    }
}

/// Reads the words of `range` of a text, all of which have the flags `zone`.
pub fn split(text: &str, range: Range<usize>, zone: u32, lexicon: &Lexicon, tokens: &mut Vec<Token>) {
    let bytes = &text.as_bytes()[..range.end];
    let mut at = range.start;
    let mut gap = flag::AFTER_STOP;
    let first = tokens.len();
    while let Some(&byte) = bytes.get(at) {
        let kind = KINDS[usize::from(byte)];
        let mut capital = kind == Kind::Upper;
        if kind > Kind::Digit {
            let letter = match kind {
                Kind::Beyond => text[at..].chars().next().filter(|c| c.is_alphanumeric()),
                _ => None,
            };
            match letter {
                Some(letter) => capital = letter.is_uppercase(),
                None => {
                    (gap, at) = widen(gap, kind, text, at);
                    continue;
                }
            }
        }
        let start = at;
        let scan = scan_word(text, bytes, at);
        at = scan.next;
        let free = capital & (zone & flag::TITLE == 0) & (gap != flag::AFTER_STOP);
        tokens.push(Token {
            start: start as u32,
            end: scan.end as u32,
            hash: scan.hash,
            word: 0,
            ending: scan.ending,
            flags: zone
                | gap
                | flag::when(flag::CAPITAL, capital)
                | flag::when(flag::FREE_CAPITAL, free)
                | flag::when(flag::DIGIT, byte.is_ascii_digit())
                | flag::when(flag::POSSESSIVE, scan.end != scan.next),
            name_length: 0,
        });
        // Mostly a blank follows, and then the next word.
        let after = bytes.get(at).copied().unwrap_or_default();
        gap = if after == b'-' { flag::AFTER_HYPHEN } else { flag::AFTER_BLANK };
        at += usize::from((after == b'-') | (after == b' '));
    }
    // Apart, so that the look-ups wait for memory together.
    for token in &mut tokens[first..] {
        let (word, class) = lexicon.look_up(token.hash);
        token.word = word;
        token.flags |= class;
    }
}

/// What a byte is to a reader of words; those that words are made of come first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Lower,
    Upper,
    Digit,
    Blank,
    /// The end of a sentence or of a line.
    Stop,
    /// Any other mark.
    Mark,
    /// Part of a character beyond ASCII.
    Beyond,
}

/// The gap so far, as a flag, with the character at `at`, which is no letter or digit; and where the next one stands.
#[inline]
fn widen(gap: u32, kind: Kind, text: &str, at: usize) -> (u32, usize) {
    match kind {
        Kind::Blank if gap == flag::AFTER_HYPHEN => (flag::AFTER_MARK, at + 1),
        Kind::Blank => (gap, at + 1),
        Kind::Stop => (flag::AFTER_STOP, at + 1),
        Kind::Beyond => {
            let length = text[at..].chars().next().map_or(1, char::len_utf8);
            (gap.max(flag::AFTER_MARK), at + length)
        }
        _ => (gap.max(flag::AFTER_MARK), at + 1),
    }
}

const KINDS: [Kind; 256] = {
    let mut kinds = [Kind::Beyond; 256];
    let mut byte = 0;
    while byte < 0x80 {
        kinds[byte as usize] = match byte {
            b'a'..=b'z' => Kind::Lower,
            b'A'..=b'Z' => Kind::Upper,
            b'0'..=b'9' => Kind::Digit,
            b' ' | b'\t' | b'\r' => Kind::Blank,
            b'.' | b'!' | b'?' | b'\n' | b':' | b';' => Kind::Stop,
            _ => Kind::Mark,
        };
        byte += 1;
    }
    kinds
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_marked_word_by_word() {
        let text = "Northlight Pictures hired Ana Reyes.";
        let name = |kind, spans: &[(u32, u32)]| crate::annotation::Name {
            kind,
            name: String::new(),
            mentions: spans.iter().map(|&span| span.into()).collect(),
            title_mentions: Vec::new(),
            sex: None,
        };
        let article = Article { text: text.to_owned(), ..Article::default() };
        // The second mention of the organisation overlaps the first, the third has no word.
        let org = name(NameKind::Org, &[(0, 19), (11, 19), (19, 20)]);
        let names = vec![org, name(NameKind::Person, &[(26, 35)])];
        let found = Annotations { names, ..Annotations::default() };
        let tokens = Tokens::read(&article, &found, Lexicon::get());
        assert_eq!(tokens.named, [2, 1, 0, 0, 0]);
        let lengths: Vec<u8> = tokens.all.iter().map(|token| token.name_length).collect();
        assert_eq!(lengths, [2, 0, 0, 0, 0]);
        let any = flag::NAMED | flag::PERSON;
        let names: Vec<u32> = tokens.all.iter().map(|token| token.flags & any).collect();
        assert_eq!(names, [flag::ORG, flag::LATER, 0, flag::PERSON, flag::PERSON]);
    }

    #[test]
    fn gaps_tell_where_phrases_end() {
        let mut tokens = Vec::new();
        let text = "The co-host’s exit, “sudden” it was. Then";
        split(text, 0..text.len(), 0, Lexicon::get(), &mut tokens);
        use flag::{AFTER_BLANK as BLANK, AFTER_HYPHEN as HYPHEN, AFTER_MARK as MARK, AFTER_STOP as STOP};
        let gaps: Vec<u32> =
            tokens.iter().map(|token| token.flags & (BLANK | HYPHEN | MARK | STOP)).collect();
        assert_eq!(gaps, [STOP, BLANK, HYPHEN, BLANK, MARK, MARK, BLANK, STOP]);
        assert!(tokens[2].has(flag::POSSESSIVE));
        assert_eq!(&text[tokens[2].start as usize..tokens[2].end as usize], "host");
    }
}
