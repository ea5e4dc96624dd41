//! Changes text in place, keeping comments and everything else as it is: what `tenure fix` does to YAML and HCL, and
//! how access is taken out of any syntax ([`Page`], [`without`]) as a [`patch`].
//!
//! A change is found in the tree and made in the text, by places. What cannot be done without guessing (a template, a value
//! that spans lines, a key that is there with a mapping below it) is not done.

mod block;
mod item;
mod patch;
mod removal;

pub use patch::{inverse, patch};
pub use removal::{Page, Unit, spoken_for, without};

use crate::format::{self, Entry, Limits, Node, Value};
use crate::rule::{Edit, Syntax};
use crate::source::BlobId;
use std::ops::Range;

/// A text with some of its edits made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The new text.
    pub text: String,
    /// Which of the edits were made, by place in the list.
    pub made: Vec<usize>,
}

/// One replacement of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Splice {
    at: Range<usize>,
    text: String,
}

/// What is to change at a finding.
#[derive(Debug, Clone, Copy)]
pub enum Change<'e> {
    /// A value is set.
    Set(&'e Edit),
    /// A lease of these words is written above the thing.
    Lease(&'e str),
}

/// Makes changes in a file, each for a finding at the bytes beside it. Of several for the same place the first that can be
/// made is.
#[must_use]
pub fn edit(path: &str, text: &str, changes: &[(Range<usize>, Change<'_>)]) -> Edited {
    let mut edited = Edited {
        text: text.to_owned(),
        made: Vec::new(),
    };
    let Some(syntax) = format::claim(path, &text.as_bytes()[..text.len().min(4096)]) else {
        return edited;
    };
    let yaml = syntax.name() == "yaml";
    if !matches!(syntax.name(), "yaml" | "hcl") || (yaml && is_template(text)) {
        return edited;
    }
    let document = syntax.parse(BlobId(0), path, text, Limits::default());
    let mut splices: Vec<(Splice, usize)> = Vec::new();
    for (index, (at, change)) in changes.iter().enumerate() {
        let mut roots = document.roots.iter();
        let splice = match (change, yaml) {
            (Change::Lease(words), _) => lease(path, text, at.start, words),
            (Change::Set(edit), true) if edit.syntax == Syntax::Yaml => roots
                .find(|root| root.span.range().contains(&at.start))
                .and_then(|root| around(root, at.start, &edit.within))
                .and_then(|home| splice(home, edit, text)),
            (Change::Set(edit), false) if edit.syntax == Syntax::Hcl => {
                roots.find_map(|root| block::splice(root, at.start, edit, text))
            }
            _ => None,
        };
        splices.extend(splice.map(|splice| (splice, index)));
    }
    splices.sort_by(|(a, _), (b, _)| {
        (a.at.start, a.at.end, &a.text).cmp(&(b.at.start, b.at.end, &b.text))
    });
    for (at, (splice, index)) in splices.iter().enumerate().rev() {
        let twin = at > 0 && splices[at - 1].0 == *splice;
        let overlaps = at > 0 && !twin && splices[at - 1].0.at.end > splice.at.start;
        if overlaps {
            continue;
        }
        edited.made.push(*index);
        if !twin {
            edited.text.replace_range(splice.at.clone(), &splice.text);
        }
    }
    edited.made.sort_unstable();
    edited
}

/// The comment of a lease above the thing that begins on the line of an offset.
fn lease(path: &str, text: &str, offset: usize, words: &str) -> Option<Splice> {
    let start = Page::read(path, text).ok()?.unit(offset).ok()?.lines.start;
    let rest = &text[start..];
    let indent = &rest[..rest.len() - rest.trim_start_matches([' ', '\t']).len()];
    let newline = match rest.split('\n').next()?.ends_with('\r') {
        true => "\r\n",
        false => "\n",
    };
    Some(Splice {
        at: start..start,
        text: format!("{indent}# tenure: lease {words}{newline}"),
    })
}

/// Whether `{{ }}` stands in a text other than as an expression of a workflow.
fn is_template(text: &str) -> bool {
    text.match_indices("{{")
        .any(|(at, _)| !text[..at].ends_with('$'))
}

/// The innermost mapping around a place that has a key, else the first below the innermost mapping there.
fn around<'n>(root: &'n Node, at: usize, key: &str) -> Option<&'n [Entry]> {
    let mut found = None;
    let mut open = Some(root);
    while let Some(node) = open {
        let entries = entries(node);
        if has(entries, key) {
            found = Some(entries);
        }
        open = children(node).find(|child| child.span.range().contains(&at));
    }
    found.or_else(|| below(root, key, 0))
}

fn below<'n>(node: &'n Node, key: &str, depth: usize) -> Option<&'n [Entry]> {
    if has(entries(node), key) {
        return Some(entries(node));
    }
    children(node)
        .filter(|_| depth < 64)
        .find_map(|child| below(child, key, depth + 1))
}

fn has(entries: &[Entry], key: &str) -> bool {
    entries.iter().any(|entry| entry.key == key)
}

fn entries(node: &Node) -> &[Entry] {
    match &node.value {
        Value::Map(entries) => entries,
        _ => &[],
    }
}

fn children(node: &Node) -> Box<dyn Iterator<Item = &Node> + '_> {
    match &node.value {
        Value::List(items) => Box::new(items.iter()),
        _ => Box::new(entries(node).iter().map(|entry| &entry.value)),
    }
}

/// The replacement that sets a path in a mapping.
fn splice(home: &[Entry], edit: &Edit, text: &str) -> Option<Splice> {
    let mut home = home;
    let mut anchor = home.iter().find(|entry| entry.key == edit.within)?;
    let mut path: Vec<&str> = edit.set.split('.').collect();
    loop {
        let first = *path.first()?;
        let Some(there) = home.iter().find(|entry| entry.key == first) else {
            return insert(anchor, &path, &edit.to, text);
        };
        path.remove(0);
        if path.is_empty() {
            return replace(&there.value, &edit.to, text);
        }
        home = entries(&there.value);
        anchor = home.first()?;
    }
}

/// Puts a new value in the place of a scalar of one line.
fn replace(old: &Node, new: &str, text: &str) -> Option<Splice> {
    let at = old.span.range();
    let written = text.get(at.clone())?;
    let scalar = matches!(
        old.value,
        Value::Bool(_) | Value::Number(_) | Value::String(_)
    );
    (scalar && !written.is_empty() && !written.contains('\n') && written != new).then(|| Splice {
        at,
        text: new.to_owned(),
    })
}

/// Adds a path beside an entry.
fn insert(anchor: &Entry, path: &[&str], value: &str, text: &str) -> Option<Splice> {
    let key = anchor.key_span.range();
    let line = text[..key.start].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[line..key.start];
    let opened = before.trim_start_matches([' ', '-']);
    if !opened.is_empty() || text[..key.start].trim_end().ends_with(['{', ',']) {
        let braces = text[..key.start].trim_end().ends_with(['{', ',']);
        return braces.then(|| Splice {
            at: key.start..key.start,
            text: format!("{}, ", flow(path, value)),
        });
    }
    let newline = match text.contains("\r\n") {
        true => "\r\n",
        false => "\n",
    };
    let indent = " ".repeat(before.len());
    let lines: Vec<String> = path
        .iter()
        .enumerate()
        .map(|(depth, key)| {
            let value = match depth + 1 == path.len() {
                true => format!(" {value}"),
                false => String::new(),
            };
            format!("{indent}{}{key}:{value}", "  ".repeat(depth))
        })
        .collect();
    let lines = lines.join(newline);
    let old = anchor.value.span.range();
    let plain = matches!(
        anchor.value.value,
        Value::Bool(_) | Value::Number(_) | Value::String(_)
    ) && !text.get(old.clone())?.contains('\n');
    if plain {
        let end = text[old.end..]
            .find('\n')
            .map_or(text.len(), |at| old.end + at);
        let end = end - usize::from(text[..end].ends_with('\r'));
        return Some(Splice {
            at: end..end,
            text: format!("{newline}{lines}"),
        });
    }
    before.trim().is_empty().then(|| Splice {
        at: line..line,
        text: format!("{lines}{newline}"),
    })
}

/// `a: { b: value }`
fn flow(path: &[&str], value: &str) -> String {
    let mut text = path[..path.len() - 1]
        .iter()
        .map(|key| format!("{key}: {{ "))
        .collect::<String>();
    text.push_str(&format!("{}: {value}", path[path.len() - 1]));
    text.push_str(&" }".repeat(path.len() - 1));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(text: &str, needle: &str, within: &str, set: &str, to: &str) -> String {
        let at = text.find(needle).unwrap();
        let edit = Edit {
            syntax: Syntax::Yaml,
            within: within.into(),
            set: set.into(),
            to: to.into(),
            risky: false,
        };
        let edits = [(at..at + 1, Change::Set(&edit))];
        let once = super::edit("a.yaml", text, &edits).text;
        let at = once.find(needle).unwrap();
        let again = super::edit("a.yaml", &once, &[(at..at + 1, Change::Set(&edit))]);
        assert_eq!(again.text, once, "a second time changes nothing");
        once
    }

    const CHECKOUT: (&str, &str, &str) = ("uses", "with.persist-credentials", "false");

    fn checkout(text: &str) -> String {
        made(text, "actions/checkout", CHECKOUT.0, CHECKOUT.1, CHECKOUT.2)
    }

    #[test]
    fn keys_are_added_where_they_belong_and_comments_stay() {
        assert_eq!(
            checkout("steps:\n  - uses: actions/checkout@v4 # pinned\n  - run: make\n"),
            "steps:\n  - uses: actions/checkout@v4 # pinned\n    with:\n      persist-credentials: false\n  - run: make\n"
        );
        assert_eq!(
            checkout(
                "steps:\n  - name: x\n    uses: actions/checkout@v4\n    with:\n      # all of it\n      fetch-depth: 0\n"
            ),
            "steps:\n  - name: x\n    uses: actions/checkout@v4\n    with:\n      # all of it\n      fetch-depth: 0\n      persist-credentials: false\n"
        );
        assert_eq!(
            checkout("steps: [{ uses: actions/checkout@v4 }]\n"),
            "steps: [{ with: { persist-credentials: false }, uses: actions/checkout@v4 }]\n"
        );
        assert_eq!(
            checkout("steps:\n- uses: actions/checkout@v4\n  with: { fetch-depth: 0 }\n"),
            "steps:\n- uses: actions/checkout@v4\n  with: { persist-credentials: false, fetch-depth: 0 }\n"
        );
        assert_eq!(
            checkout("steps:\r\n  - uses: actions/checkout@v4\r\n"),
            "steps:\r\n  - uses: actions/checkout@v4\r\n    with:\r\n      persist-credentials: false\r\n"
        );
        assert_eq!(
            checkout(
                "steps:\n  - uses: actions/checkout@v4\n    with:\n      persist-credentials: true # why\n"
            ),
            "steps:\n  - uses: actions/checkout@v4\n    with:\n      persist-credentials: false # why\n"
        );
    }

    #[test]
    fn a_key_below_is_found_and_one_before_a_mapping_is_added() {
        let text = "kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n";
        assert_eq!(
            made(text, "kind", "containers", "automount", "false"),
            text.replace(
                "      containers",
                "      automount: false\n      containers"
            )
        );
        let text = "on: push\n\njobs:\n  a: { runs-on: x }\n";
        assert_eq!(
            made(text, "push", "jobs", "permissions", "{ contents: read }"),
            "on: push\n\npermissions: { contents: read }\njobs:\n  a: { runs-on: x }\n"
        );
    }

    #[test]
    fn what_would_be_a_guess_is_not_done() {
        for text in [
            "steps:\n  - uses: actions/checkout@v4\n    with: {{ .Values.with }}\n",
            "steps:\n  - uses: actions/checkout@v4\n    with:\n",
            "steps:\n  - uses: actions/checkout@v4\n    with:\n      persist-credentials: { a: b }\n",
            "steps:\n  - use: actions/checkout@v4\n",
        ] {
            assert_eq!(checkout(text), text);
        }
    }
}
