//! From a query to ranked documents: the plan over posting lists, matching, scores, the best few, and their snippets.

pub(crate) mod columns;
pub(crate) mod evidence;
pub(crate) mod explain;
pub(crate) mod matcher;
pub(crate) mod plan;
pub(crate) mod planner;
pub(crate) mod postings;
pub(crate) mod rank;
mod shares;
pub(crate) mod snippet;
pub(crate) mod statistics;
pub(crate) mod stored;
mod streams;
mod window;
mod words;
