//! The index: how articles become documents, and the folder it lives in.

mod check;
mod claims;
pub mod corrections;
mod directory;
mod document;
pub(crate) mod error;
pub(crate) mod folder;
mod in_flight;
mod live;
pub(crate) mod lock;
mod lookup;
mod manifest;
mod merging;
pub mod names;
#[cfg(test)]
mod power_cut;
pub(crate) mod schema;
mod segment;
mod snapshot;
pub(crate) mod whole;
mod writer;

pub(crate) use self::error::At;
pub use self::{
    check::{Finding, check},
    claims::{Claims, files_of},
    document::documents,
    error::Error,
    folder::replace,
    live::Live,
    lock::{Waiting, owner},
    lookup::{Standing, StoredPlace},
    manifest::{Known, KnownArticle, Manifest},
    snapshot::{Snapshot, is_outdated},
    whole::Counts,
    writer::{Batch, Budget, Opening, Writer},
};
