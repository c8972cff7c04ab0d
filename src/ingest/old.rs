//! What the index holds of a file that is read again.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use crate::{article::ArticleId, index::KnownArticle};

/// What the index holds of a file and has not been met again.
#[derive(Default)]
pub(super) struct Old {
    /// By the id they claim and the hash of their record; of those alike, the one that stands first comes last.
    alike: FxHashMap<(u64, u64), Vec<KnownArticle>>,
    /// Hashes of the records by the ids they claim; those met since are no longer in `alike`.
    by_claim: FxHashMap<u64, Vec<u64>>,
}

impl Old {
    pub fn new(mut articles: Vec<KnownArticle>) -> Self {
        let mut old = Self::default();
        articles.sort_by_key(|article| Reverse(article.record));
        for article in articles {
            let key = article.id.key();
            old.by_claim.entry(key).or_default().push(article.content);
            old.alike.entry((key, article.content)).or_default().push(article);
        }
        old
    }

    /// The first article that claims that id and holds just that.
    pub fn take_same(&mut self, id: &ArticleId, content: u64) -> Option<KnownArticle> {
        self.alike.get_mut(&(id.key(), content))?.pop()
    }

    /// An article that claims the same id, to be replaced.
    pub fn take_claimant(&mut self, id: &ArticleId) -> Option<KnownArticle> {
        loop {
            let content = self.by_claim.get_mut(&id.key())?.pop()?;
            if let Some(old) = self.take_same(id, content) {
                return Some(old);
            }
        }
    }

    /// What was not met again.
    pub fn rest(&self) -> impl Iterator<Item = &KnownArticle> {
        self.alike.values().flatten()
    }
}
