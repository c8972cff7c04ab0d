//! The names of a segment, beside it: by word, by key, by frequency, so that a question about a name reads that name alone.
//!
//! The file is written with its segment, merged with it and removed with it. It follows from the segment's columns of
//! names and holds nothing of its own: a merge makes it again from the columns that were merged. Documents that were
//! deleted since are still counted in it; who reads it counts those names again.

mod read;
mod write;

use std::any::Any;
use std::io::Write;

use tantivy::{
    PluginMergeContext, PluginWriter, PluginWriterContext, Segment, SegmentPlugin, SegmentReader,
    columnar::{ColumnarReader, DynamicColumn},
    directory::TerminatingWrite,
    index::SegmentComponent,
    indexer::DocIdMapping,
};

pub(crate) use self::read::{SUFFIXES, SegmentNames, Strings, without_suffix};
use crate::{annotation::NameKind, fields::FieldId, index::Error};

/// Ending of the file's name.
pub(super) const EXTENSION: &str = "names";

/// The column of fullest forms of one kind of name.
pub fn column(kind: NameKind) -> FieldId {
    match kind {
        NameKind::Person => FieldId::PersonName,
        NameKind::Org => FieldId::OrgName,
        NameKind::Work => FieldId::WorkName,
        NameKind::Place => FieldId::PlaceName,
        NameKind::Event => FieldId::EventName,
    }
}

/// Writes the file of each segment.
pub(super) struct Names;

impl SegmentPlugin for Names {
    fn extensions(&self) -> &[&str] {
        &[EXTENSION]
    }

    fn create_writer(&self, _: &PluginWriterContext<'_>) -> tantivy::Result<Box<dyn PluginWriter>> {
        Ok(Box::new(AtItsEnd))
    }

    fn merge(&self, context: PluginMergeContext<'_>) -> tantivy::Result<()> {
        write(context.target_segment)
    }
}

/// Everything is read from the columns when those are written.
struct AtItsEnd;

impl PluginWriter for AtItsEnd {
    fn serialize(self: Box<Self>, segment: &Segment, _: Option<&DocIdMapping>) -> tantivy::Result<()> {
        write(segment)
    }

    fn mem_usage(&self) -> usize {
        0
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

fn component() -> SegmentComponent {
    SegmentComponent::Custom(EXTENSION.to_owned())
}

fn write(segment: &Segment) -> tantivy::Result<()> {
    let columns = ColumnarReader::open(segment.open_read(SegmentComponent::FastFields)?)?;
    let mut file = segment.open_write(component())?;
    file.write_all(&of_columns(&columns)?)?;
    file.terminate()?;
    Ok(())
}

/// What the file holds of a segment with those columns.
fn of_columns(columns: &ColumnarReader) -> tantivy::Result<Vec<u8>> {
    let mut forms = Vec::with_capacity(NameKind::ALL.len());
    for kind in NameKind::ALL {
        forms.push(forms_of(columns, column(kind))?);
    }
    Ok(write::written(&forms))
}

/// The values of a column in their order, each with the number of documents that have it.
fn forms_of(columns: &ColumnarReader, field: FieldId) -> tantivy::Result<Vec<(String, u64)>> {
    let mut forms = Vec::new();
    for handle in columns.read_columns(field.row().name)? {
        let DynamicColumn::Str(column) = handle.open()? else { continue };
        let mut counts = vec![0; column.num_terms()];
        column.ords().values.iter().for_each(|ord| counts[ord as usize] += 1);
        let mut terms = column.dictionary().stream()?;
        let mut counts = counts.into_iter();
        while terms.advance() {
            forms.push((String::from_utf8_lossy(terms.key()).into_owned(), counts.next().unwrap_or(0)));
        }
    }
    Ok(forms)
}

impl SegmentNames {
    /// The names of a segment.
    ///
    /// # Errors
    /// When its file cannot be read.
    pub fn open(segment: &SegmentReader) -> Result<Self, Error> {
        let file = segment.open_read(component()).map_err(tantivy::TantivyError::from)?;
        Ok(Self::of(file.read_bytes().map_err(tantivy::TantivyError::from)?))
    }

    /// Names with those forms, in byte order for each kind, and how many stories use them.
    pub fn of_forms(forms: &[Vec<(String, u64)>]) -> Self {
        Self::of(tantivy::directory::OwnedBytes::new(write::written(forms)))
    }
}

/// Whether the file of a segment says what its columns say.
pub(super) fn is_sound(segment: &SegmentReader) -> Result<bool, Error> {
    let columns = segment.open_read(SegmentComponent::FastFields).map_err(tantivy::TantivyError::from)?;
    let expected = of_columns(&ColumnarReader::open(columns).map_err(tantivy::TantivyError::from)?)?;
    Ok(SegmentNames::open(segment)?.bytes() == expected)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{article::Article, extract::annotate, index::Snapshot};

    #[test]
    fn a_segment_has_its_names_beside_it() {
        let story = |text: &str| Article { text: text.into(), ..Article::default() };
        let stories = [
            story("Ada Lovelace sang. “It was loud,” Ada Lovelace said."),
            story("Ada Lovelace met Grace Hopper in the studio."),
        ];
        let snapshot = Snapshot::in_memory(&[&stories], annotate).expect("an index");
        let segment = snapshot.searcher().segment_reader(0);
        let names = SegmentNames::open(segment).expect("a file");
        let people = names.of_kind(NameKind::Person);
        let number = people.keys().find("ada lovelace").expect("a key");
        assert_eq!(people.forms(number).collect::<Vec<_>>(), [("Ada Lovelace".into(), 2)]);
        assert!(is_sound(segment).expect("readable"));
    }
}
