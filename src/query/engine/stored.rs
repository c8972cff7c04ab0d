//! Records as the index gives them back.

use tantivy::DocAddress;

use crate::{
    article::ArticleHead,
    index::Snapshot,
    query::Error,
    view::{StoredArticle, StoredQuote},
};

/// The article at an address, with its text.
pub(crate) fn article(snapshot: &Snapshot, doc: DocAddress) -> Result<StoredArticle, Error> {
    Ok(snapshot.article(doc)?)
}

/// The text of the article at an address.
pub(crate) fn text(snapshot: &Snapshot, doc: DocAddress) -> Result<String, Error> {
    Ok(snapshot.text(doc)?)
}

/// What tells which article it is, of the one at an address.
pub(crate) fn head(snapshot: &Snapshot, doc: DocAddress) -> Result<ArticleHead, Error> {
    Ok(snapshot.head(doc)?)
}

/// The quote at an address.
pub(crate) fn quote(snapshot: &Snapshot, doc: DocAddress) -> Result<StoredQuote, Error> {
    Ok(snapshot.quote(doc)?)
}
