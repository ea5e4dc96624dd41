//! `.netrc`: a list with one map a machine: `machine`, `login`, `password`, `account`.

use super::draft::Draft;
use super::lines::{lines, words};
use super::{Document, Entry, Format, Limits, Named, Node, Value};
use crate::source::BlobId;
use std::ops::Range;

/// `.netrc` and `_netrc`.
pub(super) struct Netrc;

impl Format for Netrc {
    fn name(&self) -> &'static str {
        "netrc"
    }

    fn claims(&self, file: &Named<'_>, _head: &[u8]) -> bool {
        let name = file.written();
        matches!(name, ".netrc" | "_netrc" | "netrc")
    }

    fn parse(&self, blob: BlobId, path: &str, text: &str, limits: Limits) -> Document {
        let mut draft = Draft::new("netrc", blob, path, text, limits);
        if draft.fits() {
            read(&mut draft);
        }
        draft.done()
    }
}

fn read(draft: &mut Draft) {
    let mut machines: Vec<Vec<Entry>> = Vec::new();
    let mut key: Option<Range<usize>> = None;
    let mut macro_body = false;
    for line in lines(draft.text) {
        let content = draft.text[line.clone()].trim();
        // A macro is the lines up to the next blank one.
        macro_body &= !content.is_empty();
        if macro_body || content.starts_with('#') {
            continue;
        }
        for word in words(draft.text, line) {
            if !draft.afford(1, word.start) {
                break;
            }
            if let Some(key) = key.take() {
                let entry = draft.entry(key, value(draft, word));
                if entry.key == "machine" || machines.is_empty() {
                    machines.push(Vec::new());
                }
                machines
                    .last_mut()
                    .expect("one was just pushed")
                    .push(entry);
                continue;
            }
            match &draft.text[word.clone()] {
                "machine" | "login" | "password" | "account" => key = Some(word),
                "default" => {
                    let empty = Node::new(draft.span(word.end..word.end), Value::Null);
                    machines.push(vec![draft.entry(word, empty)]);
                }
                "macdef" => {
                    macro_body = true;
                    break;
                }
                _ => {}
            }
        }
    }
    let items: Vec<Node> = machines
        .into_iter()
        .map(|entries| draft.map(entries))
        .collect();
    if let (Some(first), Some(last)) = (items.first(), items.last()) {
        let span = first.span.to(last.span);
        draft.root(Node::new(span, Value::List(items.into())));
    }
}

/// A word, without the quotes that some clients allow around it.
fn value(draft: &Draft, word: Range<usize>) -> Node {
    let text = &draft.text[word.clone()];
    Node::string(
        draft.span(word),
        super::lines::unquoted(text).unwrap_or(text),
    )
}
