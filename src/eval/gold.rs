//! Gold answers: articles with their names, quotes and topics, one a line. Offsets are Unicode scalar values.

use std::{fs, io, path::Path};

use serde::Deserialize;

use crate::annotation::NameKind;

/// An article with its gold answers.
#[derive(Clone, Debug, Deserialize)]
pub struct Gold {
    /// Its id.
    pub id: String,
    /// A headline apart from the text.
    #[serde(default)]
    pub title: Option<String>,
    /// The text that offsets count in.
    pub text: String,
    /// Whether names and speakers say who it is.
    #[serde(default)]
    pub identity: bool,
    /// Names; nothing when they were not annotated.
    #[serde(default)]
    pub names: Option<Vec<GoldName>>,
    /// Kinds of names that were not annotated.
    #[serde(default)]
    pub ignore_kinds: Vec<String>,
    /// Quotes; nothing when they were not annotated.
    #[serde(default)]
    pub quotes: Option<Vec<GoldQuote>>,
    /// Topics; nothing when they were not annotated.
    #[serde(default)]
    pub topics: Option<GoldTopics>,
}

/// A name with its mentions.
#[derive(Clone, Debug, Deserialize)]
pub struct GoldName {
    /// The full name.
    pub name: String,
    /// Its kind; a kind the program does not have is neither right nor wrong.
    pub kind: String,
    /// Where it stands.
    pub mentions: Vec<GoldSpan>,
}

impl GoldName {
    /// The kind, if the program has it.
    pub fn kind(&self) -> Option<NameKind> {
        NameKind::ALL.into_iter().find(|kind| kind.as_str() == self.kind)
    }
}

/// A stretch of the text.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct GoldSpan {
    /// First character.
    pub start: u32,
    /// One past the last character.
    pub end: u32,
}

/// A quote with its speaker.
#[derive(Clone, Debug, Deserialize)]
pub struct GoldQuote {
    /// First character.
    pub start: u32,
    /// One past the last character.
    pub end: u32,
    /// `direct` or `partial`.
    #[serde(default)]
    pub kind: Option<String>,
    /// Name of who said it.
    #[serde(default)]
    pub speaker_name: Option<String>,
    /// Name found by a program, where no person told.
    #[serde(default)]
    pub speaker_resolved_silver: Option<String>,
}

impl GoldQuote {
    /// Who said it, where that has a name.
    pub fn speaker(&self) -> Option<&str> {
        self.speaker_name
            .as_deref()
            .or(self.speaker_resolved_silver.as_deref())
            .filter(|name| !name.is_empty())
    }

    /// Whether it is a whole quotation, not a fragment.
    pub fn is_direct(&self) -> bool {
        self.kind.as_deref().unwrap_or("direct") == "direct"
    }
}

/// Topics of an article.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct GoldTopics {
    /// IPTC Media Topic codes.
    #[serde(default)]
    pub iptc: Vec<String>,
    /// Keyphrases.
    #[serde(default)]
    pub keyphrases: Vec<String>,
}

/// Reads a file of gold answers.
///
/// # Errors
/// When the file cannot be read, or a line is no record: says which.
pub fn read(path: &Path) -> io::Result<Vec<Gold>> {
    let text = fs::read_to_string(path)?;
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line): (usize, &str)| {
            serde_json::from_str(line).map_err(|error| {
                io::Error::new(io::ErrorKind::InvalidData, format!("line {number}: {error}"))
            })
        })
        .collect()
}
