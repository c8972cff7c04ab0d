//! Searching the index: the query language and the engine behind it.

pub mod bounds;
pub(crate) mod engine;
mod error;
pub mod language;
mod note;

pub use self::{
    bounds::{Helpers, Idle},
    engine::{rank::Sort, snippet::Snippet},
    error::Error,
    language::{
        ast::Query,
        parse::{ParseError, parse, plain},
    },
    note::{Note, NoteCode},
};
pub use crate::article::ArticleHead;

/// Reads a query of the language, or plain words.
///
/// # Errors
/// [`Error::BadQuery`] when it is not of the language.
pub fn read(text: &str, is_plain: bool) -> Result<Query, Error> {
    if is_plain {
        return Ok(plain(text));
    }
    parse(text).map_err(|error| Error::bad_query(&error, text))
}
