//! What a condition is when nothing in it depends on the run: `if: false` and its spellings.

use super::expression::{Expression, guard};
use crate::format::Node;

/// Whether a job or step is switched off for good by its `if:`.
pub(super) fn is_off(node: &Node) -> bool {
    let text = node.get("if").and_then(Node::scalar);
    let parsed = text.and_then(|text| guard(&text));
    parsed.as_ref().and_then(truth) == Some(false)
}

/// True or false, where that is the same in every run.
fn truth(expression: &Expression) -> Option<bool> {
    match expression {
        Expression::Flag(flag) => Some(*flag),
        Expression::Null => Some(false),
        Expression::Text(text) => Some(!text.is_empty()),
        Expression::Number(number) => Some(number.parse::<f64>().ok()? != 0.0),
        Expression::Not(inner) => truth(inner).map(|truth| !truth),
        Expression::And(left, right) => match (truth(left), truth(right)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        },
        Expression::Or(left, right) => match (truth(left), truth(right)) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        },
        Expression::Equal(left, right, positive) => match (&**left, &**right) {
            (Expression::Text(left), Expression::Text(right)) => {
                Some(left.eq_ignore_ascii_case(right) == *positive)
            }
            (Expression::Flag(left), Expression::Flag(right)) => Some((left == right) == *positive),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::expression::guard;
    use super::truth;

    #[test]
    fn what_is_never_true_is_told_from_what_may_be() {
        let of = |text: &str| guard(text).as_ref().and_then(truth);
        for never in [
            "false",
            "${{ false }}",
            "!true",
            "0",
            "github.ref == 'x' && false",
            "'a' == 'b'",
            "null",
        ] {
            assert_eq!(of(never), Some(false), "{never}");
        }
        for open in [
            "false || github.ref == 'x'",
            "inputs.x",
            "always() || false",
        ] {
            assert_ne!(of(open), Some(false), "{open}");
        }
        assert_eq!(of("${{ false }}\n"), None, "the line's end makes it a text");
    }
}
