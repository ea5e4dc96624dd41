//! Values while a condition runs, and how they compare when some of them are missing or only partly known.

use super::Truth;
use crate::model::{Date, Fact, Field};

/// A value of the subject or of the condition.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'a> {
    /// An absent field, or `null`.
    Null,
    /// Cannot be known.
    Unknown,
    Text(&'a str),
    Flag(bool),
    /// A number, or a length in seconds.
    Number(Range),
    Day(Date),
}

/// A number of which perhaps only bounds are known: the size of a set that is not complete.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Range {
    pub(super) least: f64,
    pub(super) most: f64,
}

impl Range {
    pub(super) fn exactly(number: f64) -> Self {
        Self {
            least: number,
            most: number,
        }
    }

    fn exact(self) -> bool {
        self.least >= self.most
    }
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Less,
    LessOrSame,
    More,
    MoreOrSame,
}

impl<'a> Value<'a> {
    /// The value of a field; a set has none.
    pub(super) fn of(field: Field<'a>) -> Self {
        match field {
            Field::Text(fact) => Self::read(fact, |text| Value::Text(text)),
            Field::Flag(fact) => Self::read(fact, |flag| Value::Flag(*flag)),
            Field::Number(fact) => {
                Self::read(fact, |number| Value::Number(Range::exactly(*number)))
            }
            Field::Day(fact) => Self::read(fact, |day| Value::Day(*day)),
            Field::Length(fact) => Self::read(fact, |seconds| Value::seconds(*seconds)),
            Field::Texts(_) => Value::Unknown,
        }
    }

    fn read<T>(fact: &'a Fact<T>, value: impl FnOnce(&'a T) -> Value<'a>) -> Self {
        match fact {
            Fact::Known(known, _) | Fact::Default(known) => value(known),
            Fact::Absent => Value::Null,
            Fact::Unknown(_) => Value::Unknown,
        }
    }

    /// A length. Seconds of any real length are exact in a double.
    #[expect(
        clippy::cast_precision_loss,
        reason = "2^53 seconds are longer than anything lives"
    )]
    pub(super) fn seconds(seconds: i64) -> Self {
        Value::Number(Range::exactly(seconds as f64))
    }

    /// Whether both are the same. Values of different kinds are not; the checker lets none meet but null.
    pub(super) fn same(self, other: Self) -> Truth {
        match (self, other) {
            (Value::Unknown, _) | (_, Value::Unknown) => Truth::Unknown,
            (Value::Number(a), Value::Number(b)) => {
                if a.most < b.least || b.most < a.least {
                    Truth::False
                } else if a.exact() && b.exact() {
                    Truth::True
                } else {
                    Truth::Unknown
                }
            }
            (a, b) => Truth::from(a == b),
        }
    }

    /// Whether they stand in this order. What is absent stands in none.
    pub(super) fn ordered(self, order: Order, other: Self) -> Truth {
        match (self, other) {
            (Value::Unknown, _) | (_, Value::Unknown) => Truth::Unknown,
            (Value::Day(a), Value::Day(b)) => Truth::from(match order {
                Order::Less => a < b,
                Order::LessOrSame => a <= b,
                Order::More => a > b,
                Order::MoreOrSame => a >= b,
            }),
            (Value::Number(a), Value::Number(b)) => match order {
                Order::Less => less(a, b),
                Order::MoreOrSame => less(a, b).not(),
                Order::More => less(b, a),
                Order::LessOrSame => less(b, a).not(),
            },
            _ => Truth::False,
        }
    }
}

fn less(a: Range, b: Range) -> Truth {
    if a.most < b.least {
        Truth::True
    } else if a.least >= b.most {
        Truth::False
    } else {
        Truth::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_decide_what_they_can() {
        let some = Value::Number(Range {
            least: 2.0,
            most: f64::INFINITY,
        });
        let number = |n| Value::Number(Range::exactly(n));
        assert_eq!(some.ordered(Order::More, number(1.0)), Truth::True);
        assert_eq!(some.ordered(Order::More, number(2.0)), Truth::Unknown);
        assert_eq!(some.ordered(Order::Less, number(2.0)), Truth::False);
        assert_eq!(some.same(number(1.0)), Truth::False);
        assert_eq!(some.same(number(5.0)), Truth::Unknown);
    }

    #[test]
    fn what_is_absent_stands_in_no_order() {
        let ten = Value::seconds(10);
        for order in [
            Order::Less,
            Order::LessOrSame,
            Order::More,
            Order::MoreOrSame,
        ] {
            assert_eq!(Value::Null.ordered(order, ten), Truth::False);
        }
        assert_eq!(Value::Null.same(Value::Text("")), Truth::False);
        assert_eq!(Value::Null.same(Value::Null), Truth::True);
    }
}
