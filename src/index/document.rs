//! What goes into the index: views of an article, a quote and a file, and how they become documents.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use tantivy::{TantivyDocument, schema::Field};

use super::{
    analyzer,
    fields::{FIELDS, Values},
};
use crate::{
    annotation::{Annotations, Name, NameKind, Quote, TopicKind},
    article::{Article, ArticleId},
    record::{CharOffsets, QuoteRecord},
    report::{FileStamp, Skipped},
    taxonomy::{self, Subject},
};

/// How often a name's fullest form is added to its field at most. Mentions beyond say nothing more about whom a story
/// is about; measured counts of a story's main person lie between 4 and 12.
const MENTIONS_COUNTED: usize = 8;

/// Bins of the sketch that finds near-copies.
const SKETCH_BINS: usize = 8;

/// Words of a shingle.
const SHINGLE_WORDS: usize = 5;

/// Adds values of one field to a document.
pub struct Sink<'a> {
    document: &'a mut TantivyDocument,
    field: Field,
}

impl Sink<'_> {
    /// Adds a text.
    pub fn text(&mut self, value: &str) {
        self.document.add_text(self.field, value);
    }

    /// Adds a text if there is one.
    pub fn texts(&mut self, value: Option<&str>) {
        if let Some(value) = value {
            self.text(value);
        }
    }

    /// Adds a whole number from 0.
    pub fn number(&mut self, value: u64) {
        self.document.add_u64(self.field, value);
    }

    /// Adds a whole number of either sign.
    pub fn signed(&mut self, value: i64) {
        self.document.add_i64(self.field, value);
    }

    /// Adds a day if there is one.
    pub fn day(&mut self, value: Option<i64>) {
        if let Some(value) = value {
            self.signed(value);
        }
    }

    /// Adds an article's instant of publication if it has one.
    pub fn seconds(&mut self, article: &ArticleView<'_>) {
        self.day(article.article.published.as_ref().and_then(|published| published.seconds()));
    }
}

/// An article about to be indexed, with what is derived from it alone.
pub struct ArticleView<'a> {
    /// Its id.
    pub id: &'a ArticleId,
    /// What was read.
    pub article: &'a Article,
    /// What was found in it.
    pub found: &'a Annotations,
    /// Key of its file, see [`file_key`].
    pub file: u64,
    /// Hash of what was read, see [`content_hash`].
    pub content: u64,
    /// First and last day its date can mean.
    pub days: Option<(i64, i64)>,
    /// Least hashes of its shingles, for finding near-copies.
    pub sketch: Vec<u64>,
    offsets: CharOffsets<'a>,
}

impl<'a> ArticleView<'a> {
    /// Its id and headline, for a short list.
    pub fn head(&self) -> String {
        format!("{}\t{}", self.id.as_str(), self.article.title.as_deref().unwrap_or_default())
    }

    /// Prepares an article.
    pub fn new(
        id: &'a ArticleId,
        article: &'a Article,
        found: &'a Annotations,
        file: u64,
        content: u64,
    ) -> Self {
        Self {
            id,
            article,
            found,
            file,
            content,
            days: article.published.as_ref().and_then(|published| published.days()),
            sketch: sketch(&article.text),
            offsets: CharOffsets::new(&article.text),
        }
    }

    fn of_kind(&self, kind: NameKind) -> impl Iterator<Item = &'a Name> {
        self.found.names.iter().filter(move |name| name.kind == kind)
    }

    pub(super) fn names(&self, kind: NameKind, sink: &mut Sink<'_>) {
        let names: BTreeSet<&str> = self.of_kind(kind).map(|name| name.name.as_str()).collect();
        names.into_iter().for_each(|name| sink.text(name));
    }

    pub(super) fn written_forms(&self, kind: NameKind, sink: &mut Sink<'_>) {
        for name in self.of_kind(kind) {
            let count = (name.mentions.len() + name.title_mentions.len()).clamp(1, MENTIONS_COUNTED);
            (0..count).for_each(|_| sink.text(&name.name));
            let title = self.article.title.as_deref().unwrap_or_default();
            let forms: BTreeSet<&str> = (name.mentions.iter().map(|span| span.of(&self.article.text)))
                .chain(name.title_mentions.iter().map(|span| span.of(title)))
                .filter(|form| *form != name.name)
                .collect();
            forms.into_iter().for_each(|form| sink.text(form));
        }
    }

    pub(super) fn name_keys(&self, sink: &mut Sink<'_>) {
        let keys: BTreeSet<String> =
            self.found.names.iter().map(|name| kind_key(name.kind, &name_key(&name.name))).collect();
        keys.iter().for_each(|key| sink.text(key));
    }

    pub(super) fn topics(&self, sink: &mut Sink<'_>) {
        let labels: BTreeSet<&str> = self.found.topics.iter().map(|topic| topic.label.as_str()).collect();
        labels.into_iter().for_each(|label| sink.text(label));
    }

    pub(super) fn topics_of(&self, kind: TopicKind, sink: &mut Sink<'_>) {
        let topics = self.found.topics.iter().filter(|topic| topic.kind == kind);
        let labels: BTreeSet<&str> = topics.map(|topic| topic.label.as_str()).collect();
        labels.into_iter().for_each(|label| sink.text(label));
    }

    pub(super) fn topic_labels(&self, sink: &mut Sink<'_>) {
        let mut labels: BTreeSet<&str> = self.found.topics.iter().map(|topic| topic.label.as_str()).collect();
        for subject in self.subjects() {
            labels.insert(subject.label);
            labels.extend(subject.american);
        }
        labels.into_iter().for_each(|label| sink.text(label));
    }

    pub(super) fn topic_codes(&self, sink: &mut Sink<'_>) {
        let codes: BTreeSet<&str> = self.subjects().map(|subject| subject.code).collect();
        codes.into_iter().for_each(|code| sink.text(code));
    }

    /// The IPTC subjects of the article and everything above them.
    fn subjects(&self) -> impl Iterator<Item = &'static Subject> {
        let own = self.found.topics.iter().filter_map(|topic| taxonomy::by_code(topic.code.as_deref()?));
        own.flat_map(|subject| std::iter::once(subject).chain(subject.ancestors()))
    }

    pub(super) fn stored(&self) -> String {
        let stored = StoredArticleRef { id: self.id, article: self.article, found: self.found };
        serde_json::to_string(&stored).expect("an article has no map with keys that are no strings")
    }

    /// The documents of the article: its quotes, then itself.
    pub fn documents(&self) -> Vec<TantivyDocument> {
        let mut documents = Vec::with_capacity(self.found.quotes.len() + 1);
        for (number, quote) in (0..).zip(&self.found.quotes) {
            let view = QuoteView { article: self, quote, number };
            documents.push(document(|values, sink| match values {
                Values::Quote(add) | Values::Both(_, add) | Values::All(_, add, _) => add(&view, sink),
                Values::Article(_) | Values::File(_) => (),
            }));
        }
        documents.push(document(|values, sink| match values {
            Values::Article(add) | Values::Both(add, _) | Values::All(add, _, _) => add(self, sink),
            Values::Quote(_) | Values::File(_) => (),
        }));
        documents
    }
}

fn document(add: impl Fn(&Values, &mut Sink<'_>)) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    for row in FIELDS {
        add(&row.values, &mut Sink { document: &mut document, field: row.id.field() });
    }
    document
}

/// A quote about to be indexed.
pub struct QuoteView<'a> {
    /// The article it stands in.
    pub article: &'a ArticleView<'a>,
    /// The quote.
    pub quote: &'a Quote,
    /// Its number in the article, from 0.
    pub number: u32,
}

impl QuoteView<'_> {
    pub(super) fn words(&self) -> &str {
        self.quote.span.of(&self.article.article.text)
    }

    pub(super) fn speaker_forms(&self, sink: &mut Sink<'_>) {
        let Some(speaker) = &self.quote.speaker else { return };
        sink.text(speaker);
        let known = self.article.found.names.iter().find(|name| name.name == *speaker);
        let forms: BTreeSet<&str> = known
            .iter()
            .flat_map(|name| &name.mentions)
            .map(|span| span.of(&self.article.article.text))
            .filter(|form| form != speaker)
            .collect();
        forms.into_iter().for_each(|form| sink.text(form));
    }

    /// The names in the quote's own words or in the sentences around it, the speaker's aside.
    fn named(&self) -> impl Iterator<Item = &Name> {
        let around = self.quote.context;
        self.article.found.names.iter().filter(move |name| {
            Some(&name.name) != self.quote.speaker.as_ref()
                && name.mentions.iter().any(|span| around.overlaps(*span) || self.quote.span.overlaps(*span))
        })
    }

    pub(super) fn about(&self, sink: &mut Sink<'_>) {
        self.named().for_each(|name| sink.text(&name.name));
    }

    pub(super) fn about_keys(&self, sink: &mut Sink<'_>) {
        let keys: BTreeSet<String> = self.named().map(|name| name_key(&name.name)).collect();
        keys.iter().for_each(|key| sink.text(key));
    }

    pub(super) fn stored(&self) -> String {
        let article = self.article.article;
        let stored = StoredQuote {
            article_id: self.article.id.clone(),
            number: self.number,
            root: article.origin.root.clone(),
            path: article.origin.path.clone(),
            url: article.url.clone(),
            title: article.title.clone(),
            published: article.published.as_ref().map(|published| published.value.clone()),
            quote: QuoteRecord::new(self.quote, &self.article.offsets),
        };
        serde_json::to_string(&stored).expect("a quote has no map with keys that are no strings")
    }
}

/// A file that was read, about to be recorded.
pub struct FileView<'a> {
    /// Its key, see [`file_key`].
    pub key: u64,
    /// Name of its root.
    pub root: &'a str,
    /// Path below the root.
    pub path: &'a str,
    /// Hash of its bytes.
    pub content: u64,
    /// What the file system said of it.
    pub stamp: FileStamp,
    /// Start of the run that read it, nanoseconds from 1970.
    pub read_ns: i64,
    /// Fingerprint of settings and program, see [`crate::config`].
    pub config: u64,
    /// What had to be left out of it.
    pub skipped: &'a [Skipped],
}

impl FileView<'_> {
    /// The file's document.
    pub fn document(&self) -> TantivyDocument {
        document(|values, sink| match values {
            Values::File(add) | Values::All(_, _, add) => add(self, sink),
            Values::Article(_) | Values::Quote(_) | Values::Both(..) => (),
        })
    }

    pub(super) fn stored(&self) -> String {
        let stored = StoredFile {
            root: self.root.to_owned(),
            path: self.path.to_owned(),
            skipped: self.skipped.to_vec(),
        };
        serde_json::to_string(&stored).expect("a file has no map with keys that are no strings")
    }
}

#[derive(Serialize)]
struct StoredArticleRef<'a> {
    id: &'a ArticleId,
    article: &'a Article,
    found: &'a Annotations,
}

/// An article as it is given back; its text is stored beside it.
#[derive(Debug, Deserialize)]
pub struct StoredArticle {
    /// Its id.
    pub id: ArticleId,
    /// What was read.
    pub article: Article,
    /// What was found, without paragraphs and sentences.
    pub found: Annotations,
}

/// A quote as it is given back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredQuote {
    /// Id of its article.
    pub article_id: ArticleId,
    /// Its number in the article, from 0.
    pub number: u32,
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
    /// The quote, offsets in characters.
    pub quote: QuoteRecord,
}

/// A file as it is given back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredFile {
    /// Name of its root.
    pub root: String,
    /// Path below the root.
    pub path: String,
    /// What had to be left out of it.
    pub skipped: Vec<Skipped>,
}

/// The key that ties a file to its articles: a hash of its root's name and its path.
pub fn file_key(root: &str, path: &str) -> u64 {
    crate::article::hash64(format!("{root}\0{path}").as_bytes())
}

/// Hash of everything read of one record, but not of where in its file it stands: a record that others came before has
/// not changed.
pub fn content_hash(article: &Article) -> u64 {
    let mut placeless = article.clone();
    placeless.origin.record = 0;
    let mut hasher = blake3::Hasher::new();
    hasher.update(serde_json::to_string(&placeless).expect("an article is plain data").as_bytes());
    hasher.update(article.text.as_bytes());
    // Italics are kept nowhere, but what is found depends on them.
    for span in &article.emphasis {
        hasher.update(&span.start.to_le_bytes());
        hasher.update(&span.end.to_le_bytes());
    }
    let hash = hasher.finalize();
    let (head, _) = hash.as_bytes().split_first_chunk::<8>().expect("a hash has 32 bytes");
    u64::from_be_bytes(*head)
}

/// The form that written forms of one name share across stories: folded words, `Last, First` put in order, initials
/// apart (`JK` as `J.K.`), a leading article dropped. Suffixes stay: a junior is not his father.
pub fn name_key(name: &str) -> String {
    let turned = match name.split_once(", ") {
        Some((last, first))
            if !matches!(analyzer::words(first).join(" ").as_str(), "jr" | "sr" | "ii" | "iii" | "iv") =>
        {
            format!("{first} {last}")
        }
        _ => name.to_owned(),
    };
    let shouted = !turned.chars().any(char::is_lowercase);
    let mut key = String::with_capacity(turned.len());
    for (number, word) in turned.split_whitespace().enumerate() {
        let initials = (2..=3).contains(&word.len())
            && number == 0
            && !shouted
            && turned.contains(' ')
            && word.bytes().all(|byte| byte.is_ascii_uppercase());
        let parts = if initials {
            word.chars().map(|c| c.to_lowercase().to_string()).collect()
        } else {
            analyzer::words(word)
        };
        for part in parts {
            if !key.is_empty() {
                key.push(' ');
            }
            key.push_str(&part);
        }
    }
    match key.strip_prefix("the ") {
        Some(rest) => rest.to_owned(),
        None => key,
    }
}

/// A name's key with its kind, as it stands in the field `name_key`.
pub fn kind_key(kind: NameKind, key: &str) -> String {
    format!("{}:{key}", kind.as_str())
}

/// The least hash of the text's shingles in each of eight bins: one permutation hashing (Li, Owen and Zhang, NIPS
/// 2012). The share of equal bins of two texts estimates the Jaccard similarity of their shingles. Texts of fewer than
/// one shingle have none.
pub fn sketch(text: &str) -> Vec<u64> {
    let mut least = [u64::MAX; SKETCH_BINS];
    let mut last = [0u64; SHINGLE_WORDS];
    let mut count = 0;
    let mut word = FNV_OFFSET;
    let mut inside = false;
    for byte in text.bytes().chain([b' ']) {
        if byte.is_ascii_alphanumeric() || !byte.is_ascii() {
            word = (word ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(FNV_PRIME);
            inside = true;
        } else if inside {
            last.rotate_left(1);
            last[SHINGLE_WORDS - 1] = word;
            count += 1;
            if count >= SHINGLE_WORDS {
                let hash = mix(last
                    .iter()
                    .fold(0, |hash: u64, &word| hash.rotate_left(13).wrapping_mul(FNV_PRIME) ^ word));
                let bin = (hash % SKETCH_BINS as u64) as usize;
                least[bin] = least[bin].min(hash);
            }
            word = FNV_OFFSET;
            inside = false;
        }
    }
    least.into_iter().filter(|&hash| hash != u64::MAX).collect()
}

/// FNV-1a, 64 bits (Fowler, Noll and Vo).
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

/// Finaliser of MurmurHash3 (Appleby): every bit of the input reaches every bit of the output.
fn mix(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_forms_of_one_name_share_a_key() {
        assert_eq!(name_key("J.K. Rowan"), name_key("JK Rowan"));
        assert_eq!(name_key("Rowan, Beyoncé"), name_key("Beyonce Rowan"));
        assert_eq!(name_key("Jean-Luc Voss"), name_key("JEAN LUC VOSS"));
        assert_eq!(name_key("The Evening Sizzle"), name_key("Evening Sizzle"));
        assert_eq!(name_key("ZOE ROWAN"), name_key("Zoe Rowan"));
        assert_eq!(name_key("Rafe Montclair, Jr."), "rafe montclair jr");
        assert_ne!(name_key("Rafe Montclair Jr."), name_key("Rafe Montclair"));
    }

    #[test]
    fn sketches_of_near_copies_share_most_bins() {
        let words: Vec<String> = (0..300).map(|n| format!("word{n}")).collect();
        let story = words.join(" ");
        let edited = format!("{story} and one more sentence at its end");
        let (a, b) = (sketch(&story), sketch(&edited));
        assert_eq!(a.len(), SKETCH_BINS);
        assert!(a.iter().filter(|hash| b.contains(hash)).count() >= SKETCH_BINS - 2);
        let other: Vec<String> = (0..300).map(|n| format!("other{n}")).collect();
        assert!(!sketch(&other.join(" ")).iter().any(|hash| a.contains(hash)));
        assert!(sketch("too short a text").is_empty());
    }
}
