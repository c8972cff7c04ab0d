//! What comes back: article hits and quote hits, in the shapes of the interface.

use schemars::{JsonSchema, schema_for};
use serde::Serialize;

use crate::{
    annotation::{Guess, NameKind, QuoteKind, Stance},
    article::{ArticleId, Status},
    query::{Error, Note, engine::snippet::Snippet},
    quote_at::QuoteAt,
    record::{CharOffsets, FORMAT, MentionRecord},
    view::{StoredArticle, StoredQuote},
};

/// An article that matches.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ArticleHit {
    /// Version of the shape.
    pub format: u32,
    /// Always `article`.
    pub r#type: &'static str,
    /// Place among the results, from 1.
    pub rank: u64,
    /// Score.
    pub score: f32,
    /// True where it holds too few of the query's words, and stands behind all that hold enough; else left out.
    #[serde(skip_serializing_if = "is_whole")]
    #[schemars(default)]
    pub partial: bool,
    /// The article's id.
    pub id: ArticleId,
    /// Its own id in its source.
    pub record_id: Option<String>,
    /// Name of its root.
    pub root: String,
    /// Path below the root.
    pub path: String,
    /// Number of its record in the file.
    pub record: u32,
    /// The headline.
    pub title: Option<String>,
    /// Publication date, as exact as the source says.
    pub published: Option<String>,
    /// Where the date stood.
    pub published_source: Option<String>,
    /// The outlet.
    pub source: Option<String>,
    /// Who wrote it.
    pub byline: Option<String>,
    /// Canonical address.
    pub url: Option<String>,
    /// Language.
    pub lang: Option<String>,
    /// The publisher's section.
    pub section: Option<String>,
    /// Until when the agency that sent it asks not to print it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embargo: Option<String>,
    /// When a crawler fetched it, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captured: Option<String>,
    /// What became of it after it was sent: `killed`, `withheld`, `corrected`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// People named, most mentioned first.
    pub people: Vec<String>,
    /// Organisations named.
    pub orgs: Vec<String>,
    /// Works named.
    pub works: Vec<String>,
    /// Places named.
    pub places: Vec<String>,
    /// Events named.
    pub events: Vec<String>,
    /// Labels of topics.
    pub topics: Vec<String>,
    /// The article this is a near-copy of.
    pub copy_of: Option<ArticleId>,
    /// Near-copies of it, or articles it is a near-copy of, that are ranked below it and left out; only where copies are
    /// grouped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copies: Option<u32>,
    /// Why it was found.
    pub snippet: Snippet,
    /// Up to three of its quotes that match.
    pub quotes: Vec<QuoteHit>,
    /// The query of a batch, or the saved search, that it answers; only there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_id: Option<String>,
}

impl ArticleHit {
    /// Makes a hit of a stored article.
    pub(crate) fn new(rank: u64, score: f32, stored: &StoredArticle, snippet: Snippet) -> Self {
        let article = &stored.article;
        Self {
            format: FORMAT,
            r#type: "article",
            rank,
            score,
            partial: false,
            id: stored.id.clone(),
            record_id: article.record_id.clone(),
            root: article.origin.root.clone(),
            path: article.origin.path.clone(),
            record: article.origin.record,
            title: article.title.clone(),
            published: article.published.as_ref().map(|published| published.value.clone()),
            published_source: article.published.as_ref().map(|published| published.source.clone()),
            source: article.source.clone(),
            byline: article.byline.clone(),
            url: article.url.clone(),
            lang: article.lang.clone(),
            section: article.section.clone(),
            embargo: article.embargo.clone(),
            captured: article.captured.clone(),
            status: article.status,
            people: named(stored, NameKind::Person),
            orgs: named(stored, NameKind::Org),
            works: named(stored, NameKind::Work),
            places: named(stored, NameKind::Place),
            events: named(stored, NameKind::Event),
            topics: stored.found.topics.iter().map(|topic| topic.label.clone()).collect(),
            copy_of: None,
            copies: None,
            snippet,
            quotes: Vec::new(),
            query_id: None,
        }
    }
}

/// An article that matches, no more than told which it is: a less complete [`ArticleHit`], read from columns alone. In JSON
/// it is an `article` of which only these fields were asked for.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TitleHit {
    /// Version of the shape.
    pub format: u32,
    /// Always `article`.
    pub r#type: &'static str,
    /// Place among the results, from 1.
    pub rank: u64,
    /// Score.
    pub score: f32,
    /// True where it holds too few of the query's words, and stands behind all that hold enough; else left out.
    #[serde(skip_serializing_if = "is_whole")]
    #[schemars(default)]
    pub partial: bool,
    /// The article's id.
    pub id: String,
    /// The headline.
    pub title: Option<String>,
    /// The query of a batch, or the saved search, that it answers; only there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_id: Option<String>,
}

impl TitleHit {
    /// Makes a hit of an id, a tab and a headline.
    pub(crate) fn new(rank: u64, score: f32, head: &str) -> Self {
        let (id, title) = head.split_once('\t').unwrap_or((head, ""));
        let title = Some(title.to_owned()).filter(|title| !title.is_empty());
        let (r#type, id) = ("article", id.to_owned());
        Self { format: FORMAT, r#type, rank, score, partial: false, id, title, query_id: None }
    }
}

/// A quote that matches.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct QuoteHit {
    /// Version of the shape.
    pub format: u32,
    /// Always `quote`.
    pub r#type: &'static str,
    /// Place among the results, from 1; 0 inside an article hit; null where nothing is ranked.
    pub rank: Option<u64>,
    /// Score; null where nothing is ranked.
    pub score: Option<f32>,
    /// True where it holds too few of the query's words, and stands behind all that hold enough; else left out.
    #[serde(skip_serializing_if = "is_whole")]
    #[schemars(default)]
    pub partial: bool,
    /// The article's id, a dash, the quote's number.
    pub id: String,
    /// Address of the words that outlives better extraction, `ARTICLE?at=START-END&h=H`; taken wherever an id is.
    pub quote_at: String,
    /// The article's id.
    pub article_id: ArticleId,
    /// Name of the article's root.
    pub root: String,
    /// Path below the root.
    pub path: String,
    /// The article's address.
    pub url: Option<String>,
    /// The article's headline.
    pub title: Option<String>,
    /// The article's date.
    pub published: Option<String>,
    /// The words, without the marks.
    pub text: String,
    /// First character of the words in the article's text.
    pub start: u32,
    /// One past their last character.
    pub end: u32,
    /// How the words stand in the story.
    pub kind: QuoteKind,
    /// Whether the story has them said; only what was said counts as its speaker's.
    pub stance: Stance,
    /// Who said it; null when nobody with a name did, or nobody is sure enough.
    pub speaker: Option<String>,
    /// Who may have said it, where nobody is sure enough.
    pub speaker_guess: Option<Guess>,
    /// The words that point to the speaker.
    pub speaker_mention: Option<MentionRecord>,
    /// The cue.
    pub cue: Option<String>,
    /// Chance that the speaker is right, 0 to 1.
    pub confidence: f32,
    /// The rule behind the attribution.
    pub rule: String,
    /// Which piece of a split quotation this is, from 1.
    pub piece: u32,
    /// How many pieces there are.
    pub pieces: u32,
    /// The sentence around it.
    pub context: MentionRecord,
    /// The query of a batch, or the saved search, that it answers; only there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_id: Option<String>,
}

impl QuoteHit {
    /// Makes a hit of a stored quote.
    pub(crate) fn new(rank: u64, score: f32, stored: StoredQuote) -> Self {
        Self { rank: Some(rank), score: Some(score), ..Self::unranked(stored) }
    }

    /// Every quote of an article, outside every ranking, in the order of their numbers.
    pub(crate) fn all_of(stored: &StoredArticle) -> Vec<Self> {
        let offsets = CharOffsets::new(&stored.article.text);
        let quotes = (0..).zip(&stored.found.quotes);
        quotes.map(|(number, quote)| Self::unranked(stored.quote(number, quote, &offsets))).collect()
    }

    /// A stored quote outside every ranking.
    pub(crate) fn unranked(stored: StoredQuote) -> Self {
        let quote = stored.quote;
        Self {
            format: FORMAT,
            r#type: "quote",
            rank: None,
            score: None,
            partial: false,
            id: format!("{}-{}", stored.article_id.as_str(), stored.number),
            quote_at: QuoteAt::of(&stored.article_id, quote.start, quote.end, &quote.text).to_string(),
            article_id: stored.article_id,
            root: stored.root,
            path: stored.path,
            url: stored.url,
            title: stored.title,
            published: stored.published,
            text: quote.text,
            start: quote.start,
            end: quote.end,
            kind: quote.kind,
            stance: quote.stance,
            speaker: quote.speaker,
            speaker_guess: quote.speaker_guess,
            speaker_mention: quote.speaker_mention,
            cue: quote.cue,
            confidence: quote.confidence,
            rule: quote.rule,
            piece: quote.piece,
            pieces: quote.pieces,
            context: quote.context,
            query_id: None,
        }
    }
}

/// Whether a hit holds enough of the words.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "as serde wants it")]
fn is_whole(partial: &bool) -> bool {
    !partial
}

/// Names of one kind in an article, most mentioned first.
pub(crate) fn named(stored: &StoredArticle, kind: NameKind) -> Vec<String> {
    let mut names: Vec<_> = stored.found.names.iter().filter(|name| name.kind == kind).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.mentions.len() + name.title_mentions.len()));
    names.into_iter().map(|name| name.name.clone()).collect()
}

/// One page of results.
#[derive(Clone, Debug)]
pub struct Page<H> {
    /// The hits.
    pub hits: Vec<H>,
    /// Matches under the strict reading: every bare word.
    pub strict: u64,
    /// Matches under the ranked reading: most bare words. Hits that are partial are not counted.
    pub ranked: u64,
    /// Words that no document holds: they were set aside.
    pub unknown: Vec<String>,
    /// What was left out or widened.
    pub notes: Vec<Note>,
    /// Whether everything was looked at; not where a deadline came first.
    pub complete: bool,
}

/// Checks that these are fields of a hit.
///
/// # Errors
/// [`Error::NoSuchField`] with the first that is none.
pub fn check_fields<H: JsonSchema>(fields: &[String]) -> Result<(), Error> {
    let schema = schema_for!(H);
    let Some(known) = schema.get("properties").and_then(|known| known.as_object()) else { return Ok(()) };
    let Some(unknown) = fields.iter().find(|field| !known.contains_key(*field)) else { return Ok(()) };
    // Whoever asks only one query has no use for it.
    let known = known.keys().filter(|field| *field != "query_id").cloned().collect();
    Err(Error::NoSuchField { field: unknown.clone(), known })
}
