//! Which articles claim which ids, and who keeps one that several claim.
//!
//! Ids must come out as in a fresh build, whatever came and went in which order: of the articles that claim an id, the
//! first in crawl order (by root, path and record) keeps it, the second gets `.2`, and so on. While a run goes on, an
//! article that finds its id taken gets a passing suffix; when all files are in, each claim that the run touched is
//! settled. A commit in between says so, and the next run settles everything.

use std::collections::hash_map::Entry;

use fastbloom::BloomFilter;
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
///
/// What is claimed stands in the index. Only a filter of it is held in memory (Bloom, "Space/time trade-offs in hash
/// coding with allowable errors", 1970): of an id that it does not know, nobody claims it, and that is most of what is
/// new. Beside it stands what changed since the last commit.
pub struct Claims {
    snapshot: Snapshot,
    filter: BloomFilter,
    /// How many ids the filter has room for.
    room: u64,
    /// How many articles claim those ids that were looked at since the last commit.
    counts: FxHashMap<u64, u32>,
    touched: FxHashSet<u64>,
    shared: u64,
    passing: usize,
}

/// Ids for which a filter has room at least, and for how many times those that it begins with.
const LEAST_ROOM: u64 = 1 << 17;
const ROOM_TO_GROW: u64 = 2;

/// How often the filter takes an id for one that may be claimed although it is not.
const FALSE_HITS: f64 = 0.01;

impl Claims {
    /// Learns the claims of all articles. When the last run could not settle what it touched, everything shared is
    /// marked.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn load(snapshot: &Snapshot, run: i64) -> Result<Self, Error> {
        // Passing suffixes of different runs must not meet: they begin at the run's start in milliseconds.
        let passing = usize::try_from(run / 1_000_000).unwrap_or_default();
        let shared = suffixed(snapshot)?;
        let mut claims = Self {
            snapshot: snapshot.clone(),
            filter: BloomFilter::with_num_bits(64).hashes(1),
            room: 0,
            counts: FxHashMap::default(),
            touched: FxHashSet::default(),
            shared: shared.len() as u64,
            passing,
        };
        if !snapshot.is_settled()? {
            claims.touched.extend(shared);
        }
        claims.fill()?;
        Ok(claims)
    }

    /// Fills a filter with what is claimed in the index.
    fn fill(&mut self) -> Result<(), Error> {
        let articles = self.snapshot.counts()?.articles;
        self.room = (articles * ROOM_TO_GROW).max(LEAST_ROOM);
        let room = usize::try_from(self.room).unwrap_or(usize::MAX);
        // The old one goes before the new one comes.
        self.filter = BloomFilter::with_num_bits(64).hashes(1);
        self.filter = BloomFilter::with_false_pos(FALSE_HITS).seed(&0).expected_items(room);
        self.room -= articles;
        for segment in self.snapshot.searcher().segment_readers() {
            let keys = number(segment, FieldId::Key)?;
            let mut documents = of_kind(segment, DOC_ARTICLE)?;
            while let Some(doc) = next_alive(documents.as_mut(), segment) {
                self.filter.insert(&keys.first(doc).unwrap_or_default());
            }
        }
        Ok(())
    }

    /// Goes on from a commit that holds everything that was claimed and given up.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn committed(&mut self, snapshot: Snapshot) -> Result<(), Error> {
        self.snapshot = snapshot;
        let counts = std::mem::take(&mut self.counts);
        let claimed = || counts.iter().filter(|(_, count)| **count > 0).map(|(key, _)| key);
        match self.room.checked_sub(claimed().count() as u64) {
            Some(room) => {
                self.room = room;
                self.filter.extend(claimed());
                Ok(())
            }
            None => self.fill(),
        }
    }

    /// How many articles claim an id.
    fn count(&mut self, key: u64) -> Result<&mut u32, Error> {
        Ok(match self.counts.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(entry) => {
                let count = if self.filter.contains(&key) { claimed(&self.snapshot, key)?.len() } else { 0 };
                entry.insert(u32::try_from(count).unwrap_or(u32::MAX))
            }
        })
    }

    /// Claims an id for a new article: the id it gets for now.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn claim(&mut self, id: ArticleId) -> Result<ArticleId, Error> {
        let count = self.count(id.key())?;
        *count += 1;
        if *count == 1 {
            return Ok(id);
        }
        self.shared += 1;
        self.touched.insert(id.key());
        self.passing += 1;
        Ok(id.suffixed(self.passing))
    }

    /// Gives up the claim of an article that goes.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn release(&mut self, id: &ArticleId) -> Result<(), Error> {
        let count = self.count(id.key())?;
        let Some(less) = count.checked_sub(1) else { return Ok(()) };
        *count = less;
        if less > 0 {
            self.shared = self.shared.saturating_sub(1);
            self.touched.insert(id.key());
        }
        Ok(())
    }

    /// Whether any article claims the id.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn is_held(&mut self, id: &ArticleId) -> Result<bool, Error> {
        Ok(*self.count(id.key())? > 0)
    }

    /// How many articles claim an id that another one claims too and has.
    pub fn shared(&self) -> u64 {
        self.shared
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
            for (number, claimant) in (1..).zip(&claimants) {
                let id = if number == 1 { plain.clone() } else { plain.suffixed(number) };
                if claimant.stored.id != id {
                    removals.remove_article(&claimant.stored.id);
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

/// Every article that claims an id, with what is stored of it.
pub(super) fn claimants(snapshot: &Snapshot, key: u64) -> Result<Vec<Claimant>, Error> {
    claimed(snapshot, key)?
        .into_iter()
        .map(|Claimed { at, file, content, .. }| {
            Ok(Claimant { at, stored: snapshot.article(at)?, file, content })
        })
        .collect()
}

/// An article that claims an id.
pub(super) struct Claimed {
    pub id: ArticleId,
    pub at: DocAddress,
    pub file: u64,
    pub content: u64,
}

/// Every article that claims an id: terms of `article_id` that begin with its digits.
pub(super) fn claimed(snapshot: &Snapshot, key: u64) -> Result<Vec<Claimed>, Error> {
    let mut claimants = Vec::new();
    let digits = format!("{key:016x}");
    for (at, segment) in (0..).zip(snapshot.searcher().segment_readers()) {
        let inverted = segment.inverted_index(FieldId::ArticleId.field())?;
        let mut terms =
            inverted.terms().range().ge(&digits).into_stream().map_err(tantivy::TantivyError::from)?;
        while terms.advance() && terms.key().starts_with(digits.as_bytes()) {
            let (kind, file, content) = (
                number(segment, FieldId::Doc)?,
                number(segment, FieldId::FileKey)?,
                number(segment, FieldId::Content)?,
            );
            let mut documents = inverted
                .read_postings_from_terminfo(terms.value(), IndexRecordOption::Basic)
                .map_err(tantivy::TantivyError::from)?;
            while let Some(doc) = next_alive(&mut documents, segment) {
                if kind.first(doc) == Some(DOC_ARTICLE)
                    && let Some(id) = str::from_utf8(terms.key()).ok().and_then(ArticleId::read)
                {
                    claimants.push(Claimed {
                        id,
                        at: DocAddress::new(at, doc),
                        file: file.first(doc).unwrap_or_default(),
                        content: content.first(doc).unwrap_or_default(),
                    });
                }
            }
        }
    }
    Ok(claimants)
}

/// Keys of the files that hold an article which claims an id.
///
/// # Errors
/// When the index cannot be read.
pub fn files_of(snapshot: &Snapshot, key: u64) -> Result<Vec<u64>, Error> {
    Ok(claimed(snapshot, key)?.into_iter().map(|claimed| claimed.file).collect())
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
