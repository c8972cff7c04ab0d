//! Why a question cannot be answered.

use std::path::PathBuf;

use crate::{index, query::language::parse::ParseError};

/// Why a question cannot be answered. Each has a code for machines; its text is for people.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The index cannot be read.
    #[error(transparent)]
    Index(#[from] index::Error),
    /// The archive lies elsewhere, and cannot be asked.
    #[error(transparent)]
    Elsewhere(Box<dyn std::error::Error + Send + Sync>),
    /// The archive lies elsewhere, and is not asked that.
    #[error("{what} is not asked of a cluster: ask the index on a machine, without --backend")]
    NotThere {
        /// What was asked.
        what: &'static str,
    },
    /// The query is not of the language: what is wrong, the query with a caret under it, what to do.
    #[error("{fault}\n{shown}\nhint: {hint}")]
    BadQuery {
        /// What is wrong.
        fault: String,
        /// The query on one line and a caret under the fault on the next.
        shown: String,
        /// What to do.
        hint: String,
    },
    /// No facet has that name.
    #[error("there is no facet {field:?}: {}", known.join(", "))]
    NoSuchFacet {
        /// The name asked for.
        field: String,
        /// Every facet there is.
        known: Vec<&'static str>,
    },
    /// A record has no such field.
    #[error("a hit has no field {field:?}: {}", known.join(", "))]
    NoSuchField {
        /// The name asked for.
        field: String,
        /// Every field there is.
        known: Vec<String>,
    },
    /// No article has that id or path. `search` shows ids.
    #[error("there is no article {name}: ids are shown by `search`")]
    NoSuchArticle {
        /// The id or path asked for.
        name: String,
    },
    /// The article has fewer quotes. `show` lists them with their numbers.
    #[error("article {article} has no quote {number}: show lists its quotes")]
    NoSuchQuote {
        /// The article.
        article: String,
        /// The number asked for.
        number: u32,
    },
    /// A path names several articles. Each has an id of its own.
    #[error("{path} holds several articles: name one by its id: {}", ids.join(", "))]
    SeveralArticles {
        /// The path asked for.
        path: String,
        /// The first of their ids.
        ids: Vec<String>,
    },
    /// No IPTC topic has that code or label. `topics --under` lists those at the top.
    #[error("{topic:?} is no IPTC topic: pullquote topics --under lists those at the top")]
    NoSuchTopic {
        /// The code or label asked for.
        topic: String,
    },
    /// No saved search has that name. `saved list` lists them.
    #[error("there is no saved search {name:?}: pullquote saved list")]
    NoSuchSearch {
        /// The name asked for.
        name: String,
    },
    /// The file of saved searches that was named is not there, so that nobody would watch the news.
    #[error("there are no saved searches at {}: the news stays for the next time", path.display())]
    NoSearches {
        /// The file.
        path: PathBuf,
    },
    /// A saved search cannot have that name.
    #[error("{name:?} cannot be the name of a search: use letters, digits, - _ .")]
    NoName {
        /// The name.
        name: String,
    },
    /// What was to be written into `names.tsv` is no rule of corrections.
    #[error("this is no rule: {fault}")]
    BadRule {
        /// What is wrong with it.
        fault: String,
    },
    /// No root of the archive is there, so that nothing can be written into it.
    #[error("no root of the archive is there")]
    NoRoot,
    /// Fewer words than the question needs.
    #[error("give at least two words")]
    TooFewWords,
}

impl Error {
    /// The kind of error for machines: lower case, words joined by dashes; a code never changes its meaning.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Index(_) => "index",
            Self::Elsewhere(_) => "elsewhere",
            Self::NotThere { .. } => "not-there",
            Self::BadQuery { .. } => "bad-query",
            Self::NoSuchFacet { .. } => "no-such-facet",
            Self::NoSuchField { .. } => "no-such-field",
            Self::NoSuchArticle { .. } => "no-such-article",
            Self::NoSuchQuote { .. } => "no-such-quote",
            Self::SeveralArticles { .. } => "several-articles",
            Self::NoSuchTopic { .. } => "no-such-topic",
            Self::NoSuchSearch { .. } => "no-such-search",
            Self::NoSearches { .. } => "no-searches",
            Self::NoName { .. } => "no-name",
            Self::BadRule { .. } => "bad-rule",
            Self::NoRoot => "no-root",
            Self::TooFewWords => "too-few-words",
        }
    }

    /// A query that cannot be read, with the query itself.
    pub(crate) fn bad_query(error: &ParseError, query: &str) -> Self {
        Self::BadQuery { fault: error.fault.clone(), shown: error.shown(query), hint: error.hint.clone() }
    }
}

impl From<tantivy::TantivyError> for Error {
    fn from(error: tantivy::TantivyError) -> Self {
        Self::Index(error.into())
    }
}
