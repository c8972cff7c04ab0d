//! Where words appeared: the earliest place, every later one, who was credited.

use std::{collections::BTreeSet, ops::Range};

use schemars::JsonSchema;
use serde::Serialize;
use tantivy::DocAddress;

use crate::{
    annotation::{Guess, Quote, Stance},
    answers::{
        archive::Archive,
        origin::{self, Piece, Wanted},
    },
    article::ArticleId,
    query::{Error, engine::stored},
    record::{CharOffsets, FORMAT},
};

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
    /// Who is credited there, when they stand in a quote of somebody named; with words that were not said, nobody.
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
        let wanted = Wanted::new(&request.words).ok_or(Error::TooFewWords)?;
        let (candidates, cut) = origin::candidates(self.snapshot(), &wanted)?;
        let mut found = Vec::new();
        for doc in candidates {
            if self.is_over() {
                break;
            }
            found.extend(self.appearance(doc, &wanted)?);
        }
        found.sort_by(|a, b| order(a).cmp(&order(b)));
        if let Some((_, first)) = found.first_mut().filter(|(day, _)| day.is_some()) {
            first.first = true;
        }
        let mut appearances: Vec<Appearance> = found.into_iter().map(|(_, appearance)| appearance).collect();
        let credited: BTreeSet<String> = appearances.iter().filter_map(|one| one.speaker.clone()).collect();
        let origin = Origin {
            format: FORMAT,
            r#type: "origin",
            appearances: appearances.len() as u64,
            credited: credited.into_iter().collect(),
            cut,
            complete: !cut && appearances.len() <= request.limit && self.is_complete(),
        };
        appearances.truncate(request.limit);
        Ok(OriginAnswer { appearances, origin })
    }

    fn appearance(
        &self,
        doc: DocAddress,
        wanted: &Wanted,
    ) -> Result<Option<(Option<i64>, Appearance)>, Error> {
        let stored = stored::article(self.snapshot(), doc)?;
        let article = &stored.article;
        let between = between_pieces(&stored.found.quotes);
        let Some((range, edits, pieces)) = wanted.nearest(&article.text, &between) else { return Ok(None) };
        let offsets = CharOffsets::new(&article.text);
        let quoted =
            stored.found.quotes.iter().find(|quote| {
                (quote.span.start as usize) < range.end && range.start < quote.span.end as usize
            });
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
            edits,
            pieces,
            stance: quoted.map(|quote| quote.stance),
            speaker: quoted.and_then(|quote| quote.credited().map(str::to_owned)),
            speaker_guess: quoted.and_then(|quote| quote.speaker_guess.clone()),
        };
        Ok(Some((article.published.as_ref().and_then(|published| published.seconds()), appearance)))
    }
}

/// What stands between the pieces of quotations that were split.
fn between_pieces(quotes: &[Quote]) -> Vec<Range<usize>> {
    let follows = |pair: &&[Quote]| pair[1].piece > 1 && pair[1].piece == pair[0].piece + 1;
    let gap = |pair: &[Quote]| pair[0].span.end as usize..pair[1].span.start as usize;
    quotes.windows(2).filter(follows).map(gap).collect()
}

/// Order of appearances: by time, undated last, then by id.
fn order((seconds, appearance): &(Option<i64>, Appearance)) -> (bool, Option<i64>, &ArticleId) {
    (seconds.is_none(), *seconds, &appearance.id)
}
