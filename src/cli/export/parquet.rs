//! Parquet: typed columns, written a group of rows at a time.
//!
//! Text is UTF-8, lists are lists of it, numbers are numbers, and days are dates. Where a record says nothing the value is
//! null. A date that is no more than a year or a month is a range, like every date of the program: `published` is what the
//! source says, `published_from` and `published_to` are the first and the last day that it can mean.

use std::{io::Write, sync::Arc};

use anyhow::Context;
use parquet::{
    basic::{Compression, LogicalType, Repetition, Type as Physical},
    data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type},
    file::{
        properties::WriterProperties,
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
    schema::types::{Type, TypePtr},
};
use pullquote::article::Published;
use serde_json::Value;

/// Rows of a group, at the most. Readers take a group at a time.
const ROWS: usize = 1 << 16;

/// Bytes of text after which a group is written: what is held in memory.
const BYTES: usize = 32 << 20;

/// What a column holds.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Text.
    Text,
    /// A list of texts; of objects, their `label` or `text`.
    Texts,
    /// A whole number.
    Whole,
    /// A number.
    Real,
    /// Yes or no.
    Flag,
    /// How many entries a list has.
    Count,
    /// The first day that a date can mean.
    FirstDay,
    /// The last day that a date can mean.
    LastDay,
}

/// A column: its name, the key of the record that it is taken from, and what it holds.
pub type Column = (&'static str, &'static str, Kind);

/// A table that is being written.
pub struct Table<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    columns: Vec<Filled>,
    rows: usize,
    bytes: usize,
}

/// A column with the values of the rows that are not written yet.
struct Filled {
    key: &'static str,
    kind: Kind,
    values: Values,
    /// For each value, and for each row that has none, whether there is one; of lists whether it has an entry.
    defined: Vec<i16>,
    /// Of lists, for each entry whether it goes on with the list of the one before.
    repeated: Vec<i16>,
}

enum Values {
    Texts(Vec<ByteArray>),
    Days(Vec<i32>),
    Wholes(Vec<i64>),
    Reals(Vec<f64>),
    Flags(Vec<bool>),
}

impl<W: Write + Send> Table<W> {
    /// Begins a table.
    pub fn new(columns: &[Column], out: W) -> anyhow::Result<Self> {
        let fields =
            columns.iter().map(|&(name, _, kind)| field(name, kind)).collect::<Result<Vec<_>, _>>()?;
        let schema = Arc::new(Type::group_type_builder("record").with_fields(fields).build()?);
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(concat!("pullquote ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let writer = SerializedFileWriter::new(out, schema, Arc::new(properties))?;
        let columns = columns.iter().map(|&(_, key, kind)| Filled::new(key, kind)).collect();
        Ok(Self { writer, columns, rows: 0, bytes: 0 })
    }

    /// Adds a row.
    pub fn add(&mut self, record: &Value) -> anyhow::Result<()> {
        for column in &mut self.columns {
            self.bytes += column.add(record);
        }
        self.rows += 1;
        if self.rows >= ROWS || self.bytes >= BYTES { self.write_group() } else { Ok(()) }
    }

    fn write_group(&mut self) -> anyhow::Result<()> {
        if self.rows > 0 {
            let mut group = self.writer.next_row_group()?;
            self.columns.iter_mut().try_for_each(|column| column.write(&mut group))?;
            group.close()?;
            (self.rows, self.bytes) = (0, 0);
        }
        Ok(())
    }

    /// Writes what is left, and the end of the file.
    pub fn finish(mut self) -> anyhow::Result<()> {
        self.write_group()?;
        self.writer.close()?;
        Ok(())
    }
}

/// The type of a column.
fn field(name: &str, kind: Kind) -> parquet::errors::Result<TypePtr> {
    let (physical, logical) = match kind {
        Kind::Text | Kind::Texts => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Whole | Kind::Count => (Physical::INT64, None),
        Kind::Real => (Physical::DOUBLE, None),
        Kind::Flag => (Physical::BOOLEAN, None),
        Kind::FirstDay | Kind::LastDay => (Physical::INT32, Some(LogicalType::Date)),
    };
    let value = |name, repetition| {
        Type::primitive_type_builder(name, physical)
            .with_repetition(repetition)
            .with_logical_type(logical.clone())
            .build()
            .map(Arc::new)
    };
    let Kind::Texts = kind else { return value(name, Repetition::OPTIONAL) };
    // The three levels that the format prescribes for lists.
    let entries = Type::group_type_builder("list")
        .with_repetition(Repetition::REPEATED)
        .with_fields(vec![value("element", Repetition::REQUIRED)?])
        .build()?;
    let list = Type::group_type_builder(name)
        .with_repetition(Repetition::REQUIRED)
        .with_logical_type(Some(LogicalType::List))
        .with_fields(vec![Arc::new(entries)])
        .build()?;
    Ok(Arc::new(list))
}

impl Filled {
    fn new(key: &'static str, kind: Kind) -> Self {
        let values = match kind {
            Kind::Text | Kind::Texts => Values::Texts(Vec::new()),
            Kind::Whole | Kind::Count => Values::Wholes(Vec::new()),
            Kind::Real => Values::Reals(Vec::new()),
            Kind::Flag => Values::Flags(Vec::new()),
            Kind::FirstDay | Kind::LastDay => Values::Days(Vec::new()),
        };
        Self { key, kind, values, defined: Vec::new(), repeated: Vec::new() }
    }

    /// Adds what a record says; gives the bytes that are held for it.
    fn add(&mut self, record: &Value) -> usize {
        let value = record.get(self.key).unwrap_or(&Value::Null);
        if let (Kind::Texts, Values::Texts(texts)) = (self.kind, &mut self.values) {
            let entries: Vec<&str> = value.as_array().into_iter().flatten().filter_map(entry).collect();
            self.defined.extend(entries.iter().map(|_| 1));
            self.repeated.extend((0..entries.len()).map(|at| i16::from(at > 0)));
            if entries.is_empty() {
                self.defined.push(0);
                self.repeated.push(0);
            }
            texts.extend(entries.iter().map(|entry| ByteArray::from(*entry)));
            return entries.iter().map(|entry| entry.len()).sum();
        }
        let days = || Published { value: value.as_str()?.to_owned(), source: String::new() }.days();
        let (mut bytes, before) = (8, self.values.len());
        match (&mut self.values, self.kind) {
            (Values::Texts(texts), _) => texts.extend(value.as_str().map(|text| {
                bytes += text.len();
                ByteArray::from(text)
            })),
            (Values::Days(list), Kind::FirstDay) => {
                list.extend(days().and_then(|days| i32::try_from(days.0).ok()))
            }
            (Values::Days(list), _) => list.extend(days().and_then(|days| i32::try_from(days.1).ok())),
            (Values::Wholes(list), Kind::Count) => list.push(value.as_array().map_or(0, Vec::len) as i64),
            (Values::Wholes(list), _) => list.extend(value.as_i64()),
            (Values::Reals(list), _) => list.extend(value.as_f64().map(rounded)),
            (Values::Flags(list), _) => list.extend(value.as_bool()),
        }
        self.defined.push(i16::from(self.values.len() > before));
        bytes
    }

    /// Writes its values into a group, and forgets them.
    fn write<W: Write + Send>(&mut self, group: &mut SerializedRowGroupWriter<'_, W>) -> anyhow::Result<()> {
        match &mut self.values {
            Values::Texts(list) => write::<ByteArrayType, W>(group, list, &self.defined, &self.repeated)?,
            Values::Days(list) => write::<Int32Type, W>(group, list, &self.defined, &[])?,
            Values::Wholes(list) => write::<Int64Type, W>(group, list, &self.defined, &[])?,
            Values::Reals(list) => write::<DoubleType, W>(group, list, &self.defined, &[])?,
            Values::Flags(list) => write::<BoolType, W>(group, list, &self.defined, &[])?,
        }
        self.defined.clear();
        self.repeated.clear();
        Ok(())
    }
}

fn write<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &mut Vec<T::T>,
    defined: &[i16],
    repeated: &[i16],
) -> anyhow::Result<()> {
    let mut column = group.next_column()?.context("the table has fewer columns than its rows")?;
    let repeated = Some(repeated).filter(|repeated| !repeated.is_empty());
    column.typed::<T>().write_batch(values, Some(defined), repeated)?;
    column.close()?;
    values.clear();
    Ok(())
}

impl Values {
    fn len(&self) -> usize {
        match self {
            Self::Texts(list) => list.len(),
            Self::Days(list) => list.len(),
            Self::Wholes(list) => list.len(),
            Self::Reals(list) => list.len(),
            Self::Flags(list) => list.len(),
        }
    }
}

/// An entry of a list as text.
fn entry(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.get("label").or_else(|| value.get("text"))?.as_str())
}

/// Numbers of the program are single ones: without the digits that they do not have.
fn rounded(number: f64) -> f64 {
    (number as f32).to_string().parse().unwrap_or(number)
}
