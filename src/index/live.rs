//! Every live article, one after the other as they lie.

use tantivy::DocAddress;

use super::{
    Error, Snapshot,
    segment::{next_alive, number, of_kind},
    snapshot::Stored,
};
use crate::fields::{DOC_ARTICLE, FieldId};

/// An article as it is stored.
#[derive(Clone, Debug)]
pub struct Live {
    /// Its record, packed.
    pub packed: Vec<u8>,
    /// The text.
    pub text: String,
    /// Hash of root name and path of its file.
    pub file: u64,
    /// Hash of what was read.
    pub content: u64,
}

impl Snapshot {
    /// Gives every live article, with its text.
    ///
    /// # Errors
    /// Those of `take`; others when the index cannot be read.
    pub fn each_article<E: From<Error>>(&self, mut take: impl FnMut(Live) -> Result<(), E>) -> Result<(), E> {
        for (ord, segment) in (0..).zip(self.searcher().segment_readers()) {
            let (files, contents) = (number(segment, FieldId::FileKey)?, number(segment, FieldId::Content)?);
            let mut documents = of_kind(segment, DOC_ARTICLE)?;
            while let Some(doc) = next_alive(documents.as_mut(), segment) {
                let Stored { packed, text } = self.stored(DocAddress::new(ord, doc))?;
                let file = files.first(doc).unwrap_or_default();
                take(Live { packed, text, file, content: contents.first(doc).unwrap_or_default() })?;
            }
        }
        Ok(())
    }
}
