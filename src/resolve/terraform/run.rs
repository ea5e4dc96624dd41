//! One evaluation of all modules: the instances made so far, what is already known of them, and what work is left.
//!
//! Values are asked for by name and worked out once (see [`Run::remember`]), so an input that depends on another
//! module's output follows the dependency of values, not of modules, as the language does.

use super::frame::{Frame, InstanceId, Turn};
use super::keys::Keys;
use super::memo::Asked;
use super::module::{Module, Modules};
use super::value::weight;
use crate::format::{Declaration, Node};
use crate::source::{Gap, GapKind, Span};
use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Steps of evaluation and copied nodes a run may cost, and how much more for each declaration it reads.
const FUEL: usize = 15_000_000;
const FUEL_EACH: usize = 2_000;

/// What a root may spend of it, so that one made to be slow leaves enough for the others. The root of a large platform
/// repository that costs most spends 100,000.
const SHARE: usize = 1_500_000;

/// How deep expressions, names and modules may follow one another.
const DEPTH: usize = 300;

/// Most instances of modules in one root.
const INSTANCES: usize = 5_000;

/// Most declarations of one root, and of all.
const DECLARATIONS: (usize, usize) = (20_000, 100_000);

/// What a memoised name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Name {
    Local,
    Variable,
    Output,
}

/// A value on its way.
#[derive(Debug)]
enum Slot {
    /// Being worked out: whoever asks for it now is part of a circle.
    Busy,
    Known(Rc<Node>),
}

/// The call an instance of a module was made by.
#[derive(Debug, Clone)]
pub(super) struct Call<'d> {
    pub(super) parent: InstanceId,
    pub(super) block: &'d Declaration,
    pub(super) turn: Rc<Turn>,
}

/// One instance of a module.
#[derive(Debug)]
pub(super) struct Instance<'d> {
    pub(super) module: &'d Module<'d>,
    /// The directory that is applied.
    pub(super) root: &'d str,
    /// What stands before the addresses of its blocks: `envs/prod:module.a.`
    pub(super) prefix: CompactString,
    /// None for a root.
    pub(super) call: Option<Call<'d>>,
    /// The calls that led here, outermost first.
    pub(super) through: Vec<Span>,
    /// Values that variable files set, for a root.
    pub(super) values: FxHashMap<&'d str, Node>,
    known: FxHashMap<(Name, &'d str), Slot>,
    pub(super) keys: FxHashMap<&'d str, Option<Rc<Keys>>>,
    pub(super) children: FxHashMap<&'d str, Rc<Children>>,
    pub(super) tags: FxHashMap<CompactString, Rc<Vec<(CompactString, Node)>>>,
}

/// The instances a module call makes, in the order of its keys.
#[derive(Debug)]
pub(super) enum Children {
    /// Instances of a module of this run.
    Here(Vec<InstanceId>),
    /// The module is not here.
    Away,
}

/// What a symbol means, so that a literal attribute can be looked up.
#[derive(Debug, Clone)]
pub(super) struct Target<'d> {
    pub(super) instance: InstanceId,
    pub(super) block: &'d Declaration,
    pub(super) turn: Rc<Turn>,
}

/// One evaluation.
#[derive(Debug)]
pub(super) struct Run<'d> {
    pub(super) modules: &'d Modules<'d>,
    /// What data files hold, by path.
    pub(super) data: BTreeMap<&'d str, &'d Node>,
    /// What was looked up in it.
    pub(super) asked: Vec<Asked>,
    pub(super) instances: Vec<Instance<'d>>,
    pub(super) targets: FxHashMap<CompactString, Target<'d>>,
    /// Literal values of symbols that were looked up, by address and attribute; none where there is none, or not yet.
    pub(super) literals: FxHashMap<(CompactString, CompactString), Option<Node>>,
    pub(super) gaps: Vec<Gap>,
    /// Declarations made so far.
    pub(super) made: Vec<Declaration>,
    /// Directories some instance was made of.
    pub(super) visited: FxHashSet<&'d str>,
    noted: FxHashSet<(GapKind, String)>,
    budget: Budget,
    depth: usize,
}

/// What work is left.
#[derive(Debug, Default)]
struct Budget {
    /// For all roots to come.
    tank: usize,
    /// For this root.
    fuel: usize,
    /// Instances of modules before this root.
    instances: usize,
    /// Declarations before this root.
    made: usize,
}

impl<'d> Run<'d> {
    /// A run over the modules that `count` declarations make up.
    pub(super) fn new(modules: &'d Modules<'d>, count: usize) -> Self {
        Self {
            modules,
            data: BTreeMap::new(),
            asked: Vec::new(),
            instances: Vec::new(),
            targets: FxHashMap::default(),
            literals: FxHashMap::default(),
            gaps: Vec::new(),
            made: Vec::new(),
            visited: FxHashSet::default(),
            noted: FxHashSet::default(),
            budget: Budget {
                tank: FUEL.saturating_add(count.saturating_mul(FUEL_EACH)),
                ..Budget::default()
            },
            depth: 0,
        }
    }

    pub(super) fn instance(&self, id: InstanceId) -> &Instance<'d> {
        &self.instances[id.index()]
    }

    pub(super) fn instance_mut(&mut self, id: InstanceId) -> &mut Instance<'d> {
        &mut self.instances[id.index()]
    }

    /// Adds a root or, with `call`, an instance that a module call makes. None when there are too many.
    pub(super) fn add(
        &mut self,
        module: &'d Module<'d>,
        prefix: CompactString,
        root: &'d str,
        call: Option<Call<'d>>,
    ) -> Option<InstanceId> {
        if self.instances.len() - self.budget.instances >= INSTANCES {
            let path = call
                .as_ref()
                .map_or(module.directory, |call| &call.block.scope.path);
            let path = path.to_owned();
            let reason = format!("more than {INSTANCES} instances of modules in `{root}`");
            self.note(&path, None, GapKind::Limit, &reason);
            return None;
        }
        let id = InstanceId(u32::try_from(self.instances.len()).ok()?);
        let mut through = Vec::new();
        if let Some(call) = &call {
            through.clone_from(&self.instance(call.parent).through);
            through.push(call.block.head);
        }
        self.visited.insert(module.directory);
        self.instances.push(Instance {
            module,
            root,
            prefix,
            call,
            through,
            values: FxHashMap::default(),
            known: FxHashMap::default(),
            keys: FxHashMap::default(),
            children: FxHashMap::default(),
            tags: FxHashMap::default(),
        });
        Some(id)
    }

    /// Evaluates a root and what it calls.
    pub(super) fn root(
        &mut self,
        module: &'d Module<'d>,
        prefix: CompactString,
        values: Option<FxHashMap<&'d str, Node>>,
    ) {
        let share = SHARE.min(self.budget.tank);
        self.budget = Budget {
            tank: self.budget.tank - share,
            fuel: share,
            instances: self.instances.len(),
            made: self.made.len(),
        };
        if let Some(id) = self.add(module, prefix, module.directory, None) {
            self.instance_mut(id).values = values.unwrap_or_default();
            self.emit(id);
        }
        self.budget.tank += self.budget.fuel;
    }

    /// Whether one more declaration may be made.
    pub(super) fn has_room(&self) -> bool {
        let (of_root, of_all) = DECLARATIONS;
        self.made.len() < of_all && self.made.len() - self.budget.made < of_root
    }

    /// Notes a gap, once a kind and reason.
    pub(super) fn note(&mut self, path: &str, span: Option<Span>, kind: GapKind, reason: &str) {
        if self.noted.insert((kind, reason.to_owned())) {
            self.gaps.push(Gap {
                span,
                ..Gap::of_file(path, kind, reason)
            });
        }
    }

    /// Pays for work; false when there is no more to spend.
    pub(super) fn pay(&mut self, cost: usize, frame: &Frame) -> bool {
        if let Some(left) = self.budget.fuel.checked_sub(cost) {
            self.budget.fuel = left;
            return true;
        }
        self.budget.fuel = 0;
        let instance = self.instance(frame.instance);
        let (directory, root) = (instance.module.directory, instance.root);
        let reason = format!("evaluation of `{root}` takes too many steps");
        self.note(directory, None, GapKind::Limit, &reason);
        false
    }

    /// Works one level deeper; an unknown when that is too deep.
    pub(super) fn deeper(
        &mut self,
        frame: &Frame,
        span: Span,
        work: impl FnOnce(&mut Self) -> Node,
    ) -> Node {
        if self.depth >= DEPTH {
            let directory = self.instance(frame.instance).module.directory;
            self.note(
                directory,
                None,
                GapKind::Limit,
                "values depend on one another too deeply",
            );
            return Node::unknown(span, "depends on too much");
        }
        self.depth += 1;
        let node = work(self);
        self.depth -= 1;
        node
    }

    /// A named value of an instance, worked out the first time it is asked for. A value that needs itself is unknown.
    pub(super) fn remember(
        &mut self,
        id: InstanceId,
        name: (Name, &'d str),
        place: (&str, Span),
        work: impl FnOnce(&mut Self) -> Node,
    ) -> Rc<Node> {
        match self.instance(id).known.get(&name) {
            Some(Slot::Known(value)) => return Rc::clone(value),
            Some(Slot::Busy) => {
                let (path, span) = place;
                let reason = format!("`{}` depends on itself", name.1);
                self.note(path, Some(span), GapKind::Unresolved, &reason);
                return Rc::new(Node::unknown(span, "depends on itself"));
            }
            None => {}
        }
        self.instance_mut(id).known.insert(name, Slot::Busy);
        let value = Rc::new(work(self));
        let slot = Slot::Known(Rc::clone(&value));
        self.instance_mut(id).known.insert(name, slot);
        value
    }

    /// A copy, paid for by its size.
    pub(super) fn copy(&mut self, node: &Node, frame: &Frame) -> Node {
        if self.pay(weight(node), frame) {
            node.clone()
        } else {
            Node::unknown(node.span, "too much to evaluate")
        }
    }
}
