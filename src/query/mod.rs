//! Asking the index: the query language, its plan, ranking, and what comes back.

pub mod cite;
mod columns;
pub mod corrections;
pub mod names;
pub mod origin;
pub mod person;
mod postings;
mod stored;
pub mod suggest;
pub mod timeline;
