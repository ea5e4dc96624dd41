//! Tags: those that only say a scalar's type are used up, the others stay visible as calls.

use crate::format::{Expr, Node, Value};
use crate::source::Span;
use compact_str::CompactString;
use granit_parser::Tag;

/// A tag of the document's own, as written, and from where the node with it spans.
pub(super) struct Own {
    pub(super) name: CompactString,
    pub(super) start: usize,
}

impl Own {
    /// `!Tag node` as a call of `!Tag`.
    pub(super) fn call(self, node: Node) -> Node {
        let start = Span::new(node.span.blob, self.start, self.start);
        let span = node.span.to(start);
        let args = vec![node];
        let name = self.name;
        Node::new(span, Value::Expr(Box::new(Expr::Call { name, args })))
    }
}

/// The last word of a tag that says no more than a scalar's type: `!!str`, `!!int`, `!`.
pub(super) fn core(tag: &Tag) -> Option<&str> {
    const NAMESPACE: &str = "tag:yaml.org,2002:";
    let (handle, suffix) = tag.parts();
    let word = match handle {
        "" if suffix == "!" => "str",
        "" => suffix.strip_prefix(NAMESPACE)?,
        NAMESPACE => suffix,
        _ => return None,
    };
    word.bytes()
        .all(|byte| byte.is_ascii_lowercase())
        .then_some(word)
}

/// The tag, when it is one of the document's own.
pub(super) fn own(tag: &Tag, start: usize) -> Option<Own> {
    core(tag).is_none().then(|| Own {
        name: tag.original().into(),
        start,
    })
}
