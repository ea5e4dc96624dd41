//! Decides the conditions of a row. What cannot be known passes no test: nothing is said of it.

use super::super::item::{Item, Place};
use super::super::scalar::Scalar;
use crate::judge::stand_in::stands_in;
use crate::rule::resource::{Condition, Test, matches};

/// Whether a value stands for nothing but itself.
fn is_literal(scalar: &Scalar) -> bool {
    match scalar {
        Scalar::Text(text, _) => !stands_in(text),
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
