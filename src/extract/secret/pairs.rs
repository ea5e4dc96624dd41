//! Finds what is assigned to what in a tree: keys and their literals, and the many ways to write `name: x, value: y`.

use super::silent;
use crate::format::{Entry, Expr, Node, Value};
use crate::source::Span;

/// A literal and the key it stands under.
#[derive(Debug)]
pub(super) struct Pair<'a> {
    /// The key's text: a key, the name beside a value, the label of a variable.
    pub(super) key: &'a str,
    /// Where the key stands.
    pub(super) key_span: Span,
    /// The literal, escapes resolved.
    pub(super) value: &'a str,
    /// Where it stands, quotes left out.
    pub(super) span: Span,
    /// Keys from the root to here, this one left out.
    pub(super) path: &'a [&'a str],
    /// The key, or the name of the variable, that the map around it stands under.
    pub(super) above: Option<&'a str>,
}

/// Keys that name what the `value` beside them is.
const NAMES: &[&str] = &[
    "name",
    "Name",
    "key",
    "Key",
    "variable",
    "parameter",
    "ParameterKey",
    "parameter_name",
    "OptionName",
    "env",
    "id",
    "property",
];
/// Keys whose value belongs to the name beside them, or to the key above them.
const VALUES: &[&str] = &[
    "value",
    "Value",
    "default",
    "Default",
    "defaultValue",
    "default_value",
    "ParameterValue",
    "parameter_value",
    "content",
    "string_value",
    "stringValue",
    "plaintext",
];
/// Block types whose last label is the name of their value.
const NAMED_BLOCKS: &[&str] = &[
    "variable",
    "output",
    "local",
    "set",
    "set_sensitive",
    "param",
    "var",
];
/// Functions that hand their arguments on.
const TRANSPARENT: &[&str] = &[
    "base64encode",
    "sensitive",
    "nonsensitive",
    "coalesce",
    "jsonencode",
    "yamlencode",
    "merge",
    "try",
    "tostring",
    "tomap",
    "one",
    "trimspace",
    "!Sub",
    "!Base64",
    "concat",
    "object",
    "map",
    "secureString",
];

/// Whether a key's value belongs to the name beside it or the key above it.
pub(super) fn hands_on(key: &str) -> bool {
    VALUES.contains(&key)
}

/// Resources that make a password, and the attribute of their state that holds it.
const MADE: &[(&str, &str)] = &[
    ("random_password", "result"),
    ("azuread_application_password", "value"),
    ("azuread_service_principal_password", "value"),
];

/// Calls `found` for every literal that stands under a key.
pub(super) fn walk<'a>(root: &'a Node, text: &'a str, found: &mut dyn FnMut(&Pair<'_>)) {
    let mut walk = Walk {
        text,
        path: Vec::new(),
        made: None,
        above: None,
        found,
    };
    walk.node(None, root);
}

struct Walk<'a, 'f> {
    text: &'a str,
    path: Vec<&'a str>,
    /// In Terraform state: the type of the resource, when it is one that makes a password, and the attribute that holds it.
    made: Option<(Named<'a>, &'static str)>,
    /// What the map around stands under.
    above: Option<&'a str>,
    found: &'f mut dyn FnMut(&Pair<'_>),
}

/// A key and its place.
type Named<'a> = (&'a str, Span);

impl<'a> Walk<'a, '_> {
    fn node(&mut self, key: Option<Named<'a>>, node: &'a Node) {
        match &node.value {
            Value::String(value) => self.string(key, value, node),
            Value::Map(entries) => self.entries(key, entries),
            Value::Block(block) => {
                let label = block
                    .labels
                    .last()
                    .map(|(label, span)| (label.as_str(), *span));
                let named = key.is_some_and(|(key, _)| NAMED_BLOCKS.contains(&key));
                self.entries(label.filter(|_| named), &block.body);
            }
            Value::List(items) => self.list(key, items),
            Value::Expr(expr) => self.expr(key, expr),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn expr(&mut self, key: Option<Named<'a>>, expr: &'a Expr) {
        match expr {
            Expr::Call { name, args } if TRANSPARENT.contains(&name.as_str()) => {
                args.iter().for_each(|arg| self.node(key, arg));
            }
            Expr::Conditional { yes, no, .. } => {
                self.node(key, yes);
                self.node(key, no);
            }
            Expr::For { value, .. } => self.node(None, value),
            _ => {}
        }
    }

    fn entries(&mut self, above: Option<Named<'a>>, entries: &'a [Entry]) {
        let of = |keys: &[&str]| {
            entries
                .iter()
                .find(|entry| keys.contains(&entry.key.as_str()))
        };
        // `apikey: [{key: value, value: ...}]` names nothing but its own field.
        let name = of(NAMES).and_then(|entry| match &entry.value.value {
            Value::String(name) if !hands_on(name) => Some((name.as_str(), entry.value.span)),
            _ => None,
        });
        // `{type: password, value: ...}` of an export of Keycloak.
        let typed = of(&["type"]).and_then(|entry| match &entry.value.value {
            Value::String(kind) if kind == "password" => Some((kind.as_str(), entry.value.span)),
            _ => None,
        });
        let name = name.or(typed);
        let outer = self.made;
        let kind = of(&["type"]).and_then(|entry| Some((entry.value.as_str()?, entry.value.span)));
        let made = |named: Named<'a>| {
            let row = MADE.iter().find(|(kind, _)| *kind == named.0)?;
            Some((named, row.1))
        };
        self.made = kind.and_then(made).or(outer);
        let outer_above = std::mem::replace(&mut self.above, above.map(|(key, _)| key));
        for entry in entries {
            if silent::refers(&entry.key) {
                continue;
            }
            let value = VALUES.contains(&entry.key.as_str());
            let made = self.made.filter(|(_, holds)| entry.key == *holds);
            let key = match (made, name.or(above)) {
                (Some((kind, _)), _) => kind,
                (None, Some(named)) if value => named,
                _ => (entry.key.as_str(), entry.key_span),
            };
            self.path.push(&entry.key);
            self.node(Some(key), &entry.value);
            self.path.pop();
        }
        self.made = outer;
        self.above = outer_above;
    }

    fn list(&mut self, key: Option<Named<'a>>, items: &'a [Node]) {
        let mut option: Option<Named<'a>> = None;
        for item in items {
            let Value::String(text) = &item.value else {
                option = None;
                self.node(key, item);
                continue;
            };
            let flag = text.starts_with('-') && text.len() > 2;
            if let (Some(option), false) = (option, flag) {
                self.string(Some(option), text, item);
            } else if !self.assignment(text, item) {
                self.string(key, text, item);
            }
            option = (flag && !text.contains('=')).then_some((text.as_str(), item.span));
        }
    }

    /// `KEY=value`, `--option=value`, as one item of a list.
    fn assignment(&mut self, text: &'a str, node: &Node) -> bool {
        let Some((key, value)) = text.split_once('=') else {
            return false;
        };
        let name = key.trim_start_matches('-');
        let plain = !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
        if !plain {
            return false;
        }
        let inner = inner(self.text, node.span);
        let (key_span, span) = if inner.len() == text.len() {
            let start = inner.start as usize;
            (
                Span::new(inner.blob, start, start + key.len()),
                Span::new(inner.blob, start + key.len() + 1, start + text.len()),
            )
        } else {
            (inner, inner)
        };
        self.emit(name, key_span, unquoted(value), span);
        true
    }

    fn string(&mut self, key: Option<Named<'a>>, value: &'a str, node: &Node) {
        if let Some((key, key_span)) = key {
            self.emit(key, key_span, value, inner(self.text, node.span));
        }
    }

    fn emit(&mut self, key: &str, key_span: Span, value: &str, span: Span) {
        if value.is_empty() {
            return;
        }
        (self.found)(&Pair {
            key,
            key_span,
            value,
            span,
            path: &self.path,
            above: self.above,
        });
    }
}

fn unquoted(value: &str) -> &str {
    let trimmed = value.trim();
    ['"', '\'']
        .iter()
        .find_map(|&quote| trimmed.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or(trimmed)
}

/// A scalar's place without the quotes around it.
pub(super) fn inner(text: &str, span: Span) -> Span {
    match text.as_bytes().get(span.range()) {
        Some([first @ (b'"' | b'\''), .., last]) if first == last => Span {
            start: span.start + 1,
            end: span.end - 1,
            ..span
        },
        _ => span,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Limits, claim};
    use crate::source::BlobId;

    fn pairs(path: &str, text: &str) -> Vec<String> {
        let format = claim(path, text.as_bytes()).unwrap();
        let document = format.parse(BlobId(0), path, text, Limits::default());
        let mut found = Vec::new();
        for root in &document.roots {
            walk(root, text, &mut |pair| {
                assert_eq!(&text[pair.span.range()], pair.value, "{path}");
                found.push(format!("{}={}", pair.key, pair.value));
            });
        }
        found
    }

    #[test]
    fn names_and_values_are_joined() {
        let text = "env:\n- name: DB_PASSWORD\n  value: \"abc\"\n- name: X\n  valueFrom: {secretKeyRef: {name: a, key: b}}\n";
        assert_eq!(
            pairs("a.yaml", text),
            ["name=DB_PASSWORD", "DB_PASSWORD=abc", "name=X"]
        );
        let text = "Parameters:\n  DbPassword: {Type: String, Default: abc}\n";
        assert!(pairs("a.yaml", text).contains(&"DbPassword=abc".to_owned()));
    }

    #[test]
    fn a_password_in_state_is_named_by_its_resource() {
        let text = r#"{"type": "random_password", "instances": [{"attributes": {"result": "abc", "id": "none"}}]}"#;
        let found = pairs("terraform.tfstate", text);
        assert!(
            found.contains(&"random_password=abc".to_owned()),
            "{found:?}"
        );
        let text = r#"{"type": "random_id", "instances": [{"attributes": {"result": "abc"}}]}"#;
        assert!(pairs("terraform.tfstate", text).contains(&"result=abc".to_owned()));
    }

    #[test]
    fn a_credential_is_named_by_its_type() {
        let text = r#"{"credentials": [{"type": "password", "value": "abc"}]}"#;
        assert!(pairs("realm.json", text).contains(&"password=abc".to_owned()));
        let text = r#"{"type": "string", "value": "abc"}"#;
        assert!(pairs("a.json", text).contains(&"value=abc".to_owned()));
    }

    #[test]
    fn variables_name_their_default() {
        let text = "variable \"db_password\" {\n  type = string\n  default = \"abc\"\n}\nresource \"r\" \"n\" {\n  password = coalesce(var.x, \"def\")\n  token = var.t\n}\n";
        assert_eq!(pairs("a.tf", text), ["db_password=abc", "password=def"]);
    }

    #[test]
    fn lists_hold_assignments_and_options() {
        let text = "environment:\n- DB_PASSWORD=abc\nargs: [--user, me, '--password', \"xyz\", --token=t1, plain]\n";
        assert_eq!(
            pairs("a.yml", text),
            [
                "DB_PASSWORD=abc",
                "args=--user",
                "--user=me",
                "args=--password",
                "--password=xyz",
                "token=t1",
                "args=plain"
            ]
        );
    }
}
