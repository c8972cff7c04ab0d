//! An archive that lies elsewhere, answering as one here.
//!
//! Stories that may be the answer are gathered, and looked at as those of an index are, with the statistics of the whole
//! archive: what is said of them is the same. Counts over more stories than are gathered are asked for as counts.

use std::{borrow::Cow, sync::Arc};

use rustc_hash::FxHashSet;

use crate::{
    answers::{
        archive::Archive,
        backend::{Backend, Wanted},
        copies::{LEAST_BINS, shared},
    },
    article::ArticleId,
    index::Snapshot,
    query::{
        Error,
        engine::{
            plan::{Clause, Plan},
            rank::{self, Ranked, Sort},
            statistics::Target,
        },
        language::ast::Query,
    },
    view::StoredArticle,
};

/// Copies of copies that are looked for.
const MOST_STEPS: usize = 8;

/// Copies of the stories shown, at most.
const MOST_COPIES: usize = 2000;

/// Times that a question is asked again because counts came that it had not known.
const MOST_ROUNDS: usize = 32;

impl Archive {
    /// An archive that lies elsewhere.
    ///
    /// # Errors
    /// When it cannot be asked.
    pub(crate) fn of_backend(backend: Arc<dyn Backend>) -> Result<Self, Error> {
        let whole = Arc::new(backend.whole()?);
        let here = Snapshot::of_stories(&[], whole)?;
        Ok(Self::of_snapshot(here)?.with_backend(backend))
    }

    /// What the articles of a query must match, under the strict reading.
    pub(crate) fn strict_clause(&self, query: &Query) -> Result<Clause, Error> {
        Ok(Clause::All(self.plan(query, Target::Articles)?.strict().required))
    }

    /// Asks until every count is known that the answer needs.
    pub(crate) fn knowing<T>(&self, mut ask: impl FnMut() -> Result<T, Error>) -> Result<T, Error> {
        for _ in 0..MOST_ROUNDS {
            let answer = ask()?;
            let (Some(backend), Some(whole)) = (self.backend(), self.snapshot().whole()) else {
                return Ok(answer);
            };
            let wanted = whole.take_wanted();
            if wanted.is_empty() {
                return Ok(answer);
            }
            let answers = backend.known(&wanted)?;
            whole.learn(wanted.into_iter().zip(answers));
        }
        ask()
    }

    /// An archive of some stories of this one.
    fn gathered(&self, stories: &[StoredArticle]) -> Result<Self, Error> {
        let whole = self.snapshot().whole().map(Arc::clone);
        let whole = whole.ok_or(Error::NotThere { what: "stories that were not gathered" })?;
        self.with_stories(Snapshot::of_stories(stories, whole)?)
    }

    /// Ranks, with the archive that holds what was found.
    pub(crate) fn rank(
        &self,
        plan: &Plan,
        any_word: bool,
        sort: Sort,
        most: usize,
    ) -> Result<(Cow<'_, Self>, Ranked), Error> {
        let Some(backend) = self.elsewhere() else {
            return Ok((Cow::Borrowed(self), rank::rank(self.engine(), plan, any_word, sort, most)?));
        };
        let mut found = backend.candidates(plan, &plan.enough(any_word), sort, most)?;
        if found.ranked < most as u64
            && let Some(fewer) = plan.fewer(any_word)
        {
            found.stories.extend(backend.candidates(plan, &fewer, sort, most)?.stories);
            let mut seen = FxHashSet::default();
            found.stories.retain(|story| seen.insert((story.id.clone(), story.article.origin.root.clone())));
        }
        let here = self.gathered(&found.stories)?;
        let mut ranked = rank::rank(here.engine(), plan, any_word, sort, most)?;
        (ranked.strict, ranked.ranked) = (found.strict, found.ranked);
        Ok((Cow::Owned(here), ranked))
    }

    /// The same with the stories that those found may be copies of.
    pub(crate) fn rank_with_copies(
        &self,
        plan: &Plan,
        any_word: bool,
        sort: Sort,
        most: usize,
    ) -> Result<(Cow<'_, Self>, Ranked), Error> {
        let (here, mut ranked) = self.rank(plan, any_word, sort, most)?;
        if self.elsewhere().is_none() {
            return Ok((here, ranked));
        }
        let mut ids: Vec<ArticleId> = Vec::new();
        for placed in ranked.placed() {
            ids.extend(here.id_of(placed.doc)?);
        }
        let mut shown = Vec::with_capacity(ids.len());
        for id in &ids {
            shown.extend(here.article(id.as_str())?);
        }
        let here = self.with_copies(shown)?;
        let mut docs = ids.iter().map(|id| here.doc_of(id.as_str()));
        for (_, doc) in ranked.best.iter_mut().chain(&mut ranked.partial) {
            if let Some(Ok(Some(there))) = docs.next() {
                *doc = there;
            }
        }
        Ok((Cow::Owned(here), ranked))
    }

    /// An archive of some stories, with those that they may be copies of.
    fn with_copies(&self, mut stories: Vec<StoredArticle>) -> Result<Self, Error> {
        let Some(backend) = self.elsewhere() else { return self.gathered(&stories) };
        let mut seen: FxHashSet<ArticleId> = stories.iter().map(|story| story.id.clone()).collect();
        let mut looked_at = 0;
        for _ in 0..MOST_STEPS {
            let sketches =
                stories[looked_at..].iter().map(|story| crate::sketch::sketch(&story.article.text));
            let sketches = sketches.filter(|sketch| sketch.len() >= LEAST_BINS);
            let alike: Vec<(Vec<u32>, usize)> =
                sketches.map(|sketch| (sketch.clone(), shared(sketch.len()))).collect();
            looked_at = stories.len();
            if alike.is_empty() || looked_at > MOST_COPIES {
                break;
            }
            let copies = backend.stories(&Wanted::Alike(alike), MOST_COPIES)?;
            stories.extend(copies.into_iter().filter(|copy| seen.insert(copy.id.clone())));
        }
        self.gathered(&stories)
    }

    /// The archive that holds the stories wanted, itself where it holds all.
    pub(crate) fn holding(
        &self,
        wanted: impl FnOnce() -> Result<Wanted, Error>,
        most: usize,
    ) -> Result<Cow<'_, Self>, Error> {
        let Some(backend) = self.elsewhere() else { return Ok(Cow::Borrowed(self)) };
        Ok(Cow::Owned(self.gathered(&backend.stories(&wanted()?, most)?)?))
    }

    /// The same, with the stories that those may be copies of.
    pub(crate) fn holding_with_copies(
        &self,
        wanted: impl FnOnce() -> Result<Wanted, Error>,
        most: usize,
    ) -> Result<Cow<'_, Self>, Error> {
        let Some(backend) = self.elsewhere() else { return Ok(Cow::Borrowed(self)) };
        Ok(Cow::Owned(self.with_copies(backend.stories(&wanted()?, most)?)?))
    }
}
