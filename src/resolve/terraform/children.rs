//! The instances that module calls make.

use super::frame::InstanceId;
use super::module::{Module, Origin};
use super::run::{Call, Children, Run};
use crate::format::Declaration;
use crate::source::GapKind;
use std::rc::Rc;

/// How deep modules may call modules.
const DEPTH: usize = 32;

impl<'d> Run<'d> {
    /// The instance a call makes for its `place`th key; none when its module is not here.
    pub(super) fn child(
        &mut self,
        id: InstanceId,
        call: &'d Declaration,
        place: usize,
    ) -> Option<InstanceId> {
        match &*self.children(id, call) {
            Children::Here(instances) => instances.get(place).copied(),
            Children::Away => None,
        }
    }

    /// The instances a call makes, in the order of its keys; made the first time they are asked for.
    pub(super) fn children(&mut self, id: InstanceId, call: &'d Declaration) -> Rc<Children> {
        if let Some(children) = self.instance(id).children.get(&*call.address) {
            return Rc::clone(children);
        }
        let children = Rc::new(self.make(id, call));
        self.instance_mut(id)
            .children
            .insert(&call.address, Rc::clone(&children));
        children
    }

    fn make(&mut self, id: InstanceId, call: &'d Declaration) -> Children {
        let module = match self.called(id, call) {
            Ok(module) => module,
            Err((kind, reason)) => {
                self.note(&call.scope.path, Some(call.head), kind, &reason);
                return Children::Away;
            }
        };
        let keys = self.keys(id, call);
        let root = self.instance(id).root;
        let mut instances = Vec::new();
        for (key, turn) in keys.turns() {
            let prefix = &self.instance(id).prefix;
            let prefix = compact_str::format_compact!("{prefix}{}{key}.", call.address);
            let made_by = Call {
                parent: id,
                block: call,
                turn,
            };
            let Some(child) = self.add(module, prefix, root, Some(made_by)) else {
                return Children::Away;
            };
            instances.push(child);
        }
        Children::Here(instances)
    }

    /// The module that a call leads to, else why there is none.
    fn called(
        &self,
        id: InstanceId,
        call: &Declaration,
    ) -> Result<&'d Module<'d>, (GapKind, String)> {
        let module = match self
            .modules
            .origin(self.instance(id).module.directory, call)
        {
            Origin::Module(module) => module,
            Origin::Remote(source) => {
                let reason = format!("module source is outside the repository: {source}");
                return Err((GapKind::External, reason));
            }
            Origin::Missing(target) => {
                let reason =
                    format!("no configuration was read in the module's directory: {target}");
                return Err((GapKind::External, reason));
            }
            Origin::Computed => {
                let reason = format!("module source is not a literal: {}", call.address);
                return Err((GapKind::Unresolved, reason));
            }
        };
        if self.is_above(id, module.directory) {
            let reason = format!("module calls itself: {}", module.directory);
            return Err((GapKind::Unresolved, reason));
        }
        if self.instance(id).through.len() >= DEPTH {
            let reason = format!("modules call modules more than {DEPTH} deep");
            return Err((GapKind::Limit, reason));
        }
        Ok(module)
    }

    /// Whether an instance or one of those that led to it is of this directory.
    fn is_above(&self, id: InstanceId, directory: &str) -> bool {
        let mut next = Some(id);
        while let Some(id) = next {
            let instance = self.instance(id);
            if instance.module.directory == directory {
                return true;
            }
            next = instance.call.as_ref().map(|call| call.parent);
        }
        false
    }
}
