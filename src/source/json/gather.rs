//! Where the records of a JSON document lie: in it, or in the lists that exports and feeds wrap them in. Nothing is parsed
//! but the keys on the way: a record that is broken costs only itself, and one is held at a time.

use serde_json::Value;

use super::fields::{Around, is_same_name};
use crate::config::JsonFields;

/// Levels of wrapping that are opened.
const DEEPEST: usize = 8;

/// Bytes of the longest fact around records that is looked at.
const LONGEST_FACT: usize = 4 << 10;

/// Keys of what wraps records: JSON Feed, content systems and their programming interfaces, search engines, agencies.
const WRAPPERS: [&str; 27] = [
    "items",
    "item",
    "posts",
    "articles",
    "stories",
    "results",
    "result",
    "response",
    "data",
    "docs",
    "documents",
    "entries",
    "nodes",
    "records",
    "hits",
    "pages",
    "db",
    "_source",
    "attributes",
    "translations",
    "post",
    "tweet",
    "noteTweet",
    "node",
    "orderedItems",
    "object",
    "messages",
];

/// Whether a document that begins with `head` holds records, not one story.
pub fn is_wrapped(head: &[u8]) -> bool {
    let Ok(text) =
        std::str::from_utf8(head).or_else(|error| std::str::from_utf8(&head[..error.valid_up_to()]))
    else {
        return false;
    };
    let text = text.trim_start();
    text.starts_with('[')
        || members(text).iter().any(|(name, value)| value.starts_with('[') && WRAPPERS.contains(&&**name))
}

/// Gives every record in a document, with what stands around it.
pub fn records(document: &str, fields: &JsonFields, each: &mut dyn FnMut(&str, &Around)) {
    open(document.trim(), fields, &Around::default(), DEEPEST, each);
}

fn open(text: &str, fields: &JsonFields, around: &Around, depth: usize, each: &mut dyn FnMut(&str, &Around)) {
    let Some(depth) = depth.checked_sub(1) else { return each(text, around) };
    if text.starts_with('[') {
        // What is said of a list is said of none of its records alone.
        let around = Around { id: None, url: None, ..around.clone() };
        return elements(text).for_each(|value| open(value, fields, &around, depth, each));
    }
    let members = if text.starts_with('{') { members(text) } else { Vec::new() };
    let wrapped = WRAPPERS.iter().find_map(|wrapper| {
        let inner = members.iter().find(|(name, _)| name == wrapper).map(|(_, value)| *value)?;
        inner.starts_with(['{', '[']).then_some(inner)
    });
    match wrapped.filter(|_| !is_story(&members, fields)) {
        Some(inner) => open(inner, fields, &around_of(&members, fields, around), depth, each),
        None => each(text, around),
    }
}

/// Whether an object has a story's words itself.
fn is_story(members: &[(String, &str)], fields: &JsonFields) -> bool {
    let is_text = |name: &str| {
        let is_named = |wanted: &String| is_same_name(wanted.split('.').next().unwrap_or_default(), name);
        fields.text.iter().any(is_named)
    };
    members.iter().any(|(name, value)| *value != "null" && is_text(name))
}

/// What an object says of the records inside it, without what it wraps being read.
fn around_of(members: &[(String, &str)], fields: &JsonFields, outer: &Around) -> Around {
    let is_short = |value: &str| value.len() <= LONGEST_FACT && !value.starts_with(['{', '[']);
    let short = members.iter().filter(|(_, value)| is_short(value));
    let value: Value = short
        .filter_map(|(name, value)| Some((name.clone(), serde_json::from_str::<Value>(value).ok()?)))
        .collect();
    Around::of(&value, fields, outer)
}

/// The values of a list, as they are written; as far as it is one.
fn elements(list: &str) -> impl Iterator<Item = &str> {
    let mut rest = list.strip_prefix('[').unwrap_or(list);
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        let end = value_end(rest.as_bytes());
        let (value, after) = rest.split_at(end);
        rest = after;
        (!value.is_empty()).then_some(value)
    })
}

/// The names and values of an object, as they are written; as far as it is one.
fn members(object: &str) -> Vec<(String, &str)> {
    let mut members = Vec::new();
    let mut rest = object.strip_prefix('{').unwrap_or_default();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if !rest.starts_with('"') {
            return members;
        }
        let (name, after) = rest.split_at(value_end(rest.as_bytes()));
        let Some(after) = after.trim_ascii_start().strip_prefix(':') else { return members };
        let after = after.trim_ascii_start();
        let (value, after) = after.split_at(value_end(after.as_bytes()));
        if let Ok(name) = serde_json::from_str(name) {
            members.push((name, value));
        }
        rest = after;
    }
}

/// Where the value ends that bytes begin with.
fn value_end(bytes: &[u8]) -> usize {
    let (mut at, mut depth) = (0, 0_usize);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                at = text_end(bytes, at + 1);
                if depth == 0 {
                    return at;
                }
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth <= 1 => return at + depth,
            b'}' | b']' => depth -= 1,
            b',' | b':' | b' ' | b'\n' | b'\r' | b'\t' if depth == 0 => return at,
            _ => (),
        }
        at += 1;
    }
    at
}

/// Where a text in quotation marks ends, from inside it.
fn text_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(found) = memchr::memchr2(b'"', b'\\', bytes.get(at..).unwrap_or_default()) {
        if bytes[at + found] == b'"' {
            return at + found + 1;
        }
        at += found + 2;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(document: &str) -> Vec<(String, Around)> {
        let mut found = Vec::new();
        records(document, &JsonFields::default(), &mut |text, around| {
            found.push((text.to_owned(), around.clone()));
        });
        found
    }

    fn texts(document: &str) -> Vec<String> {
        found(document).into_iter().map(|(text, _)| text).collect()
    }

    #[test]
    fn records_are_found_in_what_wraps_them() {
        let (a, b) = (r#"{"html":"a]\"}","id":1}"#, r#"{"text":"b"}"#);
        for document in [
            format!("[{a}, {b}]"),
            format!(r#"{{"version":"https://jsonfeed.org/version/1","items":[{a},{b}]}}"#),
            format!(r#"{{"db":[{{"meta":{{"x":[1]}},"data":{{"posts":[{a},{b}],"tags":[{{}}]}}}}]}}"#),
            format!(r#"{{"hits":{{"total":2,"hits":[{{"_id":"7","_source":{a}}},{{"_source":{b}}}]}}}}"#),
            format!(r#"{{"data":[{{"id":"n","attributes":{a}}},{{"attributes":{b}}}]}}"#),
            format!(r#"{{"nodes":[{{"node":{a}}},{{"node":{b}}}]}}"#),
            format!(r#"{{"type":"OrderedCollection","orderedItems":[{{"object":{a}}},{{"object":{b}}}]}}"#),
        ] {
            assert_eq!(texts(&document), [a, b], "{document}");
        }
        assert_eq!(texts(r#"{"text":"x","items":[{"text":"y"}]}"#).len(), 1, "a story has no records");
        assert_eq!(texts(r#"{"name":"x"}"#), [r#"{"name":"x"}"#]);
        assert_eq!(texts(r#"{"items":[]}"#).len(), 0);
        assert!(is_wrapped(br#"{"title":"Sizzle","items":[{"te"#) && !is_wrapped(br#"{"text":"[x"}"#));
    }

    #[test]
    fn what_stands_around_records_holds_for_them() {
        let feed = found(
            r#"{"title":"Sizzle","id":"feed","url":"https://x/","language":"en","items":[{"text":"a"}]}"#,
        );
        let around = &feed[0].1;
        assert_eq!((around.source.as_deref(), around.lang.as_deref()), (Some("Sizzle"), Some("en")));
        assert_eq!((&around.id, &around.url), (&None, &None), "the feed's own");
        let wrapped = found(r#"[{"url":"https://x/1","data":{"html":"a"}}]"#);
        assert_eq!(wrapped[0].1.url.as_deref(), Some("https://x/1"));
    }

    #[test]
    fn broken_documents_end_where_they_break() {
        for document in
            ["[", "[{", "{", "{\"items\":", "{\"items\":[{\"text\":\"", "]", "[}", "\"\\", "[[[[[[[[[[[["]
        {
            let _ = found(document);
        }
        assert_eq!(texts("[{\"text\":}, {\"text\":\"b\"}]").len(), 2);
    }
}
