//! Why a cluster cannot be used.

use crate::{index, query};

/// Why a cluster cannot be used. Each message says what to do.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its parts are")]
pub enum Error {
    #[error("{url} is no address of a cluster: {why}")]
    BadUrl { url: String, why: &'static str },
    #[error("the credentials in {place} cannot be used: {why}")]
    BadCredentials { place: String, why: String },
    #[error("the certificates in {path} cannot be used: {why}")]
    BadCertificates { path: String, why: String },
    #[error(
        "{url} cannot be reached ({why}): is the cluster running there, and is the port open to this machine?"
    )]
    Unreachable { url: String, why: String },
    #[error(
        "{url} took the request and has not answered for {seconds} s: look at the cluster's load and its network; what was pushed stays pushed, and the next push goes on"
    )]
    Hanging { url: String, seconds: u64 },
    #[error(
        "{url} wants to know who asks (401): give --credentials FILE, or set PULLQUOTE_CREDENTIALS to USER:PASSWORD or to `Bearer TOKEN`"
    )]
    Unknown { url: String },
    #[error(
        "{url} does not accept these credentials (401): USER:PASSWORD or `Bearer TOKEN` is wrong or has run out"
    )]
    Refused { url: String },
    #[error("these credentials may not do this on {url} (403): {why}")]
    Forbidden { url: String, why: String },
    #[error("{url} is no OpenSearch cluster: {why}")]
    Foreign { url: String, why: String },
    #[error(
        "the cluster takes no more documents: {why}. Its disk is probably full: free some, or add a node, then take the block away (`index.blocks.read_only_allow_delete: null`) and push again; what was pushed stays pushed"
    )]
    Full { why: String },
    #[error(
        "shards of {index} are missing (red): a node with them is down. Bring it back, then push again; `GET _cluster/allocation/explain` tells which. ({why})"
    )]
    Red { index: String, why: String },
    #[error(
        "the cluster is busy and still is after {seconds} s ({why}): push again later; what was pushed stays pushed"
    )]
    Busy { seconds: u64, why: String },
    #[error(
        "{index} on the cluster was written by {found}, this program writes {expected}: `pullquote push --rebuild` fills new indices of the root and swaps them in"
    )]
    OtherVersion { index: String, found: String, expected: String },
    #[error(
        "the name {root} belongs to another index on this cluster ({index} says so): index this root under another name (`pullquote index ROOT --root-name NAME`), or delete that root's indices there first if its archive is gone"
    )]
    NameTaken { root: String, index: String },
    #[error("nothing was pushed to this cluster yet: `pullquote push --to URL` does it")]
    Empty,
    #[error("the cluster said {status}: {why}")]
    Other { status: u16, why: String },
    #[error(
        "{documents} documents were not taken, the first because {why}: nothing else is missing, and the next push tries them again"
    )]
    NotTaken { documents: u64, why: String },
    #[error(
        "after the push {index} holds {found} documents and should hold {expected}: push again; if that does not help, `pullquote push --rebuild` fills new indices of the root"
    )]
    Differs { index: String, found: u64, expected: u64 },
    #[error("another push of this index to this cluster is at work: try later")]
    AtWork,
    #[error(transparent)]
    Index(#[from] index::Error),
    #[error(transparent)]
    Query(#[from] query::Error),
}
