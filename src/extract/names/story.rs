//! A story as the recogniser sees it: tokens, runs of capitalised words, quoted titles, and what the rest of the
//! story says about each word.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::{
    lexicon::{LEXICON, Word, class, phrase_hash},
    tokens::{Token, shape, tokenise, word_hash},
};
use crate::article::Span;

/// No run, no evidence.
pub const NONE: u32 = u32::MAX;

/// How a sentence is capitalised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// As running text.
    Plain,
    /// Most Words Begin With Capitals.
    Heading,
    /// ALL CAPITALS.
    Capitals,
}

/// A maximal run of capitalised words, with `of`, particles, hyphens and `&` inside.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// First token.
    pub start: usize,
    /// One past the last token.
    pub end: usize,
    /// Classes of all its words together.
    pub classes: u16,
}

/// Where a token stands in a quoted or emphasised title: 0 nowhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quoted {
    /// Words of the title; 0 outside.
    pub words: u8,
    /// Place of the token, from 0.
    pub place: u8,
    /// Share of words with a capital: 0 none, 1 some, 2 all but small words, 3 all.
    pub capitals: u8,
}

/// What the story says about a word that it writes with a capital somewhere.
#[derive(Clone, Copy, Debug, Default)]
pub struct Evidence {
    /// Times in lower case.
    pub lower: u16,
    /// Times with a capital where running text would not need one.
    pub capital: u16,
    /// Times right after a title: `Mr. Voss`.
    pub titled: u16,
    /// Times as the first of two or three words that begin with a known first name.
    pub first: u16,
    /// Times as the last of such.
    pub last: u16,
    /// Times beside a verb of speech.
    pub speech: u16,
    /// Times alone after `in`, `at`, `from`, `near`.
    pub located: u16,
    /// Times in a run that ends like an organisation.
    pub org: u16,
    /// Times inside a quoted title.
    pub quoted: u16,
    /// Times alone, as a run of one word.
    pub alone: u16,
    /// The longest run it stands in: number of words, and its place in it.
    pub longest: (u8, u8),
}

/// A story, tokenised and looked up.
#[derive(Debug, Default)]
pub struct Story {
    /// All tokens.
    pub tokens: Vec<Token>,
    /// What the lexicon knows of each.
    pub words: Vec<Word>,
    /// Sentences, as ranges of tokens.
    pub sentences: Vec<Range<usize>>,
    /// How each sentence is capitalised.
    pub styles: Vec<Style>,
    /// Number of the run of each token.
    pub run_of: Vec<u32>,
    /// All runs.
    pub runs: Vec<Run>,
    /// Number of the evidence of each token.
    pub evidence_of: Vec<u32>,
    /// Evidence by word.
    pub evidence: Vec<Evidence>,
    /// Quoted titles.
    pub quoted: Vec<Quoted>,
    /// Lists of known names that have a name beginning here, as a mask.
    pub listed_first: Vec<u32>,
    /// Lists that have a name going on here.
    pub listed_inside: Vec<u32>,
    /// Where names can be: ranges of tokens with the number of their sentence.
    pub segments: Vec<(Range<usize>, usize)>,
}

/// Hashes of small words the story asks for.
pub(super) struct Small {
    pub(super) i: u64,
    of: u64,
    the: u64,
    ampersand: u64,
    located: [u64; 6],
}

impl Small {
    fn new() -> Self {
        Self {
            i: word_hash("i"),
            of: word_hash("of"),
            the: word_hash("the"),
            ampersand: word_hash("&"),
            located: ["in", "at", "from", "near", "outside", "to"].map(word_hash),
        }
    }
}

impl Story {
    /// Reads the sentences of a text; `emphasis` are its italics.
    pub fn read(text: &str, sentences: &[Span], emphasis: &[Span]) -> Self {
        let small = Small::new();
        let mut story = Self::default();
        story.tokens.reserve(text.len() / 5);
        for (number, &sentence) in sentences.iter().enumerate() {
            let start = story.tokens.len();
            let goes_on = number > 0
                && sentence.start == sentences[number - 1].end + 1
                && text.as_bytes()[sentence.start as usize - 1] == b' '
                && ends_with_listed(&story.tokens);
            tokenise(text, sentence, &mut story.tokens);
            match story.sentences.last_mut() {
                Some(before) if goes_on => before.end = story.tokens.len(),
                _ => story.sentences.push(start..story.tokens.len()),
            }
        }
        story.words = story.tokens.iter().map(|token| LEXICON.word(token.hash)).collect();
        let count = story.tokens.len();
        story.quoted = vec![Quoted::default(); count];
        story.listed_first = vec![0; count];
        story.listed_inside = vec![0; count];
        story.run_of = vec![NONE; count];
        story.evidence_of = vec![NONE; count];
        story.styles = story.sentences.iter().map(|sentence| story.style(sentence)).collect();
        story.find_quoted(text);
        story.find_emphasis(text, emphasis);
        story.number_words();
        story.find_runs(&small, Style::Plain);
        story.weigh(&small);
        story.find_runs(&small, Style::Heading);
        story.find_listed(&small);
        story.find_segments(&small);
        story
    }

    /// Whether the token is a word with a capital.
    #[inline]
    pub fn is_capital(&self, at: usize) -> bool {
        self.tokens[at].is(shape::WORD | shape::UPPER)
    }

    /// Whether running text writes the first word here with a capital anyway.
    pub fn is_initial(&self, sentence: &Range<usize>, at: usize) -> bool {
        at == sentence.start || {
            let before = &self.tokens[at - 1];
            before.shape & shape::WORD == 0
                && before.any(shape::QUOTE | shape::BREAK)
                && !before.any(shape::CLITIC)
                || (before.shape == shape::GLUED && before.span.len() <= 3)
        }
    }

    fn style(&self, sentence: &Range<usize>) -> Style {
        let (mut words, mut initials, mut capitals) = (0, 0, 0);
        for at in sentence.clone() {
            let token = &self.tokens[at];
            if !token.is(shape::WORD) || token.is(shape::NUMBER) || token.span.len() < 4 {
                continue;
            }
            words += 1;
            initials += usize::from(token.is(shape::INITIAL));
            capitals += usize::from(token.is(shape::CAPITALS));
        }
        if words >= 3 && capitals * 10 >= words * 8 {
            Style::Capitals
        } else if words >= 4 && initials * 10 >= words * 7 {
            Style::Heading
        } else {
            Style::Plain
        }
    }

    /// Whether a token stands in a heading of a few words.
    pub fn is_briefly_headed(&self, at: usize) -> bool {
        let number = self.sentences.partition_point(|sentence| sentence.end <= at);
        self.sentences.get(number).is_some_and(|sentence| self.is_short_heading(sentence))
    }

    /// Whether a few words, all with capitals but small ones, end in no full stop: `Venn Leaves Tour`.
    fn is_short_heading(&self, sentence: &Range<usize>) -> bool {
        let raised = |at: usize| {
            let token = &self.tokens[at];
            !token.is(shape::WORD) || token.any(shape::UPPER | shape::NUMBER) || token.span.len() < 4
        };
        (3..8).contains(&sentence.len())
            && sentence.clone().all(raised)
            && self.tokens[sentence.end - 1].is(shape::WORD)
    }

    /// Gives every word with a capital its number, and counts its lower-case twins.
    fn number_words(&mut self) {
        let mut numbers: FxHashMap<u64, u32> = FxHashMap::default();
        let mut filter = [0u64; 64];
        for (at, token) in self.tokens.iter().enumerate() {
            if token.is(shape::WORD | shape::UPPER) {
                let next = numbers.len() as u32;
                let number = *numbers.entry(token.hash).or_insert(next);
                self.evidence_of[at] = number;
                filter[(token.hash >> 40) as usize & 63] |= 1 << (token.hash >> 50 & 63);
            }
        }
        self.evidence = vec![Evidence::default(); numbers.len()];
        for token in &self.tokens {
            let may_be_known = filter[(token.hash >> 40) as usize & 63] >> (token.hash >> 50 & 63) & 1 == 1;
            let small = token.is(shape::WORD) && !token.any(shape::UPPER);
            if let Some(&number) = (small && may_be_known).then(|| numbers.get(&token.hash)).flatten() {
                self.evidence[number as usize].lower += 1;
            }
        }
    }

    /// Whether a word of a heading is written with a capital for the heading alone.
    pub fn is_raised(&self, at: usize) -> bool {
        self.tokens[at].is(shape::WORD) && self.is_weak(at, Style::Heading)
    }

    /// Whether a capital at this place says nothing: a word in a heading that is written small elsewhere.
    fn is_weak(&self, at: usize, style: Style) -> bool {
        let word = self.words[at];
        if style == Style::Plain {
            let shouted = self.tokens[at].is(shape::CAPITALS) && word.listed() == 0;
            return shouted && (word.common() >= 2 || word.is(class::FUNCTION));
        }
        let evidence = self.evidence(at);
        let small = class::FUNCTION | class::SPEECH | class::KIN | class::HEADLINE;
        evidence.capital == 0 && (word.common() >= 2 || word.is(small) || evidence.lower > 0)
    }

    /// Whether a token stands in a heading, where capitals say little.
    pub fn is_headed(&self, at: usize) -> bool {
        let number = self.sentences.partition_point(|sentence| sentence.end <= at);
        self.styles.get(number).is_some_and(|style| *style != Style::Plain)
    }

    /// What the story says about a token with a capital.
    pub fn evidence(&self, at: usize) -> Evidence {
        match self.evidence_of[at] {
            NONE => Evidence::default(),
            number => self.evidence[number as usize],
        }
    }

    fn joins(&self, small: &Small, at: usize) -> bool {
        let token = &self.tokens[at];
        token.hash == small.of
            || token.hash == small.ampersand
            || token.is(shape::HYPHEN | shape::GLUED)
            || self.words[at].is(class::PARTICLE) && token.is(shape::WORD)
    }

    /// Finds the runs of plain sentences, or those of all others.
    fn find_runs(&mut self, small: &Small, wanted: Style) {
        for number in 0..self.sentences.len() {
            let style = self.styles[number];
            if (style == Style::Plain) != (wanted == Style::Plain) {
                continue;
            }
            let sentence = self.sentences[number].clone();
            let mut at = sentence.start;
            while at < sentence.end {
                if !self.may_begin(small, &sentence, at, style) {
                    at += 1;
                    continue;
                }
                let end = self.run_end(small, &sentence, at, style);
                let classes = self.words[at..end].iter().fold(0, |all, word| all | word.classes());
                let run = self.runs.len() as u32;
                self.runs.push(Run { start: at, end, classes });
                self.run_of[at..end].fill(run);
                at = end;
            }
        }
    }

    fn may_begin(&self, small: &Small, sentence: &Range<usize>, at: usize, style: Style) -> bool {
        if !self.is_capital(at) || self.is_weak(at, style) {
            return false;
        }
        let token = &self.tokens[at];
        if token.hash == small.i || token.hash == small.the {
            return false;
        }
        !(self.words[at].is(class::FUNCTION) && self.is_initial(sentence, at) && self.quoted[at].words == 0)
    }

    fn run_end(&self, small: &Small, sentence: &Range<usize>, start: usize, style: Style) -> usize {
        let mut end = start + 1;
        loop {
            let mut next = end;
            while next < sentence.end && next < end + 2 && self.joins(small, next) && !self.is_capital(next) {
                next += 1;
            }
            if next > end && next < sentence.end && self.tokens[next].hash == small.the {
                next += usize::from(!self.is_capital(next));
            }
            let goes_on = next < sentence.end
                && (self.is_capital(next) && !self.is_weak(next, style) && self.tokens[next].hash != small.i
                    || next == end
                        && self.tokens[next].is(shape::NUMBER)
                        && self.tokens[next].span.len() < 3);
            if !goes_on {
                return end;
            }
            end = next + 1;
        }
    }

    /// Collects the evidence of all plain sentences.
    fn weigh(&mut self, small: &Small) {
        for number in 0..self.sentences.len() {
            let sentence = self.sentences[number].clone();
            if self.styles[number] != Style::Plain || self.is_short_heading(&sentence) {
                continue;
            }
            for at in sentence.clone() {
                if self.evidence_of[at] != NONE && !self.is_initial(&sentence, at) {
                    self.evidence[self.evidence_of[at] as usize].capital += 1;
                }
                if self.evidence_of[at] != NONE && self.quoted[at].capitals >= 2 {
                    self.evidence[self.evidence_of[at] as usize].quoted += 1;
                }
            }
        }
        for number in 0..self.runs.len() {
            self.weigh_run(small, self.runs[number]);
        }
    }

    fn weigh_run(&mut self, small: &Small, run: Run) {
        let words = self.words[run.start..run.end].iter().zip(&self.tokens[run.start..run.end]);
        let count = words.filter(|(_, token)| token.is(shape::WORD | shape::UPPER)).count().min(9) as u8;
        let first = self.words[run.start];
        let before = run.start.checked_sub(1).map(|at| (self.tokens[at], self.words[at]));
        let after = self.words.get(run.end).copied().unwrap_or_default();
        let person = first.first_name() > 0
            && (2..=4).contains(&count)
            && run.classes & (class::ORG_HEAD | class::EVENT_HEAD) == 0;
        let org = run.classes & class::ORG_HEAD != 0 && count > 1;
        let speech = after.is(class::SPEECH) || before.is_some_and(|(_, word)| word.is(class::SPEECH));
        let located = count == 1 && before.is_some_and(|(token, _)| small.located.contains(&token.hash));
        let mut place = 0;
        for at in run.start..run.end {
            if self.evidence_of[at] == NONE {
                continue;
            }
            let titled = at > 0 && self.words[at - 1].is(class::TITLE) && self.is_capital(at - 1);
            let evidence = &mut self.evidence[self.evidence_of[at] as usize];
            evidence.titled += u16::from(titled);
            evidence.first += u16::from(person && at == run.start);
            evidence.last += u16::from(person && at + 1 == run.end);
            evidence.org += u16::from(org);
            evidence.speech += u16::from(speech && !org);
            evidence.located += u16::from(located);
            evidence.alone += u16::from(count == 1);
            if count > evidence.longest.0 {
                evidence.longest = (count, if at + 1 == run.end { 9 } else { place });
            }
            place = (place + 1).min(3);
        }
    }

    /// Looks up the lists of known names.
    fn find_listed(&mut self, small: &Small) {
        for sentence in &self.sentences {
            let mut at = sentence.start;
            while at < sentence.end {
                let longest = self.words[at].listed().min(sentence.end - at);
                if longest == 0
                    || !self.tokens[at].any(shape::UPPER | shape::DIGIT)
                    || self.tokens[at].hash == small.i
                {
                    at += 1;
                    continue;
                }
                let found = (1..=longest).rev().find_map(|count| {
                    let hash = phrase_hash(self.tokens[at..at + count].iter().map(|token| token.hash));
                    let lists = LEXICON.phrase(hash);
                    (lists != 0).then_some((count, lists))
                });
                let Some((count, lists)) = found else {
                    at += 1;
                    continue;
                };
                self.listed_first[at] = lists;
                self.listed_inside[at + 1..at + count].fill(lists);
                at += count;
            }
        }
    }
}

/// Whether the tokens end with a listed name that has a mark of its own: `E!`.
fn ends_with_listed(tokens: &[Token]) -> bool {
    let Some([word, mark]) = tokens.last_chunk::<2>() else { return false };
    mark.shape == shape::GLUED
        && LEXICON.word(word.hash).listed() >= 2
        && LEXICON.phrase(phrase_hash([word.hash, mark.hash])) != 0
}
