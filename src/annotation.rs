//! What extraction finds in one article: names, quotes and topics.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::Span;

/// Everything found in one article. All spans point into [`Article::text`](crate::article::Article::text)
/// unless their field says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Annotations {
    /// The language, as far as extraction needs to know it.
    #[serde(skip)]
    pub language: Language,
    /// Paragraphs, in order, without the line feeds around them.
    #[serde(skip)]
    pub paragraphs: Vec<Span>,
    /// Sentences, in order; none crosses a paragraph.
    #[serde(skip)]
    pub sentences: Vec<Span>,
    /// Names, in order of first mention; one entry for each person, organisation, work, place or event.
    pub names: Vec<Name>,
    /// Quotes, in order of their start.
    pub quotes: Vec<Quote>,
    /// Topics, by kind, best first.
    pub topics: Vec<Topic>,
}

/// The language of a story, as far as extraction needs to know it: only English is read by grammar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English, or a text too short to tell.
    #[default]
    English,
    /// German, which writes every noun with a capital.
    NounsInCapitals,
    /// Any other language.
    Other,
}

/// What a name is the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum NameKind {
    /// A person, real or in fiction.
    Person,
    /// A company, outlet, band, agency, court, party, team.
    Org,
    /// The title of a film, series, song, album, book, play, game.
    Work,
    /// A place on the map, or a venue.
    Place,
    /// A festival, an award, a tour, a match, a storm.
    Event,
}

impl NameKind {
    /// All kinds, in the order they are listed in output.
    pub const ALL: [Self; 5] = [Self::Person, Self::Org, Self::Work, Self::Place, Self::Event];

    /// The kind as it stands in JSON and in field names.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Org => "org",
            Self::Work => "work",
            Self::Place => "place",
            Self::Event => "event",
        }
    }
}

/// Sex as a first name, a title or a pronoun tells it: evidence for whom "she" stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sex {
    /// "she".
    Female,
    /// "he".
    Male,
}

/// One person, organisation, work, place or event of an article, with every place it is written.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Name {
    /// The fullest form the article uses, without honorifics: `Mia Schachter`.
    pub name: String,
    /// What it names.
    pub kind: NameKind,
    /// Where it is written in the text (`Mia Schachter`, `Mia`), in order, without a possessive ending.
    pub mentions: Vec<Span>,
    /// Where it is written in a title that stands apart from the text; spans into the title.
    pub title_mentions: Vec<Span>,
    /// A person's sex where the evidence is plain.
    pub sex: Option<Sex>,
}

/// How the words stand in the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum QuoteKind {
    /// Clauses and sentences between quotation marks, or an interview's turn.
    Direct,
    /// A fragment between marks inside the reporter's own sentence.
    Mixed,
    /// Reported speech without marks: "Lively said that …".
    Indirect,
}

impl QuoteKind {
    /// The kind as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Mixed => "mixed",
            Self::Indirect => "indirect",
        }
    }
}

/// What a story says of the words it quotes.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Stance {
    /// They were said.
    #[default]
    Said,
    /// They were not said, or are false: "He never said, “…”", "a fake post has her say “…”".
    Denied,
    /// Wished for, feared, supposed: "She wanted him to say, “…”".
    Imagined,
}

impl Stance {
    /// The stance as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Said => "said",
            Self::Denied => "denied",
            Self::Imagined => "imagined",
        }
    }
}

/// A likely speaker, who is not sure enough to be given the words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Guess {
    /// The name, as in [`Name::name`].
    pub name: String,
    /// Chance that it is right, 0 to 1.
    pub confidence: f32,
}

/// Somebody's words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Quote {
    /// The words, inside the marks.
    pub span: Span,
    /// How they stand in the story.
    pub kind: QuoteKind,
    /// Whether the story has them said. Only what was said counts as its speaker's.
    pub stance: Stance,
    /// Name of who said it, as in [`Name::name`]; of words that were not said, who would have. `None` when nobody with a
    /// name did, or nobody is sure enough.
    pub speaker: Option<String>,
    /// Who may have said it, where nobody is sure enough.
    pub speaker_guess: Option<Guess>,
    /// The words that point to the speaker: `she`, `Mia`, `a source close to the couple`.
    pub speaker_mention: Option<Span>,
    /// The cue: `noted`, `according to`.
    pub cue: Option<Span>,
    /// Chance that `speaker` is right, 0 to 1, fitted on training data; of nobody, too.
    pub confidence: f32,
    /// The rule, or the strongest evidence, behind the attribution.
    pub rule: Cow<'static, str>,
    /// Which piece of a quotation that is split by its attribution this is, from 1.
    pub piece: u32,
    /// How many pieces the quotation has.
    pub pieces: u32,
    /// The sentence, or sentences, around it.
    pub context: Span,
}

impl Quote {
    /// Who is credited with the words: nobody with words that were not said.
    pub fn credited(&self) -> Option<&str> {
        self.speaker.as_deref().filter(|_| self.stance == Stance::Said)
    }
}

/// Where a topic comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TopicKind {
    /// The publisher's own section or tag.
    Publisher,
    /// An IPTC Media Topic.
    Iptc,
    /// A phrase in the story's own words.
    Keyphrase,
}

impl TopicKind {
    /// All kinds, in the order of their names.
    pub const ALL: [Self; 3] = [Self::Iptc, Self::Keyphrase, Self::Publisher];

    /// The kind as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Publisher => "publisher",
            Self::Iptc => "iptc",
            Self::Keyphrase => "keyphrase",
        }
    }
}

/// What an article is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Topic {
    /// The words shown: a tag, the English label of an IPTC topic, a phrase.
    pub label: String,
    /// `medtop:20000505` for IPTC topics, else nothing.
    pub code: Option<String>,
    /// Where it comes from.
    pub kind: TopicKind,
    /// How sure, 0 to 1. Tags are 1.
    pub score: f32,
}
