//! What people type: the syntax tree, its grammar, and what is known of words.

pub mod ast;
pub(crate) mod inflect;
pub mod parse;
pub(crate) mod stop_words;
