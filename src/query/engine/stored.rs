//! Records as the index gives them back.

use serde::{Deserialize, de::DeserializeOwned};
use tantivy::{DocAddress, TantivyDocument, schema::Value};

use crate::{
    article::{ArticleId, Origin, Published, Status},
    fields::FieldId,
    index::Snapshot,
    query::Error,
    view::{StoredArticle, StoredQuote},
};

/// The article at an address, with its text.
pub(crate) fn article(snapshot: &Snapshot, doc: DocAddress) -> Result<StoredArticle, Error> {
    let document: TantivyDocument = snapshot.searcher().doc(doc)?;
    let mut stored: StoredArticle = record(&document)?;
    stored.article.text = value(&document, FieldId::StoredText).unwrap_or_default().to_owned();
    Ok(stored)
}

/// The text of the article at an address.
pub(crate) fn text(snapshot: &Snapshot, doc: DocAddress) -> Result<String, Error> {
    let document: TantivyDocument = snapshot.searcher().doc(doc)?;
    Ok(value(&document, FieldId::StoredText).unwrap_or_default().to_owned())
}

/// What tells which article it is, of the one at an address.
pub(crate) fn head(snapshot: &Snapshot, doc: DocAddress) -> Result<ArticleHead, Error> {
    record(&snapshot.searcher().doc(doc)?)
}

/// What tells which article it is.
#[derive(Clone, Debug, Deserialize)]
pub struct ArticleHead {
    /// Its id.
    pub id: ArticleId,
    /// The rest.
    pub article: Facts,
}

/// Where an article was read, and what stands above its text.
#[derive(Clone, Debug, Deserialize)]
pub struct Facts {
    /// Where it was read.
    pub origin: Origin,
    /// Its own id in its source.
    pub record_id: Option<String>,
    /// The headline.
    pub title: Option<String>,
    /// The publication date.
    pub published: Option<Published>,
    /// The outlet.
    pub source: Option<String>,
    /// The canonical address.
    pub url: Option<String>,
    /// Until when the agency that sent it asks not to print it.
    #[serde(default)]
    pub embargo: Option<String>,
    /// What became of it after it was sent.
    #[serde(default)]
    pub status: Option<Status>,
}

/// The quote at an address.
pub(crate) fn quote(snapshot: &Snapshot, doc: DocAddress) -> Result<StoredQuote, Error> {
    record(&snapshot.searcher().doc(doc)?)
}

fn record<T: DeserializeOwned>(document: &TantivyDocument) -> Result<T, Error> {
    let text = value(document, FieldId::Stored).unwrap_or_default();
    serde_json::from_str(text).map_err(|error| {
        let damage = format!("a stored record cannot be read: {error}");
        tantivy::TantivyError::SystemError(damage).into()
    })
}

fn value(document: &TantivyDocument, field: FieldId) -> Option<&str> {
    document.get_first(field.field())?.as_str()
}
