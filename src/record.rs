//! The JSON shapes that leave the program, and the one place where byte spans become character offsets.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    annotation::{Annotations, Guess, NameKind, Quote, QuoteKind, Stance, Topic},
    article::{Article, Remark, Span, Status},
};

/// Version of every JSON shape, its `"format"`.
pub const FORMAT: u32 = 1;

/// Something that is printed as a line of JSON with a type of its own.
pub trait Shape {
    /// Its `"type"`, and the name of its file in `schema/`.
    const TYPE: &'static str;
}

/// A line of JSON: the version of the shape and the type, then what is told.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Line<T> {
    /// Version of the shape.
    pub format: u32,
    /// What kind of line it is.
    pub r#type: &'static str,
    /// What is told.
    #[serde(flatten)]
    pub told: T,
}

impl<T: Shape> Line<T> {
    /// The line that tells something.
    pub fn of(told: T) -> Self {
        Self { format: FORMAT, r#type: T::TYPE, told }
    }
}

impl<T: Shape> Shape for &T {
    const TYPE: &'static str = T::TYPE;
}

/// Turns byte offsets of one text into counts of Unicode scalar values.
pub struct CharOffsets<'a> {
    text: &'a str,
    /// Characters before every `STRIDE`-th byte (rounded down to a character's start); empty for ASCII.
    marks: Vec<u32>,
}

impl<'a> CharOffsets<'a> {
    const STRIDE: usize = 256;

    /// Prepares the conversion for one text.
    pub fn new(text: &'a str) -> Self {
        if text.is_ascii() {
            return Self { text, marks: Vec::new() };
        }
        let mut marks = Vec::with_capacity(text.len() / Self::STRIDE + 1);
        let mut count = 0;
        for block in text.as_bytes().chunks(Self::STRIDE) {
            marks.push(count);
            count += block.iter().filter(|&&byte| is_char_start(byte)).count() as u32;
        }
        marks.push(count);
        Self { text, marks }
    }

    /// Characters before byte `at`.
    pub fn offset(&self, at: u32) -> u32 {
        if self.marks.is_empty() {
            return at;
        }
        let block = at as usize / Self::STRIDE;
        let Some(&mark) = self.marks.get(block) else { return at };
        let rest = &self.text.as_bytes()[(block * Self::STRIDE).min(self.text.len())..at as usize];
        mark + rest.iter().filter(|&&byte| is_char_start(byte)).count() as u32
    }

    /// Both ends of a span.
    pub fn pair(&self, span: Span) -> (u32, u32) {
        (self.offset(span.start), self.offset(span.end))
    }

    /// The span with its words.
    pub fn mention(&self, span: Span) -> MentionRecord {
        let (start, end) = self.pair(span);
        MentionRecord { text: span.of(self.text).to_owned(), start, end }
    }
}

fn is_char_start(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

/// Words of a text and where they stand, in Unicode scalar values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MentionRecord {
    /// The words.
    pub text: String,
    /// First character.
    pub start: u32,
    /// One past the last character.
    pub end: u32,
}

/// One name of an article with its mentions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NameRecord {
    /// The fullest form the article uses.
    pub name: String,
    /// What it names.
    pub kind: NameKind,
    /// Where it stands in `text`.
    pub mentions: Vec<MentionRecord>,
    /// Where it stands in a separate title.
    #[serde(default)]
    pub title_mentions: Vec<MentionRecord>,
}

/// One quote as `extract` writes it; hits of `quotes` carry more around it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuoteRecord {
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
    /// The rule, or the strongest evidence, behind the attribution.
    pub rule: String,
    /// Which piece of a split quotation this is, from 1.
    pub piece: u32,
    /// How many pieces there are.
    pub pieces: u32,
    /// The sentence around it.
    pub context: MentionRecord,
}

impl QuoteRecord {
    /// Writes a quote out, its offsets in characters of the text that `offsets` was made for.
    pub fn new(quote: &Quote, offsets: &CharOffsets<'_>) -> Self {
        let (start, end) = offsets.pair(quote.span);
        Self {
            text: quote.span.of(offsets.text).to_owned(),
            start,
            end,
            kind: quote.kind,
            stance: quote.stance,
            speaker: quote.speaker.clone(),
            speaker_guess: quote
                .speaker_guess
                .as_ref()
                .map(|guess| Guess { name: guess.name.clone(), confidence: shown(guess.confidence) }),
            speaker_mention: quote.speaker_mention.map(|span| offsets.mention(span)),
            cue: quote.cue.map(|span| span.of(offsets.text).to_owned()),
            confidence: shown(quote.confidence),
            rule: quote.rule.to_string(),
            piece: quote.piece,
            pieces: quote.pieces,
            context: offsets.mention(quote.context),
        }
    }
}

/// A chance as it is written out.
fn shown(chance: f32) -> f32 {
    (chance * 1000.0).round() / 1000.0
}

/// What `extract --json` writes for one record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExtractionRecord {
    /// Version of the shape.
    pub format: u32,
    /// Always `extraction`.
    pub r#type: String,
    /// The record's own id, else its file's name without the extension.
    pub id: String,
    /// The file, as it was named.
    pub path: Option<String>,
    /// The headline.
    pub title: Option<String>,
    /// Publication date.
    pub published: Option<String>,
    /// Until when the agency that sent it asks not to print it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embargo: Option<String>,
    /// When a crawler fetched it, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captured: Option<String>,
    /// What became of it after it was sent: `killed`, `withheld`, `corrected`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// What was mended or guessed when it was read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Remark>,
    /// The text that every offset counts in.
    pub text: String,
    /// Names with all mentions.
    pub names: Vec<NameRecord>,
    /// Quotes of all kinds.
    pub quotes: Vec<QuoteRecord>,
    /// Topics.
    pub topics: Vec<Topic>,
}

impl ExtractionRecord {
    /// Writes out what was found in an article.
    pub fn new(id: String, path: Option<String>, article: &Article, found: &Annotations) -> Self {
        let offsets = CharOffsets::new(&article.text);
        let title = article.title.as_deref().unwrap_or_default();
        let title_offsets = CharOffsets::new(title);
        let names = found
            .names
            .iter()
            .map(|name| NameRecord {
                name: name.name.clone(),
                kind: name.kind,
                mentions: name.mentions.iter().map(|&span| offsets.mention(span)).collect(),
                title_mentions: name.title_mentions.iter().map(|&span| title_offsets.mention(span)).collect(),
            })
            .collect();
        Self {
            format: FORMAT,
            r#type: "extraction".to_owned(),
            id,
            path,
            title: article.title.clone(),
            published: article.published.as_ref().map(|published| published.value.clone()),
            embargo: article.embargo.clone(),
            captured: article.captured.clone(),
            status: article.status,
            remarks: article.remarks.clone(),
            text: article.text.clone(),
            names,
            quotes: found.quotes.iter().map(|quote| QuoteRecord::new(quote, &offsets)).collect(),
            topics: found.topics.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_count_characters() {
        let text = format!("{}“é” end", "x–".repeat(300));
        let offsets = CharOffsets::new(&text);
        for (count, (at, _)) in text.char_indices().enumerate() {
            assert_eq!(offsets.offset(at as u32) as usize, count, "byte {at}");
        }
        assert_eq!(offsets.offset(text.len() as u32) as usize, text.chars().count());
    }
}
