//! Sets attributes in blocks of HCL, as the formatter of Terraform would leave them.

use super::Splice;
use crate::format::{Block, Entry, Node, Value};
use crate::rule::Edit;
use std::ops::Range;

/// The replacement that sets a path in the innermost block around a place that the edit is for.
pub(super) fn splice(root: &Node, at: usize, edit: &Edit, text: &str) -> Option<Splice> {
    let (mut block, mut span) = around(root, at, &edit.within)?;
    let mut path: Vec<&str> = edit.set.split('.').collect();
    loop {
        let first = *path.first()?;
        let mut there = block.body.iter().filter(|entry| entry.key == first);
        let Some(entry) = there.next() else {
            return insert(block, span, &path, &edit.to, text);
        };
        path.remove(0);
        match (&entry.value.value, path.is_empty()) {
            (_, true) => return super::replace(&entry.value, &edit.to, text),
            (Value::Block(inner), false) if there.next().is_none() => {
                (block, span) = (inner, entry.value.span.range());
            }
            _ => return None,
        }
    }
}

/// The innermost block around a place with this keyword or first label, and its bytes.
fn around<'n>(root: &'n Node, at: usize, name: &str) -> Option<(&'n Block, Range<usize>)> {
    let mut found = None;
    let mut entries = root.entries();
    loop {
        let inside = |entry: &&Entry| {
            (entry.key_span.range().start..entry.value.span.range().end).contains(&at)
        };
        let Some(entry) = entries.iter().find(inside) else {
            return found;
        };
        if let Value::Block(block) = &entry.value.value {
            let label = block.labels.first().map(|(label, _)| label.as_str());
            if entry.key == name || label == Some(name) {
                found = Some((&**block, entry.value.span.range()));
            }
        }
        entries = entry.value.entries();
    }
}

/// Adds a path before the brace that closes a block of several lines.
fn insert(
    block: &Block,
    span: Range<usize>,
    path: &[&str],
    value: &str,
    text: &str,
) -> Option<Splice> {
    let brace = text.get(span.clone())?.trim_end().len() + span.start;
    let brace = brace.checked_sub(1)?;
    let line = text[..brace].rfind('\n')? + 1;
    let indent = text.get(line..brace)?;
    if !text[brace..].starts_with('}')
        || !indent.trim().is_empty()
        || line <= block.head.range().end
    {
        return None;
    }
    let newline = match text[..line].ends_with("\r\n") {
        true => "\r\n",
        false => "\n",
    };
    let (last, folders) = path.split_last()?;
    let mut out = String::new();
    let mut depth = format!("{indent}  ");
    let width = match folders.is_empty() {
        true => column(block, line, text, &depth, last),
        false => None,
    };
    let first = block.body.is_empty();
    if !first && width.is_none() {
        out.push_str(newline);
    }
    for folder in folders {
        out.push_str(&format!("{depth}{folder} {{{newline}"));
        depth.push_str("  ");
    }
    let width = width.unwrap_or(last.len());
    out.push_str(&format!("{depth}{last:width$} = {value}{newline}"));
    for _ in folders {
        depth.truncate(depth.len() - 2);
        out.push_str(&format!("{depth}}}{newline}"));
    }
    Some(Splice {
        at: line..line,
        text: out,
    })
}

/// How wide the names of the attributes are set that end right before a line, if this name fits among them.
fn column(block: &Block, line: usize, text: &str, indent: &str, name: &str) -> Option<usize> {
    let last = block.body.last()?;
    let key = last.key_span.range();
    let value = last.value.span.range();
    let written = text.get(key.start..line)?;
    let alone = written.trim_end_matches(['\r', '\n']);
    let sign = text.get(key.end..value.start)?.find('=')? + key.end;
    let width = sign - key.start - 1;
    let begins = text[..key.start].ends_with(&format!("\n{indent}"));
    (begins && !alone.contains('\n') && name.len() <= width).then_some(width)
}

#[cfg(test)]
mod tests {
    use crate::edit::{Change, edit};
    use crate::rule::{Edit, Syntax};

    fn made(text: &str, within: &str, set: &str, to: &str) -> String {
        let rule = [Edit {
            syntax: Syntax::Hcl,
            within: within.into(),
            set: set.into(),
            to: to.into(),
            risky: false,
        }];
        let at = text.find(within).unwrap();
        let change = || [(at..at + 1, Change::Set(&rule[0]))];
        let once = edit("main.tf", text, &change()).text;
        let again = edit("main.tf", &once, &change());
        assert_eq!(again.text, once, "a second time changes nothing");
        once
    }

    #[test]
    fn attributes_are_added_as_the_formatter_leaves_them() {
        let text =
            "# ours\nresource \"db\" \"a\" { # why\n  name  = \"a\"\n  class = \"b\" # small\n}\n";
        assert_eq!(
            made(text, "db", "auth", "true"),
            text.replace("# small\n", "# small\n  auth  = true\n")
        );
        assert_eq!(
            made(text, "db", "authentication", "true"),
            text.replace("# small\n", "# small\n\n  authentication = true\n")
        );
        assert_eq!(
            made("resource \"db\" \"a\" {\n}\n", "db", "auth", "true"),
            "resource \"db\" \"a\" {\n  auth = true\n}\n"
        );
        let nested = "module \"m\" {\r\n  opts {\r\n    a = 1\r\n  }\r\n}\r\n";
        assert_eq!(
            made(nested, "opts", "b", "\"x\""),
            nested.replace("a = 1\r\n", "a = 1\r\n    b = \"x\"\r\n")
        );
        assert_eq!(
            made(nested, "module", "opts.a", "2"),
            nested.replace("a = 1", "a = 2")
        );
        assert_eq!(
            made("resource \"db\" \"a\" {\n  n = 1\n}\n", "db", "o.p", "2"),
            "resource \"db\" \"a\" {\n  n = 1\n\n  o {\n    p = 2\n  }\n}\n"
        );
        let list = "resource \"db\" \"a\" {\n  tags = [\n    1,\n  ]\n}\n";
        assert_eq!(
            made(list, "db", "auth", "true"),
            list.replace("  ]\n", "  ]\n\n  auth = true\n")
        );
    }

    #[test]
    fn what_would_be_a_guess_is_not_done() {
        for text in [
            "resource \"db\" \"a\" {}\n",
            "resource \"db\" \"a\" { n = 1 }\n",
            "resource \"db\" \"a\" {\n  auth = var.auth\n}\n",
            "resource \"db\" \"a\" {\n  auth = [\n    1\n  ]\n}\n",
            "resource \"db\" \"a\" {\n  n = 1 }\n",
            "resource \"dc\" \"db\" {\n  n = 1\n}\n",
        ] {
            assert_eq!(made(text, "db", "auth", "true"), text);
        }
        let two = "resource \"db\" \"a\" {\n  o {\n    p = 1\n  }\n  o {\n    p = 1\n  }\n}\n";
        assert_eq!(made(two, "db", "o.p", "2"), two);
    }
}
