//! What comes of holding quotations against an archive.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    annotation::{Guess, QuoteKind, Stance},
    article::ArticleId,
    record::{ExtractionRecord, FORMAT, MentionRecord},
    wording::Piece,
};

/// What the archive says of a quotation; of this archive alone, and nothing of the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// The same words, credited to the same person.
    Stands,
    /// The same but for contractions, `…`, a name in brackets, spelling, hyphens, numbers in digits.
    Minor,
    /// Too few words to tell one quotation from another, and no quotation has just these.
    TooShort,
    /// The words, credited to somebody else.
    OtherSpeaker,
    /// The words, credited to nobody for sure.
    Uncredited,
    /// A story says that the words were not said, are false or imagined.
    Denied,
    /// The words stand in a story as the reporter's own.
    NotQuoted,
    /// Words replaced, left out without a mark, put in, or two passages joined.
    Altered,
    /// None of these.
    NotFound,
}

impl Code {
    /// All codes, from what stands to what is not there.
    pub const ALL: [Self; 9] = [
        Self::Stands,
        Self::Minor,
        Self::TooShort,
        Self::OtherSpeaker,
        Self::Uncredited,
        Self::Denied,
        Self::NotQuoted,
        Self::Altered,
        Self::NotFound,
    ];

    /// The code as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stands => "stands",
            Self::Minor => "minor",
            Self::TooShort => "too-short",
            Self::OtherSpeaker => "other-speaker",
            Self::Uncredited => "uncredited",
            Self::Denied => "denied",
            Self::NotQuoted => "not-quoted",
            Self::Altered => "altered",
            Self::NotFound => "not-found",
        }
    }

    /// Whether there is nothing to look at.
    pub fn is_fine(self) -> bool {
        matches!(self, Self::Stands | Self::Minor | Self::TooShort)
    }
}

/// A quotation held against the archive.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Verdict {
    /// Version of the shape.
    pub format: u32,
    /// Always `verdict`.
    pub r#type: &'static str,
    /// Id of the draft's record; null for words that were asked for by themselves.
    pub draft: Option<String>,
    /// The draft's file.
    pub path: Option<String>,
    /// The words, without the marks.
    pub quote: String,
    /// First character of the words in the draft's text.
    pub start: Option<u32>,
    /// One past their last character.
    pub end: Option<u32>,
    /// Who said them, according to the draft.
    pub by: Option<String>,
    /// What the archive says.
    pub verdict: Code,
    /// Share of the words, rare ones weighing more, that the nearest passage has: 0 to 1.
    pub near: f32,
    /// Stories that have the same words.
    pub appearances: u64,
    /// Passages, those that the verdict stands on first, the earliest of them first.
    pub matches: Vec<Match>,
    /// Whether everything was looked at, and every passage is given.
    pub complete: bool,
}

/// A passage of the archive beside a quotation.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Match {
    /// What this passage alone says of the quotation.
    pub verdict: Code,
    /// The article's id.
    pub id: ArticleId,
    /// Id of the quote it stands in.
    pub quote_id: Option<String>,
    /// Address of the passage that outlives better extraction; taken wherever an id is.
    pub quote_at: String,
    /// Name of the article's root.
    pub root: String,
    /// Path below the root.
    pub path: String,
    /// The headline.
    pub title: Option<String>,
    /// The date.
    pub published: Option<String>,
    /// The outlet.
    pub source: Option<String>,
    /// The address.
    pub url: Option<String>,
    /// The words as they stand there.
    pub text: String,
    /// First character of them in the article's text.
    pub start: u32,
    /// One past their last character.
    pub end: u32,
    /// How they stand in the story; null for the reporter's own words.
    pub kind: Option<QuoteKind>,
    /// Whether that story has them said; null for the reporter's own words.
    pub stance: Option<Stance>,
    /// Who is credited there; of words that were not said, who would have said them.
    pub speaker: Option<String>,
    /// Who may have said them there, where nobody is sure enough.
    pub speaker_guess: Option<Guess>,
    /// Chance that the speaker is right, 0 to 1.
    pub confidence: Option<f32>,
    /// Words replaced, put in or left out against the quotation.
    pub edits: usize,
    /// Share of the quotation's words that it has, rare ones weighing more.
    pub near: f32,
    /// The comparison: what is `added` stands in the archive alone, what is `dropped` in the quotation alone.
    pub pieces: Vec<Piece>,
    /// The sentence around it.
    pub context: MentionRecord,
    /// Whether it is the earliest dated one with the same words.
    pub first: bool,
    /// What the archive says of the story itself.
    pub notices: Vec<Notice>,
}

/// Something that is known of a story that bears a quotation out or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Notice {
    /// What kind of notice it is.
    pub code: NoticeCode,
    /// The sentence of the story, or the headline of the later one, that says so.
    pub text: String,
    /// Id of the later story.
    pub id: Option<ArticleId>,
}

/// Kinds of notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeCode {
    /// The story says of itself that it was changed or corrected.
    Corrected,
    /// A later story corrects it.
    CorrectedLater,
    /// It was withdrawn.
    Killed,
    /// It may not be published yet.
    Embargoed,
}

/// What a draft comes to.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Draft {
    /// Version of the shape.
    pub format: u32,
    /// Always `draft`.
    pub r#type: &'static str,
    /// Id of its record.
    pub draft: String,
    /// Its file.
    pub path: Option<String>,
    /// Its headline.
    pub title: Option<String>,
    /// Quotations held against the archive.
    pub quotes: u64,
    /// How many have each verdict.
    pub verdicts: BTreeMap<Code, u64>,
    /// Reported speech without marks, which nobody can check word by word.
    pub unchecked: u64,
    /// Who is credited with it.
    pub unchecked_speakers: Vec<String>,
}

/// A draft with its quotations.
#[derive(Clone, Debug)]
pub struct DraftAnswer {
    /// The quotations, in their order.
    pub verdicts: Vec<Verdict>,
    /// What they come to.
    pub draft: Draft,
}

impl Draft {
    /// Adds up the verdicts on a draft.
    pub(super) fn new(record: &ExtractionRecord, verdicts: &[Verdict]) -> Self {
        let unchecked = record.quotes.iter().filter(|quote| quote.kind == QuoteKind::Indirect);
        let mut unchecked_speakers: Vec<String> = Vec::new();
        for speaker in unchecked.clone().filter_map(|quote| quote.speaker.as_ref()) {
            if !unchecked_speakers.contains(speaker) {
                unchecked_speakers.push(speaker.clone());
            }
        }
        let mut counts = BTreeMap::new();
        for verdict in verdicts {
            *counts.entry(verdict.verdict).or_default() += 1;
        }
        Self {
            format: FORMAT,
            r#type: "draft",
            draft: record.id.clone(),
            path: record.path.clone(),
            title: record.title.clone(),
            quotes: verdicts.len() as u64,
            verdicts: counts,
            unchecked: unchecked.count() as u64,
            unchecked_speakers,
        }
    }
}
