//! References to blocks that make instances: which instance is meant, and what it is.

use super::frame::{Frame, Turn};
use super::keys::Keys;
use super::reference::{brackets, symbol};
use super::run::{Run, Target};
use super::value::{CANDIDATES, invalid, list, map, more, more_entries, one_of};
use crate::format::{Declaration, Entry, Expr, Node, Step, Value};
use crate::source::Span;
use compact_str::{CompactString, ToCompactString};
use std::rc::Rc;

/// One instance of a block: its place among them, the brackets of its address, its turn.
type Member<'m> = (usize, &'m str, &'m Rc<Turn>);

impl<'d> Run<'d> {
    /// What steps lead to from a block, whose instances are chosen first.
    pub(super) fn instances_of(
        &mut self,
        block: &'d Declaration,
        steps: &[Step],
        span: Span,
        frame: &Frame,
    ) -> Node {
        let keys = self.keys(frame.instance, block);
        let Keys::Each { turns, complete } = &*keys else {
            return self.single(block, &keys, steps, span, frame);
        };
        if !self.pay(1, frame) {
            return Node::unknown(span, "too much to evaluate");
        }
        let index = match steps.first() {
            Some(Step::Index(index)) => {
                let index = self.eval(index, frame);
                Some(self.literal(index, frame))
            }
            _ => None,
        };
        if let Some(known) = index.as_ref().and_then(brackets) {
            let place = turns.iter().position(|(key, _)| *key == known);
            return match place {
                Some(place) => {
                    let member = (place, &*known, &turns[place].1);
                    self.member(block, member, &steps[1..], span, frame)
                }
                None if *complete => invalid(span),
                None => Node::unknown(span, "instances not known"),
            };
        }
        if index.is_some() && turns.len() > CANDIDATES {
            return Node::unknown(span, "index not known");
        }
        let splat = matches!(steps.first(), Some(Step::Splat));
        let own = if splat || index.is_some() {
            &steps[1..]
        } else {
            &[]
        };
        if !self.pay(turns.len(), frame) {
            return Node::unknown(span, "too much to evaluate");
        }
        let mut members = Vec::with_capacity(turns.len());
        for (place, (key, turn)) in turns.iter().enumerate() {
            members.push(self.member(block, (place, key, turn), own, span, frame));
        }
        if index.is_some() {
            return one_of(span, members);
        }
        if splat {
            members.extend((!complete).then(|| more(span)));
            return list(span, members);
        }
        let whole = collect(turns, members, *complete, span);
        self.follow(&whole, steps, span, frame)
    }

    /// The same for a block that makes one instance, or one that stands for all.
    fn single(
        &mut self,
        block: &'d Declaration,
        keys: &Keys,
        steps: &[Step],
        span: Span,
        frame: &Frame,
    ) -> Node {
        let Some((key, turn)) = keys.turns().pop() else {
            return invalid(span);
        };
        let member = (0, &*key, &turn);
        match steps.first() {
            Some(Step::Index(_)) => self.member(block, member, &steps[1..], span, frame),
            Some(Step::Splat) => {
                let mut items = vec![self.member(block, member, &steps[1..], span, frame)];
                items.extend(matches!(keys, Keys::Unknown).then(|| more(span)));
                list(span, items)
            }
            _ => self.member(block, member, steps, span, frame),
        }
    }

    /// What steps lead to from one instance.
    fn member(
        &mut self,
        block: &'d Declaration,
        member: Member,
        steps: &[Step],
        span: Span,
        frame: &Frame,
    ) -> Node {
        let (place, key, turn) = member;
        if block.kind == "module"
            && let Some(child) = self.child(frame.instance, block, place)
        {
            return match steps.split_first() {
                Some((Step::Name(output), rest)) => {
                    let value = self.output(child, output, span);
                    self.follow(&value, rest, span, frame)
                }
                Some(_) => invalid(span),
                None => self.outputs(child, span),
            };
        }
        let prefix = &self.instance(frame.instance).prefix;
        let address = compact_str::format_compact!("{prefix}{}{key}", block.address);
        self.targets
            .entry(address.clone())
            .or_insert_with(|| Target {
                instance: frame.instance,
                block,
                turn: Rc::clone(turn),
            });
        let symbol = symbol(address, CompactString::default(), span);
        self.follow(&symbol, steps, span, frame)
    }

    /// A symbol's literal value, where its block writes one as plain text; else the node itself.
    pub(super) fn literal(&mut self, node: Node, frame: &Frame) -> Node {
        let Value::Expr(expr) = &node.value else {
            return node;
        };
        let Expr::Symbol { address, attribute } = &**expr else {
            return node;
        };
        let key = (address.clone(), attribute.clone());
        if let Some(known) = self.literals.get(&key) {
            return known.clone().unwrap_or(node);
        }
        self.literals.insert(key.clone(), None);
        let literal = self.look_up(&key, node.span, frame);
        self.literals.insert(key, literal.clone());
        literal.unwrap_or(node)
    }

    /// What a block writes for an attribute, when that is plain text.
    fn look_up(
        &mut self,
        (address, attribute): &(CompactString, CompactString),
        span: Span,
        frame: &Frame,
    ) -> Option<Node> {
        let target = self.targets.get(address)?.clone();
        if target.block.kind == "module" {
            return None;
        }
        let written = written(target.block, attribute)?;
        let at = Frame::at(target.instance, &target.turn);
        let value = self.deeper(frame, span, |run| run.eval(written, &at));
        value.scalar().is_some().then_some(value)
    }

    /// The same for several.
    pub(super) fn literals(&mut self, nodes: Vec<Node>, frame: &Frame) -> Vec<Node> {
        nodes
            .into_iter()
            .map(|node| self.literal(node, frame))
            .collect()
    }
}

/// What a block writes for an attribute path of plain names and first items.
fn written<'d>(block: &'d Declaration, attribute: &str) -> Option<&'d Node> {
    let mut node = &*block.body;
    for name in attribute.split('.') {
        let name = name.strip_suffix("[0]").unwrap_or(name);
        if let Value::List(items) = &node.value {
            node = items.first()?;
        }
        node = node.get(name)?;
    }
    Some(node)
}

/// Instances as one value: a map for `for_each`, a list for `count`.
fn collect(
    turns: &[(CompactString, Rc<Turn>)],
    members: Vec<Node>,
    complete: bool,
    span: Span,
) -> Node {
    let by_key = turns
        .iter()
        .any(|(_, turn)| matches!(**turn, Turn::Each { .. }));
    if !by_key {
        let mut items = members;
        items.extend((!complete).then(|| more(span)));
        return list(span, items);
    }
    let pairs = turns.iter().zip(members);
    let mut entries: Vec<Entry> = pairs
        .filter_map(|((_, turn), value)| match &**turn {
            Turn::Each { key, .. } => Some(Entry {
                key: key.as_str()?.to_compact_string(),
                key_span: key.span,
                value,
            }),
            _ => None,
        })
        .collect();
    entries.extend((!complete).then(|| more_entries(span)));
    map(span, entries)
}
