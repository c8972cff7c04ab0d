//! The page of settings, written from their schema.

use std::fmt::Write;

use serde_json::Value;

/// A page with every setting of `pullquote.toml`: its table, its key, its default, and what it is for.
pub fn page(schema: &Value) -> String {
    let mut page = String::from(
        "# Settings\n\nThey stand in `pullquote.toml` in a root, or in the file that `--config` names. What is not set has its \
         default; a key that is not here is an error (exit code 78). Files that a changed setting concerns are read again by the \
         next run. Written by `pullquote generate schema`.\n",
    );
    table("", schema, schema, &mut page);
    page
}

/// Writes the keys of a table, then the tables in it.
fn table(name: &str, table: &Value, schema: &Value, page: &mut String) {
    let keys = || table["properties"].as_object().into_iter().flatten();
    let own: Vec<_> = keys().filter(|(_, key)| !is_table(resolved(key, schema))).collect();
    if !own.is_empty() {
        let about = line(&table["description"]);
        write!(page, "\n## `[{name}]`\n\n{about}\n\n| key | default | what it is for |\n|---|---|---|\n")
            .expect("writing to a string cannot fail");
    }
    for (key, value) in own {
        let shown = default(&value["default"]);
        let about = [line(&value["description"]), choices(resolved(value, schema))].concat();
        writeln!(page, "| `{key}` | {shown} | {about} |").expect("writing to a string cannot fail");
    }
    for (key, value) in keys().filter(|(_, key)| is_table(resolved(key, schema))) {
        let inner = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
        let mut inside = resolved(value, schema).clone();
        // What the key says of itself is nearer than what its type says.
        inside["description"] = value.get("description").unwrap_or(&inside["description"]).clone();
        self::table(&inner, &inside, schema, page);
    }
}

/// A value's own schema, where it only refers to one.
fn resolved<'a>(value: &'a Value, schema: &'a Value) -> &'a Value {
    let name = value["$ref"].as_str().and_then(|path| path.strip_prefix("#/$defs/"));
    name.map_or(value, |name| &schema["$defs"][name])
}

fn is_table(value: &Value) -> bool {
    value["properties"].is_object()
}

/// The values that a choice has, each with what it means.
fn choices(value: &Value) -> String {
    let choices = value["oneOf"].as_array().into_iter().flatten();
    choices
        .map(|choice| {
            let name = choice["const"].as_str().unwrap_or_default();
            format!(" `\"{name}\"`: {}", line(&choice["description"]))
        })
        .collect()
}

/// A default as it stands in a settings file.
fn default(value: &Value) -> String {
    match value {
        Value::Object(empty) if empty.is_empty() => "none".to_owned(),
        Value::Array(list) if list.is_empty() => "`[]`".to_owned(),
        Value::Array(list) => {
            let names: Vec<String> = list.iter().map(|name| format!("`{name}`")).collect();
            names.join(" ").replace("`\"", "`").replace("\"`", "`")
        }
        other => format!("`{other}`"),
    }
}

/// A description on one line of a table.
fn line(text: &Value) -> String {
    text.as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn every_setting_is_there_with_what_it_is_for() {
        let schema = schemars::schema_for!(Config).to_value();
        let page = page(&schema);
        for table in ["[crawl]", "[source]", "[source.json]", "[source.csv]"] {
            assert!(page.contains(&format!("## `{table}`")), "{page}");
        }
        assert!(page.contains("| `max_bytes` | `16777216` | Largest story"), "{page}");
        assert!(page.contains("`\"follow\"`: What is in the folder is read"), "{page}");
        let unexplained: Vec<&str> = page.lines().filter(|line| line.ends_with("|  |")).collect();
        assert!(unexplained.is_empty(), "{unexplained:?}");
    }
}
