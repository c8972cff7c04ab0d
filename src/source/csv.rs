//! Tables of stories (CSV, TSV): one a row. Which column is what is a setting; what it does not name is guessed by the
//! columns' names and by what stands in them, and said.

use std::{
    cell::Cell,
    io::{self, BufRead, Read},
};

use serde_json::{Map, Value};

use super::{
    Error, Format, Place, Record, charset,
    json::fields::{self, Around, is_same_name},
};
use crate::{
    article::Remark,
    config::{JsonFields, SourceConfig},
};

/// Rows that a column's content is judged by, and the bytes they may have.
const ROWS_JUDGED: usize = 20;
const BYTES_JUDGED: usize = 1 << 16;

/// Characters that the cells of a column have in the mean, at least, to be taken for stories when no name says so.
const STORY_CHARS: usize = 200;

/// One story a row.
pub struct Csv;

impl Format for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn version(&self) -> u32 {
        2
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["csv", "tsv", "tab", "psv"]
    }

    fn sniff(&self, head: &[u8]) -> bool {
        names_columns(head)
    }

    fn is_container(&self, _: &[u8]) -> bool {
        true
    }

    fn read(
        &self,
        input: &mut dyn BufRead,
        at: &Place<'_>,
        config: &SourceConfig,
        each: &mut dyn FnMut(Record),
    ) {
        if let Err(error) = rows(input, at, config, each) {
            each(Err(error));
        }
    }
}

fn rows(
    input: &mut dyn BufRead,
    at: &Place<'_>,
    config: &SourceConfig,
    each: &mut dyn FnMut(Record),
) -> Result<(), Error> {
    let head = head(input)?;
    let delimiter = delimiter(&head, &at.extension());
    let label = charset::label(&head);
    let mut reader = ::csv::ReaderBuilder::new();
    reader.delimiter(delimiter).flexible(true).has_headers(false);
    let sample: Vec<Vec<String>> = (reader.from_reader(&head[..]).into_byte_records().take(ROWS_JUDGED + 1))
        .map_while(Result::ok)
        .map(|row| cells(&row, label))
        .collect();
    let table = Table::of(&sample, &config.csv)?;
    // A quotation mark that nothing closes makes one row of all that follows.
    let most = config.max_bytes.saturating_add(2 * BYTES_JUDGED as u64);
    let left = Cell::new(most);
    let input = Bounded { input: head.chain(input), left: &left };
    let mut rows = reader.from_reader(input).into_byte_records();
    if table.headed {
        rows.next();
    }
    let remark = table.remark();
    let around = Around { marked: true, ..Around::default() };
    let mut rows = (0..).zip(rows).peekable();
    if rows.peek().is_none() {
        return Err(Error::file("empty", "the table has columns, and no rows"));
    }
    for (number, row) in rows {
        let is_endless = left.replace(most) == 0;
        let row = match row {
            Ok(row) => row,
            Err(_) if is_endless => return Err(Error::too_large(config).of_record(number)),
            Err(error) => match error.into_kind() {
                ::csv::ErrorKind::Io(error) => return Err(Error::io(&error)),
                _ => continue,
            },
        };
        if row.iter().map(<[u8]>::len).sum::<usize>() as u64 > config.max_bytes {
            each(Err(Error::too_large(config).of_record(number)));
            continue;
        }
        let value = table.record(cells(&row, label));
        let story = fields::article(&value, at, number, &table.fields, &around).transpose();
        if let Some(story) = story {
            each(story.map(|mut story| {
                story.remarks.extend(remark.clone());
                story
            }));
        }
    }
    Ok(())
}

/// An input of which so much may be read until the bound is set anew.
struct Bounded<'b, R> {
    input: R,
    left: &'b Cell<u64>,
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left.get()).unwrap_or(usize::MAX).min(buffer.len());
        if most == 0 && !buffer.is_empty() {
            return Err(io::Error::other("a row without end"));
        }
        let read = self.input.read(&mut buffer[..most])?;
        self.left.set(self.left.get() - read as u64);
        Ok(read)
    }
}

/// What a table begins with.
fn head(input: &mut dyn BufRead) -> Result<Vec<u8>, Error> {
    let mut head = Vec::new();
    Read::take(&mut *input, BYTES_JUDGED as u64).read_to_end(&mut head).map_err(|error| Error::io(&error))?;
    Ok(head)
}

/// Whether a first line names the columns of a table of stories, whatever it is called: half of its cells or more are
/// names of facts, that of the text among them, and a row follows.
fn names_columns(head: &[u8]) -> bool {
    const LONGEST: usize = 1000;
    const FACTS: [&str; 7] = ["text", "title", "published", "byline", "source", "url", "section"];
    let Some(end) = memchr::memchr2(b'\n', b'\r', head).filter(|&end| end <= LONGEST) else { return false };
    let (line, rest) = head.split_at(end);
    // A line of one cell names no columns.
    if memchr::memchr3(b',', b';', b'\t', line).is_none() && memchr::memchr(b'|', line).is_none() {
        return false;
    }
    let Some(names) = first_row(line) else { return false };
    let is_fact = |name: &&String| FACTS.iter().any(|fact| is_word_of(name, fact));
    let named = names.iter().filter(is_fact).count();
    names.len() >= 2
        && is_header(&names)
        && names.iter().all(|name| name.split_whitespace().count() <= 3)
        && names.iter().any(|name| is_word_of(name, "text") && name.split_whitespace().count() == 1)
        && named * 2 >= names.len()
        && !rest.trim_ascii().is_empty()
}

/// The cells of a line. Every text is asked for them, and where no mark stands no reader need be made.
fn first_row(line: &[u8]) -> Option<Vec<String>> {
    let delimiter = delimiter(line, "");
    if memchr::memchr(b'"', line).is_none() {
        let cells = line.split(|&byte| byte == delimiter);
        return Some(cells.map(|cell| charset::decode(cell, None).into_owned()).collect());
    }
    let mut reader = ::csv::ReaderBuilder::new();
    reader.delimiter(delimiter).has_headers(false);
    let row = reader.from_reader(line).into_byte_records().next()?;
    Some(cells(&row.ok()?, None))
}

fn cells(row: &::csv::ByteRecord, label: Option<&'static str>) -> Vec<String> {
    row.iter().map(|cell| charset::decode(cell, label).into_owned()).collect()
}

/// What stands between the cells: the sign that the first line has most of, quoted ones aside.
fn delimiter(head: &[u8], extension: &str) -> u8 {
    let line = head.split(|&byte| byte == b'\n' || byte == b'\r').next().unwrap_or_default();
    let mut quoted = false;
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0), (b'|', 0)];
    for &byte in line {
        quoted ^= byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(sign, _)| *sign == byte && !quoted) {
            *count += 1;
        }
    }
    let found = counts.into_iter().filter(|(_, count)| *count > 0);
    match extension {
        "tsv" | "tab" if counts[2].1 > 0 => b'\t',
        _ => found.max_by_key(|&(sign, count)| (count, sign == b',')).map_or(b',', |(sign, _)| sign),
    }
}

/// What the columns of a table are.
struct Table {
    names: Vec<String>,
    headed: bool,
    fields: JsonFields,
    /// What was guessed: `text` from the column "Full Story".
    guessed: Vec<(&'static str, String)>,
}

impl Table {
    fn of(sample: &[Vec<String>], fields: &JsonFields) -> Result<Self, Error> {
        let Some(first) = sample.first() else { return Err(Error::file("empty", "the table has no rows")) };
        let headed = is_header(first);
        let names: Vec<String> = match headed {
            true => first.iter().map(|name| name.trim().to_owned()).collect(),
            false => (1..=first.len()).map(|number| format!("column {number}")).collect(),
        };
        let mut table = Self { names, headed, fields: fields.clone(), guessed: Vec::new() };
        let rows = &sample[usize::from(headed)..];
        table.settle("text", |fields| &mut fields.text, rows, &is_story);
        if !table.has(&table.fields.text) {
            let columns = table.names.join("`, `");
            return Err(Error::file(
                "no-story-column",
                format!(
                    "a table without a column of stories (it has `{columns}`): name it in `text` under [source.csv], \
                     or leave the file out with `exclude` under [crawl]"
                ),
            ));
        }
        table.settle("title", |fields| &mut fields.title, rows, &|_| false);
        table.settle("published", |fields| &mut fields.published, rows, &is_date);
        table.settle("byline", |fields| &mut fields.byline, rows, &|_| false);
        table.settle("source", |fields| &mut fields.source, rows, &|_| false);
        table.settle("url", |fields| &mut fields.url, rows, &|cells| {
            cells.iter().all(|cell| cell.starts_with("http"))
        });
        table.settle("section", |fields| &mut fields.section, rows, &|_| false);
        Ok(table)
    }

    fn has(&self, wanted: &[String]) -> bool {
        wanted.iter().any(|name| self.names.iter().any(|own| is_same_name(own, name)))
    }

    /// Finds the column of a fact that no setting names: by a word of its name, else by what its cells are like.
    fn settle(
        &mut self,
        fact: &'static str,
        wanted: fn(&mut JsonFields) -> &mut Vec<String>,
        rows: &[Vec<String>],
        is_like: &dyn Fn(&[&str]) -> bool,
    ) {
        let mut fields = self.fields.clone();
        if self.has(wanted(&mut fields)) {
            return;
        }
        let taken = |at: usize| self.guessed.iter().any(|(_, column)| *column == self.names[at]);
        let cells = |at: usize| -> Vec<&str> {
            rows.iter()
                .filter_map(|row| row.get(at))
                .map(|cell| cell.trim())
                .filter(|cell| !cell.is_empty())
                .collect()
        };
        let is_named = |at: &usize| self.headed && is_word_of(&self.names[*at], fact);
        let free = || (0..self.names.len()).filter(|&at| !taken(at) && !cells(at).is_empty());
        let found = free().filter(is_named).find(|&at| fact != "text" || is_worded(&cells(at)));
        let found = found.or_else(|| {
            let alike = free().filter(|&at| is_like(&cells(at)));
            alike.max_by_key(|&at| {
                (cells(at).iter().map(|cell| cell.len()).sum::<usize>(), std::cmp::Reverse(at))
            })
        });
        if let Some(at) = found {
            self.guessed.push((fact, self.names[at].clone()));
            wanted(&mut self.fields).push(self.names[at].clone());
        }
    }

    /// A row as a record.
    fn record(&self, cells: Vec<String>) -> Value {
        let mut record = Map::new();
        for (name, cell) in self.names.iter().zip(cells) {
            record.entry(name.clone()).or_insert(Value::String(cell));
        }
        Value::Object(record)
    }

    /// Says what was guessed.
    fn remark(&self) -> Option<Remark> {
        let guessed: Vec<String> =
            self.guessed.iter().map(|(fact, column)| format!("{fact} is `{column}`")).collect();
        (!guessed.is_empty()).then(|| {
            let message =
                format!("columns were guessed: {}; [source.csv] says otherwise", guessed.join(", "));
            Remark::new("columns", message)
        })
    }
}

/// Whether a first row names columns: short cells, each another, none a number, a date or an address.
fn is_header(row: &[String]) -> bool {
    const LONGEST: usize = 60;
    let is_name = |cell: &String| {
        let cell = cell.trim();
        cell.chars().count() <= LONGEST
            && !cell.starts_with("http")
            && !cell.starts_with(|c: char| c.is_ascii_digit())
    };
    let mut seen = std::collections::HashSet::new();
    row.iter().all(is_name)
        && row.iter().any(|cell| !cell.trim().is_empty())
        && row.iter().filter(|cell| !cell.is_empty()).all(|cell| seen.insert(cell.to_lowercase()))
}

/// Words of columns' names that mean a fact, in the languages most tables come in.
fn is_word_of(column: &str, fact: &str) -> bool {
    let words: &[&str] = match fact {
        "text" => &[
            "text",
            "body",
            "content",
            "story",
            "article",
            "fulltext",
            "copy",
            "transcript",
            "inhalt",
            "texte",
            "corps",
            "texto",
            "cuerpo",
            "testo",
            "tekst",
            "tresc",
        ],
        "title" => &[
            "title",
            "headline",
            "head",
            "hed",
            "titel",
            "titre",
            "titulo",
            "titolo",
            "rubrik",
            "schlagzeile",
        ],
        "published" => &["date", "published", "publication", "datum", "fecha", "data", "day", "posted"],
        "byline" => &["byline", "author", "authors", "writer", "reporter", "autor", "auteur", "autore"],
        "source" => &[
            "source",
            "outlet",
            "publisher",
            "newspaper",
            "paper",
            "publication",
            "quelle",
            "zeitung",
            "fuente",
        ],
        "url" => &["url", "link", "permalink", "href", "address"],
        "section" => &["section", "category", "desk", "ressort", "rubrique", "seccion"],
        _ => &[],
    };
    let column = column.to_lowercase();
    column.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word))
}

/// Whether cells hold more than a word or two.
fn is_worded(cells: &[&str]) -> bool {
    const WORDS: usize = 8;
    cells.iter().any(|cell| cell.split_whitespace().count() >= WORDS)
}

fn is_story(cells: &[&str]) -> bool {
    let chars: usize = cells.iter().map(|cell| cell.chars().count()).sum();
    !cells.is_empty() && chars >= STORY_CHARS * cells.len() && is_worded(cells)
}

fn is_date(cells: &[&str]) -> bool {
    let is_short = |cell: &str| cell.chars().count() <= 40;
    let is_written = |cell: &str| cell.contains(['-', '/', '.', ',', ' ']);
    cells
        .iter()
        .all(|cell| is_short(cell) && is_written(cell) && super::dates::published(cell, "record").is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, text: &str) -> Vec<Record> {
        let place = Place { root: "", path: name, again: None };
        let mut records = Vec::new();
        Csv.read(&mut text.as_bytes(), &place, &SourceConfig::default(), &mut |record| records.push(record));
        records
    }

    #[test]
    fn named_columns_are_taken_in_silence_and_others_guessed_aloud() {
        let named =
            read("x.csv", "id,title,text,date\n7,Voss Quits,\"She \"\"left\"\",\nthen.\",2026-02-03\n");
        let story = named[0].as_ref().expect("a story");
        assert_eq!((story.text.as_str(), story.record_id.as_deref()), ("She \"left\",\nthen.", Some("7")));
        assert!(story.remarks.is_empty() && story.published.is_some());
        let guessed = read(
            "x.csv",
            "Titel;Erschienen am;Voller Inhalt;Seite\nVoss geht;03.10.2014;<p>Mara Voss hat am Freitag in Leeds die Tour \
             verlassen.</p>;4\nNoch eins;04.10.2014;Kurz.;5\n",
        );
        let story = guessed[0].as_ref().expect("a story");
        assert_eq!(story.text, "Mara Voss hat am Freitag in Leeds die Tour verlassen.");
        assert_eq!(story.title.as_deref(), Some("Voss geht"));
        assert_eq!(story.published.as_ref().map(|date| &*date.value), Some("2014-10-03"));
        let message = &story.remarks[0].message;
        assert!(
            message.contains("text is `Voller Inhalt`, title is `Titel`, published is `Erschienen am`"),
            "{message}"
        );
        assert_eq!(guessed[1].as_ref().expect("a story").remarks, story.remarks, "whichever comes first");
    }

    #[test]
    fn a_table_is_told_by_its_first_line_whatever_it_is_called() {
        for table in [
            "title,body_html\n\"Voss Quits\",\"<p>She left.</p>\"\n",
            "id;Headline;Story;Date\n1;Voss;She left.;2014-10-03",
            "url\ttitle\tcontent\r\nx\ty\tz",
        ] {
            assert!(Csv.sniff(table.as_bytes()), "{table}");
        }
        for text in [
            "Voss Quits\n\nThe text, she said, was not hers.",
            "text,title\n",
            "The story, the text\nand the title, and more of it",
            "name,age,town,text\nx,1,y,z\n",
            "Text, title and all that goes with it\nShe left.",
        ] {
            assert!(!Csv.sniff(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn stories_are_found_by_their_length_where_no_name_tells() {
        let long = "Mara Voss left the tour on Friday, and her manager did not know why she went. ".repeat(4);
        let read = read("x.tsv", &format!("17\t2014-10-03\t{long}\n18\t2014-10-04\t{long}\n"));
        assert_eq!(read.len(), 2);
        let story = read[0].as_ref().expect("a story");
        assert!(story.text.starts_with("Mara Voss") && story.published.is_some());
    }

    #[test]
    fn a_row_without_end_is_refused() {
        let table = format!("title,text\nA,One.\nB,\"{}", "x,y\n".repeat(100_000));
        let place = Place { root: "", path: "x.csv", again: None };
        let config = SourceConfig { max_bytes: 1000, ..SourceConfig::default() };
        let mut told = Vec::new();
        Csv.read(&mut table.as_bytes(), &place, &config, &mut |record| {
            told.push(record.map(|story| story.title).map_err(|error| (error.record, error.reason)));
        });
        assert_eq!(told, [Ok(Some("A".to_owned())), Err((Some(1), "too-large"))]);
    }

    #[test]
    fn tables_without_stories_are_named() {
        for table in ["email,name,created_at\na@x.example,Al,2014-10-03\n", "Name,Body Type\nAl,estate car\n"]
        {
            let error = read("x.csv", table).remove(0).expect_err("no story");
            assert_eq!(error.reason, "no-story-column", "{table}");
        }
        assert_eq!(read("x.csv", "title,text\n")[0].as_ref().map_err(|error| error.reason), Err("empty"));
    }
}
