//! Tantivy's schema of the fields, its handle for each, and an index with it.

use std::sync::Arc;

use tantivy::{
    Directory, Index, IndexSettings, TantivyError,
    schema::{
        BytesOptions, Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions,
    },
    store::{Compressor, ZstdCompressor},
};

use crate::{
    analysis,
    fields::{
        Analysis::{
            Column, Exact, ExactColumn, ExactNumber, ExactNumberColumn, Number, Packed, ShortWords, Signed,
            Stored, Words,
        },
        FIELDS, FieldId,
    },
    index::{Error, names},
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
            ExactNumber => builder.add_u64_field(row.name, NumericOptions::default().set_indexed()),
            ExactNumberColumn => {
                builder.add_u64_field(row.name, NumericOptions::default().set_fast().set_indexed())
            }
            Signed => builder.add_i64_field(row.name, NumericOptions::default().set_fast()),
            Stored => builder.add_text_field(row.name, text.set_stored()),
            Packed => builder.add_bytes_field(row.name, BytesOptions::default().set_stored()),
        };
    }
    builder.build()
}

/// How hard what is stored is compressed: the first level costs what LZ4 does, and leaves three quarters; the third
/// leaves a twentieth less than that.
const STORE_LEVEL: i32 = 3;

/// Opens what lies in a directory, or makes an empty index there.
pub(super) fn open_or_create(directory: impl Into<Box<dyn Directory>>) -> Result<Index, Error> {
    let builder = Index::builder().schema(schema()).tokenizers(analysis::tokenizers());
    let other = |why: &str| {
        let said = format!("{why}; the program's fields changed: pullquote index --upgrade");
        Error::Engine(TantivyError::SchemaError(said))
    };
    let settings = IndexSettings {
        docstore_compression: Compressor::Zstd(ZstdCompressor { compression_level: Some(STORE_LEVEL) }),
        ..IndexSettings::default()
    };
    let builder = builder.settings(settings);
    let index = match builder.register_plugin(Arc::new(names::Names)).open_or_create(directory) {
        Ok(index) => index,
        Err(TantivyError::SchemaError(why)) => return Err(other(&why)),
        Err(error) => return Err(error.into()),
    };
    if index.load_metas()?.persisted_custom_extensions != [names::EXTENSION] {
        return Err(other("there are no names beside the segments"));
    }
    Ok(index)
}
