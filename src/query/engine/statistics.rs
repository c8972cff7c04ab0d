//! What BM25 needs to know of the archive: articles and quotes are each counted by themselves.

use std::{io, sync::OnceLock};

use tantivy::{
    DocId, SegmentReader, Term,
    columnar::{Column, ColumnIndex, StrColumn, column_index::Set},
    fieldnorm::FieldNormReader,
    schema::IndexRecordOption,
};

use crate::{
    article::ArticleId,
    fields::{DOC_ARTICLE, DOC_QUOTE, FieldId},
    index::Snapshot,
    query::Error,
};

/// Term saturation of BM25 (Robertson and Zaragoza 2009). nDCG@10 on the development halves of time, mhr and people:
/// 1.2 gives .788 .822 .900, 1.3 gives .790 .822 .899, 1.6 loses .005 on time and .004 on mhr.
pub(crate) const K1: f32 = 1.3;

/// Length normalisation of BM25, for stories of mixed length. On the same three, 0.4 with a K1 of 0.9 loses .043 on time
/// and gains .001 and .008; 0.85 loses .003 to .005 on mhr and people.
pub(crate) const B: f32 = 0.75;

/// Counts of one snapshot, and the columns that every search reads. Only what is not deleted counts, so that scores do
/// not depend on how the index came about.
pub(crate) struct Statistics {
    articles: u64,
    quotes: u64,
    article_norms: OnceLock<[f32; 256]>,
    quote_norms: OnceLock<[f32; 256]>,
    columns: Vec<OnceLock<Columns>>,
}

/// The columns of a segment that every search reads.
pub(crate) struct Columns {
    /// Kind of document.
    pub(crate) kind: Column<u64>,
    /// Instant of publication.
    pub(crate) date: Column<i64>,
    /// The article's id as a number; quotes have none.
    key: Column<u64>,
    /// A quote's number in its article.
    pub(crate) number: Column<u64>,
    /// The bins of an article's sketch.
    pub(crate) sketch: Column<u64>,
    /// What an article's id has behind its digits, and its headline; none in a segment without articles.
    head: Option<StrColumn>,
}

impl Columns {
    fn open(segment: &SegmentReader) -> Result<Self, Error> {
        let fast = segment.fast_fields();
        Ok(Self {
            kind: fast.u64(FieldId::Doc.row().name)?,
            date: fast.i64(FieldId::Date.row().name)?,
            key: fast.u64(FieldId::Key.row().name)?,
            number: fast.u64(FieldId::QuoteNumber.row().name)?,
            sketch: fast.u64(FieldId::Shingle.row().name)?,
            head: fast.str(FieldId::Head.row().name)?,
        })
    }

    /// Id, tab and headline of an article.
    pub(crate) fn head(&self, article: DocId) -> io::Result<String> {
        let mut behind = String::new();
        if let Some(heads) = &self.head
            && let Some(ord) = heads.term_ords(article).next()
        {
            heads.ord_to_str(ord, &mut behind)?;
        }
        let id = ArticleId::of_key(self.key(article).unwrap_or_default());
        Ok(id.as_str().to_owned() + &behind)
    }

    /// The id of an article as a number; of a quote, that of the article behind it.
    pub(crate) fn key(&self, doc: DocId) -> Option<u64> {
        let at = match &self.key.index {
            ColumnIndex::Full => doc,
            ColumnIndex::Optional(articles) => articles.rank(doc),
            ColumnIndex::Empty { .. } | ColumnIndex::Multivalued(_) => return None,
        };
        (at < self.key.values.num_vals()).then(|| self.key.values.get_val(at))
    }
}

impl Statistics {
    /// Reads them.
    pub(crate) fn of(snapshot: &Snapshot) -> Result<Self, Error> {
        let counts = snapshot.counts()?;
        Ok(Self {
            articles: counts.articles,
            quotes: counts.quotes,
            article_norms: OnceLock::new(),
            quote_norms: OnceLock::new(),
            columns: snapshot.searcher().segment_readers().iter().map(|_| OnceLock::new()).collect(),
        })
    }

    /// The columns of a segment, opened when first asked for.
    pub(crate) fn columns(&self, ord: u32, segment: &SegmentReader) -> Result<&Columns, Error> {
        let columns = &self.columns[ord as usize];
        if let Some(columns) = columns.get() {
            return Ok(columns);
        }
        let opened = Columns::open(segment)?;
        Ok(columns.get_or_init(|| opened))
    }

    /// Documents that could hold a term of the field.
    pub(crate) fn documents(&self, target: Target) -> u64 {
        match target {
            Target::Articles => self.articles,
            Target::Quotes => self.quotes,
        }
    }

    /// Inverse document frequency, as Lucene and Tantivy have it: never negative.
    pub(crate) fn idf(&self, target: Target, found: u64) -> f32 {
        idf(self.documents(target), found)
    }

    /// The length part of BM25's denominator for each of Tantivy's 256 length codes.
    pub(crate) fn norms(&self, snapshot: &Snapshot, field: FieldId) -> Result<&[f32; 256], Error> {
        let (norms, target) = match field {
            FieldId::Text => (&self.article_norms, Target::Articles),
            FieldId::Quote => (&self.quote_norms, Target::Quotes),
            _ => return Ok(&[K1; 256]),
        };
        if let Some(norms) = norms.get() {
            return Ok(norms);
        }
        let average = words(snapshot, target)? as f64 / self.documents(target).max(1) as f64;
        Ok(norms.get_or_init(|| of_average(average as f32)))
    }
}

/// The same of so many documents.
pub(crate) fn idf(documents: u64, found: u64) -> f32 {
    let all = documents.max(found) as f32;
    let found = found as f32;
    (1.0 + (all - found + 0.5) / (found + 0.5)).ln()
}

/// Words of all documents of a kind, each with the middle of the lengths that share its code. The exact sums of segments
/// will not do: they count deleted documents, and merging replaces them by estimates.
fn words(snapshot: &Snapshot, target: Target) -> Result<u64, Error> {
    if let Some(whole) = snapshot.whole() {
        return Ok(if target == Target::Articles { whole.words.0 } else { whole.words.1 });
    }
    let kind = Term::from_field_u64(FieldId::Doc.field(), target.number());
    let mut with_code = [0u64; 256];
    for segment in snapshot.searcher().segment_readers() {
        let lengths = segment.get_fieldnorms_reader(target.words().field())?;
        let inverted = segment.inverted_index(kind.field())?;
        let documents = inverted.read_block_postings(&kind, IndexRecordOption::Basic);
        let Some(mut documents) = documents.map_err(tantivy::TantivyError::from)? else { continue };
        let alive = segment.alive_bitset();
        while !documents.docs().is_empty() {
            for &doc in documents.docs().iter().filter(|doc| alive.is_none_or(|alive| alive.is_alive(**doc)))
            {
                with_code[usize::from(lengths.fieldnorm_id(doc))] += 1;
            }
            documents.advance();
        }
    }
    Ok((0u8..=255).zip(with_code).map(|(code, count)| count * middle(code)).sum())
}

/// The middle of the lengths that share a code.
fn middle(code: u8) -> u64 {
    let least = |code| u64::from(FieldNormReader::id_to_fieldnorm(code));
    (least(code) + least(code.saturating_add(1)).saturating_sub(1).max(least(code))) / 2
}

/// A length as it counts in the average of all: the middle of those that share its code.
pub(crate) fn counted_length(words: u32) -> u64 {
    middle(FieldNormReader::fieldnorm_to_id(words))
}

fn of_average(average: f32) -> [f32; 256] {
    let mut norms = [K1; 256];
    if average > 0.0 {
        for (code, norm) in (0u8..=255).zip(&mut norms) {
            let length = FieldNormReader::id_to_fieldnorm(code) as f32;
            *norm = K1 * (1.0 - B + B * length / average);
        }
    }
    norms
}

/// Scores how often a word stands in a document of some length: the part of BM25 without the word's weight.
pub(crate) struct Scorer<'a> {
    norms: &'a [f32; 256],
    lengths: Option<FieldNormReader>,
}

/// How often a document holds a word at the most, as scores have it: windows keep no more of it.
const MOST_FREQUENT: u32 = u16::MAX as u32;

impl<'a> Scorer<'a> {
    /// Of the norms of a field, and the lengths of its documents where they count.
    pub(crate) fn new(norms: &'a [f32; 256], lengths: Option<FieldNormReader>) -> Self {
        Self { norms, lengths }
    }

    /// Between 0 and [`K1`] + 1.
    #[inline]
    pub(crate) fn score(&self, doc: DocId, frequency: u32) -> f32 {
        Self::score_of(frequency, self.norm(doc))
    }

    /// The length part of the denominator.
    #[inline]
    pub(crate) fn norm(&self, doc: DocId) -> f32 {
        self.lengths.as_ref().map_or(K1, |lengths| self.norms[usize::from(lengths.fieldnorm_id(doc))])
    }

    /// The score of a frequency in a document whose [`norm`](Self::norm) is known.
    #[inline]
    pub(crate) fn score_of(frequency: u32, norm: f32) -> f32 {
        let frequency = frequency.min(MOST_FREQUENT) as f32;
        frequency * (K1 + 1.0) / (frequency + norm)
    }
}

/// What a query looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Stories.
    Articles,
    /// Quotes.
    Quotes,
}

impl Target {
    /// What the fields of its own documents are; other fields belong to the other kind.
    pub(crate) fn of(field: FieldId) -> Option<Self> {
        use crate::fields::Values;
        match field.row().values {
            Values::Article(_) => Some(Self::Articles),
            Values::Quote(_) => Some(Self::Quotes),
            Values::Both(..) | Values::All(..) => None,
            Values::File(_) => None,
        }
    }

    /// Its field of running words.
    pub(crate) fn words(self) -> FieldId {
        match self {
            Self::Articles => FieldId::Text,
            Self::Quotes => FieldId::Quote,
        }
    }

    /// Its number in the field `doc`.
    pub(crate) fn number(self) -> u64 {
        match self {
            Self::Articles => DOC_ARTICLE,
            Self::Quotes => DOC_QUOTE,
        }
    }
}
