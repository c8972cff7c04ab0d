//! What an article, a quote and a file offer to the fields of the index.

mod found;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use self::found::PackedFound;
use crate::{
    annotation::{Annotations, Name, NameKind, Quote, TopicKind},
    article::{Article, ArticleId, Origin, Span, hash64},
    name_key::{kind_key, name_key},
    packed::{Damaged, pack, unpack},
    record::{CharOffsets, QuoteRecord},
    report::{FileStamp, LeftOut, Skipped, UNFINISHED, Unfinished},
    sketch::sketch,
    taxonomy::{self, Subject},
};

/// How often a name's fullest form is added to its field at most. Mentions beyond say nothing more about whom a story
/// is about; measured counts of a story's main person lie between 4 and 12.
const MENTIONS_COUNTED: usize = 8;

/// Takes the values of one field.
pub trait Sink {
    /// Adds a text.
    fn text(&mut self, value: &str);

    /// Adds a record.
    fn record(&mut self, packed: &[u8]);

    /// Adds a whole number from 0.
    fn number(&mut self, value: u64);

    /// Adds a whole number of either sign.
    fn signed(&mut self, value: i64);

    /// Adds a text if there is one.
    fn texts(&mut self, value: Option<&str>) {
        if let Some(value) = value {
            self.text(value);
        }
    }

    /// Adds a day if there is one.
    fn day(&mut self, value: Option<i64>) {
        if let Some(value) = value {
            self.signed(value);
        }
    }

    /// Adds an article's instant of publication if it has one.
    fn seconds(&mut self, article: &ArticleView<'_>) {
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
    pub sketch: Vec<u32>,
    /// The `name_key` of each name.
    keys: Vec<String>,
}

impl<'a> ArticleView<'a> {
    /// What its id has behind the digits, and its headline, for a short list.
    pub fn head(&self) -> String {
        format!("{}\t{}", self.id.suffix(), self.article.title.as_deref().unwrap_or_default())
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
            keys: found.names.iter().map(|name| name_key(&name.name)).collect(),
        }
    }

    fn of_kind(&self, kind: NameKind) -> impl Iterator<Item = &'a Name> {
        self.found.names.iter().filter(move |name| name.kind == kind)
    }

    pub(crate) fn names(&self, kind: NameKind, sink: &mut dyn Sink) {
        each_once(self.of_kind(kind).map(|name| name.name.as_str()), sink);
    }

    pub(crate) fn written_forms(&self, kind: NameKind, sink: &mut dyn Sink) {
        for name in self.of_kind(kind) {
            let count = (name.mentions.len() + name.title_mentions.len()).clamp(1, MENTIONS_COUNTED);
            (0..count).for_each(|_| sink.text(&name.name));
            let title = self.article.title.as_deref().unwrap_or_default();
            let forms = (name.mentions.iter().map(|span| span.of(&self.article.text)))
                .chain(name.title_mentions.iter().map(|span| span.of(title)))
                .filter(|form| *form != name.name);
            each_once(forms, sink);
        }
    }

    pub(crate) fn name_keys(&self, sink: &mut dyn Sink) {
        let names = self.found.names.iter().zip(&self.keys);
        let keys: Vec<String> = names.map(|(name, key)| kind_key(name.kind, key)).collect();
        each_once(keys.iter().map(String::as_str), sink);
    }

    pub(crate) fn topics(&self, sink: &mut dyn Sink) {
        each_once(self.found.topics.iter().map(|topic| topic.label.as_str()), sink);
    }

    pub(crate) fn topics_of(&self, kind: TopicKind, sink: &mut dyn Sink) {
        let topics = self.found.topics.iter().filter(|topic| topic.kind == kind);
        each_once(topics.map(|topic| topic.label.as_str()), sink);
    }

    pub(crate) fn topic_labels(&self, sink: &mut dyn Sink) {
        let own = self.found.topics.iter().map(|topic| topic.label.as_str());
        let above =
            self.subjects().flat_map(|subject| std::iter::once(subject.label).chain(subject.american));
        each_once(own.chain(above), sink);
    }

    pub(crate) fn topic_codes(&self, sink: &mut dyn Sink) {
        each_once(self.subjects().map(|subject| subject.code), sink);
    }

    /// The IPTC subjects of the article and everything above them.
    fn subjects(&self) -> impl Iterator<Item = &'static Subject> {
        let own = self.found.topics.iter().filter_map(|topic| taxonomy::by_code(topic.code.as_deref()?));
        own.flat_map(|subject| std::iter::once(subject).chain(subject.ancestors()))
    }

    pub(crate) fn stored(&self) -> Vec<u8> {
        let found = PackedFound::of(self.found, &self.article.text);
        pack(&(self.id, self.article, found))
    }
}

/// Gives each of some texts once, in the order of their bytes.
fn each_once<'t>(texts: impl Iterator<Item = &'t str>, sink: &mut dyn Sink) {
    let mut texts: Vec<&str> = texts.collect();
    texts.sort_unstable();
    texts.dedup();
    texts.into_iter().for_each(|text| sink.text(text));
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
    pub(crate) fn words(&self) -> &str {
        self.quote.span.of(&self.article.article.text)
    }

    pub(crate) fn speaker_forms(&self, sink: &mut dyn Sink) {
        let Some(speaker) = self.quote.credited() else { return };
        sink.text(speaker);
        let known = self.article.found.names.iter().find(|name| name.name == speaker);
        let forms = known
            .iter()
            .flat_map(|name| &name.mentions)
            .map(|span| span.of(&self.article.article.text))
            .filter(|form| *form != speaker);
        each_once(forms, sink);
    }

    pub(crate) fn speaker_key(&self, sink: &mut dyn Sink) {
        let Some(speaker) = self.quote.credited() else { return };
        match self.article.found.names.iter().position(|name| name.name == speaker) {
            Some(known) => sink.text(&self.article.keys[known]),
            None => sink.text(&name_key(speaker)),
        }
    }

    /// The names in the quote's own words or in the sentences around it, the speaker's aside.
    fn named(&self) -> impl Iterator<Item = (&Name, &str)> {
        let around = self.quote.context;
        let names = self.article.found.names.iter().zip(self.article.keys.iter().map(String::as_str));
        names.filter(move |(name, _)| {
            Some(name.name.as_str()) != self.quote.credited()
                && name.mentions.iter().any(|span| around.overlaps(*span) || self.quote.span.overlaps(*span))
        })
    }

    pub(crate) fn about(&self, sink: &mut dyn Sink) {
        self.named().for_each(|(name, _)| sink.text(&name.name));
    }

    pub(crate) fn about_keys(&self, sink: &mut dyn Sink) {
        each_once(self.named().map(|(_, key)| key), sink);
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
    /// Key of the archive that it lies in; 0 for a file of its own.
    pub within: u64,
    /// What had to be left out of it.
    pub left_out: &'a LeftOut,
    /// How far its reading came, when it was not finished.
    pub unfinished: Option<&'a Unfinished>,
}

impl<'a> FileView<'a> {
    /// Codes of why the file, or something in it, must be looked at again, each once.
    pub(crate) fn reasons(&self) -> impl Iterator<Item = &str> {
        self.left_out.reasons().chain(self.unfinished.map(|_| UNFINISHED))
    }

    pub(crate) fn stored(&self) -> Vec<u8> {
        let packed = |it: &'a Skipped| PackedSkip {
            path: it.path.as_str(),
            record: it.record,
            reason: it.reason.as_str(),
            message: it.message.as_str(),
            count: it.count,
        };
        pack(&PackedFile {
            root: self.root,
            path: self.path,
            skipped: self.left_out.lines().iter().map(packed).collect(),
            unfinished: self.unfinished,
        })
    }
}

/// An article as it is given back. It is stored as a tuple of the same, so that an
/// [`ArticleHead`](crate::article::ArticleHead) is its beginning.
#[derive(Debug, Serialize)]
pub struct StoredArticle {
    /// Its id.
    pub id: ArticleId,
    /// What was read.
    pub article: Article,
    /// What was found, without paragraphs and sentences.
    pub found: Annotations,
}

impl StoredArticle {
    /// Reads what is stored of an article; its text is stored beside it.
    ///
    /// # Errors
    /// When it cannot be understood, or was found in another text.
    pub fn read(packed: &[u8], text: String) -> Result<Self, Damaged> {
        let (id, article, found): (ArticleId, Article, PackedFound) = unpack(packed)?;
        let stored = Self { id, found: found.found_in(&text)?, article: Article { text, ..article } };
        if stored.fits() { Ok(stored) } else { Err(Damaged) }
    }

    /// Whether everything found lies in the text and the title.
    fn fits(&self) -> bool {
        let within = |span: &Span, text: &str| text.get(span.start as usize..span.end as usize).is_some();
        let text = |span: &Span| within(span, &self.article.text);
        let title = |span: &Span| within(span, self.article.title.as_deref().unwrap_or_default());
        let quote = |quote: &Quote| {
            let around = [quote.speaker_mention, quote.cue].into_iter().flatten();
            [quote.span, quote.context].into_iter().chain(around).all(|span| text(&span))
        };
        let name = |name: &Name| name.mentions.iter().all(text) && name.title_mentions.iter().all(title);
        self.found.quotes.iter().all(quote) && self.found.names.iter().all(name)
    }

    /// One of its quotes.
    pub(crate) fn quote(&self, number: u32, quote: &Quote, offsets: &CharOffsets<'_>) -> StoredQuote {
        StoredQuote::new(&self.id, &self.article, number, QuoteRecord::new(quote, offsets))
    }
}

/// A quote as it is given back: nothing is stored of it but what its article has.
#[derive(Clone, Debug, Serialize)]
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

impl StoredQuote {
    /// A quote with what its article says of itself.
    fn new(id: &ArticleId, article: &Article, number: u32, quote: QuoteRecord) -> Self {
        Self {
            article_id: id.clone(),
            number,
            root: article.origin.root.clone(),
            path: article.origin.path.clone(),
            url: article.url.clone(),
            title: article.title.clone(),
            published: article.published.as_ref().map(|published| published.value.clone()),
            quote,
        }
    }
}

/// A file as it is stored. What was left out lies under its root.
#[derive(Serialize, Deserialize)]
struct PackedFile<Text, Far> {
    root: Text,
    path: Text,
    skipped: Vec<PackedSkip<Text>>,
    unfinished: Option<Far>,
}

/// What was left out of a file, without its root.
#[derive(Serialize, Deserialize)]
struct PackedSkip<Text> {
    path: Text,
    record: Option<u32>,
    reason: Text,
    message: Text,
    count: Option<u64>,
}

/// A file as it is given back.
#[derive(Clone, Debug, Serialize)]
pub struct StoredFile {
    /// Name of its root.
    pub root: String,
    /// Path below the root.
    pub path: String,
    /// What had to be left out of it.
    pub skipped: Vec<Skipped>,
    /// How far its reading came, when it was not finished.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unfinished: Option<Unfinished>,
}

impl StoredFile {
    /// Reads what is stored of a file.
    ///
    /// # Errors
    /// When it cannot be understood.
    pub fn read(packed: &[u8]) -> Result<Self, Damaged> {
        let PackedFile { root, path, skipped, unfinished } =
            unpack::<PackedFile<String, Unfinished>>(packed)?;
        let given = |PackedSkip { path, record, reason, message, count }| Skipped {
            root: root.clone(),
            path,
            record,
            reason,
            message,
            count,
        };
        Ok(Self { skipped: skipped.into_iter().map(given).collect(), root, path, unfinished })
    }
}

/// The key that ties a file to its articles: a hash of its root's name and its path.
pub fn file_key(root: &str, path: &str) -> u64 {
    hash64(format!("{root}\0{path}").as_bytes())
}

/// Hash of everything read of one record, but not of where in its file it stands: a record that others came before has
/// not changed.
pub fn content_hash(article: &Article) -> u64 {
    let placeless = match article.origin.record {
        0 => Cow::Borrowed(article),
        _ => {
            let origin = Origin { record: 0, ..article.origin.clone() };
            Cow::Owned(Article { origin, ..article.clone() })
        }
    };
    let mut hasher = blake3::Hasher::new();
    hasher.update(&pack(&*placeless));
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

/// Texts shorter than this, in bytes, are not recognised by their words alone: too many stories could share them.
const TELLING_TEXT: usize = 200;

/// Hash of a story's words, by which the same story is known wherever it stands; `None` for texts too short to tell.
pub fn telling_text(article: &Article) -> Option<u64> {
    (article.text.len() >= TELLING_TEXT).then(|| hash64(article.text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        annotation::{QuoteKind, Stance},
        fields::{FieldId, Values},
    };

    #[test]
    fn what_is_stored_is_given_back_and_of_another_text_refused() {
        let text = "Beyoncé Voss left.";
        let title = Some("Voss leaves".to_owned());
        let article = Article { text: text.into(), title, version: Some("2".into()), ..Article::default() };
        let name = |mentions: &[(u32, u32)], title_mentions: &[(u32, u32)]| Name {
            name: "Beyoncé Voss".into(),
            kind: NameKind::Person,
            mentions: mentions.iter().map(|&span| span.into()).collect(),
            title_mentions: title_mentions.iter().map(|&span| span.into()).collect(),
            sex: None,
        };
        let id = ArticleId::read("0123456789abcdef.2").expect("an id");
        let stored = |name: Name| {
            let found = Annotations { names: vec![name], ..Annotations::default() };
            ArticleView::new(&id, &article, &found, 0, 0).stored()
        };
        let packed = stored(name(&[(0, 13), (9, 13)], &[(0, 4)]));
        let read = StoredArticle::read(&packed, text.to_owned()).expect("what was stored");
        assert_eq!((&read.id, &read.article), (&id, &article));
        assert_eq!(read.found.names, [name(&[(0, 13), (9, 13)], &[(0, 4)])]);
        let head: crate::article::ArticleHead = crate::packed::unpack_first(&packed).expect("its beginning");
        assert_eq!((head.id, head.article.title), (id.clone(), article.title.clone()));
        // In the midst of a letter, beyond the text, beyond the title.
        for name in [name(&[(0, 7)], &[]), name(&[(9, 40)], &[]), name(&[], &[(0, 12)])] {
            assert_eq!(StoredArticle::read(&stored(name), text.to_owned()).err(), Some(Damaged));
        }
        assert_eq!(StoredArticle::read(&packed, "Voss".to_owned()).err(), Some(Damaged));
    }

    #[test]
    fn a_file_is_given_back_with_what_was_left_out() {
        let mut left_out = LeftOut::default();
        let (root, path) = ("news".to_owned(), "a.zip!/b.txt".to_owned());
        let skipped = Skipped { root, path, reason: "empty".into(), record: Some(3), ..Skipped::default() };
        left_out.add(skipped.clone());
        let unfinished = Unfinished { records: 7, ..Unfinished::default() };
        let view = FileView {
            key: 0,
            root: "news",
            path: "a.zip",
            content: 0,
            stamp: FileStamp::default(),
            read_ns: 0,
            config: 0,
            within: 0,
            left_out: &left_out,
            unfinished: Some(&unfinished),
        };
        let read = StoredFile::read(&view.stored()).expect("what was stored");
        assert_eq!((read.root.as_str(), read.path.as_str()), ("news", "a.zip"));
        assert_eq!((read.skipped, read.unfinished), (vec![skipped], Some(unfinished)));
    }

    #[derive(Default)]
    struct Texts(Vec<String>);

    impl Sink for Texts {
        fn text(&mut self, value: &str) {
            self.0.push(value.to_owned());
        }

        fn record(&mut self, _: &[u8]) {}

        fn number(&mut self, _: u64) {}

        fn signed(&mut self, _: i64) {}
    }

    #[test]
    fn words_that_were_not_said_are_nobodys_and_may_be_asked_for() {
        let text = "Mia never said, “I quit.”";
        let article = Article { text: text.into(), ..Article::default() };
        let words = text.find("I quit").expect("the words");
        let name = Name {
            name: "Mia".into(),
            kind: NameKind::Person,
            mentions: vec![crate::article::Span::new(0, 3)],
            title_mentions: Vec::new(),
            sex: None,
        };
        let quote = |stance| Quote {
            span: crate::article::Span::new(words, words + "I quit.".len()),
            kind: QuoteKind::Direct,
            stance,
            speaker: Some("Mia".into()),
            speaker_guess: None,
            speaker_mention: None,
            cue: None,
            confidence: 0.9,
            rule: "test".into(),
            piece: 1,
            pieces: 1,
            context: crate::article::Span::new(0, text.len()),
        };
        let found = Annotations { names: vec![name], ..Annotations::default() };
        let id = ArticleId::read("0123456789abcdef").expect("an id");
        let view = ArticleView::new(&id, &article, &found, 0, 0);
        for (stance, by, about) in [
            (Stance::Said, &["Mia"][..], &[][..]),
            (Stance::Denied, &[], &["Mia"]),
            (Stance::Imagined, &[], &["Mia"]),
        ] {
            let quote = quote(stance);
            let quote = QuoteView { article: &view, quote: &quote, number: 0 };
            let values = |field: FieldId| {
                let mut texts = Texts::default();
                if let Values::Quote(values) = field.row().values {
                    values(&quote, &mut texts);
                }
                texts.0
            };
            for field in [FieldId::Speaker, FieldId::SpeakerName] {
                assert_eq!(values(field), by, "{stance:?}");
            }
            assert_eq!(values(FieldId::SpeakerKey).len(), by.len(), "{stance:?}");
            assert_eq!(values(FieldId::About), about, "{stance:?}");
            assert_eq!(values(FieldId::Stance), [stance.as_str()]);
        }
    }
}
