//! What the model sees of a token: some fifty features, each a hash of what is seen and where.

use std::ops::Range;

use super::{
    lexicon::{Word, class},
    story::{NONE, Run, Story, Style},
    tokens::{Token, shape},
};

/// Most features of a token.
pub const MOST: usize = 72;

/// Hash of a token beyond the end of the sentence.
const OUTSIDE: u64 = 0x5eed;

/// A feature: kind and value together.
#[inline]
fn feature(kind: u64, value: u64) -> u64 {
    let mixed = (value ^ kind.wrapping_mul(0xd6e8_feb8_6659_fd93)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

#[inline]
fn pair(a: u64, b: u64) -> u64 {
    a.rotate_left(23).wrapping_mul(0xff51_afd7_ed55_8ccd) ^ b
}

/// The neighbourhood of a token within its sentence.
pub struct View<'a> {
    story: &'a Story,
    text: &'a [u8],
    sentence: Range<usize>,
    style: Style,
}

impl<'a> View<'a> {
    /// The view of one sentence.
    pub fn new(story: &'a Story, text: &'a str, number: usize) -> Self {
        Self {
            story,
            text: text.as_bytes(),
            sentence: story.sentences[number].clone(),
            style: story.styles[number],
        }
    }

    #[inline]
    fn place(&self, at: usize, by: isize) -> Option<usize> {
        let at = at.checked_add_signed(by)?;
        self.sentence.contains(&at).then_some(at)
    }

    #[inline]
    fn hash(&self, at: usize, by: isize) -> u64 {
        self.place(at, by).map_or(OUTSIDE, |at| self.story.tokens[at].hash)
    }

    #[inline]
    fn classes(&self, at: usize, by: isize) -> u64 {
        self.place(at, by).map_or(1 << 40, |at| u64::from(self.story.words[at].classes()))
    }

    /// Shape in a few bits.
    #[inline]
    fn shape(&self, at: usize, by: isize) -> u64 {
        self.place(at, by).map_or(1 << 20, |at| {
            let token = &self.story.tokens[at];
            u64::from(token.shape & !shape::MARKED) | (u64::from(token.span.len() == 1) << 16)
        })
    }

    /// How a word looks to the lexicon: common as first name, surname and word, and its spelling, in a few bits.
    #[inline]
    fn look(&self, at: usize, by: isize) -> u64 {
        self.place(at, by).map_or(1 << 30, |at| look(self.story.words[at], &self.story.tokens[at]))
    }

    /// Gives all features of the token to `emit`.
    #[inline]
    pub fn features(&self, at: usize, mut emit: impl FnMut(u64)) {
        let mut kind = 0;
        let mut add = |value: u64| {
            kind += 1;
            emit(feature(kind, value));
        };
        let token = &self.story.tokens[at];
        let word = self.story.words[at];
        let style = self.style as u64;
        let initial = u64::from(self.story.is_initial(&self.sentence, at));
        let (w0, w1, v1) = (token.hash, self.hash(at, 1), self.hash(at, -1));
        let (s0, s1, t1) = (self.shape(at, 0), self.shape(at, 1), self.shape(at, -1));
        add(0);
        add(w0);
        add(v1);
        add(w1);
        add(self.hash(at, -2));
        add(self.hash(at, 2));
        add(pair(w0, v1));
        add(pair(w0, w1));
        add(pair(v1, w1));
        add(pair(pair(w0, s0), style));
        add(pair(s0, style * 2 + initial));
        add(pair(t1, pair(s0, s1)));
        self.affixes(token, &mut add);
        let (l0, l1, k1) = (self.look(at, 0), self.look(at, 1), self.look(at, -1));
        add(pair(l0, initial));
        add(pair(l0, l1));
        add(pair(k1, l0));
        add(pair(k1, pair(l0, l1)));
        add(pair(word.first_name(), word.surname() * 4 + word.common()));
        add(u64::from(word.classes()));
        let (c1, d1) = (self.classes(at, 1), self.classes(at, -1));
        add(pair(c1, s1));
        add(pair(d1, t1));
        add(self.classes(at, 2));
        add(self.classes(at, -2));
        add(pair(d1, self.classes(at, -2)));
        add(pair(d1, l0));
        add(pair(l0, c1));
        self.of_run(at, l0, &mut add);
        self.of_lists(at, &mut add);
        self.of_story(at, l0, initial, &mut add);
        self.of_quotes(at, l0, &mut add);
    }

    /// Beginnings and endings of the word, in lower case.
    #[inline]
    fn affixes(&self, token: &Token, add: &mut impl FnMut(u64)) {
        let bytes = &self.text[token.span.range()];
        let length = bytes.len();
        let hash = |part: &[u8]| part.iter().fold(7u64, |hash, &byte| hash * 257 + u64::from(byte | 0x20));
        for size in [2, 3, 4] {
            add(if length > size { hash(&bytes[length - size..]) } else { 1 });
        }
        for size in [3, 4] {
            add(if length > size { hash(&bytes[..size]) } else { 1 });
        }
    }

    /// The run of capitalised words it stands in.
    #[inline]
    fn of_run(&self, at: usize, look0: u64, add: &mut impl FnMut(u64)) {
        let Some(run) = self.run(at) else {
            (0..9).for_each(|_| add(NONE.into()));
            return;
        };
        let length = (run.end - run.start).min(6) as u64;
        let place = if at + 1 == run.end { 7 } else { (at - run.start).min(3) as u64 };
        let shape = length * 8 + place;
        let words = &self.story.words;
        let (first, last) = (words[run.start], words[run.end - 1]);
        let (before, after) = (self.hash(run.start, -1), self.hash(run.end - 1, 1));
        add(pair(shape, self.style as u64));
        add(pair(shape, look(first, &self.story.tokens[run.start])));
        add(pair(shape, look(last, &self.story.tokens[run.end - 1])));
        add(pair(place, u64::from(last.classes())));
        add(pair(
            shape,
            u64::from(run.classes & (class::ORG_HEAD | class::PLACE_HEAD | class::EVENT_HEAD | class::TITLE)),
        ));
        add(pair(place, before));
        add(pair(place, after));
        add(pair(look0, pair(self.classes(run.start, -1), length)));
        add(pair(pair(place, self.story.tokens[run.end - 1].hash), length));
    }

    fn run(&self, at: usize) -> Option<Run> {
        match self.story.run_of[at] {
            NONE => None,
            number => Some(self.story.runs[number as usize]),
        }
    }

    /// The lists of known names.
    #[inline]
    fn of_lists(&self, at: usize, add: &mut impl FnMut(u64)) {
        let (first, inside) = (self.story.listed_first[at], self.story.listed_inside[at]);
        add(u64::from(first) << 32 | u64::from(inside));
        let whole = self.run(at).is_some_and(|run| {
            let listed = |at: usize| self.story.listed_first[at] | self.story.listed_inside[at];
            listed(run.start) != 0 && listed(run.start) == listed(run.end - 1)
        });
        add(pair(u64::from(first | inside), u64::from(whole)));
        add(self.place(at, 1).map_or(0, |next| u64::from(self.story.listed_first[next])));
        add(self.place(at, -1).map_or(0, |before| {
            u64::from(self.story.listed_first[before] | self.story.listed_inside[before])
        }));
    }

    /// What the rest of the story says about the word.
    #[inline]
    fn of_story(&self, at: usize, look0: u64, initial: u64, add: &mut impl FnMut(u64)) {
        let evidence = self.story.evidence(at);
        let few = |count: u16| u64::from(count.min(2));
        let style = self.style as u64 * 2 + initial;
        add(pair(few(evidence.lower), pair(few(evidence.capital), style)));
        add(pair(few(evidence.titled), few(evidence.first) * 3 + few(evidence.last)));
        add(pair(few(evidence.first) * 3 + few(evidence.last), look0));
        add(pair(few(evidence.speech), few(evidence.located) * 3 + few(evidence.org)));
        add(pair(few(evidence.quoted), few(evidence.alone)));
        add(pair(u64::from(evidence.longest.0), u64::from(evidence.longest.1)));
        let person = u64::from(evidence.titled + evidence.first + evidence.last > 0);
        add(pair(person, pair(few(evidence.org), few(evidence.quoted)) + few(evidence.located)));
        add(pair(self.beside(at, 1), pair(person, self.beside(at, -1))));
    }

    /// Whether the neighbour is a person elsewhere in the story.
    #[inline]
    fn beside(&self, at: usize, by: isize) -> u64 {
        self.place(at, by).map_or(9, |at| {
            let evidence = self.story.evidence(at);
            u64::from(evidence.first > 0) + 2 * u64::from(evidence.last + evidence.titled > 0)
        })
    }

    /// Quoted titles.
    #[inline]
    fn of_quotes(&self, at: usize, look0: u64, add: &mut impl FnMut(u64)) {
        let quoted = self.story.quoted[at];
        let place = u64::from(quoted.place.min(2)) + 4 * u64::from(quoted.words.min(6));
        let whole = place * 4 + u64::from(quoted.capitals);
        add(whole);
        if quoted.words == 0 {
            let next = self.place(at, 1).map_or(0, |next| u64::from(self.story.quoted[next].capitals));
            add(next);
            add(1);
            add(2);
            return;
        }
        let before = at.saturating_sub(usize::from(quoted.place) + 2);
        let opening = self.sentence.contains(&before);
        add(pair(whole, if opening { self.story.tokens[before].hash } else { OUTSIDE }));
        add(pair(
            u64::from(quoted.capitals),
            if opening { u64::from(self.story.words[before].classes()) } else { OUTSIDE },
        ));
        add(pair(whole, look0));
    }
}

/// A word's standing in the lexicon and its spelling in a few bits.
#[inline]
fn look(word: Word, token: &Token) -> u64 {
    let rank = |common: u64| match common {
        0 => 0,
        1 | 2 => 1,
        _ => 2,
    };
    let case = match token.shape {
        bits if bits & shape::WORD == 0 => 4 + (token.hash & 0xff_ff00),
        bits if bits & shape::CAPITALS != 0 => 3,
        bits if bits & shape::UPPER != 0 => 2,
        bits if bits & shape::DIGIT != 0 => 1,
        _ => 0,
    };
    let strong =
        class::TITLE | class::ORG_HEAD | class::PLACE_HEAD | class::EVENT_HEAD | class::MONTH | class::NATION;
    let names = if case == 0 { 0 } else { rank(word.first_name()) * 3 + rank(word.surname()) };
    case | names << 32 | word.common() << 40 | u64::from(word.classes() & (strong | class::FUNCTION)) << 42
}
