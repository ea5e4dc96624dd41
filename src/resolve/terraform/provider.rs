//! Tags that a provider puts on everything it makes: `default_tags` and `default_labels`.
//!
//! A resource's provider is the one it names, else the one its type begins with; in a module that has none of its own
//! it is the caller's, by the call's `providers` or by the same name.

use super::frame::{Frame, InstanceId};
use super::run::Run;
use crate::format::{Declaration, Entry, Expr, Node, Step, Value};
use crate::source::BlobId;
use compact_str::{CompactString, ToCompactString};
use std::rc::Rc;

/// Key and value of each tag.
pub(super) type Tags = Vec<(CompactString, Node)>;

impl<'d> Run<'d> {
    /// The tags a resource gets from its provider.
    pub(super) fn tags(&mut self, id: InstanceId, block: &'d Declaration) -> Rc<Tags> {
        let named = block.body.get("provider").and_then(name_of);
        let kind = block.kind.strip_prefix("data.").unwrap_or(&block.kind);
        let name =
            named.unwrap_or_else(|| kind.split('_').next().unwrap_or(kind).to_compact_string());
        self.tags_of(id, &name, block.span.blob)
    }

    /// The tags of the provider known as `aws` or `aws.alias` in an instance.
    fn tags_of(&mut self, id: InstanceId, name: &str, blob: BlobId) -> Rc<Tags> {
        if let Some(tags) = self.instance(id).tags.get(name) {
            return Rc::clone(tags);
        }
        let address = compact_str::format_compact!("provider.{name}");
        let instance = self.instance(id);
        let tags = if let Some(provider) = instance.module.find(&address, blob) {
            Rc::new(self.read(id, provider))
        } else if let Some(call) = instance.call.clone() {
            let given = call
                .block
                .body
                .get("providers")
                .and_then(|given| name_of(given.get(name)?));
            // An alias is the caller's only when the call says so.
            match given {
                Some(name) => self.tags_of(call.parent, &name, call.block.span.blob),
                None if name.contains('.') => Rc::default(),
                None => self.tags_of(call.parent, name, call.block.span.blob),
            }
        } else {
            Rc::default()
        };
        self.instance_mut(id)
            .tags
            .insert(name.to_compact_string(), Rc::clone(&tags));
        tags
    }

    fn read(&mut self, id: InstanceId, provider: &Declaration) -> Tags {
        let mut tags = Tags::new();
        for entry in provider.body.entries() {
            if !matches!(&*entry.key, "default_tags" | "default_labels") {
                continue;
            }
            let value = self.eval(&entry.value, &Frame::of(id));
            for value in value.one_or_many() {
                match value.get("tags") {
                    Some(inner) => add(inner, &mut tags),
                    None => add(value, &mut tags),
                }
            }
        }
        tags
    }
}

fn add(value: &Node, tags: &mut Tags) {
    if value.is_open() {
        let key = CompactString::const_new(Entry::OPEN);
        tags.push((key, value.clone()));
    }
    let entries = value.entries().iter();
    tags.extend(entries.map(|entry| (entry.key.clone(), entry.value.clone())));
}

/// `aws.east` of a reference to a provider, or of its name in a string.
fn name_of(node: &Node) -> Option<CompactString> {
    match &node.value {
        Value::String(name) => Some(name.clone()),
        Value::Expr(expr) => match &**expr {
            Expr::Reference(steps) => {
                let names: Vec<&str> = steps
                    .iter()
                    .map_while(|step| match step {
                        Step::Name(name) => Some(name.as_str()),
                        Step::Index(_) | Step::Splat => None,
                    })
                    .collect();
                Some(names.join(".").into())
            }
            _ => None,
        },
        _ => None,
    }
}
