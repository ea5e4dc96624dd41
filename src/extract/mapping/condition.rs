//! Decides the conditions of a row. What cannot be known passes no test: nothing is said of it.

use super::super::item::{Item, Place};
use super::super::scalar::Scalar;
use crate::rule::resource::{Condition, Test, matches};

/// What stands where a credential belongs and is none: holes, references, paths, words for what somebody will fill in.
#[rustfmt::skip]
const STAND_INS: &[&str] = &[
    "*${*", "*{{*", "<*>", "!*", "$(*", "[*(*", "@*(*", "%*%", "var.*", "data.*", "module.*", "vault:*", "op://*", "ref+*", "secretref:*", "ssm:*",
    "arn:*", "/*", "file*", "*/*.pem", "http*://*", "*secretsmanager*", "projects/*", "ENC[*", "$2?$*", "ssh-*",
    "*replace*", "*change*me*", "changeit", "*todo*", "example*", "*placeholder*", "*xxx*", "*insert*", "*redacted*", "your*", "*_your_*", "*-your-*",
    "my-*", "my_*", "update_*", "dummy*", "fake*", "mock*", "test*", "local*", "tbd", "none", "null", "true", "false", "n/a", "unused", "NoEcho", "=String", "=string",
];

/// Whether a value stands for nothing but itself.
fn is_literal(scalar: &Scalar) -> bool {
    match scalar {
        Scalar::Text(text, _) => !STAND_INS
            .iter()
            .any(|pattern| matches(pattern, text.trim())),
        _ => false,
    }
}

impl Item<'_, '_> {
    /// Whether all conditions hold.
    pub(super) fn passes(&self, conditions: &[Condition]) -> bool {
        conditions.iter().all(|condition| self.holds(condition))
    }

    fn holds(&self, condition: &Condition) -> bool {
        let patterns = match &condition.test {
            Test::Written(wanted) => {
                let places = self.places(&condition.path);
                let written = places.iter().any(Place::is_written);
                let perhaps = !written && places.iter().any(|place| place.perhaps);
                return !perhaps && written == *wanted;
            }
            Test::Literal => return self.scalars(&condition.path).iter().any(is_literal),
            Test::In(patterns) | Test::NotIn(patterns) => patterns,
        };
        let scalars = self.scalars(&condition.path);
        let hits = |scalar: &Scalar| {
            let text = scalar.pattern_text();
            text.is_some_and(|text| patterns.iter().any(|pattern| matches(pattern, &text)))
        };
        match &condition.test {
            Test::In(_) if scalars.is_empty() => patterns.iter().any(String::is_empty),
            Test::In(_) => scalars.iter().any(hits),
            _ => {
                let known = |scalar: &Scalar| !matches!(scalar, Scalar::Unknown(_));
                scalars.iter().all(|scalar| known(scalar) && !hits(scalar))
                    && !(scalars.is_empty() && patterns.iter().any(String::is_empty))
            }
        }
    }
}
