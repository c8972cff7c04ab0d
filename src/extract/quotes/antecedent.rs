//! Whom a pronoun or a description stands for: a linear model over the people named so far.
//!
//! Each person is a candidate with a few figures about where they were named; the model weighs the figures, and the
//! best candidate wins. Weights are fitted by `train quotes` on stories whose speakers are known, see
//! `data/model/quotes.md`.

use std::sync::LazyLock;

use super::story::{By, Story};
use crate::annotation::{NameKind, Sex};

/// Figures of a candidate, in the order of the weights.
pub const FEATURES: [&str; 22] = [
    "same-sentence",
    "one-sentence-back",
    "two-sentences-back",
    "sentences-back",
    "nearest-is-subject",
    "nearest-is-oblique",
    "nearest-is-possessive",
    "subject-one-back",
    "subject-of-paragraph",
    "last-speaker",
    "last-speaker-by-pronoun",
    "sex-agrees",
    "sex-unknown",
    "mentions-before",
    "mentions-share",
    "most-recent",
    "same-paragraph",
    "in-the-words",
    "subject-times",
    "last-but-one-speaker",
    "role-agrees",
    "role-differs",
];

/// Figures of one candidate.
pub type Figures = [f32; FEATURES.len()];

/// Sentences that a candidate's last mention may lie back.
const SENTENCES_BACK: u32 = 14;

static WEIGHTS: LazyLock<Figures> = LazyLock::new(|| {
    let mut weights = Figures::default();
    let rows = include_str!("../../../data/model/quotes-antecedents.tsv").lines();
    for (name, weight) in rows.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'))
    {
        if let Some(at) = FEATURES.iter().position(|feature| *feature == name) {
            weights[at] = weight.trim().parse().unwrap_or(0.0);
        }
    }
    weights
});

/// What is asked: who stands behind a pointer.
pub struct Question<'a> {
    /// The story it is asked of.
    #[cfg_attr(not(feature = "train"), expect(dead_code, reason = "only trainers look the answer up"))]
    pub story: &'a Story<'a>,
    /// Number of the pointer.
    pub pointer: u32,
    /// The sex it tells.
    pub sex: Option<Sex>,
    /// Words of the quote it leads to.
    pub words: crate::article::Span,
    /// Speakers of the quotes before, the last one last, and whether a pronoun pointed to them.
    pub speakers: &'a [(u32, bool)],
    /// Whom earlier pronouns were found to mean: pointer and name.
    pub known: &'a [(u32, u32)],
    /// The sex of each name, as far as the story tells so far.
    pub sexes: &'a [Option<Sex>],
}

/// Every candidate with its figures.
pub fn candidates(story: &Story<'_>, question: &Question<'_>) -> Vec<(u32, Figures)> {
    let here = story.pointers[question.pointer as usize];
    let paragraph = story.found.paragraphs.partition_point(|paragraph| paragraph.start <= here.span.start);
    let start = paragraph.checked_sub(1).map_or(0, |at| story.found.paragraphs[at].start);
    let mut seen: Vec<(u32, Seen)> = Vec::new();
    for number in (0..question.pointer).rev() {
        let pointer = story.pointers[number as usize];
        let distance = here.sentence.saturating_sub(pointer.sentence);
        if distance > SENTENCES_BACK {
            break;
        }
        let name = match pointer.by {
            By::Name(name) => name,
            By::Pronoun(_) | By::Noun(_) => match question.known.iter().find(|(known, _)| *known == number) {
                Some(&(_, name)) => name,
                None => continue,
            },
            _ => continue,
        };
        if story.found.names[name as usize].kind != NameKind::Person || !fits(question, name) {
            continue;
        }
        let at = match seen.iter().position(|(other, _)| *other == name) {
            Some(at) => at,
            None => {
                seen.push((name, Seen { nearest: number, ..Seen::default() }));
                seen.len() - 1
            }
        };
        let one = &mut seen[at].1;
        one.times += 1.0;
        one.subjects += f32::from(u8::from(pointer.subject));
        one.subject_one_back |= pointer.subject && distance <= 1;
        one.subject_of_paragraph |= pointer.subject && pointer.span.start >= start;
        one.in_paragraph |= pointer.span.start >= start;
    }
    let most =
        seen.iter().map(|(name, _)| story.found.names[*name as usize].mentions.len()).max().unwrap_or(1);
    let first = seen.first().map(|(name, _)| *name);
    seen.into_iter().map(|(name, seen)| (name, figures(story, question, name, &seen, most, first))).collect()
}

#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    nearest: u32,
    times: f32,
    subjects: f32,
    subject_one_back: bool,
    subject_of_paragraph: bool,
    in_paragraph: bool,
}

fn fits(question: &Question<'_>, name: u32) -> bool {
    match (question.sex, question.sexes[name as usize]) {
        (Some(wanted), Some(own)) => wanted == own,
        _ => true,
    }
}

fn figures(
    story: &Story<'_>,
    question: &Question<'_>,
    name: u32,
    seen: &Seen,
    most: usize,
    most_recent: Option<u32>,
) -> Figures {
    let here = story.pointers[question.pointer as usize];
    let nearest = story.pointers[seen.nearest as usize];
    let back = here.sentence.saturating_sub(nearest.sentence);
    let known = &story.found.names[name as usize];
    let flag = |is: bool| f32::from(u8::from(is));
    let last = question.speakers.last();
    let before =
        question.speakers.iter().rev().find(|(other, _)| last.is_some_and(|(last, _)| other != last));
    let own = question.sexes[name as usize];
    let role = matches!(here.by, By::Noun(_)).then(|| story.has_role(name, question.pointer)).flatten();
    [
        flag(back == 0),
        flag(back == 1),
        flag(back == 2),
        (back as f32).ln_1p(),
        flag(nearest.subject),
        flag(nearest.oblique),
        flag(nearest.possessive),
        flag(seen.subject_one_back),
        flag(seen.subject_of_paragraph),
        flag(last.is_some_and(|(other, _)| *other == name)),
        flag(last.is_some_and(|(other, pronoun)| *other == name && *pronoun)),
        flag(question.sex.is_some() && own == question.sex),
        flag(own.is_none()),
        seen.times.ln_1p(),
        known.mentions.len() as f32 / most.max(1) as f32,
        flag(most_recent == Some(name)),
        flag(seen.in_paragraph),
        flag(known.mentions.iter().any(|mention| question.words.contains(*mention))),
        seen.subjects.ln_1p(),
        flag(before.is_some_and(|(other, _)| *other == name)),
        flag(role == Some(true)),
        flag(role == Some(false)),
    ]
}

/// The best candidate and its chance against the others.
pub fn best(story: &Story<'_>, question: &Question<'_>) -> Option<(u32, f32)> {
    choose(&candidates(story, question), &WEIGHTS)
}

/// The best of some candidates under given weights, and its chance.
pub fn choose(candidates: &[(u32, Figures)], weights: &Figures) -> Option<(u32, f32)> {
    let score = |figures: &Figures| -> f32 {
        figures.iter().zip(weights).map(|(figure, weight)| figure * weight).sum()
    };
    let scores: Vec<f32> = candidates.iter().map(|(_, figures)| score(figures)).collect();
    let (at, most) = scores
        .iter()
        .enumerate()
        .fold((0, f32::NEG_INFINITY), |best, (at, &score)| if score > best.1 { (at, score) } else { best });
    let all: f32 = scores.iter().map(|score| (score - most).exp()).sum();
    Some((candidates.get(at)?.0, 1.0 / all))
}
