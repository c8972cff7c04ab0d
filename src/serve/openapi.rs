//! The description of the interface (OpenAPI 3.1): from the list of pages, with the schemas of `schema/` as they are.

use serde_json::{Map, Value, json};

use super::{
    asked::MOST_ROWS,
    pages::{PAGES, Page, Param},
};
use crate::schema;

/// The description.
pub fn description() -> Value {
    let pages = PAGES.iter().filter(|page| !page.rows.is_empty());
    let mut paths = Map::new();
    for page in pages.clone() {
        paths.insert(path(page, ".json"), item(page, "application/json", paged(page)));
        paths.insert(path(page, ".jsonl"), item(page, "application/jsonl", json!({ "type": "string" })));
        paths.insert(path(page, ".csv"), item(page, "text/csv", json!({ "type": "string" })));
    }
    let rows = pages.flat_map(|page| page.rows).copied();
    let schemas: Map<String, Value> =
        rows.chain(["page", "error"]).filter_map(|name| Some((name.to_owned(), component(name)?))).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "pullquote serve",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "A news archive that knows who said what. Every page has these twins with the same rows; \
                            an address without its format is the page.",
            "license": { "name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT" },
        },
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

fn path(page: &Page, end: &str) -> String {
    match page.path.strip_suffix('/') {
        Some(path) => format!("{path}/{{id}}{end}"),
        None => format!("{}{end}", page.path),
    }
}

/// A page under one of its formats.
fn item(page: &Page, kind: &str, schema: Value) -> Value {
    let refused = json!({
        "description": "Why there is no answer",
        "content": { "application/json": { "schema": { "$ref": "#/components/schemas/error" } } },
    });
    let responses = json!({
        "200": { "description": page.about, "content": { kind: { "schema": schema } } },
        "304": { "description": "The same as the client has" },
        "400": refused, "404": refused, "500": refused, "503": refused,
    });
    let mut parameters: Vec<Value> = page.params.iter().map(parameter).collect();
    if page.path.ends_with('/') {
        let about = if page.path == "/saved/" { "Name of the search" } else { "Id of the story" };
        let schema = if page.path == "/saved/" {
            json!({ "type": "string" })
        } else {
            json!({ "type": "string", "pattern": "^[0-9a-f]{16}" })
        };
        parameters.push(
            json!({ "name": "id", "in": "path", "required": true, "description": about, "schema": schema }),
        );
    }
    let mut item =
        json!({ "get": { "summary": page.about, "parameters": parameters, "responses": responses } });
    let mut post = |summary: String, fields: &[&str]| {
        let properties: serde_json::Map<String, Value> =
            fields.iter().map(|&field| (field.to_owned(), json!({ "type": "string" }))).collect();
        let form = json!({ "type": "object", "properties": properties, "required": fields });
        let mut responses = item["get"]["responses"].clone();
        responses["403"] = refused.clone();
        responses["413"] = refused.clone();
        item["post"] = json!({
            "summary": summary,
            "requestBody": { "required": true, "content": { "application/x-www-form-urlencoded": { "schema": form } } },
            "responses": responses,
        });
    };
    if page.takes_form {
        post(format!("{} (a draft, as a form)", page.about), &["draft"]);
    }
    if page.path == "/saved" {
        post("Saves a search, where writing is allowed".to_owned(), &["name", "query"]);
    }
    item
}

fn parameter(param: &Param) -> Value {
    let schema = match (param.name, param.values) {
        // A field of a form that is left empty says nothing.
        ("limit", _) => {
            let number = json!({ "type": "integer", "minimum": 1, "maximum": MOST_ROWS });
            json!({ "anyOf": [number, { "const": "" }] })
        }
        (_, []) => json!({ "type": "string" }),
        (_, values) => {
            let empty = (!param.is_needed).then_some("");
            json!({ "type": "string", "enum": values.iter().copied().chain(empty).collect::<Vec<_>>() })
        }
    };
    json!({ "name": param.name, "in": "query", "description": param.about, "required": param.is_needed, "schema": schema })
}

/// The schema of a page whose rows are of its own types.
fn paged(page: &Page) -> Value {
    let rows: Vec<Value> =
        page.rows.iter().map(|name| json!({ "$ref": format!("#/components/schemas/{name}") })).collect();
    let rows = if let [one] = rows.as_slice() { one.clone() } else { json!({ "anyOf": rows }) };
    json!({
        "allOf": [
            { "$ref": "#/components/schemas/page" },
            { "properties": { "results": { "type": "array", "items": rows } } },
        ],
    })
}

/// A schema of `schema/` among others: what it calls its own definitions is told from here.
fn component(name: &str) -> Option<Value> {
    let mut schema = schema::of_type(name)?;
    if let Some(schema) = schema.as_object_mut() {
        schema.remove("$schema");
    }
    moved(&mut schema, &format!("#/components/schemas/{name}"));
    Some(schema)
}

fn moved(schema: &mut Value, to: &str) {
    match schema {
        Value::Object(object) => {
            for (key, value) in object.iter_mut() {
                match value {
                    Value::String(text) if key == "$ref" => {
                        if let Some(own) = text.strip_prefix('#') {
                            *text = format!("{to}{own}");
                        }
                    }
                    other => moved(other, to),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| moved(value, to)),
        _ => (),
    }
}
