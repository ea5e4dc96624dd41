//! Bicep: parameters, variables, resources, modules and outputs, each as a block, with expressions read as a tree.
//!
//! Every statement is an entry `KEYWORD: Block`: `resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {...}` has the
//! labels `kv` and the type, `param x string = 'a'` has the label `x` and an entry `default`, `var x = 1` an entry
//! `value`. What stands around a body is an entry that starts with `@`: decorators (`@secure`), `@existing`, `@if`, `@for`.
//! A statement that does not parse is a gap, and reading goes on at the next one.
//!
//! [`parse_expression`] reads the expressions of ARM templates, which are a part of the same language.

mod collection;
mod cursor;
mod expression;
mod statement;
mod text;

use super::draft::Draft;
use super::{Document, Entry, Format, Limits, Named, Node, Value};
use crate::source::{BlobId, GapKind, Span};
use cursor::{Cursor, Dialect};

/// Bicep files and their parameter files.
pub(super) struct Bicep;

impl Format for Bicep {
    fn name(&self) -> &'static str {
        "bicep"
    }

    fn claims(&self, file: &Named<'_>, _head: &[u8]) -> bool {
        let bare = file.bare();
        bare.ends_with(".bicep") || bare.ends_with(".bicepparam")
    }

    fn parse(&self, blob: BlobId, path: &str, text: &str, limits: Limits) -> Document {
        let mut draft = Draft::new("bicep", blob, path, text, limits);
        if draft.fits() {
            let entries = statements(&mut draft, blob, text, limits);
            let span = draft.span(0..text.len());
            draft.root(Node::new(span, Value::Map(entries.into())));
        }
        draft.done()
    }
}

fn statements(draft: &mut Draft<'_>, blob: BlobId, text: &str, limits: Limits) -> Vec<Entry> {
    let mut cursor = Cursor::new(text, Dialect::Bicep, blob, limits);
    let mut entries = Vec::new();
    loop {
        cursor.skip();
        let start = cursor.at();
        if cursor.is_done() {
            return entries;
        }
        match statement::read(&mut cursor) {
            Ok(found) => entries.extend(found),
            Err(trouble) => {
                draft.gap(trouble.kind, trouble.at..trouble.at, trouble.reason);
                if trouble.kind == GapKind::Limit {
                    return entries;
                }
                cursor.recover(start);
            }
        }
    }
}

/// The tree of an ARM template expression, `[` and `]` left out; every place in it is `span`. None when it does not parse.
#[must_use]
pub fn parse_expression(text: &str, span: Span) -> Option<Node> {
    let limits = Limits {
        depth: 64,
        nodes: 4_096,
        ..Limits::default()
    };
    let mut cursor = Cursor::new(text, Dialect::Arm(span), span.blob, limits);
    let node = expression::read(&mut cursor).ok()?;
    cursor.skip();
    cursor.is_done().then_some(node)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Expr, Step};

    fn parsed(text: &str) -> Document {
        Bicep.parse(BlobId(0), "main.bicep", text, Limits::default())
    }

    fn block<'d>(document: &'d Document, keyword: &str) -> &'d super::super::Block {
        let node = document.roots[0].get(keyword).expect("the statement");
        node.as_block().expect("a block")
    }

    #[test]
    fn resources_are_blocks_with_their_type() {
        let document = parsed(
            "@description('a vault')\nresource kv 'Microsoft.KeyVault/vaults@2023-07-01' = if (make) {\n  name: 'kv-${env}' // why\n  properties: { enableRbacAuthorization: true, sku: { name: 'standard' } }\n  resource s 'secrets' = {\n    name: 'x'\n  }\n}\n",
        );
        assert!(document.gaps.is_empty(), "{:?}", document.gaps);
        let vault = block(&document, "resource");
        assert_eq!(vault.labels[0].0, "kv");
        assert_eq!(vault.labels[1].0, "Microsoft.KeyVault/vaults@2023-07-01");
        let keys: Vec<&str> = vault.body.iter().map(|entry| entry.key.as_str()).collect();
        assert_eq!(
            keys,
            ["@description", "@if", "name", "properties", "resource"]
        );
        let name = &vault.body[2].value;
        assert!(
            matches!(&name.value, Value::Expr(expr) if matches!(&**expr, Expr::Template(parts) if parts.len() == 2))
        );
    }

    #[test]
    fn parameters_keep_default_and_decorators() {
        let document = parsed(
            "@secure()\n@minLength(8)\nparam password string = 'abc'\nparam kinds ('a' | 'b')[]\nvar both = concat(kinds, ['c'\n 'd'])\noutput id string = kv.outputs.id\n",
        );
        assert!(document.gaps.is_empty(), "{:?}", document.gaps);
        let password = block(&document, "param");
        assert_eq!(password.labels[0].0, "password");
        let default = password.body.iter().find(|entry| entry.key == "default");
        assert_eq!(default.expect("a default").value.as_str(), Some("abc"));
        assert!(password.body.iter().any(|entry| entry.key == "@secure"));
        assert_eq!(document.roots[0].entries().len(), 4);
    }

    #[test]
    fn a_broken_statement_is_a_gap_and_the_rest_is_read() {
        let document = parsed("var a = {\n  b: ]\n}\nvar c = 1\n");
        assert_eq!(document.gaps.len(), 1);
        assert_eq!(block(&document, "var").labels[0].0, "c");
    }

    #[test]
    fn deep_nesting_is_a_gap() {
        let text = format!("var a = {}1{}\n", "[".repeat(4_000), "]".repeat(4_000));
        assert_eq!(parsed(&text).gaps.len(), 1);
        let text = format!("var a = {}1\n", "!".repeat(100_000));
        assert_eq!(parsed(&text).gaps.len(), 1);
    }

    #[test]
    fn expressions_of_templates_are_read() {
        let read = |text: &str| parse_expression(text, Span::default());
        let node = read("concat('it''s ', parameters('a').b[0])").expect("it parses");
        let Value::Expr(expr) = &node.value else {
            panic!("{node:?}")
        };
        let Expr::Call { name, args } = &**expr else {
            panic!("{expr:?}")
        };
        assert_eq!((name.as_str(), args[0].as_str()), ("concat", Some("it's ")));
        assert!(
            matches!(&args[1].value, Value::Expr(e) if matches!(&**e, Expr::Reference(steps) if matches!(steps[0], Step::Index(_)) && steps.len() == 3))
        );
        assert!(read("concat('a'").is_none());
        assert!(read("a b").is_none());
    }
}
