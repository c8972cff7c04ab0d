//! Records as rows of a table. No text is a formula, see [`cell`](crate::visible::cell).

use serde_json::Value;

use crate::visible;

/// The cells of a record under some columns: lists are joined with `; `, a record inside is its text.
pub fn cells(columns: &[&str], record: &Value) -> Vec<String> {
    let value = |column: &&str| match record.get(*column).unwrap_or(&Value::Null) {
        Value::Number(chance) if *column == "confidence" => {
            format!("{:.2}", chance.as_f64().unwrap_or_default())
        }
        number @ Value::Number(_) => cell(&short(number)),
        other => visible::cell(&cell(other)).into_owned(),
    };
    columns.iter().map(value).collect()
}

/// A number without the digits that it does not have: those of scores are single ones.
pub fn short(value: &Value) -> Value {
    match value.as_f64().filter(|_| value.is_f64()) {
        Some(number) => {
            (number as f32).to_string().parse::<f64>().map_or_else(|_| value.clone(), Value::from)
        }
        None => value.clone(),
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(cell).collect::<Vec<_>>().join("; "),
        Value::Object(object) => object.get("text").map(cell).unwrap_or_default(),
        other => other.to_string(),
    }
}
