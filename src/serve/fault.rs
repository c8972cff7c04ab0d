//! Why a request gets no answer: the one place where an error becomes a status. Nothing of the request is repeated, but for
//! a query that cannot be read.

use axum::http::StatusCode;

use crate::{answers::Refusal, query::Error};

/// Why a request gets no answer.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The status.
    pub status: StatusCode,
    /// The kind of fault for machines.
    pub code: &'static str,
    /// The same for people.
    pub text: String,
    /// The query that cannot be read, with a caret under the fault on the next line.
    pub shown: Option<String>,
    /// What to do.
    pub hint: Option<String>,
    /// Methods that would do.
    pub allow: Option<&'static str>,
}

impl Fault {
    /// A fault.
    pub fn new(status: StatusCode, code: &'static str, text: impl Into<String>) -> Self {
        Self { status, code, text: text.into(), shown: None, hint: None, allow: None }
    }

    /// There is no such page.
    pub fn no_page() -> Self {
        Self::new(StatusCode::NOT_FOUND, "no-such-page", "There is no such page.")
    }

    /// A page has no such method.
    pub fn no_method(allow: &'static str) -> Self {
        let fault =
            Self::new(StatusCode::METHOD_NOT_ALLOWED, "wrong-method", "This page is read, and not written.");
        Self { allow: Some(allow), ..fault }
    }

    /// Something is missing or wrong in what was asked.
    pub fn wrong(text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "wrong-use", text)
    }

    /// The line of JSON that tells it.
    pub fn refusal(&self) -> Refusal {
        let hint = self.hint.as_deref().map(|hint| format!(" {hint}")).unwrap_or_default();
        Refusal::new(self.code, format!("{}{hint}", self.text))
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let code = error.code();
        let (status, text) = match error {
            Error::BadQuery { fault, shown, hint } => {
                let fault =
                    Self::new(StatusCode::BAD_REQUEST, code, format!("This query cannot be read: {fault}."));
                return Self { shown: Some(shown), hint: Some(hint), ..fault };
            }
            Error::NoSuchArticle { .. } => (StatusCode::NOT_FOUND, "There is no such story in the archive."),
            Error::NoSuchQuote { .. } => (StatusCode::NOT_FOUND, "The story has no such quote."),
            Error::SeveralArticles { .. } => {
                (StatusCode::NOT_FOUND, "Several stories have this address: name one by its id.")
            }
            Error::NoSuchSearch { .. } | Error::NoSearches { .. } => {
                (StatusCode::NOT_FOUND, "There is no saved search of that name.")
            }
            Error::NoSuchTopic { .. } => (StatusCode::NOT_FOUND, "IPTC has no such topic."),
            Error::NoName { .. } => (
                StatusCode::BAD_REQUEST,
                "A name of a search has letters, digits, and the marks - _ . alone.",
            ),
            Error::BadRule { fault } => {
                return Self::new(
                    StatusCode::BAD_REQUEST,
                    code,
                    format!("This cannot be corrected so: {fault}."),
                );
            }
            Error::NoRoot => {
                (StatusCode::CONFLICT, "No folder of the archive is there to keep corrections in.")
            }
            Error::TooFewWords => (StatusCode::BAD_REQUEST, "Give at least two words."),
            Error::NoSuchFacet { .. } | Error::NoSuchField { .. } => {
                (StatusCode::BAD_REQUEST, "There is no such field.")
            }
            _ => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "The index cannot be read: pullquote check tells what is wrong.",
            ),
        };
        Self::new(status, code, text)
    }
}
