//! The named values of a module instance: variables, local values and outputs.

use super::frame::{Frame, InstanceId};
use super::run::{Name, Run};
use super::typing::conform;
use super::value::map;
use crate::format::{Declaration, Entry, Node, Value};
use crate::source::Span;
use std::rc::Rc;

impl<'d> Run<'d> {
    /// A local value.
    pub(super) fn local(&mut self, id: InstanceId, name: &str, span: Span) -> Rc<Node> {
        let module = self.instance(id).module;
        let Some((name, (node, block))) = module.locals.get_key_value(name) else {
            return Rc::new(Node::unknown(span, "no such local value"));
        };
        let place = (block.scope.path.as_str(), node.span);
        self.remember(id, (Name::Local, name), place, |run| {
            run.eval(node, &Frame::of(id))
        })
    }

    /// A variable: what the call or a variable file gives it, else its default.
    pub(super) fn variable(&mut self, id: InstanceId, name: &str, span: Span) -> Rc<Node> {
        let Some(block) = self.instance(id).module.variable(name) else {
            return Rc::new(Node::unknown(span, "no such variable"));
        };
        let place = (block.scope.path.as_str(), block.head);
        self.remember(id, (Name::Variable, &block.name), place, |run| {
            let given = run.given(id, block);
            run.with_default(id, block, given)
        })
    }

    /// What a variable is given from outside the module.
    fn given(&mut self, id: InstanceId, block: &'d Declaration) -> Option<Node> {
        let Some(call) = self.instance(id).call.clone() else {
            let value = self.instance(id).values.get(block.name.as_str())?.clone();
            return Some(self.eval(&value, &Frame::of(id)));
        };
        let input = call.block.body.get(&block.name)?;
        Some(self.eval(input, &Frame::at(call.parent, &call.turn)))
    }

    fn with_default(
        &mut self,
        id: InstanceId,
        block: &'d Declaration,
        given: Option<Node>,
    ) -> Node {
        let refuses_null = block.body.get("nullable").and_then(Node::as_bool) == Some(false);
        let given = given.filter(|node| !(refuses_null && node.value == Value::Null));
        let frame = Frame::of(id);
        let value = match (given, block.body.get("default")) {
            (Some(value), _) => value,
            (None, Some(default)) => self.eval(default, &frame),
            (None, None) => return Node::unknown(block.head, "variable without default"),
        };
        match block.body.get("type") {
            Some(shape) => conform(self, value, shape, &frame, 0),
            None => value,
        }
    }

    /// An output.
    pub(super) fn output(&mut self, id: InstanceId, name: &str, span: Span) -> Rc<Node> {
        let module = self.instance(id).module;
        let address = compact_str::format_compact!("output.{name}");
        let Some(block) = module.find(&address, span.blob) else {
            return Rc::new(Node::unknown(span, "no such output"));
        };
        let Some(value) = block.body.get("value") else {
            return Rc::new(Node::unknown(span, "output without value"));
        };
        let place = (block.scope.path.as_str(), block.head);
        self.remember(id, (Name::Output, &block.name), place, |run| {
            run.eval(value, &Frame::of(id))
        })
    }

    /// All outputs as one object.
    pub(super) fn outputs(&mut self, id: InstanceId, span: Span) -> Node {
        let module = self.instance(id).module;
        let frame = Frame::of(id);
        let mut entries = Vec::new();
        for block in module.blocks.iter().filter(|block| block.kind == "output") {
            let value = self.output(id, &block.name, span);
            entries.push(Entry {
                key: block.name.clone(),
                key_span: block.head,
                value: self.copy(&value, &frame),
            });
        }
        map(span, entries)
    }
}
