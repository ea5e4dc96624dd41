//! Follows attribute paths through a declaration, list by list and block by block.

use crate::format::{Declaration, Entry, Expr, Node, Value};
use crate::rule::resource::{Base, Path, Step};
use crate::source::Span;

/// A place in a declaration that a path leads to.
#[derive(Debug, Clone)]
pub(in crate::extract) struct Place<'a> {
    /// What stands there.
    pub(in crate::extract) node: &'a Node,
    /// The entry it is the value of, if it is one's.
    pub(in crate::extract) entry: Option<&'a Entry>,
    /// The maps and blocks around it, outermost first.
    holders: Vec<&'a Node>,
    /// Whether the path goes on below something that cannot be known, so that nothing about its end can be.
    pub(in crate::extract) hidden: bool,
    /// Whether there may be nothing at all: a map or body of which only a part is known.
    pub(in crate::extract) perhaps: bool,
}

impl<'a> Place<'a> {
    /// The whole of a declaration.
    pub(in crate::extract) fn root(declaration: &'a Declaration) -> Self {
        Self {
            node: &declaration.body,
            entry: None,
            holders: Vec::new(),
            hidden: false,
            perhaps: false,
        }
    }

    /// Whether this is a whole declaration.
    pub(in crate::extract) fn is_root(&self) -> bool {
        self.entry.is_none() && self.holders.is_empty()
    }

    fn below(&self, entry: &'a Entry) -> Self {
        let mut holders = self.holders.clone();
        holders.push(self.node);
        Self {
            node: &entry.value,
            entry: Some(entry),
            holders,
            hidden: entry.key == Entry::OPEN,
            perhaps: entry.key == Entry::OPEN,
        }
    }

    fn beside(&self, node: &'a Node) -> Self {
        Self {
            node,
            ..self.clone()
        }
    }

    /// Whether something is written here: not null, not an empty string, not an empty list.
    pub(in crate::extract) fn is_written(&self) -> bool {
        !self.perhaps
            && match &self.node.value {
                Value::List(items) => !items.is_empty(),
                _ => !self.node.is_empty(),
            }
    }
}

/// All places that `path` leads to, lists flattened. `item` is where relative paths start; `Base::Key`, `Address`, `Name`
/// and `Namespace` are no places and yield none.
pub(super) fn walk<'a>(
    declaration: &'a Declaration,
    item: &Place<'a>,
    path: &Path,
) -> Vec<Place<'a>> {
    let start = match path.base {
        Base::Item => item.clone(),
        Base::Declaration => Place::root(declaration),
        Base::Holder(levels) => {
            let Some(at) = item.holders.len().checked_sub(usize::from(levels)) else {
                return Vec::new();
            };
            Place {
                node: item.holders[at],
                entry: None,
                holders: item.holders[..at].to_vec(),
                hidden: false,
                perhaps: false,
            }
        }
        Base::Key | Base::Address | Base::Name | Base::Namespace => return Vec::new(),
    };
    let mut open = vec![start];
    for step in &path.steps {
        open = open.iter().flat_map(|place| follow(place, step)).collect();
    }
    let mut found = Vec::new();
    for place in &open {
        flatten(place, &mut found);
    }
    found
}

/// How far a path leads before nothing is written any more: the key of the innermost map or block on the way to a value that
/// is not there. None where not even the first step is written.
pub(super) fn nearest<'a>(
    declaration: &'a Declaration,
    item: &Place<'a>,
    path: &Path,
) -> Option<Span> {
    let mut place = match path.base {
        Base::Item => item.clone(),
        Base::Declaration => Place::root(declaration),
        Base::Holder(_) | Base::Key | Base::Address | Base::Name | Base::Namespace => return None,
    };
    let mut span = None;
    for step in &path.steps {
        let Some(next) = follow(&place, step).into_iter().next() else {
            break;
        };
        if next.hidden {
            break;
        }
        span = next.entry.map(|entry| entry.key_span);
        place = next;
    }
    span
}

fn follow<'a>(place: &Place<'a>, step: &Step) -> Vec<Place<'a>> {
    if place.hidden {
        return vec![place.clone()];
    }
    match &place.node.value {
        Value::List(items) => items
            .iter()
            .flat_map(|item| follow(&place.beside(item), step))
            .collect(),
        Value::Map(entries) => below(place, entries, step),
        Value::Block(block) => below(place, &block.body, step),
        Value::Expr(expr) => match expr.as_ref() {
            Expr::Candidates(nodes) if nodes.len() == 1 => follow(&place.beside(&nodes[0]), step),
            Expr::Call { name, args } if name == "jsonencode" && args.len() == 1 => {
                follow(&place.beside(&args[0]), step)
            }
            _ => vec![Place {
                hidden: true,
                perhaps: true,
                ..place.clone()
            }],
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

fn below<'a>(place: &Place<'a>, entries: &'a [Entry], step: &Step) -> Vec<Place<'a>> {
    entries
        .iter()
        .filter(|entry| match step {
            Step::Key(key) => entry.key == key.as_str() || entry.key == Entry::OPEN,
            Step::Any => true,
        })
        .map(|entry| place.below(entry))
        .collect()
}

fn flatten<'a>(place: &Place<'a>, found: &mut Vec<Place<'a>>) {
    match &place.node.value {
        Value::List(items) if !place.hidden => {
            for item in items {
                flatten(&place.beside(item), found);
            }
        }
        _ => found.push(place.clone()),
    }
}
