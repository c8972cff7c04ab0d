//! The query language. Marks that cannot be syntax where they stand are text: `Mission: Impossible`, `Salt & Pepper`.
//!
//! ```text
//! all     := any+
//! any     := and ("OR" and)*
//! and     := signed ("AND" signed)*
//! signed  := ("+" | "-" | "NOT")? near
//! near    := primary ("NEAR/n" primary)*
//! primary := "(" all ")" | field ":" primary | phrase ("~" n)? | word "*"? | word "~" n
//! ```

use std::ops::Range;

use jiff::{ToSpan, civil::Date};

use crate::{
    analysis,
    fields::{FIELDS, FieldId},
    query::language::ast::{Back, DateRange, Query, Span},
    taxonomy,
};

/// Bytes of the longest query.
const MOST_BYTES: usize = 1 << 16;

/// Parentheses within each other at the most.
const MOST_DEPTH: usize = 50;

/// Why a query cannot be read: where, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{fault}")]
pub struct ParseError {
    /// What is wrong.
    pub fault: String,
    /// Where: a byte range of the query.
    pub at: Range<usize>,
    /// What to do.
    pub hint: String,
}

impl ParseError {
    /// The query with a caret under the fault.
    pub fn shown(&self, query: &str) -> String {
        let width = |text: &str| unicode_width::UnicodeWidthStr::width(text);
        let line: String = query.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let start = self.at.start.min(query.len());
        let carets = width(&query[start..self.at.end.min(query.len())]).max(1);
        format!("{line}\n{}{}", " ".repeat(width(&query[..start])), "^".repeat(carets))
    }
}

/// Reads a query.
///
/// # Errors
/// Where the query is not of the language, with a hint.
pub fn parse(text: &str) -> Result<Query, ParseError> {
    if text.len() > MOST_BYTES {
        return Err(fault("the query is too long", MOST_BYTES..text.len(), "64 KiB is the most"));
    }
    let tokens = tokens(text)?;
    let mut parser = Parser { text, tokens, at: 0, depth: 0 };
    let query = parser.all()?;
    match parser.peek() {
        None => Ok(query),
        Some(token) => {
            Err(fault("nothing is open here", token.at.clone(), "drop the parenthesis, or open one before"))
        }
    }
}

/// Reads plain words: no operators, no fields.
pub fn plain(text: &str) -> Query {
    Query::All(analysis::words(text).into_iter().map(Query::Word).collect())
}

fn fault(fault: impl Into<String>, at: Range<usize>, hint: impl Into<String>) -> ParseError {
    ParseError { fault: fault.into(), at, hint: hint.into() }
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Open,
    Close,
    Plus,
    Minus,
    And,
    Or,
    Not,
    Near(u32),
    Field(String),
    Phrase(String, u32),
    Word(String),
}

#[derive(Clone, Debug)]
struct Token {
    kind: Kind,
    at: Range<usize>,
}

impl Token {
    /// Whether it is a word or a phrase without a letter or a digit.
    fn is_wordless(&self) -> bool {
        match &self.kind {
            Kind::Word(text) | Kind::Phrase(text, _) => !text.chars().any(char::is_alphanumeric),
            _ => false,
        }
    }
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»')
}

fn tokens(text: &str) -> Result<Vec<Token>, ParseError> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut dropped = None;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let end = at + c.len_utf8();
        let next = text[end..].chars().next();
        let signs =
            |next: char| next.is_alphanumeric() || is_quote(next) || matches!(next, '(' | '+' | '-' | '*');
        let follows = next.is_some_and(signs);
        let token = match c {
            c if c.is_whitespace() => {
                at = end;
                continue;
            }
            // Behind a word and before none: inches, or the end of something that was not begun.
            c if is_quote(c)
                && text[..at].ends_with(char::is_alphanumeric)
                && next.is_none_or(|next| !next.is_alphanumeric()) =>
            {
                at = end;
                continue;
            }
            '(' => Token { kind: Kind::Open, at: at..end },
            ')' => Token { kind: Kind::Close, at: at..end },
            '+' if follows => Token { kind: Kind::Plus, at: at..end },
            '-' if follows => Token { kind: Kind::Minus, at: at..end },
            c if is_quote(c) => phrase(text, at)?,
            _ => word(text, at)?,
        };
        at = token.at.end;
        let before = tokens.last().filter(|last| last.at.end == token.at.start);
        if !token.is_wordless() || before.is_some_and(|last| matches!(last.kind, Kind::Field(_))) {
            tokens.push(token);
            continue;
        }
        while tokens.last().is_some_and(|last| {
            last.at.end == token.at.start && matches!(last.kind, Kind::Plus | Kind::Minus)
        }) {
            tokens.pop();
        }
        dropped.get_or_insert(token.at);
    }
    match dropped {
        Some(at) if tokens.is_empty() => Err(fault("no word", at, "words have letters or digits")),
        _ => Ok(tokens),
    }
}

fn phrase(text: &str, start: usize) -> Result<Token, ParseError> {
    let open = text[start..].chars().next().map_or(1, char::len_utf8);
    let Some(length) = text[start + open..].find(is_quote) else {
        return Err(fault("this quotation mark is never closed", start..start + open, "add a closing mark"));
    };
    let words = text[start + open..start + open + length].to_owned();
    let mut end = start + open + length;
    end += text[end..].chars().next().map_or(1, char::len_utf8);
    let mut slop = 0;
    if let Some(rest) = text[end..].strip_prefix('~') {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        slop = rest[..digits].parse().ok().filter(|slop| (1..=100).contains(slop)).ok_or_else(|| {
            fault("no number of words", end..end + 1 + digits, "write \"a b\"~5: from 1 to 100 words between")
        })?;
        end += 1 + digits;
    }
    Ok(Token { kind: Kind::Phrase(words, slop), at: start..end })
}

fn word(text: &str, start: usize) -> Result<Token, ParseError> {
    let stops = |c: char| c.is_whitespace() || matches!(c, '(' | ')') || is_quote(c);
    let end = text[start..].find(stops).map_or(text.len(), |length| start + length);
    let word = &text[start..end];
    if let Some((name, _)) = word.split_once(':')
        && is_field(name, text[start + name.len() + 1..].chars().next())
        && !word[name.len()..].starts_with("://")
        // An IPTC code as it stands in every output is a value: `topic:medtop:20000505`.
        && taxonomy::by_code(word).is_none()
    {
        let at = start..start + name.len() + 1;
        return Ok(Token { kind: Kind::Field(name.to_owned()), at });
    }
    let kind = match word {
        "AND" | "&&" => Kind::And,
        "OR" | "||" => Kind::Or,
        "NOT" => Kind::Not,
        "NEAR" => Kind::Near(10),
        _ => match word.strip_prefix("NEAR/") {
            Some(number) => {
                Kind::Near(number.parse().ok().filter(|number| (1..=1000).contains(number)).ok_or_else(
                    || fault("no number of words", start..end, "write a NEAR/10 b: from 1 to 1,000 words"),
                )?)
            }
            None => Kind::Word(word.to_owned()),
        },
    };
    Ok(Token { kind, at: start..end })
}

/// Whether what stands before a colon is a field, or is meant as one: a known one, else a word in small letters right
/// before a value. `Mission: Impossible` has none.
fn is_field(name: &str, next: Option<char>) -> bool {
    let is_close = next.is_some_and(|next| !next.is_whitespace());
    let is_small = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let is_known = |name: &str| name == "date" || name == "query" || FieldId::by_prefix(name).is_some();
    !name.is_empty() && (is_known(name) || is_close && (is_small || is_known(&name.to_lowercase())))
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn take(&mut self, kind: &Kind) -> bool {
        let found = self.peek().is_some_and(|token| token.kind == *kind);
        self.at += usize::from(found);
        found
    }

    fn here(&self) -> Range<usize> {
        self.peek().map_or(self.text.len()..self.text.len(), |token| token.at.clone())
    }

    fn all(&mut self) -> Result<Query, ParseError> {
        let mut parts = Vec::new();
        while self.peek().is_some_and(|token| token.kind != Kind::Close) {
            parts.push(self.any()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Query::All(parts) })
    }

    fn any(&mut self) -> Result<Query, ParseError> {
        let mut parts = vec![self.and()?];
        while self.take(&Kind::Or) {
            parts.push(self.and()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Query::Any(parts) })
    }

    fn and(&mut self) -> Result<Query, ParseError> {
        let mut parts = vec![self.signed()?];
        while self.take(&Kind::And) {
            parts.push(self.signed()?);
        }
        if parts.len() == 1 {
            return Ok(parts.remove(0));
        }
        let must = |part| match part {
            Query::Must(_) | Query::Not(_) => part,
            other => Query::Must(Box::new(other)),
        };
        Ok(Query::All(parts.into_iter().map(must).collect()))
    }

    fn signed(&mut self) -> Result<Query, ParseError> {
        if self.take(&Kind::Minus) || self.take(&Kind::Not) {
            let inner = self.near()?;
            return Ok(Query::Not(Box::new(inner)));
        }
        if self.take(&Kind::Plus) {
            let inner = self.near()?;
            return Ok(Query::Must(Box::new(inner)));
        }
        self.near()
    }

    fn near(&mut self) -> Result<Query, ParseError> {
        let start = self.here().start;
        let mut left = self.primary()?;
        while let Some(&Token { kind: Kind::Near(within), ref at }) = self.peek() {
            let operator = at.clone();
            self.at += 1;
            let right = self.primary()?;
            let end = self.tokens[self.at - 1].at.end;
            if !(is_located(&left) && is_located(&right)) {
                let hint = "NEAR joins two words or phrases: \"Blake Lively\" NEAR/10 lawsuit";
                return Err(fault(
                    "NEAR needs a word or a phrase on both sides",
                    start.min(operator.start)..end,
                    hint,
                ));
            }
            left = Query::Near(Box::new(left), Box::new(right), within);
        }
        Ok(left)
    }

    fn primary(&mut self) -> Result<Query, ParseError> {
        let at = self.here();
        let Some(token) = self.tokens.get(self.at).cloned() else {
            return Err(fault("something is missing at the end", at, "add a word, a phrase or a field"));
        };
        self.at += 1;
        match token.kind {
            Kind::Open => self.group(token.at),
            Kind::Field(name) => self.field(&name, token.at),
            Kind::Phrase(words, slop) => Ok(Query::Phrase(words, slop)),
            Kind::Word(word) => marked(&word, token.at),
            Kind::Close => Err(fault(
                "something is missing before this",
                token.at,
                "add a word, or drop the parenthesis",
            )),
            Kind::And | Kind::Or | Kind::Not | Kind::Near(_) | Kind::Plus | Kind::Minus => {
                let operator = &self.text[token.at.clone()];
                let hint = format!(
                    "add a word on its other side, or write \"{operator}\" in quotation marks to search for it"
                );
                Err(fault(format!("{operator} joins nothing here"), token.at, hint))
            }
        }
    }

    fn group(&mut self, open: Range<usize>) -> Result<Query, ParseError> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err(fault(
                "too many parentheses within each other",
                open,
                format!("{MOST_DEPTH} is the most"),
            ));
        }
        if self.peek().is_some_and(|token| token.kind == Kind::Close) {
            let end = self.here().end;
            return Err(fault("nothing stands between these parentheses", open.start..end, "drop them"));
        }
        let inner = self.all()?;
        if !self.take(&Kind::Close) {
            return Err(fault("this parenthesis is never closed", open, "add a closing one"));
        }
        self.depth -= 1;
        Ok(inner)
    }

    fn field(&mut self, name: &str, at: Range<usize>) -> Result<Query, ParseError> {
        let close = self.peek().is_some_and(|token| token.at.start == at.end);
        if !close {
            let hint = format!("write {name}:WORD, {name}:\"WORDS\" or {name}:(WORDS), without a blank");
            return Err(fault(format!("nothing stands after {name}:"), at, hint));
        }
        if name == "date" || name == "query" {
            let value = self.here();
            self.at += 1;
            let text = match &self.tokens[self.at - 1].kind {
                Kind::Word(word) | Kind::Phrase(word, 0) => word.clone(),
                _ => self.text[value.clone()].to_owned(),
            };
            return match name {
                "query" => Ok(Query::Saved(text)),
                _ => Ok(Query::Date(date_range(&text, value)?)),
            };
        }
        let Some(field) = FieldId::by_prefix(name) else {
            let known: Vec<&str> = FIELDS.iter().filter_map(|row| row.prefix).collect();
            let small = name.to_lowercase();
            let near = known.iter().find(|other| other.starts_with(&small[..1]));
            let hint = near.map(|near| format!("did you mean {near}: ? ")).unwrap_or_default();
            let hint = format!("{hint}fields are {}; in quotation marks it is a phrase", known.join(", "));
            return Err(fault(format!("there is no field {name}:"), at, hint));
        };
        let inner = self.primary()?;
        Ok(Query::Field(field, Box::new(inner)))
    }
}

/// Whether a query has a place among the words of a text.
fn is_located(query: &Query) -> bool {
    match query {
        Query::Word(_) | Query::Phrase(..) => true,
        Query::Field(field, inner) => {
            matches!(
                field,
                FieldId::Person
                    | FieldId::Org
                    | FieldId::Work
                    | FieldId::Place
                    | FieldId::Event
                    | FieldId::Text
            ) && is_located(inner)
        }
        _ => false,
    }
}

/// A word with what stands at its end: `*`, `~1`. Several stars in a row stand for letters that nobody prints.
fn marked(word: &str, at: Range<usize>) -> Result<Query, ParseError> {
    if let Some(mark) = misplaced_wildcard(word) {
        let said = format!("{mark} can stand for nothing here");
        let hint = format!(
            "write sta* for words that begin so, word~1 for one wrong letter; in quotation marks {mark} is text"
        );
        return Err(fault(said, at, hint));
    }
    if let Some(stem) = word.strip_suffix('*').filter(|stem| !stem.ends_with('*')) {
        if stem.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
            return Err(fault("too little stands before the *", at, "give at least two letters: sta*"));
        }
        return Ok(Query::Prefix(stem.to_owned()));
    }
    if let Some((stem, edits)) = word.rsplit_once('~')
        && !stem.is_empty()
        && edits.bytes().all(|byte| byte.is_ascii_digit())
    {
        let number =
            if edits.is_empty() { Some(1) } else { edits.parse().ok().filter(|n| (1..=2).contains(n)) };
        let hint = "write word~1 or word~2: up to two errors";
        return match number {
            Some(_) if stem.chars().count() < 3 => {
                Err(fault("the word is too short to have errors", at, "give at least three letters"))
            }
            Some(number) => Ok(Query::Fuzzy(stem.to_owned(), number)),
            None => Err(fault("no number of errors", at.end - edits.len()..at.end, hint)),
        };
    }
    if word.chars().any(char::is_alphanumeric) {
        return Ok(Query::Word(word.to_owned()));
    }
    Err(fault("no word", at, "words have letters or digits"))
}

/// A mark that stands for letters elsewhere, where none can: `s?lt`, `sa*t`, `*star`. Addresses have such marks of their
/// own.
fn misplaced_wildcard(word: &str) -> Option<char> {
    if word.contains(['/', '=']) {
        return None;
    }
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let mut before = None;
    let mut rest = word.chars();
    while let Some(c) = rest.next() {
        let after = rest.clone().next();
        let is_one = match c {
            '?' => letter(before) && letter(after),
            '*' => letter(after) && before != Some('*'),
            _ => false,
        };
        if is_one {
            return Some(c);
        }
        before = Some(c);
    }
    None
}

fn date_range(text: &str, at: Range<usize>) -> Result<DateRange, ParseError> {
    let bad = |part: &str| {
        let hint = "write date:2024, date:2024-03, date:2024-03-09, date:2024-01-01..2024-06-30, date:>2024-05, \
                    date:today, date:7d (also w, m, y) or date:none";
        fault(format!("{part:?} is no date"), at.clone(), hint)
    };
    let span = |part: &str| span_of(part).ok_or_else(|| bad(part));
    let of_span = |span| DateRange { span, written: text.to_owned() };
    let range = |from, to| of_span(Span::Days(from, to));
    match text {
        "none" => return Ok(of_span(Span::Undated)),
        "today" => return Ok(of_span(Span::Back(Back::Days(0)))),
        _ => (),
    }
    if let Some(back) = back(text) {
        return Ok(of_span(Span::Back(back)));
    }
    let day_after = |date: Date| date.checked_add(1.day()).ok();
    let day_before = |date: Date| date.checked_sub(1.day()).ok();
    if let Some((from, to)) = text.split_once("..") {
        let from = if from.is_empty() { None } else { Some(span(from)?.0) };
        let to = if to.is_empty() { None } else { Some(span(to)?.1) };
        return match (from, to) {
            (None, None) => Err(bad(text)),
            (Some(first), Some(last)) if first > last => Err(bad(text)),
            _ => Ok(range(from, to)),
        };
    }
    if let Some(rest) = text.strip_prefix(">=") {
        return Ok(range(Some(span(rest)?.0), None));
    }
    if let Some(rest) = text.strip_prefix("<=") {
        return Ok(range(None, Some(span(rest)?.1)));
    }
    if let Some(rest) = text.strip_prefix('>') {
        return Ok(range(day_after(span(rest)?.1), None));
    }
    if let Some(rest) = text.strip_prefix('<') {
        return Ok(range(None, day_before(span(rest)?.0)));
    }
    let (from, to) = span(text)?;
    Ok(range(Some(from), Some(to)))
}

/// `7d`, `2w`, `3m`, `1y`.
fn back(text: &str) -> Option<Back> {
    let unit = text.chars().next_back()?;
    let count = text.strip_suffix(unit)?;
    let count = count.bytes().all(|byte| byte.is_ascii_digit()).then(|| count.parse().ok())??;
    match unit {
        'd' => Some(Back::Days(count)),
        'w' => Some(Back::Weeks(count)),
        'm' => Some(Back::Months(count)),
        'y' => Some(Back::Years(count)),
        _ => None,
    }
}

/// First and last day of `2024`, `2024-03` or `2024-03-09`.
fn span_of(text: &str) -> Option<(Date, Date)> {
    let parts: Vec<i16> = text.split('-').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let digits: Vec<usize> = text.split('-').map(str::len).collect();
    match (parts.as_slice(), digits.as_slice()) {
        (&[year], [4]) => Some((Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?)),
        (&[year, month], [4, 1..=2]) => {
            let first = Date::new(year, month.try_into().ok()?, 1).ok()?;
            Some((first, first.last_of_month()))
        }
        (&[year, month, day], [4, 1..=2, 1..=2]) => {
            let day = Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()?;
            Some((day, day))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(text: &str) -> String {
        parse(text).map_or_else(|error| format!("{error} @{:?}", error.at), |query| query.to_string())
    }

    #[test]
    fn what_is_printed_is_read_the_same() {
        for text in [
            "lawsuit",
            "\"pulling away\" clip -review",
            "a (b OR c) d",
            "(+a +b) OR c",
            "person:\"Blake Lively\" speaker:mia kind:direct",
            "\"a b\"~5 sta* word~1",
            "\"Blake Lively\" NEAR/10 lawsuit",
            "date:2024-01-01..2024-06-30 date:>2024-05 query:watch",
            "title:(a OR b) -(c d)",
            "-(+a) +(-b) title:(+c) query:\"my search\" query:\"\"",
            "date:none date:today date:7d date:2w",
        ] {
            let query = parse(text).expect(text);
            assert_eq!(query.to_string(), text);
            assert_eq!(parse(&query.to_string()).as_ref(), Ok(&query));
        }
        assert_eq!(printed("a AND b OR c"), "(+a +b) OR c");
        assert_eq!(printed("a OR b c"), "(a OR b) c");
        assert_eq!(printed("NOT a “b c”"), "-a \"b c\"");
    }

    #[test]
    fn marks_that_can_be_no_syntax_are_text() {
        for (text, expected) in [
            ("Mission: Impossible", "Mission: Impossible"),
            ("Salt & Pepper", "Salt Pepper"),
            ("Romeo + Juliet - live", "Romeo Juliet live"),
            ("Salt \"&\" Pepper -\"…\"", "Salt Pepper"),
            ("who said \"left he\"?", "who said \"left he\""),
            ("a 12\" single \"b c\"", "a 12 single \"b c\""),
            ("AC/DC f*** Movie:Part why? 10:30", "AC/DC f*** Movie:Part why? 10:30"),
            ("https://lantern.example/a?b=1*2", "https://lantern.example/a?b=1*2"),
            ("* ? tour ~ ->", "tour"),
            ("wow~wow", "wow~wow"),
        ] {
            assert_eq!(printed(text), expected, "{text}");
        }
    }

    #[test]
    fn faults_say_where_and_what_to_do() {
        for (text, expected) in [
            ("a \"b", "this quotation mark is never closed @2..3"),
            ("(a", "this parenthesis is never closed @0..1"),
            ("a)", "nothing is open here @1..2"),
            ("()", "nothing stands between these parentheses @0..2"),
            ("a OR", "something is missing at the end @4..4"),
            ("OR a", "OR joins nothing here @0..2"),
            ("persn:x", "there is no field persn: @0..6"),
            ("Person:x", "there is no field Person: @0..7"),
            ("s?lt", "? can stand for nothing here @0..4"),
            ("a sa*t", "* can stand for nothing here @2..6"),
            ("*star", "* can stand for nothing here @0..5"),
            ("& ?", "no word @0..1"),
            ("person: x", "nothing stands after person: @0..7"),
            ("date:soon", "\"soon\" is no date @5..9"),
            ("date:2024-02-30", "\"2024-02-30\" is no date @5..15"),
            ("a*", "too little stands before the * @0..2"),
            ("word~7", "no number of errors @5..6"),
            ("\"a b\"~x", "no number of words @5..6"),
            ("a NEAR/0 b", "no number of words @2..8"),
            ("a NEAR (b OR c)", "NEAR needs a word or a phrase on both sides @0..15"),
            ("…", "no word @0..3"),
            ("ab~1", "the word is too short to have errors @0..4"),
            ("\"a b\"~0", "no number of words @5..7"),
            ("a AND OR b", "OR joins nothing here @6..8"),
            ("(a OR)", "something is missing before this @5..6"),
        ] {
            assert_eq!(printed(text), expected, "{text}");
        }
        let deep = format!("{}a{}", "(".repeat(60), ")".repeat(60));
        assert_eq!(printed(&deep), "too many parentheses within each other @50..51");
        let long = "a ".repeat(40_000);
        assert_eq!(printed(&long), format!("the query is too long @65536..{}", long.len()));
        let error = parse("é \"b").expect_err("unclosed");
        assert_eq!(error.shown("é \"b"), "é \"b\n  ^");
        assert!(parse(&"(".repeat(10_000)).is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[ab\\-+()\":~*. 1é]{0,24}|(title:|-|\\+|\\(|\\)|a|\"b c\"| |OR|AND|NEAR/3|query:|date:2024){0,16}") {
            match parse(&text) {
                Ok(query) => {
                    let printed = query.to_string();
                    proptest::prop_assert_eq!(parse(&printed), Ok(query), "{}", printed);
                }
                Err(error) => proptest::prop_assert!(error.shown(&text).contains('^')),
            }
        }
    }
}
