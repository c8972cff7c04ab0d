//! The answers: every question that an archive can be asked, as a plain request and a plain answer.

pub mod alerts;
pub mod appearances;
mod archive;
mod articles;
mod batch;
pub mod cite;
mod copies;
mod explain;
pub mod facets;
pub mod feed;
mod hit;
pub mod names;
mod origin;
pub mod person;
mod quotes;
pub mod repeated;
pub mod rising;
pub mod saved;
pub mod similar;
mod status;
pub mod suggest;
#[cfg(test)]
mod tests;
pub mod timeline;
mod watch;

pub use self::{
    appearances::{Appearance, Origin},
    archive::Archive,
    articles::ArticleRequest,
    batch::{Of, QueryLine},
    explain::{ExplainedWord, Explanation},
    hit::{ArticleHit, Page, QuoteHit, TitleHit, check_fields},
    origin::Piece,
    quotes::QuoteRequest,
    status::{RootStatus, Status},
    watch::Watched,
};
