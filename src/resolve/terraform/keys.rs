//! How many instances a block makes, and what `each` and `count` are in each of them.

use super::frame::{Frame, InstanceId, Turn};
use super::module::Module;
use super::run::Run;
use super::value::{candidates_of, is_complete, is_more, one_of};
use crate::format::{Declaration, Entry, Expr, Node, Step, Value};
use crate::source::GapKind;
use compact_str::CompactString;
use rustc_hash::FxHashSet;
use std::rc::Rc;

/// Most instances of one block.
const INSTANCES: usize = 1_000;

/// The instances of a block.
#[derive(Debug, Clone)]
pub(super) enum Keys {
    /// One, without a key.
    One,
    /// One or none, which of them is not known; without a key.
    Perhaps,
    /// These, each with the brackets of its address; all of them when complete.
    Each {
        turns: Vec<(CompactString, Rc<Turn>)>,
        complete: bool,
    },
    /// Not known: one stands for all, without a key.
    Unknown,
}

impl Keys {
    /// The instances that become declarations: brackets and turn.
    pub(super) fn turns(&self) -> Vec<(CompactString, Rc<Turn>)> {
        let single = |turn| vec![(CompactString::default(), Rc::new(turn))];
        match self {
            Keys::One => single(Turn::Once),
            Keys::Perhaps => {
                let index = Node::new(Default::default(), Value::Number("0".into()));
                single(Turn::Count(index))
            }
            Keys::Each { turns, complete } => {
                let mut turns = turns.clone();
                if !complete {
                    turns.extend(single(Turn::Some));
                }
                turns
            }
            Keys::Unknown => single(Turn::Some),
        }
    }
}

impl<'d> Run<'d> {
    /// The instances of a block of an instance, worked out once.
    pub(super) fn keys(&mut self, id: InstanceId, block: &'d Declaration) -> Rc<Keys> {
        let name = block.address.as_str();
        match self.instance(id).keys.get(name) {
            Some(Some(keys)) => return Rc::clone(keys),
            Some(None) => {
                let reason = format!("the instances of `{name}` depend on themselves");
                self.note(
                    &block.scope.path,
                    Some(block.head),
                    GapKind::Unresolved,
                    &reason,
                );
                return Rc::new(Keys::Unknown);
            }
            None => {}
        }
        self.instance_mut(id).keys.insert(name, None);
        let keys = Rc::new(self.work_out(id, block));
        self.instance_mut(id)
            .keys
            .insert(name, Some(Rc::clone(&keys)));
        keys
    }

    fn work_out(&mut self, id: InstanceId, block: &'d Declaration) -> Keys {
        let frame = Frame::of(id);
        let (count, each) = (block.body.get("count"), block.body.get("for_each"));
        let keys = if let Some(count) = count {
            let count = self.eval(count, &frame);
            counted(&count)
        } else if let Some(each) = each {
            let each = self.eval(each, &frame);
            self.each(each, &frame)
        } else {
            Keys::One
        };
        match keys {
            Keys::Each { turns, .. } if turns.len() > INSTANCES => {
                let reason = format!("`{}` makes more than {INSTANCES} instances", block.address);
                self.note(&block.scope.path, Some(block.head), GapKind::Limit, &reason);
                Keys::Unknown
            }
            // What a module makes of nothing by default, its callers elsewhere make something of.
            Keys::Each { turns, .. } if turns.is_empty() && self.is_library(id) => {
                let deciding = count.or(each);
                match deciding.is_some_and(|node| asks_variables(self.instance(id).module, node)) {
                    true => Keys::Unknown,
                    false => Keys::Each {
                        turns,
                        complete: true,
                    },
                }
            }
            keys => keys,
        }
    }

    /// Whether an instance is that of a module which nobody here calls and nothing here applies.
    fn is_library(&self, id: InstanceId) -> bool {
        let instance = self.instance(id);
        instance.call.is_none() && instance.values.is_empty() && !instance.module.is_applied()
    }

    /// The instances a `for_each` value makes.
    fn each(&mut self, collection: Node, frame: &Frame) -> Keys {
        let mut complete = true;
        let mut found: Vec<(Node, Vec<Node>)> = Vec::new();
        let several = candidates_of(&collection);
        for candidate in several {
            let Some(members) = self.members(candidate, frame) else {
                return Keys::Unknown;
            };
            complete &= several.len() == 1 || !members.is_empty();
            complete &= is_complete(candidate);
            for (key, value) in members.into_iter().take(INSTANCES + 1) {
                match found.iter_mut().find(|(known, _)| known.value == key.value) {
                    Some((_, values)) => values.push(value),
                    None => found.push((key, vec![value])),
                }
            }
        }
        let turns = found.into_iter().map(|(key, values)| {
            let brackets =
                compact_str::format_compact!("[\"{}\"]", key.as_str().unwrap_or_default());
            let value = Rc::new(one_of(collection.span, values));
            (brackets, Rc::new(Turn::Each { key, value }))
        });
        Keys::Each {
            turns: turns.collect(),
            complete,
        }
    }

    /// Keys and values of a map, or of a set of strings; none when it is neither.
    fn members(&mut self, collection: &Node, frame: &Frame) -> Option<Vec<(Node, Node)>> {
        match &collection.value {
            Value::Map(entries) => Some(
                entries
                    .iter()
                    .filter(|entry| entry.key != Entry::OPEN)
                    .map(|entry| {
                        let key = Node::string(entry.key_span, entry.key.clone());
                        (key, entry.value.clone())
                    })
                    .collect(),
            ),
            Value::List(items) => {
                let mut members = Vec::with_capacity(items.len());
                for item in items.iter().filter(|item| !is_more(item)) {
                    let item = self.literal(item.clone(), frame);
                    let key = Node::string(item.span, item.scalar()?);
                    members.push((key.clone(), key));
                }
                Some(members)
            }
            Value::Null => Some(Vec::new()),
            _ => None,
        }
    }
}

/// Whether an expression refers to variables, be it by way of local values.
fn asks_variables(module: &Module, node: &Node) -> bool {
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        open.extend(node.children());
        let Value::Expr(expr) = &node.value else {
            continue;
        };
        let Expr::Reference(steps) = &**expr else {
            continue;
        };
        match steps.as_slice() {
            [Step::Name(root), ..] if root == "var" => return true,
            [Step::Name(root), Step::Name(name), ..] if root == "local" => {
                if let Some((name, (node, _))) = module.locals.get_key_value(name.as_str())
                    && seen.insert(name)
                {
                    open.push(node);
                }
            }
            _ => {}
        }
    }
    false
}

/// The instances a `count` makes.
fn counted(count: &Node) -> Keys {
    let numbers: Option<Vec<f64>> = candidates_of(count).iter().map(Node::as_f64).collect();
    match numbers.as_deref() {
        Some([number]) => {
            // A float above the limit saturates, and is refused by it.
            let number = number.clamp(0.0, 1e6) as usize;
            let turns = (0..number.min(INSTANCES + 1)).map(|index| {
                let text = compact_str::format_compact!("{index}");
                let brackets = compact_str::format_compact!("[{index}]");
                let turn = Turn::Count(Node::new(count.span, Value::Number(text)));
                (brackets, Rc::new(turn))
            });
            Keys::Each {
                turns: turns.collect(),
                complete: true,
            }
        }
        Some(numbers) if numbers.iter().all(|number| *number <= 1.0) => Keys::Perhaps,
        _ => Keys::Unknown,
    }
}
