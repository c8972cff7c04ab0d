//! Which articles claim which ids, and who keeps one that several claim.
//!
//! Ids must come out as in a fresh build, whatever came and went in which order: of the articles that claim an id, the
//! first in crawl order (by root, path and record) keeps it, the second gets `.2`, and so on. While a run goes on, an
//! article that finds its id taken gets a passing suffix; when all files are in, each claim that the run touched is
//! settled. A commit in between says so, and the next run settles everything.

use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::{DocAddress, DocSet, TERMINATED, schema::IndexRecordOption};

use crate::{
    article::{ArticleId, Origin},
    fields::{DOC_ARTICLE, FieldId},
    index::{
        Batch, Error, Snapshot,
        segment::{next_alive, number, of_kind},
    },
    view::{ArticleView, StoredArticle},
};

/// How many articles claim each id, and which claims are to be settled.
#[derive(Default)]
pub struct Claims {
    held: FxHashMap<u64, u32>,
    touched: FxHashSet<u64>,
    passing: usize,
}

impl Claims {
    /// Counts the claims of all articles. When the last run could not settle what it touched, everything shared is
    /// marked.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn load(snapshot: &Snapshot, run: i64) -> Result<Self, Error> {
        // Passing suffixes of different runs must not meet: they begin at the run's start in milliseconds.
        let passing = usize::try_from(run / 1_000_000).unwrap_or_default();
        let mut claims = Self { passing, ..Self::default() };
        for segment in snapshot.searcher().segment_readers() {
            let keys = number(segment, FieldId::Key)?;
            let mut documents = of_kind(segment, DOC_ARTICLE)?;
            while let Some(doc) = next_alive(documents.as_mut(), segment) {
                *claims.held.entry(keys.first(doc).unwrap_or_default()).or_default() += 1;
            }
        }
        if !snapshot.is_settled()? {
            claims.touched.extend(claims.held.iter().filter(|(_, count)| **count > 1).map(|(&key, _)| key));
            claims.touched.extend(suffixed(snapshot)?);
        }
        Ok(claims)
    }

    /// Claims an id for a new article: the id it gets for now.
    pub fn claim(&mut self, id: ArticleId) -> ArticleId {
        let count = self.held.entry(id.key()).or_default();
        *count += 1;
        if *count == 1 {
            return id;
        }
        self.touched.insert(id.key());
        self.passing += 1;
        id.suffixed(self.passing)
    }

    /// Gives up the claim of an article that goes.
    pub fn release(&mut self, id: &ArticleId) {
        let Some(count) = self.held.get_mut(&id.key()) else { return };
        *count -= 1;
        if *count == 0 {
            self.held.remove(&id.key());
        } else {
            self.touched.insert(id.key());
        }
    }

    /// Whether any article claims the id.
    pub fn is_held(&self, id: &ArticleId) -> bool {
        self.held.contains_key(&id.key())
    }

    /// How many articles claim an id that another one claims too and has.
    pub fn shared(&self) -> u64 {
        self.held.values().map(|&count| u64::from(count - 1)).sum()
    }

    /// Whether every article has the id that a fresh build would give it.
    pub fn are_settled(&self) -> bool {
        self.touched.is_empty()
    }

    /// What brings every touched claim in order, given the index with all changes so far; then nothing is touched.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn settle(&mut self, snapshot: &Snapshot) -> Result<Vec<Batch>, Error> {
        let mut keys: Vec<u64> = self.touched.drain().collect();
        keys.sort_unstable();
        let mut removals = Batch::default();
        let mut batches = Vec::new();
        for key in keys {
            let mut claimants = claimants(snapshot, key)?;
            claimants.sort_by(|a, b| crawl_order(&a.stored.article.origin, &b.stored.article.origin));
            let plain = ArticleId::of_key(key);
            for (number, claimant) in (1..).zip(&mut claimants) {
                let id = if number == 1 { plain.clone() } else { plain.suffixed(number) };
                if claimant.stored.id != id {
                    removals.remove_article(&claimant.stored.id);
                    claimant.stored.article.text = snapshot.text(claimant.at)?;
                    let StoredArticle { article, found, .. } = &claimant.stored;
                    let mut batch = Batch::default();
                    batch.add_article(&ArticleView::new(
                        &id,
                        article,
                        found,
                        claimant.file,
                        claimant.content,
                    ));
                    batches.push(batch);
                }
            }
        }
        batches.insert(0, removals);
        Ok(batches)
    }
}

pub(super) struct Claimant {
    pub at: DocAddress,
    stored: StoredArticle,
    file: u64,
    content: u64,
}

/// Every article that claims an id: terms of `article_id` that begin with its digits.
pub(super) fn claimants(snapshot: &Snapshot, key: u64) -> Result<Vec<Claimant>, Error> {
    let mut claimants = Vec::new();
    let digits = format!("{key:016x}");
    for (at, segment) in (0..).zip(snapshot.searcher().segment_readers()) {
        let inverted = segment.inverted_index(FieldId::ArticleId.field())?;
        let kind = number(segment, FieldId::Doc)?;
        let file = number(segment, FieldId::File)?;
        let content = number(segment, FieldId::Content)?;
        let mut terms =
            inverted.terms().range().ge(&digits).into_stream().map_err(tantivy::TantivyError::from)?;
        while terms.advance() && terms.key().starts_with(digits.as_bytes()) {
            let mut documents = inverted
                .read_postings_from_terminfo(terms.value(), IndexRecordOption::Basic)
                .map_err(tantivy::TantivyError::from)?;
            while let Some(doc) = next_alive(&mut documents, segment) {
                if kind.first(doc) == Some(DOC_ARTICLE) {
                    let at = DocAddress::new(at, doc);
                    claimants.push(Claimant {
                        at,
                        stored: snapshot.stored(at)?,
                        file: file.first(doc).unwrap_or_default(),
                        content: content.first(doc).unwrap_or_default(),
                    });
                }
            }
        }
    }
    Ok(claimants)
}

/// Keys of all articles whose id bears a suffix.
fn suffixed(snapshot: &Snapshot) -> Result<Vec<u64>, Error> {
    let mut keys = Vec::new();
    for segment in snapshot.searcher().segment_readers() {
        let inverted = segment.inverted_index(FieldId::ArticleId.field())?;
        let mut terms = inverted.terms().stream().map_err(tantivy::TantivyError::from)?;
        while terms.advance() {
            if terms.key().get(16) != Some(&b'.') {
                continue;
            }
            let mut documents = inverted
                .read_postings_from_terminfo(terms.value(), IndexRecordOption::Basic)
                .map_err(tantivy::TantivyError::from)?;
            if documents.doc() != TERMINATED && next_alive(&mut documents, segment).is_some() {
                let digits = str::from_utf8(&terms.key()[..16]).unwrap_or_default();
                keys.extend(u64::from_str_radix(digits, 16));
            }
        }
    }
    Ok(keys)
}

/// The order of a crawl: by root, then folder by folder, then record by record.
fn crawl_order(a: &Origin, b: &Origin) -> std::cmp::Ordering {
    (a.root.cmp(&b.root)).then_with(|| a.path.split('/').cmp(b.path.split('/'))).then(a.record.cmp(&b.record))
}
