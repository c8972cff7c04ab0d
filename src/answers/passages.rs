//! Articles that may hold the words somebody asks for, read off the posting lists alone.
//!
//! The rarest words lead. An article whose words weigh too little in sum is never looked at: lists are read from the
//! rarest on, and once what is left of them cannot lift an article over the bar, the rest are only asked about those
//! that were found. Of what remains the positions tell how much of the words stands together.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use tantivy::{DocAddress, DocId, DocSet, TERMINATED, Term, postings::Postings, schema::IndexRecordOption};

use crate::{
    answers::{archive::Archive, backend::Wanted},
    fields::FieldId,
    index::Snapshot,
    query::{Error, language::stop_words},
    wording::Wording,
};

/// What articles are looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bar {
    /// Words that are looked up, at most: the rarest.
    words: usize,
    /// Share of the weight of the words looked up that an article must hold, near each other.
    least: f32,
}

/// Articles that may hold the words, or most of them.
pub(crate) const LIKELY: Bar = Bar { words: 14, least: 0.4 };

/// Articles that hold a few of the rarest words: where no others are found, the nearest there is.
pub(crate) const NEAREST: Bar = Bar { words: 6, least: 0.25 };

/// Words that are looked up at least, stop words too where there are no others.
const LEAST_WORDS: usize = 6;

/// Articles that are gathered from an archive elsewhere, at most: those that hold most.
const MOST_GATHERED: usize = 2000;

/// Words that a passage may have more than those asked for, beside half of them: as far as they are compared.
const SLACK: usize = 32;

/// An article that may hold words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Candidate {
    /// The article.
    pub doc: DocAddress,
    /// Weight of the words looked up that stand together in it, as a share.
    pub held: f32,
    /// When it was published.
    pub seconds: Option<i64>,
    /// What orders articles of one time.
    key: u64,
}

/// Articles that may hold words.
pub(crate) struct Candidates {
    /// Those that hold most first; of equals the earliest, undated ones last.
    pub found: Vec<Candidate>,
    /// Where so many hold enough of the words that some were not looked at, the most that one of those holds.
    pub cut: Option<f32>,
}

/// Weighs words by how rare they are among the archive's articles.
pub(crate) fn weigh(archive: &Archive, wording: &mut Wording) -> Result<(), Error> {
    let articles = archive.articles();
    archive.knowing(|| {
        wording.weigh(|word| {
            let found =
                archive.snapshot().documents_with(&Term::from_field_text(FieldId::Text.field(), word))?;
            Ok((1.0 + articles as f32 / (1.0 + found as f32)).ln())
        })
    })
}

/// The archive that holds the articles that hold enough of weighed words, itself where it holds all.
pub(crate) fn gathered<'a>(
    archive: &'a Archive,
    wording: &Wording,
    bar: Bar,
) -> Result<Cow<'a, Archive>, Error> {
    let wanted = || {
        let seeds = archive.knowing(|| seeds(archive.snapshot(), wording, bar.words))?;
        let word = |seed: &Seed| Some((seed.term.value().as_str()?.to_owned(), seed.weight));
        Ok(Wanted::Holding(seeds.iter().filter_map(word).collect(), least(&seeds, bar)))
    };
    archive.holding(wanted, MOST_GATHERED)
}

/// Weight that an article holds at least.
fn least(seeds: &[Seed], bar: Bar) -> u32 {
    let all: u32 = seeds.iter().map(|seed| seed.weight).sum();
    ((bar.least * all as f32) as u32).max(1)
}

/// A word that is looked up.
struct Seed {
    term: Term,
    weight: u32,
    documents: u64,
}

/// Finds articles that hold enough of weighed words; of those that hold most, so many are looked at.
pub(crate) fn candidates(
    archive: &Archive,
    wording: &Wording,
    bar: Bar,
    most: usize,
) -> Result<Candidates, Error> {
    let snapshot = archive.snapshot();
    let seeds = seeds(snapshot, wording, bar.words)?;
    let all: u32 = seeds.iter().map(|seed| seed.weight).sum();
    let least = least(&seeds, bar);
    let mut found = Vec::new();
    for segment in 0..snapshot.searcher().segment_readers().len() as u32 {
        found.extend(enough_in(snapshot, segment, &seeds, least)?);
    }
    let mut found = found
        .into_iter()
        .map(|(doc, weight)| candidate(archive, doc, weight as f32 / all.max(1) as f32))
        .collect::<Result<Vec<_>, _>>()?;
    sort(&mut found);
    let cut = found.get(most).map(|candidate| candidate.held);
    found.truncate(most);
    found.sort_by_key(|candidate| candidate.doc);
    let window = (wording.len() + SLACK.max(wording.len() / 2)) as u32;
    let mut near = Vec::new();
    for run in found.chunk_by(|a, b| a.doc.segment_ord == b.doc.segment_ord) {
        near.extend(together_in(snapshot, run, &seeds, window, all)?);
    }
    near.retain(|candidate| candidate.held >= bar.least);
    sort(&mut near);
    Ok(Candidates { found: near, cut })
}

fn sort(found: &mut [Candidate]) {
    found.sort_by(|a, b| {
        let age = |one: &Candidate| (one.seconds.is_none(), one.seconds, one.key);
        b.held.total_cmp(&a.held).then_with(|| age(a).cmp(&age(b)))
    });
}

fn candidate(archive: &Archive, doc: DocAddress, held: f32) -> Result<Candidate, Error> {
    let segment = archive.snapshot().searcher().segment_reader(doc.segment_ord);
    let columns = archive.statistics().columns(doc.segment_ord, segment)?;
    let key = columns.key(doc.doc_id).unwrap_or_default();
    Ok(Candidate { doc, held, seconds: columns.date.first(doc.doc_id), key })
}

/// The words to look up, the rarest first. Those that no article holds tell nothing.
fn seeds(snapshot: &Snapshot, wording: &Wording, most: usize) -> Result<Vec<Seed>, Error> {
    let (mut seeds, mut stop) = (Vec::new(), Vec::new());
    for (word, weight) in wording.terms() {
        let term = Term::from_field_text(FieldId::Text.field(), word);
        let seed = Seed { weight: *weight, documents: snapshot.documents_with(&term)?, term };
        if seed.documents > 0 {
            if stop_words::contains(word) { &mut stop } else { &mut seeds }.push(seed);
        }
    }
    let rare = |seed: &Seed| (seed.documents, seed.term.serialized_value_bytes().to_vec());
    seeds.sort_by_cached_key(rare);
    seeds.truncate(most);
    stop.sort_by_cached_key(rare);
    stop.truncate(LEAST_WORDS.saturating_sub(seeds.len()));
    seeds.extend(stop);
    seeds.sort_by_cached_key(rare);
    Ok(seeds)
}

/// Articles of a segment that hold enough of the words, with the weight of those, in order.
fn enough_in(
    snapshot: &Snapshot,
    segment_ord: u32,
    seeds: &[Seed],
    least: u32,
) -> Result<Vec<(DocAddress, u32)>, Error> {
    let segment = snapshot.searcher().segment_reader(segment_ord);
    let inverted = segment.inverted_index(FieldId::Text.field())?;
    // What the words from each on can still add.
    let mut rest: Vec<u32> = seeds
        .iter()
        .rev()
        .scan(0, |sum, seed| {
            *sum += seed.weight;
            Some(*sum)
        })
        .collect();
    rest.reverse();
    let mut sums: FxHashMap<DocId, u32> = FxHashMap::default();
    let mut leading = seeds.iter().zip(&rest);
    let mut behind = 0;
    for (seed, _) in leading.by_ref().take_while(|(_, rest)| **rest >= least) {
        behind += 1;
        let postings = inverted.read_block_postings(&seed.term, IndexRecordOption::Basic);
        let Some(mut block) = postings.map_err(tantivy::TantivyError::from)? else { continue };
        while !block.docs().is_empty() {
            for &doc in block.docs() {
                *sums.entry(doc).or_default() += seed.weight;
            }
            block.advance();
        }
    }
    let left = rest.get(behind).copied().unwrap_or(0);
    let mut found: Vec<(DocId, u32)> = sums.into_iter().filter(|(_, sum)| sum + left >= least).collect();
    found.sort_unstable();
    for seed in &seeds[behind..] {
        let postings = inverted.read_postings(&seed.term, IndexRecordOption::Basic);
        let Some(mut postings) = postings.map_err(tantivy::TantivyError::from)? else { continue };
        for (doc, sum) in &mut found {
            if postings.doc() < *doc && postings.seek(*doc) == TERMINATED {
                break;
            }
            *sum += if postings.doc() == *doc { seed.weight } else { 0 };
        }
    }
    let alive = segment.alive_bitset();
    let enough = |(doc, sum): &(DocId, u32)| *sum >= least && alive.is_none_or(|alive| alive.is_alive(*doc));
    let found = found.into_iter().filter(enough);
    Ok(found.map(|(doc_id, sum)| (DocAddress { segment_ord, doc_id }, sum)).collect())
}

/// Articles of one segment with the weight of the words that stand together in them.
fn together_in(
    snapshot: &Snapshot,
    articles: &[Candidate],
    seeds: &[Seed],
    window: u32,
    all: u32,
) -> Result<Vec<Candidate>, Error> {
    let Some(first) = articles.first() else { return Ok(Vec::new()) };
    let segment = snapshot.searcher().segment_reader(first.doc.segment_ord);
    let inverted = segment.inverted_index(FieldId::Text.field())?;
    let mut lists = Vec::with_capacity(seeds.len());
    for seed in seeds {
        let list = inverted.read_postings(&seed.term, IndexRecordOption::WithFreqsAndPositions);
        lists.extend(list.map_err(tantivy::TantivyError::from)?.map(|list| (list, seed.weight)));
    }
    let weights: Vec<u32> = lists.iter().map(|(_, weight)| *weight).collect();
    let (mut places, mut positions, mut found) = (Vec::new(), Vec::new(), Vec::new());
    for candidate in articles {
        places.clear();
        for (word, (list, _)) in lists.iter_mut().enumerate() {
            if list.doc() < candidate.doc.doc_id {
                list.seek(candidate.doc.doc_id);
            }
            if list.doc() == candidate.doc.doc_id {
                list.positions(&mut positions);
                places.extend(positions.iter().map(|&position| (position, word)));
            }
        }
        places.sort_unstable();
        let held = together(&places, &weights, window) as f32 / all.max(1) as f32;
        found.push(Candidate { held, ..*candidate });
    }
    Ok(found)
}

/// The most weight of different words, given as their places in order, that stands in one window.
fn together(places: &[(u32, usize)], weights: &[u32], window: u32) -> u32 {
    let mut times = vec![0u32; weights.len()];
    let (mut held, mut best, mut first) = (0, 0, 0);
    for &(position, word) in places {
        held += if times[word] == 0 { weights[word] } else { 0 };
        times[word] += 1;
        while position - places[first].0 >= window {
            let left = places[first].1;
            times[left] -= 1;
            held -= if times[left] == 0 { weights[left] } else { 0 };
            first += 1;
        }
        best = best.max(held);
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weight_is_of_different_words_in_one_window() {
        let places = [(0, 0), (1, 1), (2, 0), (50, 2), (51, 1), (200, 0)];
        assert_eq!(together(&places, &[5, 3, 2], 10), 8);
        assert_eq!(together(&places, &[5, 3, 2], 60), 10);
        assert_eq!(together(&[], &[1], 10), 0);
    }
}
