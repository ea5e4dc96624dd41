//! Builds trees from the parser's events: anchors and aliases, tags, merge keys, and places.
//!
//! An alias yields a copy of its anchor's tree with the anchor's places: that is where the text stands. Copies are paid
//! for from the document's budget, and may not make the tree deeper than the limit.

use super::failure::Failure;
use super::fill::{Fill, Filled};
use super::{merge, scalar, tag};
use crate::format::draft::Draft;
use crate::format::{Entry, Expr, Node, Value};
use crate::source::{GapKind, Span};
use compact_str::CompactString;
use granit_parser::{Event, Parser, Placement, ScalarStyle, Tag, options};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::ops::Range;

/// Reads the documents in `text`, which stands at `base` in the file. The trees before a failure are in the result too.
pub(super) fn documents(
    draft: &mut Draft,
    text: &str,
    base: usize,
    fill: Fill,
) -> (Vec<Node>, Option<Failure>) {
    let depth = draft.limits.depth;
    let options = options! {
        emit_comments: true,
        max_buffered_comment_events: usize::MAX,
        emit_unresolved_aliases: true,
        flow_nesting_limit: depth,
        block_nesting_limit: depth,
    };
    let mut builder = Builder {
        draft,
        text,
        fill,
        base,
        open: Vec::new(),
        anchors: FxHashMap::default(),
        roots: Vec::new(),
        last: 0..0,
    };
    for event in Parser::new_from_str_with_options(text, options) {
        let outcome = match event {
            Ok((event, span)) => builder.event(event, &span),
            Err(error) => Err(Failure::of(&error, base)),
        };
        if let Err(failure) = outcome {
            return (builder.roots, Some(failure));
        }
    }
    (builder.roots, None)
}

/// A collection whose end has not come yet.
struct Open {
    start: usize,
    /// End of the last thing in it.
    end: usize,
    shape: Shape,
    anchor: usize,
    tag: Option<tag::Own>,
    /// Whether it holds anything but what a template adds.
    written: bool,
    /// Nodes in it so far.
    size: usize,
    /// Levels below it so far.
    height: usize,
}

enum Shape {
    List(Vec<Node>),
    Map {
        entries: Vec<Entry>,
        key: Option<(CompactString, Span)>,
        merges: bool,
    },
}

/// A finished tree that an alias may name.
struct Anchored {
    node: Node,
    size: usize,
    height: usize,
}

struct Builder<'d, 't, 's> {
    draft: &'d mut Draft<'t>,
    /// The text that is parsed: the file's, or the same with actions masked.
    text: &'s str,
    fill: Fill<'s>,
    base: usize,
    open: Vec<Open>,
    anchors: FxHashMap<usize, Anchored>,
    roots: Vec<Node>,
    /// Where the last scalar stands.
    last: Range<usize>,
}

/// A node with what it costs to copy.
struct Finished {
    node: Node,
    size: usize,
    height: usize,
    /// An unquoted, untagged scalar: as a key it may be a merge.
    plain: bool,
}

impl Finished {
    fn leaf(node: Node) -> Self {
        Self {
            node,
            size: 1,
            height: 0,
            plain: false,
        }
    }
}

impl Builder<'_, '_, '_> {
    fn event(&mut self, event: Event, span: &granit_parser::Span) -> Result<(), Failure> {
        let bytes = span.byte_range().unwrap_or(0..0);
        let at = self.base + bytes.start..self.base + bytes.end;
        let tag_start = span.tag_start().and_then(|mark| mark.byte_offset());
        let tag_start = tag_start.map_or(at.start, |offset| self.base + offset);
        match event {
            Event::DocumentStart(..) => self.anchors.clear(),
            Event::Scalar(text, style, anchor, tag) => {
                self.pay(&at)?;
                self.last = at.clone();
                let tag = tag.map(|tag| (tag, tag_start));
                let finished = self.scalar(&text, style, tag, at);
                self.finish(finished, anchor);
            }
            Event::SequenceStart(_, anchor, tag) => {
                let at = self.dashed(at);
                let shape = Shape::List(Vec::new());
                self.begin(shape, at, anchor, tag.as_deref(), tag_start)?;
            }
            Event::MappingStart(_, anchor, tag) => {
                if self.fill.is_action(&at) {
                    let reason = "template action outside a string";
                    return Err(Failure::new(GapKind::Syntax, at, reason));
                }
                let shape = Shape::Map {
                    entries: Vec::new(),
                    key: None,
                    merges: false,
                };
                self.begin(shape, at, anchor, tag.as_deref(), tag_start)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(&at),
            Event::Alias(id) => {
                let end = at.end;
                let finished = self.alias(id, at);
                self.finish(finished, 0);
                if let Some(open) = self.open.last_mut() {
                    open.end = open.end.max(end);
                }
            }
            Event::UnresolvedAlias(name) => {
                let reason = format!("alias *{name} without an anchor");
                self.draft.gap(GapKind::Unresolved, at.clone(), reason);
                let node = Node::unknown(self.draft.span(at), "alias without an anchor");
                self.finish(Finished::leaf(node), 0);
            }
            Event::Comment(text, Placement::Right) => {
                self.draft.remark(self.last.clone(), &text);
            }
            // On a line of its own it is beside nothing; only what is said to a linter is kept, and that a tool wrote the file.
            Event::Comment(text, _) if text.contains(": ignore[") || text.contains("enerated") => {
                self.draft.remark(at, &text);
            }
            _ => {}
        }
        Ok(())
    }

    fn pay(&mut self, at: &Range<usize>) -> Result<(), Failure> {
        if self.draft.afford(1, at.start) {
            return Ok(());
        }
        let reason = "the rest of the text is left out";
        Err(Failure::new(GapKind::Limit, at.clone(), reason))
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        tag: Option<(Cow<Tag>, usize)>,
        at: Range<usize>,
    ) -> Finished {
        let at = match style {
            ScalarStyle::Literal | ScalarStyle::Folded => self.trimmed(at),
            _ => at,
        };
        let plain = style == ScalarStyle::Plain && tag.is_none();
        let Filled { value, at } = self.fill.value(self.draft, text, style, at);
        let value = match (&tag, value) {
            (_, Some(Value::String(text))) if plain => scalar::resolve(text.trim()),
            (_, Some(value)) => value,
            _ if at.is_empty() && style == ScalarStyle::Plain => Value::Null,
            (Some((tag, _)), _) if tag::core(tag).is_some() => {
                scalar::resolve_as(tag::core(tag).unwrap_or_default(), text)
            }
            _ if style == ScalarStyle::Plain => scalar::resolve(text),
            _ => Value::String(text.into()),
        };
        let node = Node::new(self.draft.span(at), value);
        let tag = tag.and_then(|(tag, start)| tag::own(&tag, start));
        let node = match tag {
            Some(tag) => tag.call(node),
            None => node,
        };
        Finished {
            plain,
            ..Finished::leaf(node)
        }
    }

    /// The range without the line breaks at its end.
    fn trimmed(&self, at: Range<usize>) -> Range<usize> {
        let inside = at.start - self.base..at.end - self.base;
        let text = self.text.get(inside).unwrap_or_default();
        at.start..at.start + text.trim_end_matches(['\n', '\r', ' ', '\t']).len()
    }

    /// The place of a block sequence from its first dash: one that is not indented is told from its first item.
    fn dashed(&self, at: Range<usize>) -> Range<usize> {
        let Some((before, after)) = self.text.split_at_checked(at.start - self.base) else {
            return at;
        };
        match before.trim_end().strip_suffix('-') {
            Some(outside) if at.is_empty() && !after.starts_with("- ") => {
                let start = self.base + outside.len();
                start..start
            }
            _ => at,
        }
    }

    fn begin(
        &mut self,
        shape: Shape,
        at: Range<usize>,
        anchor: usize,
        tag: Option<&Tag>,
        tag_start: usize,
    ) -> Result<(), Failure> {
        self.pay(&at)?;
        if self.open.len() >= self.draft.limits.depth {
            let reason = format!("nested deeper than {}", self.draft.limits.depth);
            return Err(Failure::new(GapKind::Limit, at, reason));
        }
        self.open.push(Open {
            start: at.start,
            end: at.end,
            shape,
            anchor,
            tag: tag.and_then(|tag| tag::own(tag, tag_start)),
            written: false,
            size: 1,
            height: 0,
        });
        Ok(())
    }

    fn end(&mut self, at: &Range<usize>) {
        let Some(open) = self.open.pop() else {
            return;
        };
        // A block collection's end is told at the next token; a flow collection's is its bracket.
        let end = if at.is_empty() { open.end } else { at.end };
        let span = self.draft.span(open.start..end);
        let value = match open.shape {
            Shape::List(items) => Value::List(items.into()),
            Shape::Map {
                entries,
                merges: false,
                ..
            } => Value::Map(entries.into()),
            Shape::Map { mut entries, .. } if !open.written && !entries.is_empty() => {
                entries.swap_remove(0).value.value
            }
            Shape::Map { entries, .. } => Value::Map(merge::merged(entries).into()),
        };
        let node = match open.tag {
            Some(tag) => tag.call(Node::new(span, value)),
            None => Node::new(span, value),
        };
        let finished = Finished {
            node,
            size: open.size,
            height: open.height,
            plain: false,
        };
        self.finish(finished, open.anchor);
    }

    /// Puts a node where it belongs: behind its key, into its list, or among the roots.
    fn finish(&mut self, finished: Finished, anchor: usize) {
        if anchor != 0
            && self
                .draft
                .afford(finished.size, finished.node.span.start as usize)
        {
            let anchored = Anchored {
                node: finished.node.clone(),
                size: finished.size,
                height: finished.height,
            };
            self.anchors.insert(anchor, anchored);
        }
        let Finished {
            node,
            size,
            height,
            plain,
        } = finished;
        let (fill, source) = (self.fill, self.draft.text);
        let Some(open) = self.open.last_mut() else {
            let empty = node.value == Value::Null && node.span.is_empty();
            self.roots.extend((!empty).then_some(node));
            return;
        };
        open.end = open.end.max(node.span.end as usize);
        open.size += size;
        open.height = open.height.max(height + 1);
        match &mut open.shape {
            Shape::List(items) => items.push(node),
            Shape::Map {
                entries,
                key,
                merges,
            } => match key.take() {
                None => {
                    let text = key_text(&node, fill, source);
                    *merges |= plain && text == merge::KEY;
                    *key = Some((text, node.span));
                }
                Some((key, key_span)) => {
                    let added = key == merge::KEY && key_span == node.span && node.is_open();
                    open.written |= !added;
                    entries.push(Entry {
                        key,
                        key_span,
                        value: node,
                    });
                }
            },
        }
    }

    fn alias(&mut self, id: usize, at: Range<usize>) -> Finished {
        let span = self.draft.span(at.clone());
        let Some(anchored) = self.anchors.get(&id) else {
            let reason = "an alias to what holds it, or past the limit of nodes";
            self.draft.gap(GapKind::Limit, at, reason);
            return Finished::leaf(Node::unknown(span, "alias that cannot be expanded"));
        };
        let (size, height) = (anchored.size, anchored.height);
        if self.open.len() + height > self.draft.limits.depth {
            let reason = format!("aliases nested deeper than {}", self.draft.limits.depth);
            self.draft.gap(GapKind::Limit, at, reason);
            return Finished::leaf(Node::unknown(span, "nested too deep"));
        }
        if !self.draft.afford(size, at.start) {
            return Finished::leaf(Node::unknown(span, "too many aliases"));
        }
        Finished {
            node: anchored.node.clone(),
            size,
            height,
            plain: false,
        }
    }
}

/// A key as text: scalars as they are, anything else as it is written.
fn key_text(node: &Node, fill: Fill, source: &str) -> CompactString {
    let written = || source.get(node.span.range()).unwrap_or_default().into();
    match &node.value {
        Value::Null => CompactString::default(),
        Value::Expr(expr) => match expr.as_ref() {
            Expr::Call { args, .. } if args.len() == 1 => key_text(&args[0], fill, source),
            Expr::Template(_) | Expr::Unknown(_) => fill.key(source, node.span.range()),
            _ => written(),
        },
        _ => node.scalar().unwrap_or_else(written),
    }
}
