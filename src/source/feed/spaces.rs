//! Whose an element of a feed is: what the prefixes mean that a feed declares.

/// Vocabularies that are read, by the beginning of their addresses, and the prefix that they are known by. What is
/// known by none is the feed's own.
const KNOWN: [(&str, &str); 14] = [
    ("purl.org/rss/1.0/modules/content", "content"),
    ("purl.org/rss/1.0/", ""),
    ("purl.org/dc/elements", "dc"),
    ("purl.org/dc/terms", "dcterms"),
    ("www.w3.org/2005/Atom", ""),
    ("purl.org/atom/ns", ""),
    ("search.yahoo.com/mrss", "media"),
    ("wordpress.org/export/1.2/excerpt", "excerpt"),
    ("wordpress.org/export/", "wp"),
    ("www.itunes.com/dtds", "itunes"),
    ("www.w3.org/1999/xhtml", "xhtml"),
    ("www.w3.org/2007/app", "app"),
    ("purl.org/atom/app", "app"),
    ("schemas.google.com/blogger", "blogger"),
];

/// Prefixes and what they mean.
#[derive(Clone, Debug, Default)]
pub struct Spaces(Vec<(String, &'static str)>);

impl Spaces {
    /// Those that a text declares.
    pub fn of(text: &str) -> Self {
        let mut spaces = Self::default();
        for (at, mark) in text.match_indices("xmlns:") {
            let rest = &text[at + mark.len()..];
            let Some((prefix, rest)) = rest.split_once('=') else { continue };
            let Some(quote) = rest.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else {
                continue;
            };
            let address = rest[1..].split(quote).next().unwrap_or_default();
            let address = address.split_once("://").map_or(address, |(_, rest)| rest);
            let known = KNOWN.iter().find(|(known, _)| address.starts_with(known));
            // The bare vocabulary of RSS 1.0 has modules below its address that are not the feed's own.
            let is_module = address.starts_with("purl.org/rss/1.0/modules/");
            if let Some(&(_, meaning)) = known.filter(|(_, meaning)| !meaning.is_empty() || !is_module) {
                spaces.0.push((prefix.trim().to_owned(), meaning));
            }
        }
        spaces
    }

    /// These and those that a part of the feed declares, which come first.
    pub fn and(&self, text: &str) -> Self {
        let mut own = Self::of(text);
        own.0.extend(self.0.iter().cloned());
        own
    }

    /// What a prefix means; itself where nothing says more.
    pub fn meaning<'a>(&'a self, prefix: &'a str) -> &'a str {
        self.0.iter().find(|(own, _)| own == prefix).map_or(prefix, |(_, meaning)| meaning)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_mean_what_is_declared() {
        let feed = Spaces::of(
            "<rss xmlns:m='http://search.yahoo.com/mrss/' xmlns:a=\"http://www.w3.org/2005/Atom\" \
             xmlns:slash='http://purl.org/rss/1.0/modules/slash/'>",
        );
        let item = feed.and("<x xmlns:c='http://purl.org/rss/1.0/modules/content/'/>");
        let meaning = |prefix| item.meaning(prefix);
        assert_eq!(
            [meaning("m"), meaning("a"), meaning("c"), meaning("slash"), meaning("")],
            ["media", "", "content", "slash", ""]
        );
        assert_eq!(feed.meaning("media"), "media", "undeclared, but everybody knows it");
    }
}
