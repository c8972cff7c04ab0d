//! The index: its fields, how articles become documents, and the folder it lives in.

pub mod analyzer;
mod check;
mod claims;
pub mod corrections;
mod directory;
pub mod document;
mod error;
pub mod fields;
mod folder;
mod in_flight;
mod lock;
mod lookup;
mod manifest;
#[cfg(test)]
mod power_cut;
mod segment;
mod snapshot;
pub mod state;
mod status;
mod writer;

pub use self::{
    check::{Finding, check},
    claims::Claims,
    error::Error,
    folder::replace,
    lock::{Waiting, owner},
    lookup::{Standing, StoredPlace},
    manifest::{Known, KnownArticle, Manifest},
    snapshot::{Counts, Snapshot},
    status::{RootStatus, Status},
    writer::{Batch, Budget, Opening, Writer},
};
