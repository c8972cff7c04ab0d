//! Which field of a record is what; see [`JsonFields`].

use serde_json::Value;

use crate::{
    article::Article,
    config::JsonFields,
    source::{Error, Place, Record, dates, filled},
};

/// The story that a record holds. Its text is taken exactly as it stands, so that offsets are the caller's.
pub fn article(value: &Value, at: &Place<'_>, number: u32, fields: &JsonFields) -> Record {
    let field = |names: &[String]| names.iter().find_map(|name| plain(look_up(value, name)?));
    let text = field(&fields.text);
    let title = field(&fields.title);
    if text.is_none() && !fields.text.iter().any(|name| look_up(value, name).is_some_and(Value::is_string)) {
        return Err(Error::record(number, "bad-record", without_text(value, number, fields)));
    }
    if text.as_ref().or(title.as_ref()).is_none_or(|words| words.trim().is_empty()) {
        return Err(Error::record(number, "empty", format!("record {number} holds no words")));
    }
    Ok(Article {
        origin: at.origin(number),
        record_id: field(&fields.id),
        title,
        published: field(&fields.published).and_then(|date| dates::published(&date, "record")),
        source: field(&fields.source),
        byline: field(&fields.byline),
        url: field(&fields.url),
        section: field(&fields.section),
        tags: fields.tags.iter().find_map(|name| look_up(value, name)).map(tags).unwrap_or_default(),
        lang: field(&fields.lang),
        text: text.unwrap_or_default(),
        ..Default::default()
    })
}

fn without_text(value: &Value, number: u32, fields: &JsonFields) -> String {
    if value.is_object() {
        let wanted = fields.text.join("` or `");
        format!("record {number} has no text in `{wanted}`: name the field in `text` under [source.json]")
    } else {
        format!("record {number} is no JSON object")
    }
}

fn look_up<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.get(name).or_else(|| {
        let (outer, inner) = name.split_once('.')?;
        look_up(value.get(outer)?, inner)
    })
}

/// A field as text, exactly as it stands; an empty one is none.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => (!text.is_empty()).then(|| text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(values) => {
            let parts: Vec<String> = values.iter().filter_map(plain).collect();
            (!parts.is_empty()).then(|| parts.join(", "))
        }
        _ => None,
    }
}

fn tags(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().filter_map(plain).filter_map(|tag| filled(&tag)).collect(),
        Value::String(list) => list.split(',').filter_map(filled).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: &Value) -> Record {
        article(value, &Place { root: "r", path: "x.json", file: None }, 3, &JsonFields::default())
    }

    #[test]
    fn text_stands_as_it_is_and_empty_is_null() {
        let value =
            json!({"_id": 7, "text": " “Hi” \n", "title": "", "tags": ["a", ""], "author": ["X", "Y"]});
        let article = read(&value).expect("a story");
        assert_eq!(article.record_id.as_deref(), Some("7"));
        assert_eq!(article.text, " “Hi” \n");
        assert_eq!(
            (article.title, article.tags, article.byline.as_deref()),
            (None, vec!["a".to_owned()], Some("X, Y"))
        );
        let caption = read(&json!({"text": "", "title": "Voss on stage"})).expect("a headline alone");
        assert_eq!(caption.text, "");
    }

    #[test]
    fn records_without_text_say_what_is_missing() {
        let reason = |value: Value| read(&value).map_err(|error| (error.record, error.reason));
        assert_eq!(reason(json!({"headline": "x"})), Err((Some(3), "bad-record")));
        assert_eq!(reason(json!({"text": "  "})), Err((Some(3), "empty")));
        assert_eq!(reason(json!(17)), Err((Some(3), "bad-record")));
    }

    #[test]
    fn fields_are_a_setting_and_dots_lead_into_objects() {
        let fields = JsonFields { text: vec!["content.plain".to_owned()], ..JsonFields::default() };
        let value = json!({"content": {"plain": "Words."}});
        let article =
            article(&value, &Place { root: "", path: "x", file: None }, 0, &fields).expect("a story");
        assert_eq!(article.text, "Words.");
    }
}
