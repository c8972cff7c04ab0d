//! Asking the index: the query language, its plan, ranking, and what comes back.

mod columns;
pub mod corrections;
pub mod names;
