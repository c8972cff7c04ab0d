//! Records as the index gives them back.

use serde::de::DeserializeOwned;
use tantivy::{DocAddress, TantivyDocument, schema::Value};

use crate::index::{
    Error, Snapshot,
    document::{StoredArticle, StoredQuote},
    fields::FieldId,
};

/// The article at an address, with its text.
pub(crate) fn article(snapshot: &Snapshot, doc: DocAddress) -> Result<StoredArticle, Error> {
    let document: TantivyDocument = snapshot.searcher().doc(doc)?;
    let mut stored: StoredArticle = record(&document)?;
    stored.article.text = value(&document, FieldId::StoredText).unwrap_or_default().to_owned();
    Ok(stored)
}

/// The article at an address; its text is left empty.
pub(crate) fn article_without_text(snapshot: &Snapshot, doc: DocAddress) -> Result<StoredArticle, Error> {
    record(&snapshot.searcher().doc(doc)?)
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
