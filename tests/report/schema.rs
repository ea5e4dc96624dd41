//! Checks a value against `docs/report.schema.json`: the part of JSON Schema 2020-12 that this schema uses. A keyword that
//! is not known here fails, so that none is passed over.

use regex_automata::meta::Regex;
use serde_json::{Map, Value};

/// Keywords that say nothing about values of other types.
const OF_ONE_TYPE: [&str; 9] = [
    "minimum",
    "minLength",
    "minItems",
    "maxItems",
    "pattern",
    "items",
    "required",
    "properties",
    "additionalProperties",
];

/// The schema and its parts.
pub(crate) struct Schema(Value);

impl Schema {
    /// Reads the published schema.
    pub(crate) fn published() -> Self {
        let text = include_str!("../../docs/report.schema.json");
        Self(serde_json::from_str(text).unwrap())
    }

    /// Fails unless the value is a whole report.
    pub(crate) fn check(&self, value: &Value) {
        self.accept(&self.0, value, "$").unwrap();
    }

    /// Whether the value is no report.
    pub(crate) fn refuses(&self, value: &Value) -> bool {
        self.accept(&self.0, value, "$").is_err()
    }

    /// Fails unless the value is what `$defs/name` says.
    pub(crate) fn check_part(&self, name: &str, value: &Value) {
        self.accept(&self.0["$defs"][name], value, name).unwrap();
    }

    fn accept(&self, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
        let schema = schema.as_object().ok_or(format!("{at}: no schema"))?;
        for (keyword, wanted) in schema {
            let holds = match (keyword.as_str(), value) {
                ("$schema" | "$id" | "$defs" | "title" | "description", _) => true,
                ("type", _) => is(wanted, value),
                ("const", _) => value == wanted,
                ("enum", _) => wanted.as_array().unwrap().contains(value),
                ("minimum", Value::Number(number)) => number.as_f64() >= wanted.as_f64(),
                ("minLength", Value::String(text)) => text.len() as u64 >= wanted.as_u64().unwrap(),
                ("minItems", Value::Array(items)) => items.len() as u64 >= wanted.as_u64().unwrap(),
                ("maxItems", Value::Array(items)) => items.len() as u64 <= wanted.as_u64().unwrap(),
                ("pattern", Value::String(text)) => {
                    Regex::new(wanted.as_str().unwrap()).unwrap().is_match(text)
                }
                ("$ref", _) => {
                    let name = wanted.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                    self.accept(&self.0["$defs"][name], value, at)?;
                    true
                }
                ("anyOf", _) => {
                    let any = wanted.as_array().unwrap();
                    any.iter()
                        .any(|schema| self.accept(schema, value, at).is_ok())
                }
                ("items", Value::Array(items)) => {
                    for (index, item) in items.iter().enumerate() {
                        self.accept(wanted, item, &format!("{at}[{index}]"))?;
                    }
                    true
                }
                ("required", Value::Object(object)) => {
                    let names = wanted.as_array().unwrap();
                    names
                        .iter()
                        .all(|name| object.contains_key(name.as_str().unwrap()))
                }
                ("properties" | "additionalProperties", Value::Object(object)) => {
                    self.accept_fields(schema, object, at)?;
                    true
                }
                (keyword, _) if OF_ONE_TYPE.contains(&keyword) => true,
                (other, _) => return Err(format!("{at}: keyword {other} is not known here")),
            };
            if !holds {
                return Err(format!("{at}: {value} is against {keyword}: {wanted}"));
            }
        }
        Ok(())
    }

    fn accept_fields(
        &self,
        schema: &Map<String, Value>,
        object: &Map<String, Value>,
        at: &str,
    ) -> Result<(), String> {
        for (name, field) in object {
            let at = format!("{at}.{name}");
            match (
                schema.get("properties").and_then(|known| known.get(name)),
                schema.get("additionalProperties"),
            ) {
                (Some(known), _) => self.accept(known, field, &at)?,
                (None, Some(Value::Bool(false))) => {
                    return Err(format!("{at}: is not in the schema"));
                }
                (None, Some(other)) => self.accept(other, field, &at)?,
                (None, None) => {}
            }
        }
        Ok(())
    }
}

fn is(wanted: &Value, value: &Value) -> bool {
    let one = |word: &str| match word {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "null" => value.is_null(),
        other => panic!("type {other} is not known here"),
    };
    match wanted {
        Value::String(word) => one(word),
        Value::Array(words) => words.iter().any(|word| one(word.as_str().unwrap())),
        other => panic!("{other} is no type"),
    }
}
