//! The index: its fields, how articles become documents, and the folder it lives in.

pub mod analyzer;
mod directory;
pub mod document;
mod error;
pub mod fields;
mod folder;
mod lock;
mod snapshot;
mod writer;

pub use self::{
    error::Error,
    snapshot::Snapshot,
    writer::{Batch, Budget, Writer},
};
