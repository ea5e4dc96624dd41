//! One exception of another tool's file before its line is known.

use crate::finding::{Exception, ExceptionReach as Reach};
use crate::model::Date;
use crate::source::LineIndex;
use memchr::memmem;
use serde_json::Value;

/// An entry of a tree, and the text that tells its line.
pub(super) struct Entry {
    pub(super) tool: &'static str,
    pub(super) anchor: String,
    pub(super) rules: Vec<String>,
    pub(super) reason: String,
    pub(super) until: Option<Date>,
    pub(super) form: &'static str,
}

impl Entry {
    pub(super) fn new(tool: &'static str, form: &'static str, rule: &str) -> Self {
        Self {
            tool,
            form,
            anchor: rule.to_owned(),
            rules: vec![rule.to_owned()],
            reason: String::new(),
            until: None,
        }
    }
}

/// The entries as exceptions, each at the line on which its text stands next.
pub(super) fn place(path: &str, text: &str, entries: Vec<Entry>) -> Vec<Exception> {
    let mut at = 0;
    let index = LineIndex::new(text.as_bytes());
    entries
        .into_iter()
        .map(|entry| {
            let from = |start: usize| {
                let rest = text.as_bytes().get(start..)?;
                memmem::find(rest, entry.anchor.as_bytes()).map(|found| start + found)
            };
            let found = from(at).or_else(|| from(0)).unwrap_or(0);
            at = found + entry.anchor.len();
            let mut exception = Exception::new(entry.tool, entry.form, path, index.number(found));
            exception.rules = entry.rules;
            exception.reason = entry.reason;
            exception.until = entry.until;
            exception.reach = Reach::Repository;
            exception
        })
        .collect()
}

/// The items of a list; none where it is not one.
pub(super) fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

/// The entries of an object; none where it is not one.
pub(super) fn fields(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}
