//! Follows expressions of ARM templates and Bicep files: parameters stand for their defaults, variables for their values,
//! resources for their addresses.
//!
//! References lead no further than the file; a parameter of a module of the repository stands for what it is given. What Azure knows when it deploys (`subscription().id`) stays a named hole;
//! what is made up then (`uniqueString`, `newGuid`, `utcNow`), what loops bind and what comes from elsewhere is unknown.

mod function;
mod module;
mod scope;
mod shape;

use crate::format::{Declaration, Node};
use compact_str::{CompactString, format_compact};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use scope::Scope;

/// What a file says beside its resources, and what its resources are called.
#[derive(Default)]
struct Template {
    /// Where it is deployed to: `resourceGroup`, `subscription`, `managementGroup`, `tenant`.
    scope: CompactString,
    parameters: FxHashMap<CompactString, Option<Node>>,
    variables: FxHashMap<CompactString, Node>,
    /// Addresses by symbolic name.
    symbols: FxHashMap<CompactString, CompactString>,
    /// Addresses by lower-case type and last part of the name.
    names: FxHashMap<(CompactString, CompactString), CompactString>,
}

/// Follows the expressions in all resources of all files.
pub(super) fn evaluate(declarations: &mut Vec<Declaration>) {
    without_generated(declarations);
    let mut templates = templates(declarations);
    if templates.is_empty() {
        return;
    }
    module::settle(declarations, &mut templates);
    name(declarations, &mut templates);
    declarations
        .par_iter_mut()
        .filter(|declaration| is_resource(declaration))
        .for_each(|declaration| {
            if let Some(template) = templates.get(home(&declaration.address)) {
                shape::complete(declaration, template);
                Scope::new(template).follow(declaration.body_mut());
            }
        });
    shape::children(declarations);
}

/// Leaves out templates that were made from a Bicep file of the same folder: they say the same again.
fn without_generated(declarations: &mut Vec<Declaration>) {
    let sources: FxHashSet<CompactString> = declarations
        .iter()
        .filter(|declaration| declaration.language == "bicep")
        .map(|declaration| declaration.scope.directory.clone())
        .collect();
    if sources.is_empty() {
        return;
    }
    let made = |declaration: &&Declaration| {
        let generator = ["metadata", "_generator", "name"];
        let generator = declaration.body.at(&generator).and_then(Node::as_str);
        generator == Some("bicep") && sources.contains(&declaration.scope.directory)
    };
    let made: FxHashSet<CompactString> = declarations
        .iter()
        .filter(|declaration| declaration.language == "arm" && declaration.kind == "template")
        .filter(made)
        .map(|declaration| declaration.address.clone())
        .collect();
    if !made.is_empty() {
        declarations.retain(|it| it.language != "arm" || !made.contains(home(&it.address)));
    }
}

fn is_azure(declaration: &Declaration) -> bool {
    matches!(declaration.language, "arm" | "bicep")
}

fn is_resource(declaration: &Declaration) -> bool {
    is_azure(declaration) && declaration.kind != "template"
}

/// Address of the file a resource stands in.
fn home(address: &str) -> &str {
    address.split_once('#').map_or(address, |(home, _)| home)
}

fn templates(declarations: &[Declaration]) -> FxHashMap<CompactString, Template> {
    let mut found: FxHashMap<CompactString, Template> = FxHashMap::default();
    for declaration in declarations.iter().filter(|it| is_azure(it)) {
        let template = found.entry(home(&declaration.address).into()).or_default();
        match (declaration.language, declaration.kind.as_str()) {
            ("arm", "template") => template.sections(&declaration.body),
            ("bicep", "template") => template.statements(&declaration.body),
            ("bicep", _) => {
                let address = &declaration.address;
                let symbol = address.rsplit([':', '#']).next().unwrap_or(address);
                template.symbols.insert(symbol.into(), address.clone());
            }
            _ => {}
        }
    }
    found
}

impl Template {
    /// The `parameters` and `variables` of an ARM template.
    fn sections(&mut self, body: &Node) {
        let schema = body
            .get("$schema")
            .and_then(Node::as_str)
            .unwrap_or_default();
        let file = schema.rsplit('/').next().unwrap_or_default();
        let scope = file.split("eploymentTemplate").next().unwrap_or_default();
        self.scope = match scope.strip_suffix('D') {
            Some(scope) => scope.into(),
            None => CompactString::const_new("resourceGroup"),
        };
        for entry in body.get("parameters").map_or(&[][..], Node::entries) {
            let default = entry.value.get("defaultValue").cloned();
            self.parameters.insert(entry.key.clone(), default);
        }
        for entry in body.get("variables").map_or(&[][..], Node::entries) {
            self.variables
                .insert(entry.key.clone(), entry.value.clone());
        }
    }

    /// The `param` and `var` statements of a Bicep file.
    fn statements(&mut self, body: &Node) {
        let scope = body.get("targetScope").and_then(Node::as_str);
        self.scope = scope.unwrap_or("resourceGroup").into();
        for entry in body.entries() {
            let Some(block) = entry.value.as_block() else {
                continue;
            };
            let Some((name, _)) = block.labels.first() else {
                continue;
            };
            let value = |key| entry.value.get(key).cloned();
            match entry.key.as_str() {
                "param" => {
                    self.parameters.insert(name.clone(), value("default"));
                }
                "var" => {
                    if let Some(value) = value("value") {
                        self.variables.insert(name.clone(), value);
                    }
                }
                _ => {}
            }
        }
    }
}

/// Gives resources the names their expressions come to, ARM's also addresses by them, and notes both in their templates.
fn name(declarations: &mut [Declaration], templates: &mut FxHashMap<CompactString, Template>) {
    let mut taken: FxHashSet<CompactString> = FxHashSet::default();
    for declaration in declarations.iter_mut().filter(|it| is_resource(it)) {
        let home = CompactString::from(home(&declaration.address));
        let Some(template) = templates.get_mut(&home) else {
            continue;
        };
        if let Some(node) = declaration.body.get("name") {
            let mut node = node.clone();
            Scope::new(template).follow(&mut node);
            if let Some(name) = node.scalar() {
                if declaration.language == "arm" {
                    let kind = &declaration.kind;
                    let address = format_compact!("{home}#{kind}/{name}");
                    if !taken.contains(&address) {
                        declaration.address = address;
                    }
                }
                declaration.name = name;
            }
        }
        taken.insert(declaration.address.clone());
        let kind = declaration
            .kind
            .strip_prefix("data.")
            .unwrap_or(&declaration.kind);
        let last = declaration.name.rsplit('/').next().unwrap_or_default();
        let key = (kind.to_ascii_lowercase().into(), last.into());
        template
            .names
            .entry(key)
            .or_insert(declaration.address.clone());
    }
}

#[cfg(test)]
mod tests;
