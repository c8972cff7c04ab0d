//! What the model sees of a token: some fifty features, each a hash of what is seen and where.

use std::ops::Range;

use super::{
    lexicon::{Word, class},
    model::{Model, Scores},
    story::{Evidence, NONE, Quoted, Run, Story, Style},
    tokens::{Token, shape},
};
use crate::article::Span;

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
    #[cfg(any(test, feature = "train"))]
    pub fn features(&self, at: usize, mut emit: impl FnMut(u64)) {
        self.of_word(at, &mut emit);
        self.of_place(at, &mut emit);
        self.of_run(at, &mut emit);
        self.of_evidence(at, &mut emit);
        self.of_lists(at, &mut emit);
        self.of_quotes(at, &mut emit);
    }

    /// Gives the features of the token that are not remembered to `emit`, and adds the weights of the others.
    #[inline]
    pub fn rest(&self, at: usize, known: &mut Known, scores: &mut Scores, emit: &mut impl FnMut(u64)) {
        match self.story.evidence_of[at] {
            NONE => self.of_word(at, emit),
            number => add_all(scores, known.word(self, at, number as usize)),
        }
        self.of_place(at, emit);
        match self.story.run_of[at] {
            NONE => add_all(scores, &known.unrun),
            _ => self.of_run(at, emit),
        }
        match self.story.evidence_of[at] {
            NONE => add_all(scores, &known.unseen[self.standing(at) as usize]),
            _ => self.of_evidence(at, emit),
        }
        if self.is_unlisted(at) {
            add_all(scores, &known.unlisted);
        } else {
            self.of_lists(at, emit);
        }
        if self.is_unquoted(at) {
            add_all(scores, &known.unquoted);
        } else {
            self.of_quotes(at, emit);
        }
    }

    /// The word wherever it stands, with its beginnings and endings in lower case.
    #[inline]
    fn of_word(&self, at: usize, emit: &mut impl FnMut(u64)) {
        let (token, word) = (&self.story.tokens[at], self.story.words[at]);
        let bytes = &self.text[token.span.range()];
        let length = bytes.len();
        let hash = |part: &[u8]| part.iter().fold(7u64, |hash, &byte| hash * 257 + u64::from(byte | 0x20));
        let mut kinds = Kinds::behind(0, emit);
        kinds.add(0);
        kinds.add(token.hash);
        kinds.kind = 12;
        for size in [2, 3, 4] {
            kinds.add(if length > size { hash(&bytes[length - size..]) } else { 1 });
        }
        for size in [3, 4] {
            kinds.add(if length > size { hash(&bytes[..size]) } else { 1 });
        }
        kinds.kind = 21;
        kinds.add(pair(word.first_name(), word.surname() * 4 + word.common()));
        kinds.add(u64::from(word.classes()));
    }

    /// The word where it stands, with its neighbours.
    #[inline]
    fn of_place(&self, at: usize, emit: &mut impl FnMut(u64)) {
        let style = self.style as u64;
        let initial = u64::from(self.story.is_initial(&self.sentence, at));
        let (w0, w1, v1) = (self.story.tokens[at].hash, self.hash(at, 1), self.hash(at, -1));
        let (s0, s1, t1) = (self.shape(at, 0), self.shape(at, 1), self.shape(at, -1));
        let mut kinds = Kinds::behind(2, emit);
        kinds.add(v1);
        kinds.add(w1);
        kinds.add(self.hash(at, -2));
        kinds.add(self.hash(at, 2));
        kinds.add(pair(w0, v1));
        kinds.add(pair(w0, w1));
        kinds.add(pair(v1, w1));
        kinds.add(pair(pair(w0, s0), style));
        kinds.add(pair(s0, style * 2 + initial));
        kinds.add(pair(t1, pair(s0, s1)));
        let (l0, l1, k1) = (self.look(at, 0), self.look(at, 1), self.look(at, -1));
        kinds.kind = 17;
        kinds.add(pair(l0, initial));
        kinds.add(pair(l0, l1));
        kinds.add(pair(k1, l0));
        kinds.add(pair(k1, pair(l0, l1)));
        let (c1, d1) = (self.classes(at, 1), self.classes(at, -1));
        kinds.kind = 23;
        kinds.add(pair(c1, s1));
        kinds.add(pair(d1, t1));
        kinds.add(self.classes(at, 2));
        kinds.add(self.classes(at, -2));
        kinds.add(pair(d1, self.classes(at, -2)));
        kinds.add(pair(d1, l0));
        kinds.add(pair(l0, c1));
        kinds.kind = 45;
        let evidence = self.story.evidence(at);
        kinds.add(pair(few(evidence.first) * 3 + few(evidence.last), l0));
        kinds.kind = 50;
        let person = u64::from(evidence.titled + evidence.first + evidence.last > 0);
        kinds.add(pair(self.beside(at, 1), pair(person, self.beside(at, -1))));
    }

    /// How the sentence is capitalised, and whether it writes the first word here with a capital anyway.
    #[inline]
    fn standing(&self, at: usize) -> u64 {
        self.style as u64 * 2 + u64::from(self.story.is_initial(&self.sentence, at))
    }

    /// The run of capitalised words it stands in.
    #[inline]
    fn of_run(&self, at: usize, emit: &mut impl FnMut(u64)) {
        let mut kinds = Kinds::behind(30, emit);
        let Some(run) = self.run(at) else {
            (0..9).for_each(|_| kinds.add(NONE.into()));
            return;
        };
        let length = (run.end - run.start).min(6) as u64;
        let place = if at + 1 == run.end { 7 } else { (at - run.start).min(3) as u64 };
        let shape = length * 8 + place;
        let words = &self.story.words;
        let (first, last) = (words[run.start], words[run.end - 1]);
        let (before, after) = (self.hash(run.start, -1), self.hash(run.end - 1, 1));
        kinds.add(pair(shape, self.style as u64));
        kinds.add(pair(shape, look(first, &self.story.tokens[run.start])));
        kinds.add(pair(shape, look(last, &self.story.tokens[run.end - 1])));
        kinds.add(pair(place, u64::from(last.classes())));
        kinds.add(pair(
            shape,
            u64::from(run.classes & (class::ORG_HEAD | class::PLACE_HEAD | class::EVENT_HEAD | class::TITLE)),
        ));
        kinds.add(pair(place, before));
        kinds.add(pair(place, after));
        kinds.add(pair(self.look(at, 0), pair(self.classes(run.start, -1), length)));
        kinds.add(pair(pair(place, self.story.tokens[run.end - 1].hash), length));
    }

    fn run(&self, at: usize) -> Option<Run> {
        match self.story.run_of[at] {
            NONE => None,
            number => Some(self.story.runs[number as usize]),
        }
    }

    /// Whether neither the token nor a neighbour stands in a listed name, nor the first word of its run.
    #[inline]
    fn is_unlisted(&self, at: usize) -> bool {
        let is_listed = |at: usize| self.story.listed_first[at] | self.story.listed_inside[at] != 0;
        !is_listed(at)
            && [-1, 1].into_iter().all(|by| !self.place(at, by).is_some_and(is_listed))
            && !self.run(at).is_some_and(|run| is_listed(run.start))
    }

    /// The lists of known names.
    #[inline]
    fn of_lists(&self, at: usize, emit: &mut impl FnMut(u64)) {
        let mut kinds = Kinds::behind(39, emit);
        let (first, inside) = (self.story.listed_first[at], self.story.listed_inside[at]);
        kinds.add(u64::from(first) << 32 | u64::from(inside));
        let whole = self.run(at).is_some_and(|run| {
            let listed = |at: usize| self.story.listed_first[at] | self.story.listed_inside[at];
            listed(run.start) != 0 && listed(run.start) == listed(run.end - 1)
        });
        kinds.add(pair(u64::from(first | inside), u64::from(whole)));
        kinds.add(self.place(at, 1).map_or(0, |next| u64::from(self.story.listed_first[next])));
        kinds.add(self.place(at, -1).map_or(0, |before| {
            u64::from(self.story.listed_first[before] | self.story.listed_inside[before])
        }));
    }

    /// What the rest of the story says about the word.
    #[inline]
    fn of_evidence(&self, at: usize, emit: &mut impl FnMut(u64)) {
        told(self.story.evidence(at), self.standing(at), emit);
    }

    /// Whether the neighbour is a person elsewhere in the story.
    #[inline]
    fn beside(&self, at: usize, by: isize) -> u64 {
        self.place(at, by).map_or(9, |at| {
            let evidence = self.story.evidence(at);
            u64::from(evidence.first > 0) + 2 * u64::from(evidence.last + evidence.titled > 0)
        })
    }

    /// Whether neither the token nor the next one stands in a quoted title.
    #[inline]
    fn is_unquoted(&self, at: usize) -> bool {
        let is_quoted = |at: usize| self.story.quoted[at] != Quoted::default();
        !is_quoted(at) && !self.place(at, 1).is_some_and(is_quoted)
    }

    /// Quoted titles.
    #[inline]
    fn of_quotes(&self, at: usize, emit: &mut impl FnMut(u64)) {
        let mut kinds = Kinds::behind(51, emit);
        let quoted = self.story.quoted[at];
        let place = u64::from(quoted.place.min(2)) + 4 * u64::from(quoted.words.min(6));
        let whole = place * 4 + u64::from(quoted.capitals);
        kinds.add(whole);
        if quoted.words == 0 {
            let next = self.place(at, 1).map_or(0, |next| u64::from(self.story.quoted[next].capitals));
            kinds.add(next);
            kinds.add(1);
            kinds.add(2);
            return;
        }
        let before = at.saturating_sub(usize::from(quoted.place) + 2);
        let opening = self.sentence.contains(&before);
        kinds.add(pair(whole, if opening { self.story.tokens[before].hash } else { OUTSIDE }));
        kinds.add(pair(
            u64::from(quoted.capitals),
            if opening { u64::from(self.story.words[before].classes()) } else { OUTSIDE },
        ));
        kinds.add(pair(whole, self.look(at, 0)));
    }
}

/// What the rest of a story says about a word.
#[inline]
fn told(evidence: Evidence, standing: u64, emit: &mut impl FnMut(u64)) {
    let mut kinds = Kinds::behind(43, emit);
    kinds.add(pair(few(evidence.lower), pair(few(evidence.capital), standing)));
    kinds.add(pair(few(evidence.titled), few(evidence.first) * 3 + few(evidence.last)));
    kinds.kind = 46;
    kinds.add(pair(few(evidence.speech), few(evidence.located) * 3 + few(evidence.org)));
    kinds.add(pair(few(evidence.quoted), few(evidence.alone)));
    kinds.add(pair(u64::from(evidence.longest.0), u64::from(evidence.longest.1)));
    let person = u64::from(evidence.titled + evidence.first + evidence.last > 0);
    kinds.add(pair(person, pair(few(evidence.org), few(evidence.quoted)) + few(evidence.located)));
}

#[inline]
fn few(count: u16) -> u64 {
    u64::from(count.min(2))
}

/// Gives features of kinds in their order.
struct Kinds<'e, E> {
    /// The last kind.
    kind: u64,
    emit: &'e mut E,
}

impl<'e, E: FnMut(u64)> Kinds<'e, E> {
    /// Those of kinds behind that one.
    #[inline]
    fn behind(kind: u64, emit: &'e mut E) -> Self {
        Self { kind, emit }
    }

    /// Gives the feature of that value and the next kind.
    #[inline]
    fn add(&mut self, value: u64) {
        self.kind += 1;
        (self.emit)(feature(self.kind, value));
    }
}

/// Scores of features that many tokens of a story have in common.
pub struct Known<'m> {
    model: &'m Model,
    /// Of words with a capital alone, as they were written last, by the number of their evidence.
    words: Vec<(Span, Scores)>,
    /// Of a token in no run.
    unrun: Scores,
    /// Of a word that the story writes with a capital nowhere, by [`View::standing`].
    unseen: [Scores; 6],
    /// Of a token that no list knows, nor its neighbours.
    unlisted: Scores,
    /// Of a token outside quoted titles.
    unquoted: Scores,
}

impl<'m> Known<'m> {
    /// Nothing of a story yet.
    pub fn new(model: &'m Model, story: &Story) -> Self {
        let sum = |kind: u64, values: &[u64]| {
            let mut scores = Scores::default();
            let mut emit = |feature| model.add(feature, &mut scores);
            let mut kinds = Kinds::behind(kind, &mut emit);
            values.iter().for_each(|&value| kinds.add(value));
            scores
        };
        let unseen = |standing: usize| {
            let mut scores = Scores::default();
            let mut emit = |feature| model.add(feature, &mut scores);
            told(Evidence::default(), standing as u64, &mut emit);
            scores
        };
        Self {
            model,
            unseen: std::array::from_fn(unseen),
            words: vec![Default::default(); story.evidence.len()],
            unrun: sum(30, &[NONE.into(); 9]),
            unlisted: sum(39, &[0, pair(0, 0), 0, 0]),
            unquoted: sum(51, &[0, 0, 1, 2]),
        }
    }

    /// Scores of a word alone.
    #[inline]
    fn word(&mut self, view: &View<'_>, at: usize, number: usize) -> &Scores {
        let (span, scores) = &mut self.words[number];
        let own = view.story.tokens[at].span;
        if span.is_empty() || view.text[span.range()] != view.text[own.range()] {
            *span = own;
            *scores = Scores::default();
            view.of_word(at, &mut |feature| self.model.add(feature, scores));
        }
        scores
    }
}

/// Adds scores to scores.
#[inline]
fn add_all(scores: &mut Scores, more: &Scores) {
    scores.iter_mut().zip(more).for_each(|(score, more)| *score += more);
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
