//! How an article and a file become documents of the engine.

use tantivy::{TantivyDocument, schema::Field};

use crate::{
    fields::{FIELDS, Values},
    view::{ArticleView, FileView, QuoteView, Sink},
};

/// The documents of the article: its quotes, then itself.
pub fn documents(article: &ArticleView<'_>) -> Vec<TantivyDocument> {
    let mut documents = Vec::with_capacity(article.found.quotes.len() + 1);
    for (number, quote) in (0..).zip(&article.found.quotes) {
        let view = QuoteView { article, quote, number };
        documents.push(document(|values, sink| match values {
            Values::Quote(add) | Values::Both(_, add) | Values::All(_, add, _) => add(&view, sink),
            Values::Article(_) | Values::File(_) => (),
        }));
    }
    documents.push(document(|values, sink| match values {
        Values::Article(add) | Values::Both(add, _) | Values::All(add, _, _) => add(article, sink),
        Values::Quote(_) | Values::File(_) => (),
    }));
    documents
}

/// The file's document.
pub fn record(file: &FileView<'_>) -> TantivyDocument {
    document(|values, sink| match values {
        Values::File(add) | Values::All(_, _, add) => add(file, sink),
        Values::Article(_) | Values::Quote(_) | Values::Both(..) => (),
    })
}

fn document(add: impl Fn(&Values, &mut dyn Sink)) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    for row in FIELDS {
        add(&row.values, &mut FieldOf { document: &mut document, field: row.id.field() });
    }
    document
}

/// One field of a document under way.
struct FieldOf<'a> {
    document: &'a mut TantivyDocument,
    field: Field,
}

impl Sink for FieldOf<'_> {
    fn text(&mut self, value: &str) {
        self.document.add_text(self.field, value);
    }

    fn record(&mut self, packed: &[u8]) {
        self.document.add_bytes(self.field, packed);
    }

    fn number(&mut self, value: u64) {
        self.document.add_u64(self.field, value);
    }

    fn signed(&mut self, value: i64) {
        self.document.add_i64(self.field, value);
    }
}
