//! The index: its fields, how articles become documents, and the folder it lives in.

pub mod analyzer;
pub mod document;
mod error;
pub mod fields;
mod snapshot;

pub use self::{error::Error, snapshot::Snapshot};
