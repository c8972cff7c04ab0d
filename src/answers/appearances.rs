//! Where words appeared: the earliest place, every later one, who was credited.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use tantivy::DocAddress;

use crate::{
    analysis,
    annotation::{Guess, Stance},
    answers::{
        archive::Archive,
        passages::{self, Candidates},
        spoken,
    },
    article::ArticleId,
    query::{Error, engine::stored, language::stop_words},
    record::{CharOffsets, FORMAT},
    wording::{Passage, Piece, Wording},
};

/// Edits allowed, as a share of the words asked for. Beyond, two sentences share a pattern and not an origin: of random
/// sentences of one archive fewer than one pair in a million is that near.
const MOST_CHANGED: f32 = 0.4;

/// Words below which a phrase is short: one content word more or less makes it another.
const SHORT: usize = 5;

/// Articles whose positions are looked at. Words that more articles hold are hardly a quotation.
const MOST_PLACED: usize = 10_000;

/// Articles that are read, those that hold most of the words first.
const MOST_READ: usize = 1000;

/// One appearance of words.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Appearance {
    /// Version of the shape.
    pub format: u32,
    /// Always `appearance`.
    pub r#type: &'static str,
    /// Whether this is the earliest dated one.
    pub first: bool,
    /// The article.
    pub id: ArticleId,
    /// Name of its root.
    pub root: String,
    /// Path below the root.
    pub path: String,
    /// Its headline.
    pub title: Option<String>,
    /// Its date; undated ones come last.
    pub published: Option<String>,
    /// Its outlet.
    pub source: Option<String>,
    /// The words as they stand there.
    pub text: String,
    /// First character of them in the article's text.
    pub start: u32,
    /// One past their last character.
    pub end: u32,
    /// Words added, dropped or changed against those asked for.
    pub edits: usize,
    /// The comparison.
    pub pieces: Vec<Piece>,
    /// Whether that story has them said; null where they stand in no quote.
    pub stance: Option<Stance>,
    /// Who is credited there, when nearly all of them stand in a quote of somebody named; with words that were not said, nobody.
    pub speaker: Option<String>,
    /// Who may have said them there, where nobody is sure enough.
    pub speaker_guess: Option<Guess>,
}

/// What all appearances of words come to.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Origin {
    /// Version of the shape.
    pub format: u32,
    /// Always `origin`.
    pub r#type: &'static str,
    /// How many there are.
    pub appearances: u64,
    /// How many of them are undated: any of these may be earlier than the first.
    pub undated: u64,
    /// Everybody credited, in byte order. More than one is a conflict.
    pub credited: Vec<String>,
    /// Whether so many articles hold the words that some were not looked at.
    pub cut: bool,
    /// Whether everything was looked at, and every appearance is given.
    pub complete: bool,
}

/// A question for where words come from.
#[derive(Clone, Debug)]
pub struct OriginRequest {
    /// The words, at least two.
    pub words: String,
    /// Appearances wanted.
    pub limit: usize,
}

/// Where words come from.
#[derive(Clone, Debug, PartialEq)]
pub struct OriginAnswer {
    /// The first appearances by date, earliest first, undated last.
    pub appearances: Vec<Appearance>,
    /// What all of them come to.
    pub origin: Origin,
}

impl Archive {
    /// Finds every appearance of words, and of words nearly like them.
    ///
    /// # Errors
    /// [`Error::TooFewWords`] for fewer than two, or when a file of the index cannot be read.
    pub fn origin(&self, request: &OriginRequest) -> Result<OriginAnswer, Error> {
        let mut wording = Wording::new(&request.words, &[]);
        if wording.len() < 2 {
            return Err(Error::TooFewWords);
        }
        passages::weigh(self, &mut wording)?;
        let here = passages::gathered(self, &wording, passages::LIKELY)?;
        let Candidates { found: candidates, cut } =
            passages::candidates(&here, &wording, passages::LIKELY, MOST_PLACED)?;
        let cut = cut.is_some() || candidates.len() > MOST_READ;
        let mut found = Vec::new();
        for candidate in candidates.into_iter().take(MOST_READ) {
            if self.is_over() {
                break;
            }
            found.extend(here.appearance(candidate.doc, &wording)?);
        }
        found.sort_by(|a, b| order(a).cmp(&order(b)));
        let undated = found.iter().filter(|(seconds, _)| seconds.is_none()).count() as u64;
        if let Some((_, first)) = found.first_mut().filter(|(day, _)| day.is_some()) {
            first.first = true;
        }
        let all = found.len();
        let credited: BTreeSet<String> = found.iter().filter_map(|(_, one)| one.speaker.clone()).collect();
        // Where not all are shown, those of the very words come before those nearly like them.
        found.sort_by_key(|(_, appearance)| appearance.edits > 0 && all > request.limit);
        found.truncate(request.limit);
        found.sort_by(|a, b| order(a).cmp(&order(b)));
        let appearances: Vec<Appearance> = found.into_iter().map(|(_, appearance)| appearance).collect();
        let origin = Origin {
            format: FORMAT,
            r#type: "origin",
            appearances: all as u64,
            undated,
            credited: credited.into_iter().collect(),
            cut,
            complete: !cut && all <= request.limit && self.is_complete(),
        };
        Ok(OriginAnswer { appearances, origin })
    }

    fn appearance(
        &self,
        doc: DocAddress,
        wording: &Wording,
    ) -> Result<Option<(Option<i64>, Appearance)>, Error> {
        let stored = stored::article(self.snapshot(), doc)?;
        let article = &stored.article;
        let between = spoken::between_pieces(&stored.article.text, &stored.found.quotes);
        let passages = wording.passages(&article.text, &between);
        let Some(passage) = passages.into_iter().find(|passage| is_near(wording, passage)) else {
            return Ok(None);
        };
        let range = passage.range;
        let offsets = CharOffsets::new(&article.text);
        let spoken = spoken::quote_of(&stored.found.quotes, &between, &range);
        let appearance = Appearance {
            format: FORMAT,
            r#type: "appearance",
            first: false,
            id: stored.id.clone(),
            root: article.origin.root.clone(),
            path: article.origin.path.clone(),
            title: article.title.clone(),
            published: article.published.as_ref().map(|published| published.value.clone()),
            source: article.source.clone(),
            text: article.text[range.clone()].to_owned(),
            start: offsets.offset(range.start as u32),
            end: offsets.offset(range.end as u32),
            edits: passage.edits,
            pieces: passage.pieces,
            stance: spoken.map(|(_, quote)| quote.stance),
            speaker: spoken.and_then(|(_, quote)| quote.credited().map(str::to_owned)),
            speaker_guess: spoken.and_then(|(_, quote)| quote.speaker_guess.clone()),
        };
        Ok(Some((article.published.as_ref().and_then(|published| published.seconds()), appearance)))
    }
}

/// Whether a passage is a variant of words, and no other sentence of their pattern.
fn is_near(wording: &Wording, passage: &Passage) -> bool {
    let changed = passage.edits as f32 <= wording.len() as f32 * MOST_CHANGED;
    changed && (passage.is_same() || wording.len() >= SHORT || differs_in_stop_words(&passage.pieces))
}

/// Whether stop words alone were changed, each for one: "build the wall" for "build a wall".
fn differs_in_stop_words(pieces: &[Piece]) -> bool {
    let (mut added, mut dropped) = (Vec::new(), Vec::new());
    for piece in pieces {
        match piece {
            Piece::Added(words) => added.extend(analysis::words(words)),
            Piece::Dropped(words) => dropped.extend(analysis::words(words)),
            Piece::Same(_) | Piece::Respelt(_) | Piece::Skipped(_) => (),
        }
    }
    added.len() == dropped.len() && added.iter().chain(&dropped).all(|word| stop_words::contains(word))
}

/// Order of appearances: by time, undated last, then by id.
fn order((seconds, appearance): &(Option<i64>, Appearance)) -> (bool, Option<i64>, &ArticleId) {
    (seconds.is_none(), *seconds, &appearance.id)
}
