//! Which candidates of the byte engine a tree keeps: it knows comments, references and ciphertext from values.

use super::pairs::inner;
use super::rules::KeyRules;
use super::silent::{self, Silence};
use crate::finding::Candidate;
use crate::format::{Document, Expr, Node, Value};
use crate::judge::reference::is_reference;
use crate::rule::{PatternKind, Profile};
use crate::source::Span;

/// Where a candidate's value stands in a tree.
enum Stand<'a> {
    /// In a scalar.
    Scalar(&'a Node),
    /// In an expression.
    Open,
    /// In a key.
    Key,
    /// Beside the tree: a comment, or text that the parser passed over.
    Beside,
}

/// Keeps, lowers or drops the byte engine's candidates.
pub(super) fn sift(
    document: &Document,
    text: &str,
    candidates: Vec<Candidate>,
    rules: &KeyRules,
) -> Vec<Candidate> {
    if candidates.is_empty() {
        return candidates;
    }
    let regions = silent::regions(document);
    candidates
        .into_iter()
        .filter_map(|candidate| one(document, text, candidate, rules, &regions))
        .collect()
}

fn one(
    document: &Document,
    text: &str,
    mut candidate: Candidate,
    rules: &KeyRules,
    regions: &[(Span, Silence)],
) -> Option<Candidate> {
    let rule = rules.get(&candidate.rule)?;
    let open = rule.form.like().is_some();
    let silence = regions
        .iter()
        .find(|(region, _)| region.contains(candidate.value))
        .map(|(_, silence)| *silence);
    match silence {
        Some(Silence::All) => return None,
        Some(Silence::Keys) if rule.kind == PatternKind::Keyed => return None,
        _ => {}
    }
    if rule.kind != PatternKind::Keyed {
        return Some(candidate);
    }
    match stand(document, candidate.value) {
        Stand::Open => (!open && candidate.value.len() >= 20).then_some(candidate),
        Stand::Key => None,
        Stand::Scalar(node) => {
            let within = node.span.contains(candidate.whole);
            let reference = node
                .as_str()
                .is_some_and(|text| !text.contains('\n') && !object(text) && is_reference(text));
            let whole = inner(text, node.span);
            // A value of its own has a key of its own, which is not the word nearby.
            if candidate.key.is_empty() && whole == candidate.value {
                return None;
            }
            // The tree judges a value as a whole; text within a value is judged here.
            let apart = !open || (within && whole != candidate.value);
            (apart && !reference).then_some(candidate)
        }
        Stand::Beside => {
            candidate.profile = candidate.profile.max(Profile::Strict);
            Some(candidate)
        }
    }
}

/// Whether a text is an object of JSON, which has braces around it as a hole has.
fn object(text: &str) -> bool {
    let inner = text.trim_start().strip_prefix('{');
    inner.is_some_and(|inner| inner.trim_start().starts_with('"'))
}

fn stand(document: &Document, span: Span) -> Stand<'_> {
    let root = document.roots.iter().find(|root| root.span.contains(span));
    root.map_or(Stand::Beside, |root| within(root, span))
}

fn within(node: &Node, span: Span) -> Stand<'_> {
    match &node.value {
        Value::List(items) => below(items.iter(), span),
        Value::Map(_) | Value::Block(_) => {
            if node
                .entries()
                .iter()
                .any(|entry| entry.key_span.contains(span))
            {
                return Stand::Key;
            }
            below(node.entries().iter().map(|entry| &entry.value), span)
        }
        Value::Expr(expr) => match &**expr {
            Expr::Call { args, .. } => match below(args.iter(), span) {
                Stand::Beside => Stand::Open,
                found => found,
            },
            Expr::Template(parts) => match below(parts.iter(), span) {
                Stand::Scalar(_) | Stand::Beside => Stand::Open,
                found => found,
            },
            _ => Stand::Open,
        },
        _ => Stand::Scalar(node),
    }
}

fn below<'a>(mut nodes: impl Iterator<Item = &'a Node>, span: Span) -> Stand<'a> {
    nodes
        .find(|node| node.span.contains(span))
        .map_or(Stand::Beside, |node| within(node, span))
}
