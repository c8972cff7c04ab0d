//! Names with marks inside: `Dwayne “The Brick” Marl`, `“Odd Al” Marlowe`, `Tobin, the Maker`, `V!bes`, `wil.o.mar`,
//! `André 3000`. Marks part names everywhere else, and no model learns these few from a few hundred stories.

use std::{ops::Range, sync::LazyLock};

use rustc_hash::FxHashMap;

use super::{
    decode::Mention,
    lexicon::{PLACES, class, phrase_hash},
    story::Story,
    tokens::{shape, word_hash},
};
use crate::annotation::NameKind;

/// Most words of a nickname.
const NICKNAME_WORDS: u8 = 3;

/// Joins the mentions that marks have parted, and adds names that have marks of their own.
pub fn join(story: &Story, text: &str, mentions: &mut Vec<Mention>) {
    let mut whole = quoted(story, mentions);
    whole.extend(epithets(story, text));
    whole.extend(marked(story, text, mentions));
    for range in whole {
        // What a mention has behind the name that it was glued to is one of its own.
        let behind = mentions.iter().find(|it| it.start < range.end && range.end < it.end).cloned();
        mentions.retain(|other| other.end <= range.start || range.end <= other.start);
        let rest = behind.and_then(|it| Some(((range.end..it.end).find(|&at| story.is_capital(at))?, it)));
        mentions.extend(rest.map(|(start, it)| Mention { start, ..it }));
        mentions.push(Mention { start: range.start, end: range.end, kind: NameKind::Person });
    }
    mentions.sort_by_key(|mention| mention.start);
}

/// Hash of a stretch of tokens.
fn hash(story: &Story, range: Range<usize>) -> u64 {
    phrase_hash(story.tokens[range].iter().map(|token| token.hash))
}

/// A word as names are written, with a blank before it.
fn is_free_name(story: &Story, at: usize) -> bool {
    story
        .tokens
        .get(at)
        .is_some_and(|token| token.is(shape::WORD | shape::INITIAL) && !token.any(shape::GLUED))
}

/// Nicknames in quotation marks, between first name and surname or before them.
fn quoted(story: &Story, mentions: &[Mention]) -> Vec<Range<usize>> {
    let person_ending = |at: usize| mentions.iter().find(|it| it.end == at && it.kind == NameKind::Person);
    let person_from = |at: usize| mentions.iter().find(|it| it.start == at && it.kind == NameKind::Person);
    let mut before: Vec<Range<usize>> = Vec::new();
    let mut whole = Vec::new();
    for nickname in story.nicknames() {
        let (open, behind) = (nickname.start - 1, nickname.end + 1);
        if !is_free_name(story, behind) {
            continue;
        }
        let end = person_from(behind).map(|surname| {
            let inside = |at: &usize| {
                let token = &story.tokens[*at];
                token.any(shape::UPPER | shape::HYPHEN) || story.words[*at].is(class::PARTICLE)
            };
            (behind..surname.end).take_while(inside).last().unwrap_or(behind) + 1
        });
        let word = story.words[behind];
        let is_surname = (word.surname() > 0 || word.common() == 0) && !word.is(class::ROLE | class::SPEECH);
        let free = open > 0 && !story.tokens[open].any(shape::GLUED) && is_free_name(story, open - 1);
        let first = open.checked_sub(1).filter(|_| free).and_then(|last| {
            let word = story.words[last];
            let known = word.first_name() > 1
                && !word.is(class::ROLE | class::TITLE | class::FUNCTION | class::CONNECTOR);
            person_ending(open).map(|it| it.start).or(known.then_some(last))
        });
        let same_sentence = |from: usize, to: usize| {
            let number = story.sentences.partition_point(|sentence| sentence.end <= from);
            story.sentences.get(number).is_some_and(|sentence| to <= sentence.end)
        };
        match (first, end) {
            (Some(first), Some(end)) if same_sentence(first, end) => whole.push(first..end),
            (Some(first), None) if is_surname && same_sentence(first, behind + 1) => {
                whole.push(first..behind + 1)
            }
            (None, Some(end)) if same_sentence(open, end) => before.push(open..end),
            _ => (),
        }
    }
    let mut times: FxHashMap<u64, u32> = FxHashMap::default();
    for range in &before {
        *times.entry(hash(story, range.clone())).or_default() += 1;
    }
    let located = ["in", "on", "of", "from", "for", "at", "with", "by"].map(word_hash);
    whole.extend(before.into_iter().filter(|range| {
        let more = times[&hash(story, range.clone())] > 1;
        let words = story.quoted[range.start + 1].words;
        let named = (range.start + 1..range.end)
            .take_while(|&at| story.quoted[at].words > 0)
            .any(|at| story.words[at].first_name() > 1);
        let of_title = range.start > 0 && located.contains(&story.tokens[range.start - 1].hash);
        !of_title && (more || words > 1 && named)
    }));
    whole
}

/// `Tobin, the Maker`: a trade behind a comma that no second comma closes.
fn epithets(story: &Story, text: &str) -> Vec<Range<usize>> {
    let the = word_hash("the");
    let mut found: Vec<Range<usize>> = Vec::new();
    for sentence in &story.sentences {
        for comma in sentence.start + 1..sentence.end.saturating_sub(2) {
            let is_comma = story.tokens[comma].span.of(text) == "," && story.tokens[comma + 1].hash == the;
            let alone = comma < 2 || !story.is_capital(comma - 2) || story.is_initial(sentence, comma - 1);
            if !is_comma || !alone || !is_free(story, comma - 1) || !is_free(story, comma + 2) {
                continue;
            }
            let closed = story.tokens.get(comma + 3).is_some_and(|next| {
                !next.is(shape::WORD) && !next.any(shape::CLITIC) || next.any(shape::UPPER)
            });
            if !closed || story.listed_first[comma - 1] != 0 && story.listed_inside[comma] != 0 {
                found.push(comma - 1..comma + 3);
            }
        }
    }
    let mut times: FxHashMap<u64, u32> = FxHashMap::default();
    found.iter().for_each(|range| *times.entry(hash(story, range.clone())).or_default() += 1);
    found.retain(|range| {
        let listed = story.listed_first[range.start] != 0 && story.listed_inside[range.end - 1] != 0;
        let trade = story.tokens[range.end - 1].span.of(text);
        let trade = ["er", "or", "ist", "ian"].iter().any(|ending| trade.ends_with(ending));
        let told = story.words.get(range.end).is_some_and(|next| next.is(class::SPEECH));
        listed || times[&hash(story, range.clone())] > 1 || trade && told
    });
    found
}

/// A word with a capital that no list has as a place or anything else.
fn is_free(story: &Story, at: usize) -> bool {
    story.tokens[at].is(shape::WORD | shape::INITIAL)
        && !story.tokens[at].any(shape::CAPITALS)
        && (story.listed_first[at] & PLACES == 0
            || story.listed_inside.get(at + 1).is_some_and(|it| *it != 0))
        && !story.words[at].is(class::MONTH | class::NATION | class::FUNCTION)
}

/// Words with marks inside that no mention holds, beside a verb of speech or known from a list, and numbers that belong
/// to a name.
fn marked(story: &Story, text: &str, mentions: &[Mention]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut names: FxHashMap<u64, bool> = FxHashMap::default();
    for (at, token) in story.tokens.iter().enumerate().filter(|(_, token)| token.any(shape::MARKED)) {
        let beside =
            |at: Option<usize>| at.and_then(|at| story.words.get(at)).is_some_and(|it| it.is(class::SPEECH));
        let spoken = beside(at.checked_sub(1)) || beside(Some(at + 1));
        *names.entry(token.hash).or_default() |= spoken || story.listed_first[at] != 0;
    }
    if !names.is_empty() {
        let covered = |at: usize| mentions.iter().any(|it| it.start <= at && at < it.end);
        let is_name = |at: usize| names.get(&story.tokens[at].hash) == Some(&true) && !covered(at);
        let marked = |at: &usize| story.tokens[*at].any(shape::MARKED);
        found.extend((0..story.tokens.len()).filter(marked).filter(|&at| is_name(at)).map(|at| at..at + 1));
    }
    found.extend(numbered(story, text, mentions));
    found
}

/// Whether a number can be part of a name: it is neither an age nor a year.
pub fn is_in_name(number: u32) -> bool {
    number >= 100 && !(1800..2100).contains(&number)
}

/// `André 3000`: a first name, and a number that is neither a year nor an age, the same more than once or on a list.
fn numbered(story: &Story, text: &str, mentions: &[Mention]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for at in 1..story.tokens.len() {
        let (number, first) = (&story.tokens[at], at - 1);
        let alone = number.is(shape::NUMBER)
            && !number.any(shape::GLUED)
            && story.is_capital(first)
            && (first == 0 || !story.is_capital(first - 1));
        if alone && number.span.of(text).parse().is_ok_and(is_in_name) {
            found.push(first..at + 1);
        }
    }
    // How often each stands there, whether anything says that it is a person, and whether it says something.
    let mut known: FxHashMap<u64, (u32, bool, bool)> = FxHashMap::default();
    for range in &found {
        let known = known.entry(hash(story, range.clone())).or_default();
        known.0 += 1;
        known.1 |= match mentions.iter().find(|it| it.start <= range.start && range.start < it.end) {
            Some(mention) => mention.kind == NameKind::Person,
            None => story.words[range.start].first_name() > 1,
        };
        known.2 |= story.words.get(range.end).is_some_and(|next| next.is(class::SPEECH));
    }
    found.retain(|range| {
        let (times, person, told) = known[&hash(story, range.clone())];
        person && (told || times > 1)
    });
    found
}

/// Most words between a name and a by-name.
const CUE_WORDS: usize = 6;

/// Finds by-names that the story declares, `Orla Quist, better known as Lady Quill`: adds their mentions, and gives the
/// first tokens of name and by-name.
pub fn by_names(story: &Story, mentions: &mut Vec<Mention>) -> Vec<(usize, usize)> {
    static CUES: LazyLock<Cues> = LazyLock::new(Cues::new);
    let mut pairs = Vec::new();
    let mut found: Vec<Range<usize>> = Vec::new();
    for mention in mentions.iter().filter(|mention| mention.kind == NameKind::Person) {
        let number = story.sentences.partition_point(|sentence| sentence.end <= mention.start);
        let Some(sentence) = story.sentences.get(number) else { continue };
        if let Some(by_name) = CUES.by_name(story, mention.end, sentence.end.min(mention.end + CUE_WORDS + 8))
        {
            pairs.push((mention.start, by_name.start));
            found.push(by_name);
        }
    }
    // Those that stand inside quotation marks in a name are by-names where they stand alone.
    for nickname in story.nicknames() {
        let holder = mentions.iter().find(|it| {
            it.kind == NameKind::Person
                && it.start < nickname.start
                && nickname.end < it.end
                && it.end - it.start > 3
        });
        if let Some(holder) = holder
            && nickname.len() > 1
        {
            let rest = |other: Range<usize>| hash(story, other) == hash(story, nickname.clone());
            let alone = (0..story.tokens.len().saturating_sub(nickname.len()))
                .filter(|&at| story.is_capital(at) && !(holder.start..holder.end).contains(&at))
                .find(|&at| rest(at..at + nickname.len()) && !story.tokens[at].any(shape::GLUED));
            if let Some(at) = alone {
                pairs.push((holder.start, at));
                found.push(at..at + nickname.len());
            }
        }
    }
    for by_name in found {
        let wanted = hash(story, by_name.clone());
        let count = by_name.len();
        let places = (0..(story.tokens.len() + 1).saturating_sub(count)).filter(|&at| {
            story.tokens[at].hash == story.tokens[by_name.start].hash
                && story.is_capital(at)
                && hash(story, at..at + count) == wanted
        });
        for at in places.collect::<Vec<_>>() {
            let longer =
                mentions.iter().any(|it| it.start <= at && at + count <= it.end && it.end - it.start > count);
            if !longer {
                mentions.retain(|it| it.end <= at || at + count <= it.start);
                mentions.push(Mention { start: at, end: at + count, kind: NameKind::Person });
            }
        }
    }
    mentions.sort_by_key(|mention| mention.start);
    pairs
}

/// Words by which a story tells a by-name.
struct Cues {
    before: [u64; 15],
    known: u64,
    as_: u64,
    alone: [u64; 6],
    born: u64,
    name: [u64; 3],
    the: u64,
}

impl Cues {
    fn new() -> Self {
        let before = [
            "who",
            "whose",
            "is",
            "was",
            "also",
            "better",
            "best",
            "formerly",
            "once",
            "otherwise",
            "widely",
            "sometimes",
            "real",
            "birth",
            "stage",
        ];
        Self {
            before: before.map(word_hash),
            known: word_hash("known"),
            as_: word_hash("as"),
            alone: ["aka", "a.k.a.", "a.k.a", "nicknamed", "dubbed", "née"].map(word_hash),
            born: word_hash("born"),
            name: ["name", "is", "was"].map(word_hash),
            the: word_hash("the"),
        }
    }

    /// The by-name told behind a name that ends at `at`.
    fn by_name(&self, story: &Story, at: usize, end: usize) -> Option<Range<usize>> {
        let end = end.min(story.tokens.len());
        let is_mark = |at: usize| !story.tokens[at].is(shape::WORD) && !story.tokens[at].any(shape::CLITIC);
        let mut next = at;
        if next < end && is_mark(next) && !story.tokens[next].any(shape::QUOTE) {
            next += 1;
        }
        while next < end && self.before.contains(&story.tokens[next].hash) {
            next += 1;
        }
        let cue = story.tokens.get(next)?.hash;
        let mut start = next + 1;
        if cue == self.known {
            // `known to fans as`, `known professionally as`
            let as_ = (start..end.min(start + 4)).find(|&at| story.tokens[at].hash == self.as_)?;
            start = as_ + 1;
        } else if cue == self.name[0] && self.before[12..].contains(&story.tokens[next - 1].hash) {
            start += usize::from(self.name.contains(&story.tokens.get(start)?.hash));
        } else if cue == self.born {
            // `Lady Quill, born Orla Quist`, and not `born Friday`.
            let first = story.words.get(start)?;
            if first.first_name() < 2
                || !story.is_capital(start)
                || !story.tokens.get(start + 1)?.is(shape::INITIAL)
            {
                return None;
            }
        } else if !self.alone.contains(&cue) {
            return None;
        }
        let mut skipped = 0;
        while start < end
            && skipped < 2
            && (story.tokens[start].any(shape::QUOTE) || story.tokens[start].hash == self.the)
        {
            start += 1;
            skipped += 1;
        }
        let quoted = story.quoted.get(start).is_some_and(|it| it.words > 0 && it.place == 0);
        let stop = (start..end.min(start + 5)).take_while(|&at| {
            let token = &story.tokens[at];
            (token.is(shape::WORD | shape::UPPER) || token.any(shape::HYPHEN))
                && (!quoted || story.quoted[at].words > 0)
        });
        let stop = stop.last()? + 1;
        let listed = story.listed_first[start] & PLACES != 0;
        (!listed && story.is_capital(start) && story.is_capital(stop - 1)).then_some(start..stop)
    }
}

impl Story {
    /// Short quoted stretches with capitals that could be nicknames: the tokens between their marks.
    fn nicknames(&self) -> impl Iterator<Item = Range<usize>> {
        let starts = (1..self.tokens.len()).filter(|&at| {
            let quoted = self.quoted[at];
            quoted.place == 0
                && (1..=NICKNAME_WORDS).contains(&quoted.words)
                && quoted.capitals >= 2
                && self.tokens[at - 1].any(shape::QUOTE)
        });
        starts.filter_map(|start| {
            let inside = |&at: &usize| {
                self.quoted.get(at).is_some_and(|it| it.words > 0 && usize::from(it.place) == at - start)
            };
            let end = (start..).take_while(inside).last()? + 1;
            let bare = (start..end).all(|at| {
                self.tokens[at].is(shape::WORD) || self.tokens[at].any(shape::HYPHEN | shape::CLITIC)
            });
            (bare && self.tokens.get(end).is_some_and(|it| it.any(shape::QUOTE))).then_some(start..end)
        })
    }
}
