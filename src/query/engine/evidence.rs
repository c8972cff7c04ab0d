//! The closer look at the best candidates: where a query's words stand in them.

use tantivy::{DocId, DocSet, Term, postings::Postings, schema::IndexRecordOption};

use crate::{
    fields::FieldId,
    query::{
        Error,
        engine::{matcher::Segment, plan::WordGroup, statistics::Target},
    },
};

// Each weight below was measured as nDCG@10 on the development halves of time (long questions over a news magazine),
// mhr (questions over news of 2023) and people (a name alone), all others held. Together they make .809 .825 .905 of the
// .780 .805 .856 that BM25 alone gives there. On time, where 36 questions are asked, one more story in its place is .005.

/// Weight of a stop word against another word of the same rarity. 0 loses .006 on mhr against 0.2; 0.3 gains .003 more.
const STOP_WORD: f32 = 0.3;

/// What each doubling, by the natural logarithm, of a word in the query adds to its weight. Gains .001 on time and mhr;
/// 1.0 loses both again.
const REPEATED: f32 = 0.5;

/// Weight of two neighbouring words of the query that stand near each other, against the weight of the commoner one. 0.3
/// loses .005 on time and .007 on people against 0.5, 0.8 loses .011 on time.
const PROXIMITY: f32 = 0.6;

/// Words within which two words are near; 5 and 20 differ from it by less than .001.
const PROXIMITY_WINDOW: u32 = 8;

/// Weight of a word in the lead, where a story says what it is about: less the later it first stands. Without it .793
/// .823 .901; 0.1 and 0.2 differ from it by less than .002 in the mean.
const LEAD: f32 = 0.15;

/// Words, headline included, after which [`LEAD`] is halved; 50 loses .002 on people, 150 .008 on time.
const LEAD_WORDS: f32 = 20.0;

/// Weight of the very form typed, against that of all forms of the word together. Without it about .789 .824 .907 (time mhr
/// people); 0.2 loses .007 on time and .002 on people.
const EXACT_FORM: f32 = 0.1;

/// Weight of a word that stands in the headline besides. Gains .005 on people; 0.6 loses .012 on mhr.
const HEADLINE: f32 = 0.2;

/// Weight of a person's mentions when all words of the query stand in that person's name. Gains .006 on people against
/// 0.3; 1.0 loses .01.
const SALIENCE: f32 = 0.6;

/// Mentions of a person that give half of [`SALIENCE`].
const SALIENT_MENTIONS: f32 = 2.0;

/// Words of the longest query that may be a person's name.
const NAME_WORDS: usize = 3;

/// A word's weight: its rarity, less for a stop word, a little more for each time it is repeated.
pub(crate) fn weight(word: &WordGroup) -> f32 {
    let kind = if word.is_stop_word { STOP_WORD } else { 1.0 };
    word.idf * kind * (1.0 + REPEATED * (word.times as f32).ln())
}

/// What is to be added to the scores of documents, which are given in order.
pub(crate) fn of(segment: &Segment<'_>, words: &[&WordGroup], docs: &[DocId]) -> Result<Vec<f32>, Error> {
    let mut more = vec![0.0; docs.len()];
    add_places(segment, words, docs, &mut more)?;
    if segment.target == Target::Articles {
        let total: f32 = words.iter().map(|word| weight(word)).sum();
        for word in words {
            add_headline(segment, word, HEADLINE * weight(word), docs, &mut more)?;
        }
        if words.len() <= NAME_WORDS {
            add_salience(segment, words, SALIENCE * total, docs, &mut more)?;
        }
    }
    Ok(more)
}

/// Words of the query in the lead, neighbouring ones near each other, and the forms that were typed.
fn add_places(
    segment: &Segment<'_>,
    words: &[&WordGroup],
    docs: &[DocId],
    more: &mut [f32],
) -> Result<(), Error> {
    let mut streams = words
        .iter()
        .map(|word| segment.stream(word, IndexRecordOption::WithFreqsAndPositions))
        .collect::<Result<Vec<_>, _>>()?;
    let scorers = words.iter().map(|word| segment.scorer(word.field)).collect::<Result<Vec<_>, _>>()?;
    let weights: Vec<f32> = words.iter().map(|word| weight(word)).collect();
    let mut positions: Vec<Vec<u32>> = vec![Vec::new(); words.len()];
    for (&doc, more) in docs.iter().zip(more) {
        for (stream, positions) in streams.iter_mut().zip(&mut positions) {
            positions.clear();
            if stream.seek(doc) == doc {
                stream.positions(positions);
            }
        }
        for (weight, at) in weights.iter().zip(&positions) {
            if let Some(&first) = at.first() {
                *more += LEAD * weight / (1.0 + first as f32 / LEAD_WORDS);
            }
        }
        for (weights, at) in weights.windows(2).zip(positions.windows(2)) {
            *more += PROXIMITY * weights[0].min(weights[1]) * nearness(&at[0], &at[1]);
        }
        for ((stream, scorer), weight) in streams.iter().zip(&scorers).zip(&weights) {
            if stream.doc() == doc {
                *more += EXACT_FORM * weight * scorer.score(doc, stream.typed_frequency());
            }
        }
    }
    Ok(())
}

/// How near two words come to each other: 1 side by side in order, less with each word between, 0 beyond the window.
fn nearness(first: &[u32], second: &[u32]) -> f32 {
    let mut least = u32::MAX;
    for &at in first {
        let next = second.partition_point(|&other| other < at);
        if let Some(&after) = second.get(next) {
            least = least.min((after - at).max(1));
        }
        if let Some(&before) = next.checked_sub(1).and_then(|before| second.get(before)) {
            // Out of order counts as one word further.
            least = least.min(at - before + 1);
        }
    }
    if least > PROXIMITY_WINDOW { 0.0 } else { 1.0 / least as f32 }
}

/// A word in the headline.
fn add_headline(
    segment: &Segment<'_>,
    word: &WordGroup,
    weight: f32,
    docs: &[DocId],
    more: &mut [f32],
) -> Result<(), Error> {
    let in_title = WordGroup { field: FieldId::Title, ..word.clone() };
    let option = match word.is_compound {
        true => IndexRecordOption::WithFreqsAndPositions,
        false => IndexRecordOption::Basic,
    };
    let mut stream = segment.stream(&in_title, option)?;
    for (&doc, more) in docs.iter().zip(more) {
        if stream.seek(doc) == doc {
            *more += weight;
        }
    }
    Ok(())
}

/// How often a person is mentioned, when all words of the query stand in that person's name.
fn add_salience(
    segment: &Segment<'_>,
    words: &[&WordGroup],
    weight: f32,
    docs: &[DocId],
    more: &mut [f32],
) -> Result<(), Error> {
    let mut lists = Vec::with_capacity(words.len());
    for word in words {
        let term = Term::from_field_text(FieldId::Person.field(), &word.typed);
        match segment.postings(&term, IndexRecordOption::WithFreqs)? {
            Some(list) => lists.push(list),
            None => return Ok(()),
        }
    }
    for (&doc, more) in docs.iter().zip(more) {
        let mut least = u32::MAX;
        for list in &mut lists {
            let at = if list.doc() < doc { list.seek(doc) } else { list.doc() };
            least = least.min(if at == doc { list.term_freq() } else { 0 });
        }
        *more += weight * (least as f32 / (least as f32 + SALIENT_MENTIONS));
    }
    Ok(())
}
