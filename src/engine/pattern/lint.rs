//! What is wrong with a pattern before it has seen a byte: a rule that cannot be found fast, or at all, is an error.

use crate::judge::form;
use crate::judge::shape::Shape;
use crate::rule::{Pattern, PatternKind};

/// Everything wrong with a pattern, each a lower-case phrase.
#[must_use]
pub fn lint(pattern: &Pattern) -> Vec<String> {
    let mut wrong = Vec::new();
    let keyed = pattern.kind == PatternKind::Keyed;
    if pattern.anchors.is_empty() && pattern.resource_kinds.is_empty() {
        wrong.push("a pattern needs `anchors`".to_owned());
    }
    if pattern.shape.is_empty() == pattern.regex.is_none() {
        wrong.push("a pattern has either `shape` or `regex`".to_owned());
    }
    if let Some(Err(error)) = pattern.regex.as_deref().map(form::compile) {
        wrong.push(format!(
            "`regex` does not compile: {}",
            error.lines().last().unwrap_or_default()
        ));
    }
    let shape = Shape::new(pattern);
    for anchor in &pattern.anchors {
        let (before, after) = shape
            .as_ref()
            .filter(|_| !keyed)
            .map_or((None, None), |shape| {
                (shape.before_anchor(), shape.after_anchor(anchor.as_bytes()))
            });
        let narrow = keyed || before.is_some() || after.is_some();
        if anchor.len() < 3 || (anchor.len() == 3 && !narrow) {
            wrong.push(format!(
                "anchor `{anchor}` is shorter than 4 bytes (3 with a run right beside it)"
            ));
        }
    }
    if !keyed && !pattern.shape.is_empty() {
        for anchor in &pattern.anchors {
            let held = pattern.shape.iter().any(|part| match part {
                crate::rule::Shape::Literal(text) => text.starts_with(anchor),
                crate::rule::Shape::OneOf(texts) => {
                    texts.iter().any(|text| text.starts_with(anchor))
                }
                crate::rule::Shape::Run(_) => false,
            });
            if !held {
                wrong.push(format!("anchor `{anchor}` begins no literal of `shape`"));
            }
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lints(yaml: &str) -> Vec<String> {
        lint(&serde_saphyr::from_str(yaml).unwrap())
    }

    #[test]
    fn a_rule_that_cannot_be_found_is_wrong() {
        assert_eq!(
            lints(
                "provider: x\nkind: token\nanchors: [tok_]\nshape: [tok_, {of: hex, length: 9}]\n"
            ),
            Vec::<String>::new()
        );
        assert_eq!(
            lints("provider: x\nkind: token\nanchors: [tok]\nshape: [tok, {of: hex, length: 9}]\n"),
            Vec::<String>::new()
        );
        assert_eq!(
            lints("provider: x\nkind: token\nanchors: [to]\nshape: [to, {of: hex, length: 9}]\n")
                .len(),
            1
        );
        assert_eq!(
            lints("provider: x\nkind: token\nshape: [{of: hex, length: 9}]\n").len(),
            1
        );
        assert_eq!(
            lints("provider: x\nkind: token\nanchors: [tok_]\nregex: '('\n").len(),
            1
        );
        assert_eq!(
            lints("provider: x\nkind: token\nanchors: [abcd]\nshape: [tok_]\n").len(),
            1
        );
        assert_eq!(
            lints("provider: x\nkind: token\nanchors: [abcd]\n").len(),
            1
        );
    }
}
