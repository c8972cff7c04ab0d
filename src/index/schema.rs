//! Tantivy's schema of the fields, and its handle for each.

use tantivy::schema::{Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions};

use crate::{
    analysis,
    fields::{
        Analysis::{Column, Exact, ExactColumn, ExactNumber, Number, ShortWords, Signed, Stored, Words},
        FIELDS, FieldId,
    },
};

impl FieldId {
    /// Tantivy's handle.
    pub(crate) fn field(self) -> Field {
        Field::from_field_id(self as u32)
    }
}

/// Tantivy's schema, from the list.
pub fn schema() -> Schema {
    let mut builder = Schema::builder();
    for row in FIELDS {
        let words = |norms| {
            TextFieldIndexing::default()
                .set_tokenizer(analysis::NAME)
                .set_index_option(IndexRecordOption::WithFreqsAndPositions)
                .set_fieldnorms(norms)
        };
        let exact = || {
            TextFieldIndexing::default()
                .set_tokenizer("raw")
                .set_index_option(IndexRecordOption::Basic)
                .set_fieldnorms(false)
        };
        let text = TextOptions::default();
        match row.analysis {
            Words => builder.add_text_field(row.name, text.set_indexing_options(words(true))),
            ShortWords => builder.add_text_field(row.name, text.set_indexing_options(words(false))),
            Exact => builder.add_text_field(row.name, text.set_indexing_options(exact())),
            Column => builder.add_text_field(row.name, text.set_fast("raw")),
            ExactColumn => {
                builder.add_text_field(row.name, text.set_indexing_options(exact()).set_fast("raw"))
            }
            Number => builder.add_u64_field(row.name, NumericOptions::default().set_fast()),
            ExactNumber => {
                builder.add_u64_field(row.name, NumericOptions::default().set_fast().set_indexed())
            }
            Signed => builder.add_i64_field(row.name, NumericOptions::default().set_fast()),
            Stored => builder.add_text_field(row.name, text.set_stored()),
        };
    }
    builder.build()
}
