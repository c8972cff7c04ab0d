//! Dealing one search out to threads: parts of segments that are looked through at the same time.

use std::{
    num::NonZero,
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use rayon::{ThreadPool, ThreadPoolBuilder};
use tantivy::Term;

use crate::{
    fields::FieldId,
    index::{Error, Snapshot},
    query::engine::{
        matcher::Segment,
        plan::{Clause, Plan, WordGroup},
    },
};

/// Entries of posting lists that are worth a share of their own; fewer in tests, whose archives are small.
const POSTINGS_EACH: u64 = if cfg!(test) { 50 } else { 10_000 };

/// Shares of a large search for each thread.
const SHARES_EACH: u64 = 2;

/// Threads that look through one archive for one query.
const MOST_THREADS: usize = 8;

/// Turns that a thread waits for the others awake: some hundred microseconds.
const MOST_TURNS: u32 = 20_000;

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
        Clause::Exact { .. } | Clause::Date { .. } | Clause::Confidence { .. } => Ok(0),
    }
}

/// Parts of segments, each with the number of its segment.
pub(crate) type Share<'a> = Vec<(u32, Segment<'a>)>;

/// Deals the documents out: those of a large search to more shares than there are threads, so that none waits long for
/// another.
pub(crate) fn deal<'a>(segments: &[Segment<'a>], postings: u64) -> Vec<Share<'a>> {
    let worth = postings / POSTINGS_EACH;
    let count = match worth {
        0 | 1 => 1,
        _ => {
            helpers().map_or(1, |helpers| worth.min(SHARES_EACH * (1 + helpers.current_num_threads() as u64)))
        }
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

/// Large searches begun.
static SEARCHES: AtomicUsize = AtomicUsize::new(0);

/// Threads that help the one that asks; none where there is one processor.
fn helpers() -> Option<&'static ThreadPool> {
    static HELPERS: OnceLock<Option<ThreadPool>> = OnceLock::new();
    let start = || {
        let others = thread::available_parallelism().map_or(1, NonZero::get).min(MOST_THREADS) - 1;
        (others > 0).then(|| ThreadPoolBuilder::new().num_threads(others).build().ok()).flatten()
    };
    HELPERS.get_or_init(start).as_ref()
}

/// What comes of each share, in any order.
pub(crate) fn each_at_once<S: Sync, T: Send>(shares: &[S], find: impl Fn(&S) -> T + Sync) -> Vec<T> {
    let Some(helpers) = helpers().filter(|_| shares.len() > 1) else {
        return shares.iter().map(find).collect();
    };
    let (next, done, found) = (AtomicUsize::new(0), AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(share) = shares.get(next.fetch_add(1, Ordering::Relaxed)) {
            let one = find(share);
            found.lock().unwrap_or_else(PoisonError::into_inner).push(one);
            done.fetch_add(1, Ordering::Release);
        }
    };
    let useful = helpers.current_num_threads().min(shares.len() - 1);
    helpers.in_place_scope(|scope| {
        (0..useful).for_each(|_| scope.spawn(|_| work()));
        SEARCHES.fetch_add(1, Ordering::Release);
        work();
        // Going to sleep and being woken takes longer than the others mostly do.
        awake_while(|| done.load(Ordering::Acquire) < shares.len());
    });
    // The next search of a batch comes soon.
    let begun = SEARCHES.load(Ordering::Acquire);
    let no_other = move || SEARCHES.load(Ordering::Acquire) == begun;
    (0..useful).for_each(|_| helpers.spawn(move || awake_while(no_other)));
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Waits awake as long as something holds, but not for long.
fn awake_while(holds: impl Fn() -> bool) {
    for _ in 0..MOST_TURNS {
        if !holds() {
            return;
        }
        std::hint::spin_loop();
    }
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
        let segments: Vec<Segment<'_>> = (0..)
            .zip(snapshot.searcher().segment_readers())
            .map(|(ord, _)| Segment::new(&snapshot, &statistics, ord, Target::Articles).expect("a segment"))
            .collect();
        for postings in [0, 100, 150, 1_000_000] {
            let shares = deal(&segments, postings);
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
            if helpers().is_some() && postings > 100 {
                assert!(shares.len() > 1);
            }
        }
    }
}
