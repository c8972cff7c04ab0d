//! An archive that lies elsewhere: the few questions that it is asked.

use std::ops::Range;

use crate::{
    fields::FieldId,
    index::whole::{Answered, Asked, Whole},
    query::{
        Error,
        engine::{
            plan::{Clause, Plan},
            rank::Sort,
            statistics::Target,
        },
    },
    view::StoredArticle,
};

/// The questions.
pub(crate) trait Backend: Send + Sync {
    /// How large the archive is, and nothing else of it.
    fn whole(&self) -> Result<Whole, Error>;

    /// Terms and phrases with their counts, and terms by their beginnings.
    fn known(&self, asked: &[Asked]) -> Result<Vec<Answered>, Error>;

    /// Stories that may be among the best of a plan, or have a quote that may be; and how many match it.
    fn candidates(&self, plan: &Plan, held: &Range<usize>, sort: Sort, most: usize) -> Result<Found, Error>;

    /// Stories by what they are.
    fn stories(&self, wanted: &Wanted, most: usize) -> Result<Vec<StoredArticle>, Error>;

    /// How many articles or quotes match each of some clauses.
    fn counts(&self, target: Target, clauses: &[Clause]) -> Result<Vec<u64>, Error>;

    /// How many of the articles that match have each value of a field; of a field of quotes, how many have a quote with it.
    fn values(&self, clause: &Clause, field: FieldId) -> Result<Vec<(String, u64)>, Error>;

    /// How many of the articles that match have each first and last day.
    fn days(&self, clause: &Clause) -> Result<Vec<DayCount>, Error>;

    /// The names of the archive's roots.
    fn roots(&self) -> Result<Vec<String>, Error>;
}

/// First and last day of articles, as numbers from 1970, none where they have no date; and how many they are.
pub(crate) type DayCount = (Option<(i64, i64)>, u64);

/// What was found of a plan.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// How many match that hold every word.
    pub(crate) strict: u64,
    /// How many match.
    pub(crate) ranked: u64,
    /// The best stories, or those of the best quotes, and some that come after them.
    pub(crate) stories: Vec<StoredArticle>,
}

/// Which stories.
#[derive(Debug)]
pub(crate) enum Wanted {
    /// Those with an id.
    Ids(Vec<String>),
    /// Those of files, by their keys.
    Files(Vec<u64>),
    /// Those that match, in the order of their ids.
    Matching(Clause),
    /// Those with words that weigh so much together, the heaviest first; of equals the earliest.
    Holding(Vec<(String, u32)>, u32),
    /// Those that share so many bins with one of some sketches.
    Alike(Vec<(Vec<u32>, usize)>),
}
