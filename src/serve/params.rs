//! The part of an address behind the question mark, and of forms that are posted.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands in an address as it is: letters, digits, and these marks.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Names with their values, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Reads them.
    pub fn read(text: &str) -> Self {
        let pairs = form_urlencoded::parse(text.as_bytes());
        Self(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    /// The first value of a name, without blanks around it; nothing where it is empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut found = self.0.iter().filter(|(own, _)| own == name).map(|(_, value)| value.trim());
        found.find(|value| !value.is_empty())
    }

    /// The same with one value for a name.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut params = self.without(name);
        params.0.push((name.to_owned(), value.to_owned()));
        params
    }

    /// The same without a name.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        Self(self.0.iter().filter(|(own, _)| own != name).cloned().collect())
    }

    /// Names and values that say something.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.0.iter().map(|(name, value)| (name.as_str(), value.trim()));
        pairs.filter(|(_, value)| !value.is_empty())
    }

    /// The address of a path with them.
    pub fn on(&self, path: &str) -> String {
        let query = self.to_string();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

impl fmt::Display for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (name, value)) in self.iter().enumerate() {
            let mark = if number > 0 { "&" } else { "" };
            write!(f, "{mark}{}={}", encoded(name), encoded(value))?;
        }
        Ok(())
    }
}

/// A path with names and values behind it; empty values are left out.
pub fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    let owned = pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
    Params(owned.collect()).on(path)
}

/// A text as a part of an address.
pub fn encoded(text: &str) -> impl fmt::Display + '_ {
    utf8_percent_encode(text, ENCODED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let params = Params::read("q=AC%2FDC+%26+%C3%A9&after=&by=a%20b&q=second");
        assert_eq!(
            (params.get("q"), params.get("after"), params.get("by")),
            (Some("AC/DC & é"), None, Some("a b"))
        );
        let written = params.without("q").with("q", "\"AC/DC\" & é").on("/search");
        assert_eq!(written, "/search?by=a%20b&q=%22AC%2FDC%22%20%26%20%C3%A9");
        assert_eq!(Params::read(written.split_once('?').expect("a query").1).get("q"), Some("\"AC/DC\" & é"));
        assert_eq!(address("/names", &[("prefix", "")]), "/names");
    }
}
