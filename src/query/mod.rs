//! Searching the index: the query language and the engine behind it.

pub(crate) mod engine;
pub mod language;

pub use self::{
    engine::{
        rank::Sort,
        snippet::Snippet,
        stored::{ArticleHead, Facts},
    },
    language::{
        ast::Query,
        parse::{ParseError, parse, plain},
    },
};
