//! The judgement of one quotation.

use std::ops::Range;

use super::{
    claims::Claim,
    notices, person,
    verdict::{Code, Match, Verdict},
};
use crate::{
    annotation::{Quote, QuoteKind, Stance},
    answers::{
        archive::Archive,
        passages::{self, Candidate, Candidates},
        spoken,
    },
    article::Span,
    query::{Error, engine::stored, language::stop_words},
    quote_at::QuoteAt,
    record::{CharOffsets, FORMAT},
    view::StoredArticle,
    wording::{Passage, Wording},
};

/// Content words below which a quotation is too short to be told from others, unless it has so many words of any kind:
/// eight words in a row are nobody else's.
const TELLING: usize = 4;
const TELLING_IN_A_ROW: usize = 8;

/// Words in a row that are a quotation of the whole they are a part of.
const PART: usize = 6;

/// Share of the words' weight that a passage must have to be the source of an altered quotation. Words of one subject
/// share less by chance; of two passages that were joined the larger has half.
const ALTERED: f32 = 0.5;

/// The same for fewer words than [`FEW`], which share a pattern sooner.
const ALTERED_FEW: f32 = 0.65;
const FEW: usize = 9;

/// The same where so many words stand in a row that they are nobody else's.
const ALTERED_RUN: f32 = 0.35;
const RUN: usize = 7;

/// Articles whose positions are looked at: those that hold most of the words.
const MOST_PLACED: usize = 1500;

/// Articles that are read where they may hold all of the words, and where they hold some.
const MOST_READ: usize = 64;
const MOST_NEAR: usize = 12;

/// Share of the words' weight below which the nearest passage is none: two or three words in common are chance.
const NEAR: f32 = 0.2;

/// Articles that are read for the nearest passage, where none holds most of the words.
const MOST_NEAREST: usize = 3;

/// Matches that are given.
const MOST_GIVEN: usize = 10;

/// Weight of the words looked up that an article with all of the words has.
const WHOLE: f32 = 0.999;

/// The verdicts on the pieces of one quotation: on the whole, where its words stand so or where it is in one piece; else
/// on each piece by itself.
pub(super) fn together(archive: &Archive, pieces: &[Claim]) -> Result<Vec<Verdict>, Error> {
    let Some(whole) = Claim::joined(pieces) else { return Ok(Vec::new()) };
    let verdict = verdict(archive, &whole)?;
    let stands = !matches!(verdict.verdict, Code::Altered | Code::NotQuoted | Code::NotFound);
    if pieces.len() == 1 || stands {
        return Ok(vec![verdict]);
    }
    pieces.iter().map(|piece| self::verdict(archive, piece)).collect()
}

/// The verdict on a quotation.
pub(super) fn verdict(archive: &Archive, claim: &Claim) -> Result<Verdict, Error> {
    let mut wording = Wording::new(&claim.quote, &claim.joints);
    passages::weigh(archive, &mut wording)?;
    let likely = passages::gathered(archive, &wording, passages::LIKELY)?;
    let nearest;
    let Candidates { found, cut } = passages::candidates(&likely, &wording, passages::LIKELY, MOST_PLACED)?;
    let mut judging = Judging { archive: &likely, claim, wording: &wording, matches: Vec::new() };
    let (mut read, mut is_whole) = (0, cut.is_none_or(|held| held < WHOLE));
    for candidate in &found {
        let most = if candidate.held >= WHOLE { MOST_READ } else { MOST_NEAR.max(judging.matches.len()) };
        if read >= most || archive.is_over() {
            is_whole &= candidate.held < WHOLE && !archive.is_over();
            break;
        }
        // What holds less than all of the words is of no interest where others have them all.
        if candidate.held < WHOLE && read > MOST_NEAR && judging.has_words() {
            break;
        }
        judging.read(candidate)?;
        read += 1;
    }
    if judging.matches.is_empty() {
        nearest = passages::gathered(archive, &wording, passages::NEAREST)?;
        judging.archive = &nearest;
        let near = passages::candidates(&nearest, &wording, passages::NEAREST, MOST_PLACED)?.found;
        near.iter().take(MOST_NEAREST).try_for_each(|candidate| judging.read_nearest(candidate))?;
    }
    Ok(judging.verdict(is_whole))
}

/// A match with what orders it.
struct Judged {
    found: Match,
    seconds: Option<i64>,
    has_words: bool,
}

struct Judging<'a> {
    archive: &'a Archive,
    claim: &'a Claim,
    wording: &'a Wording,
    matches: Vec<Judged>,
}

impl Judging<'_> {
    fn has_words(&self) -> bool {
        self.matches.iter().any(|one| one.has_words)
    }

    /// Reads an article and adds its best passage.
    fn read(&mut self, candidate: &Candidate) -> Result<(), Error> {
        let stored = stored::article(self.archive.snapshot(), candidate.doc)?;
        let between = spoken::between_pieces(&stored.article.text, &stored.found.quotes);
        let mut best: Option<Judged> = None;
        for passage in self.wording.passages(&stored.article.text, &between) {
            let has_words = passage.is_same();
            let found = self.matched(&stored, passage, &between)?;
            let is_better = |best: &Judged| order(&found) < order(&best.found);
            if best.as_ref().is_none_or(is_better) {
                best = Some(Judged { found, seconds: candidate.seconds, has_words });
            }
        }
        self.matches.extend(best);
        Ok(())
    }

    /// Reads an article that holds few of the words and adds the passage that is nearest.
    fn read_nearest(&mut self, candidate: &Candidate) -> Result<(), Error> {
        let stored = stored::article(self.archive.snapshot(), candidate.doc)?;
        let between = spoken::between_pieces(&stored.article.text, &stored.found.quotes);
        let nearest = self.wording.nearest(&stored.article.text, &between);
        if let Some(passage) = nearest.filter(|passage| passage.near >= NEAR) {
            let found = self.matched(&stored, passage, &between)?;
            self.matches.push(Judged { found, seconds: candidate.seconds, has_words: false });
        }
        Ok(())
    }

    fn matched(
        &self,
        stored: &StoredArticle,
        passage: Passage,
        between: &[Range<usize>],
    ) -> Result<Match, Error> {
        let (article, quotes) = (&stored.article, &stored.found.quotes);
        let text = &article.text;
        let spoken = spoken::quote_of(quotes, between, &passage.range);
        let marked = spoken.filter(|(_, quote)| quote.kind != QuoteKind::Indirect);
        let speaker = spoken.and_then(|(_, quote)| quote.speaker.clone());
        let is_said = |(_, quote): (u32, &Quote)| quote.stance == Stance::Said;
        let verdict = if !passage.is_same() {
            if self.is_source(&passage) { Code::Altered } else { Code::NotFound }
        } else if marked.is_none() {
            match spoken::is_marked(text, &passage.range) {
                true => Code::Uncredited,
                false => Code::NotQuoted,
            }
        } else if !marked.is_some_and(is_said) {
            Code::Denied
        } else {
            let whole = marked.is_some_and(|(_, quote)| is_whole(text, quote.span.range(), &passage.range));
            self.credited(&passage, whole, speaker.as_deref())?
        };
        let offsets = CharOffsets::new(text);
        let range = passage.range;
        let words = offsets.mention(Span::new(range.start, range.end));
        let context = spoken.map_or_else(|| sentence(text, &range), |(_, quote)| quote.context);
        Ok(Match {
            verdict,
            id: stored.id.clone(),
            quote_id: spoken.map(|(number, _)| format!("{}-{number}", stored.id.as_str())),
            quote_at: QuoteAt::of(&stored.id, words.start, words.end, &words.text).to_string(),
            root: article.origin.root.clone(),
            path: article.origin.path.clone(),
            title: article.title.clone(),
            published: article.published.as_ref().map(|published| published.value.clone()),
            source: article.source.clone(),
            url: article.url.clone(),
            text: words.text,
            start: words.start,
            end: words.end,
            kind: marked.map(|(_, quote)| quote.kind),
            confidence: spoken
                .filter(|_| speaker.is_some())
                .map(|(_, quote)| (quote.confidence * 1000.0).round() / 1000.0),
            stance: spoken.map(|(_, quote)| quote.stance),
            speaker,
            speaker_guess: spoken.and_then(|(_, quote)| quote.speaker_guess.clone()),
            edits: passage.edits,
            near: (passage.near * 1000.0).round() / 1000.0,
            pieces: passage.pieces,
            context: offsets.mention(context),
            first: false,
            notices: notices::of_story(article),
        })
    }

    /// What the same words between marks come to, `whole` when they are a quotation and no part of one.
    fn credited(&self, passage: &Passage, whole: bool, speaker: Option<&str>) -> Result<Code, Error> {
        if !whole && self.wording.len() < PART {
            return Ok(Code::TooShort);
        }
        let same = match (&self.claim.by, speaker) {
            (None, _) => true,
            (Some(_), None) => return Ok(Code::Uncredited),
            (Some(by), Some(speaker)) => person::is_same(self.archive, by, speaker)?,
        };
        Ok(match same {
            false => Code::OtherSpeaker,
            true if passage.is_exact() => Code::Stands,
            true => Code::Minor,
        })
    }

    /// Whether a passage with other words is what an altered quotation was made of.
    fn is_source(&self, passage: &Passage) -> bool {
        let least = match self.wording.len() {
            ..FEW => ALTERED_FEW,
            _ if passage.run >= RUN => ALTERED_RUN,
            _ => ALTERED,
        };
        passage.near >= least
    }

    fn verdict(self, is_whole: bool) -> Verdict {
        let Self { claim, wording, mut matches, .. } = self;
        let mut dated: Vec<(Option<i64>, &mut Match)> =
            matches.iter_mut().map(|one| (one.seconds, &mut one.found)).collect();
        notices::of_later(&mut dated);
        let age = |one: &Judged| (one.seconds.is_none(), one.seconds, one.found.id.clone());
        let first = matches.iter_mut().filter(|one| one.has_words && one.seconds.is_some());
        if let Some(first) = first.min_by_key(|one| age(one)) {
            first.found.first = true;
        }
        matches.sort_by(|a, b| {
            let nearness = |one: &Judged| if one.has_words { 0 } else { one.found.edits };
            (order(&a.found).0, nearness(a), age(a)).cmp(&(order(&b.found).0, nearness(b), age(b)))
        });
        let code = matches.first().map_or(Code::NotFound, |best| best.found.verdict);
        let content = wording.words().filter(|word| !stop_words::contains(word)).count();
        let is_short = content < TELLING && wording.len() < TELLING_IN_A_ROW;
        let verdict = if is_short && code != Code::Stands { Code::TooShort } else { code };
        if verdict == Code::TooShort {
            // A passage that shares two words with it is no proof of anything.
            matches.retain(|one| one.has_words);
        }
        let appearances = matches.iter().filter(|one| one.has_words).count() as u64;
        let near = matches.iter().map(|one| one.found.near).fold(0.0, f32::max);
        let given = matches.len() <= MOST_GIVEN;
        let matches = matches.into_iter().take(MOST_GIVEN).map(|one| one.found).collect();
        Verdict {
            format: FORMAT,
            r#type: "verdict",
            draft: claim.draft.clone(),
            path: claim.path.clone(),
            quote: claim.quote.clone(),
            start: claim.place.map(|(start, _)| start),
            end: claim.place.map(|(_, end)| end),
            by: claim.by.clone(),
            verdict,
            near,
            appearances,
            matches,
            complete: is_whole && given,
        }
    }
}

/// Order of matches: what speaks for the quotation first, then fewer edits.
fn order(found: &Match) -> (usize, usize) {
    let rank = Code::ALL.iter().position(|code| *code == found.verdict).unwrap_or(usize::MAX);
    (rank, found.edits)
}

/// Whether a stretch is all of a quotation, marks aside.
fn is_whole(text: &str, quote: Range<usize>, range: &Range<usize>) -> bool {
    let plain = |range: Range<usize>| !text.get(range).unwrap_or_default().contains(char::is_alphanumeric);
    plain(quote.start..range.start.max(quote.start)) && plain(range.end.min(quote.end)..quote.end)
}

/// The sentence around a stretch of a text.
fn sentence(text: &str, range: &Range<usize>) -> Span {
    let ends = |c: char| matches!(c, '.' | '!' | '?' | '\n');
    let start = text[..range.start].rfind(ends).map_or(0, |end| end + 1);
    let end = text[range.end..].find(ends).map_or(text.len(), |end| range.end + end + 1);
    let stretch = &text[start..end];
    let lead =
        stretch.len() - stretch.trim_start_matches(|c: char| c.is_whitespace() || c == '”' || c == '"').len();
    Span::new(start + lead, start + stretch.trim_end().len().max(lead))
}
