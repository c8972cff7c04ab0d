//! What an input becomes: one [`Article`], and the [`Span`]s that point into its text.

use std::ops::Range;

use jiff::{Timestamp, civil::Date};
use rustc_hash::{FxHashMap, FxHashSet};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A byte range `[start, end)` in an article's [`text`](Article::text), on character boundaries.
///
/// This is the program's only coordinate system. It becomes Unicode scalar values in one place,
/// [`record`](crate::record), when something is written out as JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "Extent", into = "Extent")]
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

impl From<(u32, u32)> for Span {
    fn from((start, end): (u32, u32)) -> Self {
        Self { start, end }
    }
}

/// A span as it is stored: its first byte, and its length, which is mostly small.
#[derive(Serialize, Deserialize)]
struct Extent(u32, u32);

impl From<Extent> for Span {
    fn from(Extent(start, length): Extent) -> Self {
        Self { start, end: start.saturating_add(length) }
    }
}

impl From<Span> for Extent {
    fn from(span: Span) -> Self {
        Self(span.start, span.end.saturating_sub(span.start))
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

impl Published {
    /// First and last day the date can mean, as days from 1970-01-01, in the source's own time zone.
    /// `None` when `value` is no date.
    pub fn days(&self) -> Option<(i64, i64)> {
        let (first, last) = self.range()?;
        let epoch = Date::constant(1970, 1, 1);
        let days = |date: Date| epoch.until(date).ok().map(|span| i64::from(span.get_days()));
        Some((days(first)?, days(last)?))
    }

    /// The instant as seconds from 1970 UTC; the first second, UTC, when no time of day is known.
    pub fn seconds(&self) -> Option<i64> {
        match self.value.parse::<Timestamp>() {
            Ok(instant) => Some(instant.as_second()),
            Err(_) => self.days().map(|(first, _)| first * 86_400),
        }
    }

    fn range(&self) -> Option<(Date, Date)> {
        let day = self.value.get(..10).unwrap_or(&self.value);
        let mut parts = day.splitn(3, '-');
        let year = parts.next()?.parse().ok()?;
        let Some(month) = parts.next() else {
            return Some((Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?));
        };
        let month = month.parse().ok()?;
        let first = Date::new(year, month, 1).ok()?;
        let Some(day) = parts.next() else { return Some((first, first.last_of_month())) };
        let day = Date::new(year, month, day.parse().ok()?).ok()?;
        Some((day, day))
    }
}

/// An article's id: 16 lower-case hex digits, and `.N` behind them for the N-th record that claims the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct ArticleId(String);

impl ArticleId {
    /// The id an article claims that shares its file with no other: a hash of its canonical address, else of its outlet
    /// and its own id there, else of where it was read. The hash is BLAKE3's first 64 bits; it is the same on every
    /// machine. Records of a file that may hold several get theirs from [`Naming`].
    pub fn claimed(article: &Article) -> Self {
        Self::of_key(Self::claimed_key(article))
    }

    fn claimed_key(article: &Article) -> u64 {
        let origin = &article.origin;
        let basis = match (&article.url, &article.record_id) {
            (Some(url), _) => format!("url\0{url}"),
            (None, Some(id)) => format!("id\0{}\0{id}", article.source.as_deref().unwrap_or_default()),
            (None, None) => format!("at\0{}\0{}\0{}", origin.root, origin.path, origin.record),
        };
        hash64(basis.as_bytes())
    }

    /// The id with those digits, as a number, and no suffix.
    pub fn of_key(key: u64) -> Self {
        Self(format!("{key:016x}"))
    }

    /// The id of the `number`-th record that claims this id, from 2.
    pub fn suffixed(&self, number: usize) -> Self {
        Self(format!("{}.{number}", self.0))
    }

    /// An id as it is written: 16 lower-case hex digits, perhaps with a point and a number.
    pub fn read(text: &str) -> Option<Self> {
        let (digits, number) = text.split_once('.').unwrap_or((text, "2"));
        let is_hex =
            digits.len() == 16 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        (is_hex && number.parse::<usize>().is_ok()).then(|| Self(text.to_owned()))
    }

    /// The id as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands behind the digits: a point and a number, or nothing.
    pub fn suffix(&self) -> &str {
        &self.0[16..]
    }

    /// Which of the records that claim the same id it is, from 1.
    pub fn claimant(&self) -> u64 {
        self.0.get(17..).and_then(|number| number.parse().ok()).unwrap_or(1)
    }

    /// The 16 digits as a number; in the order of the ids.
    pub fn key(&self) -> u64 {
        u64::from_str_radix(&self.0[..16], 16).expect("an id begins with 16 hex digits")
    }
}

/// Gives the records of one file, in their order, the ids they claim.
///
/// An address or an own id tells a record by itself. Without either, a file that is one story is told by its root and
/// path. In a file of several, these are joined by the record's source, date and title, or, where it has no title, by
/// its source, date and text; and by a count, but only from the second of the records on that are alike in all that. So
/// a record keeps its id when others come before it. Whether a file is one of several depends on its format, not on how
/// many records it happens to hold.
#[derive(Debug, Default)]
pub struct Naming<K = FxHashSet<u64>> {
    /// The ids claimed so far.
    claimed: K,
    /// How many came again after the first that was alike, as far as that was counted.
    again: FxHashMap<u64, u32>,
}

/// A set of ids, as numbers.
pub trait Keys {
    /// Whether it holds that one.
    fn holds(&self, key: u64) -> bool;
    /// Puts one in.
    fn put(&mut self, key: u64);
}

impl Keys for FxHashSet<u64> {
    fn holds(&self, key: u64) -> bool {
        self.contains(&key)
    }

    fn put(&mut self, key: u64) {
        self.insert(key);
    }
}

/// The id that a record claims, as numbers: a run holds one for each article that is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    key: u64,
    former: Option<u64>,
    again: bool,
}

impl Claim {
    /// The id.
    pub fn id(self) -> ArticleId {
        ArticleId::of_key(self.key)
    }

    /// Whether a record before it in its file claims the same address or own id.
    pub fn is_again(self) -> bool {
        self.again
    }

    /// What the record claimed until 0.1, when its position in the file counted; nothing where that is the same.
    pub fn former(self) -> Option<ArticleId> {
        self.former.map(ArticleId::of_key)
    }
}

impl<K: Keys> Naming<K> {
    /// Goes on behind records that claimed those ids.
    pub fn behind(claimed: K) -> Self {
        Self { claimed, again: FxHashMap::default() }
    }

    /// The ids claimed so far.
    pub fn claimed(&mut self) -> &mut K {
        &mut self.claimed
    }

    /// The id of the file's next record. `container` says that the file's format is one of several records.
    pub fn claim(&mut self, article: &Article, container: bool) -> Claim {
        let own = ArticleId::claimed_key(article);
        let tells_itself = article.url.is_some() || article.record_id.is_some();
        let claim = if tells_itself || (!container && article.origin.record == 0) {
            Claim { key: own, former: None, again: self.claimed.holds(own) }
        } else {
            Claim { key: self.told_apart(hash64(basis(article).as_bytes())), former: Some(own), again: false }
        };
        self.claimed.put(claim.key);
        claim
    }

    /// The key of a record that may be like others in all that tells it.
    fn told_apart(&mut self, key: u64) -> u64 {
        if !self.claimed.holds(key) {
            return key;
        }
        let again = |count: u32| hash64(format!("again\0{key:016x}\0{count}").as_bytes());
        let counted = self.again.entry(key).or_insert_with(|| {
            // Where reading went on behind records that were not counted, the last of those alike is looked for.
            let mut beyond = 1;
            while self.claimed.holds(again(beyond)) {
                beyond *= 2;
            }
            let (mut last, mut beyond) = (beyond / 2, beyond);
            while beyond - last > 1 {
                let middle = last.midpoint(beyond);
                if self.claimed.holds(again(middle)) { last = middle } else { beyond = middle }
            }
            last
        });
        *counted += 1;
        again(*counted)
    }
}

/// What tells a record from the others of its file.
fn basis(article: &Article) -> String {
    let Article { origin, source, published, title, text, .. } = article;
    let source = source.as_deref().unwrap_or_default();
    let date = published.as_ref().map_or("", |published| published.value.as_str());
    let (kind, words) = title.as_ref().map_or(("text", text), |title| ("title", title));
    format!("{kind}\0{}\0{}\0{source}\0{date}\0{words}", origin.root, origin.path)
}

/// BLAKE3's first 64 bits: the stable hash behind ids and content checks.
pub fn hash64(bytes: &[u8]) -> u64 {
    let hash = blake3::hash(bytes);
    let (head, _) = hash.as_bytes().split_first_chunk::<8>().expect("a hash has 32 bytes");
    u64::from_be_bytes(*head)
}

/// What stands between the path of an archive and that of a file in it.
pub const INSIDE: &str = "!/";

/// Where an article was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Origin {
    /// Name of the root, as the index remembers it.
    pub root: String,
    /// Path below the root, `/` between components; bytes that are not UTF-8 are written `%XX`. That of a file in an
    /// archive is the archive's, [`INSIDE`], and the path in it.
    pub path: String,
    /// Number of the record in its file, from 0.
    pub record: u32,
}

/// What became of a story after it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Taken back: it must not be used, and no copy of it.
    Killed,
    /// Not to be used yet.
    Withheld,
    /// Another version of a story that was wrong.
    Corrected,
}

impl Status {
    /// What an agency's word for it means (NITF, NewsML, ninjs); nothing for one that may be used.
    pub fn of(word: &str) -> Option<Self> {
        let word = word.rsplit(':').next().unwrap_or_default().trim().to_lowercase();
        Some(match &*word {
            "canceled" | "cancelled" | "killed" | "kill" | "mandatory kill" | "recalled" | "retracted"
            | "retraction" | "withdrawn" | "withdrawal" | "del" | "delete" => Self::Killed,
            "withheld" | "embargoed" | "hold" => Self::Withheld,
            "corrected" | "correction" | "rectify" | "clarification" => Self::Corrected,
            _ => return None,
        })
    }

    /// Its name in JSON and in queries.
    pub fn name(self) -> &'static str {
        match self {
            Self::Killed => "killed",
            Self::Withheld => "withheld",
            Self::Corrected => "corrected",
        }
    }
}

/// Something that was mended or guessed when a story was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Remark {
    /// A stable code: `mojibake`, `bad-bytes`, `language`, `columns`.
    pub code: String,
    /// What was done.
    pub message: String,
}

impl Remark {
    /// A remark of that code.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into() }
    }
}

/// One story, as a source read it. Never changes afterwards: everything found in it points into `text`.
///
/// It is stored packed, where every field stands in its place: none may be left out.
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
    #[serde(skip)]
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
    /// IPTC codes that the settings file its section and tags under.
    pub filed: Vec<String>,
    /// Language, BCP 47 (`en`, `de-CH`).
    pub lang: Option<String>,
    /// Until when the agency that sent it asks not to print it, written as [`Published::value`].
    pub embargo: Option<String>,
    /// What became of it after it was sent, by its source's word.
    pub status: Option<Status>,
    /// Which version of the story it is, as its source counts.
    pub version: Option<String>,
    /// When a crawler fetched it, RFC 3339: no date of publication.
    pub captured: Option<String>,
    /// What was mended or guessed when it was read.
    pub remarks: Vec<Remark>,
    /// Stretches of `text` that the source sets in italics: evidence for titles of works.
    #[serde(skip)]
    pub emphasis: Vec<Span>,
}

/// What tells which article it is: the article without its text.
#[derive(Clone, Debug, Deserialize)]
pub struct ArticleHead {
    /// Its id.
    pub id: ArticleId,
    /// What was read.
    pub article: Article,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn published(value: &str) -> Published {
        Published { value: value.to_owned(), source: "text".to_owned() }
    }

    #[test]
    fn dates_are_as_wide_as_their_source_says() {
        assert_eq!(published("1970").days(), Some((0, 364)));
        assert_eq!(published("1972-02").days(), Some((761, 789)));
        assert_eq!(published("1970-01-02").days(), Some((1, 1)));
        assert_eq!(published("1970-01-02T23:30:00-05:00").days(), Some((1, 1)));
        assert_eq!(published("1970-01-02T23:30:00-05:00").seconds(), Some(86_400 + 28 * 3600 + 1800));
        assert_eq!(published("soon").days(), None);
    }

    #[test]
    fn ids_come_from_address_own_id_or_place() {
        let mut article = Article {
            origin: Origin { root: "a".into(), path: "b".into(), record: 0 },
            ..Default::default()
        };
        let by_place = ArticleId::claimed(&article);
        article.record_id = Some("7".into());
        let by_id = ArticleId::claimed(&article);
        article.url = Some("https://example.org/7".into());
        let by_url = ArticleId::claimed(&article);
        article.origin.path = "elsewhere".into();
        assert_eq!(ArticleId::claimed(&article), by_url);
        assert!(by_place != by_id && by_id != by_url);
        assert_eq!(by_url.suffixed(2).key(), by_url.key());
    }

    /// Ids of records with that title, date and text, in their order.
    fn ids(container: bool, records: &[(&str, &str, &str)]) -> Vec<ArticleId> {
        let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let mut naming = Naming::<FxHashSet<u64>>::default();
        (0..)
            .zip(records)
            .map(|(record, (title, date, text))| {
                let article = Article {
                    origin: Origin { root: "a".into(), path: "b".into(), record },
                    title: filled(title),
                    published: filled(date).map(|date| published(&date)),
                    text: (*text).to_owned(),
                    ..Default::default()
                };
                naming.claim(&article, container).id()
            })
            .collect()
    }

    #[test]
    fn a_record_is_told_by_what_it_is_and_its_position_tells_equals_only() {
        let (a, b, c) = (("A", "2024", "One."), ("", "", "Two."), ("", "2024", "Two."));
        let before = ids(true, &[a, b, c, b]);
        assert_eq!(before.iter().collect::<std::collections::HashSet<_>>().len(), 4);
        let [of_a, of_b, of_c, of_other_b] = &before[..] else { panic!("four ids") };
        let after = ids(true, &[("New", "", ""), c, b, a, b]);
        assert_eq!([&after[1], &after[2], &after[3], &after[4]], [of_c, of_b, of_a, of_other_b]);
        // A titled record keeps its id when its text is mended; one without a title is its text.
        assert_eq!(ids(true, &[("A", "2024", "One, mended.")])[0], *of_a);
        assert_ne!(ids(true, &[("", "", "Two, mended.")])[0], *of_b);
        // A file that is one story is told by its path alone, as it was before 0.2.
        let alone = ids(false, &[a]);
        assert_eq!(alone, ids(false, &[b]));
        assert_eq!(alone[0].as_str(), format!("{:016x}", hash64("at\0a\0b\0\x30".as_bytes())));
        assert_ne!(alone[0], *of_a);
    }
}
