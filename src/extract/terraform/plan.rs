//! What `terraform show -json` prints of a plan or a state: values known, save those that only applying will tell.
//!
//! An attribute that is unknown until then is unknown here too, not absent; where the plan's configuration says that it
//! is another resource's attribute, it is a symbol, so that the tie between the two is not lost.

use super::{File, Named};
use crate::format::{Declaration, Entry, Expr, Node, Value};
use compact_str::{CompactString, ToCompactString};
use rustc_hash::{FxHashMap, FxHashSet};

/// How deep modules and values are followed.
const DEPTH: usize = 64;

/// Whether a JSON document is such a print.
pub(super) fn is_plan(root: &Node) -> bool {
    let values = root.get("planned_values").or_else(|| root.get("values"));
    root.get("format_version").is_some()
        && values.is_some_and(|values| values.get("root_module").is_some())
}

/// One declaration a resource instance.
pub(super) fn declare(file: &File, root: &Node) -> Vec<Declaration> {
    let values = root.get("planned_values").or_else(|| root.get("values"));
    let Some(module) = values.and_then(|values| values.get("root_module")) else {
        return Vec::new();
    };
    let mut resources = Vec::new();
    gather(module, 0, &mut resources);
    let plan = Plan {
        file,
        expressions: root
            .at(&["configuration", "root_module"])
            .map(expressions)
            .unwrap_or_default(),
        unknowns: unknowns(root),
        addresses: resources
            .iter()
            .filter_map(|resource| resource.get("address")?.as_str())
            .collect(),
    };
    resources
        .into_iter()
        .filter_map(|resource| plan.resource(resource))
        .collect()
}

fn gather<'d>(module: &'d Node, depth: usize, found: &mut Vec<&'d Node>) {
    if depth > DEPTH {
        return;
    }
    let list = |key| module.get(key).and_then(Node::as_list).unwrap_or_default();
    found.extend(list("resources"));
    for child in list("child_modules") {
        gather(child, depth + 1, found);
    }
}

/// Which attributes only applying will tell, by address.
fn unknowns(root: &Node) -> FxHashMap<&str, &Node> {
    let changes = root.get("resource_changes").and_then(Node::as_list);
    changes
        .unwrap_or_default()
        .iter()
        .filter_map(|change| {
            let address = change.get("address")?.as_str()?;
            Some((address, change.at(&["change", "after_unknown"])?))
        })
        .collect()
}

/// The expressions of all resources of a plan's configuration.
fn expressions(root: &Node) -> FxHashMap<(Vec<&str>, &str), &Node> {
    let mut found = FxHashMap::default();
    let mut open = vec![(Vec::new(), root)];
    while let Some((names, module)) = open.pop() {
        let resources = module.get("resources").and_then(Node::as_list);
        for resource in resources.unwrap_or_default() {
            if let Some(address) = resource.get("address").and_then(Node::as_str)
                && let Some(expressions) = resource.get("expressions")
            {
                found.insert((names.clone(), address), expressions);
            }
        }
        let calls = module.get("module_calls").map(Node::entries);
        for call in calls.unwrap_or_default() {
            if let Some(module) = call.value.get("module") {
                let mut names = names.clone();
                names.push(call.key.as_str());
                open.push((names, module));
            }
        }
    }
    found
}

struct Plan<'d> {
    file: &'d File<'d>,
    /// The expressions of a resource, by the names of its modules and its address inside the last.
    expressions: FxHashMap<(Vec<&'d str>, &'d str), &'d Node>,
    unknowns: FxHashMap<&'d str, &'d Node>,
    addresses: FxHashSet<&'d str>,
}

impl Plan<'_> {
    fn resource(&self, resource: &Node) -> Option<Declaration> {
        let text = |key| resource.get(key).and_then(Node::as_str);
        let keyword = match text("mode") {
            Some("data") => "data",
            _ => "resource",
        };
        let address = resource.get("address")?;
        let mut named = Named::of(keyword, &[text("type")?, text("name")?], None)?;
        named.address = address.as_str()?.to_compact_string();
        let mut body = resource.get("values")?.clone();
        if let Some(unknown) = self.unknowns.get(&*named.address) {
            fill(&mut body, unknown, 0);
            self.tie(&mut body, &named.address);
        }
        let mut declaration = self
            .file
            .declaration(named, body, address.span, resource.span);
        declaration.scope = self.file.applied();
        Some(declaration)
    }

    /// Turns unknown attributes into symbols where the configuration names one other resource's attribute for them.
    fn tie(&self, body: &mut Node, address: &str) {
        let (module, local, key) = parts(address);
        let Some(expressions) = self.expressions.get(&(modules(module), local)) else {
            return;
        };
        let Value::Map(entries) = &mut body.value else {
            return;
        };
        for entry in entries.iter_mut().filter(|entry| entry.value.is_open()) {
            let references = expressions.at(&[&entry.key, "references"]);
            let Some([first, ..]) = references.and_then(Node::as_list) else {
                continue;
            };
            if let Some(symbol) = first
                .as_str()
                .and_then(|name| self.symbol(module, key, name))
            {
                entry.value.value = Value::expr(symbol);
            }
        }
    }

    /// The instance that `aws_iam_role.ci.arn` in `module` means for an instance with `key`.
    fn symbol(&self, module: &str, key: &str, name: &str) -> Option<Expr> {
        let steps = if name.starts_with("data.") { 3 } else { 2 };
        let cut = name.match_indices('.').nth(steps - 1)?.0;
        let (target, attribute) = (&name[..cut], &name[cut + 1..]);
        let local = target.split('[').next()?;
        let base = match module {
            "" => local.to_compact_string(),
            module => compact_str::format_compact!("{module}.{local}"),
        };
        let same = compact_str::format_compact!("{base}{key}");
        let first = compact_str::format_compact!("{base}[0]");
        let address: CompactString = [base, same, first]
            .into_iter()
            .find(|address| self.addresses.contains(&**address))?;
        Some(Expr::Symbol {
            address,
            attribute: attribute.into(),
        })
    }
}

/// Puts an unknown wherever `unknown` says true.
fn fill(values: &mut Node, unknown: &Node, depth: usize) {
    if depth > DEPTH {
        return;
    }
    let span = values.span;
    match (&mut values.value, &unknown.value) {
        (value, Value::Bool(true)) => *value = Node::unknown(span, "known after apply").value,
        (Value::Map(entries), Value::Map(unknowns)) => {
            for unknown in unknowns {
                match entries.iter_mut().find(|entry| entry.key == unknown.key) {
                    Some(entry) => fill(&mut entry.value, &unknown.value, depth + 1),
                    None if unknown.value.value == Value::Bool(true) => entries.push(Entry {
                        key: unknown.key.clone(),
                        key_span: unknown.key_span,
                        value: Node::unknown(unknown.value.span, "known after apply"),
                    }),
                    None => {}
                }
            }
        }
        (Value::List(items), Value::List(unknowns)) => {
            for (item, unknown) in items.iter_mut().zip(unknowns) {
                fill(item, unknown, depth + 1);
            }
        }
        _ => {}
    }
}

/// An address as module path, address inside that module without key, and key with its brackets.
fn parts(address: &str) -> (&str, &str, &str) {
    let mut start = 0;
    while address[start..].starts_with("module.") {
        let Some(end) = step(&address[start + 7..]) else {
            break;
        };
        start += 7 + end + 1;
    }
    let local = &address[start..];
    let open = local.find('[').unwrap_or(local.len());
    (
        address[..start].trim_end_matches('.'),
        &local[..open],
        &local[open..],
    )
}

/// Where the dot after a module's name and key is.
fn step(text: &str) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, letter)| {
        quoted ^= letter == '"';
        (letter == '.' && !quoted).then_some(at)
    })
}

/// The names of the module calls in a module path, without keys.
fn modules(path: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = path;
    while let Some(tail) = rest.strip_prefix("module.") {
        let end = step(tail).unwrap_or(tail.len());
        let name = &tail[..end];
        names.push(name.split('[').next().unwrap_or(name));
        rest = tail.get(end + 1..).unwrap_or_default();
    }
    names
}

#[cfg(test)]
mod tests {
    use super::super::declare;
    use super::*;
    use crate::format::{Limits, claim};
    use crate::source::BlobId;

    #[test]
    fn addresses_come_apart() {
        assert_eq!(
            parts("module.a[\"x.y\"].module.b.aws_iam_role.r[0]"),
            ("module.a[\"x.y\"].module.b", "aws_iam_role.r", "[0]")
        );
        assert_eq!(parts("data.t.n"), ("", "data.t.n", ""));
        assert_eq!(modules("module.a[\"x.y\"].module.b"), ["a", "b"]);
        assert_eq!(parts("module.").1, "module.");
    }

    #[test]
    fn what_only_applying_tells_is_unknown_or_a_symbol() {
        let text = r#"{"format_version": "1.2", "planned_values": {"root_module": {
              "resources": [{"address": "aws_iam_role.r[0]", "mode": "managed", "type": "aws_iam_role", "name": "r",
                             "values": {"name": "r", "tags": null}}],
              "child_modules": [{"resources": [{"address": "module.m.aws_iam_user.u", "mode": "managed",
                "type": "aws_iam_user", "name": "u", "values": {"name": "u"}}]}]}},
            "resource_changes": [{"address": "aws_iam_role.r[0]", "change": {"after_unknown": {"arn": true, "tags": {}}}},
              {"address": "module.m.aws_iam_user.u", "change": {"after_unknown": {"path": true, "id": true}}}],
            "configuration": {"root_module": {"module_calls": {"m": {"module": {"resources": [
              {"address": "aws_iam_user.u", "expressions": {"path": {"references": ["aws_iam_user.u.arn", "aws_iam_user.u"]}}}]}}}}}}"#;
        let format = claim("plan.json", text.as_bytes()).unwrap();
        let found = declare(&format.parse(BlobId(0), "plan.json", text, Limits::default()));
        assert_eq!(found.len(), 2);
        assert!(found[0].body.get("arn").unwrap().is_open());
        assert_eq!(found[0].body.get("name").unwrap().as_str(), Some("r"));
        let symbol = Expr::Symbol {
            address: "module.m.aws_iam_user.u".into(),
            attribute: "arn".into(),
        };
        assert_eq!(
            found[1].body.get("path").unwrap().value,
            Value::expr(symbol)
        );
        assert!(found[1].body.get("id").unwrap().is_open());
    }
}
