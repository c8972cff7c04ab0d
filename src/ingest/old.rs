//! What the index holds of a file that is read again, and which of it each record replaces.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use super::passed::Passed;
use crate::{
    article::{Article, ArticleId, Claim, Naming},
    index::{Error, KnownArticle, Manifest, Snapshot},
};

/// What a record of a file replaces.
#[derive(Default)]
pub(super) struct Former {
    /// The articles.
    pub articles: Vec<KnownArticle>,
    /// Whether it is one that holds just that, where only its place in the file is another one.
    pub moved: bool,
}

/// What the index holds of a file and has not been met again.
pub(super) trait Old {
    /// What the file's next record claims.
    fn claim(&mut self, article: &Article, container: bool) -> Claim;

    /// What a record of that content replaces, as far as records that come later need not be asked. `same` says that
    /// the file was read before by the same program with the same settings.
    fn replaced(
        &mut self,
        manifest: &Manifest,
        claim: Claim,
        content: u64,
        same: bool,
    ) -> Result<Former, Error>;

    /// What else it replaces.
    fn claimant(&mut self, claim: Claim) -> Option<KnownArticle>;
}

/// All of it in memory: for files of usual size.
#[derive(Default)]
pub(super) struct Listed {
    naming: Naming,
    /// By the id they claim and the hash of their record; of those alike, the one that stands first comes last.
    alike: FxHashMap<(u64, u64), Vec<KnownArticle>>,
    /// Hashes of the records by the ids they claim; those met since are no longer in `alike`.
    by_claim: FxHashMap<u64, Vec<u64>>,
    held: u64,
}

impl Listed {
    pub fn new(mut articles: Vec<KnownArticle>) -> Self {
        let mut old = Self { held: articles.len() as u64, ..Self::default() };
        articles.sort_by_key(|article| Reverse(article.record));
        for article in articles {
            let key = article.id.key();
            old.by_claim.entry(key).or_default().push(article.content);
            old.alike.entry((key, article.content)).or_default().push(article);
        }
        old
    }

    /// How many articles there were.
    pub fn held(&self) -> u64 {
        self.held
    }

    /// The first article that claims that id and holds just that.
    fn take_same(&mut self, id: &ArticleId, content: u64) -> Option<KnownArticle> {
        self.alike.get_mut(&(id.key(), content))?.pop()
    }

    /// An article that claims the same id, to be replaced.
    fn take_claimant(&mut self, id: &ArticleId) -> Option<KnownArticle> {
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

impl Old for Listed {
    fn claim(&mut self, article: &Article, container: bool) -> Claim {
        self.naming.claim(article, container)
    }

    fn replaced(&mut self, _: &Manifest, claim: Claim, content: u64, same: bool) -> Result<Former, Error> {
        let alike = if same { self.take_same(&claim.id(), content) } else { None };
        Ok(Former { moved: alike.is_some(), articles: Vec::from_iter(alike) })
    }

    fn claimant(&mut self, claim: Claim) -> Option<KnownArticle> {
        self.take_claimant(&claim.id()).or_else(|| self.take_claimant(&claim.former()?))
    }
}

/// Looked up in the index record by record: for files of any size, read over several runs. The first record that claims
/// an id replaces all that the file held under it.
pub(super) struct Indexed {
    naming: Naming<Passed>,
    file: u64,
    held: u64,
}

impl Indexed {
    /// What the index holds of that file, of which records with those ids were met and `held` articles stood there
    /// before.
    pub fn new(file: u64, passed: Passed, held: u64) -> Self {
        Self { naming: Naming::behind(passed), file, held }
    }

    /// The ids that were met.
    pub fn passed(&mut self) -> &mut Passed {
        self.naming.claimed()
    }

    /// How many articles there were.
    pub fn held(&self) -> u64 {
        self.held
    }

    /// What was not met, given the index with all changes so far.
    pub fn rest(&mut self, snapshot: &Snapshot) -> Result<Vec<ArticleId>, Error> {
        let mut rest = Vec::new();
        if self.held > 0 {
            let passed = self.naming.claimed();
            for part in 0..passed.parts() {
                let met = passed.part(part)?;
                let is_met = &mut |key| passed.part_of(key) != part || met.contains(&key);
                rest.extend(snapshot.others_of_file(self.file, is_met)?);
            }
        }
        Ok(rest)
    }
}

impl Old for Indexed {
    fn claim(&mut self, article: &Article, container: bool) -> Claim {
        self.naming.claim(article, container)
    }

    fn replaced(
        &mut self,
        manifest: &Manifest,
        claim: Claim,
        content: u64,
        same: bool,
    ) -> Result<Former, Error> {
        if self.held == 0 || claim.is_again() {
            return Ok(Former::default());
        }
        let mut articles = manifest.claimants(self.file, &claim.id())?;
        if let (true, Some(former)) = (articles.is_empty(), claim.former()) {
            articles = manifest.claimants(self.file, &former)?;
        }
        let is_alike = |old: &KnownArticle| old.id.key() == claim.id().key() && old.content == content;
        let moved = same && matches!(&articles[..], [one] if is_alike(one));
        Ok(Former { articles, moved })
    }

    fn claimant(&mut self, _: Claim) -> Option<KnownArticle> {
        None
    }
}
