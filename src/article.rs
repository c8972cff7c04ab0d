//! What an input becomes: one [`Article`], and the [`Span`]s that point into its text.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A byte range `[start, end)` in an article's [`text`](Article::text), on character boundaries.
///
/// This is the program's only coordinate system. It becomes Unicode scalar values in one place,
/// [`record`](crate::record), when something is written out as JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// Makes a span from byte offsets.
    ///
    /// # Panics
    /// When an offset does not fit 32 bits; sources refuse texts that long.
    pub fn new(start: usize, end: usize) -> Self {
        let offset = |n: usize| u32::try_from(n).expect("sources refuse texts of 4 GiB and more");
        Self { start: offset(start), end: offset(end) }
    }

    /// The range as `usize`, for slicing.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The words under the span.
    pub fn of(self, text: &str) -> &str {
        &text[self.range()]
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether the span covers nothing.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies wholly inside this span.
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two spans share at least one byte.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// When an article says it was published, as exactly as its source says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Published {
    /// `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, or RFC 3339 with the source's own offset.
    pub value: String,
    /// Where it stood: `json-ld`, `meta:article:published_time`, `path`, `text`, `front-matter`, …
    pub source: String,
}

/// Where an article was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Origin {
    /// Name of the root, as the index remembers it.
    pub root: String,
    /// Path below the root, `/` between components; bytes that are not UTF-8 are written `%XX`.
    pub path: String,
    /// Number of the record in its file, from 0.
    pub record: u32,
}

/// One story, as a source read it. Never changes afterwards: everything found in it points into `text`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Article {
    /// Where it was read.
    pub origin: Origin,
    /// The record's own id in its source, exactly as given.
    pub record_id: Option<String>,
    /// The headline.
    pub title: Option<String>,
    /// Whether `title` is also the first line of `text` (plain text), or stands apart from it.
    pub title_in_text: bool,
    /// The running text. A line feed ends a paragraph; see [`extract::sentences`](crate::extract::sentences).
    pub text: String,
    /// Publication date.
    pub published: Option<Published>,
    /// The outlet.
    pub source: Option<String>,
    /// Who wrote it, as printed.
    pub byline: Option<String>,
    /// Canonical address.
    pub url: Option<String>,
    /// The publisher's section.
    pub section: Option<String>,
    /// The publisher's own tags.
    pub tags: Vec<String>,
    /// Language, BCP 47 (`en`, `de-CH`).
    pub lang: Option<String>,
    /// Stretches of `text` that the source sets in italics: evidence for titles of works.
    pub emphasis: Vec<Span>,
}
