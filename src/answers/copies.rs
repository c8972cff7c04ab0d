//! Near-identical copies: the same wire story in several places.
//!
//! Two articles are near-copies when at least three in four bins of their sketches are equal, which stands for as large
//! a share of common five-word runs (see [`sketch`](crate::sketch::sketch)). Of those that are near-copies of
//! each other the earliest is the original: the oldest, undated last, then the one with the lower id. That follows from
//! what is live, whatever the order in which it came.

use tantivy::{DocAddress, Term};

use crate::{
    answers::archive::Archive,
    article::ArticleId,
    fields::FieldId,
    query::{Error, engine::postings},
};

/// Bins that a sketch must have to tell anything: shorter texts share their few words with others by chance.
pub(crate) const LEAST_BINS: usize = 4;

/// Articles that share a bin which is rare enough not to look for a rarer one.
const RARE: u64 = 100;

/// Copies of copies that are followed to their original.
const MOST_STEPS: usize = 8;

/// Bins that near-copies share, of the larger sketch.
pub(crate) fn shared(bins: usize) -> usize {
    (bins * 3).div_ceil(4)
}

impl Archive {
    /// The earliest article that the one at `doc` is a near-copy of; `None` when that is itself.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub(crate) fn original_of(&self, doc: DocAddress) -> Result<Option<DocAddress>, Error> {
        let sketch = self.sketch(doc)?;
        if sketch.len() < LEAST_BINS {
            return Ok(None);
        }
        // Whoever shares enough bins shares two of any few: the first that are rare are looked up, else the rarest.
        let few = (sketch.len() - shared(sketch.len()) + 2).min(sketch.len());
        let (mut bins, mut common) = (Vec::with_capacity(few), Vec::new());
        for &bin in &sketch {
            let term = Term::from_field_u64(FieldId::Shingle.field(), bin);
            let found = self.snapshot().documents_with(&term)?;
            if found <= RARE { &mut bins } else { &mut common }.push((found, term));
            if bins.len() == few {
                break;
            }
        }
        common.sort_by_key(|(found, _)| *found);
        bins.extend(common);
        let mut others = Vec::new();
        for (_, term) in &bins[..few] {
            others.extend(postings::with_term(self.snapshot(), term)?);
        }
        others.sort_unstable();
        let mut earliest = (self.age(doc)?, doc);
        for alike in others.chunk_by(|a, b| a == b).filter(|alike| alike.len() >= 2) {
            let other = alike[0];
            let age = self.age(other)?;
            let is_earlier = age < earliest.0
                || (age == earliest.0 && self.claimant(other)? < self.claimant(earliest.1)?);
            if is_earlier && is_near(&sketch, &self.sketch(other)?) {
                earliest = (age, other);
            }
        }
        Ok(Some(earliest.1).filter(|&original| original != doc))
    }

    /// The original behind an article and the originals of its originals; itself when it is one.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub(crate) fn first_original_of(&self, mut doc: DocAddress) -> Result<DocAddress, Error> {
        for _ in 0..MOST_STEPS {
            match self.original_of(doc)? {
                Some(original) => doc = original,
                None => break,
            }
        }
        Ok(doc)
    }

    /// The id of the article at an address.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub(crate) fn id_of(&self, doc: DocAddress) -> Result<Option<ArticleId>, Error> {
        let head = self.head(doc)?;
        Ok(head.split_once('\t').and_then(|(id, _)| ArticleId::read(id)))
    }

    fn sketch(&self, doc: DocAddress) -> Result<Vec<u64>, Error> {
        let segment = self.snapshot().searcher().segment_reader(doc.segment_ord);
        let columns = self.statistics().columns(doc.segment_ord, segment)?;
        Ok(columns.sketch.values_for_doc(doc.doc_id).collect())
    }

    /// What orders articles from the earliest: whether undated, when, id.
    fn age(&self, doc: DocAddress) -> Result<(bool, Option<i64>, u64), Error> {
        let segment = self.snapshot().searcher().segment_reader(doc.segment_ord);
        let columns = self.statistics().columns(doc.segment_ord, segment)?;
        let date = columns.date.first(doc.doc_id);
        Ok((date.is_none(), date, columns.key(doc.doc_id).unwrap_or(u64::MAX)))
    }

    /// What tells articles apart that claim one id.
    fn claimant(&self, doc: DocAddress) -> Result<u64, Error> {
        Ok(self.id_of(doc)?.map_or(0, |id| id.claimant()))
    }
}

fn is_near(a: &[u64], b: &[u64]) -> bool {
    let common = a.iter().filter(|bin| b.contains(bin)).count();
    common >= shared(a.len().max(b.len()))
}
