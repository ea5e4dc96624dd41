//! Override files (`override.tf`, `*_override.tf`): their blocks are laid over those of the same address.

use crate::format::{Declaration, Entry, Node, Value};
use crate::source::folder::file_name;
use rustc_hash::FxHashMap;

/// Lays overrides over what they override; one that overrides nothing is an ordinary block.
pub(super) fn apply(declarations: Vec<Declaration>) -> Vec<Declaration> {
    if !declarations.iter().any(is_override) {
        return declarations;
    }
    let (overrides, mut kept): (Vec<_>, Vec<_>) = declarations.into_iter().partition(is_override);
    let mut places: FxHashMap<(String, String), usize> = FxHashMap::default();
    for (place, declaration) in kept.iter().enumerate() {
        places.insert(key(declaration), place);
    }
    for over in overrides {
        match places
            .get(&key(&over))
            .and_then(|place| kept.get_mut(*place))
        {
            Some(base) => lay((*over.body).clone(), base.body_mut()),
            None => kept.push(over),
        }
    }
    kept
}

fn key(declaration: &Declaration) -> (String, String) {
    (
        declaration.scope.directory.to_string(),
        declaration.address.to_string(),
    )
}

fn is_override(declaration: &Declaration) -> bool {
    let path = declaration.scope.path.as_str();
    let name = file_name(path);
    let stem = name.split('.').next().unwrap_or(name);
    stem == "override" || stem.ends_with("_override")
}

/// Attributes replace those of the same name; blocks replace all blocks of the same name.
fn lay(over: Node, base: &mut Node) {
    let replaced: Vec<Entry> = over.entries().to_vec();
    let entries = match &mut base.value {
        Value::Block(block) => &mut block.body,
        Value::Map(entries) => entries,
        _ => return,
    };
    entries.retain(|entry| !replaced.iter().any(|new| new.key == entry.key));
    entries.extend(replaced);
}
