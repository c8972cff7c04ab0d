//! What BM25 needs to know of the archive: articles and quotes are each counted by themselves.

use tantivy::{Term, fieldnorm::FieldNormReader};

use crate::index::{
    Error, Snapshot,
    fields::{Analysis, DOC_ARTICLE, DOC_QUOTE, FieldId},
};

/// Term saturation of BM25 (Robertson and Zaragoza 2009). nDCG@10 on the development halves of time, mhr and people:
/// 1.2 gives .788 .822 .900, 1.3 gives .790 .822 .899, 1.6 loses .005 on time and .004 on mhr.
pub(crate) const K1: f32 = 1.3;

/// Length normalisation of BM25, for stories of mixed length. On the same three, 0.4 with a K1 of 0.9 loses .043 on time
/// and gains .001 and .008; 0.85 loses .003 to .005 on mhr and people.
pub(crate) const B: f32 = 0.75;

/// Counts of one snapshot. Deleted documents count until they are merged away, as everywhere in the engine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Statistics {
    articles: u64,
    quotes: u64,
    article_words: u64,
    quote_words: u64,
}

impl Statistics {
    /// Reads them.
    pub(crate) fn of(snapshot: &Snapshot) -> Result<Self, Error> {
        let searcher = snapshot.searcher();
        let count = |kind| searcher.doc_freq(&Term::from_field_u64(FieldId::Doc.field(), kind));
        let words = |field: FieldId| -> Result<u64, Error> {
            let mut sum = 0;
            for segment in searcher.segment_readers() {
                sum += segment.inverted_index(field.field())?.total_num_tokens();
            }
            Ok(sum)
        };
        Ok(Self {
            articles: count(DOC_ARTICLE)?,
            quotes: count(DOC_QUOTE)?,
            article_words: words(FieldId::Text)?,
            quote_words: words(FieldId::Quote)?,
        })
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
        let all = self.documents(target).max(found) as f32;
        let found = found as f32;
        (1.0 + (all - found + 0.5) / (found + 0.5)).ln()
    }

    /// The length part of BM25's denominator for each of Tantivy's 256 length codes.
    pub(crate) fn norms(&self, field: FieldId) -> [f32; 256] {
        let average = match field {
            FieldId::Text => self.article_words as f32 / self.articles.max(1) as f32,
            FieldId::Quote => self.quote_words as f32 / self.quotes.max(1) as f32,
            _ => 0.0,
        };
        let mut norms = [K1; 256];
        if field.row().analysis == Analysis::Words && average > 0.0 {
            for (code, norm) in (0u8..=255).zip(&mut norms) {
                let length = FieldNormReader::id_to_fieldnorm(code) as f32;
                *norm = K1 * (1.0 - B + B * length / average);
            }
        }
        norms
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
        use crate::index::fields::Values;
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
