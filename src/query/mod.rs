//! Asking the index: the query language, its plan, ranking, and what comes back.

pub mod appearances;
mod archive;
pub mod ast;
pub mod cite;
mod columns;
mod copies;
mod evidence;
mod explain;
pub mod facets;
pub mod feed;
mod hit;
mod inflect;
mod matcher;
pub mod names;
mod origin;
mod parse;
pub mod person;
mod plan;
mod postings;
mod rank;
pub mod repeated;
pub mod rising;
mod shares;
pub mod similar;
mod snippet;
mod statistics;
mod stop_words;
mod stored;
mod streams;
pub mod suggest;
#[cfg(test)]
mod tests;
pub mod timeline;
mod watch;
mod window;
mod words;

pub use self::{
    appearances::{Appearance, Origin},
    archive::{Archive, ArticleRequest, QuoteRequest},
    ast::Query,
    hit::{ArticleHit, Page, QuoteHit, TitleHit},
    origin::Piece,
    parse::{ParseError, parse, plain},
    rank::Sort,
    snippet::Snippet,
    stored::{ArticleHead, Facts},
    watch::Watched,
};
