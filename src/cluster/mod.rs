//! An archive on an OpenSearch cluster: what stands there, how it comes there, and how it is asked.
//!
//! A cluster holds what the index of one machine holds: the stored records as they are, and the words as
//! `analysis` gives them, so that a word, a phrase and a name mean the same on both sides. Each root of
//! an archive has its own indices, and aliases cover all of them.

mod ask;
mod bulk;
mod client;
mod compile;
mod document;
mod error;
mod indices;
mod mapping;
mod push;

pub use self::{
    ask::archive,
    client::{Access, Client, Credentials},
    error::Error,
    mapping::{MAPPING_VERSION, templates},
    push::{PushOptions, Pushed, Pushing, push},
};
