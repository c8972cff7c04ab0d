//! Full-text search for entertainment-news archives that knows *who said what*.
//!
//! Data flows one way: [`crawl`] finds files, [`source`] reads articles from them, [`extract`] finds names, quotes and
//! topics, [`index`] keeps them, [`query`] gives ranked matches back; [`ingest`] is one run of all of it.

#![forbid(unsafe_code)]

pub mod address;
mod analysis;
pub mod annotation;
pub mod answers;
pub mod article;
pub mod cluster;
pub mod config;
pub mod crawl;
pub mod eval;
pub mod extract;
pub mod fields;
pub mod index;
pub mod ingest;
mod name_key;
mod packed;
pub mod query;
pub mod quote_at;
pub mod reading;
pub mod record;
pub mod report;
pub mod schema;
pub mod serve;
mod sketch;
pub mod source;
pub mod state;
pub mod taxonomy;
#[cfg(feature = "train")]
pub mod train;
mod view;
pub mod visible;
pub mod wording;
