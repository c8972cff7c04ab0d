//! Entities that a document declares. One that stands for a few characters is read. One that is to be fetched from
//! elsewhere, or is made of others, is refused where it is used: no story is written so, and nothing is fetched or grows.

use rustc_hash::FxHashMap;

use super::Error;

/// Characters of the longest entity that is read.
const LONGEST: usize = 32;

/// What a document declares before its first element.
#[derive(Debug, Default)]
pub struct Entities {
    meanings: FxHashMap<String, Meaning>,
    /// Why the document is refused whatever it holds.
    refused: Option<Refused>,
}

#[derive(Debug)]
enum Meaning {
    Characters(String),
    Refused(Refused),
}

/// Why an entity is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It stands for a file or an address.
    #[error("its entity {0} is to be fetched from elsewhere, which is never done")]
    Elsewhere(String),
    /// It stands for others, for markup, or for a text.
    #[error("its entity {0} is more than a few characters, and is not filled in")]
    Grows(String),
}

impl Refused {
    /// As an error about something that has a name.
    pub fn of(&self, what: &str) -> Error {
        Error::file(
            "entities",
            format!("{what} is not read: {self}; leave it out with `exclude` under [crawl]"),
        )
    }
}

impl Entities {
    /// Those of a document. That a type is declared, and where it is described, declares none.
    pub fn of(document: &str) -> Self {
        let mut entities = Self::default();
        let Some(subset) = subset(document) else { return entities };
        let mut outside: Vec<&str> = Vec::new();
        let mut rest = subset;
        while let Some(at) = rest.find(['<', '%', ']']) {
            rest = &rest[at..];
            if let Some(comment) = rest.strip_prefix("<!--") {
                rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
            } else if let Some(declared) = rest.strip_prefix("<!ENTITY") {
                rest = entities.declare(declared, &mut outside);
            } else if let Some(used) = rest.strip_prefix('%') {
                let name = used.split(';').next().unwrap_or_default();
                if outside.contains(&name) {
                    entities.refused = Some(Refused::Elsewhere(format!("%{name};")));
                }
                rest = used;
            } else if rest.starts_with(']') {
                break;
            } else {
                rest = after(rest);
            }
        }
        entities
    }

    /// Takes one declaration, and gives what follows it. Of those that only further declarations may use, the ones that are
    /// elsewhere are kept in `outside`.
    fn declare<'a>(&mut self, declared: &'a str, outside: &mut Vec<&'a str>) -> &'a str {
        let words = declared.trim_start();
        let (is_inner, words) = match words.strip_prefix('%') {
            Some(words) => (true, words.trim_start()),
            None => (false, words),
        };
        let (name, value) = words.split_at(words.find(char::is_whitespace).unwrap_or(words.len()));
        let value = value.trim_start();
        let end = after(value);
        let written = &value[..value.len() - end.len()];
        let is_data = written.contains("NDATA");
        match value.chars().next() {
            Some(quote @ ('"' | '\'')) if !is_inner => {
                let inside = value[1..].split(quote).next().unwrap_or_default();
                let meaning = characters(inside).map_or_else(
                    || Meaning::Refused(Refused::Grows(format!("&{name};"))),
                    Meaning::Characters,
                );
                self.meanings.entry(name.to_owned()).or_insert(meaning);
            }
            // A picture is named, and not filled in; sets of signs that have a public name are known.
            _ if is_inner && written.starts_with("SYSTEM") => outside.push(name),
            _ if !is_inner && !is_data => {
                let refused = Refused::Elsewhere(format!("&{name};"));
                self.meanings.entry(name.to_owned()).or_insert(Meaning::Refused(refused));
            }
            _ => (),
        }
        end
    }

    /// The characters an entity stands for; nothing when it is not declared.
    pub fn meaning(&self, name: &str) -> Result<Option<&str>, Refused> {
        match self.meanings.get(name) {
            Some(Meaning::Characters(characters)) => Ok(Some(characters)),
            Some(Meaning::Refused(refused)) => Err(refused.clone()),
            None => Ok(None),
        }
    }

    /// Says why the document is refused before it is looked at.
    pub fn checked(&self) -> Result<(), Refused> {
        self.refused.clone().map_or(Ok(()), Err)
    }

    /// Says why a text that uses one of them is refused.
    pub fn checked_in(&self, text: &str) -> Result<(), Refused> {
        self.checked()?;
        if self.meanings.is_empty() {
            return Ok(());
        }
        memchr::memchr_iter(b'&', text.as_bytes()).try_for_each(|at| {
            let name = text[at + 1..].split(';').next().unwrap_or_default();
            self.meaning(name).map(drop)
        })
    }
}

/// What is declared within a document itself: what stands in `<!DOCTYPE x […]>`.
fn subset(document: &str) -> Option<&str> {
    let mut rest = document.trim_start_matches('\u{feff}').trim_start();
    loop {
        rest = if let Some(inside) = rest.strip_prefix("<?") {
            inside.split_once("?>")?.1
        } else if let Some(inside) = rest.strip_prefix("<!--") {
            inside.split_once("-->")?.1
        } else {
            break;
        }
        .trim_start();
    }
    let (keyword, declared) = rest.split_at_checked("<!DOCTYPE".len())?;
    if !keyword.eq_ignore_ascii_case("<!DOCTYPE") {
        return None;
    }
    let head = declared.len() - after(declared).len();
    let open = unquoted(declared, |c| c == '[').filter(|&at| at < head)?;
    Some(&declared[open + 1..])
}

/// What follows the end of a declaration; a sign in quotation marks ends none.
fn after(declaration: &str) -> &str {
    unquoted(declaration, |c| c == '>').map_or("", |at| &declaration[at + 1..])
}

/// Where a sign stands that is not in quotation marks.
fn unquoted(text: &str, is_it: impl Fn(char) -> bool) -> Option<usize> {
    let mut quote = None;
    text.char_indices().find_map(|(at, c)| match (quote, c) {
        (None, '"' | '\'') => {
            quote = Some(c);
            None
        }
        (Some(open), _) => {
            quote = quote.filter(|_| c != open);
            None
        }
        (None, _) => is_it(c).then_some(at),
    })
}

/// The few characters that the value of an entity is; nothing when it is more.
fn characters(value: &str) -> Option<String> {
    let read = quick_xml::escape::unescape(value).ok()?;
    let is_plain = !read.contains(['<', '&', '%']) && read.chars().count() <= LONGEST;
    is_plain.then(|| read.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_that_declares_nothing_is_no_harm() {
        for document in [
            "<nitf><body/></nitf>",
            "<?xml version='1.0'?>\n<!-- x --><!DOCTYPE nitf SYSTEM \"http://lantern.example/nitf-3-4.dtd\"><nitf/>",
            "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" 'xhtml1-strict.dtd'><p>[<!ENTITY x 'y'>]</p>",
            "<!DOCTYPE TEI.2 [<!-- <!ENTITY a SYSTEM 'b'> --><!ELEMENT p (#PCDATA)><!ATTLIST p x CDATA ']'>]><TEI.2/>",
        ] {
            let entities = Entities::of(document);
            assert!(entities.meanings.is_empty() && entities.refused.is_none(), "{document}");
        }
    }

    #[test]
    fn few_characters_are_read_and_all_else_is_refused() {
        let entities = Entities::of(
            "<!DOCTYPE TEI.2 PUBLIC '-//TEI//DTD' 'tei2.dtd' [<!ENTITY % set PUBLIC '-//ISO//x' 'x.ent'> %set;\n\
             <!ENTITY dash \"&#8212;\"> <!ENTITY dash \"twice\"><!ENTITY paper 'The > Lantern'>\n<!ENTITY plate SYSTEM 'p.jpg' NDATA jpeg>\
             <!ENTITY far SYSTEM 'file:///x'><!ENTITY l0 'lol'><!ENTITY l1 '&l0;&l0;'><!ENTITY bold '<b>x</b>'>]><x/>",
        );
        assert!(entities.checked().is_ok());
        assert_eq!(entities.meaning("dash"), Ok(Some("—")));
        assert_eq!(entities.meaning("paper"), Ok(Some("The > Lantern")));
        assert_eq!(entities.meaning("plate"), Ok(None));
        assert_eq!(entities.meaning("far"), Err(Refused::Elsewhere("&far;".to_owned())));
        assert_eq!(entities.meaning("l1"), Err(Refused::Grows("&l1;".to_owned())));
        assert!(entities.meaning("bold").is_err());
        assert!(
            entities.checked_in("a & b &dash;&l0; &none").is_ok() && entities.checked_in("x &l1;").is_err()
        );
        let text = format!("<!DOCTYPE x [<!ENTITY a '{}'>]>", "a".repeat(LONGEST + 1));
        assert!(Entities::of(&text).meaning("a").is_err());
        let fetched =
            Entities::of("<!DOCTYPE x [<!ENTITY % far SYSTEM 'http://x.example/y.dtd'> %far;]><x/>");
        assert_eq!(fetched.checked(), Err(Refused::Elsewhere("%far;".to_owned())));
        let named = Entities::of("<!DOCTYPE x [<!ENTITY % far SYSTEM 'y.dtd'>]><x/>");
        assert!(named.checked().is_ok(), "what is not used is not fetched");
        for broken in [
            "<!DOCTYPE",
            "<!DOCTYPE x [",
            "<!DOCTYPE x [<!ENTITY",
            "<!DOCTYPE x [<!ENTITY %",
            "<!DOCTYPE x [<!ENTITY a '",
        ] {
            assert!(Entities::of(broken).checked().is_ok(), "{broken}");
        }
    }
}
