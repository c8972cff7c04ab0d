//! The fields of the index: the only list of them.
//!
//! Schema, writer, query prefixes, facets and `schema/fields.md` all follow from [`FIELDS`]. A row says what a field
//! holds, how it is analysed, what a query calls it, and where its values come from.
//!
//! Three kinds of document share the index. An *article* is one story. A *quote* is one piece of somebody's words; the
//! quotes of a story stand directly before their article in the same segment, because they are written in one batch and
//! merging keeps order. A *file* says what was read, and when: it is in no query and no statistic.

use crate::{
    annotation::{NameKind, TopicKind},
    article::Status,
    view::{ArticleView, FileView, QuoteView, Sink},
};

/// Version of the schema and of everything stored: an index of another version is refused with the way out.
pub const SCHEMA_VERSION: u32 = 7;

/// Every field, in the order of [`FIELDS`]; the order is the field's number in Tantivy's schema.
#[allow(missing_docs, reason = "each field is described by its row in FIELDS")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum FieldId {
    Doc,
    Key,
    ArticleId,
    File,
    FileKey,
    Content,
    Text,
    Title,
    Person,
    Org,
    Work,
    Place,
    Event,
    PersonName,
    OrgName,
    WorkName,
    PlaceName,
    EventName,
    NameKey,
    Topic,
    TopicName,
    TopicCode,
    KeyphraseName,
    TagName,
    Source,
    SourceName,
    Byline,
    Section,
    SectionName,
    Lang,
    Status,
    Path,
    Date,
    DayFrom,
    DayTo,
    Shingle,
    Quote,
    Speaker,
    SpeakerName,
    SpeakerKey,
    About,
    AboutKey,
    Kind,
    Stance,
    Confidence,
    QuoteNumber,
    FileRoot,
    FileLen,
    FileModified,
    FileChanged,
    FileInode,
    FileRead,
    FileConfig,
    FileWithin,
    FileSkip,
    FileSkips,
    Head,
    Stored,
    StoredText,
}

impl FieldId {
    /// The field's row.
    pub fn row(self) -> &'static Row {
        &FIELDS[self as usize]
    }

    /// The field a query prefix (`speaker` in `speaker:mia`) stands for.
    pub fn by_prefix(prefix: &str) -> Option<Self> {
        FIELDS.iter().find(|row| row.prefix == Some(prefix)).map(|row| row.id)
    }
}

/// How a field's values are analysed and kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Analysis {
    /// Folded words with frequencies and positions, and the field's length for BM25.
    Words,
    /// Folded words with frequencies and positions, no length.
    ShortWords,
    /// The whole value as one term.
    Exact,
    /// The whole value as a column: counted in facets, read in sorting; not searched.
    Column,
    /// The whole value as one term, and as a column.
    ExactColumn,
    /// A whole number from 0, as a column.
    Number,
    /// A whole number from 0, searched.
    ExactNumber,
    /// A whole number from 0, searched and as a column.
    ExactNumberColumn,
    /// A whole number of either sign, as a column.
    Signed,
    /// Given back as it was, neither searched nor counted.
    Stored,
    /// A record, packed; neither searched nor counted.
    Packed,
}

/// Where a field's values come from.
#[derive(Clone, Copy)]
pub enum Values {
    /// From an article.
    Article(fn(&ArticleView<'_>, &mut dyn Sink)),
    /// From a quote.
    Quote(fn(&QuoteView<'_>, &mut dyn Sink)),
    /// From a file that was read.
    File(fn(&FileView<'_>, &mut dyn Sink)),
    /// From an article, and for its quotes from the quote.
    Both(fn(&ArticleView<'_>, &mut dyn Sink), fn(&QuoteView<'_>, &mut dyn Sink)),
    /// From all three kinds.
    All(
        fn(&ArticleView<'_>, &mut dyn Sink),
        fn(&QuoteView<'_>, &mut dyn Sink),
        fn(&FileView<'_>, &mut dyn Sink),
    ),
}

/// One field of the index.
pub struct Row {
    /// Which field this is.
    pub id: FieldId,
    /// Its name in Tantivy's schema and in `schema/fields.md`.
    pub name: &'static str,
    /// How its values are analysed.
    pub analysis: Analysis,
    /// What a query calls it, when it can be asked for.
    pub prefix: Option<&'static str>,
    /// The name of its facet, when its values can be counted over a result.
    pub facet: Option<&'static str>,
    /// What it holds.
    pub doc: &'static str,
    /// Where its values come from.
    pub values: Values,
}

const fn row(id: FieldId, name: &'static str, analysis: Analysis, doc: &'static str, values: Values) -> Row {
    Row { id, name, analysis, prefix: None, facet: None, doc, values }
}

impl Row {
    const fn asked(mut self, prefix: &'static str) -> Self {
        self.prefix = Some(prefix);
        self
    }

    const fn counted(mut self, facet: &'static str) -> Self {
        self.facet = Some(facet);
        self
    }
}

use self::{
    Analysis::{
        Column, Exact, ExactColumn, ExactNumber, ExactNumberColumn, Number, Packed, ShortWords, Signed,
        Stored, Words,
    },
    Values::{All, Article, Both, File, Quote},
};

/// Every field of the index.
pub const FIELDS: &[Row] = &[
    row(
        FieldId::Doc,
        "doc",
        ExactNumberColumn,
        "Kind of document: 1 article, 2 quote, 3 file.",
        All(|_, s| s.number(DOC_ARTICLE), |_, s| s.number(DOC_QUOTE), |_, s| s.number(DOC_FILE)),
    ),
    row(
        FieldId::Key,
        "key",
        Number,
        "The 16 hex digits of the article's id as a number: orders what is equal.",
        Article(|a, s| s.number(a.id.key())),
    ),
    row(
        FieldId::ArticleId,
        "article_id",
        Exact,
        "The article's id; its quotes bear it too, so that both are replaced together.",
        Both(|a, s| s.text(a.id.as_str()), |q, s| s.text(q.article.id.as_str())),
    ),
    row(
        FieldId::File,
        "file",
        ExactNumber,
        "Hash of root name and path of the file: ties it to its articles and quotes. A file has its `record_key` too.",
        All(
            |a, s| s.number(a.file),
            |q, s| s.number(q.article.file),
            |f, s| [f.key, record_key(f.key)].into_iter().for_each(|key| s.number(key)),
        ),
    ),
    row(
        FieldId::FileKey,
        "file_key",
        Number,
        "The same of an article and of the file itself, to be read: a quote's is that of the article behind it.",
        All(|a, s| s.number(a.file), |_, _| (), |f, s| s.number(f.key)),
    ),
    row(
        FieldId::Content,
        "content",
        Number,
        "Hash of what was read: of the record for an article, of the bytes for a file.",
        All(|a, s| s.number(a.content), |_, _| (), |f, s| s.number(f.content)),
    ),
    row(
        FieldId::Text,
        "text",
        Words,
        "Title and body, one after the other: bare words and phrases are searched here.",
        Article(|a, s| {
            if let (Some(title), false) = (&a.article.title, a.article.title_in_text) {
                s.text(title);
            }
            s.text(&a.article.text);
        }),
    )
    .asked("body"),
    row(
        FieldId::Title,
        "title",
        ShortWords,
        "The headline.",
        Article(|a, s| s.texts(a.article.title.as_deref())),
    )
    .asked("title"),
    row(FieldId::Person, "person", ShortWords, DOC_NAMES, Article(|a, s| a.written_forms(NameKind::Person, s)))
        .asked("person"),
    row(FieldId::Org, "org", ShortWords, DOC_NAMES, Article(|a, s| a.written_forms(NameKind::Org, s))).asked("org"),
    row(FieldId::Work, "work", ShortWords, DOC_NAMES, Article(|a, s| a.written_forms(NameKind::Work, s)))
        .asked("work"),
    row(FieldId::Place, "place", ShortWords, DOC_NAMES, Article(|a, s| a.written_forms(NameKind::Place, s)))
        .asked("place"),
    row(FieldId::Event, "event", ShortWords, DOC_NAMES, Article(|a, s| a.written_forms(NameKind::Event, s)))
        .asked("event"),
    row(FieldId::PersonName, "person_name", Column, DOC_NAME, Article(|a, s| a.names(NameKind::Person, s)))
        .counted("person"),
    row(FieldId::OrgName, "org_name", Column, DOC_NAME, Article(|a, s| a.names(NameKind::Org, s))).counted("org"),
    row(FieldId::WorkName, "work_name", Column, DOC_NAME, Article(|a, s| a.names(NameKind::Work, s)))
        .counted("work"),
    row(FieldId::PlaceName, "place_name", Column, DOC_NAME, Article(|a, s| a.names(NameKind::Place, s)))
        .counted("place"),
    row(FieldId::EventName, "event_name", Column, DOC_NAME, Article(|a, s| a.names(NameKind::Event, s)))
        .counted("event"),
    row(
        FieldId::NameKey,
        "name_key",
        Exact,
        "Kind and folded form of each name, `person:mia schachter`: what written forms of one name share across stories.",
        Article(|a, s| a.name_keys(s)),
    ),
    row(
        FieldId::Topic,
        "topic",
        ShortWords,
        "Labels of the article's topics: the publisher's tags, keyphrases, IPTC labels with those above them.",
        Article(|a, s| a.topic_labels(s)),
    )
    .asked("topic"),
    row(
        FieldId::TopicName,
        "topic_name",
        Column,
        "Labels of the article's own topics.",
        Article(|a, s| a.topics(s)),
    )
    .counted("topic"),
    row(
        FieldId::TopicCode,
        "topic_code",
        ExactColumn,
        "IPTC Media Topic codes (`20000505`) of the article, with every code above them.",
        Article(|a, s| a.topic_codes(s)),
    )
    .counted("iptc"),
    row(
        FieldId::KeyphraseName,
        "keyphrase_name",
        Column,
        "The article's keyphrases.",
        Article(|a, s| a.topics_of(TopicKind::Keyphrase, s)),
    )
    .counted("keyphrase"),
    row(
        FieldId::TagName,
        "tag_name",
        Column,
        "The publisher's section and tags.",
        Article(|a, s| a.topics_of(TopicKind::Publisher, s)),
    )
    .counted("tag"),
    row(FieldId::Source, "source", ShortWords, "The outlet.", Article(|a, s| s.texts(a.article.source.as_deref())))
        .asked("source"),
    row(
        FieldId::SourceName,
        "source_name",
        Column,
        "The outlet, whole.",
        Article(|a, s| s.texts(a.article.source.as_deref())),
    )
    .counted("source"),
    row(FieldId::Byline, "byline", ShortWords, "Who wrote it.", Article(|a, s| s.texts(a.article.byline.as_deref())))
        .asked("byline"),
    row(
        FieldId::Section,
        "section",
        ShortWords,
        "The publisher's section.",
        Article(|a, s| s.texts(a.article.section.as_deref())),
    )
    .asked("section"),
    row(
        FieldId::SectionName,
        "section_name",
        Column,
        "The publisher's section, whole.",
        Article(|a, s| s.texts(a.article.section.as_deref())),
    )
    .counted("section"),
    row(
        FieldId::Lang,
        "lang",
        ExactColumn,
        "Language, lower case (`en`, `de-ch`).",
        Article(|a, s| s.texts(a.article.lang.as_deref().map(str::to_lowercase).as_deref())),
    )
    .asked("lang")
    .counted("lang"),
    row(
        FieldId::Status,
        "status",
        ExactColumn,
        "What became of it after it was sent: `killed`, `withheld`, `corrected`.",
        Article(|a, s| s.texts(a.article.status.map(Status::name))),
    )
    .asked("status")
    .counted("status"),
    row(
        FieldId::Path,
        "path",
        ShortWords,
        "Root name and path below it.",
        Article(|a, s| s.text(&format!("{}/{}", a.article.origin.root, a.article.origin.path))),
    )
    .asked("path"),
    row(
        FieldId::Date,
        "date",
        Signed,
        "Publication as seconds from 1970 UTC (the first second, when only a day, month or year is known): the order of results.",
        Both(|a, s| s.seconds(a), |q, s| s.seconds(q.article)),
    ),
    row(
        FieldId::DayFrom,
        "day_from",
        Signed,
        "First day the publication date can mean, as days from 1970, in the source's own time zone.",
        Both(|a, s| s.day(a.days.map(|days| days.0)), |q, s| s.day(q.article.days.map(|days| days.0))),
    )
    .asked("date"),
    row(
        FieldId::DayTo,
        "day_to",
        Signed,
        "Last day the publication date can mean.",
        Both(|a, s| s.day(a.days.map(|days| days.1)), |q, s| s.day(q.article.days.map(|days| days.1))),
    ),
    row(
        FieldId::Shingle,
        "shingle",
        ExactNumberColumn,
        "Sketch of the text: the least hash of its word shingles in each of eight bins. Near-copies share most of them.",
        Article(|a, s| a.sketch.iter().for_each(|&least| s.number(least.into()))),
    ),
    row(FieldId::Quote, "quote", Words, "The words of the quote.", Quote(|q, s| s.text(q.words()))).asked("quote"),
    row(
        FieldId::Speaker,
        "speaker",
        ShortWords,
        "Who said it, of what was said: the name, and the form it is written in.",
        Quote(|q, s| q.speaker_forms(s)),
    )
    .asked("speaker"),
    row(
        FieldId::SpeakerName,
        "speaker_name",
        Column,
        "Who said it, of what was said, whole.",
        Quote(|q, s| s.texts(q.quote.credited())),
    )
    .counted("speaker"),
    row(
        FieldId::SpeakerKey,
        "speaker_key",
        Exact,
        "Folded form of the speaker's name, as in `name_key`, without the kind.",
        Quote(|q, s| q.speaker_key(s)),
    ),
    row(
        FieldId::About,
        "about",
        ShortWords,
        "Names in the quote's own words or its lead-in, the speaker's aside.",
        Quote(|q, s| q.about(s)),
    )
    .asked("about"),
    row(
        FieldId::AboutKey,
        "about_key",
        Exact,
        "Folded forms of the names the quote is about.",
        Quote(|q, s| q.about_keys(s)),
    ),
    row(
        FieldId::Kind,
        "kind",
        ExactColumn,
        "How the words stand in the story: direct, mixed, indirect.",
        Quote(|q, s| s.text(q.quote.kind.as_str())),
    )
    .asked("kind"),
    row(
        FieldId::Stance,
        "stance",
        ExactColumn,
        "Whether the story has the words said: said, denied, imagined.",
        Quote(|q, s| s.text(q.quote.stance.as_str())),
    )
    .asked("stance")
    .counted("stance"),
    row(
        FieldId::Confidence,
        "confidence",
        Number,
        "Chance that the speaker is right, in thousandths.",
        Quote(|q, s| s.number((q.quote.confidence.clamp(0.0, 1.0) * 1000.0).round() as u64)),
    ),
    row(
        FieldId::QuoteNumber,
        "quote_number",
        Number,
        "The quote's number in its story, from 0.",
        Quote(|q, s| s.number(u64::from(q.number))),
    ),
    row(FieldId::FileRoot, "file_root", Column, "Name of the root it lies under.", File(|f, s| s.text(f.root))),
    row(FieldId::FileLen, "file_len", Number, "Size in bytes.", File(|f, s| s.number(f.stamp.len))),
    row(
        FieldId::FileModified,
        "file_modified",
        Signed,
        "Time of the last change of content, nanoseconds from 1970.",
        File(|f, s| s.signed(f.stamp.mtime_ns)),
    ),
    row(
        FieldId::FileChanged,
        "file_changed",
        Signed,
        "Time of the last change of the entry, nanoseconds from 1970.",
        File(|f, s| s.signed(f.stamp.ctime_ns)),
    ),
    row(FieldId::FileInode, "file_inode", Number, "Number of the entry.", File(|f, s| s.number(f.stamp.inode))),
    row(
        FieldId::FileRead,
        "file_read",
        Signed,
        "Start of the run that read it, nanoseconds from 1970.",
        File(|f, s| s.signed(f.read_ns)),
    ),
    row(
        FieldId::FileConfig,
        "file_config",
        Number,
        "Fingerprint of the settings and the program's extraction that read it.",
        File(|f, s| s.number(f.config)),
    ),
    row(
        FieldId::FileWithin,
        "file_within",
        Number,
        "Key of the archive that it lies in; 0 for a file of its own.",
        File(|f, s| s.number(f.within)),
    ),
    row(
        FieldId::FileSkip,
        "file_skip",
        Column,
        "Reason codes of what had to be left out.",
        File(|f, s| {
            f.reasons().for_each(|reason| s.text(reason));
        }),
    ),
    row(
        FieldId::FileSkips,
        "file_skips",
        Number,
        "How many inputs had to be left out.",
        File(|f, s| s.number(f.left_out.total())),
    ),
    row(
        FieldId::Head,
        "head",
        Column,
        "What the article's id has behind its digits, a tab, its headline: with `key` all that a short list shows.",
        Article(|a, s| s.text(&a.head())),
    ),
    row(
        FieldId::Stored,
        "stored",
        Packed,
        "What is shown: the article without its text, or the file. Quotes are made from their article.",
        All(|a, s| s.record(&a.stored()), |_, _| (), |f, s| s.record(&f.stored())),
    ),
    row(
        FieldId::StoredText,
        "stored_text",
        Stored,
        "The article's text, exactly as read.",
        Article(|a, s| s.text(&a.article.text)),
    ),
];

/// `doc` of an article.
pub const DOC_ARTICLE: u64 = 1;
/// `doc` of a quote.
pub const DOC_QUOTE: u64 = 2;
/// `doc` of a file.
pub const DOC_FILE: u64 = 3;

const DOC_NAMES: &str =
    "Names of this kind: the fullest form once for each of its first mentions, and every written form.";
const DOC_NAME: &str = "Names of this kind, in their fullest form.";

/// What only the document of a file bears in `file`, so that it is replaced alone: the key but for its last bit, with
/// which it shares its place in the dictionary.
pub fn record_key(key: u64) -> u64 {
    key ^ 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_names_and_prefixes_are_one_to_one() {
        for (number, row) in FIELDS.iter().enumerate() {
            assert_eq!(row.id as usize, number, "{} stands out of order", row.name);
            let same =
                |other: &&Row| other.name == row.name || (row.prefix.is_some() && other.prefix == row.prefix);
            assert_eq!(FIELDS.iter().filter(same).count(), 1, "{} is there twice", row.name);
        }
    }
}
