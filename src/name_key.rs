//! The form that written forms of one name share across stories.

use std::borrow::Cow;

use crate::{analysis, annotation::NameKind};

/// The form that written forms of one name share across stories: folded words, `Last, First` put in order, initials
/// apart (`JK` as `J.K.`), a leading article dropped. Suffixes stay: a junior is not his father.
pub fn name_key(name: &str) -> String {
    let turned = match name.split_once(", ") {
        Some((last, first))
            if !matches!(analysis::words(first).join(" ").as_str(), "jr" | "sr" | "ii" | "iii" | "iv") =>
        {
            Cow::Owned(format!("{first} {last}"))
        }
        _ => Cow::Borrowed(name),
    };
    let is_shouted = || !turned.chars().any(char::is_lowercase);
    let mut key = String::with_capacity(turned.len());
    for (number, word) in turned.split_whitespace().enumerate() {
        let initials = number == 0 && is_initials(word) && turned.contains(' ') && !is_shouted();
        if initials {
            (0..word.len()).for_each(|at| push(&mut key, &word[at..=at]));
        } else if word.is_ascii() {
            // What the analyzer does to these is little.
            let parts = word.split(|c: char| !c.is_ascii_alphanumeric());
            parts.for_each(|part| push(&mut key, &part[..part.len().min(analysis::MAX_BYTES)]));
        } else {
            analysis::words(word).iter().for_each(|part| push(&mut key, part));
        }
    }
    match key.strip_prefix("the ") {
        Some(rest) => rest.to_owned(),
        None => key,
    }
}

/// Whether capitals without stops are initials: two, or three that nobody could speak as a word (`JRR`, not `KIM`).
fn is_initials(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_uppercase())
        && (word.len() == 2 || word.len() == 3 && !word.contains(['A', 'E', 'I', 'O', 'U', 'Y']))
}

/// Adds a word to a key, if it is one.
fn push(key: &mut String, word: &str) {
    if word.is_empty() {
        return;
    }
    if !key.is_empty() {
        key.push(' ');
    }
    let start = key.len();
    key.push_str(word);
    key[start..].make_ascii_lowercase();
}

/// A name's key with its kind, as it stands in the field `name_key`.
pub fn kind_key(kind: NameKind, key: &str) -> String {
    [kind.as_str(), ":", key].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_forms_of_one_name_share_a_key() {
        assert_eq!(name_key("J.K. Rowan"), name_key("JK Rowan"));
        assert_eq!(name_key("J.R.R. Rowan"), name_key("JRR Rowan"));
        assert_eq!(name_key("ZOE Rowan"), name_key("Zoe Rowan"));
        assert_eq!(name_key("Rowan, Beyoncé"), name_key("Beyonce Rowan"));
        assert_eq!(name_key("Jean-Luc Voss"), name_key("JEAN LUC VOSS"));
        assert_eq!(name_key("Rowan-Voss & “Sons” (UK)"), "rowan voss sons uk");
        assert_eq!(name_key(&"X".repeat(200)), "x".repeat(analysis::MAX_BYTES));
        assert_eq!(name_key("The Evening Sizzle"), name_key("Evening Sizzle"));
        assert_eq!(name_key("ZOE ROWAN"), name_key("Zoe Rowan"));
        assert_eq!(name_key("Rafe Montclair, Jr."), "rafe montclair jr");
        assert_ne!(name_key("Rafe Montclair Jr."), name_key("Rafe Montclair"));
    }
}
