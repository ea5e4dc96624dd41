//! Adds to resources what the language says elsewhere: where they are deployed to, which identities they wear, what
//! stands below them.

use super::scope::symbol;
use super::{Template, home, is_azure, is_resource};
use crate::format::{Declaration, Entry, Expr, Node, Value, parse_expression};
use compact_str::CompactString;
use rustc_hash::FxHashMap;

/// Most children that are shown to one resource.
const CHILDREN: usize = 64;

/// What a resource says by its place in the template and by keys that are expressions.
pub(super) fn complete(declaration: &mut Declaration, template: &Template) {
    let span = declaration.head;
    let is_right = declaration.kind.starts_with("Microsoft.Authorization/");
    let ids = worn(&declaration.body);
    let Value::Map(entries) = &mut declaration.body_mut().value else {
        return;
    };
    if is_right && !entries.iter().any(|entry| entry.key == "scope") {
        entries.push(Entry {
            key: CompactString::const_new("scope"),
            key_span: span,
            value: Node::string(span, template.scope.clone()),
        });
    }
    let identity = entries.iter_mut().find(|entry| entry.key == "identity");
    if let (Some(entry), Some(ids)) = (identity, ids)
        && let Value::Map(parts) = &mut entry.value.value
    {
        parts.push(Entry {
            key: CompactString::const_new("ids"),
            key_span: ids.span,
            value: ids,
        });
    }
}

/// The keys of `identity.userAssignedIdentities` as values.
fn worn(body: &Node) -> Option<Node> {
    let all = body.at(&["identity", "userAssignedIdentities"])?;
    let id = |entry: &Entry| {
        let span = entry.key_span;
        let bare = |open: &str, close: char| {
            let inner = entry.key.strip_prefix(open)?.strip_suffix(close)?;
            parse_expression(inner, span)
        };
        let found = bare("[", ']').or_else(|| bare("${", '}'));
        found.unwrap_or_else(|| Node::string(span, entry.key.clone()))
    };
    let ids = all.entries().iter().map(id).collect();
    Some(Node::new(all.span, Value::List(ids)))
}

/// Shows each resource what stands below it, as `resources.<last part of the type>`: Azure takes a setting of a server
/// from the server and from a resource of its own alike.
pub(super) fn children(declarations: &mut [Declaration]) {
    let mut parents: FxHashMap<(CompactString, CompactString), Vec<usize>> = FxHashMap::default();
    for (index, declaration) in declarations.iter().enumerate() {
        if is_resource(declaration) {
            let key = (home(&declaration.address).into(), lower(&declaration.kind));
            parents.entry(key).or_default().push(index);
        }
    }
    let mut found: Vec<Child> = Vec::new();
    for (index, declaration) in declarations.iter().enumerate() {
        if !is_azure(declaration) {
            continue;
        }
        let Some((kind, last)) = declaration.kind.rsplit_once('/') else {
            continue;
        };
        let key = (home(&declaration.address).into(), lower(kind));
        let Some(candidates) = parents.get(&key) else {
            continue;
        };
        let parent = candidates
            .iter()
            .find(|index| is_below(declaration, &declarations[**index]));
        if let Some(parent) = parent {
            found.push(Child {
                index,
                parent: *parent,
                kind: last.into(),
                body: (*declaration.body).clone(),
            });
        }
    }
    for child in found {
        let address = declarations[child.parent].address.clone();
        attach(
            declarations[child.parent].body_mut(),
            &child.kind,
            child.body,
        );
        adopt(&mut declarations[child.index], address);
    }
}

/// A resource below another.
struct Child {
    index: usize,
    parent: usize,
    /// The last part of its type.
    kind: CompactString,
    body: Node,
}

/// Says in a resource what it stands below, where it does not say so itself.
fn adopt(child: &mut Declaration, address: CompactString) {
    let span = child.head;
    if let Value::Map(entries) = &mut child.body_mut().value
        && !entries.iter().any(|entry| entry.key == "parent")
    {
        entries.push(Entry {
            key: CompactString::const_new("parent"),
            key_span: span,
            value: symbol(address, "", span),
        });
    }
}

fn lower(kind: &str) -> CompactString {
    let kind = kind.strip_prefix("data.").unwrap_or(kind);
    kind.to_ascii_lowercase().into()
}

/// Whether a resource stands in another, names it as its parent, or has a name that begins with its.
fn is_below(child: &Declaration, parent: &Declaration) -> bool {
    if parent.span != child.span && parent.span.contains(child.span) {
        return true;
    }
    if let Some(Node {
        value: Value::Expr(expr),
        ..
    }) = child.body.get("parent")
        && let Expr::Symbol { address, .. } = &**expr
    {
        return *address == parent.address;
    }
    let named = child.name.rsplit_once('/').map(|(above, _)| above);
    if named.is_some_and(|above| above == parent.name) {
        return true;
    }
    // Names that cannot be known, but are written alike: `[concat(x, '/a')]` below `[x]`.
    let (Some(own), Some(above)) = (child.body.get("name"), parent.body.get("name")) else {
        return false;
    };
    match (&own.value, &above.value) {
        (Value::Expr(own), _) => match &**own {
            Expr::Template(parts) => parts
                .first()
                .is_some_and(|first| first.value == above.value),
            _ => false,
        },
        _ => false,
    }
}

fn attach(parent: &mut Node, kind: &str, body: Node) {
    let span = body.span;
    let Value::Map(entries) = &mut parent.value else {
        return;
    };
    let entry = |key: &str, value| Entry {
        key: key.into(),
        key_span: span,
        value,
    };
    if !entries.iter().any(|entry| entry.key == "resources") {
        entries.push(entry(
            "resources",
            Node::new(span, Value::Map(Vec::new().into())),
        ));
    }
    let resources = entries.iter_mut().find(|entry| entry.key == "resources");
    let Some(Value::Map(kinds)) = resources.map(|entry| &mut entry.value.value) else {
        return;
    };
    match kinds.iter_mut().find(|entry| entry.key == kind) {
        Some(Entry {
            value:
                Node {
                    value: Value::List(items),
                    ..
                },
            ..
        }) if items.len() < CHILDREN => items.push(body),
        Some(_) => {}
        None => kinds.push(entry(kind, Node::new(span, Value::List(vec![body].into())))),
    }
}
