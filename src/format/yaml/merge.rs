//! Merge keys: `<<: *defaults` brings in the entries that the map does not write itself.

use crate::format::{Entry, Node, Value};
use compact_str::CompactString;
use rustc_hash::FxHashSet;

/// The key that merges.
pub(super) const KEY: &str = "<<";

/// Entries with every `<<` that holds maps replaced by what it brings in, after the map's own entries. Own entries win,
/// then the map named first. A `<<` that cannot be followed stays, and says that the map may hold more.
pub(super) fn merged(entries: Vec<Entry>) -> Vec<Entry> {
    let (merges, mut own): (Vec<Entry>, Vec<Entry>) =
        entries.into_iter().partition(|entry| entry.key == KEY);
    let mut taken: FxHashSet<CompactString> = own.iter().map(|entry| entry.key.clone()).collect();
    for merge in merges {
        let Entry {
            key,
            key_span,
            value,
        } = merge;
        let sources = match value.value {
            Value::List(items) => items,
            _ => vec![value].into(),
        };
        for source in sources {
            match source.value {
                Value::Map(entries) => {
                    let fresh = entries
                        .into_iter()
                        .filter(|entry| taken.insert(entry.key.clone()));
                    own.extend(fresh);
                }
                value => own.push(Entry {
                    key: key.clone(),
                    key_span,
                    value: Node::new(source.span, value),
                }),
            }
        }
    }
    own
}
