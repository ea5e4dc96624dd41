//! Where an expression is evaluated: in which instance of a module, at which turn of its block, under which names.

use crate::format::Node;
use std::rc::Rc;

/// Index of a module instance in its run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct InstanceId(pub(super) u32);

impl InstanceId {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Which instance of a block is evaluated: what `each` and `count` mean.
#[derive(Debug, Clone, Default)]
pub(super) enum Turn {
    /// The only one.
    #[default]
    Once,
    /// One of those that a `for_each` makes.
    Each {
        /// `each.key`
        key: Node,
        /// `each.value`
        value: Rc<Node>,
    },
    /// One of those that a `count` makes: `count.index`.
    Count(Node),
    /// It stands for instances that cannot be told apart.
    Some,
}

/// A name that a `for` expression or a dynamic block binds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound<'f> {
    pub(super) name: &'f str,
    pub(super) value: &'f Node,
    pub(super) outer: Option<&'f Bound<'f>>,
}

/// Where an expression is evaluated.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<'f> {
    pub(super) instance: InstanceId,
    pub(super) turn: &'f Turn,
    pub(super) bound: Option<&'f Bound<'f>>,
}

impl<'f> Frame<'f> {
    /// The frame of what is no block's: locals, outputs, defaults.
    pub(super) fn of(instance: InstanceId) -> Self {
        Self {
            instance,
            turn: &Turn::Once,
            bound: None,
        }
    }

    /// The frame of a block's turn.
    pub(super) fn at(instance: InstanceId, turn: &'f Turn) -> Self {
        Self {
            instance,
            turn,
            bound: None,
        }
    }

    /// The same place with one more name.
    pub(super) fn with<'g>(&self, bound: &'g Bound<'g>) -> Frame<'g>
    where
        'f: 'g,
    {
        Frame {
            bound: Some(bound),
            ..*self
        }
    }

    /// What a bound name means.
    pub(super) fn find(&self, name: &str) -> Option<&'f Node> {
        let mut next = self.bound;
        while let Some(bound) = next {
            if bound.name == name {
                return Some(bound.value);
            }
            next = bound.outer;
        }
        None
    }
}
