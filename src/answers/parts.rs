//! A query taken apart: what each part of it matches alone, and the query without it.

use crate::{
    answers::archive::Archive,
    query::{
        Error,
        engine::{rank::Sort, snippet::Wanted, statistics::Target},
        language::ast::Query,
    },
    record::CharOffsets,
};

/// Parts of a query that are looked at.
const MOST_PARTS: usize = 12;

/// One part of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The part as it is written.
    pub written: String,
    /// The query without it; empty where it is the only one.
    pub without: String,
    /// Whether it is a condition, such as a field, a date or an exclusion, and no word of the search.
    pub is_condition: bool,
}

/// The parts of a query that stand side by side, with the query without each.
pub fn parts(query: &Query) -> Vec<Part> {
    let all = match query {
        Query::All(parts) => parts.as_slice(),
        one => std::slice::from_ref(one),
    };
    let part = |(at, part): (usize, &Query)| {
        let rest = all.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, part)| part.clone());
        let without = Query::All(rest.collect()).to_string();
        Part {
            written: Query::All(vec![part.clone()]).to_string(),
            without,
            is_condition: is_condition(part),
        }
    };
    all.iter().enumerate().take(MOST_PARTS).map(part).collect()
}

/// The same query under the strict reading, as it is written: every word must hold.
pub fn strict(query: &Query) -> Query {
    let must = |part: &Query| match part {
        Query::Word(_)
        | Query::Phrase(..)
        | Query::Prefix(_)
        | Query::Fuzzy(..)
        | Query::Near(..)
        | Query::Any(_) => Query::Must(Box::new(part.clone())),
        part => part.clone(),
    };
    match query {
        Query::All(parts) if parts.len() > 1 => Query::All(parts.iter().map(must).collect()),
        one => one.clone(),
    }
}

/// A query narrowed to a value of a field, as it is written: what a count of that value counts.
pub fn narrowed(query: &Query, field: &str, value: &str) -> String {
    let value: String =
        value.chars().map(|c| if matches!(c, '"' | '“' | '”' | '\\') { ' ' } else { c }).collect();
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_word = field == "date" || !value.is_empty() && value.chars().all(char::is_alphanumeric);
    let value = if is_word { value } else { format!("\"{value}\"") };
    format!("{} {field}:{value}", strict(query)).trim().to_owned()
}

/// A text with another word in the place of one, which is no part of a longer word.
pub fn with_word(text: &str, word: &str, other: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(at) = rest.to_lowercase().find(&word.to_lowercase()).filter(|_| !word.is_empty()) {
        let (Some(before), Some(behind)) = (rest.get(..at), rest.get(at + word.len()..)) else { break };
        let is_whole = !before.ends_with(char::is_alphanumeric) && !behind.starts_with(char::is_alphanumeric);
        shown.push_str(before);
        shown.push_str(if is_whole { other } else { &rest[at..at + word.len()] });
        rest = behind;
    }
    shown + rest
}

fn is_condition(part: &Query) -> bool {
    match part {
        Query::Field(..) | Query::Date(_) | Query::Saved(_) | Query::Not(_) => true,
        Query::Must(inner) => is_condition(inner),
        _ => false,
    }
}

impl Archive {
    /// How many articles match a query under the strict reading.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn count(&self, query: &Query) -> Result<u64, Error> {
        let plan = self.plan(query, Target::Articles)?;
        Ok(self.rank(&plan, false, Sort::Newest, 0)?.1.strict)
    }

    /// Where a text holds what a query looks for: ranges of its characters, in their order. Words without weight of their
    /// own, such as "the", are none.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn found_in(&self, query: &Query, text: &str) -> Result<Vec<(u32, u32)>, Error> {
        let wanted = Wanted::of(&self.plan(query, Target::Articles)?);
        let offsets = CharOffsets::new(text);
        let shown = |found: std::ops::Range<usize>| {
            (offsets.offset(found.start as u32), offsets.offset(found.end as u32))
        };
        Ok(wanted.places(text).into_iter().map(shown).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::read;

    #[test]
    fn a_count_and_the_link_behind_it_ask_the_same() {
        let query = read("grief film -tour", false).expect("a query");
        assert_eq!(
            narrowed(&query, "person", "Dwayne \"The Rock\" Johnson"),
            "+grief +film -tour person:\"Dwayne The Rock Johnson\""
        );
        assert_eq!(
            narrowed(&read("grief", false).expect("a query"), "date", "2024-05"),
            "grief date:2024-05"
        );
        assert_eq!(narrowed(&Query::All(Vec::new()), "topic", "cinema"), "topic:cinema");
        assert_eq!(with_word("car carpet Car", "car", "van"), "van carpet van");
    }

    #[test]
    fn a_query_comes_apart_and_together() {
        let query =
            read("grief \"cold feet\" person:\"Mia Schachter\" -tour date:2024", false).expect("a query");
        let shown: Vec<(String, bool)> =
            parts(&query).into_iter().map(|part| (part.written, part.is_condition)).collect();
        let expected = [
            ("grief", false),
            ("\"cold feet\"", false),
            ("person:\"Mia Schachter\"", true),
            ("-tour", true),
            ("date:2024", true),
        ];
        assert_eq!(shown, expected.map(|(written, is)| (written.to_owned(), is)));
        assert_eq!(parts(&query)[2].without, "grief \"cold feet\" -tour date:2024");
        assert_eq!(parts(&read("grief", false).expect("a query"))[0].without, "");
    }
}
