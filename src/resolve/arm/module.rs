//! Modules of Bicep and linked templates of ARM: what a file gets for its parameters from the files that deploy it.

use super::super::given::{Call, DEPTH, Given};
use super::scope::Scope;
use super::{Template, home};
use crate::format::{Declaration, Node};
use compact_str::CompactString;
use rustc_hash::FxHashMap;

/// Gives files the parameters of those that deploy them, outermost first.
pub(super) fn settle(
    declarations: &[Declaration],
    templates: &mut FxHashMap<CompactString, Template>,
) {
    let calls = calls(declarations, templates);
    let defaults: FxHashMap<CompactString, FxHashMap<CompactString, Option<Node>>> = calls
        .iter()
        .filter_map(|call| Some((call.child.clone(), templates.get(&call.child)?)))
        .map(|(child, template)| (child, template.parameters.clone()))
        .collect();
    for _ in 0..DEPTH {
        let mut given: FxHashMap<&str, Given> = FxHashMap::default();
        for call in &calls {
            if let (Some(parent), Some(child), Some(defaults)) = (
                templates.get(&call.parent),
                templates.get(&call.child),
                defaults.get(&call.child),
            ) {
                let values = given.entry(&call.child).or_default();
                pass(call, parent, child, defaults, values);
            }
        }
        let mut changed = false;
        for (child, values) in given {
            let Some(template) = templates.get_mut(child) else {
                continue;
            };
            for (name, value) in values.agreed() {
                let value = Some(value);
                if template.parameters.get(&name) != Some(&value) {
                    template.parameters.insert(name, value);
                    changed = true;
                }
            }
        }
        if !changed {
            break;
        }
    }
}

/// The modules and deployments whose file is in the repository.
fn calls(
    declarations: &[Declaration],
    templates: &FxHashMap<CompactString, Template>,
) -> Vec<Call> {
    let mut found = Vec::new();
    for module in declarations {
        let (place, parameters) = match (module.language, module.kind.as_str()) {
            ("bicep", "module") => (module.body.get("@source"), module.body.get("params")),
            ("arm", kind) if kind.eq_ignore_ascii_case("Microsoft.Resources/deployments") => (
                module
                    .body
                    .at(&["properties", "templateLink", "relativePath"]),
                module.body.at(&["properties", "parameters"]),
            ),
            _ => continue,
        };
        let is_template = |path: &CompactString| templates.contains_key(path);
        let parent = home(&module.address);
        found.extend(Call::new(module, parent, place, parameters, is_template));
    }
    found
}

/// Adds what one deployment passes to the parameters of its file; a parameter that it leaves out has its default.
fn pass(
    call: &Call,
    parent: &Template,
    child: &Template,
    defaults: &FxHashMap<CompactString, Option<Node>>,
    values: &mut Given,
) {
    let mut passed = call.parameters.clone();
    Scope::new(parent).follow(&mut passed);
    for (name, default) in defaults {
        let own = passed.get(name);
        let value = match (own.map(|own| own.get("value").unwrap_or(own)), default) {
            (Some(value), _) => value.clone(),
            (None, Some(default)) => {
                let mut default = default.clone();
                Scope::new(child).follow(&mut default);
                default
            }
            (None, None) => Node::unknown(call.parameters.span, "parameter without default"),
        };
        values.add(name, value);
    }
}
