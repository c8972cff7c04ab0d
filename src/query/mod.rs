//! Asking the index: the query language, its plan, ranking, and what comes back.

mod archive;
pub mod ast;
pub mod cite;
mod columns;
pub mod corrections;
mod explain;
pub mod facets;
mod hit;
mod inflect;
mod matcher;
pub mod names;
pub mod origin;
mod parse;
pub mod person;
mod plan;
mod postings;
mod rank;
mod snippet;
mod statistics;
mod stop_words;
mod stored;
pub mod suggest;
pub mod timeline;

pub use self::{
    archive::{Archive, ArticleRequest, QuoteRequest},
    ast::Query,
    hit::{ArticleHit, Page, QuoteHit},
    parse::{ParseError, parse, plain},
    rank::Sort,
    snippet::Snippet,
};
