//! Dealing one search out to threads: parts of segments that are looked through at the same time.

use tantivy::Term;

use crate::{
    fields::FieldId,
    index::Snapshot,
    query::{
        Error,
        engine::{
            matcher::Segment,
            plan::{Clause, Plan, WordGroup},
        },
    },
};

/// Entries of posting lists that are worth a share of their own; fewer in tests, whose archives are small.
const POSTINGS_EACH: u64 = if cfg!(test) { 50 } else { 10_000 };

/// Shares of a large search for each thread.
const SHARES_EACH: u64 = 2;

/// What looking at the places of a phrase's words in a document costs against reading an entry.
const PLACES: u64 = 16;

/// About how many entries of posting lists a plan reads.
pub(crate) fn postings(snapshot: &Snapshot, plan: &Plan) -> Result<u64, Error> {
    let counting = plan.words.iter().filter(|word| !word.is_stop_word);
    let words = counting.map(|word| of_word(snapshot, word));
    words.chain(plan.required.iter().map(|clause| of_clause(snapshot, clause))).sum()
}

fn of_word(snapshot: &Snapshot, word: &WordGroup) -> Result<u64, Error> {
    match word.is_compound {
        true => of_phrase(snapshot, word.field, &word.terms),
        false => Ok(word.found),
    }
}

fn of_phrase(snapshot: &Snapshot, field: FieldId, words: &[String]) -> Result<u64, Error> {
    let found = words.iter().map(|word| snapshot.documents_with(&Term::from_field_text(field.field(), word)));
    Ok(found.collect::<Result<Vec<_>, _>>()?.into_iter().min().unwrap_or(0) * PLACES)
}

fn of_clause(snapshot: &Snapshot, clause: &Clause) -> Result<u64, Error> {
    match clause {
        Clause::Word(word) => of_word(snapshot, word),
        Clause::Phrase { field, words, .. } => of_phrase(snapshot, *field, words),
        Clause::Near { sides, .. } => {
            Ok(sides.iter().flatten().map(|word| word.found).min().unwrap_or(0) * PLACES)
        }
        Clause::Other(inner) | Clause::Not(inner) => of_clause(snapshot, inner),
        Clause::All(parts) | Clause::Any(parts) => parts.iter().map(|part| of_clause(snapshot, part)).sum(),
        Clause::Named { forms, .. } => forms.iter().map(|form| of_clause(snapshot, form)).sum(),
        Clause::Exact { .. }
        | Clause::Kinds(_)
        | Clause::Date { .. }
        | Clause::Undated
        | Clause::Confidence { .. } => Ok(0),
    }
}

/// Parts of segments, each with the number of its segment.
pub(crate) type Share<'a> = Vec<(u32, Segment<'a>)>;

/// Deals the documents out: those of a large search to more shares than there are threads, so that none waits long for
/// another.
pub(crate) fn deal<'a>(segments: &[Segment<'a>], postings: u64, threads: usize) -> Vec<Share<'a>> {
    let worth = postings / POSTINGS_EACH;
    let count = match worth {
        0 | 1 => 1,
        _ if threads < 2 => 1,
        _ => worth.min(SHARES_EACH * threads as u64),
    };
    let all: u64 = segments.iter().map(|segment| u64::from(segment.reader.max_doc())).sum();
    let each = all.div_ceil(count).max(1);
    let count = count as usize;
    let (mut shares, mut dealt) = (vec![Share::new()], 0);
    for (ord, segment) in (0..).zip(segments) {
        let (mut start, end) = (0, segment.reader.max_doc());
        while start < end {
            if dealt >= each * shares.len() as u64 && shares.len() < count {
                shares.push(Share::new());
            }
            let room = (each * shares.len() as u64).saturating_sub(dealt);
            let until = match shares.len() < count {
                true => {
                    segment.border(end.min(start.saturating_add(u32::try_from(room).unwrap_or(u32::MAX))))
                }
                false => end,
            };
            if let Some(share) = shares.last_mut().filter(|_| start < until) {
                share.push((ord, segment.part(start..until)));
            }
            dealt += u64::from(until - start);
            start = until;
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        article::{Article, Origin},
        query::engine::statistics::{Statistics, Target},
    };

    #[test]
    fn shares_part_no_article_from_its_quotes() {
        let stories: Vec<Article> = (0..40)
            .map(|number| Article {
                origin: Origin { root: "news".into(), path: format!("{number}.txt"), record: 0 },
                text:
                    "“The rehearsal was a joy,” Mia Voss said. “It was a long day for all of us,” she added."
                        .repeat(1 + number % 3),
                ..Default::default()
            })
            .collect();
        let snapshot = Snapshot::in_memory(&[&stories], crate::extract::annotate).expect("an index");
        let statistics = Statistics::of(&snapshot).expect("statistics");
        let clock = crate::query::bounds::Clock::default();
        let segments: Vec<Segment<'_>> = (0..)
            .zip(snapshot.searcher().segment_readers())
            .map(|(ord, _)| {
                Segment::new(&snapshot, &statistics, &clock, ord, Target::Articles).expect("a segment")
            })
            .collect();
        for postings in [0, 100, 150, 1_000_000] {
            let shares = deal(&segments, postings, 2);
            let mut next = vec![0; segments.len()];
            for (ord, part) in shares.iter().flatten() {
                let next = &mut next[*ord as usize];
                assert_eq!(part.from, *next, "no document is left out, and none is read twice");
                assert_eq!(
                    part.first_quote_of(part.from),
                    part.from,
                    "a part begins with an article's quotes"
                );
                *next = part.until;
            }
            let ends: Vec<u32> = segments.iter().map(|segment| segment.reader.max_doc()).collect();
            assert_eq!(next, ends);
            if postings > 100 {
                assert!(shares.len() > 1);
            }
        }
    }
}
