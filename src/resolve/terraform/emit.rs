//! Writes out what the instances of modules hold: one declaration a block and turn, everything followed.

use super::frame::{Frame, InstanceId, Turn};
use super::run::{Children, Run};
use crate::format::{Declaration, Node, Scope, Value};
use crate::source::GapKind;
use compact_str::CompactString;

impl<'d> Run<'d> {
    /// The declarations of an instance and of the modules it calls.
    pub(super) fn emit(&mut self, id: InstanceId) {
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            let module = self.instance(id).module;
            let mut below: Vec<InstanceId> = Vec::new();
            let inner = self.instance(id).call.is_some();
            for block in &module.blocks {
                // A called module's variables are its inputs, which stand in the call.
                if inner && block.kind == "variable" {
                    continue;
                }
                self.block_turns(id, block);
                if block.kind == "module"
                    && let Children::Here(instances) = &*self.children(id, block)
                {
                    below.extend(instances);
                }
            }
            open.extend(below.into_iter().rev());
        }
    }

    fn block_turns(&mut self, id: InstanceId, block: &'d Declaration) {
        let turns = self.keys(id, block).turns();
        for (key, turn) in turns {
            if !self.has_room() {
                let root = self.instance(id).root;
                let reason = format!("too many instances of blocks in `{root}`");
                self.note(&block.scope.path, Some(block.head), GapKind::Limit, &reason);
                return;
            }
            let declaration = self.declaration(id, block, &key, &turn);
            self.made.push(declaration);
        }
    }

    fn declaration(
        &mut self,
        id: InstanceId,
        block: &'d Declaration,
        key: &str,
        turn: &Turn,
    ) -> Declaration {
        let body = match &*block.kind {
            // A variable's types and rules are no values.
            "variable" => self.whole_body(
                &without(&block.body, &["type", "validation"]),
                &Frame::of(id),
            ),
            _ => self.whole_body(&block.body, &Frame::at(id, turn)),
        };
        let tags = match &*block.kind {
            "variable" | "output" | "terraform" | "module" => Vec::new(),
            kind if kind.starts_with("provider.") => Vec::new(),
            _ => self.tags(id, block).to_vec(),
        };
        let instance = self.instance(id);
        let address: CompactString =
            compact_str::format_compact!("{}{}{key}", instance.prefix, block.address);
        Declaration {
            language: block.language,
            kind: block.kind.clone(),
            name: block.name.clone(),
            address,
            body: body.into(),
            span: block.span,
            head: block.head,
            scope: Scope {
                path: block.scope.path.clone(),
                directory: block.scope.directory.clone(),
                root: instance.root.into(),
                namespace: None,
                through: instance.through.clone(),
                tags,
                remarks: Vec::new(),
            },
        }
    }
}

/// A block without some of its entries.
fn without(body: &Node, keys: &[&str]) -> Node {
    let mut body = body.clone();
    match &mut body.value {
        Value::Block(block) => block.body.retain(|entry| !keys.contains(&&*entry.key)),
        Value::Map(entries) => entries.retain(|entry| !keys.contains(&&*entry.key)),
        _ => {}
    }
    body
}
