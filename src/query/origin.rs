//! Where words first appeared, and every later variant of them.
//!
//! Candidates are articles that hold most of the words, rare ones weighing more, read off the posting lists. Each
//! candidate's text is then searched for the stretch that is nearest to the words by edit distance over words.

use rustc_hash::FxHashMap;
use schemars::JsonSchema;
use serde::Serialize;
use tantivy::{DocAddress, DocSet, TERMINATED, Term, schema::IndexRecordOption};

use crate::index::{Error, Snapshot, analyzer, fields::FieldId};

/// Share of the words' weight (by rarity) that an article must hold to be looked at. A variant within
/// [`MOST_CHANGED`] that lost its rarest words still has half of the rest.
const LEAST_WEIGHT: f32 = 0.5;

/// Edits allowed, as a share of the words asked for. Beyond, two sentences share a pattern and not an origin: of random
/// sentences of one archive fewer than one pair in a million is that near.
const MOST_CHANGED: f32 = 0.4;

/// Articles looked at. Words that stand in more are no quotation but a phrase; the oldest are kept, and it is said.
const MOST_CANDIDATES: usize = 4000;

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
        // Fewer than five words allow no change but their ending's.
        (self.words.len() as f32 * MOST_CHANGED) as usize
    }

    /// The stretch of a text that is nearest to the words, if it is near enough.
    pub(crate) fn nearest(&self, text: &str) -> Option<(std::ops::Range<usize>, usize, Vec<Piece>)> {
        let tokens = tokens(text);
        let (first, last, edits) = align(&self.words, &tokens)?;
        if edits > self.most_edits() || first == last {
            return None;
        }
        let range = tokens[first].range.start..tokens[last - 1].range.end;
        Some((range, edits, self.compare(text, &tokens[first..last])))
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

struct Token {
    word: String,
    range: std::ops::Range<usize>,
}

fn tokens(text: &str) -> Vec<Token> {
    let mut analyzer = analyzer::analyzer();
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

/// Articles that hold most of the words, by weight; and whether some were left out.
pub(crate) fn candidates(snapshot: &Snapshot, wanted: &Wanted) -> Result<(Vec<DocAddress>, bool), Error> {
    let searcher = snapshot.searcher();
    let mut weights: FxHashMap<&str, f32> = FxHashMap::default();
    let total = searcher.num_docs().max(1) as f32;
    for word in &wanted.words {
        let term = Term::from_field_text(FieldId::Text.field(), word);
        let found = searcher.doc_freq(&term)? as f32;
        weights.insert(word, (1.0 + total / (1.0 + found)).ln());
    }
    let mut by_weight: Vec<(&str, f32)> = weights.into_iter().collect();
    by_weight.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    let needed = LEAST_WEIGHT * by_weight.iter().map(|(_, weight)| weight).sum::<f32>();
    let mut found = Vec::new();
    for segment_ord in 0..searcher.segment_readers().len() as u32 {
        in_segment(snapshot, segment_ord, &by_weight, needed, &mut found)?;
    }
    let cut = found.len() > MOST_CANDIDATES;
    if cut {
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(MOST_CANDIDATES);
    }
    Ok((found.into_iter().map(|(doc, _)| doc).collect(), cut))
}

/// Adds up weights of the words in each article of a segment. Once the words that are left cannot lift an article that
/// had none so far, only articles already seen are looked up.
fn in_segment(
    snapshot: &Snapshot,
    segment_ord: u32,
    words: &[(&str, f32)],
    needed: f32,
    found: &mut Vec<(DocAddress, f32)>,
) -> Result<(), Error> {
    let segment = snapshot.searcher().segment_reader(segment_ord);
    let inverted = segment.inverted_index(FieldId::Text.field())?;
    let mut sums: FxHashMap<u32, f32> = FxHashMap::default();
    let mut left: f32 = words.iter().map(|(_, weight)| weight).sum();
    for &(word, weight) in words {
        let term = Term::from_field_text(FieldId::Text.field(), word);
        let postings = inverted.read_postings(&term, IndexRecordOption::Basic);
        let Some(mut postings) = postings.map_err(tantivy::TantivyError::from)? else {
            left -= weight;
            continue;
        };
        if left >= needed {
            let mut doc = postings.doc();
            while doc != TERMINATED {
                *sums.entry(doc).or_default() += weight;
                doc = postings.advance();
            }
        } else {
            sums.retain(|_, sum| *sum + left >= needed);
            let mut seen: Vec<u32> = sums.keys().copied().collect();
            seen.sort_unstable();
            for doc in seen {
                if postings.doc() < doc {
                    postings.seek(doc);
                }
                if postings.doc() == doc {
                    *sums.get_mut(&doc).expect("it was seen") += weight;
                }
            }
        }
        left -= weight;
    }
    let alive = segment.alive_bitset();
    found.extend(
        sums.into_iter()
            .filter(|&(doc, sum)| sum >= needed && alive.is_none_or(|alive| alive.is_alive(doc)))
            .map(|(doc_id, sum)| (DocAddress { segment_ord, doc_id }, sum)),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(words: &str, text: &str) -> Option<(String, usize)> {
        let (range, edits, _) = Wanted::new(words)?.nearest(text)?;
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
    fn shows_what_changed() {
        let wanted = Wanted::new("I never said that to him at all").expect("words");
        let (_, _, pieces) = wanted.nearest("I never once said that to her at all.").expect("near");
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
