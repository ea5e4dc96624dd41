//! Nested stacks: what a template gets for its parameters from the templates of the repository that deploy it.
//!
//! A template that several stacks deploy with different values has one of them; which one is not known.

use super::super::given::{Call, DEPTH, Given};
use super::function::{self, Scope};
use super::{Template, home};
use crate::format::{Declaration, Node};
use compact_str::CompactString;
use rustc_hash::FxHashMap;

/// Gives templates the parameters of the stacks that deploy them, outermost first.
pub(super) fn settle(
    declarations: &[Declaration],
    templates: &mut FxHashMap<CompactString, Template>,
) {
    let calls = calls(declarations, templates);
    for _ in 0..DEPTH {
        let mut given: FxHashMap<&str, Given> = FxHashMap::default();
        for call in &calls {
            let values = given.entry(&call.child).or_default();
            pass(call, templates, values);
        }
        let given: Vec<(CompactString, FxHashMap<CompactString, Node>)> = given
            .into_iter()
            .map(|(child, values)| (child.into(), values.agreed()))
            .collect();
        let mut changed = false;
        for (child, values) in given {
            if let Some(template) = templates.get_mut(&child)
                && template.given != values
            {
                template.given = values;
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
}

/// The stacks with a template of the repository, each noted in the template it stands in.
fn calls(
    declarations: &[Declaration],
    templates: &mut FxHashMap<CompactString, Template>,
) -> Vec<Call> {
    let mut found = Vec::new();
    for stack in declarations {
        let place = match (stack.language, stack.kind.as_str()) {
            ("cloudformation", "AWS::CloudFormation::Stack") => stack.body.get("TemplateURL"),
            ("cloudformation", "AWS::Serverless::Application") => stack.body.get("Location"),
            _ => continue,
        };
        let parent = home(&stack.address);
        let parameters = stack.body.get("Parameters");
        let is_template = |path: &CompactString| templates.contains_key(path);
        let Some(call) = Call::new(stack, parent, place, parameters, is_template) else {
            continue;
        };
        if let Some(template) = templates.get_mut(parent) {
            template
                .stacks
                .insert(stack.name.clone(), call.child.clone());
        }
        found.push(call);
    }
    found
}

/// Adds what one stack passes to the parameters of its template; a parameter that it leaves out has its default.
fn pass(call: &Call, templates: &FxHashMap<CompactString, Template>, values: &mut Given) {
    let (Some(scope), Some(child)) = (
        Scope::new(&call.parent, templates),
        templates.get(&call.child),
    ) else {
        return;
    };
    let mut passed = call.parameters.clone();
    scope.follow(&mut passed);
    for parameter in child.section("Parameters").map_or(&[][..], Node::entries) {
        let value = match passed.get(&parameter.key) {
            Some(value) => function::typed(&parameter.value, value, value.span),
            None => function::default(&parameter.value, call.parameters.span),
        };
        values.add(&parameter.key, value);
    }
}
