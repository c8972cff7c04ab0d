//! Where words first appeared, and every later variant of them.
//!
//! Candidates are articles that hold most of the words near each other, rare ones weighing more, read off the posting
//! lists. Each candidate's text is then searched for the stretch that is nearest to the words by edit distance over
//! words; what stands between two pieces of one quotation (`“You cannot schedule grief,” she said. “You can …”`) is
//! passed over.

use std::ops::Range;

use schemars::JsonSchema;
use serde::Serialize;
use tantivy::{DocAddress, DocSet, Term, postings::Postings, schema::IndexRecordOption};

use crate::{
    analysis,
    fields::FieldId,
    index::Snapshot,
    query::{Error, language::stop_words},
};

/// Share of the words' weight (by rarity) that an article must hold to be looked at. A variant within
/// [`MOST_CHANGED`] that lost its rarest words still has half of the rest.
const LEAST_WEIGHT: f32 = 0.5;

/// Edits allowed, as a share of the words asked for. Beyond, two sentences share a pattern and not an origin: of random
/// sentences of one archive fewer than one pair in a million is that near.
const MOST_CHANGED: f32 = 0.4;

/// Words below which a phrase is short: one content word more or less makes it another.
const SHORT: usize = 5;

/// Words of an attribution that may stand between two pieces of a sentence.
const SPLIT: usize = 15;

/// Articles whose positions are looked at, and of these whose texts are read. Words that more articles hold are hardly a
/// quotation; those that hold most of their weight are kept, and it is said.
const MOST_PLACED: usize = 10_000;
const MOST_CANDIDATES: usize = 1000;

/// One piece of the comparison between the words asked for and those found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "change", content = "text")]
pub enum Piece {
    /// Words on both sides.
    Same(String),
    /// Words the variant adds.
    Added(String),
    /// Words the variant leaves out.
    Dropped(String),
}

/// Words asked for, prepared.
pub(crate) struct Wanted {
    words: Vec<String>,
    shown: Vec<String>,
}

impl Wanted {
    /// Prepares the words; nothing when there are fewer than two.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let tokens = tokens(text);
        (tokens.len() >= 2).then(|| Self {
            shown: tokens.iter().map(|token| text[token.range.clone()].to_owned()).collect(),
            words: tokens.into_iter().map(|token| token.word).collect(),
        })
    }

    /// Edits allowed.
    fn most_edits(&self) -> usize {
        (self.words.len() as f32 * MOST_CHANGED) as usize
    }

    /// Whether so few words that only one that joins others may be another: "build the wall" for "build a wall".
    fn is_short(&self) -> bool {
        self.words.len() < SHORT
    }

    /// The stretch of a text that is nearest to the words, if it is near enough.
    /// `between` are stretches between two pieces of one quotation.
    pub(crate) fn nearest(
        &self,
        text: &str,
        between: &[Range<usize>],
    ) -> Option<(Range<usize>, usize, Vec<Piece>)> {
        let whole = tokens(text);
        let mut best = (align(&self.words, &whole)?, whole);
        if best.0.2 > 0 && !between.is_empty() {
            let mut joined = best.1.clone();
            joined.retain(|token| {
                !between.iter().any(|gap| gap.start <= token.range.start && token.range.end <= gap.end)
            });
            if let Some(aligned) = align(&self.words, &joined).filter(|aligned| aligned.2 < best.0.2) {
                best = (aligned, joined);
            }
        }
        let ((first, last, edits), tokens) = best;
        if edits > self.most_edits() || first == last {
            return None;
        }
        let found = &tokens[first..last];
        if self.is_short() && edits > 0 && !self.differs_in_stop_words(found) {
            return None;
        }
        let range = tokens[first].range.start..tokens[last - 1].range.end;
        Some((range, edits, self.compare(text, &tokens[first..last])))
    }

    fn differs_in_stop_words(&self, found: &[Token]) -> bool {
        found.len() == self.words.len()
            && self.words.iter().zip(found).all(|(wanted, Token { word, .. })| {
                wanted == word || stop_words::contains(wanted) && stop_words::contains(word)
            })
    }

    fn compare(&self, text: &str, tokens: &[Token]) -> Vec<Piece> {
        let found: Vec<&str> = tokens.iter().map(|token| token.word.as_str()).collect();
        let wanted: Vec<&str> = self.words.iter().map(String::as_str).collect();
        let mut pieces = Vec::new();
        for op in similar::capture_diff_slices(similar::Algorithm::Myers, &wanted, &found) {
            let dropped = self.shown[op.old_range()].join(" ");
            let added = tokens[op.new_range()]
                .iter()
                .map(|token| &text[token.range.clone()])
                .collect::<Vec<_>>()
                .join(" ");
            if op.tag() == similar::DiffTag::Equal {
                pieces.push(Piece::Same(added));
                continue;
            }
            if !dropped.is_empty() {
                pieces.push(Piece::Dropped(dropped));
            }
            if !added.is_empty() {
                pieces.push(Piece::Added(added));
            }
        }
        pieces
    }
}

#[derive(Clone)]
struct Token {
    word: String,
    range: Range<usize>,
}

fn tokens(text: &str) -> Vec<Token> {
    let mut analyzer = analysis::analyzer();
    let mut stream = analyzer.token_stream(text);
    let mut found = Vec::new();
    while stream.advance() {
        let token = stream.token();
        found.push(Token { word: token.text.clone(), range: token.offset_from..token.offset_to });
    }
    found
}

/// The stretch of `text` with the fewest edits to `words` (Sellers 1980), shortest of equals: first token, one past
/// the last, edits.
fn align(words: &[String], text: &[Token]) -> Option<(usize, usize, usize)> {
    let mut costs: Vec<(usize, usize)> = (0..=words.len()).map(|n| (n, 0)).collect();
    let mut best: Option<(usize, usize, usize)> = None;
    for (at, token) in text.iter().enumerate() {
        let mut diagonal = costs[0];
        costs[0] = (0, at + 1);
        for (n, word) in words.iter().enumerate() {
            let change =
                (diagonal.0 + usize::from(*word != token.word), if n == 0 { at } else { diagonal.1 });
            let add = (costs[n + 1].0 + 1, costs[n + 1].1);
            let drop = (costs[n].0 + 1, costs[n].1);
            diagonal = costs[n + 1];
            costs[n + 1] = *[change, add, drop].iter().min_by_key(|cost| cost.0).expect("three of them");
        }
        let (edits, first) = costs[words.len()];
        if best.is_none_or(|(_, _, least)| edits < least) {
            best = Some((first.min(at), at + 1, edits));
        }
    }
    best
}

/// Articles that hold enough of the words near each other; and whether some were left out.
pub(crate) fn candidates(snapshot: &Snapshot, wanted: &Wanted) -> Result<(Vec<DocAddress>, bool), Error> {
    let searcher = snapshot.searcher();
    let mut words: Vec<(&str, f32)> = Vec::new();
    let total = searcher.num_docs().max(1) as f32;
    for word in &wanted.words {
        if words.iter().all(|(known, _)| known != word) {
            let found = snapshot.documents_with(&Term::from_field_text(FieldId::Text.field(), word))? as f32;
            words.push((word, (1.0 + total / (1.0 + found)).ln()));
        }
    }
    let needed = Needed {
        weight: LEAST_WEIGHT * words.iter().map(|(_, weight)| weight).sum::<f32>(),
        words: words.len().saturating_sub(wanted.most_edits()).max(1),
        window: (wanted.words.len() + wanted.most_edits() + SPLIT) as u32,
    };
    let mut found = Vec::new();
    for segment_ord in 0..searcher.segment_readers().len() as u32 {
        enough_in(snapshot, segment_ord, &words, &needed, &mut found)?;
    }
    let mut cut = keep(&mut found, MOST_PLACED);
    found.sort_by_key(|(doc, _)| *doc);
    let mut near = Vec::new();
    for run in found.chunk_by(|a, b| a.0.segment_ord == b.0.segment_ord) {
        near_in(snapshot, run, &words, &needed, &mut near)?;
    }
    cut |= keep(&mut near, MOST_CANDIDATES);
    Ok((near.into_iter().map(|(doc, _)| doc).collect(), cut))
}

/// Keeps the articles of the highest weight; says whether some were left out.
fn keep(found: &mut Vec<(DocAddress, f32)>, most: usize) -> bool {
    let cut = found.len() > most;
    if cut {
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(most);
    }
    cut
}

/// What an article must hold to be looked at. An edit takes away one of the words at most.
struct Needed {
    weight: f32,
    words: usize,
    /// Words of the article that the words may be spread over.
    window: u32,
}

/// Adds up the words in each article of a segment; those that hold enough, in order.
fn enough_in(
    snapshot: &Snapshot,
    segment_ord: u32,
    words: &[(&str, f32)],
    needed: &Needed,
    found: &mut Vec<(DocAddress, f32)>,
) -> Result<(), Error> {
    let segment = snapshot.searcher().segment_reader(segment_ord);
    let inverted = segment.inverted_index(FieldId::Text.field())?;
    let mut sums = vec![(0.0f32, 0u16); segment.max_doc() as usize];
    for &(word, weight) in words {
        let term = Term::from_field_text(FieldId::Text.field(), word);
        let block = inverted.read_block_postings(&term, IndexRecordOption::Basic);
        let Some(mut block) = block.map_err(tantivy::TantivyError::from)? else { continue };
        while !block.docs().is_empty() {
            for &doc in block.docs() {
                let (sum, count) = &mut sums[doc as usize];
                *sum += weight;
                *count += 1;
            }
            block.advance();
        }
    }
    let alive = segment.alive_bitset();
    let enough = (0u32..).zip(&sums).filter(|(doc, (sum, count))| {
        *sum >= needed.weight
            && usize::from(*count) >= needed.words
            && alive.is_none_or(|alive| alive.is_alive(*doc))
    });
    found.extend(enough.map(|(doc_id, (sum, _))| (DocAddress { segment_ord, doc_id }, *sum)));
    Ok(())
}

/// Of articles of one segment, those in which enough of the words stand near each other.
fn near_in(
    snapshot: &Snapshot,
    articles: &[(DocAddress, f32)],
    words: &[(&str, f32)],
    needed: &Needed,
    found: &mut Vec<(DocAddress, f32)>,
) -> Result<(), Error> {
    let Some((first, _)) = articles.first() else { return Ok(()) };
    let segment = snapshot.searcher().segment_reader(first.segment_ord);
    let inverted = segment.inverted_index(FieldId::Text.field())?;
    let mut lists = Vec::with_capacity(words.len());
    for (word, _) in words {
        let term = Term::from_field_text(FieldId::Text.field(), word);
        let list = inverted.read_postings(&term, IndexRecordOption::WithFreqsAndPositions);
        lists.extend(list.map_err(tantivy::TantivyError::from)?);
    }
    let (mut places, mut positions) = (Vec::new(), Vec::new());
    for &(doc, weight) in articles {
        let doc_id = doc.doc_id;
        places.clear();
        for (word, list) in lists.iter_mut().enumerate() {
            if list.doc() < doc_id {
                list.seek(doc_id);
            }
            if list.doc() == doc_id {
                list.positions(&mut positions);
                places.extend(positions.iter().map(|&position| (position, word)));
            }
        }
        places.sort_unstable();
        if stand_together(&places, lists.len(), needed) {
            found.push((doc, weight));
        }
    }
    Ok(())
}

/// Whether enough of the words, given as their places in order, stand in one window.
fn stand_together(places: &[(u32, usize)], words: usize, needed: &Needed) -> bool {
    let mut times = vec![0u32; words];
    let (mut held, mut first) = (0, 0);
    for &(position, word) in places {
        held += usize::from(times[word] == 0);
        times[word] += 1;
        while position - places[first].0 >= needed.window {
            let left = places[first].1;
            times[left] -= 1;
            held -= usize::from(times[left] == 0);
            first += 1;
        }
        if held >= needed.words {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(words: &str, text: &str) -> Option<(String, usize)> {
        let (range, edits, _) = Wanted::new(words)?.nearest(text, &[])?;
        Some((text[range].to_owned(), edits))
    }

    #[test]
    fn finds_words_changed_added_and_dropped() {
        let words = "they clearly have not talked about that ahead of time";
        let found = near(words, "“They have not talked about it ahead of time,” she said.");
        assert_eq!(found, Some(("They have not talked about it ahead of time".into(), 2)));
        assert_eq!(near(words, "They clearly had a good time ahead of the show."), None);
        assert_eq!(
            near("keep pulling away", "He would KEEP PULLING AWAY, twice."),
            Some(("KEEP PULLING AWAY".into(), 0))
        );
    }

    #[test]
    fn passes_over_what_parts_a_sentence() {
        let text =
            "“You cannot schedule grief,” she told a friend on the phone. “You can only make room for it.”";
        let wanted = Wanted::new("you cannot schedule grief you can only make room for it").expect("words");
        let said = text.find(" she").expect("a gap")..text.find(" “You can only").expect("an end");
        let (range, edits, _) = wanted.nearest(text, &[said]).expect("near");
        assert_eq!((edits, &text[range]), (0, text.trim_matches(['“', '”', '.'])));
    }

    #[test]
    fn shows_what_changed() {
        let wanted = Wanted::new("I never said that to him at all").expect("words");
        let (_, _, pieces) = wanted.nearest("I never once said that to her at all.", &[]).expect("near");
        assert_eq!(
            pieces,
            [
                Piece::Same("I never".into()),
                Piece::Added("once".into()),
                Piece::Same("said that to".into()),
                Piece::Dropped("him".into()),
                Piece::Added("her".into()),
                Piece::Same("at all".into()),
            ]
        );
    }
}
