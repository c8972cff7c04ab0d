//! Whether two passages have the same words, and where not.
//!
//! Words are compared as people compare them who hold a quotation against its source: quotation marks, case, accents and
//! commas aside. Between two words there are three relations. They are the same; or
//! respelt: a contraction (`don’t`), another spelling (`colour`), a hyphen more or less, a
//! number in digits; or different. A `…` in the words asked for stands for words left out, and a `[name]` for a pronoun.

mod align;
mod numbers;
mod passage;
mod spelling;
mod words;

pub use self::{
    align::Piece,
    passage::{Passage, Wording},
};
