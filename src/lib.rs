//! Full-text search for entertainment-news archives that knows *who said what*.

#![forbid(unsafe_code)]

pub mod annotation;
pub mod article;
pub mod extract;
pub mod record;
