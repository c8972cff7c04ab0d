//! A query as a tree, and how it is written.

use std::fmt;

use jiff::{ToSpan, civil::Date};

use crate::fields::FieldId;

/// A query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// A bare word; also finds its inflections.
    Word(String),
    /// Words in order; with a slop, up to so many other words between them.
    Phrase(String, u32),
    /// Words that begin so.
    Prefix(String),
    /// Words that are spelt so, up to one or two errors.
    Fuzzy(String, u8),
    /// Both within so many words of each other, in either order.
    Near(Box<Query>, Box<Query>, u32),
    /// Something in one field.
    Field(FieldId, Box<Query>),
    /// Published in a span of days.
    Date(DateRange),
    /// A saved search.
    Saved(String),
    /// Must match (`+`, or a part of an `AND`).
    Must(Box<Query>),
    /// Must not match.
    Not(Box<Query>),
    /// Parts one after the other.
    All(Vec<Query>),
    /// One of several.
    Any(Vec<Query>),
}

/// A span of days, and how it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateRange {
    /// The days.
    pub span: Span,
    /// As written after `date:`.
    pub written: String,
}

/// Days that a date may lie in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// From the first to the last, both included; nothing where it is open.
    Days(Option<Date>, Option<Date>),
    /// The day of the question, and so much before it.
    Back(Back),
    /// No date at all.
    Undated,
}

/// A stretch of time up to today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "they are what they are called")]
pub enum Back {
    Days(u16),
    Weeks(u16),
    Months(u16),
    Years(u16),
}

impl Back {
    /// Its first day; nothing where there is no such day.
    pub fn before(self, today: Date) -> Option<Date> {
        let span = match self {
            Self::Days(days) => i64::from(days).days(),
            Self::Weeks(weeks) => i64::from(weeks).weeks(),
            Self::Months(months) => i64::from(months).months(),
            Self::Years(years) => i64::from(years).years(),
        };
        today.checked_sub(span).ok()
    }
}

impl Query {
    /// The same of what has no date, where dates are asked for; nothing where none are.
    pub fn of_undated(&self) -> Option<Self> {
        let mut undated = self.clone();
        undated.drop_dates().then_some(undated)
    }

    /// Puts "no date" in the place of each span of days that must hold; says whether there was one.
    fn drop_dates(&mut self) -> bool {
        match self {
            Self::Date(range) if range.span == Span::Undated => false,
            Self::Date(range) => {
                range.span = Span::Undated;
                true
            }
            Self::Must(inner) => inner.drop_dates(),
            Self::All(parts) => parts.iter_mut().fold(false, |found, part| part.drop_dates() | found),
            _ => false,
        }
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => f.write_str(word),
            Self::Phrase(words, 0) => write!(f, "\"{words}\""),
            Self::Phrase(words, slop) => write!(f, "\"{words}\"~{slop}"),
            Self::Prefix(word) => write!(f, "{word}*"),
            Self::Fuzzy(word, edits) => write!(f, "{word}~{edits}"),
            Self::Near(left, right, within) => {
                part(left, f)?;
                write!(f, " NEAR/{within} ")?;
                part(right, f)
            }
            Self::Field(field, inner) => {
                write!(f, "{}:", field.row().prefix.unwrap_or(field.row().name))?;
                bound(inner, f)
            }
            Self::Date(range) => write!(f, "date:{}", range.written),
            Self::Saved(name)
                if name.is_empty() || name.contains(|c: char| c.is_whitespace() || "()".contains(c)) =>
            {
                write!(f, "query:\"{name}\"")
            }
            Self::Saved(name) => write!(f, "query:{name}"),
            Self::Must(inner) => {
                f.write_str("+")?;
                bound(inner, f)
            }
            Self::Not(inner) => {
                f.write_str("-")?;
                bound(inner, f)
            }
            Self::All(parts) => joined(parts, " ", f),
            Self::Any(parts) => joined(parts, " OR ", f),
        }
    }
}

fn joined(parts: &[Query], between: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (number, inner) in parts.iter().enumerate() {
        if number > 0 {
            f.write_str(between)?;
        }
        part(inner, f)?;
    }
    Ok(())
}

/// What a sign or a field is for: a signed part keeps its parentheses.
fn bound(query: &Query, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match query {
        Query::Must(_) | Query::Not(_) => write!(f, "({query})"),
        _ => part(query, f),
    }
}

/// A part of something larger, in parentheses where it has several parts of its own.
fn part(query: &Query, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match query {
        Query::All(_) | Query::Any(_) | Query::Near(..) => write!(f, "({query})"),
        _ => write!(f, "{query}"),
    }
}
