//! Follows the intrinsic functions of CloudFormation templates, SAM and the resources of Serverless services.
//!
//! A parameter stands for what the stacks of the repository that deploy the template give it, else for its default; a resource
//! for its address, an output of a nested stack for what it gives back; what the platform knows when it deploys stays a named hole. What depends on a condition is one of two values; what comes from
//! elsewhere (imports, macros, parameters without default) is unknown.

mod function;
mod stack;

use crate::format::{Declaration, Entry, Node, Value};
use compact_str::CompactString;
use function::Scope;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// Follows the functions in all resources of all templates.
pub(super) fn evaluate(declarations: &mut [Declaration]) {
    let mut templates = templates(declarations);
    if templates.is_empty() {
        return;
    }
    stack::settle(declarations, &mut templates);
    declarations
        .par_iter_mut()
        .filter(|declaration| is_resource(declaration))
        .for_each(|declaration| {
            if let Some(scope) = Scope::new(home(&declaration.address), &templates) {
                scope.template.complete(declaration);
                scope.follow(declaration.body_mut());
            }
        });
}

/// What a template says beside its resources.
#[derive(Default)]
struct Template {
    /// The whole without its resources.
    body: Option<Node>,
    /// Its resources' names.
    resources: Vec<CompactString>,
    /// Its parameters' values, where stacks of the repository deploy it.
    given: FxHashMap<CompactString, Node>,
    /// Addresses of the templates that its stacks deploy, by the stack's name.
    stacks: FxHashMap<CompactString, CompactString>,
}

impl Template {
    /// The entries of a section.
    fn section(&self, name: &str) -> Option<&Node> {
        self.body.as_ref()?.get(name)
    }

    /// Adds what SAM's `Globals` say of resources of a type and the resource does not.
    fn complete(&self, declaration: &mut Declaration) {
        let Some(kind) = declaration.kind.strip_prefix("AWS::Serverless::") else {
            return;
        };
        let globals = self
            .section("Globals")
            .and_then(|globals| globals.get(kind));
        let Value::Map(own) = &mut declaration.body_mut().value else {
            return;
        };
        for entry in globals.map_or(&[][..], Node::entries) {
            if !own.iter().any(|known| known.key == entry.key) {
                own.push(entry.clone());
            }
        }
    }
}

fn is_resource(declaration: &Declaration) -> bool {
    declaration.language == "cloudformation" && declaration.kind != "template"
}

/// Address of the template a resource stands in.
fn home(address: &str) -> &str {
    address.rsplit_once('#').map_or(address, |(home, _)| home)
}

fn templates(declarations: &[Declaration]) -> FxHashMap<CompactString, Template> {
    let mut found: FxHashMap<CompactString, Template> = FxHashMap::default();
    for declaration in declarations {
        match (declaration.language, declaration.kind.as_str()) {
            ("cloudformation", "template") => {
                let template = found.entry(declaration.address.clone()).or_default();
                template.body = Some((*declaration.body).clone());
            }
            ("cloudformation", _) => {
                let template = found.entry(home(&declaration.address).into()).or_default();
                template.resources.push(declaration.name.clone());
            }
            _ => {}
        }
    }
    for template in found.values_mut() {
        template.resources.sort_unstable();
    }
    found
}

/// The only entry of a map that has one.
fn only(node: &Node) -> Option<&Entry> {
    match node.entries() {
        [entry] if matches!(node.value, Value::Map(_)) => Some(entry),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
